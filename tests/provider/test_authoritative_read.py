"""Read: outputs are what is live, in the words of the state; nothing is written and nothing is ever gone."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest

from sendblue_emulator import Fault
from sendblue_provider import authoritative
from sendblue_provider.errors import ApiError, ConflictError, CredentialsMissing, CredentialsRejected
from sendblue_provider.lifecycle import Read
from sendblue_provider.report import change_lines
from tests.provider.conftest import NEW, NUMBER, OTHER, OTHER_NUMBER, OWN, A, B, C, said

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sendblue_emulator import Account as Remote
    from sendblue_emulator import Emulator
    from sendblue_provider.account import Account

    Deploy = Callable[[Mapping[str, Any]], dict[str, Any]]

INPUTS: dict[str, Any] = {
    "receive": [{"url": B, "secret": OWN, "sendblueNumbers": [NUMBER, OTHER_NUMBER]}, {"url": A}, C],
    "outbound": [A],
    "callLog": [],
    "otherEvents": {"inbound_call": [C]},
    "globalSecret": OWN,
    "secret": NEW,
    "allowOverwrite": False,
}


@pytest.fixture(autouse=True)
def _accepted(remote: Remote) -> None:
    remote.behave(accepted_events=["receive", "outbound", "call_log", "contact_created", "inbound_call"])


def test_nothing_changed(account: Account, deploy: Deploy, emulator: Emulator, remote: Remote) -> None:
    """Reading what was created gives the state back, takes one GET and writes nothing."""
    state = deploy(INPUTS)
    before = remote.webhooks
    assert authoritative.read(account, state) == Read(state, ())
    assert emulator.journal.methods() == ["GET"]
    assert remote.webhooks == before


def test_order_and_form_of_the_state(account: Account, deploy: Deploy, remote: Remote) -> None:
    """However the API orders and writes the same, the outputs keep the state's order and form."""
    state = deploy(INPUTS)
    remote.behave(entry_form="object", empty_events="omitted", unset_secrets="null")
    remote.webhooks = {
        "secret": NEW,
        "inbound_call": [C],
        "outbound": [{"url": A}],
        "receive": [C, A, {"secret": OWN, "sendblue_numbers": [OTHER_NUMBER, NUMBER], "url": B}],
        "globalSecret": OWN,
    }
    assert authoritative.read(account, state) == Read(state, ())


def test_what_is_live(account: Account, deploy: Deploy, remote: Remote) -> None:
    """Everything on the account is in the outputs: what the state has in its place, also changed; the rest last."""
    state = deploy(INPUTS)
    remote.webhooks = {
        "receive": [{"url": C, "secret": OTHER}, {"url": B, "sendblue_numbers": [NUMBER]}, A],
        "call_log": [B],
        "contact_created": [A],
        "typing_indicator": [A],
        "globalSecret": OTHER,
    }
    found = authoritative.read(account, state)
    assert found.outputs == {
        "receive": [{"url": B, "sendblueNumbers": [NUMBER]}, {"url": A}, {"url": C, "secret": OTHER}],
        "outbound": [],
        "callLog": [B],
        "contactCreated": [A],
        "otherEvents": {"inbound_call": [], "typing_indicator": [A]},
        "globalSecret": OTHER,
        "allowOverwrite": False,
        "secretsReadable": True,
        "managed": state["managed"],
    }
    assert sorted(change_lines(found.drift)) == sorted(
        [
            f"~ receive {B} secret removed, numbers changed from {NUMBER} {OTHER_NUMBER} to {NUMBER}",
            f"~ receive {C} secret added",
            f"- outbound {A}",
            f"- inbound_call {C}",
            f"+ call_log {B}",
            f"+ contact_created {A}",
            f"+ typing_indicator {A}",
            "~ globalSecret changed",
            "- secret (secret set)",
        ]
    )


def test_unknown_fields_are_not_in_the_outputs(account: Account, deploy: Deploy, remote: Remote) -> None:
    """What the program cannot declare is not read into the state."""
    state = deploy({"receive": [A]})
    remote.webhooks = {"receive": [{"url": A, "label": "x"}, {"url": B, "label": "y"}], "region": "us"}
    assert authoritative.read(account, state).outputs == {**state, "receive": [A, B]}


