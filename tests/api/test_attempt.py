"""One attempt: its cancellation, and what is said of its failure."""

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
)
from tests.api.conftest import (
    CALLS,
    V2,
    answer,
    client_at,
    client_of,
    error_for,
    error_of,
    every_method,
    every_write,
    interruption_of,
    soon,
)

if TYPE_CHECKING:
    pass

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
