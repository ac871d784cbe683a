"""The stacks whose states are kept beside this file: their programs, their accounts, and how each goes on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pulumi

import pulumi_sendblue
from pulumi_sendblue import WebhookEndpointArgs
from sendblue_emulator import EVENTS, Account
from tests.engine.programs import AUDIT, CALLS, DYNAMIC, FOREIGN, INBOUND, OTHERS, PLUGIN, USUAL, FrontEnd
from tests.engine.world import Program

FOLDER = Path(__file__).parent
URL_AT_THE_TIME = "http://127.0.0.1:1"
"""What stands in the kept states for the emulator's address, which is another one in each test."""

NUMBERS = ["+15551230001", "+15551230002"]
IGNORED: dict[str, Any] = {"url": FOREIGN, "secret": "ignored-secret"}


def _nothing(_: Account) -> None:
    """Leave the account as it is."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One stack.

    Attributes:
        name: The name of its file, without the front end before it and `.json` after it.
        front_end: How its program imports the resources.
        program: What the stack declared when the state was written.
        before: What the account had before the stack was made.
        behaviour: How the account answers.
        edit: An edit of the account by hand, after the last update.
        changed: The program with one change.
        after: What the account has after an update to the changed program, empty events left out.
        writes: The requests that write in that update.
        left: What the account has after a destroy, empty events left out; None if it depends on
            what a destroy does with an ignored value that somebody else changed, which has tests of its own.
        refreshed: Whether a refresh after the edit wrote the state.
        drifted: Whether the edit is drift, so that a preview of the same program is an update.
        unverified: Whether the GET that verifies the create failed, so that the state has its resources as partly
            written; the next run begins with a read, after which no change is left.
    """

    name: str
    front_end: FrontEnd
    program: Program
    changed: Program
    after: Mapping[str, Any]
    writes: list[str]
    before: Mapping[str, Any] = field(default_factory=dict)
    left: Mapping[str, Any] | None = field(default_factory=dict)
    behaviour: Mapping[str, Any] = field(default_factory=dict)
    edit: Callable[[Account], None] = _nothing
    refreshed: bool = False
    drifted: bool = False
    unverified: bool = False

    @property
    def file(self) -> Path:
        """Where the state is."""
        kind = "dynamic" if self.front_end is DYNAMIC else "plugin"
        return FOLDER / f"{kind}-{self.name}.json"


def _configuration(front_end: FrontEnd) -> Case:
    """Everything that a configuration can declare."""
    endpoint = WebhookEndpointArgs(url=AUDIT, secret="audit-secret", sendblue_numbers=NUMBERS)

    def program(receive: list[Any], contact: Any) -> Program:
        return front_end.declare(
            receive=receive,
            call_log=[CALLS],
            contact_created=[contact],
            other_events={"typing_indicator": [AUDIT, {"url": CALLS, "secret": "typing-secret"}]},
            global_secret="global-secret",
            secret="legacy-secret",
            allow_overwrite=False,
        )

    return Case(
        name="configuration",
        front_end=front_end,
        program=program([INBOUND, endpoint], INBOUND),
        changed=program([INBOUND, endpoint, CALLS], {"url": INBOUND, "secret": "contact-secret"}),
        behaviour={"accepted_events": (*EVENTS, "typing_indicator"), "string_only_events": ()},
        after={
            "receive": [INBOUND, {"url": AUDIT, "secret": "audit-secret", "sendblue_numbers": NUMBERS}, CALLS],
            "call_log": [CALLS],
            "contact_created": [{"url": INBOUND, "secret": "contact-secret"}],
            "typing_indicator": [AUDIT, {"url": CALLS, "secret": "typing-secret"}],
            "globalSecret": "global-secret",
            "secret": "legacy-secret",
        },
        writes=["PUT"],
    )


