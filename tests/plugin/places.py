"""Every place in a resource's properties, for tests that put an unknown value or a secret at each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.plugin.values import Secret

Place = tuple[str | int, ...]

FULL: dict[str, Any] = {
    "receive": [
        "https://example.com/receive-1",
        {
            "url": "https://example.com/receive-2",
            "secret": "canary-receive",
            "sendblueNumbers": ["+15551230001", "+15551230002"],
        },
        {"url": "https://example.com/receive-3", "sendblueNumbers": ["+15551230003"]},
    ],
    "outbound": ["https://example.com/outbound-1", {"url": "https://example.com/outbound-2", "secret": "canary-out"}],
    "callLog": [{"url": "https://example.com/call-1", "secret": "canary-call"}],
    "lineBlocked": ["https://example.com/blocked-1"],
    "lineAssigned": [{"url": "https://example.com/assigned-1", "secret": "canary-assigned"}],
    "contactCreated": [
        "https://example.com/contact-1",
        {"url": "https://example.com/contact-2", "secret": "canary-contact"},
    ],
    "globalSecret": "canary-global",
    "secret": "canary-legacy",
    "otherEvents": {
        "typing_indicator": [
            "https://example.com/typing-1",
            {"url": "https://example.com/typing-2", "secret": "canary-t"},
        ],
        "inbound.call": ["https://example.com/inbound-1"],
    },
    "allowOverwrite": True,
}
"""Every property and every form of an endpoint, no text twice."""

OTHER_EVENTS = ("typing_indicator", "inbound.call")


def places(value: Any, path: Place = ()) -> Iterator[Place]:
    """Yield the path of each part of a value, the parts of parts included."""
    if isinstance(value, Secret):
        value = value.value
    steps = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for step, part in steps:
        yield (*path, step)
        yield from places(part, (*path, step))


def at(value: Any, path: Place) -> Any:
    """Return what stands at a path, marks of secrets on the way passed over."""
    for step in path:
        value = (value.value if isinstance(value, Secret) else value)[step]
    return value


def changed(value: Any, path: Place, change: Callable[[Any], Any]) -> Any:
    """Return a value with another part at a path."""
    if not path:
        return change(value)
    if isinstance(value, Secret):
        return Secret(changed(value.value, path, change))
    step, *rest = path
    if isinstance(value, Mapping):
        return {**value, step: changed(value[str(step)], tuple(rest), change)}
    return [changed(item, tuple(rest), change) if place == step else item for place, item in enumerate(value)]


def is_schema_secret(path: Place) -> bool:
    """Tell whether the schema itself makes what stands there a secret."""
    return path in (("globalSecret",), ("secret",)) or (len(path) > 1 and path[-1] == "secret")


def with_schema_secrets(value: Any, path: Place = ()) -> Any:
    """Return properties as the plugin has to return them: the schema's own secrets are marked, but not twice."""
    if isinstance(value, Secret) or value is None:
        return value
    if is_schema_secret(path):
        return Secret(value)
    if isinstance(value, Mapping):
        return {name: with_schema_secrets(part, (*path, name)) for name, part in value.items()}
    if isinstance(value, list):
        return [with_schema_secrets(part, (*path, place)) for place, part in enumerate(value)]
    return value


def hidden(value: Any, path: Place = (), *, within: bool = False) -> Iterator[Place]:
    """Yield the path of each leaf that is a secret, or within one."""
    if isinstance(value, Secret):
        yield from hidden(value.value, path, within=True)
    elif isinstance(value, Mapping):
        for name, part in value.items():
            yield from hidden(part, (*path, name), within=within)
    elif isinstance(value, list):
        for place, part in enumerate(value):
            yield from hidden(part, (*path, place), within=within)
    elif within:
        yield path
