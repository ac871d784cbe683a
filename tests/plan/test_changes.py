"""A plan turns live into desired, and nothing else: its laws, and the pure functions around it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from sendblue_provider.api.hidden import HIDDEN
from sendblue_provider.api.live import with_key
from sendblue_provider.api.records import Key, Record, Records, minus
from sendblue_provider.api.wire import from_wire, to_wire
from sendblue_provider.plan.changes import (
    Ambiguous,
    Change,
    Plan,
    find_own,
    plan,
    remaining,
    replace_all,
    replace_one,
    without,
)

from .records import N1, N2, NEW, OTHER, OWN, A, B, C, D, lines, rec

# Accounts, in every form that the API can have them in

EVENTS = ["receive", "outbound", "typing_indicator"]
urls = st.sampled_from([A, B, C])
secrets = st.sampled_from(["", OWN, OTHER])
items = st.one_of(
    urls,
    st.fixed_dictionaries(
        {"url": urls},
        optional={"secret": secrets, "sendblue_numbers": st.sampled_from([[], [N1], [N2, N1]]), "label": st.just("x")},
    ),
)
unreadable = st.sampled_from([7, {"x": 1}, {"secret": OTHER}])
accounts = st.fixed_dictionaries(
    {},
    optional={
        **{event: st.lists(items | unreadable if event == "outbound" else items, max_size=4) for event in EVENTS},
        "globalSecret": secrets,
        "secret": secrets,
        "region": st.sampled_from([None, [], {"x": 1}]),
    },
).map(from_wire)
declared = st.tuples(st.sampled_from(EVENTS), urls, st.sampled_from([None, OWN, NEW])).map(lambda three: Record(*three))
law = settings(deadline=None, derandomize=True, max_examples=80, suppress_health_check=[HealthCheck.too_slow])


def same(records: Any, others: Any) -> bool:
    """Whether two collections are equal as multisets."""
    return not minus(records, others) and not minus(others, records)


def applied(todo: Plan) -> list[Record]:
    """Do what the changes of a plan say to its live records."""
    records = list(todo.live)
    for change in todo.changes:
        if change.before is not None:
            records.remove(next(record for record in records if record.value == change.before.value))
        if change.after is not None:
            records.append(change.after)
    return records


def values(changes: Any) -> list[Any]:
    return [(change.before and change.before.value, change.after and change.after.value) for change in changes]


@law
@given(accounts, st.randoms(use_true_random=False))
def test_nothing_to_do(live: Records, random: Any) -> None:
    """An account that is as it shall be has no change, in any order."""
    assert plan(live, live).changes == ()
    assert plan(live, tuple(random.sample(live, len(live)))).changes == ()


@law
@given(accounts, accounts)
def test_the_changes_give_the_desired_account(live: Records, desired: Records) -> None:
    """Applying a plan's changes to live gives desired, as multisets."""
    assert same(applied(plan(live, desired)), desired)


@law
@given(accounts, accounts, st.randoms(use_true_random=False))
def test_order_changes_nothing(live: Records, desired: Records, random: Any) -> None:
    """The same records in another order need the same records removed, and the same added."""
    todo = plan(live, desired)
    mixed = plan(tuple(random.sample(live, len(live))), tuple(random.sample(desired, len(desired))))
    for side in (0, 1):
        assert sorted(map(repr, [pair[side] for pair in values(todo.changes) if pair[side]])) == sorted(
            map(repr, [pair[side] for pair in values(mixed.changes) if pair[side]])
        )
    assert sorted(change.kind for change in todo.changes) == sorted(change.kind for change in mixed.changes)


@law
@given(accounts, accounts)
def test_changes_are_no_more_than_needed(live: Records, desired: Records) -> None:
    """No record is removed and added for one key, and what cannot be read is never changed into something else."""
    changes = plan(live, desired).changes
    gone = {change.key for change in changes if change.kind == "delete" and not change.record.opaque}
    assert not gone & {change.key for change in changes if change.kind == "create"}
    for change in changes:
        if change.before is not None and change.after is not None:
            assert change.before.key == change.after.key
            assert change.before.value != change.after.value
            assert not change.before.opaque
            assert not change.after.opaque


@law
@given(accounts, accounts)
def test_changes_come_event_by_event(live: Records, desired: Records) -> None:
    """The changes under one event stand together, in the account's order of events."""
    events = [change.key.event for change in plan(live, desired).changes]
    order = list(dict.fromkeys(record.event for record in (*live, *desired)))
    assert events == sorted(events, key=order.index)


@law
@given(accounts, accounts, accounts)
def test_what_is_left_of_a_plan(live: Records, desired: Records, others: Records) -> None:
    """Of a plan that was done nothing is left; of one that was not, all; other people's additions are no part of it."""
    todo = plan(live, desired)
    assert remaining(todo, desired) == ()
    assert values(remaining(todo, live)) == values(todo.changes)
    keys = {record.key for record in (*live, *desired)}
    foreign = tuple(record for record in others if record.key not in keys)
    assert remaining(todo, (*foreign, *desired)) == ()
    assert values(remaining(todo, (*live, *foreign))) == values(todo.changes)


