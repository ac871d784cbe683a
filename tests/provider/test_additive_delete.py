"""Delete of a `Webhook`: this entry and nothing else, and not where another resource declares it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sendblue_emulator import Fault
from sendblue_provider import additive, authoritative
from sendblue_provider.errors import ApiError, WriteNotApplied
from sendblue_provider.lifecycle import Remainder
from sendblue_provider.model import UNKNOWN
from tests.provider.conftest import (
    NEW,
    NUMBER,
    OTHER,
    OTHERS,
    OWN,
    A,
    B,
    D,
    beside_others,
    content,
    said,
    webhook,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sendblue_emulator import Account as Remote
    from sendblue_emulator import Emulator
    from sendblue_provider.account import Account

    Register = Callable[[Mapping[str, Any]], dict[str, Any]]

FULL: dict[str, Any] = webhook(secret=OWN, sendblueNumbers=[NUMBER])
FULL_STORED: dict[str, Any] = {"url": A, "secret": OWN, "sendblue_numbers": [NUMBER]}
STATE: dict[str, Any] = {**FULL, "secretsReadable": True}
FIRST, SECOND = (f"urn:pulumi:dev::project::sendblue:index:Webhook::{name}" for name in ("first", "second"))
WHOLE = "urn:pulumi:dev::project::sendblue:index:WebhookConfiguration::whole"
NOTHING = Remainder()


def test_a_delete(account: Account, register: Register, remote: Remote, emulator: Emulator) -> None:
    """The entry is gone, and everything else is as it was, in order and form."""
    state = register(FULL)
    remote.webhooks = {**OTHERS, "receive": [OTHERS["receive"][0], FULL_STORED, *OTHERS["receive"][1:]]}
    assert additive.delete(account, state) == NOTHING
    assert emulator.journal.methods() == ["GET", "DELETE", "GET"]
    assert remote.webhooks == OTHERS


def test_what_is_sent(account: Account, register: Register, emulator: Emulator) -> None:
    """The DELETE holds the URL alone, and its event."""
    additive.delete(account, register(webhook("outbound", secret=OWN)))
    assert emulator.journal.entries()[1].body == {"webhooks": [A], "type": "outbound"}


def test_the_same_url_under_another_event(account: Account, register: Register, remote: Remote) -> None:
    """Only the entry's own event loses it."""
    state = register(webhook())
    remote.webhooks = {"receive": [A], "outbound": [A], "call_log": [{"url": A, "secret": OTHER}]}
    additive.delete(account, state)
    assert content(remote) == {"outbound": [A], "call_log": [{"url": A, "secret": OTHER}]}


@pytest.mark.parametrize("stored", [A, {"url": A}, {"url": A, "secret": OTHER}, {**FULL_STORED, "label": "x"}])
def test_a_single_entry_is_the_resources_own(stored: Any, account: Account, remote: Remote, emulator: Emulator) -> None:
    """Whatever its secret and numbers are by now, the one entry goes."""
    remote.webhooks = beside_others(stored)
    assert additive.delete(account, STATE) == NOTHING
    assert emulator.journal.methods() == ["GET", "DELETE", "GET"]
    assert remote.webhooks == OTHERS


@pytest.mark.parametrize("webhooks", [{}, OTHERS, {"outbound": [A]}])
@pytest.mark.parametrize("absent_delete", [200, 404])
def test_an_entry_that_is_gone(
    webhooks: dict[str, Any], absent_delete: int, account: Account, remote: Remote, emulator: Emulator
) -> None:
    """What is absent already is deleted, with a GET alone."""
    remote.behave(absent_delete=absent_delete)
    remote.webhooks = webhooks
    assert additive.delete(account, STATE) == NOTHING
    assert emulator.journal.methods() == ["GET"]
    assert remote.webhooks == webhooks


@pytest.mark.parametrize("absent_delete", [200, 404])
def test_an_entry_that_goes_at_that_moment(
    absent_delete: int, account: Account, register: Register, remote: Remote, emulator: Emulator
) -> None:
    """Somebody else's delete just before is as good as one's own."""
    state = register(FULL)
    remote.behave(absent_delete=absent_delete)
    emulator.before("DELETE", lambda: remote.remove("receive", A))
    assert additive.delete(account, state) == NOTHING
    assert emulator.journal.methods() == ["GET", "DELETE", "GET"]
    assert content(remote) == {}


