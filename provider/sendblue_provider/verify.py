"""Looking at an account after a write, and what is told where it is not what was sent.

Use these while holding the account.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Collection
from typing import Final

from .account import Account
from .compare import Change
from .errors import ApiError, Interrupted, SendblueError, WriteInterrupted, WriteNotApplied, WriteUnverified
from .model import ACCOUNT_SECRETS, Configuration
from .report import in_a_line, listed, shown, thing
from .transport import Cancelled, Deadline

SETTLE_SECONDS: Final = 5.0
"""How long a GET after a write may go on showing the state before it."""
_FIRST_PAUSE: Final = 0.25

AGAIN: Final = "Run the same command again: it goes on from what is there"
INTERRUPTED: Final = "The run was cancelled after a change was sent to Sendblue"


def settle(
    account: Account,
    is_before: Callable[[Configuration], bool],
    settled: Callable[[Configuration], bool],
    deadline: Deadline,
    now: Configuration | None = None,
) -> Configuration:
    """GET until the account shows the write, or what is no state before it, or it has been long enough, or too long."""
    end = time.monotonic() + SETTLE_SECONDS
    pause = _FIRST_PAUSE
    while True:
        now = now or _look(account, deadline)
        wait = min(pause, end - time.monotonic(), deadline.remaining())
        if settled(now) or not is_before(now) or wait <= 0 or deadline.cancelled:
            return now
        with contextlib.suppress(Cancelled):
            deadline.sleep(wait)
        now = None
        pause *= 2


def _look(account: Account, deadline: Deadline) -> Configuration:
    """GET after a write; quickly, where its time is up or the run was cancelled.

    Raises:
        WriteInterrupted: the run was cancelled, and it cannot be looked at.
        WriteUnverified: it cannot be looked at.
    """
    try:
        if not deadline.cancelled and deadline.remaining() > 0:
            with contextlib.suppress(Interrupted):
                return account.fetch(deadline)
        return account.last_look()
    except ApiError as error:
        if deadline.cancelled:
            raise WriteInterrupted(f"{INTERRUPTED}, and could not be looked at afterwards. {AGAIN}") from None
        out_of_time = f"not within the {deadline.seconds:g} s that the operation may take"
        reason = str(error) if deadline.remaining() > 0 else out_of_time
        raise WriteUnverified(
            f"The change was sent, but could not be looked at afterwards: {reason}. {AGAIN}"
        ) from None


def unsure(error: SendblueError) -> WriteInterrupted | WriteUnverified:
    """Make the error of a write of which neither its answer nor a look tells whether it was done."""
    if isinstance(error, Interrupted):
        return WriteInterrupted(f"{error}, and whether it was done could not be seen. {AGAIN}")
    return WriteUnverified(f"{str(error).rstrip('.')}. It may have been done all the same: {AGAIN}")


def not_applied(
    remaining: Collection[Change],
    now: Configuration,
    unexpected: Collection[Change],
    foreign: Collection[Change],
) -> WriteNotApplied:
    """Make the error of a write that was answered with success and not done.

    Args:
        remaining: What was not done.
        now: What the account shows.
        unexpected: What it shows instead.
        foreign: What of the first is not this stack's.
    """
    added = {change.name for change in remaining if change.kind == "add" and change.after is not None}
    missing = sorted(added - now.events.keys())
    if foreign:
        advice = (
            f"Of that, {listed([thing(change) for change in foreign])} is not this stack's: Sendblue, or somebody else "
            "at the same moment, dropped or changed it. Look at it in Sendblue's dashboard and tell its owner"
        )
    elif all(is_kept_secret(change) for change in remaining):
        advice = "Clear the secret in Sendblue's dashboard"
    elif unexpected:
        shown_instead = listed([thing(change) for change in unexpected])
        advice = (
            f"It shows {shown_instead} that nobody declared: if that is your URL in another form, declare that form"
        )
    elif missing:
        advice = (
            "It is known to drop an event type that it does not offer, to this account or any more: remove "
            f"{', '.join(shown(event) for event in missing)} from the program, or ask Sendblue"
        )
    else:
        advice = "Look at the account in Sendblue's dashboard (somebody else may have written at the same moment)"
    return WriteNotApplied(
        f"Sendblue answered with success and did not do all of it. Still to do: {in_a_line(list(remaining))}. "
        f"{advice}, then run the same command again",
        now,
    )


def is_kept_secret(change: Change) -> bool:
    """Tell whether an account secret is there that should not be."""
    return change.kind == "remove" and change.name in ACCOUNT_SECRETS
