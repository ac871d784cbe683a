"""The stacks whose states are kept beside this file: their programs, their accounts, and how each goes on."""

from __future__ import annotations

from typing import Any

from pulumi_sendblue import WebhookEndpointArgs
from sendblue_emulator import EVENTS, Account
from tests.engine.programs import AUDIT, CALLS, DYNAMIC, FOREIGN, INBOUND, OTHERS, PLUGIN, USUAL, FrontEnd
from tests.engine.states.case import NUMBERS, Case
from tests.engine.states.plugin_cases import IGNORED, PLUGIN_ALONE
from tests.engine.workspaces import Program

URL_AT_THE_TIME = "http://127.0.0.1:1"
"""What stands in the kept states for the emulator's address, which is another one in each test."""


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


BOTH = (_configuration, _refreshed, _masked, _webhooks, _webhooks_refreshed, _webhook_masked)


def cases_of(front_end: FrontEnd) -> list[Case]:
    """Return the cases of a front end."""
    return [make(front_end) for make in BOTH] + ([make() for make in PLUGIN_ALONE] if front_end is PLUGIN else [])


CASES = [*cases_of(DYNAMIC), *cases_of(PLUGIN)]
