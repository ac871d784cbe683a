"""What a create does to what is on the account already: what it takes over, what it would lose, and whether it may."""

from __future__ import annotations

import functools
import operator
from typing import NamedTuple

from .account import Account
from .compare import Change, changes, changes_to_declared, looks_masked, replaces_secret
from .errors import CreateRefused
from .model import ACCOUNT_ID, ACCOUNT_SECRETS, CONFIGURATION_TYPE, Configuration, Declaration, Managed
from .report import foreign_thing, listed


class Takeover(NamedTuple):
    """What a create does to what is on the account already.

    Attributes:
        adopted: What will be managed from now on, so destroy removes it.
        overwritten: What it will remove from or change on the account, since `allowOverwrite` is set.
        hidden: Whether the secret of what it takes over does not show, and so cannot be compared.
        gap: What it can change only by a removal and an addition, so that calls in between are lost.
        drift: What changed on the account of what this stack itself put there; the create undoes it.
        copies: All that is registered with the same event and URL, where that is more than one.
        new_event: An event that neither this provider nor the account has anything of; empty where there is none.
    """

    adopted: tuple[Change, ...] = ()
    overwritten: tuple[Change, ...] = ()
    hidden: bool = False
    gap: tuple[Change, ...] = ()
    drift: tuple[Change, ...] = ()
    copies: tuple[Change, ...] = ()
    new_event: str = ""


def takeover_of(own: Managed, live: Configuration, declared: Declaration, managed: Managed) -> Takeover:
    """Tell what a create does to what is there.

    Args:
        own: What is known to be this stack's own.
        live: What is there.
        declared: What shall be there.
        managed: What of that will be this stack's own.

    Raises:
        CreateRefused: it would remove or change what is not known to be this stack's own, and may not.
    """
    losses = _losses(own, live, declared)
    if losses and declared.allow_overwrite is False:
        raise CreateRefused(
            "The Sendblue account already holds what this program does not declare, and a create would remove or "
            f"change it: {listed([foreign_thing(change) for change in losses])}",
            CONFIGURATION_TYPE,
            ACCOUNT_ID,
        )
    there = managed.part_of(live)
    return Takeover(
        adopted=tuple(change for change in changes(Configuration(), there) if not owns(own, change)),
        overwritten=tuple(losses),
    )


def _losses(own: Managed, live: Configuration, declared: Declaration) -> list[Change]:
    """List what a create would remove from or change on the account that is not known to be this stack's own."""
    found = changes_to_declared(live, declared)
    return [change for change in found if _takes_away(change, live) and not owns(own, change)]


def own_of(account: Account) -> Managed:
    """Name what the old inputs of this process's checks named: the stack put it there itself."""
    named = [Managed.of(configuration) for configuration in account.own.values()]
    return functools.reduce(operator.or_, named, Managed())


def owns(own: Managed, change: Change) -> bool:
    """Tell whether a change is of what is named."""
    return own.names(change.name, change.entry)


def _takes_away(change: Change, live: Configuration) -> bool:
    """Tell whether a change of the account would lose something that can be seen to be there."""
    if change.kind != "change":
        return change.kind == "remove"
    if change.name in ACCOUNT_SECRETS:
        return not looks_masked(live.secrets[change.name])
    if change.before is None or change.after is None:
        return True
    return replaces_secret(change.before, change.after) or sorted(change.before.numbers) != sorted(change.after.numbers)
