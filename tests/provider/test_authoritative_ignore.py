"""`ignoreChanges`: an ignored place is written with its live value, and what is somebody else's stays theirs."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import pytest

from sendblue_emulator import MASK
from sendblue_provider import authoritative
from sendblue_provider.errors import ConflictError, CreateRefused, SecretHidden, WriteNotApplied
from sendblue_provider.ignore import parse_paths
from sendblue_provider.model import UNKNOWN
from sendblue_provider.report import change_lines, things
from tests.provider.conftest import NEW, NUMBER, OTHER, OWN, A, B, C, D, content, said

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sendblue_emulator import Account as Remote
    from sendblue_emulator import Emulator
    from sendblue_provider.account import Account

    Deploy = Callable[[Mapping[str, Any]], dict[str, Any]]

INPUTS: dict[str, Any] = {"receive": [A, {"url": B, "secret": OWN}], "outbound": [A], "globalSecret": OWN}
CHANGED: dict[str, Any] = {**INPUTS, "outbound": [C]}
FOREIGN: dict[str, Any] = {"url": D, "secret": OTHER, "sendblue_numbers": [NUMBER], "label": "x", "n": [1, None]}
FOREIGN_OUTPUT: dict[str, Any] = {"url": D, "secret": OTHER, "sendblueNumbers": [NUMBER]}
MANAGED: dict[str, Any] = {"events": {"outbound": [C], "receive": [A, B]}, "secrets": ["globalSecret"]}


@pytest.fixture(autouse=True)
def _accepted(remote: Remote) -> None:
    remote.behave(accepted_events=["receive", "outbound", "call_log", "typing_indicator"])


def update(account: Account, state: Mapping[str, Any], inputs: Mapping[str, Any], *paths: str) -> dict[str, Any]:
    """Diff and update as the engine does, with these paths ignored."""
    ignored = parse_paths(paths)
    authoritative.diff(account, state, inputs, ignored)
    return authoritative.update(account, state, inputs, ignored)


def refreshed(start: Callable[..., Account], state: Mapping[str, Any]) -> dict[str, Any]:
    """The state after the read with which the engine begins."""
    return authoritative.read(start(), state).outputs


def sent(emulator: Emulator) -> Any:
    """The body of the only PUT."""
    (body,) = [entry.body for entry in emulator.journal if entry.method == "PUT"]
    return body["webhooks"]


# Foreign entries


@pytest.mark.parametrize("path", ["receive", "receive[*]", "*", "receive[2]"])
def test_a_foreign_entry_is_written_as_it_is(
    path: str, account: Account, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """In an ignored event it is sent back with its secret, its numbers and the fields that nobody here knows."""
    state = deploy(INPUTS)
    remote.add("receive", FOREIGN)
    # The engine puts the last declared value in the place of an ignored one: with `*` nothing else would be left.
    inputs = CHANGED if path != "*" else INPUTS
    if path == "*":
        remote.add("outbound", C)
        remote.remove("outbound", A)
        update(account, state, inputs, path)
        assert "PUT" not in emulator.journal.methods()
    else:
        update(account, state, inputs, path)
        assert emulator.journal.methods() == ["GET", "GET", "PUT", "GET"]
        assert sorted(sent(emulator)["receive"], key=str) == sorted([*INPUTS["receive"], FOREIGN], key=str)
    assert sorted(remote.webhooks["receive"], key=str) == sorted([*INPUTS["receive"], FOREIGN], key=str)
    assert remote.webhooks["outbound"] == [C]


def test_a_foreign_entry_is_not_managed(account: Account, deploy: Deploy, remote: Remote) -> None:
    """It is in the outputs, since it is live, and not in `managed`."""
    state = deploy(INPUTS)
    remote.add("receive", FOREIGN)
    outputs = update(account, state, CHANGED, "receive")
    assert outputs["receive"] == [*INPUTS["receive"], FOREIGN_OUTPUT]
    assert outputs["managed"] == MANAGED


def test_a_foreign_entry_survives_a_destroy(
    start: Callable[..., Account], deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """After any number of updates it is still somebody else's."""
    state = deploy(INPUTS)
    remote.add("receive", FOREIGN)
    remote.add("typing_indicator", {"url": D, "label": "y"})
    for inputs in (CHANGED, INPUTS, CHANGED):
        state = update(start(), refreshed(start, state), inputs, "receive", "otherEvents")
    emulator.journal.clear()
    left = authoritative.delete(start(), refreshed(start, state))
    assert content(remote) == {"receive": [FOREIGN], "typing_indicator": [{"url": D, "label": "y"}]}
    assert sorted(things(left.unmanaged)) == [f"receive {D} (secret set, for {NUMBER})", f"typing_indicator {D}"]


