"""A URL that is registered more than once under an event: which copy is this stack's own, and what is left alone.

The API has no id for an entry, and its POST appends, so two processes can put the same URL there twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sendblue_emulator import MASK
from sendblue_provider import additive
from sendblue_provider.errors import ConflictError, CopiesDiffer, SecretHidden
from sendblue_provider.lifecycle import Remainder
from sendblue_provider.report import change_lines, things
from tests.provider.conftest import (
    NEW,
    NUMBER,
    OTHER,
    OTHER_NUMBER,
    OTHERS,
    OWN,
    A,
    beside_others,
    content,
    said,
    webhook,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from sendblue_emulator import Account as Remote
    from sendblue_emulator import Emulator
    from sendblue_provider.account import Account

INPUTS: dict[str, Any] = webhook(secret=OWN)
STATE: dict[str, Any] = {**INPUTS, "secretsReadable": True}
MINE: dict[str, Any] = {"url": A, "secret": OWN}
THEIRS: dict[str, Any] = {"url": A, "secret": OTHER, "sendblue_numbers": [OTHER_NUMBER], "label": "x"}
CHANGED: dict[str, Any] = webhook(secret=NEW, sendblueNumbers=[NUMBER])
CHANGED_STORED: dict[str, Any] = {"url": A, "secret": NEW, "sendblue_numbers": [NUMBER]}

COPIES = [
    pytest.param([MINE, THEIRS], 0, id="first"),
    pytest.param([THEIRS, MINE], 1, id="last"),
    pytest.param([A, MINE, THEIRS], 1, id="between"),
    pytest.param([THEIRS, THEIRS, MINE], 2, id="beside two that are equal"),
    pytest.param([{**MINE, "sendblue_numbers": [NUMBER]}, MINE], 1, id="the same secret, other numbers"),
]
"""The copies on the account, and at which place this stack's own is."""


def without(items: list[Any], place: int) -> list[Any]:
    return [*items[:place], *items[place + 1 :]]


# Diff


@pytest.mark.parametrize(("copies", "place"), COPIES)
def test_a_diff(copies: list[Any], place: int, account: Account, remote: Remote, emulator: Emulator) -> None:
    """Copies of others are no change, and every preview tells of all of them."""
    assert place < len(copies)
    remote.webhooks = beside_others(*copies)
    found = additive.diff(account, STATE, INPUTS)
    assert (found.changed, found.drift, found.plan) == (False, (), ())
    assert len(found.copies) == len(copies)
    assert all(line.startswith(f"receive {A}") for line in things(found.copies))
    assert emulator.journal.methods() == ["GET"]


def test_each_preview_warns(start: Callable[..., Account], remote: Remote) -> None:
    """Also the second time, and with a change of the program."""
    remote.webhooks = {"receive": [MINE, MINE]}
    for inputs in (INPUTS, INPUTS, CHANGED):
        assert len(additive.diff(start(), STATE, inputs).copies) == 2


def test_copies_of_which_none_is_known(account: Account, remote: Remote) -> None:
    """Which copy is the own one cannot be told: a change that the update refuses, and neither drift nor plan."""
    remote.webhooks = beside_others(THEIRS, A)
    found = additive.diff(account, STATE, INPUTS)
    assert (found.changed, found.is_unclear, found.drift, found.plan) == (True, True, (), ())
    assert len(found.copies) == 2


@pytest.mark.parametrize("change", [{"url": f"{A}/new"}, {"event": "call_log"}])
def test_a_replacement_of_copies_of_which_none_is_known(
    change: dict[str, Any], start: Callable[..., Account], remote: Remote
) -> None:
    """Another entry can be created all the same; the delete then leaves what it cannot tell."""
    remote.webhooks = beside_others(THEIRS, A)
    account, inputs = start(), {**INPUTS, **change}
    found = additive.diff(account, STATE, inputs)
    assert found.replaces == tuple(change)
    assert change_lines(found.plan) == [f"+ {inputs['event']} {inputs['url']} (secret set)"]
    additive.create(account, inputs)
    assert len(additive.delete(account, STATE).copies) == 2
    added = {"url": inputs["url"], "secret": OWN}
    assert [item for items in remote.webhooks.values() if isinstance(items, list) for item in items].count(added) == 1
    assert remote.webhooks["receive"][: len(OTHERS["receive"]) + 2] == [*OTHERS["receive"], THEIRS, A]


@pytest.mark.parametrize("copies", [[], [MINE], [THEIRS]])
def test_a_single_one_is_no_copy(copies: list[Any], account: Account, remote: Remote) -> None:
    """One entry is not told as several."""
    remote.webhooks = beside_others(*copies)
    assert additive.diff(account, STATE, INPUTS).copies == ()


