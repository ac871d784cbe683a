"""Published packages that are measured beside ours, installed in an environment of their own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

from bench.system import BUILD, ROOT
from bench.timing import say

FOLDER: Final = BUILD / "bench-peers"
PYTHON: Final = FOLDER / "bin" / "python"

UNIFI: Final = "pulumi-unifi-dynamic==0.1.0"
REOLINK: Final = "pulumi-reolink==0.3.1"
GCPX: Final = "pulumi-resource-gcpx==0.1.1"

_PICKLED: Final = "from pulumi.dynamic.dynamic import serialize_provider; {}; print(serialize_provider({}()))"


class Missing(Exception):
    """A peer cannot be measured here; the text says why."""


def install(package: str) -> None:
    """Install a peer beside the same version of Pulumi's SDK as ours, unless it is there.

    Raises:
        Missing: it cannot be installed.
    """
    done = FOLDER / f".{package}"
    if done.exists():
        return
    say(f"  installing {package} ...")
    if not PYTHON.exists():
        _run("it has no environment", sys.executable, "-m", "venv", str(FOLDER))
    constraint = ["--constraint", str(ROOT / "constraints.txt")]
    _run("not installed", str(PYTHON), "-m", "pip", "install", "--quiet", *constraint, package)
    done.touch()


def pickled(statement: str, name: str, python: Path = PYTHON) -> str:
    """Return a dynamic provider as the state holds it.

    Args:
        statement: The import of its class.
        name: The class.
        python: The Python that has it.

    Raises:
        Missing: it cannot be imported.
    """
    return _run("not imported", str(python), "-c", _PICKLED.format(statement, name)).strip()


def gcpx_program() -> Path:
    """Return the compiled plugin.

    Raises:
        Missing: its package has none.
    """
    found = "from pulumi_resource_gcpx import find_binary; print(find_binary())"
    return Path(_run("no program", str(PYTHON), "-c", found).strip())


def _run(what: str, *command: str) -> str:
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if ran.returncode:
        lines = [line for line in ran.stderr.splitlines() if line.strip()]
        reason = next((line for line in lines if line.startswith("ERROR")), lines[-1] if lines else "no output")
        raise Missing(f"{what}: {reason}")
    return ran.stdout
