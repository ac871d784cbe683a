"""One attempt of one HTTP request: its thread, its limits, and what its failure is called."""

from __future__ import annotations

import logging
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from typing import Any, Final, NamedTuple

import h11
import httpx

from sendblue_provider.errors import Call, ConnectionFailed, Interrupted, UnexpectedResponse, UntrustedServer

MAX_RESPONSE_BYTES: Final = 8 * 1024 * 1024
CONNECT_SECONDS: Final = 10.0
NO_ANSWER: Final = "no answer came in time"
_NOT_CONNECTED: Final = "the connection was not made in time"
SLOW: Final = (NO_ANSWER, _NOT_CONNECTED)
"""Failures that more time may mend."""
UNUSABLE: Final = "the address cannot be used"
_UNANSWERED: Final = "no answer"

STALL_SECONDS: Final = 2.0
"""How long an answer may take before the wait for it is announced."""
ANNOUNCE_SECONDS: Final = 10.0
"""How often a wait is announced again, with what is left of it."""
_THREAD: Final = "sendblue-request"
_CANCEL_POLL: Final = 0.05
_CANCEL_GRACE: Final = 0.3
"""Seconds for which the answer to a write that is under way is still awaited after a cancellation."""


# The libraries below log an answer's reason and headers, and quote a peer that speaks no HTTP: it may echo credentials.
# What they log for others, such as the program that this runs in, stays.
for _name in ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.proxy"):
    logging.getLogger(_name).addFilter(lambda record: record.threadName != _THREAD)


class Answer(NamedTuple):
    """An answer that was read whole.

    Attributes:
        status: The HTTP status.
        body: The body, decompressed.
        retry_after: The header `Retry-After`; None if there is none.
    """

    status: int
    body: bytes
    retry_after: str | None

    def __repr__(self) -> str:
        return f"Answer({self.status}, {len(self.body)} bytes)"


