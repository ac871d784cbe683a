"""What goes wrong with the plugin: one clean error, a state that the next run goes on from, and no process left."""

from __future__ import annotations

import time
from typing import Any

import pulumi
import pytest

import pulumi_sendblue as sendblue
from sendblue_emulator import Account, Fault
from tests.engine.programs import AUDIT, CALLS, FOREIGN, INBOUND, PLUGIN, USUAL, held
from tests.engine.world import World


def test_event_that_the_api_drops(world: World, account: Account) -> None:
    """An event that the API drops is one error; state keeps the rest, so the next run goes on, and destroy is whole."""
    account.behave(dropped_on_put={"call_log"})
    stack = world.stack(PLUGIN.usual(), account)

    up = stack.up()
    assert not up.ok
    assert ["GET", "PUT", "GET"] == up.requests
    diagnostics = up.text[up.text.index("Diagnostics:") : up.text.index("Resources:")]
    assert 1 == diagnostics.count("Sendblue answered with success and did not do all of it.")
    assert f"Still to do: + call_log {CALLS}." in diagnostics
    assert "remove call_log from the program" in diagnostics
    assert "Traceback" not in up.text
    resource = stack.resource()
    assert ["Sendblue answered with success"] == [reason[:30] for reason in resource["initErrors"]]
    assert resource["refreshBeforeUpdate"] is True

    account.add("outbound", FOREIGN)
    preview = stack.preview(diff=True)
    assert preview.ok
    assert ["GET"] == preview.requests
    assert f'+     [0]: "{CALLS}"' in preview.text
    assert f'-     [0]: "{FOREIGN}"' in preview.text
    account.behave(dropped_on_put=())
    up = stack.up()
    assert up.ok, up.text
    assert ["GET", "GET", "PUT", "GET"] == up.requests
    assert USUAL == held(account)
    assert "initErrors" not in stack.resource()

    account.behave(dropped_on_put={"outbound"})
    stack.program(PLUGIN.declare(receive=[INBOUND, AUDIT], outbound=[CALLS]))
    assert not stack.up().ok
    account.add("outbound", FOREIGN)
    destroy = stack.destroy()
    assert destroy.ok, destroy.text
    assert {"outbound": [FOREIGN]} == held(account)


@pytest.mark.parametrize(
    ("stalled", "requests"),
    [
        (Fault(kind="stall", method="GET", seconds=30), ["GET"]),
        (Fault(kind="stall", method="PUT", seconds=30), ["GET", "PUT", "GET"]),
        (Fault(kind="stall", method="PUT", seconds=30, applied=True), ["GET", "PUT", "GET"]),
    ],
    ids=["get", "put", "put-that-was-done"],
)
def test_interrupt(world: World, account: Account, stalled: Fault, requests: list[str]) -> None:
    """Ctrl-C while a request stalls ends the run at once; the state is what is on the account; the next run goes on."""
    stack = world.stack(PLUGIN.usual(), account)
    world.emulator.faults.add(stalled)
    pressed: list[float] = []

    def press() -> None:
        pressed.append(time.monotonic())
        world.interrupt()

    world.emulator.before(stalled.method, press)
    up = stack.up()
    assert time.monotonic() - pressed[0] < 4.5  # for a plugin that does not end the engine waits 5 s
    assert not up.ok
    assert requests == up.requests
    assert "^C received" in up.text
    assert "Traceback" not in up.text
    assert {} == world.left_running()
    state = stack.state()
    assert not state.get("pending_operations")
    known = [resource["type"] for resource in state["resources"]]
    assert stalled.applied == (PLUGIN.type("WebhookConfiguration") in known) == bool(held(account))
    if not stalled.applied:
        assert f"{stalled.method} {world.url}/api/v2/account/webhooks was interrupted" in up.text

    again = stack.up()
    assert again.ok, again.text
    assert (["GET"] if stalled.applied else ["GET", "PUT", "GET"]) == again.requests
    assert USUAL == account.webhooks


