"""The rules of one declared value: a URL, a secret, a number, a flag, the name of an event.

Sources: the API page ("HTTPS only"), the provider's design for the rest.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from sendblue_provider.api.records import ACCOUNT_SECRETS
from sendblue_provider.urls import authority_problem

from .names import PROPERTY_OF_EVENT, python_name

# What matches is right, in one step, since there may be thousands. Any other URL or secret may be right, too.
PLAIN_URL: Final = re.compile(
    r"https://[A-Za-z0-9-]*[A-Za-z0-9](?:\.[A-Za-z0-9-]*[A-Za-z0-9])*(?::[1-5]?[0-9]{1,4})?(?:[/?][!-\"$-\[\]-~]*)?"
)
PLAIN_SECRET: Final = re.compile(r"[!-~](?:[ -~]*[!-~])?")
E164: Final = re.compile(r"\+[1-9][0-9]{1,14}")

_KINDS: Final[Mapping[type, str]] = {
    type(None): "null",
    bool: "a boolean",  # before int, since a bool is an int
    int: "a number",
    float: "a number",
    str: "a string",
    list: "a list",
    dict: "an object",
}


def kind_of(value: Any) -> str:
    """Name the kind of a value, with its article."""
    return next((name for kind, name in _KINDS.items() if isinstance(value, kind)), "a value of this type")


def url_problem(url: str) -> str | None:
    """Return what is wrong with a URL; None if it is right."""
    if PLAIN_URL.fullmatch(url):
        return None
    if not url:
        return "is empty; give an absolute https:// URL"
    if any(character.isspace() or not character.isprintable() for character in url):
        return "holds a space, a line end or a control character; remove or percent-encode it"
    if not url.startswith("https://"):
        return "must be an absolute URL that begins with https:// (Sendblue calls nothing else)"
    if "#" in url:
        return "holds a fragment (#...), which is never sent; remove it"
    return authority_problem(url)


def secret_problem(value: Any) -> str | None:
    """Return what is wrong with a secret; None if it is right."""
    if not isinstance(value, str):
        return f"must be a string, not {kind_of(value)}"
    if PLAIN_SECRET.fullmatch(value):
        return None
    if not value:
        return "is empty; leave it out if there is none"
    if value.isascii() and not value.isprintable():
        # Often the line end of the file that the secret was read from.
        return "holds a line end or a control character, which the header it is sent back in cannot; remove it"
    if not value.isascii():
        return "holds a character beyond ASCII, which the header it is sent back in cannot carry; choose another"
    return "begins or ends with a space, which is lost in the header it is sent back in; remove it"


def number_problem(value: Any) -> str | None:
    """Return what is wrong with a phone number; None if it is right."""
    if isinstance(value, str) and E164.fullmatch(value):
        return None
    return "must be a phone number in E.164 form, such as +15551234567"


_EVENT_OF_PROPERTY: Final = {name: event for event, name in PROPERTY_OF_EVENT.items()}
_PROPERTY_OF_WORD: Final = {
    **{word.lower(): name for event, name in PROPERTY_OF_EVENT.items() for word in (event, name)},
    **{word.lower(): name for name in ACCOUNT_SECRETS for word in (name, python_name(name))},
}


def property_of_word(word: str) -> str | None:
    """Return the property that a word means: an event or an account secret, in any spelling and case."""
    return _PROPERTY_OF_WORD.get(word.strip().lower())


def is_no_event(name: str) -> bool:
    """Return whether a name cannot be an event's: it is empty, or has a space or a control character."""
    return not name or " " in name or not name.isprintable()


def event_problem(value: Any) -> str | None:
    """Return what is wrong with the name of an event, as the API spells it; None if it is right."""
    if not isinstance(value, str):
        return f"must be the name of an event, not {kind_of(value)}"
    if value in PROPERTY_OF_EVENT:
        return None
    known = property_of_word(value)
    if known in ACCOUNT_SECRETS:
        return "is not an event but a secret of the account, which only a WebhookConfiguration can declare"
    if known:
        return f"is an event that the API calls {_EVENT_OF_PROPERTY[known]}: write that"
    return "is not the name of an event" if is_no_event(value) else None
