"""The rules of `Webhook`: additive, one URL for one event beside whatever the account has. A `lifecycle.Lifecycle`.

The one rule: nothing is removed from or changed on the account but this one entry, and that only where this stack put
it there, or a preview, or the diff of the same run, showed it, or `allowOverwrite` said so.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, Final

from .account import Account
from .compare import Change, entry_changes, looks_masked
from .copies import Found, Known, counted, find
from .declared import declare
from .entries import delete_urls, post
from .errors import (
    ConflictError,
    CopiesDiffer,
    CreateRefused,
    ImportRefused,
    PartlyWritten,
)
from .ignore import keep_current
from .in_place import add_again, put_own, refuse_to_change
from .inputs import check_webhook
from .lifecycle import Created, Diff, Read, Remainder
from .model import (
    ALLOW_OVERWRITE,
    EVENT,
    NUMBERS,
    PROPERTY_OF_EVENT,
    SECRETS_READABLE,
    UNKNOWN,
    URL,
    WEBHOOK_TYPE,
    Configuration,
    Entry,
    Managed,
    Path,
    Properties,
    webhook_declaration_of,
    webhook_id,
    webhook_outputs_of,
)
from .report import foreign_thing, in_a_line, listed, shown, shown_url
from .takeover import Takeover
from .transport import Deadline
from .values import Failure
from .write import put_without

TYPE: Final = WEBHOOK_TYPE


def id_of(properties: Properties) -> str:
    """Return the id."""
    return webhook_id(properties[EVENT], properties[URL])


def check(
    account: Account, inputs: Properties, old_inputs: Properties | None, resource: Hashable | None = None
) -> tuple[Failure, ...]:
    """Check declared values; a second resource for the same event and URL is refused."""
    if failures := check_webhook(inputs):
        return tuple(failures)
    own = None if old_inputs is None else webhook_declaration_of(old_inputs).configuration
    return declare(account, TYPE, webhook_declaration_of(inputs), own, resource)


def diff(
    account: Account,
    outputs: Properties,
    inputs: Properties,
    ignored: Sequence[Path] = (),
    resource: Hashable | None = None,  # noqa: ARG001 - nothing here is kept by resource
) -> Diff:
    """Compare live and state with what is declared. One GET, shared with all other checks, diffs and reads."""
    known = Known.of(outputs)
    with account.held() as deadline:
        live = account.snapshot(deadline)
        found = find(account, live, known, _entry_of(inputs))
        account.diffed_entries[known.event, known.entry.url] = found.live
    own, is_unclear = found.own, found.is_unclear
    kept = _keep_live(inputs, own, ignored)
    entry = _entry_of(kept)
    replaces = tuple(name for name in (EVENT, URL) if kept[name] != outputs[name])
    plan = () if is_unclear and not replaces else _plan(known, own, kept, replaces=bool(replaces))
    stale = (
        entry is None
        or known.entry.key != entry.key
        or kept.get(ALLOW_OVERWRITE) is UNKNOWN
        or bool(outputs.get(ALLOW_OVERWRITE)) != bool(kept.get(ALLOW_OVERWRITE))
    )
    changed = bool(replaces or plan or stale or is_unclear)
    return Diff(
        changed=changed,
        drift=() if is_unclear else _drift(known, own),
        plan=plan,
        unknown=frozenset({_shown_event(kept)} if entry is None else ()),
        readable=found.readable,
        live=outputs if is_unclear else webhook_outputs_of(known.event, own, outputs) if own else {},
        inputs=kept,
        replaces=replaces,
        copies=found.all if len(found.live) > 1 else (),
        is_unclear=is_unclear,
        gap=bool(own and plan and not replaces and found.hidden),
    )


def preview_create(
    account: Account,
    inputs: Properties,
    resource: Hashable | None = None,  # noqa: ARG001 - nothing here is kept by resource
    *,
    seconds: float | None = None,
) -> Created:
    """Find out what a create will do. One GET, shared with all other checks, diffs and reads."""
    outputs = {**inputs, SECRETS_READABLE: UNKNOWN}
    with account.held(seconds) as deadline:
        live = account.snapshot(deadline)
        if _entry_of(inputs) is None:
            return Created(outputs, Takeover(new_event=_new_event(live, inputs)))
        return Created(outputs, _to_create(account, live, inputs)[1])


def create(
    account: Account,
    inputs: Properties,
    resource: Hashable | None = None,  # noqa: ARG001 - nothing here is kept by resource
    *,
    seconds: float | None = None,
) -> Created:
    """Add the entry: GET, POST, GET; a GET alone where it is there already."""
    with account.held(seconds) as deadline:
        live = account.fetch(deadline)
        found, takeover = _to_create(account, live, inputs)
        return Created(_apply(account, live, found, inputs, deadline), takeover)


def import_(account: Account, id_: str, *, seconds: float | None = None) -> tuple[dict[str, Any], dict[str, Any]]:
    """Read an entry to take it over; the id is `event:url`, or the id that the resource will have. One GET."""
    with account.held(seconds) as deadline:
        live = account.snapshot(deadline)
    named = [(event, e) for event, e in live.entries() if id_ in (f"{event}:{e.url}", webhook_id(event, e.url))]
    if not named:
        raise ImportRefused(
            f"The account has no webhook with the id {shown_url(id_)!r}: that is the event, a colon and the URL. What "
            f"the account has: {_ids(live)}"
        )
    event, entry = named[0]
    if len({copy.key for _, copy in named}) > 1:
        raise CopiesDiffer(
            f"{counted(event, entry.url, len(named))}, with different secrets or numbers, and which of them to import "
            "cannot be told. Remove those that are not needed in Sendblue's dashboard, then import it again"
        )
    inputs = webhook_outputs_of(event, entry, {})
    readable = entry.secret is None or not looks_masked(entry.secret)
    return {**inputs, SECRETS_READABLE: readable}, inputs


def read(account: Account, outputs: Properties, *, seconds: float | None = None) -> Read:
    """Read what is live; an entry that is not there is gone. One GET, shared with all other checks, diffs and reads."""
    known = Known.of(outputs)
    with account.held(seconds) as deadline:
        found = find(account, account.snapshot(deadline), known, None)
    if found.is_unclear:
        # The state must not take somebody else's copy for its own.
        return Read(dict(outputs), tuple(entry_changes(known.event, (known.entry,), found.seen)))
    drift = _drift(known, found.own)
    if found.own is None:
        return Read({}, drift)
    return Read({**webhook_outputs_of(known.event, found.own, outputs), SECRETS_READABLE: found.readable}, drift)


def preview_update(
    account: Account, outputs: Properties, inputs: Properties, ignored: Sequence[Path] = ()
) -> dict[str, Any]:
    """Return the outputs that an update will have, as far as they are known. No request beside the diff's."""
    with account.held() as deadline:
        live = account.snapshot(deadline)
        found = find(account, live, Known.of(outputs), _entry_of(inputs))
        kept = _keep_live(inputs, found.own, ignored)
        if (entry := _entry_of(kept)) is not None:
            refuse_to_change(live, found, entry)
    return {**inputs, SECRETS_READABLE: outputs.get(SECRETS_READABLE, UNKNOWN)}


