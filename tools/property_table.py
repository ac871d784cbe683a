"""The tables in docs/properties.md, made from the package schema, which is made from the provider's models.

`python -m tools.property_table` writes them into that page; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from pydantic.alias_generators import to_snake

from sendblue_provider.api.records import ACCOUNT_SECRETS, FIELDS
from sendblue_provider.resources.names import CONFIGURATION_TYPE, EVENT, OTHER_EVENTS, PROPERTY_OF_EVENT, WEBHOOK_TYPE

from .schema.package import Json, package_schema

PAGE: Final = Path(__file__).parents[1] / "docs" / "properties.md"
BEGIN: Final = "<!-- properties: made by tools/property_table.py -->"
END: Final = "<!-- end of properties -->"

_HEAD: Final = ("| Python | API | type | meaning |", "|---|---|---|---|")
_FIELD_OF_ACCOUNT: Final = {
    **{name: f"`{event}`" for event, name in PROPERTY_OF_EVENT.items()},
    **{name: f"`{name}`" for name in ACCOUNT_SECRETS},
    OTHER_EVENTS: "any other key",
}


def tables() -> str:
    """Return the tables as Markdown."""
    schema = package_schema()
    configuration, webhook = (schema["resources"][token] for token in (CONFIGURATION_TYPE, WEBHOOK_TYPE))
    endpoint = schema["types"]["sendblue:index:WebhookEndpoint"]["properties"]
    return "\n".join(
        [
            "`WebhookConfiguration`:",
            "",
            *_HEAD,
            *_rows(configuration["properties"], configuration["inputProperties"], _field_of_account),
            "",
            "An endpoint is a URL string, or a `WebhookEndpointArgs` or dict with:",
            "",
            *_HEAD,
            *_rows(endpoint, endpoint, _field_of_entry),
            "",
            "`Webhook`, which needs `event` and `url`:",
            "",
            *_HEAD,
            *_rows(webhook["properties"], webhook["inputProperties"], _field_of_entry),
        ]
    )


def with_tables(page: str) -> str:
    """Return the page's text with the tables as they should be."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{tables()}\n{END}{after}"


def _rows(properties: Json, inputs: Json, field: Callable[[str], str]) -> Iterator[str]:
    for name in sorted(properties, key=lambda name: name != EVENT):  # the event first, as a program writes it
        spec = properties[name]
        meaning = spec["description"] if name in inputs else f"Output only. {spec['description']}"
        yield f"| `{to_snake(name)}` | {field(name)} | {_type(spec)} | {meaning} |"


def _field_of_account(name: str) -> str:
    return _FIELD_OF_ACCOUNT.get(name, "")


def _field_of_entry(name: str) -> str:
    return "the event's key" if name == EVENT else f"`{to_snake(name)}`" if to_snake(name) in FIELDS else ""


def _type(spec: Json) -> str:
    return f"secret {_kind(spec)}" if spec.get("secret") else _kind(spec)


def _kind(spec: Json) -> str:
    if "$ref" in spec:
        return "map"
    if spec["type"] == "array":
        return "list of endpoints" if "oneOf" in spec["items"] else f"list of {_kind(spec['items'])}s"
    if spec["type"] == "object":
        return f"map of {_kind(spec['additionalProperties']).replace('list', 'lists')}"
    return "bool" if spec["type"] == "boolean" else str(spec["type"])


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
