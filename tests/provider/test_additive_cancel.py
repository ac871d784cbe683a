"""A cancelled run of a `Webhook`: what was sent is not forgotten, and what was begun on the one entry is finished."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sendblue_emulator import Fault
from sendblue_provider import additive
from sendblue_provider.errors import Interrupted, PartlyWritten, WriteInterrupted, WriteNotApplied
from tests.provider.conftest import NEW, OTHER, OWN, A, B, beside_others, content, said, webhook

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sendblue_emulator import Account as Remote
    from sendblue_emulator import Emulator
    from sendblue_provider.account import Account

    Register = Callable[[Mapping[str, Any]], dict[str, Any]]

INPUTS = webhook(secret=OWN)
STORED = {"url": A, "secret": OWN}


def test_a_cancellation_before_the_post(account: Account, remote: Remote, emulator: Emulator) -> None:
    """Nothing is sent, and the error says that nothing is there."""
    emulator.before("GET", account.cancelled.set)
    with pytest.raises(Interrupted):
        additive.create(account, INPUTS)
    assert content(remote) == {}


@pytest.mark.usefixtures("settle")
def test_a_cancellation_while_a_post_does_not_show_yet(account: Account, remote: Remote, emulator: Emulator) -> None:
    """The entry was sent and may be there: the state keeps it, and the next read tells."""
    remote.behave(lag=5)
    emulator.before("GET", account.cancelled.set, after=1)
    with pytest.raises(WriteInterrupted) as caught:
        additive.create(account, INPUTS)
    assert "does not show it yet" in said(caught.value)
    assert caught.value.outputs == {**INPUTS, "secretsReadable": True}
    assert content(remote) == {"receive": [STORED]}


def test_a_cancellation_of_a_post_that_was_done(account: Account, remote: Remote, emulator: Emulator) -> None:
    """One that was done and whose answer was lost to the cancellation has succeeded: the state gets it."""
    emulator.faults.add(Fault(kind="status", method="POST", applied=True, status=502))
    emulator.before("POST", account.cancelled.set)
    assert additive.create(account, INPUTS).outputs == {**INPUTS, "secretsReadable": True}
    assert emulator.journal.methods() == ["GET", "POST", "GET"]
    assert content(remote) == {"receive": [STORED]}


@pytest.mark.parametrize("stalls", [False, True])
@pytest.mark.parametrize("method", ["DELETE", "GET"])
def test_a_cancellation_between_removing_and_adding(
    method: str,
    account: Account,
    register: Register,
    remote: Remote,
    emulator: Emulator,
    *,
    stalls: bool,
) -> None:
    """Where an entry is removed to be changed, it is added again before the run ends, answered or not."""
    state = register(INPUTS)
    remote.webhooks = beside_others(STORED)
    remote.behave(secrets="masked")
    state["secretsReadable"] = False
    if stalls:
        emulator.faults.add(Fault(kind="stall", method=method, applied=True, seconds=1.0, after=method == "GET"))
    emulator.before(method, account.cancelled.set, after=0 if method == "DELETE" else 1)
    outputs = additive.update(account, state, webhook(secret=NEW))
    assert outputs["secret"] == NEW
    assert remote.webhooks == beside_others({"url": A, "secret": NEW})


@pytest.mark.parametrize("lost", [False, True])
def test_the_state_after_a_write_that_was_not_done_beside_a_copy(
    lost: bool,  # noqa: FBT001
    start: Callable[..., Account],
    remote: Remote,
    emulator: Emulator,
) -> None:
    """Where the own copy was not changed, neither the state nor the next up takes somebody else's for it."""
    theirs = {"url": A, "secret": OTHER, "label": "theirs"}
    remote.webhooks = {"receive": [theirs, STORED, B]}
    body = {"status": "OK", "webhooks": {}}
    emulator.faults.add(Fault(kind="status", method="PUT", status=200, body=body))
    if lost:
        emulator.faults.add(Fault(kind="status", method="GET", status=401, body="no", after=1, times=1))
    state = {**INPUTS, "secretsReadable": True}
    with pytest.raises(PartlyWritten) as caught:
        additive.update(start(), state, webhook(secret=NEW))
    assert caught.value.outputs == state
    additive.update(start(), caught.value.outputs, webhook(secret=NEW))
    assert remote.webhooks["receive"] == [theirs, {"url": A, "secret": NEW}, B]


def test_drift_of_what_is_replaced_without_a_diff(account: Account, remote: Remote) -> None:
    """In a replacement that the engine makes no diff of, the create tells what it undoes."""
    remote.webhooks = {"receive": [{"url": A, "secret": OTHER}]}
    assert additive.check(account, INPUTS, INPUTS, "urn") == ()
    takeover = additive.preview_create(account, INPUTS, "urn").takeover
    assert [(change.kind, change.before and change.before.secret) for change in takeover.drift] == [("change", OWN)]
    assert additive.create(account, INPUTS, "urn").takeover.drift == takeover.drift
    assert content(remote) == {"receive": [STORED]}


def test_a_post_that_shows_late_does_not_blame_the_event(account: Account, remote: Remote) -> None:
    """An entry that does not show for too long is an error that does not ask to take the event out of the program."""
    remote.behave(lag=1)
    with pytest.raises(WriteNotApplied) as caught:
        additive.create(account, INPUTS)
    assert "remove" not in said(caught.value)
    assert additive.create(account, INPUTS).outputs["secret"] == OWN
    assert content(remote) == {"receive": [STORED]}
