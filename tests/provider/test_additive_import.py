"""Import of a `Webhook`: by its event and URL, or by the id that the resource will have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sendblue_emulator import MASK, Fault
from sendblue_provider import additive
from sendblue_provider.errors import ApiError, CopiesDiffer, ImportRefused
from tests.provider.conftest import (
    NEW,
    NUMBER,
    OTHER,
    OTHER_NUMBER,
    OTHERS,
    OWN,
    A,
    B,
    D,
    beside_others,
    content,
    said,
    webhook,
)

if TYPE_CHECKING:
    from sendblue_emulator import Account as Remote
    from sendblue_emulator import Emulator
    from sendblue_provider.account import Account

FULL: dict[str, Any] = webhook(secret=OWN, sendblueNumbers=[NUMBER, OTHER_NUMBER])
FULL_STORED: dict[str, Any] = {"url": A, "secret": OWN, "sendblue_numbers": [NUMBER, OTHER_NUMBER], "label": "x"}


@pytest.mark.parametrize("by_digest", [False, True])
@pytest.mark.parametrize(
    ("stored", "inputs"),
    [
        (A, webhook()),
        ({"url": A}, webhook()),
        ({"url": A, "secret": "", "sendblue_numbers": []}, webhook()),
        (FULL_STORED, FULL),
    ],
)
def test_an_import(
    stored: Any,
    inputs: dict[str, Any],
    by_digest: bool,  # noqa: FBT001 - a parameter of the test
    account: Account,
    remote: Remote,
    emulator: Emulator,
) -> None:
    """What is live becomes both inputs and outputs, with one GET and no write."""
    before = remote.webhooks = beside_others(stored)
    found = additive.import_(account, additive.id_of(webhook()) if by_digest else f"receive:{A}")
    assert found == ({**inputs, "secretsReadable": True}, inputs)
    assert emulator.journal.methods() == ["GET"]
    assert remote.webhooks == before


def test_the_id_that_it_gets(account: Account, remote: Remote) -> None:
    """The resource's id is the same as after a create, whatever it was imported by."""
    remote.webhooks = beside_others(FULL_STORED)
    outputs, _ = additive.import_(account, f"receive:{A}")
    assert additive.id_of(outputs) == additive.id_of(webhook())


def test_no_update_follows(account: Account, remote: Remote, emulator: Emulator) -> None:
    """A program with the imported inputs has nothing to do."""
    remote.webhooks = beside_others(FULL_STORED)
    outputs, inputs = additive.import_(account, f"receive:{A}")
    assert additive.check(account, inputs, inputs) == ()
    assert not additive.diff(account, outputs, inputs).changed
    assert emulator.journal.methods() == ["GET"]


def test_a_destroy_after_an_import(account: Account, remote: Remote) -> None:
    """What was imported is managed: it goes, and nothing else."""
    remote.webhooks = beside_others(FULL_STORED)
    outputs, _ = additive.import_(account, f"receive:{A}")
    additive.delete(account, outputs)
    assert remote.webhooks == OTHERS


@pytest.mark.parametrize("url", [f"{A}?x=1:2&y=https://b.example/", "http://example.com:8080/a:b", f"{A}#x"])
def test_a_url_of_any_shape(url: str, account: Account, remote: Remote) -> None:
    """Everything after the first colon is the URL, as the account has it."""
    remote.webhooks = {"receive": [B, url]}
    assert additive.import_(account, f"receive:{url}")[1] == webhook(url=url)


def test_an_event_of_any_name(account: Account, remote: Remote) -> None:
    """An event that this provider does not know is imported like the others, also one with a colon in its name."""
    remote.webhooks = {"typing_indicator": [A], "v2:receive": [B]}
    assert additive.import_(account, f"typing_indicator:{A}")[1] == webhook("typing_indicator")
    assert additive.import_(account, f"v2:receive:{B}")[1] == webhook("v2:receive", B)


