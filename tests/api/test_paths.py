"""The two paths: either one that answers is used, and no write is sent to both."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from sendblue_provider.errors import (
    ApiError,
    Call,
    ConnectionFailed,
    CredentialsMissing,
    CredentialsRejected,
    RequestRefused,
    ServiceUnavailable,
    UnexpectedResponse,
)
from sendblue_provider.settings import Settings
from tests.api.conftest import (
    CALLS,
    KEY_ID,
    OK,
    SECRET_KEY,
    UNVERSIONED,
    V2,
    A,
    answer,
    client_of,
    error_of,
    every_write,
    soon,
)

SERVER = "https://api.sendblue.com"
NO = {"status": "ERROR", "message": "no"}

UNREADABLE: dict[str, httpx.Response] = {
    "401": answer(401, NO),
    "403": answer(403, ""),
    "403 of the API": answer(403, NO),
    "404": answer(404, "<html>"),
    "410": answer(410, ""),
    "301": answer(301, "", location="https://other.example/"),
    "304": answer(304, ""),
    "400": answer(400, NO),
    "ERROR": answer(200, NO),
    "HTML": answer(200, "<html>"),
    "nothing": answer(200, ""),
    "no webhooks": answer(200, {"status": "OK"}),
    "too deep": answer(200, '{"webhooks": ' * 200 + "5" + "}" * 200),
    "compressed": answer(200, OK, content_encoding="br"),
}


def sent_before(item: httpx.Response) -> int:
    """How often a GET is sent to a path before the other one is asked."""
    return 7 if item.status_code >= 500 else 1


@pytest.mark.parametrize("name", [*UNREADABLE, "500", "501"])
def test_either_path_that_answers_is_used(name: str) -> None:
    """Whatever the page's path answers, if it is not readable, the newer one is asked, and kept if it answers."""
    item = UNREADABLE[name] if name in UNREADABLE else answer(int(name), NO)
    times = sent_before(item)
    with client_of(*[item] * times, answer()) as (client, script):
        assert {} == client.get(soon())
        client.put({}, soon())
        client.get(soon())
    expected = [f"GET {V2}"] * times
    assert [*expected, f"GET {UNVERSIONED}", f"PUT {UNVERSIONED}", f"GET {UNVERSIONED}"] == script.sent


E401, E403, E404, E410, HTML, BUSY, WORDS = (
    *(answer(status, "") for status in (401, 403, 404, 410)),
    answer(200, "<html>"),
    answer(503, ""),
    answer(200, NO),
)


@pytest.mark.parametrize(
    ("first", "second", "kind", "status"),
    [
        (E404, E401, CredentialsRejected, 401),
        (E401, E404, CredentialsRejected, 401),
        (E403, E401, CredentialsRejected, 401),
        (E401, HTML, CredentialsRejected, 401),
        (E404, E403, CredentialsMissing, 403),
        (E403, E410, CredentialsMissing, 403),
        (BUSY, E404, ServiceUnavailable, 503),
        (BUSY, BUSY, ServiceUnavailable, 503),
        (E404, BUSY, ServiceUnavailable, 503),
        (E404, WORDS, RequestRefused, 200),
        (WORDS, E404, RequestRefused, 200),
        (E410, E404, RequestRefused, 410),
        (E404, HTML, UnexpectedResponse, 200),
        (E410, HTML, RequestRefused, 410),
        (E404, httpx.ReadError("canary"), ConnectionFailed, 0),
        (E401, httpx.ReadError("canary"), CredentialsRejected, 401),
    ],
)
def test_neither_path_is_readable(first: Any, second: Any, kind: type[ApiError], status: int) -> None:
    """The error that says more is shown, and neither path is kept: the next GET asks both."""
    before = [first] * sent_before(first)
    after = [second] * 7
    with client_of(*before, *after) as (client, script):
        error = error_of(lambda: client.get(soon()))
        asked = len(script.sent)
        script.items[asked:] = [E404, answer()]
        client.get(soon())
    assert (kind, status) == (type(error), error.status)
    assert [f"GET {V2}", f"GET {UNVERSIONED}"] == script.sent[asked:]
    assert {f"GET {V2}", f"GET {UNVERSIONED}"} == set(script.sent[:asked])


@pytest.mark.parametrize("item", [answer(408, ""), answer(429, ""), httpx.ConnectError("")])
def test_what_says_nothing_of_the_path(item: Any) -> None:
    """A limit of requests, or no connection, is not met by asking elsewhere."""
    with client_of(item) as (client, script):
        error_of(lambda: client.get(soon()))
    assert [f"GET {V2}"] * 7 == script.sent


@pytest.mark.parametrize("path", [V2, UNVERSIONED])
def test_a_later_404_does_not_flip_the_path(path: str) -> None:
    """Once a path has worked, a 404 is an answer, and no reason to read or write elsewhere."""
    before = [answer(404)] * (path == UNVERSIONED)
    with client_of(*before, answer(), answer(404, NO)) as (client, script):
        client.get(soon())
        for method in ("PUT", "POST", "GET"):
            error = error_of(lambda method=method: CALLS[method](client, soon()))  # type: ignore[misc]
            assert isinstance(error, RequestRefused)
            assert 404 == error.status
        client.delete("receive", [A], soon())  # what is gone already is no error
    assert [f"{method} {path}" for method in ("GET", "PUT", "POST", "GET", "DELETE")] == script.sent[len(before) :]


def test_neither_path() -> None:
    """If both are a 404, the error says so, and the next GET asks both again."""
    with client_of(answer(404), answer(404, NO), answer()) as (client, script):
        error = error_of(lambda: client.get(soon()))
        client.get(soon())
    assert isinstance(error, UnexpectedResponse)
    assert ("unknown paths", 404, Call("GET", SERVER + UNVERSIONED)) == (error.kind, error.status, error.call)
    assert [f"GET {V2}", f"GET {UNVERSIONED}", f"GET {V2}"] == script.sent


@every_write
def test_a_404_of_a_write_before_any_get(method: str) -> None:
    """A write looks for no path: it is sent once, and a 404 is an error, for a DELETE too."""
    with client_of(answer(404)) as (client, script):
        error = error_of(lambda: CALLS[method](client, soon()))
    assert isinstance(error, RequestRefused)
    assert (404, [f"{method} {V2}"]) == (error.status, script.sent)


def test_no_connection_says_nothing_of_the_path() -> None:
    """After a first GET that met no server the newer path is still found."""
    with client_of(*[httpx.ConnectError("")] * 7, answer(404), answer()) as (client, script):
        error_of(lambda: client.get(soon()))
        client.get(soon())
    assert f"GET {UNVERSIONED}" == script.sent[-1]


def test_base_url_with_a_path() -> None:
    """Behind a gateway the base URL's path comes before the API's."""
    settings = Settings(KEY_ID, SECRET_KEY, "https://gateway.example/sendblue")
    with client_of(answer(404), answer(), settings=settings) as (client, script):
        client.get(soon())
    assert [f"GET /sendblue{V2}", f"GET /sendblue{UNVERSIONED}"] == script.sent
