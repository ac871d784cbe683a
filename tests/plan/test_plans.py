"""What each resource plans on an account, and the requests that the plan takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import pytest

from sendblue_provider.api.wire import from_wire
from sendblue_provider.lifecycle.operation import Write
from sendblue_provider.lifecycle.send import sends_of
from sendblue_provider.plan.changes import Method, method_of
from sendblue_provider.plan.claims import Claims
from sendblue_provider.resources.base import Resource
from sendblue_provider.resources.configuration import WebhookConfiguration
from sendblue_provider.resources.request import Request, Target
from sendblue_provider.resources.webhook import Webhook
from sendblue_provider.unknown import UNKNOWN

from .records import N1, N2, NEW, OTHER, OWN, A, B, C, lines

Sent = tuple[Method, str, Any]


class Row(NamedTuple):
    """An account, what is declared on it, and what comes of that."""

    live: dict[str, Any]
    inputs: dict[str, Any]
    changes: Sequence[str] = ()
    requests: Sequence[Sent] = ()
    state: dict[str, Any] | None = None
    ignored: Sequence[tuple[str | int, ...]] = ()


def state_of(inputs: dict[str, Any], **managed: Any) -> dict[str, Any]:
    """The state after an update with these inputs; `managed` says by event what is this stack's."""
    secrets = managed.pop("secrets", [])
    return {**inputs, "secretsReadable": True, "managed": {"events": managed, "secrets": secrets}}


def target_of(resource: Resource, row: Row) -> Target:
    request = Request(row.inputs, row.state, ignored=row.ignored)
    return resource.target(from_wire(row.live), request, Claims())


def requests_of(resource: Resource, row: Row) -> list[Sent]:
    """The requests that a plan takes."""
    target = target_of(resource, row)
    if not target.plan.changes:
        return []
    operation = Write(resource, Request(row.inputs, row.state), Claims(), None)
    operation.plan = target.plan
    return [(one.method, one.event, one.body) for one in sends_of([operation], from_wire(row.live))]


