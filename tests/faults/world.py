"""Runs a case: an operation with a fault, then the same command again in a new process with nothing wrong."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, Final

import pytest

from sendblue_emulator import Account, Emulator, Fault
from sendblue_emulator.journal import Entry
from sendblue_provider.api.retry import Deadline
from tests.faults.matrix import ADDED, IMPORT_ID, KEY, SECRETS, Case, Front, Scene, Subject
from tests.plugin.engine import Engine
from tests.plugin.processes import served
from tests.plugin.values import Secret
from tests.runners import process
from tests.runners.deployment import Deployment, Host, Stack
from tests.runners.dynamic import DynamicHost
from tests.runners.plugin import PluginHost
from tests.runners.program import Resource

BUDGET: Final = 5.0
"""Seconds that an operation may take."""


@dataclass(frozen=True)
class Ran:
    """What a command did.

    Attributes:
        error: Why it failed; empty if it did not.
        texts: Every text that it gave: messages, debug messages, errors, tracebacks.
        entries: Its requests.
        content: What is on the account after it.
        stack: The state after it.
    """

    error: str
    texts: Sequence[str]
    entries: Sequence[Entry]
    content: Mapping[str, Any]
    stack: Stack

    @property
    def methods(self) -> list[str]:
        """The methods of its requests."""
        return [entry.method for entry in self.entries]

    @property
    def writes(self) -> int:
        """How many writes it sent."""
        return sum(method != "GET" for method in self.methods)


@dataclass(frozen=True)
class Outcome:
    """What happened in a case.

    Attributes:
        before: The account before the operation.
        started: The state before it.
        undisturbed: The operation with nothing wrong.
        faulty: The operation with the fault.
        again: The same command once more; None if nothing is left to do it for.
    """

    case: Case
    before: Mapping[str, Any]
    started: Stack
    undisturbed: Ran
    faulty: Ran
    again: Ran | None


class World:
    """An emulator over a socket, an engine, and processes of both front ends.

    Args:
        emulator: The emulator.
        url: Where it is served.
        engine: The engine that gets the messages.
        patch: Shortens the provider's times.
    """

    def __init__(self, emulator: Emulator, url: str, engine: Engine, patch: pytest.MonkeyPatch) -> None:
        self._emulator, self._url, self._engine, self._patch = emulator, url, engine, patch
        self._numbers = itertools.count()
        self._deployed: dict[tuple[Front, str, str], tuple[Mapping[str, Any], Stack]] = {}
        self._undisturbed: dict[Subject, Ran] = {}
        self._calm: dict[tuple[Subject, str, str], Ran] = {}

    def undisturbed(self, subject: Subject) -> Ran:
        """Return what an operation does if nothing goes wrong."""
        if subject not in self._undisturbed:
            ran = self._calm_command(subject, *self._begin(subject))
            assert not ran.error, ran.error
            self._undisturbed[subject] = ran
        return self._undisturbed[subject]

    def run(self, case: Case) -> Outcome:
        """Run a case."""
        undisturbed = self.undisturbed(case.subject)
        key_id, account, stack = self._begin(case.subject)
        before = _content(account)
        with self._trouble(case, account):
            faulty = self._command(case.subject, key_id, account, stack)
        again = None
        if faulty.error or case.subject.operation != "delete":
            again = self._calm_command(case.subject, key_id, account, faulty.stack)
        return Outcome(case, before, stack, undisturbed, faulty, again)

    @contextmanager
    def _trouble(self, case: Case, account: Account) -> Iterator[None]:
        trouble, emulator = case.trouble, self._emulator
        if trouble.fault:
            times = None if case.lasts else 1
            fields = _quoting(trouble.fault, case.secrets)
            emulator.faults.add(Fault(**fields, after=case.place, times=times, applied=case.applied))
        if trouble.edit == "after":
            emulator.after(case.request.split()[0], lambda: account.add(*ADDED))
        if trouble.edit == "before":
            emulator.before(
                "GET", lambda: account.add(*ADDED), after=_gets_before(self.undisturbed(case.subject), case)
            )
        if trouble.behaviour:
            account.behave(**trouble.behaviour)
        with self._patch.context() as patch:
            shorten(patch, visible=trouble.visible, attempt=trouble.attempt)
            yield
        emulator.faults.clear()
        account.behave(lag=0, dropped_on_put=())

    def _begin(self, subject: Subject) -> tuple[str, Account, Stack]:
        scene = subject.scene
        content, stack = self._deploy(subject, scene) if scene.before else ({}, Stack())
        key_id, account = self._account(_joined(content, scene.theirs))
        return key_id, account, stack

    def _deploy(self, subject: Subject, scene: Scene) -> tuple[Mapping[str, Any], Stack]:
        assert scene.before is not None
        key = (subject.front, subject.kind, scene.before.name)
        if key not in self._deployed:
            key_id, account = self._account({})
            ran = self._command(subject._replace(operation="create"), key_id, account, Stack(), scene.before)
            assert not ran.error, ran.error
            self._deployed[key] = (ran.content, ran.stack)
        return self._deployed[key]

    def _account(self, webhooks: Mapping[str, Any]) -> tuple[str, Account]:
        key_id = f"key-id-{next(self._numbers)}"
        return key_id, self._emulator.add_account(key_id=key_id, secret=KEY, name=key_id, webhooks=webhooks)

    def _calm_command(self, subject: Subject, key_id: str, account: Account, stack: Stack) -> Ran:
        """Run a command with nothing wrong, or return what it did when it last began with this account and state.

        Most faults leave one of a few accounts and states, and a new process knows nothing else.
        """
        beginning = (subject, json.dumps(account.webhooks), repr(stack))
        if beginning not in self._calm:
            self._calm[beginning] = self._command(subject, key_id, account, stack)
        return self._calm[beginning]

    def _command(
        self, subject: Subject, key_id: str, account: Account, stack: Stack, program: Resource | None = None
    ) -> Ran:
        """Run a command in a new process."""
        self._emulator.journal.clear()
        self._engine.take()
        self._engine.debug.clear()
        tracebacks: list[str] = []
        settings = {"apiKeyId": key_id, "apiSecretKey": Secret(KEY), "baseUrl": self._url, "timeoutSeconds": BUDGET}
        with self._process(subject.front, settings, tracebacks) as host:
            deployment = Deployment(host, stack, self._emulator, preview=subject.operation == "diff")
            _COMMANDS[subject.operation](deployment, program or subject.scene.program)
        messages = [message.text for message in [*self._engine.take(), *self._engine.debug]]
        run = deployment.run
        return Ran(
            "\n".join(run.errors.values()),
            [*run.texts, *messages, *tracebacks, deployment.stack.revealed()],
            self._emulator.journal.entries(),
            _content(account),
            deployment.stack,
        )

    @contextmanager
    def _process(self, front: Front, settings: Mapping[str, Any], tracebacks: list[str]) -> Iterator[Host]:
        process.forget()
        if front == "plugin":
            plugin = served(self._engine)
            plugin.handshake(self._engine)
            plugin.configure(settings)
            yield PluginHost(plugin)
            return
        with self._patch.context() as patch:
            process.talk_to(patch, self._engine.address)
            host = DynamicHost({**settings, "apiSecretKey": KEY}, tracebacks)
            try:
                yield host
            finally:
                host.close()


_COMMANDS: Final[Mapping[str, Callable[[Deployment, Resource], None]]] = {
    "create": lambda deployment, program: deployment.up((program,)),
    "update": lambda deployment, program: deployment.up((program,)),
    "diff": lambda deployment, program: deployment.up((program,)),
    "delete": lambda deployment, _: deployment.destroy(),
    "read": lambda deployment, _: deployment.refresh(),
    "import": lambda deployment, program: deployment.import_(program, IMPORT_ID[program.kind]),
}


def shorten(patch: pytest.MonkeyPatch, *, visible: float = 0.0, attempt: float = 0.0) -> None:
    """Shorten the provider's times: polls, pauses before retries, and, if given, one attempt."""
    process.wait_at_most(patch, visible)
    for name in ("api.retry._FIRST_BACKOFF", "lifecycle.round._FIRST_PAUSE"):
        patch.setattr(f"sendblue_provider.{name}", 0.0002)
    if attempt:
        patch.setattr("sendblue_provider.api.retry.ATTEMPT_SECONDS", attempt)


