"""A resource's life over gRPC: what each step returns, sends, tells and leaves on the account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2 as proto

from sendblue_emulator import Account, Emulator
from tests.plugin.conftest import KEY, NEW, NUMBER, OTHER, OWN, A, B, C, D, content, failure, said
from tests.plugin.driver import (
    CheckFailed,
    Engine,
    Failed,
    Message,
    Plugin,
    Secret,
    Start,
    State,
    plain,
    running,
    to_struct,
    urn,
)

PROGRAM: dict[str, Any] = {
    "receive": [A, {"url": B, "secret": Secret(OWN), "sendblueNumbers": [NUMBER]}],
    "callLog": [A],
    "contactCreated": [C],
    "globalSecret": Secret(OWN),
    "otherEvents": {"typing_indicator": [D]},
    "allowOverwrite": False,
}
CHANGED: dict[str, Any] = {
    "receive": [A, {"url": B, "secret": Secret(NEW), "sendblueNumbers": [NUMBER]}, C],
    "contactCreated": [C],
    "secret": Secret(NEW),
    "otherEvents": {"typing_indicator": [D]},
    "allowOverwrite": False,
}
LIVE: dict[str, Any] = {
    "receive": [A, {"url": B, "secret": OWN, "sendblue_numbers": [NUMBER]}],
    "call_log": [A],
    "contact_created": [C],
    "globalSecret": OWN,
    "typing_indicator": [D],
}
MANAGED = {
    "events": {"receive": [A, B], "call_log": [A], "contact_created": [C], "typing_indicator": [D]},
    "secrets": ["globalSecret"],
}
MANAGED_AFTER = {
    "events": {"receive": [A, B, C], "contact_created": [C], "typing_indicator": [D]},
    "secrets": ["secret"],
}


@pytest.fixture(autouse=True)
def _newer_event(remote: Account) -> None:
    remote.behave(accepted_events=[*remote.behaviour.accepted_events, "typing_indicator"])


def live_through(
    plugin: Plugin, again: Callable[[], Plugin], emulator: Emulator, remote: Account, engine: Engine
) -> None:
    """Check, preview, create, read, diff, update and delete, with every request counted and every answer looked at."""
    journal = emulator.journal

    def sent() -> list[str]:
        methods = journal.methods()
        journal.clear()
        return methods

    checked = plugin.check(PROGRAM)
    assert (checked.inputs, checked.failures) == (PROGRAM, [])
    assert sent() == []

    preview = plugin.create(checked.inputs, preview=True)
    assert preview.id == ""
    assert {**plain(preview.outputs), "secretsReadable": None} == {
        **plain(PROGRAM),
        "secretsReadable": None,
        "managed": MANAGED,
    }
    assert sent() == ["GET"]
    assert content(remote) == {}

    state = plugin.create(checked.inputs)
    assert state == State(
        "account", PROGRAM, {**PROGRAM, "secretsReadable": True, "managed": Secret(MANAGED)}, refresh=True
    )
    assert sent() == ["GET", "PUT", "GET"]
    assert content(remote) == LIVE

    assert plugin.read(state) == state
    assert not plugin.diff(state, PROGRAM).changes
    assert sent() == []  # the last GET of the create serves both

    checked = plugin.check(CHANGED, PROGRAM)
    assert (checked.inputs, checked.failures) == (CHANGED, [])
    assert plugin.diff(state, CHANGED).kinds == {
        "receive[1].secret": "update",
        "receive[2]": "add",
        "callLog": "delete",
        "globalSecret": "delete",
        "secret": "add",
    }
    after = State(
        "account", CHANGED, {**CHANGED, "secretsReadable": True, "managed": Secret(MANAGED_AFTER)}, refresh=True
    )
    assert plugin.update(state, CHANGED, preview=True) == after
    assert sent() == []

    assert plugin.update(state, CHANGED) == after
    assert sent() == ["GET", "PUT", "GET"]
    assert content(remote) == {
        "receive": [A, {"url": B, "secret": NEW, "sendblue_numbers": [NUMBER]}, C],
        "contact_created": [C],
        "secret": NEW,
        "typing_indicator": [D],
    }

    again().delete(after)
    # An event each, and a PUT and a GET more for the account's secret.
    assert sent() == ["GET", "DELETE", "DELETE", "DELETE", "GET", "PUT", "GET"]
    assert content(remote) == {}
    assert engine.take() == []


def test_a_life(start: Start, emulator: Emulator, remote: Account, engine: Engine) -> None:
    """Every step of a resource's life does what the contract says, with just its requests, and without a notice."""
    live_through(start(), start, emulator, remote, engine)