CONFIGURATION: dict[str, Row] = {
    "nothing": Row({}, {}),
    "an empty account": Row(
        {},
        {"receive": [A], "globalSecret": OWN},
        [f"+ receive {A}", "+ globalSecret (secret set)"],
        [("PUT", "", {"receive": [A], "globalSecret": OWN})],
    ),
    "equal in another order and form": Row(
        {"receive": [{"url": B, "secret": "", "label": "x"}, {"url": A, "sendblue_numbers": [N2, N1]}], "region": "us"},
        {"receive": [{"url": A, "sendblueNumbers": [N1, N2]}, B]},
    ),
    "an entry more": Row(
        {"receive": [{"url": B, "label": "x"}]},
        {"receive": [A, B]},
        [f"+ receive {A}"],
        [("PUT", "", {"receive": [A, {"url": B, "label": "x"}]})],
    ),
    "an event less": Row(
        {"receive": [A], "outbound": [B], "typing_indicator": [C]},
        {"receive": [A]},
        [f"- outbound {B}", f"- typing_indicator {C}"],
        [("PUT", "", {"receive": [A], "outbound": [], "typing_indicator": []})],
    ),
    "a secret changed": Row(
        {"receive": [{"url": A, "secret": OTHER, "label": "x"}]},
        {"receive": [{"url": A, "secret": OWN}]},
        [f"~ receive {A} secret changed"],
        [("PUT", "", {"receive": [{"url": A, "label": "x", "secret": OWN}]})],
    ),
    "an account secret less": Row(
        {"globalSecret": OTHER, "secret": OWN},
        {"secret": OWN},
        ["- globalSecret (secret set)"],
        [("PUT", "", {"secret": OWN})],
    ),
    "other events": Row(
        {"call_log": [A]},
        {"callLog": [B], "otherEvents": {"typing_indicator": [A]}},
        [f"- call_log {A}", f"+ call_log {B}", f"+ typing_indicator {A}"],
        [("PUT", "", {"call_log": [B], "typing_indicator": [A]})],
    ),
    "what cannot be read stays": Row(
        {"receive": [7, A], "region": None, "plan": {"x": 1}, "tags": []},
        {"outbound": [B]},
        [f"- receive {A}", f"+ outbound {B}"],
        [("PUT", "", {"region": None, "plan": {"x": 1}, "tags": [], "receive": [7], "outbound": [B]})],
    ),
    "what cannot be read is replaced if it may be": Row(
        {"receive": [7], "outbound": "x"},
        {"receive": [A], "outbound": [A], "allowOverwrite": True},
        [
            "- receive (an entry that cannot be read)",
            f"+ receive {A}",
            "- outbound (a value that cannot be read)",
            f"+ outbound {A}",
        ],
        [("PUT", "", {"receive": [A], "outbound": [A]})],
    ),
    "copies": Row({"receive": [A, A]}, {"receive": [A]}, [f"- receive {A}"], [("PUT", "", {"receive": [A]})]),
    "an unknown event is left alone": Row(
        {"receive": [A], "outbound": [A]},
        {"receive": [UNKNOWN, B]},
        [f"- outbound {A}"],
        [("PUT", "", {"receive": [A], "outbound": []})],
    ),
    "unknown other events are left alone": Row(
        {"typing_indicator": [A], "receive": [A]},
        {"otherEvents": UNKNOWN},
        [f"- receive {A}"],
        [("PUT", "", {"typing_indicator": [A], "receive": []})],
    ),
    "an unknown account secret is left alone": Row({"globalSecret": OTHER}, {"globalSecret": UNKNOWN}),
    "an update of a masked secret": Row(
        {"receive": [{"url": A, "secret": "****", "label": "x"}]},
        {"receive": [{"url": A, "secret": OWN}, B]},
        [f"+ receive {B}"],
        [("PUT", "", {"receive": [{"url": A, "label": "x", "secret": OWN}, B]})],
        state_of({"receive": [{"url": A, "secret": OWN}]}, receive=[A]),
    ),
    "an ignored event": Row(
        {"receive": [A, {"url": B, "secret": OTHER, "label": "x"}], "outbound": [A]},
        {"receive": [C], "outbound": [B]},
        [f"- outbound {A}", f"+ outbound {B}"],
        [("PUT", "", {"receive": [A, {"url": B, "secret": OTHER, "label": "x"}], "outbound": [B]})],
        state_of({"receive": [C]}, receive=[C]),
        [("receive",)],
    ),
    "an ignored secret": Row(
        {"receive": [{"url": A, "secret": OTHER}]},
        {"receive": [{"url": A, "secret": OWN}]},
        state=state_of({"receive": [{"url": A, "secret": OWN}]}, receive=[A]),
        ignored=[("receive", 0, "secret")],
    ),
}
OTHERS = {"receive": [{"url": B, "label": "x"}, B, {"url": C, "secret": OTHER}], "globalSecret": OTHER, "region": [1]}


def beside(*items: Any) -> dict[str, Any]:
    """Others' account, with these entries last under `receive`."""
    return {**OTHERS, "receive": [*OTHERS["receive"], *items]}


def webhook(url: Any = A, **more: Any) -> dict[str, Any]:
    return {"event": "receive", "url": url, **more}


