"""Several `Webhook`s at once: in the threads of one process, and in two processes that do not know of each other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from sendblue_provider import additive
from sendblue_provider.errors import PartlyWritten, WriteNotApplied
from sendblue_provider.report import change_lines
from tests.provider.conftest import (
    NEW,
    NUMBER,
    OTHER,
    OTHER_NUMBER,
    OTHERS,
    OWN,
    A,
    B,
    C,
    D,
    beside_others,
    content,
    said,
    webhook,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sendblue_emulator import Account as Remote
    from sendblue_emulator import Emulator
    from sendblue_provider.account import Account

    Start = Callable[..., Account]
    Register = Callable[[Mapping[str, Any]], dict[str, Any]]

INPUTS: dict[str, Any] = webhook(secret=OWN)
STATE: dict[str, Any] = {**INPUTS, "secretsReadable": True}
STORED: dict[str, Any] = {"url": A, "secret": OWN}
CHANGED: dict[str, Any] = webhook(secret=NEW)
CHANGED_STORED: dict[str, Any] = {"url": A, "secret": NEW}
NEIGHBOUR: dict[str, Any] = {**webhook(url=f"{A}/other", secret=OTHER), "secretsReadable": True}
"""What another stack has."""
NEIGHBOURS: dict[str, Any] = {"url": f"{A}/other", "secret": OTHER}
NEIGHBOUR_CHANGED: dict[str, Any] = webhook(url=f"{A}/other", sendblueNumbers=[NUMBER])
NEIGHBOURS_CHANGED: dict[str, Any] = {"url": f"{A}/other", "sendblue_numbers": [NUMBER]}


# Threads of one process


def test_fifty_creates(account: Account, remote: Remote, emulator: Emulator) -> None:
    """Created in parallel, all of them land, each in its turn."""
    remote.webhooks = OTHERS
    inputs = [webhook(url=f"{A}/{number}", secret=OWN) for number in range(50)]
    with ThreadPoolExecutor(10) as threads:
        created = [*threads.map(lambda each: additive.create(account, each), inputs)]
    assert [each.outputs for each in created] == [{**each, "secretsReadable": True} for each in inputs]
    assert emulator.journal.methods() == ["GET", "POST", "GET"] * 50
    landed = remote.webhooks["receive"][len(OTHERS["receive"]) :]
    assert sorted(landed, key=str) == sorted([{"url": each["url"], "secret": OWN} for each in inputs], key=str)
    assert remote.webhooks == beside_others(*landed)


def test_updates_and_deletes_in_parallel(account: Account, remote: Remote, emulator: Emulator) -> None:
    """Writes of one process are serialised: each merges what the others have done."""
    urls = [f"{A}/{number}" for number in range(20)]
    remote.webhooks = beside_others(*urls)
    states = [{**webhook(url=url), "secretsReadable": True} for url in urls]
    for state in states:
        additive.diff(account, state, webhook(url=state["url"], secret=NEW))

    def work(number: int) -> None:
        if number % 2:
            additive.delete(account, states[number])
        else:
            additive.update(account, states[number], webhook(url=urls[number], secret=NEW))

    with ThreadPoolExecutor(10) as threads:
        assert [*threads.map(work, range(20))] == [None] * 20
    assert remote.webhooks == beside_others(*[{"url": url, "secret": NEW} for url in urls[::2]])
    methods = emulator.journal.methods()
    turns = [methods[place : place + 3] for place in range(1, len(methods), 3)]
    assert sorted(turns) == [["GET", "DELETE", "GET"]] * 10 + [["GET", "PUT", "GET"]] * 10


def test_the_time_of_an_operation(start: Start, remote: Remote) -> None:
    """An operation's budget starts when its turn comes: many that wait for each other do not run out of it."""
    remote.behave(lag=0)
    account = start(timeout_seconds=0.5)
    with ThreadPoolExecutor(20) as threads:
        inputs = [webhook(url=f"{A}/{number}") for number in range(100)]
        assert len([*threads.map(lambda each: additive.create(account, each), inputs)]) == 100
    assert len(remote.webhooks["receive"]) == 100


# Two processes: creates and deletes disturb nobody


def test_two_creates(start: Start, remote: Remote, emulator: Emulator) -> None:
    """A POST appends, so two stacks that create at the same moment both land."""
    remote.webhooks = OTHERS
    emulator.before("POST", lambda: additive.create(start(), webhook(url=f"{A}/other", secret=OTHER)))
    state = additive.create(start(), INPUTS).outputs
    assert remote.webhooks == beside_others(NEIGHBOURS, STORED)
    assert not additive.diff(start(), state, INPUTS).changed
    assert not additive.diff(start(), NEIGHBOUR, webhook(url=f"{A}/other", secret=OTHER)).changed


def test_a_create_and_a_delete(start: Start, remote: Remote, emulator: Emulator) -> None:
    """A DELETE is of a URL, so it disturbs no create, wherever it comes between."""
    remote.webhooks = beside_others(NEIGHBOURS)
    emulator.before("POST", lambda: additive.delete(start(), NEIGHBOUR))
    additive.create(start(), INPUTS)
    assert remote.webhooks == beside_others(STORED)


