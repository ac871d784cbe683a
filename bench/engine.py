"""Commands of the real engine, beside the same program with a resource that does nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final, NamedTuple

from .api import Api, serving
from .picture import Bar
from .report import Part
from .stacks import Stack, new_stack, way, world
from .table import NONE, factor, milliseconds, table
from .timing import interleaved, ratio, spread

NOTHING: Final = "nothing, by a dynamic resource"
EXPERIMENTAL: Final = "nothing, by a plugin on `provider.experimental`"
DYNAMIC: Final = "**ours, dynamic**"
PLUGIN: Final = "**ours, plugin**"
PROGRAMS: Final = {NOTHING: "nothing", EXPERIMENTAL: "experimental", DYNAMIC: "dynamic", PLUGIN: "plugin"}


class Command(NamedTuple):
    """A command that is measured.

    Attributes:
        title: What the table calls it.
        run: Runs it once, and returns its time in seconds.
        budgets: The most that it may take, as a factor, by the resource.
    """

    title: str
    run: Callable[[Stack], float]
    budgets: Mapping[str, str]


def _changed(stack: Stack) -> float:
    stack.values["BENCH_VALUE"] = str(int(stack.values["BENCH_VALUE"]) + 1)
    return stack.up()


COMMANDS: Final = (
    Command("`preview`, no change", Stack.preview, {DYNAMIC: "≤ 1.10", PLUGIN: "≤ 1.08"}),
    Command("`up`, no change", Stack.up, {DYNAMIC: "≤ 1.12", PLUGIN: "≤ 1.10"}),
    Command("`up`, one URL changed", _changed, {}),
)


def run(rounds: int) -> Part:
    """Measure a preview and an up that change nothing, and an up with one change."""
    with serving(len(PROGRAMS)) as api, world() as root:
        stacks: dict[str, Stack] = {}
        for number, (name, program) in enumerate(PROGRAMS.items()):
            stacks[name] = new_stack(root, program, program, api.settings(number))
            stacks[name].up()
        samples = [
            interleaved({name: partial(command.run, stack) for name, stack in stacks.items()}, rounds)
            for command in COMMANDS
        ]
        asked = [
            [f"requests of {name}", *[_requests(command, stacks[name], api) for command in COMMANDS]]
            for name in (DYNAMIC, PLUGIN)
        ]
    head = ["resource"]
    for command in COMMANDS:
        head += [f"{command.title}, ms", "× nothing", "budget"]
    rows = [
        [
            name,
            *[cell for command, taken in zip(COMMANDS, samples, strict=True) for cell in _cells(name, command, taken)],
        ]
        for name in PROGRAMS
    ]
    text = (
        f"Driven {way()}; rounds: {rounds}. Each program\n"
        "declares one resource with two URLs. The API is the emulator, over HTTP on loopback, and answers at once.\n"
        "The CLI's `up` is two phases, a preview and an update, each with a provider process of its own; that of the\n"
        "Automation API is the update alone.\n\n"
        + table(head, rows)
        + "\n"
        + table(["", *[command.title for command in COMMANDS]], asked)
    )
    bars = [Bar(name, spread(taken).median, spread(taken).median) for name, taken in samples[0].items()]
    return Part("Commands of the engine", text, bars)


def _cells(name: str, command: Command, samples: Mapping[str, Sequence[float]]) -> list[str]:
    times = samples[name]
    budget = command.budgets.get(name, NONE)
    return [milliseconds(spread(times)), factor(ratio(times, samples[NOTHING])), budget]


def _requests(command: Command, stack: Stack, api: Api) -> str:
    api.clear()
    command.run(stack)
    return ", ".join(f"{count} {method}" for method, count in Counter(api.requests()).items()) or "none"
