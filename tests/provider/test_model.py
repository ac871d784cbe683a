"""The configuration in its three forms, and what is kept from one to the other."""

# ruff: noqa: FBT001 - a test's parameters are passed by name

from __future__ import annotations

import copy
from typing import Any

import pytest

from sendblue_provider.model import (
    UNKNOWN,
    Configuration,
    Declaration,
    Entry,
    Managed,
    Properties,
    WireFormatError,
    declaration_of,
    entry_of,
    event_properties,
    from_wire,
    holds_unknown,
    mark_secret,
    mark_secrets,
    outputs_of,
    to_wire,
    webhook_declaration_of,
    webhook_id,
    webhook_outputs_of,
)
from tests.provider.conftest import NEW, NUMBER, OTHER, OTHER_NUMBER, OTHERS, OWN, A, B, C, D, webhook

EVERYTHING_WIRE = {
    "receive": [A, {"url": B, "secret": OWN, "sendblue_numbers": [NUMBER, OTHER_NUMBER]}],
    "outbound": [{"url": A, "secret": OTHER}],
    "call_log": [A],
    "line_blocked": [B],
    "line_assigned": [C],
    "contact_created": [A, B],
    "typing_indicator": [{"url": D, "secret": NEW}],
    "globalSecret": OWN,
    "secret": OTHER,
}
EVERYTHING_PROPERTIES = {
    "receive": [A, {"url": B, "secret": OWN, "sendblueNumbers": [NUMBER, OTHER_NUMBER]}],
    "outbound": [{"url": A, "secret": OTHER}],
    "callLog": [A],
    "lineBlocked": [B],
    "lineAssigned": [C],
    "contactCreated": [A, B],
    "otherEvents": {"typing_indicator": [{"url": D, "secret": NEW}]},
    "globalSecret": OWN,
    "secret": OTHER,
}
EVERYTHING = Configuration(
    {
        "receive": (Entry(A), Entry(B, OWN, (NUMBER, OTHER_NUMBER))),
        "outbound": (Entry(A, OTHER),),
        "call_log": (Entry(A),),
        "line_blocked": (Entry(B),),
        "line_assigned": (Entry(C),),
        "contact_created": (Entry(A), Entry(B)),
        "typing_indicator": (Entry(D, NEW),),
    },
    {"globalSecret": OWN, "secret": OTHER},
)
NOTHING = Configuration()
SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270"


# Wire form


def test_everything_from_the_wire() -> None:
    """Events known and new, and both account secrets, are read from the API's object."""
    assert EVERYTHING == from_wire(EVERYTHING_WIRE)


def test_everything_to_the_wire() -> None:
    """What is written is the API's object, with its own names."""
    assert EVERYTHING_WIRE == to_wire(EVERYTHING)


@pytest.mark.parametrize(
    "webhooks",
    [
        pytest.param({}, id="empty object"),
        pytest.param({"receive": [], "call_log": []}, id="empty lists"),
        pytest.param({"receive": None, "typing_indicator": None}, id="nulls"),
        pytest.param({"typing_indicator": []}, id="empty list of another event"),
        pytest.param({"globalSecret": "", "secret": ""}, id="empty secrets"),
        pytest.param({"globalSecret": None, "secret": None}, id="null secrets"),
    ],
)
def test_absent_equals_empty(webhooks: dict[str, Any]) -> None:
    """Whichever way the API says that nothing is there, nothing is there."""
    assert NOTHING == from_wire(webhooks)


@pytest.mark.parametrize(
    "item",
    [
        A,
        {"url": A},
        {"url": A, "secret": None},
        {"url": A, "secret": ""},
        {"url": A, "sendblue_numbers": None},
        {"url": A, "sendblue_numbers": []},
    ],
    ids=["string", "object", "null secret", "empty secret", "null numbers", "no numbers"],
)
def test_an_entry_with_only_a_url(item: Any) -> None:
    """An entry without a secret and numbers is one URL in every form, and is sent as a string."""
    configuration = from_wire({"receive": [item]})
    assert Configuration({"receive": (Entry(A),)}) == configuration
    assert {"receive": [A]} == to_wire(configuration)


@pytest.mark.parametrize(
    ("entry", "item"),
    [
        (Entry(A, OWN), {"url": A, "secret": OWN}),
        (Entry(A, None, (NUMBER,)), {"url": A, "sendblue_numbers": [NUMBER]}),
        (Entry(A, OWN, (NUMBER,)), {"url": A, "secret": OWN, "sendblue_numbers": [NUMBER]}),
        (Entry(A, None, (), {"label": "x"}), {"url": A, "label": "x"}),
    ],
    ids=["secret", "numbers", "both", "unknown field"],
)
def test_an_entry_with_more_than_a_url(entry: Entry, item: dict[str, Any]) -> None:
    """An entry with anything beside its URL is an object, with what it has and nothing else."""
    configuration = Configuration({"receive": (entry,)})
    assert {"receive": [item]} == to_wire(configuration)
    assert configuration == from_wire({"receive": [item]})


