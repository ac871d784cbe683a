"""Import: what is live becomes the state and the program, and an update that follows has nothing to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sendblue_emulator import MASK, Fault
from sendblue_provider import authoritative
from sendblue_provider.errors import ApiError, ImportRefused, MaskDeclared
from sendblue_provider.inputs import check_configuration
from sendblue_provider.report import error_text
from tests.provider.conftest import NUMBER, OTHER, OTHER_NUMBER, OWN, READER, A, B, C, D, content, said

if TYPE_CHECKING:
    from collections.abc import Callable

    from sendblue_emulator import Account as Remote
    from sendblue_emulator import Emulator
    from sendblue_provider.account import Account

LIVE: dict[str, Any] = {
    "receive": [A, {"url": B, "secret": OTHER, "sendblue_numbers": [NUMBER, OTHER_NUMBER], "label": "x"}],
    "call_log": [{"url": A}],
    "line_blocked": [],
    "contact_created": [C],
    "typing_indicator": [D, {"url": A, "secret": OTHER}],
    "globalSecret": OTHER,
    "secret": OWN,
    "region": "us",
}
INPUTS: dict[str, Any] = {
    "receive": [A, {"url": B, "secret": OTHER, "sendblueNumbers": [NUMBER, OTHER_NUMBER]}],
    "callLog": [A],
    "contactCreated": [C],
    "otherEvents": {"typing_indicator": [D, {"url": A, "secret": OTHER}]},
    "globalSecret": OTHER,
    "secret": OWN,
}
MANAGED: dict[str, Any] = {
    "events": {"call_log": [A], "contact_created": [C], "receive": [A, B], "typing_indicator": [A, D]},
    "secrets": ["globalSecret", "secret"],
}


@pytest.fixture
def filled(remote: Remote) -> Remote:
    """The account with something of everything."""
    remote.behave(accepted_events=["receive", "call_log", "contact_created", "typing_indicator", "outbound"])
    remote.webhooks = LIVE
    return remote


def test_what_is_live_becomes_both(account: Account, filled: Remote, emulator: Emulator) -> None:
    """Inputs are what a program has to declare, outputs the same with what the provider adds, for one GET."""
    outputs, inputs = authoritative.import_(account, "account")
    assert inputs == INPUTS
    assert outputs == {**INPUTS, "secretsReadable": True, "managed": MANAGED}
    assert emulator.journal.methods() == ["GET"]
    assert filled.webhooks == LIVE


@pytest.mark.usefixtures("filled")
def test_the_program_that_it_gives(start: Callable[..., Account], emulator: Emulator) -> None:
    """It passes the check, and no update follows."""
    account = start()
    outputs, inputs = authoritative.import_(account, "account")
    assert check_configuration(inputs) == []
    assert authoritative.check(account, inputs, inputs) == ()
    assert authoritative.diff(account, outputs, inputs).changed is False
    assert emulator.journal.methods() == ["GET"]
    assert authoritative.diff(start(), outputs, inputs).changed is False
    assert authoritative.update(start(), outputs, inputs) == outputs
    assert set(emulator.journal.methods()) == {"GET"}


def test_what_is_imported_is_managed(start: Callable[..., Account], filled: Remote) -> None:
    """A destroy then removes all that was there at the import, and nothing that came after it."""
    outputs, _ = authoritative.import_(start(), "account")
    filled.add("outbound", D)
    authoritative.delete(start(), outputs)
    assert content(filled) == {"outbound": [D], "region": "us"}


def test_an_empty_account(account: Account) -> None:
    """There is always something to import: the configuration of an account that has no webhook is empty."""
    outputs, inputs = authoritative.import_(account, "account")
    assert inputs == {}
    assert outputs == {"secretsReadable": True, "managed": {"events": {}, "secrets": []}}
    assert authoritative.diff(account, outputs, inputs).changed is False


@pytest.mark.parametrize(
    "id_",
    [
        "",
        "Account",
        "ACCOUNT",
        "account ",
        " account",
        "accounts",
        "webhooks",
        "key-id",
        "canary\naccount",
        "receive:x",
    ],
)
def test_any_other_id(id_: str, account: Account, emulator: Emulator) -> None:
    """There is one id, and the error says so; nothing is asked for another."""
    with pytest.raises(ImportRefused) as caught:
        authoritative.import_(account, id_)
    text = error_text(caught.value, READER)
    assert "\n" not in text
    assert "id is always account" in text
    assert emulator.journal.methods() == []


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind="status", status=401, body={"status": "ERROR"}),
        Fault(kind="status", status=403, body={"message": "no"}),
        Fault(kind="status", status=404, body="no", times=None),
        Fault(kind="truncate"),
    ],
    ids=["401", "403", "404", "truncated"],
)
def test_an_account_that_cannot_be_read(fault: Fault, account: Account, emulator: Emulator) -> None:
    """An import of what cannot be read fails: it is not an empty account."""
    emulator.faults.add(fault)
    with pytest.raises(ApiError) as caught:
        authoritative.import_(account, "account")
    assert said(caught.value)


def test_masked_secrets(start: Callable[..., Account], filled: Remote) -> None:
    """A mask in the program is not written over the secret behind it, and the state says that secrets do not show."""
    filled.behave(secrets="masked")
    outputs, inputs = authoritative.import_(start(), "account")
    assert outputs["secretsReadable"] is False
    assert inputs["globalSecret"] == MASK
    assert authoritative.diff(start(), outputs, inputs).changed is False
    with pytest.raises(MaskDeclared) as caught:
        authoritative.update(start(), outputs, {**inputs, "outbound": [A]})
    assert said(caught.value)
    assert filled.webhooks == LIVE


def test_real_secrets_in_the_place_of_masks(start: Callable[..., Account], filled: Remote) -> None:
    """Once the program declares the real secrets, updates are written."""
    filled.behave(secrets="masked")
    outputs, _ = authoritative.import_(start(), "account")
    outputs = authoritative.update(start(), outputs, {**INPUTS, "outbound": [A]})
    assert content(filled) == {**content(filled), "outbound": [A], "globalSecret": OTHER, "secret": OWN}
    assert MASK not in str(filled.webhooks)
    assert outputs["globalSecret"] == OTHER


def test_copies(account: Account, remote: Remote) -> None:
    """Where the account has a URL twice, the program that it gives says so, and its check tells what to mend."""
    remote.webhooks = {"receive": [A, {"url": A, "secret": OTHER}]}
    outputs, inputs = authoritative.import_(account, "account")
    assert inputs == {"receive": [A, {"url": A, "secret": OTHER}]}
    assert outputs["managed"] == {"events": {"receive": [A]}, "secrets": []}
    assert [failure.path for failure in authoritative.check(account, inputs, inputs)] == [("receive", 1, "url")]


def test_the_inputs_are_not_the_outputs(account: Account, filled: Remote) -> None:
    """Changing one of the two later does not change the other."""
    outputs, inputs = authoritative.import_(account, "account")
    outputs["added"] = True
    assert "added" not in inputs
    assert filled.webhooks == LIVE
