"""The two resources as the front ends see them: what check, diff, create, read, update and delete take and find.

`authoritative` (the `WebhookConfiguration`) and `additive` (the `Webhook`) are each a `Lifecycle`: every rule is
theirs, and neither knows a Pulumi type. Each function takes property values as plain data and the account to work on,
holds the account while it works, and returns plain data; the front ends translate. The requests each one makes are part
of the contract.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, NamedTuple, Protocol

from .account import Account
from .compare import Change
from .errors import SendblueError
from .model import Path, Properties
from .report import Reader, error_text
from .takeover import Takeover
from .values import Failure


class Diff(NamedTuple):
    """What a diff finds.

    Attributes:
        changed: Whether there is anything to update: the account, or only the state.
        drift: What changed on the account since the last update: state against live.
        plan: What the update will do to the account: live against declared.
        unknown: Events and account secrets whose declared value is known only once the update runs.
        readable: Whether drift in the secrets can be seen.
        another_account: Whether nothing that the stack put on the account is there while other things are, as when the
            credentials are another account's by now.
        live: What is live, as outputs, known secrets standing in for those that do not show; empty where nothing
            changed.
        inputs: What is declared, live values in the place of those that the program ignores changes of.
        replaces: Properties whose change asks for a replacement.
        copies: All that is registered with the resource's event and URL, where that is more than one.
        is_unclear: Whether it cannot be told which of those is this stack's own, so that an update will be refused.
        gap: Whether the update has to remove what it changes and add it again, so that calls in between are lost.
    """

    changed: bool
    drift: tuple[Change, ...]
    plan: tuple[Change, ...]
    unknown: frozenset[str]
    readable: bool = True
    another_account: bool = False
    live: Properties = {}  # noqa: RUF012 - never written to
    inputs: Properties = {}  # noqa: RUF012 - never written to
    replaces: tuple[str, ...] = ()
    copies: tuple[Change, ...] = ()
    is_unclear: bool = False
    gap: bool = False


class Read(NamedTuple):
    """What a read finds.

    Attributes:
        outputs: What is live; empty where the resource is gone.
        drift: What changed on the account since the last update or read.
    """

    outputs: dict[str, Any]
    drift: tuple[Change, ...]


class Check(NamedTuple):
    """What a check finds that also looks ahead.

    Attributes:
        failures: Everything that is wrong.
        takeover: For a create: what it will do to what is on the account already.
    """

    failures: tuple[Failure, ...] = ()
    takeover: Takeover = Takeover()


class Created(NamedTuple):
    """What a create did, or will do.

    Attributes:
        outputs: The outputs; `UNKNOWN` where they are known only once the update runs.
        takeover: What it does to what is on the account already.
    """

    outputs: dict[str, Any]
    takeover: Takeover


class Remainder(NamedTuple):
    """What a delete left on the account.

    Attributes:
        unmanaged: What this stack has no record of.
        secrets: Account secrets that it put there, and that could not be cleared without writing masked secrets back
            over those of entries that stay.
        shared: Account secrets that it put there, and that the program's `Webhook`s go on with.
        copies: All that is registered with the resource's event and URL, where it cannot be told which is its own.
    """

    unmanaged: tuple[Change, ...] = ()
    secrets: frozenset[str] = frozenset()
    shared: frozenset[str] = frozenset()
    copies: tuple[Change, ...] = ()


class Lifecycle(Protocol):
    """The rules of one kind of resource."""

    TYPE: str

    def id_of(self, properties: Properties) -> str:
        """Return the resource's id, from its outputs."""

    def check(
        self, account: Account, inputs: Properties, old_inputs: Properties | None, resource: Hashable | None = None
    ) -> tuple[Failure, ...]:
        """Check declared values. No request.

        Args:
            account: The account.
            inputs: What the program declares.
            old_inputs: What it declared at the last update; None where the engine knows of none, which is a create.
            resource: The resource's URN, where the front end knows it.

        Returns:
            Everything that is wrong.
        """

    def diff(
        self,
        account: Account,
        outputs: Properties,
        inputs: Properties,
        ignored: Sequence[Path] = (),
        resource: Hashable | None = None,
    ) -> Diff:
        """Compare live and state with what is declared. One GET, shared with check and read.

        Args:
            account: The account.
            outputs: The state.
            inputs: What the program declares.
            ignored: Places whose changes are ignored (`ignoreChanges`).
            resource: The resource's URN, where the front end knows it.

        Raises:
            ApiError: the account could not be read.
        """

    def preview_create(
        self,
        account: Account,
        inputs: Properties,
        resource: Hashable | None = None,
        *,
        seconds: float | None = None,
    ) -> Created:
        """Find out what a create will do. One GET, shared with check and diff.

        Args:
            account: The account.
            inputs: What the program declares.
            resource: The resource's URN, where the front end knows it.
            seconds: The resource's own time budget.

        Raises:
            CreateRefused: the create will be refused.
            ApiError: the account could not be read.
        """

    def create(
        self,
        account: Account,
        inputs: Properties,
        resource: Hashable | None = None,
        *,
        seconds: float | None = None,
    ) -> Created:
        """Put what is declared on the account: GET, a write, GET; a GET alone where it is there already.

        Args:
            account: The account.
            inputs: What the program declares.
            resource: The resource's URN, where the front end knows it.
            seconds: The resource's own time budget.

        Raises:
            CreateRefused: the account holds what this would change, and `allowOverwrite` is not set.
            PartlyWritten: it was sent, and is not, or not known to be, there; `outputs` says what the state should
                hold.
            Interrupted: the run was cancelled; nothing was written.
            ApiError: the API failed.
        """

    def import_(
        self, account: Account, id_: str, *, seconds: float | None = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Read what is live to take it over. One GET.

        Args:
            account: The account.
            id_: What the user gave as the resource's id.
            seconds: The resource's own time budget.

        Returns:
            The outputs, and the inputs that a program has to declare for no update to follow.

        Raises:
            ImportRefused: there is nothing of that id.
            ApiError: the account could not be read.
        """

    def read(self, account: Account, outputs: Properties, *, seconds: float | None = None) -> Read:
        """Read what is live, in the order and form of the state. One GET, shared with check and diff.

        Args:
            account: The account.
            outputs: The state.
            seconds: The resource's own time budget.

        Raises:
            ApiError: the account could not be read.
        """

    def preview_update(
        self, account: Account, outputs: Properties, inputs: Properties, ignored: Sequence[Path] = ()
    ) -> dict[str, Any]:
        """Return the outputs that an update will have, as far as they are known. No request beside the diff's.

        Raises:
            SecretHidden: the update will be refused.
            CopiesDiffer: the update will be refused.
        """

    def update(
        self,
        account: Account,
        outputs: Properties,
        inputs: Properties,
        ignored: Sequence[Path] = (),
        *,
        seconds: float | None = None,
    ) -> dict[str, Any]:
        """Make the account what is declared: GET, a write, GET; a GET alone where only the state has to follow.

        Args:
            account: The account.
            outputs: The state.
            inputs: What the program declares.
            ignored: Places whose changes are ignored (`ignoreChanges`): they are written as they are.
            seconds: The resource's own time budget.

        Returns:
            The outputs.

        Raises:
            ConflictError: the account is not what this run's diff saw; nothing was written.
            CopiesDiffer: what is this stack's own cannot be told; nothing was written.
            SecretHidden: the write would overwrite a secret that does not show; nothing was written.
            PartlyWritten: it was sent, and is not, or not known to be, there; `outputs` says what the state should
                hold.
            Interrupted: the run was cancelled; nothing was written.
            ApiError: the API failed.
        """

    def delete(self, account: Account, outputs: Properties, *, seconds: float | None = None) -> Remainder:
        """Remove what this stack put on the account, and nothing else: GET, DELETE, GET.

        What another resource checked in this process declares stays too: a rename, a replacement or a move from one
        kind of resource to the other creates the new resource before it deletes the old one.

        Args:
            account: The account.
            outputs: The state.
            seconds: The resource's own time budget.

        Returns:
            What is still there.

        Raises:
            PartlyWritten: some of it was sent, and the rest is still there, or may be.
            Interrupted: the run was cancelled.
            ApiError: the API failed.
        """


def check_ahead(
    lifecycle: Lifecycle, account: Account, inputs: Properties, old_inputs: Properties | None, reader: Reader
) -> Check:
    """Check declared values, whether the account can be read, and whether a create would be refused.

    For a front end that can show a failure well in a check alone. One GET, shared with the diff.
    """
    if failures := lifecycle.check(account, inputs, old_inputs):
        return Check(failures)
    try:
        if old_inputs is None:
            return Check(takeover=lifecycle.preview_create(account, inputs).takeover)
        with account.held() as deadline:
            account.snapshot(deadline)
    except SendblueError as error:
        return Check((Failure((), error_text(error, reader)),))
    return Check()
