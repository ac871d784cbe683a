"""The copies of one entry on an account, and which of them is a stack's own.

The API has no id for an entry: it is known by its event and URL. Where a URL is registered more than once under an
event (the API appends), a stack's own copy is the one that is as the state has it.
"""

from __future__ import annotations

from typing import NamedTuple

from .account import Account
from .compare import Change, changes, holds_mask, see
from .model import EVENT, SECRETS_READABLE, Configuration, Entry, Properties, entry_of
from .report import shown, shown_url


class Known(NamedTuple):
    """What is known of the entry from before: the state, or the old inputs of this process's checks.

    Attributes:
        event: Its event.
        entry: The entry.
        readable: Whether its secret could be seen.
    """

    event: str
    entry: Entry
    readable: bool = True

    @classmethod
    def of(cls, outputs: Properties) -> Known:
        """Read the state."""
        return cls(outputs[EVENT], entry_of(outputs), outputs.get(SECRETS_READABLE) is not False)


class Found(NamedTuple):
    """What the account has of one event and URL.

    Attributes:
        live: All copies, as the API shows them.
        seen: The same, known secrets standing in for those that do not show.
        place: Which of them is this stack's own; None where there is none, or where it cannot be told.
        readable: Whether the secret can be seen.
    """

    live: tuple[Entry, ...]
    seen: tuple[Entry, ...]
    place: int | None
    readable: bool

    @property
    def own(self) -> Entry | None:
        """This stack's own copy, or else the first: what there is to compare with."""
        return self.seen[self.place or 0] if self.seen else None


def find(
    account: Account, live: Configuration, known: Known, declared: Entry | None, *, just_written: bool = False
) -> Found:
    """Find the copies of an entry, and which of them is this stack's own.

    It is the one that is as the state has it; or, after a write that the state does not know of, as it is declared; or
    any, where all are equal, as where there is one.
    """
    copies = tuple(e for e in live.events.get(known.event, ()) if e.url == known.entry.url)
    seen = see(
        Configuration({known.event: copies} if copies else {}),
        Configuration({known.event: (known.entry,)}),
        readable=known.readable,
        just_written=just_written,
    )
    entries = seen.configuration.events.get(known.event, ())
    keys = [entry.key for entry in entries]
    wanted = [known.entry.key, *([] if declared is None else [declared.key])]
    place = next((keys.index(key) for key in wanted if key in keys), 0 if len(set(keys)) == 1 else None)
    if not seen.readable:
        account.hides_secrets = True
    return Found(copies, entries, place, seen.readable)


def is_hidden(account: Account, live: Configuration, found: Found) -> bool:
    """Tell whether a write of the whole account would overwrite secrets that do not show."""
    return holds_mask(live) or not found.readable or account.hides_secrets


def all_of(event: str, entries: tuple[Entry, ...]) -> tuple[Change, ...]:
    """Name entries of an event, for a message."""
    return changes(Configuration(), Configuration({event: entries}))


def counted(event: str, entry: Entry, count: int) -> str:
    """Say how often an entry is there."""
    return f"{shown(event)} {shown_url(entry.url)} is registered {count} times on the account"
