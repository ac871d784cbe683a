"""Writing: what is sent, how it is looked at afterwards, and when it counts as done."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from sendblue_emulator import Fault
from sendblue_provider.compare import Seen, see
from sendblue_provider.entries import delete_urls
from sendblue_provider.errors import ApiError, WriteNotApplied, WriteUnverified
from sendblue_provider.model import Configuration, Entry, Managed, from_wire
from sendblue_provider.write import put
from tests.provider.conftest import OTHER, OWN, A, B, C, content, said

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sendblue_emulator import Account as Remote
    from sendblue_emulator import Emulator
    from sendblue_provider.account import Account

EMPTY = Configuration()


def written(account: Account, declared: Mapping[str, Any], *, readable: bool = True) -> Seen:
    """PUT what is declared, in wire form, over what is there."""
    with account.held() as deadline:
        live = account.fetch(deadline)
        return put(account, live, see(live, EMPTY, readable=readable), from_wire(declared), deadline)


def removed(account: Account, *urls: tuple[str, str]) -> Configuration:
    """Remove URLs from what is there."""
    with account.held() as deadline:
        return delete_urls(account, account.fetch(deadline), Managed(frozenset(urls)), deadline)


# put


def test_put_returns_what_the_account_shows(account: Account, remote: Remote, emulator: Emulator) -> None:
    """PUT and GET; the result is the GET's."""
    remote.behave(entry_form="object")
    seen = written(account, {"receive": [A], "globalSecret": OWN})
    assert emulator.journal.methods() == ["GET", "PUT", "GET"]
    assert seen == Seen(Configuration({"receive": (Entry(A),)}, {"globalSecret": OWN}), readable=True)


def test_put_clears_events_by_name(account: Account, remote: Remote, emulator: Emulator) -> None:
    """An event that goes is sent empty, for an API that keeps what a PUT leaves out."""
    remote.webhooks = {"receive": [A], "outbound": [B], "typing_indicator": [C], "line_blocked": []}
    written(account, {"receive": [A]})
    assert emulator.journal.entries()[1].body == {"webhooks": {"receive": [A], "outbound": [], "typing_indicator": []}}
    assert content(remote) == {"receive": [A]}


def test_put_does_not_send_a_secret_that_goes(account: Account, remote: Remote, emulator: Emulator) -> None:
    """The first PUT leaves the secret out; only where it stays is it sent empty."""
    remote.webhooks = {"receive": [A], "globalSecret": OTHER, "secret": OTHER}
    written(account, {"receive": [A], "secret": OWN})
    assert emulator.journal.entries()[1].body == {"webhooks": {"receive": [A], "secret": OWN}}
    assert len(emulator.journal) == 3


def test_put_carries_what_it_does_not_know_from_an_equal_entry_first(account: Account, emulator: Emulator) -> None:
    """Of two entries with one URL, the equal one's fields are carried to it."""
    live = from_wire({"receive": [{"url": A, "secret": OTHER, "n": 1}, {"url": A, "secret": OWN, "n": 2}]})
    declared = from_wire({"receive": [{"url": A, "secret": OWN}]})
    with account.held() as deadline:
        put(account, live, see(live, EMPTY, readable=True), declared, deadline)
    assert emulator.journal.entries()[0].body == {"webhooks": {"receive": [{"url": A, "secret": OWN, "n": 2}]}}


def test_put_does_not_carry_fields_across_events(account: Account, emulator: Emulator) -> None:
    """An unknown field belongs to its URL in its event."""
    live = from_wire({"receive": [{"url": A, "n": 1}]})
    with account.held() as deadline:
        put(account, live, see(live, EMPTY, readable=True), from_wire({"outbound": [A]}), deadline)
    assert emulator.journal.entries()[0].body == {"webhooks": {"outbound": [A], "receive": []}}


