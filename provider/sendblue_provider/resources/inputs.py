"""The inputs of both resources: a pydantic model of each, and the rules of their values.

The models are the source of the check, of the schema and of the documentation of each property. They are as plain as
the API page: a value that is not known yet is replaced by a valid one before they see it.
Sources: the API page; for objects under `contact_created`, the API's later releases; the provider's design for the
rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import count
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator, Strict, ValidationError
from pydantic.alias_generators import to_camel
from pydantic_core import ErrorDetails, PydanticCustomError

from sendblue_provider.api.records import ACCOUNT_SECRETS
from sendblue_provider.unknown import UNKNOWN

from .failure import Failure
from .names import EVENT, NUMBERS, OTHER_EVENTS, PROPERTY_OF_EVENT, URL, Path, Properties
from .values import (
    event_problem,
    is_no_event,
    kind_of,
    number_problem,
    property_of_word,
    secret_problem,
    url_problem,
)

# Values

SECRET: Final = object()
"""Marks a type whose values are Pulumi secrets, for the schema. pydantic ignores it."""


def _keeps(problem_of: Callable[[Any], str | None]) -> Callable[[Any], Any]:
    """Make a validator of the rule of a value; pydantic reports what breaks it under the type `sendblue`."""

    def validate(value: Any) -> Any:
        if problem := problem_of(value):
            # The problem is an argument, since pydantic expands braces in a template.
            raise PydanticCustomError("sendblue", "{problem}", {"problem": problem})
        return value

    return validate


Url = Annotated[str, Strict(), AfterValidator(_keeps(url_problem))]
Secret = Annotated[str, PlainValidator(_keeps(secret_problem)), SECRET]
Number = Annotated[str, PlainValidator(_keeps(number_problem))]
Flag = Annotated[bool, Strict()]
EventName = Annotated[str, PlainValidator(_keeps(event_problem))]

# Models


class InputModel(BaseModel):
    """The base of the models: properties have the names of the schema, and there are no other ones."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel, hide_input_in_errors=True)

    def __repr_args__(self) -> list[tuple[str | None, Any]]:
        """Show no value: it may be a secret."""
        return []


class WebhookEndpoint(InputModel):
    """A URL that Sendblue calls, with what belongs to it."""

    url: Url = Field(description="The absolute `https://` URL that Sendblue calls.")
    secret: Secret | None = Field(
        default=None, description="Sent back verbatim in the header `sb-signing-secret` of the calls to this URL."
    )
    sendblue_numbers: list[Number] | None = Field(
        default=None,
        description="The account's own numbers, in E.164 form, that this URL is called for; all of them if left out. "
        "The API documents them for `receive` alone.",
    )


# Left to right: pydantic's other mode compares how well each of the two fits.
Endpoint = Annotated[Url | WebhookEndpoint, Field(union_mode="left_to_right")]


class WebhookConfiguration(InputModel):
    """The whole webhook configuration of a Sendblue account: authoritative for the whole account.

    An account has one, and so has a program. A create is refused if it would remove or change anything on the account.
    From then on every preview shows what was changed outside of the stack, and the update that follows undoes it. An
    update is refused if the account is another one than before. Destroy removes what this stack put on the account, and
    leaves the rest.
    """

    receive: list[Endpoint] | None = Field(default=None, description="Called for inbound messages.")
    outbound: list[Endpoint] | None = Field(default=None, description="Called for the status of outbound messages.")
    call_log: list[Endpoint] | None = Field(default=None, description="Called for call logs.")
    line_blocked: list[Endpoint] | None = Field(default=None, description="Called when a line is blocked.")
    line_assigned: list[Endpoint] | None = Field(default=None, description="Called when a line is assigned.")
    contact_created: list[Endpoint] | None = Field(default=None, description="Called when a contact is created.")
    global_secret: Secret | None = Field(
        default=None, description="The account's signing secret, sent back in the header `sb-signing-secret`."
    )
    secret: Secret | None = Field(
        default=None,
        description="The API's legacy secret field; use the global secret instead.",
        deprecated="It is the API's legacy field: use `globalSecret` instead.",
    )
    other_events: dict[str, list[Endpoint]] | None = Field(
        default=None,
        description="Events that have no property of their own (`typing_indicator`, `call_completed`, `inbound_call`, "
        "`contact_profile`, or one that is newer than this provider): event name to its endpoints.",
    )
    allow_overwrite: Flag | None = Field(
        default=None,
        description="Let a create remove and change what is on the account and not declared here, and let an update go "
        "on if the account is another one or the value of a declared event cannot be read. Default false.",
    )