class Attempt:
    """Sends a request once.

    It runs in a thread of its own, since httpx's timeouts are for one step each: neither a look-up of the host's name,
    nor several addresses tried in turn, nor an answer that drips would keep to the budget.

    Args:
        http: What opens the connections.
        sockets: Those that it has open; one request at a time uses them.
        call: The method and the URL.
        body: JSON; None for none.
        seconds: How long the attempt may take.

    Attributes:
        met: What it met so far, in our words, for the log.
    """

    def __init__(
        self, http: httpx.Client, sockets: list[socket.socket], call: Call, body: bytes | None, seconds: float
    ) -> None:
        self.met = _UNANSWERED
        self._http = http
        self._sockets = sockets
        self._is_over = False
        self._call = call
        self._body = body
        self._seconds = seconds
        self._answer: Answer | None = None
        self._error: Exception | None = None

    def run(self, is_cancelled: Callable[[], bool], on_stall: Callable[[float], object] = lambda _: None) -> Answer:
        """Send the request, and stop waiting when time is up or the run is cancelled.

        Args:
            is_cancelled: Whether the run is cancelled.
            on_stall: Called with the seconds that are left, after 2 seconds without an answer, and again every 10.

        Raises:
            ConnectionFailed: there was no answer.
            UnexpectedResponse: the answer is too large, or cannot be decompressed.
            Interrupted: the run was cancelled.
        """
        thread = threading.Thread(target=self._send, daemon=True, name=_THREAD)
        end = time.monotonic() + self._seconds
        announced = time.monotonic() + STALL_SECONDS - ANNOUNCE_SECONDS
        thread.start()
        while thread.is_alive() and not is_cancelled() and (left := end - time.monotonic()) > 0:
            if time.monotonic() - announced >= ANNOUNCE_SECONDS:
                announced = time.monotonic()
                on_stall(left)
            thread.join(min(left, _CANCEL_POLL))
        is_write = self._call.method != "GET"
        if thread.is_alive() and is_write and is_cancelled():
            thread.join(_CANCEL_GRACE)
        if self._error is not None:
            raise self._error
        if self._answer is not None:
            return self._answer
        # Only now: what the thread meets from here on is of our own making.
        self._is_over = True
        self._hang_up()
        if is_cancelled():
            self.met = "interrupted"
            raise Interrupted(self._call, is_sent=is_write)
        self.met = NO_ANSWER
        raise ConnectionFailed(self._call, NO_ANSWER)

    def _hang_up(self) -> None:
        """End the connections, and with them the thread, which would wait for as long as the server keeps them open.

        A look-up of a host's name alone cannot be ended.
        """
        for one in self._sockets:
            _shut_down(one)

    def _note_socket(self, event: str, info: Mapping[str, Any]) -> None:
        if event.endswith((".connect_tcp.complete", ".start_tls.complete")):
            still_open = [one for one in self._sockets if one.fileno() >= 0]
            opened = info["return_value"].get_extra_info("socket")
            self._sockets[:] = [*still_open, opened]
            if self._is_over:  # the others may be the next attempt's
                _shut_down(opened)

    def _send(self) -> None:
        try:
            self._answer = self._exchange()
        except httpx.HTTPError as error:
            self._error = _failure(self._call, error, is_answered=self.met != _UNANSWERED)
        except (httpx.InvalidURL, UnicodeError):  # such as a host whose name is too long to look up
            self._error = ConnectionFailed(self._call, UNUSABLE)
        except Exception as error:
            self._error = error
        if isinstance(self._error, ConnectionFailed) and not self._is_over:
            self.met = self._error.reason

    def _exchange(self) -> Answer:
        request = self._http.build_request(
            self._call.method,
            self._call.url,
            content=self._body,
            headers=None if self._body is None else {"content-type": "application/json"},
            timeout=httpx.Timeout(self._seconds, connect=min(self._seconds, CONNECT_SECONDS)),
            extensions={"trace": self._note_socket},
        )
        with closing(self._http.send(request, stream=True)) as response:
            self.met = f"Sendblue answered {response.status_code}"
            body = b"".join(self._chunks(response))
            return Answer(response.status_code, body, response.headers.get("retry-after"))

    def _chunks(self, response: httpx.Response) -> Iterator[bytes]:
        status = response.status_code
        encoding = response.headers.get("content-encoding", "identity").lower()
        # Of encodings that are stacked each could unpack a thousandfold before anybody counts.
        if encoding.isascii() and encoding not in ("identity", "gzip", "deflate"):
            raise UnexpectedResponse(self._call, "compressed", status)
        size = 0
        try:
            # No encoding has a name beyond ASCII: such a header is noise.
            for chunk in response.iter_bytes() if encoding.isascii() else response.iter_raw():
                size += len(chunk)
                if size > MAX_RESPONSE_BYTES:
                    raise UnexpectedResponse(self._call, "too large", status)
                yield chunk
        except httpx.DecodingError:
            raise UnexpectedResponse(self._call, "compressed", status) from None


def _shut_down(one: socket.socket) -> None:
    with suppress(OSError):
        # Not SSLSocket's own, which is not made for a socket that another thread reads.
        socket.socket.shutdown(one, socket.SHUT_RDWR)


def _failure(call: Call, error: httpx.HTTPError, *, is_answered: bool) -> ConnectionFailed:
    """Say in our own words why there was no answer: a library's text may hold anything."""
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return UntrustedServer(call, _CERTIFICATE.get(cause.verify_code, "its issuer is not trusted"))
    if isinstance(error, httpx.ProxyError):
        status = re.match(r"[1-5][0-9]{2}\b", str(error))
        return ConnectionFailed(call, "the proxy refused" + (f" ({status[0]})" if status else ""))
    kinds: tuple[tuple[type[Exception], str], ...] = (
        (httpx.ConnectTimeout, _NOT_CONNECTED),
        (httpx.TimeoutException, NO_ANSWER),
        (socket.gaierror, "the connection could not be made: the host's name is not known"),
        (ConnectionRefusedError, "the connection could not be made: it was refused"),
        (ssl.SSLError, "the connection could not be made, or broke: TLS failed"),
        (httpx.ConnectError, "the connection could not be made"),
    )
    if not is_answered and any(isinstance(cause, h11.RemoteProtocolError) for cause in causes):
        return ConnectionFailed(call, "what answered is no HTTP server")
    reasons = (text for kind, text in kinds if any(isinstance(cause, kind) for cause in causes))
    return ConnectionFailed(call, next(reasons, "the connection broke"))


_CERTIFICATE: Final = {
    9: "it is not valid yet",
    10: "it has expired",
    62: "it is another host's",
    64: "it is another host's",
}
"""What is wrong with a certificate, by OpenSSL's verify code."""


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Give an error and those that it was raised from; there can be no circle, since Python breaks them."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
