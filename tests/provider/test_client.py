"""The HTTP client, against the emulator in-process and over a socket, and against servers that misbehave."""

from __future__ import annotations

import gzip
import importlib
import json
import logging
import pickle
import re
import socket
import ssl
import sys
import threading
import time
import traceback
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from sendblue_emulator import Account, Emulator, Fault
from sendblue_provider.client import Client
from sendblue_provider.errors import (
    ApiError,
    ConnectionFailed,
    CredentialsMissing,
    CredentialsRejected,
    NotConnected,
    RequestRefused,
    SendblueError,
    ServiceUnavailable,
    UnexpectedResponse,
)
from sendblue_provider.model import Configuration, Entry
from sendblue_provider.settings import PROVIDER_ARGUMENTS, Settings
from sendblue_provider.transport import MAX_RESPONSE_BYTES, Deadline

V2 = "/api/v2/account/webhooks"
UNVERSIONED = "/api/account/webhooks"
A = "https://example.com/a"
B = "https://example.com/b"
EMPTY = Configuration()
OK = {"status": "OK", "webhooks": {}}

KEY_ID = "canary-key-id"
SECRET_KEY = "canary-secret-key"
SETTINGS = Settings(KEY_ID, SECRET_KEY)

CERTIFICATE = """
-----BEGIN CERTIFICATE-----
MIIBeDCCAR2gAwIBAgIBATAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlsb2NhbGhv
c3QwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBQxEjAQBgNVBAMM
CWxvY2FsaG9zdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABAxpfcOznFxnOu5E
VCHZ2jkNhittCLASvjSKcKHT7di6lD/Lk6B28NqLCQGVs6Bw2r6LVyJriF6/oPja
05jckmqjXjBcMB0GA1UdDgQWBBTYLWURlOTi0AI4usWjYr92lflfzDAPBgNVHRMB
Af8EBTADAQH/MA4GA1UdDwEB/wQEAwIChDAaBgNVHREEEzARgglsb2NhbGhvc3SH
BH8AAAEwCgYIKoZIzj0EAwIDSQAwRgIhAN281L3nScMU5PV6qsUyiQtaOeXAw5pA
jgs0YL6ct3YfAiEAzSFqOeN4IZxl8hCAcu9+1V3LEkUa5nqYCmaR+N7wL+s=
-----END CERTIFICATE-----
"""
"""Of localhost and 127.0.0.1, signed by itself, good from 2020 to 2120; its key below guards nothing."""

CERTIFICATE_KEY = """
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgYRn1NVyqvdoomT0J
e1pEIg7d+ajF6Zaqf9afPJQmqpahRANCAAQMaX3Ds5xcZzruRFQh2do5DYYrbQiw
Er40inCh0+3YupQ/y5OgdvDaiwkBlbOgcNq+i1cia4hev6D42tOY3JJq
-----END PRIVATE KEY-----
"""


# Set-up


class Clock:
    """A clock that only sleeping moves; what is slept is kept."""

    def __init__(self) -> None:
        self.now = 0.0
        self.sleeps: list[float] = []

    def monotonic(self) -> float:
        """Tell the time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.sleeps.append(seconds)
        self.now += seconds


def set_jitter(monkeypatch: pytest.MonkeyPatch, share: float) -> None:
    """Let the retries wait this share of the longest wait that their jitter allows."""
    fixed = SimpleNamespace(uniform=lambda low, high: low + share * (high - low))
    monkeypatch.setattr("httpx_retries.retry.random", fixed)


@pytest.fixture(autouse=True)
def no_backoff(monkeypatch: pytest.MonkeyPatch) -> None:
    """Full jitter includes no wait at all: the tests that are not about waiting do not wait."""
    set_jitter(monkeypatch, 0)


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy of this machine has nothing to do with the tests."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The client's clock and the retries' sleep, with the longest waits that the jitter allows."""
    clock = Clock()
    set_jitter(monkeypatch, 1)
    monkeypatch.setattr("sendblue_provider.transport.time", clock)
    monkeypatch.setattr(Deadline, "sleep", lambda _deadline, seconds: clock.sleep(seconds))
    return clock


@pytest.fixture
def emulator() -> Emulator:
    emulator = Emulator()
    emulator.add_account(key_id=KEY_ID, secret=SECRET_KEY)
    return emulator


@pytest.fixture
def account(emulator: Emulator) -> Account:
    return emulator.account()


@contextmanager
def client_of(transport: httpx.BaseTransport | None, settings: Settings = SETTINGS) -> Iterator[Client]:
    client = Client(settings, transport)
    try:
        yield client
    finally:
        client.close()


@pytest.fixture
def client(emulator: Emulator) -> Iterator[Client]:
    with client_of(emulator.transport()) as client:
        yield client


def at(base_url: str) -> Settings:
    return Settings(KEY_ID, SECRET_KEY, base_url)


def soon() -> Deadline:
    """A budget that no test should use up."""
    return Deadline(20)


def configuration(**secrets: str) -> Configuration:
    return Configuration({"receive": (Entry(A),)}, secrets)


# What the four calls do, by method: for what holds of each of them.
CALLS: dict[str, Callable[[Client, Deadline], object]] = {
    "GET": lambda client, deadline: client.get(deadline),
    "PUT": lambda client, deadline: client.put(configuration(), deadline),
    "POST": lambda client, deadline: client.post("receive", Entry(A), deadline),
    "DELETE": lambda client, deadline: client.delete("receive", [A], deadline),
}

every_method = pytest.mark.parametrize("method", CALLS)
retried_methods = pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])


def response(status: int, body: Any, headers: dict[str, str] | None = None) -> httpx.Response:
    """An answer: text and bytes as they are, any other body as JSON."""
    content = body if isinstance(body, str | bytes) else json.dumps(body)
    return httpx.Response(status, headers=headers, content=content)


@contextmanager
def answered(status: int, body: Any, headers: dict[str, str] | None = None) -> Iterator[Client]:
    """A client whose every request has this answer."""
    with client_of(httpx.MockTransport(lambda _: response(status, body, headers))) as client:
        yield client


def error_of(call: Callable[[], object]) -> ApiError:
    with pytest.raises(ApiError) as caught:
        call()
    return caught.value


def error_for(status: int, body: Any, method: str = "GET", headers: dict[str, str] | None = None) -> ApiError:
    """The error that such an answer to such a request is."""
    with answered(status, body, headers) as client:
        return error_of(lambda: CALLS[method](client, soon()))


def put_error(body: Any, sent: Configuration, status: int = 400) -> ApiError:
    """The error that such an answer to a PUT of this configuration is."""
    with answered(status, body) as client:
        return error_of(lambda: client.put(sent, soon()))


@contextmanager
def server(talk: Callable[[socket.socket], object], context: ssl.SSLContext | None = None) -> Iterator[int]:
    """A TCP server that has this talk with each client, one after the other, and then hangs up; gives its port."""
    closing = threading.Event()

    def serve() -> None:
        while not closing.is_set():
            with suppress(OSError):
                connection, _ = listener.accept()
                connection.settimeout(5)
                with context.wrap_socket(connection, server_side=True) if context else connection as stream:
                    talk(stream)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.02)
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield int(listener.getsockname()[1])
        finally:
            closing.set()
            thread.join()


def request_on(connection: socket.socket) -> bytes:
    """Read a request up to the end of its head, and of a body that came along."""
    received = b""
    while b"\r\n\r\n" not in received:
        more = connection.recv(65536)
        if not more:
            break
        received += more
    return received


def http(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers])
    return head.encode() + b"\r\n\r\n" + body


def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def seconds_of(call: Callable[[], object]) -> float:
    started = time.monotonic()
    call()
    return time.monotonic() - started


# The four calls


def test_get_reads_the_whole_configuration(client: Client, account: Account) -> None:
    """GET gives events, secrets and what this provider does not know, as the account has them."""
    account.webhooks = {
        "receive": [A, {"url": B, "secret": "canary", "sendblue_numbers": ["+15550100"], "label": "x"}],
        "globalSecret": "canary-global",
        "region": "eu",
    }
    expected = Configuration(
        {"receive": (Entry(A), Entry(B, "canary", ("+15550100",), {"label": "x"}))},
        {"globalSecret": "canary-global"},
        {"region": "eu"},
    )
    assert expected == client.get(soon())


def test_get_sends_no_body(client: Client, emulator: Emulator) -> None:
    """A GET has no body."""
    client.get(soon())
    assert [("GET", V2, None)] == [(entry.method, entry.path, entry.body) for entry in emulator.journal]


