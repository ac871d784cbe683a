"""Whatever happens to an account, a `Webhook` changes its own entry and nothing else.

Several stacks share one account: some have a `Webhook` each, one at times a `WebhookConfiguration`. Each operation runs
in a process of its own, among edits of others, answers in every form, and faults.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule, run_state_machine_as_test

from sendblue_emulator import Fault, operations
from sendblue_provider.api.records import Records, minus
from sendblue_provider.api.wire import from_wire
from sendblue_provider.errors import ConflictError, CreateRefused, SendblueError
from sendblue_provider.lifecycle import steps
from sendblue_provider.lifecycle.session import Session
from sendblue_provider.resources.configuration import WebhookConfiguration
from sendblue_provider.resources.properties import configuration_properties, configuration_records, managed_keys
from sendblue_provider.resources.request import Request
from sendblue_provider.resources.webhook import Webhook

from .conftest import use_clock
from .drawn import EVENTS, URLS, Edit, Inputs, State, Wire, edits, entry_of, faults, values, webhook
from .shared_account import SharedAccount, Slot, value, values_of

WEBHOOK, CONFIGURATION = Webhook(), WebhookConfiguration()


class Stacks(SharedAccount):
    """Stacks on one account, and everybody else."""

    # Stacks with a `Webhook`

    @precondition(lambda self: len(self.slots) < 3)
    @rule(event=st.sampled_from(EVENTS), url=st.sampled_from(URLS), more=values, planned=faults)
    def create(self, event: str, url: str, more: Inputs, planned: list[Fault]) -> None:
        """A stack declares a `Webhook`."""
        inputs, before = webhook(event, url, **more), self.remote.webhooks
        state, error = self.attempt(planned, lambda: dict(steps.write(WEBHOOK, self.start(), Request(inputs)).outputs))
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
        found = steps.diff(WEBHOOK, account, Request(inputs, slot.state))
        assert found.replaces == ()
        assert self.remote.webhooks == seen
        if meanwhile is not None:
            meanwhile(self.remote)
        before = self.remote.webhooks
        state, error = self.attempt(
            planned, lambda: dict(steps.write(WEBHOOK, account, Request(inputs, slot.state)).outputs)
        )
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
        assert steps.check(WEBHOOK, account, Request(inputs, old_inputs=old_inputs, urn="urn")) == ()
        same = (event, url) == (slot.state["event"], slot.state["url"])
        found = steps.diff(WEBHOOK, account, Request(inputs, slot.state, urn="urn"))
        assert (found.replaces == ()) == same
        assert steps.check(WEBHOOK, account, Request(inputs, urn="urn")) == ()
        before = self.remote.webhooks
        state, error = self.attempt(
            planned, lambda: dict(steps.write(WEBHOOK, account, Request(inputs, urn="urn")).outputs)
        )
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
        found = steps.read(WEBHOOK, self.start(), Request(state=slot.state))
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
        steps.diff(WEBHOOK, account, Request(inputs, slot.state))
        state, error = self.attempt(
            [], lambda: dict(steps.write(WEBHOOK, account, Request(inputs, slot.state)).outputs)
        )
        self.check_write(before, event, slot, entry_of(inputs), error, [])
        if error is None:
            slot.state = state
            assert not steps.diff(WEBHOOK, self.start(), Request(inputs, state)).changed

    def delete_of(
        self, account: Session, state: State, planned: list[Fault], *, declared: bool = False
    ) -> SendblueError | None:
        """Delete an entry, and see that nothing else goes."""
        event, entry, before = state["event"], entry_of(state), self.remote.webhooks

        def delete() -> State:
            steps.delete(WEBHOOK, account, Request(state=state))
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
        state, error = self.attempt(
            planned, lambda: dict(steps.write(CONFIGURATION, self.start(), Request(inputs)).outputs)
        )
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
        found = steps.diff(CONFIGURATION, account, Request(inputs, self.whole))
        state, error = self.attempt(
            planned, lambda: dict(steps.write(CONFIGURATION, account, Request(inputs, self.whole)).outputs)
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
            steps.delete(CONFIGURATION, self.start(), Request(state=self.whole))
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
