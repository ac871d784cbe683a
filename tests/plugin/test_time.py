"""An operation's budget, and its end when the run is cancelled."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2 as proto

from sendblue_emulator import Account, Emulator, Fault
from tests.plugin.answers import Failed, State, keep
from tests.plugin.calls import STALL, Call, interrupted, until
from tests.plugin.conftest import NEW, OWN, A, B, content, failure, id_of, said
from tests.plugin.driver import WEBHOOK, Plugin, urn
from tests.plugin.processes import Start
from tests.plugin.values import Secret, to_struct

OLD: dict[str, Any] = {"receive": [A], "globalSecret": Secret(OWN)}
CHANGED: dict[str, Any] = {"receive": [A, B], "globalSecret": Secret(NEW)}
ENTRY: dict[str, Any] = {"event": "receive", "url": A}
CHANGED_ENTRY: dict[str, Any] = {**ENTRY, "secret": Secret(NEW)}
ENTRY_STATE = State(id_of("receive", A), ENTRY, {**ENTRY, "secretsReadable": True})
"""A `Webhook` of what the account has."""

Operation = Callable[[Plugin, State, float], object]
OPERATIONS = [
    pytest.param(lambda plugin, _, timeout: plugin.create(CHANGED, timeout=timeout), id="create"),
    pytest.param(lambda plugin, state, timeout: plugin.update(state, CHANGED, timeout=timeout), id="update"),
    pytest.param(lambda plugin, state, timeout: plugin.delete(state, timeout=timeout), id="delete"),
    pytest.param(
        lambda plugin, _, timeout: plugin.of(WEBHOOK).create({"event": "outbound", "url": B}, timeout=timeout),
        id="create of a Webhook",
    ),
    pytest.param(
        lambda plugin, _, timeout: plugin.of(WEBHOOK).update(ENTRY_STATE, CHANGED_ENTRY, timeout=timeout),
        id="update of a Webhook",
    ),
    pytest.param(
        lambda plugin, _, timeout: plugin.of(WEBHOOK).delete(ENTRY_STATE, timeout=timeout), id="delete of a Webhook"
    ),
]
READING = [
    pytest.param(lambda plugin, _, __: plugin.create(CHANGED, preview=True), id="preview of a create"),
    pytest.param(lambda plugin, state, _: plugin.read(state), id="read"),
    pytest.param(lambda plugin, _, __: plugin.import_("account"), id="import"),
    pytest.param(lambda plugin, state, _: plugin.diff(state, CHANGED), id="diff"),
    pytest.param(
        lambda plugin, _, __: plugin.of(WEBHOOK).create(ENTRY, preview=True), id="preview of a create of a Webhook"
    ),
    pytest.param(lambda plugin, _, __: plugin.of(WEBHOOK).read(ENTRY_STATE), id="read of a Webhook"),
    pytest.param(lambda plugin, _, __: plugin.of(WEBHOOK).import_(ENTRY_STATE.id), id="import of a Webhook"),
    pytest.param(lambda plugin, _, __: plugin.of(WEBHOOK).diff(ENTRY_STATE, CHANGED_ENTRY), id="diff of a Webhook"),
    pytest.param(
        lambda plugin, _, __: plugin.of(WEBHOOK).update(ENTRY_STATE, CHANGED_ENTRY, preview=True),
        id="preview of an update of a Webhook",
    ),
    pytest.param(lambda plugin, _, __: plugin.invoke(), id="invoke"),
]


@pytest.fixture
def state(start: Start, emulator: Emulator) -> State:
    state = start().up(OLD)
    emulator.journal.clear()
    return state


# Budgets


@pytest.mark.parametrize("operation", OPERATIONS)
def test_custom_timeouts(start: Start, state: State, emulator: Emulator, operation: Operation) -> None:
    """A stalled API with a custom timeout fails after it, and the error names the option."""
    plugin = start()
    emulator.faults.add(Fault(kind="stall", seconds=STALL, times=None))
    with pytest.raises(Failed) as failed:
        operation(plugin, state, 0.1)
    assert "within the 0.1 s" in failure(failed)
    assert "customTimeouts" in failed.value.text
    assert "timeoutSeconds" not in failed.value.text
    assert failed.value.written is None


@pytest.mark.parametrize("operation", [*OPERATIONS, *READING])
def test_the_providers_timeout(start: Start, state: State, emulator: Emulator, operation: Operation) -> None:
    """Without custom timeouts the provider's own bounds every operation, and the error names that."""
    plugin = start(timeoutSeconds=0.1)
    emulator.faults.add(Fault(kind="stall", seconds=STALL, times=None))
    with pytest.raises(Failed) as failed:
        operation(plugin, state, 0.0)
    assert "within the 0.1 s" in failure(failed)
    assert "sendblue:timeoutSeconds" in failed.value.text
    assert "customTimeouts" not in failed.value.text


