"""A write that failed half-way: what the state should hold, so that nothing of this stack's is lost or is taken."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from sendblue_emulator import MASK, Fault
from sendblue_provider import authoritative
from sendblue_provider.errors import (
    ApiError,
    ConnectionFailed,
    PartlyWritten,
    RequestRefused,
    ServiceUnavailable,
    WriteNotApplied,
    WriteUnverified,
)
from sendblue_provider.lifecycle import Remainder
from sendblue_provider.report import change_lines, things
from tests.provider.conftest import NEW, NUMBER, OTHER, OWN, A, B, C, D, content, said

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sendblue_emulator import Account as Remote
    from sendblue_emulator import Emulator
    from sendblue_provider.account import Account

    Deploy = Callable[[Mapping[str, Any]], dict[str, Any]]
    Start = Callable[..., Account]

INPUTS: dict[str, Any] = {"receive": [A, {"url": B, "secret": OWN}], "outbound": [C], "globalSecret": OWN}
STORED = INPUTS
FOREIGN: dict[str, Any] = {"url": D, "secret": OTHER, "sendblue_numbers": [NUMBER], "label": "x"}
NOTHING = Remainder((), frozenset())

UNVERIFIED = [
    pytest.param(Fault(kind="truncate", method="GET", after=1), id="truncated"),
    pytest.param(Fault(kind="status", method="GET", after=1, status=401, body={"status": "ERROR"}), id="401"),
    pytest.param(Fault(kind="status", method="GET", after=1, status=503, body="no", times=None), id="503"),
    pytest.param(Fault(kind="reset", method="GET", after=1, times=None), id="reset"),
]
"""What can become of the GET that verifies a write."""


def partial(operation: Callable[[], object]) -> PartlyWritten:
    """The error of a write that failed half-way, which holds what belongs into the state."""
    with pytest.raises(PartlyWritten) as caught:
        operation()
    assert said(caught.value)
    assert set(caught.value.outputs) >= {"secretsReadable", "managed"}
    return caught.value


def managed_urls(error: PartlyWritten) -> set[tuple[str, str]]:
    events: dict[str, list[str]] = error.outputs["managed"]["events"]
    return {(event, url) for event, urls in events.items() for url in urls}


def live_part(outputs: Mapping[str, Any]) -> dict[str, Any]:
    """The outputs that say what is on the account; an empty event is no event."""
    apart = ("secretsReadable", "managed", "allowOverwrite")
    return {name: value for name, value in outputs.items() if name not in apart and value != []}


# Create


def test_a_create_with_a_dropped_event(start: Start, remote: Remote) -> None:
    """The state holds what is there; the next diff shows the rest, and no drift."""
    remote.behave(dropped_on_put=["outbound"])
    error = partial(lambda: authoritative.create(start(), INPUTS))
    assert isinstance(error, WriteNotApplied)
    assert live_part(error.outputs) == {"receive": INPUTS["receive"], "globalSecret": OWN}
    assert error.outputs["secretsReadable"] is True
    found = authoritative.diff(start(), error.outputs, INPUTS)
    assert (found.changed, found.drift, change_lines(found.plan)) == (True, (), [f"+ outbound {C}"])


def test_a_create_that_failed_half_way_is_finished(start: Start, remote: Remote, emulator: Emulator) -> None:
    """Once the API takes it, an update from that state does the rest."""
    remote.behave(dropped_on_put=["outbound"])
    error = partial(lambda: authoritative.create(start(), INPUTS))
    remote.behave(dropped_on_put=[])
    emulator.journal.clear()
    outputs = authoritative.update(start(), error.outputs, INPUTS)
    assert emulator.journal.methods() == ["GET", "PUT", "GET"]
    assert content(remote) == STORED
    assert outputs["managed"] == {"events": {"outbound": [C], "receive": [A, B]}, "secrets": ["globalSecret"]}


def test_a_create_that_failed_half_way_is_undone(start: Start, remote: Remote) -> None:
    """A destroy from that state removes what was written, and what somebody else added stays."""
    remote.behave(dropped_on_put=["outbound"])
    error = partial(lambda: authoritative.create(start(), INPUTS))
    remote.add("receive", FOREIGN)
    left = authoritative.delete(start(), error.outputs)
    assert content(remote) == {"receive": [FOREIGN]}
    assert things(left.unmanaged) == [f"receive {D} (secret set, for {NUMBER})"]


@pytest.mark.parametrize("fault", UNVERIFIED)
def test_a_create_that_could_not_be_looked_at(fault: Fault, start: Start, remote: Remote, emulator: Emulator) -> None:
    """What may be there is this stack's: the next run finds it without a PUT, and a destroy removes it."""
    emulator.faults.add(fault)
    error = partial(lambda: authoritative.create(start(timeout_seconds=0.6), INPUTS))
    assert isinstance(error, WriteUnverified)
    assert managed_urls(error) == {("receive", A), ("receive", B), ("outbound", C)}
    assert error.outputs["managed"]["secrets"] == ["globalSecret"]
    emulator.faults.clear()
    found = authoritative.diff(start(), error.outputs, INPUTS)
    assert (found.changed, found.plan) == (True, ())
    emulator.journal.clear()
    authoritative.update(start(), error.outputs, INPUTS)
    assert emulator.journal.methods() == ["GET"]
    assert authoritative.delete(start(), error.outputs) == NOTHING
    assert content(remote) == {}


