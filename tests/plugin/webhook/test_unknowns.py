"""Values of a `Webhook` that are not known before the update, at every place."""

from __future__ import annotations

from typing import Any

import pytest

from sendblue_emulator import Account, Emulator
from tests.plugin.answers import State
from tests.plugin.conftest import NUMBER, OTHER_NUMBER, OWN, A, B, content
from tests.plugin.driver import Plugin
from tests.plugin.engine import Engine
from tests.plugin.places import at, changed, places, with_schema_secrets
from tests.plugin.processes import Start
from tests.plugin.values import UNKNOWN, UNKNOWNS, Secret, Unknown, plain
from tests.plugin.webhook.conftest import ENTRY, ID, OTHERS, OUTPUTS, PROGRAM

FULL: dict[str, Any] = {
    "event": "receive",
    "url": A,
    "secret": OWN,
    "sendblueNumbers": [NUMBER, OTHER_NUMBER],
    "allowOverwrite": True,
}
MARKS = [pytest.param(lambda it: it, id="plain"), pytest.param(Secret, id="secret")]
PLACES = [*places(FULL)]


def is_unknown(value: Any) -> bool:
    return bool(plain(value) == UNKNOWN)


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("path", PLACES, ids=str)
def test_an_unknown_value_in_a_new_resource(
    plugin: Plugin, emulator: Emulator, engine: Engine, path: Any, mark: Any
) -> None:
    """The check gives it back as it came, and the preview of the create leaves it unknown in its place."""
    program = changed(FULL, path, lambda _: mark(UNKNOWN))
    checked = plugin.check(program)
    assert checked.failures == []
    expected = with_schema_secrets(program)
    if not isinstance(at(checked.inputs, path), Secret):
        expected = changed(expected, path, lambda _: UNKNOWN)
    assert checked.inputs == expected

    previewed = plugin.create(checked.inputs, preview=True)
    assert previewed.id == ""
    assert is_unknown(at(previewed.outputs, path))
    known = {name: plain(previewed.outputs[name]) for name in FULL}
    assert changed(known, path, lambda _: UNKNOWN) == plain(program)
    assert previewed.outputs.keys() - FULL.keys() == {"secretsReadable"}
    assert emulator.journal.methods() == ["GET"]
    assert engine.take() == []


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("path", PLACES, ids=str)
def test_an_unknown_value_in_an_update(start: Start, emulator: Emulator, engine: Engine, path: Any, mark: Any) -> None:
    """It is a change at its own place and no other; an event or a URL replaces, and nothing else does."""
    state, plugin = start().up(FULL), start()
    emulator.journal.clear()
    plan, after = plugin.preview(changed(FULL, path, lambda _: mark(UNKNOWN)), state)
    assert plan.diff is not None
    replaces = path[0] in ("event", "url")
    assert set(plan.diff.kinds.values()) == {"update, replacing" if replaces else "update"}
    assert [name.partition("[")[0] for name in plan.diff.kinds] == [path[0]]
    assert plan.step == ("replace" if replaces else "update")
    assert is_unknown(at(after.outputs, path))
    known = {name: plain(after.outputs[name]) for name in FULL}
    assert changed(known, path, lambda _: UNKNOWN) == changed(FULL, path, lambda _: UNKNOWN)
    assert emulator.journal.methods() == ["GET"]
    assert engine.take() == []


@pytest.mark.parametrize("name", FULL)
def test_every_stand_in_of_the_engine(plugin: Plugin, name: str) -> None:
    """The engine's stand-in differs by the type that the value will have; each is understood."""
    for kind in UNKNOWNS:
        checked = plugin.check({**FULL, name: Unknown(kind)})
        assert checked.failures == []
        assert is_unknown(plugin.create(checked.inputs, preview=True).outputs[name])


@pytest.mark.parametrize("name", ["event", "url", "secret", "sendblueNumbers"])
def test_an_unknown_value_is_no_refusal(start: Start, remote: Account, engine: Engine, name: str) -> None:
    """What the account has is not refused while it may still turn out to be equal, or another entry."""
    remote.webhooks = {"receive": [ENTRY]}
    plan, _ = start().preview({**PROGRAM, name: UNKNOWN})
    assert plan.step == "create"
    assert engine.take() == []
    assert start().up(PROGRAM).outputs == OUTPUTS


@pytest.mark.parametrize("name", ["event", "url"])
def test_a_replacement_that_turns_out_to_be_none(start: Start, emulator: Emulator, remote: Account, name: str) -> None:
    """An event or URL that turns out to be the old one replaces nothing."""
    state = start().up(PROGRAM)
    plan, _ = start().preview({**PROGRAM, name: UNKNOWN}, state)
    assert plan.step == "replace"
    emulator.journal.clear()
    assert start().up(PROGRAM, state) == state
    assert emulator.journal.methods() == ["GET"]
    assert content(remote) == {"receive": [ENTRY]}


def test_two_that_may_turn_out_to_be_one(plugin: Plugin) -> None:
    """Two resources are not refused while the URL of one is not known; once it is, they are."""
    assert plugin.check({"event": "receive", "url": A}, name="first").failures == []
    assert plugin.check({"event": "receive", "url": UNKNOWN}, name="second").failures == []
    assert plugin.check({"event": UNKNOWN, "url": A}, name="third").failures == []
    assert plugin.check({"event": "receive", "url": UNKNOWN}, name="fourth").failures == []
    assert plugin.check({"event": UNKNOWN, "url": A}, name="fifth").failures == []
    assert len(plugin.check({"event": "receive", "url": A}, name="second").failures) == 1


@pytest.mark.parametrize(
    "other", [{"event": "receive", "url": UNKNOWN}, {"event": UNKNOWN, "url": A}], ids=["url", "event"]
)
def test_a_delete_leaves_what_another_one_may_declare(
    start: Start, emulator: Emulator, remote: Account, engine: Engine, other: dict[str, Any]
) -> None:
    """What may turn out to be another resource's is left by a delete, which does not call it somebody else's."""
    state, plugin = start().up(PROGRAM), start()
    assert plugin.check(other, name="other").failures == []
    engine.take()
    emulator.journal.clear()
    plugin.delete(state)
    assert set(emulator.journal.methods()) <= {"GET"}
    assert content(remote) == {"receive": [ENTRY]}
    assert not [message for message in engine.take() if "left on the account" in message.text]


def test_a_delete_removes_what_no_other_one_can_declare(start: Start, remote: Account) -> None:
    """An unknown URL under another event keeps nothing."""
    state, plugin = start().up(PROGRAM), start()
    assert plugin.check({"event": "outbound", "url": UNKNOWN}, name="other").failures == []
    plugin.delete(state)
    assert content(remote) == {}


def test_a_state_is_never_unknown(start: Start) -> None:
    """What create, update and read return holds no unknown value, which the engine would refuse."""
    state = start().up(PROGRAM)
    for after in (state, start().up({**PROGRAM, "url": B + "/new"}, state), start().read(state)):
        assert isinstance(after, State)
        assert "Unknown" not in repr(after)
    assert OTHERS["receive"][0] == B
    assert ID == state.id