def test_copies_that_are_all_equal_and_changed(account: Account, remote: Remote) -> None:
    """Where all are alike, any of them is the own one: its change is drift."""
    remote.webhooks = {"receive": [{"url": A, "secret": OTHER}, {"url": A, "secret": OTHER}]}
    found = additive.diff(account, STATE, INPUTS)
    assert change_lines(found.drift) == [f"~ receive {A} secret changed"]
    assert change_lines(found.plan) == [f"~ receive {A} secret changed"]


# Update


@pytest.mark.parametrize(("copies", "place"), COPIES)
def test_an_update(copies: list[Any], place: int, account: Account, remote: Remote, emulator: Emulator) -> None:
    """Only the own copy is changed, at its place."""
    remote.webhooks = beside_others(*copies)
    additive.diff(account, STATE, CHANGED)
    outputs = additive.update(account, STATE, CHANGED)
    assert emulator.journal.methods() == ["GET", "GET", "PUT", "GET"]
    changed = [CHANGED_STORED if number == place else copy for number, copy in enumerate(copies)]
    assert remote.webhooks == beside_others(*changed)
    assert outputs == {**CHANGED, "secretsReadable": True}


def test_an_update_of_one_of_equal_ones(account: Account, remote: Remote, emulator: Emulator) -> None:
    """Of equal copies one alone is changed."""
    remote.webhooks = {"receive": [MINE, MINE, MINE]}
    additive.update(account, STATE, CHANGED)
    assert emulator.journal.methods() == ["GET", "PUT", "GET"]
    assert sorted(remote.webhooks["receive"], key=str) == sorted([MINE, MINE, CHANGED_STORED], key=str)


def test_an_update_of_one_of_equal_ones_that_all_drifted(account: Account, remote: Remote) -> None:
    """Where all are alike it does not matter which."""
    drifted = {"url": A, "secret": OTHER}
    remote.webhooks = {"receive": [drifted, drifted]}
    additive.update(account, STATE, CHANGED)
    assert sorted(remote.webhooks["receive"], key=str) == sorted([drifted, CHANGED_STORED], key=str)


def test_an_update_that_the_account_has_already(account: Account, remote: Remote, emulator: Emulator) -> None:
    """After a write that the state does not know of, the own copy is the one that is as it is declared."""
    before = remote.webhooks = beside_others(THEIRS, CHANGED_STORED)
    outputs = additive.update(account, STATE, CHANGED)
    assert emulator.journal.methods() == ["GET"]
    assert remote.webhooks == before
    assert outputs == {**CHANGED, "secretsReadable": True}


def test_an_update_where_somebody_elses_copy_is_as_declared(
    account: Account, remote: Remote, emulator: Emulator
) -> None:
    """The own copy is the one that is as the state has it: another one that is as declared does not do for it."""
    remote.webhooks = beside_others(CHANGED_STORED, MINE)
    assert additive.diff(account, STATE, CHANGED).plan
    additive.update(account, STATE, CHANGED)
    assert emulator.journal.methods() == ["GET", "GET", "PUT", "GET"]
    assert remote.webhooks == beside_others(CHANGED_STORED, CHANGED_STORED)


@pytest.mark.parametrize("copies", [[THEIRS, A], [{"url": A, "secret": NEW}, THEIRS]])
def test_an_update_where_no_copy_is_known(
    copies: list[Any], account: Account, remote: Remote, emulator: Emulator
) -> None:
    """Which copy is the own one cannot be told, so nothing is written, in the preview neither."""
    before = remote.webhooks = beside_others(*copies)
    additive.diff(account, STATE, CHANGED)
    for operation in (additive.preview_update, additive.update):
        with pytest.raises(CopiesDiffer) as caught:
            operation(account, STATE, CHANGED)
        text = said(caught.value)
        assert f"receive {A} is registered 2 times" in text
        assert "Nothing was written" in text
        assert "dashboard" in text
    assert emulator.journal.methods() == ["GET", "GET"]
    assert remote.webhooks == before


def test_after_the_others_are_removed(start: Callable[..., Account], remote: Remote) -> None:
    """The way out that the error names works."""
    remote.webhooks = beside_others(THEIRS, A)
    with pytest.raises(CopiesDiffer):
        additive.update(start(), STATE, CHANGED)
    remote.webhooks = beside_others(A)
    additive.update(start(), STATE, CHANGED)
    assert remote.webhooks == beside_others(CHANGED_STORED)


