"""What each request does to a webhook configuration: plain values in, new plain values out.

A configuration is the API's `webhooks` object: event names to lists of entries, the account secrets beside them. The
functions never change their argument.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from .behaviour import MASK, Behaviour

if TYPE_CHECKING:
    from collections.abc import Mapping

Webhooks = dict[str, Any]

SECRETS = ("globalSecret", "secret")
"""The account secrets, siblings of the event lists (reference, sections 2 and 4)."""


class RefusedError(Exception):
    """The API's ERROR answer to a request: `status` is its HTTP status, the text its `message`."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def url_of(entry: Any) -> str | None:
    """The URL of an entry in either form; None if it has none."""
    url = entry.get("url") if isinstance(entry, dict) else entry
    return url if isinstance(url, str) else None


def shown(webhooks: Webhooks, behaviour: Behaviour) -> Webhooks:
    """A configuration as answers show it."""
    answer: Webhooks = {}
    for key, value in {**{event: [] for event in behaviour.accepted_events}, **webhooks}.items():
        if key in SECRETS:
            answer.update(_shown_secret(key, value, behaviour))
        elif not isinstance(value, list):
            answer[key] = value
        elif value or behaviour.empty_events == "arrays":
            answer[key] = [_shown_entry(entry, key, behaviour) for entry in value]
    if "globalSecret" not in webhooks and behaviour.unset_secrets != "omitted":
        answer["globalSecret"] = "" if behaviour.unset_secrets == "empty" else None
    return answer


def replaced(webhooks: Webhooks, body: Any, behaviour: Behaviour) -> Webhooks:
    """PUT: everything that is not in the body is removed (reference, section 2).

    Raises:
        RefusedError: 400, the body is not of the documented shape.
    """
    sent = _member(body, "webhooks")
    if not isinstance(sent, dict):
        raise RefusedError(400, "webhooks must be an object")
    result: Webhooks = {}
    for key, value in sent.items():
        if key in SECRETS:
            continue
        if key in behaviour.accepted_events:
            entries = _entries(value, key, behaviour, webhooks.get(key))
            if key not in behaviour.dropped_on_put:
                result[key] = entries
        elif not isinstance(value, list):
            result[key] = value
    for name in SECRETS:
        kept = webhooks.get(name) if behaviour.absent_secrets == "kept" else None
        result.update(_secret(name, sent, webhooks, kept, behaviour))
    return result


def appended(webhooks: Webhooks, body: Any, behaviour: Behaviour) -> Webhooks:
    """POST: entries are added to one event; `globalSecret` is beside them, not among them (reference, section 2).

    Raises:
        RefusedError: 400, the event is not accepted or the body not of the documented shape.
    """
    event = _event(body, behaviour)
    added = _entries(_filled(body), event, behaviour)
    entries = list(webhooks.get(event, []))
    for entry in added:
        urls = [url_of(live) for live in entries]
        if behaviour.duplicates == "merged" and url_of(entry) in urls:
            entries[urls.index(url_of(entry))] = entry
        else:
            entries.append(entry)
    result = {key: value for key, value in webhooks.items() if key != "globalSecret"}
    result[event] = entries
    result.update(_secret("globalSecret", body, webhooks, webhooks.get("globalSecret"), behaviour))
    return result


def deleted(webhooks: Webhooks, body: Any, behaviour: Behaviour) -> Webhooks:
    """DELETE: URLs are removed from one event (reference, sections 2 and 5).

    Raises:
        RefusedError: 400, the event is not accepted or the body not of the documented shape; 404, a URL is absent
            and the behaviour says so.
    """
    event = _event(body, behaviour)
    urls = _filled(body)
    if not all(isinstance(url, str) and url for url in urls):
        raise RefusedError(400, "webhooks must be an array of URL strings")
    entries = list(webhooks.get(event, []))
    live = {url_of(entry) for entry in entries}
    if behaviour.absent_delete == 404 and not live.issuperset(urls):
        raise RefusedError(404, "Webhook not found")
    for url in urls:
        matching = [index for index, entry in enumerate(entries) if url_of(entry) == url]
        for index in reversed(matching if behaviour.delete_removes == "all" else matching[:1]):
            del entries[index]
    return {**webhooks, event: entries}


def _shown_secret(key: str, value: Any, behaviour: Behaviour) -> Webhooks:
    if behaviour.secrets == "omitted":
        return {}
    return {key: MASK if behaviour.secrets == "masked" and value else value}


