"""Where the start goes: how long each group of modules takes to load, in the usual way and in the provider's.

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
        usual: What loads it in the usual way, if that is another statement.
        is_for_doubts: Whether only inputs that are not surely right need it.
    """

    title: str
    statement: str
    is_ours: bool = True
    usual: str = ""
    is_for_doubts: bool = False


_HTTPX: Final = Lap("httpx", "import httpx, httpcore")
_MODELS: Final = (
    Lap("pydantic, if inputs are not surely right", "import pydantic", is_for_doubts=True),
    Lap("our models, likewise", "import sendblue_provider.resources.inputs", is_for_doubts=True),
)
DYNAMIC: Final = (
    Lap("`pulumi.dynamic`, Pulumi's own", "import pulumi.dynamic", is_ours=False),
    _HTTPX,
    Lap("the rest of ours", "import sendblue_provider.dynamic_host, sendblue_provider.resources.configuration"),
    *_MODELS,
)
PLUGIN: Final = (
    Lap("grpc", "from sendblue_provider.plugin import protocol; protocol.load_grpc()", usual="import grpc"),
    Lap("the protocol, after the port", "from sendblue_provider.plugin import protocol; protocol.load_protocol()"),
    Lap("our servicer", "import sendblue_provider.plugin.servicer"),
    _HTTPX,
    Lap("the rest of ours", "import sendblue_provider.plugin.hooks, sendblue_provider.resources.configuration"),
    *_MODELS,
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
        for what, counts in (("in all, for right inputs", lambda lap: not lap.is_for_doubts), ("in all", bool)):
            kept = [place for place, lap in enumerate(laps) if counts(lap)]
            sums = [[sum(one[place] for place in kept) for one in ways[way]] for way in ways]
            rows.append([f"**{what}**", *[milliseconds(spread(each)) for each in sums]])
        text += table([f"{title}: loads", "before, ms", "after, ms"], rows) + "\n"
    taken = interleaved({"program": partial(_once, PROGRAM, quick=False)}, rounds)["program"]
    rows = [[lap.title, milliseconds(spread([one[place] for one in taken]))] for place, lap in enumerate(PROGRAM)]
    return Part("Where the start goes", text + table(["a program with dynamic resources: loads", "ms"], rows))


def _once(laps: Sequence[Lap], *, quick: bool) -> list[float]:
    statements = json.dumps(
        [(lap.statement if quick else lap.usual or lap.statement, quick and lap.is_ours) for lap in laps]
    )
    command = [sys.executable, "-c", _CODE, statements]
    ran = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=True)
    times: list[float] = json.loads(ran.stdout)
    return times
