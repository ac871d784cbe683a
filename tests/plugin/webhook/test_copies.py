"""A URL that is registered more than once for the event: which copy is the stack's own, and what of the others."""

from __future__ import annotations

from typing import Any

import pytest

from sendblue_emulator import Account, Emulator
from tests.plugin.conftest import NEW, NUMBER, OTHER, OTHER_NUMBER, OWN, A, failure
from tests.plugin.driver import WEBHOOK, Engine, Failed, Secret, Start, State, urn
from tests.plugin.webhook.conftest import ENTRY, ID, OTHERS, OUTPUTS, PROGRAM, own, rest

THEIRS: dict[str, Any] = {"url": A, "secret": OTHER, "label": "theirs"}
CHANGED: dict[str, Any] = {**PROGRAM, "secret": Secret(NEW), "sendblueNumbers": [OTHER_NUMBER]}
CHANGED_ENTRY: dict[str, Any] = {"url": A, "secret": NEW, "sendblue_numbers": [OTHER_NUMBER]}
STATE = State(ID, PROGRAM, OUTPUTS)
WITH_OWN = [
    pytest.param([ENTRY, THEIRS], 0, id="first"),
    pytest.param([THEIRS, ENTRY], 1, id="last"),
    pytest.param([A, THEIRS, ENTRY, {**ENTRY, "secret": OTHER}], 2, id="in the middle"),
    pytest.param([ENTRY, ENTRY], 0, id="equal ones"),
    pytest.param([{**ENTRY, "label": "x"}, THEIRS], 0, id="with a field more"),
]
"""Copies, and the place of the one that is as the state has it."""
WITHOUT_OWN = [
    pytest.param([A, THEIRS], id="neither"),
    pytest.param([{**ENTRY, "secret": OTHER}, {**ENTRY, "sendblue_numbers": [OTHER_NUMBER]}], id="in part"),
]
"""Copies none of which is as the state has it, nor as the program has it."""


def put_there(shared: Account, entries: list[Any]) -> None:
    """Put the copies on the account, in the midst of what others have there."""
    first, *others = OTHERS["receive"]
    shared.webhooks = {**OTHERS, "receive": [first, *entries, *others]}


@pytest.mark.parametrize("entries", [case.values[0] for case in WITH_OWN])
def test_each_preview_warns(
    start: Start, emulator: Emulator, shared: Account, engine: Engine, entries: list[Any]
) -> None:
    """The copy that is the stack's own is no change, each preview and up warns that there are several, with one GET."""
    put_there(shared, entries)
    for preview in (True, True, False):
        emulator.journal.clear()
        start().preview(PROGRAM, STATE) if preview else start().up(PROGRAM, STATE)
        ((severity, resource, text),) = engine.take()
        assert (severity, resource) == ("warning", urn(type_=WEBHOOK))
        assert "more than once" in text
        assert text.count(f"receive {A}") == len(entries)
        assert emulator.journal.methods() == ["GET"]
    assert start().plan(PROGRAM, STATE).step == "same"


@pytest.mark.parametrize("entries", [case.values[0] for case in WITH_OWN])
def test_a_refresh_takes_its_own(start: Start, shared: Account, entries: list[Any]) -> None:
    """Nobody else's copy gets into the state."""
    put_there(shared, entries)
    assert start().read(STATE) == STATE


@pytest.mark.parametrize("entries", WITHOUT_OWN)
def test_a_refresh_that_cannot_tell(start: Start, shared: Account, entries: Any) -> None:
    """Nor does it where none of them is its own; and it is not gone."""
    put_there(shared, entries)
    read = start().read(STATE)
    assert (read.id, read.inputs, read.outputs) == (ID, PROGRAM, OUTPUTS)


@pytest.mark.parametrize(("entries", "place"), WITH_OWN)
def test_an_update_changes_its_own(
    start: Start, emulator: Emulator, shared: Account, entries: list[Any], place: int
) -> None:
    """Only that copy changes, in its place, with a PUT."""
    put_there(shared, entries)
    emulator.journal.clear()
    assert start().up(CHANGED, STATE).outputs == {**CHANGED, "secretsReadable": True}
    assert emulator.journal.methods() == ["GET", "GET", "PUT", "GET"]
    extra = {"label": "x"} if isinstance(entries[place], dict) and "label" in entries[place] else {}
    now = own(shared.webhooks)
    # Of equal ones it is no matter which.
    places = [each for each, entry in enumerate(now) if entry == {**CHANGED_ENTRY, **extra}]
    assert len(places) == 1
    assert entries[places[0]] == entries[place]
    assert [e for each, e in enumerate(now) if each != places[0]] == [
        e for each, e in enumerate(entries) if each != places[0]
    ]
    assert rest(shared.webhooks) == rest(OTHERS)


@pytest.mark.parametrize(("entries", "place"), WITH_OWN)
def test_a_delete_removes_its_own(
    start: Start, emulator: Emulator, shared: Account, engine: Engine, entries: list[Any], place: int
) -> None:
    """The API deletes by URL, so what is there is written without that copy; the others stay, and are named."""
    put_there(shared, entries)
    start().delete(STATE)
    assert emulator.journal.methods() == ["GET", "PUT", "GET"]
    assert own(shared.webhooks) == [entry for each, entry in enumerate(entries) if each != place]
    assert rest(shared.webhooks) == rest(OTHERS)
    (told,) = engine.take()
    assert told.text.startswith("left on the account")
    assert told.text.count(f"receive {A}") == len(entries) - 1


