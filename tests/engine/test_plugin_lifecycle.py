"""What the plugin adds to the life that both front ends share: exact secrets, and a diff line by line."""

from __future__ import annotations

import json
from typing import Any

import pulumi

from pulumi_sendblue import WebhookConfiguration, WebhookEndpointArgs
from sendblue_emulator import Account
from tests.engine.programs import AUDIT, CALLS, FOREIGN, INBOUND, PLUGIN, USUAL, Tunnel, held
from tests.engine.world import SECRET_MARK, World


def marked(value: Any) -> dict[str, str]:
    """Return a secret as the exported state has it."""
    return {SECRET_MARK: "1b47061264138c4ac30d75fd1eb44270", "plaintext": json.dumps(value, separators=(",", ":"))}


def shown_update(text: str) -> list[str]:
    """Return the lines of `--diff` that an update of the configuration has, without its ids and its indents."""
    update = text[text.index("WebhookConfiguration: (update)") : text.index("Resources:")]
    return [" ".join(line.split()) for line in update.splitlines()[4:]]


def test_state(world: World, account: Account) -> None:
    """State marks each secret at its exact place, also one that the program passed as a plain string."""
    stack = world.stack(PLUGIN.usual(), account)
    stack.up()

    resource = stack.resource()
    inputs = {
        "receive": [INBOUND, {"url": AUDIT, "secret": marked("audit-secret")}],
        "callLog": [CALLS],
        "globalSecret": marked("global-secret"),
    }
    managed = {"events": {"call_log": [CALLS], "receive": [AUDIT, INBOUND]}, "secrets": ["globalSecret"]}
    assert "account" == resource["id"]
    assert "sendblue:index:WebhookConfiguration" == resource["type"]
    assert resource["refreshBeforeUpdate"] is True
    assert inputs == resource["inputs"]
    assert {**inputs, "secretsReadable": True, "managed": marked(managed)} == resource["outputs"]


def test_drift_in_a_bare_preview(world: World, account: Account) -> None:
    """A bare preview shows an edit outside line by line, secrets hidden, and warns of it; an up undoes it."""
    stack = world.stack(PLUGIN.usual(), account)
    stack.up()
    account.add("receive", {"url": FOREIGN, "secret": "foreign-secret"})
    account.remove("call_log", CALLS)
    account.set_secret("globalSecret", "tampered-secret")

    preview = stack.preview(diff=True, expect_no_changes=True)
    assert not preview.ok
    assert ["GET"] == preview.requests
    assert [
        "+ callLog : [",
        f'+ [0]: "{CALLS}"',
        "]",
        "~ globalSecret: [secret] => [secret]",
        "~ receive : [",
        "- [2]: {",
        "- secret: [secret]",
        f'- url : "{FOREIGN}"',
        "}",
        "]",
    ] == shown_update(preview.text)

    bare = stack.preview()
    assert bare.ok
    assert ["GET"] == bare.requests
    assert "update [diff: +callLog~globalSecret,receive]" in bare.text
    for text in (preview.text, bare.text):
        assert "warning: changed outside of this stack since the last update:" in text
        assert f"+ receive {FOREIGN} (secret set)" in text
        assert f"- call_log {CALLS}" in text
        assert "~ globalSecret changed" in text
        assert "foreign-secret" not in text
        assert "tampered-secret" not in text

    up = stack.up()
    assert up.ok
    assert ["GET", "GET", "PUT", "GET"] == up.requests
    assert USUAL == held(account)
    preview = stack.preview(expect_no_changes=True)
    assert preview.ok
    assert ["GET"] == preview.requests
    assert "changed outside" not in preview.text


