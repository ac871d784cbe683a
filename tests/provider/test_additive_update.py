"""Update of a `Webhook`: one entry in place, everything else as it is, and what stops it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sendblue_emulator import Fault
from sendblue_provider import additive
from sendblue_provider.errors import (
    ConflictError,
    CredentialsRejected,
    RequestRefused,
    WriteNotApplied,
)
from sendblue_provider.ignore import parse_paths
from sendblue_provider.model import UNKNOWN
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
    C,
    D,
    beside_others,
    content,
    said,
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
BEFORE: dict[str, Any] = {**OTHERS, "receive": [*OTHERS["receive"][:2], FULL_STORED, *OTHERS["receive"][2:]]}
"""The entry among those of others."""


def among_others(entry: Any) -> dict[str, Any]:
    """The same with the entry changed."""
    return {**BEFORE, "receive": [entry if item == FULL_STORED else item for item in BEFORE["receive"]]}


CHANGES: list[tuple[dict[str, Any], Any]] = [
    (
        webhook(secret=NEW, sendblueNumbers=[NUMBER, OTHER_NUMBER]),
        {"url": A, "secret": NEW, "sendblue_numbers": [NUMBER, OTHER_NUMBER]},
    ),
    (webhook(secret=OWN, sendblueNumbers=[OTHER_NUMBER]), {**FULL_STORED, "sendblue_numbers": [OTHER_NUMBER]}),
    (webhook(secret=OWN), {"url": A, "secret": OWN}),
    (webhook(sendblueNumbers=[NUMBER]), {"url": A, "sendblue_numbers": [NUMBER]}),
    (webhook(), A),
]
"""What is declared, and how it is on the account then."""


@pytest.mark.parametrize(("inputs", "stored"), CHANGES)
def test_an_update(
    inputs: dict[str, Any], stored: Any, account: Account, register: Register, remote: Remote, emulator: Emulator
) -> None:
    """The entry is changed at its place, and everything else is as it was, in order and form."""
    state = register(FULL)
    remote.webhooks = BEFORE
    outputs = additive.update(account, state, inputs)
    assert emulator.journal.methods() == ["GET", "PUT", "GET"]
    assert remote.webhooks == among_others(stored)
    assert outputs == {**inputs, "secretsReadable": True}


@pytest.mark.parametrize(("inputs", "stored"), CHANGES)
def test_an_update_after_its_diff(
    inputs: dict[str, Any], stored: Any, account: Account, register: Register, remote: Remote, emulator: Emulator
) -> None:
    """The fresh GET is as the diff saw it, and the outputs leave no further diff."""
    state = register(FULL)
    remote.webhooks = BEFORE
    additive.diff(account, state, inputs)
    state = additive.update(account, state, inputs)
    assert emulator.journal.methods() == ["GET", "GET", "PUT", "GET"]
    assert not additive.diff(account, state, inputs).changed
    assert remote.webhooks == among_others(stored)


def test_there_is_no_gap(account: Account, register: Register, remote: Remote, emulator: Emulator) -> None:
    """The one write holds the changed entry, so at no moment is it not there."""
    state = register(FULL)
    remote.webhooks = BEFORE
    additive.update(account, state, {**FULL, "secret": NEW})
    (body,) = [entry.body for entry in emulator.journal if entry.method not in ("GET",)]
    assert body == {"webhooks": among_others({**FULL_STORED, "secret": NEW})}


def test_unknown_fields_of_the_entry(account: Account, register: Register, remote: Remote) -> None:
    """What the provider does not know of its own entry stays on it."""
    state = register(FULL)
    remote.webhooks = {"receive": [{**FULL_STORED, "label": "x", "n": [1, {"y": None}]}]}
    additive.update(account, state, webhook())
    assert content(remote) == {"receive": [{"url": A, "label": "x", "n": [1, {"y": None}]}]}


def test_an_event_that_others_use(account: Account, register: Register, remote: Remote) -> None:
    """An event that this provider does not know is merged like any other."""
    remote.behave(accepted_events=["receive", "outbound", "contact_created", "typing_indicator"])
    state = register(webhook("typing_indicator", secret=OWN))
    remote.webhooks = {**OTHERS, "typing_indicator": [{"url": B, "x": 1}, {"url": A, "secret": OWN}, C]}
    additive.update(account, state, webhook("typing_indicator", secret=NEW))
    assert remote.webhooks == {**OTHERS, "typing_indicator": [{"url": B, "x": 1}, {"url": A, "secret": NEW}, C]}


@pytest.mark.parametrize(
    "behaviour",
    [{"entry_form": "object"}, {"empty_events": "omitted"}, {"unset_secrets": "null"}, {"absent_secrets": "kept"}],
)
def test_however_the_api_answers(
    behaviour: dict[str, Any], account: Account, register: Register, remote: Remote
) -> None:
    """What is written back is what the API shows, and the account shows the same afterwards."""
    state = register(FULL)
    remote.webhooks = {name: value for name, value in BEFORE.items() if name != "globalSecret"}
    remote.behave(**behaviour)
    shown = remote.handle("GET", None)["webhooks"]
    shown["receive"] = [{**item, "secret": NEW} if item == FULL_STORED else item for item in shown["receive"]]
    assert additive.update(account, state, {**FULL, "secret": NEW}) == {**FULL, "secret": NEW, "secretsReadable": True}
    assert remote.handle("GET", None)["webhooks"] == shown


def test_an_empty_list_that_is_no_event(
    account: Account, register: Register, remote: Remote, emulator: Emulator
) -> None:
    """A key that is not known and holds an empty list is written back: it may be anything."""
    state = register(FULL)
    remote.webhooks = {**BEFORE, "features": [], "line_blocked": []}
    additive.update(account, state, {**FULL, "secret": NEW})
    body = emulator.journal.entries()[1].body["webhooks"]
    assert body["features"] == []
    assert {name: value for name, value in body.items() if value != []} == among_others({**FULL_STORED, "secret": NEW})


@pytest.mark.usefixtures("settle")
def test_an_account_that_lags(account: Account, register: Register, remote: Remote, emulator: Emulator) -> None:
    """The verifying GET is repeated while it shows what was before; the PUT is not."""
    state = register(FULL)
    remote.webhooks = BEFORE
    remote.behave(lag=2)
    additive.update(account, state, webhook())
    assert emulator.journal.methods() == ["GET", "PUT", "GET", "GET", "GET"]
    assert remote.webhooks == among_others(A)


@pytest.mark.usefixtures("settle")
def test_an_account_that_lags_while_others_write(
    account: Account, register: Register, remote: Remote, emulator: Emulator
) -> None:
    """That something else is not as it was before the write does not end the wait for the own entry."""
    state = register(FULL)
    remote.webhooks = BEFORE
    remote.behave(lag=2)
    emulator.before("PUT", lambda: remote.add("outbound", D))
    additive.update(account, state, webhook())
    assert emulator.journal.methods() == ["GET", "PUT", "GET", "GET", "GET"]
    assert remote.webhooks == among_others(A)


# Nothing to write


def test_an_account_that_is_as_declared(
    account: Account, register: Register, remote: Remote, emulator: Emulator
) -> None:
    """Where somebody has made the change already, the outputs are saved without a write."""
    state = register(webhook(secret=OWN))
    before = remote.webhooks = beside_others({"url": A, "secret": NEW, "label": "x"})
    outputs = additive.update(account, state, webhook(secret=NEW))
    assert emulator.journal.methods() == ["GET"]
    assert remote.webhooks == before
    assert outputs == {**webhook(secret=NEW), "secretsReadable": True}


def test_the_flag_alone(account: Account, register: Register, emulator: Emulator) -> None:
    """`allowOverwrite` is not on the account."""
    outputs = additive.update(account, register(FULL), {**FULL, "allowOverwrite": True})
    assert emulator.journal.methods() == ["GET"]
    assert outputs == {**FULL, "allowOverwrite": True, "secretsReadable": True}


def test_another_order_of_numbers(account: Account, register: Register, emulator: Emulator) -> None:
    """Another order is no change; the outputs have the program's."""
    inputs = {**FULL, "sendblueNumbers": [OTHER_NUMBER, NUMBER]}
    outputs = additive.update(account, register(FULL), inputs)
    assert emulator.journal.methods() == ["GET"]
    assert outputs == {**inputs, "secretsReadable": True}


