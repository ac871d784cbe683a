"""Create of a `Webhook`: what is added, what is taken over, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sendblue_emulator import Fault
from sendblue_provider import additive
from sendblue_provider.errors import (
    CopiesDiffer,
    CreateRefused,
    CredentialsRejected,
    RequestRefused,
    WriteNotApplied,
)
from sendblue_provider.model import PROPERTY_OF_EVENT, UNKNOWN
from sendblue_provider.report import change_lines, things
from sendblue_provider.takeover import Takeover
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
    content,
    said,
    told,
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

DIFFERENT: list[tuple[Any, dict[str, Any], str, str]] = [
    ({"url": A, "secret": OTHER}, webhook(secret=OWN), "another secret", "secret changed"),
    ({"url": A, "secret": OTHER}, webhook(), "another secret", "secret removed"),
    (A, webhook(secret=OWN), "no secret", "secret added"),
    ({"url": A}, webhook(secret=OWN), "no secret", "secret added"),
    ({"url": A, "sendblue_numbers": [NUMBER]}, webhook(), "other numbers", f"numbers changed from {NUMBER} to all"),
    (A, webhook(sendblueNumbers=[NUMBER]), "other numbers", f"numbers changed from all to {NUMBER}"),
    (
        {"url": A, "secret": OTHER, "sendblue_numbers": [NUMBER]},
        webhook(secret=OWN, sendblueNumbers=[OTHER_NUMBER]),
        "another secret, other numbers",
        f"secret changed, numbers changed from {NUMBER} to {OTHER_NUMBER}",
    ),
]
"""What the account has of the entry, what is declared, what of the first is told, and the change."""
REFUSED = [(stored, inputs, there) for stored, inputs, there, _ in DIFFERENT]
CHANGES = [(stored, inputs, change) for stored, inputs, _, change in DIFFERENT]


# An entry that is not there


@pytest.mark.parametrize(("inputs", "stored"), [(webhook(), A), (webhook(secret=OWN), {"url": A, "secret": OWN})])
def test_a_create_on_an_empty_account(
    inputs: dict[str, Any], stored: Any, account: Account, remote: Remote, emulator: Emulator
) -> None:
    """The entry is there afterwards, and the outputs are the inputs with what the provider adds."""
    created = additive.create(account, inputs)
    assert emulator.journal.methods() == ["GET", "POST", "GET"]
    assert content(remote) == {"receive": [stored]}
    assert created.outputs == {**inputs, "secretsReadable": True}
    assert created.takeover == Takeover()


@pytest.mark.parametrize("event", PROPERTY_OF_EVENT)
def test_each_event(event: str, account: Account, remote: Remote, emulator: Emulator) -> None:
    """The entry is added to the event that is declared, as the API names it."""
    additive.create(account, webhook(event))
    assert content(remote) == {event: [A]}
    assert emulator.journal.entries()[1].body == {"webhooks": [A], "type": event}


def test_what_is_sent(account: Account, emulator: Emulator) -> None:
    """The POST holds this entry alone, and its event."""
    additive.create(account, FULL)
    assert emulator.journal.entries()[1].body == {"webhooks": [FULL_STORED], "type": "receive"}


def test_beside_others(account: Account, remote: Remote, emulator: Emulator) -> None:
    """Everything else of the account is as it was, in order and form."""
    remote.webhooks = OTHERS
    created = additive.create(account, FULL)
    assert emulator.journal.methods() == ["GET", "POST", "GET"]
    assert remote.webhooks == beside_others(FULL_STORED)
    assert created.takeover == Takeover()


def test_the_same_url_under_another_event(account: Account, remote: Remote, emulator: Emulator) -> None:
    """An entry is its event and its URL."""
    remote.webhooks = {"outbound": [{"url": A, "secret": OTHER}]}
    additive.create(account, webhook(secret=OWN))
    assert emulator.journal.methods() == ["GET", "POST", "GET"]
    assert content(remote) == {"outbound": [{"url": A, "secret": OTHER}], "receive": [{"url": A, "secret": OWN}]}


@pytest.mark.parametrize(
    "behaviour",
    [
        {"entry_form": "object"},
        {"entry_form": "string"},
        {"empty_events": "omitted"},
        {"unset_secrets": "null"},
        {"unset_secrets": "empty"},
        {"duplicates": "merged"},
        {"absent_secrets": "kept"},
    ],
)
def test_however_the_api_answers(behaviour: dict[str, Any], account: Account, remote: Remote) -> None:
    """The outputs are what is declared, in whatever form the API shows it."""
    remote.behave(**behaviour)
    assert additive.create(account, webhook()).outputs == {**webhook(), "secretsReadable": True}
    assert content(remote) == {"receive": [A]}


@pytest.mark.usefixtures("settle")
def test_an_account_that_lags(account: Account, remote: Remote, emulator: Emulator) -> None:
    """The GET is repeated while it shows what was before, and nothing is sent twice."""
    remote.webhooks = OTHERS
    remote.behave(lag=2)
    additive.create(account, FULL)
    assert emulator.journal.methods() == ["GET", "POST", "GET", "GET", "GET"]
    assert remote.webhooks == beside_others(FULL_STORED)


def test_what_is_not_set(account: Account, remote: Remote) -> None:
    """An empty list of numbers and a null secret are none; outputs have the list as it is declared."""
    inputs = webhook(secret=None, sendblueNumbers=[], allowOverwrite=None)
    outputs = additive.create(account, inputs).outputs
    assert content(remote) == {"receive": [A]}
    assert outputs == {**webhook(sendblueNumbers=[]), "secretsReadable": True}


def test_the_id(account: Account) -> None:
    """The id is the event and the first digits of the URL's SHA-256, from the outputs."""
    outputs = additive.create(account, webhook("outbound", "https://example.com/hook")).outputs
    assert additive.id_of(outputs) == "outbound:19f1352238b91533"


