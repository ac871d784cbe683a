"""Create: what is written, what is refused, and what is found there already."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from sendblue_emulator import Fault
from sendblue_provider import authoritative
from sendblue_provider.errors import (
    ApiError,
    ConnectionFailed,
    CreateRefused,
    RequestRefused,
    ServiceUnavailable,
    WriteNotApplied,
    WriteUnverified,
)
from sendblue_provider.lifecycle import Read, check_ahead
from sendblue_provider.model import UNKNOWN
from tests.provider.conftest import NEW, NUMBER, OTHER, OTHER_NUMBER, OWN, READER, A, B, C, content, said, told

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sendblue_emulator import Account as Remote
    from sendblue_emulator import Emulator
    from sendblue_provider.account import Account

    Deploy = Callable[[Mapping[str, Any]], dict[str, Any]]

INPUTS: dict[str, Any] = {
    "receive": [A, {"url": B, "secret": OWN, "sendblueNumbers": [NUMBER, OTHER_NUMBER]}],
    "outbound": [{"url": A}],
    "contactCreated": [A],
    "callLog": [],
    "globalSecret": OWN,
    "secret": NEW,
}
STORED: dict[str, Any] = {
    "receive": [A, {"url": B, "secret": OWN, "sendblue_numbers": [NUMBER, OTHER_NUMBER]}],
    "outbound": [A],
    "contact_created": [A],
    "globalSecret": OWN,
    "secret": NEW,
}
MANAGED: dict[str, Any] = {
    "events": {"contact_created": [A], "outbound": [A], "receive": [A, B]},
    "secrets": ["globalSecret", "secret"],
}


def test_a_create_on_an_empty_account(account: Account, remote: Remote, emulator: Emulator) -> None:
    """Everything declared is there afterwards, and the outputs are the inputs with what the provider adds."""
    outputs = authoritative.create(account, INPUTS).outputs
    assert emulator.journal.methods() == ["GET", "PUT", "GET"]
    assert content(remote) == STORED
    assert outputs == {**INPUTS, "secretsReadable": True, "managed": MANAGED}


def test_what_is_sent(account: Account, emulator: Emulator) -> None:
    """The PUT holds what is declared, an entry with only a URL as a string."""
    authoritative.create(account, INPUTS)
    assert emulator.journal.entries()[1].body == {"webhooks": STORED}


def test_an_other_event(account: Account, remote: Remote, emulator: Emulator) -> None:
    """An event newer than this provider is written under its own name."""
    remote.behave(accepted_events=["receive", "typing_indicator"])
    outputs = authoritative.create(account, {"otherEvents": {"typing_indicator": [{"url": A, "secret": OWN}]}}).outputs
    assert emulator.journal.methods() == ["GET", "PUT", "GET"]
    assert content(remote) == {"typing_indicator": [{"url": A, "secret": OWN}]}
    assert outputs["otherEvents"] == {"typing_indicator": [{"url": A, "secret": OWN}]}
    assert outputs["managed"] == {"events": {"typing_indicator": [A]}, "secrets": []}


def test_declaring_nothing_on_an_empty_account(account: Account, emulator: Emulator) -> None:
    """There is nothing to write."""
    outputs = authoritative.create(account, {}).outputs
    assert emulator.journal.methods() == ["GET"]
    assert outputs == {"secretsReadable": True, "managed": {"events": {}, "secrets": []}}


@pytest.mark.parametrize(
    "behaviour",
    [{}, {"entry_form": "object"}, {"entry_form": "string"}, {"empty_events": "omitted"}, {"unset_secrets": "null"}],
)
def test_equal_already(behaviour: dict[str, Any], account: Account, remote: Remote, emulator: Emulator) -> None:
    """What is there already, in any order and form, is taken over with a GET alone."""
    remote.behave(**behaviour)
    remote.webhooks = {
        "secret": NEW,
        "globalSecret": OWN,
        "contact_created": [A],
        "outbound": [A],
        "receive": [{"url": B, "secret": OWN, "sendblue_numbers": [OTHER_NUMBER, NUMBER]}, A],
    }
    before = remote.webhooks
    outputs = authoritative.create(account, INPUTS).outputs
    assert emulator.journal.methods() == ["GET"]
    assert remote.webhooks == before
    assert outputs == {**INPUTS, "secretsReadable": True, "managed": MANAGED}


def test_equal_already_with_allow_overwrite(account: Account, deploy: Deploy, emulator: Emulator) -> None:
    """An allowOverwrite makes no PUT where there is nothing to write."""
    deploy(INPUTS)
    outputs = authoritative.create(account, {**INPUTS, "allowOverwrite": True}).outputs
    assert emulator.journal.methods() == ["GET"]
    assert outputs == {**INPUTS, "allowOverwrite": True, "secretsReadable": True, "managed": MANAGED}


def test_a_create_keeps_what_is_declared_and_adds_the_rest(account: Account, remote: Remote) -> None:
    """Part of what is declared may be there already."""
    remote.webhooks = {"receive": [A]}
    authoritative.create(account, INPUTS)
    assert content(remote) == STORED


def test_a_crash_after_the_put(
    start: Callable[..., Account], deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """When the state was lost after the PUT, the next run's check and create take it over without another PUT."""
    deploy(INPUTS)
    account = start()
    assert check_ahead(authoritative, account, INPUTS, None, READER).failures == ()
    outputs = authoritative.create(account, INPUTS).outputs
    assert emulator.journal.methods() == ["GET", "GET"]
    assert content(remote) == STORED
    assert outputs == {**INPUTS, "secretsReadable": True, "managed": MANAGED}


