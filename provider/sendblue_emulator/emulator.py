"""The emulator, and the ways to reach it: a WSGI app, a transport for httpx, a server."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .backend import Backend

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import httpx
    from flask import Flask


class MissingFlaskError(ImportError):
    """Flask, which answers the requests, is not installed."""

    def __init__(self) -> None:
        super().__init__("the emulator needs Flask: pip install 'pulumi-sendblue[emulator]'")


class Emulator(Backend):
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

    _app: Flask | None = None

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
            OSError: The port is not available.
            MissingFlaskError: Flask is not installed.
        """
        app = self.app
        from .server import serving

        with serving(app, host, port) as url:
            yield url
