"""The account's webhook configuration, in the three forms it takes.

- **wire**: the `webhooks` object of the API (`call_log`, `sendblue_numbers`, an entry is a URL string or an object);
- **properties**: what Pulumi programs and state hold (`callLog`, `sendblueNumbers`, other events under `otherEvents`);
- **`Configuration`**: what the rest of the core works on, the same whichever form it came from.

Source: the API page (`GET` and `PUT /api/v2/account/webhooks`, model `WebhookConfiguration`).
"""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal, NamedTuple

Properties = Mapping[str, Any]
"""Pulumi property values by name: plain values, `UNKNOWN` wherever a value is not known before the update."""

Path = tuple[str | int, ...]
"""Where in the properties a value stands: property names as the schema spells them, positions, event names."""

PROPERTY_OF_EVENT: Final[Mapping[str, str]] = {
    "receive": "receive",
    "outbound": "outbound",
    "call_log": "callLog",
    "line_blocked": "lineBlocked",
    "line_assigned": "lineAssigned",
    "contact_created": "contactCreated",
}
"""The six event types of the API page and the property that holds each one's endpoints."""

CONTACT_CREATED: Final = "contact_created"
"""The event for which the API page knows URL strings only."""

ACCOUNT_SECRETS: Final = ("globalSecret", "secret")
"""The two secrets of the account as a whole: the same name on the wire and as a property."""

OTHER_EVENTS: Final = "otherEvents"
ALLOW_OVERWRITE: Final = "allowOverwrite"
SECRETS_READABLE: Final = "secretsReadable"
MANAGED: Final = "managed"
CONFIGURATION_TYPE: Final = "sendblue:index:WebhookConfiguration"
WEBHOOK_TYPE: Final = "sendblue:index:Webhook"
"""The resources' types, as the plugin has them."""
GET_CONFIGURATION: Final = "sendblue:index:getWebhookConfiguration"
"""The plugin's function that reads the account."""
ACCOUNT_ID: Final = "account"
"""The id of the singleton: there is one configuration an account."""

EVENT: Final = "event"
URL: Final = "url"
SECRET_PROPERTY: Final = "secret"  # noqa: S105 - a property's name
NUMBERS: Final = "sendblueNumbers"
"""The properties of a `Webhook`; the last three those of an endpoint too."""

PROVIDER_KEY: Final = "__provider"
"""Where the engine keeps the pickled provider of a dynamic resource among its properties."""


def dynamic_type(resource_type: str) -> str:
    """Return a resource's type in the state of a program that uses the dynamic front end."""
    return f"pulumi-python:dynamic/{resource_type.replace(':index:', ':')}"


class Unknown(enum.Enum):
    """The type of `UNKNOWN`, a value that is known only once the update runs."""

    UNKNOWN = "unknown"


UNKNOWN: Final = Unknown.UNKNOWN


class Entry(NamedTuple):
    """One registered URL of one event.

    Attributes:
        url: The absolute URL that Sendblue calls.
        secret: What Sendblue sends back in `sb-signing-secret`, or None.
        numbers: The E.164 numbers it is called for; empty means all (`sendblue_numbers`, seen on `receive`).
        extra: Fields of the API that this provider does not know. Carried through a write, never compared.
    """

    url: str
    secret: str | None = None
    numbers: tuple[str, ...] = ()
    extra: Mapping[str, Any] = {}

    def __repr__(self) -> str:
        return f"Entry({self.url!r}{', secret set' if self.secret is not None else ''})"

    @property
    def key(self) -> tuple[str, str | None, tuple[str, ...]]:
        """What makes two entries equal: order of the numbers and unknown fields do not count."""
        numbers = self.numbers
        return self.url, self.secret, tuple(sorted(numbers)) if len(numbers) > 1 else numbers