def _refreshed(front_end: FrontEnd) -> Case:
    """A configuration whose outputs are those of a refresh after an edit by hand."""

    def edit(account: Account) -> None:
        account.add("receive", IGNORED)
        account.add("outbound", FOREIGN)
        account.remove("call_log", CALLS)
        account.set_secret("globalSecret", "secret-by-hand")

    return Case(
        name="configuration-refreshed",
        front_end=front_end,
        program=front_end.usual(),
        changed=front_end.declare(
            receive=[INBOUND, WebhookEndpointArgs(url=AUDIT, secret="audit-secret")], global_secret="new-global-secret"
        ),
        edit=edit,
        refreshed=True,
        drifted=True,
        after={"receive": USUAL["receive"], "globalSecret": "new-global-secret"},
        writes=["PUT"],
    )


def _masked(front_end: FrontEnd) -> Case:
    """A configuration on an account that shows no secret."""
    receive = [INBOUND, WebhookEndpointArgs(url=AUDIT, secret="audit-secret")]
    return Case(
        name="configuration-masked",
        front_end=front_end,
        program=front_end.usual(),
        changed=front_end.declare(receive=receive, call_log=[CALLS, INBOUND], global_secret="global-secret"),
        behaviour={"secrets": "masked"},
        after={**USUAL, "call_log": [CALLS, INBOUND]},
        writes=["PUT"],
    )


def _webhooks(front_end: FrontEnd) -> Case:
    """Two webhooks beside what others have: one with all properties, and one without."""

    def program(secret: str) -> Program:
        full = {"event": "receive", "url": INBOUND, "secret": secret, "sendblue_numbers": NUMBERS}
        return front_end.webhooks({"full": full, "plain": {"event": "call_log", "url": CALLS}})

    calls = [*OTHERS["call_log"], CALLS]
    full = {"url": INBOUND, "secret": "rotated-secret", "sendblue_numbers": NUMBERS}
    return Case(
        name="webhooks",
        front_end=front_end,
        program=program("our-secret"),
        changed=program("rotated-secret"),
        before=OTHERS,
        after={**OTHERS, "receive": [*OTHERS["receive"], full], "call_log": calls},
        writes=["PUT"],
        left=OTHERS,
    )


def _webhooks_refreshed(front_end: FrontEnd) -> Case:
    """Two webhooks after a refresh: the first was changed by hand before it, and the second removed."""

    def program(secret: str) -> Program:
        return front_end.webhooks({"changed": {"secret": secret}, "gone": {"event": "call_log", "url": CALLS}})

    def edit(account: Account) -> None:
        account.remove("call_log", CALLS)
        account.webhooks = {**account.webhooks, "receive": [FOREIGN, {"url": INBOUND, "secret": "secret-by-hand"}]}

    return Case(
        name="webhooks-refreshed",
        front_end=front_end,
        program=program("our-secret"),
        changed=program("rotated-secret"),
        before={"receive": [FOREIGN]},
        edit=edit,
        refreshed=True,
        drifted=True,
        after={"receive": [FOREIGN, {"url": INBOUND, "secret": "rotated-secret"}], "call_log": [CALLS]},
        writes=["POST", "PUT"],
        left={"receive": [FOREIGN]},
    )


def _webhook_masked(front_end: FrontEnd) -> Case:
    """A webhook on an account that shows no secret."""

    def program(**more: Any) -> Program:
        return front_end.webhooks({"inbound": {"secret": "our-secret"}, **more})

    before = {"receive": [{"url": FOREIGN, "secret": "foreign-secret"}]}
    receive = [*before["receive"], {"url": INBOUND, "secret": "our-secret"}]
    return Case(
        name="webhook-masked",
        front_end=front_end,
        program=program(),
        changed=program(second={"event": "call_log", "url": CALLS}),
        behaviour={"secrets": "masked"},
        before=before,
        after={"receive": receive, "call_log": [CALLS]},
        writes=["POST"],
        left=before,
    )


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


BOTH = (_configuration, _refreshed, _masked, _webhooks, _webhooks_refreshed, _webhook_masked)
PLUGIN_ALONE = (_ignoring, _webhook_ignoring, _imported, _with_provider, _unverified, _webhook_unverified)


def cases_of(front_end: FrontEnd) -> list[Case]:
    """Return the cases of a front end."""
    return [make(front_end) for make in BOTH] + ([make() for make in PLUGIN_ALONE] if front_end is PLUGIN else [])


CASES = [*cases_of(DYNAMIC), *cases_of(PLUGIN)]
