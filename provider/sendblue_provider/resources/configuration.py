"""`WebhookConfiguration`: authoritative for the whole account."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from typing_extensions import override

from sendblue_provider.api.hidden import Revealed, hide_masks, reveal
from sendblue_provider.api.records import ACCOUNT_SECRETS, Keys, Record, Records, keys_of
from sendblue_provider.api.wire import is_blank
from sendblue_provider.errors import ImportRefused, PartlyWritten, SecretHidden, WriteNotApplied
from sendblue_provider.plan import rules
from sendblue_provider.plan.changes import Change, Method, Plan, known_after, plan, replace_all, without, written_keys
from sendblue_provider.plan.claims import Claims
from sendblue_provider.unknown import UNKNOWN

from .base import Resource
from .checks import configuration_failures
from .failure import Failure
from .ignore_changes import changed_by_others, shown_inputs, with_live, without_absent
from .names import ALLOW_OVERWRITE, CONFIGURATION_TYPE, MANAGED, SECRETS_READABLE, Properties
from .properties import (
    Declared,
    ReadLists,
    as_shown,
    configuration_properties,
    configuration_records,
    endpoint_path,
    event_lists,
    is_readable,
    managed_keys,
    managed_property,
    own_keys,
)
from .request import Request, Result, Target

ACCOUNT_ID = "account"
"""The id of the singleton: there is one configuration an account."""


class WebhookConfiguration(Resource):
    """The account's whole configuration."""

    type: ClassVar[str] = CONFIGURATION_TYPE
    is_additive: ClassVar[bool] = False
    prefer: ClassVar[Method] = "PUT"

    @override
    def id_of(self, properties: Properties) -> str:
        return ACCOUNT_ID

    @override
    def failures(self, inputs: Properties) -> list[Failure]:
        return configuration_failures(inputs)

    @override
    def form_failures(self, declared: Records, before: Records, inputs: Properties) -> list[Failure]:
        return [
            Failure(
                endpoint_path(record, inputs),
                f"is another form of the URL at position {endpoint_path(other, inputs)[-1]}, and Sendblue would call "
                "both; declare it once",
            )
            for record, other in rules.in_two_forms(declared, before)
        ]

    @override
    def declared(self, properties: Properties) -> Declared:
        return configuration_records(properties)

    @override
    def scope(self, records: Records, request: Request) -> Records:
        return records

    # What it wants

    @override
    def reveal(self, live: Records, request: Request, claims: Claims) -> Revealed:
        state = None if request.state is None else configuration_records(request.state).records
        return self._reveal(live, request, state, claims)[0]

    @override
    def target(self, live: Records, request: Request, claims: Claims) -> Target:
        """Plan the whole account: what is declared and nothing else, but for what cannot be read."""
        lists: ReadLists = {}
        state = None if request.state is None else configuration_records(request.state, lists).records
        revealed, own = self._reveal(live, request, state, claims)
        ignored = request.ignored if request.state is not None else claims.of(request.urn).ignored
        revealed, inputs = with_live(revealed, request.inputs, ignored) if ignored else (revealed, request.inputs)
        declared = configuration_records(inputs, lists)
        if ignored and request.state is None:
            # A delete of the resource that this one replaces leaves what this one keeps as it is.
            claims.note(request.urn, declared=declared.records)
        names = _names(inputs)

        def stays(record: Record) -> bool:
            if record.opaque:
                return is_blank(record) or record.event not in names or declared.allow_overwrite is not True
            return declared.may_be(record.key)

        desired = replace_all(revealed.records, hide_masks(declared.records, revealed.records), stays)
        todo = plan(revealed.records, desired, declared.unknown)
        keys = keys_of(declared.records)
        managed = keys & (_declared_keys(request.inputs) | own) if ignored else keys
        return Target(revealed, inputs, declared, todo, own, managed=managed, state=state or ())

    def _reveal(self, live: Records, request: Request, state: Records | None, claims: Claims) -> tuple[Revealed, Keys]:
        """Complete a GET by the own secrets that are known; return the own keys, too."""
        if request.state is None or state is None:
            before = claims.before()
            return reveal(live, before, keys_of(before) | _declared_keys(request.inputs)), keys_of(before)
        own = own_keys(request.state, state)
        known = (record for record in state if record[:2] in own)
        # Old inputs do not say whether secrets show: one that is absent may be hidden.
        written = frozenset() if MANAGED in request.state else own
        return reveal(live, known, own, readable=is_readable(request.state), written=written), own

    @override
    def refuse(self, target: Target, request: Request, claims: Claims) -> None:
        todo, declared = target.plan, target.declared
        if todo.changes and declared.allow_overwrite is False:
            rules.refuse_unreadable(todo.live, _names(target.inputs), is_additive=False)
            rules.refuse_other_form(todo, target.own, claims.own, is_additive=False)
            if request.state is None:
                rules.refuse_overwrite(todo, claims.own, declared.records, self.type, ACCOUNT_ID)
            else:
                rules.refuse_another_account(todo, target.own, keys_of(declared.records), is_moved=request.is_moved)
            rules.refuse_unknown_secret(todo, target.own | claims.own.keys())
        rules.refuse_hidden(todo, declared.records, is_put=True)

    # What it finds

    @override
    def compare(self, target: Target, request: Request) -> Result:
        state, declared, todo = request.state or {}, target.declared, target.plan
        managed = target.own if MANAGED in state else frozenset()
        state_records = hide_masks(target.state, target.revealed.records)
        wanted = without_absent(tuple([record for record in todo.desired if not record.opaque]))
        changed = bool(
            todo.changes
            or declared.unknown
            or plan(state_records, wanted).changes
            or bool(state.get(ALLOW_OVERWRITE)) != bool(declared.allow_overwrite)
            or not _is_managed(target, request, managed)
        )
        # The state stands in for every secret that does not show, also a foreign one: that is no drift.
        records = reveal(target.revealed.records, target.state, None, readable=is_readable(state)).records
        records = without_absent(records)
        return Result(
            plan=todo,
            drift=_drift(state_records, records, managed),
            named=rules.to_be_named(todo, target.own),
            readable=target.revealed.readable,
            changed=changed,
            live=configuration_properties(as_shown(records), state) if changed else {},
            inputs=target.inputs if declared.unknown else shown_inputs(target.inputs, declared.records, todo.desired),
        )

    @override
    def adoption(self, target: Target, claims: Claims) -> Result:
        live = [record for record in target.plan.live if not record.opaque]
        adopted = tuple([record for record in live if record.key in target.managed and record.key not in claims.own])
        overwritten = tuple(
            [change for change in target.plan.changes if change.before is not None and change.key not in claims.own]
        )
        return Result(adopted=adopted, overwritten=overwritten)

    @override
    def preview_outputs(self, target: Target, request: Request) -> dict[str, Any]:
        readable = UNKNOWN if request.state is None else request.state.get(SECRETS_READABLE, UNKNOWN)
        managed = UNKNOWN if target.declared.unknown else managed_property(target.managed)
        inputs = target.inputs if request.state is None else request.inputs
        return {**inputs, SECRETS_READABLE: readable, MANAGED: managed}

    @override
    def reveal_written(self, now: Records, target: Target, todo: Plan, *, is_answered: bool) -> Revealed:
        """Complete a GET by the records that were written, and by those that were to be removed."""
        written = written_keys(todo, is_answered=is_answered)
        own = keys_of(target.declared.records)
        known = known_after(todo, now, is_answered=is_answered)
        return reveal(now, known, own, readable=target.revealed.readable, written=written)

    @override
    def outputs(self, revealed: Revealed, target: Target) -> dict[str, Any]:
        return self._outputs(revealed, target, target.managed)

    def _outputs(self, revealed: Revealed, target: Target, managed: Keys) -> dict[str, Any]:
        found = configuration_properties(as_shown(revealed.records), target.inputs)
        return {**found, SECRETS_READABLE: revealed.readable, MANAGED: managed_property(managed)}

    @override
    def partial_outputs(self, error: PartlyWritten, target: Target) -> dict[str, Any]:
        """Return what is live, and as managed what is declared, too: it may become visible later.

        What was somebody else's and was to be overwritten is not managed.
        """
        theirs = {change.key for change in target.plan.changes if change.kind == "update"}
        managed = (target.managed - theirs) | target.own
        now = error.now
        revealed = target.revealed if now is None else self.reveal_written(now, target, target.plan, is_answered=False)
        return self._outputs(revealed, target, managed)

    @override
    def read(self, live: Records, request: Request, claims: Claims) -> Result:
        """Read what is live. A singleton is never gone: an account that cannot be read is an error."""
        state = request.state or {}
        known = configuration_records(state).records
        revealed = reveal(live, known, own_keys(state, known) or None, readable=is_readable(state))
        records = reveal(live, known, None, readable=is_readable(state)).records
        named = managed_keys(state.get(MANAGED))
        outputs = configuration_properties(as_shown(records), state)
        outputs.update({SECRETS_READABLE: revealed.readable, MANAGED: managed_property(named)})
        # A dynamic resource that was only read (`get`) has no last update to have drifted from.
        drift = _drift(hide_masks(known, records), records, named) if MANAGED in state else ()
        return Result(outputs=outputs, drift=drift)

    @override
    def refuse_id(self, id_: str) -> None:
        if id_ != ACCOUNT_ID:
            raise ImportRefused(self.type, id_)

    @override
    def import_(self, live: Records, id_: str) -> Result:
        found = self.read_all(live)
        inputs = {name: value for name, value in found.items() if name != SECRETS_READABLE}
        managed = managed_property(keys_of(configuration_records(inputs).records))
        return Result(outputs={**found, MANAGED: managed}, inputs=inputs)

    def read_all(self, live: Records) -> dict[str, Any]:
        """Return the whole account as properties."""
        revealed = reveal(live, (), None)
        return {**configuration_properties(as_shown(revealed.records), {}), SECRETS_READABLE: revealed.readable}

    # What it removes

    @override
    def removal(self, live: Records, request: Request, claims: Claims, left: Sequence[Change] | None = None) -> Plan:
        """Plan a delete: webhooks by DELETE, then account secrets, and what a DELETE has left, by PUT."""
        revealed, own = self._reveal_by_state(live, request, claims)
        going = claims.unclaimed(own) - self._ignored(revealed.records, request, claims)
        if claims.has_additive():
            # The program has moved to Webhooks: what is sent along with their calls must not change by the move.
            going -= {key for key in going if not key.url}
        if left is None:
            return plan(revealed.records, without(revealed.records, {key for key in going if key.url}))
        going = frozenset([*[key for key in going if not key.url], *[change.key for change in left]])
        todo = plan(revealed.records, without(revealed.records, going))
        try:
            rules.refuse_hidden(todo, is_put=True)
        except SecretHidden:
            undeleted = [change for change in todo.changes if change.key.url]
            if undeleted:
                raise WriteNotApplied(live, undeleted) from None
            return Plan(revealed.records, revealed.records)
        return todo

    def _reveal_by_state(self, live: Records, request: Request, claims: Claims) -> tuple[Revealed, Keys]:
        return self._reveal(live, request, configuration_records(request.state or {}).records, claims)

    def _ignored(self, live: Records, request: Request, claims: Claims) -> Keys:
        """Return what the program ignores changes of, and somebody changed: a delete leaves it."""
        ignored = claims.of(request.urn).ignored if request.urn else ()
        return changed_by_others(live, request.old_inputs, ignored) if ignored and request.old_inputs else frozenset()

    @override
    def reveal_removed(self, now: Records, request: Request, todo: Plan, *, is_answered: bool) -> Records:
        names = {record.event for record in now}
        known = [change.before for change in todo.changes if change.before is not None]
        # Of an account secret that the API has not shown before either, only an answer says that it is gone.
        names |= set() if is_answered else {record.event for record in known if record.raw is None}
        known = [record for record in known if record.url or record.event in names]
        return reveal(now, known, keys_of(known), readable=is_readable(request.state or {})).records

    @override
    def left(self, now: Records, request: Request, claims: Claims, *, is_removed: bool) -> dict[str, Records]:
        revealed, own = self._reveal_by_state(now, request, claims)
        ignored, declared = self._ignored(revealed.records, request, claims), claims.declared()
        left = [record for record in revealed.records if not record.opaque and record.key not in declared]
        secrets = tuple([r for r in left if r.key in own and not r.url and r.key not in ignored])
        return {
            "foreign": tuple([record for record in now if record.key not in own | declared and not record.opaque]),
            "ignored": tuple([record for record in left if record.key in ignored & own]),
            "shared" if claims.has_additive() else "hidden": secrets,
        }


def _names(inputs: Properties) -> frozenset[str]:
    secrets = [name for name in ACCOUNT_SECRETS if inputs.get(name) is not None]
    return frozenset([*[event for event, _ in event_lists(inputs)], *secrets])


def _declared_keys(inputs: Properties) -> Keys:
    return keys_of(configuration_records(inputs).records)


def _drift(state: Records, live: Records, managed: Keys) -> tuple[Change, ...]:
    """Drift since the last update, without additions from our own unverified write."""
    found = plan(state, tuple([record for record in live if not record.opaque])).changes
    unverified = managed - keys_of(state) if found else frozenset()
    return tuple([change for change in found if change.before is not None or change.key not in unverified])


def _is_managed(target: Target, request: Request, managed: Keys) -> bool:
    """Is `managed` in state up to date? Ignored entries that vanished do not count."""
    if managed == target.managed:  # the usual case, at a fraction of the price
        return True
    keys = keys_of(target.declared.records)
    return managed - (_declared_keys(request.inputs) - keys) == target.managed
