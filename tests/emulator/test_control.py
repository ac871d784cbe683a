"""The control surface over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from sendblue_emulator import Behaviour, Fault

if TYPE_CHECKING:
    from sendblue_emulator import Account, Emulator

PATH = "/api/account/webhooks"
ACCOUNT = "/_emulator/accounts/prod"
A, B = "https://example.com/a", "https://example.com/b"


def test_the_journal(client: httpx.Client, emulator: Emulator) -> None:
    """The journal can be read and cleared, and holds no control request."""
    client.put(PATH, json={"webhooks": {}})
    assert client.get("/_emulator/journal").json() == [
        {"method": "PUT", "path": PATH, "account": "prod", "body": {"webhooks": {}}, "fault": None, "status": 200}
    ]
    assert client.delete("/_emulator/journal").json() == []
    assert emulator.journal.methods() == []


def test_the_dashboard(client: httpx.Client, account: Account) -> None:
    """An account's webhooks can be read, replaced, added to and removed from without the API."""
    assert client.get("/_emulator/accounts").json() == ["prod"]
    client.put(f"{ACCOUNT}/webhooks", json={"receive": [A], "globalSecret": "all", "anything": 1})
    assert account.webhooks == {"receive": [A], "globalSecret": "all", "anything": 1}
    client.post(f"{ACCOUNT}/webhooks", json={"event": "outbound", "entry": {"url": B, "secret": "one"}})
    answer = client.request("DELETE", f"{ACCOUNT}/webhooks", json={"event": "receive", "url": A})
    assert answer.json() == account.webhooks == client.get(f"{ACCOUNT}/webhooks").json()
    assert account.webhooks == {
        "receive": [],
        "outbound": [{"url": B, "secret": "one"}],
        "globalSecret": "all",
        "anything": 1,
    }


def test_the_behaviour(client: httpx.Client, account: Account) -> None:
    """An account's behaviour can be read, changed in part, and replaced."""
    assert client.get(f"{ACCOUNT}/behaviour").json() == Behaviour().as_json()
    client.patch(f"{ACCOUNT}/behaviour", json={"secrets": "masked", "dropped_on_put": ["receive"]})
    client.patch(f"{ACCOUNT}/behaviour", json={"lag": 1})
    assert account.behaviour == Behaviour(secrets="masked", dropped_on_put=["receive"], lag=1)
    client.put(f"{ACCOUNT}/behaviour", json={"lag": 2})
    assert account.behaviour == Behaviour(lag=2)


def test_the_faults(client: httpx.Client, emulator: Emulator) -> None:
    """Faults can be planned, one or several, listed and cleared."""
    fault = {"kind": "status", "method": "GET", "status": 429, "headers": {"Retry-After": "1"}, "times": 1}
    client.post("/_emulator/faults", json=fault)
    assert client.get(PATH).headers["retry-after"] == "1"
    client.post("/_emulator/faults", json=[{"kind": "reset"}, {"kind": "refuse", "after": 3}])
    assert emulator.faults.pending() == [Fault(kind="reset"), Fault(kind="refuse", after=3)]
    assert [fault["kind"] for fault in client.get("/_emulator/faults").json()] == ["reset", "refuse"]
    assert client.delete("/_emulator/faults").json() == []
    assert client.get(PATH).status_code == 200


def test_the_vintages(client: httpx.Client) -> None:
    """Which paths answer can be read and changed."""
    assert client.get("/_emulator/vintages").json() == ["unversioned", "v2"]
    client.put("/_emulator/vintages", json=["v2"])
    assert client.get(PATH).status_code == 404


