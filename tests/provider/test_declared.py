"""What the resources of one program declare together, with URNs and without."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sendblue_provider import additive, authoritative
from sendblue_provider.model import UNKNOWN
from tests.provider.conftest import NEW, OWN, A, B, said, webhook

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sendblue_provider.account import Account
    from sendblue_provider.values import Failure

ACCEPTED: tuple[Failure, ...] = ()
FIRST, SECOND, THIRD = (f"urn:pulumi:dev::project::sendblue:index:Webhook::{name}" for name in ("one", "two", "three"))
WHOLE, OTHER_WHOLE = (f"urn:pulumi:dev::project::sendblue:index:WebhookConfiguration::{name}" for name in ("w", "v"))


def reason(failures: tuple[Failure, ...]) -> str:
    """What the one failure says, which is of the resource as a whole."""
    (failure,) = failures
    assert failure.path == ()
    return said(failure.reason)


# Webhooks with URNs


@pytest.mark.parametrize(
    "other",
    [webhook("outbound"), webhook(url=B), webhook(url=f"{A}/"), webhook(url=f"{A}?x=1"), webhook("typing_indicator")],
)
def test_two_entries(other: Mapping[str, Any], account: Account) -> None:
    """Another event or another URL is another entry."""
    assert ACCEPTED == additive.check(account, webhook(), None, FIRST)
    assert ACCEPTED == additive.check(account, other, None, SECOND)


@pytest.mark.parametrize("old", [None, webhook(secret=OWN)])
@pytest.mark.parametrize("other_old", [None, webhook(secret=NEW)])
def test_the_same_entry(old: Any, other_old: Any, account: Account) -> None:
    """Two resources of the same entry are refused, whatever else of them differs and whether they are there already."""
    assert ACCEPTED == additive.check(account, webhook(secret=OWN), old, FIRST)
    text = reason(additive.check(account, webhook(secret=NEW, allowOverwrite=True), other_old, SECOND))
    assert f"receive {A}" in text
    assert "twice" in text
    assert "'one' and 'two'" in text


def test_a_third_of_the_same(account: Account) -> None:
    """What was refused is not declared, so each further one is refused because of the first."""
    assert ACCEPTED == additive.check(account, webhook(), None, FIRST)
    assert "'one' and 'two'" in reason(additive.check(account, webhook(), None, SECOND))
    assert "'one' and 'three'" in reason(additive.check(account, webhook(), None, THIRD))


def test_what_was_refused_is_not_declared(account: Account) -> None:
    """Once the first one has gone to another entry, the refused one does not stand in a third one's way."""
    assert ACCEPTED == additive.check(account, webhook(), None, FIRST)
    assert reason(additive.check(account, webhook(), None, SECOND))
    assert ACCEPTED == additive.check(account, webhook(url=B), webhook(), FIRST)
    assert ACCEPTED == additive.check(account, webhook(), None, THIRD)


def test_a_resource_is_checked_again(account: Account) -> None:
    """The same resource may be checked with old inputs and without, as in a replacement."""
    for old in (webhook(), None, webhook()):
        assert ACCEPTED == additive.check(account, webhook(url=B), old, FIRST)


def test_a_resource_that_is_checked_with_something_else(account: Account) -> None:
    """The last check of a resource is what it declares: what it declared before is free."""
    assert ACCEPTED == additive.check(account, webhook(), None, FIRST)
    assert ACCEPTED == additive.check(account, webhook(url=B), None, FIRST)
    assert ACCEPTED == additive.check(account, webhook(), None, SECOND)


def test_what_is_taken_from_another_resource(account: Account) -> None:
    """Two resources that swap their URLs declare each entry once."""
    assert ACCEPTED == additive.check(account, webhook(url=B), webhook(url=A), FIRST)
    assert ACCEPTED == additive.check(account, webhook(url=A), webhook(url=B), SECOND)


@pytest.mark.parametrize("name", ["event", "url"])
def test_an_entry_that_is_not_known_yet(name: str, account: Account) -> None:
    """What may be any entry is not refused until it is known."""
    assert ACCEPTED == additive.check(account, webhook(), None, FIRST)
    assert ACCEPTED == additive.check(account, {**webhook(), name: UNKNOWN}, None, SECOND)


