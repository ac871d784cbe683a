"""A `Webhook` on an account whose secrets do not show: nothing of others is overwritten with what reads masked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sendblue_emulator import MASK, Fault
from sendblue_provider import additive
from sendblue_provider.errors import (
    CreateRefused,
    MaskDeclared,
    PartlyWritten,
    SendblueError,
    WriteNotApplied,
)
from sendblue_provider.report import change_lines, things
from tests.provider.conftest import (
    NEW,
    NUMBER,
    OTHER,
    OTHERS,
    OWN,
    A,
    B,
    beside_others,
    content,
    said,
    told,
    webhook,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from sendblue_emulator import Account as Remote
    from sendblue_emulator import Emulator
    from sendblue_provider.account import Account

INPUTS: dict[str, Any] = webhook(secret=OWN)
STORED: dict[str, Any] = {"url": A, "secret": OWN}
STATE: dict[str, Any] = {**INPUTS, "secretsReadable": False}
BEFORE: dict[str, Any] = {**OTHERS, "receive": [STORED, *OTHERS["receive"]]}
HIDDEN = pytest.mark.parametrize("secrets", ["masked", "omitted"])


# Create


@HIDDEN
def test_a_create(secrets: str, account: Account, remote: Remote, emulator: Emulator) -> None:
    """An entry is added as ever; that its secret does not show is known right after, and the state has the real one."""
    remote.behave(secrets=secrets)
    remote.webhooks = OTHERS
    outputs = additive.create(account, INPUTS).outputs
    assert emulator.journal.methods() == ["GET", "POST", "GET"]
    assert remote.webhooks == beside_others(STORED)
    assert outputs == STATE


@HIDDEN
def test_a_create_without_a_secret(secrets: str, account: Account, remote: Remote) -> None:
    """There is nothing that could be hidden of the own entry."""
    remote.behave(secrets=secrets)
    outputs = additive.create(account, webhook()).outputs
    assert outputs == {**webhook(), "secretsReadable": True}


def test_a_masked_entry_is_taken_over(account: Account, remote: Remote, emulator: Emulator) -> None:
    """It cannot be compared, so it is taken over, with a notice that says so."""
    remote.behave(secrets="masked")
    remote.webhooks = BEFORE
    previewed, created = additive.preview_create(account, INPUTS), additive.create(account, INPUTS)
    assert emulator.journal.methods() == ["GET", "GET"]
    assert remote.webhooks == BEFORE
    assert created.outputs == STATE
    assert created.takeover.hidden
    assert previewed.takeover == created.takeover
    assert [line.split(" (")[0] for line in things(created.takeover.adopted)] == [f"receive {A}"]


@pytest.mark.parametrize("more", [{}, {"allowOverwrite": True}])
def test_a_masked_entry_with_other_numbers(more: dict[str, Any], account: Account, remote: Remote) -> None:
    """Its numbers show, so a difference in them is refused, or overwritten as ever."""
    remote.behave(secrets="masked")
    before = remote.webhooks = {**OTHERS, "receive": [{**STORED, "sendblue_numbers": [NUMBER]}, *OTHERS["receive"]]}
    if more:
        created = additive.create(account, {**INPUTS, **more})
        assert created.takeover.gap
        assert remote.webhooks == beside_others(STORED)
    else:
        with pytest.raises(CreateRefused) as caught:
            additive.create(account, INPUTS)
        assert MASK not in told(caught.value)
        assert remote.webhooks == before


def test_a_mask_where_no_secret_is_declared(account: Account, remote: Remote) -> None:
    """A mask shows that there is a secret: what declares none is another entry."""
    remote.behave(secrets="masked")
    remote.webhooks = BEFORE
    with pytest.raises(CreateRefused):
        additive.create(account, webhook())
    assert remote.webhooks == BEFORE


def test_an_overwrite_that_has_to_remove_first(account: Account, remote: Remote, emulator: Emulator) -> None:
    """A PUT would write the masks of others: it is removed and added, which the preview tells."""
    remote.behave(secrets="masked")
    remote.webhooks = BEFORE
    inputs = webhook(sendblueNumbers=[NUMBER], allowOverwrite=True)
    previewed = additive.preview_create(account, inputs).takeover
    assert previewed.gap
    assert change_lines(previewed.overwritten) == [
        f"~ receive {A} secret removed, numbers changed from all to {NUMBER}"
    ]
    emulator.journal.clear()
    created = additive.create(account, inputs)
    assert emulator.journal.methods() == ["GET", "DELETE", "GET", "POST", "GET"]
    assert created.takeover == previewed
    assert remote.webhooks == beside_others({"url": A, "sendblue_numbers": [NUMBER]})


def test_a_create_in_a_replacement(account: Account, remote: Remote, emulator: Emulator) -> None:
    """What the old inputs named is known to have the old secret behind its mask: it is not taken for the new one."""
    remote.behave(secrets="masked")
    remote.webhooks = BEFORE
    inputs = webhook(secret=NEW)
    assert additive.check(account, inputs, INPUTS) == ()
    assert additive.check(account, inputs, None) == ()
    created = additive.create(account, inputs)
    assert emulator.journal.methods() == ["GET", "DELETE", "GET", "POST", "GET"]
    assert created.takeover.gap
    assert created.outputs == {**inputs, "secretsReadable": False}
    assert remote.webhooks == beside_others({"url": A, "secret": NEW})


# Update


@HIDDEN
def test_an_update(secrets: str, account: Account, remote: Remote, emulator: Emulator) -> None:
    """The entry is removed and added again, everything else stays as it really is, and the diff tells the gap."""
    remote.behave(secrets=secrets)
    remote.webhooks = BEFORE
    inputs = webhook(secret=NEW)
    assert additive.diff(account, STATE, inputs).gap
    emulator.journal.clear()
    outputs = additive.update(account, STATE, inputs)
    assert emulator.journal.methods() == ["GET", "DELETE", "GET", "POST", "GET"]
    assert remote.webhooks == beside_others({"url": A, "secret": NEW})
    assert outputs == {**inputs, "secretsReadable": False}


@HIDDEN
def test_an_update_of_the_numbers(secrets: str, account: Account, remote: Remote) -> None:
    """The secret that does not show is written as the state has it."""
    remote.behave(secrets=secrets)
    remote.webhooks = BEFORE
    additive.update(account, STATE, {**INPUTS, "sendblueNumbers": [NUMBER]})
    assert remote.webhooks == beside_others({**STORED, "sendblue_numbers": [NUMBER]})


@HIDDEN
def test_an_update_that_takes_the_secret_away(secrets: str, account: Account, remote: Remote) -> None:
    """Without a secret the entry has nothing more to hide; those of others still do not show."""
    remote.behave(secrets=secrets)
    remote.webhooks = BEFORE
    outputs = additive.update(account, STATE, webhook())
    assert remote.webhooks == beside_others(A)
    assert outputs == {**webhook(), "secretsReadable": False}


def test_unknown_fields(account: Account, remote: Remote) -> None:
    """What is not known of the own entry is added again with it."""
    remote.behave(secrets="masked")
    remote.webhooks = {"receive": [{**STORED, "label": "x", "n": {"y": None}}, {"url": B, "secret": OTHER}]}
    additive.update(account, STATE, webhook(secret=NEW))
    assert content(remote) == {
        "receive": [{"url": B, "secret": OTHER}, {"url": A, "secret": NEW, "label": "x", "n": {"y": None}}]
    }


def test_a_mask_of_somebody_else_alone(account: Account, remote: Remote, emulator: Emulator) -> None:
    """Where the own secret shows and another one does not, the other one forbids the PUT."""
    remote.webhooks = {**BEFORE, "outbound": [{"url": B, "secret": MASK}]}
    additive.update(account, {**STATE, "secretsReadable": True}, webhook(secret=NEW))
    assert emulator.journal.methods() == ["GET", "DELETE", "GET", "POST", "GET"]
    assert remote.webhooks == {
        **beside_others({"url": A, "secret": NEW}),
        "outbound": [{"url": B, "secret": MASK}],
    }


def test_a_mask_of_the_account_alone(account: Account, remote: Remote, emulator: Emulator) -> None:
    """The same goes for the account's own secrets."""
    before = remote.webhooks = {"receive": [STORED], "globalSecret": MASK}
    additive.update(account, {**STATE, "secretsReadable": True}, webhook(secret=NEW))
    assert "PUT" not in emulator.journal.methods()
    assert content(remote) == {**before, "receive": [{"url": A, "secret": NEW}]}


