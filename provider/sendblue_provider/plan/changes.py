"""A plan: the live records, the desired ones, and the changes between them. Pure: no request, no type of Pulumi.

live ──┐
       ├─ plan() ──► Plan(live, desired, changes) ── rules ──► refused, or handed to apply
desired┘
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from sendblue_provider.api.hidden import is_hidden_by_mask
from sendblue_provider.api.live import as_live, with_key
from sendblue_provider.api.records import Key, Keys, Record, Records, grouped, is_same, keys_of, minus

Kind = Literal["create", "update", "delete"]
Method = Literal["POST", "DELETE", "PUT"]


@dataclass(frozen=True)
class Change:
    """One difference between live and desired.

    Attributes:
        before: The live record; None for a create.
        after: The desired record; None for a delete.
    """

    before: Record | None
    after: Record | None

    @property
    def record(self) -> Record:
        """The live record, or the desired one of a create."""
        record = self.before if self.before is not None else self.after
        if record is None:
            raise ValueError("a change has at least one record")
        return record

    @property
    def key(self) -> Key:
        """Event and URL."""
        return self.record.key

    @property
    def kind(self) -> Kind:
        """What is done to the record."""
        return "create" if self.before is None else "delete" if self.after is None else "update"


@dataclass(frozen=True)
class Plan:
    """What turns `live` into `desired`.

    Attributes:
        live: The account as it is.
        desired: The account as it shall be.
        changes: What has to be done, event by event.
        unknown: Events and account secrets whose desired value is not known yet; there is no change under them.
    """

    live: Records = ()
    desired: Records = ()
    changes: tuple[Change, ...] = ()
    unknown: frozenset[str] = frozenset()

    @property
    def kinds(self) -> set[Kind]:
        """The kinds of its changes."""
        return {change.kind for change in self.changes}


def plan(live: Records, desired: Records, unknown: Collection[str] = ()) -> Plan:
    """Compare two sets of records as multisets: order is never a change."""
    names = frozenset(unknown)
    if is_same(live, desired):  # the usual case, at a fraction of the price
        return Plan(live, desired, (), names)
    gone, come = minus(live, desired), minus(desired, live)
    by_key = grouped(come)
    changes: list[Change] = []
    for record in gone:
        same = by_key.get(record.key)
        # What cannot be read has no URL, so one of it is never the other.
        pairs = bool(same) and not record.opaque and not (same and same[0].opaque)
        changes.append(Change(record, same.pop(0) if pairs and same else None))
    changes += [Change(None, record) for records in by_key.values() for record in records]
    order = {name: place for place, name in enumerate(dict.fromkeys(record.event for record in (*live, *desired)))}
    return Plan(live, desired, tuple(sorted(changes, key=lambda change: order[change.key.event])), names)


def method_of(todo: Plan, prefer: Method) -> Method | None:
    """Return the method that carries out a plan and touches nothing else; None if there is nothing to do.

    A POST can only add. A DELETE goes by URL: it would take a copy that stays along, and knows no account secret.
    """
    if not todo.changes:
        return None
    if prefer == "POST" and todo.kinds == {"create"}:
        return "POST"
    if prefer == "DELETE" and todo.kinds == {"delete"} and all(change.key.url for change in todo.changes):
        gone = {change.key for change in todo.changes}
        if not any(record[:2] in gone for record in todo.desired):
            return "DELETE"
    return "PUT"


def replace_all(live: Records, declared: Iterable[Record], stays: Callable[[Record], bool]) -> Records:
    """Return the account with what is declared and nothing else, but for the live records that stay.

    A declared record that the account has is taken in the account's own form.
    """
    declared = tuple(declared)
    if is_same(live, declared):
        return live
    left = grouped(record for record in live if not stays(record))

    def in_live_form(record: Record) -> Record:
        same = left.get(record.key)
        if not same:
            return record
        found = next((one for one in same if one[:-1] == record[:-1]), None)
        if found is not None:
            same.remove(found)
            return found
        return record._replace(raw=same[0].raw) if not same[0].opaque else record

    return (*[record for record in live if stays(record)], *[in_live_form(record) for record in declared])


def replace_one(live: Records, own: Record | None, declared: Record) -> Records:
    """Return the account with one record in the place of this stack's own one, or at the end."""
    if own is None:
        return as_live(live).with_added(declared)
    if own[:-1] == declared[:-1]:
        return live
    return tuple([declared._replace(raw=own.raw) if record is own else record for record in live])


