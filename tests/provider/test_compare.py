"""What counts as a difference between two configurations, and what masked secrets let one see."""

# ruff: noqa: FBT001 - a test's parameters are passed by name

from __future__ import annotations

import pytest

from sendblue_provider.compare import Change, Seen, changes, changes_to_declared, holds_mask, looks_masked, see
from sendblue_provider.model import Configuration, Declaration, Entry, declaration_of, from_wire
from tests.provider.conftest import NEW, NUMBER, OTHER, OTHER_NUMBER, OWN, A, B, C

NOTHING = Configuration()
MASK = "********"
SAME: tuple[Change, ...] = ()


def receive(*entries: Entry) -> Configuration:
    return Configuration({"receive": entries} if entries else {})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(receive(Entry(A), Entry(B)), receive(Entry(B), Entry(A)), id="order of entries"),
        pytest.param(
            receive(Entry(A, None, (NUMBER, OTHER_NUMBER))),
            receive(Entry(A, None, (OTHER_NUMBER, NUMBER))),
            id="order of numbers",
        ),
        pytest.param(
            Configuration({"receive": (Entry(A),), "outbound": (Entry(B),)}),
            Configuration({"outbound": (Entry(B),), "receive": (Entry(A),)}),
            id="order of events",
        ),
        pytest.param(receive(Entry(A), Entry(A), Entry(B)), receive(Entry(A), Entry(B), Entry(A)), id="copies"),
        pytest.param(from_wire({"receive": [A]}), from_wire({"receive": [{"url": A}]}), id="string and object"),
        pytest.param(
            from_wire({"receive": [{"url": A, "secret": "", "sendblue_numbers": []}]}),
            declaration_of({"receive": [A]}).configuration,
            id="wire and properties",
        ),
        pytest.param(NOTHING, Configuration({"receive": ()}), id="absent and empty"),
        pytest.param(from_wire({"receive": [], "globalSecret": ""}), NOTHING, id="empty and absent on the wire"),
        pytest.param(receive(Entry(A)), receive(Entry(A, None, (), {"label": "x"})), id="unknown field"),
        pytest.param(receive(Entry(A)), Configuration({"receive": (Entry(A),)}, {}, {"newKey": 1}), id="unknown key"),
    ],
)
def test_what_is_no_difference(before: Configuration, after: Configuration) -> None:
    """Order, form, emptiness and what no program can declare are not differences, in either direction."""
    assert SAME == changes(before, after)
    assert SAME == changes(after, before)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param((), (Entry(A, OWN),), [Change("add", "receive", None, Entry(A, OWN))], id="added"),
        pytest.param((Entry(A, OWN),), (), [Change("remove", "receive", Entry(A, OWN), None)], id="removed"),
        pytest.param(
            (Entry(A, OWN),),
            (Entry(A, OTHER),),
            [Change("change", "receive", Entry(A, OWN), Entry(A, OTHER))],
            id="secret",
        ),
        pytest.param(
            (Entry(A),), (Entry(A, OWN),), [Change("change", "receive", Entry(A), Entry(A, OWN))], id="secret added"
        ),
        pytest.param(
            (Entry(A, None, (NUMBER,)),),
            (Entry(A),),
            [Change("change", "receive", Entry(A, None, (NUMBER,)), Entry(A))],
            id="numbers",
        ),
        pytest.param(
            (Entry(A),),
            (Entry(B),),
            [Change("remove", "receive", Entry(A)), Change("add", "receive", None, Entry(B))],
            id="url",
        ),
        pytest.param((Entry(A),), (Entry(A), Entry(A)), [Change("add", "receive", None, Entry(A))], id="copy added"),
        pytest.param((Entry(A), Entry(A)), (Entry(A),), [Change("remove", "receive", Entry(A))], id="copy removed"),
        pytest.param(
            (Entry(A, OWN), Entry(A, OTHER)),
            (Entry(A, NEW), Entry(A, OWN)),
            [Change("change", "receive", Entry(A, OTHER), Entry(A, NEW))],
            id="one of two with the same URL",
        ),
        pytest.param(
            (Entry(A, OWN), Entry(A, OTHER)),
            (Entry(A),),
            [
                Change("change", "receive", Entry(A, OWN), Entry(A)),
                Change("remove", "receive", Entry(A, OTHER)),
            ],
            id="two with the same URL become one",
        ),
        pytest.param(
            (Entry(A, None, (NUMBER,)),),
            (Entry(A, None, (NUMBER, NUMBER)),),
            [Change("change", "receive", Entry(A, None, (NUMBER,)), Entry(A, None, (NUMBER, NUMBER)))],
            id="number there twice",
        ),
    ],
)
def test_what_is_a_difference(before: tuple[Entry, ...], after: tuple[Entry, ...], expected: list[Change]) -> None:
    """Entries are compared as a multiset; one whose URL stays is changed, not removed and added."""
    assert tuple(expected) == changes(receive(*before), receive(*after))


