"""Read of a `Webhook`: what is live, and that gone means gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sendblue_emulator import Fault
from sendblue_provider import additive
from sendblue_provider.errors import ApiError
from sendblue_provider.lifecycle import Read
from sendblue_provider.report import change_lines
from tests.provider.conftest import (
    NEW,
    NUMBER,
    OTHER,
    OTHER_NUMBER,
    OTHERS,
    OWN,
    A,
    B,
    beside_others,
    webhook,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sendblue_emulator import Account as Remote
    from sendblue_emulator import Emulator
    from sendblue_provider.account import Account

    Register = Callable[[Mapping[str, Any]], dict[str, Any]]

FULL: dict[str, Any] = webhook(secret=OWN, sendblueNumbers=[NUMBER, OTHER_NUMBER])
FULL_STORED: dict[str, Any] = {"url": A, "secret": OWN, "sendblue_numbers": [NUMBER, OTHER_NUMBER]}


@pytest.mark.parametrize("behaviour", [{}, {"entry_form": "object"}, {"entry_form": "string"}, {"lag": 2}])
@pytest.mark.parametrize(
    "inputs", [webhook(), webhook(sendblueNumbers=[]), FULL, webhook(secret=OWN, allowOverwrite=True)]
)
def test_nothing_changed(
    inputs: dict[str, Any],
    behaviour: dict[str, Any],
    account: Account,
    register: Register,
    remote: Remote,
    emulator: Emulator,
) -> None:
    """The outputs are as they were, with one GET."""
    state = register(inputs)
    remote.behave(**behaviour)
    assert additive.read(account, state) == Read(state, ())
    assert emulator.journal.methods() == ["GET"]


def test_what_others_have(account: Account, register: Register, remote: Remote) -> None:
    """Nothing of it is read."""
    state = register(FULL)
    remote.webhooks = beside_others(FULL_STORED)
    assert additive.read(account, state) == Read(state, ())


def test_the_order_of_numbers(account: Account, register: Register, remote: Remote) -> None:
    """Another order is no change: the outputs keep the program's."""
    state = register(FULL)
    remote.webhooks = {"receive": [{**FULL_STORED, "sendblue_numbers": [OTHER_NUMBER, NUMBER]}]}
    assert additive.read(account, state) == Read(state, ())


@pytest.mark.parametrize(
    ("stored", "live", "drift"),
    [
        (A, {}, f"~ receive {A} secret removed, numbers changed from {NUMBER} {OTHER_NUMBER} to all"),
        (
            {**FULL_STORED, "secret": OTHER},
            {"secret": OTHER, "sendblueNumbers": [NUMBER, OTHER_NUMBER]},
            f"~ receive {A} secret changed",
        ),
        (
            {**FULL_STORED, "sendblue_numbers": [NUMBER]},
            {"secret": OWN, "sendblueNumbers": [NUMBER]},
            f"~ receive {A} numbers changed from {NUMBER} {OTHER_NUMBER} to {NUMBER}",
        ),
    ],
)
def test_a_change_outside(
    stored: Any, live: dict[str, Any], drift: str, account: Account, register: Register, remote: Remote
) -> None:
    """The outputs are what is live, and the drift says what changed."""
    state = register({**FULL, "allowOverwrite": False})
    remote.webhooks = beside_others(stored)
    found = additive.read(account, state)
    expected = {**webhook(), "sendblueNumbers": [], "allowOverwrite": False, "secretsReadable": True, **live}
    assert found.outputs == expected
    assert change_lines(found.drift) == [drift]