@dataclass(frozen=True)
class Configuration:
    """Everything that one account's webhook object holds, or that a program declares of it.

    Attributes:
        events: Event name, as the API spells it, to its entries. An event with no entry is absent.
        secrets: The account secrets that are set, by name (`ACCOUNT_SECRETS`).
        extra: Other keys of the object, which hold no list of entries. Carried through a write, never compared.
        form: Where it was read from the API, the object as that has it. Never compared.
    """

    events: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False)
    form: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def entries(self) -> Iterator[tuple[str, Entry]]:
        """Yield every entry with its event's name."""
        for event, entries in self.events.items():
            for entry in entries:
                yield event, entry

    def all_secrets(self) -> list[str]:
        """List every secret in it: those of the account and the entries, and any text in fields that are not known."""
        return self.shown_secrets() + [
            text for _, entry in self.entries() if entry.extra for text in _texts(entry.extra)
        ]

    def shown_secrets(self) -> list[str]:
        """List what is a secret for sure: those of the account and the entries, and fields that are named so."""
        found = list(self.secrets.values())
        for _, entry in self.entries():
            found += [] if entry.secret is None else [entry.secret]
            found += _texts({k: v for k, v in entry.extra.items() if "secret" in k.lower()}) if entry.extra else []
        return found

    def unknown_empty(self) -> dict[str, Any]:
        """Return what is empty under keys that this provider does not know: it may mean something."""
        known = (*PROPERTY_OF_EVENT, *ACCOUNT_SECRETS)
        return {name: value for name, value in self.form.items() if value in ([], None) and name not in known}

    def find(self, event: str, entry: Entry) -> Entry | None:
        """Return the entry of the same event that is equal to this one, else one with its URL, else None."""
        same_url = [candidate for candidate in self.events.get(event, ()) if candidate.url == entry.url]
        return next((candidate for candidate in same_url if candidate.key == entry.key), next(iter(same_url), None))


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value] if value else []
    items = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return [text for item in items for text in _texts(item)]


@dataclass(frozen=True)
class Declaration:
    """What a program declares.

    Attributes:
        configuration: The part of it that is known.
        unknown: Names of the events and account secrets whose value is not fully known yet, and `otherEvents` when
            not even the names of the other events are. Their known part is left out of `configuration`.
        allow_overwrite: Whether a create may remove and change what others put on the account; None while unknown.
    """

    configuration: Configuration
    unknown: frozenset[str] = frozenset()
    allow_overwrite: bool | None = False

    def knows(self, name: str) -> bool:
        """Tell whether the declared value of this event or account secret is known."""
        if name in self.unknown:
            return False
        return OTHER_EVENTS not in self.unknown or name in PROPERTY_OF_EVENT or name in ACCOUNT_SECRETS


@dataclass(frozen=True)
class Managed:
    """What a stack put on the account at its last create or update: the output `managed`, and what delete removes.

    Attributes:
        urls: Pairs of an event's name and a URL.
        secrets: Names of account secrets.
    """

    urls: frozenset[tuple[str, str]] = frozenset()
    secrets: frozenset[str] = frozenset()

    @classmethod
    def of(cls, configuration: Configuration) -> Managed:
        """Name everything in the configuration."""
        urls = frozenset([(event, entry.url) for event, entry in configuration.entries()])
        return cls(urls, frozenset(configuration.secrets))

    @classmethod
    def of_property(cls, value: Mapping[str, Any] | None) -> Managed:
        """Read the output; a state without it names nothing."""
        events = (value or {}).get("events", {})
        urls = frozenset([(event, url) for event, urls in events.items() for url in urls])
        return cls(urls, frozenset((value or {}).get("secrets", ())))

    def as_property(self) -> dict[str, Any]:
        """Write the output."""
        events: dict[str, list[str]] = {}
        for event, url in sorted(self.urls):
            events.setdefault(event, []).append(url)
        return {"events": events, "secrets": sorted(self.secrets)}

    def __or__(self, other: Managed) -> Managed:
        return Managed(self.urls | other.urls, self.secrets | other.secrets)

    def __and__(self, other: Managed) -> Managed:
        return Managed(self.urls & other.urls, self.secrets & other.secrets)

    def __sub__(self, other: Managed) -> Managed:
        return Managed(self.urls - other.urls, self.secrets - other.secrets)

    def names(self, name: str, entry: Entry | None) -> bool:
        """Tell whether it names an account secret, or an entry of an event."""
        return name in self.secrets or (entry is not None and (name, entry.url) in self.urls)

    def without(self, declared: Declaration) -> Managed:
        """Leave out what is declared, and whatever may yet turn out to be."""
        other = Managed.of(declared.configuration)
        urls = frozenset([(event, url) for event, url in self.urls - other.urls if declared.knows(event)])
        return Managed(urls, frozenset([name for name in self.secrets - other.secrets if declared.knows(name)]))

    def without_event(self, event: str) -> Managed:
        """Leave out an event."""
        return replace(self, urls=frozenset([(name, url) for name, url in self.urls if name != event]))

    def part_of(self, configuration: Configuration) -> Configuration:
        """Return what of the configuration is named here."""
        events = {
            event: part
            for event, entries in configuration.events.items()
            if (part := tuple([entry for entry in entries if (event, entry.url) in self.urls]))
        }
        secrets = {name: value for name, value in configuration.secrets.items() if name in self.secrets}
        return Configuration(events, secrets)

    def rest_of(self, configuration: Configuration) -> Configuration:
        """Return what of the configuration is not named here."""
        events = {
            event: rest
            for event, entries in configuration.events.items()
            if (rest := tuple([entry for entry in entries if (event, entry.url) not in self.urls]))
        }
        secrets = {name: value for name, value in configuration.secrets.items() if name not in self.secrets}
        return replace(configuration, events=events, secrets=secrets)