# Drift


@pytest.mark.parametrize("drifted", [{"url": A, "secret": OTHER}, A, {**FULL_STORED, "sendblue_numbers": []}])
def test_drift_is_undone(
    drifted: Any, account: Account, register: Register, remote: Remote, emulator: Emulator
) -> None:
    """A change that the diff showed is undone, at its place."""
    state = register(FULL)
    remote.webhooks = among_others(drifted)
    additive.diff(account, state, FULL)
    additive.update(account, state, FULL)
    assert emulator.journal.methods() == ["GET", "GET", "PUT", "GET"]
    assert remote.webhooks == BEFORE


def test_a_secret_that_somebody_took_away(
    account: Account, register: Register, remote: Remote, emulator: Emulator
) -> None:
    """An absent one is drift. Where no other shows, secrets may show no more: only this entry is written then."""
    state = register(webhook(secret=OWN))
    remote.webhooks = {"receive": [A, B]}
    found = additive.diff(account, state, webhook(secret=OWN))
    assert found.gap
    assert change_lines(found.drift) == [f"~ receive {A} secret removed"]
    additive.update(account, state, webhook(secret=OWN))
    assert emulator.journal.methods() == ["GET", "GET", "DELETE", "GET", "POST", "GET"]
    assert content(remote) == {"receive": [B, {"url": A, "secret": OWN}]}


