"""Runs one command of the engine on a program, through Python's Automation API, and prints what the engine prints.

python driver.py PROGRAM STACK COMMAND [--OPTION ...], in the folder of the project. Options are the API's, as flags. An
empty PROGRAM is the project's own, which is for its language host to run.
"""

from __future__ import annotations

import runpy
import sys

from pulumi import automation as auto


class Workspace(auto.LocalWorkspace):
    """A workspace that spares the command which selects the stack: each command names its own."""

    def select_stack(self, stack_name: str) -> None:
        """Do nothing."""


def main(program: str, stack_name: str, command: str, *flags: str) -> int:
    """Run the command and return the exit code."""

    def run() -> None:
        runpy.run_path(program, run_name="__main__")

    stack = auto.Stack.select(stack_name, Workspace(work_dir=".", program=run if program else None))
    # Spare the commands that look up outputs and history afterwards.
    vars(stack).update(outputs=dict, info=lambda *_: "nothing that is printed")
    options = {flag.removeprefix("--").replace("-", "_"): True for flag in flags}
    try:
        getattr(stack, command)(on_output=print, on_error=print, **options)
    except auto.CommandError:
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
