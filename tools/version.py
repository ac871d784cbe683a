"""The version: `pyproject.toml` states it, and all else that names it follows.

`python -m tools.version` prints it. `python -m tools.version 0.2.0` writes another one into `pyproject.toml`, the
changelog, the pages, the examples and the plugin; the schema and the SDKs get it from `make sdk`, which
`make version V=0.2.0` runs next. `python -m tools.version notes v0.2.0` prints the changelog's part about a release,
and fails if the tag or the changelog says something else than `pyproject.toml`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
PAGES: Final = ("README.md", "docs/**/*.md", "examples/**/*.*", "provider/sendblue_provider/version.py")
"""What people write, and what may name the version."""
NOT_SOURCE: Final = frozenset({"node_modules", "venv", ".venv", "__pycache__", "bin"})
"""Folders that tools make there."""

STATED: Final = re.compile(r'^(version = ")([^"]+)', re.MULTILINE)
MENTIONED: Final = re.compile(
    r"""(sendblue(?:/sdk/go)?["']?[-=:@^~v "']{1,6}|/releases/(?:download|tag)/v|^VERSION: Final = ")"""
    r"""(\d+\.\d+\.\d+)\b""",
    re.MULTILINE,
)
"""A version of this project: a dependency, a file's name, a command, a download, the plugin's own."""
HEADING: Final = re.compile(r"^(## )(\d+\.\d+\.\d+)( - )(unreleased|\d{4}-\d\d-\d\d)$", re.MULTILINE)


class VersionError(Exception):
    """What was asked for cannot be done; the text says why."""


def main(arguments: list[str]) -> int:
    """Run a command and return the exit code."""
    try:
        match arguments:
            case []:
                print(stated(ROOT))
            case ["notes", tag]:
                print(notes(ROOT, tag))
            case [version]:
                for name in write(ROOT, version):
                    print(f"wrote {name}")
            case _:
                raise VersionError("usage: python -m tools.version [X.Y.Z | notes vX.Y.Z]")
    except VersionError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def stated(root: Path) -> str:
    """Return the version that `pyproject.toml` states.

    Raises:
        VersionError: it states none.
    """
    found = STATED.search((root / "pyproject.toml").read_text(encoding="utf-8"))
    if found is None:
        raise VersionError("pyproject.toml states no version")
    return found[2]


def mentioned(root: Path) -> dict[str, set[str]]:
    """Return the versions of this project that pages, examples and the changelog's first heading name, by file."""
    found = {name: {match[2] for match in MENTIONED.finditer(text)} for name, text in _pages(root)}
    heading = HEADING.search((root / "CHANGELOG.md").read_text(encoding="utf-8"))
    return {**found, "CHANGELOG.md": {heading[2]} if heading else set()}


def write(root: Path, version: str) -> list[str]:
    """Write a version into every file that people write, and return the names of those that it changed.

    Raises:
        VersionError: it is not of the form X.Y.Z, the one form that all package registries take unchanged.
    """
    if not re.fullmatch(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)", version):
        raise VersionError(f"A version is three numbers, such as 0.2.0, and not {version!r}")
    files = {name: (text, MENTIONED.sub(rf"\g<1>{version}", text)) for name, text in _pages(root)}
    for name, change in (("pyproject.toml", _restated), ("CHANGELOG.md", _headed)):
        text = (root / name).read_text(encoding="utf-8")
        files[name] = (text, change(text, version))
    changed = {name: after for name, (before, after) in files.items() if before != after}
    for name, text in changed.items():
        (root / name).write_text(text, encoding="utf-8")
    return sorted(changed)


def notes(root: Path, tag: str) -> str:
    """Return the changelog's part about a release, for the release's page.

    Raises:
        VersionError: the tag is not the version's, or the changelog has no dated heading of it.
    """
    version = stated(root)
    if tag != f"v{version}":
        raise VersionError(f"The tag is {tag}, and the version {version}: run `make version V={tag.removeprefix('v')}`")
    text = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = [*HEADING.finditer(text)]
    if not headings or headings[0][2] != version or headings[0][4] == "unreleased":
        raise VersionError(f"The first heading of CHANGELOG.md is not `## {version} - ` with the date of the release")
    end = headings[1].start() if len(headings) > 1 else len(text)
    return text[headings[0].end() : end].strip()


def _pages(root: Path) -> Iterator[tuple[str, str]]:
    for pattern in PAGES:
        for path in sorted(root.glob(pattern)):
            name = path.relative_to(root)
            if path.is_file() and NOT_SOURCE.isdisjoint(name.parts):
                yield name.as_posix(), path.read_text(encoding="utf-8")


def _restated(text: str, version: str) -> str:
    return STATED.sub(rf"\g<1>{version}", text, count=1)


def _headed(text: str, version: str) -> str:
    """Rename the changelog's first heading if it is not released yet, or put a new one above it."""
    first = HEADING.search(text)
    if first is None or first[2] == version:
        return text
    if first[4] == "unreleased":
        return HEADING.sub(rf"\g<1>{version}\g<3>\g<4>", text, count=1)
    return f"{text[: first.start()]}## {version} - unreleased\n\n{text[first.start() :]}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