def test_what_another_resource_has_seen(account: Account, remote: Remote, emulator: Emulator) -> None:
    """That one entry's secret was seen not to show holds for all of the account: a PUT would lose what is omitted."""
    remote.behave(secrets="omitted")
    remote.webhooks = {**BEFORE, "receive": [f"{A}/plain", *BEFORE["receive"]]}
    additive.diff(account, STATE, INPUTS)
    plain = {**webhook(url=f"{A}/plain"), "secretsReadable": True}
    emulator.journal.clear()
    additive.update(account, plain, webhook(url=f"{A}/plain", sendblueNumbers=[NUMBER]))
    assert emulator.journal.methods() == ["GET", "DELETE", "GET", "POST", "GET"]
    assert remote.webhooks == {
        **BEFORE,
        "receive": [*BEFORE["receive"], {"url": f"{A}/plain", "sendblue_numbers": [NUMBER]}],
    }


def test_secrets_that_show_again(account: Account, remote: Remote, emulator: Emulator) -> None:
    """Once real values are seen, an update is in place again."""
    remote.webhooks = BEFORE
    outputs = additive.update(account, STATE, webhook(secret=NEW))
    assert emulator.journal.methods() == ["GET", "PUT", "GET"]
    assert remote.webhooks == {**BEFORE, "receive": [{"url": A, "secret": NEW}, *OTHERS["receive"]]}
    assert outputs["secretsReadable"] is True


