"""Limits of an answer, its headers, and the proxies and certificates of the environment."""

from __future__ import annotations

import gzip
import json
import threading
import tracemalloc
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING

import httpx
import pytest

from sendblue_provider.api.attempt import MAX_RESPONSE_BYTES
from sendblue_provider.api.client import Client
from sendblue_provider.errors import (
    ConnectionFailed,
    SendblueError,
    UnexpectedResponse,
)
from tests.api.conftest import (
    OK,
    SETTINGS,
    A,
    client_at,
    error_of,
    http,
    request_on,
    server,
    soon,
    unused_port,
)

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator

SERVER = "https://api.sendblue.com"
NO = {"status": "ERROR", "message": "no"}


# Limits of an answer


class Chunks(httpx.SyncByteStream):
    """A body as it comes off a socket: in pieces, still encoded."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def __iter__(self) -> Iterator[bytes]:
        for start in range(0, len(self._content), 65536):
            yield self._content[start : start + 65536]


def get_in_chunks(content: bytes, encoding: str = "identity") -> object:
    def handle(_: httpx.Request) -> httpx.Response:
        asked.append(1)
        return httpx.Response(200, headers={"content-encoding": encoding}, stream=Chunks(content))

    asked: list[int] = []
    client = Client(SETTINGS, httpx.MockTransport(handle))
    try:
        return client.get(soon())
    finally:
        client.close()
        assert len(asked) <= 2  # one a path: an answer that cannot be used would be no better if it came again


def zeros(mebibytes: int) -> bytes:
    """So many MiB of zeros in gzip's format, made from one compressed MiB."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    head = compressor.compress(bytes(1024)) + compressor.flush(zlib.Z_FULL_FLUSH)
    block = compressor.compress(bytes(1024 * 1024)) + compressor.flush(zlib.Z_FULL_FLUSH)
    return head + block * mebibytes


BODY = json.dumps(OK).encode()


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (BODY + b" " * (MAX_RESPONSE_BYTES - len(BODY)), "identity"),
        (gzip.compress(BODY), "gzip"),
        (zlib.compress(BODY), "Deflate"),
    ],
    ids=["just the limit", "gzip", "deflate"],
)
def test_answers_within_the_limits(content: bytes, encoding: str) -> None:
    """8 MiB are read, and so is an ordinary compressed answer."""
    assert {} == get_in_chunks(content, encoding)


@pytest.mark.parametrize(
    ("content", "encoding", "kind"),
    [
        (BODY + b" " * (MAX_RESPONSE_BYTES + 1 - len(BODY)), "identity", "too large"),
        (zeros(256), "gzip", "too large"),
        (gzip.compress(zeros(256)), "gzip, gzip", "compressed"),
        (b"not compressed", "gzip", "compressed"),
        (b"not compressed", "deflate", "compressed"),
    ],
    ids=["a byte too much", "a bomb", "a bomb in a bomb", "no gzip", "no deflate"],
)
def test_answers_beyond_the_limits(content: bytes, encoding: str, kind: str) -> None:
    """The limit is on what an answer unpacks to, and memory does not grow far beyond it."""
    tracemalloc.start()
    try:
        error = error_of(lambda: get_in_chunks(content, encoding))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert isinstance(error, UnexpectedResponse)
    assert (kind, 200) == (error.kind, error.status)
    assert peak <= 20 * MAX_RESPONSE_BYTES


