"""Keep `schema.json` and the SDKs under `sdk/` equal to what the models make of them.

`python tools/sdk.py update` writes them, `python tools/sdk.py check` says where what is there differs. Both need Go,
which builds the generator in `sdkgen/` from the modules that `go.mod` beside this script pins.
"""

from __future__ import annotations

import difflib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from sendblue_provider.schema import package_schema

ROOT: Final = Path(__file__).resolve().parents[1]
HAND_WRITTEN: Final = frozenset({"sdk/python/pulumi_sendblue/dynamic.py", "sdk/go/go.mod", "sdk/go/go.sum"})
"""What stands among the generated files and is not generated."""
NOT_SOURCE: Final = frozenset({"__pycache__", "node_modules", "bin"})
"""Folders that tools make there."""

Tree = Mapping[str, str]
"""Contents of files by their path in the checkout."""


class FailedError(Exception):
    """It cannot be done here; the text says why and what to do."""


def main(command: str) -> int:
    """Run a command and return the exit code."""
    try:
        if command == "update":
            update(ROOT, made(ROOT / "build"))
            return 0
        if command == "check":
            problems = differences(committed(ROOT), made(ROOT / "build"))
            print(problems or "schema.json and the SDKs are what the models make of them.")
            return 1 if problems else 0
    except FailedError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"usage: {sys.argv[0]} update | check", file=sys.stderr)
    return 2


def made(build: Path) -> Tree:
    """Generate everything under the folder `build` and return it.

    Raises:
        FailedError: there is no Go, or a step fails.
    """
    schema, folder = build / "schema.json", build / "sdk"
    build.mkdir(exist_ok=True)
    schema.write_text(json.dumps(package_schema(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    generator = build / "sdkgen"
    go = shutil.which("go")
    if go is None:
        raise FailedError("There is no go on PATH: install it from https://go.dev/dl/. It builds the SDK generator.")
    _run(go, "-C", str(ROOT / "tools"), "build", "-mod=readonly", "-buildvcs=false", "-o", str(generator), "./sdkgen")
    _run(str(generator), str(schema), str(folder))
    return _files(build)


def committed(root: Path) -> Tree:
    """Return the files of the checkout that `made` has to equal."""
    return {name: text for name, text in _files(root).items() if name not in HAND_WRITTEN}


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
        if committed.get(name) == made.get(name):
            continue
        before, after = (tree.get(name, "").splitlines(keepends=True) for tree in (committed, made))
        labels = (
            f"{name}, committed" if name in committed else "not committed",
            f"{name}, made anew" if name in made else "not made any more",
        )
        lines += difflib.unified_diff(before, after, *labels)
    if not lines:
        return ""
    return f"{''.join(lines)}\nThe models make something else than what is committed: run `make sdk`, and commit that."


def _files(root: Path) -> dict[str, str]:
    paths = [root / "schema.json", *sorted((root / "sdk").rglob("*"))]
    return {
        path.relative_to(root).as_posix(): path.read_text(encoding="utf-8")
        for path in paths
        if path.is_file() and not NOT_SOURCE.intersection(path.relative_to(root).parts)
    }


def _run(*command: str) -> None:
    environment = {**os.environ, "GOWORK": "off"}  # a go.work in a folder above would replace the pinned versions
    done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        raise FailedError(f"`{' '.join(command)}` ended with code {done.returncode}:\n{done.stderr}")


if __name__ == "__main__":
    sys.exit(main(" ".join(sys.argv[1:])))
