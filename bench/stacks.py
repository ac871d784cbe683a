"""Stacks of the real engine, in a folder of their own: by the CLI, or without a language host by the Automation API."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from .contenders import CONSOLE_SCRIPT
from .system import ROOT, environment

STACK: Final = "dev"
SECONDS: Final = 900.0
PROGRAMS: Final = Path(__file__).parent / "programs"


class NoEngineError(Exception):
    """There is no Pulumi CLI on PATH."""


def has_language_host() -> bool:
    """Return whether the CLI can run a Python program itself."""
    return shutil.which("pulumi-language-python") is not None


def way() -> str:
    """Say by which way the engine is driven."""
    if has_language_host():
        return "by the CLI, with its Python language host"
    return "by the Automation API, since no `pulumi-language-python` is on PATH"


@dataclass(frozen=True)
class Stack:
    """One stack.

    Attributes:
        folder: Its project's folder.
        environ: What its commands run with.
        values: What its program reads from the environment beside that; may be changed.
    """

    folder: Path
    environ: Mapping[str, str]
    values: dict[str, str] = field(default_factory=dict)

    def preview(self) -> float:
        """Run `pulumi preview`; return its time in seconds."""
        return self._run("preview")

    def up(self, parallel: int | None = None) -> float:
        """Run `pulumi up --yes`; return its time in seconds. By the CLI its preview is part of it."""
        return self._run("up", parallel)

    def destroy(self, parallel: int | None = None) -> float:
        """Run `pulumi destroy --yes`, without its preview; return its time in seconds."""
        return self._run("destroy", parallel)

    def _run(self, command: str, parallel: int | None = None) -> float:
        words = [f"parallel={parallel}"] if parallel else []
        if not has_language_host():
            text = self.call(sys.executable, "-m", "bench.driver", command, *words)
            return float(text.strip().splitlines()[-1])
        options = [f"--{word}" for word in words]
        options += {"preview": [], "up": ["--yes"], "destroy": ["--yes", "--skip-preview"]}[command]
        start = time.perf_counter()
        self.pulumi(command, "--stack", STACK, *options)
        return time.perf_counter() - start

    def pulumi(self, *words: str) -> str:
        """Run a command of the CLI, which has to succeed; return what it prints."""
        return self.call("pulumi", "--non-interactive", "--color=never", *words)

    def call(self, *command: str) -> str:
        """Run a program in the project's folder, which has to succeed; return what it prints."""
        ran = subprocess.run(
            command,
            cwd=self.folder,
            env={**self.environ, **self.values},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        if ran.returncode:
            raise RuntimeError(f"{' '.join(command)} ended with code {ran.returncode}:\n{ran.stdout}")
        return ran.stdout


@contextmanager
def world() -> Iterator[Path]:
    """Make a folder for stacks, with Pulumi's home and a backend.

    Raises:
        NoEngineError: there is no Pulumi CLI.
    """
    if shutil.which("pulumi") is None:
        raise NoEngineError("no `pulumi` is on PATH: `make bench` finds or builds it")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "backend").mkdir()
        plugin = root / "plugins" / "pulumi-resource-nothing"
        plugin.parent.mkdir()
        plugin.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m bench.peers.plugin "$@"\n', encoding="utf-8")
        plugin.chmod(plugin.stat().st_mode | stat.S_IXUSR)
        yield root


def new_stack(
    root: Path, name: str, program: str, settings: Mapping[str, str], values: Mapping[str, str] | None = None
) -> Stack:
    """Make a stack that runs a program.

    Args:
        root: The folder of all stacks.
        name: The project's name.
        program: The program's name, in `bench/programs`.
        settings: Configuration of `sendblue`.
        values: What the program reads from the environment.
    """
    folder = root / name
    folder.mkdir()
    shutil.copy(PROGRAMS / f"{program}.py", folder / "__main__.py")
    providers = {"sendblue": CONSOLE_SCRIPT.parent, "nothing": root / "plugins"}
    lines = [f"name: {name}", "runtime: python", "plugins:", "  providers:"]
    lines += [f"    - {{name: {plugin}, path: '{path}'}}" for plugin, path in providers.items()]
    (folder / "Pulumi.yaml").write_text("\n".join([*lines, ""]), encoding="utf-8")
    environ = environment(
        PULUMI_HOME=str(root / "home"),
        PULUMI_BACKEND_URL=(root / "backend").as_uri(),
        PULUMI_CONFIG_PASSPHRASE="correct horse",
        PULUMI_PYTHON_CMD=sys.executable,
        PULUMI_SKIP_UPDATE_CHECK="true",
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION="true",
        # For the peers' modules, which are no package's.
        PYTHONPATH=os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]),
    )
    stack = Stack(folder, environ, {"BENCH_COUNT": "1", "BENCH_VALUE": "0", **(values or {})})
    stack.pulumi("stack", "init", STACK)
    words = [word for key, value in settings.items() for word in ("--plaintext", f"sendblue:{key}={value}")]
    if words:
        stack.pulumi("config", "set-all", "--stack", STACK, *words)
    return stack
