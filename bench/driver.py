"""Runs one command of the engine on a program through the Automation API, for a machine without a language host.

`python -m bench.driver COMMAND [OPTION=NUMBER]`, in the folder of a project. Its last line is the time of the command
in seconds; what the API asks the CLI afterwards, for outputs and history, is left out.
"""

from __future__ import annotations

import runpy
import sys
import time
from unittest import mock

from pulumi import automation as auto

from .stacks import STACK


def main(command: str, *options: str) -> int:
    """Run the command and return the exit code."""

    def program() -> None:
        runpy.run_path("__main__.py", run_name="__main__")

    workspace = auto.LocalWorkspace(work_dir=".", program=program)
    stack = auto.Stack.select(STACK, workspace)
    given = {name: int(value) for name, value in (option.split("=") for option in options)}
    with mock.patch.multiple(stack, outputs=dict, info=lambda *_: mock.sentinel.summary):
        start = time.perf_counter()
        try:
            getattr(stack, command)(on_output=print, on_error=print, **given)
        except auto.CommandError:
            return 1
        print(time.perf_counter() - start)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