def test_a_create_that_could_not_be_verified(start: Callable[..., Account], remote: Remote, emulator: Emulator) -> None:
    """A create that stops between its PUT and its last GET is complete for the next one."""
    emulator.faults.add(Fault(kind="truncate", method="GET", after=1))
    with pytest.raises(WriteUnverified):
        authoritative.create(start(), INPUTS)
    emulator.journal.clear()
    authoritative.create(start(), INPUTS)
    assert emulator.journal.methods() == ["GET"]
    assert content(remote) == STORED


def test_two_creates_at_once(account: Account, remote: Remote, emulator: Emulator) -> None:
    """The operations of one process take turns: the second sees what the first wrote."""
    with ThreadPoolExecutor(2) as threads:
        first, second = threads.map(lambda _: authoritative.create(account, INPUTS).outputs, range(2))
    assert emulator.journal.methods() == ["GET", "PUT", "GET", "GET"]
    assert first == second
    assert content(remote) == STORED


@pytest.mark.parametrize(
    ("webhooks", "named"),
    [
        ({"receive": [A, C]}, f"receive {C}"),
        ({"receive": [A, A]}, f"receive {A}"),
        ({"receive": [{"url": A, "secret": OTHER}]}, f"receive {A} (another secret)"),
        ({"receive": [{"url": A, "sendblue_numbers": [NUMBER]}]}, f"receive {A} (other numbers)"),
        ({"typing_indicator": [C]}, f"typing_indicator {C}"),
        ({"globalSecret": OTHER}, "globalSecret (another secret)"),
        ({"secret": OTHER}, "secret (secret set)"),
    ],
)
def test_a_foreign_thing_is_refused(
    webhooks: dict[str, Any], named: str, account: Account, remote: Remote, emulator: Emulator
) -> None:
    """A create that would remove or change something writes nothing and names it."""
    remote.webhooks = webhooks
    with pytest.raises(CreateRefused) as caught:
        authoritative.create(account, {"receive": [A], "globalSecret": OWN})
    assert f": {named}. " in told(caught.value)
    assert emulator.journal.methods() == ["GET"]
    assert remote.webhooks == webhooks


def test_an_account_that_changed_after_the_check(account: Account, remote: Remote, emulator: Emulator) -> None:
    """Create looks afresh, also seconds after a check that refused nothing."""
    assert check_ahead(authoritative, account, INPUTS, None, READER).failures == ()
    remote.add("receive", {"url": C, "secret": OTHER})
    before = remote.webhooks
    with pytest.raises(CreateRefused) as caught:
        authoritative.create(account, INPUTS)
    assert f": receive {C} (secret set). " in told(caught.value)
    assert emulator.journal.methods() == ["GET", "GET"]
    assert remote.webhooks == before


def test_what_was_unknown_in_check_is_refused_at_the_write(account: Account, remote: Remote) -> None:
    """Once unknown values are known, what they do not declare is refused."""
    remote.webhooks = {"receive": [C], "globalSecret": OTHER}
    assert (
        check_ahead(authoritative, account, {"receive": UNKNOWN, "globalSecret": UNKNOWN}, None, READER).failures == ()
    )
    with pytest.raises(CreateRefused) as caught:
        authoritative.create(account, {"receive": [A], "globalSecret": OWN})
    assert f": receive {C}; globalSecret (another secret). " in told(caught.value)
    assert remote.webhooks == {"receive": [C], "globalSecret": OTHER}


