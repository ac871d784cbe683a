"""The README's tables of properties, made from the models that the provider checks inputs with.

`python tools/property_table.py` writes them into README.md; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from pydantic import BaseModel

from sendblue_provider.inputs import Webhook, WebhookConfiguration, WebhookEndpoint
from sendblue_provider.model import ACCOUNT_SECRETS, EVENT, OTHER_EVENTS, PROPERTY_OF_EVENT
from sendblue_provider.schema import ConfigurationOutputOnly, OutputOnly

README: Final = Path(__file__).parents[1] / "README.md"
BEGIN: Final = "<!-- properties: made by tools/property_table.py -->"
END: Final = "<!-- end of properties -->"

_HEAD: Final = ("| Python | API | type | meaning |", "|---|---|---|---|")
_EVENT_OF_PROPERTY: Final = {name: event for event, name in PROPERTY_OF_EVENT.items()}
_TYPES: Final = {
    "event": "string",
    "url": "string",
    "secret": "secret string",
    "sendblue_numbers": "list of strings",
    "allow_overwrite": "bool",
    "secrets_readable": "bool",
    "managed": "secret map",
}
"""The types of what holds no endpoints."""
_FIELDS_OF_ENTRY: Final = {
    "event": "the event's key",
    "url": "`url`",
    "secret": "`secret`",
    "sendblue_numbers": "`sendblue_numbers`",
}


def tables() -> str:
    """Return the tables as Markdown."""
    webhook = _meanings(Webhook)
    return "\n".join(
        [
            "`WebhookConfiguration`:",
            "",
            *_HEAD,
            *_of_configuration(),
            *_outputs(ConfigurationOutputOnly),
            "",
            "An endpoint is a URL string, or a `WebhookEndpointArgs` or dict with:",
            "",
            *_HEAD,
            *_of_entry(_meanings(WebhookEndpoint)),
            "",
            "`Webhook`, which needs `event` and `url`:",
            "",
            *_HEAD,
            *_of_entry({EVENT: webhook.pop(EVENT), **webhook}),
            *_outputs(OutputOnly),
        ]
    )


def with_tables(readme: str) -> str:
    """Return a README's text with the tables as they should be."""
    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{tables()}\n{END}{after}"


def _of_configuration() -> Iterator[str]:
    for name, field in WebhookConfiguration.model_fields.items():
        alias = str(field.alias)
        yield _row(name, _api_field(alias), _type(name, alias), field.description or "")


def _of_entry(meanings: Mapping[str, str]) -> Iterator[str]:
    for name, meaning in meanings.items():
        yield _row(name, _FIELDS_OF_ENTRY.get(name, ""), _TYPES[name], meaning)


def _outputs(model: type[BaseModel]) -> Iterator[str]:
    for name, meaning in _meanings(model).items():
        yield _row(name, "", _TYPES[name], f"Output only. {meaning}")


def _meanings(model: type[BaseModel]) -> dict[str, str]:
    return {name: field.description or "" for name, field in model.model_fields.items()}


def _row(name: str, api: str, kind: str, meaning: str) -> str:
    return f"| `{name}` | {api} | {kind} | {meaning} |"


def _api_field(alias: str) -> str:
    if alias in _EVENT_OF_PROPERTY:
        return f"`{_EVENT_OF_PROPERTY[alias]}`"
    return f"`{alias}`" if alias in ACCOUNT_SECRETS else "any other key" if alias == OTHER_EVENTS else ""


def _type(name: str, alias: str) -> str:
    if alias == "contactCreated":
        return "list of URL strings"
    if alias in _EVENT_OF_PROPERTY:
        return "list of endpoints"
    if alias in ACCOUNT_SECRETS:
        return "secret string"
    return "map of lists of endpoints" if alias == OTHER_EVENTS else _TYPES[name]


if __name__ == "__main__":
    README.write_text(with_tables(README.read_text()))
