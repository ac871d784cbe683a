"""Which requests are sent again, the waits between them, and the time budget."""

from __future__ import annotations

import random
import socket
import threading
import time
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from sendblue_provider.api.retry import Deadline, Waiting, backoff, parse_retry_after
from sendblue_provider.errors import (
    Call,
    ConnectionFailed,
    OutOfTime,
    ServiceUnavailable,
)
from tests.api.conftest import (
    CALLS,
    UNVERSIONED,
    V2,
    answer,
    client_at,
    client_of,
    error_of,
    every_method,
    every_write,
    http,
    request_on,
    server,
    soon,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.api.conftest import Clock

URL = f"https://api.sendblue.com{V2}"


# Retries


@pytest.mark.parametrize(
    "item",
    [
        *[answer(status) for status in (408, 429, 500, 502, 504, 599)],
        *[
            kind("canary")
            for kind in (httpx.ConnectError, httpx.ReadTimeout, httpx.ProxyError, httpx.RemoteProtocolError)
        ],
    ],
    ids=lambda item: str(getattr(item, "status_code", type(item).__name__)),
)
def test_a_get_is_sent_again(item: Any) -> None:
    """After what may pass a GET is sent again, and a success after it is one."""
    with client_of(item, item, answer()) as (client, script):
        assert {} == client.get(soon())
    assert [f"GET {V2}"] * 3 == script.sent


def test_a_body_that_breaks_off() -> None:
    """An answer that ends within its body is worth another attempt."""

    def talk(connection: socket.socket) -> None:
        request_on(connection)
        body = http(b'{"webhooks": {}}')
        connection.sendall(body if seen else body[:-3])
        seen.append(1)

    seen: list[int] = []
    with server(talk) as port, client_at(f"http://127.0.0.1:{port}") as client:
        assert {} == client.get(soon())
    assert 2 == len(seen)


def test_retries_end(clock: Clock) -> None:
    """There are six retries, however much time is left; each wait may be twice as long as the one before."""
    waits: list[Waiting] = []
    with client_of(answer(503)) as (client, script):
        error = error_of(lambda: client.get(Deadline(3600, on_wait=waits.append)))
    assert isinstance(error, ServiceUnavailable)
    assert [f"GET {V2}"] * 7 + [f"GET {UNVERSIONED}"] == script.sent
    assert [0.25, 0.5, 1, 2, 4, 8] == clock.waits
    assert [(Call("GET", URL), "Sendblue answered 503", seconds) for seconds in clock.waits] == waits


@every_write
def test_a_write_never_waits(clock: Clock, method: str) -> None:
    """Whatever a write is answered, it is not sent again, and nobody is told of a wait."""
    waits: list[Waiting] = []
    with client_of(answer(429, retry_after="1")) as (client, script):
        error_of(lambda: CALLS[method](client, Deadline(60, on_wait=waits.append)))
    assert ([], [], 1) == (waits, clock.waits, len(script.sent))


@pytest.mark.parametrize("share", [0, 0.5, 1])
def test_backoff(monkeypatch: pytest.MonkeyPatch, share: float) -> None:
    """A wait is anything from nothing to a bound that doubles with each attempt."""
    monkeypatch.setattr(random, "uniform", lambda low, high: low + share * (high - low))
    assert [share * 0.25, share * 0.5, share * 8] == [backoff(1), backoff(2), backoff(6)]


# Retry-After


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7),
        (" 120 ", 120),
        ("9" * 400, float("inf")),
        ("0", None),
        *[(value, None) for value in (None, "", "soon", "-5", "1.5", "7s", "\u0667", "\u00b2", "caf\xe9")],
        *[(f"Wed, 21 Oct 2015 07:28:00 {zone}", None) for zone in ("GMT", "-0000", "+9999", "+99999999999999999999")],
        ("Wed, 99 Oct 2015 07:28:00 GMT", None),
        ("Wed, 21 Oct 99999 07:28:00 GMT", None),
    ],
)
def test_values_of_retry_after(value: str | None, seconds: float | None) -> None:
    """Whole seconds are understood; what is malformed, zero or past asks for nothing."""
    assert seconds == parse_retry_after(value)


@pytest.fixture
def new_york() -> Iterator[None]:
    """Let this machine be in New York, if it can be moved (not on Windows)."""
    set_zone = getattr(time, "tzset", lambda: None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "America/New_York")
        set_zone()
        yield
    set_zone()


@pytest.mark.parametrize("form", ["%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %d %H:%M:%S %Y"])
@pytest.mark.usefixtures("new_york")
def test_dates_of_retry_after(form: str) -> None:
    """Each of HTTP's three forms of a date is understood, in Greenwich time wherever this machine is."""
    moment = datetime.now(timezone.utc) + timedelta(seconds=100)
    seconds = parse_retry_after(moment.strftime(form))
    assert seconds is not None
    assert 90 < seconds <= 100


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_retry_after_is_kept_to(clock: Clock, status: int) -> None:
    """A GET waits for as long as the API asks for."""
    with client_of(answer(status, retry_after="7"), answer()) as (client, _):
        client.get(Deadline(60))
    assert [7.0] == clock.waits


def test_retry_after_that_asks_for_nothing(clock: Clock) -> None:
    """A zero leaves the ordinary wait, and a success is one whatever it says about coming back."""
    with client_of(answer(503, retry_after="0"), answer(retry_after="3600")) as (client, _):
        client.get(Deadline(60))
    assert [0.25] == clock.waits


