"""The debug log: a line for each attempt, and nothing that a peer sent."""

from __future__ import annotations

import logging
import socket
from typing import TYPE_CHECKING

import httpx
import pytest

from sendblue_provider.errors import ConnectionFailed
from tests.api.conftest import (
    CALLS,
    UNVERSIONED,
    V2,
    answer,
    client_at,
    client_of,
    error_of,
    http,
    request_on,
    server,
    soon,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.api.conftest import Clock


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> pytest.LogCaptureFixture:
    """Everything that is logged, by the libraries below too."""
    monkeypatch.setattr(logging.getLogger("sendblue_provider"), "propagate", True)
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "sendblue_provider")
    return caplog


def lines(log: pytest.LogCaptureFixture) -> list[str]:
    """Our own debug lines."""
    own = [record for record in log.records if record.name == "sendblue_provider.api.retry"]
    assert {"DEBUG"} == {record.levelname for record in own}
    return [record.getMessage() for record in own]


def test_each_attempt_has_a_line(clock: Clock, log: pytest.LogCaptureFixture) -> None:
    """One debug line for each attempt: method, path, what it met, whole milliseconds and the attempt's number."""

    def slow(_: httpx.Request) -> httpx.Response:
        clock.now += 1.5004
        return answer(503)

    items = (slow, httpx.ReadError("canary"), answer(content_encoding="br"), answer(404), answer(400))
    with client_of(*items) as (client, _):
        error_of(lambda: client.get(soon()))
        error_of(lambda: client.put({}, soon()))
    assert [
        f"GET {V2}: Sendblue answered 503 (1500 ms, attempt 1)",
        f"GET {V2}: the connection broke (0 ms, attempt 2)",
        f"GET {V2}: Sendblue answered 200 (0 ms, attempt 3)",
        f"GET {UNVERSIONED}: Sendblue answered 404 (0 ms, attempt 1)",
        f"PUT {V2}: Sendblue answered 400 (0 ms, attempt 1)",
    ] == lines(log)


def test_the_log_holds_no_secret(log: pytest.LogCaptureFixture) -> None:
    """Our lines hold no credential or secret, and the libraries below log nothing of our requests, over a socket."""

    def talk(connection: socket.socket) -> None:
        request_on(connection)
        answers = [http(b"", status=b"503 Busy"), http(b'{"webhooks": {"globalSecret": "canary-global"}}'), b"canary"]
        connection.sendall(answers[min(len(asked), 2)])
        asked.append(1)

    asked: list[int] = []
    with server(talk) as port, client_at(f"http://127.0.0.1:{port}") as client:
        client.get(soon())
        error_of(lambda: client.put({"globalSecret": "canary-global"}, soon()))
    assert 3 == len(lines(log))
    assert [] == [record.name for record in log.records if record.name.startswith("http")]
    assert "canary" not in log.text


def echo(request: bytes) -> bytes:
    """60,000 bytes that are no HTTP, made of the credentials that a request brought."""
    return (b"\r\n".join(line for line in request.splitlines() if b"canary" in line) + b"\r\n") * 900


NO_HTTP: dict[str, Callable[[bytes], bytes]] = {
    "lines": lambda request: echo(request) + b"\r\n",
    "one line": lambda request: echo(request).replace(b"\r\n", b"") + b"\r\n\r\n",
    "headers": lambda request: b"HTTP/1.1 200 OK\r\n" + echo(request).replace(b": ", b" ") + b"\r\n",
    "a length": lambda request: b"HTTP/1.1 200 OK\r\nContent-Length: " + echo(request) + b"\r\n",
    "no end": echo,
}


@pytest.mark.parametrize("method", ["GET", "PUT"])
@pytest.mark.parametrize("kind", NO_HTTP)
def test_a_peer_that_speaks_no_http(method: str, kind: str, log: pytest.LogCaptureFixture) -> None:
    """Its bytes, an echo of the credentials among them, are in no error and no log; its kind is said in our words."""

    def talk(connection: socket.socket) -> None:
        connection.sendall(NO_HTTP[kind](request_on(connection)))

    with server(talk) as port, client_at(f"http://127.0.0.1:{port}") as client:
        error = error_of(lambda: CALLS[method](client, soon()))
    assert isinstance(error, ConnectionFailed)
    assert ("the connection broke" if kind == "no end" else "what answered is no HTTP server") == error.reason
    assert "canary" not in f"{vars(error)} {error.__cause__!r} {error.__context__!r} {log.text}"
    assert f"{method} {V2}: {error.reason} (" in log.text


def test_what_libraries_log_for_others_stays(log: pytest.LogCaptureFixture) -> None:
    """A program that uses the same library has its log."""

    def talk(connection: socket.socket) -> None:
        request_on(connection)
        connection.sendall(http(b""))

    with server(talk) as port:
        httpx.get(f"http://127.0.0.1:{port}")
    assert "httpcore.http11" in {record.name for record in log.records}