def test_what_others_add_meanwhile(account: Account, register: Register, remote: Remote, emulator: Emulator) -> None:
    """A DELETE touches nobody's new entry."""
    state = register(FULL)
    emulator.before("DELETE", lambda: remote.add("receive", {"url": B, "secret": OTHER}))
    assert additive.delete(account, state) == NOTHING
    assert content(remote) == {"receive": [{"url": B, "secret": OTHER}]}


@pytest.mark.usefixtures("settle")
def test_an_account_that_lags(account: Account, register: Register, remote: Remote, emulator: Emulator) -> None:
    """The GET is repeated while it shows the entry; the DELETE is not."""
    state = register(FULL)
    remote.behave(lag=2)
    assert additive.delete(account, state) == NOTHING
    assert emulator.journal.methods() == ["GET", "DELETE", "GET", "GET", "GET"]
    assert content(remote) == {}


@pytest.mark.parametrize("secrets", ["masked", "omitted"])
def test_secrets_that_do_not_show(secrets: str, account: Account, remote: Remote, emulator: Emulator) -> None:
    """A DELETE needs no secret: one's own entry goes as ever."""
    remote.behave(secrets=secrets)
    remote.webhooks = beside_others(FULL_STORED)
    assert additive.delete(account, {**STATE, "secretsReadable": False}) == NOTHING
    assert emulator.journal.methods() == ["GET", "DELETE", "GET"]
    assert remote.webhooks == OTHERS


# What another resource declares


@pytest.mark.parametrize("urn", [FIRST, None])
@pytest.mark.parametrize("declared", [FULL, webhook(), webhook(secret=NEW), webhook(secret=UNKNOWN)])
def test_an_entry_that_another_webhook_declares(
    declared: dict[str, Any],
    urn: str | None,
    account: Account,
    register: Register,
    remote: Remote,
    emulator: Emulator,
) -> None:
    """What a resource checked in this process wants to be there stays, and no request is made."""
    state = register(FULL)
    assert additive.check(account, declared, None, urn) == ()
    assert additive.delete(account, state) == NOTHING
    assert emulator.journal.methods() == []
    assert content(remote) == {"receive": [FULL_STORED]}


@pytest.mark.parametrize("declared", [webhook("outbound"), webhook(url=B), webhook("outbound", UNKNOWN)])
def test_an_entry_that_no_other_webhook_declares(
    declared: dict[str, Any], account: Account, register: Register, remote: Remote
) -> None:
    """What other resources declare is no reason to leave it."""
    state = register(FULL)
    assert additive.check(account, declared, None, FIRST) == ()
    additive.delete(account, state)
    assert content(remote) == {}


@pytest.mark.parametrize("name", ["event", "url"])
def test_what_may_turn_out_to_be_declared(name: str, account: Account, register: Register, remote: Remote) -> None:
    """A resource whose entry is not known yet may be this very one."""
    state = register(FULL)
    assert additive.check(account, {**FULL, name: UNKNOWN}, None, FIRST) == ()
    additive.delete(account, state)
    assert content(remote) == {"receive": [FULL_STORED]}


@pytest.mark.parametrize("declared", [{"receive": [A]}, {"receive": [{"url": A, "secret": NEW}]}, {"receive": UNKNOWN}])
def test_an_entry_that_a_configuration_declares(
    declared: dict[str, Any], account: Account, register: Register, remote: Remote, emulator: Emulator
) -> None:
    """A program that has moved to the other kind goes on with it."""
    state = register(FULL)
    assert authoritative.check(account, declared, None, WHOLE) == ()
    assert additive.delete(account, state) == NOTHING
    assert emulator.journal.methods() == []
    assert content(remote) == {"receive": [FULL_STORED]}


def test_an_entry_that_a_configuration_does_not_declare(account: Account, register: Register, remote: Remote) -> None:
    """What the program no longer declares goes."""
    state = register(FULL)
    remote.add("receive", B)
    assert authoritative.check(account, {"receive": [B]}, None, WHOLE) == ()
    additive.delete(account, state)
    assert content(remote) == {"receive": [B]}


# Replacements, renames and moves