@pytest.mark.parametrize("applied", [True, False])
def test_a_create_of_which_nothing_is_known(
    applied: bool,  # noqa: FBT001 - a parameter of the test
    start: Start,
    remote: Remote,
    emulator: Emulator,
) -> None:
    """Neither the PUT was answered nor the look after it: the next diff says what of it there is to do."""
    emulator.faults.add(
        Fault(kind="reset", method="PUT", times=None, applied=applied),
        Fault(kind="reset", method="GET", after=1, times=None),
    )
    error = partial(lambda: authoritative.create(start(timeout_seconds=0.6), INPUTS))
    assert isinstance(error, WriteUnverified)
    emulator.faults.clear()
    found = authoritative.diff(start(), error.outputs, INPUTS)
    assert (found.changed, bool(found.plan)) == (True, not applied)
    assert authoritative.delete(start(), error.outputs) == NOTHING
    assert content(remote) == {}


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Fault(kind="truncate", method="PUT"), id="truncated"),
        pytest.param(Fault(kind="status", method="PUT", status=200, body="<html>", applied=True), id="HTML"),
        pytest.param(Fault(kind="status", method="PUT", status=200, body=None, applied=True), id="empty"),
        pytest.param(Fault(kind="status", method="PUT", status=302, body=None, applied=True), id="redirect"),
    ],
)
def test_a_put_whose_answer_cannot_be_read(fault: Fault, start: Start, remote: Remote, emulator: Emulator) -> None:
    """A write may have been done whatever its answer looks like: it is seen to be there, or the state knows of it."""
    emulator.faults.add(fault)
    outputs: dict[str, Any] = {}
    try:
        outputs = authoritative.create(start(), INPUTS).outputs
    except PartlyWritten as error:
        outputs = error.outputs
    except ApiError:
        outputs = {}
    assert authoritative.delete(start(), outputs) == NOTHING
    assert content(remote) == {}


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Fault(kind="status", method="PUT", status=400, body={"status": "ERROR"}), id="refused"),
        pytest.param(Fault(kind="status", method="PUT", status=401, body={"status": "ERROR"}), id="401"),
        pytest.param(Fault(kind="status", method="PUT", status=503, body="no", times=None), id="down"),
        pytest.param(Fault(kind="reset", method="PUT", times=None), id="reset"),
    ],
)
def test_a_put_that_was_not_done(fault: Fault, start: Start, remote: Remote, emulator: Emulator) -> None:
    """An error of which nothing is on the account is an ordinary one: there is nothing for the state to hold."""
    emulator.faults.add(fault)
    with pytest.raises(ApiError) as caught:
        authoritative.create(start(timeout_seconds=0.6), INPUTS)
    assert said(caught.value)
    assert content(remote) == {}


