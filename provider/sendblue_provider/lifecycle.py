"""What check, diff, create, read, update and delete of a `WebhookConfiguration` do: every rule, and no Pulumi type.

The one rule: nothing is removed from or changed on the account that this stack did not put there, unless a preview, or
the diff of the same run, showed it, or `allowOverwrite` said so.

Each function takes property values as plain data and the account to work on, holds the account while it works, and
returns plain data; the front ends translate. The requests each one makes are part of the contract.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from .account import Account
from .compare import Change, Seen, changes, changes_to_declared, holds_mask, see
from .errors import (
    ConflictError,
    ImportRefused,
    PartlyWritten,
    SendblueError,
    WriteNotApplied,
)
from .ignore import keep_live
from .inputs import Failure, check_inputs
from .model import (
    ACCOUNT_ID,
    ALLOW_OVERWRITE,
    MANAGED,
    SECRETS_READABLE,
    UNKNOWN,
    Configuration,
    Managed,
    Path,
    Properties,
    declaration_of,
    outputs_of,
)
from .ownership import managed_in_part, managed_of, manages, refuse_to_write_hidden
from .report import Reader, error_text, in_a_line
from .takeover import Takeover, own_of, owns, takeover_of
from .transport import Deadline
from .write import delete_urls, put


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
        live: The live configuration, known secrets standing in for those that do not show.
        inputs: What is declared, live values in the place of those that the program ignores changes of.
    """

    changed: bool
    drift: tuple[Change, ...]
    plan: tuple[Change, ...]
    unknown: frozenset[str]
    readable: bool = True
    another_account: bool = False
    live: Configuration = Configuration()
    inputs: Properties = {}  # noqa: RUF012 - never written to


class Read(NamedTuple):
    """What a read finds.

    Attributes:
        outputs: The live configuration.
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
    """

    unmanaged: tuple[Change, ...]
    secrets: frozenset[str]


@dataclass(frozen=True)
class _State:
    """The outputs in the state, read once."""

    configuration: Configuration
    allow_overwrite: bool
    readable: bool
    managed: Managed

    @classmethod
    def of(cls, outputs: Properties) -> _State:
        return cls(
            declaration_of(outputs).configuration,
            bool(outputs.get(ALLOW_OVERWRITE)),
            outputs.get(SECRETS_READABLE) is not False,
            Managed.of_property(outputs.get(MANAGED)),
        )

    def see(self, live: Configuration) -> Seen:
        return see(live, self.configuration, readable=self.readable)


def check(
    account: Account, inputs: Properties, old_inputs: Properties | None, resource: Hashable | None = None
) -> tuple[Failure, ...]:
    """Check declared values. No request.

    Args:
        account: The account.
        inputs: What the program declares.
        old_inputs: What it declared at the last update; None where the engine knows of none, which is a create.
        resource: The resource's URN, where the front end knows it: a second resource is refused then.

    Returns:
        Everything that is wrong.
    """
    if failures := check_inputs(inputs):
        return tuple(failures)
    key: Hashable = object() if resource is None else resource
    with account.held():
        others = [other for other in account.declared if other != key] if resource is not None else []
        if others:
            return (Failure((), _second(str(resource), str(others[0]))),)
        account.declared[key] = inputs
        if old_inputs is not None:
            account.own[key] = old_inputs
    return ()


def check_ahead(account: Account, inputs: Properties, old_inputs: Properties | None, reader: Reader) -> Check:
    """Check declared values, whether the account can be read, and whether a create would be refused.

    For a front end that can show a failure well in a check alone. One GET, shared with the diff.
    """
    if failures := check(account, inputs, old_inputs):
        return Check(failures)
    try:
        if old_inputs is None:
            return Check(takeover=preview_create(account, inputs).takeover)
        with account.held() as deadline:
            account.snapshot(deadline)
    except SendblueError as error:
        return Check((Failure((), error_text(error, reader)),))
    return Check()


