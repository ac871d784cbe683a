"""The rules that one declared value must keep, and how a broken rule is told."""

from __future__ import annotations

from typing import Any, Final

import pytest

from sendblue_provider.api.records import EVENTS
from sendblue_provider.resources.inputs import check_configuration, check_webhook
from sendblue_provider.unknown import UNKNOWN

from .checks import (
    LISTS,
    NUMBER,
    OF_CONFIGURATION,
    OF_WEBHOOK,
    OTHER,
    OTHER_NUMBER,
    OWN,
    PROPERTIES,
    A,
    B,
    at,
    checked,
    endpoint,
    reason,
    webhook,
)

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
    **{f"{path} unknown": at(path, UNKNOWN) for path in LISTS},
    **{f"{path} unknown URLs": at(path, [A, UNKNOWN, UNKNOWN]) for path in LISTS},
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
    **{event: webhook(event, secret=OWN) for event in EVENTS},
    **{name: webhook(name) for name in ("typing_indicator", "inbound-call", "opt_out.v2", "nachricht_ü", "x")},
    **{f"{name} is null": webhook(**{name: None}) for name in ("secret", "sendblueNumbers", "allowOverwrite")},
    **{f"{name} is unknown": {**webhook(secret=OWN), name: UNKNOWN} for name in OF_WEBHOOK},
    "unknown numbers": webhook(sendblueNumbers=[UNKNOWN, NUMBER, UNKNOWN]),
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
