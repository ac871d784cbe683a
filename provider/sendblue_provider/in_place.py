"""Changing one entry of an account in place, and no other."""

from __future__ import annotations

from dataclasses import replace

from .account import LAST_LOOK_SECONDS, Account
from .compare import Change, Seen
from .copies import Found, counted
from .entries import delete_urls, post
from .errors import ApiError, CopiesDiffer, Interrupted, PartlyWritten, SecretHidden, SendblueError, WriteNotApplied
from .model import Configuration, Entry, Managed
from .report import thing
from .transport import Deadline
from .write import put, refuse_masks


def refuse_to_change(live: Configuration, found: Found, entry: Entry) -> None:
    """Refuse a change that cannot be made to one entry alone.

    Args:
        live: What the API shows.
        found: What of it has the entry's event and URL.
        entry: What it is to be.

    Raises:
        CopiesDiffer: it is there more than once, and which copy is this stack's own cannot be told.
        SecretHidden: it is there more than once, and secrets do not show, so nothing but all copies can be removed.
        MaskDeclared: the declared secret is the mask that the API shows.
    """
    if found.is_unclear:
        raise CopiesDiffer(
            f"{counted(found.known.event, entry.url, len(found.live))}, and none of them is as this stack left it, so "
            "which of them to change cannot be told. Nothing was written. Remove those that are not this stack's in "
            "Sendblue's dashboard, then run `pulumi up` again"
        )
    if found.own is None or found.own.key == entry.key or not found.hidden:
        return
    if len(found.live) > 1:
        raise SecretHidden(
            f"{counted(found.known.event, entry.url, len(found.live))}, and Sendblue does not show the secrets of this "
            "account, so one of them cannot be changed without losing the others. Nothing was written. Remove those "
            "that are not this stack's in Sendblue's dashboard, then run `pulumi up` again"
        )
    refuse_masks(live, Configuration({found.known.event: (entry,)}))


def put_own(account: Account, live: Configuration, found: Found, entry: Entry | None, deadline: Deadline) -> Seen:
    """PUT what is there with this stack's own copy changed, or without it, and everything else as it is.

    Args:
        account: The account.
        live: What the API shows.
        found: What of it has the entry's event and URL.
        entry: What it is to be; None removes it.
        deadline: The operation's budget.

    Raises:
        PartlyWritten, Interrupted, ApiError: as of `write.put`.
    """
    own = found.own_as_shown()
    changed = () if entry is None else (entry._replace(extra=own.extra),)
    # By identity: of equal copies just the one.
    rest = [(copy,) if copy is not own else changed for copy in live.events[found.known.event]]
    goal = replace(live, events={**live.events, found.known.event: tuple(copy for some in rest for copy in some)})
    taken = Managed(frozenset({(found.known.event, own.url)}))
    return put(account, live, Seen(live, readable=True), goal, deadline, taken)


def add_again(account: Account, live: Configuration, found: Found, entry: Entry, deadline: Deadline) -> Configuration:
    """Remove the entry and add it again: what of the account cannot be seen cannot be written back.

    Once it is removed it is added, whether or not the run is cancelled.

    Args:
        account: The account.
        live: What the API shows.
        found: What of it has the entry's event and URL.
        entry: What it is to be.
        deadline: The operation's budget.

    Returns:
        What the account shows afterwards.

    Raises:
        PartlyWritten: it was removed, and could not be added, which the next update does; or nothing of it was done.
        Interrupted: the run was cancelled, and nothing was done.
        ApiError: it could not be removed.
    """
    own = found.own_as_shown()
    taken = Managed(frozenset({(found.known.event, own.url)}))
    try:
        now = delete_urls(account, live, taken, deadline)
    except Interrupted as error:
        try:
            now = account.last_look()
        except ApiError:
            raise error from None
        if taken.part_of(now).events:
            raise
    if taken.part_of(now).events:
        raise WriteNotApplied(
            f"Sendblue did not remove {thing(Change('remove', found.known.event, own))}, which has to be removed to be "
            "changed, since the secrets of this account do not show. Remove it in Sendblue's dashboard, then run "
            "`pulumi up` again",
            now,
        )
    try:
        last = Deadline(LAST_LOOK_SECONDS) if deadline.cancelled else deadline
        return post(account, found.known.event, entry._replace(extra=own.extra), last)
    except PartlyWritten:
        raise
    except SendblueError as error:
        raise WriteNotApplied(
            f"{thing(Change('add', found.known.event, None, entry))} was removed to be changed, and could not be added "
            f"again, which the next `pulumi up` does: {error}",
            now,
        ) from None