# Wire form


class WireFormatError(ValueError):
    """The API's object has a shape this provider cannot read; the text names the key, never a value."""


def from_wire(webhooks: Mapping[str, Any]) -> Configuration:
    """Read the API's `webhooks` object.

    Raises:
        WireFormatError: a list holds something that is neither a URL string nor an object with one.
    """
    events: dict[str, tuple[Entry, ...]] = {}
    secrets: dict[str, str] = {}
    extra: dict[str, Any] = {}
    for name, value in webhooks.items():
        if value is None:
            continue
        if name in ACCOUNT_SECRETS:
            if not isinstance(value, str):
                raise WireFormatError(f"{name} is not a string")
            if value:
                secrets[name] = value
        elif name in PROPERTY_OF_EVENT or _looks_like_entries(value):
            if not isinstance(value, list):
                raise WireFormatError(f"{name} is not a list")
            if value:
                events[name] = tuple([_entry_from_wire(name, item) for item in value])
        else:
            extra[name] = value
    return Configuration(events, secrets, extra, webhooks)


def _looks_like_entries(value: Any) -> bool:
    # A key newer than this provider may be an event type, or a list of something else that a write must leave alone.
    def has_url(item: Any) -> bool:
        url = item.get("url") if isinstance(item, dict) else item
        return isinstance(url, str) and "://" in url

    return isinstance(value, list) and all(has_url(item) for item in value)


def _entry_from_wire(event: str, item: Any) -> Entry:
    if isinstance(item, str):
        return Entry(item)
    if not isinstance(item, dict) or not isinstance(item.get("url"), str):
        raise WireFormatError(f"an entry of {event} is neither a URL nor an object with one")
    secret, numbers = item.get("secret"), item.get("sendblue_numbers")
    if secret is not None and not isinstance(secret, str):
        raise WireFormatError(f"the secret of an entry of {event} is not a string")
    if numbers is not None and not (isinstance(numbers, list) and all(isinstance(n, str) for n in numbers)):
        raise WireFormatError(f"sendblue_numbers of an entry of {event} is not a list of strings")
    extra = {k: v for k, v in item.items() if k not in ("url", "secret", "sendblue_numbers")}
    return Entry(item["url"], secret or None, tuple(numbers or ()), extra)


def to_wire(configuration: Configuration, live: Configuration | None = None) -> dict[str, Any]:
    """Write the object that `PUT` takes under `webhooks`; an entry with only a URL is sent as a string.

    Args:
        configuration: What to write.
        live: What it was made from: each entry that is taken from there is written in the form that it has there.
    """
    live = live or Configuration()
    forms = {
        id(entry): form
        for event, entries in live.events.items()
        for entry, form in zip(entries, live.form.get(event, ()), strict=False)
    }
    webhooks: dict[str, Any] = dict(configuration.extra)
    for event, entries in configuration.events.items():
        webhooks[event] = [forms.get(id(entry)) or entry_to_wire(entry) for entry in entries]
    webhooks.update(configuration.secrets)
    return webhooks


