"""Faults under a `Webhook`: at most one entry, whatever is lost, and a next run that goes on from what is there."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from sendblue_emulator import Fault
from sendblue_provider import additive
from sendblue_provider.errors import (
    ApiError,
    PartlyWritten,
    SendblueError,
    WriteNotApplied,
    WriteUnverified,
)
from sendblue_provider.lifecycle import Remainder
from tests.provider.conftest import (
    NEW,
    NUMBER,
    OTHER,
    OTHERS,
    OWN,
    A,
    beside_others,
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

INPUTS: dict[str, Any] = webhook(secret=OWN, sendblueNumbers=[NUMBER])
STATE: dict[str, Any] = {**INPUTS, "secretsReadable": True}
STORED: dict[str, Any] = {"url": A, "secret": OWN, "sendblue_numbers": [NUMBER]}
CHANGED: dict[str, Any] = webhook(secret=NEW)
CHANGED_STORED: dict[str, Any] = {"url": A, "secret": NEW}


@pytest.fixture(autouse=True)
def _no_backoff(monkeypatch: pytest.MonkeyPatch, remote: Remote) -> None:
    """Full jitter includes no wait at all; an attempt that stalls is short."""
    monkeypatch.setattr("httpx_retries.retry.random", SimpleNamespace(uniform=lambda low, _: low))
    monkeypatch.setattr("sendblue_provider.transport.ATTEMPT_SECONDS", 0.05)
    remote.webhooks = OTHERS


def fault(kind: str, method: str, *, applied: bool = False, times: int | None = 1) -> Fault:
    """One of the faults by its name."""
    if kind.isdigit():
        return Fault(kind="status", method=method, status=int(kind), body="no", applied=applied, times=times)
    if kind == "timeout":
        return Fault(kind="stall", method=method, seconds=30, applied=applied, times=times)
    if kind == "429 with Retry-After":
        return Fault(kind="status", method=method, status=429, headers={"Retry-After": "0"}, times=times)
    return Fault(kind=kind, method=method, applied=applied, times=times)  # type: ignore[arg-type]


def converge(start: Start, state: Mapping[str, Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
    """What the next run does from a state, or from none: a preview, and a create or an update."""
    account = start()
    if not state:
        additive.preview_create(account, inputs)
        return additive.create(account, inputs).outputs
    additive.diff(account, state, inputs)
    return additive.update(account, state, inputs)


def posts(emulator: Emulator) -> int:
    return emulator.journal.methods().count("POST")


# Create


@pytest.mark.parametrize(
    ("kind", "applied", "methods"),
    [
        ("reset", False, ["GET", "POST", "GET", "POST", "GET"]),
        ("reset", True, ["GET", "POST", "GET"]),
        ("timeout", False, ["GET", "POST", "GET", "POST", "GET"]),
        ("timeout", True, ["GET", "POST", "GET"]),
        ("408", False, ["GET", "POST", "GET", "POST", "GET"]),
        ("408", True, ["GET", "POST", "GET"]),
        ("502", False, ["GET", "POST", "GET", "POST", "GET"]),
        ("502", True, ["GET", "POST", "GET"]),
        ("503", False, ["GET", "POST", "GET", "POST", "GET"]),
        ("truncate", True, ["GET", "POST", "GET"]),
        ("early_close", True, ["GET", "POST", "GET"]),
        ("429", False, ["GET", "POST", "POST", "GET"]),
        ("429 with Retry-After", False, ["GET", "POST", "POST", "GET"]),
        ("refuse", False, ["GET", "POST", "POST", "GET"]),
    ],
)
def test_a_create_with_a_fault(
    kind: str,
    applied: bool,  # noqa: FBT001 - a parameter of the test
    methods: list[str],
    start: Start,
    remote: Remote,
    emulator: Emulator,
) -> None:
    """There is exactly one entry, after exactly these requests, and the next run finds nothing to do."""
    emulator.faults.add(fault(kind, "POST", applied=applied))
    state = additive.create(start(), INPUTS).outputs
    assert emulator.journal.methods() == methods
    assert remote.webhooks == beside_others(STORED)
    assert state == STATE
    assert not additive.diff(start(), state, INPUTS).changed


@pytest.mark.parametrize("kind", ["reset", "timeout", "408", "502"])
def test_a_create_that_is_never_done(kind: str, start: Start, remote: Remote, emulator: Emulator) -> None:
    """After three POSTs it is given up; nothing is there, nor in the state, and the next run adds one."""
    emulator.faults.add(fault(kind, "POST", times=None))
    with pytest.raises(ApiError) as caught:
        additive.create(start(), INPUTS)
    assert said(caught.value)
    assert posts(emulator) == 3
    assert remote.webhooks == OTHERS
    emulator.faults.clear()
    converge(start, {}, INPUTS)
    assert remote.webhooks == beside_others(STORED)


UNSEEN = [
    pytest.param(Fault(kind="truncate", method="GET", after=1), id="truncated"),
    pytest.param(Fault(kind="status", method="GET", after=1, status=401, body={"status": "ERROR"}), id="401"),
    pytest.param(Fault(kind="status", method="GET", after=1, status=503, body="no", times=None), id="503"),
    pytest.param(Fault(kind="reset", method="GET", after=1, times=None), id="reset"),
]
"""What can become of the GET that looks at a write."""


@pytest.mark.parametrize("unseen", UNSEEN)
@pytest.mark.parametrize("kind", [None, "reset", "502", "truncate"])
def test_a_create_that_could_not_be_looked_at(
    kind: str | None, unseen: Fault, start: Start, remote: Remote, emulator: Emulator
) -> None:
    """It may be there: it is not sent again, the state has it, and the next run finds it without a write."""
    if kind:
        emulator.faults.add(fault(kind, "POST", applied=True))
    emulator.faults.add(unseen)
    with pytest.raises(WriteUnverified) as caught:
        additive.create(start(timeout_seconds=2.0), INPUTS)
    assert said(caught.value)
    assert posts(emulator) == 1
    assert remote.webhooks == beside_others(STORED)
    emulator.faults.clear()
    emulator.journal.clear()
    for state in ({}, caught.value.outputs):  # a front end may not be able to keep it
        outputs = converge(start, state, INPUTS)
        assert outputs == STATE
    assert set(emulator.journal.methods()) == {"GET"}
    assert additive.delete(start(), caught.value.outputs) == Remainder()
    assert remote.webhooks == OTHERS


@pytest.mark.parametrize("unseen", UNSEEN)
@pytest.mark.parametrize("kind", ["reset", "502"])
def test_a_create_of_which_nothing_is_known(
    kind: str, unseen: Fault, start: Start, remote: Remote, emulator: Emulator
) -> None:
    """Neither the answer nor the look tells that it was not done: the next run adds it, or a destroy finds nothing."""
    emulator.faults.add(fault(kind, "POST"), unseen)
    with pytest.raises(WriteUnverified) as caught:
        additive.create(start(timeout_seconds=2.0), INPUTS)
    assert posts(emulator) == 1
    assert remote.webhooks == OTHERS
    emulator.faults.clear()
    assert additive.delete(start(), caught.value.outputs) == Remainder()
    converge(start, caught.value.outputs, INPUTS)
    assert remote.webhooks == beside_others(STORED)


def test_a_create_in_the_resources_own_time(start: Start, remote: Remote, emulator: Emulator) -> None:
    """`customTimeouts` bound it, and the error says that it is those."""
    emulator.faults.add(fault("429", "POST", times=None), fault("refuse", "POST", times=None))
    emulator.faults.clear()
    emulator.faults.add(Fault(kind="status", method="POST", status=429, headers={"Retry-After": "50"}, times=None))
    with pytest.raises(ApiError) as caught:
        additive.create(start(timeout_seconds=100), INPUTS, seconds=0.5)
    assert "customTimeouts" in said(caught.value)
    assert remote.webhooks == OTHERS


# Update


@pytest.mark.parametrize("applied", [False, True])
@pytest.mark.parametrize("kind", ["reset", "408", "429", "502", "timeout"])
def test_an_update_with_a_fault(
    kind: str,
    applied: bool,  # noqa: FBT001 - a parameter of the test
    start: Start,
    remote: Remote,
    emulator: Emulator,
) -> None:
    """A PUT does the same when it is sent twice, so it is."""
    remote.webhooks = beside_others(STORED)
    emulator.faults.add(fault(kind, "PUT", applied=applied))
    outputs = additive.update(start(), STATE, CHANGED)
    assert emulator.journal.methods() == ["GET", "PUT", "PUT", "GET"]
    assert remote.webhooks == beside_others(CHANGED_STORED)
    assert outputs == {**CHANGED, "secretsReadable": True}


def test_an_update_whose_answer_cannot_be_read(start: Start, remote: Remote, emulator: Emulator) -> None:
    """It is seen to be done, and that is enough."""
    remote.webhooks = beside_others(STORED)
    emulator.faults.add(fault("truncate", "PUT"))
    additive.update(start(), STATE, CHANGED)
    assert emulator.journal.methods() == ["GET", "PUT", "GET"]
    assert remote.webhooks == beside_others(CHANGED_STORED)


@pytest.mark.parametrize("unseen", UNSEEN)
def test_an_update_that_could_not_be_looked_at(unseen: Fault, start: Start, remote: Remote, emulator: Emulator) -> None:
    """The next run finds it done, without a second PUT."""
    remote.webhooks = beside_others(STORED)
    emulator.faults.add(unseen)
    with pytest.raises(WriteUnverified) as caught:
        additive.update(start(timeout_seconds=2.0), STATE, CHANGED)
    assert said(caught.value)
    emulator.faults.clear()
    emulator.journal.clear()
    account, state = start(), caught.value.outputs
    assert additive.diff(account, state, CHANGED).plan == ()
    assert additive.update(account, state, CHANGED) == {**CHANGED, "secretsReadable": True}
    assert emulator.journal.methods() == ["GET", "GET"]
    assert remote.webhooks == beside_others(CHANGED_STORED)


@pytest.mark.parametrize("applied", [False, True])
@pytest.mark.parametrize("kind", ["reset", "503"])
def test_an_update_of_which_nothing_is_known(
    kind: str,
    applied: bool,  # noqa: FBT001 - a parameter of the test
    start: Start,
    remote: Remote,
    emulator: Emulator,
) -> None:
    """Whether it was done or not, the next run makes the entry what is declared, and no other."""
    remote.webhooks = beside_others(STORED)
    emulator.faults.add(
        fault(kind, "PUT", applied=applied, times=None), Fault(kind="reset", method="GET", after=1, times=None)
    )
    with pytest.raises(SendblueError) as caught:
        additive.update(start(timeout_seconds=2.0), STATE, CHANGED)
    assert said(caught.value)
    emulator.faults.clear()
    assert remote.webhooks == beside_others(CHANGED_STORED if applied else STORED)
    state = caught.value.outputs if isinstance(caught.value, PartlyWritten) else STATE
    converge(start, state or STATE, CHANGED)
    assert remote.webhooks == beside_others(CHANGED_STORED)


@pytest.mark.parametrize("kind", ["400", "401", "503", "refuse", "reset"])
def test_an_update_that_is_never_done(kind: str, start: Start, remote: Remote, emulator: Emulator) -> None:
    """The old entry stays, and everything else."""
    remote.webhooks = beside_others(STORED)
    emulator.faults.add(fault(kind, "PUT", times=None))
    with pytest.raises(ApiError) as caught:
        additive.update(start(), STATE, CHANGED)
    assert said(caught.value)
    assert remote.webhooks == beside_others(STORED)


@pytest.mark.parametrize(("kind", "applied", "sent"), [("reset", False, 2), ("reset", True, 1), ("429", False, 2)])
def test_an_update_that_adds_the_entry_again(
    kind: str,
    applied: bool,  # noqa: FBT001 - a parameter of the test
    sent: int,
    start: Start,
    remote: Remote,
    emulator: Emulator,
) -> None:
    """Its POST is as careful as that of a create."""
    emulator.faults.add(fault(kind, "POST", applied=applied))
    additive.update(start(), STATE, CHANGED)
    assert posts(emulator) == sent
    assert remote.webhooks == beside_others(CHANGED_STORED)


def test_an_entry_that_was_added_again_unseen(start: Start, remote: Remote, emulator: Emulator) -> None:
    """The state has what may be there, and the next run does not add a second one."""
    emulator.faults.add(Fault(kind="truncate", method="GET", after=1))
    with pytest.raises(WriteUnverified) as caught:
        additive.update(start(), STATE, CHANGED)
    assert caught.value.outputs == {**CHANGED, "secretsReadable": True}
    converge(start, caught.value.outputs, CHANGED)
    assert remote.webhooks == beside_others(CHANGED_STORED)


def test_an_update_that_is_done_in_part(start: Start, remote: Remote) -> None:
    """Where the PUT lost somebody else's entry, the own one is as declared, and the state says so."""
    remote.webhooks = beside_others(STORED)
    remote.behave(dropped_on_put=["contact_created"])
    with pytest.raises(WriteNotApplied) as caught:
        additive.update(start(), STATE, CHANGED)
    assert caught.value.outputs == {**CHANGED, "secretsReadable": True}
    remote.behave(dropped_on_put=[])
    assert not additive.diff(start(), caught.value.outputs, CHANGED).changed


