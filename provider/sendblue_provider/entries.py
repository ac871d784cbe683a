"""Adding and removing single entries: POST and DELETE, each looked at afterwards.

Use these while holding the account.
"""

from __future__ import annotations

from typing import Final

from .account import Account
from .compare import Change, changes, see, shows_secrets
from .errors import (
    ApiError,
    ConnectionFailed,
    Interrupted,
    NotConnected,
    PartlyWritten,
    RequestRefused,
    ServiceUnavailable,
    UnexpectedResponse,
    WriteInterrupted,
    WriteNotApplied,
)
from .model import Configuration, Entry, Managed
from .report import change_line
from .transport import REFUSED_FOR_NOW, Deadline
from .verify import AGAIN, INTERRUPTED, not_applied, settle, unsure

_POSTS: Final = 3
"""How often a POST is sent in all, while no answer tells whether it was done and the account shows that it was not."""


def delete_urls(account: Account, live: Configuration, taken: Managed, deadline: Deadline) -> Configuration:
    """Remove URLs, with a DELETE for each event that has any of them and a GET; other entries are never touched.

    A DELETE that the API refuses is left to the caller, who sees in the result what is still there.

    Args:
        account: The account.
        live: What the API shows now.
        taken: Which URLs.
        deadline: The operation's budget.

    Returns:
        What the account shows afterwards. Where none of the URLs is there, nothing is sent.

    Raises:
        WriteUnverified: it was sent, and could not be looked at afterwards.
        ApiError: it could not be sent.
    """
    present = _present(live, taken)
    if not present:
        return live
    # While GETs lag, what was there before any of the DELETEs may show.
    stages = [live]

    def is_before(now: Configuration) -> bool:
        # Others may be writing the rest.
        return any(not changes(taken.part_of(stage), taken.part_of(now)) for stage in stages)

    account.forget()
    for event, urls in present.items():
        try:
            account.client.delete(event, urls, deadline)
        except RequestRefused:
            taken = taken.without_event(event)
            continue
        stages.append(Managed(frozenset((event, url) for url in urls)).rest_of(stages[-1]))
    return settle(account, is_before, lambda now: not _present(now, taken), deadline)


def post(account: Account, event: str, entry: Entry, deadline: Deadline) -> Configuration:
    """Append an entry, of whose URL the event has none: POST, GET.

    Where no answer tells whether it was done, GETs decide, for a while, before it is sent again: a POST appends.

    Args:
        account: The account.
        event: The event.
        entry: The entry.
        deadline: The operation's budget.

    Returns:
        What the account shows afterwards.

    Raises:
        WriteNotApplied: it is not there, or not as it was sent.
        WriteUnverified: it was sent, and could not be looked at afterwards.
        WriteInterrupted: it was sent, and the run was cancelled before it could be seen to be there.
        Interrupted: the run was cancelled, and it is not there.
        ApiError: it could not be sent, or was not done.
    """
    sent = Managed(frozenset({(event, entry.url)}))

    def landed(now: Configuration) -> bool:
        return bool(_present(now, sent))

    for attempt in range(1, _POSTS + 1):
        doubt = _send(account, event, entry, deadline)
        try:
            now = settle(account, lambda now: not landed(now), landed, deadline)
        except PartlyWritten:
            if doubt is None:
                raise
            raise unsure(doubt) from None
        if landed(now):
            return _as_sent(now, event, entry)
        if doubt is None and deadline.cancelled:
            raise WriteInterrupted(f"{INTERRUPTED}, which does not show it yet. {AGAIN}")
        if doubt is None:
            raise WriteNotApplied(
                f"Sendblue answered with success and did not do it: {change_line(Change('add', event, None, entry))}. "
                "Look at the account in Sendblue's dashboard, then run the same command again",
                now,
            )
        if deadline.cancelled:
            raise Interrupted(f"{str(doubt).rstrip('.')}, and the account does not show it")
        if attempt == _POSTS or deadline.remaining() <= 0:
            raise doubt
    raise AssertionError("the last attempt returns or raises")


def _send(account: Account, event: str, entry: Entry, deadline: Deadline) -> ApiError | Interrupted | None:
    """POST; return the error of one that may have been done all the same.

    Raises:
        ApiError: nothing was done.
    """
    account.forget()
    try:
        account.client.post(event, entry, deadline)
    except NotConnected:
        raise
    except ServiceUnavailable as error:
        if error.status_code == REFUSED_FOR_NOW:
            raise
        return error
    except (ConnectionFailed, UnexpectedResponse, Interrupted) as error:
        return error
    return None


def _as_sent(now: Configuration, event: str, entry: Entry) -> Configuration:
    """Return what is there.

    Raises:
        WriteNotApplied: the entry is there and not as it was sent.
    """
    sent = Configuration({event: (entry,)})
    there = Managed.of(sent).part_of(now)
    seen = see(there, sent, readable=True, just_written=not shows_secrets(now))
    found = changes(seen.configuration, sent)
    if any(change.kind == "change" for change in found):
        raise not_applied(found, now, [], [])
    return now


def _present(configuration: Configuration, taken: Managed) -> dict[str, list[str]]:
    found: dict[str, dict[str, None]] = {}
    for event, entry in configuration.entries():
        if (event, entry.url) in taken.urls:
            found.setdefault(event, {})[entry.url] = None
    return {event: list(urls) for event, urls in found.items()}
