"""The ledger sees what a command takes from the account: a check that finds nothing would let every story pass."""

from __future__ import annotations

import pytest

from sendblue_emulator import Account, Emulator
from tests.runners.runner import add_account
from tests.stories.ledger import Ledger, declared
from tests.stories.steps import NEW, OTHER, THEIRS, A, B, C, entry, hook, whole

MINE, YOURS = f"receive {A}", f"receive {THEIRS}"


@pytest.fixture
def account() -> Account:
    return add_account(
        Emulator(), webhooks={"receive": [{"url": THEIRS, "secret": OTHER}, A, B], "globalSecret": OTHER}
    )


def watch(account: Account) -> Ledger:
    """Watch the account for a stack that owns the first URL and declares the third."""
    return Ledger(account, {MINE}, {MINE, f"receive {C}"})


def test_nothing_is_taken(account: Account) -> None:
    """What is this stack's may go and change, and what it declares may come."""
    ledger = watch(account)
    account.webhooks = {"receive": [{"url": THEIRS, "secret": OTHER}, B, C], "globalSecret": OTHER}
    ledger.close()
    assert ledger.taken == []
    assert ledger.own == {MINE, f"receive {C}"}


@pytest.mark.parametrize("entries", [[A, B], [{"url": THEIRS, "secret": NEW}, A, B], [THEIRS, A, B]])
def test_an_entry_is_taken(account: Account, entries: list[object]) -> None:
    """An entry of somebody else's that is gone, or is another, is taken."""
    ledger = watch(account)
    account.webhooks = {"receive": entries, "globalSecret": OTHER}
    ledger.close()
    assert ledger.taken == [YOURS]


def test_an_account_secret_is_taken(account: Account) -> None:
    """So is an account secret."""
    ledger = watch(account)
    account.set_secret("globalSecret", NEW)
    ledger.close()
    assert ledger.taken == ["globalSecret"]


def test_another_order(account: Account) -> None:
    """The order of others' entries is theirs."""
    ledger = watch(account)
    account.webhooks = {"receive": [B, A, {"url": THEIRS, "secret": OTHER}], "globalSecret": OTHER}
    with pytest.raises(AssertionError, match="the order of receive is another"):
        ledger.close()


def test_what_nobody_declares(account: Account) -> None:
    """What comes and is declared by nobody is an error, a second copy of somebody else's entry too."""
    ledger = watch(account)
    account.add("receive", {"url": THEIRS, "secret": OTHER})
    with pytest.raises(AssertionError, match="nobody declares"):
        ledger.close()


def test_what_others_do(account: Account) -> None:
    """What somebody else does meanwhile is not the command's; what the command did before it is."""
    ledger = watch(account)
    account.remove("receive", B)
    ledger.edited(lambda: account.remove("receive", THEIRS))
    ledger.close()
    assert ledger.taken == [f"receive {B}"]


def test_what_a_program_declares() -> None:
    """Both kinds of resource declare items by the names that messages have for them."""
    program = (whole(callLog=[A, entry(B)], others={"x": [C]}, secret=OTHER), hook(A))
    assert declared(program) == {f"call_log {A}", f"call_log {B}", f"x {C}", "secret", MINE}
