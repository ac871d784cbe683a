"""The four calls: what is sent, which error an answer is, and which path is asked."""

from __future__ import annotations

import importlib
import pickle
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from sendblue_emulator import Emulator
from sendblue_provider.errors import (
    ApiError,
    ConnectionFailed,
    CredentialsMissing,
    CredentialsRejected,
    RequestRefused,
    ServiceUnavailable,
    UnexpectedResponse,
)
from tests.api.conftest import (
    CALLS,
    KEY_ID,
    OK,
    SECRET_KEY,
    SETTINGS,
    UNVERSIONED,
    V2,
    A,
    B,
    answer,
    client_at,
    client_of,
    error_for,
    error_of,
    every_method,
    every_write,
    soon,
)

if TYPE_CHECKING:
    pass

SERVER = "https://api.sendblue.com"
NO = {"status": "ERROR", "message": "no"}


# What is sent


def test_what_each_call_sends() -> None:
    """A GET has no body; a PUT has the whole object, a POST items and a DELETE URL strings of one event."""
    items = [A, {"url": B, "secret": "canary", "n": float("nan"), "half": "\ud800"}]
    with client_of() as (client, script):
        client.get(soon())
        client.put({"receive": items, "globalSecret": ""}, soon())
        client.post("call_log", items, soon())
        client.delete("receive", [A, B], soon())
    assert b"" == script.requests.pop(0).content
    expected = [
        {"webhooks": {"receive": items, "globalSecret": ""}},
        {"webhooks": items, "type": "call_log"},
        {"webhooks": [A, B], "type": "receive"},
    ]
    assert str(expected) == str(script.bodies)  # by their text, since NaN equals nothing


def test_get_returns_what_the_api_wrote() -> None:
    """GET gives the `webhooks` object as it is, with what this provider does not know."""
    webhooks = {"receive": [A, 5, {"url": B, "x": None}], "globalSecret": "canary", "region": {"name": "eu"}}
    with client_of(answer(body={"webhooks": webhooks})) as (client, _):
        assert webhooks == client.get(soon())


@every_method
def test_headers(method: str) -> None:
    """Every request carries both credentials, says that a body is JSON, and asks for no compression."""
    with client_of() as (client, script):
        CALLS[method](client, soon())
    (headers,) = [request.headers for request in script.requests]
    names = ("sb-api-key-id", "sb-api-secret-key", "content-type", "accept-encoding")
    expected = [KEY_ID, SECRET_KEY, None if method == "GET" else "application/json", "identity"]
    assert expected == [headers.get(name) for name in names]


@every_method
def test_calls_over_a_socket(method: str) -> None:
    """Each call works over a real connection with the emulator."""
    emulator = Emulator()
    emulator.add_account(key_id=KEY_ID, secret=SECRET_KEY)
    with emulator.serve() as url, client_at(url) as client:
        CALLS[method](client, soon())
    assert [(method, 200)] == [(entry.method, entry.status) for entry in emulator.journal]


# Which error an answer is, and how often a GET and a write are sent


def nested(kind: str, depth: int) -> str:
    """An answer with a field that this provider does not know, nested so deep."""
    before, after = ("[", "]") if kind == "a list" else ('{"a": ', "}")
    value = before * depth + "5" + after * depth
    return f'{{"webhooks": {{"receive": [{{"url": "{A}", "x": {value}}}]}}, "message": "canary"}}'


Answers = tuple[str, httpx.Response, type[ApiError] | None, dict[str, Any], int]
ANSWERS: list[Answers] = [
    ("success", answer(), None, {}, 1),
    ("201", answer(201), None, {}, 1),
    ("no status", answer(202, {"webhooks": {}}), None, {}, 1),
    ("ERROR in a 200", answer(200, NO), RequestRefused, {"status": 200, "said": "no"}, 1),
    ("error in a 201", answer(201, {"status": "error"}), RequestRefused, {"status": 201, "said": ""}, 1),
    *[
        (
            f"{status}",
            answer(status, {"status": "OK", "message": "no"}),
            RequestRefused,
            {"status": status, "said": "no"},
            1,
        )
        for status in (400, 403, 409, 410, 422, 499)
    ],
    ("400 in HTML", answer(400, "<html>canary"), RequestRefused, {"status": 400, "said": ""}, 1),
    ("charset", answer(400, "<p>", content_type="text/html; charset=rot13"), RequestRefused, {"status": 400}, 1),
    ("401", answer(401, NO), CredentialsRejected, {"status": 401, "said": "no"}, 1),
    ("401 in HTML", answer(401, "<html>"), CredentialsRejected, {"status": 401, "said": ""}, 1),
    ("403 of a gateway", answer(403, {"message": "no"}), CredentialsMissing, {"status": 403, "said": "no"}, 1),
    ("403 without a body", answer(403, ""), CredentialsMissing, {"status": 403, "said": ""}, 1),
    *[
        (
            f"{status}",
            answer(status, {"message": "no"}),
            ServiceUnavailable,
            {"status": status, "said": "no", "retry_after": None},
            7,
        )
        for status in (408, 429, 500, 503, 520, 599)
    ],
    *[
        (
            f"{status} to {to!r}",
            answer(status, "", location=to),
            UnexpectedResponse,
            {"kind": "redirected", "status": status},
            1,
        )
        for status, to in ((301, "https://other.example/"), (302, "/x"), (307, "http://x:port"), (308, ""))
    ],
    ("304", answer(304, ""), UnexpectedResponse, {"kind": "not modified", "status": 304}, 1),
    ("empty", answer(200, ""), UnexpectedResponse, {"kind": "empty", "said": ""}, 1),
    ("blank", answer(200, " \n"), UnexpectedResponse, {"kind": "empty", "said": ""}, 1),
    *[
        (f"JSON {number}", answer(200, body), UnexpectedResponse, {"kind": "not JSON", "said": ""}, 1)
        for number, body in enumerate(
            ["<b>canary", '{"status": "OK", "webho', b"\xff\xfe", "[" * 500 + "]" * 500, ["odd"], "null", "5"]
        )
    ],
    *[
        (f"{depth} deep in {kind}", answer(200, nested(kind, depth)), UnexpectedResponse, {"kind": "too deep"}, 1)
        for kind in ("a list", "an object")
        for depth in (100, 900, 990, 100_000)
    ],
    ("deep enough", answer(200, nested("a list", 96)), None, {}, 1),
    ("brotli", answer(200, OK, content_encoding="br"), UnexpectedResponse, {"kind": "compressed"}, 1),
    (
        "broken connection",
        httpx.ReadError("canary"),
        ConnectionFailed,
        {"status": 0, "reason": "the connection broke"},
        7,
    ),  # type: ignore[list-item]
]