def test_an_update_that_lost_the_own_entry(start: Start, remote: Remote) -> None:
    """Where the PUT lost the own event, the next run adds the entry."""
    remote.webhooks = beside_others(STORED)
    remote.behave(dropped_on_put=["receive"])
    with pytest.raises(WriteNotApplied) as caught:
        additive.update(start(), STATE, CHANGED)
    remote.behave(dropped_on_put=[])
    converge(start, caught.value.outputs or STATE, CHANGED)
    assert remote.webhooks["receive"] == [CHANGED_STORED]


# Delete


@pytest.mark.parametrize("unseen", UNSEEN)
def test_a_delete_that_could_not_be_looked_at(unseen: Fault, start: Start, remote: Remote, emulator: Emulator) -> None:
    """The state stays, and the next delete finds nothing to do."""
    remote.webhooks = beside_others(STORED)
    emulator.faults.add(unseen)
    with pytest.raises(WriteUnverified) as caught:
        additive.delete(start(timeout_seconds=2.0), STATE)
    assert said(caught.value)
    assert caught.value.outputs == {}
    emulator.faults.clear()
    emulator.journal.clear()
    assert additive.delete(start(), STATE) == Remainder()
    assert emulator.journal.methods() == ["GET"]
    assert remote.webhooks == OTHERS


@pytest.mark.parametrize("applied", [False, True])
@pytest.mark.parametrize("kind", ["reset", "408", "429", "502", "timeout"])
def test_a_delete_of_a_copy_with_a_fault(
    kind: str,
    applied: bool,  # noqa: FBT001 - a parameter of the test
    start: Start,
    remote: Remote,
    emulator: Emulator,
) -> None:
    """A PUT that was done and is sent again takes no second copy."""
    theirs = {"url": A, "secret": OTHER}
    remote.webhooks = beside_others(theirs, STORED, STORED)
    emulator.faults.add(fault(kind, "PUT", applied=applied))
    assert additive.delete(start(), STATE).copies == ()
    assert emulator.journal.methods() == ["GET", "PUT", "PUT", "GET"]
    assert remote.webhooks == beside_others(theirs, STORED)
