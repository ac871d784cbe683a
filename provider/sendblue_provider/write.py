"""Writing the whole of an account so that it is known to have worked: PUT, looked at afterwards.

The API has been seen to answer a PUT with 200 and to drop an event silently, so every write is followed by a GET that
is compared with what was sent. Use these while holding the account.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from .account import Account
from .compare import Change, Seen, changes, holds_mask, looks_masked, see, shows_secrets
from .errors import (
    ApiError,
    ConnectionFailed,
    Interrupted,
    MaskDeclared,
    ServiceUnavailable,
    UnexpectedResponse,
    WriteInterrupted,
    WriteNotApplied,
)
from .model import ACCOUNT_SECRETS, Configuration, Entry, Managed
from .report import in_a_line, listed, shown, shown_url
from .transport import Deadline
from .verify import AGAIN, INTERRUPTED, is_kept_secret, not_applied, settle, unsure


@dataclass(frozen=True)
class _Goal:
    """What a PUT is to bring about.

    Attributes:
        live: What the API showed before.
        sent: What shall be there.
        readable: Whether secrets could be read before.
        own: What of it the write is about, where the rest is only carried along; else all.
    """

    live: Configuration
    sent: Configuration
    readable: bool
    own: Managed | None

    def look(self, now: Configuration) -> Seen:
        """Read what is there now with what was sent."""
        # Beside secrets that show, one of an entry that is not there was not written.
        hidden = self.own is None or not shows_secrets(now)
        return see(now, self.sent, readable=self.readable, just_written=hidden)

    def differences(self, now: Configuration) -> tuple[Change, ...]:
        """List all that is not as it was sent."""
        return changes(self.look(now).configuration, self.sent)

    def still_to_do(self, now: Configuration) -> list[Change]:
        """List what was not done; what somebody else put there meanwhile is left out."""
        found = [change for change in self.differences(now) if not _is_new(change, self.live, now)]
        return found + _lost_secrets(self.live, self.sent, now)

    def is_met(self, now: Configuration) -> bool:
        """Tell whether it is all there; a secret that does not show may be one that does not show yet."""
        return not self.still_to_do(now) and (self.look(now).readable or not self.readable)

    def kept_secrets(self, now: Configuration) -> set[str]:
        """Name the account secrets that are still there, if that is all that is left to do."""
        found = self.differences(now)
        all_kept = all(is_kept_secret(change) and not _is_new(change, self.live, now) for change in found)
        return {change.name for change in found} if all_kept else set()

    def is_before(self, now: Configuration, *stages: Configuration) -> bool:
        """Tell whether what this is about is still as at one of these stages: others may be writing the rest."""
        part_of = (lambda configuration: configuration) if self.own is None else self.own.part_of
        return any(not changes(part_of(stage), part_of(now)) for stage in stages)


def put(
    account: Account,
    live: Configuration,
    before: Seen,
    declared: Configuration,
    deadline: Deadline,
    own: Managed | None = None,
) -> Seen:
    """Replace the account's configuration with what is declared: PUT, GET.

    Args:
        account: The account.
        live: What the API shows now; fields that this provider does not know are carried over from it.
        before: The same, read with what is known of the secrets.
        declared: What shall be there.
        deadline: The operation's budget.
        own: What of it this write is about, where the rest is only carried along; else all.

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
        refuse_masks(live, declared)
    if own is None:
        sent = _with_unknown_fields(declared, live)
    else:
        sent = replace(declared, extra={**live.unknown_empty(), **declared.extra})
    goal = _Goal(live, sent, before.readable, own)
    cleared = live.events.keys() - sent.events.keys()
    # Of a secret that does not show, whether a PUT without it has cleared it could not be seen; an empty one does.
    cleared |= before.configuration.secrets.keys() - live.secrets.keys() - sent.secrets.keys()

    def send(cleared: Collection[str]) -> None:
        account.client.put(sent, deadline, cleared=cleared, live=live)

    looked = _put(account, live, lambda: send(cleared), goal)
    now = settle(account, lambda now: goal.is_before(now, live), goal.is_met, deadline, looked)
    if kept := goal.kept_secrets(now):
        # Some APIs of this kind keep a secret that a PUT leaves out; an empty one clears it.
        first = now
        try:
            looked = _put(account, now, lambda: send(cleared | kept), goal)
        except Interrupted as error:
            raise WriteInterrupted(f"{error}. {AGAIN}", now) from None
        except ApiError as error:
            left = in_a_line(goal.differences(now))
            raise WriteNotApplied(f"Sendblue kept {left}, and to clear it failed: {error}", now) from None
        now = settle(account, lambda now: goal.is_before(now, live, first), goal.is_met, deadline, looked)
    _verify(goal, now, deadline)
    return goal.look(now)