@pytest.mark.parametrize("applied", [True, False])
def test_a_put_that_was_sent_as_often_as_may_be(
    applied: bool,  # noqa: FBT001 - a parameter of the test
    start: Start,
    remote: Remote,
    emulator: Emulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An API that only ever answers with 503 may have done it: it is looked at, with time left or without."""
    monkeypatch.setattr("httpx_retries.retry.random", SimpleNamespace(uniform=lambda low, _: low))
    emulator.faults.add(Fault(kind="status", method="PUT", status=503, body="no", times=None, applied=applied))
    if applied:
        authoritative.create(start(), INPUTS)
    else:
        with pytest.raises(ServiceUnavailable) as caught:
            authoritative.create(start(), INPUTS)
        assert said(caught.value)
    assert emulator.journal.methods() == ["GET", *["PUT"] * 7, "GET"]
    assert content(remote) == (STORED if applied else {})


def test_a_put_that_fails_while_somebody_else_writes(start: Start, remote: Remote, emulator: Emulator) -> None:
    """What somebody else put there meanwhile is not taken for the write, and the error does not say that it worked."""
    emulator.faults.add(Fault(kind="status", method="PUT", status=503, body="no", times=None))
    emulator.before("PUT", lambda: remote.add("receive", FOREIGN))
    with pytest.raises((ServiceUnavailable, ConnectionFailed, PartlyWritten)) as caught:
        authoritative.create(start(timeout_seconds=0.6), INPUTS)
    assert said(caught.value)
    if isinstance(caught.value, PartlyWritten):
        assert ("receive", D) not in managed_urls(caught.value)
        authoritative.delete(start(), caught.value.outputs)
    assert content(remote) == {"receive": [FOREIGN]}
    assert "answered with success" not in str(caught.value)


@pytest.mark.parametrize("applied", [True, False])
@pytest.mark.parametrize("secrets", ["masked", "omitted"])
def test_a_put_without_an_answer_that_changes_only_what_does_not_show(
    secrets: str,
    applied: bool,  # noqa: FBT001 - a parameter of the test
    start: Start,
    deploy: Deploy,
    remote: Remote,
    emulator: Emulator,
) -> None:
    """A look cannot tell then, and the error says so; the next run writes the secret again."""
    remote.behave(secrets=secrets)
    state = deploy({"receive": [{"url": A, "secret": OWN}]})
    inputs = {"receive": [{"url": A, "secret": NEW}]}
    emulator.faults.add(Fault(kind="reset", method="PUT", times=None, applied=applied))
    error = partial(lambda: authoritative.update(start(timeout_seconds=0.6), state, inputs))
    assert isinstance(error, WriteUnverified)
    emulator.faults.clear()
    assert authoritative.diff(start(), error.outputs, inputs).changed is True
    authoritative.update(start(), error.outputs, inputs)
    assert content(remote) == inputs


def test_a_write_that_took_all_the_time(
    start: Start, remote: Remote, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A PUT that was answered with the last of the budget is still looked at, for a moment."""
    account = start(timeout_seconds=0.5)
    put = account.client.put

    def put_slowly(*args: Any, **more: Any) -> None:
        put(*args, **more)
        time.sleep(0.5)

    monkeypatch.setattr(account.client, "put", put_slowly)
    authoritative.create(account, INPUTS)
    assert emulator.journal.methods() == ["GET", "PUT", "GET"]
    assert content(remote) == STORED


# Create with allowOverwrite


OVERWRITING: dict[str, Any] = {**INPUTS, "allowOverwrite": True}


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind="status", method="PUT", status=200, body={"status": "OK"}),
        Fault(kind="truncate", method="GET", after=1),
    ],
    ids=["nothing was done", "not looked at"],
)
def test_a_foreign_entry_is_never_managed(fault: Fault, start: Start, remote: Remote, emulator: Emulator) -> None:
    """What an overwrite was to remove is still somebody else's: it is shown as live, and a destroy leaves it."""
    remote.webhooks = {"receive": [FOREIGN], "call_log": [A], "secret": OTHER}
    emulator.faults.add(fault)
    error = partial(lambda: authoritative.create(start(), OVERWRITING))
    assert managed_urls(error) <= {("receive", A), ("receive", B), ("outbound", C)}
    assert set(error.outputs["managed"]["secrets"]) <= {"globalSecret"}
    # Somebody puts it back, if it was overwritten.
    remote.webhooks = {"receive": [FOREIGN], "call_log": [A], "secret": OTHER}
    left = authoritative.delete(start(), error.outputs)
    assert content(remote) == {"receive": [FOREIGN], "call_log": [A], "secret": OTHER}
    assert len(left.unmanaged) == 3


@pytest.mark.parametrize("fault", UNVERIFIED)
def test_what_was_not_verified_is_no_drift(fault: Fault, start: Start, remote: Remote, emulator: Emulator) -> None:
    """The next read and diff do not call this stack's own write a change from outside, and somebody else's they do."""
    emulator.faults.add(fault)
    error = partial(lambda: authoritative.create(start(timeout_seconds=0.6), INPUTS))
    emulator.faults.clear()
    assert authoritative.read(start(), error.outputs).drift == ()
    assert authoritative.diff(start(), error.outputs, INPUTS).drift == ()
    remote.add("receive", FOREIGN)
    assert change_lines(authoritative.read(start(), error.outputs).drift) == [
        f"+ receive {D} (secret set, for {NUMBER})"
    ]


