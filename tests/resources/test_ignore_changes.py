"""`ignoreChanges`: which declared values it turns into current ones."""

from __future__ import annotations

import copy
from typing import Any, Final

import pytest

from sendblue_provider.resources.ignore_changes import keep_current
from sendblue_provider.resources.paths import parse_path
from sendblue_provider.unknown import UNKNOWN

A, B, C, D = (f"https://example.com/{name}" for name in "abcd")
NUMBER, OTHER_NUMBER = "+15551230001", "+15551230002"
OWN, OTHER = "canary-own", "canary-other"

Json = dict[str, Any]
CURRENT_A: Final = {"url": A, "secret": OTHER}
CURRENT_B: Final = {"url": B, "secret": OTHER, "sendblueNumbers": [NUMBER]}
OWN_B: Final = {"url": B, "secret": OWN}
CURRENT: Final[Json] = {
    "receive": [CURRENT_A, CURRENT_B, C],
    "callLog": [A],
    "otherEvents": {"typing_indicator": [D], "inbound.call": [C]},
    "globalSecret": OTHER,
    "allowOverwrite": True,
}
INPUTS: Final[Json] = {
    "receive": [A, OWN_B],
    "outbound": [A],
    "otherEvents": {"typing_indicator": [A], "mine": [A]},
    "globalSecret": OWN,
    "secret": OWN,
    "allowOverwrite": True,
}


def kept(*paths: str, inputs: Json, current: Json) -> Json:
    """The inputs with current values at these paths; what was given stays as it was."""
    given = copy.deepcopy((inputs, current))
    result = keep_current(inputs, current, [parse_path(path) for path in paths])
    assert (inputs, current) == given
    return dict(result)


ALL_OTHERS: Final = CURRENT["otherEvents"]
ONE_PROPERTY: Final[list[tuple[str, str, Any]]] = [
    ("receive", "receive", [CURRENT_A, CURRENT_B, C]),
    ("receive[0]", "receive", [CURRENT_A, OWN_B]),
    ("receive[1]", "receive", [A, CURRENT_B]),
    ("receive[*]", "receive", [CURRENT_A, CURRENT_B, C]),
    ("receive[2]", "receive", [A, OWN_B, C]),
    ("receive[0].secret", "receive", [CURRENT_A, OWN_B]),
    ("receive[1].secret", "receive", [A, {"url": B, "secret": OTHER}]),
    ("receive[*].secret", "receive", [CURRENT_A, {"url": B, "secret": OTHER}]),
    ("receive[1].sendblueNumbers", "receive", [A, {**OWN_B, "sendblueNumbers": [NUMBER]}]),
    ("receive[1].sendblueNumbers[0]", "receive", [A, {**OWN_B, "sendblueNumbers": [NUMBER]}]),
    *[
        (path, "receive", [A, OWN_B])
        for path in ("receive[0].url", "receive[1].url", "receive[0].label", "receive[9].secret")
    ],
    *[(path, "callLog", [A]) for path in ("callLog", "callLog[*]", "callLog[0]")],  # not declared
    ("outbound", "outbound", None),  # not on the account
    ("outbound[*]", "outbound", None),
    ("outbound[0]", "outbound", []),
    ("outbound[0].secret", "outbound", [A]),
    ("globalSecret", "globalSecret", OTHER),
    ("secret", "secret", None),
    ("allowOverwrite", "allowOverwrite", True),
    ("otherEvents", "otherEvents", ALL_OTHERS),
    ("otherEvents.*", "otherEvents", ALL_OTHERS),
    ("otherEvents.*[*]", "otherEvents", ALL_OTHERS),
    ("otherEvents.typing_indicator", "otherEvents", {"typing_indicator": [D], "mine": [A]}),
    ("otherEvents.typing_indicator[0]", "otherEvents", {"typing_indicator": [], "mine": [A]}),
    ("otherEvents.mine", "otherEvents", {"typing_indicator": [A]}),
    ('otherEvents["inbound.call"]', "otherEvents", {**INPUTS["otherEvents"], "inbound.call": [C]}),
    ("otherEvents.nothing", "otherEvents", INPUTS["otherEvents"]),
    ("nothing", "nothing", None),
    ("nothing[0].secret", "nothing", None),
    ("managed", "managed", None),
]


@pytest.mark.parametrize(("path", "name", "value"), ONE_PROPERTY)
def test_the_current_value_stands_in_the_ignored_place(path: str, name: str, value: Any) -> None:
    """What is ignored has its current value, an entry by its URL; the rest is as declared."""
    result = kept(path, inputs=INPUTS, current=CURRENT)
    assert value == result.pop(name, None)
    assert {key: declared for key, declared in INPUTS.items() if key != name} == result


