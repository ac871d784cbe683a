"""`WebhookConfiguration` and `Webhook`: not in one program for one account, and how a program moves between them."""

from __future__ import annotations

from typing import Any

import pytest

from sendblue_emulator import Account, Emulator
from tests.plugin.conftest import KEY, NEW, NUMBER, OTHER, OWN, A, B, C, D, content, failure, id_of, said
from tests.plugin.driver import CONFIGURATION, WEBHOOK, Engine, Failed, Plugin, Secret, Start, State, urn

WHOLE: dict[str, Any] = {
    "receive": [A, {"url": B, "secret": Secret(OWN), "sendblueNumbers": [NUMBER]}],
    "callLog": [A],
    "globalSecret": Secret(OWN),
    "secret": Secret(OTHER),
}
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


def single(name: str) -> State:
    """Return the state of one of the `Webhook`s."""
    program = SINGLE[name]
    return State(id_of(program["event"], program["url"]), program, {**program, "secretsReadable": True})


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


def test_both_kinds_on_two_accounts(plugin: Plugin, emulator: Emulator, settings: dict[str, Any]) -> None:
    """On two accounts the two kinds do not meet."""
    emulator.add_account(key_id="second", secret=KEY, name="other")
    plugin.up({"receive": [A]})
    plugin.configure({**settings, "apiKeyId": "second"})
    plugin.of(WEBHOOK).up({"event": "receive", "url": A})
    assert content(emulator.account("default")) == content(emulator.account("other")) == {"receive": [A]}


def test_both_kinds_in_two_runs(plugin: Plugin, settings: dict[str, Any]) -> None:
    """What one run declared is nothing to the next, though the same process serves both."""
    plugin.check({"receive": [A]})
    plugin.cancel()
    plugin.configure(settings)
    assert plugin.of(WEBHOOK).check({"event": "receive", "url": A}).failures == []


# Moving


def test_moving_to_single_ones(start: Start, emulator: Emulator, remote: Account, engine: Engine) -> None:
    """A program that moves leaves the account untouched, its two secrets too; a warning names those nobody manages."""
    state = start().up(WHOLE)
    assert content(remote) == LIVE
    before = remote.webhooks
    plugin = start()
    plugin.read(state)
    engine.take()
    emulator.journal.clear()
    moved = {name: plugin.of(WEBHOOK).up(program, name=name) for name, program in SINGLE.items()}
    taken_over = engine.take()
    assert [message.urn for message in taken_over] == [urn(name, WEBHOOK) for name in SINGLE]
    assert all("destroy removes it" in message.text for message in taken_over)
    plugin.delete(state)
    assert set(emulator.journal.methods()) == {"GET"}
    assert remote.webhooks == before
    told = engine.take()
    assert {(message.severity, message.urn) for message in told} == {("warning", urn())}
    assert sorted(message.text.split()[0] for message in told) == ["globalSecret", "secret"]
    assert moved == {name: single(name) for name in SINGLE}
    assert start().of(WEBHOOK).plan(SINGLE["second"], moved["second"], name="second").step == "same"


def test_moving_only_some(start: Start, remote: Account) -> None:
    """Of what the whole put there, what the single ones do not declare is removed; the account's secrets stay."""
    state = start().up(WHOLE)
    plugin = start()
    plugin.of(WEBHOOK).up(SINGLE["second"], name="second")
    plugin.delete(state)
    assert content(remote) == {"receive": LIVE["receive"][1:], "globalSecret": OWN, "secret": OTHER}


def test_without_a_move_the_account_secrets_go(start: Start, remote: Account, engine: Engine) -> None:
    """A destroy, which checks nothing, clears the account secrets as it always did."""
    state = start().up(WHOLE)
    start().delete(state)
    assert content(remote) == {}
    assert engine.take() == []


