"""Pulumi properties and records, one from the other, and the marks of secrets in properties."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sendblue_provider.api.hidden import HIDDEN
from sendblue_provider.api.records import Key, Record, Records, minus
from sendblue_provider.api.wire import from_wire
from sendblue_provider.resources.properties import (
    as_shown,
    configuration_properties,
    configuration_records,
    known_part,
    managed_keys,
    managed_property,
    webhook_properties,
    webhook_record,
)
from sendblue_provider.resources.secrets import mark_secret, mark_secrets, secret_texts
from sendblue_provider.unknown import UNKNOWN

A, B, C = (f"https://example.com/{name}" for name in "abc")
N1, N2 = "+15551230001", "+15551230002"
OWN, OTHER = "canary-own", "canary-other"


def rec(url: str = A, secret: str | None = None, *numbers: str, event: str = "receive") -> Record:
    return Record(event, url, secret, numbers)


READ: dict[str, tuple[dict[str, Any], Records, set[str]]] = {
    "nothing": ({}, (), set()),
    "none and empty": ({"receive": None, "outbound": [], "globalSecret": None, "secret": ""}, (), set()),
    "every form": (
        {"receive": [A, {"url": B}, {"url": C, "secret": OWN, "sendblueNumbers": [N2, N1]}]},
        (rec(A), rec(B), rec(C, OWN, N1, N2)),
        set(),
    ),
    "empty fields": ({"receive": [{"url": A, "secret": None, "sendblueNumbers": []}]}, (rec(A),), set()),
    "events by the API's names": (
        {"callLog": [A], "lineBlocked": [A], "lineAssigned": [A], "contactCreated": [A], "otherEvents": {"x_y": [A]}},
        tuple(rec(event=e) for e in ("call_log", "line_blocked", "line_assigned", "contact_created", "x_y")),
        set(),
    ),
    "account secrets": (
        {"globalSecret": OWN, "secret": OTHER},
        (Record("globalSecret", secret=OWN), Record("secret", secret=OTHER)),
        set(),
    ),
    "an unknown list": ({"receive": UNKNOWN, "outbound": [A]}, (rec(event="outbound"),), {"receive"}),
    "an unknown item": ({"receive": [A, UNKNOWN]}, (), {"receive"}),
    "an unknown field": ({"callLog": [{"url": A, "secret": UNKNOWN}]}, (), {"call_log"}),
    "an unknown number": ({"receive": [{"url": A, "sendblueNumbers": [N1, UNKNOWN]}]}, (), {"receive"}),
    "unknown numbers": ({"receive": [{"url": A, "sendblueNumbers": UNKNOWN}]}, (), {"receive"}),
    "unknown other events": ({"otherEvents": UNKNOWN}, (), {"otherEvents"}),
    "an unknown other event": ({"otherEvents": {"x": UNKNOWN, "y": [A]}}, (rec(event="y"),), {"x"}),
    "an unknown secret": ({"secret": UNKNOWN, "globalSecret": OWN}, (Record("globalSecret", secret=OWN),), {"secret"}),
}


@pytest.mark.parametrize("name", READ)
def test_a_configuration_is_read(name: str) -> None:
    """Inputs and outputs are read alike; an event with anything unknown in it is named and left out."""
    properties, records, unknown = READ[name]
    before = copy.deepcopy(properties)
    declared = configuration_records(properties)
    assert (records, unknown) == (declared.records, set(declared.unknown))
    assert before == properties


@pytest.mark.parametrize(
    ("properties", "records", "unknown"),
    [
        ({"url": A}, (rec(),), set()),
        ({"url": A, "secret": OWN, "sendblueNumbers": [N2, N1]}, (rec(A, OWN, N1, N2),), set()),
        ({"url": UNKNOWN}, (), {"receive"}),
        ({"url": A, "secret": UNKNOWN}, (rec(),), {"receive"}),
        ({"url": A, "sendblueNumbers": [UNKNOWN]}, (rec(),), {"receive"}),
    ],
)
def test_a_webhook_is_read(properties: dict[str, Any], records: Records, unknown: set[str]) -> None:
    """Event and URL identify an entry, whatever else of it is not known yet."""
    declared = webhook_record({"event": "receive", **properties})
    assert (records, unknown) == (declared.records, set(declared.unknown))


@pytest.mark.parametrize(
    ("properties", "may_be"),
    [
        ({"receive": UNKNOWN}, [True, False, False, False]),
        ({"globalSecret": UNKNOWN}, [False, False, False, True]),
        ({"otherEvents": UNKNOWN}, [False, False, True, False]),
        ({"otherEvents": {"x": UNKNOWN}}, [False, False, True, False]),
        ({"otherEvents": {"y": UNKNOWN}}, [False, False, False, False]),
    ],
)
def test_what_may_turn_out_declared(properties: dict[str, Any], may_be: list[bool]) -> None:
    """An unknown event or secret may turn out to declare anything under its name."""
    declared = configuration_records(properties)
    keys = [Key("receive", A), Key("outbound", A), Key("x", A), Key("globalSecret")]
    assert may_be == [declared.may_be(key) for key in keys]
    assert [True, True, True, False] == [webhook_record({"event": UNKNOWN, "url": A}).may_be(key) for key in keys]


@pytest.mark.parametrize(("value", "allows"), [(None, False), (False, False), (True, True), (UNKNOWN, None)])
def test_allow_overwrite(value: Any, *, allows: bool | None) -> None:
    """Absent is false; unknown is neither."""
    assert configuration_records({"allowOverwrite": value}).allow_overwrite is allows
    assert webhook_record({"event": "receive", "url": A, "allowOverwrite": value}).allow_overwrite is allows


E = {"url": A, "secret": OWN}
WRITTEN: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "nothing": ({}, {}, {}),
    "the program's order and form": (
        {"receive": [B, {"url": A, "label": "x"}]},
        {"receive": [{"url": A}, B]},
        {"receive": [{"url": A}, B]},
    ),
    "the program's order of numbers": (
        {"receive": [{"url": A, "sendblue_numbers": [N1, N2]}]},
        {"receive": [{"url": A, "sendblueNumbers": [N2, N1]}]},
        {"receive": [{"url": A, "sendblueNumbers": [N2, N1]}]},
    ),
    "live where it differs, in its place": (
        {"receive": [C, {"url": A, "secret": OTHER}]},
        {"receive": [{"url": A, "secret": OWN}, C]},
        {"receive": [{"url": A, "secret": OTHER}, C]},
    ),
    "what is not declared comes last, and what is gone is not": (
        {"receive": [C, A]},
        {"receive": [B, A]},
        {"receive": [A, C]},
    ),
    "an empty declared event": ({}, {"receive": [], "callLog": [A]}, {"receive": [], "callLog": []}),
    "events that are not declared": (
        {"call_log": [A], "x": [E]},
        {},
        {"callLog": [A], "otherEvents": {"x": [{"url": A, "secret": OWN}]}},
    ),
    "other events that are gone": ({}, {"otherEvents": {"x": [A]}}, {"otherEvents": {"x": []}}),
    "no other events": ({}, {"otherEvents": {}}, {"otherEvents": {}}),
    "account secrets": ({"secret": OTHER}, {"globalSecret": OWN}, {"secret": OTHER}),
    "allowOverwrite is the program's": ({}, {"allowOverwrite": False}, {"allowOverwrite": False}),
    "what cannot be read is in no property": ({"receive": [7, A], "region": {"x": 1}}, {}, {"receive": [A]}),
    "copies": ({"receive": [A, E, A]}, {"receive": [A, A]}, {"receive": [A, A, E]}),
    "live numbers in the API's order": (
        {"receive": [{"url": A, "sendblue_numbers": [N2, N1]}]},
        {},
        {"receive": [{"url": A, "sendblueNumbers": [N2, N1]}]},
    ),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_a_configuration_is_written(name: str) -> None:
    """Outputs are what is live, in the order and form of the program as far as they are equal to it."""
    live, like, outputs = WRITTEN[name]
    before = copy.deepcopy(like)
    assert outputs == configuration_properties(from_wire(live), like)
    assert before == like


endpoints = st.sampled_from([A, B]) | st.fixed_dictionaries(
    {"url": st.sampled_from([A, B])},
    optional={"secret": st.sampled_from([OWN, OTHER]), "sendblueNumbers": st.sampled_from([[N1], [N2, N1]])},
)
lists = st.lists(endpoints, max_size=4)
inputs = st.fixed_dictionaries(
    {},
    optional={
        "receive": lists,
        "contactCreated": lists,
        "otherEvents": st.dictionaries(st.sampled_from(["x", "y"]), lists),
        "globalSecret": st.just(OWN),
    },
)
law = settings(deadline=None, derandomize=True, max_examples=80, suppress_health_check=[HealthCheck.too_slow])


@law
@given(inputs, inputs, st.randoms(use_true_random=False))
def test_nothing_is_lost(live: dict[str, Any], like: dict[str, Any], random: Any) -> None:
    """Whatever the program's order and form, the outputs read as what is live; equal to it, they are the program's."""
    records = list(configuration_records(live).records)
    random.shuffle(records)
    again = configuration_records(configuration_properties(records, like)).records
    assert not minus(records, again)
    assert not minus(again, records)
    assert {**live, **({"otherEvents": live["otherEvents"]} if "otherEvents" in live else {})} == {
        name: value for name, value in configuration_properties(records, live).items() if name in live
    }


@pytest.mark.parametrize(
    ("record", "like", "outputs"),
    [
        (rec(), {}, {}),
        (rec(A, OWN), {}, {"secret": OWN}),
        (rec(A, None, N1, N2), {"sendblueNumbers": [N2, N1]}, {"sendblueNumbers": [N2, N1]}),
        (rec(A, None, N1), {"sendblueNumbers": [N2, N1]}, {"sendblueNumbers": [N1]}),
        (rec(), {"sendblueNumbers": [N1]}, {"sendblueNumbers": []}),
        (rec(), {"secret": OWN, "allowOverwrite": True}, {"allowOverwrite": True}),
        (rec(), {"allowOverwrite": None}, {}),
    ],
)
def test_a_webhook_is_written(record: Record, like: dict[str, Any], outputs: dict[str, Any]) -> None:
    """Outputs of a `Webhook` are what is live of its entry."""
    assert {"event": "receive", "url": A, **outputs} == webhook_properties(record, like)


def test_a_hidden_secret_is_shown_as_the_api_does() -> None:
    """Outputs have the API's own mask for a hidden secret, or none if it was left out; never the internal mark."""
    masked, plain, secret = from_wire({"receive": [{"url": A, "secret": "****"}, B], "globalSecret": "•••"})
    live = (masked, plain._replace(secret=HIDDEN), secret)
    assert ["****", None, "•••"] == [record.secret for record in as_shown(live)]
    assert HIDDEN not in str(configuration_properties(as_shown(live), {}))