@pytest.mark.parametrize(
    ("secrets", "was", "readable"),
    [
        ("readable", True, True),
        ("readable", False, True),
        ("masked", True, False),
        ("masked", False, False),
        ("omitted", True, False),
        ("omitted", False, False),
    ],
)
def test_put_finds_out_whether_secrets_are_readable(
    secrets: str,
    was: bool,  # noqa: FBT001 - a parameter of the test
    readable: bool,  # noqa: FBT001 - a parameter of the test
    account: Account,
    remote: Remote,
) -> None:
    """A secret that comes back says so, one that does not says the contrary; what was written stands in for it."""
    remote.behave(secrets=secrets)
    declared = {"receive": [{"url": A, "secret": OWN}], "globalSecret": OWN}
    assert written(account, declared, readable=was) == Seen(from_wire(declared), readable)


@pytest.mark.parametrize("was", [True, False])
def test_put_without_secrets_finds_nothing_out(
    was: bool,  # noqa: FBT001 - a parameter of the test
    account: Account,
) -> None:
    """Where no secret was written, it stays as it was."""
    assert written(account, {"receive": [A]}, readable=was).readable is was


def test_put_that_stores_another_secret(account: Account, remote: Remote, emulator: Emulator) -> None:
    """A secret that comes back as another value, and no mask, is an error."""
    emulator.before("GET", lambda: remote.set_secret("globalSecret", "canary"), after=1)
    with pytest.raises(WriteNotApplied) as caught:
        written(account, {"globalSecret": OWN})
    assert "~ globalSecret changed" in said(caught.value)


@pytest.mark.parametrize(
    ("declared", "stored", "line"),
    [
        ({"receive": [A, B]}, {"receive": [A]}, f"+ receive {B}"),
        ({"receive": [{"url": A, "sendblue_numbers": ["+15550001"]}]}, {"receive": [A]}, f"~ receive {A} numbers"),
        ({"outbound": [A]}, {"receive": [A]}, f"+ outbound {A}"),
        ({"receive": [A]}, {}, f"+ receive {A}"),
    ],
)
def test_put_that_was_not_done_as_asked(
    declared: dict[str, Any],
    stored: dict[str, Any],
    line: str,
    account: Account,
    remote: Remote,
    emulator: Emulator,
) -> None:
    """Whatever differs between what was sent and what is there is named."""
    emulator.before("GET", lambda: setattr(remote, "webhooks", stored), after=1)
    with pytest.raises(WriteNotApplied) as caught:
        written(account, declared)
    assert line in said(caught.value)
    assert emulator.journal.methods() == ["GET", "PUT", "GET"]


def test_put_that_leaves_what_was_to_go(account: Account, remote: Remote, emulator: Emulator) -> None:
    """What was there before and is there still is named."""
    remote.webhooks = {"receive": [A, B]}
    emulator.before("GET", lambda: setattr(remote, "webhooks", {"receive": [C, B]}), after=1)
    with pytest.raises(WriteNotApplied) as caught:
        written(account, {"receive": [C]})
    assert f"- receive {B}" in said(caught.value)


def test_put_drops_the_snapshot_first(account: Account, emulator: Emulator) -> None:
    """While the write is under way there is no snapshot that could be stale after it."""
    emulator.faults.add(Fault(kind="status", method="PUT", status=400, body={"status": "ERROR"}))
    with pytest.raises(ApiError):
        written(account, {"receive": [A]})
    emulator.journal.clear()
    with account.held() as deadline:
        account.snapshot(deadline)
    assert emulator.journal.methods() == ["GET"]


def test_put_leaves_its_last_get_as_the_snapshot(account: Account, remote: Remote, emulator: Emulator) -> None:
    """It is what the API showed, masks included, and not what is known of the secrets."""
    remote.behave(secrets="masked")
    written(account, {"globalSecret": OWN})
    emulator.journal.clear()
    with account.held() as deadline:
        assert account.snapshot(deadline).secrets == {"globalSecret": "********"}
    assert emulator.journal.methods() == []


@pytest.mark.parametrize("pauses", [1, 4])
def test_put_looks_again_while_nothing_changed(
    pauses: int,
    account: Account,
    remote: Remote,
    emulator: Emulator,
    settle: None,  # noqa: ARG001 - a fixture
) -> None:
    """The old state is looked at again until the new one shows."""
    remote.webhooks = {"receive": [A]}
    remote.behave(lag=pauses)
    written(account, {"receive": [B]})
    assert emulator.journal.methods() == ["GET", "PUT", *["GET"] * (pauses + 1)]


