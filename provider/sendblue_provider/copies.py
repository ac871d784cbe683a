"""The copies of one entry on an account, and which of them is a stack's own.

The API has no id for an entry: it is known by its event and URL. Where a URL is registered more than once under an
event (the API appends), a stack's own copy is the one that is as the state has it.
"""

from __future__ import annotations

from typing import NamedTuple

from .account import Account
from .compare import Change, see, shows_secrets
from .model import EVENT, SECRETS_READABLE, Configuration, Entry, Properties, entry_of
from .report import shown, shown_url


class Known(NamedTuple):
    """What is known of the entry from before: the state, or the old inputs of this process's checks.

    Attributes:
        event: Its event.
        entry: The entry.
        readable: Whether its secret could be seen.
        is_written: Whether this stack put it there; else it is only what is looked for.
    """

    event: str
    entry: Entry
    readable: bool = True
    is_written: bool = True

    @classmethod
    def of(cls, outputs: Properties) -> Known:
        """Read the state."""
        return cls(outputs[EVENT], entry_of(outputs), outputs.get(SECRETS_READABLE) is not False)


class Found(NamedTuple):
    """What the account has of one event and URL.

    Attributes:
        known: What was known of it before.
        live: All copies, as the API shows them.
        seen: The same, known secrets standing in for those that do not show.
        place: Which of them is this stack's own; None where there is none, or where it cannot be told.
        readable: Whether the secret can be seen.
        hidden: Whether a write of the whole account would overwrite secrets that do not show, its own or others'.
    """

    known: Known
    live: tuple[Entry, ...]
    seen: tuple[Entry, ...]
    place: int | None
    readable: bool
    hidden: bool

    @property
    def all(self) -> tuple[Change, ...]:
        """All copies, for a message."""
        return tuple(Change("add", self.known.event, None, entry) for entry in self.live)

    @property
    def own(self) -> Entry | None:
        """This stack's own copy, if there is one and it can be told."""
        return None if self.place is None else self.seen[self.place]

    def own_as_shown(self) -> Entry:
        """Return this stack's own copy as the API shows it.

        Raises:
            LookupError: there is none, or it cannot be told.
        """
        if self.place is None:
            raise LookupError
        return self.live[self.place]

    @property
    def is_unclear(self) -> bool:
        """Whether it cannot be told which copy is this stack's own."""
        return self.place is None and bool(self.live)


def find(
    account: Account, live: Configuration, known: Known, declared: Entry | None, *, just_written: bool = False
) -> Found:
    """Find the copies of an entry, and which of them is this stack's own; note on the account if secrets do not show.

    It is the one that is as the state has it; or, after a write that the state does not know of, as it is declared; or
    any, where all are equal, as where there is one.

    Args:
        account: The account.
        live: What the API shows.
        known: The entry as it is known to be.
        declared: The entry as it is declared, where that may have been written since.
        just_written: Whether the known entry was written just before.
    """
    shows = shows_secrets(live)
    copies = tuple(e for e in live.events.get(known.event, ()) if e.url == known.entry.url)
    seen = see(
        Configuration({known.event: copies} if copies else {}),
        Configuration({known.event: (known.entry,)}),
        readable=known.readable or bool(shows),
        just_written=just_written and not shows,
    )
    entries = seen.configuration.events.get(known.event, ())
    keys = [entry.key for entry in entries]
    wanted = [known.entry.key, *([] if declared is None else [declared.key])]
    place = next((keys.index(key) for key in wanted if key in keys), 0 if len(set(keys)) == 1 else None)
    # Where nothing shows a secret, one of ours that is not there was taken away, or secrets show no more.
    is_gone = shows is None and known.is_written and known.entry.secret is not None and bool(copies)
    if not seen.readable or is_gone:
        account.hides_secrets = True
    hidden = shows is False or (shows is None and account.hides_secrets)
    return Found(known, copies, entries, place, seen.readable, hidden)


def counted(event: str, url: str, count: int) -> str:
    """Say how often an entry is there."""
    return f"{shown(event)} {shown_url(url)} is registered {count} times on the account"
