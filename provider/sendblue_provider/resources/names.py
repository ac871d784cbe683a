"""The names that programs and state use: properties, types, and which property has which event's endpoints.

Names are state format: none of them changes. Source: the API page for the events, the provider's design for the rest.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any, Final

from sendblue_provider.api.records import EVENTS

Properties = Mapping[str, Any]
"""Pulumi property values by name: plain values, and `UNKNOWN` wherever a value is not known before the update."""

Path = tuple[str | int, ...]
"""The place of a value in the properties: property names as the schema spells them, positions, event names."""

EVENT: Final = "event"
URL: Final = "url"
SECRET_PROPERTY: Final = "secret"  # noqa: S105 - a property's name
NUMBERS: Final = "sendblueNumbers"
"""The properties of a `Webhook`. An endpoint of a `WebhookConfiguration` has the last three of them."""

OTHER_EVENTS: Final = "otherEvents"
ALLOW_OVERWRITE: Final = "allowOverwrite"
SECRETS_READABLE: Final = "secretsReadable"
MANAGED: Final = "managed"

CONFIGURATION_TYPE: Final = "sendblue:index:WebhookConfiguration"
WEBHOOK_TYPE: Final = "sendblue:index:Webhook"
"""The types of the resources in the plugin."""

GET_CONFIGURATION: Final = "sendblue:index:getWebhookConfiguration"
"""The plugin's function that reads the account."""

PROVIDER_KEY: Final = "__provider"
"""The property in which the engine keeps the pickled provider of a dynamic resource."""

MARKED: Final = "__marked"
"""The property in which a dynamic resource keeps what its program marked as secrets: URLs and numbers.

The engine tells a dynamic provider of no mark. It does not display properties whose names begin so, and no other state
has it: not that of a program without such marks, nor that of the plugin.
"""

_NUMBER: Final = re.compile(r"\+[0-9]{2,}")


def counts_as_marked(text: str) -> bool:
    """Return whether messages have to leave out a text that a program marks as a secret: a URL or a number.

    No other secret is ever in a message, and a short word would tear others apart.
    """
    return "://" in text or _NUMBER.fullmatch(text) is not None


def dynamic_type(resource_type: str) -> str:
    """Return the type that a resource has in the state of a program with the dynamic front end."""
    return f"pulumi-python:dynamic/{resource_type.replace(':index:', ':')}"


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


PROPERTY_OF_EVENT: Final[Mapping[str, str]] = {event: _camel(event) for event in EVENTS}
"""Each event type of the API page, and the property that has its endpoints."""


def python_name(name: str) -> str:
    """Spell a property as a Python program does."""
    return re.sub("[A-Z]", lambda found: f"_{found[0].lower()}", name)


def webhook_id(event: str, url: str) -> str:
    """Return a `Webhook`'s id: an id is never secret in state, and a URL can be."""
    return f"{event}:{hashlib.sha256(url.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"