def update(
    account: Account,
    outputs: Properties,
    inputs: Properties,
    ignored: Sequence[Path] = (),
    *,
    seconds: float | None = None,
) -> dict[str, Any]:
    """Change the entry in place: GET, PUT of all that is there with it changed, GET; so deliveries go on throughout.

    An entry that is gone is added again. Only what somebody did to this entry since the diff is a conflict.
    """
    known = Known.of(outputs)
    with account.held(seconds) as deadline:
        live = account.fetch(deadline)
        found = find(account, live, known, _entry_of(inputs))
        _refuse_what_changed(account, found)
        return _apply(account, live, found, _keep_live(inputs, found.own, ignored), deadline)


def delete(account: Account, outputs: Properties, *, seconds: float | None = None) -> Remainder:
    """Remove the entry, and nothing else: GET, DELETE, GET.

    It stays where another resource checked in this process declares it. The API deletes by URL, so where the URL is
    there more than once, what is there is written without the one copy that is as the state has it: GET, PUT, GET. The
    same makes up for a DELETE that is refused or does nothing.
    """
    known = Known.of(outputs)
    own = Managed(frozenset({(known.event, known.entry.url)}))
    with account.held(seconds) as deadline:
        for other in account.declared.values():
            own = own.without(other.declaration)
        if not own.urls:
            return Remainder()
        live = account.fetch(deadline)
        found = find(account, live, known, None)
        if len(found.live) > 1:
            if found.own is None or found.own.key != known.entry.key or found.hidden:
                return Remainder(copies=found.all)
            seen = put_own(account, live, found, None, deadline)
            return Remainder(find(account, seen.configuration, known, None).all)
        now = delete_urls(account, live, own, deadline)
        put_without(account, now, own, deadline, readable=not found.hidden)
    return Remainder()


def _refuse_what_changed(account: Account, found: Found) -> None:
    """Refuse an update of an entry that is no longer what this run's diff saw.

    A copy that somebody added beside it is none of this stack's.
    """
    known = found.known
    diffed = account.diffed_entries.get((known.event, known.entry.url), found.live)
    drift = entry_changes(known.event, diffed, found.live)
    if any(change.kind != "add" or not diffed for change in drift):
        raise ConflictError(
            "The webhook was changed on the Sendblue account by somebody else while this update ran, and nothing was "
            f"written: {in_a_line(drift)}. Run `pulumi up` again: its preview shows the change"
        )


# What there is


def _entry_of(inputs: Properties) -> Entry | None:
    """Read the declared entry; None while it is not fully known."""
    declared = webhook_declaration_of(inputs)
    return None if declared.unknown else next(entry for _, entry in declared.configuration.entries())


def _drift(known: Known, own: Entry | None) -> tuple[Change, ...]:
    return tuple(entry_changes(known.event, (known.entry,), (own,) if own else ()))


