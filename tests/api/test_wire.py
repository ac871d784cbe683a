"""Records and the API's JSON: what is read, and that all of it is written back as it was."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sendblue_provider.api.hidden import HIDDEN
from sendblue_provider.api.records import Opaque, Record
from sendblue_provider.api.wire import from_wire, is_blank, secrets_of, to_item, to_wire
from sendblue_provider.errors import SecretHidden

A, B = "https://example.com/a", "https://example.com/b"
N1, N2 = "+15551230001", "+15551230002"
OWN, OTHER = "canary-own", "canary-other"


def opaque(event: str, value: Any, *, is_whole: bool = False) -> Record:
    return Record(event, opaque=Opaque(is_whole, json.dumps(value, sort_keys=True)), raw=value)


READ: dict[str, tuple[dict[str, Any], list[Record]]] = {
    "a URL": ({"receive": [A]}, [Record("receive", A)]),
    "an object of a URL alone": ({"receive": [{"url": A}]}, [Record("receive", A)]),
    "empty fields": ({"receive": [{"url": A, "secret": "", "sendblue_numbers": []}]}, [Record("receive", A)]),
    "null fields": ({"receive": [{"url": A, "secret": None, "sendblue_numbers": None}]}, [Record("receive", A)]),
    "a secret": ({"receive": [{"url": A, "secret": OWN}]}, [Record("receive", A, OWN)]),
    "a masked secret": ({"receive": [{"url": A, "secret": "****"}]}, [Record("receive", A, HIDDEN)]),
    "numbers": (
        {"receive": [{"url": A, "sendblue_numbers": [N2, N1]}]},
        [Record("receive", A, None, (N1, N2))],
    ),
    "a number twice": ({"receive": [{"url": A, "sendblue_numbers": [N1, N1]}]}, [Record("receive", A, None, (N1, N1))]),
    "an unknown field": ({"receive": [{"url": A, "label": "x"}]}, [Record("receive", A)]),
    "copies, in order": ({"receive": [A, B, A]}, [Record("receive", A), Record("receive", B), Record("receive", A)]),
    "any scheme": ({"receive": ["http://a"]}, [Record("receive", "http://a")]),
    "a URL of a known event that is none": ({"receive": ["x"]}, [Record("receive", "x")]),
    "a newer event": ({"typing_indicator": [{"url": A}]}, [Record("typing_indicator", A)]),
    "contact_created": ({"contact_created": [A]}, [Record("contact_created", A)]),
    "an account secret": ({"globalSecret": OWN}, [Record("globalSecret", secret=OWN)]),
    "the legacy account secret": ({"secret": OWN}, [Record("secret", secret=OWN)]),
    "a masked account secret": ({"globalSecret": "•••"}, [Record("globalSecret", secret=HIDDEN)]),
    "an unset account secret": ({"globalSecret": "", "secret": None}, []),
    "an empty event": ({"receive": [], "outbound": None}, []),
    "an item without a URL": ({"receive": [{"secret": OWN}]}, [opaque("receive", {"secret": OWN})]),
    "an item of an empty URL": ({"receive": [""]}, [opaque("receive", "")]),
    "an item of another type": ({"receive": [7, [A]]}, [opaque("receive", 7), opaque("receive", [A])]),
    "a null item": ({"receive": [None, A]}, [opaque("receive", None), Record("receive", A)]),
    "a URL of another type": ({"receive": [{"url": [A]}]}, [opaque("receive", {"url": [A]})]),
    "a secret of another type": ({"receive": [{"url": A, "secret": 1}]}, [opaque("receive", {"url": A, "secret": 1})]),
    "a secret that is false": (
        {"receive": [{"url": A, "secret": False}]},
        [opaque("receive", {"url": A, "secret": False})],
    ),
    "numbers of another type": (
        {"receive": [{"url": A, "sendblue_numbers": N1}]},
        [opaque("receive", {"url": A, "sendblue_numbers": N1})],
    ),
    "a number of another type": (
        {"receive": [{"url": A, "sendblue_numbers": [N1, 1]}]},
        [opaque("receive", {"url": A, "sendblue_numbers": [N1, 1]})],
    ),
    "an event that is no list": ({"receive": {"url": A}}, [opaque("receive", {"url": A}, is_whole=True)]),
    "an event that is a text": ({"receive": A}, [opaque("receive", A, is_whole=True)]),
    "an account secret of another type": ({"globalSecret": 1}, [opaque("globalSecret", 1, is_whole=True)]),
    "an account secret that is a list": ({"secret": [A]}, [opaque("secret", [A], is_whole=True)]),
    "an unknown value": ({"region": {"x": 1}}, [opaque("region", {"x": 1}, is_whole=True)]),
    "an unknown list of something else": ({"tags": ["x", A]}, [opaque("tags", "x"), Record("tags", A)]),
    "blank unknown keys": (
        {"region": None, "beta": []},
        [opaque("region", None, is_whole=True), opaque("beta", [], is_whole=True)],
    ),
}


@pytest.mark.parametrize("name", READ)
def test_the_object_is_read(name: str) -> None:
    """Every form of the API's object has its records; what cannot be read is an opaque one, and no error."""
    webhooks, records = READ[name]
    assert [record.value for record in records] == [record.value for record in from_wire(webhooks)]


@pytest.mark.parametrize("name", READ)
def test_what_was_read_is_written_back(name: str) -> None:
    """Everything is written back byte for byte, but for what is as good as absent; a mask alone is never written."""
    webhooks, records = READ[name]
    if any(record.secret == HIDDEN for record in records):
        with pytest.raises(SecretHidden):
            to_wire(from_wire(webhooks))
        return
    filled = {key: value for key, value in webhooks.items() if key in ("region", "beta") or value}
    assert json.dumps(filled) == json.dumps(to_wire(from_wire(webhooks)))


