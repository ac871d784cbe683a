"""Each switch of the behaviour: what changes when it is set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from sendblue_emulator import EVENTS, MASK, Behaviour

if TYPE_CHECKING:
    from sendblue_emulator import Account, Emulator

PATH = "/api/account/webhooks"
A, B, C = "https://example.com/a", "https://example.com/b", "https://example.com/c"


def shown(client: httpx.Client) -> dict[str, Any]:
    webhooks: dict[str, Any] = client.get(PATH).json()["webhooks"]
    return webhooks


def test_more_events_can_be_accepted(client: httpx.Client, account: Account) -> None:
    """An event that is made acceptable works with PUT, POST and DELETE, and GET shows it empty."""
    account.behave(accepted_events=[*EVENTS, "typing_indicator"])
    assert shown(client)["typing_indicator"] == []
    client.put(PATH, json={"webhooks": {"typing_indicator": [A]}})
    client.post(PATH, json={"webhooks": [B], "type": "typing_indicator"})
    client.request("DELETE", PATH, json={"webhooks": [A], "type": "typing_indicator"})
    assert account.webhooks == {"typing_indicator": [B]}


def test_fewer_events_can_be_accepted(client: httpx.Client, account: Account) -> None:
    """The 400 text lists the events that are accepted, in their order."""
    account.behave(accepted_events=["outbound", "receive"])
    response = client.post(PATH, json={"webhooks": [A], "type": "call_log"})
    assert response.status_code == 400
    assert response.json()["message"] == "Invalid webhook type. Must be one of: outbound, receive"


def test_put_can_drop_an_accepted_event(client: httpx.Client, account: Account) -> None:
    """An event to drop is lost by PUT, old entries too, though PUT says OK; POST still adds to it."""
    account.behave(dropped_on_put={"call_log"})
    account.webhooks = {"call_log": [B]}
    response = client.put(PATH, json={"webhooks": {"call_log": [A], "receive": [A]}})
    assert response.json()["message"] == "Webhooks updated successfully"
    assert account.webhooks == {"receive": [A]}
    client.post(PATH, json={"webhooks": [A], "type": "call_log"})
    assert account.webhooks == {"receive": [A], "call_log": [A]}


def test_events_of_strings_only_can_be_changed(client: httpx.Client, account: Account) -> None:
    """contact_created takes objects once it is no longer an event of strings only."""
    body = {"webhooks": [{"url": A}], "type": "contact_created"}
    assert client.post(PATH, json=body).status_code == 400
    account.behave(string_only_events=())
    assert client.post(PATH, json=body).status_code == 200
    assert account.webhooks == {"contact_created": [{"url": A}]}


def test_duplicates_are_kept_or_merged_on_post(client: httpx.Client, account: Account) -> None:
    """POST of a URL that is there appends it again, or takes its place where duplicates are merged."""
    account.webhooks = {"receive": [A, B]}
    client.post(PATH, json={"webhooks": [{"url": A, "secret": "one"}]})
    assert account.webhooks == {"receive": [A, B, {"url": A, "secret": "one"}]}

    account.behave(duplicates="merged")
    account.webhooks = {"receive": [A, B]}
    client.post(PATH, json={"webhooks": [{"url": A, "secret": "one"}, C, C]})
    assert account.webhooks == {"receive": [{"url": A, "secret": "one"}, B, C]}


def test_secrets_can_be_masked(client: httpx.Client, account: Account) -> None:
    """Every answer shows a mask for each secret that is set, and the mask is stored if it is sent back."""
    account.behave(secrets="masked")
    account.webhooks = {"receive": [{"url": A, "secret": "one", "x": 1}, B], "globalSecret": "all", "secret": "old"}
    masked = shown(client)
    assert masked["receive"] == [{"url": A, "secret": MASK, "x": 1}, B]
    assert (masked["globalSecret"], masked["secret"]) == (MASK, MASK)
    response = client.put(PATH, json={"webhooks": masked})
    assert response.json()["webhooks"] == masked
    assert account.webhooks["receive"][0]["secret"] == MASK
    assert account.webhooks["globalSecret"] == account.webhooks["secret"] == MASK


def test_secrets_can_be_omitted(client: httpx.Client, account: Account) -> None:
    """No answer shows a secret or that there is one; the account still has them."""
    account.behave(secrets="omitted")
    webhooks = {"receive": [{"url": A, "secret": "one", "x": 1}, B], "globalSecret": "all", "secret": "old"}
    response = client.put(PATH, json={"webhooks": webhooks})
    for answer in (response.json()["webhooks"], shown(client)):
        assert answer["receive"] == [{"url": A, "x": 1}, B]
        assert not {"globalSecret", "secret"} & set(answer)
    assert account.webhooks == webhooks


def test_put_can_keep_absent_secrets(client: httpx.Client, account: Account) -> None:
    """Secrets that are not in PUT stay where that is the behaviour; an empty string still clears one."""
    account.behave(absent_secrets="kept")
    account.webhooks = {"globalSecret": "all", "secret": "old"}
    client.put(PATH, json={"webhooks": {}})
    assert account.webhooks == {"globalSecret": "all", "secret": "old"}
    client.put(PATH, json={"webhooks": {"globalSecret": ""}})
    assert account.webhooks == {"secret": "old"}


def test_secrets_can_be_impossible_to_clear(client: httpx.Client, account: Account) -> None:
    """An empty string changes nothing where that is the behaviour, with PUT and with POST; a value still does."""
    account.behave(absent_secrets="kept", empty_secrets="kept")
    account.webhooks = {"globalSecret": "all", "secret": "old"}
    client.put(PATH, json={"webhooks": {"globalSecret": "", "secret": ""}})
    assert account.webhooks == {"globalSecret": "all", "secret": "old"}
    client.post(PATH, json={"webhooks": [A], "globalSecret": ""})
    assert account.webhooks["globalSecret"] == "all"
    client.put(PATH, json={"webhooks": {"globalSecret": "new"}})
    assert account.webhooks == {"globalSecret": "new", "secret": "old"}


@pytest.mark.parametrize(("choice", "value"), [("empty", ""), ("null", None)])
def test_an_unset_global_secret_can_be_shown(
    client: httpx.Client, account: Account, choice: str, value: object
) -> None:
    """A global secret that is not set can be an empty string or null instead of absent."""
    assert "globalSecret" not in shown(client)
    account.behave(unset_secrets=choice)
    assert shown(client)["globalSecret"] == value
    account.set_secret("globalSecret", "all")
    assert shown(client)["globalSecret"] == "all"


def test_delete_of_an_absent_url_is_200_or_404(client: httpx.Client, account: Account) -> None:
    """DELETE of a URL that is not there is OK, or a 404 that removes nothing at all."""
    account.webhooks = {"receive": [A]}
    body = {"webhooks": [A, B], "type": "receive"}
    assert client.request("DELETE", PATH, json=body).status_code == 200
    assert account.webhooks == {"receive": []}

    account.behave(absent_delete=404)
    account.webhooks = {"receive": [A]}
    response = client.request("DELETE", PATH, json=body)
    assert (response.status_code, response.json()["status"]) == (404, "ERROR")
    assert account.webhooks == {"receive": [A]}
    assert client.request("DELETE", PATH, json={"webhooks": [A]}).status_code == 200


def test_delete_removes_every_copy_or_one(client: httpx.Client, account: Account) -> None:
    """DELETE of a URL that is there twice removes both, or the first where that is the behaviour."""
    twice = {"receive": [A, B, {"url": A, "secret": "one"}]}
    account.webhooks = twice
    client.request("DELETE", PATH, json={"webhooks": [A]})
    assert account.webhooks == {"receive": [B]}

    account.behave(delete_removes="one")
    account.webhooks = twice
    client.request("DELETE", PATH, json={"webhooks": [A]})
    assert account.webhooks == {"receive": [B, {"url": A, "secret": "one"}]}


def test_empty_events_can_be_omitted(client: httpx.Client, account: Account) -> None:
    """Answers leave the keys of empty events out where that is the behaviour."""
    account.behave(empty_events="omitted")
    response = client.put(PATH, json={"webhooks": {"receive": [A], "outbound": []}})
    assert response.json()["webhooks"] == {"receive": [A]}
    assert shown(client) == {"receive": [A]}


def test_entries_can_always_be_objects(client: httpx.Client, account: Account) -> None:
    """GET shows strings as objects where that is the behaviour, except in events of strings only."""
    account.behave(entry_form="object")
    client.put(PATH, json={"webhooks": {"receive": [A, {"url": B, "secret": "s"}], "contact_created": [A]}})
    assert shown(client)["receive"] == [{"url": A}, {"url": B, "secret": "s"}]
    assert shown(client)["contact_created"] == [A]


def test_entries_can_be_strings_where_they_are_only_a_url(client: httpx.Client, account: Account) -> None:
    """GET shows an object that has only a URL as a string where that is the behaviour."""
    account.behave(entry_form="string")
    client.put(PATH, json={"webhooks": {"receive": [A, {"url": B}, {"url": B, "secret": "s"}]}})
    assert shown(client)["receive"] == [A, B, {"url": B, "secret": "s"}]


def test_http_urls_can_be_upgraded_or_refused(client: httpx.Client, account: Account) -> None:
    """An http URL is kept by default, or changed to https, or refused with 400."""
    sent = ["http://example.com/a", {"url": "HTTP://example.com/b", "x": 1}]
    client.put(PATH, json={"webhooks": {"receive": sent}})
    assert account.webhooks == {"receive": sent}
    account.behave(http_urls="upgraded")
    client.put(PATH, json={"webhooks": {"receive": sent}})
    assert account.webhooks == {"receive": [A, {"url": B, "x": 1}]}
    account.behave(http_urls="refused")
    assert client.put(PATH, json={"webhooks": {"receive": sent}}).status_code == 400


def test_gets_can_lag_behind_a_write(client: httpx.Client, account: Account) -> None:
    """The next GETs after a write, as many as the lag is, show what was there before that write."""
    account.webhooks = {"receive": [A]}
    account.behave(lag=2)
    client.put(PATH, json={"webhooks": {"receive": [B]}})
    assert account.webhooks == {"receive": [B]}
    assert [shown(client)["receive"] for _ in range(3)] == [[A], [A], [B]]
    client.post(PATH, json={"webhooks": [C]})
    client.request("DELETE", PATH, json={"webhooks": [B]})
    assert [shown(client)["receive"] for _ in range(3)] == [[B, C], [B, C], [C]]


def test_a_refused_write_starts_no_lag(client: httpx.Client, account: Account) -> None:
    """A write that is answered 400 changes nothing, so GET shows what is there at once."""
    account.behave(lag=1)
    client.put(PATH, json={"webhooks": {"receive": [A]}})
    assert client.put(PATH, json={"webhooks": []}).status_code == 400
    assert [shown(client)["receive"] for _ in range(2)] == [[], [A]]


def test_put_can_answer_with_a_message_alone(client: httpx.Client, account: Account) -> None:
    """The answer to PUT has the webhooks, or not where that is the behaviour; that to POST has them."""
    body = {"webhooks": {"receive": [A]}}
    assert client.put(PATH, json=body).json()["webhooks"]["receive"] == [A]
    account.behave(put_answer="message")
    answer = {"status": "OK", "message": "Webhooks updated successfully"}
    assert client.put(PATH, json=body).json() == answer
    assert client.post(PATH, json={"webhooks": [B]}).json()["webhooks"]["receive"] == [A, B]


def test_behaviour_is_of_one_account(client: httpx.Client, emulator: Emulator, account: Account) -> None:
    """An account's behaviour is its own: given when it is made, replaced later, unlike another account's."""
    emulator.add_account(
        key_id="other", secret="other-secret", webhooks={"globalSecret": "all"}, behaviour=Behaviour(secrets="masked")
    )
    account.set_secret("globalSecret", "all")
    other = {"sb-api-key-id": "other", "sb-api-secret-key": "other-secret"}
    assert shown(client)["globalSecret"] == "all"
    assert client.get(PATH, headers=other).json()["webhooks"]["globalSecret"] == MASK
    account.behaviour = Behaviour(secrets="omitted")
    assert "globalSecret" not in shown(client)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"secrets": "hidden"}, "secrets: 'hidden' is not one of 'readable', 'masked', 'omitted'"),
        ({"absent_delete": 500}, "absent_delete: 500 is not one of 200, 404"),
        ({"accepted_events": "receive"}, "accepted_events: give a list of event names"),
        ({"dropped_on_put": [7]}, "dropped_on_put: give a list of event names"),
        ({"lag": -1}, "lag: -1 is not a number of GETs"),
        ({"lag": True}, "lag: True is not a number of GETs"),
        ({"lags": 1, "secret": 2}, "no such behaviour: lags, secret"),
    ],
)
def test_a_behaviour_that_does_not_exist_is_refused(account: Account, changes: dict[str, Any], message: str) -> None:
    """A slip in a field's name or value is an error that names it, and the account stays as it was."""
    with pytest.raises(ValueError, match=f"^{message}$"):
        account.behave(**changes)
    assert account.behaviour == Behaviour()


