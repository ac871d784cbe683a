"""Rules 5 to 7: hidden secrets, values that cannot be read, and what has to be named (architecture, section 3)."""

from __future__ import annotations

import pytest

from sendblue_provider.api.hidden import HIDDEN
from sendblue_provider.api.records import Key
from sendblue_provider.api.wire import from_wire
from sendblue_provider.errors import (
    EventUnreadable,
    MaskDeclared,
    SecretHidden,
)
from sendblue_provider.messages.text import record_text
from sendblue_provider.plan import rules
from sendblue_provider.plan.changes import Change, Plan, plan

from .records import KEY, MASK, NEW, OTHER, OWN, A, B, C, Wire, e, lines, rec

# Rule 5

HIDES: dict[str, tuple[Wire, Wire, bool, bool, type[Exception] | None, list[str]]] = {
    "rule 5: a PUT beside a mask": (
        {"receive": [e(A, MASK), B]}, {"receive": [e(A, MASK)]}, True, False, SecretHidden,
        [f"receive {A} (secret set)"],
    ),
    "rule 5: a POST beside a mask": ({"receive": [e(A, MASK)]}, {"receive": [e(A, MASK), B]}, False, False, None, []),
    "rule 5: nothing to do": ({"receive": [e(A, MASK)]}, {"receive": [e(A, MASK)]}, True, True, None, []),
    "rule 5: the hidden one is removed": ({"receive": [e(A, MASK), B]}, {"receive": [B]}, True, False, None, []),
    "rule 5: the hidden one is replaced": (
        {"receive": [e(A, MASK)]}, {"receive": [e(A, NEW)]}, True, False, None, [],
    ),
    "rule 5: an account secret's mask": (
        {"globalSecret": MASK}, {"globalSecret": MASK, "receive": [A]}, True, False, SecretHidden,
        ["globalSecret (secret set)"],
    ),
    "rule 5: absent account secrets may be set": (
        {"receive": [A], "secret": OWN}, {"receive": [B], "secret": OWN}, True, True, SecretHidden,
        ["globalSecret (a secret may be set)"],
    ),
    "rule 5: absent account secrets are absent": ({"receive": [A]}, {"receive": [B]}, True, False, None, []),
}  # fmt: skip


@pytest.mark.parametrize("name", HIDES)
def test_no_hidden_secret_is_written_over(name: str) -> None:
    """A PUT that would have to write a secret that does not show is refused, and the error names it."""
    live, desired, is_put, omits, error, names = HIDES[name]
    todo = plan(from_wire(live), from_wire(desired))
    if error is None:
        rules.refuse_hidden(todo, is_put=is_put, omits=omits)
        return
    with pytest.raises(error) as caught:
        rules.refuse_hidden(todo, is_put=is_put, omits=omits)
    assert error is caught.type
    assert isinstance(caught.value, SecretHidden)
    assert names == [record_text(record) for record in caught.value.records]


def test_rule_5_a_declared_mask() -> None:
    """A program that declares the mask is told so: in the place of a known secret, and beside another change."""
    masked = rec(A, OWN, raw={"url": A, "secret": MASK})
    update = Plan((masked,), (rec(A, MASK),), (Change(masked, rec(A, MASK)),))
    hidden = plan((rec(A, HIDDEN),), (rec(A, HIDDEN), rec(B)))
    for todo, declared in ((update, ()), (hidden, (rec(A, MASK), rec(B)))):
        with pytest.raises(MaskDeclared) as caught:
            rules.refuse_hidden(todo, declared, is_put=True)
        assert (rec(A, MASK).value,) == tuple(record.value for record in caught.value.records)
    shows = Plan((rec(A, OWN),), (rec(A, MASK),), (Change(rec(A, OWN), rec(A, MASK)),))
    rules.refuse_hidden(shows, is_put=True)


def test_rule_5_a_foreign_secret_is_not_replaced_unseen() -> None:
    """A hidden secret that nobody knows is not replaced; one that is removed was named, and one that is known is."""
    with pytest.raises(SecretHidden) as caught:
        rules.refuse_unknown_secret(plan((rec(A, HIDDEN), rec(B, OWN)), (rec(A, NEW), rec(B, NEW))), frozenset())
    assert [rec(A, HIDDEN)] == list(caught.value.records)
    rules.refuse_unknown_secret(plan((rec(A, HIDDEN), rec(B, OWN)), (rec(B, NEW),)), frozenset())
    rules.refuse_unknown_secret(plan((rec(A, HIDDEN),), (rec(A, NEW),)), frozenset({Key("receive", A)}))


# Rule 6

UNREADABLE: dict[str, tuple[Wire, list[str], int, int]] = {
    "rule 6: all can be read": ({"receive": [A], "globalSecret": OWN}, ["receive", "globalSecret"], 0, 0),
    "rule 6: an entry": ({"receive": [A, 7, {"x": 1}]}, ["receive"], 2, 0),
    "rule 6: a whole event": ({"receive": "x"}, ["receive"], 1, 1),
    "rule 6: an account secret": ({"secret": [A]}, ["secret"], 1, 1),
    "rule 6: under another event": ({"outbound": "x", "secret": 7}, ["receive"], 0, 0),
    "rule 6: a blank unknown key": ({"typing_indicator": [], "x": None}, ["typing_indicator", "x"], 0, 0),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_not_written_over(name: str) -> None:
    """A declared event with something that cannot be read is refused; a `Webhook` minds only a whole value."""
    live, names, of_all, of_one = UNREADABLE[name]
    for is_additive, count in ((False, of_all), (True, of_one)):
        if not count:
            rules.refuse_unreadable(from_wire(live), names, is_additive=is_additive)
            continue
        with pytest.raises(EventUnreadable) as caught:
            rules.refuse_unreadable(from_wire(live), names, is_additive=is_additive)
        assert (count, is_additive) == (len(caught.value.records), caught.value.is_additive)


# Rule 7


def test_rule_7_what_has_to_be_named() -> None:
    """Every removal is named, whoever's it is, and every change of what is not this stack's own; no addition is."""
    live = from_wire({"receive": [A, B, e(C, OTHER)], "outbound": [e(A, OTHER)], "secret": OWN, "globalSecret": OTHER})
    desired = from_wire({"receive": [e(C, OWN)], "outbound": [e(A, OWN), B], "globalSecret": OWN})
    own = {KEY, Key("outbound", A), Key("secret")}
    assert [
        f"- receive {A}",
        f"- receive {B}",
        f"~ receive {C} secret changed",
        "- secret (secret set)",
        "~ globalSecret changed",
    ] == lines(rules.to_be_named(plan(live, desired), own))
