"""A process on an emulated account whose clock only moves when somebody waits."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from sendblue_emulator import Account, Emulator, Fault
from sendblue_provider.api import attempt as one_attempt
from sendblue_provider.api import retry
from sendblue_provider.api.client import Client
from sendblue_provider.api.retry import Cancelled, Deadline
from sendblue_provider.errors import SendblueError
from sendblue_provider.lifecycle import apply, session
from sendblue_provider.lifecycle import round as one_round
from sendblue_provider.lifecycle.session import Session
from sendblue_provider.settings import Settings

if TYPE_CHECKING:
    from .operations import Operation

SETTINGS = Settings("key-id", "canary-key", timeout_seconds=60.0)
Start = Callable[..., Session]
Attempt = Callable[..., SendblueError | None]


class Clock:
    """A clock that only waits move; the waits are kept."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waits: list[float] = []

    def monotonic(self) -> float:
        """The time."""
        return self.now

    def time(self) -> float:
        """The time of day."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


def use_clock(patch: pytest.MonkeyPatch) -> Clock:
    """Put a clock in the place of the real one, with the longest waits that the jitter allows."""
    clock = Clock()

    def sleep(deadline: Deadline, seconds: float) -> None:
        if deadline.cancelled:
            raise Cancelled
        clock.waits.append(seconds)
        clock.now += seconds

    patch.setattr(random, "uniform", lambda _low, high: high)
    for module in (retry, one_attempt, apply, one_round, session):
        patch.setattr(module, "time", clock)
    patch.setattr(Deadline, "sleep", sleep)
    return clock


@pytest.fixture
def emulator() -> Emulator:
    """An emulator with one account."""
    emulator = Emulator()
    emulator.add_account(key_id="key-id", secret="canary-key")
    return emulator


@pytest.fixture
def remote(emulator: Emulator) -> Account:
    """The account as it is on the other side: edits here are somebody else's."""
    return emulator.account()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that only waits move."""
    return use_clock(monkeypatch)


@pytest.fixture
def start(emulator: Emulator, clock: Clock) -> Iterator[Start]:
    """Start as a new process does, which knows nothing of the account."""
    clients: list[Client] = []

    def start(settings: Settings = SETTINGS) -> Session:
        clients.append(Client(settings, emulator.transport(sleep=clock.sleep)))
        return Session(settings, clients[-1])

    yield start
    for client in clients:
        client.close()


@pytest.fixture
def attempt(emulator: Emulator, remote: Account, start: Start) -> Attempt:
    """Run an operation in a new process; give its error, if any."""

    def attempt(operation: Operation, *faults: Fault, **behaviour: Any) -> SendblueError | None:
        remote.webhooks = operation.before
        remote.behave(**behaviour)
        emulator.faults.add(*faults)
        try:
            operation.run(start())
        except SendblueError as error:
            return error
        finally:
            emulator.faults.clear()
        return None

    return attempt
