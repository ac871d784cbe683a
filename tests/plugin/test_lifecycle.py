"""A resource's life over gRPC: what each step returns, sends, tells and leaves on the account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2 as proto

from sendblue_emulator import Account, Emulator
from tests.plugin.answers import State
from tests.plugin.conftest import KEY, NEW, NUMBER, OWN, A, B, C, D, content
from tests.plugin.driver import Plugin, urn
from tests.plugin.engine import Engine, Message
from tests.plugin.processes import Start, running
from tests.plugin.values import Secret, plain, to_struct

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
    """Check, preview, create, read, diff, update and delete, and compare every request and every answer."""
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
    removed = f"an update of these webhooks will remove or change:\n  - call_log {A}\n  - globalSecret (secret set)"
    assert engine.take() == [Message("info", urn(), removed)]
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
    """Every step of a resource's life does what the contract says, with its requests, and names what it removes."""
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


def test_a_child_of_a_component(plugin: Plugin, remote: Account) -> None:
    """A resource within a component has its parents' types before its own."""
    resource = "urn:pulumi:dev::shop::my:index:Parent$my:index:Child$sendblue:index:WebhookConfiguration::webhooks"
    plugin.call("Create", proto.CreateRequest(urn=resource, properties=to_struct({"receive": [A]})))
    assert content(remote) == {"receive": [A]}


def test_numbers_in_pythons_spelling(plugin: Plugin, remote: Account) -> None:
    """In a plain dict of a program with a Python SDK before 3.262 numbers have their Python name: it is read, too."""
    remote.behave(accepted_events=[*remote.behaviour.accepted_events, "typing_indicator"])
    endpoint = {"url": B, "sendblue_numbers": [NUMBER]}
    program = {"receive": [Secret(endpoint)], "outbound": [endpoint], "otherEvents": {"typing_indicator": [endpoint]}}

    checked = plugin.check(program)
    assert checked.failures == []
    as_in_the_schema = {"url": B, "sendblueNumbers": [NUMBER]}
    assert checked.inputs["outbound"] == [as_in_the_schema]
    plugin.create(checked.inputs)
    on_the_account = [{"url": B, "sendblue_numbers": [NUMBER]}]
    assert content(remote) == dict.fromkeys(("receive", "outbound", "typing_indicator"), on_the_account)

    both = plugin.check({"receive": [{**endpoint, "sendblueNumbers": [NUMBER]}]})
    assert [reason.partition(":")[0] for reason in both.failures] == ["receive[0].sendblue_numbers"]


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