def test_allow_overwrite(account: Account, remote: Remote, emulator: Emulator) -> None:
    """With allowOverwrite the account becomes what is declared, whatever was there."""
    remote.webhooks = {
        "receive": [{"url": A, "secret": OTHER}, C, C],
        "call_log": [C],
        "globalSecret": OTHER,
    }
    outputs = authoritative.create(account, {**INPUTS, "allowOverwrite": True}).outputs
    assert emulator.journal.methods() == ["GET", "PUT", "GET"]
    assert content(remote) == STORED
    assert outputs["managed"] == MANAGED


def test_a_replacement_removes_what_its_old_inputs_named(account: Account, deploy: Deploy, remote: Remote) -> None:
    """In a replacement that began with a check with old inputs, what those named may go."""
    deploy(INPUTS)
    new = {"receive": [{"url": A, "secret": NEW}]}
    check_ahead(authoritative, account, new, INPUTS, READER)
    check_ahead(authoritative, account, new, None, READER)
    authoritative.create(account, new)
    assert content(remote) == {"receive": [{"url": A, "secret": NEW}]}


def test_a_replacement_does_not_remove_what_is_foreign(account: Account, deploy: Deploy, remote: Remote) -> None:
    """Old inputs are no licence for what they do not name."""
    deploy({"receive": [A]})
    remote.add("receive", B)
    check_ahead(authoritative, account, {}, {"receive": [A]}, READER)
    with pytest.raises(CreateRefused) as caught:
        authoritative.create(account, {})
    assert f": receive {B}. " in told(caught.value)
    assert content(remote) == {"receive": [A, B]}


def test_unknown_fields_are_carried(account: Account, remote: Remote, emulator: Emulator) -> None:
    """A create that takes an entry over keeps the fields and keys that the provider does not know."""
    remote.webhooks = {"receive": [{"url": A, "label": "x", "n": [1, {"y": None}]}], "region": "us", "ips": ["1.2.3.4"]}
    authoritative.create(account, {"receive": [{"url": A, "secret": OWN}, B]})
    assert emulator.journal.entries()[1].body == {
        "webhooks": {
            "receive": [{"url": A, "secret": OWN, "label": "x", "n": [1, {"y": None}]}, B],
            "region": "us",
            "ips": ["1.2.3.4"],
        }
    }


@pytest.mark.parametrize("secrets", ["masked", "omitted"])
def test_unreadable_secrets(secrets: str, account: Account, remote: Remote, emulator: Emulator) -> None:
    """Secrets that the API does not give back are written as declared, and the outputs say they cannot be read."""
    remote.behave(secrets=secrets)
    outputs = authoritative.create(account, INPUTS).outputs
    assert emulator.journal.methods() == ["GET", "PUT", "GET"]
    assert content(remote) == STORED
    assert outputs == {**INPUTS, "secretsReadable": False, "managed": MANAGED}


def test_a_masked_secret_on_a_declared_entry_is_replaced(account: Account, remote: Remote, emulator: Emulator) -> None:
    """A mask on what is declared is not refused; the declared secret is written, never the mask."""
    remote.webhooks = {"receive": [{"url": A, "secret": OTHER}], "globalSecret": OTHER}
    remote.behave(secrets="masked")
    outputs = authoritative.create(account, {"receive": [{"url": A, "secret": OWN}], "globalSecret": OWN}).outputs
    assert emulator.journal.methods() == ["GET", "PUT", "GET"]
    assert content(remote) == {"receive": [{"url": A, "secret": OWN}], "globalSecret": OWN}
    assert outputs["secretsReadable"] is False


def test_a_masked_secret_on_an_entry_declared_without_one_is_not_lost(account: Account, remote: Remote) -> None:
    """A mask shows that somebody set a secret there: removing it unseen is refused."""
    remote.webhooks = {"receive": [{"url": A, "secret": OTHER}]}
    remote.behave(secrets="masked")
    with pytest.raises(CreateRefused):
        authoritative.create(account, {"receive": [A]})
    assert remote.webhooks == {"receive": [{"url": A, "secret": OTHER}]}


def test_a_dropped_event(account: Account, remote: Remote, emulator: Emulator) -> None:
    """An event that the API drops with a 200 is an error that names it, once the rest is there."""
    with pytest.raises(WriteNotApplied) as caught:
        authoritative.create(
            account, {"receive": [A], "otherEvents": {"typing_indicator": [{"url": B, "secret": OWN}]}}
        )
    assert f"+ typing_indicator {B} (secret set)" in said(caught.value)
    assert f"receive {A}" not in str(caught.value)
    assert emulator.journal.methods() == ["GET", "PUT", "GET"]
    assert content(remote) == {"receive": [A]}


