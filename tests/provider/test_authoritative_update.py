"""Update: only what a diff of this run saw is overwritten, and what was not asked for is carried along."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import pytest

from sendblue_emulator import Fault
from sendblue_provider import authoritative
from sendblue_provider.errors import (
    ApiError,
    ConflictError,
    ConnectionFailed,
    RequestRefused,
    SendblueError,
    ServiceUnavailable,
    WriteNotApplied,
    WriteUnverified,
)
from sendblue_provider.lifecycle import Read, check_ahead
from sendblue_provider.model import Entry
from tests.provider.conftest import NEW, NUMBER, OTHER, OTHER_NUMBER, OWN, READER, A, B, C, D, content, said

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sendblue_emulator import Account as Remote
    from sendblue_emulator import Emulator
    from sendblue_provider.account import Account

    Deploy = Callable[[Mapping[str, Any]], dict[str, Any]]

OLD: dict[str, Any] = {
    "receive": [A, {"url": B, "secret": OWN, "sendblueNumbers": [NUMBER]}],
    "outbound": [A],
    "globalSecret": OWN,
}
CHANGED: dict[str, Any] = {"receive": [A, {"url": B, "secret": NEW}, C], "globalSecret": NEW, "secret": NEW}
STORED: dict[str, Any] = {"receive": [A, {"url": B, "secret": NEW}, C], "globalSecret": NEW, "secret": NEW}


def test_an_update_after_a_diff(account: Account, deploy: Deploy, remote: Remote, emulator: Emulator) -> None:
    """The account becomes what is declared: the diff's GET, then GET, PUT, GET."""
    state = deploy(OLD)
    check_ahead(authoritative, account, CHANGED, OLD, READER)
    authoritative.diff(account, state, CHANGED)
    outputs = authoritative.update(account, state, CHANGED)
    assert emulator.journal.methods() == ["GET", "GET", "PUT", "GET"]
    assert content(remote) == STORED
    assert outputs == {
        **CHANGED,
        "secretsReadable": True,
        "managed": {"events": {"receive": [A, B, C]}, "secrets": ["globalSecret", "secret"]},
    }


def test_what_is_sent(account: Account, deploy: Deploy, emulator: Emulator) -> None:
    """The PUT holds all that is declared, and an empty list for an event that is no longer."""
    authoritative.update(account, deploy(OLD), CHANGED)
    assert emulator.journal.entries()[1].body == {"webhooks": {**STORED, "outbound": []}}


def test_an_update_without_a_diff(account: Account, deploy: Deploy, remote: Remote, emulator: Emulator) -> None:
    """Where this process made no diff there is nothing to conflict with."""
    state = deploy(OLD)
    remote.add("receive", D)
    authoritative.update(account, state, CHANGED)
    assert emulator.journal.methods() == ["GET", "PUT", "GET"]
    assert content(remote) == STORED


def test_drift_that_the_diff_saw_is_overwritten(account: Account, deploy: Deploy, remote: Remote) -> None:
    """What somebody did before the diff was shown by it, and is undone."""
    state = deploy(OLD)
    remote.add("call_log", {"url": D, "secret": OTHER})
    remote.remove("receive", A)
    remote.set_secret("globalSecret", OTHER)
    authoritative.diff(account, state, OLD)
    authoritative.update(account, state, OLD)
    assert content(remote) == {
        "receive": [A, {"url": B, "secret": OWN, "sendblue_numbers": [NUMBER]}],
        "outbound": [A],
        "globalSecret": OWN,
    }


def replace_entry(remote: Remote, **fields: Any) -> None:
    """Change the fields of the entry that has some."""
    remote.webhooks = {**remote.webhooks, "receive": [A, {"url": B, **fields}]}


