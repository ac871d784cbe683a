"""Records of accounts, plans and their lines."""

from __future__ import annotations

from typing import Any

from sendblue_provider.api.records import Key, Record
from sendblue_provider.api.wire import from_wire
from sendblue_provider.messages.text import change_line
from sendblue_provider.plan.changes import Change, Plan, plan, replace_all

A, B, C, D = (f"https://example.com/{name}" for name in "abcd")
N1, N2 = "+15551230001", "+15551230002"
OWN, OTHER, NEW = "canary-own", "canary-other", "canary-new"
"""Secrets: no text may hold the word canary."""
MASK = "********"

KEY = Key("receive", A)

Wire = dict[str, Any]


def rec(url: str = A, secret: str | None = None, *numbers: str, event: str = "receive", raw: Any = None) -> Record:
    """A record of an entry."""
    return Record(event, url, secret, numbers, raw=raw)


def e(url: str = A, secret: str | None = None, **more: Any) -> Wire:
    """An entry in the API's form."""
    return {"url": url, **({"secret": secret} if secret else {}), **more}


def planned(live: Wire, desired: Wire) -> Plan:
    """The plan of a `WebhookConfiguration` that declares this; what cannot be read stays."""
    return plan(from_wire(live), replace_all(from_wire(live), from_wire(desired), lambda record: bool(record.opaque)))


def lines(changes: Any) -> list[str]:
    """Changes as text, each with its sign."""
    assert all(isinstance(change, Change) for change in changes)
    return [change_line(change) for change in changes]


def filled(webhooks: dict[str, Any]) -> dict[str, Any]:
    """An account without its empty events."""
    return {key: value for key, value in webhooks.items() if value != []}