def test_a_foreign_event_is_kept(account: Account, deploy: Deploy, remote: Remote) -> None:
    """An ignored event that the program does not declare at all stays as it is, and not managed."""
    state = deploy(INPUTS)
    remote.add("call_log", FOREIGN)
    remote.add("typing_indicator", D)
    outputs = update(account, state, CHANGED, "callLog", "otherEvents.typing_indicator")
    assert content(remote) == {**CHANGED, "call_log": [FOREIGN], "typing_indicator": [D]}
    assert outputs["managed"] == MANAGED


def test_what_is_not_ignored_is_undone(account: Account, deploy: Deploy, remote: Remote) -> None:
    """A foreign entry in another event is drift as ever."""
    state = deploy(INPUTS)
    remote.add("receive", FOREIGN)
    remote.add("outbound", D)
    remote.add("call_log", D)
    update(account, state, CHANGED, "receive")
    assert content(remote) == {**CHANGED, "receive": [*INPUTS["receive"], FOREIGN]}


def test_a_declared_entry_becomes_this_stacks_own(account: Account, deploy: Deploy, remote: Remote) -> None:
    """What the program declares by name is managed, also in an ignored event and where somebody else put it there."""
    state = deploy({"receive": [A]})
    remote.add("receive", B)
    outputs = update(account, state, {"receive": [A, B]}, "receive")
    assert outputs["managed"] == {"events": {"receive": [A, B]}, "secrets": []}


def test_an_own_entry_that_is_gone(account: Account, deploy: Deploy, remote: Remote, emulator: Emulator) -> None:
    """In an ignored event it is not put back, and no longer managed: destroy leaves it if somebody else adds it."""
    state = deploy(INPUTS)
    remote.remove("receive", A)
    outputs = update(account, state, INPUTS, "receive")
    assert "PUT" not in emulator.journal.methods()
    assert outputs["managed"] == {"events": {"outbound": [A], "receive": [B]}, "secrets": ["globalSecret"]}
    remote.add("receive", A)
    authoritative.delete(account, outputs)
    assert content(remote) == {"receive": [A]}


# Secrets


