"""Run programs one after the other in one process, as the Automation API does, and print how each ended, in JSON.

A program is Python text, which may leave outputs in a dict `outputs`. Each line of the standard input is a list:
whether it is a preview, the programs, and the environment. Its programs run in a process of their own, a fork, so that
the SDK is loaded once for all lines. The answer is a line for each program, and the process's exit code. The engine
behind it answers as Pulumi's mocks do, but is not taken for them, so that programs do all that they do in earnest. To a
call of a function it answers with the variable `ANSWER`. It takes its time to register a resource of the type in
`SLOW_TYPE`, and makes the file in `SLOW_FILE` then.
"""

from __future__ import annotations

import asyncio
import contextvars
import importlib
import json
import os
import sys
import time
import traceback
from pathlib import Path
from typing import Any

import pulumi
from pulumi.runtime import settings, stack
from pulumi.runtime.mocks import MockEngine, MockMonitor


class Mocks(pulumi.runtime.Mocks):
    """An engine whose every resource comes out as it went in; what a preview creates has no id yet."""

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        """Return the inputs."""
        return None if settings.is_dry_run() else "id", args.inputs

    def call(self, args: pulumi.runtime.MockCallArgs) -> Any:
        """Return what the environment says."""
        assert args.token == "sendblue:index:getWebhookConfiguration"
        return json.loads(os.environ["ANSWER"])


class Engine:
    """The mocks' monitor, in the guise of the engine's."""

    def __init__(self) -> None:
        self._monitor = MockMonitor(Mocks())

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - the protocol's name
        """Register a resource."""
        if request.type == os.environ.get("SLOW_TYPE"):
            time.sleep(0.2)
            Path(os.environ["SLOW_FILE"]).touch()
        return self._monitor.RegisterResource(request)  # type: ignore[no-untyped-call]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._monitor, name)


async def program(text: str) -> dict[str, Any]:
    """Run the text and wait for its outputs."""
    told: dict[str, Any] = {}

    async def body() -> None:
        left: dict[str, Any] = {}
        exec(text, left)  # noqa: S102 - the tests' own programs
        for name, output in left.get("outputs", {}).items():
            known = await output.is_known()
            told[name] = {"value": await output.future(), "known": known, "secret": await output.is_secret()}

    await stack.run_in_stack(body)
    return told


def run(text: str, *, preview: bool) -> dict[str, Any]:
    """Run the text as a program's one run, and tell its outputs or its error."""
    engine: Any = MockEngine(None)
    settings.configure(settings.Settings("project", "stack", monitor=Engine(), engine=engine, dry_run=preview))
    try:
        return {"outputs": asyncio.run(program(text))}
    except Exception as error:
        return {"error": str(error), "kind": type(error).__name__}


def run_all(texts: list[str], *, preview: bool) -> None:
    """Run programs one after the other, and print how each ended."""
    for text in texts:
        ended = contextvars.copy_context().run(run, text, preview=preview)
        print(json.dumps(ended), flush=True)  # noqa: T201


def in_fork(texts: list[str], environment: dict[str, str], *, preview: bool) -> int:
    """Run programs in a process of their own; return its exit code."""
    child = os.fork()
    if not child:
        code = 1
        try:
            os.environ.clear()
            os.environ.update(environment)
            run_all(texts, preview=preview)
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    for module in ("pulumi_sendblue.dynamic", "sendblue_provider.dynamic_host"):
        importlib.import_module(module)
    for line in sys.stdin:
        is_preview, programs, variables = json.loads(line)
        print(in_fork(programs, variables, preview=is_preview), flush=True)  # noqa: T201
