"""What a program may declare, and the rules its values must keep.

The models are the source of both the check and the documentation of each property. A value that is not known yet
(`UNKNOWN`) is accepted anywhere and checked once it is known. Sources: the API page (types, "HTTPS only", "URL strings
only"), the provider's design for the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Final, NamedTuple

from pydantic import AliasGenerator, BaseModel, ConfigDict, Discriminator, Field, PlainValidator, Tag, ValidationError
from pydantic.alias_generators import to_camel, to_snake
from pydantic_core import ErrorDetails, PydanticCustomError

from .model import ACCOUNT_SECRETS, OTHER_EVENTS, PROPERTY_OF_EVENT, UNKNOWN, Path, Properties, event_properties
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


def _broken(reason: str) -> PydanticCustomError:
    # The reason is passed as an argument, since pydantic would expand braces in a template.
    return PydanticCustomError("sendblue", "{reason}", {"reason": reason})


def _check_url(value: Any) -> Any:
    if isinstance(value, str):
        if _PLAIN_URL.fullmatch(value):
            return value
        if reason := _url_problem(value):
            raise _broken(reason)
        return value
    if value is UNKNOWN:
        return value
    raise _broken(f"must be a URL, not {_kind(value)}")


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
        raise _broken(f"must be a string, not {_kind(value)}")
    if not value:
        raise _broken("is empty; leave it out if there is none")
    if not value.isprintable():
        # Often the line end of the file that it was read from.
        raise _broken("holds a line end or a control character, which the header it is sent back in cannot; remove it")
    return value


def _check_number(value: Any) -> Any:
    if value is UNKNOWN or (isinstance(value, str) and _E164.fullmatch(value)):
        return value
    raise _broken("must be a phone number in E.164 form, such as +15551234567")


def _check_flag(value: Any) -> Any:
    if value is None or value is UNKNOWN or isinstance(value, bool):
        return value
    raise _broken(f"must be true or false, not {_kind(value)}")


_KINDS: Final[Mapping[type, str]] = {
    type(None): "null",
    bool: "a boolean",  # before int, which it is one of
    int: "a number",
    float: "a number",
    str: "a string",
    list: "a list",
    dict: "an object",
}


def _kind(value: Any) -> str:
    return next((name for kind, name in _KINDS.items() if isinstance(value, kind)), "a value of this type")


SECRET: Final = object()
"""Marks a type whose values are Pulumi secrets, for the schema; pydantic passes over it."""

Url = Annotated[str, PlainValidator(_check_url)]
Secret = Annotated[str | None, PlainValidator(_check_secret), SECRET]
Number = Annotated[str, PlainValidator(_check_number)]
Flag = Annotated[bool | None, PlainValidator(_check_flag)]


class _Declared(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        alias_generator=AliasGenerator(alias=to_camel),
        hide_input_in_errors=True,
        arbitrary_types_allowed=True,
    )


_UNKNOWN_TAG: Final = "unknown"


def _tag_of_list(value: Any) -> str:
    return _UNKNOWN_TAG if value is UNKNOWN else "known"


def _tag_of_entry(value: Any) -> str:
    return "endpoint" if isinstance(value, Mapping) else "url"


Unresolved = Annotated[Any, Tag(_UNKNOWN_TAG)]


class WebhookEndpoint(_Declared):
    """A URL that Sendblue calls, with what belongs to it."""

    url: Url = Field(description="The absolute `https://` URL that Sendblue calls.")
    secret: Secret = Field(
        default=None, description="Sent back verbatim in the header `sb-signing-secret` of the calls to this URL."
    )
    sendblue_numbers: (
        Annotated[Unresolved | Annotated[list[Number], Tag("known")], Discriminator(_tag_of_list)] | None
    ) = Field(
        default=None,
        description="The account's own numbers, in E.164 form, that this URL is called for; all of them if left out.",
    )


Entry = Annotated[
    Annotated[Url, Tag("url")] | Annotated[WebhookEndpoint, Tag("endpoint")], Discriminator(_tag_of_entry)
]
Entries = Annotated[Unresolved | Annotated[list[Entry], Tag("known")], Discriminator(_tag_of_list)]
UrlList = Annotated[Unresolved | Annotated[list[Url], Tag("known")], Discriminator(_tag_of_list)]


class WebhookConfiguration(_Declared):
    """The whole webhook configuration of a Sendblue account: authoritative for the whole account.

    There is one an account, so one a program. A create is refused while the account holds anything that the program
    does not declare. From then on every preview shows what was changed outside of the stack, and the update that
    follows undoes it. Destroy removes what this stack put there, and leaves the rest.
    """

    receive: Entries | None = Field(default=None, description="Called for inbound messages.")
    outbound: Entries | None = Field(default=None, description="Called for the status of outbound messages.")
    call_log: Entries | None = Field(default=None, description="Called for call logs.")
    line_blocked: Entries | None = Field(default=None, description="Called when a line is blocked.")
    line_assigned: Entries | None = Field(default=None, description="Called when a line is assigned.")
    contact_created: UrlList | None = Field(
        default=None, description="Called when a contact is created. URLs only: the API takes no secret here."
    )
    global_secret: Secret = Field(
        default=None, description="The account's signing secret, sent back in the header `sb-signing-secret`."
    )
    secret: Secret = Field(
        default=None,
        description="The API's legacy secret field; use the global secret instead.",
        deprecated="It is the API's legacy field: use `globalSecret` instead.",
    )
    other_events: (
        Annotated[Unresolved | Annotated[dict[str, Entries], Tag("known")], Discriminator(_tag_of_list)] | None
    ) = Field(
        default=None,
        description="Event types newer than this provider, such as `typing_indicator`: event name to its endpoints.",
    )
    allow_overwrite: Flag = Field(
        default=None,
        description="Let the create remove and change what is on the account and not declared here. Default false.",
    )


_PROPERTY_ORDER: Final = [str(field.alias) for field in WebhookConfiguration.model_fields.values()]
_PROPERTY_OF_WORD: Final = {
    **{word.lower(): prop for event, prop in PROPERTY_OF_EVENT.items() for word in (event, prop)},
    **{word.lower(): name for name in ACCOUNT_SECRETS for word in (name, to_snake(name))},
}


def check_inputs(inputs: Properties) -> list[Failure]:
    """Check declared values.

    Returns:
        All failures at once, in the order of the properties; empty where there is none.
    """
    failures = [*_misplaced_events(inputs)]
    misplaced = {failure.path for failure in failures}
    try:
        WebhookConfiguration.model_validate(inputs)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False, include_context=False)
        found = [_failure(detail, inputs) for detail in details]
        failures.extend(failure for failure in found if failure.path[:2] not in misplaced)
    broken = {failure.path for failure in failures}
    failures.extend(failure for failure in _repetitions(inputs) if failure.path not in broken)
    return sorted(failures, key=lambda failure: _place(failure.path))


def _place(path: Path) -> int:
    return _PROPERTY_ORDER.index(str(path[0])) if path[0] in _PROPERTY_ORDER else len(_PROPERTY_ORDER)


def _failure(detail: ErrorDetails, inputs: Properties) -> Failure:
    path, value = _path_of(detail["loc"], inputs)
    kind = detail["type"]
    if kind == "sendblue":
        reason = detail["msg"]
        if path[0] == PROPERTY_OF_EVENT["contact_created"] and isinstance(value, Mapping):
            reason += ": the API takes no secret and no numbers for this event"
        return Failure(path, reason)
    if kind == "extra_forbidden":
        model = WebhookConfiguration if len(path) == 1 else WebhookEndpoint
        names = tuple(str(field.alias) for field in model.model_fields.values())
        return Failure(path, "is not a property here; the known ones are", names)
    if kind == "missing":
        return Failure(path, "is missing: an endpoint needs a URL")
    wanted = "a list" if kind == "list_type" else "a map of event names to lists"
    return Failure(path, f"must be {wanted}, not {_kind(value)}")


def _path_of(loc: Iterable[str | int], inputs: Properties) -> tuple[Path, Any]:
    # pydantic's location also names the branch of each union that it took; those are not steps into the value.
    path: list[str | int] = []
    value: Any = inputs
    for step in loc:
        if isinstance(step, int) and isinstance(value, list):
            value = value[step]
        elif isinstance(value, Mapping) and (step in value or step == "url"):
            value = value.get(step)
        else:
            continue
        path.append(step)
    return tuple(path), value


def _misplaced_events(inputs: Properties) -> Iterator[Failure]:
    others = inputs.get(OTHER_EVENTS)
    if not isinstance(others, Mapping):
        return
    for event in others:
        path: Path = (OTHER_EVENTS, event)
        if known := _PROPERTY_OF_WORD.get(event.strip().lower()):
            what = "is not an event" if known in ACCOUNT_SECRETS else "is an event of its own"
            yield Failure(path, f"{what}: declare it as the property", (known,))
        elif not event or " " in event or not event.isprintable():
            yield Failure(path, "is not the name of an event")


def _repetitions(inputs: Properties) -> Iterator[Failure]:
    for event, items in event_properties(inputs):
        if not isinstance(items, list):
            continue
        path: Path = (PROPERTY_OF_EVENT[event],) if event in PROPERTY_OF_EVENT else (OTHER_EVENTS, event)
        urls = [item.get("url") if isinstance(item, dict) else item for item in items]
        for position, first in _repeated(urls):
            step = ("url",) if isinstance(items[position], dict) else ()
            yield Failure((*path, position, *step), f"is the same URL as at position {first}; declare it once")
        for position, item in enumerate(items):
            numbers = item.get("sendblueNumbers") if isinstance(item, dict) else None
            if not isinstance(numbers, list):
                continue
            for place, first in _repeated(numbers):
                place_path = (*path, position, "sendblueNumbers", place)
                yield Failure(place_path, f"is the same number as at position {first}; declare it once")


def _repeated(values: list[Any]) -> Iterator[tuple[int, int]]:
    """Yield (position, position of the first) of each string that is there again."""
    first: dict[str, int] = {}
    for position, value in enumerate(values):
        if isinstance(value, str) and first.setdefault(value, position) != position:
            yield position, first[value]