@pytest.mark.usefixtures("settle")
def test_put_does_not_wait_when_something_else_shows(account: Account, remote: Remote, emulator: Emulator) -> None:
    """A dropped event shows at once: there is nothing to wait for."""
    remote.behave(dropped_on_put=["outbound"])
    with pytest.raises(WriteNotApplied):
        written(account, {"receive": [A], "outbound": [B]})
    assert emulator.journal.methods() == ["GET", "PUT", "GET"]


def test_put_gives_up_waiting(
    account: Account, remote: Remote, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the old state shows for too long, it is an error that names what does not show."""
    monkeypatch.setattr("sendblue_provider.verify.SETTLE_SECONDS", 0.1)
    remote.webhooks = {"receive": [A]}
    remote.behave(lag=100)
    with pytest.raises(WriteNotApplied) as caught:
        written(account, {"receive": [B]})
    assert f"+ receive {B}" in said(caught.value)
    assert emulator.journal.methods() == ["GET", "PUT", "GET", "GET"]


def test_put_waits_no_longer_than_the_budget(
    start: Callable[..., Account], remote: Remote, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The operation's budget ends the waiting too."""
    monkeypatch.setattr("sendblue_provider.verify.SETTLE_SECONDS", 5.0)
    monkeypatch.setattr("sendblue_provider.verify._FIRST_PAUSE", 2.0)
    remote.webhooks = {"receive": [A]}
    remote.behave(lag=1000)
    began = time.monotonic()
    with pytest.raises((WriteNotApplied, WriteUnverified)) as caught:
        written(start(timeout_seconds=0.2), {"receive": [B]})
    assert said(caught.value)
    assert time.monotonic() - began < 1.5


# remove


def test_remove_nothing(account: Account, remote: Remote, emulator: Emulator) -> None:
    """Where none of the URLs is there, nothing is sent, and the account is as it was."""
    remote.webhooks = {"receive": [A], "globalSecret": OTHER}
    left = removed(account, ("receive", B), ("outbound", A))
    assert emulator.journal.methods() == ["GET"]
    assert left == from_wire({"receive": [A], "globalSecret": OTHER})


def test_remove_returns_what_is_left(account: Account, remote: Remote, emulator: Emulator) -> None:
    """It is what the last GET shows."""
    remote.webhooks = {"receive": [A, B], "outbound": [A], "globalSecret": OTHER, "region": "us"}
    left = removed(account, ("receive", A), ("outbound", A))
    assert emulator.journal.methods() == ["GET", "DELETE", "DELETE", "GET"]
    assert left == from_wire({"receive": [B], "globalSecret": OTHER, "region": "us"})


def test_remove_never_names_a_url_twice(account: Account, remote: Remote, emulator: Emulator) -> None:
    """Copies are one URL in a DELETE."""
    remote.webhooks = {"receive": [A, A, {"url": A, "secret": OTHER}]}
    removed(account, ("receive", A))
    assert emulator.journal.entries()[1].body == {"webhooks": [A], "type": "receive"}
    assert len(emulator.journal) == 3


@pytest.mark.parametrize("status", [200, 400])
def test_remove_that_does_nothing(status: int, account: Account, remote: Remote, emulator: Emulator) -> None:
    """A DELETE that did nothing, or was refused, is left to the caller, who sees what is still there."""
    remote.webhooks = {"receive": [A, A]}
    body = {"status": "OK" if status == 200 else "ERROR"}
    emulator.faults.add(Fault(kind="status", method="DELETE", status=status, body=body, times=None))
    assert removed(account, ("receive", A)) == from_wire({"receive": [A, A]})
    assert emulator.journal.methods() == ["GET", "DELETE", "GET"]


def test_remove_drops_the_snapshot_first(account: Account, remote: Remote, emulator: Emulator) -> None:
    """A DELETE that failed may have been applied: the next look is a GET."""
    remote.webhooks = {"receive": [A]}
    emulator.faults.add(Fault(kind="status", method="DELETE", status=401, body={"status": "ERROR"}, applied=True))
    with pytest.raises(ApiError):
        removed(account, ("receive", A))
    with account.held() as deadline:
        assert account.snapshot(deadline) == EMPTY
    assert emulator.journal.methods() == ["GET", "DELETE", "GET"]
