"""A cancelled run, over a real socket: every operation ends within a second, and says what became of its write."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from sendblue_emulator import Fault
from sendblue_provider import authoritative
from sendblue_provider.account import Account
from sendblue_provider.client import Client
from sendblue_provider.errors import Interrupted, PartlyWritten, SendblueError, WriteInterrupted
from sendblue_provider.lifecycle import Remainder, check_ahead
from sendblue_provider.settings import Settings
from sendblue_provider.transport import Cancelled, Deadline
from tests.provider.conftest import NEW, OTHER, OWN, READER, A, B, C, D, content, said

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sendblue_emulator import Account as Remote
    from sendblue_emulator import Emulator

    Deploy = Callable[[Mapping[str, Any]], dict[str, Any]]
    Operation = Callable[[], object]

FOR_EVER = 30.0
"""Seconds that no operation here may take."""
OLD: dict[str, Any] = {"receive": [A], "globalSecret": OWN}
CHANGED: dict[str, Any] = {"receive": [A, {"url": B, "secret": NEW}], "outbound": [C], "globalSecret": NEW}
STORED: dict[str, Any] = {"receive": [A, {"url": B, "secret": NEW}], "outbound": [C], "globalSecret": NEW}
MANAGED: dict[str, Any] = {"events": {"outbound": [C], "receive": [A, B]}, "secrets": ["globalSecret"]}


class Outcome(NamedTuple):
    """How an operation ended.

    Attributes:
        seconds: From the cancellation to the end.
        result: What it returned.
        error: What it raised instead.
    """

    seconds: float
    result: Any = None
    error: Any = None


@pytest.fixture
def url(emulator: Emulator) -> Iterator[str]:
    with emulator.serve() as url:
        yield url


@contextmanager
def connected(url: str) -> Iterator[Account]:
    """An account in a process of its own, over a socket."""
    settings = Settings("key-id", "canary-key", url, timeout_seconds=FOR_EVER)
    client = Client(settings)
    yield Account(settings, client)
    client.close()


@pytest.fixture
def served(url: str, start: object) -> Iterator[Account]:  # noqa: ARG001 - it lets a write be looked at once
    with connected(url) as account:
        yield account


@pytest.fixture
def settles(served: Account, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001 - after it has set it to none
    """Let a write be looked at again for longer than a test may take."""
    monkeypatch.setattr("sendblue_provider.verify.SETTLE_SECONDS", FOR_EVER)


def cancelled(account: Account, emulator: Emulator, operation: Operation, method: str, times: int = 1) -> Outcome:
    """Run an operation, and cancel its run once so many requests of this method are under way.

    What is sent has met its fault by then.
    """
    moment: list[float] = []

    def cancel() -> None:
        end = time.monotonic() + 5
        while emulator.journal.methods().count(method) < times and time.monotonic() < end:
            time.sleep(0.01)
        time.sleep(0.1)
        moment.append(time.monotonic())
        account.cancelled.set()

    canceller = threading.Thread(target=cancel)
    canceller.start()
    outcome = Outcome(0)
    try:
        outcome = outcome._replace(result=operation())
    except SendblueError as error:
        outcome = outcome._replace(error=error)
    ended = time.monotonic()
    canceller.join()
    return outcome._replace(seconds=ended - moment[0])


def within_a_second(outcome: Outcome) -> bool:
    """Whether the operation ended after the cancellation, and less than a second after it."""
    return 0 <= outcome.seconds < 1


def filled(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Properties without the events that have no entry, which are as good as absent."""
    return {name: value for name, value in properties.items() if value != []}


def catch_up(remote: Remote) -> None:
    """End the lag: from now on GETs show what is there."""
    remote.behave(lag=0)
    remote.handle("DELETE", {"webhooks": [D], "type": "receive"})


def stalled(method: str, *, applied: bool = False, after: int = 0, times: int | None = 1) -> Fault:
    return Fault(kind="stall", method=method, seconds=FOR_EVER, applied=applied, after=after, times=times)


# Before anything is sent