def test_a_custom_timeout_can_be_longer(start: Start, emulator: Emulator, remote: Account) -> None:
    """A custom timeout goes before the provider's, also where it is the longer one."""
    emulator.faults.add(Fault(kind="stall", method="PUT", seconds=0.5))
    start(timeoutSeconds=0.2).create(OLD, timeout=5)
    assert content(remote) == {"receive": [A], "globalSecret": OWN}


def test_a_custom_timeout_of_a_read(start: Start, state: State, emulator: Emulator) -> None:
    """A read keeps to the resource's own budget, where the engine knows of one for reads."""
    if "timeout" not in proto.ReadRequest.DESCRIPTOR.fields_by_name:
        pytest.skip("this SDK's protocol has no timeout of a read")
    plugin = start(timeoutSeconds=1.5)
    emulator.faults.add(Fault(kind="stall", seconds=STALL, times=None))
    properties, inputs = to_struct(state.outputs), to_struct(state.inputs)
    with pytest.raises(Failed) as failed:
        plugin.call(
            "Read", proto.ReadRequest(id=state.id, urn=urn(), properties=properties, inputs=inputs, timeout=0.5)
        )
    assert "within the 0.5 s" in failure(failed)


def test_a_put_that_was_applied_and_not_answered(start: Start, emulator: Emulator, remote: Account) -> None:
    """If time runs out over a PUT, one GET follows; a PUT that it shows is done."""
    emulator.faults.add(Fault(kind="stall", method="PUT", applied=True, seconds=STALL))
    state = start().create(OLD, timeout=1)
    assert state.outputs["receive"] == [A]
    assert content(remote) == {"receive": [A], "globalSecret": OWN}


# Cancel


@pytest.mark.parametrize("operation", [*OPERATIONS, *READING])
def test_cancelled_while_it_reads(
    start: Start, state: State, emulator: Emulator, remote: Account, operation: Operation
) -> None:
    """An operation that waits for a GET ends at once, and has written nothing."""
    plugin, before = start(), content(remote)
    emulator.faults.add(Fault(kind="stall", method="GET", seconds=STALL))
    call = interrupted(plugin, emulator, 1, lambda: operation(plugin, state, 0.0))
    assert "interrupted" in call.text
    assert call.failed is not None
    assert call.failed.written is None
    assert emulator.journal.methods() == ["GET"]
    assert content(remote) == before


def test_cancelled_while_it_waits_for_another(start: Start, state: State, emulator: Emulator) -> None:
    """Operations that queue for the account end with the one that holds it."""
    plugin = start()
    emulator.faults.add(Fault(kind="stall", method="GET", seconds=STALL))
    queued = Call(lambda: plugin.update(state, CHANGED))

    def read() -> object:
        threading.Timer(0.05, queued.start).start()
        return plugin.read(state)

    thread = Call(read)
    thread.start()
    until(lambda: len(emulator.journal) >= 1 and queued.is_alive())
    time.sleep(0.1)
    plugin.cancel()
    thread.ends()
    queued.ends()
    assert "interrupted" in thread.text
    assert "interrupted" in queued.text
    assert emulator.journal.methods() == ["GET"]