def test_interrupt_of_an_update(world: World, account: Account) -> None:
    """Ctrl-C at the GET that verifies an update: what was written is in the state."""
    stack = world.stack(PLUGIN.declare(receive=[INBOUND]), account)
    stack.up()
    stack.program(PLUGIN.usual())
    world.emulator.before("GET", world.interrupt, after=2)
    world.emulator.faults.add(Fault(kind="stall", method="GET", after=2, seconds=30))

    assert not stack.up().ok
    assert {} == world.left_running()
    assert USUAL == account.webhooks
    again = stack.up()
    assert again.ok, again.text
    assert ["GET"] == again.requests
    assert stack.destroy().ok
    assert {} == held(account)


def test_failed_verification_converges(world: World, account: Account) -> None:
    """Where the GET after the PUT fails, the error says so, state has the resource, and the next run only reads."""
    stack = world.stack(PLUGIN.usual(), account)
    world.emulator.faults.add(Fault(kind="status", method="GET", after=1, times=None, status=400))

    up = stack.up()
    assert not up.ok
    assert "The change was sent, but could not be looked at afterwards" in up.text
    world.emulator.faults.clear()
    again = stack.up()
    assert again.ok, again.text
    assert ["GET"] == again.requests
    assert "changed outside of this stack" not in again.text
    assert stack.preview(expect_no_changes=True).ok
    assert stack.destroy().ok
    assert {} == held(account)


def test_bad_input(world: World, account: Account) -> None:
    """All that is wrong is listed at once, a line each, with no request, no secret and no traceback."""
    arguments: dict[str, Any] = {
        "receive": [INBOUND, "http://example.com/in", {"url": AUDIT, "secret": "", "sendblue_numbers": ["555"]}],
        "outbound": [{"url": "https://me:canary-pass@example.com/"}],
        "call_log": [CALLS, {"url": CALLS, "secret": "canary-secret"}],
        "contact_created": [{"url": AUDIT}],
        "other_events": {"globalSecret": [], "receive": [INBOUND]},
        "secret": "",
        "allow_overwrite": "yes",
    }
    stack = world.stack(PLUGIN.declare(**arguments), account)

    for run in (stack.preview(), stack.up()):
        assert not run.ok
        assert [] == run.requests
        problems = sorted(
            line.partition(" has a problem: ")[2].partition(":")[0]
            for line in run.text[run.text.index("Diagnostics:") : run.text.index("Resources:")].splitlines()
            if " has a problem: " in line
        )
        assert [
            "allowOverwrite",
            "callLog[1].url",
            "contactCreated[0]",
            "otherEvents.globalSecret",
            "otherEvents.receive",
            "outbound[0].url",
            "receive[1]",
            "receive[2].secret",
            "receive[2].sendblueNumbers[0]",
            "secret",
        ] == problems
        assert "canary" not in run.text
        assert "Traceback" not in run.text
    assert {} == held(account)


def test_bad_settings(world: World, account: Account) -> None:
    """What is wrong with the settings is listed with the way to mend it: the configuration's, or the provider's."""

    def explicit() -> None:
        provider = sendblue.Provider("mine", api_secret_key="canary secret", timeout_seconds=-1)
        sendblue.WebhookConfiguration("webhooks", pulumi.ResourceOptions(provider=provider), receive=[INBOUND])

    stack = world.stack(PLUGIN.declare(receive=[INBOUND]), account)
    stack.stack.remove_config("sendblue:apiKeyId")
    stack.config("sendblue:baseUrl", "http://api.sendblue.com")

    preview = stack.preview()
    assert "apiKeyId is not set: run `pulumi config set sendblue:apiKeyId <key id>`" in preview.text
    assert "sendblue:baseUrl is http://" in preview.text
    stack.program(explicit)
    of_provider = stack.preview()
    assert "apiKeyId is not set: give the sendblue.Provider its apiKeyId" in of_provider.text
    assert "the sendblue.Provider's apiSecretKey is empty, or holds characters" in of_provider.text
    assert "the sendblue.Provider's timeoutSeconds is not a number of seconds" in of_provider.text
    for run in (preview, of_provider):
        assert not run.ok
        assert [] == run.requests
        assert "canary" not in run.text
        assert "Traceback" not in run.text