def test_an_entry_that_was_to_be_overwritten_is_not_managed(start: Start, remote: Remote, emulator: Emulator) -> None:
    """A declared URL with another secret, and another secret of the account, stay theirs where the PUT did nothing."""
    theirs = {"receive": [{"url": A, "secret": OTHER}], "globalSecret": OTHER}
    remote.webhooks = theirs
    emulator.faults.add(Fault(kind="status", method="PUT", status=200, body={"status": "OK"}))
    error = partial(lambda: authoritative.create(start(), OVERWRITING))
    assert ("receive", B) in managed_urls(error)
    authoritative.delete(start(), error.outputs)
    assert content(remote) == theirs


def test_an_overwrite_that_was_done_in_part(start: Start, remote: Remote) -> None:
    """What was overwritten is gone, what was not written is still to do, and the option is in the state."""
    remote.webhooks = {"receive": [FOREIGN], "secret": OTHER}
    remote.behave(dropped_on_put=["outbound"])
    error = partial(lambda: authoritative.create(start(), OVERWRITING))
    assert live_part(error.outputs) == {"receive": INPUTS["receive"], "globalSecret": OWN}
    assert error.outputs["allowOverwrite"] is True
    found = authoritative.diff(start(), error.outputs, OVERWRITING)
    assert change_lines(found.plan) == [f"+ outbound {C}"]
    assert authoritative.delete(start(), error.outputs) == NOTHING
    assert content(remote) == {}


# Update

NEXT: dict[str, Any] = {"receive": [A, {"url": B, "secret": NEW}], "callLog": [D], "secret": NEW}