def test_an_endless_answer_is_not_read_to_its_end() -> None:
    """Over a socket the client hangs up when the limit is passed."""

    def talk(connection: socket.socket) -> None:
        request_on(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        with suppress(OSError):
            while sent[0] < 10 * MAX_RESPONSE_BYTES:
                sent[0] += connection.send(b" " * 65536)

    sent = [0]
    with server(talk) as port, client_at(f"http://127.0.0.1:{port}") as client:
        error = error_of(lambda: client.get(soon()))
    assert isinstance(error, UnexpectedResponse)
    assert sent[0] < 5 * MAX_RESPONSE_BYTES


HEADERS = [
    *(b"X-Note", b"Set-Cookie: n=1", b"Retry-After", b"Location", b"Content-Type: text/plain; charset"),
    *(b"Content-Encoding", b"Connection", b"Date", b"Server", b"ETag", b"WWW-Authenticate", b"Link"),
]


@pytest.mark.parametrize("status", [b"200 Gr\xfc\xdfe", b"302 Found"])
def test_headers_beyond_ascii(status: bytes) -> None:
    """A header with a byte that is no ASCII, a cookie or an address too, breaks neither this call nor the next."""

    def talk(connection: socket.socket) -> None:
        request_on(connection)
        connection.sendall(http(BODY, *[b"%s: caf\xe9" % name for name in HEADERS], status=status))

    with server(talk) as port, client_at(f"http://127.0.0.1:{port}") as client:
        for _ in range(2):
            if status.startswith(b"200"):
                assert {} == client.get(soon())
            else:
                assert isinstance(error_of(lambda: client.get(soon())), UnexpectedResponse)


def test_a_connection_that_the_server_closed_is_not_used_again() -> None:
    """A write, which is sent once, does not fail because the server closed the connection of the GET before it."""
    closed = threading.Event()

    def talk(connection: socket.socket) -> None:
        methods.append(request_on(connection).split()[0])
        connection.sendall(http(BODY))
        connection.shutdown(2)
        closed.set()

    methods: list[bytes] = []
    with server(talk) as port, client_at(f"http://127.0.0.1:{port}") as client:
        client.get(soon())
        assert closed.wait(5)
        client.post("receive", [A], soon())
    assert [b"GET", b"POST"] == methods


# Proxies and certificates of the environment


def proxy(asked: list[bytes]) -> Callable[[socket.socket], None]:
    """A proxy's talk: it keeps what it is asked and refuses."""

    def talk(connection: socket.socket) -> None:
        asked.append(request_on(connection))
        connection.sendall(http(b"", status=b"502 Canary Gateway"))

    return talk


def test_the_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """HTTPS_PROXY is used, by a tunnel: the proxy sees the host, and none of the credentials."""
    asked: list[bytes] = []
    with server(proxy(asked)) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        with client_at("https://api.sendblue.invalid") as client:
            error = error_of(lambda: client.post("receive", [A], soon()))
    assert isinstance(error, ConnectionFailed)
    assert "the proxy refused (502)" == error.reason
    assert [b"CONNECT api.sendblue.invalid:443"] == [request.rsplit(b" HTTP", 1)[0] for request in asked]
    assert b"canary" not in b"".join(asked)


def test_hosts_without_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """NO_PROXY is honoured, and plain http, which is for this machine alone, does not travel to a proxy."""
    asked: list[bytes] = []
    with server(proxy(asked)) as port:
        for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
        with client_at(f"http://127.0.0.1:{unused_port()}") as client:
            error_of(lambda: client.put({}, soon()))
        monkeypatch.setenv("NO_PROXY", "localhost")
        with client_at(f"https://localhost:{unused_port()}") as client:
            error = error_of(lambda: client.put({}, soon()))
    assert isinstance(error, ConnectionFailed)
    assert "the connection could not be made: it was refused" == error.reason
    assert [] == asked


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HTTPS_PROXY", "socks5://127.0.0.1:1080"),
        ("HTTPS_PROXY", "ftp://canary:canary@127.0.0.1:1"),
        ("HTTPS_PROXY", "http://canary:canary@127.0.0.1:port"),
        ("SSL_CERT_FILE", "/nowhere/at/all.pem"),
        ("SSL_CERT_FILE", "conftest.py"),
    ],
)
def test_an_environment_that_cannot_be_used(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """A proxy or certificate setting that cannot be used is an error in our own words, which names the variable."""
    monkeypatch.chdir(__file__.rpartition("/")[0])
    monkeypatch.setenv(name, value)

    def call() -> None:
        with client_at(f"https://127.0.0.1:{unused_port()}") as client:
            client.put({}, soon())

    with pytest.raises(SendblueError) as caught:
        call()
    (problem,) = getattr(caught.value, "problems", [])
    assert name in problem
    assert "canary" not in problem


def test_plain_http_needs_no_certificates(monkeypatch: pytest.MonkeyPatch) -> None:
    """With plain http, which is for this machine alone, no certificates are loaded."""
    loaded: list[str] = []
    monkeypatch.setattr("ssl.SSLContext.load_verify_locations", lambda *_, **__: loaded.append("certificates"))

    def talk(connection: socket.socket) -> None:
        request_on(connection)
        connection.sendall(http(json.dumps(OK).encode()))

    with server(talk) as port, client_at(f"http://127.0.0.1:{port}") as client:
        client.put({}, soon())
    assert [] == loaded
