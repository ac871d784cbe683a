"""Serving the app over HTTP on a loopback address."""

from __future__ import annotations

import os
import socket
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from .faults import CLOSING
from .loopback import is_loopback

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask


@contextmanager
def serving(app: Flask, host: str, port: int) -> Iterator[str]:
    """Serve an app in a thread while the context lasts; gives the base URL.

    At the end open connections are closed, and no thread or socket is left.

    Raises:
        ValueError: The host is not a loopback address.
        OSError: The port is not available.
    """
    if not is_loopback(host):
        raise ValueError(f"{host} is not a loopback address: the emulator serves this machine only")
    server = _listen(app, host, port)
    thread = threading.Thread(target=server.serve_until_closing, name="sendblue-emulator", daemon=True)
    thread.start()
    try:
        yield f"http://{f'[{host}]' if ':' in host else host}:{server.port}"
    finally:
        server.closing.set()
        server.wake()
        thread.join()
        server.hang_up()
        server.server_close()


def _listen(app: Flask, host: str, port: int) -> _Server:
    # werkzeug prints and exits when it cannot bind, so the socket is bound here.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        if os.name == "posix":  # elsewhere the option lets two programs share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(_Server.request_queue_size)
        return _Server(host, port, app, _Handler, fd=listener.fileno())


class _Server(ThreadedWSGIServer):
    daemon_threads = False  # so that server_close() waits for the handlers

    def __init__(self, *args: Any, **options: Any) -> None:
        self.closing = threading.Event()
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()
        super().__init__(*args, **options)

    def serve_until_closing(self) -> None:
        """Serve, and look at nothing else: `serve_forever` wakes up again and again to see whether it is to end."""
        while not self.closing.is_set():
            self.handle_request()

    def wake(self) -> None:
        """Let the loop see that the server is closing."""
        with suppress(OSError), socket.create_connection((self.host, self.port), timeout=1):
            pass

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._open_lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._open_lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """Wake the handlers that wait for a silent client."""
        with self._open_lock:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)


class _Handler(WSGIRequestHandler):
    server: _Server

    def make_environ(self) -> dict[str, Any]:
        # Python's own handler joins the slashes that a path begins with before werkzeug sees it.
        sent = self.requestline.split()[1]
        return {**super().make_environ(), "RAW_URI": sent, CLOSING: self.server.closing}

    def connection_dropped(self, error: BaseException, environ: dict[str, Any] | None = None) -> None:  # noqa: ARG002
        # A fault closed the connection: no next request can be read from it.
        self.close_connection = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Log nothing: the journal has it."""
