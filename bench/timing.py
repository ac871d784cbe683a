"""Rounds of measurements, one contender after the other in each, and what they come to."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeVar

T = TypeVar("T")


class Spread(NamedTuple):
    """A median, and the quartiles around it."""

    median: float
    low: float
    high: float


def spread(samples: Sequence[float]) -> Spread:
    """Return the median and the quartiles.

    Args:
        samples: At least one number.
    """
    if len(samples) == 1:
        return Spread(samples[0], samples[0], samples[0])
    low, median, high = statistics.quantiles(samples, n=4, method="inclusive")
    return Spread(median, low, high)


def ratio(samples: Sequence[float], reference: Sequence[float]) -> Spread:
    """Compare two contenders round by round: what slows the machine down for a while slows both down.

    Args:
        samples: A number for each round.
        reference: The reference's numbers of the same rounds.
    """
    return spread([one / other for one, other in zip(samples, reference, strict=True)])


def interleaved(contenders: Mapping[str, Callable[[], T]], rounds: int) -> dict[str, list[T]]:
    """Measure each contender once a round; the first round warms caches and does not count.

    Each round begins with another contender, so that none has always the same neighbours before it.
    """
    names = list(contenders)
    samples: dict[str, list[T]] = {name: [] for name in names}
    for number in range(rounds + 1):
        say(f"  round {number} of {rounds}" + ("" if number else " (does not count)"))
        first = number % len(names)
        for name in names[first:] + names[:first]:
            measured = contenders[name]()
            if number:
                samples[name].append(measured)
    return samples


def cpu_seconds(work: Callable[[], object], repeats: int) -> float:
    """Return the CPU time of one run of a piece of work within this process: the fastest of some runs, in seconds."""
    best = float("inf")
    for _ in range(repeats):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def say(line: str) -> None:
    """Tell the person at the terminal how far it is; standard output is for tables."""
    print(line, file=sys.stderr, flush=True)
