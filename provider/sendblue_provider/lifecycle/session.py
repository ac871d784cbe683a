"""One account within this process: its lock, the shared GET, and what the resources of this run declare.

The dynamic host keeps one provider object for each pickled string, and a delete uses the string in the state. So what
outlives one call of the engine is kept here, by account. This is the process's only global state.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from sendblue_provider.api.client import Client
from sendblue_provider.api.known import Hidden
from sendblue_provider.api.records import Records
from sendblue_provider.api.retry import Deadline, Waiting
from sendblue_provider.api.wire import from_wire
from sendblue_provider.plan.claims import Claims
from sendblue_provider.settings import Settings

if TYPE_CHECKING:
    from .operation import Operation

SNAPSHOT_SECONDS: Final = 60.0
"""How long one GET serves the checks, diffs and reads of a process.

The engine reads every resource before the program runs, and a program can be slow.
"""

LAST_GET_SECONDS: Final = 0.4
"""Timeout of the one GET that is sent after the deadline or a cancellation."""


class Session:
    """What this process knows of one account.

    Args:
        settings: Credentials and endpoint.
        client: Talks to the account.

    Attributes:
        claims: What each resource of this run declares.
        waiting: Writes that wait for the account; `apply` carries them out together.
        together: How many the last commit carried out; after several, more are expected.
        cancelled: Set when the run is cancelled; every operation ends then.
    """

    def __init__(self, settings: Settings, client: Client) -> None:
        self.settings = settings
        self.client = client
        self.claims = Claims()
        self.waiting: list[Operation] = []
        self.together = 1
        self.cancelled = threading.Event()
        self._turn = threading.Condition()
        self._is_held = False
        self._snapshot: tuple[float, Records] | None = None

    def read(self, seconds: float | None = None, on_wait: Callable[[Waiting], None] | None = None) -> Records:
        """Give the account's records as of at most `SNAPSHOT_SECONDS` ago.

        A check or a diff does not wait for a write that is under way: the write itself reads afresh, and is judged
        again.

        Args:
            seconds: The resource's own time budget; without one, that of the settings.
            on_wait: Called before a retry waits.

        Raises:
            ApiError: the account had to be read, and could not be.
        """
        records = self._fresh()
        if records is None:
            with self.holding():
                records = self._fresh()
                if records is None:
                    records = self.fetch(self.deadline(seconds, on_wait))
        return records

    def _fresh(self) -> Records | None:
        snapshot = self._snapshot
        is_fresh = snapshot is not None and time.monotonic() - snapshot[0] < SNAPSHOT_SECONDS
        return snapshot[1] if snapshot is not None and is_fresh else None

    @contextmanager
    def holding(self, unless: Callable[[], bool] = lambda: False) -> Iterator[bool]:
        """Hold the account. If `unless()` becomes true first, give False and do not hold it.

        A plain lock would let those whose operation is done wait behind one that begins.
        """
        with self._turn:
            self._turn.wait_for(lambda: not self._is_held or unless())
            is_needed = not unless()
            self._is_held = self._is_held or is_needed
        try:
            yield is_needed
        finally:
            if is_needed:
                with self._turn:
                    self._is_held = False
                    self._turn.notify_all()

    def hide(self, secrets: Iterable[str]) -> None:
        """Take these texts out of whatever is quoted from the API from now on, for every account of the process."""
        self.client.hide(secrets)

    def deadline(self, seconds: float | None, on_wait: Callable[[Waiting], None] | None = None) -> Deadline:
        """Start the time budget of an operation."""
        budget = seconds or self.settings.timeout_seconds
        return Deadline(budget, self.cancelled, is_own=bool(seconds), on_wait=on_wait)

    def fetch(self, deadline: Deadline) -> Records:
        """GET the account now; the answer becomes the snapshot.

        Raises:
            ApiError: it could not be read; the old snapshot is dropped.
            Interrupted: the run was cancelled.
        """
        try:
            records = from_wire(self.client.get(deadline))
        except BaseException:
            self._snapshot = None
            raise
        self._snapshot = (time.monotonic(), records)
        return records

    def fetch_last(self) -> Records:
        """GET the account although time is up or the run is cancelled.

        Raises:
            ApiError: it could not be read.
        """
        return self.fetch(Deadline(LAST_GET_SECONDS))

    def start_run(self) -> None:
        """Forget what an earlier run of a process that serves several has left."""
        with self.holding():
            self.claims = Claims()
            self.cancelled.clear()
            self._snapshot = None

    def change_settings(self, settings: Settings) -> None:
        """Use other settings for the same account from now on, such as a rotated key.

        Raises:
            SettingsError: the environment's proxies or certificates cannot be used.
        """
        with self.holding():
            client = Client(settings, hidden=_hidden)
            self.client.close()
            self.settings, self.client, self._snapshot = settings, client, None


_sessions: dict[tuple[str, str], Session] = {}
_hidden = Hidden()
"""Every secret that the process knows: credentials, also those before a rotation, inputs, state, live."""
_sessions_lock = threading.Lock()


def session_of(settings: Settings) -> Session:
    """Return the process's one session for the account that these settings name.

    Raises:
        SettingsError: the environment's proxies or certificates cannot be used.
    """
    with _sessions_lock:
        key = (settings.base_url, settings.api_key_id)
        session = _sessions.get(key)
        if session is None:
            session = _sessions[key] = Session(settings, Client(settings, hidden=_hidden))
    if session.settings != settings:
        session.change_settings(settings)
    return session


def forget_sessions() -> None:
    """Start afresh, as a new process would (for tests)."""
    global _hidden
    with _sessions_lock:
        for session in _sessions.values():
            session.client.close()
        _sessions.clear()
        _hidden = Hidden()
