"""The same plugin, called for `Webhook`s, on an account that others share."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest

from sendblue_emulator import Account
from tests.plugin.conftest import NUMBER, OTHER, OTHER_NUMBER, OWN, A, B, C, D, id_of
from tests.plugin.driver import DEFAULT_PROVIDER, WEBHOOK, Plugin
from tests.plugin.processes import Start
from tests.plugin.values import Secret

IMPORT: Final = "pulumi import sendblue:index:Webhook"

PROGRAM: dict[str, Any] = {"event": "receive", "url": A, "secret": Secret(OWN), "sendblueNumbers": [NUMBER]}
"""A `Webhook` with all that one can have."""
ENTRY: dict[str, Any] = {"url": A, "secret": OWN, "sendblue_numbers": [NUMBER]}
"""The same on the account."""
OUTPUTS: dict[str, Any] = {**PROGRAM, "secretsReadable": True}
ID: Final = id_of("receive", A)

E: Final = "https://example.com/e"
OTHERS: dict[str, Any] = {
    "receive": [
        B,
        {"url": C},
        {"url": D, "secret": ""},
        {"sendblue_numbers": [OTHER_NUMBER, NUMBER], "url": E, "label": {"x": [1, None]}, "secret": OTHER},
    ],
    "outbound": [{"url": A, "secret": OTHER}, B],
    "typing_indicator": [{"retries": True, "url": A}],
    "settings": {"paused": False, "of": []},
    "globalSecret": OTHER,
    "secret": "canary-legacy",
}
"""What others have on the account, in every form, with what this provider does not know, and the same URL elsewhere."""


def rest(webhooks: dict[str, Any], event: str = "receive", url: str = A) -> str:
    """Write what is there but for one event's entries of a URL, byte for byte: order and form show."""

    def is_own(name: str, item: Any) -> bool:
        return name == event and (item["url"] if isinstance(item, dict) else item) == url

    left: dict[str, Any] = {}
    for name, value in sorted(webhooks.items()):
        part = [item for item in value if not is_own(name, item)] if isinstance(value, list) else value
        if part != []:  # an empty event is no event
            left[name] = part
    return json.dumps(left)


def own(webhooks: dict[str, Any], event: str = "receive", url: str = A) -> list[Any]:
    """Return the entries of an event that have a URL, in the form that they have there."""
    return [item for item in webhooks.get(event, []) if (item["url"] if isinstance(item, dict) else item) == url]


@pytest.fixture
def start(start: Start) -> Start:
    """Start the plugin as a new process that knows nothing, to be called for `Webhook`s."""

    def begin(provider: str = DEFAULT_PROVIDER, *, configured: bool = True, **changed: Any) -> Plugin:
        return start(provider, configured=configured, **changed).of(WEBHOOK)

    return begin


@pytest.fixture
def shared(remote: Account) -> Account:
    """The account, full of what others have there."""
    remote.behave(accepted_events=[*remote.behaviour.accepted_events, "typing_indicator"])
    remote.webhooks = OTHERS
    return remote
