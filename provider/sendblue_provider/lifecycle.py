"""What check, diff, create, read, update and delete of a `WebhookConfiguration` do: every rule, and no Pulumi type.

The one rule: nothing is removed from or changed on the account that this stack did not put there, unless a preview, or
the diff of the same run, showed it, or `allowOverwrite` said so.

Each function takes property values as plain data and the account to work on, holds the account while it works, and
returns plain data; the front ends translate. The requests each one makes are part of the contract.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from .account import Account
from .compare import Change, Seen, changes, changes_to_declared, holds_mask, looks_masked, replaces_secret, see
from .errors import ConflictError, CreateRefused, SendblueError, WriteNotApplied
from .inputs import Failure, check_inputs
from .model import (
    ACCOUNT_SECRETS,
    ALLOW_OVERWRITE,
    MANAGED,
    SECRETS_READABLE,
    Configuration,
    Declaration,
    Managed,
    Properties,
    declaration_of,
    outputs_of,
)
from .report import foreign_thing, in_a_line, listed
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
    """

    changed: bool
    drift: tuple[Change, ...]
    plan: tuple[Change, ...]
    unknown: frozenset[str]
    readable: bool = True
    another_account: bool = False


class Read(NamedTuple):
    """What a read finds.

    Attributes:
        outputs: The live configuration.
        drift: What changed on the account since the last update or read.
    """

    outputs: dict[str, Any]
    drift: tuple[Change, ...]


class Check(NamedTuple):
    """What a check finds.

    Attributes:
        failures: Everything that is wrong.
        adopted: For a create: what is on the account already and will be managed from now on, so destroy removes it.
        overwritten: For a create: what it will remove from or change on the account, since `allowOverwrite` is set.
    """

    failures: tuple[Failure, ...] = ()
    adopted: tuple[Change, ...] = ()
    overwritten: tuple[Change, ...] = ()


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


def check(account: Account, inputs: Properties, old_inputs: Properties | None, *, reads: bool = True) -> Check:
    """Check declared values, and whether a create would be refused. One GET, shared with the diff.

    Args:
        account: The account.
        inputs: What the program declares.
        old_inputs: What it declared at the last update; None where the engine knows of none, which is a create.
        reads: Whether to look at the account here. A front end that can refuse in a preview's create need not.
    """
    if failures := check_inputs(inputs):
        return Check(tuple(failures))
    with account.held() as deadline:
        account.declared.append(inputs)
        if old_inputs is not None:
            account.own.append(old_inputs)
        if not reads:
            return Check()
        try:
            live = account.snapshot(deadline)
            if old_inputs is not None:
                return Check()
            declared = declaration_of(inputs)
            _refuse_what_is_foreign(account, live, declared)
        except SendblueError as error:
            return Check((Failure((), str(error)),))
    own = _own(account)
    there = Managed.of(declared.configuration).part_of(live)
    return Check(
        adopted=tuple(change for change in changes(Configuration(), there) if not _owns(own, change)),
        overwritten=tuple(_losses(account, live, declared)),
    )


def diff(account: Account, outputs: Properties, inputs: Properties) -> Diff:
    """Compare live, state and `managed` with what is declared. One GET, shared with check and read.

    Raises:
        ApiError: the account could not be read.
    """
    declared = declaration_of(inputs)
    state = _State.of(outputs)
    with account.held() as deadline:
        account.diffed = account.snapshot(deadline)
        live, readable = state.see(account.diffed)
    plan = changes_to_declared(live, declared)
    stale = (
        changes_to_declared(state.configuration, declared)
        or state.allow_overwrite != declared.allow_overwrite
        or state.managed != Managed.of(declared.configuration)
    )
    return Diff(
        changed=bool(plan or stale or declared.unknown),
        drift=changes(state.configuration, live),
        plan=plan,
        unknown=declared.unknown,
        readable=readable,
        another_account=bool(state.managed.urls and live.events and not state.managed.part_of(live).events),
    )


def create(account: Account, inputs: Properties) -> dict[str, Any]:
    """Put what is declared on the account: GET, PUT, GET; a GET alone where it is there already.

    Returns:
        The outputs.

    Raises:
        CreateRefused: the account holds what is not declared, and `allowOverwrite` is not set.
        WriteNotApplied: the API said yes and did not do it.
        ApiError: the API failed.
    """
    declared = declaration_of(inputs)
    with account.held() as deadline:
        live = account.fetch(deadline)
        _refuse_what_is_foreign(account, live, declared)
        seen = see(live, Configuration(), readable=True)
        return _apply(account, live, seen, inputs, declared, deadline)


