"""A `Webhook`'s write without a good answer: a GET decides, the entry is there once, and the next run goes on."""

from __future__ import annotations

from typing import Any

import pytest

from sendblue_emulator import Account, Emulator, Fault
from tests.plugin.conftest import NEW, NUMBER, OTHER_NUMBER, A, B, content, failure, said
from tests.plugin.driver import Failed, Secret, Start, State, keep
from tests.plugin.faults import AFTER_THE_WRITE, LATER
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


# The POST


POSTS = [
    pytest.param(Fault(kind="reset", method="POST"), "POST GET POST GET", id="a reset before it"),
    pytest.param(Fault(kind="reset", method="POST", applied=True), "POST GET", id="a reset after it"),
    pytest.param(Fault(kind="refuse", method="POST"), "POST GET POST GET", id="no connection"),
    pytest.param(Fault(kind="status", method="POST", status=502), "POST GET POST GET", id="502 before it"),
    pytest.param(Fault(kind="status", method="POST", status=502, applied=True), "POST GET", id="502 after it"),
    pytest.param(Fault(kind="status", method="POST", status=504, applied=True), "POST GET", id="504 after it"),
    pytest.param(Fault(kind="status", method="POST", status=408, applied=True), "POST GET", id="408 after it"),
    pytest.param(
        Fault(kind="status", method="POST", status=429, headers={"Retry-After": "0"}), "POST POST GET", id="429"
    ),
    pytest.param(
        Fault(kind="status", method="POST", status=429, headers={"Retry-After": "0"}, times=3),
        "POST POST POST POST GET",
        id="429 thrice",
    ),
    pytest.param(Fault(kind="truncate", method="POST"), "POST GET", id="half an answer"),
    pytest.param(Fault(kind="early_close", method="POST"), "POST GET", id="a broken answer"),
    pytest.param(
        Fault(kind="status", method="POST", status=200, body="<html>"), "POST GET POST GET", id="HTML before it"
    ),
    pytest.param(
        Fault(kind="status", method="POST", status=200, body="<html>", applied=True), "POST GET", id="HTML after it"
    ),
]


@pytest.mark.parametrize(("fault", "methods"), POSTS)
def test_a_post_without_a_good_answer(
    start: Start, emulator: Emulator, shared: Account, fault: Fault, methods: str
) -> None:
    """Unless it is certain that nothing was done, a GET looks before it is sent again; one entry comes of it."""
    emulator.faults.add(fault)
    assert start().up(CHANGED).outputs == {**CHANGED, "secretsReadable": True}
    assert emulator.journal.methods() == ["GET", *methods.split()]
    assert own(shared.webhooks) == [CHANGED_ENTRY]
    assert rest(shared.webhooks) == rest(OTHERS)