def test_a_secret_that_somebody_took_away_while_others_show(
    account: Account, register: Register, remote: Remote, emulator: Emulator
) -> None:
    """Where another one shows, it was taken away: it is set again in place, with no gap."""
    state = register(webhook(secret=OWN))
    remote.webhooks = {"receive": [A, {"url": B, "secret": OTHER}]}
    assert not additive.diff(account, state, webhook(secret=OWN)).gap
    additive.update(account, state, webhook(secret=OWN))
    assert emulator.journal.methods() == ["GET", "GET", "PUT", "GET"]
    assert content(remote) == {"receive": [{"url": A, "secret": OWN}, {"url": B, "secret": OTHER}]}


def test_an_entry_that_is_gone(account: Account, register: Register, remote: Remote, emulator: Emulator) -> None:
    """It is added again, which touches nobody else."""
    state = register(FULL)
    remote.webhooks = OTHERS
    outputs = additive.update(account, state, {**FULL, "secret": NEW})
    assert emulator.journal.methods() == ["GET", "POST", "GET"]
    assert remote.webhooks == beside_others({**FULL_STORED, "secret": NEW})
    assert outputs == {**FULL, "secret": NEW, "secretsReadable": True}


def test_an_entry_that_was_gone_in_the_diff(
    account: Account, register: Register, remote: Remote, emulator: Emulator
) -> None:
    """What the diff saw to be gone, and still is, is no conflict."""
    state = register(FULL)
    remote.webhooks = OTHERS
    additive.diff(account, state, FULL)
    additive.update(account, state, FULL)
    assert emulator.journal.methods() == ["GET", "GET", "POST", "GET"]
    assert remote.webhooks == beside_others(FULL_STORED)


# Conflict


