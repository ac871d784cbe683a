"""An account that stacks share with others, and what a write of a `Webhook` may have done to it."""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from sendblue_emulator import MASK, Emulator, Fault, operations
from sendblue_provider.api.client import Client
from sendblue_provider.api.records import Record
from sendblue_provider.api.wire import from_wire
from sendblue_provider.errors import (
    ConflictError,
    CopiesDiffer,
    CreateRefused,
    PartlyWritten,
    SecretHidden,
    SendblueError,
)
from sendblue_provider.lifecycle.session import Session
from sendblue_provider.messages.errors import error_text
from sendblue_provider.messages.text import Reader
from sendblue_provider.settings import Settings

from .conftest import Clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

from .drawn import EVENTS, Edit, State, Wire, behaviours, edits, entry_of

READER = Reader(spell=lambda name: name)


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


class SharedAccount(RuleBasedStateMachine):
    """An account, the stacks on it, and everybody else."""

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
