"""`ignoreChanges`: how paths are read, and what of the declared values they turn into live ones."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from sendblue_provider.ignore import keep_live, parse_path, parse_paths
from sendblue_provider.model import UNKNOWN, Path, from_wire
from tests.provider.conftest import NEW, NUMBER, OTHER, OTHER_NUMBER, OWN, A, B, C, D

LIVE: dict[str, Any] = {
    "receive": [{"url": B, "secret": OTHER, "sendblue_numbers": [NUMBER]}, {"url": A, "secret": OTHER}, C],
    "call_log": [A],
    "typing_indicator": [D],
    "inbound.call": [C],
    "globalSecret": OTHER,
}
INPUTS: dict[str, Any] = {
    "receive": [A, {"url": B, "secret": OWN}],
    "outbound": [A],
    "otherEvents": {"typing_indicator": [A], "mine": [A]},
    "globalSecret": OWN,
    "secret": OWN,
    "allowOverwrite": True,
}
LIVE_B = {"url": B, "secret": OTHER, "sendblueNumbers": [NUMBER]}
LIVE_A = {"url": A, "secret": OTHER}


def kept(*paths: str, inputs: dict[str, Any] | None = None, live: dict[str, Any] | None = None) -> dict[str, Any]:
    """The inputs with live values where these paths say so; what was given stays as it was."""
    given = copy.deepcopy(INPUTS if inputs is None else inputs)
    before = copy.deepcopy(given)
    result = keep_live(given, from_wire(LIVE if live is None else live), parse_paths(paths))
    assert given == before
    return dict(result)


def sorted_items(items: list[Any]) -> list[Any]:
    return sorted(items, key=str)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("receive", ("receive",)),
        ("receive[0]", ("receive", 0)),
        ("receive[12].secret", ("receive", 12, "secret")),
        ("receive[*]", ("receive", "*")),
        ("receive[*].secret", ("receive", "*", "secret")),
        ("*", ("*",)),
        ("globalSecret", ("globalSecret",)),
        ("otherEvents.typing_indicator", ("otherEvents", "typing_indicator")),
        ("otherEvents.typing_indicator[0].secret", ("otherEvents", "typing_indicator", 0, "secret")),
        ('otherEvents["inbound.call"]', ("otherEvents", "inbound.call")),
        ('otherEvents["inbound.call"][1].url', ("otherEvents", "inbound.call", 1, "url")),
        ('otherEvents["a \\"b\\" \\\\"]', ("otherEvents", 'a "b" \\')),
        ('["receive"][0]["secret"]', ("receive", 0, "secret")),
        ('otherEvents["7"]', ("otherEvents", "7")),
        ('otherEvents[""]', ("otherEvents", "")),
        ("otherEvents.*", ("otherEvents", "*")),
    ],
)
def test_a_path(text: str, path: Path) -> None:
    """Names, positions, quoted names and wildcards, as Pulumi writes property paths."""
    assert parse_path(text) == path


def test_several_paths() -> None:
    """They are read in order; one without a step says nothing."""
    assert parse_paths(["receive[0]", "", "globalSecret"]) == [("receive", 0), ("globalSecret",)]
    assert parse_paths([]) == []


def test_nothing_ignored() -> None:
    """Without a path the inputs are what they are."""
    assert kept() == INPUTS


@pytest.mark.parametrize(
    ("path", "items"),
    [
        pytest.param("receive", [LIVE_A, LIVE_B, C], id="the event"),
        pytest.param("receive[0]", [LIVE_A, {"url": B, "secret": OWN}], id="the first entry"),
        pytest.param("receive[1]", [A, LIVE_B], id="the second entry"),
        pytest.param("receive[*]", [LIVE_A, LIVE_B, C], id="every entry"),
        pytest.param("receive[0].secret", [LIVE_A, {"url": B, "secret": OWN}], id="a secret that was added"),
        pytest.param("receive[1].secret", [A, {"url": B, "secret": OTHER}], id="a secret that was changed"),
        pytest.param("receive[*].secret", [LIVE_A, {"url": B, "secret": OTHER}], id="every secret"),
        pytest.param(
            "receive[1].sendblueNumbers", [A, {"url": B, "secret": OWN, "sendblueNumbers": [NUMBER]}], id="numbers"
        ),
        pytest.param("receive[1].url", INPUTS["receive"], id="a URL, which is what tells an entry"),
        pytest.param("receive[0].label", INPUTS["receive"], id="no such field"),
        pytest.param("receive[9].secret", INPUTS["receive"], id="no such entry's secret"),
    ],
)
def test_an_event(path: str, items: list[Any]) -> None:
    """The live value stands in the ignored place, an entry told by its URL, and nowhere else."""
    result = kept(path)
    assert sorted_items(result["receive"]) == sorted_items(items)
    assert {**result, "receive": None} == {**INPUTS, "receive": None}


@pytest.mark.parametrize(
    "path",
    [
        "callLog",
        "callLog[*]",
        "callLog[0]",
    ],
)
def test_an_event_that_is_not_declared(path: str) -> None:
    """An ignored event that only the account has is kept."""
    assert kept(path) == {**INPUTS, "callLog": [A]}


@pytest.mark.parametrize("path", ["outbound", "outbound[*]", "outbound[0]"])
def test_an_event_that_is_gone(path: str) -> None:
    """An ignored event, or entry, that somebody removed is not put back."""
    result = kept(path)
    assert result.get("outbound", []) == []
    assert {**result, "outbound": None} == {**INPUTS, "outbound": None}


def test_an_entry_that_is_gone() -> None:
    """The field of an entry that somebody removed is declared with the entry, which is drift of its own."""
    assert kept("outbound[0].secret")["outbound"] == [A]


@pytest.mark.parametrize(("path", "value"), [("globalSecret", OTHER), ("secret", None)])
def test_an_account_secret(path: str, value: str | None) -> None:
    """An ignored secret of the account is the live one, or none."""
    result = kept(path)
    assert result.get(path) == value
    assert {**result, path: None} == {**INPUTS, path: None}


def test_an_account_secret_that_is_not_declared() -> None:
    """One that only the account has is kept."""
    assert kept("globalSecret", inputs={}) == {"globalSecret": OTHER}


@pytest.mark.parametrize(
    ("path", "others"),
    [
        pytest.param("otherEvents", {"typing_indicator": [D], "inbound.call": [C]}, id="all"),
        pytest.param("otherEvents.*", {"typing_indicator": [D], "inbound.call": [C]}, id="each"),
        pytest.param("otherEvents.typing_indicator", {"typing_indicator": [D], "mine": [A]}, id="one"),
        pytest.param("otherEvents.mine", {"typing_indicator": [A]}, id="one that is gone"),
        pytest.param(
            'otherEvents["inbound.call"]',
            {"typing_indicator": [A], "mine": [A], "inbound.call": [C]},
            id="one that is not declared",
        ),
        pytest.param("otherEvents.nothing", INPUTS["otherEvents"], id="one that is nowhere"),
    ],
)
def test_other_events(path: str, others: dict[str, Any]) -> None:
    """An ignored event of a newer type is kept by its name, the others are as declared."""
    result = kept(path)
    assert {name: items for name, items in result["otherEvents"].items() if items} == others
    assert {**result, "otherEvents": None} == {**INPUTS, "otherEvents": None}


def test_an_other_event_where_none_is_declared() -> None:
    """An ignored event is kept also where the program declares no other event."""
    assert kept("otherEvents.typing_indicator", inputs={}) == {"otherEvents": {"typing_indicator": [D]}}


def test_a_secret_in_an_other_event() -> None:
    """A path can go below another event."""
    inputs = {"otherEvents": {"x": [{"url": A, "secret": OWN}, B]}}
    live = {"x": [B, {"url": A, "secret": OTHER}]}
    assert kept("otherEvents.x[0].secret", inputs=inputs, live=live) == {
        "otherEvents": {"x": [{"url": A, "secret": OTHER}, B]}
    }


@pytest.mark.parametrize("path", ["otherEvents.*[*]", "otherEvents.*", "otherEvents"])
def test_every_entry_of_every_other_event(path: str) -> None:
    """A wildcard is every event, also those that only the account has."""
    inputs = {"otherEvents": {"x": [A]}}
    live = {"x": [A, {"url": B, "secret": OTHER}], "y": [C]}
    assert kept(path, inputs=inputs, live=live) == {"otherEvents": {"x": [A, {"url": B, "secret": OTHER}], "y": [C]}}


def test_every_secret_of_every_other_event() -> None:
    """A path can go on below a wildcard."""
    inputs = {"otherEvents": {"x": [{"url": A, "secret": OWN}], "y": [B, A]}}
    live = {"x": [{"url": A, "secret": OTHER}, C], "y": [{"url": B, "secret": OTHER}]}
    assert kept("otherEvents.*[*].secret", inputs=inputs, live=live) == {
        "otherEvents": {"x": [{"url": A, "secret": OTHER}], "y": [{"url": B, "secret": OTHER}, A]}
    }


def test_an_other_event_beside_a_null() -> None:
    """A property that is null is one that is not declared."""
    assert kept("otherEvents.typing_indicator", inputs={"otherEvents": None}) == {
        "otherEvents": {"typing_indicator": [D]}
    }


@pytest.mark.parametrize("paths", [["receive[2]", "receive[3]"], ["receive[3]", "receive[2]"]])
def test_places_beyond_the_end(paths: list[str]) -> None:
    """Entries that only the account has can be ignored by their place, in whatever order they are named."""
    live = {"receive": [A, B, C, D]}
    assert kept(*paths, inputs={"receive": [A, B]}, live=live) == {"receive": [A, B, C, D]}


def test_everything() -> None:
    """A lone wildcard keeps the whole account as it is."""
    result = kept("*")
    result["otherEvents"] = {name: items for name, items in result["otherEvents"].items() if items}
    assert {name: value for name, value in result.items() if value and name != "receive"} == {
        "callLog": [A],
        "otherEvents": {"typing_indicator": [D], "inbound.call": [C]},
        "globalSecret": OTHER,
        "allowOverwrite": True,
    }
    assert sorted_items(result["receive"]) == sorted_items([LIVE_A, LIVE_B, C])


def test_the_option() -> None:
    """`allowOverwrite` is not on the account: what is declared of it stays."""
    assert kept("allowOverwrite") == INPUTS


def test_what_is_no_property() -> None:
    """A path to nothing changes nothing."""
    assert kept("nothing", "nothing[0].secret", "managed", "secretsReadable") == INPUTS


def test_several_places() -> None:
    """Each of them is kept."""
    result = kept("receive[0].secret", "globalSecret", "outbound")
    assert result["receive"] == [LIVE_A, {"url": B, "secret": OWN}]
    assert result["globalSecret"] == OTHER
    assert result.get("outbound", []) == []


@pytest.mark.parametrize(
    ("path", "inputs", "expected"),
    [
        pytest.param(
            "globalSecret",
            {"receive": [A, UNKNOWN], "globalSecret": OWN},
            {"receive": [A, UNKNOWN], "globalSecret": OTHER},
            id="beside an unknown URL",
        ),
        pytest.param(
            "globalSecret",
            {"outbound": UNKNOWN, "globalSecret": OWN},
            {"outbound": UNKNOWN, "globalSecret": OTHER},
            id="beside an unknown event",
        ),
        pytest.param("receive", {"receive": UNKNOWN}, {"receive": [LIVE_B, LIVE_A, C]}, id="event"),
        pytest.param("globalSecret", {"globalSecret": UNKNOWN}, {"globalSecret": OTHER}, id="secret"),
        pytest.param(
            "receive[0].secret", {"receive": [{"url": A, "secret": UNKNOWN}]}, {"receive": [LIVE_A]}, id="field"
        ),
        pytest.param(
            "receive[*].secret",
            {"receive": [UNKNOWN, {"url": UNKNOWN, "secret": OWN}]},
            {"receive": [UNKNOWN, {"url": UNKNOWN, "secret": OWN}]},
            id="fields of an unknown URL",
        ),
        pytest.param(
            "receive[0].secret",
            {"receive": UNKNOWN},
            {"receive": UNKNOWN},
            id="below an unknown event",
        ),
        pytest.param("otherEvents.x", {"otherEvents": UNKNOWN}, {"otherEvents": UNKNOWN}, id="below other events"),
        pytest.param(
            "otherEvents.x[0]",
            {"otherEvents": {"x": UNKNOWN}},
            {"otherEvents": {"x": UNKNOWN}},
            id="entry",
        ),
    ],
)
def test_a_value_that_is_not_known_yet(path: str, inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    """An ignored value need not be known; what is below one that is not known stays so."""
    assert kept(path, inputs=inputs) == expected


def test_order_and_form_are_the_programs() -> None:
    """What is equal on the account keeps the program's order and form."""
    inputs = {"receive": [{"url": B}, A]}
    assert kept("receive", inputs=inputs, live={"receive": [A, B, C]}) == {"receive": [{"url": B}, A, C]}


def test_several_entries_with_one_url() -> None:
    """Where the API keeps copies, an ignored event keeps all of them."""
    copies = [A, {"url": A, "secret": OTHER}, {"url": A, "sendblue_numbers": [OTHER_NUMBER]}]
    result = kept("receive", inputs={"receive": [{"url": A, "secret": NEW}]}, live={"receive": copies})
    assert sorted_items(result["receive"]) == sorted_items(
        [A, {"url": A, "secret": OTHER}, {"url": A, "sendblueNumbers": [OTHER_NUMBER]}]
    )
