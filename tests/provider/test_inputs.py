"""The rules that declared values must keep, and how a broken one is told."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from sendblue_provider.inputs import check_configuration
from sendblue_provider.model import UNKNOWN, Path, Properties
from sendblue_provider.report import failure_text
from sendblue_provider.values import Failure
from tests.provider.conftest import NUMBER, OTHER, OTHER_NUMBER, OWN, READER, A, B, C, D

LISTS: dict[str, Path] = {
    "receive": ("receive",),
    "outbound": ("outbound",),
    "call_log": ("callLog",),
    "line_blocked": ("lineBlocked",),
    "line_assigned": ("lineAssigned",),
    "other_event": ("otherEvents", "typing_indicator"),
}
"""Where endpoints with secrets may stand."""
ALL_LISTS: dict[str, Path] = {**LISTS, "contact_created": ("contactCreated",)}
ACCEPTED: list[Failure] = []
KNOWN_PROPERTIES = (
    "receive",
    "outbound",
    "callLog",
    "lineBlocked",
    "lineAssigned",
    "contactCreated",
    "globalSecret",
    "secret",
    "otherEvents",
    "allowOverwrite",
)


def at(path: Path, value: Any) -> dict[str, Any]:
    """Properties with one value at a path of names."""
    for name in reversed(path):
        value = {name: value}
    properties: dict[str, Any] = value
    return properties


def places(inputs: Properties) -> list[Path]:
    return [failure.path for failure in check_configuration(inputs)]


def only_text(inputs: Properties) -> str:
    """The text of the one failure, which begins with its path."""
    (failure,) = check_configuration(inputs)
    return failure_text(failure, READER.spell)


def test_a_declaration_of_everything_is_accepted() -> None:
    """Every property in every form that it may take is accepted together."""
    inputs = {
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
    }
    assert ACCEPTED == check_configuration(inputs)


def test_nothing_needs_to_be_declared() -> None:
    """An empty declaration is accepted: it declares an empty account."""
    assert ACCEPTED == check_configuration({})


@pytest.mark.parametrize("name", KNOWN_PROPERTIES)
def test_a_property_without_a_value_is_left_out(name: str) -> None:
    """A property that is None counts as not declared."""
    assert ACCEPTED == check_configuration({name: None})


def test_an_endpoint_field_without_a_value_is_left_out() -> None:
    """A secret or a list of numbers that is None counts as not declared."""
    assert ACCEPTED == check_configuration({"receive": [{"url": A, "secret": None, "sendblueNumbers": None}]})


def test_the_inputs_are_left_as_they_are() -> None:
    """Checking changes nothing in the values."""
    inputs = {"receive": [A, A, {"url": "", "secret": ""}], "otherEvents": {"receive": [UNKNOWN]}, "typo": 1}
    before = copy.deepcopy(inputs)
    check_configuration(inputs)
    assert before == inputs


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("https://example.com", id="no path"),
        pytest.param("https://example.com/", id="root"),
        pytest.param("https://EXAMPLE.com/In", id="capitals"),
        pytest.param("https://example.com:443/in", id="port"),
        pytest.param("https://example.com:65535/in", id="highest port"),
        pytest.param("https://example.com?token=x", id="query without a path"),
        pytest.param("https://example.com/in?token=a%20b&x=1", id="query"),
        pytest.param("https://example.com/a@b", id="at sign in the path"),
        pytest.param("https://example.com/{id}/$x,y;z!", id="odd characters in the path"),
        pytest.param("https://bücher.example/übersicht", id="not ASCII"),
        pytest.param("https://127.0.0.1:8443/in", id="IPv4"),
        pytest.param("https://[::1]:8443/in", id="IPv6"),
        pytest.param("https://my_app.example.com/in", id="underscore"),
    ],
)
def test_an_absolute_https_url_is_accepted(url: str) -> None:
    """Any absolute https URL will do, as a string and in an endpoint."""
    assert ACCEPTED == check_configuration({"receive": [url], "outbound": [{"url": url}]})


BAD_URLS = [
    pytest.param("", "empty", id="empty"),
    pytest.param("example.com/in", "https://", id="no scheme"),
    pytest.param("//example.com/in", "https://", id="no scheme but slashes"),
    pytest.param("/in", "https://", id="a path"),
    pytest.param("http://example.com/in", "https://", id="http"),
    pytest.param("ftp://example.com/in", "https://", id="ftp"),
    pytest.param("https:/example.com/in", "https://", id="one slash"),
    pytest.param("https://", "host", id="scheme alone"),
    pytest.param("https:///in", "host", id="no host"),
    pytest.param("https://:443/in", "host", id="port alone"),
    pytest.param("https://?token=x", "host", id="query alone"),
    pytest.param("https://example.com\\in", "host", id="backslash after the host"),
    pytest.param("https://<host>/in", "host", id="a placeholder for the host"),
    pytest.param("https://[::1", "host", id="IPv6 not closed"),
    pytest.param("https://[::1]x/in", "host", id="text after IPv6"),
    pytest.param("https://[example]/in", "host", id="brackets around a name"),
    pytest.param("https://example.com:65536/in", "port", id="port too high"),
    pytest.param("https://example.com:https/in", "port", id="port in letters"),
    pytest.param("https://user@example.com/in", "user name", id="user"),
    pytest.param("https://user:word@example.com/in", "user name", id="user and password"),
    pytest.param("https://@example.com/in", "user name", id="empty user"),
    pytest.param("https://example.com/in#part", "fragment", id="fragment"),
    pytest.param("https://example.com/in#", "fragment", id="empty fragment"),
    pytest.param("https://example.com#part", "fragment", id="fragment after the host"),
    pytest.param("https://example.com/in?a=b#part", "fragment", id="fragment after a query"),
    pytest.param("https://example.com/a b", "space", id="space"),
    pytest.param(" https://example.com/in", "space", id="space before"),
    pytest.param("https://example.com/in ", "space", id="space after"),
    pytest.param("https://example.com/in\u00a0", "space", id="no-break space"),
    pytest.param("https://example.com/in\n", "control character", id="line end after"),
    pytest.param("https://exa\tmple.com/in", "control character", id="tab in the host"),
    pytest.param("https://example.com/\x00", "control character", id="NUL"),
    pytest.param("https://example.com/\x1b[31m", "control character", id="escape"),
    pytest.param("https://example.com/\x7f", "control character", id="DEL"),
    pytest.param("https://example.com/\u202ein", "control character", id="right-to-left override"),
]


@pytest.mark.parametrize(("url", "word"), BAD_URLS)
def test_a_bad_url(url: str, word: str) -> None:
    """A URL that is not absolute https, or holds what a URL must not, is refused at its position."""
    text = only_text({"receive": [B, url]})
    assert text.startswith("receive[1]: ")
    assert word in text


@pytest.mark.parametrize(("url", "word"), BAD_URLS)
def test_a_bad_url_of_an_endpoint(url: str, word: str) -> None:
    """The same URLs are refused in an endpoint, at its `url`."""
    text = only_text({"receive": [B, {"url": url, "secret": OWN}]})
    assert text.startswith("receive[1].url: ")
    assert word in text


@pytest.mark.parametrize("path", ALL_LISTS.values(), ids=ALL_LISTS)
def test_a_bad_url_in_any_event(path: Path) -> None:
    """URLs are checked in every event, whether the provider knows it or not."""
    assert [(*path, 1)] == places(at(path, [A, "http://example.com"]))


@pytest.mark.parametrize("path", LISTS.values(), ids=LISTS)
def test_bad_fields_of_an_endpoint_in_any_event(path: Path) -> None:
    """Every field of an endpoint is checked in every event, all at once."""
    entry = {"url": "http://example.com", "secret": "", "sendblueNumbers": ["one", NUMBER, "two"]}
    expected = [
        (*path, 1, "url"),
        (*path, 1, "secret"),
        (*path, 1, "sendblueNumbers", 0),
        (*path, 1, "sendblueNumbers", 2),
    ]
    assert expected == places(at(path, [A, entry]))


@pytest.mark.parametrize(
    ("item", "kind"),
    [
        pytest.param(None, "null", id="None"),
        pytest.param(True, "a boolean", id="boolean"),
        pytest.param(5, "a number", id="integer"),
        pytest.param(1.5, "a number", id="float"),
        pytest.param([A], "a list", id="list"),
        pytest.param(b"https://example.com", "a value of this type", id="bytes"),
    ],
)
def test_an_entry_of_another_type(item: Any, kind: str) -> None:
    """What is neither a URL nor an endpoint is refused, and its kind is named."""
    assert only_text({"receive": [item]}).startswith("receive[0]: ")
    assert f"not {kind}" in only_text({"receive": [item]})


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        pytest.param(A, "a string", id="one URL"),
        pytest.param({"url": A}, "an object", id="one endpoint"),
        pytest.param(5, "a number", id="number"),
    ],
)
@pytest.mark.parametrize("path", ALL_LISTS.values(), ids=ALL_LISTS)
def test_an_event_that_is_no_list(path: Path, value: Any, kind: str) -> None:
    """An event's endpoints stand in a list, also where there is but one."""
    text = only_text(at(path, value))
    assert text.startswith(f"{'.'.join(str(step) for step in path)}: ")
    assert f"must be a list, not {kind}" in text


