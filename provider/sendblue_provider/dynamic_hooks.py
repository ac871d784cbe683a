"""What the dynamic provider does in its host: Pulumi's values on one side, the lifecycle on the other, no rule between.

The host is a process of its own, one for each phase of a run.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from typing import Any, Final, ParamSpec, TypeVar

from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    Config,
    CreateResult,
    DiffResult,
    ReadResult,
    UpdateResult,
)
from pulumi.output import Unknown
from pulumi.runtime.rpc import UNKNOWN as ENGINE_UNKNOWN

from . import lifecycle
from .account import Account, account_of
from .compare import Change
from .engine_log import forward_debug_records, log
from .errors import SendblueError, SettingsError
from .inputs import WebhookConfiguration, WebhookEndpoint
from .model import ACCOUNT_ID, ALLOW_OVERWRITE, UNKNOWN, mark_secrets
from .report import Reader, change_lines, failure_text, paragraph, shown, things
from .settings import Settings, load_settings

PROVIDER_KEY: Final = "__provider"
"""Where the engine keeps the pickled provider among the properties."""

_CONFIG_KEYS: Final = ("apiKeyId", "apiSecretKey", "baseUrl", "timeoutSeconds")

_PYTHON_NAMES: Final = {
    str(field.alias): name
    for model in (WebhookConfiguration, WebhookEndpoint)
    for name, field in model.model_fields.items()
}
READER: Final = Reader(spell=lambda name: _PYTHON_NAMES.get(name, name))


_ANOTHER_ACCOUNT: Final = (
    "nothing that this stack put on the account is there, but other webhooks are. If the credentials are another "
    "account's by now, this update takes that account over, and what is on the old one stays there: check "
    "`pulumi config get sendblue:apiKeyId`"
)
_UNREADABLE: Final = "Sendblue does not show all secrets of this account, so drift in them cannot be seen"

P = ParamSpec("P")
R = TypeVar("R")


def _short_traceback(hook: Callable[P, R]) -> Callable[P, R]:
    """Let our errors leave a hook without the frames below it: the host prints every one, above the message."""

    @functools.wraps(hook)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return hook(*args, **kwargs)
        except SendblueError as error:
            raise error.with_traceback(None) from None

    return wrapper


class Hooks:
    """The hooks of one configured provider. See `lifecycle` for what each of them does.

    Args:
        config: The stack's configuration. What is wrong with it is reported by the hook that needs it.
    """

    def __init__(self, config: Config) -> None:
        forward_debug_records()
        self._settings: Settings | SettingsError
        try:
            found = {f"sendblue:{key}": config.get(f"sendblue:{key}") for key in _CONFIG_KEYS}
            self._settings = load_settings(found, os.environ)
        except SettingsError as error:
            self._settings = error

    @_short_traceback
    def check(self, olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Check the declared values against the rules and, for a create, against the account."""
        inputs = _plain(news)
        old_inputs = _plain(olds) if olds else None
        try:
            found = lifecycle.check(self._account(), inputs, old_inputs)
            reasons = [failure_text(failure, READER.spell) for failure in found.failures]
            if found.adopted:
                heading = "already on the account, and managed by this stack from now on, so that destroy removes it:"
                log("info", paragraph(heading, things(found.adopted)))
            if found.overwritten:
                heading = f"this create will overwrite, since {READER.spell(ALLOW_OVERWRITE)} is set:"
                log("warning", paragraph(heading, change_lines(found.overwritten)))
        except SettingsError as error:
            reasons = error.problems
        # With a property's name the engine would print its raw value, a plain secret included (an engine fact).
        return CheckResult(_for_engine(inputs), [CheckFailure("", reason) for reason in reasons])

    @_short_traceback
    def diff(self, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        """Compare live, state and program; tell what a dynamic resource's own display cannot show."""
        account = self._account()
        found = lifecycle.diff(account, _plain(olds), _plain(news))
        # Refresh calls diff too, without a check before it, after a read that has told the drift already.
        if account.declared:
            _tell_drift(found.drift)
            if found.another_account:
                log("warning", _ANOTHER_ACCOUNT)
            if not found.readable:
                log("info", _UNREADABLE)
            plan = change_lines(found.plan)
            plan += [f"~ {shown(name)} (known only once the update runs)" for name in sorted(found.unknown)]
            if plan:
                log("info", paragraph("this update will:", plan))
        return DiffResult(changes=found.changed, replaces=[])

    @_short_traceback
    def create(self, props: dict[str, Any]) -> CreateResult:
        """Put what is declared on the account."""
        return CreateResult(ACCOUNT_ID, _for_engine(lifecycle.create(self._account(), _plain(props))))

    @_short_traceback
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Read what is live; the inputs stay what the program last declared."""
        found = lifecycle.read(self._account(), _plain(props))
        _tell_drift(found.drift)
        return ReadResult(id_, _for_engine(found.outputs))

    @_short_traceback
    def update(self, olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        """Make the account what is declared."""
        return UpdateResult(_for_engine(lifecycle.update(self._account(), _plain(olds), _plain(news))))

    @_short_traceback
    def delete(self, props: dict[str, Any]) -> None:
        """Remove what this stack put on the account."""
        remainder = lifecycle.delete(self._account(), _plain(props))
        if remainder.unmanaged:
            heading = "left on the account, since this stack has no record of putting it there:"
            log("warning", paragraph(heading, things(remainder.unmanaged)))
        for name in sorted(remainder.secrets):
            log(
                "warning",
                f"{name} was left on the account: Sendblue does not show the secrets of the entries that stay, "
                "and clearing it would overwrite them. Clear it in Sendblue's dashboard",
            )

    def _account(self) -> Account:
        if isinstance(self._settings, SettingsError):
            raise self._settings
        return account_of(self._settings, READER)


def _tell_drift(drift: tuple[Change, ...]) -> None:
    if drift:
        log("warning", paragraph("changed outside of this stack since the last update:", change_lines(drift)))


def _plain(properties: dict[str, Any]) -> dict[str, Any]:
    """Read property values from the host, with the core's own mark for what is not known yet."""
    return {name: _converted(value, _unknown_from_host) for name, value in properties.items() if name != PROVIDER_KEY}


def _for_engine(properties: dict[str, Any]) -> dict[str, Any]:
    """Write property values for the engine, every secret marked at its place."""
    return {name: _converted(value, _unknown_to_engine) for name, value in mark_secrets(properties).items()}


def _unknown_from_host(value: Any) -> Any:
    return UNKNOWN if isinstance(value, Unknown) else value


def _unknown_to_engine(value: Any) -> Any:
    return ENGINE_UNKNOWN if value is UNKNOWN else value


def _converted(value: Any, convert: Callable[[Any], Any]) -> Any:
    if isinstance(value, list):
        return [item if isinstance(item, str) else _converted(item, convert) for item in value]
    if isinstance(value, dict):
        return {key: _converted(item, convert) for key, item in value.items()}
    return convert(value)
