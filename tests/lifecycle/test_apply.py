"""Carrying one plan out: the requests after each answer to a write, what the account holds after it, and the error."""

from __future__ import annotations

import pytest

from sendblue_emulator import Account, Emulator, Fault
from sendblue_provider.errors import (
    CredentialsMissing,
    CredentialsRejected,
    OutOfTime,
    RequestRefused,
    ServiceUnavailable,
    UnexpectedResponse,
    WriteFailed,
    WriteNotApplied,
    WriteUnverified,
)
from sendblue_provider.resources.request import Request
from tests.plan.records import A, B, C, filled

from .conftest import Attempt, Clock, Start
from .operations import (
    CONFIGURATION,
    HOOK,
    MINE,
    OPERATIONS,
    WEBHOOK,
    WHOLE,
    Operation,
    by_put_or_post,
    every_operation,
    letter,
    sent,
    state,
    status,
)


@every_operation
def test_a_write_is_verified(name: str, attempt: Attempt, emulator: Emulator, remote: Account) -> None:
    """A write is one request between two GETs, it does what was planned, and nothing else changes."""
    operation = OPERATIONS[name]
    assert attempt(operation) is None
    assert f"G{letter(operation)}G" == sent(emulator)
    assert operation.after == filled(remote.webhooks)


@every_operation
def test_nothing_to_do_is_one_get(name: str, emulator: Emulator, remote: Account, start: Start) -> None:
    """An operation whose work is done already is a GET alone: so a run that was killed after the write goes on."""
    operation = OPERATIONS[name]
    remote.webhooks = operation.after
    operation.run(start())
    assert "G" == sent(emulator)


@every_operation
@pytest.mark.parametrize("lag", [1, 3])
def test_a_lagging_get_is_polled(name: str, lag: int, attempt: Attempt, emulator: Emulator, remote: Account) -> None:
    """While GETs show the account as it was before, they are repeated, and nothing is sent again."""
    operation = OPERATIONS[name]
    assert attempt(operation, lag=lag) is None
    assert f"G{letter(operation)}{'G' * (lag + 1)}" == sent(emulator)
    assert operation.after == filled(remote.webhooks)


@by_put_or_post
def test_polling_ends(name: str, attempt: Attempt, emulator: Emulator, clock: Clock) -> None:
    """After five seconds a write that does not show was not applied; the error names all of it."""
    operation = OPERATIONS[name]
    error = attempt(operation, lag=99)
    assert isinstance(error, WriteNotApplied)
    assert 4.9 <= sum(clock.waits) <= 5
    first = emulator.journal.methods().index(operation.method)
    assert {"GET"} == set(emulator.journal.methods()[first + 1 :])
    assert error.left


UNCLEAR = {
    "reset": Fault(kind="reset", method="*"),
    "truncated": Fault(kind="truncate", method="*"),
    "stalled": Fault(kind="stall", method="*", seconds=1000),
    "408": status("*", 408),
    "500": status("*", 500),
    "502": status("*", 502),
    "429": status("*", 429),
}


@every_operation
@pytest.mark.parametrize("kind", UNCLEAR)
@pytest.mark.parametrize("applied", [False, True])
def test_no_answer_tells(
    name: str, kind: str, attempt: Attempt, emulator: Emulator, remote: Account, clock: Clock, *, applied: bool
) -> None:
    """If no answer tells whether a write was done, a GET does: it is sent again, after a wait, only if it was not."""
    operation, fault = OPERATIONS[name], UNCLEAR[kind]
    applied = applied or kind == "truncated"
    fault = Fault(**{**fault.__dict__, "method": operation.method, "applied": applied and kind != "truncated"})
    assert attempt(operation, fault) is None
    once = letter(operation)
    assert (f"G{once}G" if applied else f"G{once}G{once}G") == sent(emulator)
    assert operation.after == filled(remote.webhooks)
    assert clock.waits[0] > 0


