"""Taking over what is on the account: `pulumi import`, and the option `import_`."""

from __future__ import annotations

import hashlib
import os
import re

import pulumi
import pytest

from pulumi_sendblue import WebhookEndpointArgs
from sendblue_emulator import EVENTS, Account
from tests.engine.programs import AUDIT, CALLS, FOREIGN, INBOUND, OTHERS, PLUGIN, USUAL, beside_others, held
from tests.engine.toolchains import code_generators
from tests.engine.world import World

THEIRS = {"url": INBOUND, "secret": "their-secret", "sendblue_numbers": ["+15551234567"], "note": 2}
IMPORT = ("import", "sendblue:index:WebhookConfiguration", "webhooks")


def test_import(world: World, account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """An import reads and writes nothing; the printed program previews clean; destroy then removes all of it.

    An object under `contact_created` is imported like any other. Its secret is in no text but the printed program, and
    in no file; what somebody takes from it shows as drift, and an up puts it back.
    """
    contact = {"url": INBOUND, "secret": "canary-contact"}
    account.behave(accepted_events=(*EVENTS, "typing_indicator"), string_only_events=())
    account.webhooks = {
        **USUAL,
        "outbound": [{"url": FOREIGN, "secret": "s", "sendblue_numbers": ["+15551234567"]}],
        "contact_created": [contact, FOREIGN],
        "typing_indicator": [INBOUND],
        "secret": "canary-legacy",
    }
    before = account.webhooks
    stack = world.stack(lambda: None, account)
    monkeypatch.setenv("PATH", str(code_generators()), prepend=os.pathsep)

    wrong = stack.cli(*IMPORT, "other", "--yes")
    assert not wrong.ok
    assert [] == wrong.requests
    assert "error: Preview failed: There is no WebhookConfiguration with the id 'other'" in wrong.text
    assert "Give account as the id" in wrong.text
    assert "Traceback" not in wrong.text

    done = stack.cli(*IMPORT, "account", "--yes", "--protect=false")
    assert done.ok, done.text
    assert ["GET", "GET"] == done.requests
    assert before == account.webhooks
    assert "almost certainly a bug" not in done.text
    said, _, printed = done.text.partition("import pulumi\n")
    stack.program(lambda: exec(printed, {"pulumi": pulumi}))  # noqa: S102 - the engine's own program

    # The import's provider has no version, the program's has one: two processes look.
    preview = stack.preview(expect_no_changes=True)
    assert preview.ok, preview.text
    assert ["GET", "GET"] == preview.requests
    resource = stack.resource()
    assert resource["refreshBeforeUpdate"] is True
    assert "default" == resource["provider"].split("::")[-2]

    account.webhooks = {**before, "contact_created": [INBOUND, FOREIGN]}
    up = stack.up()
    assert up.ok, up.text
    assert f"contact_created {INBOUND} secret removed" in up.text
    assert before == held(account)
    account.add("outbound", AUDIT)
    destroy = stack.destroy()
    assert destroy.ok
    assert {"outbound": [AUDIT]} == held(account)
    for text in (said, preview.text, up.text, destroy.text, *stack.files().values()):
        assert "canary" not in text


def test_import_option(world: World, account: Account) -> None:
    """A program that imports what it declares changes nothing; one that declares less shows what it would remove."""
    account.webhooks = USUAL
    options = pulumi.ResourceOptions(import_="account")
    stack = world.stack(PLUGIN.declare("webhooks", options, receive=[INBOUND], call_log=[CALLS]), account)

    preview = stack.preview(diff=True)
    assert ["GET"] == preview.requests
    assert "= 1 to import" in preview.text
    assert "~ 1 to update" in preview.text
    assert "- globalSecret: [secret]" in preview.text
    assert f'- url   : "{AUDIT}"' in preview.text
    assert USUAL == account.webhooks

    stack.program(PLUGIN.usual("webhooks", options))
    up = stack.up()
    assert up.ok
    assert ["GET"] == up.requests
    assert "= 1 imported" in up.text
    stack.program(
        PLUGIN.declare(
            receive=[WebhookEndpointArgs(url=AUDIT, secret="audit-secret"), INBOUND],
            call_log=[CALLS],
            global_secret="global-secret",
        )
    )
    assert stack.preview(expect_no_changes=True).ok
    assert USUAL == account.webhooks


def test_import_of_a_webhook(world: World, account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_import_option_of_a_webhook(world: World, account: Account) -> None:
    """`import_` imports an entry by event and URL; the program without the option previews clean."""
    account.webhooks = beside_others(CALLS)
    options = pulumi.ResourceOptions(import_=f"receive:{CALLS}")
    stack = world.stack(PLUGIN.webhook("calls", options, url=CALLS), account)
    up = stack.up()
    assert up.ok, up.text
    assert ["GET"] == up.requests
    assert "= 1 imported" in up.text
    stack.program(PLUGIN.webhook("calls", url=CALLS))
    assert stack.preview(expect_no_changes=True).ok
    assert beside_others(CALLS) == held(account)
