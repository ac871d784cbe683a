"""The two providers as the dynamic host makes them, each on an account that it reaches over HTTP."""

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
from sendblue_provider.lifecycle.session import forget_sessions

from .pinned import PINNED, PINNED_WEBHOOK

SECRET = "4dabf18193072939515e22adb298388d"
INBOUND = "https://example.com/inbound"

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


def plain(value: Any) -> Any:
    """Take the marks of secrets away, as the engine does on the way to a dynamic provider."""
    if isinstance(value, dict):
        return plain(value["value"]) if SECRET in value else {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value