def test_put_sends_the_whole_configuration(client: Client, emulator: Emulator) -> None:
    """PUT sends events, secrets and unknown keys under `webhooks`; an entry with only a URL is a string."""
    sent = Configuration(
        {"receive": (Entry(A), Entry(B, "canary", ("+15550100",))), "call_log": (Entry(A),)},
        {"globalSecret": "canary-global"},
        {"region": "eu"},
    )
    client.put(sent, soon())
    expected = {
        "webhooks": {
            "receive": [A, {"url": B, "secret": "canary", "sendblue_numbers": ["+15550100"]}],
            "call_log": [A],
            "globalSecret": "canary-global",
            "region": "eu",
        }
    }
    assert [expected] == [entry.body for entry in emulator.journal]


def test_put_of_nothing(client: Client, account: Account) -> None:
    """PUT of an empty configuration clears the account."""
    account.add("receive", A)
    client.put(EMPTY, soon())
    assert {} == account.webhooks


def test_put_can_send_keys_empty(client: Client, emulator: Emulator) -> None:
    """What is to be cleared is sent as `[]` for an event and as an empty string for an account secret."""
    client.put(configuration(), soon(), cleared=["call_log", "globalSecret", "secret"])
    expected = {"webhooks": {"receive": [A], "call_log": [], "globalSecret": "", "secret": ""}}
    assert [expected] == [entry.body for entry in emulator.journal]


def test_put_clears_nothing_that_it_sets(client: Client, emulator: Emulator) -> None:
    """What the configuration has is sent, also where it is named as to be cleared."""
    client.put(configuration(globalSecret="canary"), soon(), cleared=["receive", "globalSecret"])
    assert [{"webhooks": {"receive": [A], "globalSecret": "canary"}}] == [entry.body for entry in emulator.journal]


def test_post_sends_an_entry_of_one_event(client: Client, emulator: Emulator, account: Account) -> None:
    """POST sends the entry in a list, with the event's name as `type`, and appends it."""
    account.add("call_log", B)
    client.post("call_log", Entry(A, "canary", ("+15551230001",), {"label": "x"}), soon())
    entry = {"url": A, "secret": "canary", "sendblue_numbers": ["+15551230001"], "label": "x"}
    assert [{"webhooks": [entry], "type": "call_log"}] == [entry.body for entry in emulator.journal]
    assert {"call_log": [B, entry]} == account.webhooks


def test_post_sends_the_type_of_the_default_event(client: Client, emulator: Emulator) -> None:
    """`type` is sent for `receive` too, although the API would take it for granted."""
    client.post("receive", Entry(A), soon())
    assert [{"webhooks": [A], "type": "receive"}] == [entry.body for entry in emulator.journal]


def test_delete_sends_url_strings(client: Client, emulator: Emulator, account: Account) -> None:
    """DELETE sends URL strings and `type`, and removes just those."""
    account.webhooks = {"receive": [A, {"url": B, "secret": "canary"}], "call_log": [A]}
    client.delete("receive", iter([B]), soon())
    assert [{"webhooks": [B], "type": "receive"}] == [entry.body for entry in emulator.journal]
    assert {"receive": [A], "call_log": [A]} == account.webhooks


@pytest.mark.parametrize("status", [200, 404])
def test_delete_of_what_is_not_there(client: Client, account: Account, status: Any) -> None:
    """A URL that is already gone is no error, whichever way the API says it."""
    account.behave(absent_delete=status)
    client.get(soon())
    client.delete("receive", [A], soon())


def test_delete_that_is_refused(client: Client, account: Account) -> None:
    """Any other refusal of a DELETE is an error."""
    account.behave(accepted_events=["call_log"])
    error = error_of(lambda: client.delete("receive", [A], soon()))
    assert isinstance(error, RequestRefused)
    assert 400 == error.status_code


@every_method
def test_headers(method: str) -> None:
    """Every request carries both credential headers, and a body says that it is JSON."""
    seen: list[httpx.Headers] = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers)
        return response(200, OK)

    with client_of(httpx.MockTransport(handle)) as client:
        CALLS[method](client, soon())
    expected = (KEY_ID, SECRET_KEY, None if method == "GET" else "application/json")
    names = ("sb-api-key-id", "sb-api-secret-key", "content-type")
    assert [expected] == [tuple(headers.get(name) for name in names) for headers in seen]


@every_method
def test_calls_over_a_socket(emulator: Emulator, method: str) -> None:
    """Each call works over a real connection as it does in-process."""
    with emulator.serve() as url, client_of(None, at(url)) as client:
        CALLS[method](client, soon())
    assert [(method, 200)] == [(entry.method, entry.status) for entry in emulator.journal]


def test_base_url_with_a_path(emulator: Emulator) -> None:
    """Behind a gateway the base URL's path comes before the API's."""
    emulator.vintages = []
    with client_of(emulator.transport(), at("https://gateway.example/sendblue")) as client:
        error_of(lambda: client.get(soon()))
    assert [f"/sendblue{V2}", f"/sendblue{UNVERSIONED}"] == [entry.path for entry in emulator.journal]


def test_a_connection_that_the_server_closed_is_not_used_again() -> None:
    """A POST, which is not retried, does not fail because the server closed the connection of the GET before it."""

    def talk(connection: socket.socket) -> None:
        methods.append(request_on(connection).split()[0])
        connection.sendall(http(json.dumps(OK).encode()))

    methods: list[bytes] = []
    with server(talk) as port, client_of(None, at(f"http://127.0.0.1:{port}")) as client:
        client.get(soon())
        time.sleep(0.05)  # for the end of the connection to arrive
        client.post("receive", Entry(A), soon())
    assert [b"GET", b"POST"] == methods


# The two paths


@pytest.mark.parametrize("not_found", ["html", "json"])
def test_the_newer_path(client: Client, emulator: Emulator, not_found: Any) -> None:
    """Where the page's path is a 404, the newer one is tried, and kept for the client's life."""
    emulator.vintages, emulator.not_found = ["unversioned"], not_found
    client.get(soon())
    client.put(configuration(), soon())
    expected = [("GET", V2, 404), ("GET", UNVERSIONED, 200), ("PUT", UNVERSIONED, 200)]
    assert expected == [(entry.method, entry.path, entry.status) for entry in emulator.journal]


@every_method
def test_the_newer_path_for_any_first_call(client: Client, emulator: Emulator, account: Account, method: str) -> None:
    """The first call finds the path whichever it is, with its body."""
    emulator.vintages = ["unversioned"]
    account.webhooks = {"receive": [A] if method == "DELETE" else []}
    CALLS[method](client, soon())
    assert [V2, UNVERSIONED] == [entry.path for entry in emulator.journal]
    assert {"receive": [] if method in ("GET", "DELETE") else [A]} == account.webhooks


def test_neither_path(client: Client, emulator: Emulator) -> None:
    """Where both are a 404, the error names both and the setting to look at."""
    emulator.vintages = []
    error = error_of(lambda: client.get(soon()))
    assert isinstance(error, UnexpectedResponse)
    assert all(part in str(error) for part in (V2, UNVERSIONED, "404", "pulumi config get sendblue:baseUrl"))


def test_neither_path_settles_nothing(client: Client, emulator: Emulator) -> None:
    """After two 404s the next call looks at both paths again."""
    emulator.vintages = []
    error_of(lambda: client.get(soon()))
    emulator.vintages = ["v2"]
    client.get(soon())
    assert [V2, UNVERSIONED, V2] == [entry.path for entry in emulator.journal]


@pytest.mark.parametrize(("first", "later"), [("v2", "unversioned"), ("unversioned", "v2")])
def test_a_later_404_does_not_flip_the_path(client: Client, emulator: Emulator, first: Any, later: Any) -> None:
    """Once a path has worked, a 404 is an answer, and no reason to write elsewhere."""
    emulator.vintages = [first]
    client.get(soon())
    emulator.vintages = [later]
    emulator.journal.clear()
    error = error_of(lambda: client.put(configuration(), soon()))
    assert isinstance(error, RequestRefused)
    assert (404, 1) == (error.status_code, len(emulator.journal))


def test_an_outage_settles_no_path(client: Client, emulator: Emulator) -> None:
    """A 503 at the first call says nothing about the path: the newer one is still found after it."""
    emulator.vintages = ["unversioned"]
    emulator.faults.add(Fault(kind="status", status=503, times=7))
    assert isinstance(error_of(lambda: client.get(soon())), ServiceUnavailable)
    assert EMPTY == client.get(soon())


def test_a_lost_connection_settles_no_path(client: Client, emulator: Emulator) -> None:
    """A first call without any answer says nothing about the path."""
    emulator.vintages = ["unversioned"]
    emulator.faults.add(Fault(kind="refuse", times=7))
    assert isinstance(error_of(lambda: client.get(soon())), ConnectionFailed)
    assert EMPTY == client.get(soon())


# Refusals


