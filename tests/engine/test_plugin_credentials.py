"""The plugin's credentials: rotated, unknown, of several accounts, and never in the clear; nor is a secret URL."""

from __future__ import annotations

import pulumi

import pulumi_sendblue as sendblue
from sendblue_emulator import Account
from tests.engine.programs import AUDIT, CALLS, FOREIGN, INBOUND, PLUGIN, Tunnel, held
from tests.engine.world import KEY_ID, SECRET_KEY, World


def test_rotated_in_the_configuration(world: World, account: Account) -> None:
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


def test_rotated_in_an_explicit_provider(world: World, account: Account) -> None:
    """A provider of the program's own goes on with the old key until the program has run, and the error says so."""
    pair = [f"main-{KEY_ID}", f"main-{SECRET_KEY}"]

    def program() -> None:
        provider = sendblue.Provider(
            "main", api_key_id=pair[0], api_secret_key=pair[1], base_url=world.url, timeout_seconds=30
        )
        sendblue.WebhookConfiguration("webhooks", pulumi.ResourceOptions(provider=provider), receive=[INBOUND])

    stack = world.stack(program, account)
    stack.stack.remove_all_config(["sendblue:apiKeyId", "sendblue:apiSecretKey", "sendblue:baseUrl"])
    assert stack.up().ok
    account.add_key("new-key-id", "new-secret-key")
    account.revoke_key(f"main-{KEY_ID}")
    pair[:] = ["new-key-id", "new-secret-key"]

    for run in (stack.preview(), stack.destroy()):
        assert not run.ok
        assert "Sendblue does not know this key pair (401" in run.text
        assert "--run-program" in run.text
        assert "pulumi config set" not in run.text
        assert "Traceback" not in run.text
    preview = stack.preview(run_program=True)
    assert preview.ok, preview.text
    assert "pulumi:providers:sendblue main update [diff: ~apiKeyId,apiSecretKey]" in preview.text
    assert stack.up(run_program=True).ok
    assert stack.preview(expect_no_changes=True).ok
    assert stack.destroy().ok
    assert {} == held(account)
    for path, text in stack.files().items():
        assert "new-secret-key" not in text, path
        assert SECRET_KEY not in text, path


def test_provider_that_is_not_known_yet(world: World, account: Account) -> None:
    """A provider whose key another resource makes is looked at only once the key is known."""

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


def test_two_accounts_in_one_program(world: World) -> None:
    """With two providers one program has the webhooks of two accounts."""
    accounts = {name: world.account(name) for name in ("dev", "prod")}

    def program() -> None:
        for name in accounts:
            provider = sendblue.Provider(
                name, api_key_id=f"{name}-{KEY_ID}", api_secret_key=f"{name}-{SECRET_KEY}", base_url=world.url
            )
            sendblue.WebhookConfiguration(
                name, pulumi.ResourceOptions(provider=provider), receive=[f"https://{name}.example.com/"]
            )

    stack = world.stack(program, accounts["dev"])
    up = stack.up()
    assert up.ok, up.text
    for name, account in accounts.items():
        assert {"receive": [f"https://{name}.example.com/"]} == held(account)
    preview = stack.preview(expect_no_changes=True)
    assert preview.ok
    assert ["GET"] == preview.requests
    assert ["GET"] == world.emulator.journal.methods("prod")
    assert stack.destroy().ok
    assert [{}, {}] == [held(account) for account in accounts.values()]


def test_secret_urls(world: World, account: Account) -> None:
    """A URL that the program passes as a secret is shown nowhere and stored encrypted, as is its list's if that is."""

    def program() -> None:
        secret = pulumi.Output.secret
        sendblue.WebhookConfiguration(
            "webhooks",
            receive=[INBOUND, {"url": secret(AUDIT), "secret": "plain-canary"}],
            outbound=secret([CALLS]),
        )

    stack = world.stack(program, account)
    runs = [stack.preview(diff=True), stack.up()]
    assert f'"{INBOUND}"' in runs[0].text
    account.webhooks = {"receive": [{"url": FOREIGN, "secret": "found-canary"}]}
    runs += [stack.preview(diff=True), stack.refresh()]
    assert "- receive [secret] (secret set)" in runs[2].text
    assert "- outbound [secret]" in runs[2].text
    assert f"- receive {INBOUND}" in runs[2].text
    assert f'"{FOREIGN}"' in runs[2].text
    runs += [stack.up()]
    assert ["GET", "GET", "PUT", "GET"] == runs[-1].requests
    account.add("outbound", AUDIT)
    runs += [stack.destroy()]
    assert "outbound [secret]" in runs[-1].text
    assert all(run.ok for run in runs)

    for canary in (AUDIT, CALLS, "plain-canary", "found-canary"):
        for path, text in stack.files().items():
            assert canary not in text, path
        assert not [number for number, run in enumerate(runs) if canary in run.text], canary