def test_order_and_copies_are_kept_on_the_wire() -> None:
    """Entries are read and written in their order, one that is there twice as two."""
    items = [B, A, {"url": B, "secret": OWN}, A]
    assert {"receive": items} == to_wire(from_wire({"receive": items}))


@pytest.mark.parametrize(
    "value",
    [True, 5, "text", {"enabled": True}, ["not a URL"], [A, 5], [{"name": "x"}], [A, "id-1"], [{"url": None}]],
    ids=[
        "boolean",
        "number",
        "text",
        "object",
        "list of text",
        "list of mixed types",
        "list of objects",
        "URL and text",
        "object with a null URL",
    ],
)
def test_a_key_that_is_no_event_is_carried(value: Any) -> None:
    """A key that the provider does not know, and that holds no list of endpoints, is written as it was read."""
    webhooks = {"receive": [A], "newKey": value}
    configuration = from_wire(webhooks)
    assert {"receive": (Entry(A),)} == configuration.events
    assert webhooks == to_wire(configuration)


def test_unknown_fields_of_an_entry_are_carried() -> None:
    """Fields of an entry that the provider does not know are written as they were read."""
    item = {"url": A, "secret": OWN, "label": {"deep": [1]}, "enabled": False}
    assert {"receive": [item], "typing_indicator": [item]} == to_wire(
        from_wire({"receive": [item], "typing_indicator": [item]})
    )


def test_reading_and_writing_leave_the_value_as_it_is() -> None:
    """Neither direction changes what it is given."""
    webhooks = copy.deepcopy({**EVERYTHING_WIRE, "newKey": {"a": 1}})
    written = to_wire(from_wire(webhooks))
    written["receive"].append(D)
    written["more"] = 1
    assert {**EVERYTHING_WIRE, "newKey": {"a": 1}} == webhooks


@pytest.mark.parametrize(
    ("webhooks", "name"),
    [
        pytest.param({"receive": OWN}, "receive", id="event as text"),
        pytest.param({"receive": {"url": OWN}}, "receive", id="event as an object"),
        pytest.param({"call_log": 5}, "call_log", id="event as a number"),
        pytest.param({"receive": [5]}, "receive", id="number as entry"),
        pytest.param({"receive": [None]}, "receive", id="null as entry"),
        pytest.param({"receive": [[OWN]]}, "receive", id="list as entry"),
        pytest.param({"receive": [{"secret": OWN}]}, "receive", id="no URL"),
        pytest.param({"receive": [{"url": None, "secret": OWN}]}, "receive", id="null URL"),
        pytest.param({"receive": [{"url": [OWN]}]}, "receive", id="list as URL"),
        pytest.param({"receive": [{"url": A, "secret": [OWN]}]}, "receive", id="list as secret"),
        pytest.param({"typing_indicator": [{"url": A, "secret": 5}]}, "typing_indicator", id="number as secret"),
        pytest.param({"receive": [{"url": A, "sendblue_numbers": OWN}]}, "sendblue_numbers", id="text as numbers"),
        pytest.param({"receive": [{"url": A, "sendblue_numbers": [5]}]}, "sendblue_numbers", id="number as number"),
        pytest.param({"globalSecret": [OWN]}, "globalSecret", id="list as global secret"),
        pytest.param({"secret": {"value": OWN}}, "secret", id="object as legacy secret"),
    ],
)
def test_a_shape_that_cannot_be_read(webhooks: dict[str, Any], name: str) -> None:
    """What would be lost or misread is an error that names the key and never a value."""
    with pytest.raises(WireFormatError) as caught:
        from_wire(webhooks)
    assert name in str(caught.value)
    assert "canary" not in repr(caught.value)


def test_a_url_of_any_scheme_is_read() -> None:
    """What is live is shown whatever it is: the rules are for what a program declares."""
    items = ["http://example.com", "https://user@example.com/#part", "not a URL", ""]
    assert tuple(Entry(item) for item in items) == from_wire({"receive": items}).events["receive"]


# Entries and configurations


def test_the_order_of_numbers_does_not_count() -> None:
    """Two entries with the same numbers are equal in whatever order these are."""
    assert Entry(A, OWN, (NUMBER, OTHER_NUMBER)).key == Entry(A, OWN, (OTHER_NUMBER, NUMBER)).key


def test_unknown_fields_do_not_count() -> None:
    """Two entries that differ in fields that no program can declare are equal."""
    assert Entry(A, OWN).key == Entry(A, OWN, (), {"label": "x"}).key