def test_a_life_in_a_process(engine: Engine, emulator: Emulator, remote: Account, settings: dict[str, Any]) -> None:
    """The process that the engine starts does the same."""
    with running(engine) as plugin:

        def again() -> Plugin:
            plugin.configure(settings)
            return plugin

        live_through(again(), again, emulator, remote, engine)
    debug = [message.text for message in engine.debug]
    assert all(" /api/v2/account/webhooks: Sendblue answered 200 (" in line for line in debug), debug
    assert [line.split()[0] for line in debug][:4] == ["GET", "GET", "PUT", "GET"]
    assert {message.urn for message in engine.debug} == {""}


def test_the_requests_of_commands(start: Start, emulator: Emulator, remote: Account) -> None:
    """A preview is one GET, an up that changes nothing too; a write adds GET, PUT, GET. Each has its own process."""
    journal = emulator.journal
    plan, _ = start().preview(PROGRAM)
    assert (plan.step, journal.methods()) == ("create", ["GET"])
    journal.clear()
    state = start().up(PROGRAM)
    assert journal.methods() == ["GET", "PUT", "GET"]
    journal.clear()
    plan, _ = start().preview(PROGRAM, state)
    assert (plan.step, journal.methods()) == ("same", ["GET"])
    journal.clear()
    assert start().up(PROGRAM, state) == state
    assert journal.methods() == ["GET"]
    journal.clear()
    plan, _ = start().preview(CHANGED, state)
    assert (plan.step, journal.methods()) == ("update", ["GET"])
    journal.clear()
    state = start().up(CHANGED, state)
    assert journal.methods() == ["GET", "GET", "PUT", "GET"]
    journal.clear()
    start().delete(state)
    assert journal.methods() == ["GET", "DELETE", "DELETE", "DELETE", "GET", "PUT", "GET"]
    assert content(remote) == {}


def test_an_empty_resource(start: Start, emulator: Emulator, remote: Account) -> None:
    """A resource without a property owns an empty account: nothing is written, and its delete removes nothing."""
    state = start().up({})
    assert emulator.journal.methods() == ["GET"]
    assert state.outputs == {"secretsReadable": True, "managed": Secret({"events": {}, "secrets": []})}
    assert start().up({}, state) == state
    remote.add("receive", A)
    emulator.journal.clear()
    start().delete(state)
    assert emulator.journal.methods() == ["GET"]
    assert content(remote) == {"receive": [A]}


def test_a_create_of_what_is_there(start: Start, emulator: Emulator, remote: Account, engine: Engine) -> None:
    """A create of what is on the account already writes nothing, and tells in preview and up what it takes over."""
    remote.webhooks = LIVE
    start().preview(PROGRAM)
    in_preview = engine.take()
    state = start().up(PROGRAM)
    assert emulator.journal.methods() == ["GET", "GET"]
    assert state.outputs["managed"] == Secret(MANAGED)
    assert in_preview == engine.take()
    assert in_preview == [
        Message(
            "info",
            urn(),
            "already on the account, and managed by this stack from now on, so that destroy removes it:\n"
            f"  receive {A}\n"
            f"  receive {B} (secret set, for {NUMBER})\n"
            f"  call_log {A}\n"
            f"  contact_created {C}\n"
            f"  typing_indicator {D}\n"
            "  globalSecret (secret set)",
        )
    ]


