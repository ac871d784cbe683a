"""A run that is cancelled at any point of a `Webhook`'s operation: it ends within a second, and the next goes on."""

from __future__ import annotations

from typing import Any

import pytest

from sendblue_emulator import Account, Emulator, Fault
from tests.plugin.calls import STALL, interrupted
from tests.plugin.conftest import NEW, OTHER_NUMBER, A, failure
from tests.plugin.driver import Failed, Secret, Start, State, keep
from tests.plugin.webhook.conftest import ENTRY, ID, OTHERS, OUTPUTS, PROGRAM, own, rest

CHANGED: dict[str, Any] = {**PROGRAM, "secret": Secret(NEW), "sendblueNumbers": [OTHER_NUMBER]}
CHANGED_ENTRY: dict[str, Any] = {"url": A, "secret": NEW, "sendblue_numbers": [OTHER_NUMBER]}
STATE = State(ID, PROGRAM, OUTPUTS)
HIDDEN_STATE = State(ID, PROGRAM, {**OUTPUTS, "secretsReadable": False})
HELD = 1.5
"""How long a request is held that is not carried out: longer than its client waits once it is cancelled."""


def waiting(method: str, *, after: int = 0) -> list[Any]:
    """Return what a request can wait for, with how much of it is done."""
    return [
        pytest.param(Fault(kind="stall", method=method, after=after, seconds=HELD), False, id="before it is done"),
        pytest.param(
            Fault(kind="stall", method=method, after=after, seconds=STALL, applied=True), True, id="after it is done"
        ),
        pytest.param(
            Fault(kind="status", method=method, after=after, status=429, headers={"Retry-After": "5"}),
            False,
            id="between two attempts",
        ),
    ]


def reading(after: int) -> Fault:
    return Fault(kind="stall", method="GET", after=after, times=None, seconds=STALL)


def goes_on(start: Start, emulator: Emulator, shared: Account, state: State | None) -> list[str]:
    """Run an up of `CHANGED` after the end of a run; it is there once, and nothing else changed. Returns its writes."""
    emulator.faults.clear()
    emulator.journal.clear()
    converged = start().up(CHANGED, state)
    methods = [method for method in emulator.journal.methods() if method != "GET"]
    assert own(shared.webhooks) == [CHANGED_ENTRY]
    assert rest(shared.webhooks) == rest(OTHERS)
    assert start().plan(CHANGED, converged).step == "same"
    return methods


def test_a_create_while_it_reads(start: Start, emulator: Emulator, shared: Account) -> None:
    """A create that waits for its first GET has written nothing."""
    plugin = start()
    emulator.faults.add(reading(0))
    call = interrupted(plugin, emulator, 1, lambda: plugin.create(CHANGED))
    assert call.text
    assert call.failed is not None
    assert call.failed.written is None
    assert emulator.journal.methods() == ["GET"]
    assert shared.webhooks == OTHERS


@pytest.mark.parametrize(("fault", "done"), waiting("POST"))
def test_a_create_while_it_writes(
    start: Start, emulator: Emulator, shared: Account, fault: Fault, *, done: bool
) -> None:
    """One that waits for its POST looks once: what is there is kept in the state, and what is not is nobody's."""
    plugin = start()
    emulator.faults.add(fault)
    call = interrupted(plugin, emulator, 2, lambda: plugin.create(CHANGED))
    assert emulator.journal.methods().count("POST") == 1
    if not done:
        assert call.text
        assert call.failed is not None
        assert call.failed.written is None
        assert shared.webhooks == OTHERS
        assert goes_on(start, emulator, shared, None) == ["POST"]
        return
    state = call.result if call.failed is None else keep(call.failed)
    assert isinstance(state, State)
    assert (state.id, state.outputs) == (ID, {**CHANGED, "secretsReadable": True})
    assert state.refresh
    assert goes_on(start, emulator, shared, state) == []


def test_a_create_while_it_verifies(start: Start, emulator: Emulator, shared: Account) -> None:
    """One that waits for its last GET is kept in the state, with the reason; the next run writes nothing."""
    plugin = start()
    emulator.faults.add(reading(1))
    call = interrupted(plugin, emulator, 3, lambda: plugin.create(CHANGED))
    assert "cancelled" in call.text
    assert "Run the same command again" in call.text
    assert call.failed is not None
    state = keep(call.failed)
    assert (state.id, state.inputs, state.errors) == (ID, CHANGED, (call.text,))
    assert goes_on(start, emulator, shared, state) == []


def test_an_update_while_it_reads(start: Start, emulator: Emulator, shared: Account) -> None:
    """An update that waits for its first GET has written nothing."""
    shared.add("receive", ENTRY)
    plugin = start()
    emulator.faults.add(reading(0))
    call = interrupted(plugin, emulator, 1, lambda: plugin.update(STATE, CHANGED))
    assert call.text
    assert call.failed is not None
    assert call.failed.written is None
    assert own(shared.webhooks) == [ENTRY]
    assert goes_on(start, emulator, shared, STATE) == ["PUT"]


