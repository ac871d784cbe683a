"""Writing to an account so that it is known to have worked.

The API has been seen to answer a PUT with 200 and to drop an event silently, so every write is followed by a GET that
is compared with what was sent. Use these while holding the account.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from typing import Final

from .account import Account
from .compare import Change, Seen, changes, looks_masked, see
from .errors import (
    ApiError,
    ConnectionFailed,
    Interrupted,
    MaskDeclared,
    RequestRefused,
    SendblueError,
    ServiceUnavailable,
    UnexpectedResponse,
    WriteInterrupted,
    WriteNotApplied,
    WriteUnverified,
)
from .model import ACCOUNT_SECRETS, Configuration, Entry, Managed
from .report import in_a_line, listed, shown, shown_url, thing
from .transport import Cancelled, Deadline

SETTLE_SECONDS: Final = 5.0
"""How long a GET after a write may go on showing the state before it."""
_FIRST_PAUSE: Final = 0.25

_AGAIN: Final = "Run the same command again: it goes on from what is there"
_INTERRUPTED: Final = "The run was cancelled after a change was sent to Sendblue"


def put(account: Account, live: Configuration, before: Seen, declared: Configuration, deadline: Deadline) -> Seen:
    """Replace the account's configuration with what is declared: PUT, GET.

    Args:
        account: The account.
        live: What the API shows now; fields that this provider does not know are carried over from it.
        before: The same, read with what is known of the secrets.
        declared: What shall be there.
        deadline: The operation's budget.

    Returns:
        What the account shows afterwards, read with what was sent. What somebody else put there meanwhile is in it.

    Raises:
        MaskDeclared: nothing was sent, since it would have overwritten a secret with its mask.
        WriteNotApplied: something of it is not there, or is still there.
        WriteUnverified: it was sent, and could not be looked at afterwards.
        WriteInterrupted: it was sent, and the run was cancelled before it could be seen to be there.
        Interrupted: the run was cancelled before it was sent.
        ApiError: it could not be sent.
    """
    if not before.readable:
        _refuse_masks(live, declared)
    sent = _with_unknown_fields(declared, live)
    cleared = live.events.keys() - sent.events.keys()
    # Of a secret that does not show, whether a PUT without it has cleared it could not be seen; an empty one does.
    cleared |= before.configuration.secrets.keys() - live.secrets.keys() - sent.secrets.keys()

    def look(now: Configuration) -> Seen:
        return see(now, sent, readable=before.readable, just_written=True)

    def still_to_do(now: Configuration) -> list[Change]:
        found = [change for change in changes(look(now).configuration, sent) if not _is_new(change, live, now)]
        return found + _lost_secrets(live, sent, now)

    def settled(now: Configuration) -> bool:
        # A secret that does not show may be one that does not show yet.
        return not still_to_do(now) and (look(now).readable or not before.readable)

    looked = _put(account, live, sent, cleared, deadline, still_to_do)
    now = _settle(account, [live], settled, deadline, looked)
    kept = changes(look(now).configuration, sent)
    if kept and all(_is_kept_secret(change) and not _is_new(change, live, now) for change in kept):
        # Some APIs of this kind keep a secret that a PUT leaves out; an empty one clears it.
        try:
            looked = _put(account, now, sent, cleared | {change.name for change in kept}, deadline, still_to_do)
        except Interrupted as error:
            raise WriteInterrupted(f"{error}. {_AGAIN}", now) from None
        except ApiError as error:
            raise WriteNotApplied(f"Sendblue kept {in_a_line(kept)}, and to clear it failed: {error}", now) from None
        now = _settle(account, [live, now], settled, deadline, looked)
    if remaining := still_to_do(now):
        if deadline.cancelled:
            raise WriteInterrupted(f"{_INTERRUPTED}, which shows {in_a_line(remaining)} still to do. {_AGAIN}", now)
        unexpected = [change for change in changes(look(now).configuration, sent) if change not in remaining]
        raise _not_applied(remaining, now, unexpected)
    return look(now)


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
    account.forget()
    for event, urls in present.items():
        try:
            account.client.delete(event, urls, deadline)
        except RequestRefused:
            taken = taken.without_event(event)
            continue
        stages.append(Managed(frozenset((event, url) for url in urls)).rest_of(stages[-1]))
    return _settle(account, stages, lambda now: not _present(now, taken), deadline)


def _put(
    account: Account,
    live: Configuration,
    sent: Configuration,
    cleared: Collection[str],
    deadline: Deadline,
    still_to_do: Callable[[Configuration], Collection[Change]],
) -> Configuration | None:
    """PUT; where no answer tells whether it was done, look, and go on if some of it is there.

    Returns:
        What that look showed, if there was one.

    Raises:
        WriteInterrupted: the run was cancelled, and it is not known whether it was done.
        ApiError: it was not done, or cannot be seen to have been.
        Interrupted: the run was cancelled, and it was not done.
    """
    account.forget()
    try:
        account.client.put(sent, deadline, cleared=cleared)
    except (ConnectionFailed, ServiceUnavailable, UnexpectedResponse, Interrupted) as error:
        before = still_to_do(live)
        try:
            now = account.last_look()
        except ApiError:
            raise _unsure(error) from None
        left = still_to_do(now)
        if any(change not in left for change in before):
            return now
        if changes(live, now) or not before:  # by somebody else; or of what does not show
            raise _unsure(error) from None
        if isinstance(error, Interrupted):
            raise Interrupted(f"{error}, and the account does not show it") from None
        raise
    return None


def _unsure(error: SendblueError) -> WriteInterrupted | WriteUnverified:
    if isinstance(error, Interrupted):
        return WriteInterrupted(f"{error}, and whether it was done could not be seen. {_AGAIN}")
    return WriteUnverified(f"{str(error).rstrip('.')}. It may have been done all the same: {_AGAIN}")


def _settle(
    account: Account,
    before: Iterable[Configuration],
    settled: Callable[[Configuration], bool],
    deadline: Deadline,
    now: Configuration | None = None,
) -> Configuration:
    """GET until the account shows the write, or what is no state before it, or it has been long enough, or too long."""
    end = time.monotonic() + SETTLE_SECONDS
    pause = _FIRST_PAUSE
    while True:
        now = now or _look(account, deadline)
        wait = min(pause, end - time.monotonic(), deadline.remaining())
        if settled(now) or all(changes(stage, now) for stage in before) or wait <= 0 or deadline.cancelled:
            return now
        with contextlib.suppress(Cancelled):
            deadline.sleep(wait)
        now = None
        pause *= 2


def _look(account: Account, deadline: Deadline) -> Configuration:
    """GET after a write; quickly, where its time is up or the run was cancelled.

    Raises:
        WriteInterrupted: the run was cancelled, and it cannot be looked at.
        WriteUnverified: it cannot be looked at.
    """
    try:
        if not deadline.cancelled and deadline.remaining() > 0:
            with contextlib.suppress(Interrupted):
                return account.fetch(deadline)
        return account.last_look()
    except ApiError as error:
        if deadline.cancelled:
            raise WriteInterrupted(f"{_INTERRUPTED}, and could not be looked at afterwards. {_AGAIN}") from None
        out_of_time = f"not within the {deadline.seconds:g} s that the operation may take"
        reason = str(error) if deadline.remaining() > 0 else out_of_time
        raise WriteUnverified(
            f"The change was sent, but could not be looked at afterwards: {reason}. {_AGAIN}"
        ) from None


def _not_applied(remaining: Collection[Change], now: Configuration, unexpected: Collection[Change]) -> WriteNotApplied:
    added = {change.name for change in remaining if change.kind == "add" and change.after is not None}
    missing = sorted(added - now.events.keys())
    if all(_is_kept_secret(change) for change in remaining):
        advice = "Clear the secret in Sendblue's dashboard"
    elif unexpected:
        shown_instead = listed([thing(change) for change in unexpected])
        advice = (
            f"It shows {shown_instead} that nobody declared: if that is your URL in another form, declare that form"
        )
    elif missing:
        advice = (
            "It is known to drop an event type that it does not offer, to this account or any more: remove "
            f"{', '.join(shown(event) for event in missing)} from the program, or ask Sendblue"
        )
    else:
        advice = "Look at the account in Sendblue's dashboard"
    return WriteNotApplied(
        f"Sendblue answered with success and did not do all of it. Still to do: {in_a_line(list(remaining))}. "
        f"{advice}, then run the same command again",
        now,
    )


def _refuse_masks(live: Configuration, declared: Configuration) -> None:
    """Refuse to write what the API showed in a secret's place; a program made from such a reading has that."""
    found = [name for name, secret in declared.secrets.items() if secret == live.secrets.get(name)]
    found = [name for name in found if looks_masked(declared.secrets[name])]
    for event, entry in declared.entries():
        there = live.find(event, entry)
        if (
            entry.secret is not None
            and looks_masked(entry.secret)
            and there is not None
            and there.secret == entry.secret
        ):
            found.append(f"{shown(event)} {shown_url(entry.url)}")
    if found:
        raise MaskDeclared(
            f"Sendblue shows a mask in the place of a secret, and the program declares that mask as the secret: "
            f"{listed(found)}. Writing it would overwrite the real one, so nothing was written. Declare the real "
            "secret and run `pulumi up` again"
        )


