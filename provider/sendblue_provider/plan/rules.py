"""What a plan may do. Each rule is one function, and raises an error with what it refuses.

The one rule behind them: nothing is removed from or changed on the account that this stack did not put there, unless a
preview showed it, or `allowOverwrite` said so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Container, Iterable

from sendblue_provider.api.hidden import HIDDEN, is_hidden, is_mask
from sendblue_provider.api.live import Live, as_live, form_of, with_key
from sendblue_provider.api.records import ACCOUNT_SECRETS, Key, Keys, Record, Records, keys_of
from sendblue_provider.api.wire import is_blank, to_wire
from sendblue_provider.errors import (
    AnotherAccount,
    ConflictError,
    CreateRefused,
    EventUnreadable,
    MaskDeclared,
    OtherForm,
    SecretHidden,
)
from sendblue_provider.urls import is_normal

from .changes import Change, Plan, plan


def refuse_overwrite(todo: Plan, own: Container[Key], declared: Records, kind: str, import_id: str) -> None:
    """Rule 1: a create removes and changes nothing that this stack did not put there.

    Args:
        todo: The create's plan.
        own: Keys that old inputs of a check in this process named.
        declared: What the create declares.
        kind: The resource's type.
        import_id: The id by which what is live can be imported.

    Raises:
        CreateRefused: it would.
    """
    losses = [change for change in todo.changes if change.before is not None and change.key not in own]
    if losses:
        live = Counter([record.key for record in todo.live])
        wanted = Counter([record.key for record in declared])
        counts = {key: live[key] for key in wanted if live[key] > wanted[key]}
        raise CreateRefused(losses, counts, kind, import_id)


def refuse_other_copies(todo: Plan, own: Container[Key], declared: Record, kind: str, import_id: str) -> None:
    """Rule 1 for an additive create: what the account has under its key must be equal to it, every copy.

    Raises:
        CreateRefused: a copy is not.
    """
    copies = with_key(todo.live, declared.key)
    others = [Change(copy, declared) for copy in copies if copy.value != declared.value]
    if others and declared.key not in own:
        counts = {declared.key: len(copies)} if len(copies) > 1 else {}
        raise CreateRefused(others, counts, kind, import_id)


def refuse_other_form(todo: Plan, *own: Container[Key], is_additive: bool) -> None:
    """Rule 2: a URL is not added to an event that has it in another form, unless that form is this stack's own.

    The API may store a URL in another form than it was given; to add the declared form again and again would leave a
    copy each time.

    Args:
        todo: The plan.
        own: Keys of what this stack put on the account.
        is_additive: Whether the resource is a `Webhook`.

    Raises:
        OtherForm: it would be.
    """
    created = [change.after for change in todo.changes if change.before is None and change.after is not None]
    pairs: list[tuple[Record, Record]] = []
    live = as_live(todo.live)
    for record in created:
        same = live.by_form.get(form_of(record.key), ()) if record.url else ()
        others = [other for other in same if other.url != record.url and not any(other.key in keys for keys in own)]
        pairs += [(record, other) for other in others]
    if pairs:
        raise OtherForm(pairs, is_additive=is_additive)


def in_two_forms(declared: Records, before: Records) -> list[tuple[Record, Record]]:
    """Rule 2 within one program: return declared records with an earlier one that is another form of the same URL.

    Forms that the old inputs had both may stay.
    """
    if all(is_normal(record.url) for record in declared):
        return []
    known = keys_of(before)
    by_key = {record.key: record for record in declared if record.url}
    pairs: list[tuple[Record, Record]] = []
    for first, *others in Live(by_key.values()).by_form.values():
        pairs += [(other, first) for other in others if not {other.key, first.key} <= known]
    return pairs


def refuse_another_account(todo: Plan, own: Keys, declared: Keys, *, is_moved: bool = False) -> None:
    """Rule 3: an account that has none of this stack's entries, and others, is not taken over by an update.

    The credentials may be another account's by now. An empty account is filled again, unless the stack has just moved
    from the plugin, whose provider may have been one of another account. Account secrets do not count.

    Raises:
        AnotherAccount: it would be.
    """
    live = [record for record in todo.live if record.url]
    if not todo.changes or not (live or is_moved) or not any(key.url for key in own):
        return
    if not (own | declared) & keys_of(live):
        raise AnotherAccount(live, is_moved=is_moved)


def refuse_conflict(
    before: Records | None, now: Records, mine: Iterable[Change] = (), *, is_additive: bool, is_sent: bool = False
) -> None:
    """Rule 4: what changed on the account since it was read last must be this write's own doing.

    Args:
        before: The part of the account that concerns the resource, as its diff saw it, or as the send before was
            planned on; None if there was no diff.
        now: The same part as it is now.
        mine: The changes of the plan that was sent in between.
        is_additive: Whether the resource is a `Webhook`.
        is_sent: Whether one was sent.

    Raises:
        ConflictError: somebody else changed it.
    """
    if before is None:
        return
    own = {(change.before and change.before.value, change.after and change.after.value) for change in mine}
    found = [
        change
        for change in plan(before, now).changes
        if (change.before and change.before.value, change.after and change.after.value) not in own
    ]
    if is_additive and before:
        # A copy that somebody adds beside the own one is theirs.
        found = [change for change in found if change.before is not None]
    if found:
        raise ConflictError(found, is_additive=is_additive, is_sent=is_sent)


def refuse_hidden(todo: Plan, declared: Records = (), *, is_put: bool, omits: bool = False) -> None:
    """Rule 5: no secret that does not show is written over, neither by its mask nor by nothing.

    Args:
        todo: The plan.
        declared: What the program declares.
        is_put: Whether it takes a PUT, which writes every entry of the account.
        omits: Whether an account secret that is absent may be set all the same, and has to stay.

    Raises:
        MaskDeclared: the program declares the mask that the API shows.
        SecretHidden: a write would overwrite one.
    """
    masked = [change.after for change in todo.changes if _declares_mask(change) and change.after is not None]
    if masked:
        raise MaskDeclared(masked)
    if todo.changes and is_put:
        live = {record.event for record in todo.live}
        unseen = [Record(name, secret=HIDDEN) for name in ACCOUNT_SECRETS if omits and name not in live]
        try:
            to_wire((*todo.desired, *unseen))
        except SecretHidden as error:
            hidden = keys_of(error.records)
            masked = [
                record for record in declared if record.secret and record.key in hidden and is_mask(record.secret)
            ]
            if masked:
                raise MaskDeclared(masked) from None
            raise


def refuse_unknown_secret(todo: Plan, own: Container[Key]) -> None:
    """Rule 5 for an entry that is not this stack's own: its secret is not replaced unseen.

    Args:
        todo: The plan.
        own: Keys of what this stack put on the account.

    Raises:
        SecretHidden: it would be.
    """
    updates = [change for change in todo.changes if change.kind == "update" and change.key not in own]
    hidden = [change.before for change in updates if change.before is not None]
    if hidden := [record for record in hidden if record.secret == HIDDEN]:
        raise SecretHidden(hidden)


def _declares_mask(change: Change) -> bool:
    before, after = change.before, change.after
    return bool(before and after and after.secret and is_mask(after.secret) and is_hidden(before))


def refuse_unreadable(live: Records, names: Collection[str], *, is_additive: bool) -> None:
    """Rule 6: nothing is written over what cannot be read.

    A `Webhook` is added beside an entry that cannot be read, but not to an event whose whole value cannot be.

    Args:
        live: The account.
        names: The declared events and account secrets.
        is_additive: Whether the resource is a `Webhook`.

    Raises:
        EventUnreadable: there is something of that under a declared event.
    """
    found = [record for record in as_live(live).opaque if record.event in names and not is_blank(record)]
    if is_additive:
        found = [record for record in found if record.opaque and record.opaque.is_whole]
    if found:
        raise EventUnreadable(found, is_additive=is_additive)


def to_be_named(todo: Plan, own: Container[Key]) -> tuple[Change, ...]:
    """Rule 7: what an update removes, whoever put it there, and what it changes that is not this stack's own."""
    return tuple(
        change
        for change in todo.changes
        if change.before is not None and (change.after is None or change.key not in own)
    )
