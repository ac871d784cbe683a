"""What a user reads of an error of the API, or of the way to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendblue_provider.api.attempt import MAX_RESPONSE_BYTES
from sendblue_provider.api.client import PATHS
from sendblue_provider.errors import (
    ApiError,
    ConnectionFailed,
    CredentialsMissing,
    CredentialsRejected,
    OutOfTime,
    ServiceUnavailable,
    UnexpectedResponse,
    UntrustedServer,
)
from sendblue_provider.settings import MAX_TIMEOUT_SECONDS

if TYPE_CHECKING:
    from sendblue_provider.settings import Source

_A_DAY = 86_400.0


def api_error_text(error: ApiError, source: Source) -> str:
    """Return the sentence of an API error: what happened, to which call, and what to do. It has no period at its end.

    Args:
        error: The error.
        source: Where the settings come from; it has the words for a command that changes one.
    """
    if isinstance(error, OutOfTime):
        return _out_of_time(error, source)
    if isinstance(error, ConnectionFailed):
        return _no_connection(error, source)
    if isinstance(error, UnexpectedResponse):
        return _unexpected(error, source)
    call, said = _call(error), f": {error.said}" if error.said else ""
    if isinstance(error, CredentialsRejected):  # each front end adds how to set the pair
        return f"Sendblue does not know this key pair ({error.status} from {call}{said})"
    if isinstance(error, CredentialsMissing):
        return (
            f"The credentials did not reach Sendblue ({error.status} from {call}{said}). A proxy or gateway may remove "
            f"the headers sb-api-key-id and sb-api-secret-key: check HTTPS_PROXY and {_show(source, 'baseUrl')}"
        )
    if isinstance(error, ServiceUnavailable):
        again = ", also when asked again" if error.call.method == "GET" else ""
        return (
            f"Sendblue answered {error.status} to {call}{again}{said}. Try again later; "
            "https://status.sendblue.com says whether there is an outage"
        )
    advice = "Open the account in Sendblue's dashboard, or ask Sendblue"
    if error.call.method in ("PUT", "POST"):  # they send what the program declares
        advice = "Change the program accordingly and run `pulumi up` again"
    if 200 <= error.status < 300:
        return f"Sendblue answered {call} with {error.status} and an error{said}. {advice}"
    return f"Sendblue refused {call} with {error.status}{said}. {advice}"


def _out_of_time(error: OutOfTime, source: Source) -> str:
    asks = ""
    if error.asked_for:
        asks = " and asks to wait " + (f"{error.asked_for:.0f} s" if error.asked_for < _A_DAY else "for days")
    more = max(300.0, 2 * error.seconds, 2 * error.asked_for)
    if error.is_own:
        advice = ", or allow more time in this resource's customTimeouts"
    elif max(error.asked_for, error.seconds) < MAX_TIMEOUT_SECONDS:
        give = source.give.format(key="timeoutSeconds", value=f"{min(more, MAX_TIMEOUT_SECONDS):.0f}")
        advice = f", or allow more time (up to {MAX_TIMEOUT_SECONDS:.0f} s): {give}"
    else:
        advice = ""
    return (
        f"{_call(error)} cannot be done within the {error.seconds:g} s that an operation may take: "
        f"{error.reason}{asks}. Try again later{advice}"
    )


def _no_connection(error: ConnectionFailed, source: Source) -> str:
    if isinstance(error, UntrustedServer):
        return (
            f"{_call(error)} was not sent, since the server's certificate is not trusted: {error.reason}. Behind a "
            "proxy that inspects TLS, set SSL_CERT_FILE to a file with its certificate; never turn verification off"
        )
    return (
        f"No answer to {_call(error)}: {error.reason}. Check the network, the proxy settings (HTTPS_PROXY) and "
        f"{_show(source, 'baseUrl')}, then try again"
    )


def _unexpected(error: UnexpectedResponse, source: Source) -> str:
    if error.kind == "unknown paths":
        server = error.call.url.removesuffix(PATHS[-1])
        return (
            f"{server} does not know any of the paths {', '.join(PATHS)} ({error.status}). "
            f"Check the address: {_show(source, 'baseUrl')}"
        )
    if error.kind == "redirected":
        return (
            f"{_call(error)} was redirected ({error.status}), and redirects are not followed, so that the credentials "
            f"stay on this host. Set the final address: {source.give.format(key='baseUrl', value='<URL>')}"
        )
    what = {
        "empty": "is empty",
        "not JSON": "is not a JSON object",
        "too deep": "is nested deeper than any answer of the API, and was not used",
        "no webhooks": "holds no webhooks object",
        "too large": f"is larger than {MAX_RESPONSE_BYTES // 1024 // 1024} MiB and was not read",
        "not modified": f"has the status {error.status}, which answers another request than was sent",
        "compressed": "is compressed in a way that was not asked for, and was not read",
    }[error.kind]
    said = f": {error.said}" if error.said else ""
    show = source.show.format(key="baseUrl")
    is_it = f"Check that {source.prefix}baseUrl is the address of the Sendblue API"
    is_it += f": {show}" if show.startswith("`") else ""
    return f"The answer to {_call(error)} {what}{said}. {is_it}"


def _call(error: ApiError) -> str:
    return f"{error.call.method} {error.call.url}"


def _show(source: Source, key: str) -> str:
    return source.show.format(key=key)
