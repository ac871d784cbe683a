"""Delete: what this stack put there goes, and nothing else does."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import pytest

from sendblue_emulator import Fault
from sendblue_provider import authoritative
from sendblue_provider.errors import ApiError, WriteNotApplied, WriteUnverified
from sendblue_provider.lifecycle import Remainder, check_ahead
from sendblue_provider.model import UNKNOWN
from sendblue_provider.report import things
from tests.provider.conftest import NEW, NUMBER, OTHER, OWN, READER, A, B, C, D, content, said

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sendblue_emulator import Account as Remote
    from sendblue_emulator import Emulator
    from sendblue_provider.account import Account

    Deploy = Callable[[Mapping[str, Any]], dict[str, Any]]

NOTHING = Remainder((), frozenset())


def bodies(emulator: Emulator, method: str) -> list[Any]:
    """The bodies of the requests of a method."""
    return [entry.body for entry in emulator.journal if entry.method == method]


def test_urls_go(account: Account, deploy: Deploy, remote: Remote, emulator: Emulator) -> None:
    """One DELETE an event, with the URLs that `managed` names, between two GETs."""
    state = deploy({"receive": [A, {"url": B, "secret": OWN}], "outbound": [A], "contactCreated": [C]})
    assert authoritative.delete(account, state) == NOTHING
    assert emulator.journal.methods() == ["GET", "DELETE", "DELETE", "DELETE", "GET"]
    assert sorted(bodies(emulator, "DELETE"), key=str) == [
        {"webhooks": [A, B], "type": "receive"},
        {"webhooks": [A], "type": "outbound"},
        {"webhooks": [C], "type": "contact_created"},
    ]
    assert content(remote) == {}


def test_an_other_event_goes(account: Account, deploy: Deploy, remote: Remote, emulator: Emulator) -> None:
    """An event newer than this provider is deleted under its own name."""
    remote.behave(accepted_events=["receive", "inbound_call"])
    state = deploy({"otherEvents": {"inbound_call": [A]}})
    assert authoritative.delete(account, state) == NOTHING
    assert bodies(emulator, "DELETE") == [{"webhooks": [A], "type": "inbound_call"}]
    assert content(remote) == {}


def test_account_secrets_go_last(account: Account, deploy: Deploy, remote: Remote, emulator: Emulator) -> None:
    """One PUT of what is left, after the DELETEs."""
    state = deploy({"receive": [A], "globalSecret": OWN, "secret": NEW})
    assert authoritative.delete(account, state) == NOTHING
    assert emulator.journal.methods() == ["GET", "DELETE", "GET", "PUT", "GET"]
    assert content(remote) == {}


@pytest.mark.parametrize("name", ["globalSecret", "secret"])
def test_account_secrets_alone(name: str, account: Account, deploy: Deploy, remote: Remote, emulator: Emulator) -> None:
    """Where there is no URL of this stack, there is no DELETE."""
    state = deploy({name: OWN})
    assert authoritative.delete(account, state) == NOTHING
    assert emulator.journal.methods() == ["GET", "PUT", "GET"]
    assert content(remote) == {}


FOREIGN: dict[str, Any] = {
    "receive": [{"url": C, "secret": OTHER, "sendblue_numbers": [NUMBER], "label": "x"}, D],
    "call_log": [A],
    "inbound_call": [{"url": D, "secret": OTHER}],
    "region": "us",
}
FOREIGN_THINGS = [
    f"call_log {A}",
    f"inbound_call {D} (secret set)",
    f"receive {C} (secret set, for {NUMBER})",
    f"receive {D}",
]


def add_foreign(remote: Remote) -> dict[str, Any]:
    """Put on the account, beside this stack's entries, what FOREIGN holds."""
    now = remote.webhooks
    remote.webhooks = {**now, **FOREIGN, "receive": [*now.get("receive", []), *FOREIGN["receive"]]}
    remote.behave(accepted_events=["receive", "outbound", "call_log", "inbound_call"])
    return FOREIGN


def test_what_is_foreign_stays(account: Account, deploy: Deploy, remote: Remote, emulator: Emulator) -> None:
    """Whatever this stack did not put there is untouched and reported."""
    state = deploy({"receive": [A, B], "outbound": [A]})
    foreign = add_foreign(remote)
    remote.set_secret("globalSecret", OTHER)
    left = authoritative.delete(account, state)
    assert emulator.journal.methods() == ["GET", "DELETE", "DELETE", "GET"]
    assert content(remote) == {**foreign, "globalSecret": OTHER}
    assert sorted(things(left.unmanaged)) == sorted([*FOREIGN_THINGS, "globalSecret (secret set)"])
    assert left.secrets == frozenset()


