"""The HTTP client: the four calls of `/account/webhooks`, their errors, the retries and the time budget.

Source: the API page for the calls; the API reference (sections 1, 2, 6) for paths, errors and what is worth retrying.
"""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Iterable, Mapping
from typing import Any, Final

import httpx
from httpx_retries import Retry, RetryTransport

from .errors import (
    ConnectionFailed,
    CredentialsMissing,
    CredentialsRejected,
    RequestRefused,
    ServiceUnavailable,
    UnexpectedResponse,
)
from .model import Configuration, WireFormatError, from_wire, to_wire
from .settings import Settings

logger = logging.getLogger(__name__)

PATHS: Final = ("/api/v2/account/webhooks", "/api/account/webhooks")
"""The path of the API page, and the one that the API's releases since 2025-12-10 document."""

MAX_RESPONSE_BYTES: Final = 8 * 1024 * 1024
CONNECT_SECONDS: Final = 10.0
ATTEMPT_SECONDS: Final = 20.0
"""One attempt's share of the budget, so that a stalled answer leaves time for another."""
QUOTED_CHARACTERS: Final = 200

_RETRIES: Final = 6
_RETRIED_METHODS: Final = ("GET", "PUT", "DELETE")
"""Those that do the same when sent twice; POST appends, so whoever sends it looks before it sends again."""
_RETRIED_STATUS: Final = (408, 429, *range(500, 600))


