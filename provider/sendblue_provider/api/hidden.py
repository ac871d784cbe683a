"""Secrets that the API does not show. Everything that is known of them is in this file.

No mask has ever been seen from this API (its reference, section 4). Two rules keep secrets safe if one turns up: a mask
is read as `HIDDEN`, and `wire.to_wire` refuses to write `HIDDEN`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from .live import Live, as_live
from .records import ACCOUNT_SECRETS, Keys, Record, Records, grouped

HIDDEN: Final = "\0hidden"
"""Stands for a secret that is set, or may be, and does not show. No real secret holds this control character."""

_MASK: Final = re.compile(r"[*•]{3,}|[\[(<{](redacted|masked|hidden)[\])>}]", re.IGNORECASE)


def is_mask(secret: str) -> bool:
    """Return whether a secret that the API shows is a mask: stars or dots alone, or one bracketed word."""
    return _MASK.fullmatch(secret) is not None


def read_secret(shown: str | None) -> str | None:
    """Read a secret as the API shows it: None if there is none, `HIDDEN` for a mask."""
    if not shown:
        return None
    return HIDDEN if is_mask(shown) else shown


class Revealed(NamedTuple):
    """The account as one GET shows it, completed by what is known of the secrets that do not show.

    Attributes:
        records: The live records; a secret that is known stands in for one that does not show, else it is `HIDDEN`.
        readable: Whether the API shows the own secrets (the output `secretsReadable`).
        omits: Whether a secret that is absent may be set all the same.
    """

    records: Records
    readable: bool
    omits: bool = False


def _shows_secrets(live: Records) -> bool:
    """Return whether the secret of an entry shows, and no secret is a mask: then nothing is hidden."""
    live = as_live(live)
    return bool(live.entry_secrets) and HIDDEN not in live.secrets


def reveal(
    live: Records,
    known: Iterable[Record],
    own: Keys | None,
    *,
    readable: bool = True,
    written: Keys = frozenset(),
    expected: Callable[[], Iterable[Record]] = tuple,
) -> Revealed:
    """Complete a GET by what is known of the secrets that do not show.

    An absent secret is hidden, and not gone, if no entry of the account shows its secret and either secrets did not
    show before or a known one is absent. A known secret stands in for a hidden one; if secrets did show before, only
    for the keys that `written` names. Any other known secret that is absent is gone: that is drift.

    Args:
        live: What the GET shows.
        known: Records whose secret is known: of the state, of old inputs, or just written. They are looked at only if
            a secret may be hidden.
        own: Keys of own records; `readable` is judged by these alone. None means all of `live`.
        readable: Whether secrets did show before.
        written: Keys of what the account was given: their absent secrets are hidden, and not gone.
        expected: Returns the records of all resources of this run; a secret of theirs is on the account, too. It is
            called only if no entry shows a secret.
    """
    if readable and _shows_secrets(live):  # the usual case, at a fraction of the price
        return Revealed(live, readable=True)
    live = as_live(live)
    masked = HIDDEN in live.secrets
    entry_shows = not live.entry_secrets <= {HIDDEN}
    known = list(known)
    own_live = live if own is None else [record for key in own for record in live.by_key.get(key, ())]
    shown = any(record[2] and record[2] != HIDDEN for record in own_live)
    omits = not entry_shows and (
        not readable
        or any(_is_absent(record, live) for record in known)
        or any(_is_absent(record, live) for record in expected() if own is not None and record[:2] not in own)
    )
    if not masked and not omits:
        return Revealed(live, shown or readable)
    stand_in = [record for record in known if not readable or record[:2] in written]
    records = _hide_absent(live, known, stand_in) if omits else live
    records = _stand_in(records, known)
    own_masked = any(record[2] == HIDDEN for record in own_live)
    hides_own = own_masked or (omits and any(_is_absent(record, live) for record in stand_in))
    return Revealed(records, not hides_own and (shown or readable), omits)


def _is_absent(known: Record, live: Live) -> bool:
    """Return whether a known record has a secret, and its live record, or the account, shows none."""
    same = live.by_key.get(known.key, ())
    if not known.secret or any(record.secret and record.secret != HIDDEN for record in same):
        return False
    return known.event in ACCOUNT_SECRETS or any(record.url for record in same)


def _hide_absent(live: Records, known: list[Record], stand_in: list[Record]) -> Records:
    """Replace absent secrets by `HIDDEN`; those of known records by what is known, or leave them absent."""
    known_keys = {record.key for record in known}
    by_key = {record.key: record for record in stand_in}

    def complete(record: Record) -> Record:
        if not record.url or record.secret is not None or record.opaque:
            return record
        if record.key in known_keys:
            secret = by_key[record.key].secret if record.key in by_key else None
            return record if secret is None else record._replace(secret=HIDDEN)
        return record._replace(secret=HIDDEN)

    there = {record.event for record in live if record.event in ACCOUNT_SECRETS}
    account = [
        Record(record.event, secret=record.secret)
        for record in stand_in
        if record.event in ACCOUNT_SECRETS and record.secret and record.event not in there
    ]
    return (*[complete(record) for record in live], *account)


def hide_masks(declared: Records, live: Records) -> Records:
    """Read a declared secret that is a mask as `HIDDEN`, if that is what the API shows: the program names no other."""
    if HIDDEN not in as_live(live).secrets:
        return declared
    hidden = {record.key for record in live if record.secret == HIDDEN}
    return tuple(
        [
            record._replace(secret=HIDDEN)
            if record.key in hidden and record.secret and is_mask(record.secret)
            else record
            for record in declared
        ]
    )


def _stand_in(live: Records, known: list[Record]) -> Records:
    """Put known secrets in the place of `HIDDEN`, of several copies first to the one with the same numbers.

    A mask in the state is no knowledge of the secret.
    """
    left = grouped(record for record in known if record.secret is not None and not is_mask(record.secret))

    def complete(record: Record) -> Record:
        same = left.get(record.key, []) if record.secret == HIDDEN else []
        if not same:
            return record
        found = next((one for one in same if one.numbers == record.numbers), same[0])
        same.remove(found)
        return record._replace(secret=found.secret)

    return tuple([complete(record) for record in live])


def is_hidden(record: Record) -> bool:
    """Return whether the API shows a mask for a record's secret, or did not show it, whatever stands in for it."""
    return record.secret == HIDDEN or is_hidden_by_mask(record)


def is_hidden_by_mask(record: Record) -> bool:
    """Return whether the API shows a mask for a record's secret, whatever stands in for it."""
    shown = record.raw.get("secret") if isinstance(record.raw, dict) else record.raw if not record.url else None
    return isinstance(shown, str) and is_mask(shown)
