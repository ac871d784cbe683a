"""A client whose requests go to a script of answers, a clock that only waits move, and servers of raw bytes."""

from __future__ import annotations

import json
import random
import socket
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from sendblue_provider.api import attempt, retry
from sendblue_provider.api.client import PATHS, Client
from sendblue_provider.api.retry import Deadline
from sendblue_provider.errors import ApiError, Interrupted
from sendblue_provider.settings import Settings

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator

V2, UNVERSIONED = PATHS
A, B = "https://example.com/a", "https://example.com/b"
OK: dict[str, Any] = {"status": "OK", "webhooks": {}}
KEY_ID, SECRET_KEY = "canary-key-id", "canary-secret-key"
SETTINGS = Settings(KEY_ID, SECRET_KEY)

CALLS: dict[str, Callable[[Client, Deadline], object]] = {
    "GET": lambda client, deadline: client.get(deadline),
    "PUT": lambda client, deadline: client.put({"receive": [A]}, deadline),
    "POST": lambda client, deadline: client.post("receive", [A], deadline),
    "DELETE": lambda client, deadline: client.delete("receive", [A], deadline),
}
"""The four calls, for what holds of each of them."""
WRITES = ["PUT", "POST", "DELETE"]

every_method = pytest.mark.parametrize("method", CALLS)
every_write = pytest.mark.parametrize("method", WRITES)


def answer(status: int = 200, body: Any = None, **headers: str) -> httpx.Response:
    """An answer: text and bytes as they are, any other body as JSON; `retry_after` is the header Retry-After."""
    content = body if isinstance(body, str | bytes) else json.dumps(OK if body is None else body)
    return httpx.Response(
        status, headers={key.replace("_", "-"): text for key, text in headers.items()}, content=content
    )


class Script(httpx.BaseTransport):
    """Answers request after request with the next item of a list, and with the last one from then on.

    An item is an answer, an error to raise, or a function of the request that returns or raises one.
    """

    def __init__(self, *items: Any) -> None:
        self.items = list(items) or [answer()]
        self.requests: list[httpx.Request] = []

    @property
    def sent(self) -> list[str]:
        """Method and path of each request."""
        return [f"{request.method} {request.url.path}" for request in self.requests]

    @property
    def bodies(self) -> list[Any]:
        """The JSON of each request's body."""
        return [json.loads(request.content) for request in self.requests]

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        item = self.items[min(len(self.requests), len(self.items) - 1)]
        self.requests.append(request)
        item = item(request) if callable(item) else item
        if isinstance(item, Exception):
            raise item
        return httpx.Response(item.status_code, headers=item.headers.raw, content=item.content)


@contextmanager
def client_of(*items: Any, settings: Settings = SETTINGS) -> Iterator[tuple[Client, Script]]:
    """A client, and the script that answers it."""
    script = Script(*items)
    client = Client(settings, script)
    try:
        yield client, script
    finally:
        client.close()


@contextmanager
def client_at(url: str) -> Iterator[Client]:
    """A client of a real server."""
    client = Client(Settings(KEY_ID, SECRET_KEY, url))
    try:
        yield client
    finally:
        client.close()


def soon() -> Deadline:
    """A budget that no test should use up."""
    return Deadline(20)


def error_of(call: Callable[[], object]) -> ApiError:
    """The error of a call."""
    with pytest.raises(ApiError) as caught:
        call()
    return caught.value


def interruption_of(call: Callable[[], object]) -> Interrupted:
    """The error of a call that was cancelled."""
    with pytest.raises(Interrupted) as caught:
        call()
    return caught.value


def error_for(item: Any, method: str = "GET") -> ApiError:
    """The error that such an answer to such a call is."""
    with client_of(item) as (client, _):
        return error_of(lambda: CALLS[method](client, soon()))


class Clock:
    """A clock that only waits, and whoever sets it, move; the waits are kept."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waits: list[float] = []
        self.time = time.time

    def monotonic(self) -> float:
        """The time."""
        return self.now


@pytest.fixture(autouse=True)
def no_backoff(monkeypatch: pytest.MonkeyPatch) -> None:
    """Full jitter includes no wait at all: the tests that are not about waiting do not wait."""
    monkeypatch.setattr(random, "uniform", lambda low, _high: low)


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy of this machine has nothing to do with the tests."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of every budget, with the longest waits that the jitter allows."""
    clock = Clock()

    def sleep(_deadline: Deadline, seconds: float) -> None:
        clock.waits.append(seconds)
        clock.now += seconds

    monkeypatch.setattr(random, "uniform", lambda _low, high: high)
    monkeypatch.setattr(retry, "time", clock)
    monkeypatch.setattr(attempt, "time", clock)
    monkeypatch.setattr(Deadline, "sleep", sleep)
    return clock


# Servers of raw bytes


@contextmanager
def server(talk: Callable[[socket.socket], object], context: ssl.SSLContext | None = None) -> Iterator[int]:
    """A TCP server that has this talk with each client, one after the other, and then hangs up; gives its port."""
    closing = threading.Event()

    def serve() -> None:
        while not closing.is_set():
            with suppress(OSError):
                connection, _ = listener.accept()
                connection.settimeout(5)
                with context.wrap_socket(connection, server_side=True) if context else connection as stream:
                    talk(stream)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.02)
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield int(listener.getsockname()[1])
        finally:
            closing.set()
            thread.join()


def request_on(connection: socket.socket) -> bytes:
    """Read a request up to the end of its head, and of a body that came along."""
    received = b""
    while b"\r\n\r\n" not in received:
        more = connection.recv(65536)
        if not more:
            break
        received += more
    return received


def http(body: bytes, *headers: bytes, status: bytes = b"200 OK") -> bytes:
    """An answer on the wire. It says that the connection ends, else the next request may run into its end."""
    head = b"\r\n".join([b"HTTP/1.1 " + status, b"Content-Length: %d" % len(body), b"Connection: close", *headers])
    return head + b"\r\n\r\n" + body


def unused_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
