"""The sentence of each API error, in the words of who set the settings."""

from __future__ import annotations

import re

import pytest

from sendblue_provider.errors import (
    ApiError,
    Call,
    ConnectionFailed,
    CredentialsMissing,
    CredentialsRejected,
    OutOfTime,
    RequestRefused,
    ServiceUnavailable,
    UnexpectedResponse,
    UntrustedServer,
)
from sendblue_provider.messages.api_errors import api_error_text
from sendblue_provider.settings import PROVIDER_ARGUMENTS, STACK_CONFIG
from tests.api.conftest import UNVERSIONED, V2

SERVER = "https://api.sendblue.com"
GET, PUT, POST, DELETE = (Call(method, SERVER + V2) for method in ("GET", "PUT", "POST", "DELETE"))
SHOW_URL = "`pulumi config get sendblue:baseUrl`"
IS_IT = "Check that sendblue:baseUrl is the address of the Sendblue API: `pulumi config get sendblue:baseUrl`"


def budget(call: Call, seconds: float, asked_for: float = 0.0, *, is_own: bool = False) -> OutOfTime:
    return OutOfTime(call, "Sendblue answered 429", seconds=seconds, is_own=is_own, asked_for=asked_for)


TEXTS: list[tuple[ApiError, list[str], list[str]]] = [
    (CredentialsRejected(GET, 401), [f"Sendblue does not know this key pair (401 from GET {SERVER}{V2})"], []),
    (
        CredentialsMissing(PUT, 403, "its words"),
        ["did not reach Sendblue", "(403 from PUT", ": its words)", "sb-api-key-id", "HTTPS_PROXY", SHOW_URL],
        [],
    ),
    (RequestRefused(PUT, 400, "its words"), ["Sendblue refused PUT", "with 400: its words. Change the program"], []),
    (RequestRefused(POST, 409), ["with 409. Change the program accordingly and run `pulumi up` again"], []),
    (RequestRefused(DELETE, 400), ["with 400. Open the account in Sendblue's dashboard"], ["Change the program"]),
    (RequestRefused(GET, 404), ["with 404. Open the account"], []),
    (
        RequestRefused(POST, 200, "its words"),
        ["Sendblue answered POST", "with 200 and an error: its words. Change"],
        [],
    ),
    (
        ServiceUnavailable(GET, 503, "its words"),
        ["Sendblue answered 503 to GET", "also when asked again: its words", "Try again later", "status.sendblue.com"],
        [],
    ),
    (ServiceUnavailable(POST, 429), ["Sendblue answered 429 to POST", "Try again later"], ["asked again"]),
    (
        ConnectionFailed(PUT, "the connection broke"),
        [f"No answer to PUT {SERVER}{V2}: the connection broke. Check", "HTTPS_PROXY", SHOW_URL],
        [],
    ),
    (
        UntrustedServer(PUT, "it has expired"),
        ["was not sent", "certificate is not trusted: it has expired.", "SSL_CERT_FILE", "never turn verification off"],
        [],
    ),
    (
        budget(GET, 60, 120),
        [
            "cannot be done within the 60 s that an operation may take: Sendblue answered 429 and asks to wait 120 s.",
            "run `pulumi config set sendblue:timeoutSeconds 300`",
        ],
        ["customTimeouts"],
    ),
    (
        budget(PUT, 0.3),
        ["within the 0.3 s", "answered 429. Try again later, or allow more time (up to 3600 s)"],
        ["asks"],
    ),
    (budget(PUT, 900, 1700), ["timeoutSeconds 3400"], []),
    (budget(PUT, 60, 9000), ["asks to wait 9000 s. Try again later"], ["timeoutSeconds", "3600"]),
    (budget(PUT, 60, float("inf")), ["asks to wait for days. Try again later"], ["timeoutSeconds"]),
    (budget(PUT, 3600), ["within the 3600 s", "Try again later"], ["timeoutSeconds"]),
    (budget(PUT, 5, is_own=True), ["within the 5 s", "this resource's customTimeouts"], ["timeoutSeconds"]),
    (UnexpectedResponse(GET, "empty", 200), [f"The answer to GET {SERVER}{V2} is empty. {IS_IT}"], []),
    (UnexpectedResponse(PUT, "not JSON", 200), [f"is not a JSON object. {IS_IT}"], []),
    (UnexpectedResponse(GET, "no webhooks", 200), [f"holds no webhooks object. {IS_IT}"], []),
    (UnexpectedResponse(GET, "too large", 200), [f"is larger than 8 MiB and was not read. {IS_IT}"], []),
    (UnexpectedResponse(GET, "compressed", 200), ["compressed in a way that was not asked for", IS_IT], []),
    (
        UnexpectedResponse(GET, "redirected", 302),
        ["was redirected (302)", "`pulumi config set sendblue:baseUrl <URL>`"],
        [],
    ),
    (
        UnexpectedResponse(Call("GET", SERVER + UNVERSIONED), "unknown paths", 404),
        [f"{SERVER} does not know", f" {V2}", f" {UNVERSIONED}", "(404)", SHOW_URL],
        [],
    ),
]


@pytest.mark.parametrize(("error", "parts", "others"), TEXTS, ids=lambda value: type(value).__name__)
def test_the_sentence(error: ApiError, parts: list[str], others: list[str]) -> None:
    """It says in one line what happened, to which call, and what to do, without a period at its end."""
    text = api_error_text(error, STACK_CONFIG)
    assert [] == [part for part in parts if part not in text]
    assert [] == [other for other in others if other in text]
    assert SERVER in text
    assert "\n" not in text
    assert text[-1] not in ". "


@pytest.mark.parametrize("error", [error for error, *_ in TEXTS], ids=lambda error: type(error).__name__)
def test_the_sentence_for_an_explicit_provider(error: ApiError) -> None:
    """If settings are the provider's arguments, it names those, and no command of the configuration."""
    configuration, arguments = (api_error_text(error, source) for source in (STACK_CONFIG, PROVIDER_ARGUMENTS))
    assert "pulumi config" not in arguments
    assert ("sendblue:" in re.sub(r"https?:\S+", "", configuration)) is ("sendblue.Provider" in arguments)


def test_what_the_api_said_without_webhooks() -> None:
    """The API's words are quoted if it answers with something else than webhooks."""
    error = UnexpectedResponse(GET, "no webhooks", 200)
    error.said = "maintenance"
    assert "holds no webhooks object: maintenance. " in api_error_text(error, STACK_CONFIG)
