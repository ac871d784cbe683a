"""A `Webhook`'s life over gRPC: what each step returns, sends, tells and leaves on the account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2 as proto

from sendblue_emulator import Account, Emulator, Fault
from tests.plugin.conftest import NEW, NUMBER, OTHER, OTHER_NUMBER, OWN, A, B, C, content, failure, id_of
from tests.plugin.driver import (
    UNKNOWN,
    WEBHOOK,
    Engine,
    Failed,
    Message,
    Plugin,
    Secret,
    Start,
    State,
    running,
    to_struct,
    urn,
)
from tests.plugin.webhook.conftest import ENTRY, ID, OTHERS, OUTPUTS, PROGRAM, E, own, rest

CHANGED: dict[str, Any] = {**PROGRAM, "secret": Secret(NEW), "sendblueNumbers": [NUMBER, OTHER_NUMBER]}
CHANGED_ENTRY: dict[str, Any] = {"url": A, "secret": NEW, "sendblue_numbers": [NUMBER, OTHER_NUMBER]}
AFTER = State(ID, CHANGED, {**CHANGED, "secretsReadable": True}, refresh=True)


def live_through(
    plugin: Plugin, again: Callable[[], Plugin], emulator: Emulator, remote: Account, engine: Engine
) -> None:
    """Check, preview, create, read, diff, update and delete, with every request looked at, and every answer."""
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
@pytest.mark.parametrize("has_secrets", [True, False])
def test_a_life_with_an_api_that_answers_otherwise(
    start: Start, emulator: Emulator, shared: Account, behaviour: dict[str, Any], *, has_secrets: bool
) -> None:
    """Whatever is not known of the API, each step is the same requests, and leaves all of the others' as it was."""
    before = {name: value for name, value in OTHERS.items() if has_secrets or name not in ("globalSecret", "secret")}
    shared.webhooks = before
    shared.behave(**behaviour)
    state = start().up(PROGRAM)
    assert emulator.journal.methods() == ["GET", "POST", "GET"]
    assert start().plan(PROGRAM, state).step == "same"
    emulator.journal.clear()
    assert start().up(CHANGED, state) == AFTER
    assert emulator.journal.methods() == ["GET", "GET", "PUT", "GET"]
    assert own(shared.webhooks) == [CHANGED_ENTRY]
    if "entry_form" not in behaviour:  # an API that shows another form gets back what it showed
        assert rest(shared.webhooks) == rest(before)
    emulator.journal.clear()
    start().delete(AFTER)
    assert emulator.journal.methods() == ["GET", "DELETE", "GET"]
    assert own(shared.webhooks) == []


def test_the_requests_of_commands(start: Start, emulator: Emulator, remote: Account) -> None:
    """A preview is one GET, an up that changes nothing too; a write adds its three. Each has its own process."""
    journal = emulator.journal
    plan, _ = start().preview(PROGRAM)
    assert (plan.step, journal.methods()) == ("create", ["GET"])
    journal.clear()
    state = start().up(PROGRAM)
    assert journal.methods() == ["GET", "POST", "GET"]
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
    assert start().up(CHANGED, state) == AFTER
    assert journal.methods() == ["GET", "GET", "PUT", "GET"]
    journal.clear()
    plan, _ = start().preview({**CHANGED, "url": B}, AFTER)
    assert (plan.step, journal.methods()) == ("replace", ["GET"])
    journal.clear()
    state = start().up({**CHANGED, "url": B}, AFTER)
    assert journal.methods() == ["GET", "GET", "POST", "GET", "GET", "DELETE", "GET"]
    journal.clear()
    start().delete(state)
    assert journal.methods() == ["GET", "DELETE", "GET"]
    assert content(remote) == {}


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


EVENTS = ["receive", "outbound", "call_log", "line_blocked", "line_assigned", "contact_created", "typing_indicator"]


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


def test_fifty_share_one_get(start: Start, emulator: Emulator, remote: Account, engine: Engine) -> None:
    """Reading, checking and comparing fifty of them is one GET in all."""
    names = [f"hook-{number}" for number in range(50)]
    programs = {name: {"event": "receive", "url": f"https://example.com/{name}"} for name in names}
    remote.webhooks = {"receive": [programs[name]["url"] for name in names]}
    plugin = start()
    for name in names:
        program = programs[name]
        state = State(id_of("receive", program["url"]), program, {**program, "secretsReadable": True})
        assert plugin.plan(program, state, name=name).step == "same"
    assert emulator.journal.methods() == ["GET"]
    assert engine.take() == []