def test_refresh(world: World, account: Account) -> None:
    """Refresh takes what is live into the outputs, says so, and leaves the inputs; a found secret is encrypted."""
    stack = world.stack(PLUGIN.declare(receive=[INBOUND], outbound=[AUDIT]), account)
    stack.up()
    account.add("receive", {"url": FOREIGN, "secret": "found-by-refresh"})
    account.set_secret("secret", "legacy-found-by-refresh")

    refresh = stack.refresh()
    assert refresh.ok
    assert ["GET"] == refresh.requests
    assert "warning: changed outside of this stack since the last update:" in refresh.text
    assert f"+ receive {FOREIGN} (secret set)" in refresh.text

    resource = stack.resource()
    assert [INBOUND, {"url": FOREIGN, "secret": marked("found-by-refresh")}] == resource["outputs"]["receive"]
    assert marked("legacy-found-by-refresh") == resource["outputs"]["secret"]
    assert {"receive": [INBOUND], "outbound": [AUDIT]} == resource["inputs"]
    for path, text in stack.files().items():
        assert "found-by-refresh" not in text, path

    preview = stack.preview(diff=True)
    assert ["GET"] == preview.requests
    assert "changed outside of this stack" not in preview.text
    assert f'- url   : "{FOREIGN}"' in preview.text
    assert stack.up().ok
    assert {"receive": [INBOUND], "outbound": [AUDIT]} == held(account)


def test_update(world: World, account: Account) -> None:
    """A changed program is one in-place update, and the preview shows it line by line."""
    stack = world.stack(PLUGIN.usual(), account)
    stack.up()
    stack.program(
        PLUGIN.declare(
            receive=[INBOUND, WebhookEndpointArgs(url=AUDIT, secret="rotated")],
            call_log=[INBOUND, CALLS],
            global_secret="global-secret",
        )
    )

    preview = stack.preview(diff=True)
    assert ["GET"] == preview.requests
    assert "~ 1 to update" in preview.text
    assert [
        "~ callLog: [",
        f'+ [0]: "{INBOUND}"',
        "]",
        "~ receive: [",
        "~ [1]: {",
        "~ secret: [secret] => [secret]",
        "}",
        "]",
    ] == shown_update(preview.text)
    assert "changed outside of this stack" not in preview.text

    up = stack.up()
    assert ["GET", "GET", "PUT", "GET"] == up.requests
    assert {
        "receive": [INBOUND, {"url": AUDIT, "secret": "rotated"}],
        "call_log": [INBOUND, CALLS],
        "globalSecret": "global-secret",
    } == held(account)
    assert stack.preview(expect_no_changes=True).ok


def test_update_to_what_is_not_known_yet(world: World, account: Account) -> None:
    """Where a declared value becomes unknown, the preview shows an update at its place."""
    stack = world.stack(PLUGIN.declare(receive=[INBOUND]), account)
    stack.up()

    def program() -> None:
        tunnel = Tunnel("tunnel", "https://computed.example/hook")
        WebhookConfiguration("webhooks", receive=[INBOUND, {"url": AUDIT, "secret": tunnel.url}], outbound=[tunnel.url])

    stack.program(program)
    preview = stack.preview(diff=True)
    assert preview.ok
    assert ["GET"] == preview.requests
    assert "+ secret: [unknown]" in preview.text
    assert "+     [0]: [unknown]" in preview.text
    up = stack.up()
    assert ["GET", "GET", "PUT", "GET"] == up.requests
    assert ["https://computed.example/hook"] == account.webhooks["outbound"]


def test_look_up(world: World, account: Account) -> None:
    """A configuration that a program only looks up is read, and destroy leaves it."""
    account.webhooks = {**USUAL, "outbound": [FOREIGN]}

    def program() -> None:
        webhooks = WebhookConfiguration.get("webhooks", "account")
        pulumi.export("outbound", webhooks.outbound)
        pulumi.export("secret", webhooks.global_secret)

    stack = world.stack(program, account)
    up = stack.up()
    assert up.ok
    assert ["GET"] == up.requests
    outputs = stack.stack.outputs()
    assert [FOREIGN] == outputs["outbound"].value
    assert outputs["secret"].secret
    destroy = stack.destroy()
    assert destroy.ok
    assert {**USUAL, "outbound": [FOREIGN]} == account.webhooks
