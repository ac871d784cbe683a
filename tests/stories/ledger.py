"""What a command did to what is not its stack's: the account before and after, and what others did in between."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping, Set
from typing import Any

from sendblue_emulator import Account
from tests.runners.program import CONFIGURATION, Program

ACCOUNT_SECRETS = ("globalSecret", "secret")
_EVENTS = {
    "receive": "receive",
    "outbound": "outbound",
    "callLog": "call_log",
    "lineBlocked": "line_blocked",
    "lineAssigned": "line_assigned",
    "contactCreated": "contact_created",
}

Item = tuple[str, str]
"""An item of the account: what messages call it, and its JSON."""


def key_of(event: str, item: Any) -> str:
    """Return what messages call an entry."""
    url = item["url"] if isinstance(item, Mapping) and "url" in item else item
    return f"{event} {url if isinstance(url, str) else json.dumps(url, default=str)}"


def items(webhooks: Mapping[str, Any]) -> dict[str, list[Item]]:
    """Return the items of an account, event by event; what is no list of entries is one item."""
    result: dict[str, list[Item]] = {}
    for name, value in webhooks.items():
        if isinstance(value, list) and value:
            result[name] = [(key_of(name, item), json.dumps(item)) for item in value]
        elif not isinstance(value, list):
            result[name] = [(name, json.dumps(value))]
    return result


def declared(program: Program) -> set[str]:
    """Return the items that a program declares."""
    found: set[str] = set()
    for resource in program:
        properties = resource.properties
        if resource.kind != CONFIGURATION:
            found.add(f"{properties['event']} {properties['url']}")
            continue
        others = properties.get("otherEvents", {})
        events = {event: properties.get(name, []) for name, event in _EVENTS.items()} | dict(others)
        found |= {key_of(event, item) for event, listed in events.items() for item in listed}
        found |= {name for name in ACCOUNT_SECRETS if properties.get(name)}
    return found


def managed(outputs: Mapping[str, Any]) -> set[str]:
    """Return the items that the outputs of a `WebhookConfiguration` name as this stack's own."""
    value = outputs.get("managed", {})
    events = value.get("events", {})
    return {f"{event} {url}" for event, urls in events.items() for url in urls} | {*value.get("secrets", [])}


class Ledger:
    """Watches an account during one command.

    Args:
        account: The account.
        own: The items that this stack has put there.
        declared: The items that the command's program declares.

    Attributes:
        taken: The items that are gone, or are another, and were not this stack's.
    """

    def __init__(self, account: Account, own: Set[str], declared: Set[str]) -> None:
        self._account, self._declared = account, declared
        self.own = set(own)
        self.taken: list[str] = []
        self._lock = threading.RLock()
        self._before = items(account.webhooks)

    def close(self) -> None:
        """Find out what the command did since the start, or since somebody else's last edit."""
        with self._lock:
            after = items(self._account.webhooks)
            for name in {**self._before, **after}:
                self._compare(name, self._before.get(name, []), after.get(name, []))
            self._before = after

    def edited(self, edit: Callable[[], object]) -> None:
        """Let somebody else do something."""
        with self._lock:
            self.close()
            edit()
            self._before = items(self._account.webhooks)

    def _compare(self, name: str, before: list[Item], after: list[Item]) -> None:
        left, kept = list(after), []
        for item in before:
            if item in left:
                left.remove(item)
                kept.append(item)
            elif item[0] not in self.own:
                self.taken.append(item[0])
        rest, stayed = list(kept), []
        for item in after:
            if item in rest:
                rest.remove(item)
                stayed.append(item)
        order = [item for item in kept if item[0] not in self.own]
        assert order == [item for item in stayed if item[0] not in self.own], f"the order of {name} is another: {after}"
        for key, raw in left:
            may_be = key in self.own or any(
                key.lower().rstrip("/") == one.lower().rstrip("/") for one in self._declared
            )
            assert may_be or key in self.taken, f"nobody declares {raw}"
            if key in self._declared and key not in self.taken:
                self.own.add(key)