@every_method
@pytest.mark.parametrize("status", [200, 400, 403, 409, 422])
def test_a_status_of_error_is_a_refusal(method: str, status: int) -> None:
    """ERROR in the body is a refusal at any HTTP status, a 200 too."""
    error = error_for(status, {"status": "ERROR", "message": "No more webhooks"}, method)
    assert isinstance(error, RequestRefused)
    assert status == error.status_code
    assert all(part in str(error) for part in (method, V2, str(status), "No more webhooks"))


@pytest.mark.parametrize("status", ["error", "Error"])
def test_a_status_of_error_in_any_case(status: str) -> None:
    """The case of ERROR does not count."""
    assert isinstance(error_for(200, {"status": status, "webhooks": {}}), RequestRefused)


@pytest.mark.parametrize("status", [200, 201, 202])
@pytest.mark.parametrize("body", [{"status": "OK"}, {"status": None}, {}, {"message": "done"}])
def test_any_other_2xx_object_is_a_success(status: int, body: dict[str, Any]) -> None:
    """A 2xx with an object whose status is not ERROR is a success, a missing status too."""
    with answered(status, body) as client:
        client.put(configuration(), soon())


@pytest.mark.parametrize("status", [400, 404, 409, 410, 422, 499])
def test_a_4xx_is_a_refusal_without_an_error_status(status: int) -> None:
    """A 4xx is a refusal whatever its body says."""
    # The first settles the path: a 404 after it is not about that.
    responses = iter([response(200, OK), response(status, {"status": "OK", "message": "No"})])
    with client_of(httpx.MockTransport(lambda _: next(responses))) as client:
        client.get(soon())
        error = error_of(lambda: client.put(configuration(), soon()))
    assert isinstance(error, RequestRefused)
    assert status == error.status_code


@pytest.mark.parametrize("key", ["message", "error", "error_message", "detail"])
@pytest.mark.parametrize("status", [200, 400, 403, 503])
def test_where_the_message_is(key: str, status: int) -> None:
    """The API's own words are taken from any of the four keys that were seen."""
    assert "its own words" in str(error_for(status, {"status": "ERROR", key: "its own words"}))


def test_an_empty_message_is_passed_over() -> None:
    """The first key with text in it counts."""
    body = {"status": "ERROR", "message": "", "error": None, "error_message": 5, "detail": "its own words"}
    assert "its own words" in str(error_for(400, body))


def test_a_refusal_without_a_word() -> None:
    """A refusal with no message at all names the call and the status."""
    message = str(error_for(400, {"status": "ERROR"}, "PUT"))
    assert f"PUT https://api.sendblue.com{V2}" in message
    assert "400" in message


def test_an_event_that_is_not_accepted(client: Client) -> None:
    """The 400 that lists the accepted events reaches the user whole."""
    error = error_of(lambda: client.post("typing_indicator", Entry(A), soon()))
    accepted = "receive, call_log, line_blocked, line_assigned, outbound, contact_created"
    assert f"Invalid webhook type. Must be one of: {accepted}" in str(error)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, "the reason"),
        (400, {"errors": ["the reason"]}),
        (400, {"error": {"text": "the reason"}}),
        (403, {"status": "ERROR", "reason": "the reason"}),
        (503, "the reason"),
    ],
)
def test_a_reason_in_another_place_is_quoted(status: int, body: Any) -> None:
    """An answer whose shape is not the API's is quoted, also when its HTTP status is an error: it may say why."""
    assert "the reason" in str(error_for(status, body, "PUT"))


# Credentials that are refused


@every_method
def test_a_wrong_key_pair(emulator: Emulator, method: str) -> None:
    """A 401 is its own error, which says what was refused; each front end adds what to do."""
    with client_of(emulator.transport(), Settings(KEY_ID, "wrong")) as client:
        error = error_of(lambda: CALLS[method](client, soon()))
    assert isinstance(error, CredentialsRejected)
    assert [] == [part for part in ("401", method, "key pair") if part not in str(error)]


def test_a_401_is_not_retried(emulator: Emulator) -> None:
    """Asking again with the same wrong pair is of no use."""
    with client_of(emulator.transport(), Settings(KEY_ID, "wrong")) as client:
        error_of(lambda: client.get(soon()))
    assert ["GET"] == emulator.journal.methods()


@pytest.mark.parametrize("body", ["", "<html>Unauthorized</html>", ["x"]])
def test_a_401_of_any_body(body: Any) -> None:
    """A 401 is about the key pair whatever its body is."""
    assert isinstance(error_for(401, body), CredentialsRejected)


def test_headers_that_did_not_arrive(emulator: Emulator) -> None:
    """A 403 without a status means that the headers were missing: its own error, with the command to run."""

    def strip(request: httpx.Request) -> httpx.Response:
        del request.headers["sb-api-key-id"]
        return emulated.handle_request(request)

    emulated = emulator.transport()
    with client_of(httpx.MockTransport(strip)) as client:
        error = error_of(lambda: client.get(soon()))
    assert isinstance(error, CredentialsMissing)
    parts = ("403", "Did not get inputs for authorization", "sb-api-key-id", "pulumi config get sendblue:baseUrl")
    assert [] == [part for part in parts if part not in str(error)]


def test_a_403_without_a_body() -> None:
    """A 403 that has no body has no status either."""
    assert isinstance(error_for(403, ""), CredentialsMissing)


# Answers that are not the API's


@every_method
@pytest.mark.parametrize("body", ["<html>\n<b>Welcome</b>\r\n</html>", '{"status": "OK", "webho', ""])
def test_an_answer_that_is_not_json(method: str, body: str) -> None:
    """A body that is not JSON is a typed error of one line that quotes it and asks about the base URL."""
    error = error_for(200, body, method)
    assert isinstance(error, UnexpectedResponse)
    assert body.split("\n", maxsplit=1)[0] in str(error)
    assert "sendblue:baseUrl" in str(error)
    assert 1 == len(str(error).splitlines())


@pytest.mark.parametrize("body", [b"\xff\xfe\xfa", b'{"status": "\xe9"}'])
def test_an_answer_that_is_not_text(body: bytes) -> None:
    """A body that is not UTF-8 is a typed error too."""
    assert isinstance(error_for(200, body), UnexpectedResponse)


def test_an_answer_of_an_unknown_charset() -> None:
    """A charset that Python does not know is no reason to crash."""
    assert isinstance(error_for(200, "<p>", headers={"content-type": "text/html; charset=x-none"}), UnexpectedResponse)


def test_an_answer_that_is_nested_too_deep() -> None:
    """JSON too deep for Python's parser is a typed error like any other that cannot be read."""
    assert isinstance(error_for(200, "[" * 200_000), UnexpectedResponse)


@every_method
@pytest.mark.parametrize("body", [["odd"], "null", "5", '"text"'])
def test_json_that_is_not_an_object(method: str, body: Any) -> None:
    """JSON of another shape is a typed error that quotes it."""
    error = error_for(200, body, method)
    assert isinstance(error, UnexpectedResponse)
    assert (body if isinstance(body, str) else json.dumps(body)) in str(error)


def test_json_that_is_not_an_object_is_not_called_something_else() -> None:
    """The message does not say that JSON is not JSON."""
    assert "is not JSON" not in str(error_for(200, ["odd"]))


@pytest.mark.parametrize("webhooks", [None, [], "text", 5])
def test_no_webhooks_object(webhooks: Any) -> None:
    """A GET without a `webhooks` object is a typed error: an account is never taken for empty."""
    error = error_for(200, {"status": "OK", "webhooks": webhooks})
    assert isinstance(error, UnexpectedResponse)
    assert "webhooks" in str(error)


def test_a_missing_webhooks_object_quotes_the_answer() -> None:
    """The error of a GET without `webhooks` says what came instead."""
    assert "maintenance" in str(error_for(200, {"status": "OK", "note": "maintenance"}))


@pytest.mark.parametrize(
    ("webhooks", "named"),
    [
        ({"receive": "https://example.com/a"}, "receive"),
        ({"call_log": [5]}, "call_log"),
        ({"receive": [{"secret": "canary-endpoint"}]}, "receive"),
        ({"receive": [{"url": A, "secret": ["canary-endpoint"]}]}, "receive"),
        ({"receive": [{"url": A, "sendblue_numbers": "+15550100"}]}, "receive"),
        ({"globalSecret": {"value": "canary-global"}}, "globalSecret"),
    ],
)
def test_ill_shaped_webhooks(webhooks: dict[str, Any], named: str) -> None:
    """An entry that cannot be read is a typed error that names the key, and no value of a secret."""
    error = error_for(200, {"status": "OK", "webhooks": webhooks})
    assert isinstance(error, UnexpectedResponse)
    assert named in str(error)
    assert "canary" not in str(error)