def _is_new(change: Change, before: Configuration, now: Configuration) -> bool:
    """Tell whether something is there that was not before: somebody else put it there since. The next diff shows it."""
    if change.kind != "remove":
        return False
    if change.name in ACCOUNT_SECRETS:
        return now.secrets.get(change.name) != before.secrets.get(change.name)
    was = [entry.url for entry in before.events.get(change.name, ())]
    return change.before is not None and change.before.url not in was


def _lost_secrets(before: Configuration, sent: Configuration, now: Configuration) -> list[Change]:
    """List secrets that showed before the write, were sent unchanged, and are absent now: lost, and not just hidden."""
    shown_before = {(event, entry.key) for event, entry in before.entries() if entry.secret is not None}
    lost = [
        Change("add", name)
        for name, secret in sent.secrets.items()
        if secret == before.secrets.get(name) and name not in now.secrets
    ]
    for event, entry in sent.entries() if shown_before else ():
        there = now.find(event, entry) if (event, entry.key) in shown_before else None
        if there is not None and there.secret is None:
            lost.append(Change("change", event, there, entry))
    return lost


def _is_kept_secret(change: Change) -> bool:
    return change.kind == "remove" and change.name in ACCOUNT_SECRETS


def _with_unknown_fields(declared: Configuration, live: Configuration) -> Configuration:
    """Add to what is declared the fields of the live object that this provider does not know."""
    known = {(event, entry.url): entry for event, entry in reversed([*live.entries()]) if entry.extra}
    equal = {(event, entry.key): entry for event, entry in reversed([*live.entries()])}

    def carried(event: str, entry: Entry) -> Entry:
        there = equal.get((event, entry.key)) or known.get((event, entry.url))
        return entry._replace(extra=there.extra) if there else entry

    if not known:
        return replace(declared, extra=live.extra)
    events = {event: tuple(carried(event, entry) for entry in entries) for event, entries in declared.events.items()}
    return replace(declared, events=events, extra=live.extra)


def _present(configuration: Configuration, taken: Managed) -> dict[str, list[str]]:
    found: dict[str, dict[str, None]] = {}
    for event, entry in configuration.entries():
        if (event, entry.url) in taken.urls:
            found.setdefault(event, {})[entry.url] = None
    return {event: list(urls) for event, urls in found.items()}
