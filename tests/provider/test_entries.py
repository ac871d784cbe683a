"""Adding and removing single entries: a POST is never blindly sent again, since it appends; a DELETE may be."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from sendblue_emulator import Fault
from sendblue_provider import entries
from sendblue_provider.errors import (
    ApiError,
    ConnectionFailed,
    CredentialsRejected,
    Interrupted,
    NotConnected,
    RequestRefused,
    ServiceUnavailable,
    UnexpectedResponse,
    WriteInterrupted,
    WriteNotApplied,
    WriteUnverified,
)
from sendblue_provider.model import Configuration, Entry, Managed
from tests.provider.conftest import (
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
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from sendblue_emulator import Account as Remote
    from sendblue_emulator import Emulator
    from sendblue_provider.account import Account

    Start = Callable[..., Account]

ENTRY = Entry(A, OWN, (NUMBER,), {"label": "x"})
STORED: dict[str, Any] = {"url": A, "secret": OWN, "sendblue_numbers": [NUMBER], "label": "x"}
STALL = 0.05
"""How long an attempt may take where it stalls."""


@pytest.fixture(autouse=True)
def _no_backoff(monkeypatch: pytest.MonkeyPatch, remote: Remote) -> None:
    """Full jitter includes no wait at all."""
    monkeypatch.setattr("httpx_retries.retry.random", SimpleNamespace(uniform=lambda low, _: low))
    remote.webhooks = OTHERS


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sendblue_provider.transport.ATTEMPT_SECONDS", STALL)


def post(account: Account) -> Configuration:
    """Add the entry as an operation does, after a GET."""
    with account.held() as deadline:
        account.fetch(deadline)
        return entries.post(account, "receive", ENTRY, deadline)


def delete(account: Account, *taken: tuple[str, str]) -> Configuration:
    """Remove URLs as an operation does, after a GET."""
    with account.held() as deadline:
        return entries.delete_urls(account, account.fetch(deadline), Managed(frozenset(taken)), deadline)


def status(number: int, body: Any = "no", *, applied: bool = False, times: int | None = 1, **headers: str) -> Fault:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Fault(kind="status", method="POST", status=number, body=body, applied=applied, times=times, headers=named)


def doubtful(*, applied: bool, times: int | None = 1) -> list[Any]:
    """What leaves it open whether a POST was done, each once with its name."""
    faults = {
        "reset": Fault(kind="reset", method="POST", applied=applied, times=times),
        "408": status(408, applied=applied, times=times),
        "500": status(500, applied=applied, times=times),
        "502": status(502, "<html>", applied=applied, times=times),
        "503 with Retry-After": status(503, applied=applied, times=times, Retry_After="0"),
        "504": status(504, applied=applied, times=times),
        "no JSON": status(200, "<html>", applied=applied, times=times),
        "empty": status(200, None, applied=applied, times=times),
        "a list": status(200, [], applied=applied, times=times),
        "redirect": status(302, None, applied=applied, times=times, Location="https://example.com"),
    }
    return [pytest.param(fault, id=name) for name, fault in faults.items()]


DONE = [
    *doubtful(applied=True),
    pytest.param(Fault(kind="truncate", method="POST"), id="truncated"),
    pytest.param(Fault(kind="early_close", method="POST"), id="closed early"),
]


# POST: once


def test_a_post(account: Account, remote: Remote, emulator: Emulator) -> None:
    """One POST, and the GET that looks at it."""
    now = post(account)
    assert emulator.journal.methods() == ["GET", "POST", "GET"]
    assert emulator.journal.entries()[1].body == {"webhooks": [STORED], "type": "receive"}
    assert now.find("receive", ENTRY) == ENTRY
    assert remote.webhooks == beside_others(STORED)


@pytest.mark.parametrize("fault", DONE)
def test_one_that_was_done_without_an_answer(
    fault: Fault, account: Account, remote: Remote, emulator: Emulator
) -> None:
    """The GET shows that it landed: it is not sent again."""
    emulator.faults.add(fault)
    post(account)
    assert emulator.journal.methods() == ["GET", "POST", "GET"]
    assert remote.webhooks == beside_others(STORED)


@pytest.mark.parametrize("fault", doubtful(applied=False))
def test_one_that_was_not_done(fault: Fault, account: Account, remote: Remote, emulator: Emulator) -> None:
    """The GET shows that it did not land: only then it is sent again."""
    emulator.faults.add(fault)
    post(account)
    assert emulator.journal.methods() == ["GET", "POST", "GET", "POST", "GET"]
    assert remote.webhooks == beside_others(STORED)


@pytest.mark.usefixtures("_impatient")
@pytest.mark.parametrize(("applied", "sent"), [(True, 1), (False, 2)])
def test_one_that_was_not_answered_in_time(
    applied: bool,  # noqa: FBT001 - a parameter of the test
    sent: int,
    account: Account,
    remote: Remote,
    emulator: Emulator,
) -> None:
    """After a timeout a GET decides as well."""
    emulator.faults.add(Fault(kind="stall", method="POST", seconds=30, applied=applied))
    post(account)
    assert emulator.journal.methods() == ["GET", *["POST", "GET"] * sent]
    assert remote.webhooks == beside_others(STORED)


@pytest.mark.usefixtures("settle")
@pytest.mark.parametrize("fault", DONE)
def test_one_that_was_done_on_an_account_that_lags(
    fault: Fault, account: Account, remote: Remote, emulator: Emulator
) -> None:
    """A GET that shows what was before proves nothing: it is repeated for a while before anything is sent again."""
    remote.behave(lag=3)
    emulator.faults.add(fault)
    post(account)
    assert emulator.journal.methods() == ["GET", "POST", "GET", "GET", "GET", "GET"]
    assert remote.webhooks == beside_others(STORED)


def test_how_long_it_is_looked_at(
    start: Start, remote: Remote, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before it is sent again it has been looked at for all the time that a write may take to show."""
    account = start()
    monkeypatch.setattr("sendblue_provider.verify.SETTLE_SECONDS", 0.3)
    monkeypatch.setattr("sendblue_provider.verify._FIRST_PAUSE", 0.02)
    emulator.faults.add(Fault(kind="reset", method="POST"))
    moments: list[float] = []
    emulator.before("POST", lambda: moments.append(time.monotonic()), times=2)
    post(account)
    first, second = moments
    assert 0.25 <= second - first < 2
    methods = emulator.journal.methods()
    assert methods[:3] == ["GET", "POST", "GET"]
    assert methods.count("POST") == 2
    assert methods.count("GET") > 4
    assert remote.webhooks == beside_others(STORED)