def test_an_ill_shaped_key_is_not_quoted_at_length() -> None:
    """A key of the answer is quoted like the rest of it: 200 characters at most, on one line."""
    entries = [{"url": A, "secret": 5}]
    message = str(error_for(200, {"status": "OK", "webhooks": {"e\n" + "x" * 1000: entries}}))
    assert message.count("x") <= 250
    assert 1 == len(message.splitlines())


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_body_that_cannot_be_decoded(encoding: str) -> None:
    """Content that is not in the encoding it claims came, so the error is about the answer, not the connection."""
    error = error_for_stream(b"not compressed at all", {"content-encoding": encoding})
    assert isinstance(error, UnexpectedResponse)


class Chunks(httpx.SyncByteStream):
    """A body as it comes off a socket: in pieces, still encoded."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def __iter__(self) -> Iterator[bytes]:
        for start in range(0, len(self._content), 65536):
            yield self._content[start : start + 65536]


def error_for_stream(content: bytes, headers: dict[str, str] | None = None) -> ApiError:
    def handle(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers=headers, stream=Chunks(content))

    with client_of(httpx.MockTransport(handle)) as client:
        return error_of(lambda: client.get(soon()))


def test_a_compressed_answer_is_read(client: Client) -> None:
    """An ordinary compressed answer is read as any other."""
    content = gzip.compress(json.dumps({"status": "OK", "webhooks": {"receive": [A]}}).encode())
    with answered(200, content, {"content-encoding": "gzip", "content-type": "application/json"}) as client:
        assert configuration() == client.get(soon())


def test_an_answer_of_just_the_limit() -> None:
    """8 MiB are still read."""
    body = json.dumps(OK).encode()
    with answered(200, body + b" " * (MAX_RESPONSE_BYTES - len(body))) as client:
        assert EMPTY == client.get(soon())


def test_an_answer_over_the_limit() -> None:
    """One byte more is refused, with the question about the base URL."""
    body = json.dumps(OK).encode()
    error = error_for_stream(body + b" " * (MAX_RESPONSE_BYTES + 1 - len(body)))
    assert isinstance(error, UnexpectedResponse)
    assert "8 MiB" in str(error)
    assert "sendblue:baseUrl" in str(error)


def test_an_answer_over_the_limit_is_asked_for_once() -> None:
    """A refused size would be refused again: no retry."""
    requests: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, stream=Chunks(b" " * (MAX_RESPONSE_BYTES + 1)))

    with client_of(httpx.MockTransport(handle)) as client:
        error_of(lambda: client.get(soon()))
    assert 1 == len(requests)


def test_an_endless_answer_is_not_read_to_its_end() -> None:
    """Over a socket the client hangs up when the limit is passed."""

    def talk(connection: socket.socket) -> None:
        request_on(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        with suppress(OSError):
            while sent[0] < 10 * MAX_RESPONSE_BYTES:
                sent[0] += connection.send(b" " * 65536)

    sent = [0]
    with server(talk) as port, client_of(None, at(f"http://127.0.0.1:{port}")) as client:
        error = error_of(lambda: client.get(soon()))
    assert isinstance(error, UnexpectedResponse)
    assert sent[0] < 5 * MAX_RESPONSE_BYTES


def zeros(mebibytes: int) -> bytes:
    """So many MiB of zeros in gzip's format, without the end, made from one compressed MiB."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    head = compressor.compress(bytes(1024)) + compressor.flush(zlib.Z_FULL_FLUSH)
    block = compressor.compress(bytes(1024 * 1024)) + compressor.flush(zlib.Z_FULL_FLUSH)
    return head + block * mebibytes


@pytest.mark.parametrize(
    ("content", "encoding"),
    [(zeros, "gzip"), (lambda mebibytes: gzip.compress(zeros(mebibytes)), "gzip, gzip")],
    ids=["compressed", "compressed-twice"],
)
def test_a_compression_bomb(content: Callable[[int], bytes], encoding: str) -> None:
    """The limit is on what an answer unpacks to, and memory does not grow far beyond it."""
    bomb = content(256)
    tracemalloc.start()
    try:
        error = error_for_stream(bomb, {"content-encoding": encoding})
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert isinstance(error, UnexpectedResponse)
    assert peak <= 20 * MAX_RESPONSE_BYTES


# Redirects


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("location", ["https://elsewhere.example/", "/other", "https://[bad", ""])
def test_redirects_are_not_followed(status: int, location: str) -> None:
    """A redirect is an error with the command that sets the address; no request, and so no credential, goes there."""

    def handle(request: httpx.Request) -> httpx.Response:
        urls.append(str(request.url))
        return httpx.Response(status, headers={"location": location} if location else None)

    urls: list[str] = []
    with client_of(httpx.MockTransport(handle)) as client:
        error = error_of(lambda: client.get(soon()))
    assert isinstance(error, UnexpectedResponse)
    assert str(status) in str(error)
    assert "pulumi config set sendblue:baseUrl" in str(error)
    assert [f"https://api.sendblue.com{V2}"] == urls


# Secrets in messages


def test_credentials_in_an_answer_are_removed() -> None:
    """What the API says is quoted without the credentials that the request carried."""
    message = str(error_for(400, {"status": "ERROR", "message": f"bad pair <{KEY_ID}> <{SECRET_KEY}> <end>"}))
    assert "canary" not in message
    assert "<end>" in message


SENT_SECRETS = ["canary-plain", 'canary-"quoted', "canary-\\back", "canary-é", 'canary-é"']


@pytest.mark.parametrize("secret", SENT_SECRETS)
@pytest.mark.parametrize("where", ["account", "entry", "legacy"])
@pytest.mark.parametrize("form", ["plain", "json", "json-not-ascii"])
def test_secrets_of_the_request_are_removed(secret: str, where: str, form: str) -> None:
    """An answer that repeats a secret of the request is quoted without it, in whatever form JSON writes it."""
    sent = {
        "account": configuration(globalSecret=secret),
        "legacy": configuration(secret=secret),
        "entry": Configuration({"receive": (Entry(A, secret),)}),
    }[where]
    forms = {
        "plain": secret,
        "json": json.dumps(secret)[1:-1],
        "json-not-ascii": json.dumps(secret, ensure_ascii=False)[1:-1],
    }
    message = str(put_error(f"cannot store {forms[form]} here", sent, status=200))
    assert "cannot store" in message
    assert "canary" not in message


@pytest.mark.parametrize("sent", [("canary", "canary-longer"), ("canary-longer", "canary")])
def test_a_secret_that_begins_like_another(sent: tuple[str, str]) -> None:
    """The longer of two secrets is removed whole."""
    declared = Configuration({"receive": tuple(Entry(A, secret) for secret in sent)})
    message = str(put_error({"status": "ERROR", "message": "refused: canary-longer and canary."}, declared))
    assert "-longer" not in message


def test_a_secret_that_begins_like_a_credential() -> None:
    """A secret of the request is removed whole, also when the key id is the beginning of it."""
    secret = f"{KEY_ID}-and-the-rest"
    message = str(put_error({"status": "ERROR", "message": f"refused: {secret}."}, configuration(globalSecret=secret)))
    assert "-and-the-rest" not in message


@pytest.mark.parametrize("extra", [{"signing_secret": "canary-new"}, {"auth": {"clientSecret": "canary-new"}}])
def test_secrets_in_fields_that_are_not_known_are_removed(extra: dict[str, Any]) -> None:
    """A secret in a field newer than this provider, which a PUT carries through, is removed too."""
    sent = Configuration({"receive": (Entry(A, extra=extra),)})
    assert "canary" not in str(put_error({"status": "ERROR", "message": "refused: canary-new"}, sent))


def test_secrets_that_were_read_are_removed(client: Client, emulator: Emulator, account: Account) -> None:
    """A later answer that repeats a secret of the account, whoever put it there, is quoted without it."""
    account.webhooks = {"receive": [{"url": A, "secret": "canary-entry"}], "globalSecret": "canary-global"}
    client.get(soon())
    body = {"status": "ERROR", "message": "refused: canary-entry, canary-global <end>"}
    emulator.faults.add(Fault(kind="status", status=400, body=body))
    message = str(error_of(lambda: client.delete("receive", [A], soon())))
    assert "<end>" in message
    assert "canary" not in message