@law
@given(accounts, declared, st.data())
def test_one_entry_is_replaced_and_nothing_else(live: Records, wanted: Record, data: Any) -> None:
    """A plan for one entry writes every other record byte for byte and in its order; the entry keeps its place."""
    copies = [None, *with_key(live, wanted.key)]
    own = data.draw(st.sampled_from(copies))
    desired = replace_one(live, own, wanted)
    if own is None:
        assert (*live, wanted) == desired
    else:
        place = next(place for place, record in enumerate(live) if record is own)
        assert wanted.value == desired[place].value
        assert all(mine is theirs for mine, theirs in zip(live, desired, strict=True) if theirs is not desired[place])
    foreign = [record for record in live if record is not own]
    assert json.dumps(to_wire(foreign)) == json.dumps(
        to_wire([record for record in desired if any(record is one for one in foreign)])
    )
    assert {change.key for change in plan(live, desired).changes} <= {wanted.key}


@law
@given(accounts, st.lists(declared, max_size=5), st.sampled_from(EVENTS))
def test_all_is_replaced_but_what_stays(live: Records, wanted: list[Record], kept: str) -> None:
    """A plan for everything gives what is declared and what stays, which is not even written in another form."""
    wanted = [record for record in wanted if record.event != kept]
    desired = replace_all(live, wanted, lambda record: bool(record.opaque) or record.event == kept)
    stays = [record for record in live if record.opaque or record.event == kept]
    assert same(desired, [*stays, *wanted])
    assert all(any(record is one for one in desired) for record in stays)
    assert {change.key.event for change in plan(live, desired).changes}.isdisjoint({kept})
    equal = {record.value for record in live} & {record.value for record in wanted}
    assert equal <= {record.value for record in desired if record.raw is not None}


# Tables

PLANS: dict[str, tuple[Records, Records, list[str]]] = {
    "an entry is added": ((rec(A),), (rec(A), rec(B)), [f"+ receive {B}"]),
    "an entry is removed": ((rec(A), rec(B)), (rec(A),), [f"- receive {B}"]),
    "a secret is added": ((rec(A),), (rec(A, OWN),), [f"~ receive {A} secret added"]),
    "a secret is changed": ((rec(A, OWN),), (rec(A, NEW),), [f"~ receive {A} secret changed"]),
    "a secret is removed": ((rec(A, OWN),), (rec(A),), [f"~ receive {A} secret removed"]),
    "numbers are changed": ((rec(A),), (rec(A, None, N1),), [f"~ receive {A} numbers changed from all to {N1}"]),
    "another event is another entry": (
        (rec(A),),
        (rec(A, event="outbound"),),
        [f"- receive {A}", f"+ outbound {A}"],
    ),
    "one copy less": ((rec(A), rec(A)), (rec(A),), [f"- receive {A}"]),
    "one copy more": ((rec(A),), (rec(A), rec(A)), [f"+ receive {A}"]),
    "a copy is changed": ((rec(A), rec(A, OWN)), (rec(A), rec(A, NEW)), [f"~ receive {A} secret changed"]),
    "a hidden secret is replaced": ((rec(A, HIDDEN),), (rec(A, NEW),), [f"~ receive {A} secret changed"]),
    "an account secret": (
        (Record("globalSecret", secret=OWN), Record("secret", secret=OWN)),
        (Record("globalSecret", secret=NEW),),
        ["~ globalSecret changed", "- secret (secret set)"],
    ),
    "what cannot be read": (
        from_wire({"receive": [7], "region": 1}),
        from_wire({"receive": [8]}),
        [
            "- receive (an entry that cannot be read)",
            "+ receive (an entry that cannot be read)",
            "- region (a value that cannot be read)",
        ],
    ),
}


@pytest.mark.parametrize("name", PLANS)
def test_a_plan_has_these_changes(name: str) -> None:
    """A change is named by its key; the way back is the same change turned round."""
    live, desired, texts = PLANS[name]
    assert texts == lines(plan(live, desired).changes)
    back = [(after, before) for before, after in values(plan(desired, live).changes)]
    assert sorted(map(repr, back)) == sorted(map(repr, values(plan(live, desired).changes)))


def test_what_is_not_known_is_kept() -> None:
    """A plan carries the names under which nothing is known yet, also if it has no change."""
    assert frozenset({"receive"}) == plan((), (), ["receive"]).unknown
    assert frozenset({"receive"}) == plan((), (rec(B),), ["receive"]).unknown


def test_a_change_needs_a_record() -> None:
    """A change without a record is a defect."""
    with pytest.raises(ValueError, match="at least one"):
        _ = Change(None, None).record


