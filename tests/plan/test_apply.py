"""Carrying one plan out: the requests of each outcome, what the account holds after it, and the error."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from sendblue_emulator import Account, Emulator, Fault
from sendblue_provider.errors import (
    ConflictError,
    CredentialsMissing,
    CredentialsRejected,
    Interrupted,
    OutOfTime,
    PartlyWritten,
    RequestRefused,
    SendblueError,
    ServiceUnavailable,
    UnexpectedResponse,
    WriteFailed,
    WriteInterrupted,
    WriteNotApplied,
    WriteUnverified,
)
from sendblue_provider.plan.session import Session
from sendblue_provider.resources.base import Resource
from sendblue_provider.resources.configuration import WebhookConfiguration
from sendblue_provider.resources.request import Request, Result
from sendblue_provider.resources.webhook import Webhook

from .conftest import NEW, OTHER, OWN, A, B, C, Clock, Start, filled, lines

CONFIGURATION, WEBHOOK = WebhookConfiguration(), Webhook()
OTHERS: dict[str, Any] = {"receive": [{"url": B, "label": "x"}], "outbound": [{"url": B, "secret": OTHER}]}
MINE = {"url": A, "secret": OWN}


def state(inputs: dict[str, Any], *secrets: str, **managed: list[str]) -> dict[str, Any]:
    if "event" in inputs:
        return {**inputs, "secretsReadable": True}
    return {**inputs, "secretsReadable": True, "managed": {"events": managed, "secrets": list(secrets)}}


class Operation(NamedTuple):
    """An operation: the account before it and after it, the method of its write, and the step."""

    before: dict[str, Any]
    after: dict[str, Any]
    method: str
    resource: Resource
    request: Request

    def run(self, session: Session, **more: Any) -> Result:
        """Run the step on a session: a delete if nothing is declared."""
        request = Request(**{**self.request.__dict__, **more})
        if request.inputs:
            return self.resource.write(session, request)
        return self.resource.delete(session, request)


def beside(*items: Any) -> dict[str, Any]:
    return {**OTHERS, "receive": [*OTHERS["receive"], *items]}


HOOK = {"event": "receive", "url": A, "secret": OWN}
WHOLE = {"receive": [{"url": A, "secret": OWN}], "callLog": [C]}
OPERATIONS: dict[str, Operation] = {
    "create": Operation(OTHERS, beside(MINE), "POST", WEBHOOK, Request(HOOK)),
    "update": Operation(
        beside(MINE), beside({**MINE, "secret": NEW}), "PUT", WEBHOOK, Request({**HOOK, "secret": NEW}, state(HOOK))
    ),
    "delete": Operation(beside(MINE), OTHERS, "DELETE", WEBHOOK, Request(state=state(HOOK))),
    "create all": Operation({}, {"receive": [MINE], "call_log": [C]}, "PUT", CONFIGURATION, Request(WHOLE)),
    "update all": Operation(
        {"receive": [A], "outbound": [{"url": B, "secret": OTHER}]}, {"receive": [MINE], "call_log": [C]}, "PUT",
        CONFIGURATION, Request(WHOLE, state({"receive": [A]}, receive=[A])),
    ),
    "delete all": Operation(beside(MINE), OTHERS, "DELETE", CONFIGURATION, Request(state=state(WHOLE, receive=[A]))),
}  # fmt: skip
every_operation = pytest.mark.parametrize("name", OPERATIONS)
by_put_or_post = pytest.mark.parametrize("name", [name for name in OPERATIONS if not name.startswith("delete")])


@pytest.fixture
def attempt(emulator: Emulator, remote: Account, start: Start) -> Callable[..., SendblueError | None]:
    """Run an operation in a new process; give its error, if any."""

    def attempt(operation: Operation, *faults: Fault, **behaviour: Any) -> SendblueError | None:
        remote.webhooks = operation.before
        remote.behave(**behaviour)
        emulator.faults.add(*faults)
        try:
            operation.run(start())
        except SendblueError as error:
            return error
        finally:
            emulator.faults.clear()
        return None

    return attempt


Attempt = Callable[..., SendblueError | None]


def status(
    method: str, code: int, *, times: int | None = 1, after: int = 0, applied: bool = False, **headers: str
) -> Fault:
    headers = {name.replace("_", "-"): text for name, text in headers.items()}
    return Fault(
        kind="status", method=method, status=code, body={"status": "ERROR", "message": "no"}, times=times, after=after,
        applied=applied, headers=headers,
    )  # fmt: skip


def sent(emulator: Emulator) -> str:
    """The methods of all requests: G, P for POST, U for PUT, D."""
    return "".join({"POST": "P", "PUT": "U"}.get(method, method[0]) for method in emulator.journal.methods())


def letter(operation: Operation) -> str:
    return {"POST": "P", "PUT": "U", "DELETE": "D"}[operation.method]


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


# Accepted, and not done


def test_a_dropped_event_shows_at_once(attempt: Attempt, emulator: Emulator, clock: Clock) -> None:
    """A PUT that drops an event is not polled for: something else than before shows."""
    error = attempt(OPERATIONS["create all"], dropped_on_put={"call_log"})
    assert isinstance(error, WriteNotApplied)
    assert ([f"+ call_log {C}"], ()) == (lines(error.left), tuple(error.unexpected))
    assert ("GUG", []) == (sent(emulator), clock.waits)
    assert [{"url": A, "secret": OWN}] == error.outputs["receive"]
    assert {"receive": [A], "call_log": [C]} == error.outputs["managed"]["events"]


def test_another_form_is_named(attempt: Attempt, emulator: Emulator) -> None:
    """A URL that the API stores in another form is the unexpected one, and nothing is added again."""
    operation = OPERATIONS["create"]
    upper = {**HOOK, "url": "https://EXAMPLE.com/a"}
    error = attempt(operation._replace(request=Request(upper)), url_form="normalised")
    assert isinstance(error, WriteNotApplied)
    assert [A] == [record.url for record in error.unexpected]
    assert "GPG" == sent(emulator)


def test_a_put_that_loses_an_event(attempt: Attempt, emulator: Emulator) -> None:
    """A `Webhook`'s PUT after which an event has no entry any more is an error that names what it had."""
    error = attempt(OPERATIONS["update"], dropped_on_put={"outbound"})
    assert isinstance(error, WriteNotApplied)
    assert (["outbound"], []) == ([record.event for record in error.lost], list(error.left))
    assert "GUG" == sent(emulator)
    assert NEW == error.outputs["secret"]


