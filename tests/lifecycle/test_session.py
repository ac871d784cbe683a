"""One account within a process: the shared GET, what is hidden, and a new run."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from sendblue_emulator import Account, Emulator, Fault
from sendblue_provider.errors import ApiError, CredentialsRejected, RequestRefused, WriteFailed
from sendblue_provider.lifecycle import session as module
from sendblue_provider.lifecycle import steps
from sendblue_provider.lifecycle.session import Session, forget_sessions, session_of
from sendblue_provider.plan.claims import Claim
from sendblue_provider.resources.request import Request
from sendblue_provider.resources.webhook import Webhook
from sendblue_provider.settings import Settings
from tests.plan.records import OTHER, OWN, A, B, rec

from .conftest import SETTINGS, Clock, Start


def gets(emulator: Emulator) -> int:
    return emulator.journal.methods().count("GET")


def test_reads_share_a_get_for_a_minute(emulator: Emulator, remote: Account, start: Start, clock: Clock) -> None:
    """A GET serves every read of the next 60 seconds, counted from the GET; use does not prolong that."""
    session = start()
    assert session.read() == ()
    remote.add("receive", A)
    for now in (30, 59.9):
        clock.now = now
        assert session.read() == ()
    clock.now = 60.1
    assert (rec(A).value,) == tuple(record.value for record in session.read())
    assert 2 == gets(emulator)


def test_reads_at_once_are_one_get(emulator: Emulator, start: Start) -> None:
    """Reads of many threads at once wait for the one GET."""
    session = start()
    threads = [threading.Thread(target=session.read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 1 == gets(emulator)


def test_a_failed_get_is_not_kept(emulator: Emulator, start: Start) -> None:
    """After a GET that failed the account is read again, and what it was before counts no more."""
    session = start()
    session.read()
    emulator.faults.add(Fault(kind="status", method="GET", status=400))
    with pytest.raises(ApiError):
        session.fetch(session.deadline(None))
    session.read()
    assert 3 == gets(emulator)


def test_a_write_reads_afresh_and_its_last_get_is_shared(emulator: Emulator, remote: Account, start: Start) -> None:
    """A write never goes by a GET of before, and what it reads at its end serves the reads that follow."""
    session = start()
    session.read()
    remote.add("outbound", B)
    steps.write(Webhook(), session, Request({"event": "receive", "url": A}))
    assert ["GET", "GET", "POST", "GET"] == emulator.journal.methods()
    assert [B, A] == sorted((record.url for record in session.read()), reverse=True)
    assert 3 == gets(emulator)


def test_what_was_read_is_hidden(emulator: Emulator, remote: Account, start: Start) -> None:
    """Every secret that a GET shows, somebody else's too, is taken out of what is quoted later."""
    session = start()
    remote.webhooks = {"receive": [{"url": A, "secret": OTHER, "token": "canary-token"}]}
    session.hide([OWN])
    session.read()
    words = f"bad: {OWN} {OTHER} canary-token"
    emulator.faults.add(Fault(kind="status", method="POST", status=400, body={"message": words}))
    with pytest.raises(WriteFailed) as caught:
        steps.write(Webhook(), session, Request({"event": "receive", "url": B}))
    assert isinstance(caught.value.reason, RequestRefused)
    assert "bad: [secret] [secret] [secret]" == caught.value.reason.said


def test_a_budget_is_the_resource_s_or_that_of_the_settings(start: Start) -> None:
    """A resource's own timeout goes before the settings'; none, or zero, is the settings'."""
    session = start()
    assert [(5, True), (60, False), (60, False)] == [
        (deadline.seconds, deadline.is_own) for deadline in map(session.deadline, (5.0, None, 0.0))
    ]


def test_a_new_run_knows_nothing_of_the_last(emulator: Emulator, start: Start) -> None:
    """A run that begins in the same process has no claims, no cancellation and no GET of the one before."""
    session = start()
    session.read()
    session.claims.add("urn", Claim(is_additive=True, declared=(rec(A),), before=(rec(A),)), has_urn=True)
    session.cancelled.set()
    session.start_run()
    assert (False, ()) == (session.claims.is_checked(), session.claims.before())
    session.read()
    assert 2 == gets(emulator)


