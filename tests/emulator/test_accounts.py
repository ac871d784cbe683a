"""Accounts in Python: how they are made, found and edited as by hand in the dashboard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sendblue_emulator import Emulator

if TYPE_CHECKING:
    from sendblue_emulator import Account

A, B = "https://example.com/a", "https://example.com/b"


def test_dashboard_edits(account: Account, emulator: Emulator) -> None:
    """Entries and secrets are added and removed at once, and no edit is in the journal."""
    account.add("receive", A)
    account.add("receive", {"url": B, "secret": "one"})
    account.add("typing_indicator", A)
    account.set_secret("globalSecret", "all")
    account.set_secret("secret", "old")
    assert account.webhooks == {
        "receive": [A, {"url": B, "secret": "one"}],
        "typing_indicator": [A],
        "globalSecret": "all",
        "secret": "old",
    }
    account.remove("receive", B)
    account.set_secret("secret", None)
    assert account.webhooks == {"receive": [A], "typing_indicator": [A], "globalSecret": "all"}
    assert len(emulator.journal) == 0


def test_webhooks_are_copies(account: Account) -> None:
    """What is read or assigned can be changed later without changing the account."""
    seed: dict[str, Any] = {"receive": [{"url": A}]}
    entry: dict[str, Any] = {"url": B}
    account.webhooks = seed
    account.add("receive", entry)
    seed["receive"][0]["url"] = entry["url"] = account.webhooks["receive"][0]["url"] = "changed"
    assert account.webhooks == {"receive": [{"url": A}, {"url": B}]}


def test_edits_that_make_no_sense_are_refused(account: Account) -> None:
    """Removing what is not there, another secret's name and adding to what is not an event are errors."""
    account.set_secret("globalSecret", "all")
    with pytest.raises(LookupError, match=f"receive has no '{A}'"):
        account.remove("receive", A)
    with pytest.raises(ValueError, match="globalSecret and secret, not 'global_secret'"):
        account.set_secret("global_secret", "x")
    with pytest.raises(ValueError, match="globalSecret is not an event"):
        account.add("globalSecret", A)


def test_accounts_are_found_by_name() -> None:
    """An account is found by its name, or as the only one without; a wrong name is an error that lists the names."""
    emulator = Emulator()
    with pytest.raises(LookupError, match="which account: none"):
        emulator.account()
    first = emulator.add_account(key_id="a", secret="x")
    assert emulator.account() is emulator.account("default") is first
    second = emulator.add_account(key_id="b", secret="x", name="prod")
    assert emulator.account("prod") is second
    assert emulator.accounts == [first, second]
    with pytest.raises(LookupError, match="no account 'dev': there are 'default', 'prod'"):
        emulator.account("dev")
    with pytest.raises(LookupError, match="say which account: 'default', 'prod'"):
        emulator.account()


def test_names_and_keys_are_unique(emulator: Emulator, account: Account) -> None:
    """A name or key id that is in use, and an empty key, are refused with no secret in the message."""
    with pytest.raises(ValueError, match="'prod' already"):
        emulator.add_account(key_id="new", secret="x", name="prod")
    with pytest.raises(ValueError, match="'key' is in use already") as caught:
        emulator.add_account(key_id="key", secret="canary")
    assert "canary" not in str(caught.value)
    with pytest.raises(ValueError, match="must not be empty"):
        account.add_key("", "x")
    with pytest.raises(LookupError, match="'prod' has no key 'other'"):
        account.revoke_key("other")
    assert emulator.accounts == [account]


def test_an_account_cannot_revoke_the_key_of_another(emulator: Emulator, account: Account) -> None:
    """A key pair is revoked by its own account only."""
    emulator.add_account(key_id="other", secret="x")
    with pytest.raises(LookupError):
        account.revoke_key("other")


def test_an_emulator_has_one_app(emulator: Emulator) -> None:
    """Every way to the emulator leads to the same WSGI app."""
    assert emulator.app is emulator.app


def test_an_unknown_vintage_is_refused() -> None:
    """A path vintage that does not exist is an error that lists those that do."""
    with pytest.raises(ValueError, match="no such vintage: v3; there are v2, unversioned"):
        Emulator(vintages=["v3"])  # type: ignore[list-item]
