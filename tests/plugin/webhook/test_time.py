"""A run that is cancelled at any point of a `Webhook`'s operation: it ends within a second, and the next goes on."""

from __future__ import annotations

from typing import Any

import pytest

from sendblue_emulator import Account, Emulator, Fault
from tests.plugin.answers import State, keep
from tests.plugin.calls import STALL, interrupted
from tests.plugin.conftest import NEW, OTHER_NUMBER, A
from tests.plugin.processes import Start
from tests.plugin.values import Secret
from tests.plugin.webhook.conftest import ENTRY, ID, OTHERS, OUTPUTS, PROGRAM, own, rest

CHANGED: dict[str, Any] = {**PROGRAM, "secret": Secret(NEW), "sendblueNumbers": [OTHER_NUMBER]}
CHANGED_ENTRY: dict[str, Any] = {"url": A, "secret": NEW, "sendblue_numbers": [OTHER_NUMBER]}
STATE = State(ID, PROGRAM, OUTPUTS)
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