def test_the_verifying_get_serves_what_follows(account: Account, emulator: Emulator) -> None:
    """After the write nothing is read again: its verifying GET is what a diff compares with."""
    state = additive.create(account, FULL).outputs
    assert not additive.diff(account, state, FULL).changed
    assert emulator.journal.methods() == ["GET", "POST", "GET"]


# An entry that is there and equal


@pytest.mark.parametrize(
    ("stored", "inputs"),
    [
        (A, webhook()),
        ({"url": A}, webhook()),
        ({"url": A, "secret": "", "sendblue_numbers": []}, webhook()),
        ({"url": A, "label": "x"}, webhook()),
        (A, webhook(sendblueNumbers=[], secret=None)),
        (FULL_STORED, FULL),
        ({**FULL_STORED, "sendblue_numbers": [OTHER_NUMBER, NUMBER], "n": {"y": None}}, FULL),
    ],
)
@pytest.mark.parametrize("more", [{}, {"allowOverwrite": True}])
def test_equal_already(
    stored: Any, inputs: dict[str, Any], more: dict[str, Any], account: Account, remote: Remote, emulator: Emulator
) -> None:
    """What is there and equal, in any form, is taken over with a GET alone, and that is told."""
    before = remote.webhooks = beside_others(stored)
    created = additive.create(account, {**inputs, **more})
    assert emulator.journal.methods() == ["GET"]
    assert remote.webhooks == before
    declared = {name: value for name, value in {**inputs, **more}.items() if value is not None}
    assert created.outputs == {**declared, "secretsReadable": True}
    assert [line.split()[:2] for line in things(created.takeover.adopted)] == [["receive", A]]
    assert created.takeover == Takeover(adopted=created.takeover.adopted)


def test_the_notice_names_what_is_taken_over(account: Account, remote: Remote) -> None:
    """It says what is there, and no secret."""
    remote.webhooks = {"receive": [FULL_STORED]}
    (line,) = things(additive.create(account, FULL).takeover.adopted)
    assert line == f"receive {A} (secret set, for {NUMBER} {OTHER_NUMBER})"