def test_drift_is_told_and_undone(start: Start, remote: Account, engine: Engine) -> None:
    """A preview after a change by somebody else warns of it once, and shows by path what the update will undo."""
    state = start().up(PROGRAM)
    remote.add("receive", D)
    remote.remove("call_log", A)
    remote.set_secret("globalSecret", OTHER)
    engine.take()
    plan, _ = start().preview(PROGRAM, state)
    assert plan.diff is not None
    assert plan.diff.kinds == {"receive[2]": "delete", "callLog": "add", "globalSecret": "update"}
    assert engine.take() == [
        Message(
            "warning",
            urn(),
            "changed outside of this stack since the last update:\n"
            f"  + receive {D}\n"
            f"  - call_log {A}\n"
            "  ~ globalSecret changed",
        )
    ]
    state = start().up(PROGRAM, state)
    assert content(remote) == LIVE
    assert state.outputs["receive"] == PROGRAM["receive"]
    assert len(engine.take()) == 1


def test_refresh(start: Start, emulator: Emulator, remote: Account) -> None:
    """A refresh takes what is live into the outputs, in the program's order and form, and leaves the inputs alone."""
    state = start().up(PROGRAM)
    remote.webhooks = {
        **remote.webhooks,
        "receive": [{"url": D, "secret": OTHER}, {"url": B, "secret": OWN, "sendblue_numbers": [NUMBER]}, {"url": A}],
    }
    emulator.journal.clear()
    read = start().read(state)
    assert emulator.journal.methods() == ["GET"]
    assert read.inputs == state.inputs
    assert read.outputs == {
        **state.outputs,
        "receive": [*PROGRAM["receive"], {"url": D, "secret": Secret(OTHER)}],
    }
    assert read.refresh


def test_a_conflict(plugin: Plugin, emulator: Emulator, remote: Account) -> None:
    """An account that changes between the diff and the update of one process is not written; the error lists it."""
    state = plugin.up(PROGRAM)
    plan = plugin.plan(CHANGED, state)
    assert plan.state is not None
    remote.add("outbound", D)
    emulator.journal.clear()
    with pytest.raises(Failed) as failed:
        plugin.update(plan.state, plan.inputs)
    assert f"+ outbound {D}" in failure(failed)
    assert "pulumi up" in failed.value.text
    assert failed.value.written is None
    assert emulator.journal.methods() == ["GET"]


def test_delete_leaves_what_is_not_ours(start: Start, remote: Account, engine: Engine) -> None:
    """A delete leaves entries of others, and says which."""
    state = start().up({"receive": [A]})
    remote.add("receive", {"url": B, "secret": OTHER})
    remote.add("outbound", A)
    refreshed = start().read(state)
    engine.take()
    start().delete(refreshed)
    assert content(remote) == {"receive": [{"url": B, "secret": OTHER}], "outbound": [A]}
    assert [(message.severity, message.urn) for message in engine.messages] == [("warning", urn())]
    told = engine.take()[0].text
    assert f"\n  receive {B} (secret set)" in told
    assert f"\n  outbound {A}" in told


def test_delete_of_what_is_gone(start: Start, emulator: Emulator, remote: Account) -> None:
    """A delete of what somebody removed already is fine."""
    state = start().up(PROGRAM)
    remote.webhooks = {}
    emulator.journal.clear()
    start().delete(state)
    assert emulator.journal.methods() == ["GET"]


def test_a_rename(plugin: Plugin, remote: Account) -> None:
    """A new name creates first and deletes the old one after, and the account keeps what both declare."""
    state = plugin.up({"receive": [A, B]}, name="old")
    plugin.check({"receive": [A, C], "allowOverwrite": True}, name="new")
    new = plugin.create({"receive": [A, C], "allowOverwrite": True}, name="new")
    plugin.delete(state, name="old")
    assert content(remote) == {"receive": [A, C]}
    assert plain(new.outputs["managed"]) == {"events": {"receive": [A, C]}, "secrets": []}


def test_two_resources(plugin: Plugin, emulator: Emulator) -> None:
    """A second resource for one account fails its check, which names the first; the first is not harmed."""
    state = plugin.up({"receive": [A]}, name="first")
    emulator.journal.clear()
    with pytest.raises(CheckFailed) as failed:
        plugin.plan({"outbound": [A]}, name="second")
    (reason,) = failed.value.args
    assert "'first'" in said(reason)
    assert "'second'" in reason
    assert "sendblue.Provider" in reason
    assert emulator.journal.methods() == []
    assert not plugin.diff(state, state.inputs, name="first").changes