def test_fifty_previews_of_a_create_share_one_get(start: Start, emulator: Emulator) -> None:
    """Fifty new ones are one GET in a preview too."""
    plugin = start()
    for number in range(50):
        plugin.preview({"event": "receive", "url": f"https://example.com/{number}"}, name=f"hook-{number}")
    assert emulator.journal.methods() == ["GET"]


def test_a_write_throws_the_shared_get_away(start: Start, emulator: Emulator, remote: Account) -> None:
    """After a write, reads go by its own last GET, which shows what others did meanwhile too."""
    plugin = start()
    state = plugin.up({"event": "receive", "url": A}, name="first")
    emulator.before("POST", lambda: remote.remove("receive", A))
    plugin.up({"event": "receive", "url": B}, name="second")
    emulator.journal.clear()
    assert plugin.read(state, "first").id == ""
    assert emulator.journal.methods() == []


def test_a_write_that_failed_throws_it_away_too(start: Start, emulator: Emulator, remote: Account) -> None:
    """After a write of which nobody knows whether it was done, nothing goes by what was there before it."""
    state = start().up({"event": "receive", "url": A})
    plugin = start(timeoutSeconds=0.5)
    assert plugin.read(state) == state
    emulator.faults.add(Fault(kind="reset", method="DELETE", times=None, applied=True))
    with pytest.raises(Failed):
        plugin.delete(state)
    assert content(remote) == {}
    assert plugin.read(state).id == ""


# Gone, and drift


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


def test_another_entry_of_the_url_is_not_it(start: Start, remote: Account) -> None:
    """The same URL for another event, or the event with another URL, is not the entry."""
    state = start().up(PROGRAM)
    remote.webhooks = {"receive": [A + "/", B], "outbound": [ENTRY]}
    assert start().read(state).id == ""


def test_a_failing_api_makes_nothing_gone(start: Start, remote: Account) -> None:
    """A GET that cannot be read never takes the resource out of the state."""
    state = start().up(PROGRAM)
    remote.revoke_key("key-id")
    with pytest.raises(Failed) as failed:
        start().read(state)
    assert "401" in failure(failed)


def test_gone_between_read_and_diff(start: Start, emulator: Emulator, shared: Account) -> None:
    """A state that the engine did not read, as of a dynamic resource, is updated by a POST, which touches no other."""
    state = State(ID, PROGRAM, OUTPUTS, refresh=False)
    plan, _ = start().preview(CHANGED, state)
    assert plan.step == "update"
    emulator.journal.clear()
    assert start().up(CHANGED, state) == AFTER
    assert emulator.journal.methods() == ["GET", "GET", "POST", "GET"]
    assert own(shared.webhooks) == [CHANGED_ENTRY]
    assert rest(shared.webhooks) == rest(OTHERS)


def test_gone_and_otherwise_unchanged(start: Start, remote: Account) -> None:
    """A program that is as the state has it still adds an entry that is not there."""
    state = State(ID, PROGRAM, OUTPUTS, refresh=False)
    plan, _ = start().preview(PROGRAM, state)
    assert plan.step == "update"
    assert plan.diff is not None
    assert plan.diff.replaces == frozenset()
    assert start().up(PROGRAM, state).outputs == OUTPUTS
    assert content(remote) == {"receive": [ENTRY]}


def test_drift_is_told_and_undone(start: Start, emulator: Emulator, shared: Account, engine: Engine) -> None:
    """A preview after a change by somebody else warns of it once, shows it by property, and the update undoes it."""
    state = start().up(PROGRAM)
    shared.remove("receive", A)
    shared.add("receive", {"url": A, "secret": OTHER, "sendblue_numbers": [OTHER_NUMBER], "label": "x"})
    engine.take()
    plan, _ = start().preview(PROGRAM, state)
    assert plan.diff is not None
    assert plan.diff.kinds == {"secret": "update", "sendblueNumbers": "update"}
    assert engine.take() == [
        Message(
            "warning",
            urn(type_=WEBHOOK),
            "changed outside of this stack since the last update:\n"
            f"  ~ receive {A} secret changed, numbers changed from {NUMBER} to {OTHER_NUMBER}",
        )
    ]
    emulator.journal.clear()
    assert start().up(PROGRAM, state).outputs == OUTPUTS
    assert emulator.journal.methods() == ["GET", "GET", "PUT", "GET"]
    # A field that this provider does not know is carried through.
    assert own(shared.webhooks) == [{**ENTRY, "label": "x"}]
    assert rest(shared.webhooks) == rest(OTHERS)
    assert len(engine.take()) == 1


