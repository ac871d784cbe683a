"""One write of some operations, the GET after it, and what became of each: done, failed, or to be sent again."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence
from typing import Final

from sendblue_provider.api.records import Records
from sendblue_provider.api.retry import Cancelled, Deadline, backoff
from sendblue_provider.errors import ApiError, Interrupted, OutOfTime, SendblueError
from sendblue_provider.plan.changes import Change, plan

from .operation import Operation
from .outcome import deciding_error, error_after, is_undone_secret, lost_by, unexpected_in, unverified
from .send import is_final, is_refusal, send, sends_of
from .session import Session

VISIBLE_SECONDS: Final = 5.0
"""How long a GET after a write may go on showing the account as it was before."""
_FIRST_PAUSE: Final = 0.25
_SENDS: Final = 7
"""How often one operation's write is sent in all, while no answer says whether it was done."""


class Round:
    """One write.

    Args:
        session: The account.
        deadline: The commit's time budget.
        operations: What is written by one method, each planned on what the one before it leaves.
        live: The account as the last GET showed it.
    """

    def __init__(self, session: Session, deadline: Deadline, operations: Sequence[Operation], live: Records) -> None:
        self._session = session
        self._deadline = deadline
        self._operations = operations
        self._live = live
        self._sends = sends_of(operations, live)
        self._is_out_of_time = False

    def run(self) -> tuple[Records, list[list[Operation]]]:
        """Send and GET; return what the GET shows, and which operations have to be sent again, together."""
        send(self._session.client, self._sends, self._deadline)
        for operation in self._operations:
            operation.is_answered = deciding_error(operation, self._sends) is None
            operation.sends += any(one.is_sent for one in self._sends if operation in one.operations)
            operation.was_sent = operation.was_sent or operation.sends > 0
            operation.saw = self._live
        try:
            now = self._get_after()
        except ApiError as error:
            for operation in self._operations:
                operation.finish(self._live, unverified(operation, self._sends, error, self._deadline))
            return self._live, []
        together: list[Operation] = []
        alone: list[list[Operation]] = []
        for operation in self._operations:
            failed = deciding_error(operation, self._sends)
            if self._is_finished(operation, failed, now):
                continue
            # One of several may be what was refused: then each is sent alone.
            if failed is not None and is_refusal(failed):
                alone.append([operation])
            else:
                together.append(operation)
        by_method = [[one for one in together if one.next_method == method] for method in ("POST", "DELETE", "PUT")]
        return now, [*[same for same in by_method if same], *alone]

    def _get_after(self) -> Records:
        """GET what a write has done: until it is visible, or once after a wait if no answer says whether it was done.

        Raises:
            ApiError: the account cannot be read.
        """
        errors = [one.error for one in self._sends if one.error is not None and not is_refusal(one.error)]
        unclear = [error for error in errors if isinstance(error, ApiError) and not is_final(error)]
        if unclear and not self._deadline.cancelled:
            self._wait(unclear[0], max(operation.sends for operation in self._operations))
        return self._get() if errors or self._deadline.cancelled else self._poll()

    def _get(self) -> Records:
        if not self._deadline.cancelled and self._deadline.remaining() > 0:
            with contextlib.suppress(Interrupted):
                return self._session.fetch(self._deadline)
        return self._session.fetch_last()

    def _wait(self, error: ApiError, attempt: int) -> None:
        """Wait before a write is sent again; not if the budget leaves no time for that."""
        pause = backoff(attempt) if error.retry_after is None else error.retry_after
        self._is_out_of_time = pause >= self._deadline.remaining()
        if not self._is_out_of_time and attempt < _SENDS:
            with contextlib.suppress(Cancelled):
                self._deadline.wait(error.call, _met(error), pause)

    def _poll(self) -> Records:
        """Poll until the write is visible, somebody else's change is, or time is up."""
        end, pause = time.monotonic() + VISIBLE_SECONDS, _FIRST_PAUSE
        answered = [operation for one in self._sends if one.error is None for operation in one.operations]
        while True:
            now = self._get()
            wait = min(pause, end - time.monotonic(), self._deadline.remaining())
            lags = any(_is_before(operation, self._live, now) for operation in answered)
            if not lags or wait <= 0 or self._deadline.cancelled:
                return now
            with contextlib.suppress(Cancelled):
                self._deadline.sleep(wait)
            pause *= 2

    def _is_finished(self, operation: Operation, error: SendblueError | None, now: Records) -> bool:
        """Set an operation's result, unless it has to be sent again; return whether it has one."""
        left = operation.left(now)
        lost = lost_by(operation, self._live, now) if error is None else ()
        if not left and not lost:
            if not operation.goes_on(now):
                operation.finish(now)
            return operation.is_done
        if not self._deadline.cancelled and self._goes_again(operation, error, left, now):
            return False
        error = self._with_budget(error)
        operation.finish(now, error_after(operation, error, left, lost, self._live, now, self._deadline))
        return True

    def _goes_again(
        self, operation: Operation, error: SendblueError | None, left: Sequence[Change], now: Records
    ) -> bool:
        """Return whether what is left is worth another send."""
        by_delete = operation.next_method == "DELETE" and (error is None or is_refusal(error))
        if by_delete and operation.goes_on(now, left):
            return True
        if error is None:
            return is_undone_secret(operation, left)
        if is_refusal(error):
            return any(len(one.operations) > 1 for one in self._sends if operation in one.operations)
        return not self._is_over(operation, error)

    def _is_over(self, operation: Operation, error: SendblueError) -> bool:
        spent = self._deadline.seconds - self._deadline.remaining()
        own = operation.request.timeout or self._session.settings.timeout_seconds
        return is_final(error) or self._is_out_of_time or operation.sends >= _SENDS or spent >= own

    def _with_budget(self, error: SendblueError | None) -> SendblueError | None:
        """Name the time budget if the API asks to wait for longer than it is."""
        if isinstance(error, ApiError) and self._is_out_of_time and error.retry_after:
            budget, is_own = self._deadline.seconds, self._deadline.is_own
            return OutOfTime(error.call, _met(error), seconds=budget, is_own=is_own, asked_for=error.retry_after)
        return error


def _met(error: ApiError) -> str:
    return f"Sendblue answered {error.status}" if error.status else "no answer"


def _is_before(operation: Operation, live: Records, now: Records) -> bool:
    """Return whether the account is still as it was before the write, or some DELETEs of it are not visible yet."""
    left = operation.left(now)
    hides = operation.was_readable(live) and not operation.revealed(now).readable
    if not left and not hides:
        return False
    changes = plan(operation.scope(live), operation.scope(now)).changes
    if operation.prefer == "DELETE":
        return all(change.after is None for change in changes)
    return not changes and not unexpected_in(operation, left, live, now)