def test_a_single_foreign_entry_is_its_owner_s_business(attempt: Attempt, emulator: Emulator, remote: Account) -> None:
    """A foreign entry that goes at the moment of a PUT, while its event has others, is no error."""
    emulator.before("GET", lambda: remote.remove("receive", B), after=1)
    assert attempt(OPERATIONS["update"]) is None
    assert "GUG" == sent(emulator)


SECRETS = state({"receive": [A], "globalSecret": OWN}, "globalSecret", receive=[A])
KEPT = {
    "update": Operation({"receive": [A], "globalSecret": OWN}, {"receive": [A]}, "PUT", CONFIGURATION, Request(
        {"receive": [A]}, SECRETS)),
    "delete": Operation({"receive": [A, B], "globalSecret": OWN}, {"receive": [B]}, "DELETE", CONFIGURATION, Request(
        state=SECRETS)),
}  # fmt: skip


@pytest.mark.parametrize(("name", "first"), [("update", "GUG"), ("delete", "GDGUG")])
def test_an_account_secret_is_cleared(
    name: str, first: str, attempt: Attempt, emulator: Emulator, remote: Account
) -> None:
    """An account secret is left out of a PUT; one that stays is sent as an empty text, once, in the next round."""
    assert attempt(KEPT[name]) is None
    assert (first, KEPT[name].after) == (sent(emulator), filled(remote.webhooks))
    emulator.journal.clear()
    assert attempt(KEPT[name], absent_secrets="kept") is None
    polled = re.sub("G+", "G", sent(emulator))
    assert (f"{first}UG", KEPT[name].after) == (polled, filled(remote.webhooks))
    bodies = [entry.body["webhooks"].get("globalSecret", "-") for entry in emulator.journal if entry.method == "PUT"]
    assert ["-", ""] == bodies


