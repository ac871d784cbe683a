"""Which requests a plan takes, and sending them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sendblue_provider.api.client import Client
from sendblue_provider.api.records import ACCOUNT_SECRETS, Records
from sendblue_provider.api.retry import Deadline
from sendblue_provider.api.wire import to_item, to_wire
from sendblue_provider.errors import (
    ApiError,
    CredentialsMissing,
    CredentialsRejected,
    Interrupted,
    OutOfTime,
    RequestRefused,
    SendblueError,
    UnexpectedResponse,
)
from sendblue_provider.plan.changes import Method, method_of

from .operation import Operation

_REFUSED: frozenset[int] = frozenset({400, 404, 409, 413, 422})
_GONE = 410


@dataclass(eq=False)
class Send:
    """One request, and what became of it.

    Attributes:
        method: The request's method.
        event: The event of a POST or a DELETE; empty for a PUT.
        body: The items of a POST, the URLs of a DELETE, the whole object of a PUT.
        operations: Whose changes it carries out.
        is_sent: Whether it was sent.
        error: What it failed with.
    """

    method: Method
    event: str
    body: Any = field(repr=False)
    operations: list[Operation]
    is_sent: bool = False
    error: SendblueError | None = None


def sends_of(operations: Sequence[Operation], live: Records) -> list[Send]:
    """Return the requests of operations that are written by one method: a POST or a DELETE for each event, or a PUT.

    Args:
        operations: Each planned on what the one before it leaves of the account.
        live: The account as it is.
    """
    method, desired = method_of(operations[0].plan, operations[0].prefer), operations[-1].plan.desired
    if method == "PUT":
        cleared = frozenset[str]().union(*(one.cleared for one in operations)) | _unseen_secrets(live, operations)
        cleared -= {record.event for record in desired}
        return [Send("PUT", "", to_wire(desired, live, cleared), list(operations))]
    sends: dict[str, Send] = {}
    for operation in operations:
        for change in operation.plan.changes:
            one = sends.setdefault(change.key.event, Send(method or "PUT", change.key.event, [], []))
            item = to_item(change.record) if method == "POST" else change.key.url
            if method == "POST" or item not in one.body:
                one.body.append(item)
            if operation not in one.operations:
                one.operations.append(operation)
    return list(sends.values())


def _unseen_secrets(live: Records, operations: Sequence[Operation]) -> frozenset[str]:
    """Return the account secrets to send as an empty string at once: whether a PUT cleared them could not be seen."""
    before = [change.before for one in operations for change in one.plan.changes if change.after is None]
    shown = {record.event for record in live}
    return frozenset([r.event for r in before if r and r.event in ACCOUNT_SECRETS and r.event not in shown])


def send(client: Client, sends: Sequence[Send], deadline: Deadline) -> None:
    """Send requests one after the other; none after a cancellation, or if one says that no other can succeed."""
    for one in sends:
        previous = next((other.error for other in sends if other.error is not None and is_final(other.error)), None)
        if previous is not None:
            one.error = previous
            continue
        try:
            _send(client, one, deadline)
            one.is_sent = True
        except Interrupted as error:
            one.is_sent, one.error = error.is_sent, error
        except ApiError as error:
            one.is_sent, one.error = not isinstance(error, OutOfTime) or error.is_sent, error


def _send(client: Client, one: Send, deadline: Deadline) -> None:
    if one.method == "POST":
        client.post(one.event, one.body, deadline)
    elif one.method == "DELETE":
        client.delete(one.event, one.body, deadline)
    else:
        client.put(one.body, deadline)


def is_refusal(error: SendblueError) -> bool:
    """Return whether the API said no to this request, and would not to another."""
    return isinstance(error, RequestRefused) and (error.status in _REFUSED or 200 <= error.status < 300)


def is_final(error: SendblueError) -> bool:
    """Return whether the API says no to every request: 401, 403, 410, a redirect, another 4xx; or the run is over."""
    if isinstance(error, UnexpectedResponse):
        return error.kind in ("redirected", "not modified") or error.status == _GONE
    return isinstance(error, Interrupted | CredentialsRejected | CredentialsMissing) or (
        isinstance(error, RequestRefused) and not is_refusal(error)
    )
