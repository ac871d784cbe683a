"""The secrets that a process knows, of all its accounts, to be taken out of whatever is quoted."""

from __future__ import annotations

import threading
from collections.abc import Hashable, Iterable, Mapping
from typing import Any

from .quote import secrets_in
from .wire import from_wire, secrets_of


class Hidden:
    """What to hide. An account may have 10,000 secrets: a GET notes its answer, which is read if an error quotes."""

    def __init__(self) -> None:
        self._texts: set[str] = set()
        self._shown: dict[Hashable, Mapping[str, Any]] = {}
        self._lock = threading.Lock()

    def add(self, texts: Iterable[str]) -> None:
        """Hide these texts."""
        with self._lock:
            self._texts.update(texts)

    def show(self, account: Hashable, webhooks: Mapping[str, Any]) -> None:
        """Hide every secret in what a GET of an account shows, and in what the GETs before it did."""
        with self._lock:
            before = self._shown.get(account)
            self._shown[account] = webhooks
            if before is not None and before != webhooks:
                self._texts |= _secrets(before)

    def all(self) -> set[str]:
        """Return everything to hide."""
        with self._lock:
            return self._texts.union(*map(_secrets, self._shown.values()))


def _secrets(webhooks: Mapping[str, Any]) -> set[str]:
    return {*secrets_in(webhooks), *secrets_of(from_wire(webhooks))}
