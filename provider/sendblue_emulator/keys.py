"""Which API key pair opens which account."""

from __future__ import annotations

import hmac
import threading


class KeyRing:
    """The key pairs of all accounts; an account may have several, as while a key is being rotated."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pairs: dict[str, tuple[str, str]] = {}

    def add(self, key_id: str, secret: str, account: str) -> None:
        """Add a key pair that opens an account.

        Raises:
            ValueError: The id or the secret is empty, or the id is in use. The text never has the secret in it.
        """
        if not key_id or not secret:
            raise ValueError("a key id and its secret must not be empty")
        with self._lock:
            if key_id in self._pairs:
                raise ValueError(f"the key id {key_id!r} is in use already")
            self._pairs[key_id] = (secret, account)

    def revoke(self, key_id: str, account: str) -> None:
        """Revoke a key pair.

        Raises:
            LookupError: The account has no such key.
        """
        with self._lock:
            if self._pairs.get(key_id, ("", ""))[1] != account:
                raise LookupError(f"account {account!r} has no key {key_id!r}")
            del self._pairs[key_id]

    def account_of(self, key_id: str, secret: str) -> str | None:
        """The name of the account that a pair opens; None if the pair is wrong."""
        with self._lock:
            known, account = self._pairs.get(key_id, ("", ""))
        return account if account and hmac.compare_digest(known.encode(), secret.encode()) else None
