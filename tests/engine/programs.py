"""The programs that the engine tests declare, and what they put on the account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pulumi
import pulumi.dynamic

import pulumi_sendblue
from pulumi_sendblue import WebhookEndpointArgs, dynamic
from sendblue_emulator import Account
from tests.engine.workspaces import Program

INBOUND = "https://example.com/inbound"
AUDIT = "https://example.com/audit"
CALLS = "https://example.com/calls"
FOREIGN = "https://somebody-else.example/hook"


@dataclass(frozen=True)
class FrontEnd:
    """One of the two ways to the provider: what a program imports, and where the two differ for the engine.

    Attributes:
        module: What a program imports.
        types: What a resource's type begins with.
        looks: The requests before a create: the dynamic resource's check looks at the account.
        reads: The requests before a delete: the plugin's resources are read at the start of every run.
        allow_overwrite: How messages spell that property.
    """

    module: ModuleType
    types: str
    looks: Sequence[str]
    reads: Sequence[str]
    allow_overwrite: str

    def type(self, kind: str = "WebhookConfiguration") -> str:
        """Return the type of this kind of resource."""
        return f"{self.types}{kind}"

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

    def webhook(self, name: str = "inbound", opts: pulumi.ResourceOptions | None = None, **arguments: Any) -> Program:
        """Make a program that declares one `Webhook`; of `receive` and `INBOUND`, where nothing else is said."""
        return self.webhooks({name: arguments}, opts)

    def webhooks(
        self, declared: Mapping[str, Mapping[str, Any]], opts: pulumi.ResourceOptions | None = None
    ) -> Program:
        """Make a program that declares `Webhook`s, each by its name."""

        def program() -> None:
            for name, arguments in declared.items():
                self.module.Webhook(name, opts, **{"event": "receive", "url": INBOUND, **arguments})

        return program


DYNAMIC = FrontEnd(
    dynamic,
    "pulumi-python:dynamic/sendblue:",
    looks=["GET"],
    reads=[],
    allow_overwrite="allow_overwrite",
)
PLUGIN = FrontEnd(
    pulumi_sendblue,
    "sendblue:index:",
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

FOREIGN_ENTRIES: list[Any] = [
    FOREIGN,
    {"url": AUDIT, "secret": "foreign-secret", "sendblue_numbers": ["+15551230000"], "note": 1},
]

OTHERS: dict[str, Any] = {
    "receive": FOREIGN_ENTRIES,
    "call_log": [{"url": FOREIGN}],
    "contact_created": [FOREIGN],
    "globalSecret": "foreign-global-secret",
    "secret": "foreign-legacy-secret",
    "retries": {"attempts": 3},
}
"""What other people have on an account, in every form there is."""


def beside_others(*entries: Any) -> dict[str, Any]:
    """Return what an account holds with these entries of `receive` after what other people have."""
    return {**OTHERS, "receive": [*FOREIGN_ENTRIES, *entries]}


def held(account: Account) -> dict[str, Any]:
    """Return what the account holds, without its empty events."""
    return {name: value for name, value in account.webhooks.items() if value}


class Echo(pulumi.dynamic.ResourceProvider):
    """Gives its input back as an output, known only once it is created."""

    def create(self, props: dict[str, Any]) -> pulumi.dynamic.CreateResult:
        """Create nothing."""
        return pulumi.dynamic.CreateResult("echo", {"url": props["value"]})


class Tunnel(pulumi.dynamic.Resource):
    """Another resource that the webhooks' URL comes from, as an API gateway would be."""

    url: pulumi.Output[str]

    def __init__(self, name: str, value: str) -> None:
        super().__init__(Echo(), name, {"value": value, "url": None})
