"""Secrets that the API does not show: masks, absent secrets, and what stands in for them (rule 5)."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from sendblue_provider.api.hidden import HIDDEN, Revealed, hide_masks, is_hidden, is_mask, read_secret, reveal
from sendblue_provider.api.records import Key, Record, Records
from sendblue_provider.api.wire import from_wire

A, B, C = (f"https://example.com/{name}" for name in "abc")
N1 = "+15551230001"
OWN, OTHER, MASK = "canary-own", "canary-other", "********"


@pytest.mark.parametrize(
    ("text", "mask"),
    [
        *[(text, True) for text in ("***", "********", "•••", "**••**", "[redacted]", "<hidden>", "(Masked)")],
        *[(text, True) for text in ("{REDACTED}", "[hidden>")],
        *[(text, False) for text in ("", "*", "**", "••", "secret", "1111", "xxxx", "a...b", "...", "***a", "a***")],
        *[(text, False) for text in ("redacted", "[secret]", "[redacted] x", "[[redacted]]", "*** ***", "***\n")],
    ],
)
def test_which_texts_are_masks(text: str, *, mask: bool) -> None:
    """A mask is the whole value: three or more stars or dots, or one bracketed word; anything else is a secret."""
    assert mask is is_mask(text)
    assert (HIDDEN if mask else text or None) == read_secret(text)


def test_no_secret_is_none() -> None:
    """Without a secret there is none, and none that is hidden."""
    assert read_secret(None) is None


class Row(NamedTuple):
    """One GET, what is known, and what is made of it; by default the key of A is the own one."""

    live: dict[str, Any]
    known: Records
    secrets: list[str | None]
    readable: bool
    omits: bool = False
    was_readable: bool = True
    written: Records = ()
    expected: Records = ()
    own: frozenset[Key] | None = frozenset({Key("receive", A), Key("globalSecret")})


def entry(url: str, secret: str | None = None) -> Any:
    return {"url": url, "secret": secret} if secret else url


KNOWN = (Record("receive", A, OWN),)
SEEN: dict[str, Row] = {
    "all show": Row({"receive": [entry(A, OWN), entry(B, OTHER)]}, KNOWN, [OWN, OTHER], readable=True),
    "no secret at all": Row({"receive": [A, B]}, (Record("receive", A),), [None, None], readable=True),
    "another secret shows": Row({"receive": [entry(A, OTHER)]}, KNOWN, [OTHER], readable=True),
    "shows again": Row({"receive": [entry(A, OTHER)]}, KNOWN, [OTHER], readable=True, was_readable=False),
    "own mask": Row({"receive": [entry(A, MASK)]}, KNOWN, [OWN], readable=False, omits=True),
    "own mask, nothing known": Row({"receive": [entry(A, MASK)]}, (), [HIDDEN], readable=False),
    "own mask, a mask in the state": Row(
        {"receive": [entry(A, MASK)]}, (Record("receive", A, "***"),), [HIDDEN], readable=False, omits=True
    ),
    "own mask where the state has none": Row(
        {"receive": [entry(A, MASK)]}, (Record("receive", A),), [HIDDEN], readable=False
    ),
    "foreign mask alone": Row({"receive": [entry(A, OWN), entry(B, MASK)]}, KNOWN, [OWN, HIDDEN], readable=True),
    "a foreign mask that is known": Row(
        {"receive": [entry(A, OWN), entry(B, MASK)]},
        (*KNOWN, Record("receive", B, OTHER)),
        [OWN, OTHER],
        readable=True,
    ),
    "account secret masked": Row(
        {"globalSecret": MASK}, (Record("globalSecret", secret=OTHER),), [OTHER], readable=False, omits=True
    ),
    "absent, others show: it was removed": Row({"receive": [A, entry(B, OTHER)]}, KNOWN, [None, OTHER], readable=True),
    "absent, none shows, it did show: it was removed, and others may be hidden": Row(
        {"receive": [A, B]}, KNOWN, [None, HIDDEN], readable=True, omits=True
    ),
    "absent, none shows, just written: it is hidden": Row(
        {"receive": [A, B]}, KNOWN, [OWN, HIDDEN], readable=False, omits=True, written=KNOWN
    ),
    "absent, none shows, none did": Row(
        {"receive": [A, B]}, KNOWN, [OWN, HIDDEN], readable=False, omits=True, was_readable=False
    ),
    "absent and unknown, none did show": Row(
        {"receive": [A, B]}, (Record("receive", A),), [None, HIDDEN], readable=False, omits=True, was_readable=False
    ),
    "of another resource, and absent": Row(
        {"receive": [A, B]},
        (Record("receive", A),),
        [None, HIDDEN],
        readable=True,
        omits=True,
        expected=(Record("receive", B, OTHER),),
    ),
    "an account secret shows, no entry does": Row(
        {"receive": [A, B], "globalSecret": OTHER}, KNOWN, [None, HIDDEN, OTHER], readable=True, omits=True
    ),
    "own account secret absent, none shows, none did": Row(
        {"receive": [A]},
        (Record("receive", A), Record("globalSecret", secret=OTHER)),
        [None, OTHER],
        readable=False,
        omits=True,
        was_readable=False,
    ),
    "own account secret absent, others show": Row(
        {"receive": [entry(A, OWN)]}, (*KNOWN, Record("globalSecret", secret=OTHER)), [OWN], readable=True
    ),
    "what is known adds no entry": Row({"outbound": [B]}, KNOWN, [None], readable=True),
    "what is known adds no entry, unreadable": Row(
        {"outbound": [B]}, KNOWN, [HIDDEN], readable=False, omits=True, was_readable=False
    ),
    "what cannot be read has no secret": Row(
        {"receive": [{"x": 1}], "region": {"y": 1}}, KNOWN, [None, None], readable=False, omits=True, was_readable=False
    ),
    "all of the account is own": Row({"receive": [entry(B, MASK)]}, (), [HIDDEN], readable=False, own=None),
}


@pytest.mark.parametrize("name", SEEN)
def test_a_get_is_completed(name: str) -> None:
    """A known secret stands in for one that does not show; whether secrets show, and may be left out, is found."""
    row = SEEN[name]
    sight = reveal(
        from_wire(row.live),
        row.known,
        row.own,
        readable=row.was_readable,
        written=frozenset(record.key for record in row.written),
        expected=lambda: row.expected,
    )
    assert (row.secrets, row.readable, row.omits) == (
        [record.secret for record in sight.records],
        sight.readable,
        sight.omits,
    )


def test_each_copy_has_its_own_secret() -> None:
    """Of several copies each takes the secret of the one with the same numbers, and each secret stands in once."""
    live = from_wire(
        {"receive": [entry(A, MASK), {"url": A, "secret": MASK, "sendblue_numbers": [N1]}, entry(A, MASK)]}
    )
    known = (Record("receive", A, OTHER, (N1,)), Record("receive", A, OWN))
    assert [OWN, OTHER, HIDDEN] == [record.secret for record in reveal(live, known, None).records]


def test_the_form_stays() -> None:
    """A record whose secret is known is still in the API's own form, so that its other fields are kept."""
    live = from_wire({"receive": [{"url": A, "secret": MASK, "label": "x"}]})
    (record,) = reveal(live, KNOWN, None).records
    assert live[0].raw == record.raw
    assert is_hidden(record)


