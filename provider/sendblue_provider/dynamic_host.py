"""The dynamic front end: Pulumi's values on one side, requests and results on the other, no rule in between.

The hooks run in the dynamic host, a process of its own for each phase of a run. `read_configuration` runs in the
program's process, since the host knows no functions; a program that does not call it does not load this module.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

import pulumi
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

from . import engine_log
from .api.client import Client
from .api.retry import Waiting
from .errors import SendblueError, SettingsError
from .lifecycle import steps
from .lifecycle.session import Session, session_of
from .messages import notices
from .messages.defects import defect_text
from .messages.errors import clash_text, error_text
from .messages.marked import Marked
from .messages.notices import Notice
from .messages.text import Reader, failure_text
from .messages.waits import waiting_text
from .plan.claims import Clash
from .resources.base import Resource
from .resources.names import MARKED, PROVIDER_KEY, Properties
from .resources.paths import in_python
from .resources.request import Request
from .resources.secrets import mark_secret, mark_secrets, wrap_texts
from .settings import KEYS, Settings, load_settings
from .unknown import UNKNOWN

READER: Final = Reader(
    spell=in_python,
    rotation=(
        "After a rotation, refresh and destroy still use the pair in the state: run `pulumi up` once first, or add "
        "--run-program"
    ),
    after_partial_write=(
        "What was written stays on the account; destroy knows of it once an update has succeeded with it in the program"
    ),
)

P = ParamSpec("P")
R = TypeVar("R")


def _in_one_line(hook: Callable[Concatenate[Hooks, P], R]) -> Callable[Concatenate[Hooks, P], R]:
    """Let an error leave a hook in the reader's words, without the frames below it: the host prints every one."""

    @functools.wraps(hook)
    def wrapper(hooks: Hooks, /, *args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return hook(hooks, *args, **kwargs)
        except SendblueError as error:
            error.args = (hooks.error_text(error),)
            raise error.with_traceback(None) from None
        except Exception as error:
            raise RuntimeError(defect_text(error)) from None

    return wrapper


class Hooks:
    """The hooks of one configured provider. See `lifecycle.steps` for what each step does.

    Args:
        config: The stack's configuration. What is wrong with it is reported by the hook that needs it.
        resource: The provider's kind of resource.
    """

    def __init__(self, config: Config, resource: Resource) -> None:
        self._resource = resource
        self._marked = Marked()
        engine_log.host_engine().forward_debug_records()
        self._settings: Settings | SettingsError
        try:
            self._settings = load_settings({key: config.get(f"sendblue:{key}") for key in KEYS}, os.environ)
        except SettingsError as error:
            self._settings = error

    @_in_one_line
    def check(self, olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Check the inputs, and whether a rule refuses the create or the update: here that is one clean line."""
        inputs = self._plain(news)
        old_inputs = self._plain(olds) if olds else None
        try:
            reasons = self._reasons(inputs, old_inputs, is_moved=bool(olds) and _is_of_plugin(olds))
        except SettingsError as error:
            reasons = error.problems
        except SendblueError as error:
            reasons = [self.error_text(error)]
        # With a property's name the engine would print its raw value, a plain secret included (an engine fact).
        return CheckResult(self._for_engine(inputs, news), [CheckFailure("", reason) for reason in reasons])

    def _reasons(self, inputs: Properties, old_inputs: Properties | None, *, is_moved: bool) -> list[str]:
        session = self._session()
        request = Request(inputs, old_inputs, old_inputs, on_wait=_show_wait, is_moved=is_moved)
        failures = steps.check(self._resource, session, request)
        if isinstance(failures, Clash):
            return [self._redacted(clash_text(failures))]
        if not failures:
            found = steps.preview(self._resource, session, request)
            self._tell(notices.of_create(found, READER))
        return [self._redacted(failure_text(failure, READER.spell)) for failure in failures]

    @_in_one_line
    def diff(self, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        """Compare live, state and program; say what a dynamic resource's own display cannot show."""
        request = Request(self._plain(news), self._plain(olds), on_wait=_show_wait)
        session = self._session()
        found = steps.diff(self._resource, session, request)
        # Refresh calls diff too, without a check before it, after a read that has told the drift already.
        if session.claims.is_checked():
            self._tell([*notices.of_diff(found), *notices.of_plan(found)])
        # Without an update the state would stay the plugin's, and the engine could not find the dynamic provider in it
        # (an engine fact).
        changes = found.changed or _is_of_plugin(olds)
        return DiffResult(changes=changes, replaces=list(found.replaces), delete_before_replace=False)

    @_in_one_line
    def create(self, props: dict[str, Any]) -> CreateResult:
        """Put what is declared on the account."""
        request = Request(self._plain(props), on_wait=_show_wait)
        outputs = steps.write(self._resource, self._session(), request).outputs
        return CreateResult(self._resource.id_of(outputs), self._for_engine(outputs, props))

    @_in_one_line
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Read what is live; the inputs stay what the program last declared."""
        request = Request(state=self._plain(props), on_wait=_show_wait)
        found = steps.read(self._resource, self._session(), request)
        self._tell(notices.of_drift(found.drift))
        # Without an id the engine takes the resource out of the state.
        return ReadResult(id_ if found.outputs else "", self._for_engine(found.outputs, props))

    @_in_one_line
    def update(self, olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        """Make the account what is declared."""
        is_moved = _is_of_plugin(olds)
        request = Request(self._plain(news), self._plain(olds), on_wait=_show_wait, is_moved=is_moved)
        session = self._session()
        return UpdateResult(self._for_engine(steps.write(self._resource, session, request).outputs, news))

    @_in_one_line
    def delete(self, props: dict[str, Any]) -> None:
        """Remove what this stack put on the account."""
        request = Request(state=self._plain(props), on_wait=_show_wait)
        self._tell(notices.of_left(steps.delete(self._resource, self._session(), request)))

    def _session(self) -> Session:
        if isinstance(self._settings, SettingsError):
            raise self._settings
        session = session_of(self._settings)
        session.hide(self._marked.texts)
        return session

    def error_text(self, error: SendblueError) -> str:
        """Write an error in the reader's words."""
        return self._redacted(error_text(error, READER))

    def _redacted(self, text: str) -> str:
        return self._marked.taken_out_of(text)

    def _tell(self, found: Iterable[Notice]) -> None:
        for notice in found:
            engine_log.host_engine().log(notice.severity, self._redacted(notice.text))

    def _plain(self, properties: dict[str, Any]) -> dict[str, Any]:
        """Read property values from the host, with the core's own mark for what is not known yet.

        What the program marked as a secret is in no message from here on.
        """
        self._marked.add(_marked_in(properties))
        known = {name: value for name, value in properties.items() if name not in (PROVIDER_KEY, MARKED)}
        return {name: _converted(value, _unknown_from_host) for name, value in known.items()}

    def _for_engine(self, properties: Properties, like: dict[str, Any]) -> dict[str, Any]:
        """Write property values for the engine, every secret marked at its place.

        Args:
            properties: The properties.
            like: What came from the engine: what the program marked there goes back with them.
        """
        marked = mark_secrets(properties)
        if self._marked.texts:
            marked = wrap_texts(marked, self._marked.texts)
        if properties and (texts := _marked_in(like)):
            marked[MARKED] = mark_secret(texts)
        return {name: _converted(value, _unknown_to_engine) for name, value in marked.items()}


def _is_of_plugin(state: Properties) -> bool:
    """Return whether a state is the plugin's, from which the program has moved here: it has no pickled provider."""
    return PROVIDER_KEY not in state


def read_configuration(values: Mapping[str, Any], environ: Mapping[str, str]) -> dict[str, Any]:
    """Read the account's live configuration with one GET; nothing of it is kept.

    Args:
        values: The stack's configuration, by key (`apiKeyId`), secrets plain.
        environ: The environment.

    Returns:
        The properties that `getWebhookConfiguration` gives, as the schema spells them.

    Raises:
        pulumi.RunError: it cannot be read; the text says why, and what to do.
    """
    try:
        settings = load_settings(values, environ)
        with closing(Client(settings)) as client:
            return dict(steps.read_account(Session(settings, client)))
    except SendblueError as error:
        raise pulumi.RunError(error_text(error, READER)) from None
    except Exception as error:
        raise pulumi.RunError(defect_text(error)) from None


def holds_secret(properties: Properties) -> bool:
    """Return whether there is a secret anywhere in the properties."""
    return mark_secrets(properties) != properties


def _show_wait(waiting: Waiting) -> None:
    engine_log.host_engine().log("info", waiting_text(waiting), ephemeral=True)


def _marked_in(properties: Mapping[str, Any]) -> list[str]:
    marked = properties.get(MARKED)
    return [text for text in marked if isinstance(text, str)] if isinstance(marked, list) else []


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