CONFLICTS = [
    pytest.param(lambda remote: remote.add("receive", D), f"+ receive {D}", id="an entry added"),
    pytest.param(
        lambda remote: remote.add("receive", {"url": D, "secret": OTHER}),
        f"+ receive {D} (secret set)",
        id="an entry with a secret added",
    ),
    pytest.param(lambda remote: remote.add("receive", C), f"+ receive {C}", id="what the update would add"),
    pytest.param(lambda remote: remote.remove("receive", A), f"- receive {A}", id="an entry removed"),
    pytest.param(lambda remote: remote.remove("outbound", A), f"- outbound {A}", id="what the update would remove"),
    pytest.param(lambda remote: remote.add("receive", A), f"+ receive {A}", id="a second copy"),
    pytest.param(lambda remote: remote.add("line_blocked", A), f"+ line_blocked {A}", id="another event"),
    pytest.param(lambda remote: remote.add("inbound_call", A), f"+ inbound_call {A}", id="an unknown event"),
    pytest.param(
        lambda remote: replace_entry(remote, secret=OTHER, sendblue_numbers=[NUMBER]),
        f"~ receive {B} secret changed",
        id="a secret changed",
    ),
    pytest.param(
        lambda remote: replace_entry(remote, sendblue_numbers=[NUMBER]),
        f"~ receive {B} secret removed",
        id="a secret removed",
    ),
    pytest.param(
        lambda remote: replace_entry(remote, secret=OWN, sendblue_numbers=[OTHER_NUMBER]),
        f"~ receive {B} numbers changed from {NUMBER} to {OTHER_NUMBER}",
        id="numbers changed",
    ),
    pytest.param(
        lambda remote: replace_entry(remote, secret=OWN),
        f"~ receive {B} numbers changed from {NUMBER} to all",
        id="numbers removed",
    ),
    pytest.param(
        lambda remote: remote.set_secret("globalSecret", OTHER),
        "~ globalSecret changed",
        id="the global secret changed",
    ),
    pytest.param(
        lambda remote: remote.set_secret("globalSecret", None),
        "- globalSecret (secret set)",
        id="the global secret removed",
    ),
    pytest.param(
        lambda remote: remote.set_secret("secret", OTHER), "+ secret (secret set)", id="the legacy secret added"
    ),
]


@pytest.mark.parametrize(("edit", "line"), CONFLICTS)
def test_an_account_that_changed_since_the_diff(
    edit: Callable[[Remote], None], line: str, account: Account, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """Whatever changed between the diff and the write is named, and nothing is written."""
    state = deploy(OLD)
    check_ahead(authoritative, account, CHANGED, OLD, READER)
    authoritative.diff(account, state, CHANGED)
    edit(remote)
    before = remote.webhooks
    with pytest.raises(ConflictError) as caught:
        authoritative.update(account, state, CHANGED)
    assert f": {line}. " in said(caught.value)
    assert emulator.journal.methods() == ["GET", "GET"]
    assert remote.webhooks == before


def test_a_conflict_with_allow_overwrite(account: Account, deploy: Deploy, remote: Remote, emulator: Emulator) -> None:
    """An allowOverwrite is about creates: an update that would overwrite what no diff showed still stops."""
    state = deploy({**OLD, "allowOverwrite": True})
    inputs = {**CHANGED, "allowOverwrite": True}
    authoritative.diff(account, state, inputs)
    remote.add("receive", D)
    with pytest.raises(ConflictError):
        authoritative.update(account, state, inputs)
    assert emulator.journal.methods() == ["GET", "GET"]


def test_a_conflict_lists_everything_that_changed(account: Account, deploy: Deploy, remote: Remote) -> None:
    """All of it stands in the one line."""
    state = deploy(OLD)
    authoritative.diff(account, state, CHANGED)
    remote.webhooks = {"receive": [A], "call_log": [f"{D}?token=canary"], "secret": OTHER}
    with pytest.raises(ConflictError) as caught:
        authoritative.update(account, state, CHANGED)
    lines = said(caught.value).partition("nothing was written: ")[2].partition(". Run")[0].split("; ")
    assert sorted(lines) == [
        f"+ call_log {D}?token=…",
        "+ secret (secret set)",
        "- globalSecret (secret set)",
        f"- outbound {A}",
        f"- receive {B} (secret set, for {NUMBER})",
    ]


def test_after_a_conflict_the_next_run_shows_and_does_it(
    start: Callable[..., Account], deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """The next run's diff sees the change, and its update then may overwrite it."""
    state = deploy(OLD)
    account = start()
    authoritative.diff(account, state, CHANGED)
    remote.add("receive", D)
    with pytest.raises(ConflictError):
        authoritative.update(account, state, CHANGED)
    emulator.journal.clear()
    account = start()
    assert [change.name for change in authoritative.diff(account, state, CHANGED).drift] == ["receive"]
    authoritative.update(account, state, CHANGED)
    assert emulator.journal.methods() == ["GET", "GET", "PUT", "GET"]
    assert content(remote) == STORED


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(
            lambda remote: setattr(
                remote,
                "webhooks",
                {
                    "globalSecret": OWN,
                    "outbound": [{"url": A}],
                    "receive": [{"sendblue_numbers": [NUMBER], "url": B, "secret": OWN}, A],
                },
            ),
            id="order and form",
        ),
        pytest.param(lambda remote: remote.behave(entry_form="object"), id="form of the API"),
        pytest.param(lambda remote: remote.behave(empty_events="omitted"), id="empty events"),
    ],
)
def test_what_is_no_change_is_no_conflict(
    edit: Callable[[Remote], None], account: Account, deploy: Deploy, remote: Remote
) -> None:
    """Another order or form between the diff and the write stops no update."""
    state = deploy(OLD)
    authoritative.diff(account, state, CHANGED)
    edit(remote)
    authoritative.update(account, state, CHANGED)
    assert content(remote) == STORED


