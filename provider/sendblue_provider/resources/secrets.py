"""The marks of Pulumi secrets in properties."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from sendblue_provider.api.records import ACCOUNT_SECRETS
from sendblue_provider.unknown import UNKNOWN

from .names import MANAGED, OTHER_EVENTS, PROPERTY_OF_EVENT, SECRET_PROPERTY, Properties

if TYPE_CHECKING:
    from sendblue_provider.plan.session import Session

    from .request import Request

SECRET_SIGNATURE: Final = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
"""Pulumi's mark for a secret inside property values; the same in every SDK and in the provider protocol."""


def mark_secret(value: Any) -> dict[str, Any]:
    """Wrap a value as a Pulumi secret."""
    return {**SECRET_SIGNATURE, "value": value}


def mark_secrets(properties: Properties, wrap: Callable[[Any], Any] = mark_secret) -> dict[str, Any]:
    """Return the properties with every secret wrapped at its exact place; what is not known yet is left as it is."""

    def wrapped(value: Any) -> Any:
        return value if value is None or value is UNKNOWN else wrap(value)

    def endpoint(item: Any) -> Any:
        if isinstance(item, Mapping) and SECRET_PROPERTY in item:
            return {**item, SECRET_PROPERTY: wrapped(item[SECRET_PROPERTY])}
        return item

    def endpoints(items: Any) -> Any:
        return [endpoint(item) for item in items] if isinstance(items, list) else items

    marked = dict(properties)
    for name in (*ACCOUNT_SECRETS, MANAGED):
        if name in marked:
            marked[name] = wrapped(marked[name])
    for name in PROPERTY_OF_EVENT.values():
        if name in marked:
            marked[name] = endpoints(marked[name])
    if isinstance(marked.get(OTHER_EVENTS), Mapping):
        marked[OTHER_EVENTS] = {event: endpoints(items) for event, items in marked[OTHER_EVENTS].items()}
    return marked


def introduce(session: Session, request: Request) -> Request:
    """Tell an account's session of a request, before anything is asked of the API.

    Every secret in it is hidden, since the first error may quote it; and whether the stack has a state is noted.
    """
    session.claims.has_state |= bool(request.state or request.old_inputs)
    for properties in (request.inputs, request.state, request.old_inputs):
        session.hide(secret_texts(properties or {}))
    return request


def secret_texts(properties: Properties) -> list[str]:
    """List the secrets in inputs or outputs, to be taken out of whatever is quoted."""
    found: list[str] = []

    def collect(value: Any) -> Any:
        if isinstance(value, str):
            found.append(value)
        return value

    mark_secrets({name: value for name, value in properties.items() if name != MANAGED}, collect)
    return found