@pytest.mark.parametrize(("fault", "done"), waiting("PUT"))
def test_an_update_while_it_writes(
    start: Start, emulator: Emulator, shared: Account, fault: Fault, *, done: bool
) -> None:
    """One that waits for its PUT looks once; the next run does what is left."""
    shared.add("receive", ENTRY)
    plugin = start()
    emulator.faults.add(fault)
    call = interrupted(plugin, emulator, 2, lambda: plugin.update(STATE, CHANGED))
    assert emulator.journal.methods().count("PUT") == 1
    if not done:
        assert call.text
        assert call.failed is not None
        assert call.failed.written is None
        assert goes_on(start, emulator, shared, STATE) == ["PUT"]
        return
    state = call.result if call.failed is None else keep(call.failed)
    assert isinstance(state, State)
    assert (state.id, state.outputs) == (ID, {**CHANGED, "secretsReadable": True})
    assert goes_on(start, emulator, shared, state) == []


def test_an_update_while_it_verifies(start: Start, emulator: Emulator, shared: Account) -> None:
    """One that waits for its last GET is kept in the state, with the reason; the next run writes nothing."""
    shared.add("receive", ENTRY)
    plugin = start()
    emulator.faults.add(reading(1))
    call = interrupted(plugin, emulator, 3, lambda: plugin.update(STATE, CHANGED))
    assert "cancelled" in call.text
    assert call.failed is not None
    state = keep(call.failed)
    assert (state.id, state.inputs, state.errors) == (ID, CHANGED, (call.text,))
    assert goes_on(start, emulator, shared, state) == []


GAP = [
    pytest.param(reading(0), 1, id="the first GET"),
    *[pytest.param(*case.values[:1], 2, id=f"the DELETE, {case.id}") for case in waiting("DELETE")],
    pytest.param(reading(1), 3, id="the GET after the DELETE"),
    *[pytest.param(*case.values[:1], 4, id=f"the POST, {case.id}") for case in waiting("POST")],
    pytest.param(reading(2), 5, id="the last GET"),
]
"""What a removal and an addition wait for, and how many requests were sent by then."""


@pytest.mark.parametrize(("fault", "sent"), GAP)
def test_a_removal_and_an_addition(start: Start, emulator: Emulator, shared: Account, fault: Fault, sent: int) -> None:
    """Wherever an update of two writes is cancelled, the next run makes it whole, and no PUT is ever sent."""
    shared.behave(secrets="masked")
    shared.add("receive", ENTRY)
    plugin = start()
    emulator.faults.add(fault)
    call = interrupted(plugin, emulator, sent, lambda: plugin.update(HIDDEN_STATE, CHANGED))
    assert "PUT" not in emulator.journal.methods()
    state: Any = call.result
    if call.failed is not None:
        assert call.text
        state = HIDDEN_STATE if call.failed.written is None else keep(call.failed)
    assert state.id == ID
    assert "PUT" not in goes_on(start, emulator, shared, state)


REMOVED = [
    pytest.param(Fault(kind="stall", method="DELETE", seconds=STALL, applied=True), 2, id="the DELETE"),
    pytest.param(Fault(kind="stall", method="GET", after=1, seconds=STALL), 3, id="the GET after it"),
]


@pytest.mark.parametrize(("fault", "sent"), REMOVED)
def test_what_was_removed_is_added(start: Start, emulator: Emulator, shared: Account, fault: Fault, sent: int) -> None:
    """Once the entry is removed it is added all the same, so that a cancelled run does not leave it off the account."""
    shared.behave(secrets="masked")
    shared.add("receive", ENTRY)
    plugin = start()
    emulator.faults.add(fault)
    interrupted(plugin, emulator, sent, lambda: plugin.update(HIDDEN_STATE, CHANGED))
    assert own(shared.webhooks) == [CHANGED_ENTRY]
    assert rest(shared.webhooks) == rest(OTHERS)


DELETE = [
    pytest.param(reading(0), 1, id="the first GET"),
    *[pytest.param(*case.values[:1], 2, id=f"the DELETE, {case.id}") for case in waiting("DELETE")],
    pytest.param(reading(1), 3, id="the last GET"),
]


@pytest.mark.parametrize(("fault", "sent"), DELETE)
def test_a_delete(start: Start, emulator: Emulator, shared: Account, fault: Fault, sent: int) -> None:
    """Wherever a delete is cancelled, the next one removes what is left, and nothing else."""
    shared.add("receive", ENTRY)
    plugin = start()
    emulator.faults.add(fault)
    call = interrupted(plugin, emulator, sent, lambda: plugin.delete(STATE))
    if call.failed is not None:
        assert call.text
    else:
        assert own(shared.webhooks) == []
    emulator.faults.clear()
    start().delete(STATE)
    assert rest(shared.webhooks, "", "") == rest(OTHERS, "", "")


def test_after_a_cancel_everything_ends(start: Start, emulator: Emulator, shared: Account) -> None:
    """What the engine still asks for after Cancel ends at once, without a request."""
    shared.add("receive", ENTRY)
    plugin = start()
    plugin.cancel()
    for operation in (
        lambda: plugin.create({**PROGRAM, "event": "outbound"}),
        lambda: plugin.update(STATE, CHANGED),
        lambda: plugin.delete(STATE),
        lambda: plugin.read(STATE),
        lambda: plugin.import_(ID),
        lambda: plugin.diff(STATE, CHANGED),
    ):
        with pytest.raises(Failed) as failed:
            operation()
        assert "cancelled" in failure(failed)
    assert emulator.journal.methods() == []
