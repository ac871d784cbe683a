"""Values that are not known before the update, at every place that a value can have."""

from __future__ import annotations

from typing import Any

import pytest

from sendblue_emulator import Account, Emulator
from tests.plugin.answers import State
from tests.plugin.conftest import A, B, C, D, content
from tests.plugin.driver import Plugin
from tests.plugin.engine import Engine
from tests.plugin.places import FULL, OTHER_EVENTS, Place, at, changed, places, with_schema_secrets
from tests.plugin.processes import Start
from tests.plugin.values import UNKNOWN, UNKNOWNS, Secret, Unknown, plain

MARKS = [pytest.param(lambda it: it, id="plain"), pytest.param(Secret, id="secret")]
PLACES = [*places(FULL)]


@pytest.fixture(autouse=True)
def _newer_events(remote: Account) -> None:
    remote.behave(accepted_events=[*remote.behaviour.accepted_events, *OTHER_EVENTS], string_only_events=())


def is_unknown(value: Any) -> bool:
    return bool(plain(value) == UNKNOWN)


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("name", FULL)
def test_an_unknown_value_in_a_new_resource(
    plugin: Plugin, emulator: Emulator, engine: Engine, name: str, mark: Any
) -> None:
    """The check gives it back as it came, and the preview of the create leaves it unknown in its place."""
    for path in (path for path in PLACES if path[0] == name):
        program = changed(FULL, path, lambda _: mark(UNKNOWN))
        checked = plugin.check(program)
        assert checked.failures == [], path
        expected = with_schema_secrets(program)
        if not isinstance(at(checked.inputs, path), Secret):
            expected = changed(expected, path, lambda _: UNKNOWN)
        assert checked.inputs == expected, path
        assert isinstance(at(checked.inputs, path), Secret) or mark is not Secret, path

        outputs = plugin.create(checked.inputs, preview=True).outputs
        assert is_unknown(at(outputs, path)), path
        assert changed({name: plain(outputs[name]) for name in FULL}, path, lambda _: UNKNOWN) == plain(program), path
        assert outputs.keys() - FULL.keys() == {"secretsReadable", "managed"}
        assert is_unknown(outputs["managed"]) or name == "allowOverwrite", path
    assert emulator.journal.methods() == ["GET"]
    assert engine.take() == []


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("name", FULL)
def test_an_unknown_value_in_an_update(start: Start, emulator: Emulator, engine: Engine, name: str, mark: Any) -> None:
    """It is a change at its own place or at what holds it, and at no other; the preview's outputs have it unknown."""
    state, plugin = start().up(FULL), start()
    emulator.journal.clear()
    for path in (path for path in PLACES if path[0] == name):
        program = changed(FULL, path, lambda _: mark(UNKNOWN))
        plan, after = plugin.preview(program, state)
        assert plan.diff is not None
        assert len(plan.diff.kinds) == 1, path
        assert plan.diff.kinds.keys() <= {_text(path[:length]) for length in range(1, len(path) + 1)}, path
        assert set(plan.diff.kinds.values()) == {"update"}, path
        assert is_unknown(at(after.outputs, path)), path
        known = {name: plain(after.outputs[name]) for name in FULL}
        assert changed(known, path, lambda _: UNKNOWN) == plain(program), path
    assert emulator.journal.methods() == ["GET"]
    assert engine.take() == []


def _text(path: Place) -> str:
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif step.isidentifier():
            text += f".{step}" if text else step
        else:
            text += f'["{step}"]'
    return text


@pytest.mark.parametrize("place", ["receive", "otherEvents", "globalSecret", "allowOverwrite"])
def test_every_stand_in_of_the_engine(plugin: Plugin, place: str) -> None:
    """The engine's stand-in differs by the type that the value will have; each is understood."""
    for kind in UNKNOWNS:
        checked = plugin.check({**FULL, place: Unknown(kind)})
        assert checked.failures == []
        assert is_unknown(plugin.create(checked.inputs, preview=True).outputs[place])


def test_an_unknown_event_is_no_refusal(start: Start, remote: Account) -> None:
    """What the account has of an event is not refused while the event's list may still turn out to hold it."""
    remote.webhooks = {"receive": [A, B], "outbound": [C]}
    program: dict[str, Any] = {"receive": [A, UNKNOWN], "outbound": [C]}
    plan, after = start().preview(program)
    assert plan.step == "create"
    assert after.outputs["receive"] == [A, UNKNOWN]
    state = start().up({"receive": [A, B], "outbound": [C]})
    assert state.outputs["receive"] == [A, B]


def test_an_unknown_map_of_events(start: Start, remote: Account) -> None:
    """While not even the names of the other events are known, none of the account's is refused."""
    remote.webhooks = {"typing_indicator": [A], "outbound": [C]}
    plan, _ = start().preview({"otherEvents": Unknown("object"), "outbound": [C]})
    assert plan.step == "create"


def test_an_unknown_item_beside_changes(start: Start) -> None:
    """The known part of a list is compared, the unknown item has its own place."""
    state = start().up({"receive": [A, B, C]})
    plan, _ = start().preview({"receive": [A, UNKNOWN, C]}, state)
    assert plan.diff is not None
    assert plan.diff.kinds == {"receive[1]": "update"}
    plan, _ = start().preview({"receive": [A, B, C, UNKNOWN]}, state)
    assert plan.diff is not None
    assert plan.diff.kinds == {"receive[3]": "add"}
    plan, _ = start().preview({"receive": [UNKNOWN, C]}, state)
    assert plan.diff is not None
    assert plan.diff.kinds == {"receive[0]": "update", "receive[1]": "delete"}
    plan, _ = start().preview({"receive": [A, B, C], "outbound": Unknown("array"), "secret": UNKNOWN}, state)
    assert plan.diff is not None
    assert plan.diff.kinds == {"outbound": "add", "secret": "add"}


def test_failures_beside_an_unknown_value(plugin: Plugin) -> None:
    """What is known is checked, whatever stands beside it."""
    checked = plugin.check({"receive": [UNKNOWN, "http://example.com/", {"url": UNKNOWN, "secret": ""}]})
    assert [reason.split(": ")[0] for reason in checked.failures] == ["receive[1]", "receive[2].secret"]


def test_a_state_is_never_unknown(start: Start, remote: Account) -> None:
    """What create, update and read return holds no unknown value, which the engine would refuse."""
    state = start().up(FULL)
    changed_program = {**FULL, "receive": [D]}
    for after in (state, start().up(changed_program, state), start().read(state)):
        assert isinstance(after, State)
        assert "Unknown" not in repr(after)
    assert content(remote)["receive"] == [D]
