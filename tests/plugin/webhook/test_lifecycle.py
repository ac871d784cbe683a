"""A `Webhook`'s life over gRPC: what each step returns, sends, tells and leaves on the account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2 as proto

from sendblue_emulator import Account, Emulator, Fault
from tests.plugin.answers import Failed, State
from tests.plugin.conftest import NEW, NUMBER, OTHER, OTHER_NUMBER, OWN, A, B, C, content, id_of
from tests.plugin.driver import WEBHOOK, Plugin, urn
from tests.plugin.engine import Engine
from tests.plugin.processes import Start, running
from tests.plugin.values import UNKNOWN, Secret, to_struct
from tests.plugin.webhook.conftest import ENTRY, ID, OTHERS, OUTPUTS, PROGRAM, E, own, rest

CHANGED: dict[str, Any] = {**PROGRAM, "secret": Secret(NEW), "sendblueNumbers": [NUMBER, OTHER_NUMBER]}
CHANGED_ENTRY: dict[str, Any] = {"url": A, "secret": NEW, "sendblue_numbers": [NUMBER, OTHER_NUMBER]}
AFTER = State(ID, CHANGED, {**CHANGED, "secretsReadable": True}, refresh=True)


def live_through(
    plugin: Plugin, again: Callable[[], Plugin], emulator: Emulator, remote: Account, engine: Engine
) -> None:
    """Check, preview, create, read, diff, update and delete, and compare every request and every answer."""
    journal = emulator.journal

    def sent() -> list[tuple[str, Any]]:
        requests = [(entry.method, entry.body) for entry in journal]
        journal.clear()
        return requests

    get = ("GET", None)

    checked = plugin.check(PROGRAM)
    assert (checked.inputs, checked.failures) == (PROGRAM, [])
    assert sent() == []

    preview = plugin.create(checked.inputs, preview=True)
    assert preview == State("", PROGRAM, {**PROGRAM, "secretsReadable": UNKNOWN}, refresh=True)
    assert sent() == [get]
    assert remote.webhooks == OTHERS

    state = plugin.create(checked.inputs)
    assert state == State(ID, PROGRAM, OUTPUTS, refresh=True)
    assert sent() == [get, ("POST", {"webhooks": [ENTRY], "type": "receive"}), get]
    assert own(remote.webhooks) == [ENTRY]
    assert rest(remote.webhooks) == rest(OTHERS)

    assert plugin.read(state) == state
    assert not plugin.diff(state, PROGRAM).changes
    assert sent() == []  # the last GET of the create serves both

    checked = plugin.check(CHANGED, PROGRAM)
    assert (checked.inputs, checked.failures) == (CHANGED, [])
    diff = plugin.diff(state, CHANGED)
    assert (diff.kinds, diff.of_inputs) == ({"secret": "update", "sendblueNumbers": "update"}, frozenset())
    assert plugin.update(state, CHANGED, preview=True) == AFTER
    assert sent() == []

    remote.webhooks = {**OTHERS, "receive": [B, ENTRY, *OTHERS["receive"][1:]]}
    assert plugin.update(state, CHANGED) == AFTER
    first, (method, body), last = sent()
    assert (first, method, last) == (get, "PUT", get)
    expected = {**OTHERS, "receive": [B, CHANGED_ENTRY, *OTHERS["receive"][1:]]}
    # In the place of the old one, and all else to the letter.
    assert rest(body["webhooks"], "", "") == rest(remote.webhooks, "", "") == rest(expected, "", "")

    again().delete(AFTER)
    assert sent() == [get, ("DELETE", {"webhooks": [A], "type": "receive"}), get]
    assert rest(remote.webhooks, "", "") == rest(OTHERS, "", "")
    assert engine.take() == []


def test_a_life(start: Start, emulator: Emulator, shared: Account, engine: Engine) -> None:
    """Every step does what the contract says, with just its requests, and leaves all of the others' as it was."""
    live_through(start(), start, emulator, shared, engine)


def test_a_life_in_a_process(engine: Engine, emulator: Emulator, shared: Account, settings: dict[str, Any]) -> None:
    """The process that the engine starts does the same."""
    with running(engine) as plugin:

        def again() -> Plugin:
            plugin.configure(settings)
            return plugin.of(WEBHOOK)

        live_through(again(), again, emulator, shared, engine)