def read(account: Account, outputs: Properties) -> Read:
    """Read what is live, in the order and form of the state. One GET, shared with check and diff.

    A singleton is never gone: what cannot be read raises.

    Raises:
        ApiError: the account could not be read.
    """
    state = _State.of(outputs)
    with account.held() as deadline:
        live, readable = state.see(account.snapshot(deadline))
    result = outputs_of(live, outputs)
    result.update({SECRETS_READABLE: readable, MANAGED: state.managed.as_property()})
    # A resource that was only looked up (`get`) has no last update to have drifted from.
    return Read(result, changes(state.configuration, live) if MANAGED in outputs else ())


def update(account: Account, outputs: Properties, inputs: Properties) -> dict[str, Any]:
    """Make the account what is declared: GET, PUT, GET; a GET alone where only the state has to follow.

    Returns:
        The outputs.

    Raises:
        ConflictError: the account is not what this run's diff saw; nothing was written.
        WriteNotApplied: the API said yes and did not do it.
        ApiError: the API failed.
    """
    declared = declaration_of(inputs)
    state = _State.of(outputs)
    with account.held() as deadline:
        live = account.fetch(deadline)
        if account.diffed is not None:
            _refuse_what_changed(account.diffed, live)
        return _apply(account, live, state.see(live), inputs, declared, deadline)


def delete(account: Account, outputs: Properties) -> Remainder:
    """Remove what this stack put on the account, and nothing else: GET, a DELETE an event, GET.

    What another resource checked in this process declares stays too: a rename or a replacement creates the new resource
    before it deletes the old one. Account secrets go last, with a PUT of what the last GET shows, and another GET.

    Returns:
        What is still there.

    Raises:
        WriteNotApplied: the API said yes and did not do it.
        WriteUnverified: it was sent, and could not be looked at afterwards.
        ApiError: the API failed.
    """
    state = _State.of(outputs)
    with account.held() as deadline:
        own = state.managed
        declared = [declaration_of(inputs) for inputs in account.declared]
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


def _apply(
    account: Account, live: Configuration, seen: Seen, inputs: Properties, declared: Declaration, deadline: Deadline
) -> dict[str, Any]:
    """Write what is declared unless it is there, and return the outputs."""
    if changes(seen.configuration, declared.configuration):
        seen = put(account, live, seen, declared.configuration, deadline)
    return {
        **outputs_of(seen.configuration, inputs),
        SECRETS_READABLE: seen.readable,
        MANAGED: Managed.of(declared.configuration).as_property(),
    }


def _refuse_what_is_foreign(account: Account, live: Configuration, declared: Declaration) -> None:
    """Refuse a create that would remove or change what is not known to be this stack's own."""
    losses = [] if declared.allow_overwrite is not False else _losses(account, live, declared)
    if not losses:
        return
    reader = account.reader
    ways = [f"Declare it in this program, or set {reader.spell(ALLOW_OVERWRITE)} to replace it"]
    if reader.import_command:
        ways.append(f"or adopt it with `{reader.import_command}`")
    raise CreateRefused(
        "The Sendblue account already holds what this program does not declare, and a create would remove or change "
        f"it: {listed([foreign_thing(change) for change in losses])}. {', '.join(ways)}. If this stack put it there "
        "(as with a new name, --replace, or an earlier run that failed half-way): run without --replace, use aliases "
        "with the resource's old name, or declare it for one update more"
    )


def _losses(account: Account, live: Configuration, declared: Declaration) -> list[Change]:
    """List what a create would remove from or change on the account that is not known to be this stack's own."""
    own = _own(account)
    found = changes_to_declared(live, declared)
    return [change for change in found if _takes_away(change, live) and not _owns(own, change)]


def _own(account: Account) -> Managed:
    """Name what the old inputs of this process's checks named: the stack put it there itself."""
    named = [Managed.of(declaration_of(inputs).configuration) for inputs in account.own]
    return Managed(frozenset().union(*(own.urls for own in named)), frozenset().union(*(own.secrets for own in named)))


def _owns(own: Managed, change: Change) -> bool:
    entry = change.before or change.after
    return change.name in own.secrets or (entry is not None and (change.name, entry.url) in own.urls)


def _takes_away(change: Change, live: Configuration) -> bool:
    """Tell whether a change of the account would lose something that can be seen to be there."""
    if change.kind != "change":
        return change.kind == "remove"
    if change.name in ACCOUNT_SECRETS:
        return not looks_masked(live.secrets[change.name])
    if change.before is None or change.after is None:
        return True
    return replaces_secret(change.before, change.after) or sorted(change.before.numbers) != sorted(change.after.numbers)


def _refuse_what_changed(diffed: Configuration, live: Configuration) -> None:
    """Refuse an update of an account that is no longer what this run's diff saw."""
    if drift := changes(diffed, live):
        raise ConflictError(
            "The Sendblue account was changed by somebody else while this update ran, and nothing was written: "
            f"{in_a_line(drift)}. Run `pulumi up` again: its preview shows the change"
        )
