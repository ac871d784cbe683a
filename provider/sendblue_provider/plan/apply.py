"""Carrying plans out: POST, DELETE or PUT, then GET, and what is left of each plan is found by the same comparison.

Operations that wait for the account together are carried out together: the first one that gets the account leads. The
transport repeats GETs alone; here no write is ever sent twice without a GET, and the rules, in between.

    GET ─► plan, rules ─► POST | DELETE | PUT ─► GET until visible ─► what is left?
     ▲                                                                     │ nothing: done
     └── wait, if no answer tells whether a write was done ◄───────────────┘ refused, not applied: an error
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence
from typing import Final

from sendblue_provider.api.records import Records
from sendblue_provider.api.retry import Cancelled, Deadline, Waiting, backoff
from sendblue_provider.errors import ApiError, Interrupted, OutOfTime, SendblueError

from .changes import Change, plan
from .operation import Operation
from .outcome import deciding_error, error_after, is_undone_secret, lost_by, refused_midway, unexpected_in, unverified
from .send import Send, is_final, is_refusal, method_of, send, sends_of
from .session import Session

VISIBLE_SECONDS: Final = 5.0
"""How long a GET after a write may go on showing the account as it was before."""
_FIRST_PAUSE: Final = 0.25
_GATHER_SECONDS: Final = 0.5
_ARRIVAL_SECONDS: Final = 0.04
_SENDS: Final = 7
"""How often one operation's write is sent in all, while no answer tells whether it was done."""


def carry_out(session: Session, operation: Operation) -> Records:
    """Carry out an operation, together with those that wait for the account by then.

    Returns:
        The account as the last GET showed it.

    Raises:
        SendblueError: a rule refuses it, or the API failed.
    """
    session.waiting.append(operation)
    try:
        with session.holding(unless=lambda: operation.is_done) as is_leader:
            if is_leader:
                _Commit(session, operation).run()
    finally:
        session.waiting.remove(operation)
    if operation.error is not None:
        raise operation.error
    return operation.now


