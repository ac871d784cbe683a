"""Operations that wait for the account together are carried out together, and each gets its own result."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from sendblue_emulator import Account, Emulator, Fault
from sendblue_provider.api.hidden import Revealed
from sendblue_provider.errors import (
    ConflictError,
    CreateRefused,
    CredentialsRejected,
    Interrupted,
    RequestRefused,
    SecretHidden,
    ServiceUnavailable,
    WriteFailed,
    WriteNotApplied,
)
from sendblue_provider.plan import apply
from sendblue_provider.plan.apply import carry_out
from sendblue_provider.plan.changes import Plan
from sendblue_provider.plan.operation import Operation
from sendblue_provider.plan.session import Session
from sendblue_provider.resources.configuration import WebhookConfiguration
from sendblue_provider.resources.request import Request
from sendblue_provider.resources.webhook import Webhook

from .conftest import NEW, OTHER, OWN, A, B, C, D, Start, filled, lines

HOOK = Webhook()
Step = Callable[[Session], object]
BAD = "http://example.com/bad"
"""A URL that the API refuses, if `http_urls` is `refused`."""


def create(url: str, event: str = "receive", **more: Any) -> Step:
    seconds = more.pop("seconds", None)
    return lambda session: HOOK.write(session, Request({"event": event, "url": url, **more}, timeout=seconds))


def update(url: str, old: str, new: str) -> Step:
    inputs = {"event": "receive", "url": url}
    state = {**inputs, "secret": old, "secretsReadable": True}
    return lambda session: HOOK.write(session, Request({**inputs, "secret": new}, state))


def delete(url: str, event: str = "receive") -> Step:
    return lambda session: HOOK.delete(session, Request(state={"event": event, "url": url, "secretsReadable": True}))


def configure(*urls: str, overwrite: bool = True) -> Step:
    inputs = {"receive": list(urls), "allowOverwrite": overwrite}
    return lambda session: WebhookConfiguration().write(session, Request(inputs))


def together(session: Session, *steps: Step, is_late: bool = True) -> list[Any]:
    """Carry operations out together; give each one's result or error.

    The first one leads, and the others arrive in this order while it reads the account; or, if they are not late, all
    wait for the account before, and whoever wakes up first leads.
    """
    results: list[Any] = [None] * len(steps)

    def run(place: int) -> None:
        try:
            results[place] = steps[place](session)
        except BaseException as error:
            results[place] = error

    threads = [threading.Thread(target=run, args=(place,), daemon=True) for place in range(len(steps))]

    def start() -> None:
        for thread in threads[len(session.waiting) :]:
            thread.start()
            until(lambda: len(session.waiting) == len([one for one in threads if one.ident]))

    def fetch(deadline: Any) -> Any:
        del session.__dict__["fetch"]
        start()
        return session.fetch(deadline)

    if is_late:
        session.__dict__["fetch"] = fetch
        threads[0].start()
    else:
        with session.holding():
            start()
    for thread in threads:
        until(lambda: bool(thread.ident))  # noqa: B023
        thread.join(20)
    assert None not in results
    assert session.waiting == []
    return results


def until(is_true: Callable[[], bool]) -> None:
    for _ in range(4000):
        if is_true():
            return
        time.sleep(0.005)
    raise AssertionError("it never came true")


def errors_of(results: list[Any]) -> list[type | None]:
    return [type(result) if isinstance(result, BaseException) else None for result in results]


def sent(emulator: Emulator) -> list[Any]:
    """The writes with the URLs that they name, and the GETs between them."""

    def text(entry: Any) -> str:
        if entry.method in ("POST", "DELETE"):
            urls = [item if isinstance(item, str) else item["url"] for item in entry.body["webhooks"]]
            return f"{entry.method} {entry.body['type']} {' '.join(url[-1] for url in urls)}"
        return str(entry.method)

    return [text(entry) for entry in emulator.journal]


def test_creates_are_one_post_an_event(emulator: Emulator, remote: Account, start: Start) -> None:
    """Additions that wait together are one POST for each event, between two GETs."""
    results = together(start(), create(A), create(B, "outbound"), create(C), create(D, "outbound"))
    assert [None] * 4 == errors_of(results)
    assert ["GET", "POST receive a c", "POST outbound b d", "GET"] == sent(emulator)
    assert [A, B, C, D] == [result.outputs["url"] for result in results]
    assert {"receive": [A, C], "outbound": [B, D]} == filled(remote.webhooks)


def test_deletes_are_one_delete_an_event(emulator: Emulator, remote: Account, start: Start) -> None:
    """Removals that wait together are one DELETE for each event."""
    remote.webhooks = {"receive": [A, B, C], "outbound": [A]}
    assert [None] * 3 == errors_of(together(start(), delete(A), delete(A, "outbound"), delete(C)))
    assert ["GET", "DELETE receive a c", "DELETE outbound a", "GET"] == sent(emulator)
    assert {"receive": [B]} == filled(remote.webhooks)


def test_updates_are_one_put(emulator: Emulator, remote: Account, start: Start) -> None:
    """Changes that wait together are one PUT of everything."""
    remote.webhooks = {"receive": [{"url": A, "secret": OWN}, {"url": B, "secret": OWN, "label": "x"}, C]}
    assert [None] * 2 == errors_of(together(start(), update(A, OWN, NEW), update(B, OWN, NEW)))
    assert ["GET", "PUT", "GET"] == sent(emulator)
    assert [{"url": A, "secret": NEW}, {"url": B, "label": "x", "secret": NEW}, C] == remote.webhooks["receive"]


def test_one_is_refused_by_a_rule(emulator: Emulator, remote: Account, start: Start) -> None:
    """One that a rule refuses, and one that has nothing to do, drop out; the others are written."""
    remote.webhooks = {"receive": [{"url": B, "secret": OTHER}, C]}
    results = together(start(), create(A), create(B), create(C), create(D))
    assert [None, CreateRefused, None, None] == errors_of(results)
    assert ["GET", "POST receive a d", "GET"] == sent(emulator)
    assert [C] == [record.url for record in results[2].adopted]


def test_the_leader_is_refused_by_a_rule(emulator: Emulator, remote: Account, start: Start) -> None:
    """Also if it is the first one, whose thread carries the others out."""
    remote.webhooks = {"receive": [{"url": A, "secret": OTHER}]}
    assert [CreateRefused, None] == errors_of(together(start(), create(A), create(B)))
    assert ["GET", "POST receive b", "GET"] == sent(emulator)


def test_a_refused_batch_is_sent_one_by_one(emulator: Emulator, remote: Account, start: Start) -> None:
    """If the API refuses several, each is sent alone, so that one bad entry spoils no other."""
    remote.behave(http_urls="refused")
    results = together(start(), create(A), create(BAD), create(C), create(D, "outbound"))
    assert [None, WriteFailed, None, None] == errors_of(results)
    assert isinstance(results[1].reason, RequestRefused)
    assert [f"+ receive {BAD}"] == lines(results[1].changes)
    assert [
        "GET",
        "POST receive a d c",
        "POST outbound d",
        "GET",
        "POST receive a",
        "GET",
        "POST receive d",
        "GET",
        "POST receive c",
        "GET",
    ] == sent(emulator)
    assert {"receive": [A, C], "outbound": [D]} == filled(remote.webhooks)


def test_one_that_is_refused_alone_is_not_sent_again(emulator: Emulator, remote: Account, start: Start) -> None:
    """The only entry of a refused POST is not sent again, whatever other events' POSTs did."""
    remote.behave(http_urls="refused")
    assert [None, WriteFailed] == errors_of(together(start(), create(A, "outbound"), create(BAD)))
    assert ["GET", "POST outbound a", "POST receive d", "GET"] == sent(emulator)


