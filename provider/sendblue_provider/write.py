"""Writing to an account so that it is known to have worked.

The API has been seen to answer a PUT with 200 and to drop an event silently, so every write is followed by a GET that
is compared with what was sent. Use these while holding the account.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from typing import Final

from .account import Account
from .compare import Change, Seen, changes, holds_mask, looks_masked, see
from .errors import ApiError, MaskDeclared, WriteNotApplied, WriteUnverified
from .model import ACCOUNT_SECRETS, Configuration, Entry, Managed
from .report import in_a_line, listed, shown, shown_url
from .transport import Deadline

SETTLE_SECONDS: Final = 5.0
"""How long a GET after a write may go on showing the state before it."""
_FIRST_PAUSE: Final = 0.25


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

    def left(now: Configuration) -> list[Change]:
        return [change for change in changes(look(now).configuration, sent) if not _is_new(change, live, now)]

    def settled(now: Configuration) -> bool:
        # A secret that does not show may be one that does not show yet.
        return not left(now) and (look(now).readable or not before.readable)

    account.forget()
    account.client.put(sent, deadline, cleared=cleared)
    now = _settle(account, [live], settled, deadline)
    kept = changes(look(now).configuration, sent)
    if kept and all(_is_kept_secret(change) and not _is_new(change, live, now) for change in kept):
        # Some APIs of this kind keep a secret that a PUT leaves out; an empty one clears it.
        account.forget()
        account.client.put(sent, deadline, cleared=cleared | {change.name for change in kept})
        now = _settle(account, [live, now], settled, deadline)
    if remaining := left(now):
        raise _not_applied("PUT", remaining)
    return look(now)


def remove(
    account: Account, live: Configuration, taken: Managed, deadline: Deadline, *, readable: bool
) -> Configuration:
    """Take entries and account secrets away and leave the rest: a DELETE an event, a PUT if there are secrets, GET.

    Args:
        account: The account.
        live: What the API shows now.
        taken: What to remove.
        deadline: The operation's budget.
        readable: Whether secrets can be read; where not, a secret that does not show is cleared all the same.

    Returns:
        What is left on the account. Where there is nothing to remove, nothing is sent.

    Raises:
        WriteNotApplied: something is still there, or the PUT lost something else.
        WriteUnverified: it was sent, and could not be looked at afterwards.
        ApiError: it could not be sent.
    """
    clears = taken.secrets & live.secrets.keys() if readable else taken.secrets
    if not clears and not _present(live, taken):
        return live
    rest = taken.rest_of(live)

    def still_ours(now: Configuration) -> frozenset[str]:
        # A secret with another value is somebody else's by now.
        return frozenset(name for name in clears & now.secrets.keys() if now.secrets[name] == live.secrets.get(name))

    def settled(now: Configuration) -> bool:
        return not _present(now, taken) and not still_ours(now)

    stages = [live, *_delete(account, live, taken, deadline)]
    if clears:
        account.client.put(rest, deadline, cleared=_emptied(live, rest) | (clears - live.secrets.keys()))
    now = _settle(account, stages, settled, deadline)
    # The API deletes by URL, and whether that takes every copy of it or one is not known. And where one URL of several
    # was gone already, a 404 may have kept the others. A DELETE that did nothing at all is not sent again.
    for _ in range(_copies(live, taken)):
        if _present(now, taken) and _is_none_of(stages, now):
            stages += [now, *_delete(account, now, taken, deadline)]
            now = _settle(account, stages, settled, deadline)
    kept = still_ours(now)
    if kept and not holds_mask(Managed(secrets=kept).rest_of(now)):
        rest = Managed(taken.urls, kept).rest_of(now)
        account.forget()
        account.client.put(rest, deadline, cleared=_emptied(now, rest) | kept)
        now = _settle(account, [*stages, now], settled, deadline)
    if not settled(now):
        left = changes(now, Managed(taken.urls, still_ours(now)).rest_of(now))
        raise _not_applied("DELETE" if _present(now, taken) else "PUT", left)
    if clears and (lost := [change for change in changes(now, rest) if change.kind != "remove"]):
        raise _not_applied("PUT", lost)
    return now


def _delete(account: Account, live: Configuration, taken: Managed, deadline: Deadline) -> list[Configuration]:
    """Send a DELETE for each event that has any of these URLs; return what the account is after each of them.

    While GETs lag, any of these states may show.
    """
    stages = [live]
    account.forget()
    for event, urls in _present(live, taken).items():
        account.client.delete(event, urls, deadline)
        stages.append(Managed(frozenset((event, url) for url in urls)).rest_of(stages[-1]))
    return stages[1:]


def _is_none_of(stages: Iterable[Configuration], now: Configuration) -> bool:
    return all(changes(stage, now) for stage in stages)


def _settle(
    account: Account, before: Iterable[Configuration], settled: Callable[[Configuration], bool], deadline: Deadline
) -> Configuration:
    """GET until the account shows the write, or what is no state before it, or it has been long enough."""
    end = time.monotonic() + SETTLE_SECONDS
    pause = _FIRST_PAUSE
    while True:
        try:
            now = account.fetch(deadline)
        except ApiError as error:
            raise WriteUnverified(
                f"The change was sent, but could not be looked at afterwards: {error}. Run the same command again: it "
                "goes on from what is there"
            ) from None
        wait = min(pause, end - time.monotonic(), deadline.remaining())
        if settled(now) or _is_none_of(before, now) or wait <= 0:
            return now
        time.sleep(wait)
        pause *= 2


def _not_applied(method: str, left: Collection[Change]) -> WriteNotApplied:
    done = f"Sendblue answered {method} with success and did not do all of it. Still to do: {in_a_line(list(left))}. "
    if all(_is_kept_secret(change) for change in left):
        return WriteNotApplied(f"{done}Clear the secret in Sendblue's dashboard, then run the same command again")
    return WriteNotApplied(
        f"{done}It is known to drop an event type that it does not offer (to this account, or any more): remove that "
        "event from the program, or ask Sendblue, then run the same command again"
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


def _is_kept_secret(change: Change) -> bool:
    return change.kind == "remove" and change.name in ACCOUNT_SECRETS


def _with_unknown_fields(declared: Configuration, live: Configuration) -> Configuration:
    """Add to what is declared the fields of the live object that this provider does not know."""
    if not any(entry.extra for _, entry in live.entries()):
        return replace(declared, extra=live.extra)

    def carried(event: str, entry: Entry) -> Entry:
        there = live.find(event, entry)
        return entry._replace(extra=there.extra) if there else entry

    events = {event: tuple(carried(event, entry) for entry in entries) for event, entries in declared.events.items()}
    return replace(declared, events=events, extra=live.extra)


def _emptied(before: Configuration, after: Configuration) -> frozenset[str]:
    return frozenset(before.events.keys() - after.events.keys())


def _present(configuration: Configuration, taken: Managed) -> dict[str, list[str]]:
    found: dict[str, dict[str, None]] = {}
    for event, entry in configuration.entries():
        if (event, entry.url) in taken.urls:
            found.setdefault(event, {})[entry.url] = None
    return {event: list(urls) for event, urls in found.items()}


def _copies(configuration: Configuration, taken: Managed) -> int:
    """Count how often the URL that is there most often is there; 1 where there is none."""
    counts = Counter([(event, entry.url) for event, entry in configuration.entries()])
    return max((counts[pair] for pair in taken.urls), default=1) or 1