@pytest.mark.parametrize("value", [None, {}, {"events": {}}, UNKNOWN, "x"])
def test_managed_of_nothing(value: Any) -> None:
    """A state without `managed` names nothing."""
    assert frozenset() == managed_keys(value)


def test_managed() -> None:
    """`managed` names URLs by event and secrets, in a stable order, and is read back."""
    keys = frozenset({Key("receive", B), Key("receive", A), Key("x", A), Key("secret"), Key("globalSecret")})
    value = managed_property(keys)
    assert {"events": {"receive": [A, B], "x": [A]}, "secrets": ["globalSecret", "secret"]} == value
    assert ["receive", "x"] == list(value["events"])
    assert keys == managed_keys(value)


def test_what_is_known() -> None:
    """What is not fully known is left out; neighbours in a list stay."""
    properties = {
        "receive": [A, UNKNOWN, {"url": UNKNOWN}],
        "globalSecret": UNKNOWN,
        "otherEvents": {"x": [UNKNOWN, B]},
    }
    assert {"receive": [A], "otherEvents": {"x": [B]}} == known_part(properties)
    assert {"outbound": [B]} == known_part({"otherEvents": UNKNOWN, "outbound": [B]})


def test_secrets_are_marked_at_their_places() -> None:
    """Every secret is wrapped, and nothing else; unknown and absent ones are left, and the properties stay."""
    properties: dict[str, Any] = {
        "receive": [A, {"url": B, "secret": OWN, "sendblueNumbers": [N1]}, {"url": C, "secret": UNKNOWN}, UNKNOWN],
        "callLog": UNKNOWN,
        "contactCreated": [{"url": A, "secret": OWN}],
        "otherEvents": {"x": [{"url": A, "secret": OTHER}], "y": UNKNOWN},
        "globalSecret": OWN,
        "secret": None,
        "managed": {"events": {}},
        "allowOverwrite": True,
        "secretsReadable": False,
    }
    before = copy.deepcopy(properties)
    assert {
        **properties,
        "receive": [
            A,
            {"url": B, "secret": mark_secret(OWN), "sendblueNumbers": [N1]},
            properties["receive"][2],
            UNKNOWN,
        ],
        "contactCreated": [{"url": A, "secret": mark_secret(OWN)}],
        "otherEvents": {"x": [{"url": A, "secret": mark_secret(OTHER)}], "y": UNKNOWN},
        "globalSecret": mark_secret(OWN),
        "managed": mark_secret({"events": {}}),
    } == mark_secrets(properties)
    assert before == properties
    assert {OWN, OTHER} == secret_texts(properties)
    assert {"secret": mark_secret(OWN), "url": A} == mark_secrets({"secret": OWN, "url": A})
    assert {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": OWN} == mark_secret(OWN)
