"""Taking over what is on the account: `pulumi import`, and the option `import_`."""

from __future__ import annotations

import os

import pulumi
import pytest

from pulumi_sendblue import WebhookEndpointArgs
from sendblue_emulator import Account
from tests.engine.programs import AUDIT, CALLS, FOREIGN, INBOUND, PLUGIN, USUAL, held
from tests.engine.toolchains import code_generators
from tests.engine.world import World

IMPORT = ("import", "sendblue:index:WebhookConfiguration", "webhooks")


def test_import(world: World, account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """An import reads and writes nothing; the printed program previews clean; destroy then removes all of it."""
    account.behave(accepted_events=("receive", "outbound", "call_log", "typing_indicator"))
    account.webhooks = {
        **USUAL,
        "outbound": [{"url": FOREIGN, "secret": "s", "sendblue_numbers": ["+15551234567"]}],
        "typing_indicator": [INBOUND],
        "secret": "legacy-secret",
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
    _, _, printed = done.text.partition("import pulumi\n")
    stack.program(lambda: exec(printed, {"pulumi": pulumi}))  # noqa: S102 - the engine's own program

    # The import's provider has no version, the program's has one: two processes look.
    preview = stack.preview(expect_no_changes=True)
    assert preview.ok, preview.text
    assert ["GET", "GET"] == preview.requests
    resource = stack.resource()
    assert resource["refreshBeforeUpdate"] is True
    assert "default" == resource["provider"].split("::")[-2]

    account.add("outbound", AUDIT)
    destroy = stack.destroy()
    assert destroy.ok
    assert {"outbound": [AUDIT]} == held(account)
    for path, text in stack.files().items():
        assert "legacy-secret" not in text, path


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
