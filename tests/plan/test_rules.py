"""Rules 1 to 4: creates, other forms of a URL, another account, conflicts (architecture, section 3)."""

from __future__ import annotations

from typing import Any

import pytest

from sendblue_provider.api.records import Key, Record, keys_of
from sendblue_provider.api.wire import from_wire
from sendblue_provider.errors import (
    AnotherAccount,
    ConflictError,
    CreateRefused,
    OtherForm,
)
from sendblue_provider.plan import rules
from sendblue_provider.plan.changes import Plan, plan

from .records import KEY, MASK, N1, OTHER, OWN, A, B, C, Wire, e, lines, planned, rec

# Rule 1

OVERWRITES: dict[str, tuple[Wire, Wire, list[Key], list[str], dict[Key, int]]] = {
    "rule 1: an empty account": ({}, {"receive": [A]}, [], [], {}),
    "rule 1: an addition": ({"receive": [A]}, {"receive": [A, B]}, [], [], {}),
    "rule 1: equal": ({"receive": [e(A, OWN)]}, {"receive": [e(A, OWN)]}, [], [], {}),
    "rule 1: what cannot be read stays": ({"receive": [7], "region": 1}, {"receive": [A]}, [], [], {}),
    "rule 1: a foreign entry": ({"receive": [A]}, {}, [], [f"- receive {A}"], {}),
    "rule 1: an entry of a newer event": ({"x": [A]}, {}, [], [f"- x {A}"], {}),
    "rule 1: a foreign account secret": ({"secret": OTHER}, {}, [], ["- secret (secret set)"], {}),
    "rule 1: another account secret": (
        {"globalSecret": OTHER},
        {"globalSecret": OWN},
        [],
        ["~ globalSecret changed"],
        {},
    ),
    "rule 1: another secret": (
        {"receive": [e(A, OTHER)]},
        {"receive": [e(A, OWN)]},
        [],
        [f"~ receive {A} secret changed"],
        {},
    ),
    "rule 1: no secret": ({"receive": [A]}, {"receive": [e(A, OWN)]}, [], [f"~ receive {A} secret added"], {}),
    "rule 1: a secret that is not declared": (
        {"receive": [e(A, OTHER)]},
        {"receive": [A]},
        [],
        [f"~ receive {A} secret removed"],
        {},
    ),
    "rule 1: a secret that does not show": (
        {"receive": [e(A, MASK)]},
        {"receive": [e(A, OWN)]},
        [],
        [f"~ receive {A} secret changed"],
        {},
    ),
    "rule 1: other numbers": (
        {"receive": [e(sendblue_numbers=[N1])]},
        {"receive": [A]},
        [],
        [f"~ receive {A} numbers changed from {N1} to all"],
        {},
    ),
    "rule 1: more often than declared": ({"receive": [A, A]}, {"receive": [A]}, [], [f"- receive {A}"], {KEY: 2}),
    "rule 1: as often as declared": ({"receive": [A, A]}, {"receive": [A, A]}, [], [], {}),
    "rule 1: own by old inputs": ({"receive": [e(A, OTHER)]}, {"receive": [A]}, [KEY], [], {}),
    "rule 1: own by old inputs, gone now": ({"receive": [A], "secret": OWN}, {}, [KEY, Key("secret")], [], {}),
    "rule 1: own is the key, not the event": ({"receive": [A, B]}, {}, [KEY], [f"- receive {B}"], {}),
}


@pytest.mark.parametrize("name", OVERWRITES)
def test_a_create_overwrites_nothing(name: str) -> None:
    """A create removes and changes nothing but what the old inputs of this run named."""
    live, declared, own, refused, counts = OVERWRITES[name]

    def refuse() -> None:
        rules.refuse_overwrite(planned(live, declared), set(own), from_wire(declared), "kind", "id")

    if not refused:
        refuse()
        return
    with pytest.raises(CreateRefused) as caught:
        refuse()
    assert (refused, counts) == (lines(caught.value.changes), caught.value.counts)
    assert ("kind", "id") == (caught.value.kind, caught.value.import_id)


COPIES: dict[str, tuple[Wire, list[Key], list[str], dict[Key, int]]] = {
    "rule 1: none": ({"receive": [B]}, [], [], {}),
    "rule 1: equal": ({"receive": [e(A, OWN)]}, [], [], {}),
    "rule 1: all copies equal": ({"receive": [e(A, OWN), e(A, OWN, label="x")]}, [], [], {}),
    "rule 1: another": ({"receive": [e(A, OTHER)]}, [], [f"~ receive {A} secret changed"], {}),
    "rule 1: one copy differs": (
        {"receive": [e(A, OWN), A, e(A, OTHER)]},
        [],
        [f"~ receive {A} secret added", f"~ receive {A} secret changed"],
        {KEY: 3},
    ),
    "rule 1: own by old inputs": ({"receive": [e(A, OTHER)]}, [KEY], [], {}),
    "rule 1: another event is another entry": ({"outbound": [e(A, OTHER)]}, [], [], {}),
}