OWNED = {**webhook(secret=OWN), "secretsReadable": True}
WEBHOOK: dict[str, Row] = {
    "a new entry": Row(
        OTHERS,
        webhook(secret=OWN),
        [f"+ receive {A} (secret set)"],
        [("POST", "receive", [{"url": A, "secret": OWN}])],
    ),
    "a newer event": Row(
        OTHERS,
        {"event": "typing_indicator", "url": A},
        [f"+ typing_indicator {A}"],
        [("POST", "typing_indicator", [A])],
    ),
    "equal already": Row(beside({"url": A, "secret": ""}), webhook()),
    "an update in place": Row(
        beside({"url": A, "secret": OWN, "label": "y"}),
        webhook(secret=NEW),
        [f"~ receive {A} secret changed"],
        [("PUT", "", beside({"url": A, "label": "y", "secret": NEW}))],
        OWNED,
    ),
    "gone, with an update": Row(
        OTHERS,
        webhook(secret=NEW),
        [f"+ receive {A} (secret set)"],
        [("POST", "receive", [{"url": A, "secret": NEW}])],
        OWNED,
    ),
    "the own copy of several": Row(
        {"receive": [A, {"url": A, "secret": OWN}, {"url": A, "secret": OTHER}]},
        webhook(secret=NEW),
        [f"~ receive {A} secret changed"],
        [("PUT", "", {"receive": [A, {"url": A, "secret": NEW}, {"url": A, "secret": OTHER}]})],
        OWNED,
    ),
    "a copy that is not known": Row({"receive": [A, {"url": A, "secret": OTHER}]}, webhook(secret=NEW), state=OWNED),
    "an unknown URL": Row(OTHERS, webhook(UNKNOWN)),
    "an unknown event": Row(OTHERS, {"event": UNKNOWN, "url": A}),
    "an unknown secret": Row(beside(A), webhook(secret=UNKNOWN), state=OWNED),
    "a masked own secret": Row(beside({"url": A, "secret": "****"}), webhook(secret=OWN), state=OWNED),
    "an ignored secret": Row(
        beside({"url": A, "secret": OTHER}),
        webhook(secret=NEW, sendblueNumbers=[N1]),
        [f"~ receive {A} numbers changed from all to {N1}"],
        [("PUT", "", beside({"url": A, "secret": OTHER, "sendblue_numbers": [N1]}))],
        OWNED,
        [("secret",)],
    ),
    "an ignored URL": Row(
        beside({"url": A, "secret": OWN}), webhook(secret=OWN), state=OWNED, ignored=[("url",), ("event",)]
    ),
}
ALL = [(WebhookConfiguration(), name, row) for name, row in CONFIGURATION.items()]
ALL += [(Webhook(), name, row) for name, row in WEBHOOK.items()]  # type: ignore[misc]


@pytest.mark.parametrize(
    ("resource", "row"), [pytest.param(resource, row, id=f"{resource.prefer} {name}") for resource, name, row in ALL]
)
def test_changes_and_requests(resource: Resource, row: Row) -> None:
    """An account and a declaration have these changes, and the changes take these requests, which are all of them."""
    assert (list(row.changes), list(row.requests)) == (
        lines(target_of(resource, row).plan.changes),
        requests_of(resource, row),
    )


@pytest.mark.parametrize(
    ("live", "desired", "prefer", "method"),
    [
        ({}, {}, "POST", None),
        ({}, {"receive": [A]}, "POST", "POST"),
        ({}, {"receive": [A]}, "PUT", "PUT"),
        ({"receive": [A]}, {"receive": [A, B], "outbound": [A]}, "POST", "POST"),
        ({"receive": [A]}, {"receive": [{"url": A, "secret": OWN}]}, "POST", "PUT"),
        ({"receive": [A]}, {"receive": [B]}, "POST", "PUT"),
        ({"receive": [A]}, {}, "POST", "PUT"),
        ({"receive": [A]}, {}, "DELETE", "DELETE"),
        ({"receive": [A, A]}, {}, "DELETE", "DELETE"),
        ({"receive": [A, {"url": A, "secret": OWN}]}, {"receive": [A]}, "DELETE", "PUT"),
        ({"receive": [A], "outbound": [A]}, {"outbound": [A]}, "DELETE", "DELETE"),
        ({"receive": [A], "globalSecret": OWN}, {}, "DELETE", "PUT"),
        ({"globalSecret": OWN}, {}, "DELETE", "PUT"),
        ({"receive": [A]}, {"outbound": [A]}, "DELETE", "PUT"),
    ],
)
def test_the_method_touches_nothing_else(live: Any, desired: Any, prefer: Method, method: Method | None) -> None:
    """A POST adds and a DELETE removes by URL; whatever would touch anything else beside it takes a PUT."""
    from sendblue_provider.plan.changes import plan

    assert method == method_of(plan(from_wire(live), from_wire(desired)), prefer)
