"""What each part of the benchmarks gives, and the page of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from .picture import Bar
from .system import machine

INTRODUCTION: Final = """\
# Results

Made by `make bench{options}`. Compare factors, not milliseconds: all that stands in one table was measured in
one run, one after the other in each round, so a slow machine slows all of it down. A number with another two in
brackets is a median with its quartiles. [README.md](README.md) says how each number is taken, and what is left to win.

![Start and preview beside the peers](results.svg)

"""


@dataclass(frozen=True)
class Part:
    """One part of the results.

    Attributes:
        title: Its heading.
        text: Its tables in Markdown.
        bars: What the picture shows of it.
    """

    title: str
    text: str
    bars: Sequence[Bar] = field(default_factory=tuple)


def page(parts: Sequence[Part], minutes: float, options: str = "") -> str:
    """Write the page of results.

    Args:
        parts: All parts.
        minutes: How long the run took.
        options: What `make bench` was given, if anything.
    """
    about = [*machine(), f"the whole run took {minutes:.0f} minutes"]
    lines = "".join(f"- {line}\n" for line in about)
    return (
        INTRODUCTION.format(options=options)
        + lines
        + "".join(f"\n## {part.title}\n\n{part.text.rstrip()}\n" for part in parts)
    )
