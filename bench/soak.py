"""Many rounds in one process: memory, descriptors and threads have to stay as they are. `make soak` runs it.

Two things last that long: the core, called in this process, and a plugin that the engine attaches to for one
`pulumi up` after the other, as it does for a debugger.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final, NamedTuple

from sendblue_provider.lifecycle import steps
from sendblue_provider.lifecycle.session import Session, session_of
from sendblue_provider.resources.configuration import WebhookConfiguration
from sendblue_provider.resources.request import Request
from sendblue_provider.settings import Settings

from .accounts import until_ended
from .api import Api, serving
from .contenders import CONSOLE_SCRIPT
from .process import running
from .stacks import Stack, has_language_host, new_stack, way, world
from .system import PROC, descriptors, resident_mib, threads
from .table import table
from .timing import say

WARM_UP: Final = 0.1
"""The part of the rounds that fills caches and pools, and does not count."""
MORE_MIB: Final = 2.0
"""What may come on top, for the allocator's pools."""
MORE_DESCRIPTORS: Final = 2
MORE_THREADS: Final = 2
"""How many more there may be at the end: medians of the first and of the last tenth of the rounds that count."""
URLS: Final = 100


class Sample(NamedTuple):
    """What a process has after one round."""

    mib: float
    descriptors: int
    threads: int


class Soaked(NamedTuple):
    """How a process was after the warm-up, and at the end."""

    name: str
    rounds: int
    first: Sample
    last: Sample

    @property
    def is_flat(self) -> bool:
        """Whether it has no more than at first, within bounds."""
        grown = [last - first for first, last in zip(self.first, self.last, strict=True)]
        return all(more <= most for more, most in zip(grown, (MORE_MIB, MORE_DESCRIPTORS, MORE_THREADS), strict=True))


def soaked(name: str, samples: Sequence[Sample]) -> Soaked:
    """Compare the first tenth of the rounds that count with the last.

    Args:
        name: What the table calls the process.
        samples: One of each round, the warm-up included.
    """
    counted = samples[int(len(samples) * WARM_UP) :]
    tenth = max(1, len(counted) // 10)
    return Soaked(name, len(samples), _middle(counted[:tenth]), _middle(counted[-tenth:]))


def _middle(samples: Sequence[Sample]) -> Sample:
    return Sample(*[statistics.median(numbers) for numbers in zip(*samples, strict=True)])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run both, print a table, and return 1 if anything grew."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--core", type=int, default=1000, help="rounds on the core (default: %(default)s)")
    parser.add_argument("--engine", type=int, default=50, help="rounds on the engine (default: %(default)s)")
    options = parser.parse_args(arguments)
    if not PROC.exists():
        print("Skipped: what a process has is read from /proc, which is Linux's.")
        return 0
    results = [on_core(options.core), *([on_engine(options.engine)] if options.engine else [])]
    rows = [
        [
            one.name,
            f"{one.rounds:,}",
            f"{one.first.mib:.1f} → {one.last.mib:.1f}",
            f"{one.first.descriptors:.0f} → {one.last.descriptors:.0f}",
            f"{one.first.threads:.0f} → {one.last.threads:.0f}",
            "flat" if one.is_flat else "**it grew**",
        ]
        for one in results
    ]
    print(table(["process", "rounds", "memory, MiB", "descriptors", "threads", ""], rows), end="")
    return 0 if all(one.is_flat for one in results) else 1


def _sample(process: int) -> Sample:
    return Sample(resident_mib(process) or 0, descriptors(process), threads(process))


def _rounds(count: int, one_round: Callable[[int], object], process: int) -> list[Sample]:
    samples = []
    for number in range(count):
        one_round(number)
        samples.append(_sample(process))
        if (number + 1) % max(1, count // 10) == 0:
            say(f"  {number + 1} of {count}: {samples[-1].mib:.1f} MiB")
    return samples


# The core


def on_core(count: int) -> Soaked:
    """Diff and update a configuration of a hundred URLs so many times, one of them another one each time."""
    say("the core")
    with serving() as api:
        given = api.settings()
        session = session_of(Settings(given["apiKeyId"], given["apiSecretKey"], base_url=api.url))
        resource = WebhookConfiguration()
        inputs = _inputs(-1)
        state: list[Any] = [steps.write(resource, session, Request(inputs)).outputs, inputs]
        samples = _rounds(count, partial(_diff_and_update, api, session, resource, state), os.getpid())
    return soaked("the core, with the emulator over HTTP", samples)


def _diff_and_update(api: Api, session: Session, resource: WebhookConfiguration, state: list[Any], number: int) -> None:
    session.start_run()
    outputs, old_inputs = state
    inputs = _inputs(number)
    request = Request(inputs, state=outputs, old_inputs=old_inputs)
    assert steps.check(resource, session, Request(inputs, old_inputs=old_inputs)) == ()
    assert steps.diff(resource, session, request).changed
    state[:] = [steps.write(resource, session, request).outputs, inputs]
    api.clear()


def _inputs(number: int) -> dict[str, Any]:
    others = [{"url": f"https://example.com/{place}", "secret": f"secret-{place}"} for place in range(URLS - 1)]
    # The process remembers every secret that it was ever given, to keep it out of texts: these come again.
    return {"receive": [*others, {"url": f"https://example.com/of-round/{number}", "secret": f"secret-{number % 7}"}]}


# The engine


def on_engine(count: int) -> Soaked:
    """Run `pulumi up` with a change so many times against one plugin, and look that no process is left."""
    say(f"the engine, driven {way()}")
    with serving() as api, world() as root, running((str(CONSOLE_SCRIPT),), {}) as (child, port):
        stack = new_stack(root, "soak", "plugin", api.settings(), {"PULUMI_DEBUG_PROVIDERS": f"sendblue:{port}"})
        samples = _rounds(count, partial(_up, stack), child.pid)
        left = until_ended(stack)
    if left:
        raise RuntimeError(f"{left} processes of the stack are left")
    phases = " in two phases" if has_language_host() else ""
    return soaked(f"a plugin, `pulumi up`{phases} by the engine", samples)


def _up(stack: Stack, number: int) -> None:
    stack.values["BENCH_VALUE"] = str(number)
    stack.up()


if __name__ == "__main__":
    sys.exit(main())
