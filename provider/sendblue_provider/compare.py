"""Two configurations against each other, as a list of changes; and what masked secrets let one see.

Order is never a change, `"u"` equals `{url: "u"}`, absent equals empty, and unknown fields do not count.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, Final, Literal, NamedTuple

from .model import ACCOUNT_SECRETS, Configuration, Declaration, Entry


class Change(NamedTuple):
    """One difference between two configurations.

    Attributes:
        kind: What turns the first configuration into the second.
        name: The event, as the API names it, or the account secret.
        before: The entry in the first configuration; None where added, and for an account secret.
        after: The entry in the second; None where removed, and for an account secret.
    """

    kind: Literal["add", "remove", "change"]
    name: str
    before: Entry | None = None
    after: Entry | None = None

    @property
    def entry(self) -> Entry | None:
        """The entry it is about, the one in the first configuration before that in the second."""
        return self.before or self.after


def changes(before: Configuration, after: Configuration) -> tuple[Change, ...]:
    """List what turns `before` into `after`, event by event, the account secrets last."""
    found: list[Change] = []
    for event in {**before.events, **after.events}:
        found.extend(entry_changes(event, before.events.get(event, ()), after.events.get(event, ())))
    for name in ACCOUNT_SECRETS:
        old, new = before.secrets.get(name), after.secrets.get(name)
        if old != new:
            found.append(Change("add" if old is None else "remove" if new is None else "change", name))
    return tuple(found)


def changes_to_declared(live: Configuration, declared: Declaration) -> tuple[Change, ...]:
    """List what an update would do to the account; what the program does not know yet is left out."""
    found = changes(live, declared.configuration)
    return tuple(change for change in found if declared.knows(change.name)) if declared.unknown else found


def entry_changes(event: str, before: tuple[Entry, ...], after: tuple[Entry, ...]) -> list[Change]:
    """List what turns the one event's entries into others; each change holds the very entries that were passed."""
    if before == after:  # the usual case, at a fraction of the price
        return []
    removed, added = _minus(before, after), _minus(after, before)
    if not removed and not added:
        return []
    found: list[Change] = []
    new_by_url: dict[str, list[Entry]] = {}
    for entry in added:
        new_by_url.setdefault(entry.url, []).append(entry)
    for entry in removed:
        same_url = new_by_url.get(entry.url)
        if same_url:
            found.append(Change("change", event, entry, same_url.pop(0)))
        else:
            found.append(Change("remove", event, entry))
    found.extend(Change("add", event, None, entry) for entries in new_by_url.values() for entry in entries)
    return found


def _minus(entries: Iterable[Entry], others: Iterable[Entry]) -> list[Entry]:
    counts = Counter([entry.key for entry in others])
    left: list[Entry] = []
    for entry in entries:
        key = entry.key
        if counts[key] > 0:
            counts[key] -= 1
        else:
            left.append(entry)
    return left


# Secrets that the API does not show

_MASK: Final = re.compile(
    r"(.)\1{2,}|.*(\*{3}|•{2}|\.{3}|…).*|\W*(redacted|masked|hidden|secret)\W*", re.IGNORECASE | re.DOTALL
)


def looks_masked(secret: str) -> bool:
    """Tell whether a secret that the API shows is a mask and not the value.

    No mask has ever been seen from this API (its reference, section 4), so this knows the customs of others:
    one character repeated, a run of stars or dots within, or a word that says so.
    """
    return _MASK.fullmatch(secret) is not None


def holds_mask(configuration: Configuration) -> bool:
    """Tell whether any secret of the configuration reads masked."""
    return any(looks_masked(secret) for secret in configuration.shown_secrets())


def shows_secrets(live: Configuration) -> bool | None:
    """Tell whether the API shows the secrets of entries; None where there is none to tell by."""
    if holds_mask(live):
        return False
    return True if any(entry.secret is not None for _, entry in live.entries()) else None


class Seen(NamedTuple):
    """What one GET shows, read with what is known of the secrets.

    Attributes:
        configuration: The live configuration, a known secret standing in for each one that the API did not show.
        readable: Whether the API shows the secrets it was given (the output `secretsReadable`).
    """

    configuration: Configuration
    readable: bool


def see(live: Configuration, known: Configuration, *, readable: bool, just_written: bool = False) -> Seen:
    """Read a live configuration in the light of the secrets that are known to be there.

    A masked secret is always replaced by the known one. An absent one is only right after a write, or while secrets
    are known to be unreadable: otherwise its absence is drift, somebody took it away.

    Args:
        live: As the API shows it.
        known: State, or what was just written.
        readable: Whether secrets could be read until now; kept where no secret is there to tell by.
        just_written: Whether `known` was written just before this GET.
    """
    absent_is_hidden = just_written or not readable
    hidden = shown = False

    def value(current: str | None, expected: str | None) -> str | None:
        nonlocal hidden, shown
        if current is not None and (current == expected or not looks_masked(current)):
            # A mask that was read as a secret once proves nothing when it is there again.
            shown = shown or not looks_masked(current)
            return current
        if current is None and (expected is None or not absent_is_hidden):
            return None
        hidden = True
        return current if expected is None else expected

    events = {
        event: _with_secrets(entries, known.events.get(event, ()), value) for event, entries in live.events.items()
    }
    secrets = {name: value(live.secrets.get(name), known.secrets.get(name)) for name in ACCOUNT_SECRETS}
    configuration = replace(live, events=events, secrets={k: v for k, v in secrets.items() if v is not None})
    return Seen(configuration, not hidden and (shown or readable))


def _with_secrets(
    live: tuple[Entry, ...], known: tuple[Entry, ...], value: Callable[[str | None, str | None], str | None]
) -> tuple[Entry, ...]:
    if not any(entry.secret is not None for entry in (*live, *known)):
        return live
    result: list[Entry] = []
    matches = known if live == known else _matches(live, known)
    for entry, match in zip(live, matches, strict=True):
        secret = value(entry.secret, match.secret if match else None)
        result.append(entry if secret == entry.secret else entry._replace(secret=secret))
    return tuple(result)


def _matches(live: tuple[Entry, ...], known: tuple[Entry, ...]) -> Sequence[Entry | None]:
    """Find for each live entry the known one that it is.

    A URL can be there more than once, since the API keeps duplicates: the equal one goes first, then one with the same
    numbers, then any with the same URL.
    """
    matches: list[Entry | None] = [None] * len(live)
    left = list(known)
    for likeness in (lambda e: e.key, lambda e: (e.url, tuple(sorted(e.numbers))), lambda e: e.url):
        candidates: dict[Any, list[Entry]] = {}
        for entry in reversed(left):
            candidates.setdefault(likeness(entry), []).append(entry)
        for place, entry in enumerate(live):
            if matches[place] is None and (same := candidates.get(likeness(entry))):
                matches[place] = same.pop()
        left = [entry for same in candidates.values() for entry in same]
        if not left:
            break
    return matches


def replaces_secret(before: Entry, after: Entry) -> bool:
    """Tell whether a change takes away a secret that can be seen to be there; a mask may hide the declared one."""
    secret = before.secret
    if secret is None or secret == after.secret:
        return False
    return after.secret is None or not looks_masked(secret)