def test_the_account_is_held_by_one_at_a_time(start: Start) -> None:
    """Who needs the account waits for it; who does not any more goes on without it; an error gives it back."""
    session = start()
    order: list[str] = []
    done = threading.Event()

    def second() -> None:
        with session.holding() as is_held:
            order.append(f"second {is_held}")

    def third() -> None:
        with session.holding(unless=done.is_set) as is_held:
            order.append(f"third {is_held}")

    threads = [threading.Thread(target=second), threading.Thread(target=third)]
    with pytest.raises(ZeroDivisionError), session.holding() as is_held:  # noqa: PT012
        order.append(f"first {is_held}")
        done.set()
        threads[1].start()
        threads[1].join(5)
        threads[0].start()
        raise ZeroDivisionError
    threads[0].join(5)
    assert ["first True", "third False", "second True"] == order


# The process's sessions


@pytest.fixture
def sessions(emulator: Emulator) -> Iterator[Settings]:
    """Settings of the account over a socket; the process forgets its sessions before and after."""
    forget_sessions()
    with emulator.serve() as url:
        yield replace(SETTINGS, base_url=url)
    forget_sessions()


def test_one_session_an_account(sessions: Settings) -> None:
    """The same key id and address are the same account for every thread; another one is another account."""
    found: list[Session] = []
    threads = [threading.Thread(target=lambda: found.append(session_of(sessions))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 1 == len({id(session) for session in found})
    assert session_of(replace(sessions, api_key_id="other")) is not found[0]
    assert session_of(replace(sessions, base_url="http://127.0.0.1:1")) is not found[0]
    forget_sessions()
    assert session_of(sessions) is not found[0]


def test_changed_settings(sessions: Settings, emulator: Emulator) -> None:
    """A rotated key and another timeout are used from then on, for the same account, which is read afresh."""
    session = session_of(replace(sessions, api_secret_key="canary-wrong"))
    with pytest.raises(CredentialsRejected):
        session.read()
    assert session_of(replace(sessions, timeout_seconds=5.0)) is session
    assert session.read() == ()
    assert 5.0 == session.deadline(None).seconds
    assert session_of(replace(sessions, timeout_seconds=5.0)) is session
    session.read()
    assert 3 == gets(emulator)  # the wrong key asked both paths


def test_changed_settings_keep_hiding(sessions: Settings, emulator: Emulator) -> None:
    """What was to be hidden before the settings changed is hidden after it, too, the old key included."""
    session = session_of(replace(sessions, api_secret_key="canary-before"))
    session.hide([OWN])
    session_of(replace(sessions, timeout_seconds=5.0))
    words = f"x {OWN} canary-before canary-key"
    emulator.faults.add(Fault(kind="status", method="GET", status=400, body={"message": words}, times=2))
    with pytest.raises(RequestRefused) as caught:
        session.read()
    assert "x [secret] [secret] [secret]" == caught.value.said


def test_accounts_of_one_process_hide_each_other_s_secrets(sessions: Settings, emulator: Emulator) -> None:
    """The first error of an account quotes no secret of another one that the process knows."""
    session_of(sessions).hide([OWN])
    words = {"message": f"x {OWN} canary-key"}
    emulator.faults.add(Fault(kind="status", method="GET", status=400, body=words, times=2))
    with pytest.raises(RequestRefused) as caught:
        session_of(replace(sessions, api_key_id="other", api_secret_key="canary-2")).read()
    assert "x [secret] [secret]" == caught.value.said


def test_settings_change_between_operations(sessions: Settings) -> None:
    """An operation that is under way keeps its client; the change waits for it."""
    session = session_of(sessions)
    changing = threading.Thread(target=lambda: session_of(replace(sessions, timeout_seconds=5.0)))
    with session.holding():
        client = session.client
        changing.start()
        changing.join(0.05)
        assert session.client is client
    changing.join(5)
    assert session.client is not client


def test_a_session_shows_no_secret(start: Start) -> None:
    """The repr of a session and of its settings holds no credential."""
    session: Any = start()
    assert "canary" not in f"{session!r} {session.settings!r} {session.client!r}"
    assert module.SNAPSHOT_SECONDS == 60
