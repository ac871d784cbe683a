"""What one account holds: keys, values, and multisets of records."""

from __future__ import annotations

import pytest

from sendblue_provider.api.live import with_key
from sendblue_provider.api.records import Key, Opaque, Record, Records, keys_of, minus

A, B = "https://example.com/a", "https://example.com/b"
RECORD = Record("receive", A, "canary-own", ("+15551230001",), raw={"url": A, "secret": "canary-own", "label": "x"})


def test_a_key_is_event_and_url() -> None:
    """A record is identified by its event and its URL; an account secret by its name alone."""
    assert Key("receive", A) == RECORD.key
    assert Key("globalSecret") == Record("globalSecret", secret="canary").key


@pytest.mark.parametrize(
    ("other", "is_equal"),
    [
        (RECORD._replace(raw=None), True),
        (RECORD._replace(raw=A), True),
        (RECORD._replace(event="outbound"), False),
        (RECORD._replace(url=B), False),
        (RECORD._replace(secret=None), False),
        (RECORD._replace(numbers=()), False),
        (RECORD._replace(opaque=Opaque(is_whole=False, text="1")), False),
    ],
)
def test_two_records_are_equal_without_their_form(other: Record, *, is_equal: bool) -> None:
    """All fields are compared, but for the form in which the API has the record."""
    assert is_equal == (RECORD.value == other.value)
    assert ([] if is_equal else [RECORD]) == minus([RECORD], [other])


def test_repr_hides_the_secret_and_the_form() -> None:
    """A record is shown without its secret, and without the API's form, which holds it too."""
    assert f"Record('receive', {A!r}, secret set)" == repr(RECORD)
    assert "Record('region', '', opaque)" == repr(
        Record("region", opaque=Opaque(is_whole=True, text="1"), raw="canary")
    )
    assert f"Record('receive', {A!r})" == repr(Record("receive", A))


X, Y, Z = (Record("receive", f"https://example.com/{name}") for name in "xyz")


@pytest.mark.parametrize(
    ("records", "others", "left"),
    [
        ((), (X,), []),
        ((X, Y), (), [X, Y]),
        ((X, Y, Z), (Y,), [X, Z]),
        ((X, X, X), (X,), [X, X]),
        ((X,), (X, X), []),
        ((Y, X, Y), (X, Y), [Y]),
    ],
)
def test_minus_counts_copies(records: Records, others: Records, left: list[Record]) -> None:
    """Each record is left as often as the others do not have it; their order does not count."""
    assert left == minus(records, others)


def test_keys_and_records_of_a_key() -> None:
    """Copies have one key, and all of them are found by it."""
    copies = (RECORD, Record("receive", A), Record("receive", B), Record("outbound", A))
    assert {Key("receive", A), Key("receive", B), Key("outbound", A)} == keys_of(copies)
    assert copies[:2] == with_key(copies, Key("receive", A))
