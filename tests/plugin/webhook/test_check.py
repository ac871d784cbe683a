"""What a `Webhook` may declare: each failure begins with its property, quotes no secret, and costs no request."""

from __future__ import annotations

from typing import Any

import pytest

from sendblue_emulator import Account, Emulator
from tests.plugin.conftest import NUMBER, OWN, A, B, C, content, failure, said
from tests.plugin.driver import UNKNOWN, WEBHOOK, CheckFailed, Engine, Failed, Plugin, Secret, Start, urn
from tests.plugin.webhook.conftest import PROGRAM

WRONG = [
    pytest.param({"event": "globalSecret"}, ["event"], ["secret"], id="the global secret"),
    pytest.param({"event": "secret"}, ["event"], ["secret"], id="the legacy secret"),
    pytest.param({"event": "callLog"}, ["event"], ["call_log"], id="callLog"),
    pytest.param({"event": "lineBlocked"}, ["event"], ["line_blocked"], id="lineBlocked"),
    pytest.param({"event": ""}, ["event"], [], id="no event"),
    pytest.param({"event": None}, ["event"], [], id="null"),
    pytest.param({"event": 5}, ["event"], [], id="a number"),
    pytest.param({"event": "contact_created"}, ["secret", "sendblueNumbers"], ["contact_created"], id="contacts"),
    pytest.param({"event": "contact_created", "sendblueNumbers": None}, ["secret"], ["contact_created"], id="a secret"),
    pytest.param({"event": "contact_created", "secret": None}, ["sendblueNumbers"], ["contact_created"], id="numbers"),
    pytest.param({"url": "http://example.com/"}, ["url"], ["https://"], id="http"),
    pytest.param({"url": "/inbound"}, ["url"], ["https://"], id="a path"),
    pytest.param({"url": "https://user:canary@example.com/"}, ["url"], [], id="user info"),
    pytest.param({"url": f"{A}#canary"}, ["url"], ["fragment"], id="a fragment"),
    pytest.param({"url": f"{A} "}, ["url"], ["space"], id="a space"),
    pytest.param({"url": f"{A}\n"}, ["url"], [], id="a line end"),
    pytest.param({"url": None}, ["url"], [], id="no URL"),
    pytest.param({"secret": ""}, ["secret"], ["empty"], id="an empty secret"),
    pytest.param({"secret": "canary\n"}, ["secret"], [], id="a line end in the secret"),
    pytest.param({"sendblueNumbers": [NUMBER, "15551230001"]}, ["sendblueNumbers[1]"], ["E.164"], id="no plus"),
    pytest.param({"sendblueNumbers": [NUMBER, NUMBER]}, ["sendblueNumbers[1]"], [], id="a number twice"),
    pytest.param({"sendblueNumbers": NUMBER}, ["sendblueNumbers"], ["list"], id="no list"),
    pytest.param({"allowOverwrite": "yes"}, ["allowOverwrite"], [], id="no flag"),
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


@pytest.mark.parametrize("missing", ["event", "url"])
def test_what_is_missing(plugin: Plugin, missing: str) -> None:
    """An event and a URL are needed."""
    program = {name: value for name, value in PROGRAM.items() if name != missing}
    (reason,) = plugin.check(program).failures
    assert said(reason).startswith(f"{missing}: is missing")


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


FINE = [
    {},
    {"event": "contact_created", "secret": None, "sendblueNumbers": None},
    {"event": "contact_created", "secret": None, "sendblueNumbers": []},
    {"event": "inbound_call"},
    {"url": "https://example.com:8443/in?key=a%20b&x"},
    {"url": "https://bücher.example/in"},
    {"event": UNKNOWN, "url": "https://example.com/"},
    {"event": "contact_created", "secret": UNKNOWN, "sendblueNumbers": UNKNOWN},
]


@pytest.mark.parametrize("fields", FINE)
def test_what_is_fine(plugin: Plugin, fields: dict[str, Any]) -> None:
    """What is right, or may turn out to be, passes, and comes back as it was."""
    checked = plugin.check({**PROGRAM, **fields})
    assert checked.failures == []
    if fields.get("secret", "") is not UNKNOWN:
        assert checked.inputs == {**PROGRAM, **fields}


# An event that the provider does not know


def test_a_newer_event(start: Start, remote: Account, engine: Engine) -> None:
    """An event outside the six is fine, with a warning in preview and up that Sendblue may refuse it."""
    remote.behave(accepted_events=[*remote.behaviour.accepted_events, "typing_indicator"])
    program = {"event": "typing_indicator", "url": A}
    start().preview(program)
    in_preview = engine.take()
    state = start().up(program)
    assert in_preview == engine.take()
    ((severity, resource, text),) = in_preview
    assert (severity, resource) == ("warning", urn(type_=WEBHOOK))
    assert "typing_indicator" in text
    assert "refuse" in text
    assert content(remote) == {"typing_indicator": [A]}
    assert start().plan(program, state).step == "same"


@pytest.mark.parametrize("event", ["receive", "outbound", "call_log", "line_blocked", "line_assigned"])
def test_no_warning_of_the_six(start: Start, engine: Engine, event: str) -> None:
    """The events that the API page lists have no warning."""
    start().up({"event": event, "url": A})
    assert engine.take() == []


def test_an_event_that_the_api_refuses(start: Start, emulator: Emulator, remote: Account) -> None:
    """Where the API refuses the event, its error is told in one line, with the list of those that it takes."""
    with pytest.raises(Failed) as failed:
        start().up({"event": "typing_indicator", "url": A})
    assert "400" in failure(failed)
    assert "receive, call_log, line_blocked" in failed.value.text
    assert failed.value.written is None
    assert emulator.journal.methods() == ["GET", "POST"]
    assert content(remote) == {}


# The same entry twice


def test_the_same_entry_twice(plugin: Plugin, emulator: Emulator) -> None:
    """A second `Webhook` of the same event and URL fails its check, which names both; the first is not harmed."""
    state = plugin.up({"event": "receive", "url": A}, name="first")
    emulator.journal.clear()
    with pytest.raises(CheckFailed) as failed:
        plugin.plan({"event": "receive", "url": A, "secret": Secret(OWN)}, name="second")
    (reason,) = failed.value.args
    assert f"receive {A}" in said(reason)
    assert "'first'" in reason.replace(f"{WEBHOOK}::", "")
    assert "'second'" in reason.replace(f"{WEBHOOK}::", "")
    assert emulator.journal.methods() == []
    assert not plugin.diff(state, state.inputs, name="first").changes


def test_the_same_secret_url_twice(plugin: Plugin) -> None:
    """The refusal does not show a URL that is a secret."""
    program = {"event": "receive", "url": Secret("https://example.com/canary")}
    plugin.check(program, name="first")
    (reason,) = plugin.check(program, name="second").failures
    assert "receive [secret]" in said(reason)


@pytest.mark.parametrize("second", [{"event": "outbound", "url": A}, {"event": "receive", "url": B}])
def test_different_entries(plugin: Plugin, remote: Account, second: dict[str, str]) -> None:
    """One URL for two events, or two URLs for one event, are two entries."""
    plugin.up({"event": "receive", "url": A}, name="first")
    plugin.up(second, name="second")
    assert sum(len(entries) for entries in content(remote).values()) == 2


def test_one_resource_is_checked_twice(plugin: Plugin) -> None:
    """The same resource may be checked any number of times, also as the two halves of a replacement."""
    state = plugin.up({"event": "receive", "url": A})
    for _ in range(2):
        assert plugin.check({"event": "receive", "url": B}, state.inputs).failures == []
        assert plugin.check({"event": "receive", "url": B}).failures == []


def test_the_next_run_starts_afresh(plugin: Plugin, settings: dict[str, Any]) -> None:
    """What one run declared is nothing to the next, though the same process serves both."""
    plugin.check({"event": "receive", "url": A}, name="first")
    plugin.cancel()
    plugin.configure(settings)
    assert plugin.check({"event": "receive", "url": A}, name="second").failures == []


def test_the_same_entry_on_two_accounts(start: Start, emulator: Emulator, settings: dict[str, Any]) -> None:
    """Each account has its own."""
    emulator.add_account(key_id="second", secret="canary-key", name="other")
    plugin = start()
    plugin.up({"event": "receive", "url": C}, name="first")
    plugin.configure({**settings, "apiKeyId": "second"})
    plugin.up({"event": "receive", "url": C}, name="second")
    assert content(emulator.account("default")) == content(emulator.account("other")) == {"receive": [C]}