BEHAVIOURS: list[dict[str, Any]] = [
    {"unset_secrets": "empty"},
    {"unset_secrets": "null"},
    {"empty_events": "omitted"},
    {"entry_form": "object"},
    {"entry_form": "string"},
    {"absent_secrets": "kept"},
    {"absent_secrets": "kept", "empty_secrets": "kept"},
    {"duplicates": "merged"},
    {"delete_removes": "one"},
    {"absent_delete": 404},
]


@pytest.mark.parametrize("behaviour", BEHAVIOURS, ids=str)
def test_a_life_with_an_api_that_answers_otherwise(
    start: Start, emulator: Emulator, shared: Account, behaviour: dict[str, Any]
) -> None:
    """Whatever is not known of the API, each step is the same requests, and leaves all of the others' as it was."""
    shared.behave(**behaviour)
    state = start().up(PROGRAM)
    assert emulator.journal.methods() == ["GET", "POST", "GET"]
    assert start().plan(PROGRAM, state).step == "same"
    emulator.journal.clear()
    assert start().up(CHANGED, state) == AFTER
    assert emulator.journal.methods() == ["GET", "GET", "PUT", "GET"]
    assert own(shared.webhooks) == [CHANGED_ENTRY]
    if "entry_form" not in behaviour:  # an API that shows another form gets back what it showed
        assert rest(shared.webhooks) == rest(OTHERS)
    emulator.journal.clear()
    start().delete(AFTER)
    assert emulator.journal.methods() == ["GET", "DELETE", "GET"]
    assert own(shared.webhooks) == []


FIELDS = [
    pytest.param({}, A, id="a URL alone"),
    pytest.param({"secret": Secret(OWN)}, {"url": A, "secret": OWN}, id="a secret"),
    pytest.param({"sendblueNumbers": [NUMBER]}, {"url": A, "sendblue_numbers": [NUMBER]}, id="numbers"),
    pytest.param({"allowOverwrite": True}, A, id="allowOverwrite"),
    pytest.param({"secret": None, "sendblueNumbers": None, "allowOverwrite": None}, A, id="nulls"),
    pytest.param({"sendblueNumbers": []}, A, id="no numbers"),
]


@pytest.mark.parametrize(("fields", "entry"), FIELDS)
def test_what_is_sent(start: Start, emulator: Emulator, fields: dict[str, Any], entry: Any) -> None:
    """An entry with only a URL is sent as a string; the next preview has nothing to do, whichever form is declared."""
    program = {"event": "outbound", "url": A, **fields}
    state = start().up(program)
    assert [request.body for request in emulator.journal][1] == {"webhooks": [entry], "type": "outbound"}
    known = {name: value for name, value in program.items() if value is not None}
    assert state.outputs == {**known, "secretsReadable": True}
    assert start().plan(program, state).step == "same"
    assert start().plan(known, state).step == "same"


EVENTS = ["outbound", "call_log", "contact_created", "typing_indicator"]


@pytest.mark.parametrize("event", EVENTS)
def test_every_event(start: Start, emulator: Emulator, shared: Account, event: str) -> None:
    """Each event is written by the API's name for it, and the id begins with that."""
    shared.webhooks = {**OTHERS, event: [*OTHERS.get(event, []), C]} if event == "typing_indicator" else OTHERS
    before = shared.webhooks
    program = {"event": event, "url": E + "/new"}
    state = start().up(program)
    assert state.id == id_of(event, E + "/new")
    assert own(shared.webhooks, event, E + "/new") == [E + "/new"]
    assert rest(shared.webhooks, event, E + "/new") == rest(before, "", "")
    assert start().plan(program, state).step == "same"
    start().delete(state)
    assert emulator.journal.entries()[-2].body == {"webhooks": [E + "/new"], "type": event}
    assert rest(shared.webhooks, "", "") == rest(before, "", "")


def test_a_write_that_failed_throws_it_away_too(start: Start, emulator: Emulator, remote: Account) -> None:
    """After a write of which nobody knows whether it was done, nothing goes by what was there before it."""
    state = start().up({"event": "receive", "url": A})
    plugin = start(timeoutSeconds=0.5)
    assert plugin.read(state) == state
    emulator.faults.add(
        Fault(kind="reset", method="DELETE", times=None, applied=True),
        Fault(kind="reset", method="GET", after=1, times=None),
    )
    with pytest.raises(Failed):
        plugin.delete(state)
    assert content(remote) == {}
    emulator.faults.clear()
    assert plugin.read(state).id == ""