@pytest.mark.parametrize(
    "other",
    [Entry(B, OWN, (NUMBER,)), Entry(A, OTHER, (NUMBER,)), Entry(A, None, (NUMBER,)), Entry(A, OWN), Entry(A)],
    ids=["url", "secret", "no secret", "no numbers", "url alone"],
)
def test_what_makes_entries_differ(other: Entry) -> None:
    """URL, secret and numbers each make a difference."""
    assert Entry(A, OWN, (NUMBER,)).key != other.key


def test_numbers_are_counted() -> None:
    """A number that is there twice is not the same as one that is there once."""
    assert Entry(A, None, (NUMBER, NUMBER)).key != Entry(A, None, (NUMBER,)).key


def test_all_entries() -> None:
    """Every entry comes with its event, copies too."""
    configuration = Configuration({"receive": (Entry(A), Entry(A)), "outbound": (Entry(B),)})
    assert [("receive", Entry(A)), ("receive", Entry(A)), ("outbound", Entry(B))] == list(configuration.entries())


@pytest.mark.parametrize(
    ("event", "entry", "expected"),
    [
        ("receive", Entry(A, OTHER), Entry(A, OTHER, (), {"n": 2})),
        ("receive", Entry(A, NEW), Entry(A, OWN, (), {"n": 1})),
        ("receive", Entry(B), None),
        ("outbound", Entry(A), None),
    ],
    ids=["equal", "same URL", "other URL", "other event"],
)
def test_finding_an_entry(event: str, entry: Entry, expected: Entry | None) -> None:
    """An equal entry is preferred to one with the same URL, and events are kept apart."""
    configuration = Configuration({"receive": (Entry(A, OWN, (), {"n": 1}), Entry(A, OTHER, (), {"n": 2}))})
    assert expected == configuration.find(event, entry)


def test_the_representation_hides_the_account_secrets() -> None:
    """A configuration in a log or a traceback does not show the secrets of the account."""
    assert "canary" not in repr(Configuration({}, {"globalSecret": OWN}, {"newKey": OWN}))


def test_the_representation_hides_the_secrets_of_entries() -> None:
    """Nor does it show the secrets of the entries, or what unknown fields hold."""
    assert "canary" not in repr(Configuration({"receive": (Entry(A, OWN, (), {"label": OTHER}),)}))


# Properties


def test_everything_from_properties() -> None:
    """A declaration of everything is read in the API's terms, and nothing in it is unknown."""
    assert Declaration(EVERYTHING) == declaration_of(EVERYTHING_PROPERTIES)


def test_everything_to_properties() -> None:
    """What is live is written in Pulumi's terms."""
    assert EVERYTHING_PROPERTIES == outputs_of(EVERYTHING, {})


def test_properties_and_wire_agree() -> None:
    """From properties to the wire and back, nothing is lost."""
    wire = to_wire(declaration_of(EVERYTHING_PROPERTIES).configuration)
    assert EVERYTHING_WIRE == wire
    assert EVERYTHING_PROPERTIES == outputs_of(from_wire(wire), EVERYTHING_PROPERTIES)


@pytest.mark.parametrize(
    "properties",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"receive": [], "contactCreated": []}, id="empty lists"),
        pytest.param({"otherEvents": {}}, id="no other events"),
        pytest.param({"otherEvents": {"typing_indicator": []}}, id="another event without endpoints"),
        pytest.param({"receive": None, "otherEvents": None, "globalSecret": None, "allowOverwrite": None}, id="None"),
        pytest.param({"allowOverwrite": False}, id="flag off"),
        pytest.param({"secretsReadable": True, "managed": {"events": {}, "secrets": []}}, id="outputs"),
    ],
)
def test_a_declaration_of_nothing(properties: Properties) -> None:
    """Absent and empty declare the same: nothing on the account, no overwrite."""
    assert Declaration(NOTHING, frozenset(), allow_overwrite=False) == declaration_of(properties)


@pytest.mark.parametrize(("value", "expected"), [(True, True), (False, False), (UNKNOWN, None)])
def test_the_overwrite_flag(value: Any, expected: bool | None) -> None:
    """The flag is read as it is, and is None while unknown."""
    assert expected is declaration_of({"allowOverwrite": value}).allow_overwrite


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (A, Entry(A)),
        ({"url": A}, Entry(A)),
        ({"url": A, "secret": None, "sendblueNumbers": None}, Entry(A)),
        ({"url": A, "sendblueNumbers": []}, Entry(A)),
        ({"url": A, "secret": OWN, "sendblueNumbers": [NUMBER]}, Entry(A, OWN, (NUMBER,))),
    ],
    ids=["string", "object", "Nones", "no numbers", "everything"],
)
def test_an_entry_of_a_property(item: Any, expected: Entry) -> None:
    """A URL, and an endpoint with nothing else, are the same entry."""
    assert expected == entry_of(item)


