"""Check of a `Webhook`: values, what a create would meet, and what the program declares besides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sendblue_emulator import MASK, Fault
from sendblue_provider import additive, authoritative
from sendblue_provider.lifecycle import Check, check_ahead
from sendblue_provider.model import UNKNOWN
from sendblue_provider.report import failure_text, things
from sendblue_provider.takeover import Takeover
from sendblue_provider.values import Failure
from tests.provider.conftest import NEW, NUMBER, OTHER, OTHERS, OWN, READER, A, B, webhook

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sendblue_emulator import Account as Remote
    from sendblue_emulator import Emulator
    from sendblue_provider.account import Account

    Register = Callable[[Mapping[str, Any]], dict[str, Any]]

ACCEPTED: tuple[Failure, ...] = ()
FIRST, SECOND = (f"urn:pulumi:dev::project::sendblue:index:Webhook::{name}" for name in ("first", "second"))


def texts(found: Check) -> list[str]:
    """What each failure says, in which no secret stands."""
    said = [failure_text(failure, READER.spell) for failure in found.failures]
    assert not any("canary" in text or "\n" in text for text in said)
    return said


def check(account: Account, inputs: Mapping[str, Any], old_inputs: Mapping[str, Any] | None = None) -> Check:
    """Check as a front end without a preview of its own does."""
    return check_ahead(additive, account, inputs, old_inputs, READER)


# The values alone


def test_a_check_makes_no_request(account: Account, emulator: Emulator) -> None:
    """Values are checked without the account."""
    assert ACCEPTED == additive.check(account, webhook(secret=OWN), None)
    assert ACCEPTED == additive.check(account, webhook("outbound"), webhook("outbound"), SECOND)
    assert emulator.journal.methods() == []


def test_bad_values_make_no_request(account: Account, emulator: Emulator) -> None:
    """What is wrong already is told without a look at the account."""
    found = check(account, webhook("callLog", "http://x", secret=""))
    assert [text.partition(":")[0] for text in texts(found)] == ["url", "secret", "event"]
    assert emulator.journal.methods() == []


def test_bad_values_are_not_declared(account: Account) -> None:
    """What is refused is nothing that the program declares: corrected, it is accepted."""
    assert texts(check(account, webhook(secret="")))
    assert check(account, webhook(secret=OWN)).failures == ()


# What a create would meet


def test_an_empty_account(account: Account, emulator: Emulator) -> None:
    """A create that has nothing to fear is accepted, with one GET."""
    assert check(account, webhook(secret=OWN)) == Check()
    assert emulator.journal.methods() == ["GET"]


def test_what_others_have_is_no_obstacle(account: Account, remote: Remote) -> None:
    """Additive: whatever else the account holds stays, so nothing of it is refused or told."""
    remote.webhooks = OTHERS
    assert check(account, webhook(secret=OWN)) == Check()


def test_what_is_there_already_and_equal(account: Account, remote: Remote) -> None:
    """The check of a create tells what will be taken over."""
    remote.webhooks = {"receive": [{"url": A, "secret": OWN}]}
    found = check(account, webhook(secret=OWN))
    assert found.failures == ()
    assert things(found.takeover.adopted) == [f"receive {A} (secret set)"]
    assert found.takeover == Takeover(adopted=found.takeover.adopted)


def test_what_is_there_already_and_differs(account: Account, remote: Remote, emulator: Emulator) -> None:
    """A check refuses what the create would, with the command and the option that are the ways out."""
    remote.webhooks = {"receive": [{"url": A, "secret": OTHER}]}
    (text,) = texts(check(account, webhook(secret=OWN)))
    assert f"receive {A} (another secret)" in text
    assert "allowOverwrite" in text
    assert f"`pulumi import sendblue:index:Webhook <name> {additive.id_of(webhook())}`" in text
    assert emulator.journal.methods() == ["GET"]


def test_what_allow_overwrite_will_change(account: Account, remote: Remote) -> None:
    """With the option it is accepted, and told as what will be overwritten."""
    remote.webhooks = {"receive": [{"url": A, "secret": OTHER}]}
    found = check(account, webhook(secret=OWN, allowOverwrite=True))
    assert found.failures == ()
    assert things(found.takeover.overwritten) == [f"receive {A} secret changed"]


def test_what_is_there_with_a_mask(account: Account, remote: Remote) -> None:
    """Where the secret does not show it cannot be compared, so it is taken over, and that is told."""
    remote.webhooks = {"receive": [{"url": A, "secret": OTHER}]}
    remote.behave(secrets="masked")
    found = check(account, webhook(secret=OWN))
    assert found.failures == ()
    assert found.takeover.hidden
    assert MASK not in str(found)


def test_an_account_that_cannot_be_read(account: Account, emulator: Emulator) -> None:
    """It is a failure of the check, and not of the diff or the create that follow."""
    emulator.faults.add(Fault(kind="status", method="GET", status=401, body={"status": "ERROR"}))
    (text,) = texts(check(account, webhook()))
    assert "401" in text


@pytest.mark.parametrize("name", ["event", "url", "secret", "sendblueNumbers"])
def test_what_is_not_known_yet(name: str, account: Account, remote: Remote, emulator: Emulator) -> None:
    """What cannot be compared yet is left for the create; the account is read all the same."""
    remote.webhooks = {"receive": [{"url": A, "secret": OTHER}]}
    assert check(account, {**webhook(secret=OWN), name: UNKNOWN}) == Check()
    assert emulator.journal.methods() == ["GET"]


def test_an_overwrite_flag_that_is_not_known_yet(account: Account, remote: Remote) -> None:
    """A create that may turn out to be allowed is not refused."""
    remote.webhooks = {"receive": [{"url": A, "secret": OTHER}]}
    assert check(account, webhook(secret=OWN, allowOverwrite=UNKNOWN)).failures == ()


def test_a_check_with_old_inputs_refuses_nothing_of_the_account(
    account: Account, remote: Remote, emulator: Emulator
) -> None:
    """What a resource has is its diff's matter: the check only reads, with the GET that the diff shares."""
    remote.webhooks = {"receive": [{"url": A, "secret": OTHER}]}
    assert check(account, webhook(secret=NEW), webhook(secret=OWN)) == Check()
    additive.diff(account, {**webhook(secret=OWN), "secretsReadable": True}, webhook(secret=NEW))
    assert emulator.journal.methods() == ["GET"]


