"""Pulumi properties and records, one from the other, and the marks of secrets in properties."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from sendblue_provider.api.hidden import HIDDEN
from sendblue_provider.api.records import (
    ACCOUNT_SECRETS,
    EVENTS,
    Key,
    Keys,
    Record,
    Records,
    key_from,
    keys_of,
    record_from,
)
from sendblue_provider.unknown import UNKNOWN

from .names import (
    ALLOW_OVERWRITE,
    EVENT,
    MANAGED,
    NUMBERS,
    OTHER_EVENTS,
    PROPERTY_OF_EVENT,
    SECRET_PROPERTY,
    SECRETS_READABLE,
    URL,
    Path,
    Properties,
)


class Declared(NamedTuple):
    """What inputs declare.

    Attributes:
        records: The part of it that is known.
        unknown: Names of events and account secrets whose value is not fully known yet, and `otherEvents` if not even
            the names of the other events are.
        allow_overwrite: Whether a create may remove and change what others put on the account; None while unknown.
    """

    records: Records
    unknown: frozenset[str] = frozenset()
    allow_overwrite: bool | None = False

    def may_be(self, key: Key) -> bool:
        """Return whether a key may turn out to be declared, although it is not known yet."""
        if key.event in self.unknown:
            return True
        return OTHER_EVENTS in self.unknown and key.event not in EVENTS and key.event not in ACCOUNT_SECRETS


# Reading


def event_lists(properties: Properties) -> Iterator[tuple[str, Any]]:
    """Yield each event's name, as the API spells it, with the list that the properties have for it."""
    for event, name in PROPERTY_OF_EVENT.items():
        if properties.get(name) is not None:
            yield event, properties[name]
    others = properties.get(OTHER_EVENTS)
    if isinstance(others, Mapping):
        yield from others.items()


def endpoint_record(event: str, item: Any) -> Record:
    """Read one endpoint: a URL, or an object with one."""
    if item.__class__ is str:
        return Record(event, item)
    numbers = item.get(NUMBERS)
    return Record(event, item[URL], item.get(SECRET_PROPERTY) or None, tuple(sorted(numbers)) if numbers else ())


def endpoint_path(record: Record, inputs: Properties) -> Path:
    """Return the place of an entry in inputs that declare it."""
    items = next(items for event, items in event_lists(inputs) if event == record.event)
    place = next(place for place, item in enumerate(items) if endpoint_record(record.event, item).url == record.url)
    known = PROPERTY_OF_EVENT.get(record.event)
    return (known, place) if known else (OTHER_EVENTS, record.event, place)


def holds_unknown(value: Any) -> bool:
    """Return whether any part of a property value is not known yet."""
    if isinstance(value, list | dict):
        return any(map(holds_unknown, value.values() if isinstance(value, dict) else value))
    return value is UNKNOWN


ReadLists = dict[str, tuple[Any, list[Record] | None]]
"""Lists of endpoints that were read, by event: each as it is in the properties, and as records."""


def configuration_records(properties: Properties, before: ReadLists | None = None) -> Declared:
    """Read the checked inputs, or the outputs, of a `WebhookConfiguration`.

    Args:
        properties: The inputs or outputs.
        before: Lists that were read before: an equal one, which may have thousands of entries, is not read again.
    """
    before = {} if before is None else before
    unknown = {name for name in (*ACCOUNT_SECRETS, OTHER_EVENTS) if properties.get(name) is UNKNOWN}
    records: list[Record] = []
    for event, items in event_lists(properties):
        if event not in before or before[event][0] != items:
            before[event] = (items, _records_of(event, items or ()))
        known = before[event][1]
        if known is None:
            unknown.add(event)
        else:
            records += known
    secrets = [(name, properties.get(name)) for name in ACCOUNT_SECRETS if name not in unknown]
    records += [Record(name, secret=secret) for name, secret in secrets if secret]
    return Declared(tuple(records), frozenset(unknown), _allow_overwrite(properties))


def _records_of(event: str, items: Any) -> list[Record] | None:
    """Read the endpoints of an event; None if one of them is not fully known."""
    if items is UNKNOWN:
        return None
    records: list[Record] = []
    for item in items:
        if item.__class__ is str:
            records.append(Record(event, item))
            continue
        if item is UNKNOWN:
            return None
        url, secret, numbers = item[URL], item.get(SECRET_PROPERTY), item.get(NUMBERS)
        if url is UNKNOWN or secret is UNKNOWN or numbers is UNKNOWN or (numbers and UNKNOWN in numbers):
            return None
        shown = tuple(sorted(numbers)) if numbers else ()
        records.append(record_from((event, url, secret or None, shown, None, None)))
    return records


def webhook_record(properties: Properties) -> Declared:
    """Read the checked inputs, or the outputs, of a `Webhook`."""
    allow, event, url = _allow_overwrite(properties), properties[EVENT], properties[URL]
    if event is UNKNOWN:
        return Declared((), frozenset({*EVENTS, OTHER_EVENTS}), allow)
    if url is UNKNOWN:
        return Declared((), frozenset({event}), allow)
    if any(holds_unknown(properties.get(name)) for name in (SECRET_PROPERTY, NUMBERS)):
        # Event and URL identify the entry, whatever else is not known yet.
        return Declared((Record(event, url),), frozenset({event}), allow)
    return Declared((endpoint_record(event, properties),), allow_overwrite=allow)


def _allow_overwrite(properties: Properties) -> bool | None:
    value = properties.get(ALLOW_OVERWRITE)
    return None if value is UNKNOWN else bool(value)