@contextmanager
def world() -> Iterator[World]:
    """Make a world."""
    emulator, engine = Emulator(), Engine()
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        for name in ("PULUMI_CONFIG", "SENDBLUE_API_BASE_URL", "SENDBLUE_API_API_KEY", "SENDBLUE_API_API_SECRET"):
            patch.delenv(name, raising=False)
        shorten(patch)
        sleep = Deadline.sleep  # a `Retry-After` is waited for, but not a second long
        patch.setattr(Deadline, "sleep", lambda deadline, seconds: sleep(deadline, seconds / 20))
        stack.enter_context(process.logging_as_before())
        stack.callback(process.forget)
        url = stack.enter_context(emulator.serve())
        stack.enter_context(engine.serving())
        yield World(emulator, url, engine, patch)


def _content(account: Account) -> dict[str, Any]:
    """Return what is on the account; an empty event is no event."""
    return {key: value for key, value in account.webhooks.items() if value != []}


def _joined(own: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    joined = {**theirs, **own}
    for event in own.keys() & theirs.keys():
        joined[event] = [*theirs[event], *own[event]] if isinstance(own[event], list) else own[event]
    return joined


def _quoting(value: Any, secrets: str) -> Any:
    if isinstance(value, str):
        return value.replace(SECRETS, secrets)
    if isinstance(value, Mapping):
        return {name: _quoting(item, secrets) for name, item in value.items()}
    return [_quoting(item, secrets) for item in value] if isinstance(value, list) else value


def _gets_before(ran: Ran, case: Case) -> int:
    return ran.methods[: case.place].count("GET")