def test_the_credentials_are_rejected(emulator: Emulator, remote: Account, start: Start) -> None:
    """After a 401 nothing else is sent: every member gets that error, but for what a GET shows to be done."""
    emulator.faults.add(Fault(kind="status", method="POST", status=401, after=1, times=None))
    results = together(start(), create(A), create(B, "outbound"), create(C, "call_log"))
    assert [None, WriteFailed, WriteFailed] == errors_of(results)
    assert all(isinstance(result.reason, CredentialsRejected) for result in results[1:])
    assert ["GET", "POST receive a", "POST outbound b", "GET"] == sent(emulator)
    assert {"receive": [A]} == filled(remote.webhooks)


def test_the_first_get_fails_for_all(emulator: Emulator, start: Start) -> None:
    """A GET that fails is every waiting member's error, and is not repeated for each."""
    emulator.faults.add(Fault(kind="status", method="GET", status=401, times=None))
    results = together(start(), create(A), create(B), create(C), is_late=False)
    assert [CredentialsRejected] * 3 == errors_of(results)
    assert ["GET", "GET"] == sent(emulator)  # one for each of the API's paths


def test_no_answer_tells_for_some(emulator: Emulator, remote: Account, start: Start) -> None:
    """Of several POSTs without an answer only what a GET does not show is sent again, together."""
    emulator.faults.add(
        Fault(kind="reset", method="POST", applied=True),
        Fault(kind="reset", method="POST", applied=False, after=1),
    )
    assert [None] * 3 == errors_of(together(start(), create(A), create(B, "outbound"), create(C, "outbound")))
    assert ["GET", "POST receive a", "POST outbound b c", "GET", "POST outbound b c", "GET"] == sent(emulator)
    assert {"receive": [A], "outbound": [B, C]} == filled(remote.webhooks)


