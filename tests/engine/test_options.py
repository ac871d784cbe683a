"""Pulumi's resource options with the plugin: what each of them does to the account."""

from __future__ import annotations

import pulumi

import pulumi_sendblue as sendblue
from pulumi_sendblue import WebhookEndpointArgs
from sendblue_emulator import Account
from tests.engine.programs import AUDIT, CALLS, FOREIGN, INBOUND, PLUGIN, USUAL, FrontEnd, held
from tests.engine.workspaces import KEY_ID, SECRET_KEY, Program
from tests.engine.world import World

Options = pulumi.ResourceOptions


def test_ignore_changes(world: World, account: Account) -> None:
    """What is ignored, an event or a secret, keeps what others put there, through updates; a destroy leaves theirs.

    A misspelt path is warned of once in a preview, from the second run on: a create is told no paths.
    """
    options = Options(ignore_changes=["receive", "callLog[1].secret", "globalSecret", "recieve"])

    def program(url: str, secret: str, *more: str) -> Program:
        return PLUGIN.declare(
            "webhooks",
            options,
            receive=[url],
            call_log=[CALLS, WebhookEndpointArgs(url=AUDIT, secret=secret), *more],
            global_secret=secret,
        )

    stack = world.stack(program(INBOUND, "first"), account)
    stack.up()
    foreign = {"url": FOREIGN, "secret": "foreign-secret"}
    by_hand = {"url": AUDIT, "secret": "by-hand"}
    account.webhooks = {"receive": [INBOUND, foreign], "call_log": [CALLS, by_hand], "globalSecret": "also-by-hand"}

    preview = stack.preview(expect_no_changes=True)
    assert preview.ok, preview.text
    assert ["GET"] == preview.requests
    diagnostics = preview.text[preview.text.index("Diagnostics:") :]
    assert 1 == diagnostics.count("warning: in ignoreChanges, recieve names no property and has no effect.")
    stack.program(program(AUDIT, "changed-in-the-program", INBOUND))
    up = stack.up()
    assert up.ok, up.text
    assert ["GET", "GET", "PUT", "GET"] == up.requests
    now = {"receive": [INBOUND, foreign], "call_log": [CALLS, by_hand, INBOUND], "globalSecret": "also-by-hand"}
    assert now == held(account)
    assert stack.preview(expect_no_changes=True).ok

    destroy = stack.destroy()
    assert destroy.ok, destroy.text
    assert f"receive {FOREIGN} (secret set)" in destroy.text
    assert {"receive": [foreign], "call_log": [by_hand], "globalSecret": "also-by-hand"} == held(account)


def test_ignore_changes_in_pythons_spelling(world: World, account: Account, front_end: FrontEnd) -> None:
    """Below the first level Python's spelling of a path is read, too: what the program changes there is no change."""
    paths = ["call_log[0].secret", "call_log[1].sendblue_numbers", "other_events.typing_indicator[0].sendblue_numbers"]
    account.behave(accepted_events=(*account.behaviour.accepted_events, "typing_indicator"))

    def program(secret: str, number: str) -> Program:
        with_numbers = WebhookEndpointArgs(url=AUDIT, sendblue_numbers=[number])
        return front_end.declare(
            "webhooks",
            Options(ignore_changes=paths),
            receive=[INBOUND],
            call_log=[WebhookEndpointArgs(url=CALLS, secret=secret), with_numbers],
            other_events={"typing_indicator": [with_numbers]},
        )

    stack = world.stack(program("first", "+15551230001"), account)
    assert stack.up().ok
    before = held(account)
    stack.program(program("changed", "+15551230002"))
    up = stack.up(expect_no_changes=True)
    assert up.ok, up.text
    assert "2 unchanged" in up.text
    assert "no effect" not in up.text
    assert before == held(account)


def test_a_provider_without_keys(world: World, account: Account) -> None:
    """It takes the environment's, and a warning says so if the stack's configuration names another account."""
    other = world.account("other")

    def program() -> None:
        mine = Options(provider=sendblue.Provider("mine"))
        sendblue.Webhook("inbound", mine, event="receive", url=INBOUND)

    stack = world.stack(program, account)
    environment = {
        "SENDBLUE_API_API_KEY": f"other-{KEY_ID}",
        "SENDBLUE_API_API_SECRET": f"other-{SECRET_KEY}",
        "SENDBLUE_API_BASE_URL": world.url,
    }
    stack.stack.workspace.env_vars = {**stack.stack.workspace.env_vars, **environment}
    up = stack.up()

    assert up.ok, up.text
    assert {"receive": [INBOUND]} == held(other)
    diagnostics = up.text[up.text.index("Diagnostics:") :]
    warning = (
        "the sendblue.Provider 'mine' takes its apiKeyId from SENDBLUE_API_API_KEY, and the stack's configuration "
    )
    assert 1 == diagnostics.count(f"warning: {warning}names another in sendblue:apiKeyId")
    assert KEY_ID not in up.text


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
    lines = [line.strip() for line in refused.text.splitlines()]
    assert f"receive {FOREIGN}" in lines[lines.index(next(line for line in lines if line.endswith("change it:"))) :]


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


def test_alias_protect_and_retain_on_delete(world: World, account: Account) -> None:
    """A protected configuration is not destroyed; an alias is no change; a retained one is given up and stays."""
    stack = world.stack(PLUGIN.usual("before", Options(protect=True)), account)
    stack.up()
    protected = stack.destroy()
    assert not protected.ok
    assert "because it is protected" in protected.text
    assert ["GET"] == protected.requests

    stack.program(PLUGIN.usual("after", Options(aliases=[pulumi.Alias(name="before")], retain_on_delete=True)))
    up = stack.up()
    assert up.ok, up.text
    assert ["GET"] == up.requests
    assert "2 unchanged" in up.text
    assert "account" == stack.resource("after")["id"]
    destroy = stack.destroy()
    assert destroy.ok, destroy.text
    assert ["GET"] == destroy.requests
    assert USUAL == account.webhooks
