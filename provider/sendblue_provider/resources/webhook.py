"""`Webhook`: one URL for one event, beside whatever else the account has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from typing_extensions import override

from sendblue_provider.api.hidden import HIDDEN, Revealed, hide_masks, reveal
from sendblue_provider.api.live import as_live, with_key
from sendblue_provider.api.records import EVENTS, LATER_EVENTS, Key, Record, Records, keys_of
from sendblue_provider.errors import CopiesDiffer, ImportRefused, PartlyWritten, SecretHidden, WriteNotApplied
from sendblue_provider.plan import rules
from sendblue_provider.plan.changes import (
    Ambiguous,
    Change,
    Method,
    Plan,
    find_own,
    known_after,
    method_of,
    plan,
    replace_one,
    written_keys,
)
from sendblue_provider.plan.claims import Claims
from sendblue_provider.unknown import UNKNOWN

from . import names
from .base import Resource
from .checks import webhook_failures
from .failure import Failure
from .ignore_changes import with_live_entry
from .properties import Declared, as_shown, is_readable, webhook_properties, webhook_record
from .request import Request, Result, Target


class Webhook(Resource):
    """One entry of one event."""

    type: ClassVar[str] = names.WEBHOOK_TYPE
    is_additive: ClassVar[bool] = True
    prefer: ClassVar[Method] = "POST"

    @override
    def id_of(self, properties: names.Properties) -> str:
        return names.webhook_id(properties[names.EVENT], properties[names.URL])

    @override
    def failures(self, inputs: names.Properties) -> list[Failure]:
        return webhook_failures(inputs)

    @override
    def declared(self, properties: names.Properties) -> Declared:
        return webhook_record(properties)

    @override
    def scope(self, records: Records, request: Request) -> Records:
        return with_key(records, _key(request.state if request.state is not None else request.inputs))

    # What it wants

    @override
    def reveal(self, live: Records, request: Request, claims: Claims) -> Revealed:
        declared = webhook_record(request.inputs)
        known, is_own = self._known(request, None if declared.unknown else declared.records[0], claims)
        if known is None:
            return Revealed(live, readable=True)
        return self._reveal(live, known, request, claims, is_own=is_own)

    @override
    def target(self, live: Records, request: Request, claims: Claims) -> Target:
        """Plan the account with the declared entry in the place of this stack's own one, and all else as it is."""
        declared = webhook_record(request.inputs)
        wanted = None if declared.unknown else declared.records[0]
        known, is_own = self._known(request, wanted, claims)
        if known is None:
            nothing = Plan(live, live, (), declared.unknown)
            return Target(Revealed(live, readable=True), request.inputs, declared, nothing)
        revealed = self._reveal(live, known, request, claims, is_own=is_own)
        keys = frozenset({known.key}) if is_own else frozenset()
        copies = with_key(revealed.records, known.key)
        copies = copies if len(copies) > 1 else ()
        try:
            own = find_own(revealed.records, known, wanted if wanted is not None and wanted.key == known.key else None)
        except Ambiguous:
            todo = Plan(revealed.records, revealed.records)
            return Target(revealed, request.inputs, declared, todo, keys, copies=copies, is_unclear=True)
        inputs = with_live_entry(own, request.inputs, request.ignored)
        declared = webhook_record(inputs)
        if declared.unknown:
            todo = Plan(revealed.records, revealed.records, (), declared.unknown)
            return Target(revealed, inputs, declared, todo, keys, own, copies=copies)
        (wanted,) = hide_masks(declared.records, revealed.records)
        if wanted.key != known.key:  # a replacement: the new entry first, then the old one goes
            desired = (*[record for record in revealed.records if record is not own], wanted)
        else:
            desired = replace_one(revealed.records, own, wanted)
        # The other records are the same in both, and there may be thousands.
        changes = plan(() if own is None else (own,), (wanted,)).changes
        return Target(revealed, inputs, declared, Plan(revealed.records, desired, changes), keys, own, copies=copies)

    def _known(self, request: Request, wanted: Record | None, claims: Claims) -> tuple[Record | None, bool]:
        """Return what the entry is known to be, and whether this stack put it on the account."""
        if request.state is not None:
            return webhook_record(request.state).records[0], True
        before = claims.before(wanted.key) if wanted is not None else ()
        return (before[0], True) if before else (wanted, False)

    def _reveal(self, live: Records, known: Record, request: Request, claims: Claims, *, is_own: bool) -> Revealed:
        state = request.state or {}
        keys = frozenset({known.key})
        # An absent secret of the state may be hidden; one of old inputs only if the program does not change it.
        is_unchanged = all(
            state.get(name) == request.inputs.get(name) for name in (names.SECRET_PROPERTY, names.NUMBERS)
        )
        written = keys if state and (names.SECRETS_READABLE in state or is_unchanged) else frozenset()
        # A declared secret is taken for the one that does not show; an absent one is absent.
        own_known = [known] if is_own or any(r.secret == HIDDEN for r in with_key(live, known.key)) else []
        # What hides the secret of another resource of this run may hide a foreign one.
        readable = is_readable(state) and not claims.hides
        return reveal(live, own_known, keys, readable=readable, written=written, expected=claims.own_secrets)

    @override
    def refuse(self, target: Target, request: Request, claims: Claims) -> None:
        todo, declared = target.plan, target.declared
        may_overwrite = declared.allow_overwrite is not False
        if todo.changes and not may_overwrite:
            rules.refuse_unreadable(todo.live, {change.key.event for change in todo.changes}, is_additive=True)
        if request.state is None and not may_overwrite and not declared.unknown:
            (record,) = declared.records
            rules.refuse_other_copies(todo, claims.own, record, self.type, names.webhook_id(*record.key))
        if target.is_unclear:
            raise CopiesDiffer(target.copies)
        if request.is_moved and not may_overwrite:
            rules.refuse_another_account(todo, target.own, keys_of(declared.records), is_moved=True)
        rules.refuse_other_form(todo, target.own, claims.own, is_additive=True)
        # A replacement is a POST, and a DELETE later.
        replaces = bool(target.own) and any(change.key not in target.own for change in todo.changes)
        is_put = method_of(todo, self.prefer) == "PUT" and not replaces
        rules.refuse_hidden(todo, declared.records, is_put=is_put, omits=target.revealed.omits)

    # What it finds

    @override
    def compare(self, target: Target, request: Request) -> Result:
        state, inputs = request.state or {}, target.inputs
        known = webhook_record(state).records[0]
        own = target.own_record
        replaces = tuple(name for name in (names.EVENT, names.URL) if inputs[name] != state[name])
        record = target.declared.records[0] if target.declared.records and not target.declared.unknown else None
        is_stale = (
            record is None
            or known.value != record.value
            or inputs.get(names.ALLOW_OVERWRITE) is UNKNOWN
            or bool(state.get(names.ALLOW_OVERWRITE)) != bool(inputs.get(names.ALLOW_OVERWRITE))
        )
        live: names.Properties = state if target.is_unclear else {}
        if own is not None:
            live = webhook_properties(as_shown([own])[0], state)
        return Result(
            plan=target.plan,
            drift=() if target.is_unclear else _drift(known, own),
            named=rules.to_be_named(target.plan, target.own),
            copies=target.copies,
            is_unclear=target.is_unclear,
            readable=target.revealed.readable,
            changed=bool(replaces or target.plan.changes or is_stale or target.is_unclear),
            replaces=replaces,
            live=live,
            inputs=inputs,
        )

    @override
    def adoption(self, target: Target, claims: Claims) -> Result:
        inputs, todo = target.inputs, target.plan
        event = inputs[names.EVENT]
        is_known = event in (UNKNOWN, *EVENTS, *LATER_EVENTS) or event in as_live(todo.live).events
        new_event = "" if is_known else str(event)
        if target.declared.unknown or not target.declared.records:
            return Result(new_event=new_event)
        (record,) = target.declared.records
        live = with_key(todo.live, record.key)
        if not live:
            return Result(new_event=new_event)
        before = claims.before(record.key)
        own = target.own_record
        overwritten = tuple([change for change in todo.changes if change.before is not None and not before])
        hidden = own is not None and own.secret is not None and not target.revealed.readable
        return Result(
            adopted=() if before or own is None else (own,),
            is_uncomparable=bool(hidden and not before and not todo.changes),
            overwritten=overwritten,
            copies=target.copies,
            drift=_drift(before[0], own) if before and own is not None else (),
        )

    @override
    def preview_outputs(self, target: Target, request: Request) -> dict[str, Any]:
        readable = UNKNOWN if request.state is None else request.state.get(names.SECRETS_READABLE, UNKNOWN)
        return {**request.inputs, names.SECRETS_READABLE: readable}

    @override
    def reveal_written(self, now: Records, target: Target, todo: Plan, *, is_answered: bool) -> Revealed:
        """Complete a GET by the declared entry's secret; of a foreign one nothing is known."""
        (record,) = target.declared.records
        written = written_keys(todo, is_answered=is_answered)
        known = (one for one in known_after(todo, now, is_answered=is_answered) if one.key == record.key)
        return reveal(now, known, frozenset({record.key}), readable=target.revealed.readable, written=written)

    @override
    def outputs(self, revealed: Revealed, target: Target) -> dict[str, Any]:
        (record,) = target.declared.records
        try:
            return self._outputs(revealed, target)
        except Ambiguous:  # somebody else changed a copy at the same moment
            return self._outputs(Revealed((record,), revealed.readable), target)

    def _outputs(self, revealed: Revealed, target: Target) -> dict[str, Any]:
        (record,) = target.declared.records
        own = find_own(revealed.records, record) or record
        found = webhook_properties(as_shown([own])[0], target.inputs)
        return {**found, names.SECRETS_READABLE: revealed.readable}

    @override
    def partial_outputs(self, error: PartlyWritten, target: Target) -> dict[str, Any]:
        """Return what is live, or may be; the state of an entry that was there stays if it is not known."""
        now = error.now
        (record,) = target.declared.records
        was_live = bool(with_key(target.plan.live, record.key))
        try:
            if now is None:
                before = target.revealed
                return self._outputs(before if was_live else Revealed((record,), before.readable), target)
            revealed = self.reveal_written(now, target, target.plan, is_answered=False)
            return self._outputs(revealed, target) if with_key(revealed.records, record.key) else {}
        except Ambiguous:
            return {}

    @override
    def read(self, live: Records, request: Request, claims: Claims) -> Result:
        """Read what is live; an entry that the account does not have is gone."""
        state = request.state or {}
        (known,) = webhook_record(state).records
        revealed = self._reveal(live, known, request, claims, is_own=True)
        try:
            own = find_own(revealed.records, known)
        except Ambiguous as error:
            # The state must not take somebody else's copy for its own.
            return Result(outputs=dict(state), drift=plan((known,), error.copies).changes)
        drift = _drift(known, own)
        if own is None:
            return Result(drift=drift)
        outputs = {**webhook_properties(as_shown([own])[0], state), names.SECRETS_READABLE: revealed.readable}
        return Result(outputs=outputs, drift=drift)

    @override
    def refuse_id(self, id_: str) -> None:
        """Refuse none: the account says what it has."""

    @override
    def import_(self, live: Records, id_: str) -> Result:
        webhooks = [record for record in live if record.url]
        found = [r for r in webhooks if id_ in (f"{r.event}:{r.url}", names.webhook_id(*r.key))]
        if not found:
            raise ImportRefused(self.type, id_, [f"{record.event}:{record.url}" for record in webhooks])
        if len({record.value for record in found}) > 1:
            raise CopiesDiffer(found, is_import=True)
        inputs = webhook_properties(as_shown(found[:1])[0], {})
        return Result(outputs={**inputs, names.SECRETS_READABLE: found[0].secret != HIDDEN}, inputs=inputs)

    # What it removes

    @override
    def removal(self, live: Records, request: Request, claims: Claims, left: Sequence[Change] | None = None) -> Plan:
        """Plan a delete of this stack's own copy; none if it is not known which one that is."""
        (known,) = webhook_record(request.state or {}).records
        revealed = self._reveal(live, known, request, claims, is_own=True)
        nothing = Plan(revealed.records, revealed.records)
        if not claims.unclaimed(frozenset({known.key})) or left == ():
            return nothing
        copies = with_key(revealed.records, known.key)
        own = next((copy for copy in copies if copy.value == known.value), copies[0] if len(copies) == 1 else None)
        if own is None:
            return nothing
        desired = tuple([record for record in revealed.records if record is not own])
        todo = Plan(revealed.records, desired, (Change(own, None),))
        if left is not None or len(copies) > 1:
            try:
                rules.refuse_hidden(todo, is_put=True, omits=revealed.omits)
            except SecretHidden:
                if len(copies) > 1:
                    return nothing
                raise WriteNotApplied(live, todo.changes) from None
        return todo

    @override
    def reveal_removed(self, now: Records, request: Request, todo: Plan, *, is_answered: bool) -> Records:
        (known,) = webhook_record(request.state or {}).records
        return reveal(now, [known], frozenset({known.key}), readable=is_readable(request.state or {})).records

    @override
    def left(self, now: Records, request: Request, claims: Claims, *, is_removed: bool) -> dict[str, Records]:
        key = _key(request.state or {})
        copies = with_key(now, key) if claims.unclaimed(frozenset({key})) else ()
        return {"foreign" if is_removed else "copies": copies}


def _key(properties: names.Properties) -> Key:
    return Key(properties[names.EVENT], properties[names.URL])


def _drift(known: Record, own: Record | None) -> tuple[Change, ...]:
    live = () if own is None else (own,)
    return plan(hide_masks((known,), live), live).changes