# POST: again where nothing was done


@pytest.mark.parametrize("fault", [status(429), status(429, Retry_After="0"), Fault(kind="refuse", method="POST")])
@pytest.mark.parametrize("times", [1, 3])
def test_one_that_was_refused_for_now(
    fault: Fault, times: int, account: Account, remote: Remote, emulator: Emulator
) -> None:
    """Too many requests, or no connection: nothing can have been done, so it is sent again at once, without a look."""
    emulator.faults.add(*[fault] * times)
    post(account)
    assert emulator.journal.methods() == ["GET", *["POST"] * times, "POST", "GET"]
    assert remote.webhooks == beside_others(STORED)


def test_the_wait_that_a_429_asks_for(account: Account, remote: Remote, emulator: Emulator) -> None:
    """`Retry-After` is honoured."""
    emulator.faults.add(status(429, Retry_After="1"))
    moments: list[float] = []
    emulator.before("POST", lambda: moments.append(time.monotonic()), times=2)
    post(account)
    assert moments[1] - moments[0] >= 0.95
    assert emulator.journal.methods() == ["GET", "POST", "POST", "GET"]
    assert remote.webhooks == beside_others(STORED)


def test_a_wait_that_is_too_long(account: Account, remote: Remote, emulator: Emulator) -> None:
    """What asks for more time than there is ends at once, and nothing is there."""
    emulator.faults.add(status(429, times=None, Retry_After="3600"))
    with pytest.raises(ApiError) as caught:
        post(account)
    assert "3600 s" in said(caught.value)
    assert emulator.journal.methods() == ["GET", "POST"]
    assert remote.webhooks == OTHERS


