"""The dynamic provider as its host makes it, and an emulator that it reaches over HTTP."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import dill  # type: ignore[import-untyped]
import pytest
from pulumi.dynamic import Config, ConfigureRequest

from sendblue_emulator import Account, Emulator
from sendblue_provider import engine_log
from sendblue_provider.dynamic import WebhookConfigurationProvider, WebhookProvider
from sendblue_provider.engine_log import Engine
from sendblue_provider.plan.session import forget_sessions

# These strings are in users' state: if this test fails, their next refresh or destroy does too. The pickle protocol is
# Python's default, 4 up to 3.13 and 5 from 3.14 on.
PINNED = {
    4: "gASVQQAAAAAAAACMGXNlbmRibHVlX3Byb3ZpZGVyLmR5bmFtaWOUjBxXZWJob29rQ29uZmlndXJhdGlvblByb3ZpZGVylJOUKYGULg==",
    5: "gAWVQQAAAAAAAACMGXNlbmRibHVlX3Byb3ZpZGVyLmR5bmFtaWOUjBxXZWJob29rQ29uZmlndXJhdGlvblByb3ZpZGVylJOUKYGULg==",
}
PINNED_WEBHOOK = {
    4: "gASVNAAAAAAAAACMGXNlbmRibHVlX3Byb3ZpZGVyLmR5bmFtaWOUjA9XZWJob29rUHJvdmlkZXKUk5QpgZQu",
    5: "gAWVNAAAAAAAAACMGXNlbmRibHVlX3Byb3ZpZGVyLmR5bmFtaWOUjA9XZWJob29rUHJvdmlkZXKUk5QpgZQu",
}
Messages = list[tuple[str, str]]


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """An emulator with one account, `main`."""
    emulator = Emulator()
    emulator.add_account(key_id="key-id", secret="secret-key", name="main")
    yield emulator
    forget_sessions()


@pytest.fixture
def account(emulator: Emulator) -> Account:
    """The emulator's account."""
    return emulator.account()


@pytest.fixture
def provider(emulator: Emulator) -> Iterator[WebhookConfigurationProvider]:
    """A provider that reaches the account over HTTP."""
    with emulator.serve() as url:
        yield make_provider(apiKeyId="key-id", apiSecretKey="secret-key", baseUrl=url)


@pytest.fixture
def messages(monkeypatch: pytest.MonkeyPatch) -> Messages:
    """What the hooks tell the engine, debug lines aside."""
    told: Messages = []
    engine = Engine()
    monkeypatch.setattr(engine, "log", lambda severity, message, **_: told.append((severity, message)))
    monkeypatch.setattr(engine_log, "host_engine", lambda: engine)
    return told


@pytest.fixture
def webhook_provider(emulator: Emulator) -> Iterator[WebhookProvider]:
    """The provider of the other kind of resource."""
    with emulator.serve() as url:
        yield make_provider(PINNED_WEBHOOK, apiKeyId="key-id", apiSecretKey="secret-key", baseUrl=url)


def make_provider(pinned: dict[int, str] = PINNED, **settings: str) -> Any:
    """Make a provider as the dynamic host does: unpickled, then configured."""
    made = unpickled(pinned[4])
    raw = {f"sendblue:{key}": value for key, value in settings.items()}
    made.configure(ConfigureRequest(Config(raw, "project")))
    return made


def unpickled(text: str) -> Any:
    return dill.loads(base64.b64decode(text))  # noqa: S301 (our own text)
