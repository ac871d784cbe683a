"""Keep `schema.json` and the SDKs under `sdk/` equal to what the models make of them.

`python -m tools.sdk update` writes them, `python -m tools.sdk check` says where what is there differs. Both need Go,
which builds the generator in `sdkgen/` from the modules that `go.mod` beside this script pins. Without Go, `check`
compares `schema.json` and the resources of the dynamic SDK alone, except in CI (the variable `CI` is set), where that
is an error.
"""

from __future__ import annotations

import difflib
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from textwrap import indent
from typing import Final

from . import dynamic_sdk
from .schema.package import package_schema, schema_text

ROOT: Final = Path(__file__).resolve().parents[1]
BUILD: Final = ROOT / "build"
HAND_WRITTEN: Final = frozenset(
    {
        "sdk/python/pulumi_sendblue/dynamic.py",
        "sdk/python/pulumi_sendblue/_dynamic_marks.py",
        "sdk/python/pulumi_sendblue/_dynamic_options.py",
        "sdk/python/pulumi_sendblue/_dynamic_pickle.py",
        "sdk/python/pulumi_sendblue/_dynamic_run.py",
        "sdk/go/go.mod",
        "sdk/go/go.sum",
    }
)
"""What stands among the generated files and is not generated."""
NOT_SOURCE: Final = frozenset({"__pycache__", "node_modules", "bin"})
"""Folders that tools make there."""

UTILITIES: Final = "sdk/python/pulumi_sendblue/_utilities.py"
_METADATA: Final = "import importlib.metadata\n"
_IMPORTS: Final = "from semver import VersionInfo as SemverVersion\nfrom parver import Version as PEP440Version\n"
_HEADER: Final = "def _get_semver_version():\n"
_LOOKUP: Final = (
    (_METADATA, ""),
    (f"{_IMPORTS}\n", ""),
    (_HEADER, f"@functools.cache\n{_HEADER}{indent(_METADATA + _IMPORTS, '    ')}\n"),
    (
        "# Determine the version once and cache the value, which measurably improves program performance.\n"
        "_version = _get_semver_version()\n_version_str = str(_version)\n\n",
        "",
    ),
    ("return _version_str\n", "return str(_get_semver_version())\n"),
    ("return _version\n", "return _get_semver_version()\n"),
)

Tree = Mapping[str, str]
"""Contents of files by their path in the checkout."""


class FailedError(Exception):
    """A step failed; the text says which and why."""


class MissingError(Exception):
    """A program is not on this machine; the text says where to get it."""


def main(command: str) -> int:
    """Run a command and return the exit code."""
    if command not in ("update", "check"):
        print("usage: python -m tools.sdk update | check", file=sys.stderr)
        return 2
    try:
        if command == "update":
            update(ROOT, {**made_in_python(), **made_sdks()})
            return 0
        return check()
    except (FailedError, MissingError) as error:
        print(error, file=sys.stderr)
        return 1


def check() -> int:
    """Compare and return the exit code.

    Raises:
        FailedError: a step fails.
        MissingError: there is no Go, in CI.
    """
    here, made = committed(ROOT), made_in_python()
    try:
        made |= made_sdks()
    except MissingError as error:
        if in_ci():
            raise
        print(f"Only what needs no Go is compared: {', '.join(made)}. {error}", file=sys.stderr)
        here = {name: text for name, text in here.items() if name in made}
    problems = differences(here, made)
    print(problems or f"generated files: {len(made)}, all current")
    return 1 if problems else 0


def made_in_python() -> dict[str, str]:
    """Return what needs no Go: `schema.json` as the models make it, and the resources of the dynamic SDK."""
    return {"schema.json": schema_text(), dynamic_sdk.FILE: dynamic_sdk.code(package_schema())}


