"""What comes between: somebody else's changes, a cancellation, the end of the budget."""

from __future__ import annotations

import re

import pytest

from sendblue_emulator import Account, Emulator, Fault
from sendblue_provider.errors import (
    ConflictError,
    Interrupted,
    OutOfTime,
    PartlyWritten,
    WriteFailed,
    WriteInterrupted,
    WriteNotApplied,
)
from sendblue_provider.lifecycle import steps
from sendblue_provider.resources.request import Request
from tests.plan.records import OWN, A, B, C, filled, lines

from .conftest import Attempt, Start
from .operations import CONFIGURATION, OPERATIONS, every_operation, sent, status

# Somebody else, meanwhile


@pytest.mark.parametrize("name", ["create all", "update all"])
def test_a_change_between_two_sends_is_a_conflict(
    name: str, attempt: Attempt, emulator: Emulator, remote: Account
) -> None:
    """What somebody else adds before a write is sent again stops it, and is named."""
    emulator.before("GET", lambda: remote.add("typing_indicator", B), after=1)
    error = attempt(OPERATIONS[name], status("PUT", 503))
    assert isinstance(error, ConflictError)
    assert ([f"+ typing_indicator {B}"], True) == (lines(error.changes), error.is_sent)
    assert "GUG" == sent(emulator)


def test_its_own_changes_are_no_conflict(attempt: Attempt, emulator: Emulator) -> None:
    """Of a PUT without an answer that was done in part, the rest is sent again: what shows is its own doing."""
    fault = Fault(kind="reset", method="PUT", applied=True)
    error = attempt(OPERATIONS["update all"], fault, dropped_on_put={"call_log"})
    assert isinstance(error, WriteNotApplied)
    assert ("GUGUG", [f"+ call_log {C}"]) == (re.sub("G+", "G", sent(emulator)), lines(error.left))


def test_a_webhook_merges_what_is_not_its_own(attempt: Attempt, emulator: Emulator, remote: Account) -> None:
    """Somebody else's change between two sends is written back as it is then; a change of the own entry stops it."""
    emulator.before("GET", lambda: remote.add("receive", {"url": C, "n": 1}), after=1)
    assert attempt(OPERATIONS["update"], status("PUT", 503)) is None
    assert ("GUGUG", {"url": C, "n": 1}) == (sent(emulator), remote.webhooks["receive"][-1])
    emulator.journal.clear()
    emulator.before("GET", lambda: remote.remove("receive", A), after=1)
    error = attempt(OPERATIONS["update"], status("PUT", 503))
    assert isinstance(error, ConflictError)
    assert "GUG" == sent(emulator)


def test_what_others_add_does_not_end_the_wait(attempt: Attempt, emulator: Emulator, remote: Account) -> None:
    """A `Webhook` goes on polling for its own entry though somebody else's change shows before."""
    operation = OPERATIONS["create"]
    remote.behave(lag=2)
    emulator.before("GET", lambda: remote.handle("POST", {"type": "outbound", "webhooks": [C]}), after=1)
    assert attempt(operation) is None
    assert 1 == emulator.journal.methods().count("POST")


# Cancelled, or out of time


@every_operation
def test_cancelled_before(name: str, emulator: Emulator, start: Start) -> None:
    """Nothing is sent in a run that is cancelled."""
    session = start()
    session.cancelled.set()
    with pytest.raises(Interrupted) as caught:
        OPERATIONS[name].run(session)
    assert ("", False) == (sent(emulator), caught.value.is_sent)


@every_operation
def test_cancelled_after_the_first_get(name: str, emulator: Emulator, remote: Account, start: Start) -> None:
    """A run that is cancelled before the write writes nothing, and says so."""
    operation, session = OPERATIONS[name], start()
    remote.webhooks = operation.before
    fetch = session.fetch
    session.fetch = lambda deadline: (fetch(deadline), session.cancelled.set())[0]  # type: ignore[method-assign,func-returns-value]
    with pytest.raises(Interrupted) as caught:
        operation.run(session)
    assert not caught.value.is_sent
    assert set(sent(emulator)) == {"G"}
    assert operation.before == filled(remote.webhooks)


@every_operation
@pytest.mark.parametrize("outcome", ["done", "lost", "unread"])
def test_cancelled_during_the_write(name: str, outcome: str, emulator: Emulator, remote: Account, start: Start) -> None:
    """After a cancellation one GET shows what was done: all is a success; what is not known is in the state."""
    operation, session = OPERATIONS[name], start()
    remote.webhooks = operation.before
    emulator.before(operation.method, session.cancelled.set)
    if outcome != "done":
        emulator.faults.add(Fault(kind="reset", method=operation.method, applied=outcome == "unread"))
    if outcome == "unread":
        emulator.faults.add(status("GET", 503, after=1, times=None))
    if outcome == "done":
        operation.run(session)
    else:
        with pytest.raises(Interrupted if outcome == "lost" else WriteInterrupted) as caught:
            operation.run(session)
        assert isinstance(caught.value, PartlyWritten) or getattr(caught.value, "is_sent", False)
    assert 1 == emulator.journal.methods().count(operation.method)
    assert (operation.before if outcome == "lost" else operation.after) == filled(remote.webhooks)


def test_cancelled_while_it_does_not_show(emulator: Emulator, remote: Account, start: Start) -> None:
    """If the account does not show the write yet, the error names it, and the state holds it."""
    operation, session = OPERATIONS["create all"], start()
    remote.behave(lag=9)
    emulator.before("PUT", session.cancelled.set)
    with pytest.raises(WriteInterrupted) as caught:
        operation.run(session)
    assert 2 == len(caught.value.left)
    assert {"receive": [A], "call_log": [C]} == caught.value.outputs["managed"]["events"]
    assert "GUG" == sent(emulator)


@pytest.mark.parametrize(("seconds", "requests"), [(None, "GPGPGPG"), (3.0, "GPG")])
def test_the_budget(seconds: float | None, requests: str, emulator: Emulator, remote: Account, start: Start) -> None:
    """An operation ends with its budget, its own or that of the settings, and one last GET is sent after it."""
    operation = OPERATIONS["create"]
    remote.webhooks = operation.before
    emulator.faults.add(Fault(kind="stall", method="POST", seconds=1000, times=None))
    with pytest.raises(WriteFailed) as caught:
        operation.run(start(), timeout=seconds)
    assert isinstance(caught.value.reason, OutOfTime)
    assert (seconds or 60.0, bool(seconds)) == (caught.value.reason.seconds, caught.value.reason.is_own)
    assert requests == sent(emulator)
    assert operation.before == filled(remote.webhooks)


def test_cancelled_between_the_parts_of_a_delete(emulator: Emulator, remote: Account, start: Start) -> None:
    """After its DELETEs, a delete that is cancelled before its PUT does not say that nothing was written."""
    session = start()
    remote.webhooks = {"receive": [A], "globalSecret": OWN}
    inputs = {"receive": [A], "globalSecret": OWN}
    managed = {"events": {"receive": [A]}, "secrets": ["globalSecret"]}
    emulator.before("GET", session.cancelled.set, after=1)
    with pytest.raises(WriteInterrupted):
        steps.delete(CONFIGURATION, session, Request(state={**inputs, "secretsReadable": True, "managed": managed}))
    assert {"globalSecret": OWN} == filled(remote.webhooks)
