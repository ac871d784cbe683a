"""Carrying operations out: those that wait for the account together are carried out together.

The first one that gets the account leads. Here no write is ever sent twice without a GET, and the rules, in between.

    GET ─► plan, rules ─► round: POST | DELETE | PUT ─► GET until visible ─► what is left? nothing: done
     ▲                                                                         │
     └── what has to be sent again ◄───────────────────────────────────────────┘ refused, not applied: an error
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Final

from sendblue_provider.api.records import Records
from sendblue_provider.api.retry import Deadline, Waiting
from sendblue_provider.errors import SendblueError
from sendblue_provider.plan.changes import method_of

from .operation import Operation
from .outcome import refused_midway
from .round import Round
from .session import Session

_GATHER_SECONDS: Final = 0.5
_ARRIVAL_SECONDS: Final = 0.04


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
        if not self._leader.resource.is_additive:
            return [self._leader]
        others = [one for one in [*self._session.waiting] if one is not self._leader]
        return [self._leader, *[one for one in others if one.resource.is_additive and not one.is_done]]

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
        longest = max(operations, key=lambda one: one.request.timeout or self._session.settings.timeout_seconds)
        return self._session.deadline(longest.request.timeout, self._show_wait)

    def _show_wait(self, waiting: Waiting) -> None:
        """Show a wait of all members, once each."""
        for on_wait in dict.fromkeys([one.request.on_wait for one in self._waiting() if not one.is_done]):
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
                live, again = Round(self._session, self._deadline, batch, live).run()
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