def known_part(properties: Properties) -> dict[str, Any]:
    """Return the properties without the endpoints that are not fully known."""

    def known(items: Any) -> list[Any]:
        return [item for item in items if not holds_unknown(item)] if isinstance(items, list) else []

    result = {name: known(value) if isinstance(value, list) else value for name, value in properties.items()}
    if isinstance(others := result.get(OTHER_EVENTS), Mapping):
        result[OTHER_EVENTS] = {event: known(items) for event, items in others.items()}
    return {name: value for name, value in result.items() if value is not UNKNOWN}


# Writing


def configuration_properties(records: Iterable[Record], like: Properties) -> dict[str, Any]:
    """Write records as the properties of a `WebhookConfiguration`, in the order and form of `like` if equal to it.

    Without that, an API that answers `{url: u}` where the program wrote `u` would show as a change for ever. What
    cannot be read is in no property.
    """
    declared = dict(event_lists(like))
    lists: dict[str, list[Record]] = {event: [] for event in declared}
    secrets: dict[str, Any] = {}
    for record in records:
        if record.opaque:
            continue
        if record.url:
            lists.setdefault(record.event, []).append(record)
        else:
            secrets[record.event] = record.secret
    outputs: dict[str, Any] = {}
    others: dict[str, Any] = {}
    for event, same in lists.items():
        items = _like(event, same, declared.get(event) or [])
        if event in PROPERTY_OF_EVENT:
            outputs[PROPERTY_OF_EVENT[event]] = items
        else:
            others[event] = items
    if others or OTHER_EVENTS in like:
        outputs[OTHER_EVENTS] = others
    outputs.update(secrets)
    return with_overwrite(outputs, like)


def _like(event: str, live: list[Record], items: list[Any]) -> list[Any]:
    wanted = [endpoint_record(event, item) for item in items]
    if [record[:-1] for record in live] == [record[:-1] for record in wanted]:
        return list(items)
    left: dict[Any, list[Record]] = {}
    for record in live:
        left.setdefault(record.value, []).append(record)
    result: list[Any] = list(items)
    gone: dict[str, list[int]] = {}
    for place, record in enumerate(wanted):
        if same := left.get(record.value):
            same.pop()
        else:
            gone.setdefault(record.url, []).append(place)
    rest: list[Any] = []
    for record in [record for same in left.values() for record in same]:
        # An entry that changed keeps its place too, so that a diff can name the field that changed.
        if places := gone.get(record.url):
            result[places.pop(0)] = endpoint_property(record)
        else:
            rest.append(endpoint_property(record))
    missing = {place for places in gone.values() for place in places}
    return [item for place, item in enumerate(result) if place not in missing] + rest


def endpoint_property(record: Record) -> str | dict[str, Any]:
    """Write an entry as an endpoint: a URL alone if there is no more to it."""
    fields: dict[str, Any] = {} if record.secret is None else {SECRET_PROPERTY: record.secret}
    if record.numbers:
        fields[NUMBERS] = list(_shown_numbers(record))
    return {URL: record.url, **fields} if fields else record.url


def _shown_numbers(record: Record) -> Iterable[str]:
    shown = record.raw.get("sendblue_numbers") if isinstance(record.raw, dict) else None
    return shown if isinstance(shown, list) and tuple(sorted(shown)) == record.numbers else record.numbers


def webhook_properties(record: Record, like: Properties) -> dict[str, Any]:
    """Write an entry as the properties of a `Webhook`, its numbers in the order of `like` if they are equal."""
    outputs: dict[str, Any] = {EVENT: record.event, URL: record.url}
    if record.secret is not None:
        outputs[SECRET_PROPERTY] = record.secret
    declared = like.get(NUMBERS)
    if record.numbers or declared is not None:
        same = isinstance(declared, list) and tuple(sorted(declared)) == record.numbers
        outputs[NUMBERS] = declared if same else list(_shown_numbers(record))
    return with_overwrite(outputs, like)


def with_overwrite(outputs: dict[str, Any], like: Properties) -> dict[str, Any]:
    """Add `allowOverwrite` as the program has it: the API knows nothing of it."""
    if like.get(ALLOW_OVERWRITE) is not None:
        outputs[ALLOW_OVERWRITE] = like[ALLOW_OVERWRITE]
    return outputs


def as_shown(records: Iterable[Record]) -> Records:
    """Put the mask that the API shows in the place of a hidden secret, for outputs."""
    return tuple([_as_shown(record) if record.secret == HIDDEN else record for record in records])


def _as_shown(record: Record) -> Record:
    shown = record.raw.get("secret") if isinstance(record.raw, dict) else None if record.url else record.raw
    return record._replace(secret=shown if isinstance(shown, str) and shown else None)


# `managed`


def managed_keys(value: Any) -> Keys:
    """Read the output `managed`; a state without it names nothing."""
    value = value if isinstance(value, Mapping) else {}
    urls = [key_from((event, url)) for event, urls in value.get("events", {}).items() for url in urls]
    return frozenset([*urls, *[Key(name) for name in value.get("secrets", ())]])


def managed_property(keys: Keys) -> dict[str, Any]:
    """Write the output `managed`."""
    events: dict[str, list[str]] = {}
    for key in sorted(key for key in keys if key.url):
        events.setdefault(key.event, []).append(key.url)
    return {"events": events, "secrets": sorted(key.event for key in keys if not key.url)}


def own_keys(state: Properties, records: Records) -> Keys:
    """Return what this stack put on the account: what the state names, or all that old inputs declared."""
    if MANAGED in state:
        return managed_keys(state[MANAGED])
    return keys_of(records) if SECRETS_READABLE not in state else frozenset()


def is_readable(state: Properties) -> bool:
    """Return whether secrets did show at the last update or read."""
    return state.get(SECRETS_READABLE) is not False