def made_sdks() -> dict[str, str]:
    """Generate the SDKs in `build/sdk` and return them.

    Raises:
        FailedError: the generator does not build, or refuses the schema.
        MissingError: there is no Go.
    """
    go = program("go", "Go from https://go.dev/dl/")
    schema, folder, generator = BUILD / "schema.json", BUILD / "sdk", BUILD / "sdkgen"
    BUILD.mkdir(exist_ok=True)
    schema.write_text(schema_text(), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    options = ("-mod=readonly", "-buildvcs=false", "-o", str(generator))
    run(go, "build", *options, "./sdkgen", folder=ROOT / "tools")
    run(str(generator), str(schema), str(folder))
    files = _files(folder, BUILD)
    return {**files, UTILITIES: without_lookup(files[UTILITIES])}


def without_lookup(text: str) -> str:
    """Take the look-up of the package's version out of the import of `_utilities.py`, to where it is asked for.

    A program with dynamic resources never asks, and the look-up takes more than half of its import of the SDK.

    Raises:
        FailedError: the generator writes another `_utilities.py` by now.
    """
    for before, after in _LOOKUP:
        if before not in text:
            raise FailedError(f"The generated {UTILITIES} has no {before!r} any more: see _LOOKUP in tools/sdk.py")
        text = text.replace(before, after)
    return text


def committed(root: Path) -> dict[str, str]:
    """Return the files of the checkout that have to be equal to what is made."""
    files = {**_files(root / "schema.json", root), **_files(root / "sdk", root)}
    return {name: text for name, text in files.items() if name not in HAND_WRITTEN}


def update(root: Path, files: Tree) -> None:
    """Make the checkout's generated files equal to these: write what differs, remove what is not made any more."""
    before = committed(root)
    for name in before.keys() - files.keys():
        (root / name).unlink()
        print(f"removed {name}")
    for name, text in files.items():
        if before.get(name) != text:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
            print(f"wrote {name}")


def differences(committed: Tree, made: Tree) -> str:
    """Say how what is committed differs from what is made: a unified diff and what to do; empty if they are equal."""
    lines: list[str] = []
    for name in sorted(committed.keys() | made.keys()):
        before, after = committed.get(name), made.get(name)
        if before == after:
            continue
        how = "is not committed" if before is None else "is not made any more" if after is None else "differs"
        old, new = ((text or "").splitlines(keepends=True) for text in (before, after))
        lines += [f"{name} {how}\n", *difflib.unified_diff(old, new, "committed", "made anew")]
    if not lines:
        return ""
    return f"{''.join(lines)}\nThe models make something else than what is committed: run `make sdk`, and commit that."


def in_ci() -> bool:
    """Tell whether this runs in CI, where nothing is skipped."""
    return bool(os.environ.get("CI"))


def program(name: str, where: str) -> str:
    """Return the path of a program.

    Args:
        name: The program.
        where: What to install to have it.

    Raises:
        MissingError: it is not on PATH.
    """
    found = shutil.which(name)
    if found is None:
        raise MissingError(f"There is no {name} on PATH: install {where}")
    return found


def run(*command: str, folder: Path = ROOT, environment: Mapping[str, str] = {}) -> str:
    """Run a program and return what it printed.

    Raises:
        FailedError: it ends with another code than 0; the text has all that it printed.
    """
    # A go.work in a folder above would replace the pinned versions.
    variables = {**os.environ, "GOWORK": "off", **environment}
    done = subprocess.run(
        command, cwd=folder, env=variables, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace"
    )
    if done.returncode:
        raise FailedError(f"`{' '.join(command)}` ended with code {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def source_files(path: Path, root: Path) -> list[str]:
    """Return the names, relative to `root`, of the files at or under a path; what tools put there is left out."""
    names = [found.relative_to(root) for found in sorted([path, *path.rglob("*")]) if found.is_file()]
    return [name.as_posix() for name in names if not NOT_SOURCE.intersection(name.parts)]


def _files(path: Path, root: Path) -> dict[str, str]:
    return {name: (root / name).read_text(encoding="utf-8") for name in source_files(path, root)}


if __name__ == "__main__":
    sys.exit(main(" ".join(sys.argv[1:])))