def diff(
    account: Account,
    outputs: Properties,
    inputs: Properties,
    ignored: Sequence[Path] = (),
    resource: Hashable | None = None,
) -> Diff:
    """Compare live, state and `managed` with what is declared. One GET, shared with check and read.

    Args:
        account: The account.
        outputs: The state.
        inputs: What the program declares.
        ignored: Places whose changes are ignored (`ignoreChanges`).
        resource: The resource's URN, where the front end knows it.

    Raises:
        ApiError: the account could not be read.
    """
    state = _State.of(outputs)
    with account.held() as deadline:
        account.ignored[resource] = ignored
        account.diffed = account.snapshot(deadline)
        live, readable = state.see(account.diffed)
    kept = keep_live(inputs, live, ignored)
    declared = declaration_of(kept)
    plan = changes_to_declared(live, declared)
    stale = (
        changes_to_declared(state.configuration, declared)
        or state.allow_overwrite != declared.allow_overwrite
        or not manages(declared.configuration, inputs, state.managed)
    )
    return Diff(
        changed=bool(plan or stale or declared.unknown),
        drift=_drift(state, live),
        plan=plan,
        unknown=declared.unknown,
        readable=readable,
        another_account=bool(state.managed.urls and live.events and not state.managed.part_of(live).events),
        live=live,
        inputs=kept,
    )


