"""Callbacks just before a request is handled, and just after it was applied."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import httpx
import pytest

from sendblue_emulator import Fault

if TYPE_CHECKING:
    from sendblue_emulator import Account, Emulator

PATH = "/api/account/webhooks"
A, B = "https://example.com/a", "https://example.com/b"


def test_somebody_edits_the_account_between_two_requests(
    client: httpx.Client, emulator: Emulator, account: Account
) -> None:
    """A hook runs once, before the next request of its method is handled, and leaves no request in the journal."""
    emulator.before("GET", lambda: account.add("receive", A), after=1)
    seen = [client.get(PATH).json()["webhooks"]["receive"] for _ in range(3)]
    assert seen == [[], [A], [A]]
    assert emulator.journal.methods() == ["GET", "GET", "GET"]


def test_a_hook_waits_for_its_method(client: httpx.Client, emulator: Emulator, account: Account) -> None:
    """A hook before PUT does not run at a GET; what it adds is lost to the PUT that follows it."""
    seen: list[object] = []
    emulator.before("put", lambda: account.add("receive", A))
    emulator.before("PUT", lambda: seen.append(account.webhooks))
    client.get(PATH)
    assert account.webhooks == {}
    client.put(PATH, json={"webhooks": {"receive": [B]}})
    assert seen == [{"receive": [A]}]
    assert account.webhooks == {"receive": [B]}


def test_a_hook_before_every_request(client: httpx.Client, emulator: Emulator) -> None:
    """A hook can run before any method, a number of times or always."""
    twice: list[str] = []
    always: list[str] = []
    emulator.before("*", lambda: twice.append("x"), times=2)
    emulator.before("*", lambda: always.append("x"), times=None)
    for method in ("GET", "PUT", "GET"):
        client.request(method, PATH, json={"webhooks": {}})
    assert (len(twice), len(always)) == (2, 3)


def test_a_hook_may_send_a_request_itself(in_process: httpx.Client, emulator: Emulator, account: Account) -> None:
    """A hook that uses the API does not set itself off again."""
    emulator.before("PUT", lambda: in_process.put(PATH, json={"webhooks": {"outbound": [A]}}))
    in_process.put(PATH, json={"webhooks": {"receive": [B]}})
    assert account.webhooks == {"receive": [B]}
    assert emulator.journal.methods() == ["PUT", "PUT"]


def test_a_hook_of_one_account(client: httpx.Client, emulator: Emulator) -> None:
    """A hook of an account does not run at another account's request."""
    ran: list[str] = []
    emulator.before("GET", lambda: ran.append("x"), account="other")
    client.get(PATH)
    assert ran == []


def test_a_key_revoked_by_a_hook_is_revoked_for_that_request(
    client: httpx.Client, emulator: Emulator, account: Account
) -> None:
    """A key that is revoked just before a request does not open the account for it."""
    emulator.before("GET", lambda: account.revoke_key("key"))
    assert client.get(PATH).status_code == 401


def test_a_failing_hook_fails_the_test_in_process(in_process: httpx.Client, emulator: Emulator) -> None:
    """In-process an exception of a hook reaches the caller as it is."""

    def fail() -> None:
        raise AssertionError("not expected")

    emulator.before("GET", fail)
    with pytest.raises(AssertionError, match="not expected"):
        in_process.get(PATH)


@pytest.mark.parametrize("fault", [None, Fault(kind="reset", method="PUT", applied=True), Fault(kind="truncate")])
def test_an_edit_between_a_write_and_the_next_request(
    client: httpx.Client, emulator: Emulator, account: Account, fault: Fault | None
) -> None:
    """A callback after PUT runs once the PUT was applied, its answer lost or not, and before the next request."""
    if fault is not None:
        emulator.faults.add(fault)
    emulator.after("PUT", lambda: account.add("receive", A))
    with suppress(httpx.ReadError):
        client.put(PATH, json={"webhooks": {"receive": [B]}})
    assert client.get(PATH).json()["webhooks"]["receive"] == [B, A]


def test_a_callback_waits_for_a_request_that_is_applied(
    client: httpx.Client, emulator: Emulator, account: Account
) -> None:
    """A PUT that a fault keeps from being applied, or that the API refuses, does not call what comes after a PUT."""
    emulator.after("PUT", lambda: account.add("receive", A))
    emulator.faults.add(Fault(kind="status", method="PUT"))
    assert client.put(PATH, json={"webhooks": {}}).status_code == 503
    assert client.put(PATH, json={"webhooks": []}).status_code == 400
    assert account.webhooks == {}
    client.put(PATH, json={"webhooks": {}})
    assert account.webhooks == {"receive": [A]}