class Webhook(WebhookEndpoint):
    """One URL for one event of a Sendblue account: additive, beside whatever else the account has.

    Several programs and stacks can share an account so, each with entries of its own. A create adopts an equal entry
    of the account. It is refused if the entry has another secret or other numbers, or if the account has another form
    of the same URL. A changed secret or list of numbers is changed in place, with no gap in delivery; the change is
    refused if the API hides a secret that the write would have to repeat. A changed event or URL is a replacement, the
    new entry first. Destroy removes this entry, and nothing else.
    """

    event: EventName = Field(
        description="What it is called for, as the API spells it: `receive`, `outbound`, `call_log`, `line_blocked`, "
        "`line_assigned`, `contact_created`, `typing_indicator`, `call_completed`, `inbound_call`, `contact_profile`, "
        "or an event type newer than this provider."
    )
    allow_overwrite: Flag | None = Field(
        default=None,
        description="Let the create change the secret and the numbers of an entry that is on the account already with "
        "the same event and URL. Default false.",
    )


# Checks


def check_configuration(inputs: Properties) -> list[Failure]:
    """Check the declared values of a `WebhookConfiguration`.

    Returns:
        All failures at once, in the order of the properties; empty if there are none.
    """
    inputs = _known_configuration(inputs)
    misplaced = [*_misplaced_events(inputs)]
    paths = {failure.path for failure in misplaced}
    others = [*_broken_types(WebhookConfiguration, inputs), *_repetitions(inputs)]
    found = [failure for failure in others if failure.path[:2] not in paths]
    return _in_order(WebhookConfiguration, [*misplaced, *found])


def check_webhook(inputs: Properties) -> list[Failure]:
    """Check the declared values of a `Webhook`.

    Returns:
        All failures at once, in the order of the properties; empty if there are none.
    """
    inputs = _known_fields(inputs)
    found = [*_broken_types(Webhook, inputs), *_repeated_numbers((), inputs)]
    return _in_order(Webhook, found)


def _in_order(model: type[InputModel], failures: list[Failure]) -> list[Failure]:
    """Put failures in the order of the properties, and leave out all but the first of each place."""
    order = _names(model)
    first = {failure.path: failure for failure in reversed(failures)}
    kept = [failure for failure in failures if first[failure.path] is failure]
    return sorted(kept, key=lambda failure: order.index(name) if (name := failure.path[0]) in order else len(order))


def _names(model: type[InputModel]) -> tuple[str, ...]:
    return tuple(str(field.alias) for field in model.model_fields.values())


# Values that are not known yet

_serial = count()  # across all checks, since a stand-in must be unique and next() is safe in threads


def _unique_url() -> str:
    return f"https://unknown.invalid/{next(_serial)}"


def _known_configuration(inputs: Properties) -> Properties:
    """Return the inputs of a `WebhookConfiguration` with a valid value in the place of each unknown one.

    Nothing is taken out of a list, so that the paths of failures stay true. No stand-in is equal to another value.
    """
    known: dict[str, Any] = {}
    for name, value in inputs.items():
        if name == OTHER_EVENTS and isinstance(value, dict):
            known[name] = {event: [] if items is UNKNOWN else _known_entries(items) for event, items in value.items()}
        else:
            known[name] = None if value is UNKNOWN else _known_entries(value)
    return known


def _known_entries(items: Any) -> Any:
    return [_known_entry(item) for item in items] if isinstance(items, list) else items


def _known_entry(item: Any) -> Any:
    if isinstance(item, str):
        return item
    if isinstance(item, dict):
        return _known_fields(item)
    return _unique_url() if item is UNKNOWN else item


