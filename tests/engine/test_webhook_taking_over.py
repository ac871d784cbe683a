"""Entries that are on the account already: taken over, refused, overwritten, imported."""

from __future__ import annotations

import hashlib
import os
import re

import pulumi
import pytest

from sendblue_emulator import Account
from tests.engine.programs import CALLS, DYNAMIC, FOREIGN, INBOUND, OTHERS, PLUGIN, FrontEnd, beside_others, held
from tests.engine.toolchains import code_generators
from tests.engine.world import World

THEIRS = {"url": INBOUND, "secret": "their-secret", "sendblue_numbers": ["+15551234567"], "note": 2}


def test_equal_entry(world: World, account: Account, front_end: FrontEnd) -> None:
    """An equal entry is taken over as it is, with a notice in preview and up; destroy then removes it."""
    there = beside_others({"url": INBOUND, "note": 2})
    account.webhooks = there
    stack = world.stack(front_end.webhook(), account)

    for run, requests in ((stack.preview(), ["GET"]), (stack.up(), [*front_end.looks, "GET"])):
        assert run.ok, run.text
        assert requests == run.requests
        assert "already on the account, and managed by this stack from now on, so that destroy removes it:" in run.text
        assert f"  receive {INBOUND}\n" in run.text
    assert there == held(account)
    assert stack.preview(expect_no_changes=True).ok
    assert stack.destroy().ok
    assert OTHERS == held(account)


def test_entry_with_another_secret(world: World, account: Account, front_end: FrontEnd) -> None:
    """An entry with another secret or other numbers is refused in preview and up, unless it may be overwritten."""
    there = beside_others(THEIRS)
    account.webhooks = there
    stack = world.stack(front_end.webhook(secret="our-secret"), account)

    for run in (stack.preview(), stack.up()):
        assert not run.ok
        assert ["GET"] == run.requests
        assert (
            f"already has this webhook with other values, and a create would change it: receive {INBOUND}" in run.text
        )
        assert f"set {front_end.allow_overwrite} to change it" in run.text
        assert ("`pulumi import sendblue:index:Webhook " in run.text) == (front_end is PLUGIN)
        assert "their-secret" not in run.text
        assert "our-secret" not in run.text
    assert there == held(account)

    stack.program(front_end.webhook(secret="our-secret", allow_overwrite=True))
    for run in (stack.preview(), stack.up()):
        assert run.ok, run.text
        assert f"warning: this create will overwrite, since {front_end.allow_overwrite} is set:" in run.text
        assert f"~ receive {INBOUND} secret changed, numbers changed" in run.text
    assert [*front_end.looks, "GET", "PUT", "GET"] == run.requests
    assert beside_others({"url": INBOUND, "secret": "our-secret", "note": 2}) == held(account)
    assert stack.preview(expect_no_changes=True).ok


def test_import(world: World, account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command that a refusal names imports the entry, as does `event:url`; the printed program previews clean."""
    monkeypatch.setenv("PATH", str(code_generators()), prepend=os.pathsep)
    there = beside_others(THEIRS, CALLS)
    account.webhooks = there
    stack = world.stack(PLUGIN.webhook(secret="our-secret"), account)
    command = re.search(r"`pulumi (import [^`]+)`", stack.preview().text)
    assert command

    done = stack.cli(*command[1].replace("<name>", "inbound").split(), "--yes", "--protect=false")
    assert done.ok, done.text
    assert ["GET", "GET"] == done.requests
    assert "update [diff: -sendblueNumbers~secret]" in stack.preview().text
    _, _, printed = done.text.partition("import pulumi\n")
    stack.program(lambda: exec(printed, {"pulumi": pulumi}))  # noqa: S102 - the engine's own program
    preview = stack.preview(expect_no_changes=True)
    assert preview.ok, preview.text

    wrong = stack.cli("import", "sendblue:index:Webhook", "calls", "receive:https://example.com/none", "--yes")
    assert not wrong.ok
    assert ["GET"] == wrong.requests
    (line,) = {line.strip() for line in wrong.text.splitlines() if line.strip().startswith("error: Preview failed")}
    assert "no webhook with the id 'receive:https://example.com/none'" in line
    assert f"receive:{INBOUND}; receive:{CALLS}; call_log:{FOREIGN}; contact_created:{FOREIGN}" in line
    assert "Traceback" not in wrong.text

    done = stack.cli("import", "sendblue:index:Webhook", "calls", f"receive:{CALLS}", "--yes", "--protect=false")
    assert done.ok, done.text
    assert f"receive:{hashlib.sha256(CALLS.encode()).hexdigest()[:16]}" == stack.resource("calls")["id"]
    assert there == held(account)
    assert stack.destroy().ok
    assert OTHERS == held(account)


def test_import_option(world: World, account: Account) -> None:
    """`import_` imports with the plugin; a dynamic resource cannot be imported, and says what to do instead."""
    account.webhooks = beside_others(CALLS)
    options = pulumi.ResourceOptions(import_=f"receive:{CALLS}")
    stack = world.stack(DYNAMIC.webhook("calls", options, url=CALLS), account)
    refused = stack.preview()
    assert not refused.ok
    assert "The Webhook 'calls' cannot be imported, since it is a dynamic resource. Leave import_ out" in refused.text

    stack.program(PLUGIN.webhook("calls", options, url=CALLS))
    up = stack.up()
    assert up.ok, up.text
    assert ["GET"] == up.requests
    assert "= 1 imported" in up.text
    stack.program(PLUGIN.webhook("calls", url=CALLS))
    assert stack.preview(expect_no_changes=True).ok
    assert beside_others(CALLS) == held(account)