def test_a_behaviour_survives_json() -> None:
    """The JSON form of a behaviour gives the same behaviour back."""
    behaviour = Behaviour(accepted_events=["receive"], dropped_on_put={"b", "a"}, lag=2, secrets="masked")
    assert behaviour.as_json()["dropped_on_put"] == ["a", "b"]
    assert Behaviour().changed(behaviour.as_json()) == behaviour


def test_a_behaviour_is_not_changed_from_outside() -> None:
    """A set that a behaviour was made with can change later without changing the behaviour."""
    events = {"receive"}
    behaviour = Behaviour(dropped_on_put=events)
    events.clear()
    assert "receive" in behaviour.dropped_on_put


def test_urls_can_be_stored_in_a_normal_form(client: httpx.Client, account: Account) -> None:
    """PUT and POST can store scheme and host in lower case, and a path; DELETE finds the stored form alone."""
    account.behave(url_form="normalised")
    client.put(PATH, json={"webhooks": {"outbound": [{"url": "HTTPS://Hooks.Example.COM/In", "secret": "one"}]}})
    client.post(PATH, json={"webhooks": ["https://Hooks.Example.COM"], "type": "receive"})
    stored = {
        "outbound": [{"url": "https://hooks.example.com/In", "secret": "one"}],
        "receive": ["https://hooks.example.com/"],
    }
    assert account.webhooks == stored
    client.request("DELETE", PATH, json={"webhooks": ["https://Hooks.Example.COM"], "type": "receive"})
    assert account.webhooks == stored
    client.request("DELETE", PATH, json={"webhooks": ["https://hooks.example.com/"], "type": "receive"})
    assert account.webhooks == {**stored, "receive": []}


@pytest.mark.parametrize(
    ("form", "sent", "stored"),
    [
        ("kept", "HTTPS://Example.COM", "HTTPS://Example.COM"),
        ("normalised", "HTTPS://Example.COM?Q=1", "https://example.com/?Q=1"),
        ("lower_host", "HTTPS://Example.COM/A", "https://example.com/A"),
        ("lower_host", "https://Example.com", "https://example.com"),
        ("slash", "HTTPS://Example.COM", "HTTPS://Example.COM/"),
        ("no_slash", "https://Example.COM/", "https://Example.COM"),
        ("no_slash", "https://example.com/a/", "https://example.com/a/"),
    ],
)
def test_urls_can_be_stored_in_other_forms(
    in_process: httpx.Client, account: Account, form: str, sent: str, stored: str
) -> None:
    """The case of scheme and host, and the slash of an empty path, can each be the API's own; the rest is kept."""
    account.behave(url_form=form)
    in_process.put(PATH, json={"webhooks": {"receive": [{"url": sent, "x": 1}]}})
    in_process.post(PATH, json={"webhooks": [sent]})
    assert account.webhooks == {"receive": [{"url": stored, "x": 1}, stored]}