def without(live: Records, keys: Collection[Key]) -> Records:
    """Return the account without the records of these keys. What cannot be read has no key and stays."""
    return tuple([record for record in live if record.opaque or record[:2] not in keys])


class Ambiguous(Exception):
    """The account has a record more than once, and none of the copies is known to be this stack's.

    Attributes:
        copies: All of them.
    """

    def __init__(self, copies: Records) -> None:
        self.copies = copies
        super().__init__("ambiguous")


def find_own(live: Records, known: Record, declared: Record | None = None) -> Record | None:
    """Find this stack's own record among the copies that the account has of it.

    It is the one that is equal to what is known of it; else to what is declared, since a write of that may have been
    done; else any if all are equal, as a single one is.

    Raises:
        Ambiguous: there are several, and none of that holds.
    """
    copies = with_key(live, known.key)
    for wanted in (known, declared):
        for copy in copies:
            if wanted is not None and copy[:-1] == wanted[:-1]:
                return copy
    if len({copy[:-1] for copy in copies}) > 1:
        raise Ambiguous(copies)
    return copies[0] if copies else None


def written_keys(todo: Plan, *, is_answered: bool) -> Keys:
    """Return the keys of what a write surely put on the account, if a GET shows a record of that key.

    Without an answer, only a record that was not there before says so.
    """
    return frozenset(
        [
            change.key
            for change in todo.changes
            if change.after is not None and (is_answered or (change.before is None and change.key.url))
        ]
    )


def known_after(todo: Plan, now: Records, *, is_answered: bool) -> Iterator[Record]:
    """Yield the records by which a GET after a write is completed, if it does not show their secrets.

    These are the desired ones, and what was to be removed. Without an answer, what was to be changed counts as it was,
    unless the GET shows the change by what the API does not hide. An account secret that the API leaves out counts as
    it was, too: an entry shows by itself whether it was added or removed, an account secret does not.
    """
    there, desired = keys_of(now), keys_of(todo.desired)
    before = [change.before for change in todo.changes if change.before is not None]
    changed: set[Key] = set()
    if not is_answered:
        changed = {change.key for change in todo.changes if change.kind == "create" and change.key not in there}
        updates = [change for change in todo.changes if change.kind == "update"]
        # A mask shows that there is a secret; an API that omits secrets does not show even that.
        masks = any(map(is_hidden_by_mask, (*todo.live, *now)))
        added = Counter(_outline(record, masks=masks) for record in now)
        added.subtract(_outline(record, masks=masks) for record in todo.live)
        changed |= {one.key for one in updates if one.after and added[_outline(one.after, masks=masks)] < 1}
    removed = [record for record in before if record.key in changed or record.key not in desired]
    # The raw form of an account secret is what the API showed of it before the write.
    gone = {one.key for one in removed if not one.url and (is_answered or one.raw is not None)} - there
    yield from [one for one in removed if one.key not in gone]
    yield from [one for one in todo.desired if one.key not in changed]


def _outline(record: Record, *, masks: bool) -> tuple[Key, tuple[str, ...], bool]:
    """Return what the API does not hide of a record."""
    return record.key, record.numbers, masks and bool(record.secret)


def remaining(todo: Plan, now: Records) -> tuple[Change, ...]:
    """Return the changes of a plan that the account does not show yet.

    What somebody else changed meanwhile is no part of it.
    """
    keys = {change.key for change in todo.changes}
    desired, shown = ([record for record in records if record[:2] in keys] for records in (todo.desired, now))
    missing, extra = minus(desired, shown), minus(shown, desired)
    left: list[Change] = []
    for change in todo.changes:
        absent = change.after is not None and _take(missing, change.after)
        present = change.before is not None and _take(extra, change.before)
        if absent or present:
            # Of an update whose record is gone, the addition is left.
            gone = change.kind == "update" and not with_key(now, change.key)
            left.append(Change(None, change.after) if gone else change)
    return tuple(left)


def _take(records: list[Record], wanted: Record) -> bool:
    for place, record in enumerate(records):
        if record[:-1] == wanted[:-1]:
            del records[place]
            return True
    return False