def test_a_second_update_in_one_process(account: Account, deploy: Deploy, remote: Remote) -> None:
    """A stack's own write is no conflict for its next diff and update."""
    state = deploy(OLD)
    authoritative.diff(account, state, CHANGED)
    state = authoritative.update(account, state, CHANGED)
    authoritative.diff(account, state, OLD)
    authoritative.update(account, state, OLD)
    assert content(remote)["globalSecret"] == OWN


def test_only_the_state_lags(account: Account, deploy: Deploy, remote: Remote, emulator: Emulator) -> None:
    """After a crash between PUT and saved state the outputs are saved with a GET, and nothing is written."""
    state = deploy(OLD)
    deploy({**CHANGED, "allowOverwrite": True})
    before = remote.webhooks
    check_ahead(authoritative, account, CHANGED, OLD, READER)
    assert authoritative.diff(account, state, CHANGED).changed is True
    outputs = authoritative.update(account, state, CHANGED)
    assert emulator.journal.methods() == ["GET", "GET"]
    assert remote.webhooks == before
    assert outputs == {
        **CHANGED,
        "secretsReadable": True,
        "managed": {"events": {"receive": [A, B, C]}, "secrets": ["globalSecret", "secret"]},
    }


@pytest.mark.parametrize(("old", "new"), [(None, True), (True, None), (True, False)])
def test_only_allow_overwrite_changed(
    old: object, new: object, account: Account, deploy: Deploy, emulator: Emulator
) -> None:
    """A changed allowOverwrite is saved, and nothing is written."""
    state = deploy({**OLD, "allowOverwrite": old})
    inputs = {**OLD, "allowOverwrite": new}
    authoritative.diff(account, state, inputs)
    outputs = authoritative.update(account, state, inputs)
    assert emulator.journal.methods() == ["GET", "GET"]
    assert outputs.get("allowOverwrite") is new


def test_only_managed_lags(account: Account, deploy: Deploy, emulator: Emulator) -> None:
    """A `managed` that does not name what is declared is mended without a write."""
    state = deploy(OLD)
    outputs = authoritative.update(account, {**state, "managed": None}, OLD)
    assert emulator.journal.methods() == ["GET"]
    assert outputs == state


def test_only_order_and_form_changed(account: Account, deploy: Deploy, remote: Remote, emulator: Emulator) -> None:
    """Another order or form of the same is saved as the program has it, and nothing is written."""
    state = deploy({"receive": [A, B], "outbound": [C]})
    before = remote.webhooks
    outputs = authoritative.update(
        account, state, {"receive": [{"url": B}, A], "outbound": [{"url": C}], "callLog": []}
    )
    assert emulator.journal.methods() == ["GET"]
    assert remote.webhooks == before
    assert [outputs[name] for name in ("receive", "outbound", "callLog")] == [[{"url": B}, A], [{"url": C}], []]


def test_everything_is_removed(account: Account, deploy: Deploy, remote: Remote, emulator: Emulator) -> None:
    """A program that declares nothing empties the account."""
    state = deploy({**OLD, "secret": OWN})
    outputs = authoritative.update(account, state, {})
    assert emulator.journal.methods() == ["GET", "PUT", "GET"]
    assert content(remote) == {}
    assert outputs["managed"] == {"events": {}, "secrets": []}


