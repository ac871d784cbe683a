"""Calls that are cancelled while they are under way."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from sendblue_emulator import Emulator
from tests.plugin.answers import Failed
from tests.plugin.conftest import said
from tests.plugin.driver import Plugin

STALL = 8.0
"""How long a request stalls, in seconds: longer than a test waits."""
CALL_LIMIT = 5.0
"""How long a test waits for what is to come at once, in seconds."""


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

    def ends(self) -> None:
        """Wait for the end, which comes long before what stalls."""
        self.join(CALL_LIMIT)
        assert not self.is_alive()

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
    """Make a call, and cancel once that many requests were sent; it ends at once."""
    thread = Call(call)
    thread.start()
    until(lambda: len(emulator.journal) >= sent)
    plugin.cancel()
    thread.ends()
    return thread