def test_what_others_change_is_no_drift(start: Start, shared: Account, engine: Engine) -> None:
    """What happens to the rest of the account, its secrets too, is nothing to a `Webhook`."""
    state = start().up(PROGRAM)
    shared.webhooks = {"receive": [{"url": B, "secret": NEW}, ENTRY], "call_log": [A], "globalSecret": NEW}
    plan, _ = start().preview(PROGRAM, state)
    assert plan.step == "same"
    assert engine.take() == []


EQUAL = [
    pytest.param({"url": A, "secret": OWN, "sendblue_numbers": [NUMBER], "label": "x"}, id="a field more"),
    pytest.param({"sendblue_numbers": [NUMBER], "secret": OWN, "url": A}, id="another order of the fields"),
]


@pytest.mark.parametrize("entry", EQUAL)
def test_another_form_is_no_drift(start: Start, remote: Account, entry: Any) -> None:
    """What this provider does not know of, and the order of what it does, is no change."""
    state = start().up(PROGRAM)
    remote.webhooks = {"receive": [entry]}
    assert start().plan(PROGRAM, state).step == "same"
    assert start().read(state) == state


@pytest.mark.parametrize("entry", [{"url": A}, {"url": A, "secret": ""}, {"url": A, "sendblue_numbers": []}])
def test_another_form_of_a_url_alone_is_no_drift(start: Start, remote: Account, entry: Any) -> None:
    """A URL, an object with only that, and one whose other fields are empty are the same."""
    program = {"event": "receive", "url": A}
    state = start().up(program)
    remote.webhooks = {"receive": [entry]}
    assert start().plan(program, state).step == "same"
    assert start().read(state) == state


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
    remote.webhooks = {"receive": [A]}
    assert start().read(state).outputs == {"event": "receive", "url": A, "sendblueNumbers": [], "secretsReadable": True}


# Conflicts, and what is merged


def test_a_conflict(start: Start, emulator: Emulator, shared: Account) -> None:
    """An entry that somebody changes between the diff and the update is not written; the error says how it changed."""
    state = start().up(PROGRAM)
    plugin = start()
    plan = plugin.plan(CHANGED, state)
    assert plan.state is not None
    shared.remove("receive", A)
    shared.add("receive", {**ENTRY, "secret": OTHER})
    before = shared.webhooks
    emulator.journal.clear()
    with pytest.raises(Failed) as failed:
        plugin.update(plan.state, plan.inputs)
    assert f"~ receive {A} secret changed" in failure(failed)
    assert "pulumi up" in failed.value.text
    assert failed.value.written is None
    assert emulator.journal.methods() == ["GET"]
    assert shared.webhooks == before
    assert start().up(CHANGED, state) == AFTER


def test_what_others_change_is_merged(start: Start, shared: Account) -> None:
    """What others change between the diff and the update is no conflict, and stays as they made it."""
    state = start().up(PROGRAM)
    plugin = start()
    plan = plugin.plan(CHANGED, state)
    assert plan.state is not None
    shared.remove("receive", B)
    shared.add("receive", {"url": B, "secret": NEW})
    shared.add("call_log", C)
    shared.set_secret("globalSecret", NEW)
    before = shared.webhooks
    assert plugin.update(plan.state, plan.inputs) == AFTER
    assert own(shared.webhooks) == [CHANGED_ENTRY]
    assert rest(shared.webhooks) == rest(before)


