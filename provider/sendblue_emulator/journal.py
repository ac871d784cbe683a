"""A journal of the requests that the emulator received."""

from __future__ import annotations

import itertools
import threading
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Entry:
    """One request. Holds no header and no credential; the body may hold webhook secrets."""

    method: str
    path: str
    account: str | None
    """The account that its key pair opens; None if it has no right pair."""
    body: Any = None
    """Its JSON body; None if it has no body, or one that is not JSON."""
    fault: str | None = None
    """The kind of the fault that it met, if any."""
    status: int | None = None
    """The status of its answer; None until it is sent, and for ever if the connection was dropped instead."""


class Journal:
    """The requests in order of arrival, those that met a fault included. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = itertools.count()
        self._entries: dict[int, Entry] = {}

    def record(self, entry: Entry) -> int:
        """Add a request and return the number under which `update` finds it."""
        with self._lock:
            number = next(self._numbers)
            self._entries[number] = entry
            return number

    def update(self, number: int, **changes: Any) -> None:
        """Complete a request's entry; does nothing if the journal was cleared meanwhile."""
        with self._lock:
            if number in self._entries:
                self._entries[number] = replace(self._entries[number], **changes)

    def entries(self, account: str | None = None) -> list[Entry]:
        """All requests, or those of one account."""
        with self._lock:
            return [entry for entry in self._entries.values() if account is None or entry.account == account]

    def methods(self, account: str | None = None) -> list[str]:
        """The methods of all requests, or of one account's: `["GET", "PUT", "GET"]`."""
        return [entry.method for entry in self.entries(account)]

    def clear(self) -> None:
        """Forget all requests."""
        with self._lock:
            self._entries.clear()

    def as_json(self) -> list[dict[str, Any]]:
        """All requests as JSON values."""
        return [asdict(entry) for entry in self.entries()]

    def __len__(self) -> int:
        return len(self.entries())

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries())