def test_moving_with_another_secret(start: Start, remote: Account) -> None:
    """An endpoint that the move changes is refused, since it is still that of the other resource; nothing is lost."""
    state = start().up(WHOLE)
    before = remote.webhooks
    plugin = start()
    plugin.read(state)
    checked = plugin.of(WEBHOOK).check({**SINGLE["second"], "secret": Secret(NEW)})
    with pytest.raises(Failed) as failed:
        plugin.of(WEBHOOK).create(checked.inputs)
    assert f"receive {B}" in failure(failed)
    assert remote.webhooks == before


def test_moving_to_the_whole(start: Start, emulator: Emulator, remote: Account, engine: Engine) -> None:
    """The other way round the account is untouched as well."""
    states = {name: start().of(WEBHOOK).up(program, name=name) for name, program in SINGLE.items()}
    remote.webhooks = {**remote.webhooks, "globalSecret": OWN, "secret": OTHER}
    before = remote.webhooks
    plugin = start()
    for name, state in states.items():
        plugin.of(WEBHOOK).read(state, name)
    emulator.journal.clear()
    whole = plugin.up(WHOLE)
    for name, state in states.items():
        plugin.of(WEBHOOK).delete(state, name=name)
    assert set(emulator.journal.methods()) == {"GET"}
    assert remote.webhooks == before
    engine.take()
    assert start().plan(WHOLE, whole).step == "same"
    assert engine.take() == []


def test_moving_to_less(start: Start, remote: Account) -> None:
    """What the whole does not declare is refused at its create while it is there, as anybody's is."""
    states = {name: start().of(WEBHOOK).up(program, name=name) for name, program in SINGLE.items()}
    plugin = start()
    checked = plugin.check({"receive": [A]})
    with pytest.raises(Failed) as failed:
        plugin.create(checked.inputs)
    assert f"call_log {A}" in failure(failed)
    assert len(states) == 3
    assert content(remote) == {name: LIVE[name] for name in ("receive", "call_log")}


# What a delete leaves


def test_a_delete_leaves_what_another_one_declares(start: Start, emulator: Emulator, remote: Account) -> None:
    """An entry that another `Webhook` checked in this process declares stays, whatever its secret is; no write."""
    state = start().of(WEBHOOK).up(SINGLE["second"], name="old")
    plugin = start().of(WEBHOOK)
    plugin.check({**SINGLE["second"], "secret": Secret(NEW)}, name="new")
    emulator.journal.clear()
    plugin.delete(state, name="old")
    assert set(emulator.journal.methods()) <= {"GET"}
    assert content(remote) == {"receive": [LIVE["receive"][1]]}


def test_a_delete_leaves_what_a_whole_declares(start: Start, remote: Account) -> None:
    """So does one that a `WebhookConfiguration` declares, alone or in the midst of others; what it does not goes."""
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


def test_a_delete_does_not_leave_what_is_declared_no_more(start: Start, remote: Account) -> None:
    """What a `Webhook` of the program declared before, and does not now, is no reason to leave it."""
    state = start().of(WEBHOOK).up(SINGLE["first"], name="one")
    other = start().of(WEBHOOK).up(SINGLE["second"], name="two")
    plugin = start().of(WEBHOOK)
    plugin.check({**SINGLE["second"], "event": "outbound"}, other.inputs, name="two")
    plugin.delete(state, name="one")
    plugin.delete(other, name="two")
    assert content(remote) == {}


# Drift, across programs


def test_a_whole_sees_single_ones_of_others_as_drift(start: Start, engine: Engine) -> None:
    """In different programs the two undo each other, and the whole's preview shows it."""
    state = start().up({"receive": [A]})
    start().of(WEBHOOK).up({"event": "outbound", "url": B})
    engine.take()
    plan, _ = start().preview({"receive": [A]}, state)
    assert plan.diff is not None
    assert plan.diff.kinds == {"outbound": "delete"}
    assert [f"+ outbound {B}" in message.text for message in engine.take()] == [True]