@pytest.mark.parametrize("entry", [{}, {"secret": OWN}, {"sendblueNumbers": [NUMBER]}], ids=["empty", "secret", "line"])
@pytest.mark.parametrize("path", LISTS.values(), ids=LISTS)
def test_an_endpoint_without_a_url(path: Path, entry: dict[str, Any]) -> None:
    """An endpoint needs a URL; the failure stands at the URL that is missing."""
    assert [(*path, 0, "url")] == places(at(path, [entry]))
    assert "missing" in only_text(at(path, [entry]))


def test_an_endpoint_whose_url_is_none() -> None:
    """A URL that is None is refused: it cannot be left out."""
    assert [("receive", 0, "url")] == places({"receive": [{"url": None}]})


@pytest.mark.parametrize("name", ["globalSecret", "secret"])
@pytest.mark.parametrize(
    ("value", "word"),
    [
        pytest.param("", "empty", id="empty"),
        pytest.param(5, "a number", id="number"),
        pytest.param(True, "a boolean", id="boolean"),
        pytest.param([OWN], "a list", id="list"),
        pytest.param({"value": OWN}, "an object", id="object"),
    ],
)
def test_a_bad_secret(name: str, value: Any, word: str) -> None:
    """A secret is a string with something in it: of the account and of an endpoint alike."""
    assert only_text({name: value}).startswith(f"{name}: ")
    assert word in only_text({name: value})
    endpoint = {"receive": [{"url": A, "secret": value}]}
    assert only_text(endpoint).startswith("receive[0].secret: ")
    assert word in only_text(endpoint)