def test_the_secrets_of_others_that_show_again(account: Account, remote: Remote) -> None:
    """Where those of others are seen, an own one that is not was taken away: nothing stands in for it any more."""
    remote.webhooks = {**OTHERS, "receive": [A, *OTHERS["receive"]]}
    found = additive.diff(account, STATE, INPUTS)
    assert change_lines(found.drift) == [f"~ receive {A} secret removed"]
    assert not found.gap
    assert additive.read(account, STATE).outputs == {**webhook(), "secretsReadable": True}
    additive.update(account, STATE, INPUTS)
    assert remote.webhooks == BEFORE


@HIDDEN
def test_an_entry_that_is_gone(secrets: str, account: Account, remote: Remote, emulator: Emulator) -> None:
    """What is not there needs no removal: it is added."""
    remote.behave(secrets=secrets)
    remote.webhooks = OTHERS
    additive.update(account, STATE, webhook(secret=NEW))
    assert emulator.journal.methods() == ["GET", "POST", "GET"]
    assert remote.webhooks == beside_others({"url": A, "secret": NEW})


@HIDDEN
def test_nothing_to_change(secrets: str, account: Account, remote: Remote, emulator: Emulator) -> None:
    """While the state's secret stands in for it, an update without a change writes nothing."""
    remote.behave(secrets=secrets)
    remote.webhooks = BEFORE
    assert additive.update(account, STATE, {**INPUTS, "allowOverwrite": True}) == {**STATE, "allowOverwrite": True}
    assert emulator.journal.methods() == ["GET"]


def test_the_mask_is_declared(account: Account, remote: Remote, emulator: Emulator) -> None:
    """A program made from an import has the mask for a secret: it is never written."""
    remote.behave(secrets="masked")
    remote.webhooks = BEFORE
    state = {**webhook(secret=MASK), "secretsReadable": False}
    declared = webhook(secret=MASK, sendblueNumbers=[NUMBER])
    for operation in (additive.preview_update, additive.update):
        with pytest.raises(MaskDeclared) as caught:
            operation(account, state, declared)
        assert f"receive {A}" in said(caught.value)
    assert set(emulator.journal.methods()) == {"GET"}
    assert remote.webhooks == BEFORE


# An update that stops between its two writes


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind="status", method="POST", status=400, body={"status": "ERROR", "message": "no"}),
        Fault(kind="status", method="POST", status=401, body={"status": "ERROR"}),
        Fault(kind="status", method="POST", status=503, body="no", times=None),
        Fault(kind="reset", method="POST", times=None),
        Fault(kind="refuse", method="POST", times=None),
    ],
    ids=["400", "401", "503", "reset", "refused"],
)
def test_what_was_removed_and_not_added(
    fault: Fault, start: Callable[..., Account], remote: Remote, emulator: Emulator
) -> None:
    """The error says that the entry is gone and how it comes back, and the next update adds it."""
    remote.behave(secrets="masked")
    remote.webhooks = BEFORE
    emulator.faults.add(fault)
    with pytest.raises(PartlyWritten) as caught:
        additive.update(start(timeout_seconds=1.0), STATE, webhook(secret=NEW))
    text = said(caught.value)
    assert f"receive {A}" in text
    assert "pulumi up" in text
    assert remote.webhooks == OTHERS
    emulator.faults.clear()
    state = caught.value.outputs or STATE
    account = start()
    assert additive.diff(account, state, webhook(secret=NEW)).changed
    additive.update(account, state, webhook(secret=NEW))
    assert remote.webhooks == beside_others({"url": A, "secret": NEW})