class Deadline:
    """The moment by which an operation has to be done.

    Args:
        seconds: The operation's whole budget, counted from now.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def remaining(self) -> float:
        """Seconds left; zero or less when time is up."""
        return self._end - time.monotonic()


class Client:
    """Talks to one account.

    Args:
        settings: Credentials and endpoint.
        transport: Where requests go instead of the network, such as the emulator in-process.
    """

    def __init__(self, settings: Settings, transport: httpx.BaseTransport | None = None) -> None:
        self._settings = settings
        self._path: str | None = None
        self._secrets = {settings.api_key_id, settings.api_secret_key}
        self._http = httpx.Client(
            headers={
                "sb-api-key-id": settings.api_key_id,
                "sb-api-secret-key": settings.api_secret_key,
                "accept": "application/json",
                "user-agent": "pulumi-sendblue",
            },
            transport=transport,
            follow_redirects=False,
        )
        self._transport = RetryTransport(transport=_Attempts(self._http))

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def get(self, deadline: Deadline) -> Configuration:
        """Read the whole configuration.

        Raises:
            ApiError: one of its kinds, see `errors`.
        """
        body = self._call("GET", None, deadline)
        webhooks = body.get("webhooks")
        if not isinstance(webhooks, dict):
            raise UnexpectedResponse(
                f"The answer to GET {self._url()} holds no webhooks object: {self._quote(json.dumps(body))}. "
                "Is sendblue:baseUrl the address of the Sendblue API?"
            )
        try:
            configuration = from_wire(webhooks)
        except WireFormatError as error:
            raise UnexpectedResponse(
                f"The answer to GET {self._url()} cannot be read: {error}. "
                "Look at the account in Sendblue's dashboard, or update pulumi-sendblue."
            ) from None
        self._secrets.update(configuration.all_secrets())
        return configuration

    def put(self, configuration: Configuration, deadline: Deadline, *, cleared: Iterable[str] = ()) -> None:
        """Replace the whole configuration.

        Args:
            configuration: All that shall be there.
            deadline: The operation's budget.
            cleared: Keys to send empty, for an API that keeps what a PUT leaves out: `[]` for an event and `""` for an
                account secret.

        Raises:
            ApiError: one of its kinds, see `errors`.
        """
        empty: Mapping[str, Any] = {name: "" if name in ("globalSecret", "secret") else [] for name in cleared}
        self._secrets.update(configuration.all_secrets())
        self._call("PUT", {"webhooks": {**empty, **to_wire(configuration)}}, deadline)

    def post(self, event: str, configuration: Configuration, deadline: Deadline) -> None:
        """Append the entries that the configuration has for this event. Never retried: it appends a second time.

        Raises:
            ApiError: one of its kinds, see `errors`; after a `ConnectionFailed` it may have been done all the same.
        """
        self._secrets.update(configuration.all_secrets())
        self._call("POST", {"webhooks": to_wire(configuration).get(event, []), "type": event}, deadline)

    def delete(self, event: str, urls: Iterable[str], deadline: Deadline) -> None:
        """Remove URLs of one event; one that is not there is not an error.

        Raises:
            ApiError: one of its kinds, see `errors`.
        """
        try:
            self._call("DELETE", {"webhooks": list(urls), "type": event}, deadline)
        except RequestRefused as error:
            if error.status_code != httpx.codes.NOT_FOUND:
                raise

    def _url(self) -> str:
        return self._settings.base_url + (self._path or PATHS[0])

    def _call(self, method: str, body: Mapping[str, Any] | None, deadline: Deadline) -> dict[str, Any]:
        response = self._send(method, body, deadline)
        if self._path is None:
            response = self._settle_path(response, method, body, deadline)
        return self._read(response, method)

    def _settle_path(
        self, response: httpx.Response, method: str, body: Mapping[str, Any] | None, deadline: Deadline
    ) -> httpx.Response:
        """Keep the path that works for the life of the process; the first answer decides."""
        self._path = PATHS[0]
        if response.status_code != httpx.codes.NOT_FOUND:
            return response
        self._path = PATHS[1]
        second = self._send(method, body, deadline)
        if second.status_code != httpx.codes.NOT_FOUND:
            return second
        self._path = None
        raise UnexpectedResponse(
            f"{self._settings.base_url} knows neither {PATHS[0]} nor {PATHS[1]} (404). "
            "Check the address: `pulumi config get sendblue:baseUrl`"
        )

    def _send(self, method: str, body: Mapping[str, Any] | None, deadline: Deadline) -> httpx.Response:
        remaining = max(deadline.remaining(), 0.001)
        retry = Retry(
            total=_RETRIES,
            allowed_methods=_RETRIED_METHODS,
            status_forcelist=_RETRIED_STATUS,
            retry_on_exceptions=(httpx.TransportError,),
            backoff_factor=0.25,
            max_backoff_wait=remaining,
            total_timeout=remaining,
        )
        extensions = {"retry": retry, "deadline": deadline}
        request = self._http.build_request(method, self._url(), json=body, extensions=extensions)
        try:
            return self._transport.handle_request(request)
        except _OutOfTime as error:
            raise ConnectionFailed(
                f"{method} {self._url()} was not done within {deadline.seconds:g} s: {error}. "
                "Try again, or allow more: `pulumi config set sendblue:timeoutSeconds 300`"
            ) from None
        except _TooLarge:
            raise UnexpectedResponse(
                f"The answer to {method} {self._url()} is larger than {MAX_RESPONSE_BYTES // 1024 // 1024} MiB and was "
                "not read. Is sendblue:baseUrl the address of the Sendblue API?"
            ) from None
        except httpx.HTTPError as error:
            raise ConnectionFailed(
                f"No answer to {method} {self._url()}: {_reason(error)}. Check the network, the proxy settings "
                "(HTTPS_PROXY, SSL_CERT_FILE) and `pulumi config get sendblue:baseUrl`, then try again"
            ) from None

    def _read(self, response: httpx.Response, method: str) -> dict[str, Any]:
        status, call = response.status_code, f"{method} {self._url()}"
        body = _json_object(response)
        said = _message(body)
        detail = f": {self._quote(said)}" if said else ""
        if status == httpx.codes.UNAUTHORIZED:
            raise CredentialsRejected(
                f"Sendblue does not know this key pair (401 from {call}). Set the account's current pair: "
                "`pulumi config set sendblue:apiKeyId <key id>` and "
                "`pulumi config set --secret sendblue:apiSecretKey <secret key>` "
                "(or SENDBLUE_API_API_KEY and SENDBLUE_API_API_SECRET). After a rotation, refresh and destroy still "
                "use the pair in the state: run `pulumi up` once first, or add --run-program"
            )
        if status == httpx.codes.FORBIDDEN and (body is None or "status" not in body):
            raise CredentialsMissing(
                f"The credentials did not reach Sendblue (403 from {call}{detail}). A proxy or gateway may remove the "
                "headers sb-api-key-id and sb-api-secret-key: check HTTPS_PROXY and "
                "`pulumi config get sendblue:baseUrl`"
            )
        if status in _RETRIED_STATUS:
            raise ServiceUnavailable(
                f"Sendblue answered {status} to {call}{detail}, also when asked again. Try later; "
                "https://status.sendblue.com says whether there is an outage"
            )
        if response.is_redirect:
            raise UnexpectedResponse(
                f"{call} was redirected ({status}), and redirects are not followed, so that the credentials stay on "
                "this host. Set the final address: `pulumi config set sendblue:baseUrl <URL>`"
            )
        if not response.is_success:
            raise RequestRefused(f"Sendblue refused {call} with {status}{detail}", status)
        if body is None:
            raise UnexpectedResponse(
                f"The answer to {call} is not JSON: {self._quote(response.text)}. "
                "Is sendblue:baseUrl the address of the Sendblue API?"
            )
        if str(body.get("status")).upper() == "ERROR":
            raise RequestRefused(f"Sendblue answered {call} with {status} and an error{detail}", status)
        return body

    def _quote(self, text: str) -> str:
        """Quote what the API said, not too long and without any secret that went to or came from it."""
        for secret in sorted(self._secrets, key=len, reverse=True):
            for form in (secret, json.dumps(secret)[1:-1]):
                text = text.replace(form, "[secret]")
        text = _SECRET_FIELD.sub(r'\1"[secret]"', text)
        text = "".join(character if character.isprintable() else " " for character in text).strip()
        return text if len(text) <= QUOTED_CHARACTERS else text[:QUOTED_CHARACTERS] + "…"


_SECRET_FIELD = re.compile(r"""("[^"]*secret[^"]*"\s*:\s*)"(?:[^"\\]|\\.)*(?:"|\\?$)""", re.IGNORECASE | re.DOTALL)


