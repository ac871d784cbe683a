"""The stacks of the plugin alone whose states are kept beside this file: what the dynamic front end cannot do."""

from __future__ import annotations

from typing import Any

import pulumi

import pulumi_sendblue
from pulumi_sendblue import WebhookEndpointArgs
from sendblue_emulator import Account
from tests.engine.programs import AUDIT, CALLS, FOREIGN, INBOUND, PLUGIN, USUAL
from tests.engine.states.case import NUMBERS, Case
from tests.engine.workspaces import Program

IGNORED: dict[str, Any] = {"url": FOREIGN, "secret": "ignored-secret"}


def _ignoring() -> Case:
    """A configuration that leaves an event and a secret to others, who have used them."""
    options = pulumi.ResourceOptions(ignore_changes=["receive", "globalSecret"])

    def program(calls: list[str]) -> Program:
        return PLUGIN.declare("webhooks", options, receive=[INBOUND], call_log=calls, global_secret="global-secret")

    def edit(account: Account) -> None:
        account.add("receive", IGNORED)
        account.set_secret("globalSecret", "secret-by-hand")

    kept = {"receive": [INBOUND, IGNORED], "globalSecret": "secret-by-hand"}
    return Case(
        name="configuration-ignoring",
        front_end=PLUGIN,
        program=program([CALLS]),
        changed=program([CALLS, AUDIT]),
        edit=edit,
        refreshed=True,
        after={**kept, "call_log": [CALLS, AUDIT]},
        writes=["PUT"],
        left=None,
    )


def _webhook_ignoring() -> Case:
    """Two webhooks: the first leaves its secret to others, who have changed it."""
    options = pulumi.ResourceOptions(ignore_changes=["secret"])

    def program(numbers: list[str]) -> Program:
        def declare() -> None:
            pulumi_sendblue.Webhook(
                "ignoring", event="receive", url=INBOUND, secret="our-secret", sendblue_numbers=numbers, opts=options
            )
            pulumi_sendblue.Webhook("plain", event="call_log", url=CALLS)

        return declare

    def edit(account: Account) -> None:
        own = {"url": INBOUND, "secret": "secret-by-hand", "sendblue_numbers": NUMBERS[:1]}
        account.webhooks = {**account.webhooks, "receive": [FOREIGN, own]}

    own = {"url": INBOUND, "secret": "secret-by-hand", "sendblue_numbers": NUMBERS}
    return Case(
        name="webhooks-ignoring",
        front_end=PLUGIN,
        program=program(NUMBERS[:1]),
        changed=program(NUMBERS),
        before={"receive": [FOREIGN]},
        edit=edit,
        refreshed=True,
        after={"receive": [FOREIGN, own], "call_log": [CALLS]},
        writes=["PUT"],
        left=None,
    )


def _imported() -> Case:
    """A configuration that was imported."""
    options = pulumi.ResourceOptions(import_="account")
    receive = [INBOUND, WebhookEndpointArgs(url=AUDIT, secret="audit-secret")]
    return Case(
        name="configuration-imported",
        front_end=PLUGIN,
        program=PLUGIN.usual("webhooks", options),
        changed=PLUGIN.declare("webhooks", options, receive=receive, global_secret="global-secret"),
        before=USUAL,
        after={"receive": USUAL["receive"], "globalSecret": "global-secret"},
        writes=["PUT"],
    )


def _with_provider() -> Case:
    """A webhook of a provider resource with its own settings."""

    def program(url: str) -> Program:
        def declare() -> None:
            config = pulumi.Config("sendblue")
            provider = pulumi_sendblue.Provider(
                "main",
                api_key_id=config.require("apiKeyId"),
                api_secret_key=config.require_secret("apiSecretKey"),
                base_url=config.require("baseUrl"),
                timeout_seconds=30,
            )
            options = pulumi.ResourceOptions(provider=provider)
            pulumi_sendblue.Webhook("inbound", event="receive", url=url, secret="our-secret", opts=options)

        return declare

    return Case(
        name="webhook-with-provider",
        front_end=PLUGIN,
        program=program(INBOUND),
        changed=program(AUDIT),
        before={"receive": [FOREIGN]},
        after={"receive": [FOREIGN, {"url": AUDIT, "secret": "our-secret"}]},
        writes=["DELETE", "POST"],
        left={"receive": [FOREIGN]},
    )


def _unverified() -> Case:
    """A configuration that was written, and that nobody saw."""
    return Case(
        name="configuration-unverified",
        front_end=PLUGIN,
        program=PLUGIN.usual(),
        changed=PLUGIN.declare(call_log=[CALLS], global_secret="global-secret"),
        unverified=True,
        after={"call_log": [CALLS], "globalSecret": "global-secret"},
        writes=["PUT"],
    )


def _webhook_unverified() -> Case:
    """A webhook that was added, and that nobody saw."""
    return Case(
        name="webhook-unverified",
        front_end=PLUGIN,
        program=PLUGIN.webhook(secret="our-secret"),
        changed=PLUGIN.webhook(secret="rotated-secret"),
        before={"receive": [FOREIGN]},
        unverified=True,
        after={"receive": [FOREIGN, {"url": INBOUND, "secret": "rotated-secret"}]},
        writes=["PUT"],
        left={"receive": [FOREIGN]},
    )


PLUGIN_ALONE = (_ignoring, _webhook_ignoring, _imported, _with_provider, _unverified, _webhook_unverified)