@pytest.mark.parametrize(
    "theirs",
    [[{**FULL_STORED, "secret": OTHER}], [{**FULL_STORED, "sendblue_numbers": [NUMBER]}], [A], []],
    ids=["secret", "numbers", "both", "gone"],
)
def test_a_conflict(
    theirs: list[Any], account: Account, register: Register, remote: Remote, emulator: Emulator
) -> None:
    """What somebody did to the entry since the diff stops the update; nothing is written, and it says what."""
    state = register(FULL)
    additive.diff(account, state, {**FULL, "secret": NEW})
    before = remote.webhooks = beside_others(*theirs)
    with pytest.raises(ConflictError) as caught:
        additive.update(account, state, {**FULL, "secret": NEW})
    assert f"{'~' if theirs else '-'} receive {A}" in said(caught.value)
    assert "pulumi up" in str(caught.value)
    assert emulator.journal.methods() == ["GET", "GET"]
    assert remote.webhooks == before


def test_an_entry_that_came_since_the_diff(
    account: Account, register: Register, remote: Remote, emulator: Emulator
) -> None:
    """What the diff saw to be gone, and somebody has put there otherwise, is a conflict too."""
    state = register(FULL)
    remote.webhooks = {}
    additive.diff(account, state, FULL)
    remote.webhooks = {"receive": [{"url": A, "secret": OTHER}]}
    with pytest.raises(ConflictError):
        additive.update(account, state, FULL)
    assert emulator.journal.methods() == ["GET", "GET"]
    assert content(remote) == {"receive": [{"url": A, "secret": OTHER}]}


def test_after_a_conflict(start: Callable[..., Account], register: Register, remote: Remote) -> None:
    """The next run sees the change in its diff, and undoes it."""
    state, inputs = register(FULL), {**FULL, "secret": NEW}
    account = start()
    additive.diff(account, state, inputs)
    remote.webhooks = among_others({"url": A, "secret": OTHER})
    with pytest.raises(ConflictError):
        additive.update(account, state, inputs)
    account = start()
    assert additive.diff(account, state, inputs).drift
    additive.update(account, state, inputs)
    assert remote.webhooks == among_others({**FULL_STORED, "secret": NEW})


@pytest.mark.parametrize(
    "edit",
    [
        lambda remote: remote.add("receive", {"url": f"{D}/new", "secret": OTHER}),
        lambda remote: remote.remove("receive", D),
        lambda remote: remote.remove("outbound", A),
        lambda remote: remote.set_secret("globalSecret", NEW),
        lambda remote: remote.set_secret("globalSecret", None),
        lambda remote: remote.add("line_blocked", A),
    ],
    ids=["added", "removed", "same URL removed elsewhere", "secret changed", "secret removed", "same URL elsewhere"],
)
def test_what_changes_elsewhere_is_merged(
    edit: Callable[[Remote], None], account: Account, register: Register, remote: Remote, emulator: Emulator
) -> None:
    """The conflict rule is for the own entry alone: everything else is written as it is by then."""
    state, inputs = register(FULL), {**FULL, "secret": NEW}
    remote.webhooks = BEFORE
    additive.diff(account, state, inputs)
    edit(remote)
    expected = remote.webhooks
    expected["receive"] = [{**item, "secret": NEW} if item == FULL_STORED else item for item in expected["receive"]]
    additive.update(account, state, inputs)
    assert emulator.journal.methods() == ["GET", "GET", "PUT", "GET"]
    assert content(remote) == {name: value for name, value in expected.items() if value != []}


def test_fields_that_are_not_known_are_no_conflict(account: Account, register: Register, remote: Remote) -> None:
    """Somebody's label on the own entry is merged."""
    state, inputs = register(FULL), {**FULL, "secret": NEW}
    additive.diff(account, state, inputs)
    remote.webhooks = {"receive": [{**FULL_STORED, "label": "x"}]}
    additive.update(account, state, inputs)
    assert content(remote) == {"receive": [{**FULL_STORED, "secret": NEW, "label": "x"}]}