@every_operation
def test_it_is_given_up(name: str, attempt: Attempt, emulator: Emulator, remote: Account, clock: Clock) -> None:
    """A write that never gets an answer is sent seven times at most, each after a GET and a longer wait."""
    operation = OPERATIONS[name]
    error = attempt(operation, status(operation.method, 503, times=None))
    assert isinstance(error, WriteFailed)
    assert isinstance(error.reason, ServiceUnavailable)
    assert "G" + f"{letter(operation)}G" * 7 == sent(emulator)
    assert [0.25, 0.5, 1, 2, 4, 8] == clock.waits
    assert operation.before == filled(remote.webhooks)
    assert error.changes


@every_operation
def test_retry_after_is_kept(name: str, attempt: Attempt, emulator: Emulator, clock: Clock) -> None:
    """The API says how long to wait before a write is sent again."""
    operation = OPERATIONS[name]
    assert attempt(operation, status(operation.method, 429, Retry_After="7")) is None
    assert f"G{letter(operation)}G{letter(operation)}G" == sent(emulator)
    assert [7.0] == clock.waits


@every_operation
def test_a_longer_wait_than_the_budget(name: str, attempt: Attempt, emulator: Emulator, clock: Clock) -> None:
    """If the API asks to wait for longer than the budget, the error says so at once."""
    operation = OPERATIONS[name]
    error = attempt(operation, status(operation.method, 429, Retry_After="100"))
    assert isinstance(error, WriteFailed)
    assert isinstance(error.reason, OutOfTime)
    assert (60.0, 100.0, False) == (error.reason.seconds, error.reason.asked_for, error.reason.is_own)
    assert (f"G{letter(operation)}G", []) == (sent(emulator), clock.waits)


@pytest.mark.parametrize("code", [400, 409, 413, 422, 404])
@by_put_or_post
def test_a_refusal_is_final(name: str, code: int, attempt: Attempt, emulator: Emulator, remote: Account) -> None:
    """A write that the API refuses is not sent again; a GET shows that nothing of it was done."""
    operation = OPERATIONS[name]
    error = attempt(operation, status(operation.method, code))
    assert isinstance(error, WriteFailed)
    assert isinstance(error.reason, RequestRefused)
    assert (code, "no") == (error.reason.status, error.reason.said)
    assert f"G{letter(operation)}G" == sent(emulator)
    assert operation.before == filled(remote.webhooks)


def test_a_200_that_says_error_is_a_refusal(attempt: Attempt, emulator: Emulator) -> None:
    """An answer of success whose body says ERROR is a refusal."""
    error = attempt(OPERATIONS["create"], status("POST", 200))
    assert isinstance(error, WriteFailed)
    assert isinstance(error.reason, RequestRefused)
    assert "GPG" == sent(emulator)


@pytest.mark.parametrize("name", ["delete", "delete all"])
@pytest.mark.parametrize("code", [400, 409, 422])
def test_a_refused_delete_goes_on_by_put(
    name: str, code: int, attempt: Attempt, emulator: Emulator, remote: Account
) -> None:
    """What the API refuses to DELETE, such as an event that it no longer offers, is left out by a PUT."""
    operation = OPERATIONS[name]
    assert attempt(operation, status("DELETE", code)) is None
    assert "GDGUG" == sent(emulator)
    assert operation.after == filled(remote.webhooks)


@pytest.mark.parametrize("name", ["delete", "delete all"])
def test_a_404_says_that_it_is_gone(name: str, attempt: Attempt, emulator: Emulator) -> None:
    """A DELETE that is answered with 404 is done if the GET after it does not show the entry."""
    assert attempt(OPERATIONS[name], status("DELETE", 404, applied=True)) is None
    assert "GDG" == sent(emulator)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (401, CredentialsRejected),
        (403, RequestRefused),
        (410, RequestRefused),
        (302, UnexpectedResponse),
        (451, RequestRefused),
    ],
)
@every_operation
def test_no_other_request_can_succeed(
    name: str, code: int, kind: type, attempt: Attempt, emulator: Emulator, remote: Account
) -> None:
    """After such an answer nothing more is written, by no other method either; one GET shows what was done."""
    operation = OPERATIONS[name]
    error = attempt(operation, status(operation.method, code))
    assert isinstance(error, WriteFailed)
    assert isinstance(error.reason, kind)
    assert f"G{letter(operation)}G" == sent(emulator)
    assert operation.before == filled(remote.webhooks)