@pytest.mark.parametrize("event", ["receive", "contact_created", "typing_indicator"])
def test_a_url_that_moves_to_another_event(event: str) -> None:
    """Events are compared each for itself: the same URL under another event is another entry."""
    before, after = Configuration({event: (Entry(A),)}), Configuration({"outbound": (Entry(A),)})
    assert (Change("remove", event, Entry(A)), Change("add", "outbound", None, Entry(A))) == changes(before, after)


@pytest.mark.parametrize("name", ["globalSecret", "secret"])
@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [(None, OWN, "add"), (OWN, None, "remove"), (OWN, OTHER, "change")],
    ids=["added", "removed", "changed"],
)
def test_an_account_secret(name: str, before: str | None, after: str | None, kind: str) -> None:
    """A change of an account secret is told by its name, without the values."""
    one = Configuration({}, {name: before} if before else {})
    other = Configuration({}, {name: after} if after else {})
    (change,) = changes(one, other)
    assert (kind, name, None, None) == change


def test_the_order_of_changes() -> None:
    """Changes come event by event, the account secrets last."""
    before = Configuration({"outbound": (Entry(A),), "receive": (Entry(A),)}, {"secret": OWN, "globalSecret": OWN})
    after = Configuration({"receive": (Entry(B),), "typing_indicator": (Entry(A),)})
    names = [change.name for change in changes(before, after)]
    assert ["outbound", "receive", "receive", "typing_indicator", "globalSecret", "secret"] == names


def test_changes_and_back() -> None:
    """The way back holds the same changes, turned round."""
    before = Configuration({"receive": (Entry(A, OWN), Entry(B))}, {"secret": OWN})
    after = Configuration({"receive": (Entry(A), Entry(C)), "call_log": (Entry(A),)}, {"globalSecret": OWN})
    turned = {"add": "remove", "remove": "add", "change": "change"}
    expected = [(turned[kind], name, old, new) for kind, name, new, old in changes(before, after)]
    assert sorted(map(repr, expected)) == sorted(repr(tuple(change)) for change in changes(after, before))


def test_changes_of_what_is_known() -> None:
    """What the program does not know yet is no change yet; the rest is."""
    live = Configuration(
        {"receive": (Entry(A),), "outbound": (Entry(A),), "typing_indicator": (Entry(A),)},
        {"globalSecret": OTHER, "secret": OTHER},
    )
    declared = Declaration(NOTHING, frozenset({"receive", "globalSecret"}))
    expected = ["outbound", "typing_indicator", "secret"]
    assert expected == [change.name for change in changes_to_declared(live, declared)]


def test_changes_while_other_events_are_unknown() -> None:
    """While the names of other events are unknown, no event but the six is a change yet."""
    live = Configuration({"receive": (Entry(A),), "typing_indicator": (Entry(A),)}, {"secret": OTHER})
    declared = Declaration(NOTHING, frozenset({"otherEvents"}))
    assert ["receive", "secret"] == [change.name for change in changes_to_declared(live, declared)]


def test_changes_where_everything_is_known() -> None:
    """Where nothing is unknown, every difference is a change."""
    live = Configuration({"receive": (Entry(A),)}, {"secret": OTHER})
    assert changes(live, receive(Entry(B))) == changes_to_declared(live, Declaration(receive(Entry(B))))


# Secrets that the API does not show


@pytest.mark.parametrize(
    "secret",
    [
        *["***", MASK, "xxxxxxxx", "XXXX", "••••••", "●●●●", "----"],
        *["abc****xyz", "****wxyz", "sk_...9f", "abcd…", "••1234"],
        *["REDACTED", "[redacted]", "<hidden>", "(secret)", "Masked", "*** hidden ***"],
    ],
)
def test_a_mask(secret: str) -> None:
    """What other APIs show instead of a secret is taken for a mask."""
    assert looks_masked(secret)