@pytest.mark.parametrize("creates", [True, False])
def test_cancelled_after_a_put_was_applied(
    start: Start, state: State, emulator: Emulator, remote: Account, *, creates: bool
) -> None:
    """A PUT that was sent and shows its effect counts: the state gets all of it."""
    plugin = start()
    if creates:
        remote.webhooks = {}
    emulator.faults.add(Fault(kind="stall", method="PUT", applied=True, seconds=STALL))
    run = (lambda: plugin.create(CHANGED)) if creates else (lambda: plugin.update(state, CHANGED))
    call = interrupted(plugin, emulator, 2, run)
    after = call.result if call.failed is None else keep(call.failed)
    assert isinstance(after, State)
    assert after.outputs["receive"] == [A, B]
    assert after.outputs["globalSecret"] == Secret(NEW)
    assert after.outputs["managed"] == Secret({"events": {"receive": [A, B]}, "secrets": ["globalSecret"]})
    assert after.refresh
    emulator.faults.clear()
    emulator.journal.clear()
    start().up(CHANGED, after)
    assert "PUT" not in emulator.journal.methods()


@pytest.mark.parametrize("creates", [True, False])
def test_cancelled_while_the_write_is_verified(
    start: Start, state: State, emulator: Emulator, remote: Account, *, creates: bool
) -> None:
    """If no GET shows what the PUT did, the state keeps the resource as partly written; the next run converges."""
    plugin = start()
    if creates:
        remote.webhooks = {}
    emulator.faults.add(Fault(kind="stall", method="GET", after=1, times=None, seconds=STALL))
    run = (lambda: plugin.create(CHANGED)) if creates else (lambda: plugin.update(state, CHANGED))
    call = interrupted(plugin, emulator, 3, run)
    assert call.failed is not None
    assert "cancelled" in call.text
    assert "Run the same command again" in call.text
    assert "timeoutSeconds" not in call.text
    after = keep(call.failed)
    assert after.id == "account"
    assert after.inputs == CHANGED
    assert after.refresh
    assert [said(reason) for reason in after.errors] == [call.text]
    emulator.faults.clear()
    emulator.journal.clear()
    converged = start().up(CHANGED, after)
    assert "PUT" not in emulator.journal.methods()
    assert converged.outputs == {
        "receive": [A, B],
        "globalSecret": Secret(NEW),
        "secretsReadable": True,
        "managed": Secret({"events": {"receive": [A, B]}, "secrets": ["globalSecret"]}),
    }


def test_after_a_cancel_everything_ends(start: Start, state: State, emulator: Emulator) -> None:
    """What the engine still asks for after Cancel ends at once, without a request."""
    plugin = start()
    plugin.cancel()
    emulator.journal.clear()
    for operation in (
        lambda: plugin.create(CHANGED),
        lambda: plugin.update(state, CHANGED),
        lambda: plugin.delete(state),
        lambda: plugin.read(state),
        lambda: plugin.of(WEBHOOK).create({"event": "outbound", "url": B}),
        lambda: plugin.of(WEBHOOK).update(ENTRY_STATE, CHANGED_ENTRY),
        lambda: plugin.of(WEBHOOK).delete(ENTRY_STATE),
        lambda: plugin.of(WEBHOOK).import_(ENTRY_STATE.id),
    ):
        with pytest.raises(Failed) as failed:
            operation()
        assert "cancelled" in failure(failed)
    assert emulator.journal.methods() == []


def test_cancel_of_an_idle_provider(start: Start, state: State) -> None:
    """Cancel is no error when nothing is under way, nor before the provider is configured; every run ends with it."""
    start(configured=False).cancel()
    plugin = start()
    plugin.cancel()
    plugin.cancel()
    plugin = start()
    assert plugin.up(OLD, state) == state
