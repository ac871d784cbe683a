"""Many accounts in one stack, each by a provider of its own: processes, memory and time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from .api import serving
from .contenders import CONSOLE_SCRIPT
from .report import Part
from .stacks import Stack, new_stack, way, world
from .system import PROC, processes_of, proportional_mib
from .table import NONE, seconds, table
from .timing import say

SAMPLE_SECONDS: Final = 0.2

ADVICE: Final = """\
Each `sendblue.Provider` is a process, since the engine starts a plugin for each provider resource; of a stack that
exists it starts one for the state and one for the program. All of them start at once, and again for the update. So time
and memory grow with the number of accounts. Up to some twenty accounts in one stack are comfortable. Past that, make
one stack for each account, or for each group of some ten, of the same program, with the keys in the stack's own
configuration: `pulumi up` of a stack of one account starts two processes, a rotated key is one `pulumi config set`, and
an account that is down stops nobody else's update. Run the stacks a few at a time, for example by a loop over the
Automation API. Dynamic resources are no way out: those of one stack share one configuration.
"""


class Watch:
    """The provider's processes while a command runs.

    Attributes:
        most: How many there were at once, at most.
        mib: The most memory that they had together, in MiB.
    """

    def __init__(self) -> None:
        self.most = 0
        self.mib = 0.0


def run(counts: tuple[int, ...]) -> Part:
    """Preview and update a stack of more and more accounts."""
    rows = []
    for count in counts:
        say(f"  {count} accounts")
        with serving(count) as api, world() as root:
            values = {"BENCH_COUNT": str(count), "BENCH_URL": api.url}
            stack = new_stack(root, "accounts", "accounts", {}, values)
            for name, command in (("`up`, all created", stack.up), ("`preview`, no change", stack.preview)):
                api.clear()
                rows.append([str(count), name, *_measure(stack, command), str(len(api.requests()))])
    text = (
        "One stack, a `sendblue.Provider` and a `Webhook` for each account. Memory is that of all the plugin's\n"
        f"processes together, pages that they share counted once. Driven {way()}. One run each.\n\n"
        + table(["accounts", "command", "s", "plugin processes at once", "their memory, MiB", "requests"], rows)
        + "\n"
        + ADVICE
    )
    return Part("Many accounts in one stack", text)


def _measure(stack: Stack, command: Callable[[], float]) -> list[str]:
    with watching(stack) as watch:
        took = command()
    known = PROC.exists()
    return [seconds(took), str(watch.most) if known else NONE, f"{watch.mib:,.0f}" if known else NONE]


@contextmanager
def watching(stack: Stack) -> Iterator[Watch]:
    """Watch a stack's plugin processes while the context lasts."""
    watch, ended = Watch(), threading.Event()
    mark = f"PULUMI_HOME={stack.environ['PULUMI_HOME']}"

    def look() -> None:
        while not ended.wait(SAMPLE_SECONDS):
            found = [process for process, command in processes_of(mark) if _is_plugin(command)]
            watch.most = max(watch.most, len(found))
            watch.mib = max(watch.mib, sum(proportional_mib(process) or 0 for process in found))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield watch
    finally:
        ended.set()
        thread.join()


def _is_plugin(command: str) -> bool:
    return any(word.endswith(CONSOLE_SCRIPT.name) for word in command.split()[:2])


def until_ended(stack: Stack, seconds_: float = 5.0) -> int:
    """Wait until no process of a stack is left; return how many are, when it was waited long enough."""
    mark = f"PULUMI_HOME={stack.environ['PULUMI_HOME']}"
    end = time.monotonic() + seconds_
    while (left := len(list(processes_of(mark)))) and time.monotonic() < end:
        time.sleep(0.05)
    return left