texts = st.sampled_from(["", "x", A, "***", "\0", "\ud800"])
leaves = st.none() | st.booleans() | st.integers(0, 2) | texts
anything = leaves | st.lists(leaves, max_size=2) | st.dictionaries(texts, leaves, max_size=2)
items = st.fixed_dictionaries(
    {"url": st.sampled_from([A, B]) | anything},
    optional={"secret": st.sampled_from([OWN, ""]) | anything, "sendblue_numbers": anything, "label": anything},
)
event_values = st.lists(st.sampled_from([A, B]) | items | anything, max_size=4) | anything
accounts = st.dictionaries(
    st.sampled_from(["receive", "outbound", "contact_created", "typing_indicator", "region", "globalSecret", "secret"]),
    event_values,
)


@settings(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(accounts)
def test_any_object_is_written_back(webhooks: dict[str, Any]) -> None:
    """Whatever the API answers, all of it is written back as it was, and nothing else."""
    records = from_wire(webhooks)
    if any(record.secret == HIDDEN for record in records):
        return
    unset = {"globalSecret": (None, ""), "secret": (None, ""), "typing_indicator": (), "region": ()}
    filled = {key: value for key, value in webhooks.items() if value not in unset.get(key, (None, []))}
    assert {key: json.dumps(value) for key, value in filled.items()} == {
        key: json.dumps(value) for key, value in to_wire(records).items()
    }


WRITTEN: dict[str, tuple[Record, Any]] = {
    "a declared URL": (Record("receive", A), A),
    "a declared secret": (Record("receive", A, OWN), {"url": A, "secret": OWN}),
    "declared numbers": (Record("receive", A, None, (N1, N2)), {"url": A, "sendblue_numbers": [N1, N2]}),
    "the live form": (Record("receive", A, raw={"url": A}), {"url": A}),
    "live numbers in their order": (
        Record("receive", A, None, (N1, N2), raw={"url": A, "sendblue_numbers": [N2, N1]}),
        {"url": A, "sendblue_numbers": [N2, N1]},
    ),
    "a changed secret, beside unknown fields": (
        Record("receive", A, OTHER, raw={"url": A, "secret": OWN, "label": "x", "n": [1]}),
        {"url": A, "label": "x", "n": [1], "secret": OTHER},
    ),
    "a removed secret": (Record("receive", A, raw={"url": A, "secret": OWN}), A),
    "a removed secret, beside unknown fields": (
        Record("receive", A, raw={"url": A, "secret": OWN, "label": "x"}),
        {"url": A, "label": "x"},
    ),
    "a secret on what was a string": (Record("receive", A, OWN, raw=A), {"url": A, "secret": OWN}),
    "a known secret in the place of a mask": (
        Record("receive", A, OWN, raw={"url": A, "secret": "****", "label": "x"}),
        {"url": A, "label": "x", "secret": OWN},
    ),
    "what cannot be read": (opaque("receive", {"x": 1}), {"x": 1}),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_an_entry_is_written(name: str) -> None:
    """An unchanged entry keeps the API's form; a changed one keeps the fields that this provider does not know."""
    record, item = WRITTEN[name]
    assert json.dumps(item) == json.dumps(to_item(record))


def test_writing_changes_nothing_that_was_read() -> None:
    """The API's own objects stay as they were when a changed record is written."""
    raw = {"url": A, "secret": OWN, "label": {"x": 1}}
    to_wire([Record("receive", A, OTHER, (N1,), raw=raw)])
    assert {"url": A, "secret": OWN, "label": {"x": 1}} == raw


def test_what_goes_is_sent_empty() -> None:
    """An event that the account has and the plan has not is an empty list, and a cleared secret an empty text."""
    live = from_wire({"receive": [A], "outbound": [B], "typing_indicator": [A], "globalSecret": OWN})
    assert {"receive": [A], "outbound": [], "typing_indicator": [], "secret": ""} == to_wire(
        live[:1], live, cleared=["secret"]
    )
    assert {"globalSecret": OWN} == to_wire(live[3:], live[3:], cleared=["globalSecret"])


@pytest.mark.parametrize("record", [Record("receive", A, HIDDEN), Record("globalSecret", secret=HIDDEN)])
def test_a_hidden_secret_is_never_written(record: Record) -> None:
    """Neither a mask nor nothing is written over a secret that does not show; the error names every one of them."""
    with pytest.raises(SecretHidden) as caught:
        to_wire([Record("outbound", B), record, Record("receive", B, HIDDEN)])
    assert [record, Record("receive", B, HIDDEN)] == list(caught.value.records)


@pytest.mark.parametrize(
    ("webhooks", "blank"),
    [
        ({"region": None}, True),
        ({"region": []}, True),
        ({"region": {}}, False),
        ({"region": ""}, False),
        ({"region": 0}, False),
        ({"receive": [None]}, False),
        ({"receive": [A]}, False),
    ],
)
def test_what_stands_for_nothing(webhooks: dict[str, Any], *, blank: bool) -> None:
    """Null and an empty list under an unknown key stand for nothing; an item of a list never does."""
    assert blank is is_blank(from_wire(webhooks)[0])


def test_every_secret_of_an_account_is_found() -> None:
    """Secrets, and all texts in what this provider does not know, are listed, to be hidden; a mask is no secret."""
    webhooks = {
        "receive": [{"url": A, "secret": "one", "label": ["two", {"x": "three"}]}, {"url": B, "secret": "****"}],
        "outbound": [{"token": "four", "n": 1}],
        "globalSecret": "five",
        "region": {"name": "six", "": ""},
    }
    assert ["one", "two", "three", "four", "five", "six"] == secrets_of(from_wire(webhooks))