# Somebody between the GET and the PUT


def test_what_another_stack_adds_before_the_put(start: Start, remote: Remote, emulator: Emulator) -> None:
    """The API offers no protection there: it is undone, and the other stack's next run shows it and mends it."""
    remote.webhooks = beside_others(STORED)
    other = webhook(url=f"{A}/other", secret=OTHER)
    emulator.before("PUT", lambda: additive.create(start(), other))
    state = additive.update(start(), STATE, CHANGED)
    assert remote.webhooks == beside_others(CHANGED_STORED)
    account = start()
    found = additive.diff(account, NEIGHBOUR, other)
    assert change_lines(found.drift) == [f"- receive {A}/other (secret set)"]
    additive.update(account, NEIGHBOUR, other)
    assert remote.webhooks == beside_others(CHANGED_STORED, NEIGHBOURS)
    assert not additive.diff(start(), state, CHANGED).changed


def test_what_another_stack_changes_before_the_put(start: Start, remote: Remote, emulator: Emulator) -> None:
    """A change of another entry is undone in the same way, and shown and mended in the same way."""
    remote.webhooks = beside_others(STORED, NEIGHBOURS)
    emulator.before("PUT", lambda: additive.update(start(), NEIGHBOUR, NEIGHBOUR_CHANGED))
    additive.update(start(), STATE, CHANGED)
    assert remote.webhooks == beside_others(CHANGED_STORED, NEIGHBOURS)
    account = start()
    state = {**NEIGHBOUR_CHANGED, "secretsReadable": True}
    assert additive.diff(account, state, NEIGHBOUR_CHANGED).drift
    additive.update(account, state, NEIGHBOUR_CHANGED)
    assert remote.webhooks == beside_others(CHANGED_STORED, NEIGHBOURS_CHANGED)


def test_what_another_stack_removes_before_the_put(start: Start, remote: Remote, emulator: Emulator) -> None:
    """A removal is undone too: the entry is there again, as it was."""
    remote.webhooks = beside_others(STORED, NEIGHBOURS)
    emulator.before("PUT", lambda: additive.delete(start(), NEIGHBOUR))
    additive.update(start(), STATE, CHANGED)
    assert remote.webhooks == beside_others(CHANGED_STORED, NEIGHBOURS)
    additive.delete(start(), NEIGHBOUR)
    assert remote.webhooks == beside_others(CHANGED_STORED)


def test_what_somebody_does_to_the_own_entry_before_the_put(start: Start, remote: Remote, emulator: Emulator) -> None:
    """What came too late for the conflict rule ends as declared, once."""
    remote.webhooks = beside_others(STORED)

    def meanwhile() -> None:
        remote.webhooks = beside_others()

    emulator.before("PUT", meanwhile)
    additive.update(start(), STATE, CHANGED)
    assert remote.webhooks == beside_others(CHANGED_STORED)


# Somebody between the PUT and the GET that looks at it


def test_what_others_add_after_the_put(start: Start, remote: Remote, emulator: Emulator) -> None:
    """It is no part of the write, and stays."""
    remote.webhooks = beside_others(STORED)

    def meanwhile() -> None:
        remote.add("receive", {"url": f"{D}/new", "secret": OTHER})
        remote.add("call_log", D)

    emulator.before("GET", meanwhile, after=1)
    state = additive.update(start(), STATE, CHANGED)
    assert remote.webhooks == {
        **beside_others(CHANGED_STORED, {"url": f"{D}/new", "secret": OTHER}),
        "call_log": [D],
    }
    assert not additive.diff(start(), state, CHANGED).changed


LOST: list[tuple[dict[str, Any], str]] = [
    ({"outbound": [{"url": B, "secret": OTHER}]}, f"+ outbound {A}"),
    ({"contact_created": []}, f"+ contact_created {C}"),
    ({"outbound": [A, {"url": B, "secret": NEW}]}, f"~ outbound {B} secret changed"),
    (
        {"outbound": [A, {"url": B, "secret": OTHER, "sendblue_numbers": [OTHER_NUMBER]}]},
        f"~ outbound {B} numbers changed from {OTHER_NUMBER} to all",
    ),
    ({"outbound": [A, B]}, f"~ outbound {B} secret added"),
    ({"globalSecret": ""}, "+ globalSecret (secret set)"),
]
"""What somebody does just after the PUT, and how what is missing then is named."""


