"""The workflows and the checkout say the same. What a linter can find is in `make lint`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import yaml

ROOT: Final = Path(__file__).parents[2]
WORKFLOWS: Final = ROOT / ".github" / "workflows"


def jobs(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((WORKFLOWS / name).read_text(encoding="utf-8"))["jobs"]
    return loaded


def test_every_python_that_the_package_names_is_tried() -> None:
    """CI runs the tests with each Python of the classifiers, and with no other one."""
    named = re.findall(r'"Programming Language :: Python :: (3\.\d+)"', (ROOT / "pyproject.toml").read_text())

    assert named
    assert named == jobs("ci.yml")["tests"]["strategy"]["matrix"]["python"]


def test_every_target_is_in_the_makefile() -> None:
    """A workflow calls no target of make that the Makefile does not have."""
    targets = {*re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)}
    called: set[str] = set()
    for path in WORKFLOWS.iterdir():
        for words in re.findall(r"\bmake ((?:--silent )?[a-z -]+)", path.read_text(encoding="utf-8")):
            called |= {word for word in words.split() if not word.startswith("-")}

    assert {"suite", "venv", "plugin", "dist", "sbom", "version", "cli"} <= called
    assert set() == called - targets - {"test-"}  # the matrix says which


def test_nothing_is_published_before_the_archives() -> None:
    """Whatever publishes waits for the release's page, which waits for all tests and builds."""
    release = jobs("release.yml")

    assert {"ci", "packages", "generated"} == {*release["provenance"]["needs"]}
    assert "provenance" == release["github"]["needs"]
    for name in ("go", "pypi", "npm", "nuget", "maven"):
        assert "github" in release[name]["needs"], name


def test_only_those_that_need_it_may_write() -> None:
    """A job may write to the repository to make the release's page and the Go module's tag, and for nothing else."""
    writers = {
        (name, key)
        for path in WORKFLOWS.iterdir()
        for name, job in jobs(path.name).items()
        for key, level in job["permissions"].items()
        if level == "write"
    }

    publishing = {(name, "id-token") for name in ("pypi", "npm", "nuget", "provenance")}
    assert {("github", "contents"), ("go", "contents"), ("provenance", "attestations"), *publishing} == writers
