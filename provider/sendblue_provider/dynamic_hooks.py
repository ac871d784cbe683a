"""What the dynamic provider does in its host: Pulumi's values on one side, the lifecycle on the other, no rule between.

The host is a process of its own, one for each phase of a run.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterable
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

from . import notices
from .account import Account, account_of
from .engine_log import host_engine
from .errors import SendblueError, SettingsError
from .inputs import Webhook, WebhookConfiguration
from .lifecycle import Lifecycle, check_ahead
from .model import PROVIDER_KEY, UNKNOWN, mark_secrets
from .notices import Notice
from .report import CONFIG_CREDENTIALS, Reader, error_text, failure_text
from .settings import KEYS, Settings, load_settings

_PYTHON_NAMES: Final = {
    str(field.alias): name
    for model in (WebhookConfiguration, Webhook)  # an endpoint's are among the second one's
    for name, field in model.model_fields.items()
}
READER: Final = Reader(
    spell=lambda name: _PYTHON_NAMES.get(name, name),
    credentials=(
        f"{CONFIG_CREDENTIALS}. After a rotation, refresh and destroy still use the pair in the state: run `pulumi up` "
        "once first, or add --run-program"
    ),
    after_partial_write=(
        "What was written stays on the account; destroy knows of it once an update has succeeded with it in the program"
    ),
)

P = ParamSpec("P")
R = TypeVar("R")


def _short_traceback(hook: Callable[P, R]) -> Callable[P, R]:
    """Let our errors leave a hook in the reader's words, and without the frames below it: the host prints every one."""

    @functools.wraps(hook)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return hook(*args, **kwargs)
        except SendblueError as error:
            error.args = (error_text(error, READER),)
            raise error.with_traceback(None) from None

    return wrapper


class Hooks:
    """The hooks of one configured provider. See `lifecycle` for what each of them does.

    Args:
        config: The stack's configuration. What is wrong with it is reported by the hook that needs it.
        lifecycle: The rules of its kind of resource.
    """

    def __init__(self, config: Config, lifecycle: Lifecycle) -> None:
        self._lifecycle = lifecycle
        host_engine().forward_debug_records()
        self._settings: Settings | SettingsError
        try:
            self._settings = load_settings({key: config.get(f"sendblue:{key}") for key in KEYS}, os.environ)
        except SettingsError as error:
            self._settings = error

    @_short_traceback
    def check(self, olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Check the declared values against the rules and, for a create, against the account."""
        inputs = _plain(news)
        old_inputs = _plain(olds) if olds else None
        try:
            found = check_ahead(self._lifecycle, self._account(), inputs, old_inputs, READER)
            reasons = [failure_text(failure, READER.spell) for failure in found.failures]
            _tell(notices.of_takeover(found.takeover, READER))
        except SettingsError as error:
            reasons = error.problems
        # With a property's name the engine would print its raw value, a plain secret included (an engine fact).
        return CheckResult(_for_engine(inputs), [CheckFailure("", reason) for reason in reasons])

    @_short_traceback
    def diff(self, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        """Compare live, state and program; tell what a dynamic resource's own display cannot show."""
        account = self._account()
        found = self._lifecycle.diff(account, _plain(olds), _plain(news))
        # Refresh calls diff too, without a check before it, after a read that has told the drift already.
        if account.declared:
            _tell([*notices.of_diff(found, READER), *notices.of_plan(found)])
        # A state without a provider in it is that of the plugin, from which the program has moved here: without an
        # update it would stay so, and the engine could not find the dynamic provider in it (an engine fact).
        moved = PROVIDER_KEY not in olds
        return DiffResult(changes=found.changed or moved, replaces=list(found.replaces), delete_before_replace=False)

    @_short_traceback
    def create(self, props: dict[str, Any]) -> CreateResult:
        """Put what is declared on the account."""
        outputs = self._lifecycle.create(self._account(), _plain(props)).outputs
        return CreateResult(self._lifecycle.id_of(outputs), _for_engine(outputs))

    @_short_traceback
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Read what is live; the inputs stay what the program last declared."""
        found = self._lifecycle.read(self._account(), _plain(props))
        _tell(notices.of_drift(found.drift))
        # Without an id the engine takes the resource out of the state.
        return ReadResult(id_ if found.outputs else "", _for_engine(found.outputs))

    @_short_traceback
    def update(self, olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        """Make the account what is declared."""
        return UpdateResult(_for_engine(self._lifecycle.update(self._account(), _plain(olds), _plain(news))))

    @_short_traceback
    def delete(self, props: dict[str, Any]) -> None:
        """Remove what this stack put on the account."""
        _tell(notices.of_remainder(self._lifecycle.delete(self._account(), _plain(props))))

    def _account(self) -> Account:
        if isinstance(self._settings, SettingsError):
            raise self._settings
        return account_of(self._settings)


def _tell(found: Iterable[Notice]) -> None:
    for notice in found:
        host_engine().log(notice.severity, notice.text)


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