@pytest.mark.parametrize("name", COPIES)
def test_an_additive_create_adopts_what_is_equal(name: str) -> None:
    """A create of a `Webhook` adopts an entry if every copy of it is equal; else it is refused."""
    live, own, refused, counts = COPIES[name]
    records = from_wire(live)

    def refuse() -> None:
        rules.refuse_other_copies(Plan(records, records), set(own), rec(A, OWN), "kind", "id")

    if not refused:
        refuse()
        return
    with pytest.raises(CreateRefused) as caught:
        refuse()
    assert (refused, counts) == (lines(caught.value.changes), caught.value.counts)


# Rule 2

FORM = "HTTPS://Example.com:443/a"
FORMS: dict[str, tuple[Wire, Wire, list[Key], int]] = {
    "rule 2: the same form": ({"receive": [A]}, {"receive": [A]}, [], 0),
    "rule 2: another form": ({"receive": [FORM]}, {"receive": [A]}, [], 1),
    "rule 2: another form of a declared one": ({"receive": [A]}, {"receive": [FORM, B]}, [], 1),
    "rule 2: under another event": ({"outbound": [FORM]}, {"receive": [A]}, [], 0),
    "rule 2: own": ({"receive": [FORM]}, {"receive": [A]}, [Key("receive", FORM)], 0),
    "rule 2: own under another event": ({"receive": [FORM]}, {"receive": [A]}, [Key("outbound", FORM)], 1),
    "rule 2: nothing is added": ({"receive": [FORM, A]}, {"receive": [e(A, OWN)]}, [], 0),
    "rule 2: two other forms": ({"receive": [FORM, "https://EXAMPLE.com/a"]}, {"receive": [A]}, [], 2),
    "rule 2: an account secret has no form": ({"globalSecret": OTHER}, {"secret": OWN}, [], 0),
    "rule 2: what cannot be read has none": ({"receive": [{"x": FORM}]}, {"receive": [A]}, [], 0),
    "rule 2: a path is no form": ({"receive": ["https://example.com/A"]}, {"receive": [A]}, [], 0),
}


@pytest.mark.parametrize("additive", [True, False])
@pytest.mark.parametrize("name", FORMS)
def test_no_url_is_added_beside_another_form(name: str, *, additive: bool) -> None:
    """A URL is not added under an event that has it in another form, unless that one is this stack's own."""
    live, declared, own, pairs = FORMS[name]
    todo = planned(live, declared)

    def refuse() -> None:
        rules.refuse_other_form(todo, (), set(own), is_additive=additive)

    if not pairs:
        refuse()
        return
    with pytest.raises(OtherForm) as caught:
        refuse()
    assert pairs == len(caught.value.pairs)
    assert caught.value.is_additive is additive
    for wanted, there in caught.value.pairs:
        assert wanted.url != there.url
        assert wanted in todo.desired
        assert there in todo.live


@pytest.mark.parametrize(
    ("declared", "before", "pairs"),
    [
        ((rec(A), rec(B)), (), []),
        ((rec(A), rec(FORM)), (), [(FORM, A)]),
        ((rec(FORM), rec(A)), (), [(A, FORM)]),
        ((rec(A), rec(FORM)), (rec(A), rec(FORM)), []),
        ((rec(A), rec(FORM)), (rec(A),), [(FORM, A)]),
        ((rec(A), rec(FORM), rec("https://EXAMPLE.com/a")), (rec(A), rec(FORM)), [("https://EXAMPLE.com/a", A)]),
        ((rec(A), rec(FORM, event="outbound")), (), []),
        ((Record("globalSecret", secret=OWN), Record("secret", secret=OWN)), (), []),
    ],
)
def test_rule_2_within_a_program(declared: Any, before: Any, pairs: list[tuple[str, str]]) -> None:
    """Two forms in one program are found, with the first one named second, unless the old inputs had both."""
    assert pairs == [(record.url, first.url) for record, first in rules.in_two_forms(declared, before)]


# Rule 3

