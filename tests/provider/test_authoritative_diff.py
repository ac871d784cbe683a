"""Diff: what is shown before an update, and what is not a difference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sendblue_emulator import Fault
from sendblue_provider import authoritative
from sendblue_provider.errors import ApiError
from sendblue_provider.lifecycle import Diff
from sendblue_provider.model import UNKNOWN
from sendblue_provider.report import change_lines
from tests.provider.conftest import NEW, NUMBER, OTHER, OTHER_NUMBER, OWN, A, B, C, content, said

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sendblue_emulator import Account as Remote
    from sendblue_emulator import Emulator
    from sendblue_provider.account import Account

    Deploy = Callable[[Mapping[str, Any]], dict[str, Any]]

INPUTS: dict[str, Any] = {
    "receive": [A, {"url": B, "secret": OWN, "sendblueNumbers": [NUMBER]}],
    "outbound": [A],
    "globalSecret": OWN,
    "secret": OWN,
}

NOTHING = Diff(changed=False, drift=(), plan=(), unknown=frozenset())


def diff(account: Account, outputs: Mapping[str, Any], inputs: Mapping[str, Any]) -> Diff:
    """What a diff finds, without the properties that it compared."""
    return authoritative.diff(account, outputs, inputs)._replace(live={}, inputs={})


def test_nothing_changed(account: Account, deploy: Deploy, emulator: Emulator, remote: Remote) -> None:
    """What was just created is no difference, and finding that out takes one GET and writes nothing."""
    outputs = deploy(INPUTS)
    before = remote.webhooks
    assert diff(account, outputs, INPUTS) == NOTHING
    assert emulator.journal.methods() == ["GET"]
    assert remote.webhooks == before


@pytest.mark.parametrize(
    ("webhooks", "lines"),
    [
        pytest.param({"receive": [A, B]}, [f"+ receive {B}"], id="added"),
        pytest.param({"receive": [A, {"url": B, "secret": OTHER}]}, [f"+ receive {B} (secret set)"], id="with secret"),
        pytest.param({}, [f"- receive {A}"], id="removed"),
        pytest.param({"receive": [{"url": A, "secret": OTHER}]}, [f"~ receive {A} secret added"], id="a secret added"),
        pytest.param(
            {"receive": [{"url": A, "sendblue_numbers": [NUMBER]}]},
            [f"~ receive {A} numbers changed from all to {NUMBER}"],
            id="numbers",
        ),
        pytest.param({"receive": [A, A]}, [f"+ receive {A}"], id="a second copy"),
        pytest.param({"receive": [A], "inbound_call": [B]}, [f"+ inbound_call {B}"], id="other event"),
        pytest.param({"receive": [A], "globalSecret": OTHER}, ["+ globalSecret (secret set)"], id="global secret"),
        pytest.param({"receive": [A], "secret": OTHER}, ["+ secret (secret set)"], id="legacy secret"),
    ],
)
def test_drift_and_the_plan_to_undo_it(
    webhooks: dict[str, Any], lines: list[str], account: Account, deploy: Deploy, remote: Remote
) -> None:
    """What somebody changed on the account is shown, with the update that would undo it."""
    inputs = {"receive": [A]}
    outputs = deploy(inputs)
    remote.webhooks = webhooks
    found = authoritative.diff(account, outputs, inputs)
    undone = {"+": "-", "-": "+", "~": "~"}
    assert found.changed is True
    assert change_lines(found.drift) == lines
    assert [line[0] for line in change_lines(found.plan)] == [undone[line[0]] for line in lines]
    assert "canary" not in "".join(change_lines([*found.drift, *found.plan]))


@pytest.mark.parametrize(
    ("edited", "line"),
    [
        pytest.param({"receive": [{"url": A, "secret": OTHER}]}, f"~ receive {A} secret changed", id="changed"),
        pytest.param({"receive": [A]}, f"~ receive {A} secret removed", id="removed"),
    ],
)
def test_drift_of_a_secret(edited: dict[str, Any], line: str, account: Account, deploy: Deploy, remote: Remote) -> None:
    """A secret that somebody changed or removed is drift."""
    inputs = {"receive": [{"url": A, "secret": OWN}]}
    outputs = deploy(inputs)
    remote.webhooks = edited
    assert change_lines(authoritative.diff(account, outputs, inputs).drift) == [line]


def test_what_the_program_changed_is_the_plan_alone(account: Account, deploy: Deploy) -> None:
    """A change of the program is no drift."""
    outputs = deploy({"receive": [A], "outbound": [A], "globalSecret": OWN})
    found = authoritative.diff(account, outputs, {"receive": [{"url": A, "secret": NEW}, B], "globalSecret": NEW})
    assert found.changed is True
    assert found.drift == ()
    assert change_lines(found.plan) == [
        f"~ receive {A} secret added",
        f"+ receive {B}",
        f"- outbound {A}",
        "~ globalSecret changed",
    ]


def test_a_program_that_follows_the_drift_has_no_plan(account: Account, deploy: Deploy, remote: Remote) -> None:
    """When the program declares what somebody put there, only the state lags: a change without a plan."""
    outputs = deploy({"receive": [A]})
    remote.add("receive", B)
    found = authoritative.diff(account, outputs, {"receive": [A, B]})
    assert (found.changed, change_lines(found.drift), found.plan) == (True, [f"+ receive {B}"], ())


def test_a_state_that_lags_is_a_change(account: Account, deploy: Deploy) -> None:
    """After a crash between the write and the saved state there is something to update, and nothing to write."""
    outputs = deploy({"receive": [A]})
    new = {"receive": [A, B]}
    deploy(new)
    found = authoritative.diff(account, outputs, new)
    assert (found.changed, found.plan) == (True, ())


def test_a_secret_that_lags_in_the_state_is_a_change(account: Account, deploy: Deploy) -> None:
    """After a crash in a rotation everything but a secret is equal: there is still something to update."""
    outputs = deploy({"receive": [{"url": A, "secret": OWN}], "globalSecret": OWN})
    new = {"receive": [{"url": A, "secret": NEW}], "globalSecret": NEW}
    deploy({**new, "allowOverwrite": True})
    found = authoritative.diff(account, outputs, new)
    assert (found.changed, found.plan) == (True, ())


@pytest.mark.parametrize(
    "managed",
    [
        pytest.param(None, id="absent"),
        pytest.param({"events": {}, "secrets": ["globalSecret"]}, id="a URL is missing"),
        pytest.param({"events": {"receive": [A]}, "secrets": []}, id="a secret is missing"),
        pytest.param({"events": {"receive": [A, B]}, "secrets": ["globalSecret"]}, id="a URL too many"),
        pytest.param({"events": {"receive": [A]}, "secrets": ["globalSecret", "secret"]}, id="a secret too many"),
        pytest.param({"events": {"outbound": [A]}, "secrets": ["globalSecret"]}, id="another event"),
    ],
)
def test_managed_that_lags_is_a_change(managed: object, account: Account, deploy: Deploy) -> None:
    """When only `managed` differs from what is declared, there is something to update, and nothing to write."""
    inputs = {"receive": [A], "globalSecret": OWN}
    outputs = {**deploy(inputs), "managed": managed}
    assert diff(account, outputs, inputs)._replace(another_account=False) == NOTHING._replace(changed=True)


@pytest.mark.parametrize(("old", "new"), [(None, True), (True, None), (False, True), (True, False)])
def test_only_allow_overwrite_changed(old: object, new: object, account: Account, deploy: Deploy) -> None:
    """A change of allowOverwrite alone has to be saved, and plans nothing."""
    outputs = deploy({"receive": [A], "allowOverwrite": old})
    found = diff(account, outputs, {"receive": [A], "allowOverwrite": new})
    assert found == NOTHING._replace(changed=True)


def test_allow_overwrite_absent_is_false(account: Account, deploy: Deploy) -> None:
    """Writing out the default changes nothing."""
    outputs = deploy({"receive": [A]})
    assert diff(account, outputs, {"receive": [A], "allowOverwrite": False}) == NOTHING


@pytest.mark.parametrize(
    "inputs",
    [
        pytest.param({"receive": [B, A], "outbound": [C]}, id="order of entries"),
        pytest.param({"outbound": [{"url": C}], "receive": [{"url": A}, {"url": B}]}, id="objects"),
        pytest.param({"receive": [A, B], "outbound": [C], "callLog": [], "otherEvents": {"x": []}}, id="empty events"),
        pytest.param({"receive": [A, B], "outbound": [C], "callLog": None, "otherEvents": {}}, id="none"),
        pytest.param({"receive": [{"url": A, "secret": None, "sendblueNumbers": []}, B], "outbound": [C]}, id="fields"),
    ],
)
def test_order_and_form_of_the_program_are_no_change(
    inputs: Mapping[str, Any], account: Account, deploy: Deploy
) -> None:
    """A multiset of entries, a URL equals an object with only that, absent equals empty."""
    outputs = deploy({"receive": [A, B], "outbound": [C]})
    assert diff(account, outputs, inputs) == NOTHING


@pytest.mark.parametrize(
    "behaviour",
    [
        {"entry_form": "object"},
        {"entry_form": "string"},
        {"empty_events": "omitted"},
        {"unset_secrets": "empty"},
        {"unset_secrets": "null"},
    ],
)
def test_form_of_the_api_is_no_change(
    behaviour: dict[str, Any], account: Account, deploy: Deploy, remote: Remote
) -> None:
    """However the API writes the same configuration, nothing drifts."""
    inputs = {"receive": [A, {"url": B}], "contactCreated": [A], "callLog": []}
    outputs = deploy(inputs)
    remote.behave(**behaviour)
    assert diff(account, outputs, inputs) == NOTHING


def test_order_of_the_api_is_no_change(account: Account, deploy: Deploy, remote: Remote) -> None:
    """An API that sorts entries, numbers and keys in its own way does not drift."""
    inputs = {"receive": [A, {"url": B, "sendblueNumbers": [NUMBER, OTHER_NUMBER]}], "outbound": [A]}
    outputs = deploy(inputs)
    remote.webhooks = {
        "outbound": [A],
        "receive": [{"sendblue_numbers": [OTHER_NUMBER, NUMBER], "url": B}, {"url": A}],
    }
    assert diff(account, outputs, inputs) == NOTHING


def test_unknown_fields_are_no_change(account: Account, deploy: Deploy, remote: Remote) -> None:
    """Fields and keys that the provider does not know are not compared."""
    inputs = {"receive": [A]}
    outputs = deploy(inputs)
    remote.webhooks = {"receive": [{"url": A, "label": "x", "enabled": True}], "region": "us", "limits": {"a": 1}}
    assert diff(account, outputs, inputs) == NOTHING


@pytest.mark.parametrize(
    ("inputs", "unknown"),
    [
        pytest.param({"receive": UNKNOWN, "globalSecret": OWN}, {"receive"}, id="event"),
        pytest.param({"receive": [A, UNKNOWN], "globalSecret": OWN}, {"receive"}, id="URL"),
        pytest.param({"receive": [{"url": A, "secret": UNKNOWN}], "globalSecret": OWN}, {"receive"}, id="secret"),
        pytest.param({"receive": [A], "globalSecret": UNKNOWN}, {"globalSecret"}, id="global secret"),
        pytest.param({"receive": [A], "globalSecret": OWN, "secret": UNKNOWN}, {"secret"}, id="legacy secret"),
        pytest.param({"receive": [A], "globalSecret": OWN, "otherEvents": UNKNOWN}, {"otherEvents"}, id="other events"),
        pytest.param({"receive": [A], "globalSecret": OWN, "otherEvents": {"x": UNKNOWN}}, {"x"}, id="other event"),
    ],
)
def test_an_unknown_input_is_a_change(
    inputs: Mapping[str, Any], unknown: set[str], account: Account, deploy: Deploy
) -> None:
    """What is known only once the update runs is a change, named apart and left out of the plan."""
    outputs = deploy({"receive": [A], "globalSecret": OWN})
    found = diff(account, outputs, inputs)
    assert found == Diff(changed=True, drift=(), plan=(), unknown=frozenset(unknown))


def test_the_known_part_is_planned_beside_an_unknown_one(account: Account, deploy: Deploy, remote: Remote) -> None:
    """An unknown part hides no other part's plan, and unknown other events hide only other events."""
    outputs = deploy({"receive": [A], "outbound": [A]})
    remote.add("inbound_call", B)
    found = authoritative.diff(account, outputs, {"receive": UNKNOWN, "otherEvents": UNKNOWN, "globalSecret": NEW})
    assert change_lines(found.plan) == [f"- outbound {A}", "+ globalSecret (secret set)"]
    assert change_lines(found.drift) == [f"+ inbound_call {B}"]