def _verify(goal: _Goal, now: Configuration, deadline: Deadline) -> None:
    """Find out whether a write has done it all.

    Raises:
        WriteNotApplied: it has not.
        WriteInterrupted: it has not yet, and the run was cancelled.
    """
    remaining = goal.still_to_do(now)
    if not remaining:
        return
    if deadline.cancelled:
        raise WriteInterrupted(f"{INTERRUPTED}, which shows {in_a_line(remaining)} still to do. {AGAIN}", now)
    unexpected = [change for change in goal.differences(now) if change not in remaining]
    own = goal.own
    foreign = [] if own is None else [change for change in remaining if not own.names(change.name, change.entry)]
    raise not_applied(remaining, now, unexpected, foreign)


def put_without(
    account: Account, now: Configuration, own: Managed, deadline: Deadline, *, readable: bool
) -> tuple[Configuration, frozenset[str]]:
    """PUT what is there without what is still ours of it: account secrets, and URLs that no DELETE removed.

    Returns:
        What is there afterwards, and the account secrets that had to stay: a PUT of entries whose secrets do not show
        would write masks, or nothing, over them.

    Raises:
        WriteNotApplied: a URL is still there, and cannot be removed for the same reason; or as of `put`.
        ApiError: it could not be sent.
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
    return put(account, now, before, goal, deadline, own).configuration, frozenset()


def _put(
    account: Account,
    live: Configuration,
    send: Callable[[], None],
    goal: _Goal,
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
        send()
    except (ConnectionFailed, ServiceUnavailable, UnexpectedResponse, Interrupted) as error:
        before = goal.still_to_do(live)
        try:
            now = account.last_look()
        except ApiError:
            raise unsure(error) from None
        left = goal.still_to_do(now)
        if any(change not in left for change in before):
            return now
        if changes(live, now) or not before:  # by somebody else; or of what does not show
            raise unsure(error) from None
        if isinstance(error, Interrupted):
            raise Interrupted(f"{error}, and the account does not show it") from None
        raise
    return None


def refuse_masks(live: Configuration, declared: Configuration) -> None:
    """Refuse to write what the API showed in a secret's place; a program made from such a reading has that.

    Raises:
        MaskDeclared: something of that is declared.
    """
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


def _with_unknown_fields(declared: Configuration, live: Configuration) -> Configuration:
    """Add to what is declared the fields of the live object that this provider does not know."""
    known = {(event, entry.url): entry for event, entry in reversed([*live.entries()]) if entry.extra}
    equal = {(event, entry.key): entry for event, entry in reversed([*live.entries()])}
    taken_over = {id(entry) for _, entry in live.entries()}

    def carried(event: str, entry: Entry) -> Entry:
        if id(entry) in taken_over:
            return entry
        there = equal.get((event, entry.key)) or known.get((event, entry.url))
        return entry._replace(extra=there.extra) if there else entry

    if not known:
        return replace(declared, extra=live.extra)
    events = {event: tuple(carried(event, entry) for entry in entries) for event, entries in declared.events.items()}
    return replace(declared, events=events, extra=live.extra)