@pytest.mark.parametrize(
    "body",
    [
        '{"status": "OK", "data": {"globalSecret": "canary"}}',
        '{"status": "OK", "data": {"receive": [{"url": "https://example.com/a", "secret" : "can\\"ary"}]}}',
        '{"status": "OK", "SECRET":\n"canary", "x": 1}',
        '{"status": "OK", "signing_secret_key": "canary", "x": 1}',
        '{"status": "OK", "secret": "canary", "globalSecret": "canary"}',
        '{"globalSecret": "canary',
        '{"globalSecret": "canary\\',
        '{"globalSecret": "can\\u00e9canary\\u00',
        '{"globalSecret": "canary\n',
    ],
)
def test_secret_fields_of_an_answer_are_removed(body: str) -> None:
    """Other people's secrets in an answer that is quoted are removed, also where the JSON is cut off."""
    message = str(error_for(200, body))
    assert "canary" not in message
    assert "ary" not in message


@pytest.mark.parametrize("cut", [0, 1])
def test_secret_fields_of_json_within_json_are_removed(cut: int) -> None:
    """A secret field is found inside a message that is itself JSON, also when the whole is cut off."""
    inner = json.dumps({"webhooks": {"globalSecret": "canary-of-others"}})
    body = json.dumps({"status": "ERROR", "message": f"cannot store {inner}"})
    message = str(error_for(200, body[: len(body) - cut]))
    assert "cannot store" in message
    assert "canary" not in message


def test_a_truncated_answer_shows_no_secret(client: Client, emulator: Emulator, account: Account) -> None:
    """An answer cut in the middle of a secret is quoted without the half that came."""
    account.webhooks = {"globalSecret": "canary" * 100}
    emulator.faults.add(Fault(kind="truncate"))
    error = error_of(lambda: client.get(soon()))
    assert isinstance(error, UnexpectedResponse)
    assert "globalSecret" in str(error)
    assert "canary" not in str(error)


@pytest.mark.parametrize(("status", "method"), [(200, "GET"), (200, "PUT")])
def test_at_most_200_characters_are_quoted(status: int, method: str) -> None:
    """An answer that is not the API's is quoted up to its 200th character."""
    assert 200 == str(error_for(status, "€" * 1000, method)).count("€")


@pytest.mark.parametrize("status", [200, 400, 403, 503])
def test_at_most_200_characters_of_a_message_are_quoted(status: int) -> None:
    """So are the API's own words."""
    assert 200 == str(error_for(status, {"status": "ERROR", "message": "€" * 1000}, "PUT")).count("€")


def test_secrets_are_removed_before_the_cut() -> None:
    """A secret across the 200th character does not show its beginning."""
    text = "." * 195 + "canary-plain"
    assert "canar" not in str(put_error(text, configuration(globalSecret="canary-plain"), status=200))


@pytest.mark.parametrize("text", ["a\x1b[31mb", "a\nb", "a\u2028b", "a\x00b", "a\ud800b"])
def test_control_characters_are_not_quoted(text: str) -> None:
    """What a terminal would obey, or cannot show, is quoted as a space."""
    message = str(error_for(400, json.dumps({"status": "ERROR", "message": text})))
    assert [] == [character for character in message if not character.isprintable()]


def test_quoting_takes_no_time_to_speak_of() -> None:
    """Looking for secret fields takes time in proportion to the answer's length, whatever is in it."""
    body = '"' + "secret" * 20_000
    assert seconds_of(lambda: error_for(200, body)) < 0.5


def test_addresses_stay_readable() -> None:
    """A message says which address did not answer as it should."""
    assert f"https://api.sendblue.com{V2}" in str(error_for(200, "<html>"))


# Retries


STATUSES = [408, 429, 500, 502, 503, 504, 520, 599]


@retried_methods
@pytest.mark.parametrize("status", STATUSES)
def test_statuses_that_are_retried(client: Client, emulator: Emulator, method: str, status: int) -> None:
    """These statuses are asked again, and a success after them is one."""
    emulator.faults.add(Fault(kind="status", status=status, times=2))
    CALLS[method](client, soon())
    assert [method] * 3 == emulator.journal.methods()


@retried_methods
@pytest.mark.parametrize("fault", ["refuse", "reset", "early_close"])
@pytest.mark.parametrize("way", ["in-process", "socket"])
def test_broken_connections_are_retried(emulator: Emulator, method: str, fault: Any, way: str) -> None:
    """A connection that is refused, reset, or breaks off within the body is worth another attempt."""
    emulator.faults.add(Fault(kind=fault, times=2))
    if way == "socket":
        with emulator.serve() as url, client_of(None, at(url)) as client:
            CALLS[method](client, soon())
    else:
        with client_of(emulator.transport()) as client:
            CALLS[method](client, soon())
    assert [method] * 3 == emulator.journal.methods()


def test_a_retry_carries_the_body_again(client: Client, emulator: Emulator, account: Account) -> None:
    """The second attempt of a PUT sends what the first did."""
    emulator.faults.add(Fault(kind="reset"))
    client.put(configuration(), soon())
    assert {"receive": [A]} == account.webhooks


def test_a_delete_that_was_done_before_it_broke_off(client: Client, emulator: Emulator, account: Account) -> None:
    """A retry that finds the URL gone has succeeded."""
    account.webhooks = {"receive": [A]}
    account.behave(absent_delete=404)
    client.get(soon())
    emulator.faults.add(Fault(kind="reset", applied=True))
    client.delete("receive", [A], soon())
    assert ["GET", "DELETE", "DELETE"] == emulator.journal.methods()


@pytest.mark.parametrize("applied", [False, True])
@pytest.mark.parametrize("kind", ["reset", "status", "early_close", "truncate"])
def test_post_is_not_sent_again_in_doubt(client: Client, emulator: Emulator, kind: Any, applied: bool) -> None:  # noqa: FBT001
    """POST appends: where it may have been done it is sent once, and the error is none that says that it was not."""
    emulator.faults.add(Fault(kind=kind, applied=applied, status=502))
    error = error_of(lambda: client.post("receive", Entry(A), soon()))
    assert not isinstance(error, NotConnected)
    assert ["POST"] == emulator.journal.methods()


@pytest.mark.parametrize("fault", [Fault(kind="refuse", times=2), Fault(kind="status", status=429, times=2)])
def test_post_is_sent_again_where_nothing_was_done(
    client: Client, emulator: Emulator, account: Account, fault: Fault
) -> None:
    """Where no connection was made, and after a 429, nothing was done: it is sent again, and there once."""
    emulator.faults.add(fault)
    client.post("receive", Entry(A), soon())
    assert {"receive": [A]} == account.webhooks


def test_post_without_a_connection(client: Client, emulator: Emulator) -> None:
    """Where no connection is made to the end, the error says that nothing was sent."""
    emulator.faults.add(Fault(kind="refuse", times=None))
    assert isinstance(error_of(lambda: client.post("receive", Entry(A), soon())), NotConnected)


def test_post_that_is_asked_to_wait_too_long(client: Client, emulator: Emulator) -> None:
    """A 429 that asks for more time than there is ends at once: nothing was done."""
    emulator.faults.add(Fault(kind="status", status=429, headers={"Retry-After": "3600"}))
    error = error_of(lambda: client.post("receive", Entry(A), soon()))
    assert isinstance(error, NotConnected)
    assert "asks to wait 3600 s" in str(error)
    assert ["POST"] == emulator.journal.methods()


def test_post_after_a_stall_over_a_socket(emulator: Emulator, account: Account) -> None:
    """A POST that was done but not answered in time was sent once, and the error is one of the connection."""
    emulator.faults.add(Fault(kind="stall", seconds=5, applied=True))
    with emulator.serve() as url, client_of(None, at(url)) as client:
        error = error_of(lambda: client.post("receive", Entry(A), Deadline(0.3)))
    assert isinstance(error, ConnectionFailed)
    assert {"receive": [A]} == account.webhooks
    assert ["POST"] == emulator.journal.methods()


@every_method
@pytest.mark.parametrize("status", STATUSES)
def test_an_outage(method: str, status: int) -> None:
    """A status that stays is an error of the service, with the API's words and what to do."""
    error = error_for(status, {"message": "its own words"}, method)
    assert isinstance(error, ServiceUnavailable)
    assert all(part in str(error) for part in (str(status), method, "its own words", "Try again later"))


def test_an_outage_does_not_claim_that_a_post_was_retried() -> None:
    """The error of a POST does not say that it was asked again, unless it was."""
    assert "asked again" not in str(error_for(503, "", "POST"))
    assert "asked again" in str(error_for(429, "", "POST"))


def test_retries_end(client: Client, emulator: Emulator) -> None:
    """Even with time left a request is not repeated for ever."""
    emulator.faults.add(Fault(kind="status", status=503, times=None))
    error_of(lambda: client.get(Deadline(3600)))
    assert len(emulator.journal) <= 10