def test_a_dropped_event_that_is_removed_from_the_program(start: Callable[..., Account], emulator: Emulator) -> None:
    """Doing what the error says converges without a refusal and without another PUT."""
    with pytest.raises(WriteNotApplied):
        authoritative.create(start(), {"receive": [A], "otherEvents": {"typing_indicator": [B]}})
    emulator.journal.clear()
    account = start()
    assert check_ahead(authoritative, account, {"receive": [A]}, None, READER).failures == ()
    authoritative.create(account, {"receive": [A]})
    assert emulator.journal.methods() == ["GET", "GET"]


@pytest.mark.usefixtures("settle")
@pytest.mark.parametrize("lag", [1, 3])
def test_a_lagging_get(lag: int, account: Account, remote: Remote, emulator: Emulator) -> None:
    """The GET after the write is repeated while it still shows the state before."""
    remote.behave(lag=lag)
    outputs = authoritative.create(account, INPUTS).outputs
    assert emulator.journal.methods() == ["GET", "PUT", *["GET"] * (lag + 1)]
    assert outputs == {**INPUTS, "secretsReadable": True, "managed": MANAGED}


@pytest.mark.usefixtures("settle")
def test_a_lagging_get_does_not_make_secrets_unreadable(account: Account, remote: Remote, emulator: Emulator) -> None:
    """A secret that is added to an entry and does not show yet is waited for."""
    remote.webhooks = {"receive": [A]}
    remote.behave(lag=2)
    outputs = authoritative.create(account, {"receive": [{"url": A, "secret": OWN}]}).outputs
    assert emulator.journal.methods() == ["GET", "PUT", "GET", "GET", "GET"]
    assert outputs["secretsReadable"] is True


def test_a_refused_put(account: Account, remote: Remote, emulator: Emulator) -> None:
    """The API's own words are in the error, secrets removed, and nothing is there."""
    body = {"status": "ERROR", "message": f"bad secret {OWN} or {NEW}"}
    emulator.faults.add(Fault(kind="status", method="PUT", status=400, body=body))
    with pytest.raises(RequestRefused) as caught:
        authoritative.create(account, INPUTS)
    assert "bad secret" in said(caught.value)
    assert emulator.journal.methods() == ["GET", "PUT"]
    assert remote.webhooks == {}


@pytest.mark.parametrize("applied", [False, True])
def test_a_put_whose_answer_is_lost(applied: bool, account: Account, remote: Remote, emulator: Emulator) -> None:  # noqa: FBT001 - a parameter of the test
    """A PUT is sent again after a reset, applied or not: it does the same twice."""
    emulator.faults.add(Fault(kind="reset", method="PUT", applied=applied))
    authoritative.create(account, INPUTS)
    assert emulator.journal.methods() == ["GET", "PUT", "PUT", "GET"]
    assert content(remote) == STORED


def test_a_put_that_fails_for_good(start: Callable[..., Account], remote: Remote, emulator: Emulator) -> None:
    """An API that is down is an error, after one look that finds nothing written; the next run does it."""
    emulator.faults.add(Fault(kind="status", method="PUT", status=503, body="no", times=None))
    with pytest.raises((ConnectionFailed, ServiceUnavailable)) as caught:
        authoritative.create(start(timeout_seconds=0.6), INPUTS)
    assert said(caught.value)
    assert [method for method in emulator.journal.methods() if method != "PUT"] == ["GET", "GET"]
    assert content(remote) == {}
    emulator.faults.clear()
    emulator.journal.clear()
    authoritative.create(start(), INPUTS)
    assert emulator.journal.methods() == ["GET", "PUT", "GET"]
    assert content(remote) == STORED


def test_a_put_that_fails_for_good_and_was_done(
    start: Callable[..., Account], remote: Remote, emulator: Emulator
) -> None:
    """A PUT that only ever got errors for answers and was applied is seen to be there, which is a success."""
    emulator.faults.add(Fault(kind="status", method="PUT", status=503, body="no", times=None, applied=True))
    outputs = authoritative.create(start(timeout_seconds=0.6), INPUTS).outputs
    assert outputs == {**INPUTS, "secretsReadable": True, "managed": MANAGED}
    assert content(remote) == STORED


