"""The rules that the declared values of a `Webhook` must keep, and how a broken one is told."""

from __future__ import annotations

from typing import Any

import pytest

from sendblue_provider.inputs import check_webhook
from sendblue_provider.model import PROPERTY_OF_EVENT, UNKNOWN, Path, Properties
from sendblue_provider.report import failure_text
from sendblue_provider.values import Failure
from tests.provider.conftest import NUMBER, OTHER_NUMBER, OWN, READER, A, webhook

ACCEPTED: list[Failure] = []


def places(inputs: Properties) -> list[Path]:
    return [failure.path for failure in check_webhook(inputs)]


def only_text(inputs: Properties) -> str:
    """The text of the one failure, which begins with its path and holds no secret."""
    (failure,) = check_webhook(inputs)
    text = failure_text(failure, READER.spell)
    assert "canary" not in text
    return text


def test_a_declaration_of_everything_is_accepted() -> None:
    """Every property together is accepted."""
    inputs = webhook(secret=OWN, sendblueNumbers=[NUMBER, OTHER_NUMBER], allowOverwrite=True)
    assert ACCEPTED == check_webhook(inputs)


# The event


@pytest.mark.parametrize("event", PROPERTY_OF_EVENT)
def test_the_events_of_the_api_page(event: str) -> None:
    """Each of the six is accepted as the API spells it."""
    assert ACCEPTED == check_webhook(webhook(event))


@pytest.mark.parametrize("event", ["typing_indicator", "inbound-call", "opt_out.v2", "nachricht_ü", "x"])
def test_an_event_that_is_newer_than_this_provider(event: str) -> None:
    """Any other name is accepted, since the API's list grows."""
    assert ACCEPTED == check_webhook(webhook(event))


@pytest.mark.parametrize(
    ("written", "event"),
    [
        ("callLog", "call_log"),
        ("lineBlocked", "line_blocked"),
        ("lineAssigned", "line_assigned"),
        ("contactCreated", "contact_created"),
        ("CALLLOG", "call_log"),
        ("Call_Log", "call_log"),
        (" call_log ", "call_log"),
        ("Receive", "receive"),
    ],
)
def test_an_event_in_another_spelling(written: str, event: str) -> None:
    """What is a property's name, or nearly an event's, is told how the API calls it."""
    text = only_text(webhook(written))
    assert text.startswith("event: ")
    assert f" {event}:" in text


@pytest.mark.parametrize("name", ["globalSecret", "secret", "global_secret", "GLOBALSECRET", "Secret"])
def test_an_account_secret_is_no_event(name: str) -> None:
    """The two secrets of the account are told where they can be declared."""
    text = only_text(webhook(name))
    assert text.startswith("event: is not an event")
    assert "WebhookConfiguration" in text


@pytest.mark.parametrize("event", ["", " ", "call log", "receive\n", "a\x1b[2J", "\u200b"])
def test_what_is_no_name(event: str) -> None:
    """An event has a name without spaces and control characters."""
    assert places(webhook(event)) == [("event",)]


@pytest.mark.parametrize(
    "event",
    [
        None,
        True,
        5,
        ["receive"],
        {"name": "receive"},
    ],
)
def test_an_event_of_another_type(event: object) -> None:
    """An event is a string."""
    assert only_text({**webhook(), "event": event}).startswith("event: must be the name of an event, not ")


# What belongs to it


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://example.com/a",
        "example.com/a",
        "https://",
        "https://user:canary@example.com/",
        "https://example.com/#canary",
        "https://example.com/a b",
        "https://example.com/a\n",
        f" {A}",
        None,
        5,
        [A],
    ],
)
def test_a_bad_url(url: object) -> None:
    """The URL keeps the rules of every endpoint's."""
    assert only_text({**webhook(), "url": url}).startswith("url: ")


@pytest.mark.parametrize("secret", ["", f"{OWN}\n", 5, [OWN], {"value": OWN}])
def test_a_bad_secret(secret: object) -> None:
    """A secret is a string of printable characters, and not empty; it is never told."""
    assert only_text(webhook(secret=secret)).startswith("secret: ")


@pytest.mark.parametrize("number", ["15551230001", "+0555", "+1 555 123 0001", "", 5, None])
def test_a_bad_number(number: object) -> None:
    """Numbers are in E.164 form, and the one that is not is told by its place."""
    assert only_text(webhook(sendblueNumbers=[NUMBER, number])).startswith("sendblueNumbers[1]: ")


def test_a_repeated_number() -> None:
    """A number is declared once."""
    text = only_text(webhook(sendblueNumbers=[NUMBER, OTHER_NUMBER, NUMBER]))
    assert text.startswith("sendblueNumbers[2]: is the same number as at position 0")