@pytest.mark.parametrize(
    "secret",
    [
        *["webhook-secret", "global-secret", "s3cr3t", "my secret", "aab", "a*b*c", "**", "1.2.3", "wh_4f6a", "x", OWN],
        *["hunter2", "a" * 2 + "b" * 40, "correct horse battery staple", "hidden-treasure", "unmasked", "a..b"],
    ],
)
def test_no_mask(secret: str) -> None:
    """An ordinary secret, the ones of the API page among them, is not."""
    assert not looks_masked(secret)


@pytest.mark.parametrize(
    ("configuration", "expected"),
    [
        (NOTHING, False),
        (receive(Entry(A), Entry(B, OWN)), False),
        (Configuration({}, {"globalSecret": OWN}), False),
        (receive(Entry(A, OWN), Entry(B, MASK)), True),
        (Configuration({"typing_indicator": (Entry(A, MASK),)}), True),
        (Configuration({}, {"globalSecret": OWN, "secret": MASK}), True),
    ],
    ids=["nothing", "entries", "secret", "masked entry", "masked entry of another event", "masked secret"],
)
def test_holding_a_mask(configuration: Configuration, expected: bool) -> None:
    """One masked secret anywhere is enough."""
    assert expected is holds_mask(configuration)


def both(entry: str | None, account: str | None) -> Configuration:
    """An entry and the account with a secret each, or without."""
    return Configuration({"receive": (Entry(A, entry),)}, {"globalSecret": account} if account else {})


@pytest.mark.parametrize("readable", [True, False])
@pytest.mark.parametrize("just_written", [True, False])
def test_secrets_that_show(readable: bool, just_written: bool) -> None:
    """A read that shows the real values makes the secrets readable, whatever was known before."""
    seen = see(both(OWN, OTHER), both(OWN, OTHER), readable=readable, just_written=just_written)
    assert Seen(both(OWN, OTHER), readable=True) == seen


@pytest.mark.parametrize("readable", [True, False])
@pytest.mark.parametrize("just_written", [True, False])
def test_secrets_with_other_values(readable: bool, just_written: bool) -> None:
    """A real value that is not the known one is what is live: that is drift."""
    seen = see(both(NEW, NEW), both(OWN, OTHER), readable=readable, just_written=just_written)
    assert Seen(both(NEW, NEW), readable=True) == seen


@pytest.mark.parametrize("readable", [True, False])
@pytest.mark.parametrize("just_written", [True, False])
def test_masked_secrets(readable: bool, just_written: bool) -> None:
    """The known values stand in for masked ones, and the secrets are unreadable."""
    seen = see(both(MASK, MASK), both(OWN, OTHER), readable=readable, just_written=just_written)
    assert Seen(both(OWN, OTHER), readable=False) == seen


@pytest.mark.parametrize(
    ("readable", "just_written"), [(True, True), (False, True), (False, False)], ids=["written", "both", "unreadable"]
)
def test_omitted_secrets(readable: bool, just_written: bool) -> None:
    """The known values stand in for secrets that are omitted after a write, or as long as they are unreadable."""
    seen = see(both(None, None), both(OWN, OTHER), readable=readable, just_written=just_written)
    assert Seen(both(OWN, OTHER), readable=False) == seen


def test_secrets_that_were_taken_away() -> None:
    """Where secrets could be read, their absence in a later read is drift."""
    assert Seen(both(None, None), readable=True) == see(both(None, None), both(OWN, OTHER), readable=True)


@pytest.mark.parametrize("readable", [True, False])
def test_no_secrets_at_all(readable: bool) -> None:
    """Where there is no secret to tell by, what was known of their being readable stays."""
    live = Configuration({"receive": (Entry(A),)}, {}, {"newKey": 1})
    assert Seen(live, readable) == see(live, receive(Entry(A)), readable=readable)
    assert Seen(live, readable) == see(live, receive(Entry(A)), readable=readable, just_written=True)


@pytest.mark.parametrize("readable", [True, False])
def test_a_mask_over_nothing_known(readable: bool) -> None:
    """A masked secret that is not known stays masked, and the secrets are unreadable."""
    assert Seen(both(MASK, MASK), readable=False) == see(both(MASK, MASK), both(None, None), readable=readable)


@pytest.mark.parametrize("secret", [MASK, "secret", "aaaa", "a...b"])
def test_a_known_secret_that_looks_like_a_mask(secret: str) -> None:
    """What looks like a mask and is the very value that is known is no mask."""
    assert Seen(both(secret, secret), readable=True) == see(both(secret, secret), both(secret, secret), readable=True)


