"""What the program marks as secrets, in a dynamic resource: in no message, and a secret wherever it is found."""

from __future__ import annotations

from typing import Any, Final

import pytest

from sendblue_emulator import Account, Emulator, Fault
from sendblue_provider.errors import SendblueError
from sendblue_provider.lifecycle.session import forget_sessions
from tests.dynamic.conftest import Messages, make_provider
from tests.dynamic.pinned import PINNED_WEBHOOK

URL: Final = "https://example.com/canary/inbound"
OTHER: Final = "https://example.com/other"
NUMBER: Final = "+15551234567"
MARK: Final = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
PROGRAM: Final[dict[str, Any]] = {"receive": [OTHER, URL], "__marked": [URL]}
WEBHOOK: Final[dict[str, Any]] = {
    "event": "receive",
    "url": URL,
    "sendblueNumbers": [NUMBER],
    "__marked": [NUMBER, URL],
}


def secret(value: Any) -> dict[str, Any]:
    return {**MARK, "value": value}


def test_a_configuration(provider: Any, emulator: Emulator, account: Account, messages: Messages) -> None:
    """A marked URL is a secret in inputs and outputs, and under another event, and in no message."""
    inputs = provider.check({}, PROGRAM).inputs
    assert {"receive": [OTHER, secret(URL)], "__marked": secret([URL])} == inputs
    outputs = provider.create(PROGRAM).outs
    assert [OTHER, secret(URL)] == outputs["receive"]
    assert secret([URL]) == outputs["__marked"]
    state = {**PROGRAM, "secretsReadable": True, "managed": outputs["managed"]["value"]}

    account.webhooks = {"call_log": [{"url": URL, "secret": "s"}], "receive": [OTHER]}
    forget_sessions()
    provider.check(PROGRAM, PROGRAM)
    assert provider.diff("account", state, PROGRAM).changes
    read = provider.read("account", state).outs
    assert [{"url": secret(URL), "secret": secret("s")}] == read["callLog"]
    assert secret([URL]) == read["__marked"]
    emulator.faults.add(Fault(kind="status", method="PUT", status=400, body={"message": f"no: {URL}"}))
    with pytest.raises(SendblueError) as raised:
        provider.update("account", state, PROGRAM)
    assert [OTHER, secret(URL)] == provider.update("account", state, PROGRAM).outs["receive"]

    told = [text for _, text in messages]
    assert any("+ call_log [secret] (secret set)" in text for text in told)
    assert "[secret]" in str(raised.value)
    for text in (*told, str(raised.value)):
        assert "canary" not in text


def test_a_webhook(emulator: Emulator, account: Account, messages: Messages) -> None:
    """So are a webhook's URL and numbers; a process that only reads knows them from the state."""
    with emulator.serve() as url:
        settings = {"apiKeyId": "key-id", "apiSecretKey": "secret-key", "baseUrl": url}
        provider = make_provider(PINNED_WEBHOOK, **settings)
        inputs = provider.check({}, WEBHOOK).inputs
        assert {"url": secret(URL), "sendblueNumbers": [secret(NUMBER)]}.items() <= inputs.items()
        created = provider.create(WEBHOOK)
        assert {"url": secret(URL), "__marked": secret([NUMBER, URL])}.items() <= created.outs.items()
        account.webhooks = {"receive": [URL]}
        forget_sessions()
        read = make_provider(PINNED_WEBHOOK, **settings).read(created.id, {**WEBHOOK, "secretsReadable": True}).outs

    assert {"event": "receive", "url": secret(URL)}.items() <= read.items()
    heading = "changed outside of this stack since the last update:"
    assert [("warning", f"{heading}\n  ~ receive [secret] numbers changed from [secret] to all")] == messages


def test_a_check_failure(provider: Any, account: Account) -> None:
    """A refusal by the check names no marked URL."""
    account.webhooks = {"receive": [{"url": URL, "secret": "theirs"}]}
    (failure,) = provider.check({}, PROGRAM).failures

    assert "receive [secret]" in failure.reason
    assert "canary" not in failure.reason


def test_a_state_without_marks(provider: Any, account: Account) -> None:
    """A program that marks a URL is no change of a state from before: that learns of it with the next update."""
    program = {"receive": [URL]}
    outputs = provider.create(program).outs
    assert "__marked" not in outputs
    state = {**program, "secretsReadable": True, "managed": outputs["managed"]["value"]}
    marked = {**program, "__marked": [URL]}

    assert not provider.check(program, marked).failures
    assert not provider.diff("account", {**state, "__provider": ""}, marked).changes
    assert {"receive": [URL]} == account.webhooks
    assert secret([URL]) == provider.update("account", state, marked).outs["__marked"]