def test_a_crash_after_the_post(
    start: Callable[..., Account], register: Register, remote: Remote, emulator: Emulator
) -> None:
    """When the state was lost after the POST, the next run takes the entry over without another POST."""
    register(FULL)
    account = start()
    takeover = additive.preview_create(account, FULL).takeover
    outputs = additive.create(account, FULL).outputs
    assert emulator.journal.methods() == ["GET", "GET"]
    assert content(remote) == {"receive": [FULL_STORED]}
    assert outputs == {**FULL, "secretsReadable": True}
    assert things(takeover.adopted) == [f"receive {A} (secret set, for {NUMBER} {OTHER_NUMBER})"]


def test_an_equal_entry_that_others_have_under_another_event(account: Account, remote: Remote) -> None:
    """What is taken over is of the declared event."""
    remote.webhooks = {"outbound": [A]}
    assert additive.create(account, webhook()).takeover == Takeover()
    assert content(remote) == {"outbound": [A], "receive": [A]}


# An entry that is there and differs


@pytest.mark.parametrize(("stored", "inputs", "there"), REFUSED)
def test_a_different_entry_is_refused(
    stored: Any,
    inputs: dict[str, Any],
    there: str,
    account: Account,
    remote: Remote,
    emulator: Emulator,
) -> None:
    """A create that would change it writes nothing, and names it, the command and the option."""
    before = remote.webhooks = beside_others(stored)
    with pytest.raises(CreateRefused) as caught:
        additive.create(account, inputs)
    text = told(caught.value)
    assert f"receive {A} ({there}). " in text
    assert f"`pulumi import sendblue:index:Webhook <name> {additive.id_of(inputs)}`" in text
    assert "allowOverwrite" in text
    assert emulator.journal.methods() == ["GET"]
    assert remote.webhooks == before


@pytest.mark.parametrize(("stored", "inputs", "there"), REFUSED)
def test_a_different_entry_is_refused_in_the_preview(
    stored: Any,
    inputs: dict[str, Any],
    there: str,
    account: Account,
    remote: Remote,
    emulator: Emulator,
) -> None:
    """A preview refuses what the create would."""
    remote.webhooks = beside_others(stored)
    with pytest.raises(CreateRefused) as caught:
        additive.preview_create(account, inputs)
    assert f"receive {A} ({there}). " in told(caught.value)
    assert emulator.journal.methods() == ["GET"]


@pytest.mark.parametrize(("stored", "inputs", "change"), CHANGES)
def test_allow_overwrite(
    stored: Any,
    inputs: dict[str, Any],
    change: str,
    account: Account,
    remote: Remote,
    emulator: Emulator,
) -> None:
    """With the option the entry becomes what is declared at its place, and everything else stays as it is."""
    remote.webhooks = {**OTHERS, "receive": [stored, *OTHERS["receive"]]}
    inputs = {**inputs, "allowOverwrite": True}
    created = additive.create(account, inputs)
    assert emulator.journal.methods() == ["GET", "PUT", "GET"]
    wire = {"url": A, "secret": inputs.get("secret"), "sendblue_numbers": inputs.get("sendblueNumbers")}
    entry = {name: value for name, value in wire.items() if value is not None}
    stored_now = entry if len(entry) > 1 else A
    assert remote.webhooks == {**OTHERS, "receive": [stored_now, *OTHERS["receive"]]}
    assert created.outputs == {**inputs, "secretsReadable": True}
    assert change_lines(created.takeover.overwritten) == [f"~ receive {A} {change}"]


def test_an_overwrite_where_nothing_has_a_secret(account: Account, remote: Remote, emulator: Emulator) -> None:
    """An account without any secret hides none: the entry is changed in place, with no gap."""
    remote.webhooks = {"receive": [A, B]}
    inputs = webhook(secret=OWN, allowOverwrite=True)
    assert additive.preview_create(account, inputs).takeover.gap == ()
    additive.create(account, inputs)
    assert emulator.journal.methods() == ["GET", "GET", "PUT", "GET"]
    assert content(remote) == {"receive": [{"url": A, "secret": OWN}, B]}


def test_the_preview_of_an_overwrite(account: Account, remote: Remote) -> None:
    """What will be overwritten is told in the preview as in the create."""
    remote.webhooks = {"receive": [{"url": A, "secret": OTHER}]}
    inputs = webhook(secret=OWN, allowOverwrite=True)
    previewed, created = additive.preview_create(account, inputs).takeover, additive.create(account, inputs).takeover
    assert previewed == created
    assert change_lines(created.overwritten) == [f"~ receive {A} secret changed"]