def preview_create(
    account: Account, inputs: Properties, resource: Hashable | None = None, *, seconds: float | None = None
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
    with account.held(seconds) as deadline:
        kept, managed, takeover = _to_create(account, account.snapshot(deadline), inputs, resource)
    known = UNKNOWN if declaration_of(kept).unknown else managed.as_property()
    return Created({**kept, SECRETS_READABLE: UNKNOWN, MANAGED: known}, takeover)


def create(
    account: Account, inputs: Properties, resource: Hashable | None = None, *, seconds: float | None = None
) -> Created:
    """Put what is declared on the account: GET, PUT, GET; a GET alone where it is there already.

    Args:
        account: The account.
        inputs: What the program declares.
        resource: The resource's URN, where the front end knows it.
        seconds: The resource's own time budget.

    Raises:
        CreateRefused: the account holds what is not declared, and `allowOverwrite` is not set.
        PartlyWritten: it was sent, and is not, or not known to be, there; `outputs` says what the state should hold.
        Interrupted: the run was cancelled; nothing was written.
        ApiError: the API failed.
    """
    with account.held(seconds) as deadline:
        live = account.fetch(deadline)
        kept, managed, takeover = _to_create(account, live, inputs, resource)
        seen = see(live, Configuration(), readable=True)
        return Created(_apply(account, live, seen, kept, managed, Managed(), deadline), takeover)


def import_(account: Account, id_: str, *, seconds: float | None = None) -> tuple[dict[str, Any], dict[str, Any]]:
    """Read what is live to take it all over. One GET.

    Args:
        account: The account.
        id_: What the user gave as the resource's id.
        seconds: The resource's own time budget.

    Returns:
        The outputs, and the inputs that a program has to declare for no update to follow.

    Raises:
        ImportRefused: the id is not the singleton's.
        ApiError: the account could not be read.
    """
    if id_ != ACCOUNT_ID:
        raise ImportRefused(
            f"There is no WebhookConfiguration with the id {id_!r}: it is the one configuration of the account that "
            f"the credentials name, and its id is always {ACCOUNT_ID}. Give {ACCOUNT_ID} as the id"
        )
    with account.held(seconds) as deadline:
        live, readable = see(account.snapshot(deadline), Configuration(), readable=True)
    inputs = outputs_of(live, {})
    return {**inputs, SECRETS_READABLE: readable, MANAGED: Managed.of(live).as_property()}, inputs


def read(account: Account, outputs: Properties, *, seconds: float | None = None) -> Read:
    """Read what is live, in the order and form of the state. One GET, shared with check and diff.

    A singleton is never gone: what cannot be read raises.

    Args:
        account: The account.
        outputs: The state.
        seconds: The resource's own time budget.

    Raises:
        ApiError: the account could not be read.
    """
    state = _State.of(outputs)
    with account.held(seconds) as deadline:
        live, readable = state.see(account.snapshot(deadline))
    result = outputs_of(live, outputs)
    result.update({SECRETS_READABLE: readable, MANAGED: state.managed.as_property()})
    # A dynamic resource that was only looked up (`get`) has no last update to have drifted from.
    return Read(result, _drift(state, live) if MANAGED in outputs else ())


def preview_update(
    account: Account, outputs: Properties, inputs: Properties, ignored: Sequence[Path] = ()
) -> dict[str, Any]:
    """Return the outputs that an update will have, as far as they are known. No request beside the diff's.

    Raises:
        SecretHidden: the update will be refused.
    """
    if ignored:
        with account.held() as deadline:
            _to_update(account.snapshot(deadline), _State.of(outputs), inputs, ignored)
    declared = declaration_of(inputs)
    managed = UNKNOWN if declared.unknown else Managed.of(declared.configuration).as_property()
    return {**inputs, SECRETS_READABLE: outputs.get(SECRETS_READABLE, UNKNOWN), MANAGED: managed}


def update(
    account: Account,
    outputs: Properties,
    inputs: Properties,
    ignored: Sequence[Path] = (),
    *,
    seconds: float | None = None,
) -> dict[str, Any]:
    """Make the account what is declared: GET, PUT, GET; a GET alone where only the state has to follow.

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
        SecretHidden: the write would overwrite a secret that does not show; nothing was written.
        PartlyWritten: it was sent, and is not, or not known to be, there; `outputs` says what the state should hold.
        Interrupted: the run was cancelled; nothing was written.
        ApiError: the API failed.
    """
    state = _State.of(outputs)
    with account.held(seconds) as deadline:
        live = account.fetch(deadline)
        if account.diffed is not None:
            _refuse_what_changed(account.diffed, live)
        seen, kept = _to_update(live, state, inputs, ignored)
        managed = managed_of(declaration_of(kept).configuration, inputs, state.managed)
        return _apply(account, live, seen, kept, managed, state.managed, deadline)


def delete(account: Account, outputs: Properties, *, seconds: float | None = None) -> Remainder:
    """Remove what this stack put on the account, and nothing else: GET, a DELETE an event, GET.

    What another resource checked in this process declares stays too: a rename or a replacement creates the new resource
    before it deletes the old one. Account secrets go last, with a PUT of what the last GET shows, and another GET.

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
    state = _State.of(outputs)
    with account.held(seconds) as deadline:
        own = state.managed
        declared = [declaration_of(inputs) for inputs in account.declared.values()]
        for other in declared:
            own = own.without(other)
        now = delete_urls(account, account.fetch(deadline), own, deadline)
        now, kept = _put_without(account, now, own, deadline, readable=state.readable)
        rest = state.managed.rest_of(now)
        for other in declared:
            rest = Managed.of(other.configuration).rest_of(rest)
    return Remainder(changes(Configuration(), rest), kept)


def _put_without(
    account: Account, now: Configuration, own: Managed, deadline: Deadline, *, readable: bool
) -> tuple[Configuration, frozenset[str]]:
    """PUT what is there without what is still ours of it: account secrets, and URLs that no DELETE removed.

    Returns:
        What is there afterwards, and the account secrets that had to stay: a PUT of entries whose secrets do not show
        would write masks, or nothing, over them.
    """
    secrets = own.secrets & now.secrets.keys() if readable else own.secrets
    goal = Managed(own.urls, secrets).rest_of(now)
    undeleted = changes(now, replace(goal, secrets=now.secrets))
    if not secrets and not undeleted:
        return now, frozenset()
    if holds_mask(goal) or (goal.events and not readable):
        if undeleted:
            raise WriteNotApplied(
                f"Sendblue did not delete {in_a_line(undeleted)}, and to write the account without it would overwrite "
                "the secrets of the entries that stay, since they do not show. Remove it in Sendblue's dashboard, then "
                "run the same command again"
            )
        return now, secrets
    hidden = dict.fromkeys(secrets - now.secrets.keys(), "")
    before = Seen(replace(now, secrets={**now.secrets, **hidden}), readable)
    return put(account, now, before, goal, deadline).configuration, frozenset()


def _to_create(
    account: Account, live: Configuration, inputs: Properties, resource: Hashable | None
) -> tuple[Properties, Managed, Takeover]:
    """Return what a create has to put there, what of it will be this stack's own, and what it does to what is there.

    Where the diff of the resource that it replaces ignored changes, the live values stand in the inputs. From then on
    that is what the resource declares: a delete of the one that it replaces leaves it.

    Raises:
        CreateRefused: it may not.
    """
    ignored = () if resource is None else account.ignored.get(resource, ())
    kept = keep_live(inputs, live, ignored)
    if ignored:
        account.declared[resource] = kept
    declared = declaration_of(kept)
    own = own_of(account)
    managed = managed_of(declared.configuration, inputs, own)
    return kept, managed, takeover_of(own, live, declared, managed)


def _to_update(
    live: Configuration, state: _State, inputs: Properties, ignored: Sequence[Path]
) -> tuple[Seen, Properties]:
    """Return what is there, and what an update has to put there: the live values where changes are ignored.

    Raises:
        SecretHidden: it may not, since one of those does not show.
    """
    seen = state.see(live)
    kept = keep_live(inputs, seen.configuration, ignored)
    if ignored:
        refuse_to_write_hidden(live, seen, kept, inputs, state.managed, ignored)
    return seen, kept


def _drift(state: _State, live: Configuration) -> tuple[Change, ...]:
    """List what changed outside of the stack, and not what a write of its own that was not verified put there."""
    found = changes(state.configuration, live)
    if not found:
        return ()
    unverified = state.managed - Managed.of(state.configuration)
    return tuple(change for change in found if change.kind != "add" or not owns(unverified, change))


def _apply(
    account: Account,
    live: Configuration,
    seen: Seen,
    inputs: Properties,
    managed: Managed,
    managed_before: Managed,
    deadline: Deadline,
) -> dict[str, Any]:
    """Write what is declared unless it is there, and return the outputs."""
    declared = declaration_of(inputs).configuration

    def outputs(now: Seen, managed: Managed) -> dict[str, Any]:
        found = outputs_of(now.configuration, inputs)
        return {**found, SECRETS_READABLE: now.readable, MANAGED: managed.as_property()}

    if changes(seen.configuration, declared):
        try:
            seen = put(account, live, seen, declared, deadline)
        except PartlyWritten as error:
            both = managed_in_part(seen.configuration, declared, managed, managed_before)
            if error.now is not None and changes(live, error.now):
                seen = see(error.now, declared, readable=seen.readable, just_written=True)
            error.outputs = outputs(seen, both)
            raise
    return outputs(seen, managed)


def _second(resource: str, other: str) -> str:
    first, name = sorted(urn.split("::", 3)[-1] for urn in (resource, other))
    return (
        f"this program declares two WebhookConfigurations for one Sendblue account, {first!r} and {name!r}. It is "
        "authoritative for the whole account, so the two would undo each other: declare all endpoints in one and "
        "remove the other, or give each a sendblue.Provider with another account's credentials"
    )


def _refuse_what_changed(diffed: Configuration, live: Configuration) -> None:
    """Refuse an update of an account that is no longer what this run's diff saw."""
    if drift := changes(diffed, live):
        raise ConflictError(
            "The Sendblue account was changed by somebody else while this update ran, and nothing was written: "
            f"{in_a_line(drift)}. Run `pulumi up` again: its preview shows the change"
        )