@pytest.mark.parametrize("share", [0, 0.5, 1])
def test_backoff_grows_exponentially_with_full_jitter(
    client: Client, emulator: Emulator, clock: Clock, monkeypatch: pytest.MonkeyPatch, share: float
) -> None:
    """Each wait may be twice as long as the one before, and is anything from nothing to that."""
    set_jitter(monkeypatch, share)
    emulator.faults.add(Fault(kind="status", status=503, times=None))
    error_of(lambda: client.get(Deadline(3600)))
    first = clock.sleeps[0]
    assert [first * 2**n for n in range(len(clock.sleeps))] == clock.sleeps
    assert (first > 0) == (share > 0)


@pytest.mark.parametrize("fault", [{"kind": "status", "status": 409}, {"kind": "status", "status": 400}])
def test_refusals_are_not_retried(client: Client, emulator: Emulator, fault: dict[str, Any]) -> None:
    """A request that is wrong stays wrong."""
    emulator.faults.add(Fault(**fault))
    error_of(lambda: client.get(soon()))
    assert ["GET"] == emulator.journal.methods()


# Retry-After


@retried_methods
@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_retry_after_in_seconds(client: Client, emulator: Emulator, clock: Clock, method: str, status: int) -> None:
    """The wait that the API asks for is kept to."""
    emulator.faults.add(Fault(kind="status", status=status, headers={"Retry-After": "7"}))
    CALLS[method](client, Deadline(60))
    assert [7.0] == clock.sleeps


def test_retry_after_as_a_date(client: Client, emulator: Emulator, clock: Clock) -> None:
    """So is the moment that it names."""
    date = format_datetime(datetime.now(timezone.utc) + timedelta(seconds=30), usegmt=True)
    emulator.faults.add(Fault(kind="status", status=429, headers={"Retry-After": date}))
    client.get(Deadline(60))
    assert 1 == len(clock.sleeps)
    assert 25 < clock.sleeps[0] <= 30


def test_retry_after_for_real(emulator: Emulator) -> None:
    """Over a socket and with a real clock the next attempt comes a second later."""
    emulator.faults.add(Fault(kind="status", status=503, headers={"Retry-After": "1"}))
    with emulator.serve() as url, client_of(None, at(url)) as client:
        assert 1 <= seconds_of(lambda: client.get(soon())) < 2


@pytest.mark.parametrize(
    "value",
    [
        "soon",
        "",
        "-5",
        "1.5",
        "0",
        "Wed, 21 Oct 2015 07:28:00 GMT",
        "Wed, 21 Oct 2015 07:28:00 -0000",
        "Wed, 99 Oct 2015 07:28:00 GMT",
        "Wed, 21 Oct 2015 07:28:00 +99999999999999999999",
    ],
)
def test_retry_after_that_says_nothing(client: Client, emulator: Emulator, value: str) -> None:
    """A value that is malformed, or in the past, leaves the ordinary wait."""
    emulator.faults.add(Fault(kind="status", status=503, headers={"Retry-After": value}))
    assert EMPTY == client.get(soon())


@retried_methods
@pytest.mark.parametrize("form", ["seconds", "date", "endless"])
def test_retry_after_beyond_the_budget(
    client: Client, emulator: Emulator, clock: Clock, method: str, form: str
) -> None:
    """A wait that would outlast the budget fails at once, with what was asked for and the setting to change."""
    date = format_datetime(datetime.now(timezone.utc) + timedelta(hours=1), usegmt=True)
    value = {"seconds": "3600", "date": date, "endless": "9" * 400}[form]
    emulator.faults.add(Fault(kind="status", status=429, headers={"Retry-After": value}, times=None))
    error = error_of(lambda: CALLS[method](client, Deadline(60)))
    assert ([], [method]) == (clock.sleeps, emulator.journal.methods())
    assert all(part in str(error) for part in ("429", "pulumi config set sendblue:timeoutSeconds"))
    assert form == "endless" or re.search(r"\b(3600|359\d) s\b", str(error))


def test_retry_after_of_a_success_is_ignored() -> None:
    """A success is one, whatever it says about coming back."""
    with answered(200, OK, {"Retry-After": "3600"}) as client:
        assert EMPTY == client.get(soon())


# The time budget


@retried_methods
def test_no_time_left(client: Client, emulator: Emulator, method: str) -> None:
    """With the budget used up nothing is sent any more."""
    error = error_of(lambda: CALLS[method](client, Deadline(0)))
    assert isinstance(error, ConnectionFailed)
    assert 0 == len(emulator.journal)


def test_remaining(clock: Clock) -> None:
    """A deadline counts from its making, and goes below zero."""
    deadline = Deadline(10)
    clock.sleep(4)
    assert 6 == deadline.remaining()
    clock.sleep(7)
    assert -1 == deadline.remaining()


def test_the_budget_is_named(client: Client, emulator: Emulator, clock: Clock) -> None:
    """The error of a budget that ran out says how much it was, what the last attempt met, and how to allow more."""
    emulator.faults.add(Fault(kind="status", status=503, headers={"Retry-After": "20"}, times=None))
    message = str(error_of(lambda: client.get(Deadline(30))))
    assert all(part in message for part in ("30 s", "503", "pulumi config set sendblue:timeoutSeconds"))
    assert clock.now <= 30


@pytest.mark.parametrize("budget", [60, 900])
def test_the_advice_is_more_than_the_budget(client: Client, emulator: Emulator, budget: int) -> None:
    """Who is told to allow more is not told a number below what there is, or below what the API asks for."""
    emulator.faults.add(Fault(kind="status", status=503, headers={"Retry-After": "1800"}))
    message = str(error_of(lambda: client.get(Deadline(budget))))
    advised = re.search(r"sendblue:timeoutSeconds (\d+)", message)
    assert advised is None or int(advised[1]) > 1800


@pytest.fixture
def stalling(emulator: Emulator, clock: Clock) -> Iterator[Client]:
    """A client of an API that stalls at every request, by the clock."""
    emulator.faults.add(Fault(kind="stall", seconds=1000, times=None))
    with client_of(emulator.transport(sleep=clock.sleep)) as client:
        yield client


@every_method
@pytest.mark.parametrize("budget", [5, 60, 300])
def test_stalls_end_with_the_budget(stalling: Client, clock: Clock, method: str, budget: int) -> None:
    """However an API stalls, an operation does not take longer than its budget, the waits between attempts included."""
    error = error_of(lambda: CALLS[method](stalling, Deadline(budget)))
    assert isinstance(error, ConnectionFailed)
    assert clock.now <= budget


def test_slow_errors_end_with_the_budget(clock: Clock) -> None:
    """Errors that are slow to come do not lead to waits beyond the budget either."""

    def handle(_: httpx.Request) -> httpx.Response:
        clock.now += 9
        return response(503, "")

    with client_of(httpx.MockTransport(handle)) as client:
        error_of(lambda: client.get(Deadline(60)))
    assert clock.now <= 60


def test_a_stall_leaves_time_for_another_attempt(emulator: Emulator, clock: Clock) -> None:
    """One stalled attempt does not use up the budget."""
    emulator.faults.add(Fault(kind="stall", seconds=1000))
    with client_of(emulator.transport(sleep=clock.sleep)) as client:
        assert EMPTY == client.get(Deadline(60))
    assert clock.now < 60


def test_the_budget_is_the_operations(emulator: Emulator, clock: Clock) -> None:
    """Several calls share one deadline."""
    deadline = Deadline(60)
    emulator.faults.add(Fault(kind="status", status=503, headers={"Retry-After": "40"}, times=None))
    with client_of(emulator.transport()) as client:
        error_of(lambda: client.get(deadline))
        error_of(lambda: client.put(configuration(), deadline))
        error_of(lambda: client.get(deadline))
    assert clock.now <= 60


@pytest.mark.parametrize(("budget", "connect", "read"), [(60, 10, 20), (15, 10, 15), (3, 3, 3)])
@pytest.mark.usefixtures("clock")
def test_timeouts_of_an_attempt(budget: int, connect: int, read: int) -> None:
    """Connecting has 10 seconds, and nothing more than what is left."""
    seen: list[dict[str, float]] = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request.extensions["timeout"])
        return response(200, OK)

    with client_of(httpx.MockTransport(handle)) as client:
        client.get(Deadline(budget))
    assert [{"connect": connect, "read": read, "write": read, "pool": read}] == seen


def test_a_stall_over_a_socket(emulator: Emulator) -> None:
    """A real server that does not answer is given up on when the budget ends."""
    emulator.faults.add(Fault(kind="stall", seconds=5, times=None))
    with emulator.serve() as url, client_of(None, at(url)) as client:
        taken = seconds_of(lambda: error_of(lambda: client.get(Deadline(0.4))))
    assert 0.3 < taken < 1


def drip(data: bytes, pieces: bytes, pause: float, times: int = 40) -> Callable[[socket.socket], None]:
    """A server's talk: some data at once, then a piece after each pause."""

    def talk(connection: socket.socket) -> None:
        request_on(connection)
        connection.sendall(data)
        for _ in range(times):
            time.sleep(pause)
            connection.sendall(pieces)

    return talk


