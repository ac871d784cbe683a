"""What a `Webhook` may declare: each failure begins with its property, quotes no secret, and costs no request."""

from __future__ import annotations

from typing import Any

import pytest

from sendblue_emulator import Account, Emulator
from tests.plugin.conftest import NUMBER, A, content, said
from tests.plugin.driver import WEBHOOK, Plugin, urn
from tests.plugin.engine import Engine
from tests.plugin.processes import Start
from tests.plugin.values import Secret
from tests.plugin.webhook.conftest import PROGRAM

WRONG = [
    pytest.param({"event": "globalSecret"}, ["event"], ["secret"], id="the global secret"),
    pytest.param({"event": "callLog"}, ["event"], ["call_log"], id="callLog"),
    pytest.param({"url": "https://user:canary@example.com/"}, ["url"], [], id="user info"),
    pytest.param({"url": None}, ["url"], [], id="no URL"),
    pytest.param({"globalSecret": "canary"}, ["globalSecret"], ["sendblueNumbers"], id="another property"),
    pytest.param(
        {"event": "callLog", "url": "x", "secret": "", "sendblueNumbers": ["5"], "allowOverwrite": 1, "more": A},
        ["url", "secret", "sendblueNumbers[0]", "event", "allowOverwrite", "more"],
        [],
        id="everything",
    ),
]


@pytest.mark.parametrize(("fields", "places", "parts"), WRONG)
def test_what_is_wrong(
    plugin: Plugin, emulator: Emulator, fields: dict[str, Any], places: list[str], parts: list[str]
) -> None:
    """All failures come at once, each a line that begins with its path, without any value that may be a secret."""
    failures = plugin.check({**PROGRAM, **fields}).failures
    assert [said(reason).partition(": ")[0] for reason in failures] == places
    assert [part for part in parts if not all(part in reason for reason in failures)] == []
    assert emulator.journal.methods() == []


def test_failures_do_not_tell_secrets(plugin: Plugin) -> None:
    """What is marked as a secret is not quoted, whatever is wrong with it."""
    program = {
        "event": Secret("canary event"),
        "url": Secret("http://example.com/canary"),
        "secret": Secret("canary\n"),
        "sendblueNumbers": Secret(["canary"]),
        "allowOverwrite": Secret("canary"),
    }
    failures = plugin.check(program).failures
    assert len(failures) == 5
    for reason in failures:
        said(reason)


def test_a_newer_event(start: Start, remote: Account, engine: Engine) -> None:
    """An event that nobody documents is fine, with a warning in preview and up that Sendblue may refuse it."""
    remote.behave(accepted_events=[*remote.behaviour.accepted_events, "line_moved"])
    program = {"event": "line_moved", "url": A}
    start().preview(program)
    in_preview = engine.take()
    state = start().up(program)
    assert in_preview == engine.take()
    ((severity, resource, text, _),) = in_preview
    assert (severity, resource) == ("warning", urn(type_=WEBHOOK))
    assert "line_moved" in text
    assert "refuse" in text
    assert content(remote) == {"line_moved": [A]}
    assert start().plan(program, state).step == "same"


def test_numbers_outside_receive(start: Start, engine: Engine) -> None:
    """Numbers of another event than `receive` are one warning a preview, also if the event or URL changes by it."""
    program = {"event": "outbound", "url": A, "sendblueNumbers": [NUMBER]}
    state = start().up({**program, "event": "receive"})
    assert engine.take() == []
    start().preview(program, state)
    removal, (severity, resource, text, _) = engine.take()
    assert removal.text.startswith("an update of these webhooks will remove")
    assert (severity, resource) == ("warning", urn(type_=WEBHOOK))
    assert text.endswith(f"  outbound {A} (for {NUMBER})")