def entry_to_wire(entry: Entry) -> str | dict[str, Any]:
    """Write one entry as the API takes it."""
    return _entry_to(entry, numbers_key="sendblue_numbers")


def _entry_to(entry: Entry, *, numbers_key: Literal["sendblue_numbers", "sendblueNumbers"]) -> str | dict[str, Any]:
    # The fields that the program cannot declare belong to the wire alone.
    fields: dict[str, Any] = dict(entry.extra) if numbers_key == "sendblue_numbers" else {}
    if entry.secret is not None:
        fields["secret"] = entry.secret
    if entry.numbers:
        fields[numbers_key] = list(entry.numbers)
    return {"url": entry.url, **fields} if fields else entry.url


# Properties


def event_properties(properties: Properties) -> Iterator[tuple[str, Any]]:
    """Yield (event name as the API spells it, the list declared for it) for each event in the properties."""
    for event, name in PROPERTY_OF_EVENT.items():
        if properties.get(name) is not None:
            yield event, properties[name]
    others = properties.get(OTHER_EVENTS)
    if isinstance(others, Mapping):
        yield from others.items()


def entry_of(item: Any) -> Entry:
    """Read one fully known entry of a property: a URL or `{url, secret, sendblueNumbers}`."""
    if isinstance(item, str):
        return Entry(item)
    return Entry(item["url"], item.get("secret") or None, tuple(item.get("sendblueNumbers") or ()))


def declaration_of(properties: Properties) -> Declaration:
    """Read checked inputs, keeping apart what is not known yet."""
    unknown = {name for name in (*ACCOUNT_SECRETS, OTHER_EVENTS) if properties.get(name) is UNKNOWN}
    events: dict[str, tuple[Entry, ...]] = {}
    for event, items in event_properties(properties):
        if holds_unknown(items):
            unknown.add(event)
        elif items:
            events[event] = tuple([entry_of(item) for item in items])
    secrets = {name: properties[name] for name in ACCOUNT_SECRETS if properties.get(name) and name not in unknown}
    overwrite = properties.get(ALLOW_OVERWRITE)
    return Declaration(
        Configuration(events, secrets), frozenset(unknown), None if overwrite is UNKNOWN else bool(overwrite)
    )


def holds_unknown(value: Any) -> bool:
    """Tell whether any part of a property value is not known yet."""
    if isinstance(value, list | dict):
        items = value.values() if isinstance(value, dict) else value
        return any(holds_unknown(item) for item in items if not isinstance(item, str))
    return value is UNKNOWN


def known_part(properties: Properties) -> dict[str, Any]:
    """Return the properties without the endpoints that are not fully known."""

    def known(items: Any) -> list[Any]:
        return [item for item in items if not holds_unknown(item)] if isinstance(items, list) else []

    result = {name: known(value) if isinstance(value, list) else value for name, value in properties.items()}
    if isinstance(others := result.get(OTHER_EVENTS), Mapping):
        result[OTHER_EVENTS] = {event: known(items) for event, items in others.items()}
    return {name: value for name, value in result.items() if value is not UNKNOWN}


def outputs_of(live: Configuration, like: Properties) -> dict[str, Any]:
    """Write the live configuration as properties, in the order and form of `like` where the two are equal.

    Without that, an API that answers `{url: u}` where the program wrote `u` would show as a change for ever.
    """
    declared = dict(event_properties(like))
    outputs: dict[str, Any] = {}
    others: dict[str, Any] = {}
    for event in {**declared, **live.events}:
        items = _like(live.events.get(event, ()), declared.get(event) or [])
        if items or event in declared:
            if event in PROPERTY_OF_EVENT:
                outputs[PROPERTY_OF_EVENT[event]] = items
            else:
                others[event] = items
    if others or OTHER_EVENTS in like:
        outputs[OTHER_EVENTS] = others
    outputs.update(live.secrets)
    if like.get(ALLOW_OVERWRITE) is not None:
        outputs[ALLOW_OVERWRITE] = like[ALLOW_OVERWRITE]
    return outputs