@pytest.mark.parametrize(
    "live", [both(OWN, MASK), both(MASK, OTHER), both(OWN, None)], ids=["account masked", "entry masked", "omitted"]
)
def test_one_secret_hidden(live: Configuration) -> None:
    """One secret that does not show, beside one that does, is enough to make them unreadable."""
    assert Seen(both(OWN, OTHER), readable=False) == see(live, both(OWN, OTHER), readable=True, just_written=True)


def test_a_secret_that_shows_while_unreadable() -> None:
    """Real values in a read make the secrets readable again."""
    live = both(None, NEW)
    assert Seen(live, readable=True) == see(live, both(None, OTHER), readable=False)


def test_entries_that_are_gone_do_not_come_back() -> None:
    """What is known of secrets adds no entry and no event that is not live."""
    known = Configuration({"receive": (Entry(A, OWN), Entry(B, OWN)), "outbound": (Entry(A, OWN),)})
    live = Configuration({"receive": (Entry(A, MASK), Entry(C))})
    expected = Configuration({"receive": (Entry(A, OWN), Entry(C))})
    assert Seen(expected, readable=False) == see(live, known, readable=False)


def test_the_same_url_of_another_event() -> None:
    """A known secret stands in for the same event's entry alone."""
    known = Configuration({"outbound": (Entry(A, OWN),)})
    assert Seen(receive(Entry(A, MASK)), readable=False) == see(receive(Entry(A, MASK)), known, readable=True)


def test_what_is_not_secret_is_as_it_is_live() -> None:
    """Numbers, unknown fields and unknown keys come from the account, only the secret from what is known."""
    live = Configuration({"receive": (Entry(A, MASK, (NUMBER,), {"label": "x"}),)}, {"secret": MASK}, {"newKey": 1})
    known = Configuration({"receive": (Entry(A, OWN, (OTHER_NUMBER,)),)}, {"secret": OTHER})
    expected = Configuration({"receive": (Entry(A, OWN, (NUMBER,), {"label": "x"}),)}, {"secret": OTHER}, {"newKey": 1})
    assert Seen(expected, readable=False) == see(live, known, readable=True)


def test_a_known_secret_stands_in_once() -> None:
    """A copy that somebody added has not the known secret: it is not this stack's."""
    live = receive(Entry(A, MASK), Entry(A))
    assert Seen(receive(Entry(A, OWN), Entry(A)), readable=False) == see(live, receive(Entry(A, OWN)), readable=False)


@pytest.mark.parametrize(
    ("live", "known"),
    [
        pytest.param((Entry(A, MASK), Entry(A, MASK)), (Entry(A, OWN), Entry(A, OTHER)), id="secrets"),
        pytest.param((Entry(A, OTHER), Entry(A, MASK)), (Entry(A, OWN), Entry(A, OTHER)), id="one shown first"),
        pytest.param((Entry(A, MASK), Entry(A, OWN)), (Entry(A, OWN), Entry(A, OTHER)), id="one shown last"),
        pytest.param(
            (Entry(A, MASK, (OTHER_NUMBER,)), Entry(A, MASK, (NUMBER,))),
            (Entry(A, OWN, (NUMBER,)), Entry(A, OTHER, (OTHER_NUMBER,))),
            id="numbers in another order",
        ),
        pytest.param((Entry(A), Entry(A, MASK)), (Entry(A, OWN), Entry(A)), id="one without a secret first"),
        pytest.param((Entry(A, MASK), Entry(A)), (Entry(A), Entry(A, OWN)), id="one without a secret last"),
    ],
)
def test_entries_with_the_same_url(live: tuple[Entry, ...], known: tuple[Entry, ...]) -> None:
    """Each entry gets its own secret back in whatever order the API shows them, so masks are never drift."""
    seen = see(receive(*live), receive(*known), readable=False)
    assert SAME == changes(seen.configuration, receive(*known))
    assert not seen.readable


def test_seeing_leaves_its_arguments_as_they_are() -> None:
    """Neither the live nor the known configuration is changed, so one GET can be read more than once."""
    live, known = both(MASK, MASK), both(OWN, OTHER)
    assert see(live, known, readable=True) == see(live, known, readable=True)
    assert (both(MASK, MASK), both(OWN, OTHER)) == (live, known)