def test_somebody_adds_the_same_meanwhile(emulator: Emulator, remote: Account, start: Start) -> None:
    """What somebody else adds before a POST is sent again is done, and not added once more."""
    emulator.faults.add(Fault(kind="status", method="POST", status=503))
    emulator.before("GET", lambda: remote.add("receive", A), after=1)
    assert [None, None] == errors_of(together(start(), create(A), create(B)))
    assert ["GET", "POST receive a b", "GET", "POST receive b", "GET"] == sent(emulator)


def test_a_conflict_concerns_one_alone(emulator: Emulator, remote: Account, start: Start) -> None:
    """A change of one member's own entry before the second send is its conflict, and the other goes on."""
    remote.webhooks = {"receive": [{"url": A, "secret": OWN}, {"url": B, "secret": OWN}]}
    emulator.faults.add(Fault(kind="status", method="PUT", status=503))
    emulator.before("GET", lambda: remote.remove("receive", A), after=1)
    results = together(start(), update(A, OWN, NEW), update(B, OWN, NEW))
    assert [ConflictError, None] == errors_of(results)
    assert results[0].is_sent
    assert [{"url": B, "secret": NEW}] == remote.webhooks["receive"]


def test_not_done_for_one(emulator: Emulator, remote: Account, start: Start) -> None:
    """A POST that is answered with success and does not add one event is that member's error alone."""
    emulator.before("GET", lambda: remote.remove("outbound", B), after=1)
    results = together(start(), create(A), create(B, "outbound"))
    assert [None, WriteNotApplied] == errors_of(results)
    assert [f"+ outbound {B}"] == lines(results[1].left)


def test_kinds_of_methods_are_never_mixed(emulator: Emulator, remote: Account, start: Start) -> None:
    """What needs a PUT waits for a commit of its own, so that a POST goes on losing nobody's."""
    remote.webhooks = {"receive": [{"url": B, "secret": OWN}, D]}
    steps = create(A), update(B, OWN, NEW), create(C), delete(D)
    assert [None] * 4 == errors_of(together(start(), *steps))
    requests = sent(emulator)
    assert ["GET", "POST receive a c", "GET"] == requests[:3]
    assert {"PUT", "DELETE receive d"} == {text for text in requests[3:] if text != "GET"}
    assert len(requests) == 9
    assert [{"url": B, "secret": NEW}, A, C] == remote.webhooks["receive"]


