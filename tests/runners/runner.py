"""A runner carries out the commands of a story, or of a test of its own, with one front end of the provider."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any, Final, Protocol

import pytest

from sendblue_emulator import Account, Emulator
from tests.plugin.driver import DEFAULT_PROVIDER
from tests.plugin.engine import Engine
from tests.plugin.processes import served
from tests.plugin.values import Secret
from tests.runners import process
from tests.runners.deployment import Deployment, Host, Stack
from tests.runners.dynamic import DynamicHost
from tests.runners.plugin import PluginHost
from tests.runners.program import Program, Resource, Run

MAIN: Final = "main"
"""The account that a runner starts with."""


def key_id(account: str) -> str:
    """Return the id of an account's key."""
    return f"{account}-key-id"


def secret_key(account: str) -> str:
    """Return the secret of an account's key."""
    return f"canary-{account}-key"


def add_account(emulator: Emulator, name: str = MAIN, **options: Any) -> Account:
    """Add an account that a runner can use."""
    return emulator.add_account(key_id=key_id(name), secret=secret_key(name), name=name, **options)


class Runner(Protocol):
    """One stack, and the commands that a user gives for it. Each command is a new process of the provider.

    Attributes:
        name: Which runner it is.
        stack: The state; it may be replaced, as by a state that was not saved.
    """

    name: str

    def preview(self, program: Program) -> Run:
        """Do what `pulumi preview` does."""

    def up(self, program: Program, *, parallel: int = 1, killed: bool = False) -> Run:
        """Do what `pulumi up --skip-preview` does; with `killed` its state is not saved."""

    def refresh(self) -> Run:
        """Do what `pulumi refresh` does."""

    def destroy(self, *, parallel: int = 1) -> Run:
        """Do what `pulumi destroy` does."""

    def import_(self, resource: Resource, id_: str) -> Run:
        """Do what `pulumi import` does."""

    def outputs(self, name: str) -> dict[str, Any]:
        """Return a resource's outputs from the state, secrets in the clear."""

    def revealed(self) -> str:
        """Return what the state shows to those who cannot decrypt it."""

    def use(self, account: str) -> None:
        """Configure another account's credentials from now on."""

    def cancel(self) -> None:
        """Press Ctrl-C in the command that runs."""


class InProcess:
    """A runner whose provider is served within this process, against an emulator over a real socket.

    Args:
        name: `dynamic` or `plugin`.
        emulator: The API.
        url: Where it is.
        engine: Gets the provider's messages.
        timeout: The budget of an operation in seconds.
        at_operation: Called before each create, update and delete.
    """

    def __init__(
        self,
        name: str,
        emulator: Emulator,
        url: str,
        engine: Engine,
        *,
        timeout: float = 10,
        at_operation: Callable[[], object] = lambda: None,
    ) -> None:
        self.name = name
        self.stack = Stack()
        self.timeout = timeout
        self._emulator, self._url, self._engine, self._at_operation = emulator, url, engine, at_operation
        self._account = MAIN
        self._tracebacks: list[str] = []
        self._host: Host | None = None

    def preview(self, program: Program) -> Run:
        """Do what `pulumi preview` does."""
        return self._run(lambda command: command.up(program), preview=True, saved=False)

    def up(self, program: Program, *, parallel: int = 1, killed: bool = False) -> Run:
        """Do what `pulumi up --skip-preview` does; with `killed` its state is not saved."""
        return self._run(lambda command: command.up(program), parallel=parallel, saved=not killed)

    def refresh(self) -> Run:
        """Do what `pulumi refresh` does."""
        return self._run(lambda command: command.refresh())

    def destroy(self, *, parallel: int = 1) -> Run:
        """Do what `pulumi destroy` does."""
        return self._run(lambda command: command.destroy(), parallel=parallel)

    def import_(self, resource: Resource, id_: str) -> Run:
        """Do what `pulumi import` does."""
        return self._run(lambda command: command.import_(resource, id_))

    def outputs(self, name: str) -> dict[str, Any]:
        """Return a resource's outputs from the state, secrets in the clear."""
        return {key: value for key, value in self.stack.outputs(name).items() if key != "__provider"}

    def revealed(self) -> str:
        """Return what the state shows to those who cannot decrypt it."""
        return self.stack.revealed()

    def use(self, account: str) -> None:
        """Configure another account's credentials from now on."""
        self._account = account

    def cancel(self) -> None:
        """Press Ctrl-C in the command that runs."""
        assert self._host is not None
        self._host.cancel()

    def _run(
        self,
        act: Callable[[Deployment], None],
        *,
        preview: bool = False,
        parallel: int = 1,
        saved: bool = True,
    ) -> Run:
        self._emulator.journal.clear()
        self._engine.take()
        self._engine.debug.clear()
        self._tracebacks.clear()
        with self._process() as host:
            self._host = host
            command = Deployment(
                host,
                self.stack,
                self._emulator,
                preview=preview,
                parallel=parallel,
                at_operation=self._at_operation,
            )
            act(command)
        self._host = None
        if saved and not preview:
            self.stack = command.stack
        run = command.run
        run.texts[:0] = [message.text for message in self._engine.take()]
        run.hidden = [*(message.text for message in self._engine.debug), *self._tracebacks]
        run.requests = self._emulator.journal.methods()
        return run

    @contextmanager
    def _process(self) -> Iterator[Host]:
        settings: dict[str, Any] = {
            "apiKeyId": key_id(self._account),
            "apiSecretKey": secret_key(self._account),
            "baseUrl": self._url,
            "timeoutSeconds": self.timeout,
        }
        process.forget()
        with process.logging_as_before():
            if self.name == "dynamic":
                host = DynamicHost(settings, self._tracebacks)
                try:
                    yield host
                finally:
                    host.close()
            else:
                plugin = served(self._engine)
                plugin.handshake(self._engine)
                plugin.configure({**settings, "apiSecretKey": Secret(settings["apiSecretKey"])}, DEFAULT_PROVIDER)
                yield PluginHost(plugin)
        process.forget()


@contextmanager
def in_process(
    name: str,
    emulator: Emulator,
    *,
    visible_seconds: float = 0.0,
    timeout: float = 10,
    at_operation: Callable[[], object] = lambda: None,
    settings: Mapping[str, str] | None = None,
) -> Iterator[InProcess]:
    """Open a runner.

    Args:
        name: `dynamic` or `plugin`.
        emulator: The API, with the account `MAIN` (`add_account`).
        visible_seconds: How long a write that is not visible yet is waited for.
        timeout: The budget of an operation in seconds.
        at_operation: Called before each create, update and delete.
        settings: Environment variables of the provider.
    """
    engine = Engine()
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        for variable in [name for name in os.environ if name.startswith(("SENDBLUE_", "PULUMI_"))]:
            patch.delenv(variable)
        for variable, value in (settings or {}).items():
            patch.setenv(variable, value)
        process.wait_at_most(patch, visible_seconds)
        stack.enter_context(engine.serving())
        url = stack.enter_context(emulator.serve())
        process.talk_to(patch, engine.address)
        yield InProcess(name, emulator, url, engine, timeout=timeout, at_operation=at_operation)
    process.forget()
