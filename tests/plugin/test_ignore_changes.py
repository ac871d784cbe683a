"""`ignoreChanges`: an ignored place is no change, and is written as it is on the account."""

from __future__ import annotations

from typing import Any

import pytest

from sendblue_emulator import Account, Emulator
from tests.plugin.answers import Failed
from tests.plugin.conftest import NEW, NUMBER, OTHER, OTHER_NUMBER, OWN, A, B, C, D, content, failure
from tests.plugin.driver import urn
from tests.plugin.engine import Engine
from tests.plugin.processes import Start
from tests.plugin.values import Secret

PROGRAM: dict[str, Any] = {
    "receive": [A, {"url": B, "secret": Secret(OWN), "sendblueNumbers": [NUMBER]}],
    "outbound": [A],
    "globalSecret": Secret(OWN),
    "otherEvents": {"typing_indicator": [A], "inbound.call": [A]},
}
LIVE: dict[str, Any] = {
    "receive": [A, {"url": B, "secret": OWN, "sendblue_numbers": [NUMBER]}],
    "outbound": [A],
    "globalSecret": OWN,
    "typing_indicator": [A],
    "inbound.call": [A],
}


@pytest.fixture(autouse=True)
def _newer_events(remote: Account) -> None:
    remote.behave(accepted_events=[*remote.behaviour.accepted_events, "typing_indicator", "inbound.call"])


def entry(**fields: Any) -> dict[str, Any]:
    return {"url": B, "secret": OWN, "sendblue_numbers": [NUMBER], **fields}


MORE = [
    pytest.param(["receive"], {"receive": [*LIVE["receive"], D]}, id="a list"),
    pytest.param(["callLog"], {"call_log": [{"url": D, "secret": OTHER}]}, id="a list that is not declared"),
    pytest.param(["receive[1]"], {"receive": [A, entry(secret=OTHER)]}, id="an item"),
    pytest.param(["receive[1].secret"], {"receive": [A, entry(secret=OTHER)]}, id="a secret"),
    pytest.param(
        ["receive[1].sendblueNumbers"], {"receive": [A, entry(sendblue_numbers=[OTHER_NUMBER])]}, id="numbers"
    ),
    pytest.param(["receive[*].secret"], {"receive": [A, entry(secret=OTHER)]}, id="the secret of every item"),
    pytest.param(["globalSecret"], {"globalSecret": OTHER}, id="the global secret"),
    pytest.param(["secret"], {"secret": OTHER}, id="a secret that is not declared"),
    pytest.param(["otherEvents"], {"typing_indicator": [A, B], "inbound.call": [A, C]}, id="all other events"),
    pytest.param(["otherEvents.typing_indicator"], {"typing_indicator": [A, C]}, id="another event"),
    pytest.param(['otherEvents["inbound.call"]'], {"inbound.call": [A, D]}, id="another event in quotes"),
    pytest.param(
        ["receive[1].sendblue_numbers"],
        {"receive": [A, entry(sendblue_numbers=[OTHER_NUMBER])]},
        id="Python's spelling",
    ),
    pytest.param(["other_events.typing_indicator"], {"typing_indicator": [A, C]}, id="another event in Python"),
    pytest.param(["global_secret"], {"globalSecret": OTHER}, id="an account secret in Python"),
    pytest.param(["receive", "globalSecret"], {"receive": [*LIVE["receive"], D], "globalSecret": OTHER}, id="two"),
]
"""Ignored paths, and drift in them that leaves what the stack put there."""
LESS = [
    pytest.param(["receive"], {"receive": [D, C]}, id="a list with others"),
    pytest.param(["receive"], {"receive": []}, id="a list that is gone"),
    pytest.param(["otherEvents"], {"typing_indicator": [B], "inbound.call": [C]}, id="all other events"),
    pytest.param(['otherEvents["inbound.call"]'], {"inbound.call": [D]}, id="another event in quotes"),
    pytest.param(["globalSecret"], {"globalSecret": ""}, id="the global secret"),
]
"""Ignored paths, and drift in them that takes away what the stack put there."""


