"""One create, update or delete of a resource, from the engine's call to its result."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace

from typing_extensions import override

from sendblue_provider.api.hidden import Revealed
from sendblue_provider.api.records import Records
from sendblue_provider.plan.changes import Change, Method, Plan, method_of, remaining
from sendblue_provider.plan.claims import Claims
from sendblue_provider.plan.rules import refuse_conflict
from sendblue_provider.resources.base import Resource
from sendblue_provider.resources.request import Request, Target


class Operation(ABC):
    """One operation.

    Args:
        resource: The kind of resource.
        request: The engine's call.
        claims: What the resources of this run declare.

    Attributes:
        prefer: The method that it writes with, if the plan allows it.
        plan: The last plan.
        now: The account as the last GET showed it.
        error: What the operation fails with.
        is_done: Whether it has a result.
        sends: How often a write of its present part was sent.
        was_sent: Whether a write of any part was sent.
        is_answered: Whether the last write was answered with success.
        cleared: Account secrets that are sent as an empty string.
        saw: The account as this run's diff saw it, or as the last send was planned on; None if there was neither.
    """

    def __init__(self, resource: Resource, request: Request, claims: Claims) -> None:
        self.resource = resource
        self.request = request
        self.claims = claims
        self.prefer: Method = resource.prefer
        self.plan = Plan()
        self.now: Records = ()
        self.error: BaseException | None = None
        self.is_done = False
        self.sends = 0
        self.was_sent = False
        self.is_answered = False
        self.cleared: frozenset[str] = frozenset()
        self.saw: Records | None = None

    @abstractmethod
    def plan_on(self, live: Records, running: Records) -> None:
        """Plan on what the operations before this one leave of the account.

        Args:
            live: The account as the last GET showed it.
            running: The same after the operations before this one.

        Raises:
            SendblueError: a rule refuses the plan.
        """

    @abstractmethod
    def revealed(self, now: Records) -> Revealed:
        """Complete a GET after the write by the secrets that are known, or were just written."""

    def was_readable(self, live: Records) -> bool:  # noqa: ARG002
        """Return whether the own secrets did show before the write."""
        return False

    def scope(self, records: Records) -> Records:
        """Return the part of the account in which somebody else's change is a conflict."""
        return self.resource.scope(records, self.request)

    def left(self, now: Records) -> tuple[Change, ...]:
        """Return the changes that a GET does not show."""
        return remaining(self.plan, self.revealed(now).records)

    @property
    def next_method(self) -> Method | None:
        """The method of the next send."""
        return method_of(self.plan, self.prefer) if self.plan.changes else self.prefer

    def goes_on(self, now: Records, left: Sequence[Change] = ()) -> bool:  # noqa: ARG002
        """Start the operation's next part; return False if there is none."""
        return False

    def finish(self, now: Records, error: BaseException | None = None) -> None:
        """Set the result."""
        self.now, self.error, self.is_done = now, error, True


class Write(Operation):
    """A create or an update.

    Attributes:
        first: What it wanted of the account as the first GET showed it.
        target: The same on the last GET.
    """

    first: Target | None = None
    target: Target

    def __init__(self, resource: Resource, request: Request, claims: Claims, saw: Records | None) -> None:
        super().__init__(resource, request, claims)
        self.saw = saw

    @override
    def plan_on(self, live: Records, running: Records) -> None:
        """Plan, and run the rules; before that, refuse a conflict."""
        is_sent = self.sends > 0
        if self.saw is not None:
            before = self.scope(self._reveal(self.saw).records)
            now = self.scope((self.revealed(live) if is_sent else self._reveal(live)).records)
            mine = self.plan.changes if is_sent else ()
            refuse_conflict(before, now, mine, is_additive=self.resource.is_additive, is_sent=is_sent)
        # What was just written is known, although it may not show.
        known = self.revealed(running) if is_sent else None
        target = self.resource.target(known.records if known else running, self.request, self.claims)
        if known is not None:
            # Its records are complete by now: only the GET itself says what the API shows.
            records, _, omits = target.revealed
            target = replace(target, revealed=Revealed(records, known.readable, omits or known.omits))
        self.resource.refuse(target, self.request, self.claims)
        self.target, self.plan = target, target.plan
        self.first = self.first or target

    @override
    def revealed(self, now: Records) -> Revealed:
        return self.resource.reveal_written(now, self.target, self.plan, is_answered=self.is_answered)

    @override
    def was_readable(self, live: Records) -> bool:
        return self._reveal(live).readable

    def _reveal(self, live: Records) -> Revealed:
        return self.resource.reveal(live, self.request, self.claims)


class Removal(Operation):
    """A delete: what DELETEs can remove; then, by a PUT, what they have left, and account secrets.

    Attributes:
        is_anything_removed: Whether there was anything to remove.
        undeleted: What the DELETEs have left; None before the PUT's part.
    """

    def __init__(self, resource: Resource, request: Request, claims: Claims) -> None:
        super().__init__(resource, request, claims)
        self.prefer = "DELETE"
        self.is_anything_removed = False
        self.undeleted: Sequence[Change] | None = None

    @override
    def plan_on(self, live: Records, running: Records) -> None:
        """Plan what is removed."""
        known = self.revealed(running).records if self.sends else running
        self.plan = self.resource.removal(known, self.request, self.claims, self.undeleted)
        self.is_anything_removed = self.is_anything_removed or bool(self.plan.changes)

    @override
    def revealed(self, now: Records) -> Revealed:
        """Complete a GET by the secrets that are known."""
        records = self.resource.reveal_removed(now, self.request, self.plan, is_answered=self.is_answered)
        return Revealed(records, readable=False)

    @override
    def scope(self, records: Records) -> Records:
        """Return nothing: somebody else's change is no reason to leave ours."""
        return ()

    @override
    def goes_on(self, now: Records, left: Sequence[Change] = ()) -> bool:
        """Start the PUT's part."""
        if self.undeleted is not None:
            return False
        self.prefer, self.undeleted = "PUT", left
        self.plan, self.now, self.sends = Plan(), now, 0
        return True