SECRETS: dict[str, Any] = {"receive": [{"url": A, "secret": OWN}, B], "globalSecret": OWN, "secret": OWN}


@pytest.mark.parametrize("secrets", ["masked", "omitted"])
def test_unreadable_secrets_do_not_drift(
    secrets: str, account: Account, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """The state's secrets stand in for those that the API does not show: no endless drift."""
    remote.behave(secrets=secrets)
    outputs = deploy(SECRETS)
    assert outputs["secretsReadable"] is False
    assert diff(account, outputs, SECRETS) == NOTHING._replace(readable=False)
    assert emulator.journal.methods() == ["GET"]


def test_masks_that_begin_later_do_not_drift(account: Account, deploy: Deploy, remote: Remote) -> None:
    """An API that shows masks from now on has changed no secret."""
    outputs = deploy(SECRETS)
    remote.behave(secrets="masked")
    assert diff(account, outputs, SECRETS) == NOTHING._replace(readable=False)


def test_secrets_that_are_gone_while_readable_are_drift(account: Account, deploy: Deploy, remote: Remote) -> None:
    """While secrets are readable an absent one was removed by somebody: no false calm."""
    outputs = deploy(SECRETS)
    remote.behave(secrets="omitted")
    assert change_lines(authoritative.diff(account, outputs, SECRETS).drift) == [
        f"~ receive {A} secret removed",
        "- globalSecret (secret set)",
        "- secret (secret set)",
    ]


def test_an_api_that_begins_to_omit_secrets_settles(
    start: Callable[..., Account], deploy: Deploy, remote: Remote
) -> None:
    """One update finds out that secrets cannot be read any more; then nothing drifts."""
    outputs = deploy(SECRETS)
    remote.behave(secrets="omitted")
    account = start()
    authoritative.diff(account, outputs, SECRETS)
    outputs = authoritative.update(account, outputs, SECRETS)
    assert outputs["secretsReadable"] is False
    assert diff(start(), outputs, SECRETS) == NOTHING._replace(readable=False)


@pytest.mark.parametrize("secrets", ["masked", "omitted"])
def test_a_rotation_of_unreadable_secrets_is_planned(
    secrets: str, account: Account, deploy: Deploy, remote: Remote
) -> None:
    """A secret that the program changes is a change also while secrets cannot be read."""
    remote.behave(secrets=secrets)
    outputs = deploy(SECRETS)
    new = {"receive": [{"url": A, "secret": NEW}, B], "globalSecret": NEW}
    found = authoritative.diff(account, outputs, new)
    assert found.drift == ()
    assert change_lines(found.plan) == [
        f"~ receive {A} secret changed",
        "~ globalSecret changed",
        "- secret (secret set)",
    ]


@pytest.mark.parametrize("secrets", ["masked", "omitted"])
def test_drift_beside_unreadable_secrets(secrets: str, account: Account, deploy: Deploy, remote: Remote) -> None:
    """Entries that come and go are seen although their secrets are not."""
    remote.behave(secrets=secrets)
    outputs = deploy(SECRETS)
    remote.remove("receive", A)
    remote.add("outbound", C)
    assert change_lines(authoritative.diff(account, outputs, SECRETS).drift) == [
        f"- receive {A} (secret set)",
        f"+ outbound {C}",
    ]


def test_a_masked_secret_where_there_was_none_is_drift(account: Account, deploy: Deploy, remote: Remote) -> None:
    """A mask on an entry that had no secret shows that somebody set one."""
    remote.behave(secrets="masked")
    outputs = deploy({"receive": [A]})
    remote.webhooks = {"receive": [{"url": A, "secret": OTHER}], "globalSecret": OTHER}
    found = authoritative.diff(account, outputs, {"receive": [A]})
    assert change_lines(found.drift) == [f"~ receive {A} secret added", "+ globalSecret (secret set)"]
    assert change_lines(found.plan) == [f"~ receive {A} secret removed", "- globalSecret (secret set)"]


def test_secrets_that_become_readable_again_are_compared(account: Account, deploy: Deploy, remote: Remote) -> None:
    """Once the API shows secrets again, one that was changed in the dark is drift."""
    remote.behave(secrets="masked")
    outputs = deploy(SECRETS)
    remote.behave(secrets="readable")
    remote.set_secret("globalSecret", OTHER)
    found = authoritative.diff(account, outputs, SECRETS)
    assert change_lines(found.drift) == ["~ globalSecret changed"]


def test_a_secret_of_ones_own_that_looks_like_a_mask(account: Account, deploy: Deploy) -> None:
    """A program may declare `xxxx` or `secret`: what the API shows is the declared value, so it is readable."""
    inputs = {"receive": [{"url": A, "secret": "xxxx"}], "globalSecret": "secret", "secret": "a...b"}
    outputs = deploy(inputs)
    assert outputs["secretsReadable"] is True
    assert diff(account, outputs, inputs) == NOTHING


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind="status", status=401, body={"status": "ERROR", "message": "no"}, times=None),
        Fault(kind="status", status=403, body={"message": "no"}, times=None),
        Fault(kind="status", status=404, body="no", times=None),
        Fault(kind="status", status=503, body="<html>no</html>", times=None),
        Fault(kind="truncate"),
    ],
    ids=["401", "403", "404", "503", "truncated"],
)
def test_an_account_that_cannot_be_read(
    fault: Fault, start: Callable[..., Account], deploy: Deploy, emulator: Emulator
) -> None:
    """Diff raises: an account that cannot be read is not an empty one."""
    outputs = deploy({"receive": [A]})
    emulator.faults.add(fault)
    with pytest.raises(ApiError) as caught:
        authoritative.diff(start(timeout_seconds=0.2), outputs, {"receive": [A]})
    assert said(caught.value)


def test_diff_leaves_its_arguments_alone(account: Account, deploy: Deploy, remote: Remote) -> None:
    """Neither inputs nor outputs nor the account change."""
    outputs = deploy(INPUTS)
    inputs: dict[str, Any] = {"receive": [{"url": B, "secret": NEW}]}
    before = content(remote)
    authoritative.diff(account, outputs, inputs)
    assert outputs == authoritative.create(account, INPUTS).outputs
    assert inputs == {"receive": [{"url": B, "secret": NEW}]}
    assert content(remote) == before


def test_another_account(start: Callable[..., Account], deploy: Deploy, remote: Remote) -> None:
    """Where nothing of the stack's own is there and other things are, this may be another account."""
    inputs = {"receive": [A], "globalSecret": OWN}
    outputs = deploy(inputs)
    assert not authoritative.diff(start(), outputs, inputs).another_account
    remote.webhooks = {"outbound": [B]}
    assert authoritative.diff(start(), outputs, inputs).another_account
    remote.webhooks = {}
    assert not authoritative.diff(start(), outputs, inputs).another_account
    remote.webhooks = {"receive": [A], "outbound": [B]}
    assert not authoritative.diff(start(), outputs, inputs).another_account
