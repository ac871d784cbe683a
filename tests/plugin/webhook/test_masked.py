"""Accounts whose secrets do not show: nothing is ever written over them, and a change is a removal and an addition."""

from __future__ import annotations

from typing import Any

import pytest

from sendblue_emulator import MASK, Account, Emulator
from tests.plugin.conftest import NEW, NUMBER, OTHER, OTHER_NUMBER, OWN, A, B, content, failure
from tests.plugin.driver import WEBHOOK, Engine, Failed, Secret, Start, State, urn
from tests.plugin.webhook.conftest import ENTRY, ID, OTHERS, OUTPUTS, PROGRAM, own, rest

CHANGED: dict[str, Any] = {**PROGRAM, "secret": Secret(NEW), "sendblueNumbers": [OTHER_NUMBER]}
CHANGED_ENTRY: dict[str, Any] = {"url": A, "secret": NEW, "sendblue_numbers": [OTHER_NUMBER]}
HIDDEN = {**OUTPUTS, "secretsReadable": False}
WAYS = ["masked", "omitted"]


@pytest.mark.parametrize("way", WAYS)
def test_a_life(start: Start, emulator: Emulator, shared: Account, way: str) -> None:
    """The state's secret stands in for the one that does not show; every step leaves the account's real ones alone."""
    shared.behave(secrets=way)
    state = start().up(PROGRAM)
    assert emulator.journal.methods() == ["GET", "POST", "GET"]
    assert state == State(ID, PROGRAM, HIDDEN, refresh=True)
    assert start().read(state) == state
    assert start().plan(PROGRAM, state).step == "same"
    emulator.journal.clear()
    after = start().up(CHANGED, state)
    assert emulator.journal.methods() == ["GET", "GET", "DELETE", "GET", "POST", "GET"]
    assert after.outputs == {**CHANGED, "secretsReadable": False}
    assert own(shared.webhooks) == [CHANGED_ENTRY]
    assert rest(shared.webhooks) == rest(OTHERS)
    emulator.journal.clear()
    start().delete(after)
    assert emulator.journal.methods() == ["GET", "DELETE", "GET"]
    assert rest(shared.webhooks, "", "") == rest(OTHERS, "", "")


@pytest.mark.parametrize("way", WAYS)
def test_the_gap_is_told(start: Start, shared: Account, engine: Engine, way: str) -> None:
    """The preview of an update that removes and adds warns of the gap, and so does the up; others do not."""
    shared.behave(secrets=way)
    state = start().up(PROGRAM)
    engine.take()
    start().preview(PROGRAM, state)
    assert [message.severity for message in engine.take()] == ["info"]  # that drift in secrets cannot be seen
    for preview in (True, False):
        start().preview(CHANGED, state) if preview else start().up(CHANGED, state)
        (gap,) = [message for message in engine.take() if message.severity == "warning"]
        assert gap.urn == urn(type_=WEBHOOK)
        assert "removed and added again" in gap.text
        assert "lost" in gap.text


def test_a_replacement_has_no_gap(start: Start, shared: Account, engine: Engine) -> None:
    """A changed URL is added before the old one is removed, so nothing is lost, and nothing is warned of."""
    shared.behave(secrets="masked")
    state = start().up(PROGRAM)
    engine.take()
    start().up({**PROGRAM, "url": f"{A}/new"}, state)
    assert [message.severity for message in engine.take()] == ["info"]
    assert own(shared.webhooks, url=f"{A}/new") == [{**ENTRY, "url": f"{A}/new"}]
    assert rest(shared.webhooks, url=f"{A}/new") == rest(OTHERS)


def test_secrets_of_others_alone(start: Start, emulator: Emulator, shared: Account) -> None:
    """An entry without a secret is not changed by a PUT either while those of others read masked."""
    shared.behave(secrets="masked")
    program = {"event": "receive", "url": A}
    state = start().up(program)
    emulator.journal.clear()
    start().up({**program, "sendblueNumbers": [NUMBER]}, state)
    assert "PUT" not in emulator.journal.methods()
    assert own(shared.webhooks) == [{"url": A, "sendblue_numbers": [NUMBER]}]
    assert rest(shared.webhooks) == rest(OTHERS)


@pytest.mark.parametrize("name", ["globalSecret", "secret"])
def test_a_masked_account_secret(start: Start, emulator: Emulator, remote: Account, name: str) -> None:
    """The same where nothing but an account secret reads masked."""
    remote.behave(secrets="masked")
    remote.webhooks = {name: OTHER}
    state = start().up({"event": "receive", "url": A})
    start().up({"event": "receive", "url": A, "sendblueNumbers": [NUMBER]}, state)
    assert "PUT" not in emulator.journal.methods()
    assert content(remote) == {name: OTHER, "receive": [{"url": A, "sendblue_numbers": [NUMBER]}]}


def test_omitted_secrets_of_another_resource(start: Start, emulator: Emulator, remote: Account) -> None:
    """That secrets are left out shows by one resource of the run, and another one's update then writes no PUT."""
    remote.behave(secrets="omitted")
    remote.webhooks = {"outbound": [{"url": B, "secret": OTHER}]}
    plain = {"event": "receive", "url": A}
    first = start().up(PROGRAM | {"event": "call_log"}, name="first")
    second = start().up(plain, name="second")
    plugin = start()
    plugin.plan(PROGRAM | {"event": "call_log"}, first, name="first")
    emulator.journal.clear()
    plugin.up({**plain, "sendblueNumbers": [NUMBER]}, second, name="second")
    assert "PUT" not in emulator.journal.methods()
    assert content(remote)["outbound"] == [{"url": B, "secret": OTHER}]