def _known_fields(entry: Properties) -> Properties:
    known = dict(entry)
    for name, value in entry.items():
        if value is UNKNOWN:
            # Whatever is optional may turn out to be left out.
            known[name] = _unique_url() if name == URL else "unknown" if name == EVENT else None
        elif name == NUMBERS and isinstance(value, list):
            known[name] = [f"+999{next(_serial)}" if number is UNKNOWN else number for number in value]
    return known


# Types and values

_WANTED: Final = {
    "string_type": "a URL",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "a map of event names to lists",
}
"""What belongs in a place, by pydantic's name of the error: of all strings only a URL is left to its own type check."""


def _broken_types(model: type[InputModel], inputs: Properties) -> Iterator[Failure]:
    try:
        model.model_validate(inputs)
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_input=False, include_context=False):
            if place := _place(detail["loc"], inputs):
                yield _failure(model, detail, *place)


def _place(loc: Iterable[str | int], inputs: Properties) -> tuple[Path, Any] | None:
    """Return the path of a failure and the value there, or None if it is about a branch that was not meant."""
    path: list[str | int] = []
    value: Any = inputs
    steps = iter(loc)
    for step in steps:
        path.append(step)
        value = value[step] if isinstance(step, int) else value.get(step)
        # An endpoint is a URL or an object. pydantic fails for both, and names each after the position.
        branch = next(steps, None) if isinstance(step, int) else None
        if branch and (branch == WebhookEndpoint.__name__) is not isinstance(value, dict):
            return None
    return tuple(path), value


def _failure(model: type[InputModel], detail: ErrorDetails, path: Path, value: Any) -> Failure:
    kind = detail["type"]
    if kind == "sendblue":
        return Failure(path, detail["msg"])
    if kind == "extra_forbidden":
        names = _names(model if len(path) == 1 else WebhookEndpoint)
        return Failure(path, "is not a property here; the known ones are", names)
    if kind == "missing":
        needs = "a Webhook needs an event and a URL" if model is Webhook else "an endpoint needs a URL"
        return Failure(path, f"is missing: {needs}")
    return Failure(path, f"must be {_WANTED[kind]}, not {kind_of(value)}")


# Rules of several values


def _misplaced_events(inputs: Properties) -> Iterator[Failure]:
    others = inputs.get(OTHER_EVENTS)
    for event in others if isinstance(others, dict) else ():
        path: Path = (OTHER_EVENTS, event)
        if known := property_of_word(event):
            what = "is not an event" if known in ACCOUNT_SECRETS else "is an event of its own"
            yield Failure(path, f"{what}: declare it as the property", (known,))
        elif is_no_event(event):
            yield Failure(path, "is not the name of an event")


def _repetitions(inputs: Properties) -> Iterator[Failure]:
    others = inputs.get(OTHER_EVENTS)
    lists: dict[Path, Any] = {(name,): inputs.get(name) for name in PROPERTY_OF_EVENT.values()}
    lists.update({(OTHER_EVENTS, event): items for event, items in others.items()} if isinstance(others, dict) else {})
    for path, items in lists.items():
        if not isinstance(items, list):
            continue
        for position, first in _repeated([item.get(URL) if isinstance(item, dict) else item for item in items]):
            step = (URL,) if isinstance(items[position], dict) else ()
            yield Failure((*path, position, *step), f"is the same URL as at position {first}; declare it once")
        for position, item in enumerate(items):
            if isinstance(item, dict) and NUMBERS in item:
                yield from _repeated_numbers((*path, position), item)


def _repeated_numbers(path: Path, entry: Properties) -> Iterator[Failure]:
    numbers = entry.get(NUMBERS)
    for position, first in _repeated(numbers) if isinstance(numbers, list) else ():
        yield Failure((*path, NUMBERS, position), f"is the same number as at position {first}; declare it once")


def _repeated(values: list[Any]) -> Iterator[tuple[int, int]]:
    """Yield (position, first position) of each string that stood in the list before."""
    first: dict[str, int] = {}
    for position, value in enumerate(values):
        if isinstance(value, str) and first.setdefault(value, position) != position:
            yield position, first[value]