def _like(live: tuple[Entry, ...], items: list[Any]) -> list[Any]:
    left: dict[Any, list[Entry]] = {}
    for entry in live:
        left.setdefault(entry.key, []).append(entry)
    result: list[Any] = list(items)
    gone: dict[str, list[int]] = {}
    for place, item in enumerate(items):
        entry = entry_of(item)
        if same := left.get(entry.key):
            same.pop()
        else:
            gone.setdefault(entry.url, []).append(place)
    rest: list[Any] = []
    for entry in [entry for same in left.values() for entry in same]:
        item = _entry_to(entry, numbers_key="sendblueNumbers")
        # One that changed keeps its place too, so that a diff can say what of it changed.
        if places := gone.get(entry.url):
            result[places.pop(0)] = item
        else:
            rest.append(item)
    missing = {place for places in gone.values() for place in places}
    return [item for place, item in enumerate(result) if place not in missing] + rest


# A `Webhook`: one entry of one event


def webhook_id(event: str, url: str) -> str:
    """Return a `Webhook`'s id: an id is never secret in state, and a URL can be."""
    return f"{event}:{hashlib.sha256(url.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"


def webhook_declaration_of(properties: Properties) -> Declaration:
    """Read the checked inputs of a `Webhook`, keeping apart what is not known yet."""
    overwrite = properties.get(ALLOW_OVERWRITE)
    allow_overwrite = None if overwrite is UNKNOWN else bool(overwrite)
    event = properties[EVENT]
    if event is UNKNOWN:
        return Declaration(Configuration(), frozenset({*PROPERTY_OF_EVENT, OTHER_EVENTS}), allow_overwrite)
    if properties[URL] is UNKNOWN:
        return Declaration(Configuration(), frozenset({event}), allow_overwrite)
    if any(holds_unknown(properties.get(name)) for name in (SECRET_PROPERTY, NUMBERS)):
        # Event and URL make the entry, whatever else is not known.
        return Declaration(Configuration({event: (Entry(properties[URL]),)}), frozenset({event}), allow_overwrite)
    return Declaration(Configuration({event: (entry_of(properties),)}), allow_overwrite=allow_overwrite)


def webhook_outputs_of(event: str, live: Entry, like: Properties) -> dict[str, Any]:
    """Write a live entry as the properties of a `Webhook`, its numbers in the order of `like` where they are equal."""
    outputs: dict[str, Any] = {EVENT: event, URL: live.url}
    if live.secret is not None:
        outputs[SECRET_PROPERTY] = live.secret
    declared = like.get(NUMBERS)
    if live.numbers or declared is not None:
        same = isinstance(declared, list) and sorted(declared) == sorted(live.numbers)
        outputs[NUMBERS] = declared if same else list(live.numbers)
    if like.get(ALLOW_OVERWRITE) is not None:
        outputs[ALLOW_OVERWRITE] = like[ALLOW_OVERWRITE]
    return outputs


# Secrets in properties

SECRET_SIGNATURE: Final = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
"""Pulumi's mark for a secret inside property values; the same in every SDK and in the provider protocol."""


def mark_secret(value: Any) -> dict[str, Any]:
    """Wrap a value as a Pulumi secret."""
    return {**SECRET_SIGNATURE, "value": value}


def mark_secrets(properties: Properties, wrap: Callable[[Any], Any] = mark_secret) -> dict[str, Any]:
    """Return the properties with every secret wrapped at its exact place; what is not known yet is left as it is."""

    def wrapped(value: Any) -> Any:
        return value if value is None or value is UNKNOWN else wrap(value)

    def entry(item: Any) -> Any:
        return {**item, "secret": wrapped(item["secret"])} if isinstance(item, Mapping) and "secret" in item else item

    def entries(items: Any) -> Any:
        return [entry(item) for item in items] if isinstance(items, list) else items

    marked = dict(properties)
    for name in (*ACCOUNT_SECRETS, MANAGED):
        if name in marked:
            marked[name] = wrapped(marked[name])
    for name in PROPERTY_OF_EVENT.values():
        if name in marked:
            marked[name] = entries(marked[name])
    if isinstance(marked.get(OTHER_EVENTS), Mapping):
        marked[OTHER_EVENTS] = {event: entries(items) for event, items in marked[OTHER_EVENTS].items()}
    return marked
