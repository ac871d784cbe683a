"""`WebhookConfiguration` and `Webhook`: not in one program for one account, and what a delete leaves to the other."""

from __future__ import annotations

from typing import Any

import pytest

from sendblue_emulator import Account, Emulator
from tests.plugin.conftest import NEW, NUMBER, OTHER, OWN, A, B, C, D, content, said
from tests.plugin.driver import CONFIGURATION, WEBHOOK, Plugin
from tests.plugin.processes import Start
from tests.plugin.values import Secret

SINGLE: dict[str, dict[str, Any]] = {
    "first": {"event": "receive", "url": A},
    "second": {"event": "receive", "url": B, "secret": Secret(OWN), "sendblueNumbers": [NUMBER]},
    "third": {"event": "call_log", "url": A},
}
"""The same endpoints, each a resource."""
LIVE: dict[str, Any] = {
    "receive": [A, {"url": B, "secret": OWN, "sendblue_numbers": [NUMBER]}],
    "call_log": [A],
    "globalSecret": OWN,
    "secret": OTHER,
}


@pytest.mark.parametrize("kinds", [(CONFIGURATION, WEBHOOK), (WEBHOOK, CONFIGURATION)])
def test_both_kinds_are_refused(plugin: Plugin, emulator: Emulator, kinds: tuple[str, str]) -> None:
    """The second fails its check in one line that names both and says what each kind is; the first is not harmed."""
    programs: dict[str, dict[str, Any]] = {
        CONFIGURATION: {"receive": [A]},
        WEBHOOK: {"event": "outbound", "url": B},
    }
    first, second = (plugin.of(kind) for kind in kinds)
    state = first.up(programs[kinds[0]], name="one")
    emulator.journal.clear()
    (reason,) = second.check(programs[kinds[1]], name="two").failures
    assert "'one'" in said(reason)
    assert "'two'" in reason
    assert "both a WebhookConfiguration and a Webhook" in reason
    assert "authoritative for the whole account" in reason
    assert "additive" in reason
    assert "sendblue.Provider" in reason
    assert emulator.journal.methods() == []
    assert not first.diff(state, state.inputs, name="one").changes
    assert first.check(programs[kinds[0]], state.inputs, "one").failures == []


def test_what_was_refused_is_not_declared(start: Start, remote: Account) -> None:
    """A resource whose check failed is none of the program's: a delete does not leave what it wanted."""
    state = start().of(WEBHOOK).up({"event": "receive", "url": A})
    plugin = start()
    plugin.of(WEBHOOK).check({"event": "receive", "url": B}, name="one")
    assert len(plugin.check({"receive": [A]}, name="two").failures) == 1
    plugin.of(WEBHOOK).delete(state)
    assert content(remote) == {}


def test_both_kinds_after_a_failed_check(plugin: Plugin) -> None:
    """A resource whose own values are wrong is told that, and is none that another one has to stand beside."""
    (reason,) = plugin.of(WEBHOOK).check({"event": "callLog", "url": A}).failures
    assert reason.startswith("event: ")
    assert plugin.check({"receive": [A]}).failures == []


def test_both_kinds_in_two_runs(plugin: Plugin, settings: dict[str, Any]) -> None:
    """What one run declared is nothing to the next, though the same process serves both."""
    plugin.check({"receive": [A]})
    plugin.cancel()
    plugin.configure(settings)
    assert plugin.of(WEBHOOK).check({"event": "receive", "url": A}).failures == []


# What a delete leaves


def test_a_delete_leaves_what_a_whole_declares(start: Start, remote: Account) -> None:
    """A `Webhook`'s delete leaves what a `WebhookConfiguration` declares, and removes what it does not."""
    remote.behave(accepted_events=[*remote.behaviour.accepted_events, "inbound_call"])
    programs = {**SINGLE, "newer": {"event": "inbound_call", "url": A}, "other": {"event": "inbound_call", "url": B}}
    states = {name: start().of(WEBHOOK).up(program, name=name) for name, program in programs.items()}
    plugin = start()
    plugin.check({"receive": [B, {"url": A, "secret": Secret(NEW)}], "otherEvents": {"inbound_call": [A]}})
    for name, state in states.items():
        plugin.of(WEBHOOK).delete(state, name=name)
    assert content(remote) == {"receive": LIVE["receive"], "inbound_call": [A]}


def test_a_delete_of_the_whole_leaves_single_ones(start: Start, remote: Account) -> None:
    """The delete of a `WebhookConfiguration` leaves just the entries that a `Webhook` declares, by event and URL."""
    state = start().up({"receive": [A, B, C], "outbound": [A], "callLog": [D]})
    plugin = start()
    plugin.of(WEBHOOK).check({"event": "receive", "url": A}, name="one")
    plugin.of(WEBHOOK).check({"event": "receive", "url": B, "secret": Secret(NEW)}, name="two")
    plugin.of(WEBHOOK).check({"event": "call_log", "url": A}, name="three")
    plugin.delete(state)
    assert content(remote) == {"receive": [A, B]}