def _shown_entry(entry: Any, event: str, behaviour: Behaviour) -> Any:
    if isinstance(entry, str):
        as_object = behaviour.entry_form == "object" and event not in behaviour.string_only_events
        return {"url": entry} if as_object else entry
    if not isinstance(entry, dict):
        return entry
    if behaviour.entry_form == "string" and entry.keys() == {"url"}:
        return entry["url"]
    result: Webhooks = {}
    for key, value in entry.items():
        result.update(_shown_secret(key, value, behaviour) if key == "secret" else {key: value})
    return result


def _member(body: Any, name: str) -> Any:
    if not isinstance(body, dict):
        raise RefusedError(400, "The body must be a JSON object")
    return body.get(name)


def _event(body: Any, behaviour: Behaviour) -> str:
    event = _member(body, "type")
    if event is None and "type" not in body:
        return "receive"
    if not isinstance(event, str) or event not in behaviour.accepted_events:
        accepted = ", ".join(behaviour.accepted_events)
        raise RefusedError(400, f"Invalid webhook type. Must be one of: {accepted}")
    return event


def _filled(body: Any) -> list[Any]:
    value = _member(body, "webhooks")
    if not isinstance(value, list) or not value:
        raise RefusedError(400, "webhooks must be a non-empty array")
    return value


def _entries(value: Any, event: str, behaviour: Behaviour, stored: Any = None) -> list[Any]:
    if not isinstance(value, list):
        raise RefusedError(400, f"{event} must be an array")
    # An entry without a URL that the account has all the same, whoever put it there, is taken back as it is.
    odd = [entry for entry in stored if not _is_url(url_of(entry))] if isinstance(stored, list) else []
    return [entry if entry in odd else _entry(entry, event, behaviour) for entry in value]


def _entry(entry: Any, event: str, behaviour: Behaviour) -> Any:
    url = url_of(entry)
    if not url:
        raise RefusedError(400, f"{event}: every webhook needs a url")
    if not _is_url(url):
        raise RefusedError(400, f"{event}: a webhook url must be an absolute http or https URL")
    if url in behaviour.refused_urls:
        raise RefusedError(400, f"{event}: a webhook URL cannot be reached")
    if isinstance(entry, dict):
        _check_object(entry, event, behaviour)
    stored = _stored_url(url, event, behaviour)
    if stored == url:
        return entry
    return {**entry, "url": stored} if isinstance(entry, dict) else stored


def _stored_url(url: str, event: str, behaviour: Behaviour) -> str:
    if url.lower().startswith("http://") and behaviour.http_urls != "kept":
        if behaviour.http_urls == "refused":
            raise RefusedError(400, f"{event}: webhook URLs must use HTTPS")
        url = f"https://{url[len('http://') :]}"
    form = behaviour.url_form
    if form == "kept":
        return url
    scheme, netloc, path, query, fragment = urlsplit(url)
    if form in ("normalised", "lower_host"):
        netloc = netloc.lower()
    else:  # urlsplit has put the scheme in lower case
        scheme = url[: len(scheme)]
    if form in ("normalised", "slash"):
        path = path or "/"
    elif form == "no_slash" and path == "/":
        path = ""
    return urlunsplit((scheme, netloc, path, query, fragment))


def _is_url(url: str | None) -> bool:
    try:
        parts = urlsplit(url or "")
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:  # such as an unclosed bracket
        return False


def _check_object(entry: Mapping[str, Any], event: str, behaviour: Behaviour) -> None:
    if event in behaviour.string_only_events:
        raise RefusedError(400, f"{event} accepts URL strings only")
    if not isinstance(entry.get("secret", ""), str):
        raise RefusedError(400, f"{event}: secret must be a string")
    numbers = entry.get("sendblue_numbers", [])
    if not isinstance(numbers, list) or not all(isinstance(number, str) for number in numbers):
        raise RefusedError(400, f"{event}: sendblue_numbers must be an array of strings")


def _secret(name: str, sent: Webhooks, old: Webhooks, when_absent: Any, behaviour: Behaviour) -> Webhooks:
    """The member that holds an account secret after a write; empty if the secret is not set."""
    value = sent.get(name, when_absent)
    if name in sent:
        if not isinstance(value, str):
            raise RefusedError(400, f"{name} must be a string")
        if not value and behaviour.empty_secrets == "kept":
            value = old.get(name)
    return {name: value} if value else {}
