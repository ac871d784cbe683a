"""How a commit ends for each member: its own budget, a cancellation, a defect, and who comes after it."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from sendblue_emulator import Account, Emulator, Fault
from sendblue_provider.errors import Interrupted, ServiceUnavailable, WriteFailed
from sendblue_provider.lifecycle import round as one_round
from sendblue_provider.lifecycle.apply import carry_out
from sendblue_provider.lifecycle.operation import Write
from sendblue_provider.plan.claims import Claims
from sendblue_provider.resources.request import Request
from tests.plan.records import A, B, C, D, filled

from .conftest import Start
from .together import HOOK, Step, create, delete, errors_of, sent, together, until


@pytest.mark.parametrize("is_late", [False, True])
def test_a_member_s_own_budget(emulator: Emulator, start: Start, *, is_late: bool) -> None:
    """A member whose own budget is over gets its error, while another one with a longer budget goes on."""
    emulator.faults.add(Fault(kind="status", method="POST", status=503, times=4))
    results = together(start(), create(A, seconds=1), create(B), is_late=is_late)
    assert [WriteFailed, None] == errors_of(results)
    assert isinstance(results[0].reason, ServiceUnavailable)
    posts = [text for text in sent(emulator) if text.startswith("POST")]
    assert ["a b"] * 3 + ["b"] * 2 == [" ".join(sorted(text.split()[2:])) for text in posts]


def test_cancelled_during_a_commit(emulator: Emulator, remote: Account, start: Start) -> None:
    """A cancellation between two POSTs leaves each member with what became of its own."""
    session = start()
    emulator.before("POST", session.cancelled.set)
    remote.behave(lag=0)
    results = together(session, create(A), create(B, "outbound"))
    assert [None, Interrupted] == errors_of(results)
    assert {"receive": [A]} == filled(remote.webhooks)
    assert ["GET", "POST receive a", "GET"] == sent(emulator)
    assert not results[1].is_sent


def test_cancelled_while_waiting(emulator: Emulator, start: Start) -> None:
    """All that wait for the account when the run is cancelled end without a request."""
    session = start()
    with session.holding():
        threads: list[threading.Thread] = []
        errors: list[BaseException] = []

        def run(step: Step) -> None:
            try:
                step(session)
            except BaseException as error:
                errors.append(error)

        for url in (A, B, D):
            threads.append(threading.Thread(target=run, args=(create(url),), daemon=True))
            threads[-1].start()
        until(lambda: len(session.waiting) == 3)
        session.cancelled.set()
    for thread in threads:
        thread.join(20)
    assert [Interrupted] * 3 == [type(error) for error in errors]
    assert [] == sent(emulator)


def defect(*_: Any) -> Any:
    raise ZeroDivisionError


def test_a_defect_ends_nobody_without_a_result(
    emulator: Emulator, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever ends the leader becomes the error of every member: nobody waits for ever."""
    broken = Write(HOOK, Request({"event": "receive", "url": A}), Claims(), None)
    monkeypatch.setattr(broken, "plan_on", defect)
    results = together(start(), create(A), lambda session: carry_out(session, broken), create(B), is_late=False)
    assert [ZeroDivisionError] * 3 == errors_of(results)
    assert ["GET"] == sent(emulator)


def test_a_defect_leaves_the_account_to_the_next(
    remote: Account, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who arrived after the commit began is carried out by the next one."""
    broken = Write(HOOK, Request({"event": "receive", "url": A}), Claims(), None)
    monkeypatch.setattr(broken, "plan_on", defect)
    results = together(start(), lambda session: carry_out(session, broken), create(A), create(B))
    assert [ZeroDivisionError, None, None] == errors_of(results)
    assert [A, B] == sorted(remote.webhooks["receive"])


def test_a_defect_after_the_write(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also one that happens when the write was sent; the account can be used afterwards."""
    session = start()
    with monkeypatch.context() as patch:
        patch.setattr(one_round, "deciding_error", defect)
        assert [ZeroDivisionError] * 2 == errors_of(together(session, create(A), create(B)))
    assert [None] == errors_of(together(session, create(C)))


def test_many_threads(emulator: Emulator, remote: Account, start: Start) -> None:
    """Forty creates and then forty deletes from eight threads take a GET, a write and a GET a commit, few in all."""
    session = start()
    urls = [f"https://example.com/{number}" for number in range(40)]

    def run(operations: list[Step]) -> None:
        waiting = list(operations)
        lock = threading.Lock()

        def work() -> None:
            while True:
                with lock:
                    if not waiting:
                        return
                    step = waiting.pop(0)
                step(session)

        threads = [threading.Thread(target=work, daemon=True) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)

    run([create(url) for url in urls])
    assert sorted(urls) == sorted(remote.webhooks["receive"])
    run([delete(url) for url in urls])
    assert {} == filled(remote.webhooks)
    assert len(emulator.journal) <= 120