@pytest.mark.parametrize("name", ["globalSecret", "secret"])
def test_what_is_foreign_stays_when_a_secret_is_cleared(
    name: str, account: Account, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """The PUT that clears a secret sends the foreign entries as they are, unknown fields, keys and other secret too."""
    state = deploy({"receive": [A], name: OWN})
    foreign = add_foreign(remote)
    other = {"globalSecret": "secret", "secret": "globalSecret"}[name]
    remote.set_secret(other, OTHER)
    left = authoritative.delete(account, state)
    assert emulator.journal.methods() == ["GET", "DELETE", "GET", "PUT", "GET"]
    assert content(remote) == {**foreign, other: OTHER}
    assert sorted(things(left.unmanaged)) == sorted([*FOREIGN_THINGS, f"{other} (secret set)"])


def test_the_same_url_under_another_event_stays(account: Account, deploy: Deploy, remote: Remote) -> None:
    """Managed is by event and URL."""
    state = deploy({"receive": [A]})
    remote.add("outbound", A)
    authoritative.delete(account, state)
    assert content(remote) == {"outbound": [A]}


def test_a_refreshed_state_is_no_guide(account: Account, deploy: Deploy, remote: Remote, emulator: Emulator) -> None:
    """Outputs that hold other people's entries do not make them this stack's."""
    state = deploy({"receive": [A]})
    remote.webhooks = {"receive": [A, B], "outbound": [C], "globalSecret": OTHER}
    state = authoritative.read(account, state).outputs
    emulator.journal.clear()
    left = authoritative.delete(account, state)
    assert emulator.journal.methods() == ["GET", "DELETE", "GET"]
    assert content(remote) == {"receive": [B], "outbound": [C], "globalSecret": OTHER}
    assert things(left.unmanaged) == [f"receive {B}", f"outbound {C}", "globalSecret (secret set)"]


@pytest.mark.parametrize("managed", ["absent", None, {}, {"events": {}, "secrets": []}])
def test_a_state_without_managed(
    managed: Any, account: Account, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """A state that does not say what this stack put there removes nothing, and reports all of it."""
    state = deploy({"receive": [A], "globalSecret": OWN})
    before = remote.webhooks
    state = {key: value for key, value in state.items() if key != "managed"} | (
        {} if managed == "absent" else {"managed": managed}
    )
    left = authoritative.delete(account, state)
    assert emulator.journal.methods() == ["GET"]
    assert remote.webhooks == before
    assert things(left.unmanaged) == [f"receive {A}", "globalSecret (secret set)"]


def test_delete_looks_afresh(account: Account, deploy: Deploy, remote: Remote, emulator: Emulator) -> None:
    """A snapshot of a read before serves no delete."""
    state = deploy({"receive": [A], "globalSecret": OWN})
    authoritative.read(account, state)
    remote.webhooks = {"receive": [A, {"url": B, "secret": OTHER}], "globalSecret": OWN}
    authoritative.delete(account, state)
    assert emulator.journal.methods() == ["GET", "GET", "DELETE", "GET", "PUT", "GET"]
    assert content(remote) == {"receive": [{"url": B, "secret": OTHER}]}


# Absent already


def test_all_is_gone_already(account: Account, deploy: Deploy, remote: Remote, emulator: Emulator) -> None:
    """Where nothing of this stack is left, a GET is all."""
    state = deploy({"receive": [A], "outbound": [B], "globalSecret": OWN})
    remote.webhooks = {"receive": [C]}
    left = authoritative.delete(account, state)
    assert emulator.journal.methods() == ["GET"]
    assert content(remote) == {"receive": [C]}
    assert things(left.unmanaged) == [f"receive {C}"]


@pytest.mark.parametrize("absent_delete", [200, 404])
def test_some_is_gone_already(
    absent_delete: int, account: Account, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """Only what is still there is deleted, whatever a DELETE of the absent would answer."""
    remote.behave(absent_delete=absent_delete)
    state = deploy({"receive": [A, B], "outbound": [C], "globalSecret": OWN})
    remote.remove("receive", A)
    remote.remove("outbound", C)
    remote.set_secret("globalSecret", None)
    assert authoritative.delete(account, state) == NOTHING
    assert emulator.journal.methods() == ["GET", "DELETE", "GET"]
    assert bodies(emulator, "DELETE") == [{"webhooks": [B], "type": "receive"}]
    assert content(remote) == {}


@pytest.mark.parametrize("absent_delete", [200, 404])
def test_somebody_removes_it_first(
    absent_delete: int, account: Account, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """A DELETE that comes too late is no error, and the other events follow."""
    remote.behave(absent_delete=absent_delete)
    state = deploy({"receive": [A], "outbound": [B]})
    emulator.before("DELETE", lambda: remote.remove("receive", A))
    assert authoritative.delete(account, state) == NOTHING
    assert emulator.journal.methods() == ["GET", "DELETE", "DELETE", "GET"]
    assert content(remote) == {}


def test_somebody_removes_one_of_two_first(
    account: Account, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """Where a 404 for one URL leaves the other, the other is deleted all the same."""
    remote.behave(absent_delete=404)
    state = deploy({"receive": [A, B]})
    emulator.before("DELETE", lambda: remote.remove("receive", A))
    assert authoritative.delete(account, state) == NOTHING
    assert content(remote) == {}


# What another resource of this run declares


def test_a_rename_leaves_what_the_new_resource_declares(
    account: Account, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """The new resource is created before the old one is deleted: the account is not emptied."""
    inputs = {"receive": [A, {"url": B, "secret": OWN}], "globalSecret": OWN, "secret": NEW}
    state = deploy(inputs)
    before = remote.webhooks
    check_ahead(authoritative, account, inputs, None, READER)
    authoritative.create(account, inputs)
    emulator.journal.clear()
    assert authoritative.delete(account, state) == NOTHING
    assert emulator.journal.methods() == ["GET"]
    assert remote.webhooks == before


def test_a_replacement_removes_only_what_is_no_longer_declared(
    account: Account, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """What only the old resource put there goes; what the new one declares, with whatever secret, stays."""
    state = deploy({"receive": [A, B], "outbound": [A], "globalSecret": OWN, "secret": OWN})
    new = {"receive": [{"url": B, "secret": NEW}], "globalSecret": NEW}
    authoritative.check(account, new, None)
    remote.webhooks = {**remote.webhooks, "receive": [A, {"url": B, "secret": NEW}], "globalSecret": NEW}
    assert authoritative.delete(account, state) == NOTHING
    assert emulator.journal.methods() == ["GET", "DELETE", "DELETE", "GET", "PUT", "GET"]
    assert content(remote) == new


@pytest.mark.parametrize(
    ("declared", "kept"),
    [
        pytest.param({"receive": UNKNOWN}, {"receive": [A, B]}, id="an event"),
        pytest.param({"receive": [A, UNKNOWN]}, {"receive": [A, B]}, id="one URL of an event"),
        pytest.param({"receive": [{"url": A, "secret": UNKNOWN}]}, {"receive": [A, B]}, id="one secret of an event"),
        pytest.param({"otherEvents": UNKNOWN}, {"inbound_call": [A]}, id="the other events"),
        pytest.param({"otherEvents": {"inbound_call": UNKNOWN}}, {"inbound_call": [A]}, id="one other event"),
        pytest.param({"globalSecret": UNKNOWN}, {"globalSecret": OWN}, id="the global secret"),
        pytest.param({"secret": UNKNOWN}, {"secret": OWN}, id="the legacy secret"),
    ],
)
def test_what_may_yet_be_declared_stays(
    declared: Mapping[str, Any], kept: Mapping[str, Any], account: Account, deploy: Deploy, remote: Remote
) -> None:
    """While another resource's value is unknown, what it may turn out to be is left."""
    remote.behave(accepted_events=["receive", "inbound_call"])
    state = deploy({"receive": [A, B], "otherEvents": {"inbound_call": [A]}, "globalSecret": OWN, "secret": OWN})
    authoritative.check(account, declared, None)
    authoritative.delete(account, state)
    assert content(remote) == kept


def test_what_may_yet_be_declared_is_not_called_foreign(account: Account, deploy: Deploy) -> None:
    """What is left for that reason was put there by this stack."""
    state = deploy({"receive": [A], "globalSecret": OWN})
    authoritative.check(account, {"receive": UNKNOWN, "globalSecret": UNKNOWN}, None)
    assert things(authoritative.delete(account, state).unmanaged) == []


def test_every_check_of_this_process_counts(account: Account, deploy: Deploy, remote: Remote) -> None:
    """What any check declared stays, not only the last one's."""
    state = deploy({"receive": [A, B, C]})
    authoritative.check(account, {"receive": [A]}, None)
    authoritative.check(account, {"receive": [B]}, {"receive": [A]})
    authoritative.delete(account, state)
    assert content(remote) == {"receive": [A, B]}


def test_another_process_counts_for_nothing(start: Callable[..., Account], deploy: Deploy, remote: Remote) -> None:
    """Destroy checks nothing, so all that this stack put there goes."""
    inputs = {"receive": [A]}
    state = deploy(inputs)
    check_ahead(authoritative, start(), inputs, inputs, READER)
    authoritative.delete(start(), state)
    assert content(remote) == {}


def test_another_resources_entries_are_not_reported(account: Account, deploy: Deploy, remote: Remote) -> None:
    """What another resource of this run declares is not foreign, though it was never managed here."""
    state = deploy({"receive": [A]})
    remote.webhooks = {"receive": [A, B, C], "globalSecret": OWN}
    check_ahead(authoritative, account, {"receive": [B], "globalSecret": OWN, "allowOverwrite": True}, None, READER)
    left = authoritative.delete(account, state)
    assert things(left.unmanaged) == [f"receive {C}"]
    assert content(remote) == {"receive": [B, C], "globalSecret": OWN}


# Secrets that cannot be read


def test_a_secret_beside_masked_foreign_entries_is_left(
    account: Account, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """A PUT would write the mask over a foreign secret: the account secret is left, and that is said."""
    remote.behave(secrets="masked")
    state = deploy({"receive": [A], "globalSecret": OWN, "secret": OWN})
    remote.add("receive", {"url": B, "secret": OTHER})
    left = authoritative.delete(account, state)
    assert emulator.journal.methods() == ["GET", "DELETE", "GET"]
    assert content(remote) == {"receive": [{"url": B, "secret": OTHER}], "globalSecret": OWN, "secret": OWN}
    assert things(left.unmanaged) == [f"receive {B} (secret set)"]
    assert left.secrets == {"globalSecret", "secret"}


def test_a_secret_beside_any_foreign_entry_is_left_while_secrets_are_unreadable(
    account: Account, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """While secrets are unreadable no foreign entry is written, not even one that shows no secret."""
    remote.behave(secrets="masked")
    state = deploy({"receive": [A], "globalSecret": OWN})
    remote.add("receive", B)
    left = authoritative.delete(account, state)
    assert emulator.journal.methods() == ["GET", "DELETE", "GET"]
    assert content(remote) == {"receive": [B], "globalSecret": OWN}
    assert left.secrets == {"globalSecret"}


def test_masks_that_begin_after_the_last_update(account: Account, deploy: Deploy, remote: Remote) -> None:
    """A mask is seen in the GET, though the state says that secrets are readable."""
    state = deploy({"receive": [A], "globalSecret": OWN})
    remote.add("receive", {"url": B, "secret": OTHER})
    remote.behave(secrets="masked")
    left = authoritative.delete(account, state)
    assert content(remote) == {"receive": [{"url": B, "secret": OTHER}], "globalSecret": OWN}
    assert left.secrets == {"globalSecret"}


def test_a_foreign_account_secret_that_is_masked_is_not_overwritten(
    account: Account, deploy: Deploy, remote: Remote
) -> None:
    """The other account secret is foreign too: its mask is not written back, though no foreign entry is there."""
    state = deploy({"receive": [A], "globalSecret": OWN})
    remote.set_secret("secret", OTHER)
    remote.behave(secrets="masked")
    left = authoritative.delete(account, state)
    assert content(remote) == {"globalSecret": OWN, "secret": OTHER}
    assert left.secrets == {"globalSecret"}


def test_a_secret_beside_entries_whose_secrets_do_not_show_is_left(
    account: Account, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """Where secrets do not show at all, a PUT would lose those of foreign entries: the account secret is left."""
    remote.behave(secrets="omitted")
    state = deploy({"receive": [A], "globalSecret": OWN})
    remote.add("receive", {"url": B, "secret": OTHER})
    left = authoritative.delete(account, state)
    assert emulator.journal.methods() == ["GET", "DELETE", "GET"]
    assert content(remote) == {"receive": [{"url": B, "secret": OTHER}], "globalSecret": OWN}
    assert left.secrets == {"globalSecret"}


def test_a_secret_that_does_not_show_is_not_forgotten(account: Account, deploy: Deploy, remote: Remote) -> None:
    """A managed secret that the API does not show is cleared, or is said to be left."""
    remote.behave(secrets="omitted")
    state = deploy({"receive": [A], "globalSecret": OWN})
    left = authoritative.delete(account, state)
    assert left.secrets | ({"globalSecret"} - remote.webhooks.keys()) == {"globalSecret"}


def test_masked_secrets_of_ones_own(account: Account, deploy: Deploy, remote: Remote, emulator: Emulator) -> None:
    """Where all there is is this stack's, no mask is in the way."""
    remote.behave(secrets="masked")
    state = deploy({"receive": [{"url": A, "secret": OWN}], "globalSecret": OWN})
    assert authoritative.delete(account, state) == NOTHING
    assert emulator.journal.methods() == ["GET", "DELETE", "GET", "PUT", "GET"]
    assert content(remote) == {}


def test_masked_entries_of_another_resource_are_not_overwritten(
    account: Account, deploy: Deploy, remote: Remote
) -> None:
    """What another resource declares is not written with a mask either."""
    remote.behave(secrets="masked")
    state = deploy({"receive": [A, {"url": B, "secret": OWN}], "globalSecret": OWN})
    authoritative.check(account, {"receive": [{"url": B, "secret": OWN}]}, None)
    left = authoritative.delete(account, state)
    assert content(remote) == {"receive": [{"url": B, "secret": OWN}], "globalSecret": OWN}
    assert left == Remainder((), frozenset({"globalSecret"}))


@pytest.mark.parametrize("secrets", ["masked", "omitted"])
def test_urls_beside_unreadable_secrets_go(secrets: str, account: Account, deploy: Deploy, remote: Remote) -> None:
    """DELETE needs no secret: entries go though secrets cannot be read."""
    remote.behave(secrets=secrets)
    state = deploy({"receive": [{"url": A, "secret": OWN}], "outbound": [B]})
    remote.webhooks = {**remote.webhooks, "call_log": [{"url": C, "secret": OTHER}], "globalSecret": OTHER}
    left = authoritative.delete(account, state)
    assert content(remote) == {"call_log": [{"url": C, "secret": OTHER}], "globalSecret": OTHER}
    assert left.secrets == frozenset()


# Account secrets and what the API does with them


def test_a_secret_that_a_put_without_it_keeps(
    account: Account, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """One more PUT sends it empty, with what is left as it is."""
    remote.behave(absent_secrets="kept")
    state = deploy({"receive": [A], "globalSecret": OWN, "secret": OWN})
    remote.add("receive", {"url": B, "secret": OTHER, "label": "x"})
    left = authoritative.delete(account, state)
    assert emulator.journal.methods() == ["GET", "DELETE", "GET", "PUT", "GET", "PUT", "GET"]
    assert content(remote) == {"receive": [{"url": B, "secret": OTHER, "label": "x"}]}
    assert things(left.unmanaged) == [f"receive {B} (secret set)"]
    assert left.secrets == frozenset()


def test_a_secret_that_cannot_be_cleared(account: Account, deploy: Deploy, remote: Remote, emulator: Emulator) -> None:
    """An error says which secret is still there; all else is gone."""
    remote.behave(absent_secrets="kept", empty_secrets="kept")
    state = deploy({"receive": [A], "globalSecret": OWN})
    with pytest.raises(WriteNotApplied) as caught:
        authoritative.delete(account, state)
    assert "globalSecret" in said(caught.value)
    assert emulator.journal.methods() == ["GET", "DELETE", "GET", "PUT", "GET", "PUT", "GET"]
    assert content(remote) == {"globalSecret": OWN}


def test_the_error_about_a_secret_that_stays_is_about_the_secret(
    account: Account, deploy: Deploy, remote: Remote
) -> None:
    """It does not blame a DELETE or an event for it."""
    remote.behave(absent_secrets="kept", empty_secrets="kept")
    state = deploy({"globalSecret": OWN})
    with pytest.raises(WriteNotApplied) as caught:
        authoritative.delete(account, state)
    assert [word for word in ("DELETE", "remove that event") if word in said(caught.value)] == []


def test_a_put_that_loses_a_foreign_event_is_told(account: Account, deploy: Deploy, remote: Remote) -> None:
    """An API that drops a foreign event from the PUT that clears a secret does not do so silently."""
    state = deploy({"receive": [A], "globalSecret": OWN})
    remote.add("call_log", B)
    remote.behave(dropped_on_put=["call_log"])
    with pytest.raises(WriteNotApplied) as caught:
        authoritative.delete(account, state)
    assert f"+ call_log {B}" in said(caught.value)


def test_a_put_that_loses_the_other_account_secret_is_told(
    account: Account, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """A foreign account secret that somebody removes meanwhile is not passed over."""
    state = deploy({"globalSecret": OWN})
    remote.set_secret("secret", OTHER)
    emulator.before("GET", lambda: remote.set_secret("secret", None), after=1)
    with pytest.raises(WriteNotApplied) as caught:
        authoritative.delete(account, state)
    assert "secret (secret set)" in said(caught.value)


# Copies


@pytest.mark.parametrize(("removes", "more"), [("all", []), ("one", ["PUT", "GET"])])
def test_copies_of_a_url(
    removes: str, more: list[str], account: Account, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """A URL that is there three times is gone afterwards, whether DELETE takes every copy or one."""
    state = deploy({"receive": [A, B]})
    remote.webhooks = {"receive": [A, A, B, C, {"url": A, "secret": OTHER}]}
    remote.behave(delete_removes=removes)
    left = authoritative.delete(account, state)
    assert emulator.journal.methods() == ["GET", "DELETE", "GET", *more]
    assert content(remote) == {"receive": [C]}
    assert things(left.unmanaged) == [f"receive {C}"]


def test_copies_of_a_url_and_a_404(account: Account, deploy: Deploy, remote: Remote) -> None:
    """A DELETE names no URL again that is gone, which an API may answer with a 404."""
    state = deploy({"receive": [A, B]})
    remote.webhooks = {"receive": [A, A, B]}
    remote.behave(delete_removes="one", absent_delete=404)
    assert authoritative.delete(account, state) == NOTHING
    assert content(remote) == {}


def test_copies_of_a_foreign_url_stay(account: Account, deploy: Deploy, remote: Remote) -> None:
    """Copies of what is foreign are all left, in the PUT for a secret too."""
    state = deploy({"receive": [A], "globalSecret": OWN})
    remote.webhooks = {"receive": [B, A, B, {"url": B, "secret": OTHER}], "globalSecret": OWN}
    left = authoritative.delete(account, state)
    assert content(remote) == {"receive": [B, B, {"url": B, "secret": OTHER}]}
    assert things(left.unmanaged) == [f"receive {B}", f"receive {B}", f"receive {B} (secret set)"]


# Deletes that go wrong


@pytest.mark.parametrize("status", [200, 400])
def test_a_delete_that_does_not_delete(
    status: int, account: Account, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """Where DELETE does nothing, or is refused as for an event that is no longer offered, a PUT of the rest does it."""
    state = deploy({"receive": [A], "outbound": [B]})
    remote.add("receive", C)
    body = {"status": "OK" if status == 200 else "ERROR"}
    emulator.faults.add(Fault(kind="status", method="DELETE", status=status, body=body, times=None))
    left = authoritative.delete(account, state)
    assert emulator.journal.methods() == ["GET", "DELETE", "DELETE", "GET", "PUT", "GET"]
    assert content(remote) == {"receive": [C]}
    assert things(left.unmanaged) == [f"receive {C}"]


@pytest.mark.usefixtures("settle")
def test_a_delete_that_is_refused_is_not_waited_for(
    account: Account, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """What a refused DELETE leaves there is no write that may show yet: one GET is enough to see it."""
    state = deploy({"receive": [A], "outbound": [B]})
    body = {"status": "ERROR"}
    emulator.faults.add(Fault(kind="status", method="DELETE", status=400, body=body, times=None))
    authoritative.delete(account, state)
    assert emulator.journal.methods() == ["GET", "DELETE", "DELETE", "GET", "PUT", "GET"]
    assert content(remote) == {}


def test_a_delete_that_does_not_delete_beside_masked_secrets(
    account: Account, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """No PUT is sent over secrets that do not show: what is still there is an error that names it."""
    state = deploy({"receive": [A]})
    remote.add("outbound", {"url": B, "secret": OTHER})
    remote.behave(secrets="masked")
    emulator.faults.add(Fault(kind="status", method="DELETE", status=400, body={"status": "ERROR"}, times=None))
    with pytest.raises(WriteNotApplied) as caught:
        authoritative.delete(account, state)
    assert f"did not delete - receive {A}" in said(caught.value)
    assert content(remote) == {"receive": [A], "outbound": [{"url": B, "secret": OTHER}]}


def test_an_entry_that_comes_while_the_deletes_run_stays(
    account: Account, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """The PUT that clears a secret writes what the GET after the DELETEs shows, not what the one before them did."""
    state = deploy({"receive": [A], "outbound": [B], "globalSecret": OWN})
    emulator.before("DELETE", lambda: remote.add("outbound", {"url": C, "secret": OTHER}), after=1)
    left = authoritative.delete(account, state)
    assert content(remote) == {"outbound": [{"url": C, "secret": OTHER}]}
    assert things(left.unmanaged) == [f"outbound {C} (secret set)"]


@pytest.mark.parametrize("absent_delete", [200, 404])
@pytest.mark.parametrize("applied", [False, True])
def test_a_delete_whose_answer_is_lost(
    applied: bool,  # noqa: FBT001 - a parameter of the test
    absent_delete: int,
    account: Account,
    deploy: Deploy,
    remote: Remote,
    emulator: Emulator,
) -> None:
    """A DELETE is sent again after a reset; a 404 for what the first one did is fine."""
    remote.behave(absent_delete=absent_delete)
    state = deploy({"receive": [A, B]})
    emulator.faults.add(Fault(kind="reset", method="DELETE", applied=applied))
    assert authoritative.delete(account, state) == NOTHING
    assert emulator.journal.methods() == ["GET", "DELETE", "DELETE", "GET"]
    assert content(remote) == {}


def test_an_api_that_is_down(start: Callable[..., Account], deploy: Deploy, remote: Remote, emulator: Emulator) -> None:
    """Deletes that fail for good are an error, nothing foreign is touched, and the next run finishes."""
    state = deploy({"receive": [A], "globalSecret": OWN})
    remote.add("receive", B)
    emulator.faults.add(Fault(kind="status", method="DELETE", status=503, body="no", times=None))
    with pytest.raises(ApiError) as caught:
        authoritative.delete(start(timeout_seconds=0.6), state)
    assert said(caught.value)
    assert content(remote) == {"receive": [A, B], "globalSecret": OWN}
    emulator.faults.clear()
    authoritative.delete(start(), state)
    assert content(remote) == {"receive": [B]}


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind="status", method="GET", status=404, body="no", times=None),
        Fault(kind="status", method="GET", status=401, body={"status": "ERROR"}),
        Fault(kind="status", method="GET", status=200, body={"status": "OK"}),
        Fault(kind="truncate", method="GET"),
    ],
)
def test_an_account_that_cannot_be_read_is_not_written(
    fault: Fault, account: Account, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """Nothing is deleted where it cannot be seen what is there, and the resource is not taken for gone."""
    state = deploy({"receive": [A], "globalSecret": OWN})
    before = remote.webhooks
    emulator.faults.add(fault)
    with pytest.raises(ApiError) as caught:
        authoritative.delete(account, state)
    assert said(caught.value)
    assert set(emulator.journal.methods()) == {"GET"}
    assert remote.webhooks == before


def test_a_verifying_get_that_fails(account: Account, deploy: Deploy, remote: Remote, emulator: Emulator) -> None:
    """A delete that could not be looked at is WriteUnverified; the next one goes on from what is there."""
    state = deploy({"receive": [A], "globalSecret": OWN})
    emulator.faults.add(Fault(kind="truncate", method="GET", after=1))
    with pytest.raises(WriteUnverified) as caught:
        authoritative.delete(account, state)
    assert "The change was sent" in said(caught.value)
    assert content(remote) == {"globalSecret": OWN}
    emulator.journal.clear()
    assert authoritative.delete(account, state) == NOTHING
    assert emulator.journal.methods() == ["GET", "PUT", "GET"]


@pytest.mark.usefixtures("settle")
@pytest.mark.parametrize("inputs", [{"receive": [A, B]}, {"globalSecret": OWN}, {"secret": OWN}])
def test_a_lagging_get(
    inputs: Mapping[str, Any], account: Account, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """The verifying GET is repeated while it shows the state before; no write is sent twice."""
    state = deploy(inputs)
    remote.behave(lag=2)
    assert authoritative.delete(account, state) == NOTHING
    assert [method for method in emulator.journal.methods() if method != "GET"] == [
        "DELETE" if "receive" in inputs else "PUT"
    ]
    assert emulator.journal.methods().count("GET") == 4
    assert content(remote) == {}


@pytest.mark.usefixtures("settle")
def test_a_lagging_get_after_several_deletes(
    account: Account, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """A GET that shows the state between two of the DELETEs is waited for like one that shows none of them."""
    state = deploy({"receive": [A], "outbound": [B], "callLog": [C]})
    remote.behave(lag=1)
    assert authoritative.delete(account, state) == NOTHING
    assert emulator.journal.methods() == ["GET", "DELETE", "DELETE", "DELETE", "GET", "GET"]
    assert content(remote) == {}


@pytest.mark.usefixtures("settle")
def test_a_lagging_get_after_a_delete_and_a_put(
    account: Account, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """A GET that shows the DELETE and not yet the PUT is no reason for another PUT."""
    state = deploy({"receive": [A], "globalSecret": OWN})
    remote.behave(lag=1)
    assert authoritative.delete(account, state) == NOTHING
    assert emulator.journal.methods() == ["GET", "DELETE", "GET", "GET", "PUT", "GET", "GET"]
    assert content(remote) == {}


@pytest.mark.usefixtures("settle")
@pytest.mark.parametrize("removes", ["all", "one"])
def test_copies_and_a_lagging_get(removes: str, account: Account, deploy: Deploy, remote: Remote) -> None:
    """Copies go while GETs lag, and nothing foreign does."""
    state = deploy({"receive": [A]})
    remote.webhooks = {"receive": [A, B, A]}
    remote.behave(lag=1, delete_removes=removes)
    authoritative.delete(account, state)
    assert content(remote) == {"receive": [B]}


# Races


def test_an_entry_that_comes_while_deleting_stays(
    account: Account, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """Without an account secret to clear, a DELETE by URL cannot touch what somebody adds meanwhile."""
    state = deploy({"receive": [A]})
    emulator.before("DELETE", lambda: remote.add("receive", {"url": B, "secret": OTHER}))
    left = authoritative.delete(account, state)
    assert content(remote) == {"receive": [{"url": B, "secret": OTHER}]}
    assert things(left.unmanaged) == [f"receive {B} (secret set)"]


@pytest.mark.usefixtures("settle")
def test_a_secret_that_somebody_sets_after_the_put_stays(
    account: Account, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """The second PUT is for this stack's secret alone, not for another that somebody set after the first."""
    state = deploy({"globalSecret": OWN})
    emulator.before("GET", lambda: remote.set_secret("globalSecret", OTHER), after=1)
    with contextlib.suppress(WriteNotApplied):
        authoritative.delete(account, state)
    assert content(remote) == {"globalSecret": OTHER}


def test_an_entry_that_comes_before_the_second_put_stays(
    account: Account, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """What the GET after the first PUT shows is not overwritten by the second."""
    remote.behave(absent_secrets="kept")
    state = deploy({"receive": [A], "globalSecret": OWN})
    emulator.before("GET", lambda: remote.add("receive", {"url": B, "secret": OTHER}), after=1)
    with contextlib.suppress(WriteNotApplied):
        authoritative.delete(account, state)
    assert content(remote)["receive"] == [{"url": B, "secret": OTHER}]


def test_the_snapshot_is_what_the_delete_left(
    account: Account, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """A read after a delete in the same process does not show what is gone."""
    state = deploy({"receive": [A], "globalSecret": OWN})
    remote.add("outbound", B)
    authoritative.read(account, state)
    authoritative.delete(account, state)
    emulator.journal.clear()
    assert authoritative.read(account, {}).outputs == {
        "outbound": [B],
        "secretsReadable": True,
        "managed": {"events": {}, "secrets": []},
    }
    assert emulator.journal.methods() == []


def test_delete_leaves_its_arguments_alone(account: Account, deploy: Deploy) -> None:
    """The state does not change."""
    state = deploy({"receive": [A], "globalSecret": OWN})
    before = dict(state)
    authoritative.delete(account, state)
    assert state == before
