"""What one account holds: a flat tuple of records.

The API's `webhooks` object is a map of lists beside two account secrets. Everything above `wire` works on one flat
tuple: a webhook is a record under its event, an account secret is a record under its own name, without a URL.

Source: the API page (model `WebhookConfiguration`); `sendblue_numbers` and further events: its later releases.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, Final, NamedTuple

EVENTS: Final = ("receive", "outbound", "call_log", "line_blocked", "line_assigned", "contact_created")
"""The six event types of the API page. Any other key of the API's object may be an event type, too."""

LATER_EVENTS: Final = ("typing_indicator", "call_completed", "inbound_call", "contact_profile")
"""The event types that Sendblue has documented since then."""

NUMBERS_EVENT: Final = "receive"
"""The one event for which the API documents `sendblue_numbers`."""

ACCOUNT_SECRETS: Final = ("globalSecret", "secret")
"""The two secrets of the account as a whole; the second one is the API's legacy field."""

FIELDS: Final = ("url", "secret", "sendblue_numbers")
"""The fields of an entry that this provider knows, as the API spells them."""


class Key(NamedTuple):
    """What identifies a record, since the API has no ids: event and URL. An account secret has no URL."""

    event: str
    url: str = ""


class Opaque(NamedTuple):
    """An item or a value of the account that cannot be read. It is somebody else's, and is written back as it is.

    Attributes:
        is_whole: Whether it is all that the API has under the key, and not one item of a list.
        text: Its JSON, by which two of them are compared.
    """

    is_whole: bool
    text: str

    def __repr__(self) -> str:
        return f"Opaque(is_whole={self.is_whole})"


class Record(NamedTuple):
    """One registered webhook, or one account secret, or something that cannot be read.

    Attributes:
        event: The event's name as the API spells it, or the account secret's.
        url: The absolute URL that Sendblue calls; empty for an account secret and for what cannot be read.
        secret: What Sendblue sends back in `sb-signing-secret`; None if there is none.
        numbers: The E.164 numbers that the URL is called for, sorted; empty means all.
        opaque: What cannot be read; None for every other record.
        raw: The API's own form of the record, for its form and for fields that this provider does not know.
    """

    event: str
    url: str = ""
    secret: str | None = None
    numbers: tuple[str, ...] = ()
    opaque: Opaque | None = None
    raw: Any = None

    def __repr__(self) -> str:
        secret = ", secret set" if self.secret is not None else ""
        return f"Record({self.event!r}, {self.url!r}{secret}{', opaque' if self.opaque else ''})"

    @property
    def key(self) -> Key:
        """Event and URL."""
        return Key(self.event, self.url)

    @property
    def value(self) -> tuple[Any, ...]:
        """All that is compared: two records are equal if their values are. The API's own form does not count."""
        return self[:-1]


Records = tuple[Record, ...]
"""All records of an account, or some, in the account's order."""

Keys = frozenset[Key]


# As `Key(*pair)` and, of all six fields, `Record(*fields)`, at half the price: there may be thousands of them.
key_from: Final[Callable[[tuple[str, str]], Key]] = partial(tuple.__new__, Key)
record_from: Final[Callable[[tuple[Any, ...]], Record]] = partial(tuple.__new__, Record)


def keys_of(records: Iterable[Record]) -> Keys:
    """Return the keys of records."""
    return frozenset(map(key_from, [record[:2] for record in records]))


def grouped(
    records: Iterable[Record], key_of: Callable[[Record], Key] = lambda record: record.key
) -> dict[Key, list[Record]]:
    """Group records by their key, or by what `key_of` returns."""
    groups: dict[Key, list[Record]] = {}
    for record in records:
        groups.setdefault(key_of(record), []).append(record)
    return groups


def with_undocumented_numbers(records: Iterable[Record]) -> Records:
    """Return the records that have numbers under another event than the one that the API documents them for."""
    return tuple([record for record in records if record.numbers and record.event != NUMBERS_EVENT])


def is_same(records: Sequence[Record], others: Sequence[Record]) -> bool:
    """Return whether two lists have equal records in the same order."""
    # Field by field and not record by record, at half the price: there may be thousands.
    return records is others or [*zip(*records, strict=True)][:-1] == [*zip(*others, strict=True)][:-1]


def minus(records: Iterable[Record], others: Iterable[Record]) -> list[Record]:
    """Return the records that the others do not have, each as often as it is missing there; order does not count."""
    counts = Counter([other[:-1] for other in others])
    left: list[Record] = []
    for record in records:
        value = record[:-1]
        if counts[value] > 0:
            counts[value] -= 1
        else:
            left.append(record)
    return left
