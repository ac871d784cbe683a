"""A schedule: faults and callbacks that wait for coming requests."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass
class _Scheduled(Generic[T]):
    item: T
    method: str
    account: str | None
    skip: int
    left: int | None

    def matches(self, method: str, account: str | None) -> bool:
        return self.method in ("*", method) and self.account in (None, account)


class Schedule(Generic[T]):
    """Items that wait for requests, in the order they were added. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._scheduled: list[_Scheduled[T]] = []

    def add(self, item: T, *, method: str, account: str | None, after: int, times: int | None) -> None:
        """Schedule an item for `times` requests (None: all) once `after` matching ones have passed.

        Raises:
            ValueError: A count makes no sense.
        """
        if after < 0 or (times is not None and times < 1):
            raise ValueError("after must be 0 or more, and times 1 or more, or None for always")
        with self._lock:
            self._scheduled.append(_Scheduled(item, method.upper(), account, after, times))

    def take(self, method: str, account: str | None, *, limit: int | None = None) -> list[T]:
        """The items that are due at this request, at most `limit` of them.

        Each matching item counts the request, whether it is due or not.
        """
        due: list[T] = []
        with self._lock:
            for scheduled in self._scheduled:
                if not scheduled.matches(method, account):
                    continue
                if scheduled.skip:
                    scheduled.skip -= 1
                elif limit is None or len(due) < limit:
                    due.append(scheduled.item)
                    scheduled.left = None if scheduled.left is None else scheduled.left - 1
            self._scheduled = [scheduled for scheduled in self._scheduled if scheduled.left != 0]
        return due

    def pending(self) -> list[T]:
        """The items that are not used up, in order."""
        with self._lock:
            return [scheduled.item for scheduled in self._scheduled]

    def clear(self) -> None:
        """Forget every item."""
        with self._lock:
            self._scheduled.clear()
