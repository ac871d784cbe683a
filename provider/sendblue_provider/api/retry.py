"""HTTP requests within a time budget: the attempts, the waits between them, and the log line of each.

A GET is sent again if that is worth it. A write is sent once: `lifecycle.apply` sends it again, after a GET.
Source: the API reference, section 6, for the statuses; RFC 9110, 10.2.3, for `Retry-After`.
"""

from __future__ import annotations

import itertools
import logging
import random
import socket
import threading
import time
from collections.abc import Callable
from datetime import timezone
from email.utils import parsedate_to_datetime
from typing import Final, NamedTuple
from urllib.parse import urlsplit

import httpx

from sendblue_provider.errors import Call, ConnectionFailed, Interrupted, OutOfTime, UntrustedServer

from .attempt import ANNOUNCE_SECONDS, SLOW, UNUSABLE, Answer, Attempt

logger = logging.getLogger(__name__)

ATTEMPT_SECONDS: Final = 20.0
"""One attempt's share of the budget, so that a stalled answer leaves time for another."""
UNAVAILABLE: Final = (408, 429, *range(500, 600))
"""The statuses that another attempt may not meet again."""

_RETRIES: Final = 6
_FIRST_BACKOFF: Final = 0.25
_SHORTEST_ATTEMPT: Final = 0.02


class Waiting(NamedTuple):
    """A wait: for an answer, or before a request is sent again.

    Attributes:
        call: The call.
        reason: What the last attempt met, in our words; empty if the answer is awaited.
        seconds: How long the wait is yet, at most.
    """

    call: Call
    reason: str
    seconds: float


class Cancelled(Exception):
    """The run was cancelled during a wait, or before it."""


