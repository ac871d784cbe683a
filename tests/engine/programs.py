"""The programs that the engine tests declare, and what they put on the account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pulumi

import pulumi_sendblue
from pulumi_sendblue import WebhookEndpointArgs, dynamic
from sendblue_emulator import Account
from tests.engine.world import Program

INBOUND = "https://example.com/inbound"
AUDIT = "https://example.com/audit"
CALLS = "https://example.com/calls"
FOREIGN = "https://somebody-else.example/hook"


@dataclass(frozen=True)
class FrontEnd:
    """One of the two ways to the provider: what a program imports, and where the two differ for the engine.

    Attributes:
        module: What a program imports.
        type: The resource's type.
        looks: The requests before a create: the dynamic resource's check looks at the account.
        reads: The requests before a delete: the plugin's resources are read at the start of every run.
        allow_overwrite: How messages spell that property.
    """

    module: ModuleType
    type: str
    looks: Sequence[str]
    reads: Sequence[str]
    allow_overwrite: str

    def declare(self, name: str = "webhooks", opts: pulumi.ResourceOptions | None = None, **arguments: Any) -> Program:
        """Make a program that declares one configuration."""

        def program() -> None:
            self.module.WebhookConfiguration(name, opts, **arguments)

        return program

    def usual(self, name: str = "webhooks", opts: pulumi.ResourceOptions | None = None) -> Program:
        """Make a program with one URL, one endpoint with a secret, and a global secret."""
        return self.declare(
            name,
            opts,
            receive=[INBOUND, WebhookEndpointArgs(url=AUDIT, secret="audit-secret")],
            call_log=[CALLS],
            global_secret="global-secret",
        )


DYNAMIC = FrontEnd(
    dynamic,
    "pulumi-python:dynamic/sendblue:WebhookConfiguration",
    looks=["GET"],
    reads=[],
    allow_overwrite="allow_overwrite",
)
PLUGIN = FrontEnd(
    pulumi_sendblue,
    "sendblue:index:WebhookConfiguration",
    looks=[],
    reads=["GET"],
    allow_overwrite="allowOverwrite",
)

declare = DYNAMIC.declare
usual = DYNAMIC.usual


USUAL = {
    "receive": [INBOUND, {"url": AUDIT, "secret": "audit-secret"}],
    "call_log": [CALLS],
    "globalSecret": "global-secret",
}


def held(account: Account) -> dict[str, Any]:
    """Return what the account holds, without its empty events."""
    return {name: value for name, value in account.webhooks.items() if value}
