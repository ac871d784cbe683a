"""Pulumi's resource options with the plugin: what each of them does to the account."""

from __future__ import annotations

import pulumi

from pulumi_sendblue import WebhookConfiguration, WebhookEndpointArgs
from sendblue_emulator import Account, Fault
from tests.engine.programs import AUDIT, CALLS, FOREIGN, INBOUND, PLUGIN, USUAL, held
from tests.engine.world import World

Options = pulumi.ResourceOptions


def test_ignore_changes_of_an_event(world: World, account: Account) -> None:
    """An event whose changes are ignored keeps what others put there, through updates and destroy."""
    options = Options(ignore_changes=["receive"])
    stack = world.stack(PLUGIN.declare("webhooks", options, receive=[INBOUND], call_log=[CALLS]), account)
    stack.up()
    foreign = {"url": FOREIGN, "secret": "foreign-secret"}
    account.add("receive", foreign)

    preview = stack.preview(expect_no_changes=True)
    assert preview.ok, preview.text
    assert ["GET"] == preview.requests
    stack.program(PLUGIN.declare("webhooks", options, receive=[AUDIT], call_log=[CALLS, AUDIT]))
    preview = stack.preview()
    assert "update [diff: ~callLog]" in preview.text
    up = stack.up()
    assert up.ok, up.text
    assert ["GET", "GET", "PUT", "GET"] == up.requests
    assert {"receive": [INBOUND, foreign], "call_log": [CALLS, AUDIT]} == held(account)
    assert stack.preview(expect_no_changes=True).ok

    destroy = stack.destroy()
    assert destroy.ok
    assert f"receive {FOREIGN} (secret set)" in destroy.text
    assert {"receive": [foreign]} == held(account)


def test_ignore_changes_of_a_secret(world: World, account: Account) -> None:
    """A secret whose changes are ignored, an endpoint's or the account's, keeps its live value."""
    options = Options(ignore_changes=["receive[1].secret", "globalSecret"])
    stack = world.stack(PLUGIN.usual("webhooks", options), account)
    stack.up()
    account.set_secret("globalSecret", "set-by-hand")
    account.webhooks = {**account.webhooks, "receive": [INBOUND, {"url": AUDIT, "secret": "also-by-hand"}]}

    assert stack.preview(expect_no_changes=True).ok
    stack.program(
        PLUGIN.declare(
            "webhooks",
            options,
            receive=[INBOUND, WebhookEndpointArgs(url=AUDIT, secret="changed-in-the-program")],
            global_secret="changed-in-the-program",
        )
    )
    up = stack.up()
    assert up.ok, up.text
    assert {
        "receive": [INBOUND, {"url": AUDIT, "secret": "also-by-hand"}],
        "globalSecret": "set-by-hand",
    } == held(account)
    assert stack.preview(expect_no_changes=True).ok


def test_custom_timeouts(world: World, account: Account) -> None:
    """An API that stalls ends an operation within the resource's own time, in one line, and the next run goes on."""
    options = Options(custom_timeouts=pulumi.CustomTimeouts(create="1s", update="1s", delete="1s"))
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
    assert ["GET", "GET", "DELETE"] == delete.requests
    for run in (create, update, delete):
        assert not run.ok
        assert "cannot be done within the 1 s that an operation may take: no answer came in time" in run.text
        assert "customTimeouts" in run.text
        assert "Traceback" not in run.text


