"""Writing to an account so that it is known to have worked.

The API has been seen to answer a PUT with 200 and to drop an event silently, so every write is followed by a GET that
is compared with what was sent. Use these while holding the account.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Final

from .account import Account
from .client import Deadline
from .compare import Change, Seen, changes, see
from .errors import ApiError, WriteNotApplied, WriteUnverified
from .model import ACCOUNT_SECRETS, Configuration, Entry, Managed
from .report import in_a_line

SETTLE_SECONDS: Final = 5.0
"""How long a GET after a write may go on showing the state before it."""
_FIRST_PAUSE: Final = 0.25


def put(account: Account, live: Configuration, declared: Configuration, deadline: Deadline, *, readable: bool) -> Seen:
    """Replace the account's configuration with what is declared: PUT, GET.

    Args:
        account: The account.
        live: What is there now; fields that this provider does not know are carried over from it.
        declared: What shall be there.
        deadline: The operation's budget.
        readable: Whether secrets could be read until now.

    Returns:
        What the account shows afterwards, read with what was sent.

    Raises:
        WriteNotApplied: something of it is not there, or is still there.
        WriteUnverified: it was sent, and could not be looked at afterwards.
        ApiError: it could not be sent.
    """
    sent = _with_unknown_fields(declared, live)
    gone = live.events.keys() - sent.events.keys()
    account.forget_snapshot()
    account.client.put(sent, deadline, cleared=gone)

    def look(now: Configuration) -> Seen:
        return see(now, sent, readable=readable, just_written=True)

    def settled(now: Configuration) -> bool:
        # A secret that does not show may be one that does not show yet.
        return not changes(look(now).configuration, sent) and (look(now).readable or not readable)

    now = _settle(account, live, settled, deadline)
    seen = look(now)
    left = changes(seen.configuration, sent)
    if left and all(_is_kept_secret(change) for change in left):
        # Some APIs of this kind keep a secret that a PUT leaves out; an empty one clears it.
        account.forget_snapshot()
        account.client.put(sent, deadline, cleared=gone | {change.name for change in left})
        seen = look(_settle(account, now, settled, deadline))
        left = changes(seen.configuration, sent)
    if left:
        raise _not_applied("PUT", left)
    return seen


def remove(account: Account, live: Configuration, taken: Managed, deadline: Deadline) -> Configuration:
    """Take entries and account secrets away and leave the rest: a DELETE an event, a PUT if there are secrets, GET.

    Args:
        account: The account.
        live: What is there now.
        taken: What to remove.
        deadline: The operation's budget.

    Returns:
        What is left on the account. Where there is nothing to remove, nothing is sent.

    Raises:
        WriteNotApplied: something is still there, or the PUT lost something else.
        WriteUnverified: it was sent, and could not be looked at afterwards.
        ApiError: it could not be sent.
    """
    goal = taken.rest_of(live)
    if not changes(live, goal):
        return live
    clears = taken.secrets & live.secrets.keys()
    gone = live.events.keys() - goal.events.keys()

    def settled(now: Configuration) -> bool:
        return not changes(now, taken.rest_of(now))

    now = live
    # The API deletes by URL; whether that takes every copy of it or one is not known.
    for attempt in range(_copies(live, taken)):
        account.forget_snapshot()
        for event, urls in _present(now, taken).items():
            account.client.delete(event, urls, deadline)
        if clears and attempt == 0:
            account.client.put(goal, deadline, cleared=gone)
        now = _settle(account, now, settled, deadline)
        if not _present(now, taken):
            break
    if kept := now.secrets.keys() & clears:
        account.forget_snapshot()
        account.client.put(goal, deadline, cleared=gone | kept)
        now = _settle(account, now, settled, deadline)
    if not settled(now):
        raise _not_applied("DELETE", changes(now, taken.rest_of(now)))
    if clears and (lost := [change for change in changes(now, goal) if change.kind != "remove"]):
        raise _not_applied("PUT", lost)
    return now


def _settle(
    account: Account, before: Configuration, settled: Callable[[Configuration], bool], deadline: Deadline
) -> Configuration:
    """GET until the account shows the write, or something else than the state before it, or it has been long enough."""
    end = time.monotonic() + SETTLE_SECONDS
    pause = _FIRST_PAUSE
    while True:
        try:
            now = account.fetch(deadline)
        except ApiError as error:
            raise WriteUnverified(f"The change was sent, but could not be looked at afterwards: {error}") from None
        wait = min(pause, end - time.monotonic(), deadline.remaining())
        if settled(now) or changes(before, now) or wait <= 0:
            return now
        time.sleep(wait)
        pause *= 2


def _not_applied(method: str, left: Collection[Change]) -> WriteNotApplied:
    return WriteNotApplied(
        f"Sendblue answered {method} with success and did not do all of it. Still to do: {in_a_line(list(left))}. "
        "It is known to drop an event type that it does not offer (to this account, or any more): remove that event "
        "from the program, or ask Sendblue; then run `pulumi up` again"
    )


def _is_kept_secret(change: Change) -> bool:
    return change.kind == "remove" and change.name in ACCOUNT_SECRETS


def _with_unknown_fields(declared: Configuration, live: Configuration) -> Configuration:
    """Add to what is declared the fields of the live object that this provider does not know."""
    if not any(entry.extra for _, entry in live.entries()):
        return replace(declared, extra=live.extra)

    def carried(event: str, entry: Entry) -> Entry:
        there = live.find(event, entry)
        return entry._replace(extra=there.extra) if there else entry

    events = {event: tuple(carried(event, entry) for entry in entries) for event, entries in declared.events.items()}
    return replace(declared, events=events, extra=live.extra)


def _present(configuration: Configuration, taken: Managed) -> dict[str, list[str]]:
    found: dict[str, dict[str, None]] = {}
    for event, entry in configuration.entries():
        if (event, entry.url) in taken.urls:
            found.setdefault(event, {})[entry.url] = None
    return {event: list(urls) for event, urls in found.items()}


def _copies(configuration: Configuration, taken: Managed) -> int:
    """Count how often the URL that is there most often is there; 1 where there is none."""
    counts = Counter([(event, entry.url) for event, entry in configuration.entries()])
    return max((counts[pair] for pair in taken.urls), default=1) or 1
