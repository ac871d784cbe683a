"""What the emulator knows: accounts, keys, journal, faults and callbacks. The routes work on it."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from .account import Account
from .behaviour import Behaviour
from .faults import Faults
from .journal import Journal
from .keys import KeyRing
from .schedule import Schedule
from .store import Store

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Collection, Mapping

Vintage = Literal["v2", "unversioned"]

PATHS: dict[Vintage, str] = {"v2": "/api/v2/account/webhooks", "unversioned": "/api/account/webhooks"}
"""The endpoint's paths, old and new: which of them still answer is not known (reference, section 1)."""


class Backend:
    """The part of `Emulator` that the routes use; its arguments and errors are described there."""

    def __init__(
        self,
        *,
        state: str | os.PathLike[str] | None = None,
        vintages: Collection[Vintage] = ("v2", "unversioned"),
        not_found: Literal["html", "json"] = "html",
    ) -> None:
        self.journal = Journal()
        self.faults = Faults()
        self.keys = KeyRing()
        self.not_found = not_found
        self.vintages = vintages
        self._store = Store(None if state is None else Path(state))
        self._lock = threading.Lock()
        self._accounts: dict[str, Account] = {}
        self._before: Schedule[Callable[[], object]] = Schedule()
        self._after: Schedule[Callable[[], object]] = Schedule()

    @property
    def vintages(self) -> Collection[Vintage]:
        """Which of the endpoint's two paths answer."""
        return self._vintages

    @vintages.setter
    def vintages(self, vintages: Collection[Vintage]) -> None:
        unknown = set(vintages) - set(PATHS)
        if unknown:
            raise ValueError(f"no such vintage: {', '.join(sorted(unknown))}; there are {', '.join(PATHS)}")
        self._vintages = frozenset(vintages)

    @property
    def paths(self) -> list[str]:
        """The paths that answer."""
        return [PATHS[vintage] for vintage in PATHS if vintage in self._vintages]

    def add_account(
        self,
        *,
        key_id: str,
        secret: str,
        name: str | None = None,
        webhooks: Mapping[str, Any] | None = None,
        behaviour: Behaviour | None = None,
    ) -> Account:
        """Add an account.

        Args:
            key_id: The id of its first API key pair.
            secret: The secret of that pair.
            name: Its name in the journal and for `account`; `default`, then `account-2` and so on, if not given.
            webhooks: The `webhooks` object that it starts with, of any content.
            behaviour: How it answers if the real API's behaviour is not known.

        Raises:
            ValueError: The name or the key id is in use, or the key is empty.
            OSError: The state file cannot be written.
        """
        with self._lock:
            name = name or (f"account-{len(self._accounts) + 1}" if self._accounts else "default")
            if name in self._accounts:
                raise ValueError(f"there is an account {name!r} already")
            account = Account(
                name,
                keys=self.keys,
                store=self._store,
                webhooks=webhooks or {},
                behaviour=behaviour or Behaviour(),
            )
            account.add_key(key_id, secret)
            self._accounts[name] = account
            return account

    def account(self, name: str | None = None) -> Account:
        """The account of this name; without a name, the only one.

        Raises:
            LookupError: No account has the name, or no name was given and there are several accounts.
        """
        with self._lock:
            if name is None and len(self._accounts) == 1:
                return next(iter(self._accounts.values()))
            if name is None or name not in self._accounts:
                names = ", ".join(map(repr, self._accounts)) or "none"
                raise LookupError(f"no account {name!r}: there are {names}" if name else f"say which account: {names}")
            return self._accounts[name]

    @property
    def accounts(self) -> list[Account]:
        """All accounts, in the order they were added."""
        with self._lock:
            return list(self._accounts.values())

    def before(
        self,
        method: str,
        callback: Callable[[], object],
        *,
        times: int | None = 1,
        after: int = 0,
        account: str | None = None,
    ) -> None:
        """Call a function just before a coming request is handled: somebody edits the account at that moment.

        Args:
            method: The request's method; `*` is any.
            callback: The function. It runs in the thread that handles the request and may use the whole emulator.
            times: How many requests; None is every one.
            after: How many matching requests pass first.
            account: The name of the request's account; None is any.

        Raises:
            ValueError: `times` or `after` makes no sense.
        """
        self._before.add(callback, method=method, account=account, after=after, times=times)

    def after(
        self,
        method: str,
        callback: Callable[[], object],
        *,
        times: int | None = 1,
        after: int = 0,
        account: str | None = None,
    ) -> None:
        """Call a function as soon as a coming request was applied, before its answer is sent.

        The arguments are those of `before`. A request that a fault keeps from being applied does not count; one whose
        answer a fault takes away does.

        Raises:
            ValueError: `times` or `after` makes no sense.
        """
        self._after.add(callback, method=method, account=account, after=after, times=times)

    def run_before(self, method: str, account: str | None) -> None:
        """Call the functions that are due before this request; for the routes, which do so at every request."""
        for callback in self._before.take(method, account):
            callback()

    def run_after(self, method: str, account: str | None) -> None:
        """Call the functions that are due after this request; for the routes, which do so at every one applied."""
        for callback in self._after.take(method, account):
            callback()
