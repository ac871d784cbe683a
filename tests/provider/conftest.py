"""An emulator with one account, and the provider core over it: what one process of a run knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sendblue_emulator import Emulator
from sendblue_provider import authoritative
from sendblue_provider.account import Account
from sendblue_provider.client import Client
from sendblue_provider.report import Reader, error_text
from sendblue_provider.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sendblue_emulator import Account as Remote
    from sendblue_provider.errors import SendblueError

A, B, C, D = (f"https://example.com/{name}" for name in "abcd")
NUMBER, OTHER_NUMBER = "+15551230001", "+15551230002"
OWN, OTHER, NEW = "canary-own", "canary-other", "canary-new"
"""Secrets. Whatever holds the word canary must not be in a message."""
READER = Reader(
    spell=lambda name: name,
    import_command="pulumi import {kind} <name> {id}",
)
"""A front end that spells properties as the schema does, and that can import."""


def content(remote: Remote) -> dict[str, Any]:
    """What is on the account; an empty event is no event."""
    return {key: value for key, value in remote.webhooks.items() if value != []}


def said(error: object) -> str:
    """The text of an error, which is one line and holds no secret."""
    text = str(error)
    assert "\n" not in text
    assert "canary" not in text
    return text


def told(error: SendblueError) -> str:
    """What a front end says of an error: its text and the ways out, which is one line and holds no secret."""
    return said(error_text(error, READER))


@pytest.fixture
def emulator() -> Emulator:
    emulator = Emulator()
    emulator.add_account(key_id="key-id", secret="canary-key")
    return emulator


@pytest.fixture
def remote(emulator: Emulator) -> Remote:
    """The account as it is on the other side: edits here are somebody else's."""
    return emulator.account()


@pytest.fixture
def start(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Account]]:
    """Start as a new process does, which knows nothing of the account; a write is looked at once, without waiting."""
    monkeypatch.setattr("sendblue_provider.verify.SETTLE_SECONDS", 0.0)
    clients: list[Client] = []

    def start(*, timeout_seconds: float = 10.0) -> Account:
        settings = Settings("key-id", "canary-key", timeout_seconds=timeout_seconds)
        clients.append(Client(settings, emulator.transport()))
        return Account(settings, clients[-1])

    yield start
    for client in clients:
        client.close()


@pytest.fixture
def account(start: Callable[..., Account]) -> Account:
    """The core's account in this process."""
    return start()


@pytest.fixture
def deploy(start: Callable[..., Account], emulator: Emulator) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """Create in a process of its own, which leaves nothing but the account's content and the outputs."""

    def deploy(inputs: Mapping[str, Any]) -> dict[str, Any]:
        outputs = authoritative.create(start(), inputs).outputs
        emulator.journal.clear()
        return outputs

    return deploy


@pytest.fixture
def settle(start: object, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001 - after start has set it to none
    """Let a write be looked at again for a while, as it is in earnest."""
    monkeypatch.setattr("sendblue_provider.verify.SETTLE_SECONDS", 2.0)
    monkeypatch.setattr("sendblue_provider.verify._FIRST_PAUSE", 0.02)


# `Webhook`

OTHERS: dict[str, Any] = {
    "receive": [
        {"url": B},
        {"url": C, "secret": "", "sendblue_numbers": []},
        {"url": D, "secret": OTHER, "sendblue_numbers": [OTHER_NUMBER], "label": "x", "n": [1, {"y": None}]},
        B,
    ],
    "outbound": [A, {"url": B, "secret": OTHER}],
    "contact_created": [C],
    "globalSecret": OTHER,
    "secret": NEW,
    "region": {"name": "us"},
}
"""What others have on the account, in every form that it can have."""


def webhook(event: Any = "receive", url: Any = A, **more: Any) -> dict[str, Any]:
    """The properties of a `Webhook`."""
    return {"event": event, "url": url, **more}


def beside_others(*entries: Any) -> dict[str, Any]:
    """What the account holds when these entries of `receive` came last, and what others have is as it was."""
    return {**OTHERS, "receive": [*OTHERS["receive"], *entries]}


@pytest.fixture
def register(start: Callable[..., Account], emulator: Emulator) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """Create a `Webhook` in a process of its own, which leaves nothing but the account's content and the outputs."""
    from sendblue_provider import additive

    def register(inputs: Mapping[str, Any]) -> dict[str, Any]:
        outputs = additive.create(start(), inputs).outputs
        emulator.journal.clear()
        return outputs

    return register
