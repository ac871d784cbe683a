"""One create, update or delete, from the engine's call to its result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sendblue_provider.api.hidden import Revealed
from sendblue_provider.api.records import Records
from sendblue_provider.api.retry import Waiting

from .changes import Change, Plan, remaining
from .rules import refuse_conflict
from .send import Method, method_of


@dataclass(eq=False)
class Operation:
    """One write of a resource.

    Args:
        judge: Plans on live records and runs the rules; raises what they refuse.
        reveal: Completes live records by the secrets that are known from before.
        reveal_written: Completes a GET after the write by the secrets that were just written, too; it is told the plan,
            and whether the write was answered with success.
        scope: The part of the account in which somebody else's change is a conflict; nothing of it for a delete.
        prefer: The method that the resource writes with, if the plan allows it.
        is_additive: Whether the resource is a `Webhook`; a `WebhookConfiguration` is carried out alone.
        saw: The account as this run's diff saw it, or as the last send was planned on; None if there was neither.
        seconds: The resource's own time budget; None if it has none.
        on_wait: Called before a wait.
        rest: A delete's second plan, by PUT; it is told which changes the first one left.

    Attributes:
        plan: The last plan.
        now: The account as the last GET showed it.
        error: What the operation fails with.
        is_done: Whether it has a result.
        sends: How often a write of it was sent.
        is_answered: Whether the last write was answered with success.
        is_partly: Whether a delete's first plan was carried out.
        cleared: Account secrets that are sent as an empty string.
    """

    judge: Callable[[Records], Plan]
    reveal: Callable[[Records], Revealed]
    reveal_written: Callable[[Records, Plan, bool], Revealed]
    scope: Callable[[Records], Records]
    prefer: Method
    is_additive: bool
    saw: Records | None = None
    seconds: float | None = None
    on_wait: Callable[[Waiting], None] | None = None
    rest: Callable[[Records, Sequence[Change]], Plan] | None = None
    plan: Plan = field(default_factory=Plan)
    now: Records = ()
    error: BaseException | None = None
    is_done: bool = False
    sends: int = 0
    is_answered: bool = False
    is_partly: bool = False
    cleared: frozenset[str] = frozenset()

    def plan_on(self, live: Records, running: Records) -> None:
        """Plan on what the operations before this one leave of the account.

        Args:
            live: The account as the last GET showed it.
            running: The same after the operations before this one.

        Raises:
            SendblueError: a rule refuses the plan.
        """
        if self.saw is not None:
            before = self.scope(self.reveal(self.saw).records)
            now = self.scope((self.revealed(live) if self.sends else self.reveal(live)).records)
            mine = self.plan.changes if self.sends else ()
            refuse_conflict(before, now, mine, is_additive=self.is_additive, is_sent=self.sends > 0)
        # What was just written is known, although it may not show.
        self.plan = self.judge(self.revealed(running).records if self.sends else running)

    def revealed(self, now: Records) -> Revealed:
        """Complete what a GET after the write shows."""
        return self.reveal_written(now, self.plan, self.is_answered)

    def left(self, now: Records) -> tuple[Change, ...]:
        """Return the changes that a GET does not show."""
        return remaining(self.plan, self.revealed(now).records)

    @property
    def next_method(self) -> Method | None:
        """The method of the next send."""
        return method_of(self.plan, self.prefer) if self.plan.changes else self.prefer

    def goes_on(self, now: Records, left: Sequence[Change] = ()) -> bool:
        """Start a delete's second plan, the one by PUT; return False if there is none."""
        if (rest := self.rest) is None:
            return False
        self.judge, self.rest, self.prefer = (lambda live: rest(live, left)), None, "PUT"
        self.is_partly = self.is_partly or self.sends > 0
        self.plan, self.saw, self.now, self.sends = Plan(), None, now, 0
        return True

    def finish(self, now: Records, error: BaseException | None = None) -> None:
        """Set the result."""
        self.now, self.error, self.is_done = now, error, True
