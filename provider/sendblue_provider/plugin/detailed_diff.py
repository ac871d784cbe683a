"""A plan as property paths, for the engine's detailed diff: which path changes, and how.

A change gets the place that its records have in the lists: a removed entry its place in the old list, an added one its
place in the new list. If both are the same place, that place is updated.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal, NamedTuple

from sendblue_provider.api.records import ACCOUNT_SECRETS, Record
from sendblue_provider.plan.changes import plan
from sendblue_provider.resources.names import (
    ALLOW_OVERWRITE,
    EVENT,
    MANAGED,
    NUMBERS,
    OTHER_EVENTS,
    PROPERTY_OF_EVENT,
    URL,
    Path,
    Properties,
)
from sendblue_provider.resources.properties import endpoint_record, holds_unknown
from sendblue_provider.resources.request import Result
from sendblue_provider.unknown import UNKNOWN

Kind = Literal["add", "delete", "update"]
_FIELDS: Final = (("secret", "secret"), ("numbers", NUMBERS))


class Detail(NamedTuple):
    """How one property changes.

    Attributes:
        kind: What happens to it.
        of_inputs: Whether it is the declared value that changes, with nothing to change on the account or in the state.
        replaces: Whether it asks for a replacement.
    """

    kind: Kind
    of_inputs: bool = False
    replaces: bool = False


def detailed_diff(found: Result, outputs: Properties, old_inputs: Properties) -> dict[Path, Detail]:
    """Say which properties a diff is about: those of the account; else of the state; else of the program.

    Args:
        found: The diff.
        outputs: The state's outputs, which the engine shows the new values against.
        old_inputs: What was declared at the last update.
    """
    if not found.changed:
        return {}
    paths = dict(property_changes(found.live, found.inputs))
    for path, kind in property_changes(outputs, found.inputs):
        paths.setdefault(path, kind)
    # What cannot be read is in no property.
    for event in dict.fromkeys(change.key.event for change in found.plan.changes if change.record.opaque):
        path = (PROPERTY_OF_EVENT[event],) if event in PROPERTY_OF_EVENT else (OTHER_EVENTS, event)
        if not any(known[: len(path)] == path[: len(known)] for known in paths):
            paths[path] = "update"
    if paths:
        return {path: Detail(kind, replaces=path[0] in found.replaces) for path, kind in paths.items()}
    declared = {path: Detail(kind, of_inputs=True) for path, kind in property_changes(old_inputs, found.inputs)}
    return declared or {(MANAGED,): Detail("update")}


def property_changes(before: Properties, after: Properties) -> Iterator[tuple[Path, Kind]]:
    """Yield each property that differs, and how, from the first to the second. Order of a list is no difference."""
    for name in (EVENT, URL):
        yield from _value_changes((name,), before.get(name), after.get(name))
    for name in PROPERTY_OF_EVENT.values():
        yield from _event_changes((name,), before.get(name), after.get(name))
    yield from _other_changes(before.get(OTHER_EVENTS), after.get(OTHER_EVENTS))
    for name in ACCOUNT_SECRETS:
        yield from _value_changes((name,), before.get(name), after.get(name))
    yield from _value_changes((NUMBERS,), _in_any_order(before.get(NUMBERS)), _in_any_order(after.get(NUMBERS)))
    was, will = before.get(ALLOW_OVERWRITE), after.get(ALLOW_OVERWRITE)
    if bool(was) != bool(will) or will is UNKNOWN:  # not set is the same as false
        yield (ALLOW_OVERWRITE,), _kind(was, will)


def _value_changes(path: Path, before: Any, after: Any) -> Iterator[tuple[Path, Kind]]:
    if before != after or after is UNKNOWN:
        yield path, _kind(before, after)


def _in_any_order(numbers: Any) -> Any:
    if holds_unknown(numbers):
        return UNKNOWN
    return sorted(numbers) if numbers else None


def _kind(before: Any, after: Any) -> Kind:
    return "add" if before is None else "delete" if after is None else "update"


def _other_changes(before: Any, after: Any) -> Iterator[tuple[Path, Kind]]:
    before = _without_empty(before)
    after = after if after is UNKNOWN else _without_empty(after)
    if after is UNKNOWN or not before or not after:
        if after or before:
            yield (OTHER_EVENTS,), _kind(before or None, after or None)
        return
    for event in {**before, **after}:
        yield from _event_changes((OTHER_EVENTS, event), before.get(event), after.get(event))


def _without_empty(events: Any) -> dict[str, Any]:
    return {event: items for event, items in (events or {}).items() if items}


def _event_changes(path: Path, before: Any, after: Any) -> Iterator[tuple[Path, Kind]]:
    if after is UNKNOWN or not before or not after:
        if after or before:
            yield path, _kind(before or None, after or None)
        return
    old = [endpoint_record("", item) for item in before]
    new = {place: endpoint_record("", item) for place, item in enumerate(after) if not holds_unknown(item)}
    old_places = {id(record): place for place, record in enumerate(old)}
    new_places = {id(record): place for place, record in new.items()}
    gone, come = set[int](), set(range(len(after))) - new.keys()
    for change in plan(tuple(old), tuple(new.values())).changes:
        was, will = old_places.get(id(change.before)), new_places.get(id(change.after))
        if was is not None and was == will and _are_objects(before[was], after[was]):
            yield from _field_changes((*path, was), old[was], new[was])
            continue
        gone |= set() if was is None else {was}
        come |= set() if will is None else {will}
    for place in sorted(gone | come):
        yield (*path, place), "update" if place in gone & come else "add" if place in come else "delete"


def _are_objects(before: Any, after: Any) -> bool:
    return isinstance(before, Mapping) and isinstance(after, Mapping)


def _field_changes(path: Path, before: Record, after: Record) -> Iterator[tuple[Path, Kind]]:
    for field, name in _FIELDS:
        was, will = getattr(before, field) or None, getattr(after, field) or None
        if was != will:
            yield (*path, name), _kind(was, will)
