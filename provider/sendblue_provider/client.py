"""The HTTP client: the four calls of `/account/webhooks` and their errors.

Source: the API page for the calls; the API reference (sections 1 and 2) for paths and errors.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import httpx

from .errors import (
    ConnectionFailed,
    CredentialsMissing,
    CredentialsRejected,
    Interrupted,
    NotConnected,
    RequestRefused,
    ServiceUnavailable,
    SettingsError,
    UnexpectedResponse,
)
from .model import ACCOUNT_SECRETS, Configuration, Entry, WireFormatError, entry_to_wire, from_wire, to_wire
from .settings import MAX_TIMEOUT_SECONDS, Settings
from .transport import (
    NOT_CONNECTED,
    REFUSED_FOR_NOW,
    RETRIED_METHODS,
    RETRIED_STATUS,
    Cancelled,
    Deadline,
    OutOfTime,
    Sender,
    UntrustedServer,
    UnusableAnswer,
    reason,
)

PATHS: Final = ("/api/v2/account/webhooks", "/api/account/webhooks")
"""The path of the API page, and the one that the API's releases since 2025-12-10 document."""

QUOTED_CHARACTERS: Final = 200
"""How much of what the API said an error quotes."""
_CONSIDERED_CHARACTERS: Final = 20_000

_DECLARING_METHODS: Final = ("PUT", "POST")
"""Those that send what the program declares; where one is refused, the program is what has to change."""


