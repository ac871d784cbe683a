"""Many `Webhook`s created and destroyed by the real engine, with an API that takes its time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Final, NamedTuple

from .api import Api, serving
from .report import Part
from .stacks import new_stack, way, world
from .table import NONE, seconds, table
from .timing import say

ANSWER_SECONDS: Final = 0.1
PARALLEL: Final = (1, 8, 64)
PROGRAMS: Final = {
    "resources that do nothing": "nothing",
    "**ours, dynamic**": "dynamic_webhooks",
    "**ours, plugin**": "plugin_webhooks",
}


class Ran(NamedTuple):
    """One command.

    Attributes:
        time: In seconds.
        requests: How many of each method.
    """

    time: float
    requests: Counter[str]


def run(count: int) -> Part:
    """Create and destroy so many resources, with more and more at once."""
    rows = []
    with serving() as api, world() as root:
        api.answer_after(ANSWER_SECONDS)
        for name, program in PROGRAMS.items():
            stack = new_stack(root, program, program, api.settings(), {"BENCH_COUNT": str(count)})
            for parallel in PARALLEL:
                say(f"  {count} {name.replace('*', '')}, --parallel {parallel}")
                up = _ran(api, partial(stack.up, parallel))
                destroy = _ran(api, partial(stack.destroy, parallel))
                rows.append([name, str(parallel), *_cells(up), *_cells(destroy)])
    text = (
        f"{count} `Webhook`s, created by one `pulumi up` and removed by one `pulumi destroy`, with an API that takes\n"
        f"{ANSWER_SECONDS * 1000:.0f} ms for each answer; beside them as many dynamic resources that do nothing, and\n"
        f"ask nobody. Driven {way()}. One run each.\n\n"
        + table(["resource", "`--parallel`", "`up`, s", "requests", "`destroy`, s", "requests"], rows)
    )
    return Part("Many resources at once", text)


def _ran(api: Api, command: Callable[[], float]) -> Ran:
    api.clear()
    time = command()
    return Ran(time, Counter(api.requests()))


def _cells(ran: Ran) -> list[str]:
    asked = ", ".join(f"{count} {method}" for method, count in ran.requests.items())
    return [seconds(ran.time), f"{ran.requests.total()}: {asked}" if asked else NONE]