def test_updates_of_one_run(start: Start, emulator: Emulator, remote: Account) -> None:
    """What one `Webhook`'s update writes is no conflict for the next, whose diff was made before."""
    urls = [A, B, C]
    states = [start().up({"event": "receive", "url": url, "secret": Secret(OWN)}, name=url) for url in urls]
    plugin = start()
    plans = [
        plugin.plan({"event": "receive", "url": url, "secret": Secret(NEW)}, state, name=url)
        for url, state in zip(urls, states, strict=True)
    ]
    emulator.journal.clear()
    for url, plan in zip(urls, plans, strict=True):
        assert plan.state is not None
        plugin.update(plan.state, plan.inputs, name=url)
    assert emulator.journal.methods() == ["GET", "PUT", "GET"] * 3
    assert content(remote) == {"receive": [{"url": url, "secret": NEW} for url in urls]}


def test_an_update_of_what_is_so_already(start: Start, emulator: Emulator, remote: Account) -> None:
    """Where the account is as declared and only the state is not, the update saves it, and writes nothing."""
    state = start().up(PROGRAM)
    remote.webhooks = {"receive": [CHANGED_ENTRY]}
    emulator.journal.clear()
    assert start().up(CHANGED, State(state.id, state.inputs, state.outputs, refresh=False)) == AFTER
    assert emulator.journal.methods() == ["GET", "GET"]


def test_only_allow_overwrite_changes(start: Start, emulator: Emulator) -> None:
    """The option alone is an update of the state: no PUT."""
    state = start().up(PROGRAM)
    emulator.journal.clear()
    after = start().up({**PROGRAM, "allowOverwrite": True}, state)
    assert emulator.journal.methods() == ["GET", "GET"]
    assert after.outputs == {**OUTPUTS, "allowOverwrite": True}
    plan = start().plan(PROGRAM, after)
    assert plan.diff is not None
    assert plan.diff.kinds == {"allowOverwrite": "delete"}


# Replaced, renamed, lost


@pytest.mark.parametrize("change", [{"url": B}, {"event": "outbound"}, {"event": "outbound", "url": B}])
def test_a_replacement(start: Start, emulator: Emulator, remote: Account, change: dict[str, str]) -> None:
    """A changed event or URL adds the new entry before it removes the old one, and has an id of its own."""
    state = start().up(PROGRAM)
    program = {**PROGRAM, **change}
    emulator.journal.clear()
    new = start().up(program, state)
    event, url = program["event"], program["url"]
    assert new == State(id_of(event, url), program, {**program, "secretsReadable": True}, refresh=True)
    assert [(request.method, request.body) for request in emulator.journal if request.body] == [
        ("POST", {"webhooks": [{**ENTRY, "url": url}], "type": event}),
        ("DELETE", {"webhooks": [A], "type": "receive"}),
    ]
    assert content(remote) == {event: [{**ENTRY, "url": url}]}


def test_a_replacement_by_what_somebody_has(start: Start, remote: Account) -> None:
    """A new URL that is there with another secret is refused in the preview already, and the old entry stays."""
    state = start().up(PROGRAM)
    remote.add("receive", {"url": B, "secret": OTHER})
    before = remote.webhooks
    with pytest.raises(Failed) as failed:
        start().preview({**PROGRAM, "url": B}, state)
    assert f"receive {B}" in failure(failed)
    with pytest.raises(Failed):
        start().up({**PROGRAM, "url": B}, state)
    assert remote.webhooks == before


def test_a_rename(start: Start, emulator: Emulator, remote: Account) -> None:
    """Under a new name the entry is taken over, and the delete of the old name leaves it: no write at all."""
    state = start().up(PROGRAM, name="old")
    plugin = start()
    emulator.journal.clear()
    new = plugin.up(PROGRAM, name="new")
    plugin.delete(state, name="old")
    assert set(emulator.journal.methods()) == {"GET"}
    assert content(remote) == {"receive": [ENTRY]}
    assert new.outputs == OUTPUTS


def test_a_forced_replacement(start: Start, emulator: Emulator, remote: Account) -> None:
    """Under `up --replace`, one check without old inputs and no diff, just one entry is there afterwards."""
    state = start().up(PROGRAM)
    plugin = start()
    plugin.read(state)
    checked = plugin.check(PROGRAM)
    emulator.journal.clear()
    new = plugin.create(checked.inputs)
    plugin.delete(state)
    assert set(emulator.journal.methods()) == {"GET"}
    assert content(remote) == {"receive": [ENTRY]}
    assert new == state


