"""Faults, as a client sees them in-process and over a socket."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from sendblue_emulator import Fault

if TYPE_CHECKING:
    from sendblue_emulator import Account, Emulator

PATH = "/api/account/webhooks"
A = "https://example.com/a"
BODY = {"webhooks": {"receive": [A]}}


def test_a_refused_connection_in_process(in_process: httpx.Client, emulator: Emulator, account: Account) -> None:
    """In-process a refusal is an error of connecting, and nothing is applied."""
    emulator.faults.add(Fault(kind="refuse"))
    with pytest.raises(httpx.ConnectError) as caught:
        in_process.put(PATH, json=BODY)
    assert caught.value.request.method == "PUT"
    assert account.webhooks == {}
    assert in_process.put(PATH, json=BODY).status_code == 200


def test_a_refused_connection_over_a_socket(over_socket: httpx.Client, emulator: Emulator, account: Account) -> None:
    """Over a socket a refusal is a reset before anything is applied, as the docstring of Fault says."""
    emulator.faults.add(Fault(kind="refuse"))
    with pytest.raises(httpx.ReadError):
        over_socket.put(PATH, json=BODY)
    assert account.webhooks == {}
    assert over_socket.put(PATH, json=BODY).status_code == 200


@pytest.mark.parametrize("applied", [False, True])
def test_a_reset_connection(client: httpx.Client, emulator: Emulator, account: Account, *, applied: bool) -> None:
    """A reset is an error of reading, with the request applied only if the fault says so."""
    emulator.faults.add(Fault(kind="reset", applied=applied))
    with pytest.raises(httpx.ReadError):
        client.put(PATH, json=BODY)
    assert account.webhooks == (BODY["webhooks"] if applied else {})
    assert client.get(PATH).status_code == 200


def test_a_reset_is_a_real_one(emulator: Emulator) -> None:
    """Over a socket the client's TCP stack sees a reset, not an orderly end."""
    emulator.faults.add(Fault(kind="reset"))
    with emulator.serve() as url:
        address = httpx.URL(url)
        with socket.create_connection((address.host, address.port or 0)) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            with pytest.raises(ConnectionResetError):
                connection.recv(1)


@pytest.mark.parametrize("applied", [False, True])
def test_a_stalled_answer_arrives(client: httpx.Client, emulator: Emulator, account: Account, *, applied: bool) -> None:
    """A stall shorter than the client's timeout only takes its time."""
    emulator.faults.add(Fault(kind="stall", seconds=0.1, applied=applied))
    start = time.monotonic()
    assert client.put(PATH, json=BODY, timeout=5).status_code == 200
    assert time.monotonic() - start >= 0.1
    assert account.webhooks == BODY["webhooks"]


def test_a_client_that_resets_during_a_stall(emulator: Emulator, account: Account) -> None:
    """A client that ends its connection with a reset has given up too: its request is never applied."""
    emulator.faults.add(Fault(kind="stall", seconds=0.1))
    body = b'{"webhooks": ["https://example.com/a"]}'
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: x\r\nsb-api-key-id: key\r\nsb-api-secret-key: canary-secret-key\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with emulator.serve() as url:
        address = httpx.URL(url)
        connection = socket.create_connection((address.host, address.port or 0))
        connection.sendall(head.encode() + body)
        while not len(emulator.journal):
            time.sleep(0.005)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
        time.sleep(0.2)
    assert [entry.account for entry in emulator.journal] == ["prod"]
    assert account.webhooks == {}


@pytest.mark.parametrize("applied", [False, True])
def test_a_stall_longer_than_the_timeout(
    client: httpx.Client, emulator: Emulator, account: Account, *, applied: bool
) -> None:
    """A client that gives up gets its timeout; the request is applied first, or then never."""
    emulator.faults.add(Fault(kind="stall", seconds=0.3, applied=applied))
    with pytest.raises(httpx.ReadTimeout):
        client.put(PATH, json=BODY, timeout=0.05)
    assert account.webhooks == (BODY["webhooks"] if applied else {})
    if not applied:
        time.sleep(0.3)
        assert account.webhooks == {}


def test_a_stall_can_use_a_fake_clock(emulator: Emulator) -> None:
    """In-process the waiting is done with the function given, as long as the stall or the timeout lasts."""
    slept: list[float] = []
    emulator.faults.add(Fault(kind="stall", seconds=3600, times=2))
    with httpx.Client(transport=emulator.transport(sleep=slept.append), base_url="https://api.sendblue.com") as client:
        with pytest.raises(httpx.ReadTimeout):
            client.get(PATH, timeout=30)
        assert client.get(PATH, timeout=None).status_code == 403
    assert slept == [30, 3600]


@pytest.mark.parametrize(
    ("fault", "text", "content_type"),
    [
        (Fault(kind="status", status=502, body="<h1>Bad</h1>"), "<h1>Bad</h1>", "text/html; charset=utf-8"),
        (Fault(kind="status", status=500, body={"a": [1]}), '{"a": [1]}', "application/json"),
        (Fault(kind="status", status=504), "", "text/html; charset=utf-8"),
        (Fault(kind="status", status=200, body="[]", content_type="application/json"), "[]", "application/json"),
    ],
)
def test_a_status_with_any_body(
    client: httpx.Client, emulator: Emulator, account: Account, fault: Fault, text: str, content_type: str
) -> None:
    """A status fault answers with the status, body and content type given, and applies nothing."""
    emulator.faults.add(fault)
    response = client.put(PATH, json=BODY)
    assert (response.status_code, response.text) == (fault.status, text)
    assert response.headers["content-type"] in (content_type, content_type.partition(";")[0])
    assert account.webhooks == {}


