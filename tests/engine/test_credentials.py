"""Credentials: rotated, not known yet, and never in the clear; nor is a URL that is a secret."""

from __future__ import annotations

import pulumi

import pulumi_sendblue as sendblue
from sendblue_emulator import Account
from tests.engine.programs import AUDIT, CALLS, FOREIGN, INBOUND, PLUGIN, Tunnel, declare, held
from tests.engine.workspaces import KEY_ID, SECRET_KEY
from tests.engine.world import World


def test_rotated_for_a_dynamic_resource(world: World, account: Account) -> None:
    """A new key pair is no diff; until an up has run, destroy uses the old one, and the error says what to do."""
    stack = world.stack(declare(receive=[INBOUND]), account)
    stack.up()
    stack.rotate()

    stale = stack.refresh()
    assert not stale.ok
    assert "Sendblue does not know this key pair (401" in stale.text
    assert "run `pulumi up` once first, or add --run-program" in stale.text
    assert stack.up(expect_no_changes=True).ok
    account.add("outbound", FOREIGN)
    destroy = stack.destroy(run_program=True)
    assert destroy.ok, destroy.text
    assert {"outbound": [FOREIGN]} == held(account)


def test_rotated_for_the_plugin(world: World, account: Account) -> None:
    """Preview, refresh, up and destroy each go on with a rotated key, though the engine gives them the old one."""
    stack = world.stack(PLUGIN.declare(receive=[INBOUND]), account)
    stack.up()
    stack.rotate()

    # The state's provider and the program's are two processes until an up has run.
    preview = stack.preview(expect_no_changes=True)
    assert preview.ok, preview.text
    assert ["GET", "GET"] == preview.requests
    refresh = stack.refresh()
    assert refresh.ok, refresh.text
    assert ["GET"] == refresh.requests
    up = stack.up(expect_no_changes=True)
    assert up.ok, up.text
    assert ["GET", "GET"] == up.requests

    stack.rotate("new-key-id", "newest-key-id")
    destroy = stack.destroy()
    assert destroy.ok, destroy.text
    assert {} == held(account)
    for path, text in stack.files().items():
        assert "new-secret-key" not in text, path


def test_provider_that_is_not_known_yet(world: World, account: Account) -> None:
    """With a provider whose key another resource makes, the account is read only once the key is known."""

    def program() -> None:
        key = Tunnel("key", f"main-{SECRET_KEY}").url
        provider = sendblue.Provider("main", api_key_id=f"main-{KEY_ID}", api_secret_key=key, base_url=world.url)
        sendblue.WebhookConfiguration("webhooks", pulumi.ResourceOptions(provider=provider), receive=[INBOUND])

    stack = world.stack(program, account)
    preview = stack.preview()
    assert preview.ok, preview.text
    assert [] == preview.requests
    up = stack.up()
    assert up.ok, up.text
    assert ["GET", "PUT", "GET"] == up.requests


def test_secret_urls(world: World, account: Account) -> None:
    """A URL that the program passes as a secret is shown nowhere and stored encrypted, as is its list's if that is.

    So it is under another event. That it is marked is no diff.
    """

    def program() -> None:
        secret = pulumi.Output.secret
        sendblue.WebhookConfiguration(
            "webhooks",
            receive=[INBOUND, {"url": secret(AUDIT), "secret": "plain-canary"}],
            outbound=secret([CALLS]),
        )

    stack = world.stack(program, account)
    options = {"diff": True, "debug": True}
    runs = [stack.preview(**options), stack.up(**options), stack.preview(expect_no_changes=True, **options)]
    assert f'"{INBOUND}"' in runs[0].text
    account.webhooks = {"receive": [{"url": AUDIT, "secret": "found-canary"}, FOREIGN], "call_log": [AUDIT]}
    runs += [stack.preview(**options), stack.refresh(**options)]
    drift = runs[3].text
    for line in ("~ receive [secret] secret changed", "- outbound [secret]", f"- receive {INBOUND}", f'"{FOREIGN}"'):
        assert line in drift
    assert "+ call_log [secret]" in drift
    runs += [stack.up(**options)]
    assert ["GET", "GET", "PUT", "GET"] == runs[-1].requests
    account.add("outbound", AUDIT)
    runs += [stack.destroy(**options)]
    assert "outbound [secret]" in runs[-1].text
    assert all(run.ok for run in runs)

    for canary in (AUDIT, CALLS, "plain-canary", "found-canary"):
        for path, text in stack.files().items():
            assert canary not in text, path
        assert not [number for number, run in enumerate(runs) if canary in run.text], canary