def test_unknown_fields_survive_an_overwrite(account: Account, remote: Remote) -> None:
    """What the provider does not know of the entry is carried over."""
    remote.webhooks = {"receive": [{"url": A, "secret": OTHER, "label": "x", "n": [1, {"y": None}]}]}
    additive.create(account, webhook(secret=OWN, allowOverwrite=True))
    assert content(remote) == {"receive": [{"url": A, "secret": OWN, "label": "x", "n": [1, {"y": None}]}]}


def test_an_account_that_changed_after_the_preview(account: Account, remote: Remote, emulator: Emulator) -> None:
    """A create looks afresh: what was added since the preview is refused all the same."""
    assert additive.preview_create(account, webhook(secret=OWN)).takeover == Takeover()
    remote.add("receive", {"url": A, "secret": OTHER})
    with pytest.raises(CreateRefused):
        additive.create(account, webhook(secret=OWN))
    assert emulator.journal.methods() == ["GET", "GET"]
    assert content(remote) == {"receive": [{"url": A, "secret": OTHER}]}


def test_allow_overwrite_that_is_not_known_yet(account: Account, remote: Remote) -> None:
    """A preview refuses nothing that may turn out to be allowed; the create knows."""
    remote.webhooks = {"receive": [{"url": A, "secret": OTHER}]}
    inputs = webhook(secret=OWN)
    additive.preview_create(account, {**inputs, "allowOverwrite": UNKNOWN})
    with pytest.raises(CreateRefused):
        additive.create(account, {**inputs, "allowOverwrite": False})


# The preview


def test_a_preview(account: Account, remote: Remote, emulator: Emulator) -> None:
    """A preview writes nothing; whether secrets can be read is known only afterwards."""
    remote.webhooks = OTHERS
    created = additive.preview_create(account, FULL)
    assert created.outputs == {**FULL, "secretsReadable": UNKNOWN}
    assert created.takeover == Takeover()
    assert emulator.journal.methods() == ["GET"]
    assert remote.webhooks == OTHERS


@pytest.mark.parametrize("name", ["event", "url", "secret", "sendblueNumbers"])
def test_a_preview_of_what_is_not_known_yet(name: str, account: Account, remote: Remote) -> None:
    """What is not known stays so in the outputs, and nothing can be said of it."""
    remote.webhooks = {"receive": [{"url": A, "secret": OTHER}]}
    inputs = {**FULL, name: UNKNOWN}
    created = additive.preview_create(account, inputs)
    assert created.outputs == {**inputs, "secretsReadable": UNKNOWN}
    assert created.takeover == Takeover()


def test_many_previews_make_one_request(account: Account, remote: Remote, emulator: Emulator) -> None:
    """However many of them a program creates, a preview reads the account once."""
    remote.webhooks = OTHERS
    for number in range(200):
        additive.preview_create(account, webhook(url=f"{A}/{number}"))
    assert emulator.journal.methods() == ["GET"]


# An event that is not known


@pytest.mark.parametrize("operation", [additive.preview_create, additive.create])
def test_a_new_event(operation: Callable[..., Any], account: Account, remote: Remote) -> None:
    """It is told in the preview and in the create, and taken if the API takes it."""
    remote.behave(accepted_events=["receive", "typing_indicator"])
    assert operation(account, webhook("typing_indicator")).takeover == Takeover(new_event="typing_indicator")
    expected = {"typing_indicator": [A]} if operation is additive.create else {}
    assert content(remote) == expected


def test_a_new_event_that_the_api_refuses(account: Account, remote: Remote, emulator: Emulator) -> None:
    """The API's refusal is told with its list, and nothing is there."""
    remote.webhooks = OTHERS
    with pytest.raises(RequestRefused) as caught:
        additive.create(account, webhook("typing_indicator", secret=OWN))
    text = said(caught.value)
    assert "receive, call_log, line_blocked, line_assigned, outbound, contact_created" in text
    assert emulator.journal.methods() == ["GET", "POST"]
    assert remote.webhooks == OTHERS


