"""The detailed diff is made of properties, the update of a plan: whatever happened, they speak of the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal

from hypothesis import example, given, settings
from hypothesis import strategies as st

from sendblue_emulator import MASK
from sendblue_provider.api.records import keys_of
from sendblue_provider.api.wire import from_wire
from sendblue_provider.plan.changes import Plan
from sendblue_provider.plan.claims import Claims
from sendblue_provider.plugin.detailed_diff import detailed_diff, property_changes
from sendblue_provider.resources.base import Resource
from sendblue_provider.resources.configuration import WebhookConfiguration
from sendblue_provider.resources.names import PROPERTY_OF_EVENT, Path
from sendblue_provider.resources.properties import configuration_records, managed_property
from sendblue_provider.resources.request import Request, Result
from sendblue_provider.resources.webhook import Webhook

A, B, C, D = (f"https://example.com/{name}" for name in "abcd")
N1, N2 = "+15551230001", "+15551230002"
OWN, NEW, OTHER = "canary-own", "canary-new", "canary-other"
OF_PROVIDER: Final = {("allowOverwrite",), ("event",), ("url",)}
"""What an update of says nothing of the account by itself."""

Properties = dict[str, Any]
Shown = Literal["readable", "masked", "omitted"]

fields = {"secret": st.sampled_from([OWN, NEW]), "sendblueNumbers": st.sampled_from([[], [N1], [N2, N1]])}
urls = st.sampled_from([A, B, C])
endpoints = st.lists(
    urls | st.fixed_dictionaries({"url": urls}, optional=fields),
    max_size=3,
    unique_by=lambda item: item if isinstance(item, str) else item["url"],
)
configurations = st.fixed_dictionaries(
    {},
    optional={
        "receive": endpoints,
        "outbound": endpoints,
        "globalSecret": st.sampled_from([OWN, NEW]),
        "otherEvents": st.dictionaries(st.sampled_from(["typing_indicator", "x"]), endpoints, max_size=2),
        "allowOverwrite": st.booleans(),
    },
)
webhooks = st.fixed_dictionaries(
    {"event": st.sampled_from(["receive", "x"]), "url": st.sampled_from([A, B])},
    optional={**fields, "allowOverwrite": st.booleans()},
)
theirs = st.lists(
    st.tuples(
        st.sampled_from(["receive", "outbound", "x", "call_log"]),
        st.sampled_from([A, {"url": A, "secret": OTHER}, {"url": C, "sendblue_numbers": [N1]}, D, {"odd": 1}]),
    ),
    max_size=2,
)
shown = st.sampled_from(["readable", "masked", "omitted"])


def on_the_account(entries: Iterable[tuple[str, Any]], secrets: Mapping[str, str], how: Shown) -> dict[str, Any]:
    """Return what a GET shows of these entries, of properties or of the API's."""
    found: dict[str, Any] = {name: MASK if how == "masked" else OWN for name in secrets if how != "omitted"}
    if how == "readable":
        found |= secrets
    for event, entry in entries:
        item = entry
        if isinstance(entry, dict):
            item = {"sendblue_numbers" if name == "sendblueNumbers" else name: value for name, value in entry.items()}
            if "secret" in item and how != "readable":
                item = {name: value for name, value in item.items() if name != "secret"}
                item |= {"secret": MASK} if how == "masked" else {}
        found.setdefault(event, []).append(item)
    return found


def of_configuration(properties: Properties) -> list[tuple[str, Any]]:
    """Return the entries of a configuration, each with its event."""
    lists = {event: properties.get(name, []) for event, name in PROPERTY_OF_EVENT.items()}
    lists |= properties.get("otherEvents", {})
    return [(event, item) for event, items in lists.items() for item in items]


def places(plan: Plan) -> set[Path]:
    """Return the properties that a configuration's plan is about."""
    events = {change.key.event: bool(change.key.url or change.record.opaque) for change in plan.changes}
    return {
        (PROPERTY_OF_EVENT[event],) if event in PROPERTY_OF_EVENT else ("otherEvents", event) if is_list else (event,)
        for event, is_list in events.items()
    }


def covers(paths: Iterable[Path], others: Iterable[Path]) -> bool:
    """Return whether each of the others is one of the paths, or within one, or has one within it."""
    paths = [*paths]
    return all(any(path[: len(other)] == other[: len(path)] for path in paths) for other in others)


def compared(resource: Resource, request: Request, account: Mapping[str, Any]) -> tuple[Result, set[Path]]:
    """Compare, and check that there is a diff if, and only if, there is something to update."""
    found = resource.compare(resource.target(from_wire(account), request, Claims()), request)
    details = detailed_diff(found, request.state or {}, request.old_inputs or {})
    assert bool(details) == found.changed
    assert found.changed or not found.plan.changes
    return found, {*details}


@settings(max_examples=300, deadline=None)
@given(configurations, st.none() | configurations, configurations, theirs, shown)
@example({"receive": [A]}, None, {"receive": [A], "allowOverwrite": True}, [("receive", {"odd": 1})], "readable")
def test_a_configuration(
    old: Properties, live: Properties | None, new: Properties, others: list[tuple[str, Any]], how: Shown
) -> None:
    """What the plan changes is in the diff; what the diff has is in the plan, or the state lags behind in it."""
    live = old if live is None else live
    secrets = {"globalSecret": live["globalSecret"]} if "globalSecret" in live else {}
    managed = managed_property(keys_of(configuration_records(old).records))
    state = {**old, "managed": managed, "secretsReadable": how == "readable"}
    account = on_the_account([*of_configuration(live), *others], secrets, how)
    found, details = compared(WebhookConfiguration(), Request(new, state, old), account)

    planned = places(found.plan)
    lags = {path for path, _ in property_changes(state, found.inputs)}
    assert covers(details, planned)
    assert covers(planned | lags | {("managed",)} | OF_PROVIDER, details)
    assert ("managed",) not in details or not planned


@settings(max_examples=300, deadline=None)
@given(webhooks, webhooks, webhooks, theirs, shown, st.integers(0, 2), st.booleans())
def test_a_webhook(
    old: Properties,
    live: Properties,
    new: Properties,
    others: list[tuple[str, Any]],
    how: Shown,
    copies: int,
    is_same: bool,  # noqa: FBT001
) -> None:
    """The same of a `Webhook`, field by field."""
    if is_same:
        new = {**new, "event": old["event"], "url": old["url"]}
    own = {"url": old["url"], **{name: live[name] for name in fields if name in live}}
    account = on_the_account([*[(old["event"], own)] * copies, *others], {}, how)
    state = {**old, "secretsReadable": how == "readable"}
    found, details = compared(Webhook(), Request(new, state, old), account)

    if not found.is_unclear:
        assert ("managed",) not in details
        changes = [change for change in found.plan.changes if change.kind == "update"]
        planned = {("secret",) for one in changes if one.before and one.after and one.before.secret != one.after.secret}
        planned |= {
            ("sendblueNumbers",)
            for one in changes
            if one.before and one.after and one.before.numbers != one.after.numbers
        }
        lags = {path for path, _ in property_changes(state, found.inputs)}
        assert planned <= details
        assert details <= planned | lags | {("event",), ("url",)} or not changes