def test_events_in_properties() -> None:
    """Every event that is declared is found under the API's name, whichever property holds it."""
    properties = {"callLog": [A], "receive": [], "otherEvents": {"typing_indicator": [B]}, "outbound": None}
    expected = [("call_log", [A]), ("receive", []), ("typing_indicator", [B])]
    assert expected == sorted(event_properties(properties))


UNKNOWN_LISTS = [
    pytest.param(UNKNOWN, id="the list"),
    pytest.param([UNKNOWN], id="an item"),
    pytest.param([A, B, UNKNOWN], id="an item beside others"),
    pytest.param([{"url": UNKNOWN, "secret": OWN}], id="a URL"),
    pytest.param([A, {"url": B, "secret": UNKNOWN}], id="a secret"),
    pytest.param([{"url": A, "sendblueNumbers": UNKNOWN}], id="numbers"),
    pytest.param([{"url": A, "sendblueNumbers": [NUMBER, UNKNOWN]}], id="a number"),
]


@pytest.mark.parametrize("items", UNKNOWN_LISTS)
@pytest.mark.parametrize(
    ("event", "name"),
    [
        ("receive", "receive"),
        ("outbound", "outbound"),
        ("call_log", "callLog"),
        ("line_blocked", "lineBlocked"),
        ("line_assigned", "lineAssigned"),
        ("contact_created", "contactCreated"),
    ],
)
def test_an_event_that_is_not_fully_known(event: str, name: str, items: Any) -> None:
    """An event with anything unknown in it is left out of what is declared, and named; the others are not touched."""
    other = "callLog" if name == "receive" else "receive"
    declared = declaration_of({name: items, other: [A]})
    assert frozenset({event}) == declared.unknown
    assert [Entry(A)] == [entry for _, entry in declared.configuration.entries()]
    assert not declared.knows(event)
    assert declared.knows("inbound_call")


@pytest.mark.parametrize("items", UNKNOWN_LISTS)
def test_another_event_that_is_not_fully_known(items: Any) -> None:
    """The same holds for an event under `otherEvents`, and not for its neighbours there."""
    declared = declaration_of({"otherEvents": {"typing_indicator": items, "inbound_call": [A]}})
    assert frozenset({"typing_indicator"}) == declared.unknown
    assert Configuration({"inbound_call": (Entry(A),)}) == declared.configuration
    assert (False, True) == (declared.knows("typing_indicator"), declared.knows("inbound_call"))


@pytest.mark.parametrize("name", ["globalSecret", "secret"])
def test_an_account_secret_that_is_unknown(name: str) -> None:
    """An unknown account secret is left out of what is declared, and named."""
    other = {"globalSecret": "secret", "secret": "globalSecret"}[name]
    declared = declaration_of({name: UNKNOWN, other: OWN})
    assert Declaration(Configuration({}, {other: OWN}), frozenset({name})) == declared
    assert (False, True) == (declared.knows(name), declared.knows(other))


def test_other_events_that_are_unknown() -> None:
    """While the map of other events is unknown, nothing is known of any event but the six, and all of those are."""
    declared = declaration_of({"receive": [A], "globalSecret": OWN, "otherEvents": UNKNOWN})
    assert Configuration({"receive": (Entry(A),)}, {"globalSecret": OWN}) == declared.configuration
    names = ["receive", "call_log", "contact_created", "globalSecret", "secret", "typing_indicator", "inbound_call"]
    assert [True] * 5 + [False] * 2 == [declared.knows(name) for name in names]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (UNKNOWN, True),
        ([A, {"url": B, "sendblueNumbers": [UNKNOWN]}], True),
        ({"typing_indicator": [UNKNOWN]}, True),
        ("unknown", False),
        ([A, {"url": B, "secret": OWN, "sendblueNumbers": [NUMBER]}], False),
        ({}, False),
        ([], False),
        (None, False),
        (True, False),
    ],
    ids=["itself", "deep in a list", "in a map", "the word", "known list", "empty map", "empty list", "None", "flag"],
)
def test_holding_something_unknown(value: Any, expected: bool) -> None:
    """A value holds something unknown if any part of it, however deep, is."""
    assert expected is holds_unknown(value)


# Outputs


