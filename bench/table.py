"""Tables in Markdown, and the numbers in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .timing import Spread

NONE = "–"
"""What stands in a cell that has no number."""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table: the first column is text, the others are numbers and stand at the right."""
    rule = ["---", *["---:" for _ in head[1:]]]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in (head, rule, *rows))


def milliseconds(measured: Spread) -> str:
    """Write a time in milliseconds with its quartiles.

    Args:
        measured: In seconds.
    """
    median, low, high = (f"{number * 1000:,.{0 if measured.median > 0.01 else 1}f}" for number in measured)
    return f"{median} ({low}–{high})"


def seconds(number: float) -> str:
    """Write a time in seconds."""
    return f"{number:.{1 if number >= 10 else 2}f}"


def factor(measured: Spread) -> str:
    """Write a ratio with its quartiles."""
    return f"**{measured.median:.2f}** ({measured.low:.2f}–{measured.high:.2f})"


def mebibytes(number: float | None) -> str:
    """Write memory.

    Args:
        number: In MiB; None if it is not known.
    """
    return NONE if number is None else f"{number:.0f}"
