"""The HTTP client: the four calls of `/account/webhooks` and their errors.

It works on the API's plain JSON, and raises the errors of `errors` with data, without sentences.
Source: the API page for the calls; the API reference (sections 1 and 2) for paths and errors.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterable, Mapping, Sequence
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Final
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpcore  # noqa: F401 - which httpx loads with its first client: that is too late for `quick_imports`
import httpx

from sendblue_provider.errors import (
    ApiError,
    Call,
    ConnectionFailed,
    CredentialsMissing,
    CredentialsRejected,
    RequestRefused,
    ServiceUnavailable,
    SettingsError,
    Unexpected,
    UnexpectedResponse,
)
from sendblue_provider.settings import Settings
from sendblue_provider.urls import host_problem

from .attempt import Answer
from .known import Hidden
from .quote import message_of, quote, secrets_in
from .retry import UNAVAILABLE, Deadline, Sender, parse_retry_after

PATHS: Final = ("/api/v2/account/webhooks", "/api/account/webhooks")
"""The path of the API page, and the one that the API's releases since 2025-12-10 document: either may be the one."""
_REDIRECTS: Final = (300, 301, 302, 303, 307, 308)
_NOT_OF_THE_PATH: Final = (408, 429)
_MAX_DEPTH: Final = 100
"""How deep an answer may be nested; the API's are 4 deep. Python reads some 900 levels, depending on its own stack."""


class Client:
    """Talks to one account.

    Args:
        settings: Credentials and endpoint.
        transport: Where requests go instead of the network, such as the emulator in-process.
        hidden: The secrets that no error quotes, which several clients may share; the credentials are added to them.

    Raises:
        SettingsError: the environment's proxies or certificates cannot be used.
    """

    def __init__(
        self, settings: Settings, transport: httpx.BaseTransport | None = None, hidden: Hidden | None = None
    ) -> None:
        self._base_url = settings.base_url
        self._path: str | None = None
        self._hidden = Hidden() if hidden is None else hidden
        self._account = settings.base_url, settings.api_key_id
        self._hidden.add((settings.api_key_id, settings.api_secret_key))
        self._http = _connections(settings, transport)
        self._sender = Sender(self._http)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def hide(self, texts: Iterable[str]) -> None:
        """Take these secrets out of whatever an error quotes from now on."""
        self._hidden.add(texts)

    def get(self, deadline: Deadline) -> Mapping[str, Any]:
        """Read the whole account; return the `webhooks` object as the API wrote it.

        The first GET asks both paths, unless the first one gives a readable answer. The path that gives one is kept.

        Raises:
            ApiError: one of its kinds, see `errors`; after retries, if they are of use. If neither path gives a
                readable answer, the error that says more.
            Interrupted: the run was cancelled.
        """
        errors: list[ApiError] = []
        for path in PATHS if self._path is None else (self._path,):
            webhooks = self._get_from(path, deadline, errors)
            if webhooks is not None:
                self._path = path
                self._hidden.show(self._account, webhooks)
                return webhooks
            if isinstance(errors[-1], ConnectionFailed) or errors[-1].status in _NOT_OF_THE_PATH:
                break
        told = max(errors, key=_tells)
        if self._path is None and all(error.status == httpx.codes.NOT_FOUND for error in errors):
            raise UnexpectedResponse(errors[-1].call, "unknown paths", told.status)
        raise told

    def put(self, webhooks: Mapping[str, Any], deadline: Deadline) -> None:
        """Replace the whole account. Sent exactly once, as every write is.

        Raises:
            ApiError: one of its kinds, see `errors`. Unless it says that the API refused it, it may have been done.
            Interrupted: the run was cancelled; it may have been done if `is_sent`.
        """
        self._write("PUT", {"webhooks": webhooks}, deadline)

    def post(self, event: str, items: Sequence[Any], deadline: Deadline) -> None:
        """Append items, each a URL or an object, to an event.

        Raises:
            ApiError, Interrupted: as for `put`.
        """
        self._write("POST", {"webhooks": list(items), "type": event}, deadline)

    def delete(self, event: str, urls: Sequence[str], deadline: Deadline) -> None:
        """Remove URLs from an event; once a GET has found the path, a 404 says that they are gone, and is no error.

        Raises:
            ApiError, Interrupted: as for `put`.
        """
        try:
            self._write("DELETE", {"webhooks": list(urls), "type": event}, deadline)
        except RequestRefused as error:
            if error.status != httpx.codes.NOT_FOUND or self._path is None:
                raise

    def _get_from(self, path: str, deadline: Deadline, errors: list[ApiError]) -> Mapping[str, Any] | None:
        """GET from one path; without a readable answer, append the error to those of the paths before."""
        call = Call("GET", self._base_url + path)
        is_outage = any(error.status in UNAVAILABLE for error in errors)  # then this path has most likely the same one
        try:
            answer = self._sender.send(call, None, deadline) if is_outage else self._sender.get(call, deadline)
            body = self._read(call, answer)
            if isinstance(webhooks := body.get("webhooks"), dict):
                return webhooks
            raise self._with_words(UnexpectedResponse(call, "no webhooks", answer.status), body)
        except ApiError as error:
            errors.append(error.with_traceback(None))  # its frames would keep the answer in memory
            return None

    def _write(self, method: str, body: Mapping[str, Any], deadline: Deadline) -> None:
        call = Call(method, self._base_url + (self._path or PATHS[0]))
        # Not httpx's own JSON: what is carried over from the API may be what that refuses to write.
        answer = self._sender.send(call, json.dumps(body).encode(), deadline)
        self._read(call, answer, body)

    def _read(self, call: Call, answer: Answer, sent: Any = None) -> dict[str, Any]:
        """Return the object that an answer holds, or raise what it says instead."""
        body = _json_object(answer.body)
        error = _error_of(call, answer, body)
        if error is not None:
            raise self._with_words(error, body, sent)
        return body or {}

    def _with_words(self, error: ApiError, body: Mapping[str, Any] | None, sent: Any = None) -> ApiError:
        """Add the API's own words to an error, without any secret that was sent, received, or given to `hide`."""
        if message := message_of(body):
            error.said = quote(message, {*self._hidden.all(), *secrets_in(sent)})
        return error


