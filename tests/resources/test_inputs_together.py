"""The rules of an endpoint, of lists and maps, and of several values together."""

from __future__ import annotations

from typing import Any, Final

import pytest

from sendblue_provider.api.records import EVENTS
from sendblue_provider.resources.failure import Failure
from sendblue_provider.resources.inputs import check_configuration, check_webhook
from sendblue_provider.resources.names import Path
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
    C,
    Check,
    at,
    checked,
    each_list,
    endpoint,
    places,
    reason,
    webhook,
)

# An endpoint and its list


@each_list
@pytest.mark.parametrize(
    ("value", "kind"), [(A, "a string"), (OWN, "a string"), ({"url": A, "secret": OWN}, "an object"), (5, "a number")]
)
def test_an_event_that_is_no_list(path: tuple[str, ...], value: Any, kind: str) -> None:
    """Endpoints stand in a list, even a single one."""
    assert f"must be a list, not {kind}" == reason(check_configuration, at(path, value), *path)


@each_list
def test_every_field_in_any_event(path: tuple[str, ...]) -> None:
    """Every field of an endpoint is checked in every event, all at once, also if an event has an odd name."""
    entry = {"url": "http://example.com", "secret": "", "sendblueNumbers": ["one", NUMBER, "two"]}
    inputs = at(path, [A, entry, {"secret": OWN}, "", {"url": B, "secret": OWN, "urls": OWN}])
    fields = "1.url 1.secret 1.sendblueNumbers.0 1.sendblueNumbers.2 2.url 3 4.urls"
    expected = [".".join((*path, field)) for field in fields.split()]
    assert expected == places(check_configuration, inputs)


@pytest.mark.parametrize("entry", [{}, {"secret": OWN}, {"sendblueNumbers": [NUMBER]}], ids=repr)
def test_an_endpoint_without_a_url(entry: dict[str, Any]) -> None:
    """An endpoint needs a URL; the failure stands at the URL that is missing."""
    expected = "is missing: an endpoint needs a URL"
    assert expected == reason(check_configuration, {"receive": [entry]}, "receive", 0, "url")


@pytest.mark.parametrize("name", ["event", "url"])
def test_a_webhook_without(name: str) -> None:
    """A `Webhook` needs its event and its URL."""
    inputs = webhook()
    del inputs[name]
    assert "is missing: a Webhook needs an event and a URL" == reason(check_webhook, inputs, name)


UNKNOWN_NAMES: Final[list[tuple[Check, dict[str, Any], Path, tuple[str, ...]]]] = [
    *[
        (check_configuration, {name: {"value": OWN}}, (name,), OF_CONFIGURATION)
        for name in ("recieve", "call_log", "global_secret", "managed", "secretsReadable", "id")
    ],
    *[
        (check_configuration, endpoint(**{name: OWN}), ("receive", 0, name), OF_WEBHOOK[:3])
        for name in ("sekret", "sendblue_numbers", "event", "WebhookEndpoint")
    ],
    *[
        (check_webhook, webhook(**{name: OWN}), (name,), OF_WEBHOOK)
        for name in ("sendblue_numbers", "receive", "globalSecret", "type", "secretsReadable", "urls")
    ],
    (check_configuration, {"typo": UNKNOWN}, ("typo",), OF_CONFIGURATION),
    (check_configuration, endpoint(typo=UNKNOWN), ("receive", 0, "typo"), OF_WEBHOOK[:3]),
]


@pytest.mark.parametrize(("check", "inputs", "path", "names"), UNKNOWN_NAMES)
def test_a_property_that_does_not_exist(
    check: Check, inputs: dict[str, Any], path: Path, names: tuple[str, ...]
) -> None:
    """A property that is no input is refused, and the ones that are inputs are named."""
    assert [Failure(path, "is not a property here; the known ones are", names)] == checked(check, inputs)


# Other events


@pytest.mark.parametrize("value", [[OWN], OWN, 5], ids=repr)
def test_other_events_that_are_no_map(value: Any) -> None:
    """`otherEvents` is a map of event names."""
    found = reason(check_configuration, {"otherEvents": value}, "otherEvents")
    assert found.startswith("must be a map of event names to lists, not ")