class Client:
    """Talks to one account.

    Args:
        settings: Credentials and endpoint.
        transport: Where requests go instead of the network, such as the emulator in-process.

    Raises:
        SettingsError: the environment's proxies or certificates cannot be used.
    """

    def __init__(self, settings: Settings, transport: httpx.BaseTransport | None = None) -> None:
        self._settings = settings
        self._path: str | None = None
        self._secrets = {settings.api_key_id, settings.api_secret_key}
        self._http = _connections(settings, transport)
        self._sender = Sender(self._http)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def get(self, deadline: Deadline) -> Configuration:
        """Read the whole configuration.

        Raises:
            ApiError: one of its kinds, see `errors`.
            Interrupted: the run was cancelled.
        """
        body = self._call("GET", None, deadline)
        webhooks = body.get("webhooks")
        if not isinstance(webhooks, dict):
            raise UnexpectedResponse(
                f"The answer to GET {self._url()} holds no webhooks object: {self._quote(json.dumps(body))}. "
                f"{self._is_it_the_api()}"
            )
        try:
            configuration = from_wire(webhooks)
        except WireFormatError as error:
            raise UnexpectedResponse(
                f"The answer to GET {self._url()} cannot be read: {self._quote(str(error))}. "
                "Look at the account in Sendblue's dashboard, or update pulumi-sendblue."
            ) from None
        self._secrets.update(configuration.all_secrets())
        return configuration

    def put(
        self,
        configuration: Configuration,
        deadline: Deadline,
        *,
        cleared: Iterable[str] = (),
        live: Configuration | None = None,
    ) -> None:
        """Replace the whole configuration.

        Args:
            configuration: All that shall be there.
            deadline: The operation's budget.
            live: What a GET showed: what is taken from there is sent in the form that it has there.
            cleared: Keys to send empty, for an API that keeps what a PUT leaves out: `[]` for an event and `""` for an
                account secret.

        Raises:
            ApiError: one of its kinds, see `errors`.
        """
        empty: Mapping[str, Any] = {name: "" if name in ACCOUNT_SECRETS else [] for name in cleared}
        self._secrets.update(configuration.all_secrets())
        self._call("PUT", {"webhooks": {**empty, **to_wire(configuration, live)}}, deadline)

    def post(self, event: str, entry: Entry, deadline: Deadline) -> None:
        """Append an entry to an event. Sent again only where nothing was done, since it would append a second time.

        Raises:
            ApiError: one of its kinds, see `errors`. Unless it is one that says that it was refused, or not sent
                (`NotConnected`), it may have been done all the same.
        """
        self._secrets.update(Configuration({event: (entry,)}).all_secrets())
        self._call("POST", {"webhooks": [entry_to_wire(entry)], "type": event}, deadline)

    def delete(self, event: str, urls: Iterable[str], deadline: Deadline) -> None:
        """Remove URLs of one event; one that is not there is not an error (once a GET has found the path).

        Raises:
            ApiError: one of its kinds, see `errors`.
        """
        try:
            self._call("DELETE", {"webhooks": list(urls), "type": event}, deadline)
        except RequestRefused as error:
            if error.status_code != httpx.codes.NOT_FOUND:
                raise

    def hide(self, texts: Iterable[str]) -> None:
        """Leave these texts out of whatever an error quotes from now on."""
        self._secrets.update(filter(None, texts))

    def _show(self, key: str) -> str:
        return self._settings.source.show.format(key=key)

    def _is_it_the_api(self) -> str:
        return f"Is {self._settings.source.prefix}baseUrl the address of the Sendblue API?"

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
        if response.status_code == httpx.codes.NOT_FOUND:
            self._path = PATHS[1]
            response = self._send(method, body, deadline)
        if response.status_code in RETRIED_STATUS:
            self._path = None  # an outage says nothing of the path
        if response.status_code != httpx.codes.NOT_FOUND:
            return response
        self._path = None
        raise UnexpectedResponse(
            f"{self._settings.base_url} knows neither {PATHS[0]} nor {PATHS[1]} (404). "
            f"Check the address: {self._show('baseUrl')}"
        )

    def _send(self, method: str, body: Mapping[str, Any] | None, deadline: Deadline) -> httpx.Response:
        call = f"{method} {self._url()}"
        # Not httpx's own JSON: what is carried over from the API may be what that refuses to write.
        content = None if body is None else json.dumps(body).encode()
        headers = None if body is None else {"content-type": "application/json"}
        request = self._http.build_request(method, self._url(), content=content, headers=headers)
        try:
            return self._sender.send(request, deadline)
        except Cancelled:
            raise Interrupted(f"{call} was interrupted, since the run was cancelled") from None
        except OutOfTime as error:
            # A POST is given up between two attempts only where the last one did nothing.
            failed = NotConnected if method == "POST" else ConnectionFailed
            more = max(300, 2 * deadline.seconds, 2 * error.asked_for)
            give = self._settings.source.give.format(
                key="timeoutSeconds", value=f"{min(more, MAX_TIMEOUT_SECONDS):.0f}"
            )
            where = f"(up to {MAX_TIMEOUT_SECONDS:.0f} s): {give}"
            if deadline.own:
                where = "in this resource's customTimeouts"
            raise failed(
                f"{call} cannot be done within the {deadline.seconds:g} s that an operation may take: {error}. "
                f"Try again later, or allow more time {where}"
            ) from None
        except UnusableAnswer as error:
            raise UnexpectedResponse(
                f"The answer to {call} {error} and was not read. {self._is_it_the_api()}"
            ) from None
        except UntrustedServer as error:
            raise NotConnected(
                f"{call} was not sent, since the server's certificate is not trusted ({error}). Behind a proxy that "
                "inspects TLS, set SSL_CERT_FILE to a file with its certificate; never turn verification off"
            ) from None
        except httpx.HTTPError as error:
            failed = NotConnected if isinstance(error, NOT_CONNECTED) else ConnectionFailed
            raise failed(
                f"No answer to {call}: {reason(error)}. Check the network, the proxy settings (HTTPS_PROXY) and "
                f"{self._show('baseUrl')}, then try again"
            ) from None

    def _read(self, response: httpx.Response, method: str) -> dict[str, Any]:
        status, call = response.status_code, f"{method} {self._url()}"
        body = _json_object(response)
        said = self._quote(_message(body) or response.content.decode("utf-8", "replace"))
        detail = f": {said}" if said else ""
        advice = "Look at the account in Sendblue's dashboard, or ask Sendblue"
        if method in _DECLARING_METHODS:
            advice = "Change the program accordingly and run `pulumi up` again"
        if status == httpx.codes.UNAUTHORIZED:
            raise CredentialsRejected(f"Sendblue does not know this key pair (401 from {call})")
        if status == httpx.codes.FORBIDDEN and (body is None or "status" not in body):
            raise CredentialsMissing(
                f"The credentials did not reach Sendblue (403 from {call}{detail}). A proxy or gateway may remove the "
                "headers sb-api-key-id and sb-api-secret-key: check HTTPS_PROXY and "
                f"{self._show('baseUrl')}"
            )
        if status in RETRIED_STATUS:
            again = ", also when asked again" if method in RETRIED_METHODS or status == REFUSED_FOR_NOW else ""
            raise ServiceUnavailable(
                f"Sendblue answered {status} to {call}{again}{detail}. Try again later; "
                "https://status.sendblue.com says whether there is an outage",
                status,
            )
        if response.is_redirect:
            raise UnexpectedResponse(
                f"{call} was redirected ({status}), and redirects are not followed, so that the credentials stay on "
                f"this host. Set the final address: {self._settings.source.give.format(key='baseUrl', value='<URL>')}"
            )
        if not response.is_success:
            raise RequestRefused(f"Sendblue refused {call} with {status}{detail}. {advice}", status)
        if body is None:
            raise UnexpectedResponse(
                f"The answer to {call} is {f'not a JSON object{detail}' if said else 'empty'}. {self._is_it_the_api()}"
            )
        if str(body.get("status")).upper() == "ERROR":
            raise RequestRefused(f"Sendblue answered {call} with {status} and an error{detail}. {advice}", status)
        return body

    def _quote(self, text: str) -> str:
        """Quote what the API said, not too long and without any secret that went to or came from it."""
        text = text[:_CONSIDERED_CHARACTERS]
        for secret in sorted(self._secrets, key=len, reverse=True):
            escaped = {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
            for form in {secret, *escaped, *(form.replace("/", "\\/") for form in escaped)}:
                text = text.replace(form, "[secret]")
        text = _SECRET_FIELD.sub(r"\1[secret]", text)
        text = "".join(character if character.isprintable() else " " for character in text).strip()
        return text if len(text) <= QUOTED_CHARACTERS else text[:QUOTED_CHARACTERS] + "…"


# A field of JSON whose name speaks of a secret, cut off or not; in JSON within JSON, with its quotes escaped, all that
# follows goes too. Bounded, since the text may be anything.
_SECRET_FIELD = re.compile(
    r"""(secret[^"\\]{0,40}\\*"\s{0,9}:\s{0,9}\\*")[^"\\]*(?:\\.?[^"\\]*)*""", re.IGNORECASE | re.DOTALL
)


def _connections(settings: Settings, transport: httpx.BaseTransport | None) -> httpx.Client:
    try:
        return httpx.Client(
            headers={
                "sb-api-key-id": settings.api_key_id,
                "sb-api-secret-key": settings.api_secret_key,
                "accept": "application/json",
                "accept-encoding": "identity",
                "user-agent": "pulumi-sendblue",
            },
            transport=transport,
            follow_redirects=False,
            # http:// is for this machine alone, and a proxy would carry the credentials away from it in the clear.
            trust_env=settings.base_url.startswith("https://"),
        )
    except (OSError, ImportError, ValueError, httpx.InvalidURL) as error:
        raise SettingsError(
            [
                f"The connection cannot be set up with this environment ({type(error).__name__}): SSL_CERT_FILE and "
                "SSL_CERT_DIR must name certificates that can be read, and HTTPS_PROXY and ALL_PROXY the http:// "
                "address of a proxy. Correct or unset them"
            ]
        ) from None


def _json_object(response: httpx.Response) -> dict[str, Any] | None:
    try:
        body = json.loads(response.content)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def _message(body: Mapping[str, Any] | None) -> str:
    for key in ("message", "error", "error_message", "detail"):
        if body and isinstance(body.get(key), str) and body[key]:
            return str(body[key])
    return ""