@pytest.mark.parametrize("name", KEPT)
def test_an_account_secret_that_stays(name: str, attempt: Attempt, emulator: Emulator) -> None:
    """One that neither way clears is an error that names it alone."""
    error = attempt(KEPT[name], absent_secrets="kept", empty_secrets="kept")
    assert isinstance(error, WriteNotApplied)
    assert ["- globalSecret (secret set)"] == lines(error.left)
    assert 2 == emulator.journal.methods().count("PUT")


# Deletes in two plans


def test_a_configuration_is_deleted_in_two_plans(emulator: Emulator, remote: Account, start: Start) -> None:
    """Its entries go by a DELETE an event; then a PUT of what the last GET shows leaves out its account secrets."""
    remote.webhooks = {"receive": [A, B], "outbound": [A], "globalSecret": OWN, "secret": OTHER, "region": {"x": 1}}
    emulator.before("PUT", lambda: None)
    emulator.before("GET", lambda: remote.add("call_log", C), after=1)
    managed = state({}, "globalSecret", receive=[A, C], outbound=[A])
    result = CONFIGURATION.delete(start(), Request(state=managed))
    assert "GDDGUG" == sent(emulator)
    deletes = [entry.body for entry in emulator.journal if entry.method == "DELETE"]
    assert [("receive", [A]), ("outbound", [A])] == [(body["type"], body["webhooks"]) for body in deletes]
    assert {"receive": [B], "call_log": [C], "secret": OTHER, "region": {"x": 1}} == filled(remote.webhooks)
    assert {B, C, ""} == {record.url for record in result.left["foreign"]}


def test_an_own_copy_is_left_out_by_a_put(emulator: Emulator, remote: Account, start: Start) -> None:
    """A DELETE would take somebody else's copy along, so the own one is left out by a PUT."""
    remote.webhooks = {"receive": [A, MINE, {"url": A, "label": "x"}]}
    WEBHOOK.delete(start(), Request(state=state(HOOK)))
    assert "GUG" == sent(emulator)
    assert [A, {"url": A, "label": "x"}] == remote.webhooks["receive"]


def test_a_refused_delete_beside_masks(attempt: Attempt, emulator: Emulator) -> None:
    """What a DELETE was refused for stays if a PUT would overwrite secrets that do not show, and is named."""
    for name in ("delete", "delete all"):
        emulator.journal.clear()
        error = attempt(OPERATIONS[name], status("DELETE", 400), secrets="masked")
        assert isinstance(error, WriteNotApplied)
        assert [f"- receive {A} (secret set)"] == lines(error.left)
        assert "GDG" == sent(emulator)


# Somebody else, meanwhile


@pytest.mark.parametrize("name", ["create all", "update all"])
def test_a_change_between_two_sends_is_a_conflict(
    name: str, attempt: Attempt, emulator: Emulator, remote: Account
) -> None:
    """What somebody else adds before a write is sent again stops it, and is named."""
    emulator.before("GET", lambda: remote.add("typing_indicator", B), after=1)
    error = attempt(OPERATIONS[name], status("PUT", 503))
    assert isinstance(error, ConflictError)
    assert ([f"+ typing_indicator {B}"], True) == (lines(error.changes), error.is_sent)
    assert "GUG" == sent(emulator)


def test_its_own_changes_are_no_conflict(attempt: Attempt, emulator: Emulator) -> None:
    """Of a PUT without an answer that was done in part, the rest is sent again: what shows is its own doing."""
    fault = Fault(kind="reset", method="PUT", applied=True)
    error = attempt(OPERATIONS["update all"], fault, dropped_on_put={"call_log"})
    assert isinstance(error, WriteNotApplied)
    assert ("GUGUG", [f"+ call_log {C}"]) == (re.sub("G+", "G", sent(emulator)), lines(error.left))


def test_a_webhook_merges_what_is_not_its_own(attempt: Attempt, emulator: Emulator, remote: Account) -> None:
    """Somebody else's change between two sends is written back as it is then; a change of the own entry stops it."""
    emulator.before("GET", lambda: remote.add("receive", {"url": C, "n": 1}), after=1)
    assert attempt(OPERATIONS["update"], status("PUT", 503)) is None
    assert ("GUGUG", {"url": C, "n": 1}) == (sent(emulator), remote.webhooks["receive"][-1])
    emulator.journal.clear()
    emulator.before("GET", lambda: remote.remove("receive", A), after=1)
    error = attempt(OPERATIONS["update"], status("PUT", 503))
    assert isinstance(error, ConflictError)
    assert "GUG" == sent(emulator)


