"""The marks of Pulumi secrets in properties."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from typing import Any, Final

from sendblue_provider.api.records import ACCOUNT_SECRETS
from sendblue_provider.unknown import UNKNOWN

from .names import MANAGED, OTHER_EVENTS, PROPERTY_OF_EVENT, SECRET_PROPERTY, Properties
from .properties import event_lists

SECRET_SIGNATURE: Final = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
"""Pulumi's mark for a secret inside property values; the same in every SDK and in the provider protocol."""


def mark_secret(value: Any) -> dict[str, Any]:
    """Wrap a value as a Pulumi secret."""
    return {**SECRET_SIGNATURE, "value": value}


def mark_secrets(properties: Properties, wrap: Callable[[Any], Any] = mark_secret) -> dict[str, Any]:
    """Return the properties with every secret wrapped at its exact place; what is not known yet is left as it is."""

    def wrapped(value: Any) -> Any:
        return value if value is None or value is UNKNOWN else wrap(value)

    def endpoint(item: Any) -> Any:
        if isinstance(item, Mapping) and SECRET_PROPERTY in item:
            return {**item, SECRET_PROPERTY: wrapped(item[SECRET_PROPERTY])}
        return item

    def endpoints(items: Any) -> Any:
        return [endpoint(item) for item in items] if isinstance(items, list) else items

    marked = dict(properties)
    for name in (*ACCOUNT_SECRETS, MANAGED):
        if name in marked:
            marked[name] = wrapped(marked[name])
    for name in PROPERTY_OF_EVENT.values():
        if name in marked:
            marked[name] = endpoints(marked[name])
    if isinstance(marked.get(OTHER_EVENTS), Mapping):
        marked[OTHER_EVENTS] = {event: endpoints(items) for event, items in marked[OTHER_EVENTS].items()}
    return marked


def wrap_texts(value: Any, texts: Container[str], wrap: Callable[[Any], Any] = mark_secret) -> Any:
    """Return a value with each of these texts wrapped, wherever it is; what is a secret already is left as it is."""
    if isinstance(value, str):
        return wrap(value) if value in texts else value
    if isinstance(value, list):
        return [wrap_texts(item, texts, wrap) for item in value]
    if isinstance(value, Mapping) and not SECRET_SIGNATURE.items() <= value.items():
        return {name: wrap_texts(item, texts, wrap) for name, item in value.items()}
    return value


def secret_texts(*sources: Properties | None) -> set[str]:
    """Collect the secrets in inputs or outputs, checked or not, to be taken out of whatever is quoted."""
    found: set[str] = set()
    seen: dict[str, Any] = {}
    for properties in filter(None, sources):
        found.update([value for name in ACCOUNT_SECRETS if isinstance(value := properties.get(name), str)])
        for event, items in event_lists(properties):
            if seen.setdefault(event, None) == items:
                continue  # most often inputs and state are equal, and there may be thousands of entries
            seen[event] = items
            endpoints = [item for item in items if item.__class__ is dict] if isinstance(items, list) else []
            found.update([value for item in endpoints if isinstance(value := item.get(SECRET_PROPERTY), str)])
    return found