@pytest.mark.parametrize(
    ("live", "like"),
    [
        pytest.param((Entry(B), Entry(A)), [A, B], id="order"),
        pytest.param((Entry(A),), [{"url": A}], id="endpoint with only a URL"),
        pytest.param((Entry(A),), [{"url": A, "sendblueNumbers": []}], id="endpoint with no numbers"),
        pytest.param((Entry(A, OWN),), [{"secret": OWN, "url": A}], id="endpoint with a secret"),
        pytest.param(
            (Entry(A, OWN, (NUMBER, OTHER_NUMBER)),),
            [{"url": A, "secret": OWN, "sendblueNumbers": [OTHER_NUMBER, NUMBER]}],
            id="order of numbers",
        ),
        pytest.param((Entry(A, None, (), {"label": "x"}),), [A], id="unknown field"),
        pytest.param((Entry(A), Entry(B), Entry(A)), [A, A, B], id="copies"),
        pytest.param((), [], id="empty"),
    ],
)
@pytest.mark.parametrize("other", [False, True], ids=["property", "other event"])
def test_outputs_are_in_the_order_and_form_of_the_program(
    live: tuple[Entry, ...],
    like: list[Any],
    other: bool,
) -> None:
    """Where live equals the program, the outputs are the program's own words, or it would differ for ever."""
    properties: Properties = {"otherEvents": {"typing_indicator": like}} if other else {"callLog": like}
    assert properties == outputs_of(Configuration({"typing_indicator" if other else "call_log": live}), properties)


@pytest.mark.parametrize(
    ("live", "like", "expected"),
    [
        pytest.param((Entry(C), Entry(B), Entry(A)), [A, B], [A, B, C], id="added"),
        pytest.param((Entry(B),), [A, B], [B], id="removed"),
        pytest.param((Entry(A, OTHER),), [{"url": A, "secret": OWN}], [{"url": A, "secret": OTHER}], id="secret"),
        pytest.param((Entry(A),), [{"url": A, "secret": OWN}], [A], id="secret gone"),
        pytest.param((Entry(A, None, (NUMBER,)),), [A], [{"url": A, "sendblueNumbers": [NUMBER]}], id="numbers added"),
        pytest.param((Entry(A), Entry(A)), [A], [A, A], id="copy added"),
        pytest.param((Entry(A),), [A, A], [A], id="copy removed"),
        pytest.param((), [A], [], id="all removed"),
    ],
)
def test_outputs_are_what_is_live(live: tuple[Entry, ...], like: list[Any], expected: list[Any]) -> None:
    """Where live differs, the outputs show live: what is still as declared first, then the rest."""
    assert {"receive": expected} == outputs_of(Configuration({"receive": live} if live else {}), {"receive": like})


def test_outputs_show_what_is_not_declared() -> None:
    """Events and secrets that only the account has are in the outputs."""
    live = Configuration({"outbound": (Entry(A),), "typing_indicator": (Entry(B),)}, {"globalSecret": OWN})
    expected = {"receive": [], "outbound": [A], "otherEvents": {"typing_indicator": [B]}, "globalSecret": OWN}
    assert expected == outputs_of(live, {"receive": []})


def test_outputs_do_not_show_an_event_without_entries() -> None:
    """An event that is empty on the account and not declared is absent."""
    assert {} == outputs_of(Configuration({"receive": (), "typing_indicator": ()}), {})


def test_outputs_do_not_show_what_is_gone() -> None:
    """A secret that the account does not have is not in the outputs, though it is declared."""
    assert {"otherEvents": {"inbound_call": []}} == outputs_of(
        NOTHING, {"globalSecret": OWN, "secret": OTHER, "otherEvents": {"inbound_call": [A]}}
    )


def test_outputs_show_the_live_secret() -> None:
    """A secret with another value than declared is shown as it is live."""
    assert {"globalSecret": OTHER} == outputs_of(Configuration({}, {"globalSecret": OTHER}), {"globalSecret": OWN})


@pytest.mark.parametrize("value", [True, False])
def test_the_flag_comes_back(value: bool) -> None:
    """`allowOverwrite` is an input that the account does not hold; it comes back as it was declared."""
    assert {"allowOverwrite": value} == outputs_of(NOTHING, {"allowOverwrite": value})


def test_outputs_hold_no_unknown_fields() -> None:
    """Fields and keys that no program can declare are not in the outputs."""
    live = Configuration({"receive": (Entry(A, OWN, (), {"label": "x"}),)}, {}, {"newKey": True})
    assert {"receive": [{"url": A, "secret": OWN}]} == outputs_of(live, {})


def test_outputs_leave_the_program_values_as_they_are() -> None:
    """Neither the declared values nor the live ones are changed."""
    like = {"receive": [A, B], "otherEvents": {"typing_indicator": [A]}}
    live = Configuration({"receive": (Entry(B), Entry(C))})
    before = copy.deepcopy((like, live))
    outputs_of(live, like)["receive"].append(D)
    assert before == (like, live)


# Managed


def test_managed_names_what_a_configuration_holds() -> None:
    """Every URL with its event, and the secrets by name alone, are what a stack put there."""
    configuration = Configuration({"receive": (Entry(A, OWN), Entry(A)), "outbound": (Entry(A),)}, {"secret": OWN})
    expected = Managed(frozenset({("receive", A), ("outbound", A)}), frozenset({"secret"}))
    assert expected == Managed.of(configuration)
    assert "canary" not in repr(Managed.of(configuration))