OWN_COPIES: dict[str, tuple[Records, Record, Record | None, int | None]] = {
    "none": ((rec(B),), rec(A), None, None),
    "the single one, whatever it has": ((rec(B), rec(A, OTHER)), rec(A, OWN), None, 1),
    "the one as it is known": ((rec(A), rec(A, OTHER), rec(A, OWN)), rec(A, OWN), None, 2),
    "known before declared": ((rec(A, NEW), rec(A, OWN)), rec(A, OWN), rec(A, NEW), 1),
    "the one as it is declared": ((rec(A), rec(A, NEW)), rec(A, OWN), rec(A, NEW), 1),
    "any, if all are equal": ((rec(A, OTHER), rec(A, OTHER)), rec(A, OWN), None, 0),
    "of another event is none": ((rec(A, OWN, event="outbound"),), rec(A, OWN), None, None),
}


@pytest.mark.parametrize("name", OWN_COPIES)
def test_the_own_copy_is_found(name: str) -> None:
    """The own copy is the one as it is known; else as it is declared; else any if they are all equal."""
    live, known, wanted, place = OWN_COPIES[name]
    found = find_own(live, known, wanted)
    assert (found is None) if place is None else (found is live[place])


def test_the_own_copy_is_not_known() -> None:
    """Among copies that differ, none of them as known or declared, there is no telling; the error has all of them."""
    live = (rec(A), rec(B), rec(A, OTHER))
    with pytest.raises(Ambiguous) as caught:
        find_own(live, rec(A, OWN), rec(A, NEW))
    assert (live[0], live[2]) == caught.value.copies


def test_replaced_in_the_account_s_form() -> None:
    """A declared record takes the form and the unknown fields of the live one, an equal copy's before another's."""
    plain, labelled = {"url": A}, {"url": A, "secret": OWN, "label": "x"}
    live = from_wire({"receive": [plain, labelled], "outbound": [{"url": A, "label": "y"}]})
    assert {"receive": [labelled, {"url": B, "secret": NEW}]} == to_wire(
        replace_all(live, [rec(A, OWN), rec(B, NEW)], lambda _: False)
    )
    assert {"receive": [{"url": A, "secret": NEW}]} == to_wire(replace_all(live, [rec(A, NEW)], lambda _: False))
    assert [{"url": A, "label": "y", "secret": NEW}] == to_wire(
        replace_all(live, [rec(A, NEW, event="outbound")], lambda _: False)
    )["outbound"]
    own = live[1]
    assert [plain, {"url": A, "label": "x", "secret": NEW}] == to_wire(replace_one(live, own, rec(A, NEW)))["receive"]


def test_without_keys() -> None:
    """Every copy of a key goes, and what cannot be read stays."""
    live = from_wire({"receive": [A, B, A, 7], "region": 1, "globalSecret": OWN})
    keys = {Key("receive", A), Key("globalSecret"), Key("receive"), Key("region"), Key("receive", D)}
    assert {"receive": [B, 7], "region": 1} == to_wire(without(live, keys))


REMAINING: dict[str, tuple[Records, Records, Records, list[str]]] = {
    "half of the additions": ((), (rec(A), rec(B)), (rec(B),), [f"+ receive {A}"]),
    "one copy of two": ((), (rec(A), rec(A)), (rec(A),), [f"+ receive {A}"]),
    "one of two copies stays": ((rec(A), rec(A)), (), (rec(A),), [f"- receive {A}"]),
    "an update that was done": ((rec(A),), (rec(A, OWN),), (rec(A, OWN),), []),
    "an update whose entry went": ((rec(A),), (rec(A, OWN),), (), [f"+ receive {A} (secret set)"]),
    "an update that shows a third value": (
        (rec(A),),
        (rec(A, OWN),),
        (rec(A, OTHER),),
        [f"~ receive {A} secret added"],
    ),
    "an update beside the old entry": (
        (rec(A),),
        (rec(A, OWN),),
        (rec(A), rec(A, OWN)),
        [f"~ receive {A} secret added"],
    ),
    "somebody else's addition": ((rec(A),), (), (rec(B),), []),
    "somebody else's removal": ((rec(A), rec(B)), (rec(A, OWN), rec(B)), (rec(A, OWN),), []),
    "somebody else set again what went": ((rec(A, OWN),), (), (rec(A, OTHER),), []),
}


@pytest.mark.parametrize("name", REMAINING)
def test_what_is_left(name: str) -> None:
    """What is left of a plan is its own changes that a GET does not show."""
    live, desired, now, texts = REMAINING[name]
    assert texts == lines(remaining(plan(live, desired), now))


@law
@given(accounts, accounts, st.data())
def test_each_change_is_left_by_itself(live: Records, desired: Records, data: Any) -> None:
    """If each key occurs once, exactly the changes that were not done are left."""
    assume(all(len({r.key for r in side}) == len(side) for side in (live, desired)))
    todo = plan(live, desired)
    done = data.draw(st.lists(st.sampled_from(todo.changes), unique_by=id)) if todo.changes else []
    now = applied(Plan(live, desired, tuple(done)))
    left = [change for change in todo.changes if not any(change is one for one in done)]
    assert values(left) == values(remaining(todo, tuple(now)))