def test_a_field_that_is_not_known_is_carried_through(start: Start, shared: Account) -> None:
    """What the entry has of fields that this provider does not know, it has after the removal and the addition too."""
    shared.behave(secrets="masked")
    shared.add("receive", {**ENTRY, "label": "x"})
    start().up(CHANGED, State(ID, PROGRAM, HIDDEN))
    assert own(shared.webhooks) == [{**CHANGED_ENTRY, "label": "x"}]


@pytest.mark.parametrize("way", WAYS)
def test_a_second_copy(start: Start, emulator: Emulator, shared: Account, engine: Engine, way: str) -> None:
    """Beside another copy an update is one line and writes nothing, in preview too; a delete leaves all and warns."""
    shared.behave(secrets=way)
    shared.webhooks = {**OTHERS, "receive": [ENTRY, {"url": A, "secret": OTHER}, *OTHERS["receive"]]}
    state = State(ID, PROGRAM, HIDDEN)
    before = shared.webhooks
    with pytest.raises(Failed) as failed:
        start().preview(CHANGED, state)
    assert f"receive {A}" in failure(failed)
    with pytest.raises(Failed) as failed:
        start().up(CHANGED, state)
    assert f"receive {A}" in failure(failed)
    assert "dashboard" in failed.value.text
    assert failed.value.written is None
    engine.take()
    start().delete(state)
    ((severity, _, text),) = engine.take()
    assert severity == "warning"
    assert "left on the account" in text
    assert text.count(f"receive {A}") == 2
    assert set(emulator.journal.methods()) == {"GET"}
    assert shared.webhooks == before


def test_secrets_that_show_again(start: Start, emulator: Emulator, shared: Account) -> None:
    """A read that shows the real values says so in the state, and an update is a PUT again."""
    shared.behave(secrets="masked")
    state = start().up(PROGRAM)
    shared.behave(secrets="readable")
    read = start().read(state)
    assert read.outputs == OUTPUTS
    emulator.journal.clear()
    start().up(CHANGED, state)
    assert emulator.journal.methods() == ["GET", "GET", "PUT", "GET"]
    assert rest(shared.webhooks) == rest(OTHERS)


def test_secrets_that_show_again_beside_an_entry_without_one(start: Start, emulator: Emulator, shared: Account) -> None:
    """Real values of others say so too: an entry that has no secret by now is changed by a PUT again, with no gap."""
    shared.behave(secrets="masked")
    program = {name: value for name, value in PROGRAM.items() if name != "secret"}
    state = start().up(PROGRAM)
    state = start().up(program, state)
    shared.behave(secrets="readable")
    assert start().read(state).outputs["secretsReadable"] is True
    emulator.journal.clear()
    start().up({**program, "sendblueNumbers": [OTHER_NUMBER]}, state)
    assert emulator.journal.methods() == ["GET", "GET", "PUT", "GET"]


def test_drift_that_shows(start: Start, remote: Account) -> None:
    """Beside a secret that does not show, other numbers are drift all the same; the secret is not."""
    remote.behave(secrets="masked")
    remote.webhooks = {"receive": [{**ENTRY, "secret": OTHER, "sendblue_numbers": [OTHER_NUMBER]}]}
    plan = start().plan(PROGRAM, State(ID, PROGRAM, HIDDEN))
    assert plan.diff is not None
    assert plan.diff.kinds == {"sendblueNumbers": "update"}


def test_an_ignored_secret(start: Start, emulator: Emulator, shared: Account) -> None:
    """An ignored secret that does not show is written as the state has it, and never as its mask."""
    shared.behave(secrets="masked")
    state = start().up(PROGRAM)
    start().up({**PROGRAM, "sendblueNumbers": [OTHER_NUMBER]}, state, ignore=["secret"])
    assert "PUT" not in emulator.journal.methods()
    assert own(shared.webhooks) == [{**ENTRY, "sendblue_numbers": [OTHER_NUMBER]}]
    assert rest(shared.webhooks) == rest(OTHERS)


def test_an_ignored_secret_that_nobody_knows(start: Start, emulator: Emulator, shared: Account) -> None:
    """One that somebody else set, and that does not show, cannot be kept by a write: it stops before that."""
    shared.behave(secrets="masked")
    shared.add("receive", {"url": A, "secret": OTHER})
    before = shared.webhooks
    program = {"event": "receive", "url": A}
    state = State(ID, program, {**program, "secretsReadable": True})
    with pytest.raises(Failed) as failed:
        start().up({**program, "sendblueNumbers": [NUMBER]}, state, ignore=["secret"])
    assert f"receive {A}" in failure(failed)
    assert failed.value.written is None
    assert set(emulator.journal.methods()) == {"GET"}
    assert shared.webhooks == before


def test_a_mask_gets_into_no_state(start: Start, remote: Account) -> None:
    """What stands in a secret's place is never taken for the secret."""
    remote.behave(secrets="masked")
    state = start().up(PROGRAM)
    for after in (state, start().read(state), start().up(CHANGED, state)):
        assert MASK not in repr(after)
    assert content(remote) == {"receive": [CHANGED_ENTRY]}
    assert OWN not in repr(content(remote))