def test_several_of_a_stack_are_no_conflict(account: Account, register: Register, remote: Remote) -> None:
    """Each update changes the account for the next one, which merges it."""
    states = [register(webhook(url=url, secret=OWN)) for url in (A, B, C)]
    changed = [webhook(url=url, secret=NEW) for url in (A, B, C)]
    for state, inputs in zip(states, changed, strict=True):
        additive.diff(account, state, inputs)
    for state, inputs in zip(states, changed, strict=True):
        additive.update(account, state, inputs)
    assert content(remote) == {"receive": [{"url": url, "secret": NEW} for url in (A, B, C)]}


def test_two_updates_in_one_process(account: Account, register: Register, remote: Remote) -> None:
    """What this process wrote itself is no conflict with an older diff."""
    state = register(FULL)
    additive.diff(account, state, webhook(secret=NEW))
    state = additive.update(account, state, webhook(secret=NEW))
    state = additive.update(account, state, webhook(secret=OTHER))
    assert state == {**webhook(secret=OTHER), "secretsReadable": True}
    assert content(remote) == {"receive": [{"url": A, "secret": OTHER}]}


# After the PUT


def test_an_event_that_the_api_drops(account: Account, register: Register, remote: Remote) -> None:
    """An API that drops somebody else's event with the PUT is found out, and the owner's entries are named."""
    state = register(FULL)
    remote.webhooks = BEFORE
    remote.behave(dropped_on_put=["contact_created"])
    with pytest.raises(WriteNotApplied) as caught:
        additive.update(account, state, {**FULL, "secret": NEW})
    text = said(caught.value)
    assert f"+ contact_created {C}" in text
    assert "not this stack's" in text
    # The own entry was changed, so the state has to know.
    assert caught.value.outputs == {**FULL, "secret": NEW, "secretsReadable": True}


def test_its_own_event_that_the_api_drops(account: Account, register: Register, remote: Remote) -> None:
    """The own entry is told first of all to be missing, with what others lost."""
    state = register(FULL)
    remote.webhooks = BEFORE
    remote.behave(dropped_on_put=["receive"])
    with pytest.raises(WriteNotApplied) as caught:
        additive.update(account, state, {**FULL, "secret": NEW})
    text = said(caught.value)
    assert f"+ receive {A} (secret set, for {NUMBER} {OTHER_NUMBER})" in text
    assert f"+ receive {D} (secret set, for {OTHER_NUMBER})" in text


def test_an_account_secret_that_is_gone_afterwards(
    account: Account, register: Register, remote: Remote, emulator: Emulator
) -> None:
    """A secret of the account that was sent and is not there after the PUT is an error that names it."""
    state = register(FULL)
    remote.webhooks = BEFORE
    emulator.before("GET", lambda: remote.set_secret("globalSecret", None), after=1)
    with pytest.raises(WriteNotApplied) as caught:
        additive.update(account, state, {**FULL, "secret": NEW})
    assert "+ globalSecret (secret set)" in said(caught.value)


def test_the_update_after_a_dropped_entry(start: Callable[..., Account], register: Register, remote: Remote) -> None:
    """What others lost is theirs to restore; this stack's next update goes on."""
    state = register(FULL)
    remote.webhooks = BEFORE
    remote.behave(dropped_on_put=["contact_created"])
    with pytest.raises(WriteNotApplied) as caught:
        additive.update(start(), state, {**FULL, "secret": NEW})
    remote.behave(dropped_on_put=[])
    state = additive.update(start(), caught.value.outputs, webhook(secret=NEW))
    assert state == {**webhook(secret=NEW), "secretsReadable": True}


