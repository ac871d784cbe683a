"""Operations that wait for the account together are carried out together, and each gets its own result."""

from __future__ import annotations

import pytest

from sendblue_emulator import Account, Emulator, Fault
from sendblue_provider.errors import (
    ConflictError,
    CreateRefused,
    CredentialsRejected,
    RequestRefused,
    SecretHidden,
    WriteFailed,
    WriteNotApplied,
)
from tests.plan.records import NEW, OTHER, OWN, A, B, C, D, filled, lines

from .conftest import Start
from .together import BAD, configure, create, delete, errors_of, sent, together, update


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
    operations = create(A), update(B, OWN, NEW), create(C), delete(D)
    assert [None] * 4 == errors_of(together(start(), *operations))
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
    for pair in ((configure(A), create(B)), (create(B), configure(A, B))):
        emulator.journal.clear()
        remote.webhooks = {}
        assert [None, None] == errors_of(together(start(), *pair))
        methods = emulator.journal.methods()
        assert 2 == len([method for method in methods if method != "GET"])
        assert ["GET", "GET", "GET", "GET"] == [methods[place] for place in (0, 2, 3, 5)]


@pytest.mark.parametrize("is_late", [False, True])
def test_who_waits_and_who_arrives_is_in(emulator: Emulator, start: Start, *, is_late: bool) -> None:
    """An operation that waits for the account, or begins to while the first GET is under way, is in the commit."""
    results = together(start(), create(A), create(B), is_late=is_late)
    assert [A, B] == [result.outputs["url"] for result in results]
    assert ["GET", "POST", "GET"] == emulator.journal.methods()
