"""One attempt: its cancellation, what is said of its failure, the log, and TLS."""

from __future__ import annotations

import logging
import socket
import ssl
import threading
import time
from typing import TYPE_CHECKING

import httpx
import pytest

from sendblue_provider.api.retry import Cancelled, Deadline, Waiting
from sendblue_provider.errors import (
    Call,
    ConnectionFailed,
    RequestRefused,
    UntrustedServer,
)
from tests.api.conftest import (
    CALLS,
    OK,
    V2,
    answer,
    client_at,
    client_of,
    error_for,
    error_of,
    every_method,
    every_write,
    http,
    interruption_of,
    request_on,
    server,
    soon,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.api.conftest import Clock

URL = f"https://api.sendblue.com{V2}"


# Cancellation


def test_a_deadline_that_is_cancelled() -> None:
    """A wait ends when the run is cancelled, and does not begin when it was; the wait is announced before."""
    event = threading.Event()
    waits: list[Waiting] = []

    def on_wait(waiting: Waiting) -> None:
        waits.append(waiting)
        event.set()

    deadline = Deadline(60, event, on_wait=on_wait)
    with pytest.raises(Cancelled):
        deadline.wait(Call("PUT", URL), "no answer", 30)
    with pytest.raises(Cancelled):
        deadline.sleep(0)
    assert [Waiting(Call("PUT", URL), "no answer", 30)] == waits
    assert deadline.cancelled
    Deadline(5).sleep(0)  # nobody's to cancel


@every_method
def test_a_run_that_was_cancelled_before(method: str) -> None:
    """Nothing is sent any more, and the error says so."""
    event = threading.Event()
    event.set()
    with client_of() as (client, script):
        error = interruption_of(lambda: CALLS[method](client, Deadline(60, event)))
    assert (Call(method, URL), False, []) == (error.call, error.is_sent, script.sent)


@every_method
def test_a_request_that_is_under_way(method: str) -> None:
    """Its answer is not awaited; of a write the error says that it was sent, a GET wrote nothing."""
    event, end = threading.Event(), threading.Event()

    def handle(_: httpx.Request) -> httpx.Response:
        event.set()
        end.wait(20)
        return answer()

    with client_of(handle) as (client, script):
        error = interruption_of(lambda: CALLS[method](client, Deadline(60, event)))
        assert not end.is_set()
        end.set()
    assert (Call(method, URL), method != "GET", 1) == (error.call, error.is_sent, len(script.sent))


@every_write
def test_a_write_that_is_about_to_be_answered(method: str) -> None:
    """A moment after the cancellation the answer to a write still counts."""
    event = threading.Event()

    def handle(_: httpx.Request) -> httpx.Response:
        event.set()
        time.sleep(0.1)
        return answer(400)

    with client_of(handle) as (client, _):
        error = error_of(lambda: CALLS[method](client, Deadline(60, event)))
    assert isinstance(error, RequestRefused)


def test_a_back_off_that_is_cancelled() -> None:
    """A wait between two GETs ends, and no other GET is sent."""
    event = threading.Event()
    with client_of(answer(503, retry_after="30")) as (client, script):
        deadline = Deadline(60, event, on_wait=lambda _: event.set())
        error = interruption_of(lambda: client.get(deadline))
    assert (Call("GET", URL), False, 1) == (error.call, error.is_sent, len(script.sent))


# What is said of a failure


def caused(error: Exception, cause: Exception) -> Exception:
    """An error that was raised from another one, as the libraries do."""
    error.__cause__ = httpx.ConnectError("canary")
    error.__cause__.__context__ = cause
    return error


@pytest.mark.parametrize(
    ("raised", "reason"),
    [
        (httpx.ConnectTimeout("canary"), "the connection was not made in time"),
        (httpx.ReadTimeout("canary"), "no answer came in time"),
        (httpx.PoolTimeout("canary"), "no answer came in time"),
        (httpx.ProxyError("407 canary"), "the proxy refused (407)"),
        (httpx.ProxyError("canary"), "the proxy refused"),
        (httpx.ConnectError("canary"), "the connection could not be made"),
        (
            caused(httpx.ConnectError("canary"), ConnectionRefusedError("canary")),
            "the connection could not be made: it was refused",
        ),
        (
            caused(httpx.ConnectError("canary"), socket.gaierror("canary")),
            "the connection could not be made: the host's name is not known",
        ),
        (
            caused(httpx.ConnectError("canary"), ssl.SSLError("canary")),
            "the connection could not be made, or broke: TLS failed",
        ),
        (httpx.ReadError("canary"), "the connection broke"),
        (httpx.RemoteProtocolError("canary"), "the connection broke"),
        (httpx.UnsupportedProtocol("canary"), "the connection broke"),
        (httpx.InvalidURL("canary"), "the address cannot be used"),
        (UnicodeEncodeError("idna", "canary", 0, 1, "canary"), "the address cannot be used"),
    ],
)
def test_what_is_said_of_a_failure(raised: Exception, reason: str, caplog: pytest.LogCaptureFixture) -> None:
    """Each kind of failure has our own words; a library's text is neither shown nor logged."""
    caplog.set_level(logging.DEBUG)
    error = error_for(raised, "PUT")
    assert isinstance(error, ConnectionFailed)
    assert reason == error.reason
    assert f": {reason} (" in caplog.text
    assert "canary" not in f"{vars(error)} {error.__cause__!r} {error.__context__!r} {caplog.text}"


def test_a_host_that_cannot_be_looked_up() -> None:
    """A host whose name is longer than names are is an error of the connection, and no defect."""
    with client_at(f"https://{'a' * 64}.invalid") as client:
        assert isinstance(error_of(lambda: client.put({}, soon())), ConnectionFailed)


# The log


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

    with client_of(slow, httpx.ReadError("canary"), answer(content_encoding="br"), answer(400)) as (client, _):
        error_of(lambda: client.get(soon()))
        error_of(lambda: client.put({}, soon()))
    assert [
        f"GET {V2}: Sendblue answered 503 (1500 ms, attempt 1)",
        f"GET {V2}: the connection broke (0 ms, attempt 2)",
        f"GET {V2}: Sendblue answered 200 (0 ms, attempt 3)",
        f"PUT {V2}: Sendblue answered 400 (0 ms, attempt 1)",
    ] == lines(log)


def test_the_log_holds_no_secret(log: pytest.LogCaptureFixture) -> None:
    """Neither our lines nor those of the libraries below hold a credential or a secret, over a socket too."""

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
    assert len(log.records) > 10
    assert "canary" not in log.text


# TLS

CERTIFICATE = """
-----BEGIN CERTIFICATE-----
MIIBeDCCAR2gAwIBAgIBATAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlsb2NhbGhv
c3QwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBQxEjAQBgNVBAMM
CWxvY2FsaG9zdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABAxpfcOznFxnOu5E
VCHZ2jkNhittCLASvjSKcKHT7di6lD/Lk6B28NqLCQGVs6Bw2r6LVyJriF6/oPja
05jckmqjXjBcMB0GA1UdDgQWBBTYLWURlOTi0AI4usWjYr92lflfzDAPBgNVHRMB
Af8EBTADAQH/MA4GA1UdDwEB/wQEAwIChDAaBgNVHREEEzARgglsb2NhbGhvc3SH
BH8AAAEwCgYIKoZIzj0EAwIDSQAwRgIhAN281L3nScMU5PV6qsUyiQtaOeXAw5pA
jgs0YL6ct3YfAiEAzSFqOeN4IZxl8hCAcu9+1V3LEkUa5nqYCmaR+N7wL+s=
-----END CERTIFICATE-----
"""
"""Of localhost and 127.0.0.1, signed by itself, good from 2020 to 2120; its key below guards nothing."""

CERTIFICATE_KEY = """
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgYRn1NVyqvdoomT0J
e1pEIg7d+ajF6Zaqf9afPJQmqpahRANCAAQMaX3Ds5xcZzruRFQh2do5DYYrbQiw
Er40inCh0+3YupQ/y5OgdvDaiwkBlbOgcNq+i1cia4hev6D42tOY3JJq
-----END PRIVATE KEY-----
"""


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    path = tmp_path / "certificate.pem"
    path.write_text(CERTIFICATE)
    return path


@pytest.fixture
def tls_server(certificate: Path, tmp_path: Path) -> Iterator[tuple[int, list[bytes]]]:
    """A server for https that answers, and the requests that it could read."""
    key = tmp_path / "key.pem"
    key.write_text(CERTIFICATE_KEY)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    def talk(connection: socket.socket) -> None:
        asked.append(request_on(connection))
        connection.sendall(http(b'{"webhooks": {}}', b"Connection: close"))

    asked: list[bytes] = []
    with server(talk, context) as port:
        yield port, asked


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_a_certificate_that_nobody_vouches_for(tls_server: tuple[int, list[bytes]], method: str) -> None:
    """Certificates are verified: no request, and so no credential, reaches a server that proves nothing."""
    port, asked = tls_server
    waits: list[Waiting] = []
    with client_at(f"https://localhost:{port}") as client:
        error = error_of(lambda: CALLS[method](client, Deadline(20, on_wait=waits.append)))
    assert isinstance(error, UntrustedServer)
    assert "its issuer is not trusted" == error.reason
    assert ([], []) == (asked, waits)  # to ask again would not change it


def test_certificates_of_the_environment(
    tls_server: tuple[int, list[bytes]], certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SSL_CERT_FILE adds whom to trust; a certificate that is trusted but names another host is refused."""
    port, asked = tls_server
    look_up = socket.getaddrinfo
    monkeypatch.setattr("socket.getaddrinfo", lambda _, *rest, **more: look_up("127.0.0.1", *rest, **more))
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with client_at(f"https://localhost:{port}") as client:
        assert OK["webhooks"] == client.get(soon())
    with client_at(f"https://api.sendblue.invalid:{port}") as client:
        error = error_of(lambda: client.get(soon()))
    assert isinstance(error, UntrustedServer)
    assert "it is another host's" == error.reason
    assert 1 == len(asked)