@pytest.mark.parametrize("number", ["+15551234567", "+4915112345678", "+123456789012345"])
def test_an_e164_number_is_accepted(number: str) -> None:
    """Numbers of any country are accepted, up to the fifteen digits of E.164."""
    assert ACCEPTED == check_configuration({"receive": [{"url": A, "sendblueNumbers": [number]}]})


@pytest.mark.parametrize(
    "number",
    [
        pytest.param("", id="empty"),
        pytest.param("15551234567", id="no plus"),
        pytest.param("+05551234567", id="leading zero"),
        pytest.param("+1 555 123 4567", id="spaces"),
        pytest.param("+1-555-123-4567", id="hyphens"),
        pytest.param("(555) 123-4567", id="national"),
        pytest.param("+1234567890123456", id="sixteen digits"),
        pytest.param("+", id="plus alone"),
        pytest.param("+15551234567\n", id="line end after"),
        pytest.param("+١٥٥٥١٢٣٤٥٦٧", id="digits of another script"),
        pytest.param(15551234567, id="a number"),
        pytest.param(None, id="None"),
        pytest.param([NUMBER], id="a list"),
    ],
)
def test_a_bad_number(number: Any) -> None:
    """What is not a phone number in E.164 form is refused, with an example of one that is."""
    text = only_text({"receive": [{"url": A, "sendblueNumbers": [NUMBER, number]}]})
    assert text.startswith("receive[0].sendblueNumbers[1]: ")
    assert "E.164" in text
    assert "+15551234567" in text