@pytest.mark.parametrize(
    ("fault", "error"),
    [(status(429, times=None), ServiceUnavailable), (Fault(kind="refuse", method="POST", times=None), NotConnected)],
)
def test_one_that_is_refused_for_ever(
    fault: Fault, error: type[ApiError], account: Account, remote: Remote, emulator: Emulator
) -> None:
    """The retries have an end, and the error is that of the last one."""
    emulator.faults.add(fault)
    with pytest.raises(error) as caught:
        post(account)
    assert said(caught.value)
    assert emulator.journal.methods() == ["GET", *["POST"] * 7]
    assert remote.webhooks == OTHERS


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (status(400, {"status": "ERROR", "message": "no"}), RequestRefused),
        (status(200, {"status": "ERROR", "message": "no"}), RequestRefused),
        (status(401, {"status": "ERROR"}), CredentialsRejected),
        (status(404, {"status": "ERROR"}), RequestRefused),
    ],
)
def test_one_that_is_refused(
    fault: Fault, error: type[ApiError], account: Account, remote: Remote, emulator: Emulator
) -> None:
    """What the API refuses is not sent again, nor looked at."""
    emulator.faults.add(fault)
    with pytest.raises(error) as caught:
        post(account)
    assert said(caught.value)
    assert emulator.journal.methods() == ["GET", "POST"]
    assert remote.webhooks == OTHERS


# POST: in doubt for ever


@pytest.mark.parametrize("fault", doubtful(applied=False, times=None))
def test_one_that_is_never_done(fault: Fault, account: Account, remote: Remote, emulator: Emulator) -> None:
    """It is sent three times in all, each looked at, and the error is the last answer's."""
    emulator.faults.add(fault)
    with pytest.raises((ConnectionFailed, ServiceUnavailable, UnexpectedResponse)) as caught:
        post(account)
    assert said(caught.value)
    assert emulator.journal.methods() == ["GET", "POST", "GET", "POST", "GET", "POST", "GET"]
    assert remote.webhooks == OTHERS


@pytest.mark.parametrize("fault", doubtful(applied=True, times=None))
def test_one_that_is_done_and_never_answered(
    fault: Fault, account: Account, remote: Remote, emulator: Emulator
) -> None:
    """The first one is enough."""
    emulator.faults.add(fault)
    post(account)
    assert emulator.journal.methods() == ["GET", "POST", "GET"]
    assert remote.webhooks == beside_others(STORED)


@pytest.mark.parametrize("first", doubtful(applied=False))
@pytest.mark.parametrize("second", [Fault(kind="reset", method="POST", applied=True), status(429), status(502)])
def test_one_doubt_after_another(
    first: Fault, second: Fault, account: Account, remote: Remote, emulator: Emulator
) -> None:
    """Whatever becomes of the second one, there is one entry at the end."""
    emulator.faults.add(first, second)
    post(account)
    assert 2 <= emulator.journal.methods().count("POST") <= 3
    assert remote.webhooks == beside_others(STORED)


def test_no_connection_after_a_doubt(account: Account, remote: Remote, emulator: Emulator) -> None:
    """Where it cannot be sent again, nothing is there, and that is the error."""
    emulator.faults.add(Fault(kind="reset", method="POST"), Fault(kind="refuse", method="POST", times=None))
    with pytest.raises(ApiError):
        post(account)
    assert remote.webhooks == OTHERS


@pytest.mark.usefixtures("_impatient")
def test_time_that_runs_out(start: Start, remote: Remote, emulator: Emulator) -> None:
    """An API that never answers is given up within the operation's budget."""
    account = start(timeout_seconds=0.12)
    emulator.faults.add(Fault(kind="stall", method="POST", seconds=30, times=None))
    began = time.monotonic()
    with pytest.raises(ApiError) as caught:
        post(account)
    assert time.monotonic() - began < 1.5
    assert said(caught.value)
    assert remote.webhooks == OTHERS


# POST: what the look finds


@pytest.mark.parametrize("fault", [None, *(param.values[0] for param in DONE)])
def test_one_that_cannot_be_looked_at(
    fault: Fault | None, account: Account, remote: Remote, emulator: Emulator
) -> None:
    """It may be there, so it is not sent again, and the error says so."""
    if fault is not None:
        emulator.faults.add(fault)
    emulator.faults.add(Fault(kind="truncate", method="GET", after=1))
    with pytest.raises(WriteUnverified) as caught:
        post(account)
    assert caught.value.now is None
    assert "Run the same command again" in said(caught.value)
    assert emulator.journal.methods() == ["GET", "POST", "GET"]
    assert remote.webhooks == beside_others(STORED)


