"""Records and the API's JSON, one from the other.

Source: the API page (model `WebhookConfiguration`, bodies of POST, PUT and DELETE).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from sendblue_provider.errors import SecretHidden

from .hidden import HIDDEN, read_secret
from .live import Live
from .records import ACCOUNT_SECRETS, EVENTS, FIELDS, Opaque, Record

_BLANK: Final = ("[]", "null")


def from_wire(webhooks: Mapping[str, Any]) -> Live:
    """Read the API's `webhooks` object. Nothing in it is an error: what cannot be read becomes an opaque record."""
    records: list[Record] = []
    for name, value in webhooks.items():
        if name in ACCOUNT_SECRETS:
            if isinstance(value, str):
                records += [Record(name, secret=read_secret(value), raw=value)] if value else []
            elif value is not None:
                records.append(_opaque(name, value, is_whole=True))
        elif isinstance(value, list) and value:
            records += [_from_item(name, item) for item in value]
        elif name in EVENTS:
            records += [] if value in ([], None) else [_opaque(name, value, is_whole=True)]
        else:
            # Also what is empty: under a key that this provider does not know, that may mean something.
            records.append(_opaque(name, value, is_whole=True))
    return Live(records)


def is_blank(record: Record) -> bool:
    """Return whether an opaque record stands for nothing: an empty list, or null, under a key that is not known."""
    return record.opaque is not None and record.opaque.is_whole and record.opaque.text in _BLANK


def _from_item(event: str, item: Any) -> Record:
    if isinstance(item, str):
        return Record(event, item, raw=item) if _is_url(event, item) else _opaque(event, item)
    if not isinstance(item, dict) or not _is_url(event, item.get("url")):
        return _opaque(event, item)
    secret, numbers = item.get("secret"), item.get("sendblue_numbers")
    if secret is not None and not isinstance(secret, str):
        return _opaque(event, item)
    if not numbers:
        return Record(event, item["url"], read_secret(secret), raw=item)
    if not isinstance(numbers, list) or not all(isinstance(number, str) for number in numbers):
        return _opaque(event, item)
    return Record(event, item["url"], read_secret(secret), tuple(sorted(numbers)), raw=item)


def _is_url(event: str, url: Any) -> bool:
    # A key that is newer than this provider may be an event type, or a list of something else.
    return isinstance(url, str) and bool(url) and (event in EVENTS or "://" in url)


def _opaque(event: str, value: Any, *, is_whole: bool = False) -> Record:
    return Record(event, opaque=Opaque(is_whole, json.dumps(value, sort_keys=True)), raw=value)


def to_wire(records: Iterable[Record], live: Iterable[Record] = (), cleared: Collection[str] = ()) -> dict[str, Any]:
    """Write the object that PUT takes under `webhooks`.

    Args:
        records: What the account shall hold.
        live: What it holds: an event that it has and `records` has not is sent as an empty list, for an API that keeps
            what a PUT leaves out.
        cleared: Account secrets to send as an empty string, for the same reason.

    Raises:
        SecretHidden: a secret in it does not show, so writing it would overwrite it.
    """
    records = tuple(records)
    if hidden := [record for record in records if record.secret == HIDDEN]:
        raise SecretHidden(hidden)
    webhooks: dict[str, Any] = {record.event: record.raw for record in records if record.opaque and record.opaque[0]}
    lists: dict[str, list[Any]] = {record.event: [] for record in live if record.event not in ACCOUNT_SECRETS}
    for record in records:
        if record.event in ACCOUNT_SECRETS and not record.opaque:
            webhooks[record.event] = record.secret
        elif not record.opaque or not record.opaque.is_whole:
            lists.setdefault(record.event, []).append(to_item(record))
    webhooks.update({event: items for event, items in lists.items() if items or event not in webhooks})
    return {**dict.fromkeys(cleared, ""), **webhooks}


def to_item(record: Record) -> Any:
    """Write one entry: in the API's own form if that says the same, else with the fields that only the API knows."""
    if record.opaque:
        return record.raw
    if record.raw is not None and (_from_item(record.event, record.raw)[:-1] == record[:-1]):
        return record.raw
    extra = {name: value for name, value in record.raw.items() if name not in FIELDS} if _is_object(record.raw) else {}
    fields: dict[str, Any] = {}
    if record.secret is not None:
        fields["secret"] = record.secret
    if record.numbers:
        fields["sendblue_numbers"] = list(record.numbers)
    return {"url": record.url, **extra, **fields} if extra or fields else record.url


def _is_object(raw: Any) -> bool:
    return isinstance(raw, dict)


def secrets_of(records: Iterable[Record]) -> list[str]:
    """List every secret in live records, and any text in fields that this provider does not know."""
    found: list[str] = []
    for record in records:
        if record.secret and record.secret != HIDDEN:
            found.append(record.secret)
        if record.opaque:
            found += _texts(record.raw)
        elif isinstance(record.raw, dict) and len(record.raw) > 1:
            found += _texts({name: value for name, value in record.raw.items() if name not in FIELDS})
    return found


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value] if value else []
    items = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return [text for item in items for text in _texts(item)]
