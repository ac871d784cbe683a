"""A picture of bars, as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final, NamedTuple

WIDTH: Final = 900
LABEL: Final = 360
ROW: Final = 24
BAR: Final = 14
MARGIN: Final = 20
_VALUE: Final = 130
"""Room for the number behind a bar."""
_SCALE: Final = WIDTH - LABEL - 2 * MARGIN - _VALUE

_STYLE: Final = """\
<style>
text { font-family: system-ui, "Segoe UI", Arial, sans-serif; font-size: 13px; fill: #24292f; }
.title { font-weight: 600; font-size: 15px; }
.ours { font-weight: 600; }
.peer { fill: #8c959f; } .peer-rest { fill: #d0d7de; }
.us { fill: #0969da; } .us-rest { fill: #80ccff; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; }
  .peer { fill: #8b949e; } .peer-rest { fill: #484f58; }
  .us { fill: #58a6ff; } .us-rest { fill: #1f6feb; }
}
</style>
"""


class Bar(NamedTuple):
    """One bar.

    Attributes:
        name: What it stands for; ours are in `**`, as in the table.
        first: The end of its dark part, in seconds.
        last: Its end, in seconds.
        note: What stands behind its number.
    """

    name: str
    first: float
    last: float
    note: str = ""


class Panel(NamedTuple):
    """Bars with a title above them and one scale."""

    title: str
    bars: Sequence[Bar]


def picture(panels: Sequence[Panel]) -> str:
    """Draw panels below each other."""
    drawn: list[str] = []
    top = MARGIN
    for panel in panels:
        drawn.append(f'<text class="title" x="{MARGIN}" y="{top + 12}">{escape(panel.title)}</text>\n')
        top += ROW + 4
        longest = max(bar.last for bar in panel.bars)
        for bar in panel.bars:
            drawn.append(_row(bar, top, _SCALE / longest))
            top += ROW
        top += MARGIN
    size = f'width="{WIDTH}" height="{top}" viewBox="0 0 {WIDTH} {top}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">\n{_STYLE}{"".join(drawn)}</svg>\n'


def _row(bar: Bar, top: int, scale: float) -> str:
    is_ours = "**" in bar.name
    name = escape(bar.name.replace("*", "").replace("`", ""))
    kind = "us" if is_ours else "peer"
    start = LABEL + MARGIN
    first, last = round(bar.first * scale, 1), round(bar.last * scale, 1)
    return (
        f'<text{" class=" + chr(34) + "ours" + chr(34) if is_ours else ""} x="{start - 10}" y="{top + 12}" '
        f'text-anchor="end">{name}</text>\n'
        f'<rect class="{kind}-rest" x="{start}" y="{top}" width="{last}" height="{BAR}"/>\n'
        f'<rect class="{kind}" x="{start}" y="{top}" width="{first}" height="{BAR}"/>\n'
        f'<text x="{start + last + 8}" y="{top + 12}">{bar.last * 1000:,.0f} ms{escape(bar.note)}</text>\n'
    )