def _json_object(response: httpx.Response) -> dict[str, Any] | None:
    try:
        body = response.json()
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def _message(body: Mapping[str, Any] | None) -> str:
    for key in ("message", "error", "error_message", "detail"):
        if body and isinstance(body.get(key), str) and body[key]:
            return str(body[key])
    return ""


def _reason(error: httpx.HTTPError) -> str:
    kinds: tuple[tuple[type[httpx.HTTPError], str], ...] = (
        (httpx.ConnectTimeout, "the connection was not made in time"),
        (httpx.TimeoutException, "it did not come in time"),
        (httpx.ProxyError, "the proxy refused"),
        (httpx.ConnectError, "the connection could not be made"),
    )
    said = next((text for kind, text in kinds if isinstance(error, kind)), "the connection broke")
    return f"{said} ({error})" if str(error) else said


class _OutOfTime(Exception):
    """No time is left for another attempt; the text says what the last one met."""


class _TooLarge(Exception):
    """The response is larger than anything this API sends."""


class _Attempts(httpx.BaseTransport):
    """One attempt at a time, below the retries: its share of the budget, the size limit and the log line.

    The inner httpx client is used for what it brings: proxies from the environment, TLS settings, the connection pool.
    """

    def __init__(self, http: httpx.Client) -> None:
        self._http = http

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        deadline: Deadline = request.extensions["deadline"]
        remaining = deadline.remaining()
        if remaining <= 0:
            raise _OutOfTime(request.extensions.get("met", "no time was left for it"))
        share = min(remaining, ATTEMPT_SECONDS)
        request.extensions["timeout"] = httpx.Timeout(share, connect=min(share, CONNECT_SECONDS)).as_dict()
        attempt = request.extensions["attempt"] = request.extensions.get("attempt", 0) + 1
        started = time.monotonic()
        met = "no answer"
        try:
            response = self._once(request, deadline)
            met = f"Sendblue answered {response.status_code}"
        except httpx.HTTPError as error:
            met = _reason(error)
            raise
        finally:
            request.extensions["met"] = met
            milliseconds = (time.monotonic() - started) * 1000
            logger.debug(
                "%s %s: %s (%.0f ms, attempt %d)", request.method, request.url.path, met, milliseconds, attempt
            )
        _refuse_endless_wait(response, deadline)
        return response

    def _once(self, request: httpx.Request, deadline: Deadline) -> httpx.Response:
        # The body is read here, below the retries: one that breaks off is worth another attempt.
        response = self._http.send(request, stream=True)
        try:
            content = bytearray()
            for chunk in response.iter_bytes():
                content += chunk
                if len(content) > MAX_RESPONSE_BYTES:
                    raise _TooLarge
                if deadline.remaining() <= 0:
                    raise httpx.ReadTimeout("the answer came too slowly", request=request)
        finally:
            response.close()
        headers = [(k, v) for k, v in response.headers.items() if k not in ("content-encoding", "transfer-encoding")]
        return httpx.Response(response.status_code, headers=headers, content=bytes(content), request=request)


def _refuse_endless_wait(response: httpx.Response, deadline: Deadline) -> None:
    """Fail now when the API asks for a wait that would outlast the budget, rather than after having waited."""
    method, wait = response.request.method, response.headers.get("retry-after")
    if wait is None or method not in _RETRIED_METHODS or response.status_code not in _RETRIED_STATUS:
        return
    try:
        seconds = Retry().parse_retry_after(wait)
    except ValueError:
        return
    if seconds > deadline.remaining():
        raise _OutOfTime(f"Sendblue answered {response.status_code} and asks to wait {seconds:.0f} s")