@pytest.mark.parametrize("path", ["receive[1].secret", "receive[*].secret", "receive[1]"])
def test_an_ignored_secret_is_written_as_it_is(
    path: str, account: Account, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """A secret that was rotated elsewhere is sent with its live value."""
    state = deploy(INPUTS)
    remote.webhooks = {**remote.webhooks, "receive": [A, {"url": B, "secret": OTHER, "label": "x"}]}
    outputs = update(account, state, CHANGED, path)
    assert sent(emulator)["receive"] == [A, {"url": B, "secret": OTHER, "label": "x"}]
    assert outputs["receive"] == [A, {"url": B, "secret": OTHER}]
    assert outputs["managed"] == MANAGED


def test_a_secret_in_another_place_is_not_ignored(account: Account, deploy: Deploy, remote: Remote) -> None:
    """A path with a position means that position."""
    state = deploy(INPUTS)
    remote.webhooks = {
        **remote.webhooks,
        "receive": [{"url": A, "secret": OTHER}, {"url": B, "secret": OTHER}],
    }
    update(account, state, CHANGED, "receive[0].secret")
    assert remote.webhooks["receive"] == [{"url": A, "secret": OTHER}, {"url": B, "secret": OWN}]


def test_the_global_secret(account: Account, deploy: Deploy, remote: Remote, emulator: Emulator) -> None:
    """An ignored secret of the account is sent with its live value, and is still this stack's to clear."""
    state = deploy(INPUTS)
    remote.set_secret("globalSecret", OTHER)
    outputs = update(account, state, CHANGED, "globalSecret")
    assert sent(emulator)["globalSecret"] == OTHER
    assert outputs["globalSecret"] == OTHER
    assert outputs["managed"] == MANAGED
    authoritative.delete(account, outputs)
    assert content(remote) == {}


def test_a_foreign_global_secret(account: Account, deploy: Deploy, remote: Remote, emulator: Emulator) -> None:
    """One that somebody else set, and the program does not declare, is kept, not managed, and survives a destroy."""
    state = deploy({"receive": [A]})
    remote.set_secret("globalSecret", OTHER)
    remote.set_secret("secret", OTHER)
    outputs = update(account, state, {"receive": [B]}, "globalSecret", "secret")
    assert sent(emulator) == {"receive": [B], "globalSecret": OTHER, "secret": OTHER}
    assert outputs["managed"] == {"events": {"receive": [B]}, "secrets": []}
    left = authoritative.delete(account, outputs)
    assert content(remote) == {"globalSecret": OTHER, "secret": OTHER}
    assert things(left.unmanaged) == ["globalSecret (secret set)", "secret (secret set)"]
    assert left.secrets == frozenset()


def test_a_global_secret_that_is_gone(account: Account, deploy: Deploy, remote: Remote, emulator: Emulator) -> None:
    """An ignored secret that somebody cleared is not set again."""
    state = deploy(INPUTS)
    remote.set_secret("globalSecret", None)
    outputs = update(account, state, CHANGED, "globalSecret")
    assert "globalSecret" not in sent(emulator)
    assert outputs["managed"]["secrets"] == []


def test_a_secret_in_an_other_event(account: Account, deploy: Deploy, remote: Remote) -> None:
    """A path reaches into the events of newer types."""
    inputs = {"otherEvents": {"typing_indicator": [{"url": A, "secret": OWN}, B]}}
    state = deploy(inputs)
    remote.webhooks = {"typing_indicator": [B, {"url": A, "secret": OTHER}]}
    changed = {**inputs, "receive": [A]}
    update(account, state, changed, "otherEvents.typing_indicator[0].secret")
    assert content(remote) == {"receive": [A], "typing_indicator": [{"url": A, "secret": OTHER}, B]}


# Diff


@pytest.mark.parametrize(
    ("path", "edit"),
    [
        ("receive", lambda remote: remote.add("receive", FOREIGN)),
        ("receive", lambda remote: remote.remove("receive", B)),
        ("receive[*]", lambda remote: remote.add("receive", FOREIGN)),
        ("*", lambda remote: setattr(remote, "webhooks", {"call_log": [D], "secret": OTHER})),
        ("callLog", lambda remote: remote.add("call_log", FOREIGN)),
        ("otherEvents", lambda remote: remote.add("typing_indicator", FOREIGN)),
        ("otherEvents.typing_indicator", lambda remote: remote.add("typing_indicator", FOREIGN)),
        ("globalSecret", lambda remote: remote.set_secret("globalSecret", OTHER)),
        ("globalSecret", lambda remote: remote.set_secret("globalSecret", None)),
        ("secret", lambda remote: remote.set_secret("secret", OTHER)),
        (
            "receive[0].secret",
            lambda remote: setattr(
                remote,
                "webhooks",
                {**remote.webhooks, "receive": [{"url": A, "secret": OTHER}, {"url": B, "secret": OWN}]},
            ),
        ),
    ],
)
def test_ignored_drift_is_no_change(
    path: str, edit: Callable[[Remote], None], start: Callable[..., Account], deploy: Deploy, remote: Remote
) -> None:
    """After the read that every run begins with, what changed in an ignored place plans nothing."""
    state = deploy(INPUTS)
    edit(remote)
    state = refreshed(start, state)
    ignored = parse_paths([path])
    found = authoritative.diff(start(), state, INPUTS, ignored)
    assert found.plan == ()
    assert found.changed is False


def test_drift_beside_an_ignored_place(account: Account, deploy: Deploy, remote: Remote) -> None:
    """Only the rest of it is planned."""
    state = deploy(INPUTS)
    remote.add("receive", FOREIGN)
    remote.set_secret("globalSecret", OTHER)
    remote.add("outbound", D)
    found = authoritative.diff(account, state, INPUTS, parse_paths(["receive", "globalSecret"]))
    assert change_lines(found.plan) == [f"- outbound {D}"]


@pytest.mark.parametrize("inputs", [{"receive": UNKNOWN}, {"receive": [A, UNKNOWN]}, {"otherEvents": {"x": UNKNOWN}}])
def test_a_value_that_is_not_known_yet(inputs: dict[str, Any], account: Account, deploy: Deploy) -> None:
    """A preview with values that are not known yet can ignore changes too."""
    state = deploy({"receive": [A], "globalSecret": OWN})
    found = authoritative.diff(account, state, {**inputs, "globalSecret": NEW}, parse_paths(["globalSecret"]))
    assert found.changed is True
    assert [change for change in found.plan if change.name == "globalSecret"] == []


def test_a_conflict(account: Account, deploy: Deploy, remote: Remote, emulator: Emulator) -> None:
    """A change between diff and write stops the update, in an ignored place too."""
    state = deploy(INPUTS)
    ignored = parse_paths(["receive"])
    authoritative.diff(account, state, CHANGED, ignored)
    remote.add("receive", FOREIGN)
    with pytest.raises(ConflictError) as caught:
        authoritative.update(account, state, CHANGED, ignored)
    assert said(caught.value)
    assert "PUT" not in emulator.journal.methods()


def test_only_ignored_things_changed(account: Account, deploy: Deploy, remote: Remote, emulator: Emulator) -> None:
    """An update that only has to follow the account sends no PUT."""
    state = deploy(INPUTS)
    remote.add("receive", FOREIGN)
    before = remote.webhooks
    outputs = authoritative.update(account, state, INPUTS, parse_paths(["receive"]))
    assert emulator.journal.methods() == ["GET"]
    assert remote.webhooks == before
    assert outputs["managed"] == state["managed"]


def test_a_write_that_fails_half_way(account: Account, deploy: Deploy, remote: Remote) -> None:
    """A foreign entry that was only kept is not in the `managed` that the state is to hold either."""
    state = deploy(INPUTS)
    remote.add("receive", FOREIGN)
    remote.behave(dropped_on_put=["outbound"])
    with pytest.raises(WriteNotApplied) as caught:
        update(account, state, CHANGED, "receive")
    assert caught.value.outputs["receive"] == [*INPUTS["receive"], FOREIGN_OUTPUT]
    assert caught.value.outputs["managed"]["events"]["receive"] == [A, B]


# A replacement, whose create is not told what is ignored

URN = "urn:pulumi:dev::app::sendblue:index:WebhookConfiguration::webhooks"


def test_a_replacement_keeps_what_its_diff_ignored(account: Account, deploy: Deploy, remote: Remote) -> None:
    """A foreign entry in an ignored event stays, is not managed, and stands in the way of no create."""
    state = deploy(INPUTS)
    remote.add("receive", FOREIGN)
    authoritative.check(account, CHANGED, INPUTS, URN)
    authoritative.diff(account, state, CHANGED, parse_paths(["receive"]), URN)
    authoritative.check(account, CHANGED, None, URN)
    preview = authoritative.preview_create(account, CHANGED, URN)
    created = authoritative.create(account, CHANGED, URN)
    assert content(remote) == {**CHANGED, "receive": [*INPUTS["receive"], FOREIGN]}
    assert created.outputs["managed"] == MANAGED
    assert created.takeover == preview.takeover
    authoritative.delete(account, state)
    assert content(remote) == {**CHANGED, "receive": [*INPUTS["receive"], FOREIGN]}
    authoritative.delete(account_of_destroy(account), created.outputs)
    assert content(remote) == {"receive": [FOREIGN]}


def account_of_destroy(account: Account) -> Account:
    """The same account in a run that checks nothing."""
    account.start_run()
    return account


def test_another_resource_ignores_nothing(account: Account, deploy: Deploy, remote: Remote) -> None:
    """What one resource ignores does not let another's create pass."""
    state = deploy(INPUTS)
    remote.add("receive", FOREIGN)
    authoritative.diff(account, state, CHANGED, parse_paths(["receive"]), URN)
    with pytest.raises(CreateRefused) as caught:
        authoritative.create(account, CHANGED, f"{URN}-2")
    assert f"receive {D}" in said(caught.value)


# Secrets that do not show


def hidden_refusal(account: Account, state: Mapping[str, Any], inputs: Mapping[str, Any], *paths: str) -> str:
    with pytest.raises(SecretHidden) as caught:
        update(account, state, inputs, *paths)
    return said(caught.value)


@pytest.mark.parametrize("path", ["receive", "receive[*]", "receive[2]"])
@pytest.mark.parametrize("was_read", [True, False])
def test_a_foreign_entry_with_a_mask(
    was_read: bool,  # noqa: FBT001 - a parameter of the test
    path: str,
    start: Callable[..., Account],
    deploy: Deploy,
    remote: Remote,
    emulator: Emulator,
) -> None:
    """It cannot be written as it is, so nothing is, and the error names it and the ways out."""
    state = deploy(INPUTS)
    remote.add("receive", FOREIGN)
    remote.behave(secrets="masked")
    before = remote.webhooks
    if was_read:
        state = refreshed(start, state)
    text = hidden_refusal(start(), state, CHANGED, path)
    assert f"receive {D}" in text
    assert "nothing was written" in text
    assert "ignoreChanges" in text
    assert f"receive {A}" not in text
    assert f"receive {B}" not in text
    assert "PUT" not in emulator.journal.methods()
    assert remote.webhooks == before


def test_a_refusal_in_the_preview(account: Account, deploy: Deploy, remote: Remote, emulator: Emulator) -> None:
    """The preview of the update is refused with the same words, on the diff's GET."""
    state = deploy(INPUTS)
    remote.add("receive", FOREIGN)
    remote.behave(secrets="masked")
    ignored = parse_paths(["receive"])
    authoritative.diff(account, state, CHANGED, ignored)
    with pytest.raises(SecretHidden) as preview:
        authoritative.preview_update(account, state, CHANGED, ignored)
    assert emulator.journal.methods() == ["GET"]
    with pytest.raises(SecretHidden) as caught:
        authoritative.update(account, state, CHANGED, ignored)
    assert said(preview.value) == said(caught.value)


def test_a_foreign_entry_while_secrets_are_unreadable(
    account: Account, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """While secrets are known not to show, an entry that shows none may have one: nothing is written."""
    remote.behave(secrets="omitted")
    state = deploy(INPUTS)
    assert state["secretsReadable"] is False
    remote.add("receive", FOREIGN)
    before = remote.webhooks
    assert f"receive {D}" in hidden_refusal(account, state, CHANGED, "receive")
    assert "PUT" not in emulator.journal.methods()
    assert remote.webhooks == before


def test_a_foreign_event_with_a_mask(account: Account, deploy: Deploy, remote: Remote) -> None:
    """An event of a newer type is no exception."""
    state = deploy(INPUTS)
    remote.add("typing_indicator", FOREIGN)
    remote.behave(secrets="masked")
    before = remote.webhooks
    assert f"typing_indicator {D}" in hidden_refusal(account, state, CHANGED, "otherEvents.typing_indicator")
    assert remote.webhooks == before


@pytest.mark.parametrize("name", ["globalSecret", "secret"])
def test_a_foreign_account_secret_with_a_mask(name: str, account: Account, deploy: Deploy, remote: Remote) -> None:
    """A secret of the account that reads masked is not written back either."""
    state = deploy({"receive": [{"url": A, "secret": OWN}]})
    remote.set_secret(name, OTHER)
    remote.behave(secrets="masked")
    before = remote.webhooks
    assert name in hidden_refusal(account, state, {"receive": [{"url": B, "secret": OWN}]}, name)
    assert remote.webhooks == before


def test_a_foreign_account_secret_that_does_not_show(account: Account, deploy: Deploy, remote: Remote) -> None:
    """While secrets are known not to show, an ignored secret of the account may be there: nothing clears it."""
    remote.behave(secrets="omitted")
    state = deploy({"receive": [{"url": A, "secret": OWN}], "outbound": [A]})
    remote.set_secret("globalSecret", OTHER)
    with contextlib.suppress(SecretHidden):
        update(account, state, {"receive": [{"url": A, "secret": OWN}], "outbound": [B]}, "globalSecret")
    assert remote.webhooks["globalSecret"] == OTHER


@pytest.mark.parametrize("path", ["receive", "receive[0].secret", "receive[*]", "receive[*].secret"])
@pytest.mark.parametrize("was_read", [True, False])
def test_a_mask_on_an_own_entry(
    was_read: bool,  # noqa: FBT001 - a parameter of the test
    path: str,
    start: Callable[..., Account],
    deploy: Deploy,
    remote: Remote,
) -> None:
    """A secret that somebody set on an entry of this stack's is not overwritten by the mask that it shows as."""
    state = deploy({"receive": [A]})
    remote.webhooks = {"receive": [{"url": A, "secret": OTHER}]}
    remote.behave(secrets="masked")
    if was_read:
        state = refreshed(start, state)
    assert hidden_refusal(start(), state, {"receive": [A], "outbound": [B]}, path)
    assert remote.webhooks == {"receive": [{"url": A, "secret": OTHER}]}


def test_a_secret_that_looks_like_a_mask_beside_those_that_show(
    start: Callable[..., Account], deploy: Deploy, remote: Remote
) -> None:
    """A foreign secret that reads masked is not written back, although others can be read."""
    state = deploy(INPUTS)
    remote.add("receive", {"url": D, "secret": MASK})
    for _ in range(2):
        state = refreshed(start, state)
    assert state["secretsReadable"] is True
    before = remote.webhooks
    assert f"receive {D}" in hidden_refusal(start(), state, CHANGED, "receive")
    assert remote.webhooks == before


def test_own_entries_with_masks(account: Account, deploy: Deploy, remote: Remote) -> None:
    """Secrets of this stack's own that it knows are written while masked, ignored or not."""
    remote.behave(secrets="masked")
    state = deploy(INPUTS)
    update(account, state, CHANGED, "receive", "globalSecret")
    assert content(remote) == CHANGED
    assert MASK not in str(remote.webhooks)


def test_nothing_is_refused_where_nothing_is_written(
    account: Account, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """A foreign entry with a mask stands in the way of a PUT alone."""
    state = deploy(INPUTS)
    remote.add("receive", FOREIGN)
    remote.behave(secrets="masked")
    outputs = update(account, state, INPUTS, "receive")
    assert "PUT" not in emulator.journal.methods()
    assert outputs["managed"] == state["managed"]


def test_a_foreign_entry_with_a_mask_that_is_not_ignored(account: Account, deploy: Deploy, remote: Remote) -> None:
    """Drift in another event is undone as ever: an entry that goes needs no secret."""
    state = deploy(INPUTS)
    remote.add("call_log", FOREIGN)
    remote.behave(secrets="masked")
    update(account, state, CHANGED, "receive")
    assert content(remote) == CHANGED
