"""What is surely right is told without the models, and is right by the models."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, Final

import pytest

from sendblue_provider.resources import checks
from sendblue_provider.resources.inputs import check_configuration, check_webhook
from sendblue_provider.unknown import UNKNOWN

from .checks import (
    NUMBER,
    OF_CONFIGURATION,
    OF_WEBHOOK,
    OTHER,
    OTHER_NUMBER,
    OWN,
    PROPERTIES,
    A,
    B,
)

URLS: Final = (
    A,
    B,
    f"{A}/",
    "https://EXAMPLE.com/a?b=c",
    "https://example.com:8443",
    "http://example.com/a",
    "a b",
    "",
)
SECRETS: Final[tuple[Any, ...]] = (OWN, "two words", " canary", "canary\n", "canary-\u00e9", "", 5, None, UNKNOWN)
NUMBERS: Final[tuple[Any, ...]] = (
    [NUMBER],
    [NUMBER, OTHER_NUMBER],
    [],
    [NUMBER, NUMBER],
    ["5"],
    [UNKNOWN],
    [5],
    {NUMBER: 1},
    NUMBER,
    None,
    UNKNOWN,
)
EVENTS: Final[tuple[Any, ...]] = (
    "receive",
    "call_log",
    "callLog",
    "typing_indicator",
    "globalSecret",
    "an event",
    "",
    5,
    None,
    UNKNOWN,
)
FLAGS: Final[tuple[Any, ...]] = (True, False, None, 1, 0.0, "true", UNKNOWN)
ODD: Final[tuple[Any, ...]] = (None, UNKNOWN, 5, {}, [], "x", True)
Draw = random.Random


def an_entry(draw: Draw) -> Any:
    if draw.random() < 0.03:
        return draw.choice(ODD)
    if draw.random() < 0.4:
        return a_url(draw)
    entry = {"url": a_url(draw), "secret": one_of(draw, SECRETS), "sendblueNumbers": one_of(draw, NUMBERS)}
    if draw.random() < 0.03:
        entry["urls"] = draw.choice((A, None))
    return {
        name: value for name, value in entry.items() if draw.random() < 0.7 or (name == "url" and draw.random() < 0.9)
    }


def a_url(draw: Draw) -> Any:
    return one_of(draw, (f"https://example.com/{draw.randrange(9)}", *URLS))


def one_of(draw: Draw, values: tuple[Any, ...]) -> Any:
    """The first value most often, so that all of the inputs are right now and then."""
    return values[0] if draw.random() < 0.85 else draw.choice(values)


def a_list(draw: Draw) -> Any:
    return draw.choice(ODD) if draw.random() < 0.03 else [an_entry(draw) for _ in range(draw.randrange(4))]


def a_configuration(draw: Draw) -> dict[str, Any]:
    inputs: dict[str, Any] = {name: a_list(draw) for name in PROPERTIES if draw.random() < 0.3}
    if draw.random() < 0.3:
        names = [one_of(draw, ("typing_indicator", *EVENTS[:7])) for _ in range(2)]
        inputs["otherEvents"] = {name: a_list(draw) for name in names} if draw.random() < 0.9 else draw.choice(ODD)
    for name in ("globalSecret", "secret"):
        if draw.random() < 0.2:
            inputs[name] = one_of(draw, SECRETS)
    return with_flag(draw, inputs)


def a_webhook(draw: Draw) -> dict[str, Any]:
    entry = an_entry(draw)
    inputs = entry if isinstance(entry, dict) else {"url": entry}
    if draw.random() < 0.95:
        inputs = {**inputs, "event": one_of(draw, EVENTS)}
    return with_flag(draw, inputs)


def with_flag(draw: Draw, inputs: dict[str, Any]) -> dict[str, Any]:
    if draw.random() < 0.2:
        inputs["allowOverwrite"] = one_of(draw, FLAGS)
    if draw.random() < 0.03:
        inputs["recieve"] = draw.choice(([A], True, None))
    return inputs


KINDS: Final = [
    pytest.param(a_configuration, check_configuration, checks.configuration_failures, id="WebhookConfiguration"),
    pytest.param(a_webhook, check_webhook, checks.webhook_failures, id="Webhook"),
]


@pytest.mark.parametrize(("inputs_of", "by_models", "at_once"), KINDS)
def test_the_same_failures(inputs_of: Callable[[Draw], Any], by_models: Any, at_once: Any) -> None:
    """Whatever the inputs are, both ways find the same failures, and both are met: right inputs and wrong ones."""
    draw, wrong, rounds = random.Random(1), 0, 4000  # noqa: S311 - inputs, not keys
    for _ in range(rounds):
        inputs = inputs_of(draw)
        failures = by_models(inputs)
        assert failures == at_once(inputs), inputs
        wrong += bool(failures)
    assert 0.2 < wrong / rounds < 0.8


PLAIN: Final[list[tuple[Any, dict[str, Any]]]] = [
    (checks.configuration_failures, {}),
    (
        checks.configuration_failures,
        {
            **{name: [A, {"url": B, "secret": OWN, "sendblueNumbers": [NUMBER]}] for name in PROPERTIES},
            "globalSecret": OWN,
            "secret": OTHER,
            "otherEvents": {"typing_indicator": [{"url": A}]},
            "allowOverwrite": False,
        },
    ),
    (checks.configuration_failures, dict.fromkeys(OF_CONFIGURATION)),
    (checks.webhook_failures, {"event": "call_log", "url": A}),
    (
        checks.webhook_failures,
        {
            **dict.fromkeys(OF_WEBHOOK),
            "event": "typing_indicator",
            "url": A,
            "secret": OWN,
            "sendblueNumbers": [NUMBER, OTHER_NUMBER],
            "allowOverwrite": True,
        },
    ),
]


@pytest.mark.parametrize(("at_once", "inputs"), PLAIN)
def test_plain_inputs_ask_no_models(at_once: Any, inputs: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Every property with a usual value, or left out, is surely right."""
    monkeypatch.setattr(checks, "_load_models", lambda: pytest.fail("the models are asked"))
    assert at_once(inputs) == []