def test_a_forced_replacement_with_a_change(start: Start, remote: Account) -> None:
    """There the stack's own entry cannot be told from somebody else's, so a change is refused; the error says how."""
    start().up(PROGRAM)
    plugin = start()
    checked = plugin.check(CHANGED)
    with pytest.raises(Failed) as failed:
        plugin.create(checked.inputs)
    assert "run without --replace" in failure(failed)
    assert "aliases" in failed.value.text
    assert content(remote) == {"receive": [ENTRY]}


def test_a_triggered_replacement(start: Start, emulator: Emulator, remote: Account, engine: Engine) -> None:
    """Where a check with old inputs comes first, what those named is the stack's own, and changes in place."""
    state = start().up(PROGRAM)
    plugin = start()
    plugin.read(state)
    plugin.check(CHANGED, PROGRAM)
    checked = plugin.check(CHANGED)
    emulator.journal.clear()
    assert plugin.create(checked.inputs, preview=True).inputs == CHANGED
    assert plugin.create(checked.inputs) == AFTER
    plugin.delete(state)
    assert "DELETE" not in emulator.journal.methods()
    assert content(remote) == {"receive": [CHANGED_ENTRY]}
    assert engine.take() == []


def test_two_swap_their_urls(start: Start, emulator: Emulator, remote: Account) -> None:
    """Two resources that take each other's URLs leave both entries on the account throughout."""
    first = start().up({"event": "receive", "url": A}, name="first")
    second = start().up({"event": "receive", "url": B}, name="second")
    plugin = start()
    plans = {
        "first": plugin.plan({"event": "receive", "url": B}, first, name="first"),
        "second": plugin.plan({"event": "receive", "url": A}, second, name="second"),
    }
    emulator.journal.clear()
    created = {name: plugin.create(plan.inputs, name=name) for name, plan in plans.items()}
    plugin.delete(first, name="first")
    plugin.delete(second, name="second")
    assert created["first"].id == id_of("receive", B)
    assert set(emulator.journal.methods()) == {"GET"}
    assert content(remote) == {"receive": [A, B]}


def test_a_lost_process(start: Start, emulator: Emulator, remote: Account, engine: Engine) -> None:
    """After a crash between the POST and the saved state, the next up takes over what is there: one entry, no write."""
    start().create(PROGRAM)
    emulator.journal.clear()
    assert start().up(PROGRAM).outputs == OUTPUTS
    assert emulator.journal.methods() == ["GET"]
    assert content(remote) == {"receive": [ENTRY]}
    assert len(engine.take()) == 1


# Delete


def test_delete_of_what_is_gone(start: Start, emulator: Emulator, shared: Account, engine: Engine) -> None:
    """A delete of what somebody removed already is fine, and touches nothing."""
    start().delete(State(ID, PROGRAM, OUTPUTS))
    assert emulator.journal.methods() == ["GET"]
    assert shared.webhooks == OTHERS
    assert engine.take() == []


@pytest.mark.parametrize("entry", [{**ENTRY, "secret": OTHER}, A, {"url": A, "sendblue_numbers": [OTHER_NUMBER]}])
def test_delete_of_what_has_changed(start: Start, emulator: Emulator, shared: Account, entry: Any) -> None:
    """A single entry is this resource's, whatever its secret and numbers are by now."""
    shared.add("receive", entry)
    start().delete(State(ID, PROGRAM, OUTPUTS))
    assert emulator.journal.methods() == ["GET", "DELETE", "GET"]
    assert rest(shared.webhooks, "", "") == rest(OTHERS, "", "")


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


def test_moving_with_a_change(start: Start, remote: Account) -> None:
    """A change of the program beside the move shows beside it, and is done, in place or as a replacement."""
    state = dynamic(start().up(PROGRAM))
    plan = start().plan(CHANGED, state)
    assert plan.diff is not None
    assert plan.diff.kinds == {"__provider": "delete", "secret": "update", "sendblueNumbers": "update"}
    assert start().up(CHANGED, state) == AFTER
    plan = start().plan({**CHANGED, "url": B}, dynamic(AFTER))
    assert plan.diff is not None
    assert plan.diff.kinds == {"__provider": "delete", "url": "update, replacing"}
    start().up({**CHANGED, "url": B}, dynamic(AFTER))
    assert content(remote) == {"receive": [{**CHANGED_ENTRY, "url": B}]}
