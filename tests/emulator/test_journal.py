"""The journal of requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from sendblue_emulator import Entry, Fault

if TYPE_CHECKING:
    from sendblue_emulator import Account, Emulator

PATH = "/api/account/webhooks"
BODY = {"webhooks": {"receive": ["https://example.com/a"]}}


def test_the_journal_tells_what_was_asked(client: httpx.Client, emulator: Emulator) -> None:
    """An entry has the method, path, account, body and status of a request, in the order they came."""
    client.get(PATH)
    client.put(f"/api/v2{PATH.removeprefix('/api')}", json=BODY)
    client.put(PATH, content=b"{")
    client.get("/elsewhere?token=canary-token")
    assert emulator.journal.entries() == [
        Entry("GET", PATH, "prod", None, None, 200),
        Entry("PUT", "/api/v2/account/webhooks", "prod", BODY, None, 200),
        Entry("PUT", PATH, "prod", None, None, 400),
        Entry("GET", "/elsewhere", "prod", None, None, 404),
    ]


def test_the_journal_holds_no_credential(client: httpx.Client, emulator: Emulator, account: Account) -> None:
    """No header, key id or secret key is in the journal, whether the pair is right or wrong."""
    account.add_key("canary-key-id", "canary-secret")
    client.get(PATH, headers={"sb-api-key-id": "canary-key-id", "sb-api-secret-key": "canary-secret"})
    client.get(PATH, headers={"sb-api-key-id": "canary-key-id", "sb-api-secret-key": "canary-wrong"})
    assert [entry.account for entry in emulator.journal] == ["prod", None]
    assert "canary" not in repr(emulator.journal.entries())
    assert "canary" not in str(emulator.journal.as_json())


def test_an_account_without_a_name_is_not_called_by_its_key(emulator: Emulator) -> None:
    """The name that an account gets by itself has nothing of its key, so that the journal has not either."""
    account = emulator.add_account(key_id="canary-key-id", secret="canary-secret")
    assert account.name == "account-2"
    assert "canary" not in repr(account)


def test_methods_of_one_account(client: httpx.Client, emulator: Emulator) -> None:
    """The methods can be listed of all requests or of one account's."""
    emulator.add_account(name="other", key_id="other", secret="other-secret")
    client.get(PATH)
    client.put(PATH, json=BODY, headers={"sb-api-key-id": "other", "sb-api-secret-key": "other-secret"})
    client.get(PATH)
    assert emulator.journal.methods() == ["GET", "PUT", "GET"]
    assert emulator.journal.methods(account="prod") == ["GET", "GET"]
    assert emulator.journal.methods(account="other") == ["PUT"]
    assert len(emulator.journal) == 3


def test_a_cleared_journal_starts_anew(client: httpx.Client, emulator: Emulator) -> None:
    """After clear() only later requests are in the journal, even if it is cleared during a request."""
    client.put(PATH, json=BODY)
    emulator.journal.clear()
    assert emulator.journal.methods() == []
    emulator.before("GET", emulator.journal.clear)
    assert client.get(PATH).status_code == 200
    client.put(PATH, json=BODY)
    assert emulator.journal.methods() == ["PUT"]


def test_a_request_that_meets_a_fault_is_in_the_journal(client: httpx.Client, emulator: Emulator) -> None:
    """Attempts that fail are in the journal too, with the fault, and without a status if there was no answer."""
    emulator.faults.add(Fault(kind="refuse"), Fault(kind="reset", applied=True), Fault(kind="status", status=503))
    for _ in range(2):
        with pytest.raises(httpx.TransportError):
            client.get(PATH)
    client.get(PATH)
    client.get(PATH)
    assert [(entry.fault, entry.status) for entry in emulator.journal] == [
        ("refuse", None),
        ("reset", None),
        ("status", 503),
        (None, 200),
    ]