@pytest.mark.parametrize("numbers", [NUMBER, {"number": NUMBER}, 5, True], ids=["string", "object", "number", "flag"])
def test_numbers_that_are_no_list(numbers: Any) -> None:
    """Numbers stand in a list."""
    text = only_text({"receive": [{"url": A, "sendblueNumbers": numbers}]})
    assert text.startswith("receive[0].sendblueNumbers: must be a list")


@pytest.mark.parametrize("value", ["true", "", 0, 1, [], {}], ids=["text", "empty", "zero", "one", "list", "object"])
def test_an_overwrite_flag_that_is_no_boolean(value: Any) -> None:
    """`allowOverwrite` is a boolean: nothing that merely looks like one allows an overwrite."""
    text = only_text({"allowOverwrite": value})
    assert text.startswith("allowOverwrite: ")
    assert "true or false" in text


@pytest.mark.parametrize(
    "entry",
    [{"url": A}, {"url": A, "secret": OWN}, {"url": A, "sendblueNumbers": [NUMBER]}, {}],
    ids=["url", "secret", "numbers", "empty"],
)
def test_contact_created_takes_urls_only(entry: dict[str, Any]) -> None:
    """An endpoint under `contactCreated` is refused, and the failure says that the API takes no secret there."""
    text = only_text({"contactCreated": [B, entry]})
    assert text.startswith("contactCreated[1]: must be a URL, not an object")
    assert "no secret" in text


@pytest.mark.parametrize("value", [[A], A, 5], ids=["list", "string", "number"])
def test_other_events_that_are_no_map(value: Any) -> None:
    """`otherEvents` is a map of event names."""
    assert only_text({"otherEvents": value}).startswith("otherEvents: must be a map")


@pytest.mark.parametrize(
    ("event", "name"),
    [
        ("receive", "receive"),
        ("outbound", "outbound"),
        ("call_log", "callLog"),
        ("line_blocked", "lineBlocked"),
        ("line_assigned", "lineAssigned"),
        ("contact_created", "contactCreated"),
        ("callLog", "callLog"),
        ("contactCreated", "contactCreated"),
    ],
)
def test_a_known_event_among_the_others(event: str, name: str) -> None:
    """An event that has a property of its own is refused under `otherEvents`, and the property is named."""
    text = only_text({"otherEvents": {event: [A]}})
    assert text.startswith(f"otherEvents.{event}: ")
    assert text.endswith(f" {name}")


@pytest.mark.parametrize("name", ["globalSecret", "secret", "global_secret", "", " "])
def test_what_cannot_be_an_event(name: str) -> None:
    """The account secrets, which stand beside the events in the API, and an empty name are no events."""
    assert [("otherEvents", name)] == places({"otherEvents": {name: [A]}})


def test_a_misplaced_event_whose_value_is_unknown() -> None:
    """The name of an event can be refused before its endpoints are known."""
    assert [("otherEvents", "receive")] == places({"otherEvents": {"receive": UNKNOWN}})


@pytest.mark.parametrize("event", ["url", "known", "unknown", "endpoint", "0"])
def test_an_event_of_any_name(event: str) -> None:
    """Events newer than the provider may have any name, and their failures have the right path."""
    inputs = {"otherEvents": {event: [A, {"url": B, "secret": "", "sendblueNumbers": ["x"]}, {"secret": OWN}]}}
    expected = [
        ("otherEvents", event, 1, "secret"),
        ("otherEvents", event, 1, "sendblueNumbers", 0),
        ("otherEvents", event, 2, "url"),
    ]
    assert expected == places(inputs)


