"""The endpoint with its default behaviour: what is documented or was observed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

if TYPE_CHECKING:
    from sendblue_emulator import Account, Emulator

PATH = "/api/account/webhooks"
V2_PATH = "/api/v2/account/webhooks"
EMPTY: dict[str, Any] = {
    event: [] for event in ("receive", "call_log", "line_blocked", "line_assigned", "outbound", "contact_created")
}
A, B = "https://example.com/a", "https://example.com/b"
INVALID_TYPE = (
    "Invalid webhook type. Must be one of: receive, call_log, line_blocked, line_assigned, outbound, contact_created"
)


def test_get_shows_every_event_and_the_secrets(client: httpx.Client, account: Account) -> None:
    """GET answers OK with a list per event, strings and objects as they are, the account secrets beside them."""
    account.webhooks = {"receive": [A, {"url": B, "secret": "one"}], "globalSecret": "all", "secret": "old"}
    response = client.get(PATH)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert response.json() == {
        "status": "OK",
        "webhooks": {**EMPTY, "receive": [A, {"url": B, "secret": "one"}], "globalSecret": "all", "secret": "old"},
    }


def test_put_replaces_everything(client: httpx.Client, account: Account) -> None:
    """PUT leaves only what it was sent: other events and the secrets that it does not name are gone."""
    account.webhooks = {"receive": [A], "globalSecret": "all", "secret": "old"}
    response = client.put(PATH, json={"webhooks": {"outbound": [B], "globalSecret": "new"}})
    assert response.status_code == 200
    assert response.json() == {
        "status": "OK",
        "message": "Webhooks updated successfully",
        "webhooks": {**EMPTY, "outbound": [B], "globalSecret": "new"},
    }
    assert account.webhooks == {"outbound": [B], "globalSecret": "new"}


def test_put_of_nothing_clears_the_account(client: httpx.Client, account: Account) -> None:
    """PUT of an empty object removes all webhooks and secrets."""
    account.webhooks = {"receive": [A], "globalSecret": "all", "secret": "old"}
    client.put(PATH, json={"webhooks": {}})
    assert account.webhooks == {}


def test_put_with_an_empty_secret_clears_it(client: httpx.Client, account: Account) -> None:
    """An empty string in PUT removes a secret."""
    account.webhooks = {"globalSecret": "all", "secret": "old"}
    client.put(PATH, json={"webhooks": {"globalSecret": "", "secret": "new"}})
    assert account.webhooks == {"secret": "new"}


def test_put_drops_an_unaccepted_event_silently(client: httpx.Client, account: Account) -> None:
    """PUT answers 200 and forgets an event that it does not accept."""
    response = client.put(PATH, json={"webhooks": {"typing_indicator": [A], "receive": [A]}})
    assert (response.status_code, response.json()["status"]) == (200, "OK")
    assert account.webhooks == {"receive": [A]}


def test_fields_that_nobody_knows_are_kept(client: httpx.Client) -> None:
    """Entry fields, known and unknown, come back from GET as PUT or POST sent them."""
    entry = {"url": A, "secret": "one", "sendblue_numbers": ["+15551234567"], "future": {"x": [1]}}
    client.put(PATH, json={"webhooks": {"receive": [entry]}})
    client.post(PATH, json={"webhooks": [entry], "type": "outbound"})
    webhooks = client.get(PATH).json()["webhooks"]
    assert webhooks["receive"] == webhooks["outbound"] == [entry]


def test_unknown_settings_are_shown_and_lost_with_put(client: httpx.Client, account: Account) -> None:
    """A setting beside the events is shown by GET and dropped by a PUT without it."""
    account.webhooks = {"retries": 3}
    assert client.get(PATH).json()["webhooks"]["retries"] == 3
    client.put(PATH, json={"webhooks": {"retries": 4}})
    assert account.webhooks == {"retries": 4}
    client.put(PATH, json={"webhooks": {}})
    assert account.webhooks == {}


def test_events_that_the_dashboard_added_are_shown(client: httpx.Client, account: Account) -> None:
    """GET shows an event that PUT would not accept, and PUT without it drops it."""
    account.webhooks = {"typing_indicator": [A, 7]}
    assert client.get(PATH).json()["webhooks"]["typing_indicator"] == [A, 7]
    client.put(PATH, json={"webhooks": {}})
    assert account.webhooks == {}


def test_post_appends_to_receive_unless_told_otherwise(client: httpx.Client, account: Account) -> None:
    """POST adds entries after those that are there, by default to receive, and leaves other events alone."""
    account.webhooks = {"receive": [A], "outbound": [A]}
    response = client.post(PATH, json={"webhooks": [{"url": B}]})
    assert response.status_code == 200
    assert response.json() == {
        "status": "OK",
        "message": "Webhooks added successfully",
        "webhooks": {**EMPTY, "receive": [A, {"url": B}], "outbound": [A]},
    }
    client.post(PATH, json={"webhooks": [B], "type": "call_log"})
    assert account.webhooks == {"receive": [A, {"url": B}], "outbound": [A], "call_log": [B]}


def test_post_sets_the_global_secret_only_when_it_has_one(client: httpx.Client, account: Account) -> None:
    """The global secret is at the top level of a POST; without one the old one stays, an empty one clears it."""
    account.set_secret("globalSecret", "old")
    client.post(PATH, json={"webhooks": [A]})
    assert account.webhooks["globalSecret"] == "old"
    client.post(PATH, json={"webhooks": [A], "globalSecret": "new"})
    assert account.webhooks["globalSecret"] == "new"
    client.post(PATH, json={"webhooks": [A], "globalSecret": ""})
    assert "globalSecret" not in account.webhooks


@pytest.mark.parametrize("method", ["POST", "DELETE"])
@pytest.mark.parametrize("event", ["typing_indicator", None, 7, ""])
def test_an_unaccepted_type_is_refused(client: httpx.Client, account: Account, method: str, event: object) -> None:
    """POST and DELETE with a type that is not accepted answer 400 with the documented text and change nothing."""
    account.webhooks = {"receive": [A]}
    response = client.request(method, PATH, json={"webhooks": [A], "type": event})
    assert response.status_code == 400
    assert response.json() == {"status": "ERROR", "message": INVALID_TYPE}
    assert account.webhooks == {"receive": [A]}


def test_delete_removes_urls_from_one_event(client: httpx.Client, account: Account) -> None:
    """DELETE removes the URLs from the event named, by default receive, whichever form the entry has."""
    account.webhooks = {"receive": [A, {"url": B, "secret": "one"}], "outbound": [A, B], "globalSecret": "all"}
    response = client.request("DELETE", PATH, json={"webhooks": [B]})
    assert response.status_code == 200
    assert response.json() == {"status": "OK", "message": "Webhooks deleted successfully"}
    client.request("DELETE", PATH, json={"webhooks": [A, B], "type": "outbound"})
    assert account.webhooks == {"receive": [A], "outbound": [], "globalSecret": "all"}


@pytest.mark.parametrize(
    ("method", "body"),
    [
        ("PUT", []),
        ("PUT", {}),
        ("PUT", {"webhooks": [A]}),
        ("PUT", {"webhooks": {"receive": A}}),
        ("PUT", {"webhooks": {"receive": None}}),
        ("PUT", {"webhooks": {"receive": [7]}}),
        ("PUT", {"webhooks": {"receive": [""]}}),
        ("PUT", {"webhooks": {"receive": ["example.com/a"]}}),
        ("PUT", {"webhooks": {"receive": [{"url": "https://"}]}}),
        ("PUT", {"webhooks": {"receive": [{"secret": "one"}]}}),
        ("PUT", {"webhooks": {"receive": [{"url": 7}]}}),
        ("PUT", {"webhooks": {"receive": [{"url": A, "secret": 7}]}}),
        ("PUT", {"webhooks": {"receive": [{"url": A, "sendblue_numbers": "+15551234567"}]}}),
        ("PUT", {"webhooks": {"receive": [{"url": A, "sendblue_numbers": [7]}]}}),
        ("PUT", {"webhooks": {"contact_created": [{"url": A}]}}),
        ("PUT", {"webhooks": {"globalSecret": None}}),
        ("PUT", {"webhooks": {"secret": 7}}),
        ("POST", {"webhooks": {"receive": [A]}}),
        ("POST", {"webhooks": []}),
        ("POST", {"webhooks": [None]}),
        ("POST", {"webhooks": ["ftp://example.com/a"]}),
        ("POST", {"webhooks": ["https://[::1/a"]}),
        ("POST", {"webhooks": [A], "globalSecret": 7}),
        ("POST", {"type": "receive"}),
        ("DELETE", {"webhooks": [{"url": A}]}),
        ("DELETE", {"webhooks": [""]}),
        ("DELETE", {"webhooks": []}),
        ("DELETE", {"webhooks": A}),
    ],
)
def test_a_wrong_shape_is_refused(in_process: httpx.Client, account: Account, method: str, body: object) -> None:
    """A body of another shape than the documented one is answered 400 with an ERROR, and nothing changes."""
    account.webhooks = {"receive": [A], "globalSecret": "all"}
    response = in_process.request(method, PATH, json=body)
    assert response.status_code == 400
    assert response.json()["status"] == "ERROR"
    assert response.json()["message"]
    assert account.webhooks == {"receive": [A], "globalSecret": "all"}


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
@pytest.mark.parametrize(
    ("content", "content_type"),
    [(b"{", "application/json"), (b"\xff", "application/json"), (b"", "application/json"), (None, "text/plain")],
)
def test_a_body_that_is_not_json_is_refused(
    client: httpx.Client, method: str, content: bytes | None, content_type: str
) -> None:
    """A write whose body or content type is not JSON is answered 400 with an ERROR."""
    content = b'{"webhooks": {}}' if content is None else content
    response = client.request(method, PATH, content=content, headers={"content-type": content_type})
    assert (response.status_code, response.json()["status"]) == (400, "ERROR")


@pytest.mark.parametrize("missing", ["sb-api-key-id", "sb-api-secret-key"])
def test_a_missing_header_is_403_without_a_status(client: httpx.Client, missing: str) -> None:
    """Without one of the two headers the answer is a 403 whose body has no status."""
    del client.headers[missing]
    response = client.get(PATH)
    assert response.status_code == 403
    assert response.json() == {"message": "Did not get inputs for authorization"}


@pytest.mark.parametrize(
    ("key_id", "secret"), [("key", "wrong"), ("wrong", "canary-secret-key"), ("other", "canary-é")]
)
def test_a_wrong_pair_is_401(client: httpx.Client, key_id: str, secret: str) -> None:
    """A key pair that opens no account is answered 401 with an ERROR."""
    headers = [(b"sb-api-key-id", key_id.encode()), (b"sb-api-secret-key", secret.encode("ascii", "replace"))]
    response = client.get(PATH, headers=headers)
    assert response.status_code == 401
    assert response.json() == {"status": "ERROR", "message": "Invalid Credentials"}


def test_a_key_is_rotated_without_a_gap(client: httpx.Client, account: Account) -> None:
    """A second key pair opens the same account beside the first; a revoked one answers 401."""
    new = {"sb-api-key-id": "new-key", "sb-api-secret-key": "new-secret"}
    account.add("receive", A)
    account.add_key("new-key", "new-secret")
    assert client.get(PATH).json() == client.get(PATH, headers=new).json()
    account.revoke_key("key")
    assert client.get(PATH).status_code == 401
    assert client.get(PATH, headers=new).status_code == 200


def test_accounts_are_separate(emulator: Emulator, client: httpx.Client, account: Account) -> None:
    """Each key pair sees and changes its own account only."""
    other = emulator.add_account(key_id="other", secret="other-secret", webhooks={"receive": [B]})
    client.put(
        PATH,
        json={"webhooks": {"receive": [A]}},
        headers={"sb-api-key-id": "other", "sb-api-secret-key": "other-secret"},
    )
    assert other.webhooks == {"receive": [A]}
    assert account.webhooks == {}


def test_both_vintages_of_the_path_reach_the_same_account(client: httpx.Client) -> None:
    """The versioned path and the later one without a version are the same endpoint."""
    client.put(V2_PATH, json={"webhooks": {"receive": [A]}})
    assert client.get(PATH).json() == client.get(V2_PATH).json()
    assert client.get(PATH).json()["webhooks"]["receive"] == [A]


def test_each_vintage_of_the_path_can_be_switched_off(client: httpx.Client, emulator: Emulator) -> None:
    """A path that is switched off answers 404, with an HTML page or with JSON."""
    emulator.vintages = ["unversioned"]
    assert (client.get(PATH).status_code, client.get(V2_PATH).status_code) == (200, 404)
    emulator.vintages = ["v2"]
    assert (client.get(PATH).status_code, client.get(V2_PATH).status_code) == (404, 200)
    assert client.get(PATH).headers["content-type"].startswith("text/html")
    emulator.not_found = "json"
    assert client.get(PATH).json() == {"message": "Not Found"}


@pytest.mark.parametrize("path", ["/", "/api/account", f"{PATH}/", f"/{PATH}", f"{PATH}/x"])
def test_other_paths_are_404(client: httpx.Client, path: str) -> None:
    """A path that is not exactly the endpoint's is not found, and not redirected."""
    assert client.get(str(client.base_url).rstrip("/") + path).status_code == 404


@pytest.mark.parametrize("method", ["PATCH", "HEAD", "OPTIONS"])
def test_other_methods_are_404(in_process: httpx.Client, method: str) -> None:
    """A method that the endpoint does not have is not found."""
    assert in_process.request(method, PATH).status_code == 404