class _Commit:
    """One turn on the account.

    Args:
        session: The account.
        leader: The operation whose thread carries the commit out.
    """

    def __init__(self, session: Session, leader: Operation) -> None:
        self._session = session
        self._leader = leader
        self._deadline = self._deadline_for([leader])
        self._is_out_of_time = False

    def run(self) -> None:
        """Carry out the leader, and what waits with it. Whatever ends this, nobody is left without a result."""
        members = [self._leader]
        try:
            members = self._gather()
            live = self._first_get(members)
            if live is not None:
                # What arrived during the GET is in; what another method writes goes on waiting.
                members, _ = self._plan_all(self._waiting(), live)
                longest = self._deadline_for(members or [self._leader])
                self._deadline = longest if longest.seconds > self._deadline.seconds else self._deadline
                self._session.together = max(1, len(members))
                self._carry_out(members, live)
        except BaseException as error:
            for operation in members:
                if not operation.is_done:
                    operation.finish((), error)
            if not isinstance(error, Exception):
                raise

    def _waiting(self) -> list[Operation]:
        """Return the leader, and what may be carried out with it: a `WebhookConfiguration` is alone."""
        if not self._leader.is_additive:
            return [self._leader]
        others = [one for one in [*self._session.waiting] if one is not self._leader]
        return [self._leader, *[one for one in others if one.is_additive and not one.is_done]]

    def _gather(self) -> list[Operation]:
        """Wait until no more operations arrive, if there are others: the engine hands them over one by one.

        A single operation waits for nothing.
        """
        end = time.monotonic() + _GATHER_SECONDS
        waiting = self._waiting()
        while (len(waiting) > 1 or self._session.together > 1) and time.monotonic() < end:
            time.sleep(_ARRIVAL_SECONDS)
            before, waiting = len(waiting), self._waiting()
            if len(waiting) == before:
                break
        return waiting

    def _deadline_for(self, operations: Sequence[Operation]) -> Deadline:
        """Start the longest of their budgets."""
        longest = max(operations, key=lambda one: one.seconds or self._session.settings.timeout_seconds)
        return self._session.deadline(longest.seconds, self._show_wait)

    def _show_wait(self, waiting: Waiting) -> None:
        """Show a wait of all members, once each."""
        shown = dict.fromkeys([one.on_wait for one in self._waiting() if not one.is_done])
        for on_wait in shown:
            if on_wait is not None:
                on_wait(waiting)

    def _first_get(self, waiting: list[Operation]) -> Records | None:
        self._deadline = self._deadline_for(waiting)
        try:
            return self._session.fetch(self._deadline)
        except SendblueError as error:
            # The GET is the same for all that wait, and would fail for them too, one after the other.
            for operation in waiting:
                operation.finish((), error)
            return None

    def _plan(self, operation: Operation, live: Records, running: Records) -> bool:
        """Plan an operation on what those before it leave; return whether it has to write."""
        while not operation.is_done:
            try:
                operation.plan_on(live, running)
            except SendblueError as error:
                operation.finish(live, refused_midway(operation, error, live))
                break
            if operation.plan.changes:
                return True
            if not operation.goes_on(live):
                operation.finish(live)
        return False

    def _carry_out(self, planned: list[Operation], live: Records) -> None:
        """Write until nothing is left of any operation, or it has failed."""
        batches = [planned]
        while batches:
            batch = batches.pop(0)
            if batch is not planned:
                batch, others = self._plan_all(batch, live)
                batches += [others] if others else []
            if batch:
                live, again = self._round(batch, sends_of(batch, live), live)
                batches += again

    def _plan_all(self, operations: Sequence[Operation], live: Records) -> tuple[list[Operation], list[Operation]]:
        """Plan operations one after the other.

        Returns:
            Those that are written by the method of the first one that has to write, and those of another method.
            One that is refused, or that has nothing to write, is done.
        """
        running, method = live, None
        same: list[Operation] = []
        others: list[Operation] = []
        for operation in operations:
            if self._plan(operation, live, running):
                own = method_of(operation.plan, operation.prefer)
                if method in (None, own):
                    method, running = own, operation.plan.desired
                    same.append(operation)
                else:
                    others.append(operation)
        return same, others

    def _round(self, batch: list[Operation], sends: list[Send], live: Records) -> tuple[Records, list[list[Operation]]]:
        """Send and GET; return what the GET shows, and which operations have to be sent again, together."""
        send(self._session.client, sends, self._deadline)
        for operation in batch:
            operation.is_answered = deciding_error(operation, sends) is None
            operation.sends += any(one.is_sent for one in sends if operation in one.operations)
            operation.saw = live
        try:
            now = self._get_after(sends, live)
        except ApiError as error:
            for operation in batch:
                operation.finish(live, unverified(operation, sends, error, self._deadline))
            return live, []
        together: list[Operation] = []
        alone: list[list[Operation]] = []
        for operation in batch:
            failed = deciding_error(operation, sends)
            if self._is_finished(operation, failed, sends, live, now):
                continue
            # One of several may be what was refused: then each is sent alone.
            if failed is not None and is_refusal(failed):
                alone.append([operation])
            else:
                together.append(operation)
        by_method = [[one for one in together if one.next_method == method] for method in ("POST", "DELETE", "PUT")]
        return now, [*[same for same in by_method if same], *alone]

    def _get_after(self, sends: Sequence[Send], live: Records) -> Records:
        """GET what a write has done: until it is visible, or once after a wait if no answer says whether it was done.

        Raises:
            ApiError: the account cannot be read.
        """
        errors = [one.error for one in sends if one.error is not None and not is_refusal(one.error)]
        unclear = [error for error in errors if isinstance(error, ApiError) and not is_final(error)]
        if unclear and not self._deadline.cancelled:
            self._wait(unclear[0], max(operation.sends for one in sends for operation in one.operations))
        return self._get() if errors or self._deadline.cancelled else self._poll(sends, live)

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

    def _poll(self, sends: Sequence[Send], live: Records) -> Records:
        """Poll until the write is visible, somebody else's change is, or time is up."""
        end, pause = time.monotonic() + VISIBLE_SECONDS, _FIRST_PAUSE
        answered = [operation for one in sends if one.error is None for operation in one.operations]
        while True:
            now = self._get()
            wait = min(pause, end - time.monotonic(), self._deadline.remaining())
            lags = any(_is_before(operation, live, now) for operation in answered)
            if not lags or wait <= 0 or self._deadline.cancelled:
                return now
            with contextlib.suppress(Cancelled):
                self._deadline.sleep(wait)
            pause *= 2

    def _is_finished(
        self, operation: Operation, error: SendblueError | None, sends: Sequence[Send], live: Records, now: Records
    ) -> bool:
        """Set an operation's result, unless it has to be sent again; return whether it has one."""
        left = operation.left(now)
        lost = lost_by(operation, live, now) if error is None else ()
        if not left and not lost:
            if not operation.goes_on(now):
                operation.finish(now)
            return operation.is_done
        if not self._deadline.cancelled and self._goes_again(operation, error, sends, left, now):
            return False
        operation.finish(now, error_after(operation, self._with_budget(error), left, lost, live, now, self._deadline))
        return True

    def _goes_again(
        self,
        operation: Operation,
        error: SendblueError | None,
        sends: Sequence[Send],
        left: Sequence[Change],
        now: Records,
    ) -> bool:
        """Return whether what is left is worth another send."""
        by_delete = operation.next_method == "DELETE" and (error is None or is_refusal(error))
        if by_delete and operation.goes_on(now, left):
            return True
        if error is None:
            return is_undone_secret(operation, left)
        if is_refusal(error):
            return any(len(one.operations) > 1 for one in sends if operation in one.operations)
        return not self._is_over(operation, error)

    def _is_over(self, operation: Operation, error: SendblueError) -> bool:
        spent = self._deadline.seconds - self._deadline.remaining()
        own = operation.seconds or self._session.settings.timeout_seconds
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
    hides = operation.reveal(live).readable and not operation.revealed(now).readable
    if not left and not hides:
        return False
    changes = plan(operation.scope(live), operation.scope(now)).changes
    if operation.prefer == "DELETE":
        return all(change.after is None for change in changes)
    return not changes and not unexpected_in(operation, left, live, now)