def test_a_status_with_headers(client: httpx.Client, emulator: Emulator) -> None:
    """A status fault can carry headers, such as Retry-After."""
    emulator.faults.add(Fault(kind="status", status=429, headers={"Retry-After": "7"}))
    response = client.get(PATH)
    assert (response.status_code, response.headers["retry-after"]) == (429, "7")


def test_a_status_after_the_request_was_applied(client: httpx.Client, emulator: Emulator, account: Account) -> None:
    """A status fault can hide that the request was applied."""
    emulator.faults.add(Fault(kind="status", status=502, applied=True))
    assert client.put(PATH, json=BODY).status_code == 502
    assert account.webhooks == BODY["webhooks"]


def test_truncated_json(client: httpx.Client, emulator: Emulator, account: Account) -> None:
    """A truncated answer is complete as HTTP and broken as JSON, after the request was applied."""
    emulator.faults.add(Fault(kind="truncate"))
    response = client.put(PATH, json=BODY)
    assert response.status_code == 200
    assert int(response.headers["content-length"]) == len(response.content)
    with pytest.raises(json.JSONDecodeError):
        response.json()
    assert account.webhooks == BODY["webhooks"]


def test_an_early_close(client: httpx.Client, emulator: Emulator, account: Account) -> None:
    """A connection that closes early leaves the client with half of the body that was announced."""
    emulator.faults.add(Fault(kind="early_close", times=2))
    with pytest.raises(httpx.RemoteProtocolError):
        client.put(PATH, json=BODY)
    assert account.webhooks == BODY["webhooks"]
    received: list[bytes] = []
    with client.stream("GET", PATH) as response:
        assert response.status_code == 200
        with pytest.raises(httpx.RemoteProtocolError):
            received.extend(response.iter_bytes())
    assert received[0].startswith(b'{"status": "OK"')
    assert len(b"".join(received)) == int(response.headers["content-length"]) // 2


def statuses(client: httpx.Client, *methods: str) -> list[int]:
    return [client.request(method, PATH, json=BODY).status_code for method in methods]


def test_faults_count_requests_of_their_method(client: httpx.Client, emulator: Emulator) -> None:
    """A fault of a method leaves others alone and ends after its number of times."""
    emulator.faults.add(Fault(kind="status", method="PUT", times=2))
    assert statuses(client, "GET", "PUT", "GET", "PUT", "PUT") == [200, 503, 200, 503, 200]
    assert emulator.faults.pending() == []


def test_faults_of_any_method_for_ever(client: httpx.Client, emulator: Emulator) -> None:
    """A fault without a number of times lasts until the faults are cleared."""
    emulator.faults.add(Fault(kind="status", times=None))
    assert statuses(client, "GET", "PUT", "DELETE", "GET") == [503] * 4
    emulator.faults.clear()
    assert statuses(client, "GET") == [200]


def test_faults_after_some_requests(client: httpx.Client, emulator: Emulator) -> None:
    """Each fault lets as many matching requests pass as it says, whatever happens to them."""
    emulator.faults.add(
        Fault(kind="status", status=501, method="GET", after=1), Fault(kind="status", status=502, method="GET", after=2)
    )
    assert statuses(client, "GET", "PUT", "GET", "GET", "GET") == [200, 200, 501, 502, 200]


def test_one_fault_a_request(client: httpx.Client, emulator: Emulator) -> None:
    """Of two faults that are due the first strikes, and the second at the next request."""
    emulator.faults.add(Fault(kind="status", status=501), Fault(kind="status", status=502))
    assert statuses(client, "GET", "GET", "GET") == [501, 502, 200]


def test_faults_of_one_account(client: httpx.Client, emulator: Emulator) -> None:
    """A fault of an account leaves other accounts alone."""
    emulator.add_account(name="other", key_id="other", secret="other-secret")
    other = {"sb-api-key-id": "other", "sb-api-secret-key": "other-secret"}
    emulator.faults.add(Fault(kind="status", account="other"))
    assert client.get(PATH).status_code == 200
    assert client.get(PATH, headers=other).status_code == 503


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"kind": "explode"}, "kind"),
        ({"kind": "reset", "method": "put"}, "method"),
        ({"kind": "stall", "seconds": -1}, "seconds"),
        ({"kind": "status", "status": 99}, "status"),
        ({"kind": "reset", "times": 0}, "times"),
        ({"kind": "reset", "after": -1}, "after"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(emulator: Emulator, fields: dict[str, Any], message: str) -> None:
    """A slip in a fault is an error that names the field, and nothing is planned."""
    with pytest.raises(ValueError, match=message):
        emulator.faults.add(Fault(**fields))
    assert emulator.faults.pending() == []


def test_faults_strike_once_among_threads(emulator: Emulator) -> None:
    """Requests at the same time share the faults: as many fail as planned, no more and no fewer."""
    emulator.faults.add(Fault(kind="status", times=10))
    seen: list[int] = []

    def ask() -> None:
        with httpx.Client(transport=emulator.transport(), base_url="https://api.sendblue.com") as client:
            seen.extend(client.get(PATH).status_code for _ in range(10))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == [403] * 70 + [503] * 10