ACCOUNTS: dict[str, tuple[Wire, Wire, list[Key], bool]] = {
    "rule 3: another account": ({"receive": [B]}, {"receive": [C]}, [KEY], True),
    "rule 3: another account, an empty program": ({"receive": [B]}, {}, [KEY], True),
    "rule 3: an own entry is there": ({"receive": [A, B]}, {"receive": [C]}, [KEY], False),
    "rule 3: a declared entry is there": ({"receive": [B, C]}, {"receive": [C]}, [KEY], False),
    "rule 3: an empty account is filled again": ({}, {"receive": [A]}, [KEY], False),
    "rule 3: account secrets do not count as others": ({"globalSecret": OTHER}, {"receive": [A]}, [KEY], False),
    "rule 3: nor as own": ({"receive": [B], "secret": OWN}, {"secret": OWN}, [KEY, Key("secret")], True),
    "rule 3: what cannot be read does not count": ({"receive": [7]}, {"receive": [A]}, [KEY], False),
    "rule 3: nothing of its own": ({"receive": [B]}, {"receive": [A]}, [], False),
    "rule 3: secrets alone of its own": ({"receive": [B]}, {"receive": [A]}, [Key("secret")], False),
    "rule 3: under another event": ({"outbound": [A]}, {"receive": [C]}, [KEY], True),
    "rule 3: with another secret": ({"receive": [e(A, OTHER), B]}, {"receive": [C]}, [KEY], False),
}


@pytest.mark.parametrize("name", ACCOUNTS)
def test_another_account_is_not_taken_over(name: str) -> None:
    """An update is refused on an account that has others' entries and none of its own or declared ones, by key."""
    live, declared, own, refused = ACCOUNTS[name]

    def refuse(todo: Plan) -> None:
        rules.refuse_another_account(todo, frozenset(own), keys_of(from_wire(declared)))

    todo = planned(live, declared)
    refuse(Plan(todo.live, todo.live))  # an empty plan takes nothing over
    if not refused:
        refuse(todo)
        return
    with pytest.raises(AnotherAccount) as caught:
        refuse(todo)
    assert [record for record in todo.live if record.url] == list(caught.value.live)


# Rule 4

CONFLICTS: dict[str, tuple[Wire, Wire, list[str], list[str]]] = {
    "rule 4: no change": ({"receive": [A, B]}, {"receive": [{"url": B, "x": 1}, A]}, [], []),
    "rule 4: an addition": ({"receive": [A]}, {"receive": [A, B]}, [f"+ receive {B}"], [f"+ receive {B}"]),
    "rule 4: an own addition beside none": ({}, {"receive": [A]}, [f"+ receive {A}"], [f"+ receive {A}"]),
    "rule 4: a copy beside the own one": ({"receive": [A]}, {"receive": [A, A]}, [f"+ receive {A}"], []),
    "rule 4: a removal": ({"receive": [A, B]}, {"receive": [A]}, [f"- receive {B}"], [f"- receive {B}"]),
    "rule 4: a change": (
        {"receive": [A], "secret": OWN},
        {"receive": [e(A, OTHER)], "secret": OTHER},
        [f"~ receive {A} secret added", "~ secret changed"],
        [f"~ receive {A} secret added", "~ secret changed"],
    ),
}


@pytest.mark.parametrize("name", CONFLICTS)
@pytest.mark.parametrize("is_additive", [False, True])
def test_somebody_else_s_change_is_a_conflict(name: str, *, is_additive: bool) -> None:
    """What changed since the diff is a conflict; a copy added beside a `Webhook`'s own entry is somebody else's."""
    before, now, of_all, of_one = CONFLICTS[name]
    expected = of_one if is_additive and name != "rule 4: an addition" else [] if is_additive else of_all

    def refuse(**more: Any) -> None:
        rules.refuse_conflict(from_wire(before), from_wire(now), is_additive=is_additive, **more)

    if not expected:
        refuse()
        return
    with pytest.raises(ConflictError) as caught:
        refuse(is_sent=True)
    assert expected == lines(caught.value.changes)
    assert (is_additive, True) == (caught.value.is_additive, caught.value.is_sent)


def test_rule_4_without_a_diff_and_after_a_send() -> None:
    """Without a diff there is no conflict; after a send each change of the plan that was sent is its own."""
    one, two = from_wire({"receive": [A, B]}), from_wire({"receive": [e(A, OWN), C]})
    rules.refuse_conflict(None, two, is_additive=False)
    mine = plan(one, two).changes
    rules.refuse_conflict(one, two, mine, is_additive=False, is_sent=True)
    rules.refuse_conflict(one, two[:1], mine, is_additive=False, is_sent=True)  # one of them is not visible yet
    rules.refuse_conflict(one, one, mine, is_additive=False, is_sent=True)
    with pytest.raises(ConflictError) as caught:
        rules.refuse_conflict(one, two, mine[:1], is_additive=False, is_sent=True)
    assert lines(mine[1:]) == lines(caught.value.changes)