@every_method
@pytest.mark.parametrize(
    ("item", "kind", "fields", "gets"), [row[1:] for row in ANSWERS], ids=[row[0] for row in ANSWERS]
)
def test_answers(method: str, item: Any, kind: type[ApiError] | None, fields: dict[str, Any], gets: int) -> None:
    """Each answer is a success or the error that it is; a GET is sent again if that is of use, a write never."""
    with client_of(item) as (client, script):
        if kind is None:
            CALLS[method](client, soon())
        else:
            error = error_of(lambda: CALLS[method](client, soon()))
            assert kind is type(error)
            assert (method, SERVER + V2) == error.call
            assert fields == {name: getattr(error, name) for name in fields}
    assert ([f"{method} {V2}"] * gets if method == "GET" else [f"{method} {V2}"]) == script.sent[:gets]
    asks_both = method == "GET" and kind not in (None, ConnectionFailed) and fields.get("status") not in (408, 429)
    assert [f"GET {UNVERSIONED}"] * asks_both == script.sent[gets if method == "GET" else 1 :]


@pytest.mark.parametrize("webhooks", [None, [], "text", 5])
def test_no_webhooks_object(webhooks: Any) -> None:
    """A GET without a `webhooks` object is an error with the API's words: an account is never taken for empty."""
    error = error_for(answer(200, {"status": "OK", "webhooks": webhooks, "message": "maintenance"}))
    assert isinstance(error, UnexpectedResponse)
    assert ("no webhooks", 200, "maintenance") == (error.kind, error.status, error.said)


@every_write
@pytest.mark.parametrize(("value", "seconds"), [("7", 7.0), ("soon", None)])
def test_what_a_write_is_asked_to_wait(method: str, value: str, seconds: float | None) -> None:
    """The error of a write has the seconds that the answer asks to wait."""
    assert seconds == error_for(answer(503, retry_after=value), method).retry_after


# Credentials stay inside


def pickled(value: object) -> bytes:
    """What each pickler that Pulumi may use writes; what refuses to be pickled gives nothing away."""
    written = b""
    dill: Any = importlib.import_module("dill")  # what Pulumi pickles a provider with; it has no types
    for dumps in (pickle.dumps, dill.dumps):
        with suppress(TypeError, AttributeError, pickle.PicklingError):
            written += dumps(value)
    return written


def test_nothing_shows_a_credential() -> None:
    """Neither the settings nor the client show a credential, and neither is pickled with one."""
    with client_at("https://api.sendblue.com") as client:
        for one in (SETTINGS, client):
            assert "canary" not in f"{one!r} {one}"
            assert b"canary" not in pickled(one)


@pytest.mark.parametrize("status", [200, 302, 400, 401, 403, 404, 503])
@pytest.mark.parametrize("form", ["json", "text"])
def test_errors_show_no_credential(status: int, form: str) -> None:
    """No error holds a credential or a secret that was sent, in any of its fields, its repr or its pickle."""
    echo = f"{KEY_ID} {SECRET_KEY} canary-endpoint"
    item = answer(status, {"status": "ERROR", "message": echo} if form == "json" else echo)
    with client_of(item) as (client, _):
        sent = [{"url": A, "secret": "canary-endpoint"}]
        error = error_of(lambda: client.put({"receive": sent}, soon()))
    assert "canary" not in f"{error!r} {error} {vars(error)} {error.__context__!r} {error.__cause__!r}"
    assert b"canary" not in pickled(error)
    assert ("[secret] [secret] [secret]" == error.said) is (form == "json")


def test_a_closed_client_sends_nothing() -> None:
    """After `close` there is no connection left to use."""
    with client_of() as (client, script):
        client.close()
        with pytest.raises(RuntimeError):
            client.get(soon())
    assert [] == script.sent
