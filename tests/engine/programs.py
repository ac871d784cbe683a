"""The programs that the engine tests declare, and what they put on the account."""

from __future__ import annotations

from typing import Any

import pulumi

from pulumi_sendblue import dynamic as sendblue
from sendblue_emulator import Account
from tests.engine.world import Program

INBOUND = "https://example.com/inbound"
AUDIT = "https://example.com/audit"
CALLS = "https://example.com/calls"
FOREIGN = "https://somebody-else.example/hook"


def declare(name: str = "webhooks", opts: pulumi.ResourceOptions | None = None, **arguments: Any) -> Program:
    """Make a program that declares one configuration."""

    def program() -> None:
        sendblue.WebhookConfiguration(name, opts, **arguments)

    return program


def usual(name: str = "webhooks", opts: pulumi.ResourceOptions | None = None) -> Program:
    """Make a program with one URL, one endpoint with a secret, and a global secret."""
    return declare(
        name,
        opts,
        receive=[INBOUND, sendblue.WebhookEndpointArgs(url=AUDIT, secret="audit-secret")],
        call_log=[CALLS],
        global_secret="global-secret",
    )


USUAL = {
    "receive": [INBOUND, {"url": AUDIT, "secret": "audit-secret"}],
    "call_log": [CALLS],
    "globalSecret": "global-secret",
}


def held(account: Account) -> dict[str, Any]:
    """Return what the account holds, without its empty events."""
    return {name: value for name, value in account.webhooks.items() if value}