@pytest.mark.parametrize("urn", [FIRST, None])
def test_a_replacement(
    urn: str | None, account: Account, register: Register, remote: Remote, emulator: Emulator
) -> None:
    """A new URL comes before the old one goes, and both are single requests beside what others have."""
    state, inputs = register(FULL), {**FULL, "url": f"{A}/new"}
    remote.webhooks = beside_others(FULL_STORED)
    assert additive.check(account, inputs, FULL, urn) == ()
    assert additive.diff(account, state, inputs, (), urn).replaces == ("url",)
    assert additive.check(account, inputs, None, urn) == ()
    additive.create(account, inputs, urn)
    assert remote.webhooks == beside_others(FULL_STORED, {**FULL_STORED, "url": f"{A}/new"})
    assert additive.delete(account, state) == NOTHING
    assert emulator.journal.methods() == ["GET", "GET", "POST", "GET", "GET", "DELETE", "GET"]
    assert remote.webhooks == beside_others({**FULL_STORED, "url": f"{A}/new"})


@pytest.mark.parametrize("urn", [FIRST, None])
def test_a_replacement_by_flag(
    urn: str | None, account: Account, register: Register, remote: Remote, emulator: Emulator
) -> None:
    """`--replace` of an entry that stays the same leaves exactly one, without a write."""
    state = register(FULL)
    assert additive.check(account, FULL, None, urn) == ()
    assert additive.create(account, FULL, urn).outputs == state
    assert additive.delete(account, state) == NOTHING
    assert emulator.journal.methods() == ["GET"]
    assert content(remote) == {"receive": [FULL_STORED]}


@pytest.mark.parametrize("urn", [FIRST, None])
def test_a_replacement_with_another_secret(
    urn: str | None, account: Account, register: Register, remote: Remote, emulator: Emulator
) -> None:
    """A replacement that begins with old inputs may change its own entry, whose secret is nobody else's."""
    state, inputs = register(FULL), {**FULL, "secret": NEW}
    assert additive.check(account, inputs, FULL, urn) == ()
    assert additive.check(account, inputs, None, urn) == ()
    created = additive.create(account, inputs, urn)
    assert (created.takeover.adopted, created.takeover.overwritten) == ((), ())
    assert additive.delete(account, state) == NOTHING
    assert emulator.journal.methods() == ["GET", "PUT", "GET"]
    assert content(remote) == {"receive": [{**FULL_STORED, "secret": NEW}]}


def test_a_rename(account: Account, register: Register, remote: Remote, emulator: Emulator) -> None:
    """A resource by another name takes the entry over, and the delete of the old one leaves it."""
    state = register(FULL)
    assert additive.check(account, FULL, None, SECOND) == ()
    assert additive.create(account, FULL, SECOND).takeover.adopted
    assert additive.delete(account, state) == NOTHING
    assert emulator.journal.methods() == ["GET"]
    assert content(remote) == {"receive": [FULL_STORED]}


def test_two_that_swap(account: Account, register: Register, remote: Remote) -> None:
    """Two resources that take each other's URL are replaced without any entry lost."""
    first, second = register(webhook(url=A)), register(webhook(url=B))
    remote.webhooks = {"receive": [A, B]}
    for urn, old, new in ((FIRST, webhook(url=A), webhook(url=B)), (SECOND, webhook(url=B), webhook(url=A))):
        assert additive.check(account, new, old, urn) == ()
        assert additive.check(account, new, None, urn) == ()
    for urn, new in ((FIRST, webhook(url=B)), (SECOND, webhook(url=A))):
        additive.create(account, new, urn)
    for state in (first, second):
        additive.delete(account, state)
    assert content(remote) == {"receive": [A, B]}


def test_a_move_to_a_configuration(account: Account, register: Register, remote: Remote, emulator: Emulator) -> None:
    """The program declares the same as a WebhookConfiguration: nothing is written."""
    states = [register(FULL), register(webhook("outbound"))]
    declared = {"receive": [{"url": A, "secret": OWN, "sendblueNumbers": [NUMBER]}], "outbound": [A]}
    assert authoritative.check(account, declared, None, WHOLE) == ()
    authoritative.create(account, declared, WHOLE)
    for state in states:
        assert additive.delete(account, state) == NOTHING
    assert emulator.journal.methods() == ["GET"]
    assert content(remote) == {"receive": [FULL_STORED], "outbound": [A]}


def test_a_move_from_a_configuration(
    account: Account,
    deploy: Callable[[Mapping[str, Any]], dict[str, Any]],
    remote: Remote,
    emulator: Emulator,
) -> None:
    """The program declares the same as Webhooks: nothing is written, and the account's secret stays and is told."""
    state = deploy(
        {
            "receive": [{"url": A, "secret": OWN, "sendblueNumbers": [NUMBER]}],
            "outbound": [A],
            "globalSecret": OWN,
        }
    )
    before = remote.webhooks
    for urn, inputs in ((FIRST, FULL), (SECOND, webhook("outbound"))):
        assert additive.check(account, inputs, None, urn) == ()
        assert additive.create(account, inputs, urn).takeover.adopted
    assert authoritative.delete(account, state) == Remainder(shared=frozenset({"globalSecret"}))
    assert set(emulator.journal.methods()) == {"GET"}
    assert remote.webhooks == before


