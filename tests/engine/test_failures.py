"""What goes wrong with the plugin: one clean error, a state that the next run goes on from, and no process left."""

from __future__ import annotations

import threading

import pulumi
import pytest

from sendblue_emulator import Account, Fault
from tests.engine.programs import AUDIT, CALLS, DYNAMIC, FOREIGN, INBOUND, PLUGIN, USUAL, held
from tests.engine.world import World


def test_event_that_the_api_drops(world: World, account: Account) -> None:
    """An event that the API drops is one error; state keeps the rest, so that the next run goes on."""
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
    assert preview.ok, preview.text
    assert ["GET"] == preview.requests
    assert f'+     [0]: "{CALLS}"' in preview.text
    assert f'-     [0]: "{FOREIGN}"' in preview.text
    account.behave(dropped_on_put=())
    up = stack.up()
    assert up.ok, up.text
    assert ["GET", "GET", "PUT", "GET"] == up.requests
    assert USUAL == held(account)
    assert "initErrors" not in stack.resource()


@pytest.mark.parametrize("applied", [False, True], ids=["put", "put-that-was-done"])
def test_interrupt(world: World, account: Account, *, applied: bool) -> None:
    """Ctrl-C while a PUT stalls ends the plugin before the engine ends it; the state is what is on the account."""
    stack = world.stack(PLUGIN.usual(), account)
    world.emulator.faults.add(Fault(kind="stall", method="PUT", seconds=30, applied=applied))
    world.emulator.before("PUT", world.interrupt)

    up = stack.up()
    assert not up.ok
    assert ["GET", "PUT", "GET"] == up.requests
    assert "^C received" in up.text
    assert "Traceback" not in up.text
    assert {} == world.left_running()
    state = stack.state()
    # A plugin that the engine has to end leaves a create whose outcome is not known.
    assert not state.get("pending_operations")
    known = [resource["type"] for resource in state["resources"]]
    assert applied == (PLUGIN.type("WebhookConfiguration") in known) == bool(held(account))
    if not applied:
        assert f"PUT {world.url}/api/v2/account/webhooks was interrupted" in up.text

    again = stack.up()
    assert again.ok, again.text
    assert (["GET"] if applied else ["GET", "PUT", "GET"]) == again.requests
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


def test_two_interrupts_of_a_dynamic_resource(world: World, account: Account) -> None:
    """A dynamic host is told of no Ctrl-C: a second one ends it, the next run goes on, and refresh clears the rest."""
    stack = world.stack(DYNAMIC.usual(), account)
    world.emulator.faults.add(Fault(kind="stall", method="PUT", seconds=12, applied=True))

    def twice() -> None:
        world.interrupt()
        threading.Timer(3, world.interrupt).start()

    world.emulator.before("PUT", twice)
    up = stack.up()
    assert not up.ok
    assert "no answer to PUT yet: waiting for it for up to 18 s" in up.text
    assert "^C received; terminating" in up.text
    assert {} == world.left_running()
    assert ["creating"] == [pending["type"] for pending in stack.state()["pending_operations"]]

    again = stack.up()
    assert again.ok, again.text
    assert {"GET"} == set(again.requests)
    assert stack.refresh(clear_pending_creates=True, expect_no_changes=True).ok
    assert not stack.state().get("pending_operations")
    assert USUAL == account.webhooks


def test_custom_timeouts(world: World, account: Account) -> None:
    """An API that stalls ends an operation within the resource's own time, in one line, and the next run goes on."""
    options = pulumi.ResourceOptions(custom_timeouts=pulumi.CustomTimeouts(create="1s", update="1s", delete="1s"))
    faults = world.emulator.faults
    stack = world.stack(PLUGIN.declare("webhooks", options, receive=[INBOUND]), account)
    faults.add(Fault(kind="stall", method="GET", seconds=30))
    create = stack.up()
    assert ["GET"] == create.requests
    assert stack.up().ok

    stack.program(PLUGIN.declare("webhooks", options, receive=[INBOUND, AUDIT]))
    faults.add(Fault(kind="stall", method="PUT", seconds=30))
    update = stack.up()
    assert ["GET", "GET", "PUT", "GET"] == update.requests
    assert {"receive": [INBOUND]} == held(account)

    faults.add(Fault(kind="stall", method="DELETE", seconds=30))
    delete = stack.destroy()
    assert ["GET", "GET", "DELETE", "GET"] == delete.requests
    for run in (create, update, delete):
        assert not run.ok
        assert "cannot be done within the 1 s that an operation may take: no answer came in time" in run.text
        assert "customTimeouts" in run.text
        assert "Traceback" not in run.text
    assert f"Not done: + receive {AUDIT}" in update.text
    assert f"Not done: - receive {INBOUND}" in delete.text