@pytest.mark.parametrize("form", ["seconds", "date", "endless"])
def test_retry_after_beyond_the_budget(clock: Clock, form: str) -> None:
    """A wait that would outlast the budget fails at once, with the budget and what was asked for."""
    date = format_datetime(datetime.now(timezone.utc) + timedelta(hours=1), usegmt=True)
    value, asked_for = {"seconds": ("3600", 3600), "date": (date, 3590), "endless": ("9" * 400, float("inf"))}[form]
    with client_of(answer(429, retry_after=value)) as (client, script):
        error = error_of(lambda: client.get(Deadline(60, is_own=True)))
    assert isinstance(error, OutOfTime)
    assert ("Sendblue answered 429", 60, True) == (error.reason, error.seconds, error.is_own)
    assert asked_for <= error.asked_for
    assert ([], 1) == (clock.waits, len(script.sent))


# The time budget


def test_a_deadline(clock: Clock) -> None:
    """A deadline counts from its making, and goes below zero."""
    deadline = Deadline(10)
    clock.now += 4
    assert 6 == deadline.remaining()
    clock.now += 7
    assert -1 == deadline.remaining()


@every_method
def test_no_time_left(method: str) -> None:
    """With the budget used up nothing is sent any more."""
    with client_of() as (client, script):
        error = error_of(lambda: CALLS[method](client, Deadline(0)))
    assert isinstance(error, OutOfTime)
    assert ([], 0, False, 0) == (script.sent, error.seconds, error.is_own, error.asked_for)


def stalling(clock: Clock, seconds: float = 1000.0) -> Callable[[httpx.Request], Exception]:
    """An API that does not answer: the attempt ends when its read timeout does."""

    def handle(request: httpx.Request) -> Exception:
        clock.now += min(seconds, request.extensions["timeout"]["read"])
        return httpx.ReadTimeout("canary")

    return handle


@every_method
@pytest.mark.parametrize("budget", [5, 60, 300])
def test_stalls_end_with_the_budget(clock: Clock, method: str, budget: int) -> None:
    """However an API stalls, no call takes longer than its budget; the error says which budget it was."""
    with client_of(stalling(clock)) as (client, script):
        error = error_of(lambda: CALLS[method](client, Deadline(budget)))
    assert isinstance(error, ConnectionFailed)
    assert "no answer came in time" == error.reason
    assert clock.now <= budget
    assert isinstance(error, OutOfTime) is ((method == "GET" and budget < 300) or budget == 5)
    assert method == "GET" or 1 == len(script.sent)


@every_method
@pytest.mark.parametrize("cause", [httpx.ConnectError("canary"), httpx.ReadError("canary"), httpx.ProxyError("canary")])
def test_what_more_time_does_not_mend(clock: Clock, method: str, cause: Exception) -> None:
    """A connection that is refused, or breaks, within a small budget is no matter of time: the error is its own."""

    def refuse(_: httpx.Request) -> Exception:
        clock.now += 0.3
        return cause

    with client_of(refuse) as (client, _):
        error = error_of(lambda: CALLS[method](client, Deadline(0.3)))
    assert ConnectionFailed is type(error)


def test_a_stall_leaves_time_for_another_attempt(clock: Clock) -> None:
    """One stalled attempt does not use up the budget."""
    with client_of(stalling(clock), answer()) as (client, _):
        assert {} == client.get(Deadline(60))
    assert 20.25 == clock.now


def test_slow_errors_end_with_the_budget(clock: Clock) -> None:
    """Errors that are slow to come do not lead to waits beyond the budget either; the error says what they were."""

    def handle(_: httpx.Request) -> httpx.Response:
        clock.now += 7
        return answer(503)

    deadline = Deadline(60)
    clock.now += 5  # what the calls before have used
    with client_of(handle) as (client, _):
        error = error_of(lambda: client.get(deadline))
    assert isinstance(error, OutOfTime)
    assert "Sendblue answered 503" == error.reason
    assert clock.now <= 60


@pytest.mark.parametrize(("budget", "connect", "read"), [(60, 10, 20), (15, 10, 15), (3, 3, 3)])
@pytest.mark.usefixtures("clock")
def test_timeouts_of_an_attempt(budget: int, connect: int, read: int) -> None:
    """An attempt has 20 seconds, connecting has 10 of them, and neither has more than what is left."""
    with client_of() as (client, script):
        client.get(Deadline(budget))
    (timeouts,) = [request.extensions["timeout"] for request in script.requests]
    assert {"connect": connect, "read": read, "write": read, "pool": read} == timeouts


@pytest.mark.parametrize(
    ("head", "piece"),
    [(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b" "), (b"HTTP/1.1 200 OK\r\n", b"X-Header: 1\r\n")],
    ids=["body", "head"],
)
def test_an_answer_that_drips(head: bytes, piece: bytes) -> None:
    """An answer that comes bit by bit, and so never times out, ends with the budget."""

    def talk(connection: socket.socket) -> None:
        request_on(connection)
        connection.sendall(head)
        while not given_up.wait(0.02):
            connection.sendall(piece)

    given_up = threading.Event()
    timer = threading.Timer(10, given_up.set)
    timer.start()
    with server(talk) as port, client_at(f"http://127.0.0.1:{port}") as client:
        error = error_of(lambda: client.get(Deadline(0.3)))
        assert not given_up.is_set()
        given_up.set()
        timer.cancel()
    assert isinstance(error, OutOfTime)
