"""What differs between the resources: what each declares, owns and desires, and which rules judge its plans.

`lifecycle.steps` has the steps, written once. All of this is a function of the account as a GET shows it: no request is
made here.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

from sendblue_provider.api.hidden import Revealed
from sendblue_provider.api.records import Records
from sendblue_provider.errors import PartlyWritten
from sendblue_provider.plan.changes import Change, Method, Plan
from sendblue_provider.plan.claims import Claims

from .failure import Failure
from .names import Properties
from .properties import Declared
from .request import Request, Result, Target


class Resource(ABC):
    """One kind of resource.

    Attributes:
        type: The resource's type in the plugin.
        is_additive: Whether it is one entry beside whatever else the account has.
        prefer: The method that it writes with, if the plan allows it.
    """

    type: ClassVar[str]
    is_additive: ClassVar[bool]
    prefer: ClassVar[Method]

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
    def read(self, live: Records, request: Request, claims: Claims) -> Result:
        """Return what is live, in the order and form of the state; no outputs if the resource is gone."""

    @abstractmethod
    def refuse_id(self, id_: str) -> None:
        """Refuse an id that no account can have anything of, before anything is read.

        Raises:
            ImportRefused: it is one.
        """

    @abstractmethod
    def import_(self, live: Records, id_: str) -> Result:
        """Return what is live, to take it over.

        Raises:
            ImportRefused: the account has nothing of that id.
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

    @abstractmethod
    def reveal_removed(self, now: Records, request: Request, todo: Plan, *, is_answered: bool) -> Records:
        """Complete a GET after a delete's write by the secrets that are known."""