def test_what_is_gone_is_out_of_the_state(start: Start, emulator: Emulator, remote: Account, engine: Engine) -> None:
    """An entry that somebody removed is gone; the next up adds it again, and the preview warns of it once."""
    state = start().up(PROGRAM)
    remote.remove("receive", A)
    assert start().read(state) == State("", {}, {}, refresh=False)
    engine.take()
    emulator.journal.clear()
    plan, _ = start().preview(PROGRAM, state)
    assert (plan.step, emulator.journal.methods()) == ("create", ["GET"])
    told = engine.take()
    assert [(message.severity, message.urn) for message in told] == [("warning", urn(type_=WEBHOOK))]
    assert told[0].text == (
        f"changed outside of this stack since the last update:\n  - receive {A} (secret set, for {NUMBER})"
    )
    assert start().up(PROGRAM, state) == state
    assert content(remote) == {"receive": [ENTRY]}


def test_refresh(start: Start, emulator: Emulator, remote: Account) -> None:
    """A refresh takes what is live into the outputs, and leaves the inputs alone."""
    state = start().up(PROGRAM)
    remote.webhooks = {"receive": [{"url": A, "secret": OTHER, "sendblue_numbers": [NUMBER, OTHER_NUMBER]}]}
    emulator.journal.clear()
    read = start().read(state)
    assert emulator.journal.methods() == ["GET"]
    assert read.id == ID
    assert read.inputs == PROGRAM
    assert read.outputs == {**OUTPUTS, "secret": Secret(OTHER), "sendblueNumbers": [NUMBER, OTHER_NUMBER]}
    assert read.refresh
    # Another entry shows its secret, so the own one was removed, and does not just not show.
    remote.webhooks = {"receive": [A, {"url": B, "secret": OTHER}]}
    assert start().read(state).outputs == {"event": "receive", "url": A, "sendblueNumbers": [], "secretsReadable": True}


THEIRS: dict[str, Any] = {"url": A, "secret": OTHER, "label": "theirs"}
COPIES = [
    pytest.param([THEIRS, ENTRY, {**ENTRY, "secret": OTHER}], id="its own among them"),
    pytest.param([{**ENTRY, "label": "x"}, THEIRS], id="its own with a field more"),
    pytest.param([A, THEIRS], id="none of them its own"),
    pytest.param([{**ENTRY, "secret": OTHER}, {**ENTRY, "sendblue_numbers": [OTHER_NUMBER]}], id="each in part"),
]


@pytest.mark.parametrize("entries", COPIES)
def test_a_refresh_among_copies(start: Start, shared: Account, entries: list[Any]) -> None:
    """If the URL is registered more than once, nobody else's copy gets into the state, and it is not gone."""
    shared.webhooks = {**OTHERS, "receive": [*entries, *OTHERS["receive"]]}
    assert start().read(State(ID, PROGRAM, OUTPUTS)) == State(ID, PROGRAM, OUTPUTS)


def test_a_child_of_a_component(plugin: Plugin, remote: Account) -> None:
    """A resource within a component has its parents' types before its own."""
    resource = f"urn:pulumi:dev::shop::my:index:Parent$my:index:Child${WEBHOOK}::webhooks"
    plugin.call("Create", proto.CreateRequest(urn=resource, properties=to_struct(PROGRAM)))
    assert content(remote) == {"receive": [ENTRY]}


PICKLED = "gASVRwAAAAAAAAA="


def dynamic(state: State) -> State:
    """Return the state as the dynamic front end would have it: with its provider, and never read before an update."""
    return State(
        state.id, {**state.inputs, "__provider": PICKLED}, {**state.outputs, "__provider": PICKLED}, refresh=False
    )


def test_moving_from_the_dynamic_resource(start: Start, emulator: Emulator, remote: Account) -> None:
    """The move is one update that writes nothing to the account and leaves nothing of the dynamic provider."""
    state = start().up(PROGRAM)
    emulator.journal.clear()
    plan, after = start().preview(PROGRAM, dynamic(state))
    assert emulator.journal.methods() == ["GET"]
    assert plan.diff is not None
    assert plan.diff.kinds == {"__provider": "delete"}
    assert after.outputs == state.outputs
    emulator.journal.clear()
    moved = start().up(PROGRAM, dynamic(state))
    assert emulator.journal.methods() == ["GET", "GET"]
    assert moved == state
    assert start().plan(PROGRAM, moved).step == "same"
    assert content(remote) == {"receive": [ENTRY]}
