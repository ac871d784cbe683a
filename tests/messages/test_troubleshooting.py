"""docs/troubleshooting.md quotes messages that the provider has."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "troubleshooting.md"
PROVIDER = ROOT / "provider" / "sendblue_provider"


def texts() -> str:
    """Return all string literals of the provider, an ellipsis in the place of what an f-string fills in."""

    def text(node: ast.AST) -> str:
        if isinstance(node, ast.JoinedStr):
            return "".join(text(value) if isinstance(value, ast.Constant) else "…" for value in node.values)
        return str(node.value) if isinstance(node, ast.Constant) else ""

    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in PROVIDER.rglob("*.py")]
    return "\n".join(text(node) for tree in trees for node in ast.walk(tree))


def quoted() -> list[str]:
    """Return what the page's tables of the provider's own errors quote, cut at what differs from case to case."""
    tables = PAGE.read_text(encoding="utf-8").partition("\n## Settings and connection\n")[2]
    cells = [line.split(" | ")[0] for line in tables.splitlines() if line.startswith("| `")]
    quotes = [quote for cell in cells for quote in re.findall(r"`([^`]+)`", cell)]
    return [part.strip() for quote in quotes for part in quote.split("…") if part.strip()]


def test_every_quoted_message_is_one_of_the_providers() -> None:
    """Each message that the page lists stands in the provider, so that a reader finds it by its text."""
    said, quotes = texts(), quoted()
    of_pulumi = {"resource 'webhooks' has a problem: receive[0]:", "s"}
    filled_in = {"sendblue:apiSecretKey is not set": " is not set: "}

    assert len(quotes) > 30
    assert [] == [quote for quote in quotes if filled_in.get(quote, quote) not in said and quote not in of_pulumi]