@pytest.mark.parametrize("after", [1, 2])
def test_a_removal_or_an_addition_that_could_not_be_looked_at(
    after: int, start: Callable[..., Account], remote: Remote, emulator: Emulator
) -> None:
    """Whatever could not be seen, there is one entry at most, and the next update makes it what is declared."""
    remote.behave(secrets="masked")
    remote.webhooks = BEFORE
    emulator.faults.add(Fault(kind="truncate", method="GET", after=after))
    with pytest.raises(PartlyWritten) as caught:
        additive.update(start(), STATE, webhook(secret=NEW))
    assert said(caught.value)
    assert [item for item in remote.webhooks["receive"] if A in str(item)] in ([], [{"url": A, "secret": NEW}])
    emulator.faults.clear()
    account = start()
    state = caught.value.outputs or STATE
    additive.diff(account, state, webhook(secret=NEW))
    additive.update(account, state, webhook(secret=NEW))
    assert remote.webhooks == beside_others({"url": A, "secret": NEW})


def test_a_removal_that_is_refused(account: Account, remote: Remote, emulator: Emulator) -> None:
    """An entry that cannot be removed cannot be changed: nothing is added beside it."""
    remote.behave(secrets="masked")
    remote.webhooks = BEFORE
    emulator.faults.add(Fault(kind="status", method="DELETE", status=400, body={"status": "ERROR", "message": "no"}))
    with pytest.raises(SendblueError) as caught:
        additive.update(account, STATE, webhook(secret=NEW))
    assert f"receive {A}" in said(caught.value)
    assert emulator.journal.methods() == ["GET", "DELETE", "GET"]
    assert remote.webhooks == BEFORE


def test_a_removal_that_does_nothing(account: Account, remote: Remote, emulator: Emulator) -> None:
    """An API that answers with success and keeps the entry is found out before another one is added."""
    remote.behave(secrets="masked")
    remote.webhooks = BEFORE
    body = {"status": "OK", "message": "Webhooks deleted successfully"}
    emulator.faults.add(Fault(kind="status", method="DELETE", status=200, body=body))
    with pytest.raises(WriteNotApplied):
        additive.update(account, STATE, webhook(secret=NEW))
    assert "POST" not in emulator.journal.methods()
    assert remote.webhooks == BEFORE


@pytest.mark.parametrize("status", [200, 400])
def test_the_update_after_a_removal_that_was_not_done(
    status: int, start: Callable[..., Account], remote: Remote, emulator: Emulator
) -> None:
    """The old secret is still there, so the next run has it to change."""
    remote.behave(secrets="masked")
    remote.webhooks = BEFORE
    body = {"status": "OK" if status == 200 else "ERROR", "message": "no"}
    emulator.faults.add(Fault(kind="status", method="DELETE", status=status, body=body))
    with pytest.raises(PartlyWritten) as caught:
        additive.update(start(), STATE, webhook(secret=NEW))
    state, account = caught.value.outputs or STATE, start()
    assert additive.diff(account, state, webhook(secret=NEW)).plan
    additive.update(account, state, webhook(secret=NEW))
    assert remote.webhooks == beside_others({"url": A, "secret": NEW})


@pytest.mark.usefixtures("settle")
def test_an_account_that_lags(account: Account, remote: Remote, emulator: Emulator) -> None:
    """Neither the removal nor the addition is believed before it shows, and neither is sent twice."""
    remote.behave(secrets="masked", lag=2)
    remote.webhooks = BEFORE
    additive.update(account, STATE, webhook(secret=NEW))
    assert emulator.journal.methods() == ["GET", "DELETE", "GET", "GET", "GET", "POST", "GET", "GET", "GET"]
    assert remote.webhooks == beside_others({"url": A, "secret": NEW})