@pytest.mark.parametrize("kind", ["reset", "status"])
def test_a_post_that_shows_late(
    start: Start, emulator: Emulator, shared: Account, kind: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GETs that still show the time before it are repeated for a while before it is sent again: no second entry."""
    plugin = start()
    monkeypatch.setattr("sendblue_provider.verify.SETTLE_SECONDS", 3.0)
    shared.behave(lag=2)
    emulator.faults.add(Fault(kind=kind, method="POST", status=502, applied=True))
    plugin.up(CHANGED)
    assert emulator.journal.methods() == ["GET", "POST", "GET", "GET", "GET"]
    assert own(shared.webhooks) == [CHANGED_ENTRY]


@pytest.mark.parametrize("applied", [True, False])
def test_a_post_that_times_out(start: Start, emulator: Emulator, shared: Account, *, applied: bool) -> None:
    """Where time runs out over it, the account is looked at: what is there counts, and else nothing was written."""
    plugin = start(timeoutSeconds=0.5)
    emulator.faults.add(Fault(kind="stall", method="POST", seconds=1.5, applied=applied))
    state = None
    if applied:
        state = plugin.up(CHANGED)
        assert state.outputs == {**CHANGED, "secretsReadable": True}
    else:
        with pytest.raises(Failed) as failed:
            plugin.up(CHANGED)
        assert failure(failed)
        assert failed.value.written is None
        assert shared.webhooks == OTHERS
    assert emulator.journal.methods() == ["GET", "POST", "GET"]
    assert ("POST" in goes_on(start, emulator, shared, state)) != applied


FAILED_POSTS = [
    pytest.param({"kind": "status", "status": 400, "body": {"message": "no"}}, "400", 1, id="400"),
    pytest.param({"kind": "status", "status": 200, "body": {"status": "ERROR", "message": "no"}}, "no", 1, id="ERROR"),
    pytest.param({"kind": "status", "status": 401, "body": {}}, "401", 1, id="401"),
    pytest.param({"kind": "status", "status": 429, "headers": LATER}, "429", 1, id="429"),
    pytest.param({"kind": "status", "status": 502}, "502", None, id="502"),
    pytest.param({"kind": "reset"}, "No answer to POST", None, id="a reset"),
    pytest.param({"kind": "status", "status": 200, "body": "<html>"}, "not a JSON object", None, id="HTML"),
]


@pytest.mark.parametrize(("fault", "text", "posts"), FAILED_POSTS)
def test_a_post_that_fails(
    start: Start,
    emulator: Emulator,
    shared: Account,
    fault: dict[str, Any],
    text: str,
    posts: int | None,
) -> None:
    """One that fails for good, and that the account does not show, is one line; nothing is kept, nothing was done."""
    plugin = start(timeoutSeconds=1)
    emulator.faults.add(Fault(method="POST", times=None, **fault))
    with pytest.raises(Failed) as failed:
        plugin.up(CHANGED)
    assert text in failure(failed)
    assert failed.value.written is None
    assert shared.webhooks == OTHERS
    first, *others = emulator.journal.methods()
    assert first == "GET"
    if posts is None:  # each of them was looked for before the next
        assert others == ["POST", "GET"] * (len(others) // 2)
    else:
        assert others == ["POST"] * posts
    assert goes_on(start, emulator, shared, None) == ["GET", "POST", "GET"]


def test_a_post_that_is_refused_for_now(start: Start, emulator: Emulator, shared: Account) -> None:
    """A 429 says that nothing was done: it is sent again, but not for ever, and never looked for."""
    emulator.faults.add(Fault(kind="status", method="POST", status=429, headers={"Retry-After": "0"}, times=None))
    with pytest.raises(Failed) as failed:
        start(timeoutSeconds=1).up(CHANGED)
    assert "429" in failure(failed)
    assert failed.value.written is None
    first, *others = emulator.journal.methods()
    assert first == "GET"
    assert set(others) == {"POST"}
    assert len(others) > 1
    assert shared.webhooks == OTHERS


def test_a_post_that_is_dropped(start: Start, emulator: Emulator, shared: Account) -> None:
    """One that is answered with success and not done is an error that names the entry; the next run sends it again."""
    emulator.faults.add(Fault(kind="status", method="POST", status=200, body={"status": "OK"}, times=None))
    with pytest.raises(Failed) as failed:
        start().up(CHANGED)
    assert f"+ receive {A}" in failure(failed)
    assert emulator.journal.methods() == ["GET", "POST", "GET"]
    assert failed.value.written is None
    assert shared.webhooks == OTHERS
    assert goes_on(start, emulator, shared, None) == ["GET", "POST", "GET"]


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


# The GET after it


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


@pytest.mark.parametrize(("fault", "text"), AFTER_THE_WRITE)
def test_an_update_that_is_not_verified(
    start: Start, emulator: Emulator, shared: Account, fault: Fault, text: str
) -> None:
    """The same of an update."""
    shared.add("receive", ENTRY)
    plugin = start(timeoutSeconds=0.6)
    plan = plugin.plan(CHANGED, STATE)
    emulator.faults.add(fault)
    with pytest.raises(Failed) as failed:
        plugin.update(STATE, plan.inputs)
    assert text in failure(failed)
    kept = keep(failed.value)
    assert (kept.id, kept.inputs, kept.errors) == (ID, CHANGED, (failed.value.text,))
    assert set(goes_on(start, emulator, shared, kept)) == {"GET"}


@pytest.mark.parametrize("done", [True, False])
@pytest.mark.parametrize("creates", [True, False])
def test_a_failed_write_is_destroyed(
    start: Start, emulator: Emulator, shared: Account, *, creates: bool, done: bool
) -> None:
    """A destroy after a write of which nobody knows removes the entry, whether the write was done or not."""
    if not creates:
        shared.add("receive", ENTRY)
    plugin = start(timeoutSeconds=0.6)
    plan = plugin.plan(CHANGED, None if creates else STATE)
    emulator.faults.add(
        Fault(kind="reset", method="POST" if creates else "PUT", times=None, applied=done),
        Fault(kind="reset", method="GET", after=1, times=None),
    )
    with pytest.raises(Failed) as failed:
        plugin.create(plan.inputs) if creates else plugin.update(STATE, plan.inputs)
    assert "It may have been done all the same" in failure(failed)
    kept = keep(failed.value)
    assert kept.id == ID
    emulator.faults.clear()
    read = start().read(kept)
    if read.id:
        start().delete(read)
    assert own(shared.webhooks) == []
    assert rest(shared.webhooks, "", "") == rest(OTHERS, "", "")


def test_a_delete_that_is_not_verified(start: Start, emulator: Emulator, shared: Account) -> None:
    """A delete that nobody saw fails, and the next one finds nothing to do."""
    shared.add("receive", ENTRY)
    plugin = start(timeoutSeconds=0.6)
    emulator.faults.add(Fault(kind="reset", method="GET", after=1, times=None))
    with pytest.raises(Failed) as failed:
        plugin.delete(STATE)
    assert failure(failed)
    emulator.faults.clear()
    emulator.journal.clear()
    start().delete(STATE)
    assert emulator.journal.methods() == ["GET"]
    assert rest(shared.webhooks, "", "") == rest(OTHERS, "", "")


# The PUT


PUTS = [
    pytest.param({"kind": "status", "status": 500}, False, id="500"),
    pytest.param({"kind": "status", "status": 400, "body": {"message": "no"}}, False, id="400"),
    pytest.param({"kind": "refuse"}, False, id="no connection"),
    pytest.param({"kind": "reset"}, False, id="a reset"),
    pytest.param({"kind": "status", "status": 200, "body": "<html>"}, False, id="HTML"),
    pytest.param({"kind": "reset", "applied": True}, True, id="a reset after it"),
    pytest.param({"kind": "status", "status": 500, "applied": True}, True, id="500 after it"),
    pytest.param({"kind": "status", "status": 200, "body": "<html>", "applied": True}, True, id="HTML after it"),
]


@pytest.mark.parametrize(("fault", "done"), PUTS)
def test_a_put_without_a_good_answer(
    start: Start, emulator: Emulator, shared: Account, fault: dict[str, Any], *, done: bool
) -> None:
    """Where the account shows it, it was done; where not, the call fails and nothing is written."""
    shared.add("receive", ENTRY)
    plugin = start(timeoutSeconds=0.6)
    emulator.faults.add(Fault(method="PUT", times=None, **fault))
    if done:
        assert plugin.up(CHANGED, STATE).outputs == {**CHANGED, "secretsReadable": True}
        assert own(shared.webhooks) == [CHANGED_ENTRY]
        return
    with pytest.raises(Failed) as failed:
        plugin.up(CHANGED, STATE)
    assert failure(failed)
    assert failed.value.written is None
    assert own(shared.webhooks) == [ENTRY]
    assert goes_on(start, emulator, shared, STATE) == ["GET", "GET", "PUT", "GET"]


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
    """So is a secret of the account that does not come back as it was sent."""
    remote.webhooks = {"receive": [ENTRY, B], "globalSecret": "canary-global"}
    emulator.before("GET", lambda: remote.set_secret("globalSecret", None), after=2)
    with pytest.raises(Failed) as failed:
        start().up(CHANGED, STATE)
    assert "globalSecret" in failure(failed)
    assert keep(failed.value).outputs == {**CHANGED, "secretsReadable": True}
    assert content(remote) == {"receive": [CHANGED_ENTRY, B]}


def test_the_own_event_that_is_dropped(start: Start, remote: Account) -> None:
    """Where it is the own event that the API drops, the error names the entry too, and the next run goes on."""
    remote.webhooks = {"receive": [ENTRY, B]}
    remote.behave(dropped_on_put=["receive"])
    with pytest.raises(Failed) as failed:
        start().up(CHANGED, STATE)
    assert f"+ receive {A}" in failure(failed)
    assert f"+ receive {B}" in failed.value.text
    remote.behave(dropped_on_put=[])
    kept = STATE if failed.value.written is None else keep(failed.value)
    start().up(CHANGED, kept)
    assert content(remote) == {"receive": [CHANGED_ENTRY]}


# A removal and an addition


GAPS = [
    pytest.param(Fault(kind="status", method="POST", status=400, body={"message": "no"}), id="400"),
    pytest.param(Fault(kind="reset", method="POST", times=None), id="a reset before the POST"),
    pytest.param(Fault(kind="reset", method="GET", after=1, times=None), id="no look after the DELETE"),
    pytest.param(Fault(kind="reset", method="GET", after=2, times=None), id="no look after the POST"),
    pytest.param(Fault(kind="status", method="POST", status=200, body={"status": "OK"}), id="a POST that is dropped"),
    pytest.param(Fault(kind="status", method="DELETE", status=500, times=None), id="500 to the DELETE"),
    pytest.param(Fault(kind="status", method="DELETE", status=400, body={"message": "no"}), id="400 to the DELETE"),
]


@pytest.mark.parametrize("fault", GAPS)
def test_a_change_that_is_not_made_whole(start: Start, emulator: Emulator, shared: Account, fault: Fault) -> None:
    """Whatever of the removal and the addition fails is one line, and the next run makes it whole: one entry."""
    shared.behave(secrets="masked")
    shared.add("receive", ENTRY)
    state = State(ID, PROGRAM, {**OUTPUTS, "secretsReadable": False})
    plugin = start(timeoutSeconds=0.8)
    plan = plugin.plan(CHANGED, state)
    emulator.faults.add(fault)
    with pytest.raises(Failed) as failed:
        plugin.update(state, plan.inputs)
    assert failure(failed)
    assert "PUT" not in emulator.journal.methods()
    assert "PUT" not in goes_on(start, emulator, shared, state if failed.value.written is None else keep(failed.value))


def test_an_addition_that_fails_is_told(start: Start, emulator: Emulator, shared: Account) -> None:
    """Where the entry was removed and could not be added again, the error says that it is not there."""
    shared.behave(secrets="masked")
    shared.add("receive", ENTRY)
    emulator.faults.add(Fault(kind="status", method="POST", status=400, body={"message": "no such number"}))
    with pytest.raises(Failed) as failed:
        start().up(CHANGED, State(ID, PROGRAM, {**OUTPUTS, "secretsReadable": False}))
    assert f"receive {A}" in failure(failed)
    assert "removed" in failed.value.text
    assert "no such number" in failed.value.text
    assert own(shared.webhooks) == []
