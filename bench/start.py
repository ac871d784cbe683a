"""The start of a provider's process, side by side."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Final

from .api import serving
from .contenders import COMPILED, EMPTY_GRPC, NOTHING, PLUGIN, contenders
from .picture import Bar
from .process import Start, engine, measure
from .report import Part
from .table import NONE, factor, mebibytes, milliseconds, table
from .timing import interleaved, ratio, spread

HEAD: Final = (
    "process",
    "to the port line, ms",
    "× dynamic host",
    "to the first answered Diff, ms",
    "× dynamic host",
    "memory at the port line, MiB",
    "memory at the Diff, MiB",
)


def run(rounds: int) -> Part:
    """Measure the start of everybody's process."""
    with serving() as api, engine() as address:
        made, missing = contenders(api)
        samples = interleaved({name: partial(measure, one, address) for name, one in made.items()}, rounds)
    reference = samples[NOTHING]
    rows = [_row(name, taken, reference) for name, taken in samples.items()]
    rows += [[name, reason, *[NONE] * (len(HEAD) - 2)] for name, reason in missing.items()]
    bars = [_bar(name, taken) for name, taken in samples.items()]
    text = (
        f"Rounds: {rounds}; in each of them every process is started once. Medians and quartiles. The factors are\n"
        "medians of each round's own factor.\n\n" + table(HEAD, rows) + "\n" + _distances(samples)
    )
    return Part("Start of the provider's process", text, bars)


def _distances(samples: Mapping[str, Sequence[Start]]) -> str:
    """Say how far our plugin is from what no process of its kind can go below, and how near to the budget."""
    ports = {name: [start.port for start in taken] for name, taken in samples.items()}
    to_host = ratio(ports[PLUGIN], ports[NOTHING])
    lines = [
        f"- our plugin's start to the port line against the dynamic host's: {factor(to_host)}, budget ≤ 0.45",
        f"- a Python that imports all of grpc, against that: {factor(ratio(ports[EMPTY_GRPC], ports[PLUGIN]))}",
    ]
    memory = [_median(start.port_mib for start in samples[name]) for name in (PLUGIN, NOTHING)]
    if memory[0] and memory[1]:
        lines.append(
            f"- its memory at the port line against the dynamic host's: **{memory[0] / memory[1]:.2f}**, budget ≤ 0.80"
        )
    if COMPILED in ports:
        times = ratio(ports[PLUGIN], ports[COMPILED])
        lines.append(f"- times the compiled plugin's start to the port line: **{times.median:.0f}**")
    return "".join(f"{line}\n" for line in lines)


def _row(name: str, taken: Sequence[Start], reference: Sequence[Start]) -> list[str]:
    port = [start.port for start in taken]
    row = [name, milliseconds(spread(port)), factor(ratio(port, [start.port for start in reference]))]
    diffs = [start.diff for start in taken if start.diff is not None]
    if diffs:
        row += [milliseconds(spread(diffs)), factor(ratio(diffs, [start.diff or 0 for start in reference]))]
    else:
        row += [NONE, NONE]
    memory = [mebibytes(_median(start.port_mib for start in taken)), mebibytes(_median(s.mib for s in taken))]
    return [*row, memory[0], memory[1] if diffs else NONE]


def _median(numbers: Iterable[float | None]) -> float | None:
    known = [number for number in numbers if number is not None]
    return statistics.median(known) if known else None


def _bar(name: str, taken: Sequence[Start]) -> Bar:
    port = statistics.median(start.port for start in taken)
    diffs = [start.diff for start in taken if start.diff is not None]
    return Bar(name, port, statistics.median(diffs)) if diffs else Bar(name, port, port, " (port line)")
