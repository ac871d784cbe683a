"""The rules of `WebhookConfiguration`: authoritative for the whole account. A `lifecycle.Lifecycle`.

The one rule: nothing is removed from or changed on the account that this stack did not put there, unless a preview, or
the diff of the same run, showed it, or `allowOverwrite` said so.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from .account import Account, Declared
from .compare import Change, Seen, changes, changes_to_declared, see
from .declared import declare
from .entries import delete_urls
from .errors import ConflictError, ImportRefused, PartlyWritten
from .ignore import keep_live
from .inputs import check_configuration
from .lifecycle import Created, Diff, Read, Remainder
from .model import (
    ACCOUNT_ID,
    ALLOW_OVERWRITE,
    CONFIGURATION_TYPE,
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
from .report import in_a_line
from .takeover import Takeover, own_of, owns, takeover_of
from .transport import Deadline
from .values import Failure
from .write import put, put_without

TYPE: Final = CONFIGURATION_TYPE


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


def id_of(_properties: Properties) -> str:
    """Return the id, which is always the same."""
    return ACCOUNT_ID


def check(
    account: Account, inputs: Properties, old_inputs: Properties | None, resource: Hashable | None = None
) -> tuple[Failure, ...]:
    """Check declared values; a second resource for the account is refused."""
    if failures := check_configuration(inputs):
        return tuple(failures)
    own = None if old_inputs is None else declaration_of(old_inputs).configuration
    return declare(account, TYPE, declaration_of(inputs), own, resource)


def diff(
    account: Account,
    outputs: Properties,
    inputs: Properties,
    ignored: Sequence[Path] = (),
    resource: Hashable | None = None,
) -> Diff:
    """Compare live, state and `managed` with what is declared. One GET, shared with check and read."""
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
    changed = bool(plan or stale or declared.unknown)
    return Diff(
        changed=changed,
        drift=_drift(state, live),
        plan=plan,
        unknown=declared.unknown,
        readable=readable,
        another_account=bool(state.managed.urls and live.events and not state.managed.part_of(live).events),
        live=outputs_of(live, outputs) if changed else {},
        inputs=kept,
    )


def preview_create(
    account: Account, inputs: Properties, resource: Hashable | None = None, *, seconds: float | None = None
) -> Created:
    """Find out what a create will do. One GET, shared with check and diff."""
    with account.held(seconds) as deadline:
        kept, managed, takeover = _to_create(account, account.snapshot(deadline), inputs, resource)
    known = UNKNOWN if declaration_of(kept).unknown else managed.as_property()
    return Created({**kept, SECRETS_READABLE: UNKNOWN, MANAGED: known}, takeover)


def create(
    account: Account, inputs: Properties, resource: Hashable | None = None, *, seconds: float | None = None
) -> Created:
    """Put what is declared on the account: GET, PUT, GET; a GET alone where it is there already."""
    with account.held(seconds) as deadline:
        live = account.fetch(deadline)
        kept, managed, takeover = _to_create(account, live, inputs, resource)
        seen = see(live, Configuration(), readable=True)
        return Created(_apply(account, live, seen, kept, managed, Managed(), deadline), takeover)


def import_(account: Account, id_: str, *, seconds: float | None = None) -> tuple[dict[str, Any], dict[str, Any]]:
    """Read what is live to take it all over. One GET."""
    if id_ != ACCOUNT_ID:
        raise ImportRefused(
            f"There is no WebhookConfiguration with the id {id_!r}: it is the one configuration of the account that "
            f"the credentials name, and its id is always {ACCOUNT_ID}. Give {ACCOUNT_ID} as the id"
        )
    with account.held(seconds) as deadline:
        live, readable = see(account.snapshot(deadline), Configuration(), readable=True)
    inputs = outputs_of(live, {})
    return {**inputs, SECRETS_READABLE: readable, MANAGED: Managed.of(live).as_property()}, inputs


def look(account: Account) -> dict[str, Any]:
    """Read what is live, for a function that returns it. One GET, shared with check, diff and read.

    Returns:
        The configuration as the outputs of a `WebhookConfiguration` that declares nothing and put nothing there.

    Raises:
        ApiError: the account could not be read.
    """
    with account.held() as deadline:
        live, readable = see(account.snapshot(deadline), Configuration(), readable=True)
    return {**outputs_of(live, {}), SECRETS_READABLE: readable}


def read(account: Account, outputs: Properties, *, seconds: float | None = None) -> Read:
    """Read what is live, in the order and form of the state. One GET, shared with check and diff.

    A singleton is never gone: what cannot be read raises.
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
    """Make the account what is declared: GET, PUT, GET; a GET alone where only the state has to follow."""
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

    What another resource checked in this process declares stays too. Account secrets go last, with a PUT of what the
    last GET shows, and another GET.
    """
    state = _State.of(outputs)
    with account.held(seconds) as deadline:
        own = state.managed
        for other in account.declared.values():
            own = own.without(other.declaration)
        shared = _shared_secrets(account, own)
        own -= Managed(secrets=shared)
        now = delete_urls(account, account.fetch(deadline), own, deadline)
        now, kept = put_without(account, now, own, deadline, readable=state.readable)
        rest = state.managed.rest_of(now)
        for other in account.declared.values():
            rest = Managed.of(other.declaration.configuration).rest_of(rest)
    return Remainder(changes(Configuration(), rest), kept, shared)


def _shared_secrets(account: Account, own: Managed) -> frozenset[str]:
    """Name the account secrets that stay since the program has moved to another kind of resource.

    Its entries go on, and what is sent along with calls to them must not change by the move.
    """
    moved = any(other.kind != TYPE for other in account.declared.values())
    return own.secrets if moved else frozenset()


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
        account.declared[resource] = Declared(TYPE, declaration_of(kept))
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


def _refuse_what_changed(diffed: Configuration, live: Configuration) -> None:
    """Refuse an update of an account that is no longer what this run's diff saw."""
    if drift := changes(diffed, live):
        raise ConflictError(
            "The Sendblue account was changed by somebody else while this update ran, and nothing was written: "
            f"{in_a_line(drift)}. Run `pulumi up` again: its preview shows the change"
        )
