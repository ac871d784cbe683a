"""One HTTP request within a time budget: attempts, retries, limits and the log line of each attempt.

Nothing here knows the API. What is worth retrying is from its reference, section 6.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable
from typing import Final

import httpx
from httpx_retries import Retry, RetryTransport

logger = logging.getLogger(__name__)

MAX_RESPONSE_BYTES: Final = 8 * 1024 * 1024
CONNECT_SECONDS: Final = 10.0
ATTEMPT_SECONDS: Final = 20.0
"""One attempt's share of the budget, so that a stalled answer leaves time for another."""

RETRIED_METHODS: Final = ("GET", "PUT", "DELETE")
"""Those that do the same when sent twice."""
RETRIED_STATUS: Final = (408, 429, *range(500, 600))
REFUSED_FOR_NOW: Final = 429
"""The one of them that says that nothing was done."""
NOT_CONNECTED: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError)
_RETRIES: Final = 6
_FIRST_BACKOFF: Final = 0.25
_A_DAY: Final = 86_400.0
_CANCEL_POLL: Final = 0.05
_CANCEL_GRACE: Final = 0.3
"""How long the answer to a write that is under way is still awaited after a cancellation."""


class Cancelled(Exception):
    """The run was cancelled; a request that was under way may have arrived."""


