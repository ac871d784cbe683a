"""A `Webhook`'s write without a good answer: a GET decides, the entry is there once, and the next run goes on."""

from __future__ import annotations

from typing import Any

import pytest

from sendblue_emulator import Account, Emulator, Fault
from tests.plugin.answers import Failed, State, keep
from tests.plugin.conftest import NEW, NUMBER, OTHER_NUMBER, A, B, content, failure, said
from tests.plugin.faults import AFTER_THE_WRITE
from tests.plugin.processes import Start
from tests.plugin.values import Secret
from tests.plugin.webhook.conftest import ENTRY, ID, OTHERS, OUTPUTS, PROGRAM, own, rest

CHANGED: dict[str, Any] = {**PROGRAM, "secret": Secret(NEW), "sendblueNumbers": [OTHER_NUMBER]}
CHANGED_ENTRY: dict[str, Any] = {"url": A, "secret": NEW, "sendblue_numbers": [OTHER_NUMBER]}
STATE = State(ID, PROGRAM, OUTPUTS)


def goes_on(start: Start, emulator: Emulator, shared: Account, state: State | None) -> list[str]:
    """Run an up of `CHANGED` after a failure; it is there once, and nothing else has changed. Returns its requests."""
    emulator.faults.clear()
    shared.behave(dropped_on_put=[])
    emulator.journal.clear()
    converged = start().up(CHANGED, state)
    methods = emulator.journal.methods()
    assert own(shared.webhooks) == [CHANGED_ENTRY]
    assert rest(shared.webhooks) == rest(OTHERS)
    assert {**converged.outputs, "secretsReadable": None} == {**CHANGED, "secretsReadable": None}
    assert converged.errors == ()
    assert start().plan(CHANGED, converged).step == "same"
    return methods


def test_a_post_that_is_done_in_part(start: Start, emulator: Emulator, shared: Account) -> None:
    """An entry that is there, but not as it was sent, is an error; the state keeps what is there, and goes on."""
    emulator.faults.add(Fault(kind="status", method="POST", status=200, body={"status": "OK"}))
    emulator.before("GET", lambda: shared.add("receive", {**CHANGED_ENTRY, "sendblue_numbers": [NUMBER]}), after=1)
    with pytest.raises(Failed) as failed:
        start().up(CHANGED)
    assert f"receive {A}" in failure(failed)
    kept = keep(failed.value)
    assert (kept.id, kept.inputs, kept.errors) == (ID, CHANGED, (failed.value.text,))
    assert kept.outputs == {**CHANGED, "sendblueNumbers": [NUMBER], "secretsReadable": True}
    plan = start().plan(CHANGED, kept)
    assert plan.diff is not None
    assert plan.diff.kinds == {"sendblueNumbers": "update"}
    assert goes_on(start, emulator, shared, kept) == ["GET", "GET", "PUT", "GET"]


@pytest.mark.parametrize(("fault", "text"), AFTER_THE_WRITE)
def test_a_create_that_is_not_verified(
    start: Start, emulator: Emulator, shared: Account, fault: Fault, text: str
) -> None:
    """It was added and nobody saw it: the state has it under its id, with the reason; the next run writes nothing."""
    plugin = start(timeoutSeconds=0.6)
    emulator.faults.add(fault)
    with pytest.raises(Failed) as failed:
        plugin.up(CHANGED)
    assert text in failure(failed)
    assert "Run the same command again" in failed.value.text
    state = keep(failed.value)
    assert (state.id, state.inputs, state.errors) == (ID, CHANGED, (failed.value.text,))
    assert {**state.outputs, "secretsReadable": None} == {**CHANGED, "secretsReadable": None}
    assert state.refresh
    assert own(shared.webhooks) == [CHANGED_ENTRY]
    assert set(goes_on(start, emulator, shared, state)) == {"GET"}


def test_somebody_elses_entry_that_is_dropped(start: Start, emulator: Emulator, shared: Account) -> None:
    """An event of others that the API drops from the PUT is an error that names each; the own change is kept."""
    shared.add("receive", ENTRY)
    shared.behave(dropped_on_put=["outbound"])
    with pytest.raises(Failed) as failed:
        start().up(CHANGED, STATE)
    text = failure(failed)
    assert f"outbound {A}" in text
    assert f"outbound {B}" in text
    assert f"receive {A}" not in text
    kept = keep(failed.value)
    assert (kept.id, kept.inputs) == (ID, CHANGED)
    assert kept.outputs == {**CHANGED, "secretsReadable": True}
    assert [said(reason) for reason in kept.errors] == [text]
    shared.webhooks = {**shared.webhooks, "outbound": OTHERS["outbound"]}
    assert set(goes_on(start, emulator, shared, kept)) == {"GET"}


def test_somebody_elses_secret_that_is_dropped(start: Start, emulator: Emulator, remote: Account) -> None:
    """So is an account secret that was in the PUT, and that the account does not have any more."""
    remote.webhooks = {"receive": [ENTRY, B], "globalSecret": "canary-global"}
    emulator.before("GET", lambda: remote.set_secret("globalSecret", None), after=2)
    with pytest.raises(Failed) as failed:
        start().up(CHANGED, STATE)
    assert "globalSecret" in failure(failed)
    assert keep(failed.value).outputs == {**CHANGED, "secretsReadable": True}
    assert content(remote) == {"receive": [CHANGED_ENTRY, B]}


def test_the_own_event_that_is_dropped(start: Start, remote: Account) -> None:
    """If the API drops the own event from the PUT, the error names the own entry and those of others."""
    remote.webhooks = {"receive": [ENTRY, B]}
    remote.behave(dropped_on_put=["receive"])
    with pytest.raises(Failed) as failed:
        start().up(CHANGED, STATE)
    assert f"+ receive {A}" in failure(failed)
    assert f"receive {B}" in failed.value.text