def test_managed_as_a_property() -> None:
    """The output is the same however the sets are ordered, and holds no secret's value."""
    managed = Managed(
        frozenset({("receive", B), ("outbound", A), ("receive", A)}), frozenset({"secret", "globalSecret"})
    )
    expected = {"events": {"outbound": [A], "receive": [A, B]}, "secrets": ["globalSecret", "secret"]}
    assert expected == managed.as_property()


@pytest.mark.parametrize("configuration", [NOTHING, EVERYTHING], ids=["nothing", "everything"])
def test_managed_round_trip(configuration: Configuration) -> None:
    """What is written to the state is read back."""
    managed = Managed.of(configuration)
    assert managed == Managed.of_property(managed.as_property())


@pytest.mark.parametrize("value", [None, {}, {"events": {}, "secrets": []}], ids=["absent", "empty", "empty parts"])
def test_a_state_without_managed_names_nothing(value: dict[str, Any] | None) -> None:
    """Where the state does not say, nothing is this stack's own, so nothing is removed."""
    assert Managed() == Managed.of_property(value)


def test_managed_without_what_is_declared() -> None:
    """What another resource declares is left out: by event and URL, whatever the secret, and by name of the secret."""
    managed = Managed(
        frozenset({("receive", A), ("receive", B), ("outbound", A)}), frozenset({"secret", "globalSecret"})
    )
    declared = Declaration(Configuration({"receive": (Entry(A, OWN),)}, {"secret": OWN}))
    expected = Managed(frozenset({("receive", B), ("outbound", A)}), frozenset({"globalSecret"}))
    assert expected == managed.without(declared)


def test_managed_without_what_may_be_declared() -> None:
    """What may yet turn out to be declared is left out as well."""
    managed = Managed(frozenset({("receive", A), ("outbound", A)}), frozenset({"secret", "globalSecret"}))
    declared = Declaration(NOTHING, frozenset({"receive", "globalSecret"}))
    assert Managed(frozenset({("outbound", A)}), frozenset({"secret"})) == managed.without(declared)


def test_managed_without_other_events_that_are_unknown() -> None:
    """While the names of other events are unknown, every event but the six may be declared."""
    managed = Managed(frozenset({("receive", A), ("typing_indicator", A)}), frozenset({"secret"}))
    declared = Declaration(NOTHING, frozenset({"otherEvents"}))
    assert Managed(frozenset({("receive", A)}), frozenset({"secret"})) == managed.without(declared)


def test_the_rest_of_a_configuration() -> None:
    """What is not named stays: other URLs, the same URL of another event, other secrets, and all unknown keys."""
    managed = Managed(frozenset({("receive", A), ("call_log", A), ("receive", D)}), frozenset({"globalSecret"}))
    live = Configuration(
        {"receive": (Entry(A, OTHER), Entry(B, OTHER), Entry(A)), "call_log": (Entry(A),), "outbound": (Entry(A),)},
        {"globalSecret": OTHER, "secret": OTHER},
        {"newKey": True},
    )
    expected = Configuration(
        {"receive": (Entry(B, OTHER),), "outbound": (Entry(A),)}, {"secret": OTHER}, {"newKey": True}
    )
    assert expected == managed.rest_of(live)


# Secrets in properties


def test_the_mark_of_a_secret() -> None:
    """A secret is wrapped in Pulumi's signature, which is the same in every SDK."""
    assert {SIGNATURE: SECRET_SIGNATURE, "value": OWN} == mark_secret(OWN)


def test_every_secret_is_marked_at_its_place() -> None:
    """The account's and every endpoint's secret, and `managed` as a whole, are marked, and nothing else is."""
    managed = {"events": {"receive": [A]}, "secrets": []}
    properties = {**EVERYTHING_PROPERTIES, "secretsReadable": True, "allowOverwrite": False, "managed": managed}
    expected = {
        "receive": [A, {"url": B, "secret": ("marked", OWN), "sendblueNumbers": [NUMBER, OTHER_NUMBER]}],
        "outbound": [{"url": A, "secret": ("marked", OTHER)}],
        "callLog": [A],
        "lineBlocked": [B],
        "lineAssigned": [C],
        "contactCreated": [A, B],
        "otherEvents": {"typing_indicator": [{"url": D, "secret": ("marked", NEW)}]},
        "globalSecret": ("marked", OWN),
        "secret": ("marked", OTHER),
        "secretsReadable": True,
        "allowOverwrite": False,
        "managed": ("marked", managed),
    }
    assert expected == mark_secrets(properties, lambda value: ("marked", value))


