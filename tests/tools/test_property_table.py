"""The generated tables of docs/properties.md."""

from __future__ import annotations

import pytest
from pydantic import BaseModel

from sendblue_provider.resources.inputs import Webhook, WebhookConfiguration, WebhookEndpoint
from tools.property_table import PAGE, tables, with_tables
from tools.schema.package import ConfigurationOutputOnly, OutputOnly


def test_the_tables_are_current() -> None:
    """The page says what the models say; `python -m tools.property_table` brings it up to date."""
    text = PAGE.read_text(encoding="utf-8")

    assert with_tables(text) == text


@pytest.mark.parametrize(
    ("position", "models"),
    [(0, (WebhookConfiguration, ConfigurationOutputOnly)), (1, (WebhookEndpoint,)), (2, (Webhook, OutputOnly))],
)
def test_every_property_has_a_row_with_a_meaning(position: int, models: tuple[type[BaseModel], ...]) -> None:
    """Each table has a row for each property of what it is about, with a type and the models' description."""
    table = tables().split("|---|---|---|---|\n")[position + 1]
    rows = [row.strip("| ").split(" | ") for row in table.splitlines() if row.startswith("| `")]

    fields = {name: field for model in models for name, field in model.model_fields.items()}
    assert {row[0] for row in rows} == {f"`{name}`" for name in fields}
    for row in rows:
        assert row[2]
        assert row[3].removeprefix("Output only. ") == fields[row[0].strip("`")].description


def test_what_is_required_comes_first() -> None:
    """The table of a webhook begins with what it needs."""
    rows = [row for row in tables().partition("`Webhook`")[2].splitlines() if row.startswith("| `")]

    assert rows[0].startswith("| `event` | the event's key | string |")
    assert rows[1].startswith("| `url` | `url` | string |")