@pytest.mark.parametrize("value", [[A], [A, A], OWN, UNKNOWN, ["", {"secret": ""}]], ids=repr)
@pytest.mark.parametrize(
    ("name", "names"),
    [
        *[(event, (name,)) for event, name in zip(EVENTS, PROPERTIES, strict=True)],
        *[(name, (name,)) for name in PROPERTIES],
        *[(" Call_Log ", ("callLog",)), ("globalSecret", ("globalSecret",)), ("global_secret", ("globalSecret",))],
        *[("secret", ("secret",)), ("", ()), (" ", ()), ("a\nb", ())],
    ],
)
def test_what_belongs_elsewhere(name: str, names: tuple[str, ...], value: Any) -> None:
    """A known event, an account secret or no name at all is the one failure, and names the right property."""
    (failure,) = checked(check_configuration, {"otherEvents": {name: value}})
    assert (("otherEvents", name), names) == (failure.path, failure.names)


# Repetitions


@each_list
def test_a_url_repeated_within_an_event(path: tuple[str, ...]) -> None:
    """Every later copy of a URL is refused with the first one's position, and never shown; others are checked too."""
    url = f"{A}?token={OWN}"
    *repeated, bad = sorted(checked(check_configuration, at(path, [url, B, url, url, "http://example.com"])))
    expected = "is the same URL as at position 0; declare it once"
    assert [Failure((*path, place), expected) for place in (2, 3)] == repeated
    assert (*path, 4) == bad.path


@each_list
def test_a_url_repeated_in_another_form(path: tuple[str, ...]) -> None:
    """A URL is the same in a string and in an endpoint, whatever the secret and the numbers."""
    items = [{"url": A, "secret": OWN}, A, {"url": A, "secret": OTHER, "sendblueNumbers": [NUMBER]}]
    assert [".".join((*path, place)) for place in ("1", "2.url")] == places(check_configuration, at(path, items))


def test_a_number_that_is_there_twice() -> None:
    """A number is named once: an API that merges the two would drift for ever."""
    numbers = [NUMBER, OTHER_NUMBER, NUMBER]
    expected = "is the same number as at position 0; declare it once"
    found = reason(check_configuration, endpoint(sendblueNumbers=numbers), "receive", 0, "sendblueNumbers", 2)
    assert found == expected == reason(check_webhook, webhook(sendblueNumbers=numbers), "sendblueNumbers", 2)


# Everything at once


def test_an_unknown_value_hides_nothing() -> None:
    """What is known beside an unknown value is checked, and its path counts the unknown ones."""
    inputs = {
        "receive": [UNKNOWN, "", B, {"url": B, "secret": UNKNOWN}, {"url": UNKNOWN, "secret": ""}],
        "outbound": [{"secret": UNKNOWN}],
        "otherEvents": {"typing_indicator": UNKNOWN, "inbound_call": [UNKNOWN, "http://example.com"]},
        "globalSecret": UNKNOWN,
        "secret": "",
    }
    expected = "receive.1 receive.4.secret receive.3.url outbound.0.url secret otherEvents.inbound_call.1"
    assert expected.split() == places(check_configuration, inputs)


def test_all_failures_at_once_in_the_order_of_the_properties() -> None:
    """Everything that is wrong is reported together, each mistake once, and what is no property comes last."""
    inputs = {
        "recieve": [A],
        "receive": ["http://example.com", {"url": A, "secret": ""}, A, {"url": B, "sendblueNumbers": ["1", "2"]}],
        "outbound": OWN,
        "callLog": [{"secret": OWN}],
        "lineBlocked": [5, "", ""],
        "lineAssigned": [{"url": A, "sekret": OWN}],
        "contactCreated": [{"url": C, "secret": 5}],
        "globalSecret": "",
        "secret": 5,
        "otherEvents": {"receive": [A], "typing_indicator": [B, B]},
        "allowOverwrite": "yes",
    }
    expected = (
        "receive.0 receive.1.secret receive.3.sendblueNumbers.0 receive.3.sendblueNumbers.1 receive.2 outbound "
        "callLog.0.url lineBlocked.0 lineBlocked.1 lineBlocked.2 lineAssigned.0.sekret contactCreated.0.secret "
        "globalSecret secret otherEvents.receive otherEvents.typing_indicator.1 allowOverwrite recieve"
    )
    assert expected.split() == places(check_configuration, inputs)


def test_all_failures_of_a_webhook_at_once() -> None:
    """Everything that is wrong is told together, each at its place."""
    inputs = webhook("callLog", secret="", sendblueNumbers=[OWN, NUMBER, NUMBER], allowOverwrite=OWN, typo=1)
    inputs["url"] = "http://example.com/canary"
    expected = "url secret sendblueNumbers.0 sendblueNumbers.2 event allowOverwrite typo"
    assert expected.split() == places(check_webhook, inputs)
