"""Where the start goes: how long each group of modules takes to load, before and after `quick_imports`.

A clock is read between imports; `python -X importtime` would slow small modules down more than large ones.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from functools import partial
from typing import Final, NamedTuple

from .report import Part
from .system import ROOT, environment
from .table import milliseconds, table
from .timing import interleaved, spread


class Lap(NamedTuple):
    """One group of modules.

    Attributes:
        title: What the table calls it.
        statement: What loads it, after the groups before it.
        is_ours: Whether `quick_imports` can be around it.
    """

    title: str
    statement: str
    is_ours: bool = True


_HTTPX: Final = Lap("httpx", "import httpx")
_PYDANTIC: Final = "import pydantic"
_MODELS: Final = "import sendblue_provider.resources.inputs"
DYNAMIC: Final = (
    Lap("`pulumi.dynamic`, Pulumi's own", "import pulumi.dynamic", is_ours=False),
    _HTTPX,
    Lap("pydantic", _PYDANTIC),
    Lap("our models", _MODELS),
    Lap("the rest of ours", "import sendblue_provider.dynamic_host, sendblue_provider.resources.configuration"),
)
PLUGIN: Final = (
    Lap("grpc", "from sendblue_provider.plugin import protocol; protocol.load_grpc()"),
    Lap("the protocol, after the port", "protocol.load_protocol()"),
    Lap("our servicer", "import sendblue_provider.plugin.servicer"),
    _HTTPX,
    Lap("the rest of ours", "import sendblue_provider.plugin.hooks, sendblue_provider.resources.configuration"),
    Lap("pydantic, while the program starts", _PYDANTIC),
    Lap("our models, likewise", _MODELS),
)
PROGRAM: Final = (
    Lap("`pulumi`, Pulumi's own", "import pulumi, pulumi.dynamic", is_ours=False),
    Lap("`from pulumi_sendblue import dynamic`", "from pulumi_sendblue import dynamic", is_ours=False),
)

_CODE: Final = """\
import json, sys, time
from sendblue_provider.quick_imports import quick_imports
laps, statements = [], json.loads(sys.argv[1])
for statement, is_quick in statements:
    start = time.perf_counter()
    if is_quick:
        with quick_imports():
            exec(statement)
    else:
        exec(statement)
    laps.append(time.perf_counter() - start)
print(json.dumps(laps))
"""


def run(rounds: int) -> Part:
    """Measure both front ends, before and after, and the program that declares dynamic resources."""
    text = ""
    for title, laps in (("dynamic host", DYNAMIC), ("plugin", PLUGIN)):
        ways = interleaved({way: partial(_once, laps, quick=way == "after") for way in ("before", "after")}, rounds)
        rows = [
            [lap.title, *[milliseconds(spread([one[place] for one in ways[way]])) for way in ways]]
            for place, lap in enumerate(laps)
        ]
        rows.append(["**in all**", *[milliseconds(spread([sum(one) for one in ways[way]])) for way in ways]])
        text += table([f"{title}: loads", "before, ms", "after, ms"], rows) + "\n"
    taken = interleaved({"program": partial(_once, PROGRAM, quick=False)}, rounds)["program"]
    rows = [[lap.title, milliseconds(spread([one[place] for one in taken]))] for place, lap in enumerate(PROGRAM)]
    return Part("Where the start goes", text + table(["a program with dynamic resources: loads", "ms"], rows))


def _once(laps: Sequence[Lap], *, quick: bool) -> list[float]:
    statements = json.dumps([(lap.statement, quick and lap.is_ours) for lap in laps])
    command = [sys.executable, "-c", _CODE, statements]
    ran = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=True)
    times: list[float] = json.loads(ran.stdout)
    return times
