"""The README's generated table."""

from __future__ import annotations

from sendblue_provider.inputs import WebhookConfiguration, WebhookEndpoint
from tools.property_table import README, table, with_table


def test_the_table_is_current() -> None:
    """The README says what the models say; `python tools/property_table.py` brings it up to date."""
    text = README.read_text()

    assert with_table(text) == text


def test_every_property_has_a_row_with_a_meaning() -> None:
    """No property is left out of the table or without a description."""
    rows = [row.split(" | ") for row in table().splitlines() if row.startswith("| `")]

    for model in (WebhookConfiguration, WebhookEndpoint):
        for name in model.model_fields:
            assert any(row[0] == f"| `{name}`" and len(row[-1]) > 10 for row in rows), name