def test_the_usual_mark() -> None:
    """Without another way to wrap, Pulumi's signature is used."""
    assert {"globalSecret": {SIGNATURE: SECRET_SIGNATURE, "value": OWN}} == mark_secrets({"globalSecret": OWN})


@pytest.mark.parametrize("value", [None, UNKNOWN], ids=["None", "unknown"])
def test_what_is_not_there_is_not_marked(value: Any) -> None:
    """A secret that is absent, or not known yet, is left as it is."""
    properties = {"globalSecret": value, "secret": value, "managed": value, "receive": [{"url": A, "secret": value}]}
    assert properties == mark_secrets(properties)


@pytest.mark.parametrize(
    "properties",
    [
        {},
        {"receive": UNKNOWN, "otherEvents": UNKNOWN},
        {"receive": [UNKNOWN, A, {"url": A}], "otherEvents": {"typing_indicator": UNKNOWN}},
        {"receive": None, "otherEvents": None},
    ],
    ids=["nothing", "unknown lists", "unknown items", "None"],
)
def test_marking_where_there_is_no_secret(properties: dict[str, Any]) -> None:
    """Properties without a secret are left as they are, unknown ones too."""
    assert properties == mark_secrets(properties)


def test_marking_leaves_the_given_properties_as_they_are() -> None:
    """The properties that were passed still hold plain values."""
    properties = copy.deepcopy(EVERYTHING_PROPERTIES)
    mark_secrets(properties)
    assert EVERYTHING_PROPERTIES == properties


# The form that the account has


@pytest.mark.parametrize(
    "item",
    [
        A,
        {"url": A},
        {"url": A, "secret": ""},
        {"url": A, "secret": None, "sendblue_numbers": None},
        {"url": A, "sendblue_numbers": []},
        {"sendblue_numbers": [OTHER_NUMBER, NUMBER], "label": "x", "secret": OWN, "url": A},
    ],
)
def test_what_is_taken_from_the_account_is_written_as_it_is_there(item: Any) -> None:
    """An entry that nobody changed is sent in the very form that the API showed, key for key."""
    live = from_wire({"receive": [B, item, item], "typing_indicator": [item]})
    written = to_wire(live, live)
    assert written == {"receive": [B, item, item], "typing_indicator": [item]}
    if isinstance(item, dict):
        assert list(written["receive"][1]) == list(item)


def test_an_entry_that_was_changed_is_written_anew() -> None:
    """What is not the very entry that was read is written as any entry is, and those beside it as they are there."""
    live = from_wire({"receive": [{"url": A, "secret": ""}, {"url": B}, {"url": B}]})
    first, second, third = live.events["receive"]
    changed = Configuration({"receive": (second, first._replace(secret=NEW), third._replace(), Entry(C))})
    assert to_wire(changed, live) == {"receive": [{"url": B}, {"url": A, "secret": NEW}, B, C]}


def test_everything_of_the_account_in_its_form() -> None:
    """Whatever others have is written back as it was read."""
    live = from_wire(OTHERS)
    assert to_wire(live, live) == OTHERS


def test_empty_lists_of_the_account() -> None:
    """Of a key that the provider does not know an empty list may be anything; a known event's is nothing."""
    webhooks = {"receive": [], "features": [], "outbound": [A], "region": {"x": []}, "typing_indicator": [B]}
    live = from_wire({**webhooks, "plan": None, "call_log": None, "globalSecret": None})
    assert live.unknown_empty() == {"features": [], "plan": None}
    assert from_wire(OTHERS).unknown_empty() == {}
    assert Configuration({"receive": (Entry(A),)}).unknown_empty() == {}


def test_writing_leaves_the_form_as_it_is() -> None:
    """What was read is not changed by writing it."""
    webhooks = copy.deepcopy(OTHERS)
    live = from_wire(webhooks)
    to_wire(live, live)
    assert webhooks == OTHERS


def test_the_form_is_not_compared() -> None:
    """Two configurations that differ in nothing but form are equal."""
    assert from_wire({"receive": [A]}) == from_wire({"receive": [{"url": A}]})


# A `Webhook`


@pytest.mark.parametrize(
    ("event", "url", "id_"),
    [
        ("receive", "https://example.com/hook", "receive:19f1352238b91533"),
        ("outbound", "https://example.com/hook", "outbound:19f1352238b91533"),
        ("typing_indicator", "https://example.com/hook?x=1", "typing_indicator:782d41a3072149de"),
        ("receive", "https://example.com/ü", "receive:32ce9dc0169552a6"),
        ("receive", "", "receive:e3b0c44298fc1c14"),
    ],
)
def test_the_id_of_a_webhook(event: str, url: str, id_: str) -> None:
    """The id is state format: the event, and the first 16 digits of the SHA-256 of the URL's UTF-8."""
    assert webhook_id(event, url) == id_


