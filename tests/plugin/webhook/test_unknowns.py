"""Values of a `Webhook` that are not known before the update, at every place."""

from __future__ import annotations

from typing import Any

import pytest

from sendblue_emulator import Account, Emulator
from tests.plugin.conftest import NUMBER, OTHER, OTHER_NUMBER, OWN, A, B, content, failure
from tests.plugin.driver import UNKNOWN, UNKNOWNS, Engine, Failed, Plugin, Secret, Start, State, Unknown, plain
from tests.plugin.places import at, changed, places, with_schema_secrets
from tests.plugin.webhook.conftest import ENTRY, ID, OTHERS, OUTPUTS, PROGRAM

FULL: dict[str, Any] = {
    "event": "receive",
    "url": A,
    "secret": OWN,
    "sendblueNumbers": [NUMBER, OTHER_NUMBER],
    "allowOverwrite": True,
}
STORED = {"url": A, "secret": OWN, "sendblue_numbers": [NUMBER, OTHER_NUMBER]}
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


IN_AN_UPDATE = [
    pytest.param(
        path,
        mark.values[0],
        id=f"{path}-{mark.id}",
    )
    for path in PLACES
    for mark in MARKS
]


@pytest.mark.parametrize(("path", "mark"), IN_AN_UPDATE)
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


@pytest.mark.parametrize("name", ["secret", "sendblueNumbers"])
def test_an_unknown_value_that_comes(start: Start, name: str) -> None:
    """One that the state does not have is an addition."""
    state = start().up({"event": "receive", "url": A})
    plan, _ = start().preview({"event": "receive", "url": A, name: UNKNOWN}, state)
    assert plan.diff is not None
    assert plan.diff.kinds == {name: "add"}


@pytest.mark.parametrize("kind", UNKNOWNS)
@pytest.mark.parametrize("name", FULL)
def test_every_stand_in_of_the_engine(plugin: Plugin, kind: str, name: str) -> None:
    """The engine's stand-in differs by the type that the value will have; each is understood."""
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


def test_an_unknown_permission_is_no_refusal(start: Start, remote: Account) -> None:
    """Nor is what differs while it may still turn out to be allowed; the update, which knows, refuses it."""
    remote.webhooks = {"receive": [{**ENTRY, "secret": OTHER}]}
    plan, _ = start().preview({**PROGRAM, "allowOverwrite": UNKNOWN})
    assert plan.step == "create"
    with pytest.raises(Failed) as failed:
        start().up({**PROGRAM, "allowOverwrite": False})
    assert "allowOverwrite" in failure(failed)


@pytest.mark.parametrize("name", ["secret", "sendblueNumbers", "allowOverwrite"])
def test_what_turns_out_to_be_the_same(start: Start, emulator: Emulator, name: str) -> None:
    """The preview says update; the update, with the value known, then finds nothing to do."""
    program = {**PROGRAM, "allowOverwrite": False}
    state = start().up(program)
    plan, _ = start().preview({**program, name: UNKNOWN}, state)
    assert plan.step == "update"
    emulator.journal.clear()
    assert start().up(program, state) == state
    assert emulator.journal.methods() == ["GET"]


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


@pytest.mark.parametrize("secret", [UNKNOWN, Secret(UNKNOWN)])
def test_the_same_entry_twice_with_an_unknown_secret(plugin: Plugin, secret: Any) -> None:
    """The event and the URL alone make it the same entry, whatever else is not known yet."""
    assert plugin.check({"event": "receive", "url": A, "secret": secret}, name="first").failures == []
    assert len(plugin.check({"event": "receive", "url": A, "secret": secret}, name="second").failures) == 1


def test_failures_beside_an_unknown_value(plugin: Plugin) -> None:
    """What is known is checked, whatever stands beside it."""
    checked = plugin.check({"event": "callLog", "url": UNKNOWN, "secret": "", "sendblueNumbers": [UNKNOWN, "5"]})
    assert [reason.split(": ")[0] for reason in checked.failures] == ["secret", "sendblueNumbers[1]", "event"]


def test_a_state_is_never_unknown(start: Start) -> None:
    """What create, update and read return holds no unknown value, which the engine would refuse."""
    state = start().up(PROGRAM)
    for after in (state, start().up({**PROGRAM, "url": B + "/new"}, state), start().read(state)):
        assert isinstance(after, State)
        assert "Unknown" not in repr(after)
    assert OTHERS["receive"][0] == B
    assert ID == state.id
