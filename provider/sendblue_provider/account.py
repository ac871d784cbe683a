"""One account within this process: its lock, the shared GET, and what the resources of this run declare.

The dynamic host keeps one provider object per pickled string, and a delete uses the string in the state, so what has to
outlive one hook is kept here, keyed by account, and not on the provider. This is the process's only global state.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final, NamedTuple

from .client import Client
from .model import Configuration, Declaration, Entry, Path
from .settings import Settings
from .transport import Deadline

SNAPSHOT_SECONDS: Final = 60.0
"""How long a GET serves the checks, diffs and reads of a process.

The engine reads every resource before the program runs, and a program can be slow.
"""

LAST_LOOK_SECONDS: Final = 0.4
"""How long a GET may take that only finds out what a write has done for which no time is left."""


class Declared(NamedTuple):
    """What one resource of this run declares.

    Attributes:
        kind: The resource's type.
        declaration: What it wants to be on the account.
    """

    kind: str
    declaration: Declaration


class Account:
    """What this process knows of one account; use every member while holding it (`with account.held()`).

    Args:
        settings: Credentials and endpoint.
        client: Talks to the account.

    Attributes:
        declared: What each resource checked in this process wants to be there, by the resource's URN, or whatever else
            tells one check from another where the front end knows no URN.
        own: What the old inputs of the same checks named: the stack itself put that there.
        ignored: Places whose changes a resource ignores, as its diff was told, by its URN; a create is not told.
        diffed: The configuration that the last diff of this process compared with, as the API showed it.
        diffed_entries: The same of the resources that are one entry each: all that the event had of that URL, by both.
        hides_secrets: Whether a secret that this stack put there did not show, while no other entry's did.
        cancelled: Set when the run is cancelled; every operation ends then.
    """

    def __init__(self, settings: Settings, client: Client) -> None:
        self.settings = settings
        self.client = client
        self.declared: dict[Hashable, Declared] = {}
        self.own: dict[Hashable, Configuration] = {}
        self.ignored: dict[Hashable, Sequence[Path]] = {}
        self.diffed: Configuration | None = None
        self.diffed_entries: dict[tuple[str, str], tuple[Entry, ...]] = {}
        self.hides_secrets = False
        self.cancelled = threading.Event()
        self._lock = threading.Lock()
        self._snapshot: tuple[float, Configuration] | None = None

    @contextmanager
    def held(self, seconds: float | None = None) -> Iterator[Deadline]:
        """Hold the account for one operation; its time budget starts once it is held.

        Args:
            seconds: The resource's own budget; without one, that of the settings.
        """
        with self._lock:
            yield Deadline(seconds or self.settings.timeout_seconds, self.cancelled, own=bool(seconds))

    def snapshot(self, deadline: Deadline) -> Configuration:
        """Return the configuration as of at most `SNAPSHOT_SECONDS` ago.

        Raises:
            ApiError: it had to be fetched, and could not be.
        """
        if self._snapshot is not None and time.monotonic() - self._snapshot[0] < SNAPSHOT_SECONDS:
            return self._snapshot[1]
        return self.fetch(deadline)

    def fetch(self, deadline: Deadline) -> Configuration:
        """GET the configuration now; it becomes the snapshot.

        Raises:
            ApiError: it could not be fetched; the old snapshot is dropped.
        """
        self._snapshot = None
        live = self.client.get(deadline)
        self._snapshot = (time.monotonic(), live)
        return live

    def last_look(self) -> Configuration:
        """GET the configuration although time is up or the run is cancelled.

        Raises:
            ApiError: it could not be fetched.
        """
        return self.fetch(Deadline(LAST_LOOK_SECONDS))

    def change_settings(self, settings: Settings) -> None:
        """Use other settings for the same account from now on, such as a rotated key, and look again with them.

        Raises:
            SettingsError: the environment's proxies or certificates cannot be used.
        """
        with self._lock:
            self.client.close()
            self.settings, self.client, self._snapshot = settings, Client(settings), None

    def start_run(self) -> None:
        """Forget what an earlier run of a process that serves several has left."""
        with self._lock:
            self.declared.clear()
            self.own.clear()
            self.ignored.clear()
            self.diffed_entries.clear()
            self.hides_secrets = False
            self.cancelled.clear()
            self.forget()

    def forget(self) -> None:
        """Forget what the account was: it is about to be written."""
        self._snapshot = self.diffed = None


_accounts: dict[tuple[str, str], Account] = {}
_accounts_lock = threading.Lock()


def account_of(settings: Settings) -> Account:
    """Return the process's one `Account` for the account that these settings name."""
    with _accounts_lock:
        key = (settings.base_url, settings.api_key_id)
        account = _accounts.get(key)
        if account is None:
            account = _accounts[key] = Account(settings, Client(settings))
    if account.settings != settings:
        account.change_settings(settings)
    return account


def forget_accounts() -> None:
    """Start afresh, as a new process would (for tests)."""
    with _accounts_lock:
        for account in _accounts.values():
            account.client.close()
        _accounts.clear()