def test_the_id_of_half_a_character() -> None:
    """A URL from the account that is no valid text has an id all the same."""
    assert webhook_id("receive", "https://example.com/\ud800").startswith("receive:")


def test_the_id_does_not_hold_the_url() -> None:
    """An id is never secret in state, and a URL can be."""
    assert "canary" not in webhook_id("receive", f"{A}?token=canary")


@pytest.mark.parametrize(
    ("inputs", "entry"),
    [
        (webhook(), Entry(A)),
        (webhook(secret=OWN), Entry(A, OWN)),
        (webhook(secret=None, sendblueNumbers=None), Entry(A)),
        (webhook(sendblueNumbers=[]), Entry(A)),
        (webhook(secret=OWN, sendblueNumbers=[NUMBER, OTHER_NUMBER]), Entry(A, OWN, (NUMBER, OTHER_NUMBER))),
    ],
)
def test_the_declaration_of_a_webhook(inputs: Properties, entry: Entry) -> None:
    """It is one entry of one event."""
    assert webhook_declaration_of(inputs) == Declaration(Configuration({"receive": (entry,)}))


@pytest.mark.parametrize(("value", "expected"), [(True, True), (False, False), (None, False), (UNKNOWN, None)])
def test_the_overwrite_flag_of_a_webhook(value: Any, expected: bool | None) -> None:
    """Left out is false; what is not known yet is neither."""
    assert webhook_declaration_of(webhook(allowOverwrite=value)).allow_overwrite is expected


@pytest.mark.parametrize("name", ["url", "secret", "sendblueNumbers"])
def test_a_webhook_that_is_not_fully_known(name: str) -> None:
    """Of its event anything may turn out to be declared, and of no other one; event and URL make the entry."""
    declared = webhook_declaration_of({**webhook(), name: UNKNOWN})
    assert [*declared.configuration.entries()] == ([] if name == "url" else [("receive", Entry(A))])
    assert not declared.knows("receive")
    assert declared.knows("outbound")
    assert declared.knows("globalSecret")


def test_a_number_of_a_webhook_that_is_not_known() -> None:
    """One unknown number is enough."""
    assert not webhook_declaration_of(webhook(sendblueNumbers=[NUMBER, UNKNOWN])).knows("receive")


def test_a_webhook_whose_event_is_not_known() -> None:
    """Of every event anything may turn out to be declared, known or new, and of no account secret."""
    declared = webhook_declaration_of({**webhook(), "event": UNKNOWN})
    assert declared.configuration == NOTHING
    assert not any(declared.knows(event) for event in ("receive", "contact_created", "typing_indicator"))
    assert declared.knows("globalSecret")
    assert declared.knows("secret")


@pytest.mark.parametrize(
    ("live", "like", "expected"),
    [
        (Entry(A), webhook(), webhook()),
        (Entry(A), {}, webhook()),
        (Entry(A, OWN), webhook(), webhook(secret=OWN)),
        (Entry(A), webhook(secret=OWN), webhook()),
        (Entry(A, None, (), {"label": "x"}), {}, webhook()),
        (Entry(A, None, (NUMBER,)), webhook(), webhook(sendblueNumbers=[NUMBER])),
        (Entry(A), webhook(sendblueNumbers=[]), webhook(sendblueNumbers=[])),
        (Entry(A), webhook(sendblueNumbers=[NUMBER]), webhook(sendblueNumbers=[])),
        (
            Entry(A, None, (NUMBER, OTHER_NUMBER)),
            webhook(sendblueNumbers=[OTHER_NUMBER, NUMBER]),
            webhook(sendblueNumbers=[OTHER_NUMBER, NUMBER]),
        ),
        (
            Entry(A, None, (NUMBER, OTHER_NUMBER)),
            webhook(sendblueNumbers=[OTHER_NUMBER]),
            webhook(sendblueNumbers=[NUMBER, OTHER_NUMBER]),
        ),
        (Entry(A), webhook(allowOverwrite=False), webhook(allowOverwrite=False)),
        (Entry(A), webhook(allowOverwrite=None), webhook()),
        (Entry(A), {**webhook(), "secretsReadable": True}, webhook()),
    ],
)
def test_the_outputs_of_a_webhook(live: Entry, like: Properties, expected: dict[str, Any]) -> None:
    """They are what is live, the numbers in the program's order where they are equal."""
    assert webhook_outputs_of("receive", live, like) == expected


def test_the_secret_of_a_webhook_is_marked() -> None:
    """Its secret is a secret in state, whether the program marked it or not, and its URL is the program's matter."""
    properties = {**webhook(secret=OWN, sendblueNumbers=[NUMBER], allowOverwrite=True), "secretsReadable": True}
    expected = {**properties, "secret": ("marked", OWN)}
    assert mark_secrets(properties, lambda value: ("marked", value)) == expected
