"""Things that are to happen at coming requests: a queue that faults and hooks share."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass
class _Planned(Generic[T]):
    what: T
    method: str
    account: str | None
    skip: int
    left: int | None

    def matches(self, method: str, account: str | None) -> bool:
        return self.method in ("*", method) and self.account in (None, account)


class Plan(Generic[T]):
    """What is planned, in the order it was added. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._planned: list[_Planned[T]] = []

    def add(self, what: T, *, method: str, account: str | None, after: int, times: int | None) -> None:
        """Plan something for `times` requests (None: all) once `after` matching ones have passed.

        Raises:
            ValueError: A count makes no sense.
        """
        if after < 0 or (times is not None and times < 1):
            raise ValueError("after must be 0 or more, and times 1 or more, or None for always")
        with self._lock:
            self._planned.append(_Planned(what, method.upper(), account, after, times))

    def take(self, method: str, account: str | None, *, limit: int | None = None) -> list[T]:
        """What is due at this request, at most `limit` of it; each counts the request, due or not."""
        due: list[T] = []
        with self._lock:
            for planned in self._planned:
                if not planned.matches(method, account):
                    continue
                if planned.skip:
                    planned.skip -= 1
                elif limit is None or len(due) < limit:
                    due.append(planned.what)
                    planned.left = None if planned.left is None else planned.left - 1
            self._planned = [planned for planned in self._planned if planned.left != 0]
        return due

    def pending(self) -> list[T]:
        """What is still to come, in order."""
        with self._lock:
            return [planned.what for planned in self._planned]

    def clear(self) -> None:
        """Forget everything planned."""
        with self._lock:
            self._planned.clear()