OTHERS: Final = {"otherEvents": {"typing_indicator": [D]}}
CASES: Final[dict[str, tuple[list[str], Json, Json, Json]]] = {
    "nothing ignored": ([], INPUTS, CURRENT, INPUTS),
    "everything": (["*"], INPUTS, CURRENT, CURRENT),
    "several places": (
        ["receive[0].secret", "globalSecret", "outbound", "secret"],
        INPUTS,
        CURRENT,
        {
            "receive": [CURRENT_A, OWN_B],
            "otherEvents": INPUTS["otherEvents"],
            "globalSecret": OTHER,
            "allowOverwrite": True,
        },
    ),
    "an account secret that is not declared": (["globalSecret"], {}, CURRENT, {"globalSecret": OTHER}),
    "a place in what is no list": (["globalSecret[0]"], {}, CURRENT, {}),
    "an other event, and none is declared": (["otherEvents.typing_indicator"], {}, CURRENT, OTHERS),
    "an other event beside a null": (["otherEvents.typing_indicator"], {"otherEvents": None}, CURRENT, OTHERS),
    "an other event that is nowhere": (["otherEvents.x"], {}, {}, {}),
    "the last other event, which is gone": (["otherEvents.x"], {"otherEvents": {"x": [A]}}, {}, {"otherEvents": {}}),
    "an event named like the map": (
        ["otherEvents.otherEvents[0].secret"],
        {"otherEvents": {"otherEvents": [A]}},
        {"otherEvents": {"otherEvents": [CURRENT_A]}},
        {"otherEvents": {"otherEvents": [CURRENT_A]}},
    ),
    "a secret in an other event": (
        ["otherEvents.x[0].secret"],
        {"otherEvents": {"x": [{"url": A, "secret": OWN}, B]}},
        {"otherEvents": {"x": [B, CURRENT_A]}},
        {"otherEvents": {"x": [CURRENT_A, B]}},
    ),
    "every secret of every other event": (
        ["otherEvents.*[*].secret"],
        {"otherEvents": {"x": [{"url": A, "secret": OWN}], "y": [B, {"url": A, "secret": OWN}]}},
        {"otherEvents": {"x": [CURRENT_A, C], "y": [CURRENT_B, A]}},
        {"otherEvents": {"x": [CURRENT_A], "y": [{"url": B, "secret": OTHER}, {"url": A}]}},
    ),
    **{
        f"places beyond the end, {paths}": (
            paths,
            {"receive": [A, B]},
            {"receive": [A, B, C, D]},
            {"receive": [A, B, C, D]},
        )
        for paths in (["receive[2]", "receive[3]"], ["receive[3]", "receive[2]"])
    },
    "a tenth place beyond the end": (
        ["receive[10]", "receive[9]"],
        {"receive": [A] * 9},
        {"receive": [A] * 9 + [B, C]},
        {"receive": [A] * 9 + [B, C]},
    ),
    "a copy beyond the end": (["receive[1]"], {"receive": [A]}, {"receive": [A, A]}, {"receive": [A, A]}),
    "a webhook's number": (
        ["sendblueNumbers[1]"],
        {"sendblueNumbers": [NUMBER]},
        {"sendblueNumbers": [NUMBER, B]},
        {"sendblueNumbers": [NUMBER, B]},
    ),
    "a webhook's number that is gone": (
        ["sendblueNumbers[0]"],
        {"sendblueNumbers": [NUMBER]},
        {},
        {"sendblueNumbers": []},
    ),
    "a webhook's numbers in another order": (
        ["sendblueNumbers[0]", "sendblueNumbers[1]"],
        {"sendblueNumbers": [OTHER_NUMBER]},
        {"sendblueNumbers": [NUMBER, OTHER_NUMBER]},
        {"sendblueNumbers": [OTHER_NUMBER]},
    ),
}


@pytest.mark.parametrize(("paths", "inputs", "current", "expected"), CASES.values(), ids=CASES)
def test_places_that_differ(paths: list[str], inputs: Json, current: Json, expected: Json) -> None:
    """Ignored places may be many, declared or not, on the account or not, and below a wildcard."""
    assert expected == kept(*paths, inputs=inputs, current=current)


UNKNOWN_SECRET: Final = {"url": UNKNOWN, "secret": OWN}


@pytest.mark.parametrize(
    ("path", "inputs", "expected"),
    [
        (
            "globalSecret",
            {"receive": [A, UNKNOWN], "globalSecret": OWN},
            {"receive": [A, UNKNOWN], "globalSecret": OTHER},
        ),
        ("globalSecret", {"outbound": UNKNOWN, "globalSecret": OWN}, {"outbound": UNKNOWN, "globalSecret": OTHER}),
        ("receive", {"receive": UNKNOWN}, {"receive": [CURRENT_A, CURRENT_B, C]}),
        ("globalSecret", {"globalSecret": UNKNOWN}, {"globalSecret": OTHER}),
        ("receive[0].secret", {"receive": [{"url": A, "secret": UNKNOWN}]}, {"receive": [CURRENT_A]}),
        ("receive[*].secret", {"receive": [UNKNOWN, UNKNOWN_SECRET]}, {"receive": [UNKNOWN, UNKNOWN_SECRET]}),
        ("receive[0].secret", {"receive": UNKNOWN}, {"receive": UNKNOWN}),
        ("otherEvents.x", {"otherEvents": UNKNOWN}, {"otherEvents": UNKNOWN}),
        ("otherEvents.x[0]", {"otherEvents": {"x": UNKNOWN}}, {"otherEvents": {"x": UNKNOWN}}),
    ],
)
def test_a_value_that_is_not_known_yet(path: str, inputs: Json, expected: Json) -> None:
    """An ignored value need not be known; what is below one that is not known stays so."""
    assert expected == kept(path, inputs=inputs, current=CURRENT)
