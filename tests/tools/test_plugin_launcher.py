"""The launcher that `pulumi plugin install --file` installs: which Python it runs the provider with."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

LAUNCHER = Path(__file__).parents[2] / "tools" / "plugin" / "pulumi-resource-sendblue"


def launch(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the launcher in a project's folder, with no more in its environment than is given."""
    return subprocess.run(
        [LAUNCHER, "127.0.0.1:1"], cwd=folder, env=environment, capture_output=True, text=True, timeout=30
    )


def a_python(path: Path, *, has_provider: bool) -> Path:
    """Make a program that answers as a Python does, and tells what it was asked to run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'#!/bin/sh\n[ "$1" = -c ] && exit {0 if has_provider else 1}\necho "$0 $*"\n')
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("environment", "place"),
    [
        ({"PULUMI_SENDBLUE_PYTHON": "{folder}/mine/python"}, "mine/python"),
        ({"PULUMI_RUNTIME_VIRTUALENV": "venv"}, "venv/bin/python"),
        ({"PULUMI_RUNTIME_VIRTUALENV": "{folder}/venv/"}, "venv/bin/python"),
        ({"PULUMI_RUNTIME_TOOLCHAIN": "uv"}, ".venv/bin/python"),
        ({"VIRTUAL_ENV": "{folder}/active"}, "active/bin/python"),
        ({}, "bin/python3"),
    ],
)
def test_the_python_that_has_the_provider(tmp_path: Path, environment: dict[str, str], place: str) -> None:
    """The project's own Python runs the provider, else the active environment's, else that of PATH."""
    a_python(tmp_path / "bin" / "python3", has_provider=True)
    a_python(tmp_path / place, has_provider=True)
    found = {name: value.format(folder=tmp_path) for name, value in environment.items()}
    ran = launch(tmp_path, PATH=f"{tmp_path / 'bin'}:/usr/bin:/bin", **found)
    assert 0 == ran.returncode, ran.stderr
    program, *arguments = ran.stdout.split()
    assert program.endswith(place)
    assert ["-m", "sendblue_provider.plugin", "127.0.0.1:1"] == arguments


def test_one_without_the_provider_is_passed_over(tmp_path: Path) -> None:
    """A project's Python that lacks the package does not stop another one that has it."""
    a_python(tmp_path / "venv" / "bin" / "python", has_provider=False)
    a_python(tmp_path / "bin" / "python3", has_provider=True)
    ran = launch(tmp_path, PATH=f"{tmp_path / 'bin'}:/usr/bin:/bin", PULUMI_RUNTIME_VIRTUALENV="venv")
    assert ran.stdout.split()[0].endswith("bin/python3")
    assert 0 == ran.returncode


def test_no_python_has_it(tmp_path: Path) -> None:
    """Where no Python has the package, the message says how to install it."""
    for name in ("python3", "python"):
        a_python(tmp_path / "bin" / name, has_provider=False)
    ran = launch(tmp_path, PATH=str(tmp_path / "bin"))
    assert 1 == ran.returncode
    assert "" == ran.stdout
    assert "pip install pulumi-sendblue" in ran.stderr
    assert "PULUMI_SENDBLUE_PYTHON" in ran.stderr


def test_the_real_one(tmp_path: Path) -> None:
    """With this Python, the provider starts and prints its port."""
    environment = {**os.environ, "PULUMI_SENDBLUE_PYTHON": sys.executable}
    with subprocess.Popen(
        [LAUNCHER, "127.0.0.1:1"], cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert int(process.stdout.readline()) > 0
        process.terminate()
