"""Calls that take time: how long they take, and calls that are cancelled while they are under way."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sendblue_emulator import Emulator
from tests.plugin.conftest import said
from tests.plugin.driver import Failed, Plugin

STALL = 8.0
"""How long a request stalls: longer than any test may take."""
CALL_LIMIT = 5.0
"""How long a test waits for what is to come at once."""


class Took:
    """How long something took, in seconds."""

    seconds = 0.0


@contextmanager
def timed() -> Iterator[Took]:
    """Take the time of what is done within the context."""
    took, start = Took(), time.monotonic()
    yield took
    took.seconds = time.monotonic() - start


class Call(threading.Thread):
    """A call in a thread of its own."""

    def __init__(self, call: Callable[[], object]) -> None:
        super().__init__(daemon=True)
        self._call = call
        self.result: object = None
        self.failed: Failed | None = None

    def run(self) -> None:
        """Make the call."""
        try:
            self.result = self._call()
        except Failed as error:
            self.failed = error

    def ends_within(self, seconds: float) -> None:
        """Wait for the end."""
        with timed() as took:
            self.join(CALL_LIMIT)
        assert not self.is_alive()
        assert took.seconds < seconds

    @property
    def text(self) -> str:
        """The error's one line."""
        assert self.failed is not None, f"the call succeeded: {self.result}"
        return said(self.failed.text)


def until(condition: Callable[[], bool]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + CALL_LIMIT
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


def interrupted(plugin: Plugin, emulator: Emulator, sent: int, call: Callable[[], object]) -> Call:
    """Make a call, and cancel once that many requests were sent; it has to end within a second."""
    thread = Call(call)
    thread.start()
    until(lambda: len(emulator.journal) >= sent)
    plugin.cancel()
    thread.ends_within(1.0)
    return thread