def test_a_conflict_over_the_own_copy(account: Account, remote: Remote) -> None:
    """What somebody did to the own copy since the diff is a conflict, beside a copy of theirs as well."""
    remote.webhooks = beside_others(THEIRS, MINE)
    additive.diff(account, STATE, CHANGED)
    before = remote.webhooks = beside_others(THEIRS, {"url": A, "secret": "canary-third"})
    with pytest.raises(ConflictError):
        additive.update(account, STATE, CHANGED)
    assert remote.webhooks == before


@pytest.mark.parametrize("theirs", [THEIRS, MINE])
def test_a_copy_that_came_since_the_diff(theirs: Any, account: Account, remote: Remote, emulator: Emulator) -> None:
    """The conflict rule is for the own entry alone: somebody else's new copy is merged."""
    remote.webhooks = beside_others(MINE)
    additive.diff(account, STATE, CHANGED)
    remote.webhooks = beside_others(MINE, theirs)
    additive.update(account, STATE, CHANGED)
    assert emulator.journal.methods() == ["GET", "GET", "PUT", "GET"]
    assert remote.webhooks == beside_others(CHANGED_STORED, theirs)


# Delete


@pytest.mark.parametrize(("copies", "place"), COPIES)
def test_a_delete(copies: list[Any], place: int, account: Account, remote: Remote, emulator: Emulator) -> None:
    """The API deletes by URL, so what is there is written without the own copy; those of others stay and are named."""
    remote.webhooks = beside_others(*copies)
    remainder = additive.delete(account, STATE)
    assert emulator.journal.methods() == ["GET", "PUT", "GET"]
    assert remote.webhooks == beside_others(*without(copies, place))
    assert remainder == Remainder(remainder.unmanaged)
    assert [line.split(" (")[0] for line in things(remainder.unmanaged)] == [f"receive {A}"] * (len(copies) - 1)


def test_a_delete_of_one_of_equal_ones(account: Account, remote: Remote, emulator: Emulator) -> None:
    """Of equal copies one alone goes, whichever."""
    remote.webhooks = beside_others(MINE, MINE)
    assert things(additive.delete(account, STATE).unmanaged) == [f"receive {A} (secret set)"]
    assert emulator.journal.methods() == ["GET", "PUT", "GET"]
    assert remote.webhooks == beside_others(MINE)


@pytest.mark.parametrize("numbers", [[NUMBER, OTHER_NUMBER], [OTHER_NUMBER, NUMBER]])
def test_a_delete_of_a_copy_with_its_numbers_in_another_order(
    numbers: list[str], account: Account, remote: Remote
) -> None:
    """Equal to the state is equal in any order."""
    state = {**webhook(sendblueNumbers=[NUMBER, OTHER_NUMBER]), "secretsReadable": True}
    remote.webhooks = beside_others(THEIRS, {"url": A, "sendblue_numbers": numbers})
    assert additive.delete(account, state).copies == ()
    assert remote.webhooks == beside_others(THEIRS)


@pytest.mark.parametrize(
    "copies",
    [
        [THEIRS, A],
        [{"url": A, "secret": OTHER}, {"url": A, "secret": OTHER}],
        [{**MINE, "sendblue_numbers": [NUMBER]}, THEIRS],
    ],
    ids=["different", "equal to each other", "nearly"],
)
def test_a_delete_where_no_copy_is_equal(
    copies: list[Any], account: Account, remote: Remote, emulator: Emulator
) -> None:
    """None that is as the state has it: all are left, and named."""
    before = remote.webhooks = beside_others(*copies)
    remainder = additive.delete(account, STATE)
    assert len(remainder.copies) == 2
    assert remainder == Remainder(copies=remainder.copies)
    assert all(line.startswith(f"receive {A}") for line in things(remainder.copies))
    assert emulator.journal.methods() == ["GET"]
    assert remote.webhooks == before


@pytest.mark.usefixtures("settle")
def test_a_delete_on_an_account_that_lags(account: Account, remote: Remote, emulator: Emulator) -> None:
    """The GET is repeated while it shows both."""
    remote.webhooks = beside_others(MINE, THEIRS)
    remote.behave(lag=2)
    assert additive.delete(account, STATE).copies == ()
    assert emulator.journal.methods() == ["GET", "PUT", "GET", "GET", "GET"]
    assert remote.webhooks == beside_others(THEIRS)


def test_a_delete_of_the_only_event(account: Account, remote: Remote) -> None:
    """Nothing but the copies: the other one stays."""
    remote.webhooks = {"receive": [MINE, THEIRS]}
    additive.delete(account, STATE)
    assert content(remote) == {"receive": [THEIRS]}