def seconds_until_given_up(talk: Callable[[socket.socket], None], budget: float) -> float:
    with server(talk) as port, client_of(None, at(f"http://127.0.0.1:{port}")) as client:
        return seconds_of(lambda: error_of(lambda: client.get(Deadline(budget))))


def test_a_body_that_drips() -> None:
    """A body that comes a byte at a time, and so never times out, ends with the budget."""
    talk = drip(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b" ", 0.03)
    assert 0.3 < seconds_until_given_up(talk, 0.4) < 0.8


def test_a_head_that_drips() -> None:
    """Headers that come one at a time end with the budget too."""
    talk = drip(b"HTTP/1.1 200 OK\r\n", b"X-Header: 1\r\n", 0.03)
    assert 0.3 < seconds_until_given_up(talk, 0.4) < 0.8


def test_a_body_that_stops() -> None:
    """A body whose second half does not come ends with the budget, not a whole timeout later."""
    talk = drip(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b" ", 0.55, times=2)
    assert seconds_until_given_up(talk, 0.6) < 0.9


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a full queue refuses connections")
def test_a_host_of_several_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host that cannot be reached at any of its addresses takes the budget once, not once an address."""
    look_up = socket.getaddrinfo
    monkeypatch.setattr("socket.getaddrinfo", lambda *rest, **more: look_up(*rest, **more) * 4)
    with socket.socket() as listener, socket.socket() as one, socket.socket() as another:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for queued in (one, another):  # the queue is full then: what else wants to connect hears nothing
            queued.setblocking(False)  # noqa: FBT003 - it has no keyword
            queued.connect_ex(listener.getsockname())
        with client_of(None, at(f"http://127.0.0.1:{listener.getsockname()[1]}")) as client:
            assert seconds_of(lambda: error_of(lambda: client.get(Deadline(0.3)))) < 0.7


# The network


def test_a_refused_connection() -> None:
    """Nobody listening is an error that names the address and what to check."""
    port = unused_port()
    with client_of(None, at(f"http://127.0.0.1:{port}")) as client:
        error = error_of(lambda: client.get(soon()))
    assert isinstance(error, ConnectionFailed)
    parts = (f"http://127.0.0.1:{port}", "could not be made", "HTTPS_PROXY", "pulumi config get sendblue:baseUrl")
    assert [] == [part for part in parts if part not in str(error)]


def test_a_server_that_comes_up_late(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """A refused connection is retried."""
    set_jitter(monkeypatch, 0.5)
    port = unused_port()
    stop = threading.Event()

    def serve() -> None:
        time.sleep(0.1)
        with emulator.serve(port=port):
            stop.wait(10)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        with client_of(None, at(f"http://127.0.0.1:{port}")) as client:
            assert EMPTY == client.get(soon())
    finally:
        stop.set()
        thread.join()


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault(kind="reset", times=None), "the connection broke"),
        (Fault(kind="early_close", times=None), "the connection broke"),
        (Fault(kind="refuse", times=None), "could not be made"),
        (Fault(kind="stall", seconds=0, times=None), None),
    ],
    ids=lambda value: getattr(value, "kind", ""),
)
def test_what_is_said_of_a_connection(client: Client, emulator: Emulator, fault: Fault, said: str | None) -> None:
    """The error says in plain words what happened to the connection; a stall of no length is none."""
    emulator.faults.add(fault)
    if said is None:
        assert EMPTY == client.get(soon())
    else:
        error = error_of(lambda: client.get(soon()))
        assert isinstance(error, ConnectionFailed)
        assert said in str(error)


@pytest.mark.parametrize(
    ("raised", "said"),
    [
        (httpx.ConnectTimeout(""), "not made in time"),
        (httpx.ReadTimeout(""), "no answer came in time"),
        (httpx.ProxyError("407 Proxy Authentication Required"), "the proxy refused (407 Proxy Authentication"),
        (httpx.ReadError(""), "the connection broke."),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_said_of_other_failures(raised: httpx.HTTPError, said: str) -> None:
    """Timeouts and proxies have their own words; the system's are added where there are any."""

    def handle(_: httpx.Request) -> httpx.Response:
        raise raised

    with client_of(httpx.MockTransport(handle)) as client:
        error = error_of(lambda: client.get(soon()))
    assert isinstance(error, ConnectionFailed)
    assert said in str(error)


def proxy(asked: list[bytes]) -> Callable[[socket.socket], None]:
    """A proxy's talk: it keeps what it is asked and refuses."""

    def talk(connection: socket.socket) -> None:
        asked.append(request_on(connection))
        connection.sendall(http(b"", status="502 Bad Gateway"))

    return talk


def test_the_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """HTTPS_PROXY is used, by a tunnel: the proxy sees the host, and none of the credentials."""
    asked: list[bytes] = []
    with server(proxy(asked)) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        with client_of(None, at("https://api.sendblue.invalid")) as client:
            error = error_of(lambda: client.post("receive", Entry(A), soon()))
    assert isinstance(error, ConnectionFailed)
    assert "the proxy refused" in str(error)
    assert {b"CONNECT api.sendblue.invalid:443"} == {request.rsplit(b" HTTP", 1)[0] for request in asked}
    assert b"canary" not in b"".join(asked)


def test_hosts_without_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """NO_PROXY is honoured."""
    asked: list[bytes] = []
    with server(proxy(asked)) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        monkeypatch.setenv("NO_PROXY", "localhost")
        with client_of(None, at(f"https://localhost:{unused_port()}")) as client:
            error = error_of(lambda: client.get(soon()))
    assert "could not be made" in str(error)
    assert [] == asked