def test_one_resource_is_checked_twice(plugin: Plugin) -> None:
    """The same resource may be checked any number of times, also as the two halves of a replacement."""
    state = plugin.up({"receive": [A]})
    assert plugin.check({"receive": [B]}, state.inputs).failures == []
    assert plugin.check({"receive": [B]}).failures == []


def test_two_resources_of_two_accounts(start: Start, emulator: Emulator, settings: dict[str, Any]) -> None:
    """Each account has its own: what a process knows of one account is nothing to the other."""
    emulator.add_account(key_id="second", secret=KEY, name="other")
    plugin = start()
    plugin.up({"receive": [A]}, name="first")
    plugin.configure({**settings, "apiKeyId": "second"})
    plugin.up({"outbound": [B]}, name="second")
    assert content(emulator.account("default")) == {"receive": [A]}
    assert content(emulator.account("other")) == {"outbound": [B]}
    assert emulator.journal.methods("other") == ["GET", "PUT", "GET"]


def test_a_replacement(plugin: Plugin, settings: dict[str, Any], emulator: Emulator, remote: Account) -> None:
    """Under `up --replace` the create finds what is there, writes nothing, and the delete leaves it."""
    state = plugin.up(PROGRAM)
    plugin.configure(settings)
    checked = plugin.check(PROGRAM)
    emulator.journal.clear()
    new = plugin.create(checked.inputs)
    plugin.delete(state)
    assert emulator.journal.methods() == ["GET", "GET"]
    assert content(remote) == LIVE
    assert new.outputs == state.outputs


def test_a_child_of_a_component(plugin: Plugin, remote: Account) -> None:
    """A resource within a component has its parents' types before its own."""
    resource = "urn:pulumi:dev::shop::my:index:Parent$my:index:Child$sendblue:index:WebhookConfiguration::webhooks"
    plugin.call("Create", proto.CreateRequest(urn=resource, properties=to_struct({"receive": [A]})))
    assert content(remote) == {"receive": [A]}


def test_null_is_absent(plugin: Plugin, remote: Account) -> None:
    """A property or a field that is null is as good as one that is not there."""
    program = {
        **dict.fromkeys(PROGRAM),
        "outbound": [{"url": A, "secret": None, "sendblueNumbers": None}],
        "secret": Secret(None),
    }
    state = plugin.up(program)
    assert content(remote) == {"outbound": [A]}
    assert plugin.plan(program, state).step == "same"
    assert plugin.plan({"outbound": [A]}, state).step == "same"


def test_another_account(start: Start, emulator: Emulator, engine: Engine) -> None:
    """Credentials of another account, which holds other webhooks, are warned of once, beside the drift."""
    state = start().up({"receive": [A]})
    emulator.add_account(key_id="theirs", secret=KEY, name="theirs", webhooks={"outbound": [B]})
    plan, _ = start(apiKeyId="theirs").preview({"receive": [A]}, state)
    assert plan.diff is not None
    assert plan.diff.kinds == {"receive": "add", "outbound": "delete"}
    drift, warning = engine.take()
    assert drift.text.startswith("changed outside of this stack since the last update:")
    assert (warning.severity, warning.urn) == ("warning", urn())
    assert "another account's" in warning.text


def test_secrets_that_do_not_show_are_told_once(start: Start, remote: Account, engine: Engine) -> None:
    """A preview says once that drift in the secrets cannot be seen; a refresh, whose diff has no check, does not."""
    remote.behave(secrets="masked")
    state = start().up(PROGRAM)
    assert state.outputs["secretsReadable"] is False
    engine.take()
    plugin = start()
    plugin.diff(plugin.read(state), state.inputs)
    assert engine.take() == []
    start().preview(PROGRAM, state)
    assert [(message.severity, "cannot be seen" in message.text) for message in engine.take()] == [("info", True)]


def test_a_name_with_colons(plugin: Plugin, remote: Account) -> None:
    """A resource's name may hold what separates the parts of a URN."""
    plugin.up({"receive": [A]}, name="team::webhooks")
    assert content(remote) == {"receive": [A]}