def _plan(known: Known, own: Entry | None, inputs: Properties, *, replaces: bool) -> tuple[Change, ...]:
    entry = _entry_of(inputs)
    if entry is None:
        return ()
    there = (own,) if own else ()
    if not replaces:
        return tuple(entry_changes(known.event, there, (entry,)))
    return (Change("add", inputs[EVENT], None, entry), *(Change("remove", known.event, copy) for copy in there))


def _keep_live(inputs: Properties, own: Entry | None, ignored: Sequence[Path]) -> Properties:
    if own is None or not ignored:
        return inputs
    # What is neither a secret nor the numbers makes the entry another one, or is not on the account.
    same = {name: inputs[name] for name in (EVENT, URL, ALLOW_OVERWRITE) if name in inputs}
    # A number is nothing by itself: the list is kept as a whole.
    paths = [path[:1] if path[0] == NUMBERS else path for path in ignored]
    return keep_current(inputs, {**webhook_outputs_of("", own, inputs), **same}, paths)


def _ids(live: Configuration) -> str:
    return listed([f"{shown(event)}:{shown_url(entry.url)}" for event, entry in live.entries()]) or "no webhook at all"


def _shown_event(inputs: Properties) -> str:
    return EVENT if inputs[EVENT] is UNKNOWN else str(inputs[EVENT])


def _new_event(live: Configuration, inputs: Properties) -> str:
    """Return the declared event where nobody has shown yet that the API takes it."""
    event = inputs[EVENT]
    return "" if event is UNKNOWN or event in PROPERTY_OF_EVENT or live.events.get(event) else str(event)


# What a write does


def _to_create(account: Account, live: Configuration, inputs: Properties) -> tuple[Found, Takeover]:
    """Find what is there of what is declared, and what a create does to it.

    Raises:
        CreateRefused: it would change what is not known to be this stack's own, and may not.
        CopiesDiffer: it is there more than once, and none is as it is declared.
        SecretHidden: as of an update; also a `MaskDeclared`.
    """
    declared = webhook_declaration_of(inputs)
    ((event, entry),) = declared.configuration.entries()
    # What the stack itself put there, as the old inputs of this process's checks say.
    before = [own for old in account.own.values() for own in old.events.get(event, ()) if own.url == entry.url]
    known = Known(event, before[0] if before else entry, is_written=bool(before))
    found = find(account, live, known, entry)
    if not found.live:
        return found, Takeover(new_event=_new_event(live, inputs))
    drift = tuple(entry_changes(event, (before[0],), (found.own,))) if before and found.own else ()
    there = found.own or found.seen[0]
    adopted = () if before else (Change("add", event, None, there),)
    copies = found.all if len(found.live) > 1 else ()
    if there.key == entry.key:
        hidden = bool(adopted) and entry.key not in [copy.key for copy in found.live]
        return found, Takeover(adopted, hidden=hidden, drift=drift, copies=copies)
    change = Change("change", event, there, entry)
    if not before and declared.allow_overwrite is False:
        raise CreateRefused(
            "The Sendblue account already has this webhook with other values, and a create would change it: "
            f"{foreign_thing(change)}",
            TYPE,
            webhook_id(event, entry.url),
        )
    refuse_to_change(live, found, entry)
    gap = (change,) if found.hidden else ()
    return found, Takeover(adopted, () if before else (change,), gap=gap, drift=drift, copies=copies)


def _apply(
    account: Account, live: Configuration, found: Found, inputs: Properties, deadline: Deadline
) -> dict[str, Any]:
    """Write the declared entry unless it is there, and return the outputs."""
    declared = webhook_declaration_of(inputs)
    ((event, entry),) = declared.configuration.entries()
    refuse_to_change(live, found, entry)

    def outputs(now: Configuration, *, readable: bool = True) -> dict[str, Any]:
        written = find(account, now, Known(event, entry, found.readable), None, just_written=True)
        there = written.own or entry
        return {**webhook_outputs_of(event, there, inputs), SECRETS_READABLE: readable and written.readable}

    if found.own is not None and found.own.key == entry.key:
        return {**webhook_outputs_of(event, found.own, inputs), SECRETS_READABLE: found.readable}
    account.diffed_entries.pop((event, entry.url), None)
    try:
        if found.own is None:
            return outputs(post(account, event, entry, deadline))
        if found.hidden:
            return outputs(add_again(account, live, found, entry, deadline))
        seen = put_own(account, live, found, entry, deadline)
        return outputs(seen.configuration, readable=seen.readable)
    except PartlyWritten as error:
        if found.own is None and (error.now is None or error.now.find(event, entry)):
            error.outputs = outputs(error.now or live)
        elif not found.hidden:
            there = found if error.now is None else find(account, error.now, found.known, entry)
            if there.own is not None:
                error.outputs = {**webhook_outputs_of(event, there.own, inputs), SECRETS_READABLE: there.readable}
        # Else the state stays as it is, and the next read tells what became of the entry.
        raise
