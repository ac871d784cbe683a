"""What Linux says of processes, and the environment that children get. Elsewhere nothing is known of memory."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
BUILD: Final = ROOT / "build"
BIN: Final = Path(sys.executable).parent
PROC: Final = Path("/proc")


def environment(**variables: str) -> dict[str, str]:
    """Return an environment in which the programs of this Python are found first, and nobody's own settings.

    Without bytecode every process would compile all modules anew.
    """
    dropped = ("SENDBLUE_", "PULUMI_", "GOOGLE_", "UNIFI_", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    return {**kept, "PATH": os.pathsep.join([str(BIN), os.environ["PATH"]]), **variables}


def peak_mib(process: int) -> float | None:
    """Return the most memory that a process has had, in MiB."""
    return _mib(process, "status", "VmHWM")


def resident_mib(process: int) -> float | None:
    """Return the memory that a process has, in MiB."""
    return _mib(process, "status", "VmRSS")


def proportional_mib(process: int) -> float | None:
    """Return the memory that a process has, in MiB; what several share is divided among them."""
    return _mib(process, "smaps_rollup", "Pss")


def _mib(process: int, file: str, name: str) -> float | None:
    with suppress(OSError):
        found = re.search(rf"^{name}:\s+(\d+) kB", (PROC / str(process) / file).read_text(), re.MULTILINE)
        return int(found[1]) / 1024 if found else None
    return None


def descriptors(process: int) -> int:
    """Return how many files and sockets a process has open."""
    return len(list((PROC / str(process) / "fd").iterdir()))


def threads(process: int) -> int:
    """Return how many threads a process has."""
    return len(list((PROC / str(process) / "task").iterdir()))


def cpu(process: int) -> float:
    """Return the CPU time that a process has used, in seconds."""
    fields = (PROC / str(process) / "stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def processes_of(mark: str) -> Iterator[tuple[int, str]]:
    """Yield the processes with this setting (`NAME=value`) in their environment: their ids and command lines."""
    for folder in PROC.glob("[0-9]*"):
        with suppress(OSError):  # it ended meanwhile, or is somebody else's
            if mark.encode() in (folder / "environ").read_bytes().split(b"\0"):
                yield int(folder.name), (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()


def machine() -> list[str]:
    """Describe the machine, without its name."""
    memory = f", {os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB" if PROC.exists() else ""
    pulumi = shutil.which("pulumi")
    cli = subprocess.run([pulumi, "version"], capture_output=True, text=True, check=False).stdout if pulumi else "none"
    packages = ", ".join(f"{name} {version(name)}" for name in ("pulumi", "grpcio", "httpx", "pydantic"))
    return [
        f"{platform.system()} on {platform.machine()}, {os.cpu_count()} cores{memory}{_model()}",
        f"Python {platform.python_version()}; {packages}",
        f"Pulumi CLI {cli.strip()}",
    ]


def _model() -> str:
    with suppress(OSError):
        found = re.search(r"^model name\s*:\s*(.+)$", (PROC / "cpuinfo").read_text(), re.MULTILINE)
        return f", {found[1]}" if found else ""
    return ""