@pytest.mark.parametrize("entries", WITHOUT_OWN)
def test_an_update_that_cannot_tell(start: Start, emulator: Emulator, shared: Account, entries: list[Any]) -> None:
    """Where none is as the state has it, an update is one line that says so, and nothing is written."""
    put_there(shared, entries)
    before = shared.webhooks
    for program in (PROGRAM, CHANGED):
        emulator.journal.clear()
        with pytest.raises(Failed) as failed:
            start().up(program, STATE)
        assert f"receive {A}" in failure(failed)
        assert "dashboard" in failed.value.text
        assert failed.value.written is None
        assert set(emulator.journal.methods()) == {"GET"}
        assert shared.webhooks == before
        with pytest.raises(Failed) as failed:
            start().preview(program, STATE)
        assert f"receive {A}" in failure(failed)


@pytest.mark.parametrize("entries", [*WITHOUT_OWN, pytest.param([THEIRS, THEIRS], id="equal ones")])
def test_a_delete_that_cannot_tell(
    start: Start, emulator: Emulator, shared: Account, engine: Engine, entries: list[Any]
) -> None:
    """There a delete leaves all of them, and warns of each."""
    put_there(shared, entries)
    before = shared.webhooks
    start().delete(STATE)
    assert emulator.journal.methods() == ["GET"]
    assert shared.webhooks == before
    ((severity, resource, text),) = engine.take()
    assert (severity, resource) == ("warning", urn(type_=WEBHOOK))
    assert "left on the account" in text
    assert text.count(f"receive {A}") == len(entries)


def test_a_copy_as_the_program_has_it(start: Start, emulator: Emulator, shared: Account) -> None:
    """After a write that the state does not know of, the copy that is as declared is the stack's own."""
    put_there(shared, [THEIRS, CHANGED_ENTRY])
    emulator.journal.clear()
    assert start().up(CHANGED, STATE).outputs == {**CHANGED, "secretsReadable": True}
    assert set(emulator.journal.methods()) == {"GET"}
    assert own(shared.webhooks) == [THEIRS, CHANGED_ENTRY]


def test_a_replacement_removes_its_own(start: Start, shared: Account) -> None:
    """A new URL leaves what others have of the old one."""
    put_there(shared, [THEIRS, ENTRY])
    program = {**PROGRAM, "url": f"{A}/new"}
    start().up(program, STATE)
    assert own(shared.webhooks) == [THEIRS]
    assert own(shared.webhooks, url=f"{A}/new") == [{**ENTRY, "url": f"{A}/new"}]


def test_copies_that_another_process_makes(start: Start, emulator: Emulator, shared: Account, engine: Engine) -> None:
    """Where somebody adds the same entry between the GET and the POST, the next preview warns of the two."""
    emulator.before("POST", lambda: shared.add("receive", ENTRY))
    state = start().up(PROGRAM)
    assert state.outputs == OUTPUTS
    assert own(shared.webhooks) == [ENTRY, ENTRY]
    engine.take()
    plan, _ = start().preview(PROGRAM, state)
    assert plan.step == "same"
    assert ["more than once" in message.text for message in engine.take()] == [True]
    start().delete(state)
    assert own(shared.webhooks) == [ENTRY]


def test_a_copy_that_comes_before_an_update(start: Start, shared: Account) -> None:
    """A copy that somebody adds between the diff and the update is none of the stack's own: it is merged, and stays."""
    shared.add("receive", ENTRY)
    plugin = start()
    plan = plugin.plan(CHANGED, STATE)
    assert plan.state is not None
    shared.add("receive", THEIRS)
    plugin.update(plan.state, plan.inputs)
    assert own(shared.webhooks) == [CHANGED_ENTRY, THEIRS]
    assert rest(shared.webhooks) == rest(OTHERS)


def test_a_create_takes_the_equal_one_over(start: Start, emulator: Emulator, shared: Account, engine: Engine) -> None:
    """Of several that are there, a create takes over the one that is as declared, and writes nothing."""
    put_there(shared, [THEIRS, ENTRY])
    assert start().up(PROGRAM).outputs == OUTPUTS
    assert set(emulator.journal.methods()) == {"GET"}
    assert own(shared.webhooks) == [THEIRS, ENTRY]
    assert any(f"receive {A} (secret set, for {NUMBER})" in message.text for message in engine.take())


def test_a_create_warns_of_copies(start: Start, shared: Account, engine: Engine) -> None:
    """Each preview warns of copies: that of a create which takes one of them over as well."""
    put_there(shared, [ENTRY, ENTRY])
    start().preview(PROGRAM)
    assert any("more than once" in message.text for message in engine.take())


@pytest.mark.parametrize("entries", WITHOUT_OWN)
@pytest.mark.parametrize("allowed", [False, True])
def test_a_create_that_cannot_tell(
    start: Start, emulator: Emulator, shared: Account, entries: list[Any], *, allowed: bool
) -> None:
    """Where none is as declared, a create is refused, with `allowOverwrite` too, in preview and up."""
    put_there(shared, entries)
    before = shared.webhooks
    program = {**PROGRAM, "allowOverwrite": allowed}
    for preview in (True, False):
        with pytest.raises(Failed) as failed:
            start().preview(program) if preview else start().up(program)
        assert f"receive {A}" in failure(failed)
    assert set(emulator.journal.methods()) == {"GET"}
    assert shared.webhooks == before


def test_an_ignored_change_beside_copies(start: Start, shared: Account) -> None:
    """An ignored property takes the live value of the stack's own copy, and not of another."""
    put_there(shared, [{**THEIRS, "sendblue_numbers": [NUMBER]}, ENTRY])
    start().up({**PROGRAM, "sendblueNumbers": [OTHER_NUMBER]}, STATE, ignore=["secret"])
    assert own(shared.webhooks)[1] == {"url": A, "secret": OWN, "sendblue_numbers": [OTHER_NUMBER]}
