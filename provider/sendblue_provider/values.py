"""What one declared value may be: a URL, a secret, a number, a flag; and a rule that one breaks.

A value that is not known yet (`UNKNOWN`) is accepted anywhere and checked once it is known. Sources: the API page
("HTTPS only"), the provider's design for the rest.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Final, NamedTuple

from pydantic import AliasGenerator, BaseModel, ConfigDict, PlainValidator
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from .model import UNKNOWN, Path
from .urls import authority_problem


class Failure(NamedTuple):
    """One rule that an input breaks.

    Attributes:
        path: The value's place; empty for what concerns the resource as a whole.
        reason: What is wrong and what to do; it never quotes a secret.
        names: Property names that the reason goes on to list. Apart from it, since each front end spells them its way.
    """

    path: Path
    reason: str
    names: tuple[str, ...] = ()


# The usual URL in one step: this runs for each of what may be thousands. Whatever it does not match is looked at again,
# slowly, to find out whether and why it is wrong.
_PLAIN_URL = re.compile(
    r"https://[A-Za-z0-9-]*[A-Za-z0-9](?:\.[A-Za-z0-9-]*[A-Za-z0-9])*(?::[1-5]?[0-9]{1,4})?(?:[/?][!-\"$-\[\]-~]*)?"
)
_E164 = re.compile(r"\+[1-9][0-9]{1,14}")


def broken(reason: str) -> PydanticCustomError:
    """Make the error of a rule that a value breaks."""
    # The reason is passed as an argument, since pydantic would expand braces in a template.
    return PydanticCustomError("sendblue", "{reason}", {"reason": reason})


def _check_url(value: Any) -> Any:
    if isinstance(value, str):
        if _PLAIN_URL.fullmatch(value):
            return value
        if reason := _url_problem(value):
            raise broken(reason)
        return value
    if value is UNKNOWN:
        return value
    raise broken(f"must be a URL, not {kind_of(value)}")


def _url_problem(url: str) -> str | None:
    if not url:
        return "is empty; give an absolute https:// URL"
    if any(character.isspace() or not character.isprintable() for character in url):
        return "holds a space, a line end or a control character; remove or percent-encode it"
    if not url.startswith("https://"):
        return "must be an absolute URL that begins with https:// (Sendblue calls nothing else)"
    if "#" in url:
        return "holds a fragment (#...), which is never sent; remove it"
    return authority_problem(url)


def _check_secret(value: Any) -> Any:
    if value is None or value is UNKNOWN:
        return value
    if not isinstance(value, str):
        raise broken(f"must be a string, not {kind_of(value)}")
    if not value:
        raise broken("is empty; leave it out if there is none")
    if not value.isprintable():
        # Often the line end of the file that it was read from.
        raise broken("holds a line end or a control character, which the header it is sent back in cannot; remove it")
    return value


def _check_number(value: Any) -> Any:
    if value is UNKNOWN or (isinstance(value, str) and _E164.fullmatch(value)):
        return value
    raise broken("must be a phone number in E.164 form, such as +15551234567")


def _check_flag(value: Any) -> Any:
    if value is None or value is UNKNOWN or isinstance(value, bool):
        return value
    raise broken(f"must be true or false, not {kind_of(value)}")


_KINDS: Final[Mapping[type, str]] = {
    type(None): "null",
    bool: "a boolean",  # before int, which it is one of
    int: "a number",
    float: "a number",
    str: "a string",
    list: "a list",
    dict: "an object",
}


def kind_of(value: Any) -> str:
    """Say what a value is, with its article."""
    return next((name for kind, name in _KINDS.items() if isinstance(value, kind)), "a value of this type")


SECRET: Final = object()
"""Marks a type whose values are Pulumi secrets, for the schema; pydantic passes over it."""

Url = Annotated[str, PlainValidator(_check_url)]
Secret = Annotated[str | None, PlainValidator(_check_secret), SECRET]
Number = Annotated[str, PlainValidator(_check_number)]
Flag = Annotated[bool | None, PlainValidator(_check_flag)]


class InputModel(BaseModel):
    """The base of what a program declares: properties by the names of the schema, and no other ones."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        alias_generator=AliasGenerator(alias=to_camel),
        hide_input_in_errors=True,
        arbitrary_types_allowed=True,
    )