def test_a_verifying_get_that_fails(account: Account, remote: Remote, emulator: Emulator) -> None:
    """A write that could not be looked at is an error of its own, which says that it was sent."""
    emulator.faults.add(Fault(kind="truncate", method="GET", after=1))
    with pytest.raises(WriteUnverified) as caught:
        authoritative.create(account, INPUTS)
    assert "The change was sent" in said(caught.value)
    assert emulator.journal.methods() == ["GET", "PUT", "GET"]
    assert content(remote) == STORED


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind="status", status=401, body={"status": "ERROR"}, times=None),
        Fault(kind="status", status=404, body="no", times=None),
        Fault(kind="status", status=503, body="no", times=None),
        Fault(kind="status", status=200, body={"status": "OK"}),
        Fault(kind="status", status=200, body={"status": "OK", "webhooks": []}),
        Fault(kind="status", status=200, body={"status": "OK", "webhooks": {"receive": {"url": A}}}),
        Fault(kind="status", status=200, body={"status": "ERROR", "webhooks": {}}),
        Fault(kind="truncate"),
    ],
)
def test_an_account_that_cannot_be_read_is_not_written(
    fault: Fault, start: Callable[..., Account], remote: Remote, emulator: Emulator
) -> None:
    """Nothing is sent to an account whose content is not known, not even with allowOverwrite."""
    remote.webhooks = {"receive": [C]}
    emulator.faults.add(fault)
    with pytest.raises(ApiError) as caught:
        authoritative.create(start(timeout_seconds=0.2), {**INPUTS, "allowOverwrite": True})
    assert said(caught.value)
    assert set(emulator.journal.methods()) == {"GET"}
    assert remote.webhooks == {"receive": [C]}


def test_the_snapshot_is_what_the_create_left(account: Account, emulator: Emulator) -> None:
    """A read and a diff after a create in the same process see it without another GET."""
    check_ahead(authoritative, account, INPUTS, None, READER)
    outputs = authoritative.create(account, INPUTS).outputs
    emulator.journal.clear()
    assert authoritative.read(account, outputs) == Read(outputs, ())
    assert authoritative.diff(account, outputs, INPUTS).changed is False
    assert emulator.journal.methods() == []


def test_the_snapshot_after_a_failed_write(account: Account, remote: Remote, emulator: Emulator) -> None:
    """After a PUT that failed, what was seen before it serves no more."""
    emulator.faults.add(Fault(kind="status", method="PUT", status=400, body={"status": "ERROR"}, applied=True))
    with pytest.raises(RequestRefused):
        authoritative.create(account, {"receive": [A]})
    emulator.journal.clear()
    assert authoritative.read(account, {}).outputs["receive"] == [A]
    assert emulator.journal.methods() == ["GET"]
    assert content(remote) == {"receive": [A]}


def test_somebody_adds_an_entry_right_after_the_put(account: Account, remote: Remote, emulator: Emulator) -> None:
    """What turns up between the PUT and the verifying GET is in the outputs, not managed, and not removed."""
    emulator.before("GET", lambda: remote.add("receive", C), after=1)
    outputs = authoritative.create(account, {"receive": [A]}).outputs
    assert outputs["receive"] == [A, C]
    assert outputs["managed"] == {"events": {"receive": [A]}, "secrets": []}
    assert emulator.journal.methods() == ["GET", "PUT", "GET"]
    assert content(remote) == {"receive": [A, C]}


def test_create_leaves_its_inputs_alone(account: Account) -> None:
    """The inputs do not change, and changing the outputs later does not change them."""
    inputs: dict[str, Any] = {"receive": [B, {"url": A, "secret": OWN}], "allowOverwrite": True}
    outputs = authoritative.create(account, inputs).outputs
    outputs["receive"].append(C)
    assert inputs == {"receive": [B, {"url": A, "secret": OWN}], "allowOverwrite": True}


def test_a_second_create_says_what_the_first_put_there(account: Account, deploy: Deploy) -> None:
    """A resource under a new name is refused what the old one put there, and told about aliases."""
    deploy({"receive": [A, B]})
    with pytest.raises(CreateRefused) as caught:
        authoritative.create(account, {"receive": [A]})
    assert [word for word in (f"receive {B}", "alias", "without --replace") if word not in told(caught.value)] == []


def test_what_was_overwritten_is_not_managed(account: Account, remote: Remote) -> None:
    """With allowOverwrite the outputs name what is declared, and nothing of what it took the place of."""
    remote.webhooks = {"receive": [A, B], "secret": OTHER}
    outputs = authoritative.create(account, {"receive": [A], "allowOverwrite": True}).outputs
    assert outputs == {
        "receive": [A],
        "allowOverwrite": True,
        "secretsReadable": True,
        "managed": {"events": {"receive": [A]}, "secrets": []},
    }