@pytest.mark.parametrize("path", ALL_LISTS.values(), ids=ALL_LISTS)
def test_a_url_repeated_within_an_event(path: Path) -> None:
    """The second and every later copy of a URL is refused, and the first one's position is named."""
    failures = check_configuration(at(path, [A, B, A, A]))
    assert [(*path, 2), (*path, 3)] == [failure.path for failure in failures]
    assert all("position 0" in failure.reason for failure in failures)


@pytest.mark.parametrize("path", LISTS.values(), ids=LISTS)
def test_a_url_repeated_in_another_form(path: Path) -> None:
    """A URL is the same in a string and in an endpoint, whatever the secret and the numbers."""
    items = [{"url": A, "secret": OWN}, A, {"url": A, "secret": OTHER, "sendblueNumbers": [NUMBER]}]
    assert [(*path, 1), (*path, 2, "url")] == places(at(path, items))


def test_one_url_for_several_events() -> None:
    """The same URL may stand in every event."""
    events = {name: [A] for name in ("receive", "outbound", "callLog", "lineBlocked", "lineAssigned", "contactCreated")}
    assert ACCEPTED == check_configuration({**events, "otherEvents": {"typing_indicator": [A], "inbound_call": [A]}})


@pytest.mark.parametrize(
    "other", [A + "/", A + "?", A.upper().replace("HTTPS", "https")], ids=["slash", "query", "case"]
)
def test_urls_that_only_look_alike(other: str) -> None:
    """URLs are compared as they are written: nothing is known of how Sendblue would unify them."""
    assert ACCEPTED == check_configuration({"receive": [A, other]})


@pytest.mark.parametrize("name", ["recieve", "call_log", "global_secret", "managed", "secretsReadable", "id"])
def test_a_property_that_does_not_exist(name: str) -> None:
    """A property that is no input is refused, and the ones that are inputs are named."""
    (failure,) = check_configuration({name: OWN})
    assert (name,) == failure.path
    assert KNOWN_PROPERTIES == failure.names


@pytest.mark.parametrize("name", ["sekret", "sendblue_numbers", "extra"])
@pytest.mark.parametrize("path", LISTS.values(), ids=LISTS)
def test_a_field_of_an_endpoint_that_does_not_exist(path: Path, name: str) -> None:
    """A field that an endpoint does not have is refused, and the ones it has are named."""
    (failure,) = check_configuration(at(path, [{"url": A, name: OWN}]))
    assert (*path, 0, name) == failure.path
    assert ("url", "secret", "sendblueNumbers") == failure.names


UNKNOWNS = [
    *[pytest.param(at(path, UNKNOWN), id=f"{name} list") for name, path in ALL_LISTS.items()],
    *[pytest.param(at(path, [A, UNKNOWN, UNKNOWN]), id=f"{name} item") for name, path in ALL_LISTS.items()],
    *[
        pytest.param(at(path, [{"url": UNKNOWN}, {"url": UNKNOWN}, A]), id=f"{name} url")
        for name, path in LISTS.items()
    ],
    *[pytest.param(at(path, [{"url": A, "secret": UNKNOWN}]), id=f"{name} secret") for name, path in LISTS.items()],
    *[
        pytest.param(at(path, [{"url": A, "sendblueNumbers": UNKNOWN}]), id=f"{name} numbers")
        for name, path in LISTS.items()
    ],
    *[
        pytest.param(at(path, [{"url": A, "sendblueNumbers": [NUMBER, UNKNOWN]}]), id=f"{name} number")
        for name, path in LISTS.items()
    ],
    pytest.param({"otherEvents": UNKNOWN}, id="other events"),
    pytest.param({"globalSecret": UNKNOWN}, id="global secret"),
    pytest.param({"secret": UNKNOWN}, id="legacy secret"),
    pytest.param({"allowOverwrite": UNKNOWN}, id="flag"),
]