def test_an_update_with_a_dropped_event(start: Start, deploy: Deploy, remote: Remote) -> None:
    """The state holds what is there, in the program's form, and the next diff shows the rest alone."""
    state = deploy(INPUTS)
    remote.behave(dropped_on_put=["call_log"])
    error = partial(lambda: authoritative.update(start(), state, NEXT))
    assert live_part(error.outputs) == {"receive": NEXT["receive"], "secret": NEW}
    found = authoritative.diff(start(), error.outputs, NEXT)
    assert (found.drift, change_lines(found.plan)) == ((), [f"+ call_log {D}"])
    assert authoritative.delete(start(), error.outputs) == NOTHING
    assert content(remote) == {}


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"secret": NEW},
    ],
    ids=["entries", "a secret too"],
)
def test_an_update_of_which_nothing_was_done(
    more: dict[str, Any], start: Start, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """The next diff shows all of it, and what it was to remove is still this stack's, so a destroy removes it."""
    state = deploy(INPUTS)
    emulator.faults.add(Fault(kind="status", method="PUT", status=200, body={"status": "OK"}))
    inputs = {"receive": [A, {"url": B, "secret": NEW}], "callLog": [D], **more}
    error = partial(lambda: authoritative.update(start(), state, inputs))
    assert content(remote) == STORED
    assert live_part(error.outputs) == STORED
    assert error.outputs["secretsReadable"] is True
    assert sorted(change_lines(authoritative.diff(start(), error.outputs, inputs).plan)) == sorted(
        [
            f"~ receive {B} secret changed",
            f"- outbound {C}",
            f"+ call_log {D}",
            "- globalSecret (secret set)",
            *(f"+ {name} (secret set)" for name in more),
        ]
    )
    remote.add("receive", FOREIGN)
    authoritative.delete(start(), error.outputs)
    assert content(remote) == {"receive": [FOREIGN]}


@pytest.mark.parametrize("fault", UNVERIFIED)
def test_an_update_that_could_not_be_looked_at(
    fault: Fault, start: Start, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """Both what was there and what may be there is this stack's."""
    state = deploy(INPUTS)
    emulator.faults.add(fault)
    error = partial(lambda: authoritative.update(start(timeout_seconds=0.6), state, NEXT))
    assert managed_urls(error) == {("receive", A), ("receive", B), ("outbound", C), ("call_log", D)}
    assert error.outputs["managed"]["secrets"] == ["globalSecret", "secret"]
    emulator.faults.clear()
    found = authoritative.diff(start(), error.outputs, NEXT)
    assert (found.changed, found.plan) == (True, ())
    emulator.journal.clear()
    outputs = authoritative.update(start(), error.outputs, NEXT)
    assert emulator.journal.methods() == ["GET"]
    assert outputs["managed"] == {"events": {"call_log": [D], "receive": [A, B]}, "secrets": ["secret"]}
    assert authoritative.delete(start(), error.outputs) == NOTHING
    assert content(remote) == {}


def test_a_secret_that_stays(start: Start, deploy: Deploy, remote: Remote) -> None:
    """A secret of the account that no PUT clears is in the state as this stack's, and the next diff shows it again."""
    state = deploy(INPUTS)
    remote.behave(absent_secrets="kept", empty_secrets="kept")
    inputs = {"receive": [A]}
    error = partial(lambda: authoritative.update(start(), state, inputs))
    assert live_part(error.outputs) == {"receive": [A], "globalSecret": OWN}
    assert "globalSecret" in error.outputs["managed"]["secrets"]
    found = authoritative.diff(start(), error.outputs, inputs)
    assert change_lines(found.plan) == ["- globalSecret (secret set)"]


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind="status", method="PUT", after=1, status=400, body={"status": "ERROR"}),
        Fault(kind="status", method="PUT", after=1, status=503, body="no", times=None),
        Fault(kind="reset", method="PUT", after=1, times=None),
    ],
    ids=["400", "503", "reset"],
)
def test_a_second_put_that_fails(
    fault: Fault, start: Start, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """What the first PUT did is in the state also where the one that clears the secret fails."""
    state = deploy(INPUTS)
    remote.behave(absent_secrets="kept")
    emulator.faults.add(fault)
    inputs = {"receive": [B]}
    error = partial(lambda: authoritative.update(start(timeout_seconds=1), state, inputs))
    assert live_part(error.outputs) == {"receive": [B], "globalSecret": OWN}
    assert ("receive", B) in managed_urls(error)
    assert "globalSecret" in error.outputs["managed"]["secrets"]
    emulator.faults.clear()
    outputs = authoritative.update(start(), error.outputs, inputs)
    assert outputs["managed"] == {"events": {"receive": [B]}, "secrets": []}
    assert content(remote) == {"receive": [B]}


def test_somebody_elses_entry_beside_a_dropped_event(
    start: Start, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """What turned up during the write is live, not managed, and the next diff shows it."""
    state = deploy(INPUTS)
    remote.behave(dropped_on_put=["call_log"])
    emulator.before("GET", lambda: remote.add("line_blocked", FOREIGN), after=1)
    error = partial(lambda: authoritative.update(start(), state, NEXT))
    assert "lineBlocked" in error.outputs
    assert ("line_blocked", D) not in managed_urls(error)
    found = authoritative.diff(start(), error.outputs, NEXT)
    assert len(found.plan) == 2
    authoritative.delete(start(), error.outputs)
    assert content(remote) == {"line_blocked": [FOREIGN]}


@pytest.mark.parametrize("secrets", ["masked", "omitted"])
@pytest.mark.parametrize("fault", [None, UNVERIFIED[0].values[0]])
def test_secrets_that_do_not_show(
    fault: Fault | None, secrets: str, start: Start, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """No mask and no gap gets into the state in a secret's place, and the next run writes the declared ones."""
    remote.behave(secrets=secrets)
    state = deploy(INPUTS)
    remote.behave(dropped_on_put=["call_log"])
    if fault:
        emulator.faults.add(fault)
    error = partial(lambda: authoritative.update(start(), state, NEXT))
    assert MASK not in str(error.outputs)
    assert error.outputs["receive"][1]["secret"] in (OWN, NEW)
    assert error.outputs["secretsReadable"] is False
    emulator.faults.clear()
    remote.behave(dropped_on_put=[])
    authoritative.update(start(), error.outputs, NEXT)
    assert content(remote) == {"receive": NEXT["receive"], "call_log": [D], "secret": NEW}


# Delete


@pytest.mark.parametrize(
    ("fault", "error_type"),
    [
        (Fault(kind="truncate", method="GET", after=1), WriteUnverified),
        (Fault(kind="status", method="PUT", status=400, body={"status": "ERROR"}), RequestRefused),
        (Fault(kind="status", method="PUT", status=200, body={"status": "OK"}, times=None), WriteNotApplied),
    ],
    ids=["not looked at", "refused", "not done"],
)
def test_a_delete_that_fails_half_way(
    fault: Fault, error_type: type[Exception], start: Start, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """The state stays as it is, and a second delete from it removes the rest."""
    state = deploy(INPUTS)
    emulator.faults.add(fault)
    with pytest.raises(error_type) as caught:
        authoritative.delete(start(), state)
    assert said(caught.value)
    if isinstance(caught.value, PartlyWritten):
        assert caught.value.outputs == {}
    emulator.faults.clear()
    assert authoritative.delete(start(), state) == NOTHING
    assert content(remote) == {}
