"""Whatever happens to an account, a `Webhook` changes its own entry and nothing else.

Several stacks share one account: some have a `Webhook` each, one at times a `WebhookConfiguration`. Each operation runs
in a process of its own, among edits of others, answers in every form, and faults.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from sendblue_emulator import MASK, Emulator, Fault, operations
from sendblue_provider.api.client import Client
from sendblue_provider.api.records import Record, Records, minus
from sendblue_provider.api.wire import from_wire
from sendblue_provider.errors import (
    ConflictError,
    CopiesDiffer,
    CreateRefused,
    PartlyWritten,
    SecretHidden,
    SendblueError,
)
from sendblue_provider.messages.errors import error_text
from sendblue_provider.messages.text import Reader
from sendblue_provider.plan.session import Session
from sendblue_provider.resources.configuration import WebhookConfiguration
from sendblue_provider.resources.properties import (
    configuration_properties,
    configuration_records,
    managed_keys,
    webhook_record,
)
from sendblue_provider.resources.request import Request
from sendblue_provider.resources.webhook import Webhook
from sendblue_provider.settings import Settings

from .conftest import N1, N2, NEW, OTHER, OWN, A, B, C, Clock, use_clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sendblue_emulator import Account as Remote

    Wire = dict[str, Any]
    Inputs = dict[str, Any]
    State = dict[str, Any]
    Edit = Callable[[Remote], None]

EVENTS = ("receive", "outbound", "typing_indicator")
URLS = (A, B, C)
SECRETS = (None, OWN, NEW)
NUMBERS: tuple[list[str], ...] = ([], [N1], [N1, N2])
MOST_ENTRIES = 8
"""How many entries others add up to."""


READER = Reader(spell=lambda name: name)
WEBHOOK, CONFIGURATION = Webhook(), WebhookConfiguration()


def webhook(event: str, url: str, **more: Any) -> Inputs:
    return {"event": event, "url": url, **more}


def entry_of(properties: Mapping[str, Any]) -> Record:
    """The entry that inputs or outputs are of."""
    return webhook_record(properties).records[0]


# What can happen

values = st.fixed_dictionaries(
    {},
    optional={
        "secret": st.sampled_from(SECRETS),
        "sendblueNumbers": st.sampled_from(NUMBERS),
        "allowOverwrite": st.booleans(),
    },
)
"""What belongs to an entry that a stack declares."""


def _forms(url: str) -> list[Any]:
    """An entry in every form that the account can have it in."""
    return [
        url,
        {"url": url},
        {"url": url, "secret": ""},
        {"url": url, "sendblue_numbers": []},
        {"url": url, "secret": OWN},
        {"url": url, "secret": OTHER, "sendblue_numbers": [N2], "label": "x"},
        {"url": url, "n": [1, {"y": None}]},
    ]


urls_of_others = st.sampled_from([*URLS, "https://example.com/d"])
entries_of_others = urls_of_others.flatmap(lambda url: st.sampled_from(_forms(url)))


def _adding(event: str, entry: Any, place: int) -> Edit:
    def edit(remote: Remote) -> None:
        webhooks = remote.webhooks
        items = webhooks.setdefault(event, [])
        if sum(len(value) for value in webhooks.values() if isinstance(value, list)) < MOST_ENTRIES:
            items.insert(min(place, len(items)), operations.url_of(entry) if event == "contact_created" else entry)
            remote.webhooks = webhooks

    return edit


def _changing(place: int, change: Mapping[str, Any] | None) -> Edit:
    """Change one entry, whoever has it, or remove it."""

    def edit(remote: Remote) -> None:
        webhooks = remote.webhooks
        there = [
            (event, number)
            for event, items in webhooks.items()
            if isinstance(items, list) and event != "contact_created"
            for number in range(len(items))
        ]
        if not there:
            return
        event, number = there[place % len(there)]
        item = webhooks[event].pop(number)
        if change is not None:
            changed = {**({"url": item} if isinstance(item, str) else item), **change}
            webhooks[event].insert(number, {name: value for name, value in changed.items() if value is not None})
        remote.webhooks = webhooks

    return edit


def _doubling(place: int, form: int, at: int) -> Edit:
    """Register once more, in any form, what is there already."""

    def edit(remote: Remote) -> None:
        there = [(event, operations.url_of(item)) for event in EVENTS for item in remote.webhooks.get(event, [])]
        if there:
            event, url = there[place % len(there)]
            forms = _forms(str(url))
            _adding(event, forms[form % len(forms)], at)(remote)

    return edit


def _setting(name: str, value: Any) -> Edit:
    def edit(remote: Remote) -> None:
        webhooks = {key: kept for key, kept in remote.webhooks.items() if key != name}
        remote.webhooks = webhooks if value == "absent" else {**webhooks, name: value}

    return edit


def _reversing(event: str) -> Edit:
    def edit(remote: Remote) -> None:
        remote.webhooks = {**remote.webhooks, event: remote.webhooks.get(event, [])[::-1]}

    return edit


edits = st.one_of(
    st.builds(
        _adding, st.sampled_from([*EVENTS, *EVENTS, "contact_created"]), entries_of_others, st.integers(0, MOST_ENTRIES)
    ),
    st.builds(
        _changing,
        st.integers(0, MOST_ENTRIES),
        st.sampled_from([None, {"secret": OTHER}, {"secret": None}, {"sendblue_numbers": [N1]}, {"label": "y"}]),
    ),
    st.builds(_doubling, *[st.integers(0, MOST_ENTRIES)] * 3),
    st.builds(_setting, st.sampled_from(["globalSecret", "secret"]), st.sampled_from([OTHER, OWN, "absent"])),
    st.builds(_setting, st.just("region"), st.sampled_from(["us", {"x": [1]}, None, "absent"])),
    st.builds(_reversing, st.sampled_from(EVENTS)),
)


def _fault(kind: str, method: str, times: int | None, after: int, *, applied: bool) -> Fault:
    if kind.isdigit():
        return Fault(
            kind="status",
            method=method,
            status=int(kind),
            body="no",
            times=times,
            after=after,
            applied=applied and kind not in ("400", "429"),
        )
    if kind == "stall":
        return Fault(kind="stall", method=method, seconds=1000, times=times, after=after, applied=applied)
    return Fault(kind=kind, method=method, times=times, after=after, applied=applied)  # type: ignore[arg-type]


def _writes(kind: str, times: int | None, *, applied: bool) -> list[Fault]:
    """The same for every kind of write: whichever comes first meets it."""
    return [_fault(kind, method, times, 0, applied=applied) for method in ("POST", "PUT", "DELETE")]


writes_gone_wrong = st.builds(
    _writes,
    st.sampled_from(["reset", "stall", "502", "408", "truncate", "early_close", "refuse", "400", "429"]),
    st.sampled_from([1, 1, 3, None]),
    applied=st.booleans(),
)
looks_gone_wrong = st.builds(
    _fault,
    st.sampled_from(["reset", "502", "truncate"]),
    st.just("GET"),
    st.sampled_from([1, None]),
    st.integers(1, 3),
    applied=st.just(value=False),
).map(lambda fault: [fault])
faults: st.SearchStrategy[list[Fault]] = st.one_of(
    st.just([]),
    writes_gone_wrong,
    looks_gone_wrong,
    st.builds(list.__add__, writes_gone_wrong, writes_gone_wrong | looks_gone_wrong),
)

behaviours = st.fixed_dictionaries(
    {
        "entry_form": st.sampled_from(["as_sent", "as_sent", "object", "string"]),
        "empty_events": st.sampled_from(["arrays", "omitted"]),
        "unset_secrets": st.sampled_from(["omitted", "empty", "null"]),
        "absent_secrets": st.sampled_from(["cleared", "kept"]),
        "duplicates": st.sampled_from(["kept", "merged"]),
        "lag": st.sampled_from([0, 0, 1, 2]),
        "secrets": st.sampled_from(["readable", "readable", "readable", "masked"]),
    }
)


# What may come of it


@dataclass
class Slot:
    """A stack that has one `Webhook`, or none yet."""

    state: State

    @property
    def own(self) -> Record:
        """The entry that the state has."""
        return entry_of(self.state)

    @property
    def is_blind(self) -> bool:
        """Whether the state's secret stands in for one that does not show, and need not be there."""
        return self.state["secretsReadable"] is False


