"""The diff of a `Webhook` by property: what changes in place, what replaces, and just what changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from sendblue_emulator import Account
from tests.plugin.answers import State
from tests.plugin.conftest import NEW, NUMBER, OTHER, OTHER_NUMBER, OWN, A, B
from tests.plugin.driver import WEBHOOK, urn
from tests.plugin.engine import Engine
from tests.plugin.processes import Start
from tests.plugin.values import Secret
from tests.plugin.webhook.conftest import ENTRY, ID, OUTPUTS, PROGRAM

CASES = [
    pytest.param({}, {}, id="nothing"),
    pytest.param({"allowOverwrite": False}, {}, id="false is absent"),
    pytest.param({"secret": Secret(NEW)}, {"secret": "update"}, id="a secret"),
    pytest.param({"secret": None}, {"secret": "delete"}, id="a secret goes"),
    pytest.param({"sendblueNumbers": [OTHER_NUMBER]}, {"sendblueNumbers": "update"}, id="numbers"),
    pytest.param({"sendblueNumbers": [OTHER_NUMBER, NUMBER]}, {"sendblueNumbers": "update"}, id="a number more"),
    pytest.param({"sendblueNumbers": None}, {"sendblueNumbers": "delete"}, id="numbers go"),
    pytest.param({"allowOverwrite": True}, {"allowOverwrite": "add"}, id="allowOverwrite"),
    pytest.param({"url": B}, {"url": "update, replacing"}, id="a URL"),
    pytest.param({"event": "outbound"}, {"event": "update, replacing"}, id="an event"),
    pytest.param(
        {"event": "outbound", "url": B}, {"event": "update, replacing", "url": "update, replacing"}, id="both"
    ),
    pytest.param(
        {"url": B, "secret": Secret(NEW), "sendblueNumbers": None, "allowOverwrite": True},
        {"url": "update, replacing", "secret": "update", "sendblueNumbers": "delete", "allowOverwrite": "add"},
        id="everything",
    ),
]


@pytest.mark.parametrize(("changes", "kinds"), CASES)
def test_what_changes(start: Start, changes: Mapping[str, Any], kinds: Mapping[str, str]) -> None:
    """An event and a URL replace, a secret, numbers and the option never do; what is equal has no path."""
    state = start().up(PROGRAM)
    program = {name: value for name, value in {**PROGRAM, **changes}.items() if value is not None}
    plan = start().plan(program, state)
    assert plan.diff is not None
    assert plan.diff.kinds == kinds
    assert plan.diff.replaces == kinds.keys() & {"event", "url"}
    assert plan.diff.of_inputs == frozenset()
    assert plan.step == ("replace" if plan.diff.replaces else "update" if kinds else "same")
    after = start().up(program, state)
    assert after.outputs == ({**program, "secretsReadable": True} if kinds else OUTPUTS)
    assert start().plan(program, after).step == "same"


def test_what_comes(start: Start) -> None:
    """A secret and numbers that are new are additions."""
    state = start().up({"event": "receive", "url": A})
    plan = start().plan(PROGRAM, state)
    assert plan.diff is not None
    assert plan.diff.kinds == {"secret": "add", "sendblueNumbers": "add"}


DRIFT = [
    pytest.param({**ENTRY, "secret": OTHER}, {"secret": "update"}, id="a secret"),
    pytest.param({"url": A, "sendblue_numbers": [NUMBER]}, {"secret": "add"}, id="a secret gone"),
    pytest.param({**ENTRY, "sendblue_numbers": [OTHER_NUMBER]}, {"sendblueNumbers": "update"}, id="numbers"),
    pytest.param({"url": A, "secret": OWN}, {"sendblueNumbers": "add"}, id="numbers gone"),
    pytest.param(A, {"secret": "add", "sendblueNumbers": "add"}, id="both gone"),
]


@pytest.mark.parametrize("refreshed", [True, False])
@pytest.mark.parametrize(("entry", "kinds"), DRIFT)
def test_drift(
    start: Start, remote: Account, engine: Engine, entry: Any, kinds: Mapping[str, str], *, refreshed: bool
) -> None:
    """What somebody else changed is named once, and is in the diff as what the update will do, read first or not."""
    # A secret that shows: without one, a missing one may be hidden, and nothing would be written.
    others = {"url": B, "secret": NEW}
    remote.webhooks = {"receive": [entry, others]}
    state = State(ID, PROGRAM, OUTPUTS, refresh=refreshed)
    plan = start().plan(PROGRAM, state)
    assert plan.diff is not None
    assert plan.diff.kinds == kinds
    (drift,) = [message for message in engine.take() if message.text.startswith("changed outside of this stack")]
    assert (drift.severity, drift.urn) == ("warning", urn(type_=WEBHOOK))
    assert f"\n  ~ receive {A}" in drift.text
    assert start().up(PROGRAM, state).outputs == OUTPUTS
    assert remote.webhooks["receive"] == [ENTRY, others]
