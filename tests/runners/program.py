"""What a program declares, as data that every runner understands: property names as the schema spells them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

CONFIGURATION: Final = "WebhookConfiguration"
WEBHOOK: Final = "Webhook"


@dataclass(frozen=True)
class Resource:
    """One resource of a program.

    Attributes:
        kind: `CONFIGURATION` or `WEBHOOK`.
        name: Its name in the program.
        properties: What it declares; `Secret` and `UNKNOWN` of the driver may be anywhere in it.
        ignore: Its `ignoreChanges`, as the schema spells paths.
        replace: Whether the command says `--replace` for it.
        trigger: Whether its `replacementTrigger` changed.
        timeout: Its own budget in seconds (`customTimeouts`); 0 is none.
    """

    kind: str
    name: str
    properties: Mapping[str, Any]
    ignore: tuple[str, ...] = ()
    replace: bool = False
    trigger: bool = False
    timeout: float = 0

    @property
    def key(self) -> tuple[str, str]:
        """What its URN tells it by."""
        return self.kind, self.name


Program = tuple[Resource, ...]


def having(resource: Resource, **options: Any) -> Resource:
    """Return a resource that says more beside its properties: `ignore`, `replace`, `trigger`, `timeout`."""
    return replace(resource, **options)


def entry(url: Any, secret: Any = None, numbers: Any = None) -> dict[str, Any]:
    """Return an endpoint as a program declares it."""
    return _given({"url": url, "secret": secret, "sendblueNumbers": numbers})


def hook(
    url: Any,
    secret: Any = None,
    *,
    event: Any = "receive",
    numbers: Any = None,
    overwrite: Any = None,
    name: str = "",
) -> Resource:
    """Return a `Webhook`; without a name, one of its event and the last part of its URL."""
    given = {**entry(url, secret, numbers), **_given({"event": event, "allowOverwrite": overwrite})}
    name = name or f"{event}-{str(url).rpartition('/')[2] or 'root'}"
    return Resource(WEBHOOK, name, given)


def whole(
    *,
    overwrite: Any = None,
    others: Mapping[str, Any] | None = None,
    name: str = "webhooks",
    **properties: Any,
) -> Resource:
    """Return a `WebhookConfiguration`; `others` are its `otherEvents`, the rest is as the schema spells it."""
    given = _given({**properties, "otherEvents": others, "allowOverwrite": overwrite})
    return Resource(CONFIGURATION, name, given)


def _given(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in properties.items() if value is not None}


# What a command did


@dataclass
class Run:
    """What one command of the engine did.

    Attributes:
        errors: Why it failed, by the resource's name; `""` is the command as a whole.
        texts: Every text that the user reads: messages and errors.
        hidden: Debug messages, and what a host prints around an error.
        steps: What it did, or will do, with each resource: create, update, replace, same, delete.
        paths: The detailed diff of each resource: how each property path changes; empty for a dynamic resource.
        requests: The methods of all its requests, in order.
        sent: The methods of the requests of creates, updates and deletes alone; None if they cannot be told apart.
    """

    errors: dict[str, str] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    steps: dict[str, str] = field(default_factory=dict)
    paths: dict[str, Mapping[str, str]] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    sent: list[str] | None = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether it succeeded."""
        return not self.errors

    @property
    def text(self) -> str:
        """All that the user reads."""
        return "\n".join(self.texts)