@pytest.mark.parametrize(
    ("record", "hidden"),
    [
        (Record("receive", A, HIDDEN), True),
        (Record("receive", A, OWN, raw={"url": A, "secret": MASK}), True),
        (Record("globalSecret", secret=OWN, raw=MASK), True),
        (Record("receive", A, OWN, raw={"url": A, "secret": OWN}), False),
        (Record("receive", A, OWN, raw={"url": A}), False),
        (Record("receive", MASK, raw=MASK), False),
        (Record("receive", A), False),
    ],
)
def test_what_the_api_shows_a_mask_for(record: Record, *, hidden: bool) -> None:
    """A record is hidden if the API shows a mask for its secret, whatever stands in for it."""
    assert hidden is is_hidden(record)


@pytest.mark.parametrize(
    ("declared", "live", "secret"),
    [
        (MASK, HIDDEN, HIDDEN),
        ("***", HIDDEN, HIDDEN),
        (OWN, HIDDEN, OWN),
        (MASK, MASK, MASK),
        (MASK, None, MASK),
        (None, HIDDEN, None),
    ],
)
def test_a_declared_mask_names_no_other_secret(declared: str | None, live: str | None, secret: str | None) -> None:
    """A declared mask is the live secret if that does not show; any other declared secret is what it says."""
    (found,) = hide_masks((Record("receive", A, declared),), (Record("receive", B, HIDDEN), Record("receive", A, live)))
    assert secret == found.secret


def test_a_sight_shows_no_secret() -> None:
    """The repr of what a GET shows holds no secret."""
    assert "canary" not in repr(Revealed((Record("receive", A, OWN, raw={"url": A, "secret": OWN}),), readable=True))
