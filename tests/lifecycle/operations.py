"""One operation of each kind, the account before and after it, and what was sent for it."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from sendblue_emulator import Emulator, Fault
from sendblue_provider.lifecycle import steps
from sendblue_provider.lifecycle.session import Session
from sendblue_provider.resources.base import Resource
from sendblue_provider.resources.configuration import WebhookConfiguration
from sendblue_provider.resources.request import Request, Result
from sendblue_provider.resources.webhook import Webhook
from tests.plan.records import NEW, OTHER, OWN, A, B, C

CONFIGURATION, WEBHOOK = WebhookConfiguration(), Webhook()
OTHERS: dict[str, Any] = {"receive": [{"url": B, "label": "x"}], "outbound": [{"url": B, "secret": OTHER}]}
MINE = {"url": A, "secret": OWN}


def state(inputs: dict[str, Any], *secrets: str, **managed: list[str]) -> dict[str, Any]:
    if "event" in inputs:
        return {**inputs, "secretsReadable": True}
    return {**inputs, "secretsReadable": True, "managed": {"events": managed, "secrets": list(secrets)}}


class Operation(NamedTuple):
    """An operation: the account before it and after it, the method of its write, and the step."""

    before: dict[str, Any]
    after: dict[str, Any]
    method: str
    resource: Resource
    request: Request

    def run(self, session: Session, **more: Any) -> Result:
        """Run the step on a session: a delete if nothing is declared."""
        request = Request(**{**self.request.__dict__, **more})
        if request.inputs:
            return steps.write(self.resource, session, request)
        return steps.delete(self.resource, session, request)


def beside(*items: Any) -> dict[str, Any]:
    return {**OTHERS, "receive": [*OTHERS["receive"], *items]}


HOOK = {"event": "receive", "url": A, "secret": OWN}
WHOLE = {"receive": [{"url": A, "secret": OWN}], "callLog": [C]}
OPERATIONS: dict[str, Operation] = {
    "create": Operation(OTHERS, beside(MINE), "POST", WEBHOOK, Request(HOOK)),
    "update": Operation(
        beside(MINE), beside({**MINE, "secret": NEW}), "PUT", WEBHOOK, Request({**HOOK, "secret": NEW}, state(HOOK))
    ),
    "delete": Operation(beside(MINE), OTHERS, "DELETE", WEBHOOK, Request(state=state(HOOK))),
    "create all": Operation({}, {"receive": [MINE], "call_log": [C]}, "PUT", CONFIGURATION, Request(WHOLE)),
    "update all": Operation(
        {"receive": [A], "outbound": [{"url": B, "secret": OTHER}]}, {"receive": [MINE], "call_log": [C]}, "PUT",
        CONFIGURATION, Request(WHOLE, state({"receive": [A]}, receive=[A])),
    ),
    "delete all": Operation(beside(MINE), OTHERS, "DELETE", CONFIGURATION, Request(state=state(WHOLE, receive=[A]))),
}  # fmt: skip
every_operation = pytest.mark.parametrize("name", OPERATIONS)
by_put_or_post = pytest.mark.parametrize("name", [name for name in OPERATIONS if not name.startswith("delete")])


def status(
    method: str, code: int, *, times: int | None = 1, after: int = 0, applied: bool = False, **headers: str
) -> Fault:
    headers = {name.replace("_", "-"): text for name, text in headers.items()}
    return Fault(
        kind="status", method=method, status=code, body={"status": "ERROR", "message": "no"}, times=times, after=after,
        applied=applied, headers=headers,
    )  # fmt: skip


def sent(emulator: Emulator) -> str:
    """The methods of all requests: G, P for POST, U for PUT, D."""
    return "".join({"POST": "P", "PUT": "U"}.get(method, method[0]) for method in emulator.journal.methods())


def letter(operation: Operation) -> str:
    return {"POST": "P", "PUT": "U", "DELETE": "D"}[operation.method]
