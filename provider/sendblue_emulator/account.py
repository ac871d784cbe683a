"""One account: its webhooks, its keys and how it behaves."""

from __future__ import annotations

import copy
import threading
from typing import TYPE_CHECKING, Any

from . import operations

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .behaviour import Behaviour
    from .keys import KeyRing
    from .store import Store

_WRITES: dict[str, tuple[Callable[[operations.Webhooks, Any, Behaviour], operations.Webhooks], str]] = {
    "PUT": (operations.replaced, "Webhooks updated successfully"),
    "POST": (operations.appended, "Webhooks added successfully"),
    "DELETE": (operations.deleted, "Webhooks deleted successfully"),
}
METHODS = ("GET", *_WRITES)


class Account:
    """An account of the emulator; `Emulator.add_account` makes one.

    The methods that change webhooks are edits as by hand in the dashboard: at once, whatever the behaviour, and not in
    the journal. Thread-safe.
    """

    def __init__(
        self, name: str, *, keys: KeyRing, store: Store, webhooks: Mapping[str, Any], behaviour: Behaviour
    ) -> None:
        self.name = name
        self._keys = keys
        self._store = store
        self._lock = threading.RLock()
        self._behaviour = behaviour
        self._webhooks: operations.Webhooks = {}
        self._before: operations.Webhooks = {}
        self._lagging = 0
        stored = store.load(name)
        self.webhooks = dict(webhooks) if stored is None else stored

    def __repr__(self) -> str:
        return f"Account({self.name!r})"

    @property
    def behaviour(self) -> Behaviour:
        """How the account answers; may be replaced at any time."""
        return self._behaviour

    @behaviour.setter
    def behaviour(self, behaviour: Behaviour) -> None:
        with self._lock:
            self._behaviour = behaviour

    def behave(self, **changes: Any) -> None:
        """Change some fields of the behaviour: `account.behave(secrets="masked")`.

        Raises:
            ValueError: A name is not a field of `Behaviour`, or a value not one of its choices.
        """
        with self._lock:
            self._behaviour = self._behaviour.changed(changes)

    @property
    def webhooks(self) -> dict[str, Any]:
        """A copy of the `webhooks` object as it is stored; assign another to replace it."""
        with self._lock:
            return copy.deepcopy(self._webhooks)

    @webhooks.setter
    def webhooks(self, webhooks: Mapping[str, Any]) -> None:
        self._edit(copy.deepcopy(dict(webhooks)))

    def add(self, event: str, entry: str | Mapping[str, Any]) -> None:
        """Add an entry, a URL or an object, to an event, known or not.

        Raises:
            ValueError: The account has something else than a list of webhooks under that name.
        """
        with self._lock:
            entries = self._webhooks.get(event, [])
            if not isinstance(entries, list):
                raise ValueError(f"{event} is not an event")
            added = entry if isinstance(entry, str) else copy.deepcopy(dict(entry))
            self._edit({**self._webhooks, event: [*entries, added]})

    def remove(self, event: str, url: str) -> None:
        """Remove every entry with this URL from an event.

        Raises:
            LookupError: The event has no such entry.
        """
        with self._lock:
            entries = self._webhooks.get(event, [])
            rest = [entry for entry in entries if operations.url_of(entry) != url]
            if len(rest) == len(entries):
                raise LookupError(f"{event} has no {url!r}")
            self._edit({**self._webhooks, event: rest})

    def set_secret(self, name: str, value: str | None) -> None:
        """Set the account's `globalSecret` or legacy `secret`; None removes it.

        Raises:
            ValueError: The name is neither of the two.
        """
        if name not in operations.SECRETS:
            raise ValueError(f"an account has {' and '.join(operations.SECRETS)}, not {name!r}")
        with self._lock:
            rest = {key: kept for key, kept in self._webhooks.items() if key != name}
            self._edit(rest if value is None else {**rest, name: value})

    def add_key(self, key_id: str, secret: str) -> None:
        """Let another key pair open the account too, as in a rotation.

        Raises:
            ValueError: The id or the secret is empty, or the id is in use.
        """
        self._keys.add(key_id, secret, self.name)

    def revoke_key(self, key_id: str) -> None:
        """Revoke a key pair: requests with it get 401.

        Raises:
            LookupError: The account has no such key.
        """
        self._keys.revoke(key_id, self.name)

    def handle(self, method: str, body: Any) -> dict[str, Any]:
        """Apply an API request and return the body of its answer.

        Raises:
            RefusedError: The API refuses the request.
        """
        with self._lock:
            if method == "GET":
                return {"status": "OK", "webhooks": operations.shown(self._read(), self._behaviour)}
            change, message = _WRITES[method]
            before, lag = self._webhooks, self._behaviour.lag
            self._edit(change(before, body, self._behaviour))
            self._before, self._lagging = before, lag
            answer: dict[str, Any] = {"status": "OK", "message": message}
            if method == "POST" or (method == "PUT" and self._behaviour.put_answer == "full"):
                answer["webhooks"] = operations.shown(self._webhooks, self._behaviour)
            return answer

    def _read(self) -> operations.Webhooks:
        # A lag that is set to 0 is over at once.
        if not self._lagging or not self._behaviour.lag:
            return self._webhooks
        self._lagging -= 1
        return self._before

    def _edit(self, webhooks: operations.Webhooks) -> None:
        with self._lock:
            self._store.save(self.name, webhooks)
            self._webhooks = webhooks
