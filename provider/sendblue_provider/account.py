"""One account within this process: its lock, the shared GET, and what the resources of this run declare.

The dynamic host keeps one provider object per pickled string, and a delete uses the string in the state, so what has to
outlive one hook is kept here, keyed by account, and not on the provider. This is the process's only global state.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from .client import Client, Deadline
from .model import Configuration, Declaration, Managed
from .report import SCHEMA_READER, Reader
from .settings import Settings

SNAPSHOT_SECONDS: Final = 60.0
"""How long a GET serves the checks, diffs and reads of a process.

The engine reads every resource before the program runs, and a program can be slow.
"""


class Account:
    """What this process knows of one account; use every member while holding it (`with account.held()`).

    Args:
        settings: Credentials and endpoint.
        client: Talks to the account.
        reader: Who reads the messages.

    Attributes:
        declared: What each check of a configuration in this process declared, unknown parts left out.
        own: What the old inputs of this process's checks named: what the stack itself put there.
        diffed: The configuration that the last diff of this process compared with, as the API showed it.
    """

    def __init__(self, settings: Settings, client: Client, reader: Reader = SCHEMA_READER) -> None:
        self.settings = settings
        self.client = client
        self.reader = reader
        self.declared: list[Declaration] = []
        self.own: list[Managed] = []
        self.diffed: Configuration | None = None
        self._lock = threading.Lock()
        self._snapshot: tuple[float, Configuration] | None = None

    @contextmanager
    def held(self) -> Iterator[Deadline]:
        """Hold the account for one operation; its time budget starts once it is held."""
        with self._lock:
            yield Deadline(self.settings.timeout_seconds)

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

    def forget_snapshot(self) -> None:
        """Drop the snapshot: the account is about to be written."""
        self._snapshot = None


_accounts: dict[tuple[str, str], Account] = {}
_accounts_lock = threading.Lock()


def account_of(settings: Settings, reader: Reader = SCHEMA_READER) -> Account:
    """Return the process's one `Account` for the account that these settings name."""
    with _accounts_lock:
        key = (settings.base_url, settings.api_key_id)
        account = _accounts.get(key)
        if account is None:
            account = _accounts[key] = Account(settings, Client(settings), reader)
        elif account.settings != settings:
            account.settings, account.client = settings, Client(settings)
        return account


def forget_accounts() -> None:
    """Start afresh, as a new process would (for tests)."""
    with _accounts_lock:
        for account in _accounts.values():
            account.client.close()
        _accounts.clear()
