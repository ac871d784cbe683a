"""`ignoreChanges` of a `Webhook`: an ignored property is no change, and is written as it is on the account."""

from __future__ import annotations

from typing import Any

import pytest

from sendblue_emulator import Account, Emulator
from tests.plugin.conftest import NEW, NUMBER, OTHER, OTHER_NUMBER, OWN, A, B, content
from tests.plugin.processes import Start
from tests.plugin.values import Secret
from tests.plugin.webhook.conftest import ENTRY, PROGRAM

NO_SECRET = {"url": A, "sendblue_numbers": [NUMBER]}
NO_NUMBERS = {"url": A, "secret": OWN}


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
    others = {"url": B, "secret": NEW}  # without a secret that shows, one that is missing may be hidden
    remote.webhooks = {"receive": [others, entry]}
    program = {**PROGRAM, **change}
    plan = start().plan(program, state, ignore=ignore)
    assert plan.diff is not None
    assert plan.diff.kinds == dict.fromkeys(change, "update")
    after = start().up(program, state, ignore=ignore)
    wanted = {WIRE[name]: value.value if isinstance(value, Secret) else value for name, value in change.items()}
    assert content(remote) == {"receive": [others, {**entry, **wanted}]}
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