OPERATIONS: dict[str, Callable[[Account, dict[str, Any]], object]] = {
    "diff": lambda account, state: authoritative.diff(account, state, CHANGED),
    "read": authoritative.read,
    "import": lambda account, _: authoritative.import_(account, "account"),
    "preview of a create": lambda account, _: authoritative.preview_create(account, CHANGED),
    "create": lambda account, _: authoritative.create(account, CHANGED),
    "update": lambda account, state: authoritative.update(account, state, CHANGED),
    "delete": authoritative.delete,
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_stalled_get(name: str, served: Account, deploy: Deploy, remote: Remote, emulator: Emulator) -> None:
    """A GET that is under way ends at once, and nothing is written."""
    state = deploy(OLD)
    emulator.faults.add(stalled("GET"))
    outcome = cancelled(served, emulator, lambda: OPERATIONS[name](served, state), "GET")
    assert isinstance(outcome.error, Interrupted)
    assert "cancelled" in said(outcome.error)
    assert 0 <= outcome.seconds < 0.3
    assert emulator.journal.methods() == ["GET"]
    assert content(remote) == OLD


def test_a_stalled_get_in_check(served: Account, emulator: Emulator) -> None:
    """A check that looks ahead ends as soon, in a failure."""
    emulator.faults.add(stalled("GET"))
    outcome = cancelled(served, emulator, lambda: check_ahead(authoritative, served, OLD, None, READER), "GET")
    assert ["cancelled" in said(failure.reason) for failure in outcome.result.failures] == [True]
    assert 0 <= outcome.seconds < 0.3


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind="status", status=429, method="GET", headers={"Retry-After": "20"}),
        Fault(kind="status", status=503, method="GET", headers={"Retry-After": "20"}),
    ],
    ids=["429", "503"],
)
def test_a_back_off(
    fault: Fault, name: str, served: Account, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """A wait before another attempt ends at once, and there is no other attempt."""
    state = deploy(OLD)
    emulator.faults.add(fault)
    outcome = cancelled(served, emulator, lambda: OPERATIONS[name](served, state), "GET")
    assert isinstance(outcome.error, Interrupted)
    assert 0 <= outcome.seconds < 0.3
    assert emulator.journal.methods() == ["GET"]
    assert content(remote) == OLD


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_run_that_was_cancelled_before(
    name: str, served: Account, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """An operation that comes after the cancellation sends nothing at all."""
    state = deploy(OLD)
    served.cancelled.set()
    with pytest.raises(Interrupted) as caught:
        OPERATIONS[name](served, state)
    assert said(caught.value)
    assert emulator.journal.methods() == []
    assert content(remote) == OLD


def test_a_refused_connection_is_not_tried_again(deploy: Deploy, emulator: Emulator) -> None:
    """Also where there is no server at all, the waits between the attempts end with the run."""
    state = deploy(OLD)
    with emulator.serve() as url:
        pass
    with connected(url) as account:
        threading.Timer(0.3, account.cancelled.set).start()
        began = time.monotonic()
        with pytest.raises(SendblueError):
            authoritative.read(account, state)
        assert time.monotonic() - began < 1.3


def test_the_next_run_is_not_cancelled(served: Account, deploy: Deploy, emulator: Emulator) -> None:
    """A process that serves another run after a cancelled one works again."""
    state = deploy(OLD)
    served.cancelled.set()
    served.start_run()
    assert authoritative.read(served, state).outputs == state
    assert emulator.journal.methods() == ["GET"]


# A PUT is under way


def test_a_put_stalled_before_it_was_done(served: Account, deploy: Deploy, remote: Remote, emulator: Emulator) -> None:
    """The account is looked at, nothing of it is there, and the error says that the account is as it was."""
    state = deploy(OLD)
    emulator.faults.add(stalled("PUT"))
    outcome = cancelled(served, emulator, lambda: authoritative.update(served, state, CHANGED), "PUT")
    assert isinstance(outcome.error, Interrupted)
    assert "the account does not show it" in said(outcome.error)
    assert within_a_second(outcome)
    assert emulator.journal.methods() == ["GET", "PUT", "GET"]
    assert content(remote) == OLD


@pytest.mark.parametrize("operation", ["create", "update"])
def test_a_put_stalled_after_it_was_done(
    operation: str, served: Account, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """The account is looked at, all of it is there, and so the operation has succeeded: the state gets all of it."""
    state = deploy(OLD) if operation == "update" else {}
    emulator.faults.add(stalled("PUT", applied=True))
    outcome = cancelled(served, emulator, lambda: OPERATIONS[operation](served, state), "PUT")
    outputs = outcome.result if operation == "update" else outcome.result.outputs
    assert outputs == {**CHANGED, "secretsReadable": True, "managed": MANAGED}
    assert within_a_second(outcome)
    assert content(remote) == STORED


@pytest.mark.parametrize("applied", [True, False])
def test_a_put_that_is_about_to_be_answered(
    applied: bool,  # noqa: FBT001 - a parameter of the test
    served: Account,
    deploy: Deploy,
    remote: Remote,
    emulator: Emulator,
) -> None:
    """The answer to a PUT is awaited for a moment more, so that most of them need no guess."""
    state = deploy(OLD)
    # The cancellation comes 0.1 s after the request.
    emulator.faults.add(Fault(kind="stall", method="PUT", seconds=0.25, applied=applied))
    outcome = cancelled(served, emulator, lambda: authoritative.update(served, state, CHANGED), "PUT")
    assert outcome.error is None
    assert outcome.result == {**CHANGED, "secretsReadable": True, "managed": MANAGED}
    assert within_a_second(outcome)
    assert emulator.journal.methods() == ["GET", "PUT", "GET"]
    assert content(remote) == STORED


@pytest.mark.parametrize("applied", [True, False])
def test_a_put_and_a_look_that_stall(
    applied: bool,  # noqa: FBT001 - a parameter of the test
    served: Account,
    deploy: Deploy,
    remote: Remote,
    emulator: Emulator,
    url: str,
) -> None:
    """Where the account cannot be looked at either, the state keeps what may be there, and the next run finds out."""
    state = deploy(OLD)
    emulator.faults.add(stalled("PUT", applied=applied), stalled("GET", after=1))
    outcome = cancelled(served, emulator, lambda: authoritative.update(served, state, CHANGED), "PUT")
    assert isinstance(outcome.error, WriteInterrupted)
    assert "cancelled" in said(outcome.error)
    assert within_a_second(outcome)
    assert outcome.error.now is None
    assert filled(outcome.error.outputs) == {**OLD, "secretsReadable": True, "managed": MANAGED}
    with connected(url) as after:
        found = authoritative.diff(after, outcome.error.outputs, CHANGED)
        assert (found.changed, bool(found.plan)) == (True, not applied)
        assert authoritative.delete(after, outcome.error.outputs) == Remainder((), frozenset())
    assert content(remote) == {}


def test_a_put_that_was_done_in_part(served: Account, deploy: Deploy, remote: Remote, emulator: Emulator) -> None:
    """What is there is in the state, and what is not is named as still to do."""
    state = deploy(OLD)
    remote.behave(dropped_on_put=["outbound"])
    emulator.faults.add(stalled("PUT", applied=True))
    outcome = cancelled(served, emulator, lambda: authoritative.update(served, state, CHANGED), "PUT")
    assert isinstance(outcome.error, WriteInterrupted)
    assert f"+ outbound {C}" in said(outcome.error)
    assert f"receive {B}" not in str(outcome.error)
    assert within_a_second(outcome)
    assert filled(outcome.error.outputs) == {
        "receive": CHANGED["receive"],
        "globalSecret": NEW,
        "secretsReadable": True,
        "managed": MANAGED,
    }


def test_somebody_changed_the_account_while_a_put_stalled(
    served: Account, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """What somebody else put there is not taken for the write, and is not in `managed`."""
    state = deploy(OLD)
    emulator.faults.add(stalled("PUT"))
    emulator.before("PUT", lambda: remote.add("receive", {"url": D, "secret": OTHER}))
    outcome = cancelled(served, emulator, lambda: authoritative.update(served, state, CHANGED), "PUT")
    assert isinstance(outcome.error, Interrupted | WriteInterrupted)
    assert said(outcome.error)
    assert within_a_second(outcome)
    if isinstance(outcome.error, PartlyWritten):
        assert outcome.error.outputs["managed"] == MANAGED
    assert content(remote) == {**OLD, "receive": [A, {"url": D, "secret": OTHER}]}


@pytest.mark.parametrize("applied", [True, False])
def test_the_back_off_of_a_put(
    applied: bool,  # noqa: FBT001 - a parameter of the test
    served: Account,
    deploy: Deploy,
    remote: Remote,
    emulator: Emulator,
) -> None:
    """A wait before another PUT ends with a look: an error may have been the answer to a write that was done."""
    state = deploy(OLD)
    headers = {"Retry-After": "20"}
    emulator.faults.add(Fault(kind="status", status=503, method="PUT", headers=headers, applied=applied))
    outcome = cancelled(served, emulator, lambda: authoritative.update(served, state, CHANGED), "PUT")
    assert within_a_second(outcome)
    assert emulator.journal.methods().count("PUT") == 1
    if applied:
        assert outcome.result == {**CHANGED, "secretsReadable": True, "managed": MANAGED}
    else:
        assert isinstance(outcome.error, Interrupted)
    assert content(remote) == (STORED if applied else OLD)


def test_a_put_is_not_begun(
    served: Account, deploy: Deploy, remote: Remote, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that is cancelled between the GET and the PUT writes nothing."""
    state = deploy(OLD)
    fetch = served.fetch

    def fetch_and_cancel(deadline: Deadline) -> Any:
        live = fetch(deadline)
        served.cancelled.set()
        return live

    monkeypatch.setattr(served, "fetch", fetch_and_cancel)
    with pytest.raises(Interrupted) as caught:
        authoritative.update(served, state, CHANGED)
    assert said(caught.value)
    assert "PUT" not in emulator.journal.methods()
    assert content(remote) == OLD


def test_a_put_on_a_slow_network(served: Account, deploy: Deploy, emulator: Emulator) -> None:
    """Where each answer takes its time too, an operation still ends within a second."""
    state = deploy(OLD)
    emulator.faults.add(stalled("PUT", applied=True))
    emulator.before("GET", lambda: time.sleep(0.36), after=1, times=None)
    outcome = cancelled(served, emulator, lambda: authoritative.update(served, state, CHANGED), "PUT")
    assert within_a_second(outcome)


# A write is being looked at


@pytest.mark.usefixtures("settles")
@pytest.mark.parametrize("gets", [2, 5])
def test_a_lagging_get(
    gets: int, served: Account, deploy: Deploy, remote: Remote, emulator: Emulator, url: str
) -> None:
    """A write that does not show yet is looked at once more, and what still does not show is named as still to do."""
    state = deploy(OLD)
    remote.behave(lag=1000)
    outcome = cancelled(served, emulator, lambda: authoritative.update(served, state, CHANGED), "GET", gets)
    assert isinstance(outcome.error, WriteInterrupted)
    assert f"+ outbound {C}" in said(outcome.error)
    assert within_a_second(outcome)
    assert emulator.journal.methods().count("PUT") == 1
    catch_up(remote)
    with connected(url) as after:
        found = authoritative.diff(after, outcome.error.outputs, CHANGED)
        assert (found.changed, found.plan) == (True, ())
        outputs = authoritative.update(after, outcome.error.outputs, CHANGED)
    assert outputs == {**CHANGED, "secretsReadable": True, "managed": MANAGED}
    assert emulator.journal.methods().count("PUT") == 1


@pytest.mark.usefixtures("settles")
@pytest.mark.parametrize("operation", ["create", "update"])
def test_what_a_lagging_get_does_not_show_is_this_stacks(
    operation: str, served: Account, deploy: Deploy, remote: Remote, emulator: Emulator, url: str
) -> None:
    """A write that was answered and does not show yet is in `managed`, so a destroy removes it."""
    state = deploy(OLD) if operation == "update" else {}
    remote.behave(lag=1000)
    outcome = cancelled(served, emulator, lambda: OPERATIONS[operation](served, state), "GET", 2)
    assert isinstance(outcome.error, WriteInterrupted)
    assert content(remote) == STORED
    catch_up(remote)
    with connected(url) as after:
        assert authoritative.delete(after, outcome.error.outputs) == Remainder((), frozenset())
    assert content(remote) == {}


@pytest.mark.usefixtures("settles")
def test_a_lagging_get_that_then_shows_it(served: Account, deploy: Deploy, remote: Remote, emulator: Emulator) -> None:
    """Where the last look shows the write, the operation has succeeded."""
    state = deploy(OLD)
    remote.behave(lag=1000)
    emulator.before("GET", lambda: catch_up(remote), after=5)
    emulator.faults.add(stalled("GET", after=4))
    outcome = cancelled(served, emulator, lambda: authoritative.update(served, state, CHANGED), "GET", 5)
    assert outcome.result == {**CHANGED, "secretsReadable": True, "managed": MANAGED}
    assert within_a_second(outcome)


def test_a_verifying_get_that_stalls(served: Account, deploy: Deploy, emulator: Emulator) -> None:
    """A verifying GET that is under way ends at once, and another one that is short takes its place."""
    state = deploy(OLD)
    emulator.faults.add(stalled("GET", after=1))
    outcome = cancelled(served, emulator, lambda: authoritative.update(served, state, CHANGED), "GET", 2)
    assert outcome.result == {**CHANGED, "secretsReadable": True, "managed": MANAGED}
    assert within_a_second(outcome)
    assert emulator.journal.methods() == ["GET", "PUT", "GET", "GET"]


def test_verifying_gets_that_all_stall(served: Account, deploy: Deploy, emulator: Emulator) -> None:
    """A write that cannot be looked at is in the state as what may be there."""
    state = deploy(OLD)
    emulator.faults.add(stalled("GET", after=1, times=None))
    outcome = cancelled(served, emulator, lambda: authoritative.update(served, state, CHANGED), "GET", 2)
    assert isinstance(outcome.error, WriteInterrupted)
    assert said(outcome.error)
    assert within_a_second(outcome)
    assert filled(outcome.error.outputs) == {**OLD, "secretsReadable": True, "managed": MANAGED}


@pytest.mark.parametrize("stalling", ["PUT", "GET"])
def test_a_second_put_that_clears_a_secret(
    stalling: str, served: Account, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """A secret that a first PUT left is still this stack's when the second one, or the look after it, stalls."""
    state = deploy(OLD)
    remote.behave(absent_secrets="kept")
    emulator.faults.add(stalled("PUT", after=1) if stalling == "PUT" else stalled("GET", after=2))
    times = 2 if stalling == "PUT" else 3
    outcome = cancelled(
        served, emulator, lambda: authoritative.update(served, state, {"receive": [A, B]}), stalling, times
    )
    assert within_a_second(outcome)
    if stalling == "GET":
        assert "globalSecret" not in outcome.result
        assert content(remote) == {"receive": [A, B]}
        return
    assert isinstance(outcome.error, WriteInterrupted)
    assert said(outcome.error)
    assert outcome.error.outputs["receive"] == [A, B]
    assert outcome.error.outputs["globalSecret"] == OWN
    assert outcome.error.outputs["managed"] == {"events": {"receive": [A, B]}, "secrets": ["globalSecret"]}


# Delete


@pytest.mark.parametrize("applied", [True, False])
def test_a_stalled_delete(
    applied: bool,  # noqa: FBT001 - a parameter of the test
    served: Account,
    deploy: Deploy,
    remote: Remote,
    emulator: Emulator,
    url: str,
) -> None:
    """A DELETE is awaited for a moment more, no other write follows it, and the next run goes on from what is there."""
    state = deploy({"receive": [A], "outbound": [B], "globalSecret": OWN})
    emulator.faults.add(stalled("DELETE", applied=applied))
    outcome = cancelled(served, emulator, lambda: authoritative.delete(served, state), "DELETE")
    assert said(outcome.error)
    assert within_a_second(outcome)
    assert [method for method in emulator.journal.methods() if method != "GET"] == ["DELETE"]
    with connected(url) as after:
        assert authoritative.delete(after, state) == Remainder((), frozenset())
    assert content(remote) == {}


def test_a_delete_that_is_cancelled_never_says_that_nothing_was_written(
    served: Account, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """Once a DELETE was answered, a later request that is interrupted does not hide it."""
    state = deploy({"receive": [A], "outbound": [B], "globalSecret": OWN})
    emulator.faults.add(stalled("DELETE", after=1))
    outcome = cancelled(served, emulator, lambda: authoritative.delete(served, state), "DELETE", 2)
    assert "nothing was written" not in said(outcome.error).lower()
    assert "receive" not in content(remote)
    assert within_a_second(outcome)


def test_a_delete_that_is_cancelled_at_its_put(
    served: Account, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """The same holds for the PUT that clears the account's secret, after the DELETEs."""
    state = deploy({"receive": [A], "globalSecret": OWN})
    emulator.faults.add(stalled("PUT"))
    outcome = cancelled(served, emulator, lambda: authoritative.delete(served, state), "PUT")
    assert content(remote) == {"globalSecret": OWN}
    assert within_a_second(outcome)
    assert "nothing was written" not in said(outcome.error).lower()


def test_a_delete_whose_put_stalls_after_it_was_done(
    served: Account, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """A delete whose last request is seen to have been done has succeeded."""
    state = deploy({"receive": [A], "globalSecret": OWN})
    emulator.faults.add(stalled("PUT", applied=True))
    outcome = cancelled(served, emulator, lambda: authoritative.delete(served, state), "PUT")
    assert outcome.result == Remainder((), frozenset())
    assert within_a_second(outcome)
    assert content(remote) == {}


@pytest.mark.usefixtures("settles")
def test_a_delete_that_does_not_show_yet(
    served: Account, deploy: Deploy, remote: Remote, emulator: Emulator, url: str
) -> None:
    """A delete whose GETs lag ends with the run, and the next one finds everything gone."""
    state = deploy({"receive": [A]})
    remote.behave(lag=1000)
    outcome = cancelled(served, emulator, lambda: authoritative.delete(served, state), "GET", 3)
    assert outcome.error is not None
    assert said(outcome.error)
    assert within_a_second(outcome)
    assert emulator.journal.methods().count("PUT") == 0
    catch_up(remote)
    with connected(url) as after:
        assert authoritative.delete(after, state) == Remainder((), frozenset())
    assert content(remote) == {}


# Waiting for another operation


@pytest.mark.parametrize("applied", [True, False])
def test_operations_that_wait_for_the_account(
    applied: bool,  # noqa: FBT001 - a parameter of the test
    served: Account,
    deploy: Deploy,
    remote: Remote,
    emulator: Emulator,
) -> None:
    """Those that wait for one whose PUT stalls end within the same second, and send nothing."""
    state = deploy(OLD)
    ended: list[tuple[float, object]] = []

    def wait(operation: Operation) -> None:
        while "PUT" not in emulator.journal.methods():
            time.sleep(0.01)
        try:
            operation()
        except SendblueError as error:
            ended.append((time.monotonic(), error))

    operations = [
        lambda: authoritative.create(served, {"allowOverwrite": True}),
        lambda: authoritative.delete(served, state),
    ]
    threads = [threading.Thread(target=wait, args=[operation]) for operation in operations]
    emulator.faults.add(stalled("PUT", applied=applied))
    for thread in threads:
        thread.start()
    outcome = cancelled(served, emulator, lambda: authoritative.update(served, state, CHANGED), "PUT")
    now = time.monotonic()
    for thread in threads:
        thread.join()
    assert within_a_second(outcome)
    assert [isinstance(error, Interrupted) for _, error in ended] == [True, True]
    assert all(outcome.seconds + moment - now < 1 for moment, _ in ended)
    assert [method for method in emulator.journal.methods() if method != "GET"] == ["PUT"]
    assert content(remote) == (STORED if applied else OLD)


# The budget's own part in it


def test_a_sleep_that_is_cancelled() -> None:
    """A wait within a budget ends when the run is cancelled, and does not begin when it was."""
    event = threading.Event()
    deadline = Deadline(FOR_EVER, event)
    threading.Timer(0.1, event.set).start()
    began = time.monotonic()
    with pytest.raises(Cancelled):
        deadline.sleep(FOR_EVER)
    with pytest.raises(Cancelled):
        deadline.sleep(0)
    assert time.monotonic() - began < 1
    assert deadline.cancelled


def test_a_budget_that_is_nobodys_to_cancel() -> None:
    """Without a run to belong to, a budget is never cancelled."""
    deadline = Deadline(5)
    deadline.sleep(0.01)
    assert not deadline.cancelled