def _tells(error: ApiError) -> int:
    """Rank an error of a path by how much it says: the key is wrong, an outage, the API's own words, no such path."""
    if error.status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        return 5 if error.status == httpx.codes.UNAUTHORIZED else 4
    if isinstance(error, ConnectionFailed | ServiceUnavailable):
        return 3
    if error.status == httpx.codes.NOT_FOUND:
        return 0
    return 2 if error.said else 1


def _error_of(call: Call, answer: Answer, body: Mapping[str, Any] | None) -> ApiError | None:
    """Return the error that an answer is; None for a success."""
    status = answer.status
    if status == httpx.codes.UNAUTHORIZED:
        return CredentialsRejected(call, status)
    if status == httpx.codes.FORBIDDEN and (body is None or "status" not in body):
        return CredentialsMissing(call, status)
    if status in UNAVAILABLE:
        return ServiceUnavailable(call, status, retry_after=parse_retry_after(answer.retry_after))
    if 300 <= status < 400:  # redirects are not followed, so that the credentials stay on this host
        return UnexpectedResponse(call, "redirected" if status in _REDIRECTS else "not modified", status)
    if not 200 <= status < 300:
        return RequestRefused(call, status)
    if body is None:
        return UnexpectedResponse(call, _why_no_object(answer.body), status)
    if str(body.get("status")).upper() == "ERROR":
        return RequestRefused(call, status)
    return None


def _json_object(content: bytes) -> dict[str, Any] | None:
    """Return the object that an answer is; None if it is none, or nested too deep."""
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) and not _is_too_deep(body) else None


def _why_no_object(content: bytes) -> Unexpected:
    try:
        is_object = isinstance(json.loads(content), dict)
    except RecursionError:
        is_object = True
    except ValueError:
        is_object = False
    return "too deep" if is_object else "not JSON" if content.strip() else "empty"


def _is_too_deep(body: dict[str, Any]) -> bool:
    level: list[Any] = [body]
    for _ in range(_MAX_DEPTH):
        values = [value for one in level for value in (one.values() if type(one) is dict else one)]
        level = [value for value in values if type(value) in (dict, list)]
        if not level:
            return False
    return True


def _check_proxy(base_url: str) -> None:
    """Check that there can be a host of the proxy's name, as httpx does not before the first request."""
    try:
        if proxy_bypass(urlsplit(base_url).hostname or ""):
            return
        for kind in ("https", "all"):
            address = getproxies().get(kind, "")
            host = urlsplit(address if "://" in address else f"//{address}").hostname
            if problem := host_problem(host or ""):
                name = f"{kind.upper()}_PROXY"
                raise SettingsError([f"The address of the proxy cannot be used: its host {problem}. Correct {name}"])
    except ValueError:  # httpx refuses what is no URL
        return


def _connections(settings: Settings, transport: httpx.BaseTransport | None) -> httpx.Client:
    # http:// is for this machine alone, and a proxy would carry the credentials away from it in the clear.
    is_remote = settings.base_url.startswith("https://")
    if is_remote:
        _check_proxy(settings.base_url)
    try:
        return httpx.Client(
            headers={
                "sb-api-key-id": settings.api_key_id,
                "sb-api-secret-key": settings.api_secret_key,
                "accept": "application/json",
                "accept-encoding": "identity",
                "user-agent": "pulumi-sendblue",
            },
            # The API knows no sessions, and a cookie beyond ASCII would break the request after it.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            transport=transport,
            # To load the certificates takes 20 ms: without TLS, let there be none, so that nobody is trusted.
            verify=True if is_remote else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
            follow_redirects=False,
            # httpx reads a redirect's address even if it does not follow it, and fails if that is no URL.
            event_hooks={"response": [lambda response: response.headers.pop("location", None)]},
            trust_env=is_remote,
        )
    except (OSError, ImportError, ValueError, httpx.InvalidURL) as error:
        raise SettingsError(
            [
                f"The connection cannot be set up with this environment ({type(error).__name__}): SSL_CERT_FILE and "
                "SSL_CERT_DIR must name certificates that can be read, HTTPS_PROXY, HTTP_PROXY and ALL_PROXY the "
                "http:// address of a proxy, and NO_PROXY hosts. Correct or unset them"
            ]
        ) from None