@pytest.mark.parametrize("webhooks", [{}, OTHERS, {"outbound": [A]}, {"receive": [f"{A}/"]}, {"receive": [B]}])
def test_an_entry_that_is_gone(webhooks: dict[str, Any], account: Account, register: Register, remote: Remote) -> None:
    """It has no outputs, so the engine takes it out of the state, and the drift says that it is gone."""
    state = register(FULL)
    remote.webhooks = webhooks
    found = additive.read(account, state)
    assert found.outputs == {}
    assert change_lines(found.drift) == [f"- receive {A} (secret set, for {NUMBER} {OTHER_NUMBER})"]


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind="status", method="GET", status=401, body={"status": "ERROR"}),
        Fault(kind="status", method="GET", status=403, body={"message": "no"}),
        Fault(kind="status", method="GET", status=404, body="<html>", times=None),
        Fault(kind="status", method="GET", status=503, body="no", times=None),
        Fault(kind="truncate", method="GET", times=None),
        Fault(kind="reset", method="GET", times=None),
        Fault(kind="status", method="GET", status=200, body={"status": "OK"}),
    ],
    ids=["401", "403", "404", "503", "truncated", "reset", "no webhooks"],
)
def test_an_account_that_cannot_be_read(
    fault: Fault, start: Callable[..., Account], register: Register, emulator: Emulator
) -> None:
    """What cannot be read is not gone: it is an error, and the state stays."""
    state = register(FULL)
    emulator.faults.add(fault)
    with pytest.raises(ApiError):
        additive.read(start(timeout_seconds=0.6), state)


@pytest.mark.parametrize("secrets", ["masked", "omitted"])
def test_a_secret_that_does_not_show(secrets: str, account: Account, remote: Remote) -> None:
    """The state's secret stands in for it while secrets are known not to show."""
    remote.behave(secrets=secrets)
    remote.webhooks = {"receive": [FULL_STORED]}
    state = {**FULL, "secretsReadable": False}
    assert additive.read(account, state) == Read(state, ())


def test_a_secret_that_shows_again(account: Account, remote: Remote) -> None:
    """A read that shows real values says so."""
    remote.webhooks = {"receive": [FULL_STORED]}
    assert additive.read(account, {**FULL, "secretsReadable": False}) == Read({**FULL, "secretsReadable": True}, ())


def test_a_secret_that_shows_no_longer(account: Account, register: Register, remote: Remote) -> None:
    """A mask in the place of the secret is no drift."""
    state = register(FULL)
    remote.behave(secrets="masked")
    assert additive.read(account, state) == Read({**state, "secretsReadable": False}, ())


def test_a_second_copy(account: Account, register: Register, remote: Remote) -> None:
    """The own copy is the one that is as the state has it, wherever it stands."""
    state = register(FULL)
    remote.webhooks = {"receive": [{"url": A, "secret": OTHER}, FULL_STORED, A]}
    assert additive.read(account, state) == Read(state, ())


def test_copies_of_which_none_is_known(account: Account, register: Register, remote: Remote) -> None:
    """Where which copy is the own one cannot be told, the state stays."""
    state = register(FULL)
    remote.webhooks = {"receive": [{"url": A, "secret": OTHER}, {"url": A, "secret": NEW}]}
    assert additive.read(account, state).outputs == state


def test_copies_that_are_all_equal(account: Account, register: Register, remote: Remote) -> None:
    """Any of them is the own one then."""
    state = register(FULL)
    remote.webhooks = {"receive": [{"url": A, "secret": OTHER}, {"url": A, "secret": OTHER}]}
    found = additive.read(account, state)
    assert found.outputs["secret"] == OTHER
    assert change_lines(found.drift) == [
        f"~ receive {A} secret changed, numbers changed from {NUMBER} {OTHER_NUMBER} to all"
    ]


def test_many_reads_make_one_request(account: Account, remote: Remote, emulator: Emulator) -> None:
    """A refresh of any number of them is one GET."""
    remote.webhooks = {"receive": [f"{A}/{number}" for number in range(200)]}
    for number in range(200):
        state = {**webhook(url=f"{A}/{number}"), "secretsReadable": True}
        assert additive.read(account, state).outputs == state
    assert emulator.journal.methods() == ["GET"]