def test_managed_is_carried(account: Account, deploy: Deploy, remote: Remote) -> None:
    """A read makes nobody else's entry this stack's, and gives none of its own away."""
    state = deploy({"receive": [A, B], "globalSecret": OWN})
    remote.webhooks = {"receive": [A, C], "outbound": [C], "secret": OTHER}
    read = authoritative.read(account, state).outputs
    assert read["managed"] == {"events": {"receive": [A, B]}, "secrets": ["globalSecret"]}


def test_a_refresh_takes_nothing_over(start: Callable[..., Account], deploy: Deploy, remote: Remote) -> None:
    """After a refresh destroy still removes only what this stack put there."""
    state = deploy({"receive": [A]})
    remote.add("receive", B)
    remote.set_secret("secret", OTHER)
    state = authoritative.read(start(), state).outputs
    authoritative.delete(start(), state)
    assert remote.webhooks == {"receive": [B], "secret": OTHER}


def test_a_state_without_managed_manages_nothing(account: Account, deploy: Deploy) -> None:
    """A state that lost it does not gain it by a read."""
    state = deploy({"receive": [A]})
    del state["managed"]
    assert authoritative.read(account, state).outputs["managed"] == {"events": {}, "secrets": []}


def test_the_state_is_left_alone(account: Account, deploy: Deploy, remote: Remote) -> None:
    """Reading changes no value of what it was given."""
    state = deploy(INPUTS)
    before = copy.deepcopy(state)
    remote.webhooks = {"receive": [{"url": A, "secret": OTHER}]}
    authoritative.read(account, state).outputs["receive"].append("x")
    assert state == before


SECRETS: dict[str, Any] = {"receive": [{"url": A, "secret": OWN}, B], "globalSecret": OWN, "secret": NEW}


def test_masks_make_secrets_unreadable(account: Account, deploy: Deploy, remote: Remote) -> None:
    """Masks set secretsReadable false, and the state's secrets stay in the outputs."""
    state = deploy(SECRETS)
    assert state["secretsReadable"] is True
    remote.behave(secrets="masked")
    assert authoritative.read(account, state) == Read({**state, "secretsReadable": False}, ())


@pytest.mark.parametrize("secrets", ["masked", "omitted"])
def test_unreadable_secrets_stay_unreadable(secrets: str, account: Account, deploy: Deploy, remote: Remote) -> None:
    """While secrets do not show, the state's stand in for them."""
    remote.behave(secrets=secrets)
    state = deploy(SECRETS)
    assert authoritative.read(account, state) == Read({**state, "secretsReadable": False}, ())


@pytest.mark.parametrize("secrets", ["masked", "omitted"])
def test_real_values_make_secrets_readable_again(
    secrets: str, account: Account, deploy: Deploy, remote: Remote
) -> None:
    """A read that shows real values sets secretsReadable true, and shows what drifted in the dark."""
    remote.behave(secrets=secrets)
    state = deploy(SECRETS)
    remote.behave(secrets="readable")
    remote.set_secret("secret", OTHER)
    found = authoritative.read(account, state)
    assert found.outputs == {**state, "secret": OTHER, "secretsReadable": True}
    assert change_lines(found.drift) == ["~ secret changed"]


def test_secrets_that_do_not_show_while_readable_are_gone(account: Account, deploy: Deploy, remote: Remote) -> None:
    """While secrets are readable, one that does not show was removed by somebody."""
    state = deploy(SECRETS)
    remote.behave(secrets="omitted")
    found = authoritative.read(account, state)
    assert found.outputs == {"receive": [A, B], "secretsReadable": True, "managed": state["managed"]}
    assert change_lines(found.drift) == [
        f"~ receive {A} secret removed",
        "- globalSecret (secret set)",
        "- secret (secret set)",
    ]


@pytest.mark.parametrize("readable", [True, False])
def test_without_a_secret_readability_stays_what_it_was(
    readable: bool,  # noqa: FBT001 - a parameter of the test
    account: Account,
    deploy: Deploy,
) -> None:
    """Where no secret is declared or there, nothing tells whether one could be read."""
    state = {**deploy({"receive": [A]}), "secretsReadable": readable}
    assert authoritative.read(account, state).outputs["secretsReadable"] is readable