@pytest.mark.parametrize("inputs", UNKNOWNS)
def test_an_unknown_value_is_left_for_later(inputs: dict[str, Any]) -> None:
    """A value that is not known yet is accepted wherever a value may stand."""
    assert ACCEPTED == check_configuration(inputs)


def test_an_unknown_value_hides_nothing() -> None:
    """What is known beside an unknown value is checked all the same."""
    inputs = {
        "receive": [UNKNOWN, "", B, {"url": B, "secret": UNKNOWN}, {"url": UNKNOWN, "secret": ""}],
        "outbound": [{"secret": UNKNOWN}],
        "otherEvents": {"typing_indicator": UNKNOWN, "inbound_call": ["http://example.com"]},
        "globalSecret": UNKNOWN,
        "secret": "",
    }
    expected: set[Path] = {
        ("receive", 1),
        ("receive", 3, "url"),
        ("receive", 4, "secret"),
        ("outbound", 0, "url"),
        ("otherEvents", "inbound_call", 0),
        ("secret",),
    }
    assert expected == set(places(inputs))


def test_all_failures_at_once() -> None:
    """Everything that is wrong is reported together, each thing once."""
    inputs = {
        "receive": ["http://example.com", {"url": A, "secret": ""}, A, {"url": B, "sendblueNumbers": ["1", "2"]}],
        "outbound": "https://example.com",
        "callLog": [{"secret": OWN}],
        "lineBlocked": [5],
        "lineAssigned": [{"url": A, "sekret": OWN}],
        "contactCreated": [{"url": C, "secret": OWN}],
        "globalSecret": "",
        "secret": 5,
        "otherEvents": {"receive": [A], "typing_indicator": [D, D]},
        "allowOverwrite": "yes",
        "recieve": [A],
    }
    expected: list[Path] = [
        ("receive", 0),
        ("receive", 1, "secret"),
        ("receive", 2),
        ("receive", 3, "sendblueNumbers", 0),
        ("receive", 3, "sendblueNumbers", 1),
        ("outbound",),
        ("callLog", 0, "url"),
        ("lineBlocked", 0),
        ("lineAssigned", 0, "sekret"),
        ("contactCreated", 0),
        ("globalSecret",),
        ("secret",),
        ("otherEvents", "receive"),
        ("otherEvents", "typing_indicator", 1),
        ("allowOverwrite",),
        ("recieve",),
    ]
    assert sorted(expected, key=str) == sorted(places(inputs), key=str)


def test_failures_are_in_the_order_of_the_properties() -> None:
    """A reader finds the failures of one property together, whichever rule it was."""
    inputs = {"receive": [A, A], "outbound": [""], "globalSecret": ""}
    assert [("receive", 1), ("outbound", 0), ("globalSecret",)] == places(inputs)


def test_one_failure_for_one_mistake() -> None:
    """What is refused for one reason is not refused for a second one that follows from it."""
    inputs = {"receive": ["", ""], "otherEvents": {"globalSecret": "text"}}
    assert [("receive", 0), ("receive", 1), ("otherEvents", "globalSecret")] == places(inputs)


