"""The stacks whose states are kept beside this file: their programs, and their accounts at the time."""

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
from tests.engine.workspaces import Program

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
        refreshed: Whether a refresh after the edit wrote the state.
        drifted: Whether the edit is drift, so that a preview of the same program is an update.
        unverified: Whether the GET that verifies the create failed, so that the state has its resources as partly
            written; the next run begins with a read, after which no change is left.
    """

    name: str
    front_end: FrontEnd
    program: Program
    before: Mapping[str, Any] = field(default_factory=dict)
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
    program = front_end.declare(
        receive=[INBOUND, WebhookEndpointArgs(url=AUDIT, secret="audit-secret", sendblue_numbers=NUMBERS)],
        call_log=[CALLS],
        contact_created=[INBOUND],
        other_events={"typing_indicator": [AUDIT, {"url": CALLS, "secret": "typing-secret"}]},
        global_secret="global-secret",
        secret="legacy-secret",
        allow_overwrite=False,
    )
    behaviour = {"accepted_events": (*EVENTS, "typing_indicator")}
    return Case(name="configuration", front_end=front_end, program=program, behaviour=behaviour)


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
        edit=edit,
        refreshed=True,
        drifted=True,
    )


def _masked(front_end: FrontEnd) -> Case:
    """A configuration on an account that shows no secret."""
    program, behaviour = front_end.usual(), {"secrets": "masked"}
    return Case(name="configuration-masked", front_end=front_end, program=program, behaviour=behaviour)


def _webhooks(front_end: FrontEnd) -> Case:
    """Two webhooks beside what others have: one with all properties, and one without."""
    full = {"event": "receive", "url": INBOUND, "secret": "our-secret", "sendblue_numbers": NUMBERS}
    program = front_end.webhooks({"full": full, "plain": {"event": "call_log", "url": CALLS}})
    return Case(name="webhooks", front_end=front_end, program=program, before=OTHERS)


def _webhooks_refreshed(front_end: FrontEnd) -> Case:
    """Two webhooks after a refresh: the first was changed by hand before it, and the second removed."""

    def edit(account: Account) -> None:
        account.remove("call_log", CALLS)
        account.webhooks = {**account.webhooks, "receive": [FOREIGN, {"url": INBOUND, "secret": "secret-by-hand"}]}

    return Case(
        name="webhooks-refreshed",
        front_end=front_end,
        program=front_end.webhooks(
            {"changed": {"secret": "our-secret"}, "gone": {"event": "call_log", "url": CALLS}},
        ),
        before={"receive": [FOREIGN]},
        edit=edit,
        refreshed=True,
        drifted=True,
    )


def _webhook_masked(front_end: FrontEnd) -> Case:
    """A webhook on an account that shows no secret."""
    return Case(
        name="webhook-masked",
        front_end=front_end,
        program=front_end.webhook(secret="our-secret"),
        behaviour={"secrets": "masked"},
        before={"receive": [{"url": FOREIGN, "secret": "foreign-secret"}]},
    )


def _ignoring() -> Case:
    """A configuration that leaves an event and a secret to others, who have used them."""
    options = pulumi.ResourceOptions(ignore_changes=["receive", "globalSecret"])

    def edit(account: Account) -> None:
        account.add("receive", IGNORED)
        account.set_secret("globalSecret", "secret-by-hand")

    return Case(
        name="configuration-ignoring",
        front_end=PLUGIN,
        program=PLUGIN.declare("webhooks", options, receive=[INBOUND], call_log=[CALLS], global_secret="global-secret"),
        edit=edit,
        refreshed=True,
    )


def _webhook_ignoring() -> Case:
    """Two webhooks: the first leaves its secret to others, who have changed it."""
    options = pulumi.ResourceOptions(ignore_changes=["secret"])
    numbers = NUMBERS[:1]

    def program() -> None:
        pulumi_sendblue.Webhook(
            "ignoring", event="receive", url=INBOUND, secret="our-secret", sendblue_numbers=numbers, opts=options
        )
        pulumi_sendblue.Webhook("plain", event="call_log", url=CALLS)

    def edit(account: Account) -> None:
        own = {"url": INBOUND, "secret": "secret-by-hand", "sendblue_numbers": numbers}
        account.webhooks = {**account.webhooks, "receive": [FOREIGN, own]}

    return Case(
        name="webhooks-ignoring",
        front_end=PLUGIN,
        program=program,
        before={"receive": [FOREIGN]},
        edit=edit,
        refreshed=True,
    )


def _imported() -> Case:
    """A configuration that was imported."""
    program = PLUGIN.usual("webhooks", pulumi.ResourceOptions(import_="account"))
    return Case(name="configuration-imported", front_end=PLUGIN, program=program, before=USUAL)


def _with_provider() -> Case:
    """A webhook of a provider resource with its own settings."""

    def program() -> None:
        config = pulumi.Config("sendblue")
        provider = pulumi_sendblue.Provider(
            "main",
            api_key_id=config.require("apiKeyId"),
            api_secret_key=config.require_secret("apiSecretKey"),
            base_url=config.require("baseUrl"),
            timeout_seconds=30,
        )
        options = pulumi.ResourceOptions(provider=provider)
        pulumi_sendblue.Webhook("inbound", event="receive", url=INBOUND, secret="our-secret", opts=options)

    return Case(name="webhook-with-provider", front_end=PLUGIN, program=program, before={"receive": [FOREIGN]})


def _unverified() -> Case:
    """A configuration that was written, and that nobody saw."""
    return Case(name="configuration-unverified", front_end=PLUGIN, program=PLUGIN.usual(), unverified=True)


def _webhook_unverified() -> Case:
    """A webhook that was added, and that nobody saw."""
    program, before = PLUGIN.webhook(secret="our-secret"), {"receive": [FOREIGN]}
    return Case(name="webhook-unverified", front_end=PLUGIN, program=program, before=before, unverified=True)


BOTH = (_configuration, _refreshed, _masked, _webhooks, _webhooks_refreshed, _webhook_masked)
PLUGIN_ALONE = (_ignoring, _webhook_ignoring, _imported, _with_provider, _unverified, _webhook_unverified)


def cases_of(front_end: FrontEnd) -> list[Case]:
    """Return the cases of a front end."""
    return [make(front_end) for make in BOTH] + ([make() for make in PLUGIN_ALONE] if front_end is PLUGIN else [])


CASES = [*cases_of(DYNAMIC), *cases_of(PLUGIN)]
