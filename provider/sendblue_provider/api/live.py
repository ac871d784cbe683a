"""The account as one GET shows it, and what the resources of a run ask of it: worked out once for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from sendblue_provider.urls import normal_form

from .records import Key, Record, Records, grouped


class Live(tuple[Record, ...]):
    """The account as one GET shows it. What each resource of a run asks of it is worked out once."""

    @cached_property
    def by_key(self) -> Mapping[Key, Records]:
        """Its records by event and URL."""
        return {key: tuple(records) for key, records in grouped(self).items()}

    @cached_property
    def by_form(self) -> Mapping[Key, Records]:
        """Its entries by event and the normal form of the URL."""
        entries = [record for record in self if record.url]
        return {form: tuple(same) for form, same in grouped(entries, lambda entry: form_of(entry.key)).items()}

    def with_added(self, record: Record) -> Live:
        """Return the account with one more record. What was worked out of it goes along."""
        more = Live((*self, record))
        more.by_key = {**self.by_key, record.key: (*with_key(self, record.key), record)}
        if record.url:
            form = form_of(record.key)
            more.by_form = {**self.by_form, form: (*self.by_form.get(form, ()), record)}
        return more

    @cached_property
    def events(self) -> frozenset[str]:
        """The events that it has entries of."""
        return frozenset([record.event for record in self if record.url])

    @cached_property
    def opaque(self) -> Records:
        """What cannot be read."""
        return tuple([record for record in self if record.opaque])

    @cached_property
    def secrets(self) -> frozenset[str]:
        """Its secrets, those of the account among them."""
        return frozenset([record[2] for record in self if record[2]])

    @cached_property
    def entry_secrets(self) -> frozenset[str]:
        """The secrets of its entries."""
        return frozenset([record[2] for record in self if record[2] and record[1]])


def as_live(records: Records) -> Live:
    """Return records as a `Live`: themselves if they are one."""
    return records if isinstance(records, Live) else Live(records)


def form_of(key: Key) -> Key:
    """Return a key whose URL is in its normal form."""
    return Key(key.event, normal_form(key.url))


def with_key(records: Records, key: Key) -> Records:
    """Return the records that have this key."""
    if isinstance(records, Live):
        return records.by_key.get(key, ())
    return tuple([record for record in records if record[:2] == key])