# What goes wrong


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(kind="status", method="GET", status=401, body={"status": "ERROR"}), CredentialsRejected),
        (Fault(kind="status", method="PUT", status=400, body={"status": "ERROR", "message": "no"}), RequestRefused),
    ],
)
def test_a_failed_request(
    fault: Fault, error: type[Exception], account: Account, register: Register, remote: Remote, emulator: Emulator
) -> None:
    """What was refused has changed nothing."""
    state = register(FULL)
    remote.webhooks = BEFORE
    emulator.faults.add(fault)
    with pytest.raises(error):
        additive.update(account, state, {**FULL, "secret": NEW})
    assert remote.webhooks == BEFORE


# ignoreChanges


def test_an_ignored_secret_is_written_as_it_is(
    account: Account, register: Register, remote: Remote, emulator: Emulator
) -> None:
    """The live secret is kept while the numbers are changed."""
    state = register(FULL)
    remote.webhooks = among_others({**FULL_STORED, "secret": OTHER})
    ignored = parse_paths(["secret"])
    additive.diff(account, state, webhook(secret=OWN), ignored)
    outputs = additive.update(account, state, webhook(secret=OWN), ignored)
    assert emulator.journal.methods() == ["GET", "GET", "PUT", "GET"]
    assert remote.webhooks == among_others({"url": A, "secret": OTHER})
    assert outputs == {**webhook(secret=OTHER), "secretsReadable": True}


@pytest.mark.parametrize("path", ["sendblueNumbers", "sendblueNumbers[*]", "sendblueNumbers[0]"])
def test_an_ignored_number_is_written_as_it_is(path: str, account: Account, register: Register, remote: Remote) -> None:
    """The live number is kept in its place while the secret is changed."""
    state = register(webhook(sendblueNumbers=[NUMBER]))
    remote.webhooks = {"receive": [{"url": A, "sendblue_numbers": [OTHER_NUMBER]}]}
    additive.update(account, state, webhook(secret=NEW, sendblueNumbers=[NUMBER]), parse_paths([path]))
    assert content(remote) == {"receive": [{"url": A, "secret": NEW, "sendblue_numbers": [OTHER_NUMBER]}]}


def test_all_ignored(account: Account, register: Register, remote: Remote, emulator: Emulator) -> None:
    """Where everything that changed is ignored there is nothing to write."""
    state = register(FULL)
    before = remote.webhooks = among_others({"url": A, "secret": OTHER})
    additive.update(account, state, FULL, parse_paths(["secret", "sendblueNumbers"]))
    assert emulator.journal.methods() == ["GET"]
    assert remote.webhooks == before


@pytest.mark.parametrize("path", ["secret", "*"])
def test_an_ignored_secret_of_an_entry_that_is_gone(
    path: str, account: Account, register: Register, remote: Remote
) -> None:
    """There is no live secret to keep: the declared one is written."""
    state = register(webhook(secret=OWN))
    remote.webhooks = {}
    additive.update(account, state, webhook(secret=OWN), parse_paths([path]))
    assert content(remote) == {"receive": [{"url": A, "secret": OWN}]}


# The preview of an update


def test_a_preview(account: Account, register: Register, remote: Remote, emulator: Emulator) -> None:
    """It makes no request beside the diff's, and writes nothing."""
    state = register(FULL)
    remote.webhooks = BEFORE
    additive.diff(account, state, webhook(secret=NEW))
    assert additive.preview_update(account, state, webhook(secret=NEW)) == {
        **webhook(secret=NEW),
        "secretsReadable": True,
    }
    assert emulator.journal.methods() == ["GET"]
    assert remote.webhooks == BEFORE


@pytest.mark.parametrize("name", ["secret", "sendblueNumbers", "allowOverwrite"])
def test_a_preview_of_what_is_not_known_yet(name: str, account: Account, register: Register) -> None:
    """What is not known stays so in the outputs."""
    state = register(FULL)
    inputs = {**FULL, name: UNKNOWN}
    assert additive.preview_update(account, state, inputs) == {**inputs, "secretsReadable": True}