def test_ignored_drift(start: Start, emulator: Emulator, remote: Account) -> None:
    """Drift in an ignored place is no change, and nothing is written."""
    state = start().up(PROGRAM)
    remote.webhooks = {**remote.webhooks, "receive": [*LIVE["receive"], D], "secret": OTHER, "line_blocked": [A]}
    plan = start().plan(PROGRAM, state, ignore=["*"])
    assert plan.diff is not None
    assert plan.diff.kinds == {}
    emulator.journal.clear()
    start().up(PROGRAM, state, ignore=["*"])
    assert emulator.journal.methods() == ["GET"]


@pytest.mark.parametrize(("ignore", "drift"), [*MORE, *LESS])
def test_ignored_drift_beside_a_change(start: Start, remote: Account, ignore: list[str], drift: Any) -> None:
    """An update of something else writes an ignored place with its live value, and leaves it so."""
    state = start().up(PROGRAM)
    remote.webhooks = {**remote.webhooks, **drift}
    program = {**PROGRAM, "lineBlocked": [D]}
    plan = start().plan(program, state, ignore=ignore)
    assert plan.diff is not None
    assert plan.diff.kinds == {"lineBlocked": "add"}
    after = start().up(program, state, ignore=ignore)
    expected = {**LIVE, **drift, "line_blocked": [D]}
    assert content(remote) == {name: value for name, value in expected.items() if value}
    assert start().plan(program, after, ignore=ignore).step == "same"


def test_an_ignored_change_of_the_program(start: Start, emulator: Emulator, remote: Account) -> None:
    """What the program changes in an ignored place is not written; what it changes elsewhere is."""
    state = start().up(PROGRAM)
    program = {**PROGRAM, "receive": [C], "globalSecret": Secret(NEW)}
    state = start().up(program, state, ignore=["receive"])
    assert content(remote) == {**LIVE, "globalSecret": NEW}
    assert state.outputs["receive"] == PROGRAM["receive"]
    emulator.journal.clear()
    assert start().plan(program, state, ignore=["receive"]).step == "same"


def test_what_is_only_kept_is_not_taken_over(start: Start, remote: Account) -> None:
    """Somebody else's entry in an ignored list stays theirs: a delete leaves it."""
    state = start().up(PROGRAM)
    remote.add("receive", D)
    state = start().up({**PROGRAM, "lineBlocked": [D]}, state, ignore=["receive"])
    start().delete(state)
    assert content(remote) == {"receive": [D]}


def test_an_ignored_secret_that_does_not_show(start: Start, emulator: Emulator, remote: Account) -> None:
    """Somebody else's entry whose secret reads masked is not written back: the update stops before it writes."""
    state = start().up(PROGRAM)
    remote.behave(secrets="masked")
    remote.add("receive", {"url": D, "secret": OTHER})
    emulator.journal.clear()
    with pytest.raises(Failed) as failed:
        start().up({**PROGRAM, "outbound": [B]}, state, ignore=["receive"])
    assert f"receive {D} (secret set)" in failure(failed)
    assert failed.value.written is None
    assert "PUT" not in emulator.journal.methods()


@pytest.mark.parametrize(
    "path", ["nothing", "receive[9]", "receive[9].secret", "otherEvents.none", "receive[0].url", "globalSecret.part"]
)
def test_a_path_of_nothing(start: Start, remote: Account, path: str) -> None:
    """A path to nothing there is hides nothing else."""
    state = start().up(PROGRAM)
    remote.set_secret("globalSecret", OTHER)
    plan = start().plan(PROGRAM, state, ignore=[path])
    assert plan.diff is not None
    assert plan.diff.kinds == {"globalSecret": "update"}


def test_a_path_of_no_property_is_warned_of(start: Start, engine: Engine) -> None:
    """A path that names no property is warned of once in a run, with the properties that there are."""
    state = start().up(PROGRAM)
    engine.take()
    plugin = start()
    for _ in range(2):
        plugin.diff(state, state.inputs, ignore=["recieve", "callLog[0].secret", "receive[1].sendblue_number"])

    (message,) = engine.take()
    assert (message.severity, message.urn) == ("warning", urn())
    assert message.text.startswith(
        "in ignoreChanges, recieve, receive[1].sendblue_number name no property and have no effect. The properties are "
        "receive, outbound, callLog, "
    )
    assert message.text.endswith("; those of an endpoint are url, secret, sendblueNumbers")