@pytest.mark.parametrize("numbers", [NUMBER, 5, {"0": NUMBER}])
def test_numbers_that_are_no_list(numbers: object) -> None:
    """The numbers are a list."""
    assert only_text(webhook(sendblueNumbers=numbers)).startswith("sendblueNumbers: must be a list, not ")


@pytest.mark.parametrize("flag", ["true", 1, 0, [], "canary"])
def test_a_bad_flag(flag: object) -> None:
    """`allowOverwrite` is a boolean."""
    assert only_text(webhook(allowOverwrite=flag)).startswith("allowOverwrite: must be true or false")


@pytest.mark.parametrize("name", ["event", "url"])
def test_what_a_webhook_needs(name: str) -> None:
    """Without an event or a URL there is no webhook."""
    inputs = webhook()
    del inputs[name]
    assert only_text(inputs).startswith(f"{name}: is missing")


@pytest.mark.parametrize("name", ["sendblue_numbers", "receive", "globalSecret", "type", "secretsReadable", "urls"])
def test_what_is_no_property(name: str) -> None:
    """A name that is not known is told with the names that are."""
    text = only_text(webhook(**{name: "canary"}))
    assert text.startswith(f"{name}: is not a property here; the known ones are ")
    assert {"event,", "url,", "secret,", "sendblueNumbers,", "allowOverwrite"} <= set(text.split())


# `contact_created`


@pytest.mark.parametrize("more", [{"secret": OWN}, {"sendblueNumbers": [NUMBER]}])
def test_contact_created_takes_a_url_alone(more: dict[str, Any]) -> None:
    """The API takes neither a secret nor numbers for this event, which is said of each."""
    (name,) = more
    text = only_text(webhook("contact_created", **more))
    assert text.startswith(f"{name}: ")
    assert "contact_created" in text


def test_contact_created_with_both() -> None:
    """Each of the two is told."""
    inputs = webhook("contact_created", secret=OWN, sendblueNumbers=[NUMBER])
    assert set(places(inputs)) == {("secret",), ("sendblueNumbers",)}


@pytest.mark.parametrize("more", [{}, {"secret": None}, {"sendblueNumbers": []}, {"sendblueNumbers": None}])
def test_contact_created_with_nothing_set(more: dict[str, Any]) -> None:
    """What is not set is not declared."""
    assert ACCEPTED == check_webhook(webhook("contact_created", **more))


@pytest.mark.parametrize("more", [{"secret": UNKNOWN}, {"sendblueNumbers": UNKNOWN}])
def test_contact_created_with_what_is_not_known(more: dict[str, Any]) -> None:
    """What is not known yet may turn out not to be set."""
    assert ACCEPTED == check_webhook(webhook("contact_created", **more))


# All of it


@pytest.mark.parametrize("name", ["event", "url", "secret", "sendblueNumbers", "allowOverwrite"])
def test_a_value_that_is_not_known_yet(name: str) -> None:
    """What is known only once the update runs is accepted anywhere."""
    assert ACCEPTED == check_webhook({**webhook(), name: UNKNOWN})


def test_a_number_that_is_not_known_yet() -> None:
    """One of several may be unknown, and those that are known are checked."""
    assert ACCEPTED == check_webhook(webhook(sendblueNumbers=[UNKNOWN, NUMBER]))
    assert places(webhook(sendblueNumbers=[UNKNOWN, "5"])) == [("sendblueNumbers", 1)]


@pytest.mark.parametrize("name", ["secret", "sendblueNumbers", "allowOverwrite"])
def test_null_is_not_set(name: str) -> None:
    """An optional property that is null is not declared."""
    assert ACCEPTED == check_webhook(webhook(**{name: None}))


def test_all_failures_at_once() -> None:
    """Everything that is wrong is told together, each at its place, and no secret with it."""
    inputs = {
        "event": "callLog",
        "url": "http://example.com/canary",
        "secret": "",
        "sendblueNumbers": ["canary", NUMBER, NUMBER],
        "allowOverwrite": "canary",
        "canary": 1,
    }
    texts = [failure_text(failure, READER.spell) for failure in check_webhook(inputs)]
    heads = {text.partition(":")[0] for text in texts}
    assert heads == {
        "event",
        "url",
        "secret",
        "sendblueNumbers[0]",
        "sendblueNumbers[2]",
        "allowOverwrite",
        "canary",
    }
    assert not any("canary" in text.partition(":")[2] for text in texts)


def test_checking_leaves_the_inputs_as_they_are() -> None:
    """A check changes nothing."""
    inputs = webhook(secret=OWN, sendblueNumbers=[NUMBER])
    before = {**inputs, "sendblueNumbers": [NUMBER]}
    check_webhook(inputs)
    assert inputs == before
