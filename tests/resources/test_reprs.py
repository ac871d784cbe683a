"""No type that can hold a secret shows it when it is printed, as a debugger or a failing test does."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from dataclasses import is_dataclass
from typing import Any

import pytest
from google.protobuf.struct_pb2 import Struct

import sendblue_provider
from sendblue_provider.api.attempt import Answer
from sendblue_provider.api.hidden import reveal
from sendblue_provider.api.wire import from_wire
from sendblue_provider.errors import SecretHidden, WriteNotApplied
from sendblue_provider.lifecycle.send import Send
from sendblue_provider.plan.changes import plan
from sendblue_provider.plan.claims import Claim
from sendblue_provider.plugin.values import received
from sendblue_provider.resources.inputs import Webhook, WebhookConfiguration
from sendblue_provider.resources.properties import configuration_records
from sendblue_provider.resources.request import Request, Result, Target
from sendblue_provider.settings import Settings

WEBHOOKS: dict[str, Any] = {
    "receive": [{"url": "https://example.com", "secret": "canary"}, {"odd": "canary"}],
    "region": {"key": "canary"},
    "globalSecret": "canary",
}
LIVE = from_wire(WEBHOOKS)
PLAN = plan(LIVE, ())
INPUTS: dict[str, Any] = {"receive": [{"url": "https://example.com", "secret": "canary"}], "globalSecret": "canary"}
STRUCT = Struct()
STRUCT.update(INPUTS)


@pytest.mark.parametrize(
    "value",
    [
        LIVE,
        PLAN,
        PLAN.changes,
        reveal(LIVE, (), None),
        Claim(declared=LIVE),
        Send("PUT", "", WEBHOOKS, []),
        Request(INPUTS, INPUTS, INPUTS),
        Result(outputs=INPUTS, inputs=INPUTS, live=INPUTS, plan=PLAN),
        Target(reveal(LIVE, (), None), INPUTS, configuration_records(INPUTS), PLAN),
        Settings("canary", "canary"),
        received(STRUCT),
        Answer(200, b"canary", "5"),
        Webhook.model_validate({"event": "receive", "url": "https://example.com", "secret": "canary"}),
        WebhookConfiguration.model_validate(INPUTS),
        SecretHidden(LIVE),
        WriteNotApplied(LIVE, PLAN.changes),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_repr_hides_secrets(value: object) -> None:
    """A repr says what it is, and shows no secret."""
    assert "canary" not in repr(value)
    assert "canary" not in str(value)


def _classes() -> Iterator[type]:
    for module in pkgutil.walk_packages(sendblue_provider.__path__, "sendblue_provider."):
        if not module.name.endswith("__main__"):
            for _, kind in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
                if kind.__module__ == module.name and (is_dataclass(kind) or hasattr(kind, "_fields")):
                    yield kind


HOLD_NO_SECRET = {
    "Call",
    "Paths",
    "Clash",
    "Detail",
    "Failure",
    "Key",
    "Notice",
    "Reader",
    "Source",
    "Waiting",
    "_Spelling",
}
"""Types whose texts are shown to users as they are."""
TEXTS = {
    "event",
    "url",
    "kind",
    "prefer",
    "method",
    "name",
    "reason",
    "urn",
    "base_url",
    "import_id",
    "id",
    "new_event",
    "is_moved",
}
"""Fields that hold no secret, in types that may."""


def _filled(kind: type) -> Any:
    """Make a value of a type with a secret in each field that may hold one, whatever its type asks for."""
    names = {name for base in kind.__mro__ for name in getattr(base, "__annotations__", ())}
    values = {name: "shown" if name in TEXTS else _SECRETS.get(name, "canary") for name in names}
    if hasattr(kind, "_fields"):
        return tuple.__new__(kind, [values[name] for name in kind._fields])
    made: Any = object.__new__(kind) if not issubclass(kind, Exception) else Exception.__new__(kind)
    for name, value in values.items():
        object.__setattr__(made, name, value)
    return made


_SECRETS: dict[str, Any] = {
    **dict.fromkeys(("opaque", "record", "own_record", "before", "after"), LIVE[0]),
    **dict.fromkeys(
        ("records", "live", "desired", "changes", "adopted", "copies", "now", "drift", "named", "undocumented"), LIVE
    ),
    **dict.fromkeys(("undocumented", "overwritten", "seen", "declared", "saw", "state"), LIVE),
    **dict.fromkeys(("numbers", "ignored", "unknown", "own", "managed", "replaces", "cleared", "problems"), ()),
    **dict.fromkeys(("judge", "reveal", "reveal_written", "scope", "rest", "on_wait", "may_declare", "source"), None),
    **dict.fromkeys(("operations", "error", "call", "retry_after"), None),
    **dict.fromkeys(("status", "seconds", "sends", "timeout", "timeout_seconds"), 1),
    **dict.fromkeys(("is_whole", "readable", "omits", "hides", "changed", "allow_overwrite", "of_dynamic"), False),
    **{f"is_{name}": False for name in ("additive", "sent", "done", "answered", "partly", "unclear", "uncomparable")},
    "plan": PLAN,
    "left": {"foreign": LIVE},
    "revealed": reveal(LIVE, (), None),
}


@pytest.mark.parametrize("kind", [kind for kind in _classes() if kind.__name__ not in HOLD_NO_SECRET])
def test_every_type_hides_secrets(kind: type) -> None:
    """Whatever type is added, its repr shows no text but those of fields that hold no secret."""
    assert "canary" not in repr(_filled(kind))