@pytest.mark.parametrize(
    "inputs",
    [
        pytest.param({"receive": OWN}, id="as a list"),
        pytest.param({"receive": {"url": A, "secret": OWN}}, id="in an endpoint without a list"),
        pytest.param({"receive": [OWN]}, id="as a URL"),
        pytest.param({"receive": [[OWN]]}, id="in a list of a list"),
        pytest.param({"receive": [{"url": OWN}]}, id="as an endpoint's URL"),
        pytest.param({"receive": [{"url": {"value": OWN}}]}, id="in an object as URL"),
        pytest.param({"receive": [{"url": [OWN]}]}, id="in a list as URL"),
        pytest.param({"receive": [{"secret": OWN}]}, id="without a URL"),
        pytest.param({"receive": [{"url": A, "secret": [OWN]}]}, id="in a list"),
        pytest.param({"receive": [{"url": A, "secret": {"value": OWN}}]}, id="in an object"),
        pytest.param({"receive": [{"url": A, "sekret": OWN}]}, id="in another field"),
        pytest.param({"receive": [{"url": A, "sekret": {"value": OWN}}]}, id="in an object in another field"),
        pytest.param({"receive": [{"url": A, "sendblueNumbers": OWN}]}, id="as numbers"),
        pytest.param({"receive": [{"url": A, "sendblueNumbers": [OWN]}]}, id="as a number"),
        pytest.param({"receive": [f"https://user:{OWN}@example.com"]}, id="as a password"),
        pytest.param({"receive": [f"https://{OWN}@example.com"]}, id="as a user name"),
        pytest.param({"receive": [f"https://example.com/#{OWN}"]}, id="in a fragment"),
        pytest.param({"receive": [f"https://example.com:{OWN}/"]}, id="as a port"),
        pytest.param({"receive": [f"https://[{OWN}]/"]}, id="as an address"),
        pytest.param({"receive": [f"http://example.com/?token={OWN}"]}, id="in a query"),
        pytest.param({"receive": [f"https://example.com/ {OWN}"]}, id="after a space"),
        pytest.param({"receive": [f"https://example.com/?token={OWN}"] * 2}, id="in a URL there twice"),
        pytest.param({"receive": [{"url": A, "secret": OWN}, {"url": A, "secret": OTHER}]}, id="of a twin"),
        pytest.param({"contactCreated": [{"url": A, "secret": OWN}]}, id="where none may be"),
        pytest.param({"contactCreated": [{"secret": OWN}]}, id="where none may be, without a URL"),
        pytest.param({"globalSecret": [OWN]}, id="global, in a list"),
        pytest.param({"globalSecret": {"value": OWN}}, id="global, in an object"),
        pytest.param({"secret": [OWN]}, id="legacy, in a list"),
        pytest.param({"otherEvents": OWN}, id="as other events"),
        pytest.param({"otherEvents": [OWN]}, id="as a list of other events"),
        pytest.param({"otherEvents": {"globalSecret": OWN}}, id="as an event"),
        pytest.param({"otherEvents": {"secret": [OWN]}}, id="in an event that is none"),
        pytest.param({"otherEvents": {"typing_indicator": {"secret": OWN}}}, id="in an object as a list"),
        pytest.param({"otherEvents": {"typing_indicator": [{"url": A, "secret": {"x": OWN}}]}}, id="in another event"),
        pytest.param({"allowOverwrite": OWN}, id="as the flag"),
        pytest.param({"allowOverwrite": {"value": OWN}}, id="in an object as the flag"),
        pytest.param({"global_secret": OWN}, id="in another property"),
        pytest.param({"typo": {"value": OWN}}, id="in an object in another property"),
    ],
)
def test_no_failure_holds_a_value(inputs: dict[str, Any]) -> None:
    """A secret in a wrong place is refused, and its value is in no text and no representation."""
    failures = check_configuration(inputs)
    assert failures
    assert "canary" not in repr(failures)
    assert "canary" not in "".join(failure_text(failure, READER.spell) for failure in failures)


@pytest.mark.parametrize("secret", ["canary\n", "can\x00ary", "\tcanary"])
def test_a_secret_that_no_header_can_carry(secret: str) -> None:
    """A line end, as of the file that a secret was read from, is found at each place, and the secret is not shown."""
    inputs = {"receive": [{"url": A, "secret": secret}], "globalSecret": secret, "secret": secret}
    failures = check_configuration(inputs)
    assert [("receive", 0, "secret"), ("globalSecret",), ("secret",)] == [failure.path for failure in failures]
    assert all("line end" in failure.reason and "canary" not in failure.reason for failure in failures)


def test_a_number_that_is_there_twice() -> None:
    """A number is named once; an API that merges the two would drift for ever."""
    inputs = {"receive": [{"url": A, "sendblueNumbers": [NUMBER, OTHER_NUMBER, NUMBER]}]}
    assert [Failure(("receive", 0, "sendblueNumbers", 2), "is the same number as at position 0; declare it once")] == (
        check_configuration(inputs)
    )
