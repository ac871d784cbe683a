"""`ignoreChanges` of a `Webhook`: an ignored property is no change, and is written as it is on the account."""

from __future__ import annotations

from typing import Any

import pytest

from sendblue_emulator import Account, Emulator
from tests.plugin.conftest import NEW, NUMBER, OTHER, OTHER_NUMBER, OWN, A, B, content
from tests.plugin.driver import Secret, Start
from tests.plugin.webhook.conftest import ENTRY, OUTPUTS, PROGRAM

NO_SECRET = {"url": A, "sendblue_numbers": [NUMBER]}
NO_NUMBERS = {"url": A, "secret": OWN}
CASES = [
    pytest.param(["secret"], {**ENTRY, "secret": OTHER}, id="another secret"),
    pytest.param(["secret"], NO_SECRET, id="no secret"),
    pytest.param(["sendblueNumbers"], {**ENTRY, "sendblue_numbers": [OTHER_NUMBER]}, id="other numbers"),
    pytest.param(["sendblueNumbers"], NO_NUMBERS, id="no numbers"),
    pytest.param(["secret", "sendblueNumbers"], {"url": A, "secret": OTHER}, id="both"),
    pytest.param(["*"], {"url": A, "secret": OTHER, "sendblue_numbers": [OTHER_NUMBER, NUMBER]}, id="everything"),
    pytest.param(["*"], A, id="everything gone"),
]
"""Ignored paths, and what somebody made of the entry in them."""


@pytest.mark.parametrize(("ignore", "entry"), CASES)
def test_ignored_drift(start: Start, emulator: Emulator, remote: Account, ignore: list[str], entry: Any) -> None:
    """Drift in an ignored place is no change, and nothing is written."""
    state = start().up(PROGRAM)
    remote.webhooks = {"receive": [B, entry]}
    emulator.journal.clear()
    plan = start().plan(PROGRAM, state, ignore=ignore)
    assert plan.diff is not None
    assert plan.diff.kinds == {}
    start().up(PROGRAM, state, ignore=ignore)
    assert set(emulator.journal.methods()) == {"GET"}
    assert content(remote) == {"receive": [B, entry]}


BESIDE = [
    pytest.param(["secret"], {**ENTRY, "secret": OTHER}, {"sendblueNumbers": [OTHER_NUMBER]}, id="another secret"),
    pytest.param(["secret"], NO_SECRET, {"sendblueNumbers": [OTHER_NUMBER]}, id="no secret"),
    pytest.param(
        ["sendblueNumbers"], {**ENTRY, "sendblue_numbers": [OTHER_NUMBER]}, {"secret": Secret(NEW)}, id="other numbers"
    ),
    pytest.param(["sendblueNumbers"], NO_NUMBERS, {"secret": Secret(NEW)}, id="no numbers"),
]
"""Ignored paths, what somebody made of the entry in them, and what the program changes elsewhere."""
WIRE = {"secret": "secret", "sendblueNumbers": "sendblue_numbers"}


@pytest.mark.parametrize(("ignore", "entry", "change"), BESIDE)
def test_ignored_drift_beside_a_change(
    start: Start, remote: Account, ignore: list[str], entry: dict[str, Any], change: dict[str, Any]
) -> None:
    """An update of something else writes an ignored property with its live value, and leaves it so."""
    state = start().up(PROGRAM)
    remote.webhooks = {"receive": [B, entry]}
    program = {**PROGRAM, **change}
    plan = start().plan(program, state, ignore=ignore)
    assert plan.diff is not None
    assert plan.diff.kinds == dict.fromkeys(change, "update")
    after = start().up(program, state, ignore=ignore)
    wanted = {WIRE[name]: value.value if isinstance(value, Secret) else value for name, value in change.items()}
    assert content(remote) == {"receive": [B, {**entry, **wanted}]}
    assert start().plan(program, after, ignore=ignore).step == "same"


@pytest.mark.parametrize("ignore", [["secret"], ["*"]])
def test_an_ignored_change_of_the_program(start: Start, emulator: Emulator, remote: Account, ignore: list[str]) -> None:
    """What the program changes in an ignored place is not written."""
    state = start().up(PROGRAM)
    emulator.journal.clear()
    plan = start().plan({**PROGRAM, "secret": Secret(NEW)}, state, ignore=ignore)
    assert plan.step == "same"
    assert start().up({**PROGRAM, "secret": Secret(NEW)}, state, ignore=ignore) == state
    assert set(emulator.journal.methods()) == {"GET"}
    assert content(remote) == {"receive": [ENTRY]}


@pytest.mark.parametrize("ignore", [["event", "url"], ["*"]])
def test_an_ignored_event_and_url(start: Start, remote: Account, ignore: list[str]) -> None:
    """An event and a URL whose changes are ignored replace nothing."""
    state = start().up(PROGRAM)
    plan = start().plan({**PROGRAM, "event": "outbound", "url": B}, state, ignore=ignore)
    assert plan.step == "same"
    assert content(remote) == {"receive": [ENTRY]}


def test_what_is_not_ignored_is_undone(start: Start, remote: Account) -> None:
    """To ignore one property hides nothing of another."""
    state = start().up(PROGRAM)
    remote.webhooks = {"receive": [{"url": A, "secret": OTHER, "sendblue_numbers": [OTHER_NUMBER]}]}
    plan = start().plan(PROGRAM, state, ignore=["secret"])
    assert plan.diff is not None
    assert plan.diff.kinds == {"sendblueNumbers": "update"}
    start().up(PROGRAM, state, ignore=["secret"])
    assert content(remote) == {"receive": [{**ENTRY, "secret": OTHER}]}


def test_what_is_gone_is_added_as_declared(start: Start, remote: Account) -> None:
    """An entry that is gone has no live value to keep: it is added as it was declared."""
    state = start().up(PROGRAM)
    remote.webhooks = {}
    assert start().up(PROGRAM, state, ignore=["*"]).outputs == OUTPUTS
    assert content(remote) == {"receive": [ENTRY]}


def test_the_diff_and_the_update_agree(start: Start, remote: Account) -> None:
    """The update takes the same paths as the diff: what came in an ignored place since is written as it is."""
    state = start().up(PROGRAM)
    plugin = start()
    remote.webhooks = {"receive": [{**ENTRY, "secret": OTHER}]}
    program = {**PROGRAM, "sendblueNumbers": [OTHER_NUMBER]}
    plan = plugin.plan(program, state, ignore=["secret"])
    assert plan.state is not None
    after = plugin.update(plan.state, plan.inputs, ignore=["secret"])
    assert content(remote) == {"receive": [{**ENTRY, "secret": OTHER, "sendblue_numbers": [OTHER_NUMBER]}]}
    assert after.outputs["secret"] == Secret(OTHER)


@pytest.mark.parametrize("path", ["nothing", "sendblueNumbers[9]", "receive", "secret.part", "otherEvents.receive"])
def test_a_path_of_nothing(start: Start, remote: Account, path: str) -> None:
    """A path to nothing there hides nothing else."""
    state = start().up(PROGRAM)
    remote.webhooks = {"receive": [{**ENTRY, "secret": OTHER}]}
    plan = start().plan(PROGRAM, state, ignore=[path])
    assert plan.diff is not None
    assert plan.diff.kinds == {"secret": "update"}