def test_the_right_event(account: Account, remote: Remote) -> None:
    """The same URL under another event is another entry."""
    remote.webhooks = {"outbound": [{"url": A, "secret": OTHER}], "receive": [{"url": A, "secret": OWN}]}
    assert additive.import_(account, f"receive:{A}")[1] == webhook(secret=OWN)
    assert additive.import_(account, f"outbound:{A}")[1] == webhook("outbound", secret=OTHER)


@pytest.mark.parametrize(
    "id_",
    [
        f"receive:{A}",
        f"outbound:{D}",
        "receive",
        "receive:",
        A,
        "account",
        "",
        f"receive:{D}/",
        f"Receive:{D}",
        "receive:0123456789abcdef",
    ],
)
def test_what_is_not_there(id_: str, account: Account, remote: Remote, emulator: Emulator) -> None:
    """An id that nothing has is refused, with the form that it has to have and what there is."""
    remote.webhooks = OTHERS
    with pytest.raises(ImportRefused) as caught:
        additive.import_(account, id_)
    text = said(caught.value)
    assert "the event, a colon and the URL" in text
    assert f"receive:{D}" in text
    assert f"outbound:{A}" in text
    assert emulator.journal.methods() == ["GET"]


def test_an_empty_account(account: Account) -> None:
    """There is nothing to name then."""
    with pytest.raises(ImportRefused) as caught:
        additive.import_(account, f"receive:{A}")
    assert "no webhook at all" in said(caught.value)


def test_what_is_named_shows_no_token(account: Account, remote: Remote) -> None:
    """Neither what is asked for nor what there is shows the values of a URL's query."""
    remote.webhooks = {"receive": [f"{B}?token=canary"]}
    with pytest.raises(ImportRefused) as caught:
        additive.import_(account, f"receive:{A}?token=canary")
    assert f"receive:{B}?token=…" in said(caught.value)


def test_a_long_account(account: Account, remote: Remote) -> None:
    """A long list is cut."""
    remote.webhooks = {"receive": [f"{B}/{number}" for number in range(100)]}
    with pytest.raises(ImportRefused) as caught:
        additive.import_(account, f"receive:{A}")
    assert "and 70 more" in said(caught.value)


def test_equal_copies(account: Account, remote: Remote) -> None:
    """Copies that are all equal are one entry to import; the diff tells that there are several."""
    remote.webhooks = {"receive": [{"url": A, "secret": OWN}, {"url": A, "secret": OWN, "label": "x"}]}
    outputs, inputs = additive.import_(account, f"receive:{A}")
    assert inputs == webhook(secret=OWN)
    assert len(additive.diff(account, outputs, inputs).copies) == 2


@pytest.mark.parametrize("by_digest", [False, True])
def test_copies_that_differ(
    by_digest: bool,  # noqa: FBT001 - a parameter of the test
    account: Account,
    remote: Remote,
) -> None:
    """Which of several different copies to import cannot be told."""
    before = remote.webhooks = {"receive": [{"url": A, "secret": OWN}, {"url": A, "secret": NEW}]}
    with pytest.raises(CopiesDiffer) as caught:
        additive.import_(account, additive.id_of(webhook()) if by_digest else f"receive:{A}")
    assert f"receive {A} is registered 2 times" in said(caught.value)
    assert content(remote) == before


def test_a_masked_secret(account: Account, remote: Remote) -> None:
    """A secret that does not show is imported as unreadable: a program that declares the mask changes nothing."""
    remote.behave(secrets="masked")
    remote.webhooks = {"receive": [{"url": A, "secret": OWN}]}
    outputs, inputs = additive.import_(account, f"receive:{A}")
    assert outputs["secretsReadable"] is False
    assert inputs["secret"] == MASK
    assert not additive.diff(account, outputs, inputs).changed


def test_an_account_that_cannot_be_read(account: Account, emulator: Emulator) -> None:
    """It is the API's error, and not that there is nothing."""
    emulator.faults.add(Fault(kind="status", method="GET", status=401, body={"status": "ERROR"}))
    with pytest.raises(ApiError):
        additive.import_(account, f"receive:{A}")