def test_a_foreign_entry_that_the_program_begins_to_declare(
    account: Account, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """Declaring what is there already is no write; from then on this stack manages it."""
    state = deploy({"receive": [A]})
    remote.add("receive", {"url": B, "secret": OTHER})
    outputs = authoritative.update(account, state, {"receive": [A, {"url": B, "secret": OTHER}]})
    assert emulator.journal.methods() == ["GET"]
    assert outputs["managed"] == {"events": {"receive": [A, B]}, "secrets": []}


# Account secrets


@pytest.mark.parametrize("name", ["globalSecret", "secret"])
@pytest.mark.parametrize("secrets", ["readable", "masked", "omitted"])
@pytest.mark.parametrize("unset", ["omitted", "empty", "null"])
def test_an_account_secret_is_cleared(
    name: str, secrets: str, unset: str, account: Account, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """A secret that is no longer declared is cleared by a PUT without it, however the API shows secrets."""
    remote.behave(secrets=secrets, unset_secrets=unset)
    state = deploy({"receive": [{"url": A, "secret": OWN}], name: OWN})
    inputs = {"receive": [{"url": A, "secret": OWN}]}
    authoritative.diff(account, state, inputs)
    outputs = authoritative.update(account, state, inputs)
    assert emulator.journal.methods() == ["GET", "GET", "PUT", "GET"]
    # Whether a secret that does not show was cleared could not be seen: it is sent empty at once.
    assert emulator.journal.entries()[2].body == {"webhooks": inputs | ({name: ""} if secrets == "omitted" else {})}
    assert content(remote) == inputs
    assert name not in outputs
    assert outputs["secretsReadable"] is (secrets == "readable")
    assert outputs["managed"] == {"events": {"receive": [A]}, "secrets": []}


@pytest.mark.parametrize("secrets", ["readable", "masked"])
@pytest.mark.parametrize("names", [["globalSecret"], ["secret"], ["globalSecret", "secret"]])
def test_an_account_secret_that_a_put_without_it_keeps(
    names: list[str], secrets: str, account: Account, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """Where the verifying GET still shows the secret, one more PUT sends it empty."""
    remote.behave(absent_secrets="kept", secrets=secrets)
    state = deploy({"receive": [{"url": A, "secret": OWN}], **dict.fromkeys(names, OWN)})
    inputs = {"receive": [{"url": A, "secret": OWN}, B]}
    outputs = authoritative.update(account, state, inputs)
    assert emulator.journal.methods() == ["GET", "PUT", "GET", "PUT", "GET"]
    assert emulator.journal.entries()[3].body == {"webhooks": {**inputs, **dict.fromkeys(names, "")}}
    assert content(remote) == inputs
    assert [name for name in names if name in outputs] == []


def test_an_unreadable_account_secret_that_a_put_without_it_keeps(
    account: Account, deploy: Deploy, remote: Remote
) -> None:
    """A secret that the API never shows is not said to be gone while it is still there."""
    remote.behave(absent_secrets="kept", secrets="omitted")
    state = deploy({"receive": [A], "globalSecret": OWN})
    with contextlib.suppress(WriteNotApplied):
        authoritative.update(account, state, {"receive": [A]})
    assert content(remote) == {"receive": [A]}


@pytest.mark.parametrize("name", ["globalSecret", "secret"])
def test_an_account_secret_that_cannot_be_cleared(
    name: str, account: Account, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """Where the API keeps a secret in spite of both, an error says which one is still there."""
    remote.behave(absent_secrets="kept", empty_secrets="kept")
    state = deploy({"receive": [A], name: OWN})
    with pytest.raises(WriteNotApplied) as caught:
        authoritative.update(account, state, {"receive": [A]})
    assert name in said(caught.value)
    assert emulator.journal.methods() == ["GET", "PUT", "GET", "PUT", "GET"]
    assert content(remote) == {"receive": [A], name: OWN}


def test_the_error_about_a_secret_that_stays_is_about_the_secret(
    account: Account, deploy: Deploy, remote: Remote
) -> None:
    """It does not tell the user to remove an event from the program."""
    remote.behave(absent_secrets="kept", empty_secrets="kept")
    state = deploy({"globalSecret": OWN})
    with pytest.raises(WriteNotApplied) as caught:
        authoritative.update(account, state, {})
    assert "remove that event" not in said(caught.value)


@pytest.mark.parametrize("name", ["globalSecret", "secret"])
def test_a_declared_account_secret_is_never_dropped(
    name: str, account: Account, deploy: Deploy, emulator: Emulator, remote: Remote
) -> None:
    """A PUT for something else sends the declared secret again: what its absence does is not known."""
    remote.behave(secrets="masked")
    state = deploy({"receive": [A], name: OWN})
    authoritative.update(account, state, {"receive": [B], name: OWN})
    assert emulator.journal.entries()[1].body == {"webhooks": {"receive": [B], name: OWN}}
    assert content(remote) == {"receive": [B], name: OWN}


# Secrets that cannot be read


@pytest.mark.parametrize("secrets", ["masked", "omitted"])
def test_a_rotation_while_secrets_are_unreadable(
    secrets: str, account: Account, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """The new secrets are written and stand in the outputs, and the next diff is quiet."""
    remote.behave(secrets=secrets)
    old = {"receive": [{"url": A, "secret": OWN}, {"url": B, "secret": OWN}], "globalSecret": OWN}
    new = {"receive": [{"url": A, "secret": NEW}, {"url": B, "secret": OWN}], "globalSecret": NEW}
    state = deploy(old)
    authoritative.diff(account, state, new)
    outputs = authoritative.update(account, state, new)
    assert emulator.journal.methods() == ["GET", "GET", "PUT", "GET"]
    assert content(remote) == new
    assert {name: outputs[name] for name in new} == new
    assert outputs["secretsReadable"] is False
    assert authoritative.diff(account, outputs, new).changed is False


@pytest.mark.parametrize("secrets", ["masked", "omitted"])
def test_a_change_beside_unreadable_secrets(secrets: str, account: Account, deploy: Deploy, remote: Remote) -> None:
    """A change of something else writes the real secrets of what is declared, never a mask or nothing."""
    remote.behave(secrets=secrets)
    old = {"receive": [{"url": A, "secret": OWN}], "globalSecret": OWN, "secret": NEW}
    state = deploy(old)
    authoritative.update(account, state, {**old, "outbound": [B]})
    assert content(remote) == {**old, "outbound": [B]}


@pytest.mark.parametrize("secrets", ["masked", "omitted"])
def test_nothing_changed_while_secrets_are_unreadable(
    secrets: str, account: Account, deploy: Deploy, emulator: Emulator, remote: Remote
) -> None:
    """Secrets that cannot be compared are no reason to write."""
    remote.behave(secrets=secrets)
    inputs = {"receive": [{"url": A, "secret": OWN}], "globalSecret": OWN}
    state = deploy(inputs)
    outputs = authoritative.update(account, state, {**inputs, "allowOverwrite": True})
    assert emulator.journal.methods() == ["GET"]
    assert outputs["secretsReadable"] is False


def test_secrets_that_become_readable(account: Account, deploy: Deploy, remote: Remote) -> None:
    """An update that sees real values sets secretsReadable true again."""
    remote.behave(secrets="masked")
    inputs = {"receive": [{"url": A, "secret": OWN}]}
    state = deploy(inputs)
    remote.behave(secrets="readable")
    assert authoritative.update(account, state, {**inputs, "outbound": [A]})["secretsReadable"] is True


def test_a_masked_secret_that_somebody_set_is_removed_as_shown(
    account: Account, deploy: Deploy, remote: Remote
) -> None:
    """An entry declared without a secret loses the one that the diff showed."""
    remote.behave(secrets="masked")
    state = deploy({"receive": [A]})
    remote.webhooks = {"receive": [{"url": A, "secret": OTHER}]}
    assert len(authoritative.diff(account, state, {"receive": [A]}).plan) == 1
    authoritative.update(account, state, {"receive": [A]})
    assert content(remote) == {"receive": [A]}


def test_a_mask_that_was_read_as_a_secret_is_not_written(account: Account, remote: Remote) -> None:
    """Inputs that were made of a read, as an import does, hold a mask: it must not become the secret."""
    remote.webhooks = {"receive": [{"url": A, "secret": OTHER}], "globalSecret": OTHER}
    remote.behave(secrets="masked")
    state = authoritative.read(account, {}).outputs
    inputs: dict[str, Any] = {name: state[name] for name in ("receive", "globalSecret")}
    with contextlib.suppress(SendblueError):
        authoritative.update(account, state, {**inputs, "outbound": [B]})
    assert remote.webhooks["receive"] == [{"url": A, "secret": OTHER}]
    assert remote.webhooks["globalSecret"] == OTHER


# What the provider does not know


def test_unknown_fields_of_an_entry_are_carried(
    account: Account, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """A changed entry keeps the fields that the provider does not know, by URL within its event."""
    state = deploy({"receive": [{"url": A, "secret": OWN}, B], "outbound": [A]})
    remote.webhooks = {
        "receive": [{"url": A, "secret": OWN, "label": "a"}, {"url": B, "filter": {"x": [1]}}],
        "outbound": [{"url": A, "label": "o"}],
    }
    authoritative.update(
        account, state, {"receive": [{"url": A, "secret": NEW, "sendblueNumbers": [NUMBER]}, B, C], "outbound": [A]}
    )
    assert emulator.journal.methods() == ["GET", "PUT", "GET"]
    assert content(remote) == {
        "receive": [
            {"url": A, "secret": NEW, "sendblue_numbers": [NUMBER], "label": "a"},
            {"url": B, "filter": {"x": [1]}},
            C,
        ],
        "outbound": [{"url": A, "label": "o"}],
    }


def test_unknown_fields_that_appear_after_the_diff_are_carried(
    account: Account, deploy: Deploy, remote: Remote
) -> None:
    """The fields come from the GET of the update itself."""
    state = deploy({"receive": [A]})
    inputs = {"receive": [A], "outbound": [B]}
    authoritative.diff(account, state, inputs)
    remote.webhooks = {"receive": [{"url": A, "label": "new"}], "region": "eu"}
    authoritative.update(account, state, inputs)
    assert content(remote) == {"receive": [{"url": A, "label": "new"}], "outbound": [B], "region": "eu"}


def test_unknown_keys_are_carried(account: Account, deploy: Deploy, remote: Remote, emulator: Emulator) -> None:
    """Keys of the configuration that hold no webhooks are sent back as they are."""
    state = deploy({"receive": [A]})
    more = {"region": "us", "limits": {"perSecond": 3}, "verified": False, "allowed_ips": ["1.2.3.4"]}
    remote.webhooks = {"receive": [A], **more}
    authoritative.update(account, state, {"receive": [B]})
    assert emulator.journal.entries()[1].body == {"webhooks": {"receive": [B], **more}}


def test_numbers_that_are_declared_are_kept(account: Account, deploy: Deploy, remote: Remote) -> None:
    """A declared per-line filter goes through every write."""
    entry = {"url": A, "secret": OWN, "sendblueNumbers": [NUMBER, OTHER_NUMBER]}
    state = deploy({"receive": [entry]})
    authoritative.update(account, state, {"receive": [{**entry, "secret": NEW}]})
    assert content(remote) == {"receive": [{"url": A, "secret": NEW, "sendblue_numbers": [NUMBER, OTHER_NUMBER]}]}


def test_numbers_that_are_not_declared_are_removed(account: Account, deploy: Deploy, remote: Remote) -> None:
    """A per-line filter is a known field: one that the program does not declare is a difference, shown and undone."""
    state = deploy({"receive": [A]})
    remote.webhooks = {"receive": [{"url": A, "sendblue_numbers": [NUMBER]}]}
    assert len(authoritative.diff(account, state, {"receive": [A]}).plan) == 1
    authoritative.update(account, state, {"receive": [A]})
    assert content(remote) == {"receive": [A]}


# Writes that go wrong


def test_a_dropped_event(account: Account, deploy: Deploy, remote: Remote, emulator: Emulator) -> None:
    """An event that the API drops with a 200 is an error that names it."""
    state = deploy({"receive": [A]})
    remote.behave(dropped_on_put=["outbound"])
    with pytest.raises(WriteNotApplied) as caught:
        authoritative.update(account, state, {"receive": [B], "outbound": [C]})
    assert f": + outbound {C}. " in said(caught.value)
    assert emulator.journal.methods() == ["GET", "PUT", "GET"]
    assert content(remote) == {"receive": [B]}


def test_a_put_that_does_nothing(account: Account, deploy: Deploy, remote: Remote, emulator: Emulator) -> None:
    """A success that changed nothing is an error, and names what is still to do."""
    state = deploy({"receive": [A]})
    emulator.faults.add(Fault(kind="status", method="PUT", status=200, body={"status": "OK"}))
    with pytest.raises(WriteNotApplied) as caught:
        authoritative.update(account, state, {"outbound": [B]})
    assert f"- receive {A}" in said(caught.value)
    assert f"+ outbound {B}" in said(caught.value)
    assert content(remote) == {"receive": [A]}


@pytest.mark.usefixtures("settle")
@pytest.mark.parametrize("secrets", ["readable", "masked", "omitted"])
def test_a_lagging_get(secrets: str, account: Account, deploy: Deploy, remote: Remote, emulator: Emulator) -> None:
    """The verifying GET is repeated while it shows the state before, and the outputs are what was written."""
    remote.behave(secrets=secrets)
    state = deploy(OLD)
    remote.behave(lag=2)
    outputs = authoritative.update(account, state, CHANGED)
    assert emulator.journal.methods() == ["GET", "PUT", "GET", "GET", "GET"]
    assert content(remote) == STORED
    assert {name: outputs[name] for name in CHANGED} == CHANGED
    assert outputs["secretsReadable"] is (secrets == "readable")


@pytest.mark.usefixtures("settle")
@pytest.mark.parametrize(
    "inputs",
    [
        pytest.param({"receive": [{"url": A, "secret": NEW}], "globalSecret": OWN}, id="changed"),
        pytest.param({"receive": [A], "globalSecret": OWN}, id="removed"),
        pytest.param({"receive": [{"url": A, "secret": OWN}], "globalSecret": NEW}, id="global"),
        pytest.param({"receive": [{"url": A, "secret": OWN}]}, id="global removed"),
    ],
)
def test_a_lagging_get_of_nothing_but_a_secret(
    inputs: Mapping[str, Any], account: Account, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """A secret that still shows its old value is waited for: no second PUT, no error, no lost readability."""
    state = deploy({"receive": [{"url": A, "secret": OWN}], "globalSecret": OWN})
    remote.behave(lag=2)
    outputs = authoritative.update(account, state, inputs)
    assert emulator.journal.methods() == ["GET", "PUT", "GET", "GET", "GET"]
    assert content(remote) == inputs
    assert outputs["secretsReadable"] is True


@pytest.mark.parametrize("applied", [False, True])
@pytest.mark.parametrize("kind", ["reset", "status", "early_close"])
def test_a_put_that_fails_once(
    kind: Any,
    applied: bool,  # noqa: FBT001 - a parameter of the test
    account: Account,
    deploy: Deploy,
    remote: Remote,
    emulator: Emulator,
) -> None:
    """A PUT that broke, before or after it was applied, is sent again."""
    state = deploy(OLD)
    emulator.faults.add(Fault(kind=kind, method="PUT", status=502, body="<html>no</html>", applied=applied))
    authoritative.update(account, state, CHANGED)
    assert emulator.journal.methods() == ["GET", "PUT", "PUT", "GET"]
    assert content(remote) == STORED


@pytest.mark.parametrize("applied", [False, True])
@pytest.mark.parametrize("kind", ["reset", "status"])
def test_a_put_that_fails_for_good(
    kind: Any,
    applied: bool,  # noqa: FBT001 - a parameter of the test
    start: Callable[..., Account],
    deploy: Deploy,
    remote: Remote,
    emulator: Emulator,
) -> None:
    """Where one more look shows nothing of it, it is an error; where it shows all of it, a success."""
    state = deploy(OLD)
    before = content(remote)
    emulator.faults.add(Fault(kind=kind, method="PUT", status=503, body="no", times=None, applied=applied))
    account = start(timeout_seconds=0.6)
    if applied:
        outputs = authoritative.update(account, state, CHANGED)
        assert {name: outputs[name] for name in CHANGED} == CHANGED
    else:
        with pytest.raises((ConnectionFailed, ServiceUnavailable)) as caught:
            authoritative.update(account, state, CHANGED)
        assert said(caught.value)
        assert [method for method in emulator.journal.methods() if method != "PUT"] == ["GET", "GET"]
    assert content(remote) == (STORED if applied else before)


@pytest.mark.parametrize("applied", [False, True])
def test_a_put_and_a_look_that_fail_for_good(
    applied: bool,  # noqa: FBT001 - a parameter of the test
    start: Callable[..., Account],
    deploy: Deploy,
    remote: Remote,
    emulator: Emulator,
) -> None:
    """Whether it was done is not known, and the next run ends where this one should have, writing only if it has to."""
    state = deploy(OLD)
    before = content(remote)
    emulator.faults.add(
        Fault(kind="status", method="PUT", status=503, body="no", times=None, applied=applied),
        Fault(kind="reset", method="GET", after=1, times=None),
    )
    with pytest.raises(WriteUnverified) as caught:
        authoritative.update(start(timeout_seconds=0.6), state, CHANGED)
    assert "may have been done" in said(caught.value)
    assert content(remote) == (STORED if applied else before)
    emulator.faults.clear()
    emulator.journal.clear()
    account = start()
    assert authoritative.diff(account, state, CHANGED).changed is True
    authoritative.update(account, state, CHANGED)
    assert emulator.journal.methods() == (["GET", "GET"] if applied else ["GET", "GET", "PUT", "GET"])
    assert content(remote) == STORED


def test_a_put_that_is_refused(account: Account, deploy: Deploy, remote: Remote, emulator: Emulator) -> None:
    """A 400 is an error with the API's words and without a secret that they hold; nothing changed."""
    state = deploy(OLD)
    before = remote.webhooks
    body = {"status": "ERROR", "message": f"no such secret: {NEW}"}
    emulator.faults.add(Fault(kind="status", method="PUT", status=400, body=body))
    with pytest.raises(RequestRefused) as caught:
        authoritative.update(account, state, CHANGED)
    assert "no such secret: [secret]" in said(caught.value)
    assert emulator.journal.methods() == ["GET", "PUT"]
    assert remote.webhooks == before


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind="truncate", method="GET", after=1),
        Fault(kind="status", method="GET", after=1, status=401, body={"status": "ERROR"}),
        Fault(kind="status", method="GET", after=1, status=503, body="no", times=None),
        Fault(kind="reset", method="GET", after=1, times=None),
    ],
    ids=["truncated", "401", "503", "reset"],
)
def test_a_verifying_get_that_fails(
    fault: Fault, start: Callable[..., Account], deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """A write that could not be looked at is WriteUnverified, and the snapshot before it serves no more."""
    state = deploy(OLD)
    emulator.faults.add(fault)
    account = start(timeout_seconds=0.6)
    with pytest.raises(WriteUnverified) as caught:
        authoritative.update(account, state, CHANGED)
    assert "The change was sent" in said(caught.value)
    assert content(remote) == STORED
    emulator.faults.clear()
    emulator.journal.clear()
    assert authoritative.read(account, state).outputs["globalSecret"] == NEW
    assert emulator.journal.methods() == ["GET"]


def test_a_verifying_get_that_fails_after_the_second_put(
    account: Account, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """The same holds for the PUT that clears a kept secret."""
    remote.behave(absent_secrets="kept")
    state = deploy({"globalSecret": OWN})
    emulator.faults.add(Fault(kind="truncate", method="GET", after=2))
    with pytest.raises(WriteUnverified) as caught:
        authoritative.update(account, state, {})
    assert said(caught.value)
    assert emulator.journal.methods() == ["GET", "PUT", "GET", "PUT", "GET"]


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind="status", method="GET", status=401, body={"status": "ERROR"}),
        Fault(kind="status", method="GET", status=200, body={"status": "OK"}),
        Fault(kind="status", method="GET", status=200, body={"webhooks": {"receive": [1]}}),
        Fault(kind="truncate", method="GET"),
    ],
)
def test_an_account_that_cannot_be_read_is_not_written(
    fault: Fault, account: Account, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """Nothing is sent when the first GET fails."""
    state = deploy(OLD)
    before = remote.webhooks
    emulator.faults.add(fault)
    with pytest.raises(ApiError) as caught:
        authoritative.update(account, state, CHANGED)
    assert said(caught.value)
    assert emulator.journal.methods() == ["GET"]
    assert remote.webhooks == before


def test_a_failed_look_drops_the_snapshot(account: Account, deploy: Deploy, remote: Remote, emulator: Emulator) -> None:
    """When the first GET fails, what the diff saw before it serves no read."""
    state = deploy({"receive": [A]})
    authoritative.diff(account, state, {"receive": [B]})
    remote.add("receive", C)
    emulator.faults.add(Fault(kind="truncate", method="GET"))
    with pytest.raises(ApiError):
        authoritative.update(account, state, {"receive": [B]})
    assert authoritative.read(account, state).outputs["receive"] == [A, C]
    assert emulator.journal.methods() == ["GET", "GET", "GET"]


def test_somebody_adds_an_entry_right_after_the_put(
    account: Account, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """What turns up between the PUT and the verifying GET stays, is in the outputs, and the next diff shows it."""
    state = deploy({"receive": [A]})
    emulator.before("GET", lambda: remote.add("receive", {"url": D, "secret": OTHER}), after=1)
    outputs = authoritative.update(account, state, {"receive": [B]})
    assert outputs["receive"] == [B, {"url": D, "secret": OTHER}]
    assert outputs["managed"] == {"events": {"receive": [B]}, "secrets": []}
    assert emulator.journal.methods() == ["GET", "PUT", "GET"]
    plan = authoritative.diff(account, outputs, {"receive": [B]}).plan
    assert [(change.kind, change.before) for change in plan] == [("remove", Entry(D, OTHER))]
    assert content(remote) == {"receive": [B, {"url": D, "secret": OTHER}]}


@pytest.mark.usefixtures("settle")
def test_somebody_sets_the_account_secret_right_after_the_put(
    account: Account, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """A secret that somebody set after the PUT is not this stack's to clear, though its own was to go."""
    state = deploy({"receive": [A], "globalSecret": OWN})
    emulator.before("GET", lambda: remote.set_secret("globalSecret", OTHER), after=1)
    with contextlib.suppress(SendblueError):
        authoritative.update(account, state, {"receive": [A]})
    assert content(remote) == {"receive": [A], "globalSecret": OTHER}


@pytest.mark.usefixtures("settle")
def test_somebody_adds_an_entry_while_a_kept_secret_is_cleared(
    account: Account, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """The second PUT is not sent over what somebody added after the first."""
    remote.behave(absent_secrets="kept")
    state = deploy({"receive": [A], "globalSecret": OWN})
    emulator.before("GET", lambda: remote.add("receive", D), after=1)
    with contextlib.suppress(SendblueError):
        authoritative.update(account, state, {"receive": [A]})
    assert content(remote)["receive"] == [A, D]


def test_the_snapshot_is_what_the_update_left(account: Account, deploy: Deploy, emulator: Emulator) -> None:
    """A read and a diff after an update in the same process see it without another GET."""
    state = deploy(OLD)
    check_ahead(authoritative, account, CHANGED, OLD, READER)
    authoritative.diff(account, state, CHANGED)
    outputs = authoritative.update(account, state, CHANGED)
    emulator.journal.clear()
    assert authoritative.read(account, outputs) == Read(outputs, ())
    assert authoritative.diff(account, outputs, CHANGED).changed is False
    assert emulator.journal.methods() == []


def test_the_snapshot_after_a_dropped_event_is_what_is_there(
    account: Account, deploy: Deploy, remote: Remote, emulator: Emulator
) -> None:
    """After an error that the verifying GET found, a read sees what that GET saw."""
    state = deploy({"receive": [A]})
    remote.behave(dropped_on_put=["outbound"])
    with pytest.raises(WriteNotApplied):
        authoritative.update(account, state, {"receive": [B], "outbound": [C]})
    emulator.journal.clear()
    outputs = authoritative.read(account, state).outputs
    assert (outputs.get("receive"), outputs.get("outbound")) == ([B], None)
    assert emulator.journal.methods() == []


def test_update_leaves_its_arguments_alone(account: Account, deploy: Deploy) -> None:
    """Neither the inputs nor the state change."""
    state = deploy(OLD)
    inputs: dict[str, Any] = {"receive": [C, {"url": B, "secret": NEW}], "otherEvents": {}}
    authoritative.update(account, state, inputs)
    assert inputs == {"receive": [C, {"url": B, "secret": NEW}], "otherEvents": {}}
    assert state["receive"] == OLD["receive"]
