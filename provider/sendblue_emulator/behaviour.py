"""The switches: one for each open question about the real API."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, get_args, get_origin

EVENTS = ("receive", "call_log", "line_blocked", "line_assigned", "outbound", "contact_created")
"""The events that the API's 400 answer lists as accepted, in its order (reference, section 2)."""

MASK = "********"
"""What a masked secret reads as."""


@dataclass(frozen=True, kw_only=True)
class Behaviour:
    """How one account answers if the real API's behaviour is not known for sure.

    Raises:
        ValueError: A value is not one of the field's choices.
    """

    accepted_events: Collection[str] = EVENTS
    """Which events are accepted, and in which order the 400 text lists them: the set lagged the docs at least once, and
    may differ per account (reference, section 3). POST and DELETE answer others with 400, PUT drops them silently."""

    dropped_on_put: Collection[str] = frozenset()
    """Accepted events that PUT nevertheless drops while it answers 200 (section 0, fact 2)."""

    string_only_events: Collection[str] = frozenset({"contact_created"})
    """Events whose entries must be URL strings; an object there is a 400 (sections 2 and 3: so until August 2026)."""

    refused_urls: Collection[str] = frozenset()
    """URLs that the API refuses: POST and PUT of one of them is a 400 that changes nothing."""

    duplicates: Literal["kept", "merged"] = "kept"
    """Whether POST of a URL that the event already has appends another entry, or replaces the live one
    (section 5, "Duplicates on POST" and "POST changes an existing URL's secret?")."""

    secrets: Literal["readable", "masked", "omitted"] = "readable"
    """How answers show secrets: in the clear, as `MASK`, or not at all (section 4). What a client sends is stored as it
    is: one that sends the mask back has overwritten the secret with the mask."""

    absent_secrets: Literal["cleared", "kept"] = "cleared"
    """What PUT does to `globalSecret` and `secret` if they are not in its body (section 5)."""

    empty_secrets: Literal["cleared", "kept"] = "cleared"
    """What PUT and POST do to `globalSecret` and `secret` if they are sent as an empty string: with `kept` here and in
    `absent_secrets`, a secret once set can be changed but never removed (section 5)."""

    unset_secrets: Literal["omitted", "empty", "null"] = "omitted"
    """How answers show a `globalSecret` that is not set (section 2, GET)."""

    absent_delete: Literal[200, 404] = 200
    """The status of a DELETE that names an absent URL; 404 removes nothing (section 5)."""

    delete_removes: Literal["all", "one"] = "all"
    """Whether DELETE of a URL that an event has more than once removes every copy or the first (section 5)."""

    empty_events: Literal["arrays", "omitted"] = "arrays"
    """Whether answers show an event without webhooks as `[]` or leave its key out (section 2, GET)."""

    entry_form: Literal["as_sent", "object", "string"] = "as_sent"
    """How answers show entries: in the form they were sent in, always as objects (except where only strings are
    allowed), or as a string if the entry is only a URL (section 5, "normalisation")."""

    http_urls: Literal["kept", "upgraded", "refused"] = "kept"
    """How an `http://` URL is stored, or that it is a 400: one page says HTTPS only, another that it is upgraded
    (section 5)."""

    url_form: Literal["kept", "normalised", "lower_host", "slash", "no_slash"] = "kept"
    """How PUT and POST store a URL (section 5, "normalisation"): as it was sent, with scheme and host in lower case,
    with `/` for an empty path, or with an empty path for `/`; `normalised` is `lower_host` and `slash` in one. DELETE
    finds a URL in its stored form alone."""

    put_answer: Literal["full", "message"] = "full"
    """Whether the answer to PUT has `webhooks`, as the page says, or the message alone, as observed (section 2)."""

    lag: int = 0
    """How many GETs after a write still show the account as it was before that write (section 5, "Consistency")."""

    def __post_init__(self) -> None:
        for field in fields(self):
            value, choices = getattr(self, field.name), get_args(field.type)
            if get_origin(field.type) is Literal and value not in choices:
                raise ValueError(f"{field.name}: {value!r} is not one of {', '.join(map(repr, choices))}")
        for name, kind in (
            ("accepted_events", tuple),
            ("dropped_on_put", frozenset),
            ("string_only_events", frozenset),
            ("refused_urls", frozenset),
        ):
            value = getattr(self, name)
            if isinstance(value, str) or not all(isinstance(event, str) for event in value):
                raise ValueError(f"{name}: give a list of {'URLs' if name == 'refused_urls' else 'event names'}")
            # A copy, because a caller's set may change later, and a JSON list is as good as a set.
            object.__setattr__(self, name, kind(value))
        if not isinstance(self.lag, int) or isinstance(self.lag, bool) or self.lag < 0:
            raise ValueError(f"lag: {self.lag!r} is not a number of GETs")

    def changed(self, changes: Mapping[str, Any]) -> "Behaviour":
        """This behaviour with some fields changed.

        Raises:
            ValueError: A name is not a field, or a value not one of its choices.
        """
        unknown = sorted(set(changes) - {field.name for field in fields(self)})
        if unknown:
            raise ValueError(f"no such behaviour: {', '.join(unknown)}")
        return replace(self, **changes)

    def as_json(self) -> dict[str, Any]:
        """The fields as JSON values; `changed` takes them back."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {
            name: sorted(value) if isinstance(value, frozenset) else list(value) if isinstance(value, tuple) else value
            for name, value in values.items()
        }