# An event that is not known


@pytest.mark.parametrize("old_inputs", [None, webhook("typing_indicator")])
def test_a_new_event(old_inputs: Mapping[str, Any] | None, account: Account) -> None:
    """An event outside the six is told, and only where it is created: the API may refuse it."""
    found = check(account, webhook("typing_indicator"), old_inputs)
    assert found.failures == ()
    assert found.takeover.new_event == ("typing_indicator" if old_inputs is None else "")


def test_an_event_of_which_the_account_has_some(account: Account, remote: Remote) -> None:
    """What the API has taken once needs no warning."""
    remote.behave(accepted_events=["receive", "typing_indicator"])
    remote.webhooks = {"typing_indicator": [B]}
    assert check(account, webhook("typing_indicator")).takeover.new_event == ""


def test_a_new_event_of_which_more_is_not_known(account: Account) -> None:
    """The event alone is enough to warn of it."""
    assert check(account, webhook("typing_indicator", secret=UNKNOWN)).takeover.new_event == "typing_indicator"
    assert check(account, {**webhook(), "event": UNKNOWN}).takeover.new_event == ""


# Two of a program


def test_the_same_twice(account: Account) -> None:
    """The same event and URL is refused the second time, with both resources named."""
    assert ACCEPTED == additive.check(account, webhook(secret=OWN), None, FIRST)
    (failure,) = additive.check(account, webhook(secret=NEW, sendblueNumbers=[NUMBER]), None, SECOND)
    text = failure_text(failure, READER.spell)
    assert f"the Webhook receive {A} twice" in text
    assert "sendblue:index:Webhook::first" not in text
    assert "'first' and 'second'" in text


def test_beside_a_webhook_configuration(account: Account) -> None:
    """Both kinds in one program are refused, whichever comes first, and what each is for is explained."""
    assert authoritative.check(account, {"receive": [A]}, None) == ()
    (failure,) = additive.check(account, webhook("outbound"), None)
    assert "authoritative for the whole account" in failure.reason
    assert "additive" in failure.reason


def test_a_webhook_configuration_beside_it(start: Callable[..., Account]) -> None:
    """The refusal does not depend on the order."""
    account = start()
    assert ACCEPTED == additive.check(account, webhook("outbound"), None)
    (failure,) = authoritative.check(account, {"receive": [A]}, None)
    assert "authoritative for the whole account" in failure.reason
    assert "additive" in failure.reason


def test_many_checks_make_one_request(account: Account, remote: Remote, emulator: Emulator) -> None:
    """However many of them a program has, the account is read once."""
    remote.webhooks = OTHERS
    for number in range(200):
        assert check(account, webhook(url=f"{A}/{number}")) == Check()
    assert emulator.journal.methods() == ["GET"]