class Deadline:
    """The moment by which an operation has to be done, or the cancellation that ends it before.

    Args:
        seconds: The operation's whole budget, counted from now.
        cancelled: Set when the run is cancelled.
        own: Whether the budget is this resource's own (`customTimeouts`), and not the provider's.
    """

    def __init__(self, seconds: float, cancelled: threading.Event | None = None, *, own: bool = False) -> None:
        self.seconds = seconds
        self.own = own
        self._cancelled = cancelled or threading.Event()
        self._end = time.monotonic() + seconds

    def remaining(self) -> float:
        """Seconds left; zero or less when time is up."""
        return self._end - time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait, whatever is left of the budget.

        Raises:
            Cancelled: the run is, or was, cancelled.
        """
        if self._cancelled.wait(seconds):
            raise Cancelled

    @property
    def cancelled(self) -> bool:
        """Whether the run was cancelled."""
        return self._cancelled.is_set()


class OutOfTime(Exception):
    """The budget leaves no time for another attempt; the text says what the last one met.

    Attributes:
        asked_for: Seconds that the server asks to wait; 0 if it asks for nothing.
    """

    def __init__(self, met: str, asked_for: float = 0) -> None:
        self.asked_for = asked_for
        super().__init__(met)


class UnusableAnswer(Exception):
    """An answer that cannot be read; the text says why."""


class UntrustedServer(Exception):
    """The server's certificate is not one that this machine trusts; the text is the TLS library's."""


class Sender:
    """Sends requests, each within its operation's budget.

    Args:
        http: What opens the connections: it brings the proxies of the environment, TLS and the pool.
    """

    def __init__(self, http: httpx.Client) -> None:
        self._http = http
        attempts = _Attempts(http)
        self._transport = RetryTransport(transport=attempts, retry=_Backoff())
        # What must not be done twice: again only where nothing can have been done.
        self._append = RetryTransport(transport=attempts, retry=_Backoff(("POST",), (REFUSED_FOR_NOW,), NOT_CONNECTED))

    def send(self, request: httpx.Request, deadline: Deadline) -> httpx.Response:
        """Send a request, again where that is safe and worth it, and read the whole answer.

        A POST appends, so it is sent again only where nothing was done; whoever sends it looks before more.

        Raises:
            OutOfTime: the budget ran out, or would before the next attempt.
            UnusableAnswer: the answer is too large, or cannot be decoded.
            UntrustedServer: the server's certificate is not trusted.
            Cancelled: the run was cancelled.
            httpx.TransportError: there was no answer, also not to the last attempt.
        """
        request.extensions["deadline"] = deadline
        transport = self._append if request.method == "POST" else self._transport
        return transport.handle_request(request)


class _Backoff(Retry):
    """Exponential backoff with full jitter, `Retry-After` where there is one, and never past the deadline."""

    def __init__(
        self,
        methods: Iterable[str] = RETRIED_METHODS,
        status_codes: Iterable[int] = RETRIED_STATUS,
        errors: Iterable[type[Exception]] = (httpx.TransportError,),
        attempts_made: int = 0,
    ) -> None:
        super().__init__(
            total=_RETRIES,
            allowed_methods=methods,
            status_forcelist=status_codes,
            retry_on_exceptions=errors,
            backoff_factor=_FIRST_BACKOFF,
            attempts_made=attempts_made,
        )

    def increment(self) -> _Backoff:
        return _Backoff(self.allowed_methods, self.status_forcelist, self.retryable_exceptions, self.attempts_made + 1)

    def sleep(self, response: httpx.Response | Exception) -> None:
        # The library bounds the sum of its sleeps; the budget is of the clock.
        request = response.request if isinstance(response, httpx.Response | httpx.RequestError) else None
        if request is None:
            raise TypeError("only httpx's own errors are retried")
        wait = self._asked_for(response) if isinstance(response, httpx.Response) else None
        met = request.extensions["met"]
        if wait is not None and wait >= request.extensions["deadline"].remaining():
            asked = f"{wait:.0f} s" if wait < _A_DAY else "for days"
            raise OutOfTime(f"{met} and asks to wait {asked}", wait)
        pause = self.backoff_strategy() if wait is None else wait
        if pause >= request.extensions["deadline"].remaining():
            raise OutOfTime(met)
        request.extensions["deadline"].sleep(pause)

    def _asked_for(self, response: httpx.Response) -> float | None:
        try:
            return self.parse_retry_after(response.headers["retry-after"])
        except (KeyError, ValueError, OverflowError):
            return None


class _Attempts(httpx.BaseTransport):
    """One attempt at a time, below the retries."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        deadline: Deadline = request.extensions["deadline"]
        if deadline.cancelled:
            raise Cancelled
        share = min(deadline.remaining(), ATTEMPT_SECONDS)
        if share <= 0:
            raise OutOfTime(request.extensions.get("met", "no time was left for it"))
        request.extensions["timeout"] = httpx.Timeout(share, connect=min(share, CONNECT_SECONDS)).as_dict()
        attempt = request.extensions["attempt"] = request.extensions.get("attempt", 0) + 1
        request.extensions["met"] = "no answer"
        started = time.monotonic()
        try:
            return self._within(share, request, deadline)
        except httpx.HTTPError as error:
            request.extensions["met"] = reason(error)
            raise
        finally:
            milliseconds = (time.monotonic() - started) * 1000
            met = request.extensions["met"]
            logger.debug(
                "%s %s: %s (%.0f ms, attempt %d)", request.method, request.url.path, met, milliseconds, attempt
            )

    def _within(self, seconds: float, request: httpx.Request, deadline: Deadline) -> httpx.Response:
        """Send the request, and stop waiting when time is up or the run is cancelled.

        A thread of its own, since httpx's timeouts are for one step each: neither a look-up of the host's name, nor
        several addresses tried in turn, nor an answer that drips would keep to the budget.
        """
        answers: list[httpx.Response] = []
        errors: list[Exception] = []

        def attempt() -> None:
            try:
                answers.append(self._once(request))
            except Exception as error:
                errors.append(error)

        thread = threading.Thread(target=attempt, daemon=True, name="sendblue-request")
        thread.start()
        end = time.monotonic() + seconds
        while thread.is_alive() and not deadline.cancelled and (left := end - time.monotonic()) > 0:
            thread.join(min(left, _CANCEL_POLL))
        if thread.is_alive() and deadline.cancelled and request.method != "GET":
            thread.join(_CANCEL_GRACE)
        for error in errors:
            raise error
        for answer in answers:
            return answer
        if deadline.cancelled:
            raise Cancelled
        raise httpx.ReadTimeout("", request=request)

    def _once(self, request: httpx.Request) -> httpx.Response:
        try:
            response = self._http.send(request, stream=True)
        except httpx.ConnectError as error:
            if "CERTIFICATE_VERIFY_FAILED" in str(error):  # asking again would not change it
                raise UntrustedServer(str(error)) from None
            raise
        request.extensions["met"] = f"Sendblue answered {response.status_code}"
        # The body is read here, below the retries: one that breaks off is worth another attempt.
        try:
            content = _whole_body(response)
        finally:
            response.close()
        headers = [(k, v) for k, v in response.headers.items() if k not in ("content-encoding", "transfer-encoding")]
        return httpx.Response(response.status_code, headers=headers, content=content, request=request)


def _whole_body(response: httpx.Response) -> bytes:
    # Of encodings that are stacked each could unpack a thousandfold before anybody counts.
    if response.headers.get("content-encoding", "identity").lower() not in ("identity", "gzip", "deflate"):
        raise UnusableAnswer("is compressed in a way that was not asked for")
    content = bytearray()
    try:
        for chunk in response.iter_bytes():
            content += chunk
            if len(content) > MAX_RESPONSE_BYTES:
                raise UnusableAnswer(f"is larger than {MAX_RESPONSE_BYTES // 1024 // 1024} MiB")
    except httpx.DecodingError:
        raise UnusableAnswer("is not compressed as it says") from None
    return bytes(content)


def reason(error: httpx.HTTPError) -> str:
    """Say in a few words why there was no answer."""
    kinds: tuple[tuple[type[httpx.HTTPError], str], ...] = (
        (httpx.ConnectTimeout, "the connection was not made in time"),
        (httpx.TimeoutException, "no answer came in time"),
        (httpx.ProxyError, "the proxy refused"),
        (httpx.ConnectError, "the connection could not be made"),
    )
    said = next((text for kind, text in kinds if isinstance(error, kind)), "the connection broke")
    return f"{said} ({error})" if str(error) else said