def test_the_keys(client: httpx.Client) -> None:
    """A key pair can be added and another revoked."""
    client.post(f"{ACCOUNT}/keys", json={"key_id": "new", "secret": "new-secret"})
    client.request("DELETE", f"{ACCOUNT}/keys", json={"key_id": "key"})
    assert client.get(PATH).status_code == 401
    new = {"sb-api-key-id": "new", "sb-api-secret-key": "new-secret"}
    assert client.get(PATH, headers=new).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "message"),
    [
        ("GET", "/_emulator/accounts/dev/webhooks", None, 404, "no account 'dev'"),
        ("GET", "/_emulator/", None, 404, "no GET"),
        ("PATCH", "/_emulator/journal", None, 404, "no PATCH 'journal'"),
        ("PUT", f"{ACCOUNT}/webhooks", [], 400, "must be a JSON object"),
        ("POST", f"{ACCOUNT}/webhooks", {"event": "receive"}, 400, "needs 'entry'"),
        ("DELETE", f"{ACCOUNT}/webhooks", {"event": "receive", "url": A}, 404, "receive has no"),
        ("PATCH", f"{ACCOUNT}/behaviour", {"secrets": "x"}, 400, "secrets: 'x' is not one of"),
        ("POST", "/_emulator/faults", {"kind": "x"}, 400, "kind: 'x' is not one of"),
        ("POST", "/_emulator/faults", {"kinds": "x"}, 400, "kinds"),
        ("PUT", "/_emulator/vintages", ["v3"], 400, "no such vintage"),
        ("POST", f"{ACCOUNT}/keys", {"key_id": "key", "secret": "x"}, 400, "in use already"),
    ],
)
def test_mistakes_are_explained(
    in_process: httpx.Client, emulator: Emulator, method: str, path: str, body: Any, status: int, message: str
) -> None:
    """A wrong control request says in JSON what is wrong, and does not count as a request to the API."""
    response = in_process.request(method, path, json=body)
    assert response.status_code == status
    assert message in response.json()["error"]
    assert len(emulator.journal) == 0


def test_other_machines_are_refused(emulator: Emulator) -> None:
    """Where the app is served by another server than ours, control requests from elsewhere are refused."""
    transport = httpx.WSGITransport(emulator.app, remote_addr="192.0.2.1")
    with httpx.Client(transport=transport, base_url="https://api.sendblue.com") as client:
        assert client.get("/_emulator/journal").status_code == 403
        assert client.get(PATH).json() == {"message": "Did not get inputs for authorization"}


HOSTS = ["localhost", "LOCALHOST:80", "127.0.0.1:8484", "127.1.2.3", "[::1]:8484"]
OTHER_HOSTS = [
    *("rebound.example:8484", "192.0.2.1", "localhost.example", "127.0.0.1.example", "[::1", ""),
    *("evil:80@localhost", "evil@127.0.0.1:8484", "@localhost", "localhost@", "evil:80@[::1]:8484"),
    *("localhost/evil", "localhost?evil", "localhost#evil", "localhost:evil", "localhost:80:80", "localhost, evil"),
    *("[::1]evil", "[::1]:", "::1", "[localhost]", "[127.0.0.1]"),
]


@pytest.mark.parametrize(("host", "status"), [*((h, 200) for h in HOSTS), *((h, 403) for h in OTHER_HOSTS)])
def test_other_host_names_are_refused(over_socket: httpx.Client, host: str, status: int) -> None:
    """A page that makes its own host name stand for this machine gets nothing but a 403 from the control routes."""
    response = over_socket.get("/_emulator/accounts", headers={"host": host})
    assert response.status_code == status
    if status == 403:
        message = "the control surface answers to localhost and loopback addresses only"
        assert response.json() == {"error": message}
        assert over_socket.get(PATH, headers={"host": host}).status_code == 200


def test_faults_and_hooks_leave_control_requests_alone(client: httpx.Client, emulator: Emulator) -> None:
    """A fault or hook of every request waits for one to the API."""
    ran: list[str] = []
    emulator.faults.add(Fault(kind="status"))
    emulator.before("*", lambda: ran.append("x"))
    assert client.get("/_emulator/journal").status_code == 200
    assert ran == []
    assert client.get(PATH).status_code == 503
    assert ran == ["x"]