def test_a_put_is_refused_and_the_posts_go_on(emulator: Emulator, remote: Account, start: Start) -> None:
    """Beside foreign masks all additions are written, and the change is refused without a PUT."""
    remote.webhooks = {"receive": [{"url": B, "secret": OWN}], "outbound": [{"url": D, "secret": OTHER}]}
    remote.behave(secrets="masked")
    results = together(start(), create(A), update(B, OWN, NEW), create(C))
    assert [None, SecretHidden, None] == errors_of(results)
    assert "PUT" not in emulator.journal.methods()
    assert {OWN, OTHER} == {remote.webhooks["receive"][0]["secret"], remote.webhooks["outbound"][0]["secret"]}


def test_a_configuration_is_alone(emulator: Emulator, remote: Account, start: Start) -> None:
    """A `WebhookConfiguration` is carried out with nobody else, whoever leads."""
    for steps in ((configure(A), create(B)), (create(B), configure(A, B))):
        emulator.journal.clear()
        remote.webhooks = {}
        assert [None, None] == errors_of(together(start(), *steps))
        methods = emulator.journal.methods()
        assert 2 == len([method for method in methods if method != "GET"])
        assert ["GET", "GET", "GET", "GET"] == [methods[place] for place in (0, 2, 3, 5)]


@pytest.mark.parametrize("is_late", [False, True])
def test_who_waits_and_who_arrives_is_in(emulator: Emulator, start: Start, *, is_late: bool) -> None:
    """An operation that waits for the account, or begins to while the first GET is under way, is in the commit."""
    results = together(start(), create(A), create(B), is_late=is_late)
    assert [A, B] == [result.outputs["url"] for result in results]
    assert ["GET", "POST", "GET"] == emulator.journal.methods()


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


def operation(judge: Callable[[Any], Plan]) -> Operation:
    """An additive operation with a plan of one's own."""
    return Operation(
        judge=judge,
        reveal=lambda live: Revealed(live, readable=True),
        reveal_written=lambda now, _todo, _is_answered: Revealed(now, readable=True),
        scope=lambda _: (),
        prefer="POST",
        is_additive=True,
    )


def defect(*_: Any) -> Any:
    raise ZeroDivisionError


def test_a_defect_ends_nobody_without_a_result(emulator: Emulator, start: Start) -> None:
    """Whatever ends the leader becomes the error of every member: nobody waits for ever."""
    broken = operation(defect)
    results = together(start(), create(A), lambda session: carry_out(session, broken), create(B), is_late=False)
    assert [ZeroDivisionError] * 3 == errors_of(results)
    assert ["GET"] == sent(emulator)


def test_a_defect_leaves_the_account_to_the_next(remote: Account, start: Start) -> None:
    """Who arrived after the commit began is carried out by the next one."""
    broken = operation(defect)
    results = together(start(), lambda session: carry_out(session, broken), create(A), create(B))
    assert [ZeroDivisionError, None, None] == errors_of(results)
    assert [A, B] == sorted(remote.webhooks["receive"])


def test_a_defect_after_the_write(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also one that happens when the write was sent; the account can be used afterwards."""
    session = start()
    with monkeypatch.context() as patch:
        patch.setattr(apply, "deciding_error", defect)
        assert [ZeroDivisionError] * 2 == errors_of(together(session, create(A), create(B)))
    assert [None] == errors_of(together(session, create(C)))


def test_many_threads(emulator: Emulator, remote: Account, start: Start) -> None:
    """Forty creates and then forty deletes from eight threads take a GET, a write and a GET a commit, few in all."""
    session = start()
    urls = [f"https://example.com/{number}" for number in range(40)]

    def run(steps: list[Step]) -> None:
        waiting = list(steps)
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