def test_a_destroy_of_a_configuration(
    account: Account, deploy: Callable[[Mapping[str, Any]], dict[str, Any]], remote: Remote
) -> None:
    """Where the program has moved nowhere, the account's secret goes with the rest."""
    state = deploy({"receive": [A], "globalSecret": OWN})
    assert authoritative.delete(account, state) == NOTHING
    assert content(remote) == {}


# What goes wrong


def test_a_delete_that_is_refused(account: Account, register: Register, remote: Remote, emulator: Emulator) -> None:
    """Where the API takes no DELETE of the event any more, the account is written without the entry."""
    state = register(FULL)
    remote.webhooks = beside_others(FULL_STORED)
    emulator.faults.add(Fault(kind="status", method="DELETE", status=400, body={"status": "ERROR"}))
    assert additive.delete(account, state) == NOTHING
    assert emulator.journal.methods() == ["GET", "DELETE", "GET", "PUT", "GET"]
    assert remote.webhooks == OTHERS


@pytest.mark.parametrize("secrets", ["masked", "omitted"])
def test_a_delete_that_is_refused_while_secrets_do_not_show(
    secrets: str, account: Account, remote: Remote, emulator: Emulator
) -> None:
    """Nothing is written over what does not show: the entry stays, and the error names it."""
    remote.behave(secrets=secrets)
    before = remote.webhooks = beside_others(FULL_STORED)
    emulator.faults.add(Fault(kind="status", method="DELETE", status=400, body={"status": "ERROR"}, times=None))
    with pytest.raises(WriteNotApplied) as caught:
        additive.delete(account, {**STATE, "secretsReadable": False})
    assert f"receive {A}" in said(caught.value)
    assert "PUT" not in emulator.journal.methods()
    assert remote.webhooks == before


def test_a_delete_that_does_nothing(account: Account, register: Register, remote: Remote, emulator: Emulator) -> None:
    """An API that answers with success and deletes nothing has the entry written away."""
    state = register(FULL)
    remote.webhooks = beside_others(FULL_STORED)
    body = {"status": "OK", "message": "Webhooks deleted successfully"}
    emulator.faults.add(Fault(kind="status", method="DELETE", status=200, body=body))
    assert additive.delete(account, state) == NOTHING
    assert remote.webhooks == OTHERS


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind="status", method="GET", status=401, body={"status": "ERROR"}),
        Fault(kind="status", method="DELETE", status=401, body={"status": "ERROR"}),
        Fault(kind="status", method="DELETE", status=503, body="no", times=None),
        Fault(kind="refuse", method="DELETE", times=None),
    ],
)
def test_a_failed_request(
    fault: Fault, start: Callable[..., Account], register: Register, remote: Remote, emulator: Emulator
) -> None:
    """What failed has changed nothing, and is an error: the state stays."""
    state = register(FULL)
    before = remote.webhooks = beside_others(FULL_STORED)
    emulator.faults.add(fault)
    with pytest.raises(ApiError) as caught:
        additive.delete(start(timeout_seconds=0.6), state)
    assert said(caught.value)
    assert remote.webhooks == before


@pytest.mark.parametrize("applied", [True, False])
def test_a_delete_without_an_answer(
    applied: bool,  # noqa: FBT001 - a parameter of the test
    account: Account,
    register: Register,
    remote: Remote,
    emulator: Emulator,
) -> None:
    """A DELETE does the same when it is sent twice, so it is."""
    state = register(FULL)
    remote.webhooks = beside_others(FULL_STORED)
    emulator.faults.add(Fault(kind="reset", method="DELETE", applied=applied))
    assert additive.delete(account, state) == NOTHING
    assert emulator.journal.methods() == ["GET", "DELETE", "DELETE", "GET"]
    assert remote.webhooks == OTHERS


def test_deleting_twice(start: Callable[..., Account], register: Register, remote: Remote) -> None:
    """A delete after a delete finds nothing to do."""
    state = register(FULL)
    remote.add("receive", {"url": D, "secret": OTHER})
    for _ in range(2):
        assert additive.delete(start(), state) == NOTHING
    assert content(remote) == {"receive": [{"url": D, "secret": OTHER}]}