def test_plain_http_stays_on_this_machine(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Plain http is for this machine alone: its credentials, in the clear, do not travel to a proxy."""
    asked: list[bytes] = []
    with server(proxy(asked)) as port, emulator.serve() as url:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{port}")
        with client_of(None, at(url)) as client, suppress(ApiError):
            client.get(soon())
    assert [] == asked


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HTTPS_PROXY", "socks5://127.0.0.1:1080"),
        ("HTTPS_PROXY", "ftp://canary:canary@127.0.0.1:1"),
        ("HTTPS_PROXY", "http://canary:canary@127.0.0.1:port"),
        ("SSL_CERT_FILE", "/nowhere/at/all.pem"),
        ("SSL_CERT_FILE", "not-a-certificate.pem"),
    ],
)
def test_an_environment_that_cannot_be_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str
) -> None:
    """A proxy or certificate setting that cannot be used is an error in our own words, which names the variable."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "not-a-certificate.pem").write_text("not a certificate")
    monkeypatch.setenv(name, value)

    def call() -> None:
        with client_of(None, at(f"https://127.0.0.1:{unused_port()}")) as client:
            client.get(soon())

    with pytest.raises(SendblueError) as caught:
        call()
    assert name in str(caught.value)
    assert "canary" not in str(caught.value)


# TLS


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tls") / "certificate.pem"
    path.write_text(CERTIFICATE)
    return path


@pytest.fixture
def tls_server(certificate: Path, tmp_path: Path) -> Iterator[tuple[int, list[bytes]]]:
    """A server for https that answers, and the requests that it could read."""
    key = tmp_path / "key.pem"
    key.write_text(CERTIFICATE_KEY)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    def talk(connection: socket.socket) -> None:
        asked.append(request_on(connection))
        connection.sendall(http(json.dumps(OK).encode(), "Connection: close"))

    asked: list[bytes] = []
    with server(talk, context) as port:
        yield port, asked


def test_a_certificate_that_nobody_vouches_for(tls_server: tuple[int, list[bytes]]) -> None:
    """Certificates are verified: no request, and so no credential, reaches a server that proves nothing."""
    port, asked = tls_server
    with client_of(None, at(f"https://localhost:{port}")) as client:
        error = error_of(lambda: client.get(soon()))
    assert isinstance(error, ConnectionFailed)
    assert "CERTIFICATE_VERIFY_FAILED" in str(error)
    assert "SSL_CERT_FILE" in str(error)
    assert [] == asked


def test_certificates_of_the_environment(
    tls_server: tuple[int, list[bytes]], certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SSL_CERT_FILE adds whom to trust."""
    port, asked = tls_server
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with client_of(None, at(f"https://localhost:{port}")) as client:
        assert EMPTY == client.get(soon())
    assert 1 == len(asked)


def test_a_certificate_of_another_host(
    tls_server: tuple[int, list[bytes]], certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A certificate that is trusted but names another host is refused."""
    port, asked = tls_server
    look_up = socket.getaddrinfo
    monkeypatch.setattr("socket.getaddrinfo", lambda _, *rest, **more: look_up("127.0.0.1", *rest, **more))
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with client_of(None, at(f"https://api.sendblue.invalid:{port}")) as client:
        error = error_of(lambda: client.get(soon()))
    assert isinstance(error, ConnectionFailed)
    assert "CERTIFICATE_VERIFY_FAILED" in str(error)
    assert [] == asked


# The log


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> pytest.LogCaptureFixture:
    """Everything that is logged, by the libraries below too."""
    monkeypatch.setattr(logging.getLogger("sendblue_provider"), "propagate", True)
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "sendblue_provider")
    return caplog


def lines(log: pytest.LogCaptureFixture) -> list[str]:
    """Our own debug lines, the milliseconds left out."""
    own = [record for record in log.records if record.name == "sendblue_provider.transport"]
    assert {"DEBUG"} == {record.levelname for record in own}
    return [re.sub(r"\b\d+ ms\b", "N ms", record.getMessage()) for record in own]


@every_method
def test_a_request_is_logged(client: Client, log: pytest.LogCaptureFixture, method: str) -> None:
    """One debug line a request: method, path, status, milliseconds and attempt."""
    CALLS[method](client, soon())
    (line,) = lines(log)
    assert [] == [part for part in (method, V2, "200", "N ms", "attempt 1") if part not in line]


def test_each_attempt_is_logged(client: Client, emulator: Emulator, log: pytest.LogCaptureFixture) -> None:
    """Each attempt has its line, with its number and what it met."""
    emulator.faults.add(Fault(kind="status", status=503), Fault(kind="reset"))
    client.get(soon())
    first, second, third = lines(log)
    assert all(part in first for part in ("503", "attempt 1"))
    assert all(part in second for part in ("the connection broke", "attempt 2"))
    assert all(part in third for part in ("200", "attempt 3"))


def test_milliseconds(emulator: Emulator, clock: Clock, log: pytest.LogCaptureFixture) -> None:
    """The line has the time that the attempt took, whole milliseconds."""
    emulator.faults.add(Fault(kind="stall", seconds=1.5))
    with client_of(emulator.transport(sleep=clock.sleep)) as client:
        client.get(soon())
    own = [record.getMessage() for record in log.records if record.name == "sendblue_provider.transport"]
    assert ["1500 ms" in line for line in own] == [True]


def test_an_answer_that_is_too_large_is_logged_as_one(log: pytest.LogCaptureFixture) -> None:
    """The line of an answer that was not read does not say that there was none."""
    error_for_stream(b" " * (MAX_RESPONSE_BYTES + 1))
    (line,) = lines(log)
    assert "no answer" not in line
    assert "200" in line


def test_the_log_holds_no_secret(emulator: Emulator, account: Account, log: pytest.LogCaptureFixture) -> None:
    """Neither our lines nor those of the libraries below hold a credential or a secret, over a socket too."""
    account.webhooks = {"globalSecret": "canary-global"}
    emulator.faults.add(Fault(kind="status", status=503, after=1), Fault(kind="reset", after=3))
    sent = Configuration({"receive": (Entry(A, "canary-endpoint"),)}, {"globalSecret": "canary-global"})
    with emulator.serve() as url, client_of(None, at(url)) as client:
        client.get(soon())
        client.put(sent, soon())
        client.get(soon())
        error_of(lambda: client.post("unknown", Entry(A, "canary-endpoint"), soon()))
    assert len(log.records) > 10
    assert "canary" not in log.text


# Credentials stay inside


def pickled(thing: object) -> bytes:
    """What each pickler that Pulumi may use writes; what refuses to be pickled gives nothing away."""
    written = b""
    dill: Any = importlib.import_module("dill")  # what Pulumi pickles a provider with; it has no types
    for dumps in (pickle.dumps, dill.dumps):
        with suppress(TypeError, AttributeError, pickle.PicklingError):
            written += dumps(thing)
    return written


def test_the_client_shows_no_credential() -> None:
    """A client's repr and str hold no credential."""
    with client_of(None) as client:
        assert "canary" not in repr(client) + str(client)


def test_the_settings_show_no_credential() -> None:
    """The settings' repr and str hold no credential."""
    assert "canary" not in repr(SETTINGS) + str(SETTINGS)


def test_the_client_is_not_pickled_with_credentials() -> None:
    """A client that is pickled by mistake leaves no credential in state."""
    with client_of(None) as client:
        assert b"canary" not in pickled(client)


def test_the_settings_are_not_pickled_with_credentials() -> None:
    """Settings that are pickled by mistake, as those of a provider would be, leave no credential in state."""
    assert b"canary" not in pickled(SETTINGS)


FAILURES = [*[f"{status} {form}" for status in (200, 302, 400, 401, 403, 404, 503) for form in ("json", "text")]]
FAILURES += ["reset", "no time"]


def failure(kind: str) -> ApiError:
    """An error of each kind, of requests and answers full of secrets."""
    sent = Configuration({"receive": (Entry(A, "canary-endpoint"),)})
    if kind[0].isdigit():
        status, form = kind.split()
        echo = f"{KEY_ID} {SECRET_KEY} canary-endpoint"
        return put_error({"status": "ERROR", "message": echo} if form == "json" else echo, sent, int(status))
    emulator = Emulator()
    emulator.faults.add(Fault(kind="reset", times=None))
    with client_of(emulator.transport()) as client:
        return error_of(lambda: client.put(sent, Deadline(0) if kind == "no time" else soon()))


@pytest.mark.parametrize("kind", FAILURES)
def test_errors_show_no_credential(kind: str) -> None:
    """No error holds a credential or a secret: in its text, its repr or its pickle."""
    error = failure(kind)
    assert "canary" not in str(error) + repr(error)
    assert b"canary" not in pickled(error)


@pytest.mark.parametrize("kind", FAILURES)
def test_tracebacks_show_no_cause(kind: str) -> None:
    """A traceback, as the dynamic host prints it, ends with our one line and shows no error below it."""
    error = failure(kind)
    shown = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    assert 1 == shown.count("Traceback (most recent call last)")
    assert shown.splitlines()[-1].endswith(f"{type(error).__name__}: {error}")


def test_a_closed_client_sends_nothing(emulator: Emulator) -> None:
    """After `close` there is no connection left to use."""
    client = Client(SETTINGS, emulator.transport())
    client.close()
    with pytest.raises(RuntimeError):
        client.get(soon())
    assert 0 == len(emulator.journal)


def test_no_compression_is_asked_for() -> None:
    """An answer is asked for as it is: what unpacks can grow beyond any limit."""
    seen: list[str | None] = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers.get("accept-encoding"))
        return response(200, OK)

    with client_of(httpx.MockTransport(handle)) as client:
        client.get(soon())
    assert ["identity"] == seen


def test_an_answer_in_a_charset_that_is_none() -> None:
    """What a header says of the answer's charset cannot break the reading of it."""
    for charset in ("rot13", "hex", "idna", "nonsense"):
        error = error_for(400, "<p>no", headers={"content-type": f"text/html; charset={charset}"})
        assert isinstance(error, RequestRefused)
        assert "<p>no" in str(error)


@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
def test_the_next_step_fits_the_request(method: str) -> None:
    """Only where something was declared is the program what has to change."""
    error = str(error_for(409, {"status": "ERROR", "message": "no"}, method))
    assert ("Change the program" in error) is (method in ("PUT", "POST"))
    assert ("dashboard" in error) is (method in ("GET", "DELETE"))


@pytest.mark.parametrize(
    "call",
    [
        pytest.param(lambda: error_at_provider(404, "no"), id="404"),
        pytest.param(lambda: error_at_provider(403, {"message": "no"}), id="403"),
        pytest.param(lambda: error_at_provider(302, ""), id="redirect"),
        pytest.param(lambda: error_at_provider(200, "<html>"), id="HTML"),
        pytest.param(lambda: error_at_provider(200, {"status": "OK"}), id="no webhooks"),
        pytest.param(lambda: error_at_provider(429, "", {"Retry-After": "9000"}), id="out of time"),
    ],
)
def test_the_errors_of_an_explicit_provider(call: Callable[[], ApiError]) -> None:
    """Where settings are the provider's arguments, errors name those, and no command of the configuration."""
    text = str(call())
    assert "pulumi config" not in text
    assert "sendblue.Provider" in text


def error_at_provider(status: int, body: Any, headers: dict[str, str] | None = None) -> ApiError:
    """The error of a GET for an explicit provider."""
    transport = httpx.MockTransport(lambda _: response(status, body, headers))
    with client_of(transport, Settings(KEY_ID, SECRET_KEY, source=PROVIDER_ARGUMENTS)) as client:
        return error_of(lambda: client.get(soon()))
