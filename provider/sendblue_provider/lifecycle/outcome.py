"""What became of a write: what it lost, what the account shows instead, and the error that says so."""

from __future__ import annotations

from collections.abc import Sequence

from sendblue_provider.api.live import form_of
from sendblue_provider.api.records import Records, keys_of, minus
from sendblue_provider.api.retry import Deadline
from sendblue_provider.errors import (
    ApiError,
    Interrupted,
    SendblueError,
    WriteFailed,
    WriteInterrupted,
    WriteNotApplied,
    WriteUnverified,
)
from sendblue_provider.plan.changes import Change, method_of, plan

from .operation import Operation
from .send import Send, is_final, is_refusal


def deciding_error(operation: Operation, sends: Sequence[Send]) -> SendblueError | None:
    """Return the error that decides: one after which nothing can be sent, else one that leaves it open, else a no."""
    errors = [one.error for one in sends if operation in one.operations and one.error is not None]
    return max(errors, key=lambda error: 2 if is_final(error) else 0 if is_refusal(error) else 1, default=None)


def unexpected_in(operation: Operation, left: Sequence[Change], live: Records, now: Records) -> Records:
    """Return what the account shows since the write, and nobody declared: it may be the URL in another form."""
    known = {record.value for record in (*live, *operation.plan.desired)}
    others = [record for record in now if record.value not in known]
    wanted = {form_of(change.after.key) for change in left if change.after is not None and change.after.url}
    in_form = [record for record in others if record.url and form_of(record.key) in wanted]
    keys = keys_of(operation.plan.desired)
    return tuple(in_form or ([] if operation.resource.is_additive else [one for one in others if one.key not in keys]))


def lost_by(operation: Operation, live: Records, now: Records) -> Records:
    """Return what a PUT wrote along unchanged, and whose event has no entry at all any more.

    The API has been seen to drop an event silently. A single entry that changed or went while its event shows others is
    its owner's business.
    """
    if method_of(operation.plan, operation.prefer) != "PUT":
        return ()
    events = {record.event for record in now}
    changed = {change.key for change in operation.plan.changes}
    along = minus(live, minus(live, operation.plan.desired))
    lost = [record for record in along if record.event not in events and record.key not in changed]
    return tuple([record for record in lost if not record.opaque])


def is_undone_secret(operation: Operation, left: Sequence[Change]) -> bool:
    """Return whether all that is left are account secrets that a PUT left out; they are sent as "" once."""
    kept = frozenset([change.key.event for change in left if change.after is None and not change.key.url])
    if len(kept) != len(left) or kept <= operation.cleared:
        return False
    operation.cleared |= kept
    return True


def error_after(
    operation: Operation,
    error: SendblueError | None,
    left: Sequence[Change],
    lost: Records,
    live: Records,
    now: Records,
    deadline: Deadline,
) -> SendblueError:
    """Make the error of a write that the GET after it does not show, or not all of it.

    Args:
        operation: The operation.
        error: What the write itself failed with; None if it was answered with success.
        left: Its changes that are not visible.
        lost: What it lost.
        live: The account before.
        now: The account after.
        deadline: The operation's budget.
    """
    is_partial = len(left) < len(operation.plan.changes) or bool(operation.cleared)
    if deadline.cancelled:
        if not operation.was_sent:
            return Interrupted()
        if error is not None and operation.sends and not is_partial and not plan(live, now).changes:
            return Interrupted(error.call if isinstance(error, Interrupted | ApiError) else None, is_sent=True)
        return WriteInterrupted(now, left)
    if error is None:
        return WriteNotApplied(now, left, unexpected_in(operation, left, live, now), lost)
    return WriteNotApplied(now, left, reason=error) if is_partial else WriteFailed(error, left)


def refused_midway(operation: Operation, error: SendblueError, now: Records) -> SendblueError:
    """Return the error of a plan that a rule refuses, with what an earlier write of the operation has done by then."""
    if not operation.sends:
        return error
    left = operation.left(now)
    return WriteNotApplied(now, left, reason=error) if len(left) < len(operation.plan.changes) else error


def unverified(operation: Operation, sends: Sequence[Send], error: ApiError, deadline: Deadline) -> SendblueError:
    """Make the error of a write after which the account could not be read."""
    own = deciding_error(operation, sends)
    if own is not None and (is_refusal(own) or not operation.sends):
        return WriteFailed(own, operation.plan.changes)
    if deadline.cancelled:
        return WriteInterrupted()
    return WriteUnverified(reason=own or error, is_answered=own is None)
