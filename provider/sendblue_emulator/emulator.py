"""The emulator: accounts, journal, faults and hooks, and the ways to reach them."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from .account import Account
from .behaviour import Behaviour
from .faults import Faults
from .journal import Journal
from .keys import KeyRing
from .plan import Plan
from .store import Store

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Collection, Iterator, Mapping

    import httpx
    from flask import Flask

Vintage = Literal["v2", "unversioned"]

PATHS: dict[Vintage, str] = {"v2": "/api/v2/account/webhooks", "unversioned": "/api/account/webhooks"}
"""The endpoint's paths, old and new: which of them still answer is not known (reference, section 1)."""


class MissingFlaskError(ImportError):
    """Flask, which answers the requests, is not installed."""

    def __init__(self) -> None:
        super().__init__("the emulator needs Flask: pip install 'pulumi-sendblue[emulator]'")


class Emulator:
    """A stand-in for the account-webhooks API.

    Args:
        state: A JSON file that keeps the accounts' webhooks from one run to the next; None keeps them in memory. What
            the file has for an account goes before what `add_account` says.
        vintages: Which of the endpoint's two paths answer; the other is a 404. May be replaced at any time.
        not_found: Whether a 404 is an HTML page or JSON: which of them the API sends is not known.

    Raises:
        OSError: The state file cannot be read.
        ValueError: The state file is not one, or a vintage is not known.
    """

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
        self._hooks: Plan[Callable[[], object]] = Plan()
        self._app: Flask | None = None

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
            name: What the journal and `account` call it; `default`, then `account-2` and so on, if not given.
            webhooks: The `webhooks` object that it starts with, of any content.
            behaviour: How it answers where the real API's behaviour is not known.

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
            LookupError: There is none, or no name was given and there are several.
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
        """Call something just before a coming request is handled: somebody edits the account at that moment.

        Args:
            method: The request's method; `*` is any.
            callback: What to call. It runs in the thread that handles the request and may use the whole emulator.
            times: How many requests; None is every one.
            after: How many matching requests pass first.
            account: The name of the request's account; None is any.

        Raises:
            ValueError: `times` or `after` makes no sense.
        """
        self._hooks.add(callback, method=method, account=account, after=after, times=times)

    def run_hooks(self, method: str, account: str | None) -> None:
        """Call what is due before this request; for the app, which does so at every request."""
        for callback in self._hooks.take(method, account):
            callback()

    @property
    def app(self) -> Flask:
        """The WSGI app, for `httpx.WSGITransport` or a server of your own.

        Raises:
            MissingFlaskError: Flask is not installed.
        """
        with self._lock:
            if self._app is None:
                try:
                    from .app import create_app
                except ModuleNotFoundError as error:
                    if error.name not in ("flask", "werkzeug"):
                        raise
                    raise MissingFlaskError from None
                self._app = create_app(self)
            return self._app

    def transport(self, *, sleep: Callable[[float], object] = time.sleep) -> httpx.BaseTransport:
        """An httpx transport whose requests come here without a socket; faults surface as httpx's own errors.

        Args:
            sleep: What a stalled request waits with: give a fake clock's to test long timeouts quickly.

        Raises:
            MissingFlaskError: Flask is not installed.
        """
        from .transport import EmulatorTransport

        return EmulatorTransport(self.app, sleep)

    @contextmanager
    def serve(self, *, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
        """Serve over HTTP on a loopback address while the context lasts; gives the base URL.

        Args:
            host: A loopback address.
            port: 0 picks a free one.

        Raises:
            ValueError: The host is not a loopback address.
            OSError: The port cannot be had.
            MissingFlaskError: Flask is not installed.
        """
        app = self.app
        from .server import serving

        with serving(app, host, port) as url:
            yield url