def test_an_event_of_which_the_account_has_some(account: Account, remote: Remote) -> None:
    """Where others use it, the API is known to take it."""
    remote.behave(accepted_events=["typing_indicator"])
    remote.webhooks = {"typing_indicator": [B]}
    assert additive.create(account, webhook("typing_indicator")).takeover == Takeover()
    assert content(remote) == {"typing_indicator": [B, A]}


def test_a_new_event_that_is_there_already(account: Account, remote: Remote) -> None:
    """What is taken over is known to the API."""
    remote.webhooks = {"typing_indicator": [A]}
    takeover = additive.create(account, webhook("typing_indicator")).takeover
    assert takeover == Takeover(adopted=takeover.adopted)
    assert things(takeover.adopted) == [f"typing_indicator {A}"]


# What goes wrong


def test_credentials_that_are_refused(account: Account, remote: Remote, emulator: Emulator) -> None:
    """Without a look at the account nothing is sent."""
    emulator.faults.add(Fault(kind="status", method="GET", status=401, body={"status": "ERROR"}))
    with pytest.raises(CredentialsRejected):
        additive.create(account, FULL)
    assert emulator.journal.methods() == ["GET"]
    assert content(remote) == {}


def test_an_entry_that_is_not_there_afterwards(account: Account, remote: Remote, emulator: Emulator) -> None:
    """An API that answers with success and adds nothing is found out."""
    emulator.before("GET", lambda: remote.remove("receive", A), after=1)
    with pytest.raises(WriteNotApplied) as caught:
        additive.create(account, FULL)
    assert f"receive {A} (secret set, for {NUMBER} {OTHER_NUMBER})" in said(caught.value)
    assert caught.value.outputs == {}
    assert emulator.journal.methods() == ["GET", "POST", "GET"]


def test_an_entry_that_is_another_one_afterwards(account: Account, remote: Remote, emulator: Emulator) -> None:
    """An entry that is not as it was sent is an error, and the state knows what is there."""

    def change() -> None:
        remote.webhooks = {"receive": [{"url": A, "secret": OTHER}]}

    emulator.before("GET", change, after=1)
    with pytest.raises(WriteNotApplied) as caught:
        additive.create(account, webhook(secret=OWN))
    assert f"~ receive {A} secret changed" in said(caught.value)
    assert caught.value.outputs == {**webhook(secret=OTHER), "secretsReadable": True}


def test_an_entry_that_has_lost_its_secret_afterwards(account: Account, remote: Remote, emulator: Emulator) -> None:
    """Where the secrets of others show, one that is absent is not there, and the state does not have it."""
    remote.webhooks = OTHERS

    def change() -> None:
        remote.webhooks = beside_others(A)

    emulator.before("GET", change, after=1)
    with pytest.raises(WriteNotApplied) as caught:
        additive.create(account, webhook(secret=OWN))
    assert f"receive {A} secret added" in said(caught.value)
    assert caught.value.outputs == {**webhook(), "secretsReadable": True}


def test_copies_of_which_none_is_equal(account: Account, remote: Remote, emulator: Emulator) -> None:
    """Where it is there more than once and all differ, which of them to change cannot be told."""
    before = remote.webhooks = {"receive": [{"url": A, "secret": OTHER}, {"url": A, "secret": NEW}]}
    with pytest.raises(CreateRefused):
        additive.create(account, webhook(secret=OWN))
    for operation in (additive.preview_create, additive.create):
        with pytest.raises(CopiesDiffer) as caught:
            operation(account, webhook(secret=OWN, allowOverwrite=True))
        assert "2 times" in said(caught.value)
    assert set(emulator.journal.methods()) == {"GET"}
    assert remote.webhooks == before


def test_a_create_is_no_conflict(account: Account, remote: Remote) -> None:
    """What a preview saw binds no create: an equal entry that came meanwhile is taken over."""
    additive.preview_create(account, FULL)
    remote.add("receive", FULL_STORED)
    assert things(additive.create(account, FULL).takeover.adopted)
    assert content(remote) == {"receive": [FULL_STORED]}