def test_one_that_is_accepted_and_not_there(account: Account, remote: Remote, emulator: Emulator) -> None:
    """Success without the entry is told, and not tried again: the API means something by it."""
    emulator.faults.add(status(200, {"status": "OK"}, times=None))
    with pytest.raises(WriteNotApplied) as caught:
        post(account)
    assert f"receive {A} (secret set, for {NUMBER})" in said(caught.value)
    assert emulator.journal.methods() == ["GET", "POST", "GET"]
    assert remote.webhooks == OTHERS


@pytest.mark.parametrize(
    "stored",
    [
        {**STORED, "secret": OTHER},
        {**STORED, "sendblue_numbers": []},
        {**STORED, "sendblue_numbers": [NUMBER, OTHER_NUMBER]},
    ],
)
def test_one_that_is_there_otherwise(stored: Any, account: Account, remote: Remote, emulator: Emulator) -> None:
    """An API that takes only a part of it is found out, and the error knows what is there."""
    emulator.faults.add(status(200, {"status": "OK"}))
    emulator.before("GET", lambda: remote.add("receive", stored), after=1)
    with pytest.raises(WriteNotApplied) as caught:
        post(account)
    assert f"~ receive {A}" in said(caught.value)
    assert caught.value.now is not None
    assert caught.value.now.find("receive", ENTRY) is not None


def test_what_others_do_meanwhile(account: Account, remote: Remote, emulator: Emulator) -> None:
    """Neither their additions nor their removals have to do with it."""

    def others() -> None:
        remote.add("receive", f"{D}/new")
        remote.remove("outbound", A)

    emulator.before("GET", others, after=1)
    post(account)
    assert emulator.journal.methods() == ["GET", "POST", "GET"]
    assert remote.webhooks == {
        **beside_others(STORED, f"{D}/new"),
        "outbound": [entry for entry in OTHERS["outbound"] if entry != A],
    }


def test_the_same_entry_by_somebody_else_meanwhile(account: Account, remote: Remote, emulator: Emulator) -> None:
    """Where it is there by the time that it would be sent again, whoever sent it, it is not."""
    emulator.faults.add(Fault(kind="reset", method="POST"))
    emulator.before("GET", lambda: remote.add("receive", STORED), after=1)
    post(account)
    assert emulator.journal.methods() == ["GET", "POST", "GET"]
    assert remote.webhooks == beside_others(STORED)


def test_the_verifying_get_is_the_snapshot(account: Account, emulator: Emulator) -> None:
    """What was shared before the write is thrown away, and what was seen after it is shared."""
    now = post(account)
    with account.held() as deadline:
        assert account.snapshot(deadline) is now
    assert emulator.journal.methods() == ["GET", "POST", "GET"]


@pytest.mark.parametrize("fault", [status(400, {"status": "ERROR"}), status(429, times=None)])
def test_a_failed_one_throws_the_snapshot_away(fault: Fault, account: Account, emulator: Emulator) -> None:
    """After a write that failed, whoever looks next looks afresh."""
    emulator.faults.add(fault)
    with pytest.raises(ApiError):
        post(account)
    emulator.journal.clear()
    with account.held() as deadline:
        account.snapshot(deadline)
    assert emulator.journal.methods() == ["GET"]


# POST: a cancelled run


def test_a_run_that_is_cancelled_while_it_is_answered(account: Account, remote: Remote, emulator: Emulator) -> None:
    """An answer that comes is still taken, and looked at once."""
    emulator.before("POST", account.cancelled.set)
    post(account)
    assert emulator.journal.methods() == ["GET", "POST", "GET"]
    assert remote.webhooks == beside_others(STORED)


