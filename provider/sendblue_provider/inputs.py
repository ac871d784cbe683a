"""What a program may declare, and the rules its values must keep.

The models are the source of both the check and the documentation of each property. Sources: the API page (types, "URL
strings only"), the provider's design for the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Final

from pydantic import Discriminator, Field, PlainValidator, Tag, ValidationError
from pydantic.alias_generators import to_snake
from pydantic_core import ErrorDetails

from .model import (
    ACCOUNT_SECRETS,
    CONTACT_CREATED,
    EVENT,
    NUMBERS,
    OTHER_EVENTS,
    PROPERTY_OF_EVENT,
    SECRET_PROPERTY,
    UNKNOWN,
    URL,
    Path,
    Properties,
    event_properties,
)
from .values import Failure, Flag, InputModel, Number, Secret, Url, broken, kind_of

_UNKNOWN_TAG: Final = "unknown"


def _tag_of_list(value: Any) -> str:
    return _UNKNOWN_TAG if value is UNKNOWN else "known"


def _tag_of_entry(value: Any) -> str:
    return "endpoint" if isinstance(value, Mapping) else "url"


Unresolved = Annotated[Any, Tag(_UNKNOWN_TAG)]


class WebhookEndpoint(InputModel):
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


class WebhookConfiguration(InputModel):
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


_PROPERTY_OF_WORD: Final = {
    **{word.lower(): prop for event, prop in PROPERTY_OF_EVENT.items() for word in (event, prop)},
    **{word.lower(): name for name in ACCOUNT_SECRETS for word in (name, to_snake(name))},
}
_EVENT_OF_PROPERTY: Final = {prop: event for event, prop in PROPERTY_OF_EVENT.items()}


def _check_event(value: Any) -> Any:
    if value is UNKNOWN:
        return value
    if not isinstance(value, str):
        raise broken(f"must be the name of an event, not {kind_of(value)}")
    if value in PROPERTY_OF_EVENT:
        return value
    known = _PROPERTY_OF_WORD.get(value.strip().lower())
    if known in ACCOUNT_SECRETS:
        raise broken("is not an event but a secret of the account, which only a WebhookConfiguration can declare")
    if known:
        raise broken(f"is an event that the API calls {_EVENT_OF_PROPERTY[known]}: write that")
    if _is_no_event(value):
        raise broken("is not the name of an event")
    return value


def _is_no_event(name: str) -> bool:
    return not name or " " in name or not name.isprintable()


class Webhook(WebhookEndpoint):
    """One URL for one event of a Sendblue account: additive, beside whatever else the account has.

    Several programs and stacks can share an account so, each with entries of its own. What is on the account already
    and equal is taken over; what is there with another secret or other numbers is refused. A changed secret or list of
    numbers is changed in place, with no gap in delivery; a changed event or URL is a replacement, the new one first.
    Destroy removes this entry, and nothing else.
    """

    event: Annotated[str, PlainValidator(_check_event)] = Field(
        description="What it is called for, as the API spells it: `receive`, `outbound`, `call_log`, `line_blocked`, "
        "`line_assigned` or `contact_created`, or an event type newer than this provider."
    )
    allow_overwrite: Flag = Field(
        default=None,
        description="Let the create change the secret and the numbers of an entry that is on the account already with "
        "the same event and URL. Default false.",
    )


def check_configuration(inputs: Properties) -> list[Failure]:
    """Check the declared values of a `WebhookConfiguration`.

    Returns:
        All failures at once, in the order of the properties; empty where there is none.
    """
    misplaced = [*_misplaced_events(inputs)]
    paths = {failure.path for failure in misplaced}
    found = [failure for failure in _validate(WebhookConfiguration, inputs) if failure.path[:2] not in paths]
    return _in_order(WebhookConfiguration, [*misplaced, *found], _repetitions(inputs))


def check_webhook(inputs: Properties) -> list[Failure]:
    """Check the declared values of a `Webhook`.

    Returns:
        All failures at once, in the order of the properties; empty where there is none.
    """
    repeated = _repeated_numbers((), inputs)
    return _in_order(Webhook, _validate(Webhook, inputs), [*_not_for_contacts(inputs), *repeated])


def _validate(model: type[InputModel], inputs: Properties) -> list[Failure]:
    try:
        model.model_validate(inputs)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False, include_context=False)
        return [_failure(detail, inputs, model) for detail in details]
    return []


def _in_order(model: type[InputModel], failures: list[Failure], more: Iterable[Failure]) -> list[Failure]:
    """Put failures in the order of the properties; of those of one place the first ones stand."""
    paths = {failure.path for failure in failures}
    order = _names(model)
    found = [*failures, *(failure for failure in more if failure.path not in paths)]
    return sorted(found, key=lambda failure: order.index(first) if (first := failure.path[0]) in order else len(order))


def _names(model: type[InputModel]) -> tuple[str | int, ...]:
    return tuple(str(field.alias) for field in model.model_fields.values())


def _failure(detail: ErrorDetails, inputs: Properties, model: type[InputModel]) -> Failure:
    path, value = _path_of(detail["loc"], inputs)
    kind = detail["type"]
    if kind == "sendblue":
        reason = detail["msg"]
        if path[0] == PROPERTY_OF_EVENT[CONTACT_CREATED] and isinstance(value, Mapping):
            reason += ": the API takes no secret and no numbers for this event"
        return Failure(path, reason)
    if kind == "extra_forbidden":
        names = _names(model if len(path) == 1 else WebhookEndpoint)
        return Failure(path, "is not a property here; the known ones are", tuple(str(name) for name in names))
    if kind == "missing":
        needs = "an event and a URL" if model is Webhook else "a URL"
        return Failure(path, f"is missing: {'a Webhook' if model is Webhook else 'an endpoint'} needs {needs}")
    wanted = "a list" if kind == "list_type" else "a map of event names to lists"
    return Failure(path, f"must be {wanted}, not {kind_of(value)}")


def _path_of(loc: Iterable[str | int], inputs: Properties) -> tuple[Path, Any]:
    # pydantic's location also names the branch of each union that it took; those are not steps into the value.
    path: list[str | int] = []
    value: Any = inputs
    for step in loc:
        if isinstance(step, int) and isinstance(value, list):
            value = value[step]
        elif isinstance(value, Mapping) and (step in value or step in (URL, EVENT)):
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
        elif _is_no_event(event):
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
            yield from _repeated_numbers((*path, position), item)


def _repeated_numbers(path: Path, endpoint: Any) -> Iterator[Failure]:
    numbers = endpoint.get(NUMBERS) if isinstance(endpoint, Mapping) else None
    for place, first in _repeated(numbers) if isinstance(numbers, list) else ():
        yield Failure((*path, NUMBERS, place), f"is the same number as at position {first}; declare it once")


def _not_for_contacts(inputs: Properties) -> Iterator[Failure]:
    for name in (SECRET_PROPERTY, NUMBERS) if inputs.get(EVENT) == CONTACT_CREATED else ():
        if inputs.get(name) and inputs[name] is not UNKNOWN:
            yield Failure((name,), f"is not for {CONTACT_CREATED}: the API takes a URL alone for this event")


def _repeated(values: list[Any]) -> Iterator[tuple[int, int]]:
    """Yield (position, position of the first) of each string that is there again."""
    first: dict[str, int] = {}
    for position, value in enumerate(values):
        if isinstance(value, str) and first.setdefault(value, position) != position:
            yield position, first[value]