@pytest.mark.parametrize(("change", "named"), LOST)
def test_what_others_lose_after_the_put(
    change: dict[str, Any], named: str, start: Start, remote: Remote, emulator: Emulator
) -> None:
    """What is not there as it was sent is an error that names it; the own entry stays, and the next update succeeds."""
    remote.webhooks = beside_others(STORED)
    after: dict[str, Any] = {**beside_others(CHANGED_STORED), **change}

    def meanwhile() -> None:
        remote.webhooks = after

    emulator.before("GET", meanwhile, after=1)
    with pytest.raises(WriteNotApplied) as caught:
        additive.update(start(), STATE, CHANGED)
    assert named in said(caught.value)
    assert "not this stack's" in str(caught.value)
    assert remote.webhooks == after
    state = caught.value.outputs
    assert state == {**CHANGED, "secretsReadable": True}
    assert not additive.diff(start(), state, CHANGED).changed
    additive.update(start(), state, INPUTS)
    expected = {name: value for name, value in {**after, **beside_others(STORED)}.items() if name not in change}
    assert {name: value for name, value in content(remote).items() if name not in change} == expected


@pytest.mark.parametrize("own", [[], [STORED], [{"url": A, "secret": OTHER}]], ids=["removed", "undone", "changed"])
def test_what_becomes_of_the_own_entry_after_the_put(
    own: list[Any], start: Start, remote: Remote, emulator: Emulator
) -> None:
    """The loser of two that write at once gets an error that names its entry, and its next up succeeds."""
    remote.webhooks = beside_others(STORED)

    def meanwhile() -> None:
        remote.webhooks = beside_others(*own)

    emulator.before("GET", meanwhile, after=1)
    with pytest.raises(WriteNotApplied) as caught:
        additive.update(start(), STATE, CHANGED)
    assert f"{'~' if own else '+'} receive {A}" in said(caught.value)
    assert remote.webhooks == beside_others(*own)
    account, state = start(), caught.value.outputs or STATE
    assert additive.diff(account, state, CHANGED).plan
    additive.update(account, state, CHANGED)
    assert remote.webhooks == beside_others(CHANGED_STORED)


def test_two_updates_that_read_the_same(start: Start, remote: Remote, emulator: Emulator) -> None:
    """The PUT that comes last undoes the other one's, whose next preview shows it and whose next up succeeds."""
    remote.webhooks = beside_others(STORED, NEIGHBOURS)
    others: list[dict[str, Any]] = []
    emulator.before("PUT", lambda: others.append(additive.update(start(), NEIGHBOUR, NEIGHBOUR_CHANGED)))
    additive.update(start(), STATE, CHANGED)
    (state,) = others
    assert remote.webhooks == beside_others(CHANGED_STORED, NEIGHBOURS)
    account = start()
    assert additive.diff(account, state, NEIGHBOUR_CHANGED).changed
    additive.update(account, state, NEIGHBOUR_CHANGED)
    assert remote.webhooks == beside_others(CHANGED_STORED, NEIGHBOURS_CHANGED)


def test_a_delete_that_is_undone(start: Start, remote: Remote, emulator: Emulator) -> None:
    """An entry that another one's PUT has put back is found by the GET that looks at the delete, and removed."""
    remote.webhooks = beside_others(STORED)

    def put_back() -> None:
        remote.webhooks = beside_others(STORED)

    emulator.before("GET", put_back, after=1)
    additive.delete(start(), STATE)
    assert emulator.journal.methods() == ["GET", "DELETE", "GET", "PUT", "GET"]
    assert remote.webhooks == OTHERS


def test_an_added_secret_that_is_undone(start: Start, remote: Remote, emulator: Emulator) -> None:
    """On an account that shows the secrets of others, one that is not there was undone: the next up adds it again."""
    before = remote.webhooks = beside_others(A)
    state = {**webhook(), "secretsReadable": True}

    def undo() -> None:
        remote.webhooks = before

    emulator.before("GET", undo, after=1)
    with pytest.raises(WriteNotApplied) as caught:
        additive.update(start(), state, INPUTS)
    assert f"receive {A} secret added" in said(caught.value)
    state = caught.value.outputs or state
    account = start()
    assert additive.diff(account, state, INPUTS).plan
    additive.update(account, state, INPUTS)
    assert remote.webhooks == beside_others(STORED)


def test_two_stacks_at_once(start: Start, remote: Remote) -> None:
    """However two processes meet, nobody else loses anything, and each one's next up makes its entries as declared."""
    urls = [[f"{A}/{stack}/{number}" for number in range(4)] for stack in range(2)]
    states = {url: {**webhook(url=url, secret=OWN), "secretsReadable": True} for stack in urls for url in stack}
    remote.webhooks = beside_others(*[{"url": url, "secret": OWN} for url in states])

    def run(stack: list[str]) -> None:
        account = start()
        for url in stack:
            inputs = webhook(url=url, secret=NEW)
            additive.diff(account, states[url], inputs)
            try:
                states[url] = additive.update(account, states[url], inputs)
            except PartlyWritten as error:
                states[url] = error.outputs or states[url]

    with ThreadPoolExecutor(2) as threads:
        assert [*threads.map(run, urls)] == [None, None]
    for stack in urls:  # their next ups
        run(stack)
    assert remote.webhooks == beside_others(*[{"url": url, "secret": NEW} for url in states])
    assert not any(additive.diff(start(), states[url], webhook(url=url, secret=NEW)).changed for url in states)