class Deadline:
    """The moment by which an operation has to be done, or the cancellation that ends it before.

    Args:
        seconds: The operation's whole budget, counted from now.
        cancelled: Set when the run is cancelled; without one, nothing cancels it.
        is_own: Whether the budget is this resource's own (`customTimeouts`), and not the provider's.
        on_wait: Called before each wait for another attempt, and while an answer is awaited.
    """

    def __init__(
        self,
        seconds: float,
        cancelled: threading.Event | None = None,
        *,
        is_own: bool = False,
        on_wait: Callable[[Waiting], None] | None = None,
    ) -> None:
        self.seconds = seconds
        self.is_own = is_own
        self._cancelled = cancelled or threading.Event()
        self._on_wait = on_wait
        self._end = time.monotonic() + seconds

    @property
    def cancelled(self) -> bool:
        """Whether the run was cancelled."""
        return self._cancelled.is_set()

    def remaining(self) -> float:
        """Return the seconds left; zero or less when time is up."""
        return self._end - time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Sleep, whatever is left of the budget.

        Raises:
            Cancelled: the run is, or was, cancelled.
        """
        if self._cancelled.wait(seconds):
            raise Cancelled

    def wait(self, call: Call, reason: str, seconds: float) -> None:
        """Announce a wait before another attempt, and sleep; a long one is announced again and again.

        Raises:
            Cancelled: the run is, or was, cancelled.
        """
        while seconds > ANNOUNCE_SECONDS:
            self.announce(Waiting(call, reason, seconds))
            self.sleep(ANNOUNCE_SECONDS)
            seconds -= ANNOUNCE_SECONDS
        self.announce(Waiting(call, reason, seconds))
        self.sleep(seconds)

    def announce(self, waiting: Waiting) -> None:
        """Say that a wait goes on."""
        if self._on_wait is not None:
            self._on_wait(waiting)


def backoff(attempt: int) -> float:
    """Return the seconds to wait after this attempt, counted from 1: exponential, with full jitter."""
    return random.uniform(0, _FIRST_BACKOFF * 2 ** (attempt - 1))  # noqa: S311 - not for cryptography


def parse_retry_after(value: str | None) -> float | None:
    """Return the seconds that a `Retry-After` header asks to wait; None if it asks for nothing, or cannot be read."""
    value = (value or "").strip()
    if value.isascii() and value.isdigit():
        return float(value) or None
    try:
        moment = parsedate_to_datetime(value)
        moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=timezone.utc)
        return max(0.0, moment.timestamp() - time.time()) or None
    except (TypeError, ValueError, OverflowError):
        return None


class Sender:
    """Sends requests, each within its operation's budget.

    Args:
        http: What opens the connections: it brings the proxies of the environment, TLS and the pool.
    """

    def __init__(self, http: httpx.Client) -> None:
        self._http = http
        self._sockets: list[socket.socket] = []

    def get(self, call: Call, deadline: Deadline) -> Answer:
        """Send a GET, again after a failure that may pass; return the last answer, whatever its status.

        Raises:
            ConnectionFailed: the last attempt had no answer; `OutOfTime` if the budget leaves no time for another one.
            UnexpectedResponse: the answer is too large, or cannot be decompressed.
            Interrupted: the run was cancelled.
        """
        error: ConnectionFailed | None
        for attempt in itertools.count(1):
            try:
                answer = self.send(call, None, deadline, attempt)
            except ConnectionFailed as failed:
                error = failed
                is_in_vain = isinstance(error, OutOfTime | UntrustedServer) or error.reason == UNUSABLE
                if attempt > _RETRIES or is_in_vain:
                    raise
                reason, asked_for = error.reason, 0.0
            else:
                error = None
                if answer.status not in UNAVAILABLE or attempt > _RETRIES:
                    return answer
                reason = f"Sendblue answered {answer.status}"
                asked_for = parse_retry_after(answer.retry_after) or 0.0
            seconds = asked_for or backoff(attempt)
            if seconds + _SHORTEST_ATTEMPT > deadline.remaining():
                if error is not None and error.reason not in SLOW:
                    raise error
                raise _out_of_time(call, reason, deadline, asked_for)
            try:
                deadline.wait(call, reason, seconds)
            except Cancelled:
                raise Interrupted(call) from None
        raise AssertionError  # count() has no end

    def send(self, call: Call, body: bytes | None, deadline: Deadline, attempt: int = 1) -> Answer:
        """Send a request once, and read the whole answer.

        Args:
            call: The method and the URL.
            body: JSON; None for none.
            deadline: The operation's budget.
            attempt: The attempt's number, for the log.

        Raises:
            ConnectionFailed: there was no answer; `OutOfTime` if the budget ended.
            UnexpectedResponse: the answer is too large, or cannot be decompressed.
            Interrupted: the run was cancelled.
        """
        if deadline.cancelled:
            raise Interrupted(call)
        share = min(deadline.remaining(), ATTEMPT_SECONDS)
        if share <= 0:
            raise _out_of_time(call, "no time was left for it", deadline, is_sent=False)
        one = Attempt(self._http, self._sockets, call, body, share)
        started = time.monotonic()
        try:
            return one.run(lambda: deadline.cancelled, lambda left: deadline.announce(Waiting(call, "", left)))
        except ConnectionFailed as error:
            if error.reason not in SLOW or deadline.remaining() > _SHORTEST_ATTEMPT:
                raise
            raise _out_of_time(call, error.reason, deadline) from None
        finally:
            milliseconds = (time.monotonic() - started) * 1000
            path = urlsplit(call.url).path
            logger.debug("%s %s: %s (%.0f ms, attempt %d)", call.method, path, one.met, milliseconds, attempt)


def _out_of_time(
    call: Call, reason: str, deadline: Deadline, asked_for: float = 0.0, *, is_sent: bool = True
) -> OutOfTime:
    budget, is_own = deadline.seconds, deadline.is_own
    return OutOfTime(call, reason, seconds=budget, is_own=is_own, asked_for=asked_for, is_sent=is_sent)