@pytest.mark.parametrize("applied", [True, False])
def test_a_run_that_is_cancelled_while_it_stalls(
    applied: bool,  # noqa: FBT001 - a parameter of the test
    account: Account,
    remote: Remote,
    emulator: Emulator,
) -> None:
    """It is not sent again; the one look says whether it is there."""
    emulator.before("POST", account.cancelled.set)
    # Longer than the answer to a write is awaited after a cancellation.
    emulator.faults.add(Fault(kind="stall", method="POST", seconds=1.5, applied=applied))
    if applied:
        post(account)
    else:
        with pytest.raises(Interrupted) as caught:
            post(account)
        assert "the account does not show it" in said(caught.value)
    assert emulator.journal.methods() == ["GET", "POST", "GET"]
    assert remote.webhooks == (beside_others(STORED) if applied else OTHERS)


def test_a_cancelled_run_that_cannot_look(account: Account, emulator: Emulator) -> None:
    """What is not known then is told as such."""
    emulator.before("POST", account.cancelled.set)
    emulator.faults.add(
        Fault(kind="stall", method="POST", seconds=1.5, applied=True),
        Fault(kind="reset", method="GET", after=1, times=None),
    )
    with pytest.raises(WriteInterrupted) as caught:
        post(account)
    assert said(caught.value)
    assert caught.value.now is None


def test_a_run_that_was_cancelled_before(account: Account, remote: Remote, emulator: Emulator) -> None:
    """Nothing is sent any more."""
    emulator.before("GET", account.cancelled.set)
    with pytest.raises(Interrupted):
        post(account)
    assert "POST" not in emulator.journal.methods()
    assert remote.webhooks == OTHERS


# DELETE


def test_a_delete(account: Account, remote: Remote, emulator: Emulator) -> None:
    """One DELETE for each event that has any of the URLs, and one GET."""
    now = delete(account, ("receive", D), ("outbound", A), ("outbound", B), ("call_log", A), ("receive", A))
    assert emulator.journal.methods() == ["GET", "DELETE", "DELETE", "GET"]
    assert [entry.body for entry in emulator.journal if entry.method == "DELETE"] == [
        {"webhooks": [D], "type": "receive"},
        {"webhooks": [A, B], "type": "outbound"},
    ]
    rest = [entry for entry in OTHERS["receive"] if not (isinstance(entry, dict) and entry["url"] == D)]
    expected = {**OTHERS, "receive": rest}
    del expected["outbound"]
    assert content(remote) == expected
    assert now.find("receive", Entry(D)) is None


def test_nothing_to_delete(account: Account, remote: Remote, emulator: Emulator) -> None:
    """Where none of the URLs is there, nothing is sent."""
    delete(account, ("receive", A), ("call_log", B))
    assert emulator.journal.methods() == ["GET"]
    assert remote.webhooks == OTHERS


@pytest.mark.parametrize("applied", [True, False])
@pytest.mark.parametrize("kind", ["reset", "502", "429"])
def test_a_delete_without_an_answer(
    kind: str,
    applied: bool,  # noqa: FBT001 - a parameter of the test
    account: Account,
    remote: Remote,
    emulator: Emulator,
) -> None:
    """It does the same when it is sent twice, so it is, without a look between."""
    fault = Fault(kind="reset", method="DELETE", applied=applied)
    if kind != "reset":
        fault = Fault(kind="status", method="DELETE", status=int(kind), body="no", applied=applied)
    emulator.faults.add(fault)
    delete(account, ("contact_created", C))
    assert emulator.journal.methods() == ["GET", "DELETE", "DELETE", "GET"]
    assert content(remote) == {name: value for name, value in OTHERS.items() if name != "contact_created"}


def test_a_delete_that_is_refused(account: Account, emulator: Emulator) -> None:
    """It is left to the caller, who sees what is still there; what follows is sent all the same."""
    emulator.faults.add(Fault(kind="status", method="DELETE", status=400, body={"status": "ERROR"}))
    now = delete(account, ("receive", D), ("contact_created", C))
    assert emulator.journal.methods() == ["GET", "DELETE", "DELETE", "GET"]
    assert now.find("receive", Entry(D)) is not None
    assert now.find("contact_created", Entry(C)) is None


def test_a_delete_that_cannot_be_looked_at(account: Account, emulator: Emulator) -> None:
    """What was sent and not seen is told."""
    emulator.faults.add(Fault(kind="truncate", method="GET", after=1))
    with pytest.raises(WriteUnverified) as caught:
        delete(account, ("receive", D))
    assert said(caught.value)
