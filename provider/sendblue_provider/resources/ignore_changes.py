"""`ignoreChanges`: places in which the current value of the account stands for the declared one.

The engine puts the last declared value in such a place. That would overwrite what was changed outside of the stack
since then, so everything that is planned has the account's current value there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sendblue_provider.api.hidden import HIDDEN, Revealed, is_hidden_by_mask
from sendblue_provider.api.records import ACCOUNT_SECRETS, Keys, Record, Records, keys_of, minus

from .names import ALLOW_OVERWRITE, EVENT, NUMBERS, OTHER_EVENTS, URL, Path, Properties
from .paths import EVERY
from .properties import as_shown, configuration_properties, configuration_records, known_part, webhook_properties


def keep_current(inputs: Properties, current: Properties, ignored: Iterable[Path]) -> Properties:
    """Return the inputs with the current value in every ignored place; a place that has none is left out.

    Args:
        inputs: The declared properties, in which values may be unknown.
        current: The account's properties.
        ignored: The paths, by the positions of the declared lists. An entry of a list is looked up by its URL in the
            current one, a number by itself. A position beyond the declared list is one of the current list.
    """
    kept = dict(inputs)
    for path in sorted(ignored, key=_order):
        name, *rest = path
        for each in {**kept, **current} if name == EVERY else (str(name),):
            if each == OTHER_EVENTS and rest not in ([], [EVERY]):
                _keep_events(kept, current, rest)
            else:
                _keep_value(kept, current, each, rest)
    return kept


def _order(path: Path) -> tuple[str, ...]:
    # Positions beyond the end of a list are appended one after the other.
    return tuple(f"{step:09}" if isinstance(step, int) else step for step in path)


def _keep_events(kept: dict[str, Any], current: Properties, rest: Sequence[str | int]) -> None:
    events, live = kept.get(OTHER_EVENTS) or {}, current.get(OTHER_EVENTS) or {}
    if not isinstance(events, dict):
        return  # not known yet
    events = dict(events)
    for event in {**events, **live} if rest[0] == EVERY else (str(rest[0]),):
        _keep_value(events, live, event, rest[1:])
    if events or kept.get(OTHER_EVENTS):
        kept[OTHER_EVENTS] = events


def _keep_value(kept: dict[str, Any], current: Properties, name: str, rest: Sequence[str | int]) -> None:
    value, live = kept.get(name), current.get(name)
    if rest not in ([], [EVERY]):
        # What is neither a list nor left out is not known yet, or has no places.
        if value is None or isinstance(value, list):
            items = _with_current_items(value or [], live if isinstance(live, list) else [], rest)
            if items or name in kept:
                kept[name] = items
    elif name in current:
        kept[name] = live
    else:
        kept.pop(name, None)


def _with_current_items(items: list[Any], current: list[Any], path: Sequence[str | int]) -> list[Any]:
    position, *field = path
    by_url = {_url(item): item for item in current}
    result: list[Any] = []
    for place, item in enumerate(items):
        if position not in (place, EVERY):
            result.append(item)
        elif field:
            result.append(_with_current_field(item, by_url.get(_url(item)), str(field[0])))
        elif _url(item) in by_url:
            result.append(by_url[_url(item)])
    if isinstance(position, int) and position >= len(items) and not field:
        # The current list may be in another order, so that the item there is one that the program declares.
        result += [item for item in current[position : position + 1] if result.count(item) < current.count(item)]
    return result


def _with_current_field(item: Any, live: Any, field: str) -> Any:
    """Return an entry with one field of its current one; the URL is what the two have in common."""
    declared, current = _fields(item), _fields(live)
    if live is None or field == URL or field not in {**declared, **current}:
        return item
    declared.pop(field, None)
    return {**declared, field: current[field]} if field in current else declared


def _fields(item: Any) -> dict[str, Any]:
    return dict(item) if isinstance(item, Mapping) else {URL: item}


def _url(item: Any) -> Any:
    return item.get(URL) if isinstance(item, Mapping) else item


def with_live(revealed: Revealed, inputs: Properties, ignored: Sequence[Path]) -> tuple[Revealed, Properties]:
    """Put live values in the ignored places of a configuration's inputs.

    An ignored account secret that may be set and does not show is one of the live records from here on: it is kept as
    it is, and no write may overwrite it.
    """
    if revealed.omits:
        names = {path[0] for path in ignored}
        live = {record.event for record in revealed.records}
        unseen = [name for name in ACCOUNT_SECRETS if names & {name, EVERY} and name not in live]
        revealed = revealed._replace(records=(*revealed.records, *[Record(name, secret=HIDDEN) for name in unseen]))
    current = configuration_properties(revealed.records, known_part(inputs))
    return revealed, keep_current(inputs, current, ignored)


def without_absent(records: Records) -> Records:
    """Leave out hidden secrets of which the account shows not even a mask: the state has none of them either."""
    if HIDDEN not in [record.secret for record in records]:
        return records
    shown = [
        record._replace(secret=None) if record.secret == HIDDEN and not is_hidden_by_mask(record) else record
        for record in records
    ]
    return tuple([record for record in shown if record.url or record.secret is not None or record.opaque])


def shown_inputs(inputs: Properties, declared: Records, desired: Records) -> Properties:
    """Return the inputs with the API's mask in the place of a hidden secret that is kept as it is."""
    if HIDDEN not in [record.secret for record in declared]:
        return inputs
    return configuration_properties(as_shown(desired), inputs)


def changed_by_others(live: Records, old_inputs: Properties, ignored: Sequence[Path]) -> Keys:
    """Return the keys that the old inputs declare in ignored places, and that the account has with another value."""
    kept = keep_current(old_inputs, configuration_properties(live, known_part(old_inputs)), ignored)
    old = configuration_records(old_inputs).records
    return keys_of(minus(configuration_records(kept).records, old)) & keys_of(old)


def with_live_entry(own: Record | None, inputs: Properties, ignored: Sequence[Path]) -> Properties:
    """Put live values in the ignored places of a Webhook's inputs."""
    if own is None or not ignored:
        return inputs
    # What is neither the secret nor the numbers makes the entry another one, or is not on the account.
    same = {name: inputs[name] for name in (EVENT, URL, ALLOW_OVERWRITE) if name in inputs}
    # One number is nothing by itself: the list is kept as a whole.
    paths = [path[:1] if path[0] == NUMBERS else path for path in ignored]
    return keep_current(inputs, {**webhook_properties(own, inputs), **same}, paths)