def test_a_403_without_a_status(attempt: Attempt, emulator: Emulator) -> None:
    """Credentials that do not arrive end it too."""
    error = attempt(OPERATIONS["create"], Fault(kind="status", method="POST", status=403, body="no"))
    assert isinstance(error, WriteFailed)
    assert isinstance(error.reason, CredentialsMissing)
    assert "GPG" == sent(emulator)


@every_operation
@pytest.mark.parametrize("answered", [True, False])
def test_it_cannot_be_verified(name: str, attempt: Attempt, emulator: Emulator, *, answered: bool) -> None:
    """If no GET succeeds after a write, it is not sent again; the state holds what may be on the account."""
    operation = OPERATIONS[name]
    faults = [status("GET", 503, times=None, after=1)]
    faults += [] if answered else [Fault(kind="reset", method=operation.method)]
    error = attempt(operation, *faults)
    assert isinstance(error, WriteUnverified)
    assert (None, answered) == (error.now, error.is_answered)
    assert 1 == emulator.journal.methods().count(operation.method)
    assert bool(error.outputs) == (not name.startswith("delete"))
    assert operation.resource is not WEBHOOK or error.outputs.get("url", A) == A


def test_a_refusal_that_cannot_be_verified(attempt: Attempt) -> None:
    """A refusal is enough: it was not done, whether a GET shows that or not."""
    error = attempt(OPERATIONS["create"], status("POST", 400), status("GET", 503, times=None, after=1))
    assert isinstance(error, WriteFailed)
    assert isinstance(error.reason, RequestRefused)


@every_operation
def test_the_first_get_fails(name: str, attempt: Attempt, emulator: Emulator) -> None:
    """An account that cannot be read is never written, and the state stays."""
    error = attempt(OPERATIONS[name], status("GET", 401, times=None))
    assert isinstance(error, CredentialsRejected)
    assert "GG" == sent(emulator)  # one for each of the API's paths


FIRST_SECRET = Operation(
    {"receive": [A], "outbound": [B]}, {"receive": [MINE], "call_log": [C]}, "PUT", CONFIGURATION,
    Request(WHOLE, state({"receive": [A]}, receive=[A])),
)  # fmt: skip


def test_the_first_secret_of_an_account_is_sent_again(attempt: Attempt, emulator: Emulator, remote: Account) -> None:
    """A secret of a write that was not done is not taken for a hidden one: nobody else changed anything."""
    assert attempt(FIRST_SECRET, status("PUT", 503)) is None
    assert ("GUGUG", FIRST_SECRET.after) == (sent(emulator), filled(remote.webhooks))


@pytest.mark.parametrize("code", [400, 401])
def test_the_first_secret_of_an_account_is_refused(code: int, attempt: Attempt) -> None:
    """Of a write that the API refused nothing was done, also if no secret of the account shows."""
    error = attempt(FIRST_SECRET, status("PUT", code))
    assert isinstance(error, WriteFailed)


ALONE = Operation({"receive": [A]}, {"receive": [MINE]}, "PUT", WEBHOOK, Request(HOOK, state({**HOOK, "secret": None})))


def test_the_only_secret_is_sent_again(attempt: Attempt, emulator: Emulator, remote: Account) -> None:
    """A `Webhook`'s secret that a failed PUT was to add, on an account that shows no other, is not taken for hidden."""
    assert attempt(ALONE, status("PUT", 503)) is None
    assert ("GUGUG", ALONE.after) == (sent(emulator), filled(remote.webhooks))


@pytest.mark.parametrize("code", [400, 401])
def test_the_only_secret_is_refused(code: int, attempt: Attempt, remote: Account) -> None:
    """A refusal of it is an error, and not a success."""
    assert isinstance(attempt(ALONE, status("PUT", code)), WriteFailed)
    assert ALONE.before == filled(remote.webhooks)
