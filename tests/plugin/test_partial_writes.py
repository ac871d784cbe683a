"""A failure after the PUT: the state keeps the resource as partly initialised, and the next run goes on from there."""

from __future__ import annotations

from typing import Any

import pytest

from sendblue_emulator import Account, Emulator, Fault
from tests.plugin.answers import Failed, State, keep
from tests.plugin.conftest import NEW, OWN, A, B, C, content, failure, said
from tests.plugin.faults import AFTER_THE_WRITE
from tests.plugin.processes import Start
from tests.plugin.values import Secret

OLD: dict[str, Any] = {"receive": [A], "outbound": [A], "globalSecret": Secret(OWN)}
CHANGED: dict[str, Any] = {"receive": [{"url": B, "secret": Secret(NEW)}], "callLog": [A], "globalSecret": Secret(NEW)}
STORED: dict[str, Any] = {"receive": [{"url": B, "secret": NEW}], "call_log": [A], "globalSecret": NEW}
MANAGED = {"events": {"call_log": [A], "receive": [B]}, "secrets": ["globalSecret"]}
MANAGED_BOTH = {"events": {"call_log": [A], "outbound": [A], "receive": [A, B]}, "secrets": ["globalSecret"]}


def goes_on(start: Start, emulator: Emulator, remote: Account, state: State, *, puts: int) -> State:
    """Run an update of `CHANGED` after a failure; the result is right, and a further run finds nothing to do."""
    emulator.faults.clear()
    emulator.journal.clear()
    converged = start().up(CHANGED, state)
    assert emulator.journal.methods().count("PUT") == puts
    assert content(remote) == STORED
    assert converged.outputs == {**CHANGED, "secretsReadable": True, "managed": Secret(MANAGED)}
    assert converged.errors == ()
    assert start().plan(CHANGED, converged).step == "same"
    return converged


@pytest.mark.parametrize(("fault", "text"), AFTER_THE_WRITE)
def test_a_create_that_is_not_verified(
    start: Start, emulator: Emulator, remote: Account, fault: Fault, text: str
) -> None:
    """The PUT was done and nobody saw it: the state has the resource and the reason; the next run needs no PUT."""
    plugin = start(timeoutSeconds=0.6)
    emulator.faults.add(fault)
    with pytest.raises(Failed) as failed:
        plugin.up(CHANGED)
    assert text in failure(failed)
    assert "Run the same command again" in failed.value.text
    state = keep(failed.value)
    assert (state.id, state.inputs, state.errors) == ("account", CHANGED, (failed.value.text,))
    assert state.refresh
    assert state.outputs["managed"] == Secret(MANAGED)
    assert content(remote) == STORED
    goes_on(start, emulator, remote, state, puts=0)


@pytest.mark.parametrize(("fault", "text"), AFTER_THE_WRITE)
def test_an_update_that_is_not_verified(
    start: Start, emulator: Emulator, remote: Account, fault: Fault, text: str
) -> None:
    """The same of an update; what it may not have removed yet stays recorded as the stack's own."""
    state = start().up(OLD)
    plugin = start(timeoutSeconds=0.6)
    plan = plugin.plan(CHANGED, state)
    emulator.faults.add(fault)
    with pytest.raises(Failed) as failed:
        plugin.update(state, plan.inputs)
    assert text in failure(failed)
    kept = keep(failed.value)
    assert (kept.id, kept.inputs, kept.errors) == ("account", CHANGED, (failed.value.text,))
    assert kept.outputs["managed"] == Secret(MANAGED_BOTH)
    goes_on(start, emulator, remote, kept, puts=0)


@pytest.mark.parametrize("done", [True, False])
def test_a_failed_update_is_destroyed(start: Start, emulator: Emulator, remote: Account, *, done: bool) -> None:
    """A destroy after such a failure removes all of it, whichever of the two the account now holds."""
    state = start().up(OLD)
    plugin = start(timeoutSeconds=0.6)
    plan = plugin.plan(CHANGED, state)
    emulator.faults.add(
        Fault(kind="reset", method="PUT", times=None, applied=done),
        Fault(kind="reset", method="GET", after=1, times=None),
    )
    with pytest.raises(Failed) as failed:
        plugin.update(state, plan.inputs)
    emulator.faults.clear()
    start().delete(keep(failed.value))
    assert content(remote) == {}


def test_a_dropped_event(start: Start, emulator: Emulator, remote: Account) -> None:
    """An event that the API drops silently fails the create by name; the state holds what is there."""
    remote.behave(dropped_on_put=["call_log"])
    with pytest.raises(Failed) as failed:
        start().up(CHANGED)
    assert "remove call_log from the program" in failure(failed)
    assert f"+ call_log {A}" in failed.value.text
    state = keep(failed.value)
    assert state.inputs == CHANGED
    assert state.errors == (failed.value.text,)
    assert state.outputs == {
        "receive": CHANGED["receive"],
        "callLog": [],
        "globalSecret": Secret(NEW),
        "secretsReadable": True,
        "managed": Secret(MANAGED),
    }
    plan = start().plan(CHANGED, state)
    assert plan.diff is not None
    assert plan.diff.kinds == {"callLog": "add"}
    with pytest.raises(Failed) as again:
        start().up(CHANGED, state)
    assert again.value.text == failed.value.text
    remote.behave(dropped_on_put=[])
    goes_on(start, emulator, remote, state, puts=1)


def test_what_is_kept_holds_its_secrets_marked(start: Start, remote: Account) -> None:
    """The outputs and the inputs of a partly initialised resource have every secret marked, the program's own too."""
    program = {"receive": [Secret(A), {"url": B, "secret": "canary-plain"}], "outbound": Secret([C])}
    remote.behave(dropped_on_put=["outbound"])
    with pytest.raises(Failed) as failed:
        start().up(program)
    state = keep(failed.value)
    assert state.inputs == {**program, "receive": [Secret(A), {"url": B, "secret": Secret("canary-plain")}]}
    assert state.outputs["receive"] == state.inputs["receive"]
    assert said(state.errors[0]).count("[secret]") >= 1


def test_a_large_configuration_is_kept_too(start: Start, remote: Account) -> None:
    """The state of a failed write travels whole, also where it is far larger than a usual error."""
    urls = [f"https://example.com/hooks/receive/{number}" for number in range(2000)]
    remote.behave(dropped_on_put=["outbound"])
    with pytest.raises(Failed) as failed:
        start().up({"receive": urls, "outbound": [A]})
    state = keep(failed.value)
    assert state.outputs["receive"] == urls
    assert len(failure(failed)) < 1000
