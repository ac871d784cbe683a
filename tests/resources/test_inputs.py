"""The rules that declared values must keep, and how a broken one is told: of both resources."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, Final

import pytest

from sendblue_provider.api.records import EVENTS
from sendblue_provider.resources.inputs import check_configuration, check_webhook
from sendblue_provider.resources.names import Path, Properties
from sendblue_provider.resources.values import Failure
from sendblue_provider.unknown import UNKNOWN

A, B, C = (f"https://example.com/{name}" for name in "abc")
NUMBER, OTHER_NUMBER = "+15551230001", "+15551230002"
OWN, OTHER = "canary-own", "canary-other"
"""Secrets: no failure may hold the word canary."""

PROPERTIES: Final = ("receive", "outbound", "callLog", "lineBlocked", "lineAssigned", "contactCreated")
# The last three are names that stand for something else in other places.
OTHERS: Final = ("typing_indicator", "sendblueNumbers", "WebhookEndpoint", "url")
ALL_LISTS: Final = [*[(name,) for name in PROPERTIES], *[("otherEvents", event) for event in OTHERS]]
LISTS: Final = [path for path in ALL_LISTS if path != ("contactCreated",)]
"""Where endpoints with secrets may stand."""
OF_CONFIGURATION: Final = (*PROPERTIES, "globalSecret", "secret", "otherEvents", "allowOverwrite")
OF_WEBHOOK: Final = ("url", "secret", "sendblueNumbers", "event", "allowOverwrite")

Check = Callable[[Properties], list[Failure]]
each_list: Final = pytest.mark.parametrize("path", LISTS, ids=".".join)
any_list: Final = pytest.mark.parametrize("path", ALL_LISTS, ids=".".join)


def at(path: tuple[str, ...], value: Any) -> dict[str, Any]:
    """Inputs with one value at a path of names."""
    for name in reversed(path):
        value = {name: value}
    properties: dict[str, Any] = value
    return properties


def endpoint(**fields: Any) -> dict[str, Any]:
    """The inputs of a `WebhookConfiguration` with one endpoint."""
    return {"receive": [{"url": A, **fields}]}


def webhook(event: Any = "receive", **more: Any) -> dict[str, Any]:
    return {"event": event, "url": A, **more}


def checked(check: Check, inputs: dict[str, Any]) -> list[Failure]:
    """The failures of inputs, which a check leaves as they are; none of them shows a secret."""
    before = copy.deepcopy(inputs)
    failures = check(inputs)
    assert before == inputs
    assert "canary" not in "".join(failure.reason for failure in failures)
    return failures


def places(check: Check, inputs: dict[str, Any]) -> list[str]:
    """Where the failures are, each path as words with dots."""
    return [".".join(map(str, failure.path)) for failure in checked(check, inputs)]


def reason(check: Check, inputs: dict[str, Any], *path: str | int) -> str:
    """The reason of the one failure, which stands at this path."""
    (failure,) = checked(check, inputs)
    assert path == failure.path
    return failure.reason


GOOD_URLS: Final = (
    *(
        "https://example.com",
        "https://example.com.",
        "https://example.com.:8443/in",
        "https://example.com/",
        "https://EXAMPLE.com/In",
        "https://example.com:443/in",
    ),
    *("https://example.com:65535/in", "https://example.com?token=x", "https://example.com/in?token=a%20b&x=1"),
    *("https://example.com/a@b", "https://example.com/{id}/$x,y;z!", "https://bücher.example/übersicht"),
    *("https://127.0.0.1:8443/in", "https://[::1]:8443/in", "https://my_app.example.com/in"),
)
ACCEPTED: Final[dict[str, dict[str, Any]]] = {
    "everything": {
        "receive": [A, {"url": B, "secret": OWN, "sendblueNumbers": [NUMBER, OTHER_NUMBER]}],
        "outbound": [{"url": A}],
        "callLog": [{"url": A, "secret": OWN}],
        "lineBlocked": [],
        "lineAssigned": [{"url": A, "sendblueNumbers": []}],
        "contactCreated": [A, B],
        "globalSecret": OWN,
        "secret": OTHER,
        "otherEvents": {"typing_indicator": [A, {"url": B, "secret": OWN}], "inbound_call": []},
        "allowOverwrite": True,
    },
    "an empty account": {},
    "fields that are null": endpoint(secret=None, sendblueNumbers=None),
    "one URL in every event": {**{name: [A] for name in PROPERTIES}, "otherEvents": {"x": [A], "y": [A]}},
    "slash": {"receive": [A, f"{A}/"]},
    "query": {"receive": [A, f"{A}?"]},
    "case": {"receive": [A, A.upper().replace("HTTPS", "https")]},
    **{f"{name} is null": {name: None} for name in OF_CONFIGURATION},
    **{f"{name} is unknown": {name: UNKNOWN} for name in OF_CONFIGURATION},
    **{f"{path} unknown": at(path, UNKNOWN) for path in ALL_LISTS},
    **{f"{path} unknown URLs": at(path, [A, UNKNOWN, UNKNOWN]) for path in ALL_LISTS},
    **{f"{path} unknown url": at(path, [{"url": UNKNOWN}, {"url": UNKNOWN}, A]) for path in LISTS},
    **{url: {"receive": [url], "outbound": [{"url": url}]} for url in GOOD_URLS},
    **{number: endpoint(sendblueNumbers=[number]) for number in ("+15551234567", "+4915112345678", "+123456789012345")},
    "unknown secret": endpoint(secret=UNKNOWN),
    "unknown list of numbers": endpoint(sendblueNumbers=UNKNOWN),
    "unknown numbers": endpoint(sendblueNumbers=[NUMBER, UNKNOWN, UNKNOWN]),
}


@pytest.mark.parametrize("inputs", ACCEPTED.values(), ids=ACCEPTED)
def test_what_a_configuration_may_declare(inputs: dict[str, Any]) -> None:
    """Every property in every form, null or not known yet, is accepted; URLs are compared as they are written."""
    assert [] == checked(check_configuration, inputs)


ACCEPTED_WEBHOOKS: Final[dict[str, dict[str, Any]]] = {
    "everything": webhook(secret=OWN, sendblueNumbers=[NUMBER, OTHER_NUMBER], allowOverwrite=True),
    **{event: webhook(event) for event in EVENTS},
    **{name: webhook(name) for name in ("typing_indicator", "inbound-call", "opt_out.v2", "nachricht_ü", "x")},
    **{f"{name} is null": webhook(**{name: None}) for name in ("secret", "sendblueNumbers", "allowOverwrite")},
    **{f"{name} is unknown": {**webhook(secret=OWN), name: UNKNOWN} for name in OF_WEBHOOK},
    "unknown numbers": webhook(sendblueNumbers=[UNKNOWN, NUMBER, UNKNOWN]),
    "contact_created with a null": webhook("contact_created", secret=None, sendblueNumbers=None),
    "contact_created without numbers": webhook("contact_created", sendblueNumbers=[]),
    "contact_created with unknowns": webhook("contact_created", secret=UNKNOWN, sendblueNumbers=UNKNOWN),
}


@pytest.mark.parametrize("inputs", ACCEPTED_WEBHOOKS.values(), ids=ACCEPTED_WEBHOOKS)
def test_what_a_webhook_may_declare(inputs: dict[str, Any]) -> None:
    """Any event is accepted, newer ones too; what is null or not known yet may turn out not to be set."""
    assert [] == checked(check_webhook, inputs)


# One value


BAD_URLS: Final[dict[str, tuple[Any, ...]]] = {
    "empty": ("",),
    "begins with https://": (
        *("example.com/in", "//example.com/in", "/in", "ftp://example.com/in", "https:/example.com/in", OWN),
        "http://example.com/?token=canary",
    ),
    "host": (
        *("https://", "https:///in", "https://:443/in", "https://?token=canary", "https://example.com\\in"),
        *("https://<host>/in", "https://[::1", "https://[::1]x/in", "https://[canary]/in"),
    ),
    "port": ("https://example.com:65536/in", "https://example.com:canary/in"),
    "user name": ("https://canary@example.com/in", "https://user:canary@example.com", "https://@example.com/in"),
    "fragment": (f"{A}#canary", f"{A}#", "https://example.com#part", f"{A}?a=b#part"),
    "space": ("https://example.com/ canary", f" {A}", f"{A} ", f"{A}\u00a0"),
    "control character": (
        *(f"{A}\n", "https://exa\tmple.com/in", f"{A}\x00", f"{A}\x1b[31m", f"{A}\x7f", "https://example.com/\u202ein"),
    ),
    "must be a URL, not null": (None,),
    "must be a URL, not a boolean": (True,),
    "must be a URL, not a number": (5, 1.5),
    "must be a URL, not a list": ([OWN],),
    "must be a URL, not an object": ({"value": OWN},),
    "must be a URL, not a value of this type": (b"https://example.com",),
}


@pytest.mark.parametrize(("word", "url"), [(word, url) for word, urls in BAD_URLS.items() for url in urls], ids=repr)
def test_a_bad_url(word: str, url: Any) -> None:
    """A URL that is not absolute https, or holds what a URL must not, is refused in each place that takes one."""
    if not isinstance(url, dict):  # that is an endpoint
        assert word in reason(check_configuration, {"receive": [B, url]}, "receive", 1)
    assert word in reason(check_configuration, {"receive": [B, {"url": url, "secret": OWN}]}, "receive", 1, "url")
    assert word in reason(check_webhook, {**webhook(), "url": url}, "url")


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ("", "is empty"),
        *[(secret, "line end") for secret in ("canary\n", "can\x00ary", "\tcanary")],
        *[(secret, "space") for secret in (" canary", "canary ", " ")],
        *[
            (secret, "beyond ASCII")
            for secret in ("canary-é", "\u00a0canary", "canary\u2028", "😀canary", "\ud800canary")
        ],
        (5, "a string, not a number"),
        (True, "a string, not a boolean"),
        ([OWN], "a string, not a list"),
        ({"value": OWN}, "a string, not an object"),
    ],
    ids=repr,
)
def test_a_bad_secret(value: Any, word: str) -> None:
    """A secret is a string that a header can carry, in each place that takes one, and it is never shown."""
    for name in ("globalSecret", "secret"):
        assert word in reason(check_configuration, {name: value}, name)
    assert word in reason(check_configuration, endpoint(secret=value), "receive", 0, "secret")
    assert word in reason(check_webhook, webhook(secret=value), "secret")


@pytest.mark.parametrize(
    "number",
    [
        *("", "15551234567", "+05551234567", "+1 555 123 4567", "+1-555-123-4567", "(555) 123-4567"),
        *("+1234567890123456", "+", "+15551234567\n", "+١٥٥٥١٢٣٤٥٦٧", OWN, 15551234567, None, [NUMBER], {"n": NUMBER}),
    ],
    ids=repr,
)
def test_a_bad_number(number: Any) -> None:
    """What is not a phone number in E.164 form is refused at its position, with an example of one that is."""
    expected = "must be a phone number in E.164 form, such as +15551234567"
    inputs = {"sendblueNumbers": [UNKNOWN, number]}
    assert expected == reason(check_configuration, endpoint(**inputs), "receive", 0, "sendblueNumbers", 1)
    assert expected == reason(check_webhook, webhook(**inputs), "sendblueNumbers", 1)


@pytest.mark.parametrize("numbers", [OWN, {"number": NUMBER}, 5, True], ids=repr)
def test_numbers_that_are_no_list(numbers: Any) -> None:
    """Numbers stand in a list."""
    found = reason(check_configuration, endpoint(sendblueNumbers=numbers), "receive", 0, "sendblueNumbers")
    assert found.startswith("must be a list, not ")
    assert found == reason(check_webhook, webhook(sendblueNumbers=numbers), "sendblueNumbers")


@pytest.mark.parametrize("value", ["true", "", OWN, 0, 1, [], {"value": OWN}], ids=repr)
def test_a_bad_flag(value: Any) -> None:
    """`allowOverwrite` is a boolean: nothing that merely resembles one allows an overwrite."""
    found = reason(check_configuration, {"allowOverwrite": value}, "allowOverwrite")
    assert found.startswith("must be true or false, not a")
    assert found == reason(check_webhook, webhook(allowOverwrite=value), "allowOverwrite")


@pytest.mark.parametrize(
    ("event", "word"),
    [
        *[(name, " call_log:") for name in ("callLog", "CALLLOG", "Call_Log", " call_log ")],
        ("lineBlocked", " line_blocked:"),
        ("lineAssigned", " line_assigned:"),
        ("contactCreated", " contact_created:"),
        ("Receive", " receive:"),
        *[(name, "a WebhookConfiguration") for name in ("globalSecret", "secret", "global_secret", "GLOBALSECRET")],
        *[(name, "not the name") for name in ("", " ", "call log", "recei\nve", "a\x1b[2J", "\u200b")],
        (None, "must be the name of an event, not null"),
        (True, "must be the name of an event, not a boolean"),
        (5, "must be the name of an event, not a number"),
        ([OWN], "must be the name of an event, not a list"),
        ({"name": OWN}, "must be the name of an event, not an object"),
    ],
    ids=repr,
)
def test_a_bad_event(event: Any, word: str) -> None:
    """An event is written as the API spells it; an account secret and a name with a space are none."""
    assert word in reason(check_webhook, webhook(event), "event")


# An endpoint and its list


@any_list
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


@pytest.mark.parametrize("entry", [{"url": A}, {"url": A, "secret": OWN}, {"secret": OWN}, {}], ids=repr)
def test_contact_created_takes_urls_alone(entry: dict[str, Any]) -> None:
    """An endpoint under `contactCreated` is refused, since the API takes no secret there."""
    found = reason(check_configuration, {"contactCreated": [B, entry]}, "contactCreated", 1)
    assert "must be a URL, not an object: the API takes no secret and no numbers for this event" == found


@pytest.mark.parametrize("more", [{"secret": OWN}, {"sendblueNumbers": [NUMBER]}], ids=repr)
def test_a_webhook_of_contact_created_takes_a_url_alone(more: dict[str, Any]) -> None:
    """The API takes neither a secret nor numbers for this event, which is said of each."""
    assert "is not for contact_created" in reason(check_webhook, webhook("contact_created", **more), *more)
    both = webhook("contact_created", secret=OWN, sendblueNumbers=[NUMBER])
    assert ["secret", "sendblueNumbers"] == places(check_webhook, both)


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


@any_list
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
        "contactCreated": [{"url": C, "secret": OWN}],
        "globalSecret": "",
        "secret": 5,
        "otherEvents": {"receive": [A], "typing_indicator": [B, B]},
        "allowOverwrite": "yes",
    }
    expected = (
        "receive.0 receive.1.secret receive.3.sendblueNumbers.0 receive.3.sendblueNumbers.1 receive.2 outbound "
        "callLog.0.url lineBlocked.0 lineBlocked.1 lineBlocked.2 lineAssigned.0.sekret contactCreated.0 globalSecret "
        "secret otherEvents.receive otherEvents.typing_indicator.1 allowOverwrite recieve"
    )
    assert expected.split() == places(check_configuration, inputs)


def test_all_failures_of_a_webhook_at_once() -> None:
    """Everything that is wrong is told together, each at its place."""
    inputs = webhook("callLog", secret="", sendblueNumbers=[OWN, NUMBER, NUMBER], allowOverwrite=OWN, typo=1)
    inputs["url"] = "http://example.com/canary"
    expected = "url secret sendblueNumbers.0 sendblueNumbers.2 event allowOverwrite typo"
    assert expected.split() == places(check_webhook, inputs)