def test_what_others_add_does_not_end_the_wait(attempt: Attempt, emulator: Emulator, remote: Account) -> None:
    """A `Webhook` goes on polling for its own entry though somebody else's change shows before."""
    operation = OPERATIONS["create"]
    remote.behave(lag=2)
    emulator.before("GET", lambda: remote.handle("POST", {"type": "outbound", "webhooks": [C]}), after=1)
    assert attempt(operation) is None
    assert 1 == emulator.journal.methods().count("POST")


# Cancelled, or out of time


@every_operation
def test_cancelled_before(name: str, emulator: Emulator, start: Start) -> None:
    """Nothing is sent in a run that is cancelled."""
    session = start()
    session.cancelled.set()
    with pytest.raises(Interrupted) as caught:
        OPERATIONS[name].run(session)
    assert ("", False) == (sent(emulator), caught.value.is_sent)


@every_operation
def test_cancelled_after_the_first_get(name: str, emulator: Emulator, remote: Account, start: Start) -> None:
    """A run that is cancelled before the write writes nothing, and says so."""
    operation, session = OPERATIONS[name], start()
    remote.webhooks = operation.before
    fetch = session.fetch
    session.fetch = lambda deadline: (fetch(deadline), session.cancelled.set())[0]  # type: ignore[method-assign,func-returns-value]
    with pytest.raises(Interrupted) as caught:
        operation.run(session)
    assert not caught.value.is_sent
    assert set(sent(emulator)) == {"G"}
    assert operation.before == filled(remote.webhooks)


@every_operation
@pytest.mark.parametrize("outcome", ["done", "lost", "unread"])
def test_cancelled_during_the_write(name: str, outcome: str, emulator: Emulator, remote: Account, start: Start) -> None:
    """After a cancellation one GET shows what was done: all is a success; what is not known is in the state."""
    operation, session = OPERATIONS[name], start()
    remote.webhooks = operation.before
    emulator.before(operation.method, session.cancelled.set)
    if outcome != "done":
        emulator.faults.add(Fault(kind="reset", method=operation.method, applied=outcome == "unread"))
    if outcome == "unread":
        emulator.faults.add(status("GET", 503, after=1, times=None))
    if outcome == "done":
        operation.run(session)
    else:
        with pytest.raises(Interrupted if outcome == "lost" else WriteInterrupted) as caught:
            operation.run(session)
        assert isinstance(caught.value, PartlyWritten) or getattr(caught.value, "is_sent", False)
    assert 1 == emulator.journal.methods().count(operation.method)
    assert (operation.before if outcome == "lost" else operation.after) == filled(remote.webhooks)


def test_cancelled_while_it_does_not_show(emulator: Emulator, remote: Account, start: Start) -> None:
    """If the account does not show the write yet, the error names it, and the state holds it."""
    operation, session = OPERATIONS["create all"], start()
    remote.behave(lag=9)
    emulator.before("PUT", session.cancelled.set)
    with pytest.raises(WriteInterrupted) as caught:
        operation.run(session)
    assert 2 == len(caught.value.left)
    assert {"receive": [A], "call_log": [C]} == caught.value.outputs["managed"]["events"]
    assert "GUG" == sent(emulator)


@pytest.mark.parametrize(("seconds", "requests"), [(None, "GPGPGPG"), (3.0, "GPG")])
def test_the_budget(seconds: float | None, requests: str, emulator: Emulator, remote: Account, start: Start) -> None:
    """An operation ends with its budget, its own or that of the settings, and one last GET is sent after it."""
    operation = OPERATIONS["create"]
    remote.webhooks = operation.before
    emulator.faults.add(Fault(kind="stall", method="POST", seconds=1000, times=None))
    with pytest.raises(WriteFailed) as caught:
        operation.run(start(), timeout=seconds)
    assert isinstance(caught.value.reason, OutOfTime)
    assert (seconds or 60.0, bool(seconds)) == (caught.value.reason.seconds, caught.value.reason.is_own)
    assert requests == sent(emulator)
    assert operation.before == filled(remote.webhooks)


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
