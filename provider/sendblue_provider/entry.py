"""Changing one entry of an account in place, and no other."""

from __future__ import annotations

from dataclasses import replace

from .account import Account
from .compare import Change, Seen
from .copies import Found, counted, is_hidden
from .entries import delete_urls, post
from .errors import CopiesDiffer, PartlyWritten, SecretHidden, SendblueError, WriteNotApplied
from .model import Configuration, Entry, Managed
from .report import thing
from .transport import Deadline
from .write import put, refuse_masks


def refuse_to_change(account: Account, live: Configuration, found: Found, event: str, entry: Entry) -> None:
    """Refuse a change that cannot be made to one entry alone.

    Raises:
        CopiesDiffer: it is there more than once, and which copy is this stack's own cannot be told.
        SecretHidden: it is there more than once, and secrets do not show, so nothing but all copies can be removed.
        MaskDeclared: the declared secret is the mask that the API shows.
    """
    if found.own is None or found.own.key == entry.key:
        return
    if found.place is None:
        raise CopiesDiffer(
            f"{counted(event, entry, len(found.live))}, and none of them is as this stack left it, so which of them "
            "to change cannot be told. Nothing was written. Remove those that are not this stack's in Sendblue's "
            "dashboard, then run `pulumi up` again"
        )
    if is_hidden(account, live, found):
        if len(found.live) > 1:
            raise SecretHidden(
                f"{counted(event, entry, len(found.live))}, and Sendblue does not show the secrets of this account, "
                "so one of them cannot be changed without losing the others. Nothing was written. Remove those that "
                "are not this stack's in Sendblue's dashboard, then run `pulumi up` again"
            )
        refuse_masks(live, Configuration({event: (entry,)}))


def put_own(
    account: Account,
    live: Configuration,
    event: str,
    found: Found,
    entry: Entry | None,
    deadline: Deadline,
) -> Seen:
    """PUT what is there with this stack's own copy changed, or without it, and everything else as it is."""
    own = found.live[found.place or 0]
    # By identity: of equal copies just the one.
    entries = tuple(e if e is not own else entry and entry._replace(extra=own.extra) for e in live.events[event])
    kept = tuple(e for e in entries if e is not None)
    events = {name: kept if name == event else others for name, others in live.events.items()}
    goal = replace(live, events={name: some for name, some in events.items() if some})
    return put(account, live, Seen(live, readable=True), goal, deadline, Managed(frozenset({(event, own.url)})))


def add_again(
    account: Account, live: Configuration, event: str, found: Found, entry: Entry, deadline: Deadline
) -> Configuration:
    """Remove the entry and add it again: what of the account cannot be seen cannot be written back.

    Raises:
        PartlyWritten: it was removed, and could not be added; the next update does that.
    """
    own = found.live[found.place or 0]
    now = delete_urls(account, live, Managed(frozenset({(event, own.url)})), deadline)
    if now.find(event, entry) is not None:
        raise WriteNotApplied(
            f"Sendblue did not remove {thing(Change('remove', event, own))}, which has to be removed to be changed, "
            "since the secrets of this account do not show. Remove it in Sendblue's dashboard, then run `pulumi up` "
            "again",
            now,
        )
    try:
        return post(account, now, event, entry._replace(extra=own.extra), deadline)
    except PartlyWritten:
        raise
    except SendblueError as error:
        raise WriteNotApplied(
            f"{thing(Change('add', event, None, entry))} was removed to be changed, and could not be added again: "
            f"{str(error).rstrip('.')}. Run `pulumi up` again: it adds it",
            now,
        ) from None
