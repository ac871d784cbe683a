"""While an answer is awaited, or a request is to be sent again, the status line says so, in both front ends."""

from __future__ import annotations

import pytest

from sendblue_emulator import Emulator, Fault
from tests.plugin.engine import Engine, Message
from tests.runners.program import hook
from tests.runners.runner import add_account, in_process

A, B = "https://example.com/a", "https://example.com/b"


def told(runner: str, monkeypatch: pytest.MonkeyPatch, fault: Fault, *, parallel: int = 1) -> list[Message]:
    """Run an `up` of two webhooks with a fault; return what the status lines said."""
    monkeypatch.setattr("sendblue_provider.api.attempt.STALL_SECONDS", 0.05)
    monkeypatch.setattr("sendblue_provider.api.attempt.ANNOUNCE_SECONDS", 0.1)
    kept: list[Message] = []
    take = Engine.take

    def keep(engine: Engine) -> list[Message]:
        kept.extend(engine.messages)
        return take(engine)

    monkeypatch.setattr(Engine, "take", keep)
    emulator = Emulator()
    add_account(emulator)
    with in_process(runner, emulator) as told_by:
        emulator.faults.add(fault)
        assert told_by.up((hook(A), hook(B)), parallel=parallel).ok
    return [message for message in kept if message.is_ephemeral]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("runner", ["dynamic", "plugin"])
def test_an_answer_that_is_awaited(runner: str, method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stalled answer is announced, and again with what is left of the wait."""
    messages = told(runner, monkeypatch, Fault(kind="stall", method=method, seconds=0.5))
    # On a busy machine another request may be slow, too.
    texts = [message.text for message in messages]
    assert texts.count(f"no answer to {method} yet: waiting for it for up to 10 s") >= 2
    assert {runner == "plugin"} == {"receive-" in message.urn for message in messages}


@pytest.mark.parametrize("runner", ["dynamic", "plugin"])
def test_a_request_that_is_sent_again(runner: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """So is a wait before another attempt."""
    fault = Fault(kind="status", status=503, method="POST", headers={"Retry-After": "1"})
    messages = told(runner, monkeypatch, fault)
    assert "Sendblue answered 503 to POST: asking again in 1 s" in {message.text for message in messages}


def test_all_that_wait_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each resource whose write is under way has it in its own status line."""
    fault = Fault(kind="stall", method="POST", seconds=0.5)
    messages = told("plugin", monkeypatch, fault, parallel=2)
    assert {"receive-a", "receive-b"} == {message.urn.rpartition("::")[2] for message in messages}