def filled(webhooks: Mapping[str, Any]) -> Wire:
    """An account's object without what is as good as absent."""
    return {
        key: value
        for key, value in webhooks.items()
        if value != [] and not (key in operations.SECRETS and value in ("", None))
    }


def values_of(items: Iterable[Any]) -> list[Any]:
    """The entries of an event by what makes them equal."""
    return [record.value for record in from_wire({"receive": [*items]})]


def value(entry: Record) -> Any:
    """What makes an entry equal to one of `values_of`."""
    return entry._replace(event="receive").value


def written(entry: Record, old: Any = None) -> Any:
    """An entry as it is stored, with the fields of the one in whose place it comes that no program can declare."""
    fields = {"secret": entry.secret, "sendblue_numbers": list(entry.numbers)}
    extra = {} if not isinstance(old, dict) else {k: v for k, v in old.items() if k not in ("url", *fields)}
    item = {**{name: value for name, value in fields.items() if value}, **extra}
    return {"url": entry.url, **item} if item else entry.url


class Stacks(RuleBasedStateMachine):
    """Stacks on one account, and everybody else."""

    clock: Clock

    def __init__(self) -> None:
        super().__init__()
        self.emulator = Emulator()
        accepted = [*EVENTS, "contact_created", "call_log"]
        self.remote = self.emulator.add_account(key_id="key-id", secret="canary-key")
        self.remote.behave(accepted_events=accepted)
        self.slots: list[Slot] = []
        self.whole: State = {}
        self.clients: list[Client] = []

    def teardown(self) -> None:
        """Close what the processes of the stacks have opened."""
        for client in self.clients:
            client.close()

    def start(self) -> Session:
        """Start as a new process does, which knows nothing of the account."""
        configuration = Settings("key-id", "canary-key", timeout_seconds=20.0)
        self.clients.append(Client(configuration, self.emulator.transport(sleep=self.clock.sleep)))
        return Session(configuration, self.clients[-1])

    @property
    def masked(self) -> bool:
        """Whether secrets do not show."""
        return self.remote.behaviour.secrets == "masked"

    def picture(self, webhooks: Mapping[str, Any] | None = None) -> Wire:
        """What an account shows, but for secrets in the clear; what it stores, where it shows entries as they are."""
        behaviour = replace(self.remote.behaviour, secrets="readable", unset_secrets="omitted")
        stored = self.remote.webhooks if webhooks is None else webhooks
        return filled(operations.shown(copy.deepcopy({**stored}), behaviour))

    def attempt(self, planned: list[Fault], operation: Callable[[], State]) -> tuple[State, SendblueError | None]:
        """Run an operation among faults; what it returns or leaves for the state, and its error."""
        self.emulator.faults.add(*planned)
        if planned:  # a write without an answer that does not show either is sent again: nobody can tell
            self.remote.behave(lag=0)
        try:
            return operation(), None
        except SendblueError as error:
            assert "canary" not in error_text(error, READER)  # noqa: PT017
            return error.outputs if isinstance(error, PartlyWritten) else {}, error
        finally:
            self.emulator.faults.clear()
            for _ in range(self.remote.behaviour.lag):  # whoever comes next sees what is there
                self.remote.handle("GET", None)

    # The account and others

    @initialize(behaviour=behaviours, planned=st.lists(edits, max_size=6))
    def an_account(self, behaviour: dict[str, Any], planned: list[Edit]) -> None:
        """Everything has begun before this project."""
        self.remote.behave(**behaviour)
        for edit in planned:
            edit(self.remote)

    @rule(behaviour=behaviours)
    def the_api_changes(self, behaviour: dict[str, Any]) -> None:
        """Sendblue answers otherwise from now on."""
        self.remote.behave(**behaviour)

    @rule(planned=st.lists(edits, min_size=1, max_size=3))
    def somebody_edits(self, planned: list[Edit]) -> None:
        """Others change the account, and whatever is on it."""
        for edit in planned:
            edit(self.remote)

    # Stacks with a `Webhook`

    @precondition(lambda self: len(self.slots) < 3)
    @rule(event=st.sampled_from(EVENTS), url=st.sampled_from(URLS), more=values, planned=faults)
    def create(self, event: str, url: str, more: Inputs, planned: list[Fault]) -> None:
        """A stack declares a `Webhook`."""
        inputs, before = webhook(event, url, **more), self.remote.webhooks
        state, error = self.attempt(planned, lambda: dict(WEBHOOK.write(self.start(), Request(inputs)).outputs))
        entry = entry_of(inputs)
        if isinstance(error, CreateRefused):
            assert not more.get("allowOverwrite")
            assert {value(entry)} != {*values_of(self.copies(before, event, url))}
        self.check_write(before, event, None, entry, error, planned)
        if state:
            self.check_state(state, entry, error)
            assert error or self.masked or state["secretsReadable"] is True
            self.slots.append(Slot(state))
        else:
            assert error is not None

    @precondition(lambda self: self.slots)
    @rule(which=st.integers(0, 2), more=values, meanwhile=st.none() | edits, planned=faults)
    def update(self, which: int, more: Inputs, meanwhile: Edit | None, planned: list[Fault]) -> None:
        """A stack changes its secret or its numbers, or finds what others have changed."""
        slot = self.slots[which % len(self.slots)]
        event, url = slot.state["event"], slot.state["url"]
        inputs, account = webhook(event, url, **more), self.start()
        seen = self.remote.webhooks
        found = WEBHOOK.diff(account, Request(inputs, slot.state))
        assert found.replaces == ()
        assert self.remote.webhooks == seen
        if meanwhile is not None:
            meanwhile(self.remote)
        before = self.remote.webhooks
        state, error = self.attempt(planned, lambda: dict(WEBHOOK.write(account, Request(inputs, slot.state)).outputs))
        if isinstance(error, ConflictError):
            assert self.copies(seen, event, url) != self.copies(before, event, url)
        self.check_write(before, event, slot, entry_of(inputs), error, planned)
        if state:
            self.check_state(state, entry_of(inputs), error)
            slot.state = state
        else:
            assert error is not None

    @precondition(lambda self: self.slots)
    @rule(
        which=st.integers(0, 2),
        event=st.sampled_from(EVENTS),
        url=st.sampled_from(URLS),
        more=values,
        planned=faults,
    )
    def replace(self, which: int, event: str, url: str, more: Inputs, planned: list[Fault]) -> None:
        """A stack changes its event or URL: the new entry is there before the old one goes."""
        slot = self.slots[which % len(self.slots)]
        inputs, account = webhook(event, url, **more), self.start()
        old_inputs = {name: value for name, value in slot.state.items() if name != "secretsReadable"}
        assert WEBHOOK.check(account, Request(inputs, old_inputs=old_inputs, urn="urn")) == ()
        same = (event, url) == (slot.state["event"], slot.state["url"])
        found = WEBHOOK.diff(account, Request(inputs, slot.state, urn="urn"))
        assert (found.replaces == ()) == same
        assert WEBHOOK.check(account, Request(inputs, urn="urn")) == ()
        before = self.remote.webhooks
        state, error = self.attempt(planned, lambda: dict(WEBHOOK.write(account, Request(inputs, urn="urn")).outputs))
        self.check_write(before, event, slot if same else None, entry_of(inputs), error, planned)
        if error is not None:
            if state and not same:
                self.slots.append(Slot(state))
            return
        old, slot.state = slot.state, state
        before = self.remote.webhooks
        additive_delete_error = self.delete_of(account, old, [], declared=same)
        assert additive_delete_error is None
        if same:
            assert self.remote.webhooks == before

    @precondition(lambda self: self.slots)
    @rule(which=st.integers(0, 2), planned=faults)
    def delete(self, which: int, planned: list[Fault]) -> None:
        """A stack is destroyed."""
        slot = self.slots[which % len(self.slots)]
        if self.delete_of(self.start(), slot.state, planned) is None:
            self.slots.remove(slot)

    @precondition(lambda self: self.slots)
    @rule(which=st.integers(0, 2))
    def refresh(self, which: int) -> None:
        """A stack looks at what is there."""
        slot = self.slots[which % len(self.slots)]
        before = self.remote.webhooks
        found = WEBHOOK.read(self.start(), Request(state=slot.state))
        assert self.remote.webhooks == before
        there, is_blind = self.copies(before, slot.state["event"], slot.state["url"]), slot.is_blind
        assert bool(found.outputs) == bool(there)
        if not there:
            self.slots.remove(slot)
            return
        slot.state = dict(found.outputs)
        if not self.masked and not is_blind and len({*values_of(there)}) == 1:
            assert value(slot.own) == values_of(there)[0]

    @precondition(lambda self: self.slots)
    @rule(which=st.integers(0, 2))
    def up(self, which: int) -> None:
        """With nothing in the way, the next run makes the entry what is declared, and finds nothing to do after it."""
        slot = self.slots[which % len(self.slots)]
        event, before = slot.state["event"], self.remote.webhooks
        inputs = {name: value for name, value in slot.state.items() if name != "secretsReadable"}
        account = self.start()
        WEBHOOK.diff(account, Request(inputs, slot.state))
        state, error = self.attempt([], lambda: dict(WEBHOOK.write(account, Request(inputs, slot.state)).outputs))
        self.check_write(before, event, slot, entry_of(inputs), error, [])
        if error is None:
            slot.state = state
            assert not WEBHOOK.diff(self.start(), Request(inputs, state)).changed

    def delete_of(
        self, account: Session, state: State, planned: list[Fault], *, declared: bool = False
    ) -> SendblueError | None:
        """Delete an entry, and see that nothing else goes."""
        event, entry, before = state["event"], entry_of(state), self.remote.webhooks

        def delete() -> State:
            WEBHOOK.delete(account, Request(state=state))
            return {}

        _, error = self.attempt(planned, delete)
        there = self.copies(before, event, entry.url)
        done = [before]
        if there and not declared:
            own = [place for place, key in self.places(before, event, entry.url) if key == value(entry)]
            if len(there) == 1:
                own = [place for place, _ in self.places(before, event, entry.url)]
            done = [self.without(before, event, place) for place in own] or done
            if (self.masked or state["secretsReadable"] is False) and len(there) > 1:
                done.append(before)
        expected = [*done, before] if error else done
        assert self.picture() in [self.picture(each) for each in expected]
        if not planned:
            assert error is None
        return error

    # A stack with a `WebhookConfiguration`

    def declared_of_all(self) -> Inputs:
        """What a program has to declare to take everything over that is there; a URL once."""
        inputs = configuration_properties(from_wire(self.remote.webhooks), {})

        def once(items: list[Any]) -> list[Any]:
            return [*{operations.url_of(item): item for item in items}.values()]

        others = {event: once(items) for event, items in inputs.pop("otherEvents", {}).items()}
        inputs = {name: once(value) if isinstance(value, list) else value for name, value in inputs.items()}
        return {**inputs, "otherEvents": others} if others else inputs

    @precondition(lambda self: not self.masked)
    @rule(
        less=st.booleans(),
        overwrite=st.booleans(),
        gone=st.booleans(),
        event=st.sampled_from(EVENTS[:2]),
        url=st.sampled_from(URLS),
        planned=faults,
    )
    def configuration(
        self,
        less: bool,  # noqa: FBT001 - drawn by name
        overwrite: bool,  # noqa: FBT001
        gone: bool,  # noqa: FBT001
        event: str,
        url: str,
        planned: list[Fault],
    ) -> None:
        """The stack that has the whole account: created if there is none, else destroyed or changed."""
        if not self.whole:
            self.create_configuration(planned, less=less, overwrite=overwrite)
        elif gone:
            self.delete_configuration(planned)
        else:
            self.update_configuration(event, url, planned)

    def create_configuration(self, planned: list[Fault], *, less: bool, overwrite: bool) -> None:
        """A stack declares the whole account: as it is, or only in part, which is refused unless it may overwrite."""
        before, inputs = self.remote.webhooks, self.declared_of_all()
        if less and "receive" in inputs:
            inputs["receive"] = inputs["receive"][1:]
        inputs["allowOverwrite"] = overwrite
        state, error = self.attempt(planned, lambda: dict(CONFIGURATION.write(self.start(), Request(inputs)).outputs))
        declared = configuration_records(inputs).records
        if isinstance(error, CreateRefused) or (error is None and self.equal(before, declared)):
            assert self.picture() == self.picture(before)
        elif error is None:
            assert overwrite
            assert self.equal(self.remote.webhooks, declared)
        self.whole = state

    def update_configuration(self, event: str, url: str, planned: list[Fault]) -> None:
        """It adds or removes a URL; what others did meanwhile goes only where its diff has shown it."""
        account, before = self.start(), from_wire(self.remote.webhooks)
        inputs = configuration_properties(configuration_records(self.whole).records, {})
        items = inputs.get(event, [])
        rest = [item for item in items if operations.url_of(item) != url]
        inputs[event] = rest if len(rest) < len(items) else [*items, url]
        found = CONFIGURATION.diff(account, Request(inputs, self.whole))
        state, error = self.attempt(
            planned, lambda: dict(CONFIGURATION.write(account, Request(inputs, self.whole)).outputs)
        )
        shown = {change.key for change in found.plan.changes}
        kept = [record for record in before if record.key not in shown and not record.opaque]
        assert not minus(kept, from_wire(self.remote.webhooks))
        if error is None:
            assert self.equal(self.remote.webhooks, configuration_records(inputs).records)
        self.whole = state or self.whole

    def delete_configuration(self, planned: list[Fault]) -> None:
        """It is destroyed: what it put there goes, and what is somebody else's stays, in order and form."""
        before, managed = self.remote.webhooks, managed_keys(self.whole["managed"])

        def delete() -> State:
            CONFIGURATION.delete(self.start(), Request(state=self.whole))
            return {}

        _, error = self.attempt(planned, delete)

        def foreign(webhooks: Mapping[str, Any]) -> Wire:
            rest = {
                key: [item for item in value if (key, operations.url_of(item)) not in managed]
                if isinstance(value, list)
                else value
                for key, value in webhooks.items()
                if (key, "") not in managed
            }
            return self.picture(rest)

        assert foreign(self.remote.webhooks) == foreign(before)
        if error is None:
            assert self.picture() == foreign(before)
            self.whole = {}
        if not planned:
            assert error is None

    def equal(self, webhooks: Mapping[str, Any], declared: Records) -> bool:
        """Whether an account is as it is declared, in any order and form."""
        live = [record for record in from_wire(webhooks) if not record.opaque]
        return not minus(live, declared) and not minus(declared, live)

    # What a write of a `Webhook` may have done

    def copies(self, webhooks: Mapping[str, Any], event: str, url: str) -> list[Any]:
        """All that an account has of an event and a URL."""
        return [item for item in webhooks.get(event, []) if operations.url_of(item) == url]

    def places(self, webhooks: Mapping[str, Any], event: str, url: str) -> list[tuple[int, Any]]:
        """Where they stand, and what makes each equal to another."""
        items = webhooks.get(event, [])
        return [(place, key) for place, key in enumerate(values_of(items)) if key[1] == url]

    def without(self, webhooks: Wire, event: str, place: int) -> Wire:
        """An account without one entry."""
        items = webhooks[event]
        return {**webhooks, event: [*items[:place], *items[place + 1 :]]}

    def may_be_hidden(self, webhooks: Mapping[str, Any]) -> bool:
        """Whether secrets do not show, or none is there to tell by: then an entry is removed to be changed."""
        return self.masked or not any(record.secret and record.url for record in from_wire(webhooks))

    def holds_mask(self) -> bool:
        """Whether a mask was written over a secret, which must never happen."""
        return MASK in str(self.remote.webhooks)

    def done(self, before: Wire, event: str, own: Slot | None, entry: Record) -> list[Wire]:
        """What the account may be after a write that succeeded."""
        is_blind = self.masked or (own is not None and own.is_blind)
        places = self.places(before, event, entry.url)
        items = before.get(event, [])
        if not places:
            return [{**before, event: [*items, written(entry)]}]

        def key(each: Any) -> Any:
            return (each[1], each[3]) if is_blind else each

        wanted = [place for place, there in places if own is not None and key(there) == key(value(own.own))]
        equal = [place for place, there in places if key(there) == key(value(entry))]
        changed = wanted or equal or [place for place, _ in places]
        if not wanted and not equal and len({there for _, there in places}) > 1:
            return []  # which is the own one cannot be told
        result = []
        if any(key(there) == key(value(entry)) for place, there in places if is_blind or place in changed):
            result.append(before)
        return result + [
            {**before, event: [*items[:place], written(entry, items[place]), *items[place + 1 :]]} for place in changed
        ]

    def check_write(
        self,
        before: Wire,
        event: str,
        own: Slot | None,
        entry: Record,
        error: SendblueError | None,
        planned: list[Fault],
    ) -> None:
        """See that the own entry is as declared, or as it was, and that nothing else has changed."""
        assert not self.holds_mask()
        now, done = self.picture(), self.done(before, event, own, entry)
        if error is None:
            assert now in [self.picture(each) for each in done]
            return
        unwritten = (ConflictError, CopiesDiffer, CreateRefused, SecretHidden)
        places = self.places(before, event, entry.url)
        possible = [before]
        if not isinstance(error, unwritten):
            possible += done
        assert now in [self.picture(each) for each in possible]
        if not isinstance(error, PartlyWritten) and not self.remote.behaviour.lag and not self.may_be_hidden(before):
            assert now == self.picture(before)
        if not planned:
            assert isinstance(error, unwritten)
        if isinstance(error, CopiesDiffer):
            assert len(places) > 1

    def check_state(self, state: State, entry: Record, error: SendblueError | None) -> None:
        """See that the state has the own entry; after an error, one that may be there."""
        assert state["url"] == entry.url
        if error is None:
            assert value(entry_of(state)) == value(entry)


def test_stacks_share_an_account(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every other entry, secret and unknown field is untouched by every operation of every stack, in order and form."""
    clock = use_clock(monkeypatch)
    monkeypatch.setattr(Stacks, "clock", clock, raising=False)
    run_state_machine_as_test(
        Stacks,
        settings=settings(
            derandomize=True,
            database=None,
            deadline=None,
            max_examples=100,
            stateful_step_count=30,
            # Shrinking a run of thirty steps takes minutes.
            phases=[Phase.generate],
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
