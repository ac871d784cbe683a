"""The steps of a resource's life, each written once: check, diff, preview, create, read, update, delete.

`WebhookConfiguration` and `Webhook` are subclasses. They say what they declare, own and desire, and which rules of
`plan.rules` their plans are judged by. The steps know no type of the engine: front ends translate.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from sendblue_provider.api.hidden import Revealed
from sendblue_provider.api.records import Record, Records
from sendblue_provider.errors import PartlyWritten, SendblueError
from sendblue_provider.plan.apply import carry_out
from sendblue_provider.plan.changes import Change, Plan
from sendblue_provider.plan.claims import Claim, Claims, Clash
from sendblue_provider.plan.operation import Operation
from sendblue_provider.plan.send import Method
from sendblue_provider.plan.session import Session

from .names import Properties
from .properties import Declared, is_readable
from .request import Request, Result, Target
from .values import Failure


class Resource(ABC):
    """One kind of resource. Every step takes the account's session and a request.

    Attributes:
        type: The resource's type in the plugin.
        is_additive: Whether it is one entry beside whatever else the account has.
        prefer: The method that it writes with, if the plan allows it.
    """

    type: ClassVar[str]
    is_additive: ClassVar[bool]
    prefer: ClassVar[Method]

    # What differs

    @abstractmethod
    def id_of(self, properties: Properties) -> str:
        """Return the resource's id, from its outputs."""

    @abstractmethod
    def failures(self, inputs: Properties) -> list[Failure]:
        """Check the values of inputs."""

    def form_failures(self, declared: Records, before: Records, inputs: Properties) -> list[Failure]:  # noqa: ARG002
        """Check that no URL is declared in two forms, unless the old inputs had both."""
        return []

    @abstractmethod
    def declared(self, properties: Properties) -> Declared:
        """Read checked inputs, or outputs."""

    @abstractmethod
    def reveal(self, live: Records, request: Request, claims: Claims) -> Revealed:
        """Complete a GET by the secrets that are known from before."""

    @abstractmethod
    def target(self, live: Records, request: Request, claims: Claims) -> Target:
        """Plan on a GET: what is live, what is desired, the changes between."""

    @abstractmethod
    def refuse(self, target: Target, request: Request, claims: Claims) -> None:
        """Run the rules on a plan.

        Raises:
            SendblueError: one of them refuses it.
        """

    @abstractmethod
    def scope(self, records: Records, request: Request) -> Records:
        """Return the part of the account in which somebody else's change is a conflict."""

    @abstractmethod
    def compare(self, target: Target, request: Request) -> Result:
        """Make the diff of a plan: drift, whether the state lags behind, what has to be named."""

    @abstractmethod
    def adoption(self, target: Target, claims: Claims) -> Result:
        """Find what a create adopts and overwrites."""

    @abstractmethod
    def preview_outputs(self, target: Target, request: Request) -> dict[str, Any]:
        """Return the outputs that a write will have, as far as they are known."""

    @abstractmethod
    def reveal_written(self, now: Records, target: Target, todo: Plan, *, is_answered: bool) -> Revealed:
        """Complete a GET after a write by the secrets that are known, or were just written."""

    @abstractmethod
    def outputs(self, revealed: Revealed, target: Target) -> dict[str, Any]:
        """Return the outputs after a write."""

    @abstractmethod
    def partial_outputs(self, error: PartlyWritten, target: Target) -> dict[str, Any]:
        """Return what the state holds after a write that was not, or not known to be, done; empty if it stays."""

    @abstractmethod
    def read(self, session: Session, request: Request) -> Result:
        """Read what is live, in the order and form of the state. One GET, shared with check and diff.

        Raises:
            ApiError: the account could not be read.
        """

    @abstractmethod
    def import_(self, session: Session, id_: str, request: Request) -> Result:
        """Read what is live to take it over. One GET.

        Raises:
            ImportRefused: there is nothing of that id.
            ApiError: the account could not be read.
        """

    @abstractmethod
    def removal(self, live: Records, request: Request, claims: Claims, left: Sequence[Change] | None = None) -> Plan:
        """Plan a delete: what DELETEs can remove; then, by PUT, what they have left of it, and account secrets."""

    @abstractmethod
    def left(self, now: Records, request: Request, claims: Claims, *, is_removed: bool) -> dict[str, Records]:
        """Return what a delete left on the account, by reason.

        Args:
            now: The account.
            request: The delete.
            claims: What the resources of this run declare.
            is_removed: Whether it removed anything.
        """

    # The steps

    def check(self, session: Session, request: Request) -> tuple[Failure, ...] | Clash:
        """Check inputs, and note what the resource declares. No request.

        Returns:
            Everything that is wrong with the inputs, or why the resource cannot stand beside another one.
        """
        if failures := self.failures(request.inputs):
            return tuple(failures)
        declared = self.declared(request.inputs)
        before = None
        if request.old_inputs is not None:
            is_same = request.old_inputs == request.inputs
            before = declared.records if is_same else self.declared(request.old_inputs).records
        if failures := self.form_failures(declared.records, before or (), request.inputs):
            return tuple(failures)
        claim = Claim(self.is_additive, declared.records, before, may_declare=declared.may_be)
        has_old = request.old_inputs is not None
        resource = self.claim_key(request, request.inputs, has_old=has_old)
        return session.claims.add(resource, claim, has_urn=bool(request.urn)) or ()

    def diff(self, session: Session, request: Request) -> Result:
        """Compare live and state with what is declared. One GET, shared with check and read.

        Raises:
            ApiError: the account could not be read.
        """
        live = session.read(request.timeout, request.on_wait)
        resource = self.claim_key(request, request.state or {}, has_old=True)
        hides = not is_readable(request.state or {})
        session.claims.note(resource, seen=live, ignored=tuple(request.ignored), hides=hides)
        target = self.target(live, request, session.claims)
        return self.compare(target, request)

    def preview(self, session: Session, request: Request) -> Result:
        """Find out what a create or an update will do, and whether a rule refuses it. One GET, shared with the diff.

        Raises:
            SendblueError: it will be refused, or the account could not be read.
        """
        live = session.read(request.timeout, request.on_wait)
        target = self.target(live, request, session.claims)
        self._judge(target, request, session.claims)
        return self._result(target, self.preview_outputs(target, request), session, request)

    def write(self, session: Session, request: Request) -> Result:
        """Create or update: GET, the write that the plan needs, GET; a GET alone if nothing is to be done.

        Raises:
            SendblueError: a rule refuses it, or the API failed; nothing was written.
            PartlyWritten: it was sent, and is not, or not known to be, done; `outputs` says what the state holds.
        """
        targets: list[Target] = []

        def judge(live: Records) -> Plan:
            target = self.target(live, request, session.claims)
            self._judge(target, request, session.claims)
            targets.append(target)
            return target.plan

        operation = Operation(
            judge=judge,
            reveal=lambda live: self.reveal(live, request, session.claims),
            reveal_written=lambda now, todo, is_answered: self.reveal_written(
                now, targets[-1], todo, is_answered=is_answered
            ),
            scope=lambda records: self.scope(records, request),
            prefer=self.prefer,
            is_additive=self.is_additive,
            saw=None if request.state is None else self._claim(session, request).seen,
            seconds=request.timeout,
            on_wait=request.on_wait,
        )
        try:
            now = carry_out(session, operation)
        except PartlyWritten as error:
            error.outputs = self.partial_outputs(error, targets[-1])
            raise
        # What the next diff of this process compares with is what this write left.
        session.claims.note(self.claim_key(request, request.state or request.inputs, has_old=True), seen=None)
        revealed = self.reveal_written(now, targets[-1], operation.plan, is_answered=operation.is_answered)
        return self._result(targets[0], self.outputs(revealed, targets[-1]), session, request)

    def delete(self, session: Session, request: Request) -> Result:
        """Remove what this stack put on the account, and nothing else: GET, a DELETE an event, GET.

        What DELETEs cannot remove is left out by a PUT of what the last GET shows, and another GET.

        Raises:
            PartlyWritten: some of it was sent, and the rest is on the account, or may be; the state stays.
            SendblueError: the API failed.
        """
        removed: list[Change] = []

        def judge(live: Records) -> Plan:
            todo = self.removal(live, request, session.claims)
            removed.extend(todo.changes)
            return todo

        operation = Operation(
            judge=judge,
            rest=lambda live, left: self.removal(live, request, session.claims, left),
            reveal=lambda live: Revealed(live, readable=False),
            reveal_written=lambda now, todo, _: Revealed(self.reveal_removed(now, request, todo), readable=False),
            scope=lambda _: (),
            prefer="DELETE",
            is_additive=self.is_additive,
            seconds=request.timeout,
            on_wait=request.on_wait,
        )
        now = carry_out(session, operation)
        left = self.left(now, request, session.claims, is_removed=bool(removed))
        return Result(left={why: records for why, records in left.items() if records})

    @abstractmethod
    def reveal_removed(self, now: Records, request: Request, todo: Plan) -> Records:
        """Complete a GET after a delete's write by the secrets that are known."""

    def claim_key(self, request: Request, properties: Properties, *, has_old: bool) -> Hashable:
        """Identify the resource among the claims of this run: by its URN, or by what it declares.

        Without URNs, the engine checks a resource at most once with old inputs and once without.
        """
        if request.urn:
            return request.urn
        records: Sequence[Record] = self.declared(properties).records if self.is_additive else ()
        return (self.type, records[0].key if records else None, has_old)

    def _judge(self, target: Target, request: Request, claims: Claims) -> None:
        try:
            self.refuse(target, request, claims)
        except SendblueError as error:
            error.has_state = claims.has_state
            raise

    def _claim(self, session: Session, request: Request) -> Claim:
        return session.claims.of(self.claim_key(request, request.state or request.inputs, has_old=True))

    def _result(self, target: Target, outputs: dict[str, Any], session: Session, request: Request) -> Result:
        if request.state is not None:
            return Result(outputs=outputs, plan=target.plan)
        found = self.adoption(target, session.claims)
        return replace(found, outputs=outputs, plan=target.plan)
