"""The README's table of properties, made from the models that the provider checks inputs with.

`python tools/property_table.py` writes it into README.md; a test compares the two.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sendblue_provider.inputs import WebhookConfiguration, WebhookEndpoint
from sendblue_provider.model import ACCOUNT_SECRETS, OTHER_EVENTS, PROPERTY_OF_EVENT
from sendblue_provider.schema import OutputOnly

README: Final = Path(__file__).parents[1] / "README.md"
BEGIN: Final = "<!-- properties: made by tools/property_table.py -->"
END: Final = "<!-- end of properties -->"

_OUTPUT_TYPES: Final = {"secrets_readable": "bool", "managed": "secret map"}
_EVENT_OF_PROPERTY: Final = {name: event for event, name in PROPERTY_OF_EVENT.items()}


def table() -> str:
    """Return the table as Markdown."""
    rows = ["| Python | API | type | meaning |", "|---|---|---|---|"]
    for name, field in WebhookConfiguration.model_fields.items():
        rows.append(_row(name, _api_field(str(field.alias)), _type(str(field.alias)), field.description or ""))
    for name, field in OutputOnly.model_fields.items():
        rows.append(_row(name, "", _OUTPUT_TYPES[name], f"Output only. {field.description}"))
    rows += ["", "An endpoint is a URL string, or a `WebhookEndpointArgs` or dict with:", ""]
    rows += ["| Python | API | type | meaning |", "|---|---|---|---|"]
    kinds = {"url": "string", "secret": "secret string", "sendblue_numbers": "list of strings"}
    for name, field in WebhookEndpoint.model_fields.items():
        rows.append(_row(name, f"`{name}`", kinds[name], field.description or ""))
    return "\n".join(rows)


def with_table(readme: str) -> str:
    """Return a README's text with the table as it should be."""
    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


def _row(name: str, api: str, kind: str, meaning: str) -> str:
    return f"| `{name}` | {api} | {kind} | {meaning} |"


def _api_field(alias: str) -> str:
    if alias in _EVENT_OF_PROPERTY:
        return f"`{_EVENT_OF_PROPERTY[alias]}`"
    return f"`{alias}`" if alias in ACCOUNT_SECRETS else "any other key" if alias == OTHER_EVENTS else ""


def _type(alias: str) -> str:
    if alias == "contactCreated":
        return "list of URL strings"
    if alias in _EVENT_OF_PROPERTY:
        return "list of endpoints"
    if alias in ACCOUNT_SECRETS:
        return "secret string"
    return "map of lists of endpoints" if alias == OTHER_EVENTS else "bool"


if __name__ == "__main__":
    README.write_text(with_table(README.read_text()))