def test_replace_on_changes(world: World, account: Account) -> None:
    """A replacement writes the account once and never empties it, whichever comes first of its create and delete."""
    options = Options(replace_on_changes=["receive"])
    stack = world.stack(PLUGIN.declare("webhooks", options, receive=[INBOUND], call_log=[CALLS]), account)
    stack.up()
    seen: list[object] = []
    world.emulator.before("*", lambda: seen.append(held(account)), times=None)

    stack.program(PLUGIN.declare("webhooks", options, receive=[AUDIT], call_log=[CALLS]))
    up = stack.up()
    assert up.ok, up.text
    assert "1 replaced" in up.text
    assert ["GET", "GET", "PUT", "GET", "GET"] == up.requests
    assert {"receive": [AUDIT], "call_log": [CALLS]} == held(account)
    assert stack.preview(expect_no_changes=True).ok

    options = Options(replace_on_changes=["*"], delete_before_replace=True)
    stack.program(PLUGIN.declare("webhooks", options, receive=[INBOUND], call_log=[CALLS]))
    up = stack.up()
    assert up.ok, up.text
    assert "1 replaced" in up.text
    assert ["GET", "GET", "DELETE", "GET", "GET", "PUT", "GET"] == up.requests
    assert {"receive": [INBOUND], "call_log": [CALLS]} == held(account)
    assert all(isinstance(held_then, dict) and held_then.get("call_log") == [CALLS] for held_then in seen)

    # What the stack did not put there is for the create of a replacement what it is for every create.
    account.add("receive", FOREIGN)
    refused = stack.preview()
    assert not refused.ok
    assert f"a create would remove or change it: receive {FOREIGN}." in refused.text


def test_a_replacement_keeps_what_is_ignored(world: World, account: Account) -> None:
    """The create of a replacement, which the engine tells nothing of `ignore_changes`, keeps it all the same."""
    options = Options(ignore_changes=["receive"], replace_on_changes=["callLog"])
    stack = world.stack(PLUGIN.declare("webhooks", options, receive=[INBOUND], call_log=[CALLS]), account)
    stack.up()
    account.add("receive", FOREIGN)
    # The program changes what it ignores, too.
    stack.program(PLUGIN.declare("webhooks", options, receive=[AUDIT], call_log=[AUDIT]))

    up = stack.up()
    assert up.ok, up.text
    assert "1 replaced" in up.text
    assert "managed by this stack from now on" not in up.text
    assert {"receive": [INBOUND, FOREIGN], "call_log": [AUDIT]} == held(account)
    assert stack.preview(expect_no_changes=True).ok
    assert stack.destroy().ok
    assert {"receive": [FOREIGN]} == held(account)


def test_rename_with_an_alias(world: World, account: Account) -> None:
    """With an alias a new name is no change to anything."""
    stack = world.stack(PLUGIN.usual("before"), account)
    stack.up()
    stack.program(PLUGIN.usual("after", Options(aliases=[pulumi.Alias(name="before")])))

    up = stack.up()
    assert up.ok, up.text
    assert ["GET"] == up.requests
    assert "2 unchanged" in up.text
    assert USUAL == account.webhooks
    assert "account" == stack.resource("after")["id"]


def test_protect_and_retain_on_delete(world: World, account: Account) -> None:
    """A protected configuration is not destroyed; a retained one is given up, and stays on the account."""
    stack = world.stack(PLUGIN.usual("webhooks", Options(protect=True)), account)
    stack.up()
    protected = stack.destroy()
    assert not protected.ok
    assert "because it is protected" in protected.text
    assert ["GET"] == protected.requests

    stack.program(PLUGIN.usual("webhooks", Options(retain_on_delete=True)))
    up = stack.up()
    assert ["GET"] == up.requests
    destroy = stack.destroy()
    assert destroy.ok
    assert ["GET"] == destroy.requests
    assert USUAL == account.webhooks


def test_two_resources_in_one_program(world: World, account: Account) -> None:
    """A second configuration for the same account is refused, both named; the first one's create goes on."""

    def program() -> None:
        one = WebhookConfiguration("one", receive=[INBOUND])
        WebhookConfiguration("two", Options(depends_on=[one]), receive=[INBOUND])

    stack = world.stack(program, account)
    preview = stack.preview()
    assert not preview.ok
    assert "two WebhookConfigurations for one Sendblue account, 'one' and 'two'" in preview.text
    assert "Traceback" not in preview.text
    assert not stack.up().ok
    assert {"receive": [INBOUND]} == held(account)

    stack.program(PLUGIN.declare("one", receive=[INBOUND]))
    assert stack.preview(expect_no_changes=True).ok
