"""The plugin over gRPC, the emulator over a socket, and an engine that keeps what it is told."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Iterator
from typing import Any

import pytest

from sendblue_emulator import Account, Emulator
from sendblue_provider.lifecycle.session import forget_sessions
from tests.plugin.answers import Failed
from tests.plugin.driver import DEFAULT_PROVIDER, Plugin
from tests.plugin.engine import Engine
from tests.plugin.processes import Start, served
from tests.plugin.values import Secret

A, B, C, D = (f"https://example.com/{name}" for name in "abcd")
NUMBER, OTHER_NUMBER = "+15551230001", "+15551230002"
OWN, OTHER, NEW = "canary-own", "canary-other", "canary-new"
"""Secrets. Whatever holds the word canary must not be in a message."""
KEY_ID, KEY = "key-id", "canary-key"
IMPORT = "pulumi import sendblue:index:WebhookConfiguration"


def content(remote: Account) -> dict[str, Any]:
    """Return what is on the account; an empty event is no event."""
    return {key: value for key, value in remote.webhooks.items() if value != []}


def id_of(event: str, url: str) -> str:
    """Return the id of the `Webhook` of this event and URL."""
    return f"{event}:{hashlib.sha256(url.encode()).hexdigest()[:16]}"


def said(text: str) -> str:
    """Return a text that is to be one line, of no traceback and no secret."""
    assert text
    assert "\n" not in text
    assert "Traceback" not in text
    assert "defect of its own" not in text
    assert "canary" not in text
    return text


def failure(failed: pytest.ExceptionInfo[Failed]) -> str:
    """Return the text of a failed call, which is one line of no secret, and of the status that the engine expects."""
    assert failed.value.code.name == "UNKNOWN"
    return said(failed.value.text)


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the developer's own credentials and configuration out of the tests."""
    for name in [name for name in os.environ if name.startswith(("SENDBLUE_", "PULUMI_"))]:
        monkeypatch.delenv(name)


@pytest.fixture
def emulator() -> Emulator:
    emulator = Emulator()
    emulator.add_account(key_id=KEY_ID, secret=KEY)
    return emulator


@pytest.fixture
def url(emulator: Emulator) -> Iterator[str]:
    """Serve the emulator; gives its address."""
    with emulator.serve() as url:
        yield url


@pytest.fixture
def remote(emulator: Emulator) -> Account:
    """The account as it is on the other side: edits here are somebody else's."""
    return emulator.account()


@pytest.fixture
def settings(url: str) -> dict[str, Any]:
    """What the provider is configured with."""
    return {"apiKeyId": KEY_ID, "apiSecretKey": Secret(KEY), "baseUrl": url, "timeoutSeconds": 10}


@pytest.fixture
def engine() -> Iterator[Engine]:
    engine = Engine()
    with engine.serving():
        yield engine
    for message in engine.messages + engine.debug:
        assert "canary" not in message.text, "a secret in a message"


@pytest.fixture
def start(engine: Engine, settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Start the plugin as a new process that knows nothing; a write is looked at once, without waiting."""
    monkeypatch.setattr("sendblue_provider.lifecycle.round.VISIBLE_SECONDS", 0.0)
    core = logging.getLogger("sendblue_provider")
    before = core.level, core.propagate, core.handlers[:]

    def start(provider: str = DEFAULT_PROVIDER, *, configured: bool = True, **changed: Any) -> Plugin:
        forget_sessions()
        plugin = served(engine)
        plugin.handshake(engine)
        if configured:
            plugin.configure({**settings, **changed}, provider)
        return plugin

    yield start
    forget_sessions()
    core.level, core.propagate, core.handlers[:] = before


@pytest.fixture
def plugin(start: Start) -> Plugin:
    """The plugin, configured."""
    return start()