@pytest.mark.parametrize("name", ["secret", "sendblueNumbers"])
def test_the_same_entry_of_which_more_is_not_known(name: str, account: Account) -> None:
    """Event and URL make the entry: it is refused although what belongs to it is not known yet."""
    assert ACCEPTED == additive.check(account, webhook(**{name: UNKNOWN}), None, FIRST)
    assert "twice" in reason(additive.check(account, webhook(), None, SECOND))


def test_a_url_is_shown_without_its_query(account: Account) -> None:
    """A token in the URL is not in the message."""
    inputs = webhook(url=f"{A}?token=canary")
    additive.check(account, inputs, None, FIRST)
    assert f"{A}?token=…" in reason(additive.check(account, inputs, None, SECOND))


# Webhooks without URNs


def test_the_same_entry_twice_without_urns(account: Account) -> None:
    """Without URNs a second resource of an entry is known by a second check of the same kind."""
    assert ACCEPTED == additive.check(account, webhook(), None)
    text = reason(additive.check(account, webhook(secret=NEW), None))
    assert f"the Webhook receive {A} twice" in text
    assert "remove one" in text


def test_the_same_entry_twice_with_old_inputs(account: Account) -> None:
    """Two resources that are there already are found in the same way."""
    assert ACCEPTED == additive.check(account, webhook(), webhook())
    assert f"the Webhook receive {A} twice" in reason(additive.check(account, webhook(), webhook(secret=OWN)))


def test_a_replacement_without_urns(account: Account) -> None:
    """A check with old inputs and one without are the two halves of one replacement."""
    assert ACCEPTED == additive.check(account, webhook(url=B), webhook(url=A))
    assert ACCEPTED == additive.check(account, webhook(url=B), None)


def test_other_entries_without_urns(account: Account) -> None:
    """Each entry counts for itself."""
    for inputs in (webhook(), webhook(url=B), webhook("outbound")):
        assert ACCEPTED == additive.check(account, inputs, None)


# Both kinds


@pytest.mark.parametrize("urns", [(FIRST, WHOLE), (None, None)])
@pytest.mark.parametrize("webhook_first", [True, False])
@pytest.mark.parametrize("configuration", [{}, {"receive": [A]}, {"outbound": [B]}, {"receive": UNKNOWN}])
def test_both_kinds(
    configuration: dict[str, Any],
    webhook_first: bool,  # noqa: FBT001 - a parameter of the test
    urns: tuple[str | None, str | None],
    account: Account,
) -> None:
    """A program has one kind or the other for an account, and is told the difference, whatever each declares."""
    checks: list[Callable[[], tuple[Failure, ...]]] = [
        lambda: additive.check(account, webhook(), None, urns[0]),
        lambda: authoritative.check(account, configuration, None, urns[1]),
    ]
    first, second = checks if webhook_first else reversed(checks)
    assert first() == ACCEPTED
    text = reason(second())
    assert "both a WebhookConfiguration and a Webhook" in text
    assert "authoritative for the whole account" in text
    assert "additive: one URL for one event, beside whatever else the account has" in text
    assert ("sendblue.Provider" in text) == (urns[0] is not None)
    assert ("'one' and 'w'" in text) == (urns[0] is not None)


@pytest.mark.parametrize("name", ["event", "url", "secret"])
def test_a_webhook_that_is_not_known_yet_beside_a_configuration(name: str, account: Account) -> None:
    """The kinds are known before the values are."""
    assert ACCEPTED == additive.check(account, {**webhook(), name: UNKNOWN}, None, FIRST)
    assert "both a WebhookConfiguration and a Webhook" in reason(authoritative.check(account, {}, None, WHOLE))


def test_another_account(start: Callable[..., Account]) -> None:
    """What is declared for one account does not concern another."""
    first, second = start(), start()
    assert ACCEPTED == additive.check(first, webhook(), None, FIRST)
    assert ACCEPTED == additive.check(second, webhook(), None, SECOND)
    assert ACCEPTED == authoritative.check(start(), {}, None, WHOLE)


def test_two_configurations(account: Account) -> None:
    """With URNs a second WebhookConfiguration is refused as ever."""
    assert ACCEPTED == authoritative.check(account, {}, None, WHOLE)
    assert "two WebhookConfigurations" in reason(authoritative.check(account, {}, None, OTHER_WHOLE))


def test_a_new_run(account: Account) -> None:
    """A process that serves several runs forgets what an earlier one declared."""
    assert ACCEPTED == authoritative.check(account, {}, None, WHOLE)
    account.start_run()
    assert ACCEPTED == additive.check(account, webhook(), None, FIRST)