# Secrets that do not show


@pytest.mark.parametrize("secrets", ["masked", "omitted"])
def test_an_update_while_secrets_do_not_show(
    secrets: str, account: Account, remote: Remote, emulator: Emulator
) -> None:
    """Neither a PUT nor a DELETE would leave the other copy whole: an error, and nothing written."""
    remote.behave(secrets=secrets)
    before = remote.webhooks = beside_others(MINE, THEIRS)
    state = {**STATE, "secretsReadable": False}
    additive.diff(account, state, CHANGED)
    for operation in (additive.preview_update, additive.update):
        with pytest.raises((SecretHidden, CopiesDiffer)) as caught:
            operation(account, state, CHANGED)
        assert "Nothing was written" in said(caught.value)
        assert MASK not in str(caught.value)
    assert set(emulator.journal.methods()) == {"GET"}
    assert remote.webhooks == before


@pytest.mark.parametrize("secrets", ["masked", "omitted"])
def test_a_delete_while_secrets_do_not_show(secrets: str, account: Account, remote: Remote, emulator: Emulator) -> None:
    """All copies are left, and named."""
    remote.behave(secrets=secrets)
    before = remote.webhooks = beside_others(MINE, THEIRS)
    assert len(additive.delete(account, {**STATE, "secretsReadable": False}).copies) == 2
    assert emulator.journal.methods() == ["GET"]
    assert remote.webhooks == before


@pytest.mark.parametrize("operation", ["update", "delete"])
def test_a_mask_elsewhere(operation: str, account: Account, remote: Remote, emulator: Emulator) -> None:
    """A mask anywhere on the account forbids the PUT that a copy needs."""
    before = remote.webhooks = {**beside_others(MINE, A), "outbound": [{"url": A, "secret": MASK}]}
    if operation == "update":
        with pytest.raises(SecretHidden):
            additive.update(account, STATE, CHANGED)
    else:
        assert len(additive.delete(account, STATE).copies) == 2
    assert emulator.journal.methods() == ["GET"]
    assert remote.webhooks == before


# Create


@pytest.mark.parametrize(("copies", "place"), COPIES)
def test_a_create(copies: list[Any], place: int, account: Account, remote: Remote, emulator: Emulator) -> None:
    """The copy that is equal to what is declared is taken over, and the others stay."""
    assert place < len(copies)
    before = remote.webhooks = beside_others(*copies)
    created = additive.create(account, INPUTS)
    assert emulator.journal.methods() == ["GET"]
    assert remote.webhooks == before
    assert created.outputs == STATE
    assert things(created.takeover.adopted) == [f"receive {A} (secret set)"]
    assert len(created.takeover.copies) == len(copies)


@pytest.mark.parametrize(("copies", "place"), COPIES)
def test_a_create_in_a_replacement(
    copies: list[Any], place: int, account: Account, remote: Remote, emulator: Emulator
) -> None:
    """What the old inputs named is the own copy, and the create changes that one alone; the delete leaves it."""
    remote.webhooks = beside_others(*copies)
    assert additive.check(account, CHANGED, INPUTS) == ()
    assert additive.check(account, CHANGED, None) == ()
    additive.create(account, CHANGED)
    assert additive.delete(account, STATE) == Remainder()
    assert emulator.journal.methods() == ["GET", "PUT", "GET"]
    changed = [CHANGED_STORED if number == place else copy for number, copy in enumerate(copies)]
    assert remote.webhooks == beside_others(*changed)


def test_two_creates_that_did_not_see_each_other(
    start: Callable[..., Account], remote: Remote, emulator: Emulator
) -> None:
    """Two processes at once add it twice; each then has its own, the preview warns, and each delete takes one."""
    first, second = start(), start()
    emulator.before("POST", lambda: additive.create(second, INPUTS))
    state = additive.create(first, INPUTS).outputs
    assert content(remote) == {"receive": [MINE, MINE]}
    assert len(additive.diff(first, state, INPUTS).copies) == 2
    additive.delete(start(), state)
    assert content(remote) == {"receive": [MINE]}
    additive.delete(start(), state)
    assert content(remote) == {}


def test_others_of_the_same_event_are_none(account: Account, remote: Remote) -> None:
    """Copies of other URLs concern nobody but their owners."""
    remote.webhooks = {**OTHERS, "receive": [*OTHERS["receive"], MINE]}
    assert additive.diff(account, STATE, INPUTS).copies == ()
    assert additive.delete(account, STATE) == Remainder()
    assert remote.webhooks == OTHERS