def test_a_state_without_secrets_readable_is_readable(account: Account, deploy: Deploy) -> None:
    """A state that does not say takes secrets to be readable."""
    state = deploy({"receive": [A]})
    del state["secretsReadable"]
    assert authoritative.read(account, state).outputs["secretsReadable"] is True


def test_a_foreign_mask_does_not_become_readable(start: Callable[..., Account], deploy: Deploy, remote: Remote) -> None:
    """A mask that one read found is still a mask for the next: it is no real value."""
    state = deploy({"receive": [A]})
    remote.add("receive", {"url": B, "secret": OTHER})
    remote.behave(secrets="masked")
    state = authoritative.read(start(), state).outputs
    assert state["secretsReadable"] is False
    assert authoritative.read(start(), state).outputs["secretsReadable"] is False


def test_a_foreign_masked_secret_is_shown_as_set(account: Account, deploy: Deploy, remote: Remote) -> None:
    """That somebody set a secret is drift, though its value does not show."""
    state = deploy({"receive": [A]})
    remote.webhooks = {"receive": [{"url": A, "secret": OTHER}, {"url": B, "secret": OTHER}], "globalSecret": OTHER}
    remote.behave(secrets="masked")
    assert change_lines(authoritative.read(account, state).drift) == [
        f"~ receive {A} secret added",
        f"+ receive {B} (secret set)",
        "+ globalSecret (secret set)",
    ]


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault(kind="status", status=401, body={"status": "ERROR", "message": "Invalid"}), CredentialsRejected),
        (Fault(kind="status", status=403, body={"message": "Did not get inputs"}), CredentialsMissing),
        (Fault(kind="status", status=404, body="<html>\nno</html>", times=None), ApiError),
        (Fault(kind="status", status=404, body={"status": "ERROR", "message": "none"}, times=None), ApiError),
        (Fault(kind="status", status=500, body="<html>\nno</html>", times=None), ApiError),
        (Fault(kind="status", status=503, body={"message": "later"}, times=None), ApiError),
        (Fault(kind="status", status=429, body={"message": "later"}, times=None), ApiError),
        (Fault(kind="refuse", times=None), ApiError),
        (Fault(kind="truncate"), ApiError),
        (Fault(kind="status", status=200, body={"status": "OK"}), ApiError),
        (Fault(kind="status", status=200, body={"status": "OK", "webhooks": None}), ApiError),
        (Fault(kind="status", status=204), ApiError),
    ],
)
def test_an_account_that_cannot_be_read(
    fault: Fault, kind: type[ApiError], start: Callable[..., Account], deploy: Deploy, emulator: Emulator
) -> None:
    """A singleton is never gone: whatever the API answers instead of it raises."""
    state = deploy({"receive": [A]})
    emulator.faults.add(fault)
    with pytest.raises(kind) as caught:
        authoritative.read(start(timeout_seconds=0.2), state)
    assert said(caught.value)


def test_an_account_on_which_everything_was_removed(account: Account, deploy: Deploy, remote: Remote) -> None:
    """An empty account is drift, not an account that is gone."""
    state = deploy({"receive": [A], "globalSecret": OWN})
    remote.webhooks = {}
    found = authoritative.read(account, state)
    assert found.outputs == {"receive": [], "secretsReadable": True, "managed": state["managed"]}
    assert change_lines(found.drift) == [f"- receive {A}", "- globalSecret (secret set)"]


def test_reads_share_one_get(account: Account, deploy: Deploy, emulator: Emulator) -> None:
    """Two reads of one process are one GET."""
    state = deploy({"receive": [A]})
    assert authoritative.read(account, state) == authoritative.read(account, state)
    assert emulator.journal.methods() == ["GET"]


def test_a_read_does_not_hide_a_conflict(account: Account, deploy: Deploy, remote: Remote) -> None:
    """An update after a read and a diff still looks at the account afresh."""
    state = deploy({"receive": [A]})
    state = authoritative.read(account, state).outputs
    authoritative.diff(account, state, {"receive": [B]})
    remote.add("receive", C)
    with pytest.raises(ConflictError):
        authoritative.update(account, state, {"receive": [B]})
    assert remote.webhooks == {"receive": [A, C]}
