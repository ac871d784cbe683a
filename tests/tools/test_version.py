"""The version stands in one place, and all else that names it says the same."""

from __future__ import annotations

import json
import re
import shutil
from importlib.metadata import version
from pathlib import Path

import pytest

from tools import version as tool
from tools.sdk import NOT_SOURCE

ROOT = Path(__file__).parents[2]
STATED = tool.stated(ROOT)


def test_everything_names_the_same_version() -> None:
    """Pages, examples, the changelog, the installed package, the schema and the SDKs name pyproject.toml's version."""
    package = json.loads((ROOT / "sdk/nodejs/package.json").read_text())
    utilities = (ROOT / "sdk/go/sendblue/internal/pulumiUtilities.go").read_text()
    found = {
        **tool.mentioned(ROOT),
        "the installed package (run `make venv`)": {version("pulumi-sendblue")},
        "schema.json (run `make sdk`)": {json.loads((ROOT / "schema.json").read_text())["version"]},
        "sdk/go": {*re.findall(r'version := semver.MustParse\("(.*)"\)', utilities)},
        "sdk/nodejs/package.json": {package["version"], package["pulumi"]["version"]},
    }
    for plugin in (ROOT / "sdk").rglob("pulumi-plugin.json"):
        if NOT_SOURCE.isdisjoint(plugin.parts):
            found[str(plugin)] = {json.loads(plugin.read_text())["version"]}

    assert {} == {name: versions for name, versions in found.items() if versions - {STATED}}
    for name in (
        "CHANGELOG.md",
        "provider/sendblue_provider/version.py",
        "sdk/go",
        "examples/go/go.mod",
        "examples/typescript/package.json",
    ):
        assert {STATED} == found[name], name


@pytest.mark.parametrize(
    "text",
    [
        '"pulumi-sendblue": "^1.2.3"',
        "github.com/pulumi-sendblue/pulumi-sendblue/sdk/go v1.2.3",
        "pulumi plugin install resource sendblue 1.2.3 --file x",
        "dist/pulumi-resource-sendblue-v1.2.3.tar.gz",
        "pulumi_sendblue-1.2.3-py3-none-any.whl",
        "pulumi-sendblue==1.2.3",
        "https://github.com/pulumi-sendblue/pulumi-sendblue/releases/download/v1.2.3/checksums.txt",
    ],
)
def test_a_mention_is_found(text: str) -> None:
    """The version is found in each form that a page or an example names it in."""
    assert ["1.2.3"] == [match[2] for match in tool.MENTIONED.finditer(text)]


@pytest.mark.parametrize("text", ["pulumi/sdk/v3 v1.2.3", '"@pulumi/pulumi": "^1.2.3"', "sendblue, with CLI 1.2.3"])
def test_another_version_is_left(text: str) -> None:
    """A version of something else is none of this project's."""
    assert tool.MENTIONED.search(text) is None


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what people write in the checkout."""
    for name in ("pyproject.toml", "CHANGELOG.md", "README.md"):
        shutil.copyfile(ROOT / name, tmp_path / name)
    constant = Path("provider/sendblue_provider/version.py")
    (tmp_path / constant).parent.mkdir(parents=True)
    shutil.copyfile(ROOT / constant, tmp_path / constant)
    for name in ("docs", "examples"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns(*tool.NOT_SOURCE))
    return tmp_path


def test_another_version_is_written_everywhere(checkout: Path) -> None:
    """Afterwards every file that named the old version names the new one, and no other file is changed."""
    before = {name for name, versions in tool.mentioned(checkout).items() if versions}

    changed = tool.write(checkout, "47.11.0")

    assert "47.11.0" == tool.stated(checkout)
    assert {*before, "pyproject.toml"} == {*changed}
    assert {"47.11.0"} == set().union(*tool.mentioned(checkout).values())
    assert [] == tool.write(checkout, "47.11.0")


@pytest.mark.parametrize("text", ["1.2", "v1.2.3", "1.2.3-beta.1", "01.2.3", "1.2.3.4", ""])
def test_what_some_registry_would_not_take_is_refused(checkout: Path, text: str) -> None:
    """A version is X.Y.Z: npm and the Python index spell everything else in two ways. Nothing is written."""
    with pytest.raises(tool.VersionError, match="A version is three numbers"):
        tool.write(checkout, text)
    assert STATED == tool.stated(checkout)


def test_the_changelog_gets_a_heading_for_the_next_version(tmp_path: Path) -> None:
    """A heading that is not released yet is renamed; above a dated one comes a new one."""
    (tmp_path / "pyproject.toml").write_text('version = "1.0.0"\n')
    log = tmp_path / "CHANGELOG.md"
    log.write_text("# Changelog\n\n## 1.0.0 - 2026-01-02\n\nFirst.\n")

    tool.write(tmp_path, "1.1.0")
    assert "# Changelog\n\n## 1.1.0 - unreleased\n\n## 1.0.0 - 2026-01-02\n\nFirst.\n" == log.read_text()

    tool.write(tmp_path, "2.0.0")
    assert "# Changelog\n\n## 2.0.0 - unreleased\n\n## 1.0.0 - 2026-01-02\n\nFirst.\n" == log.read_text()


def test_the_notes_of_a_release(tmp_path: Path) -> None:
    """They are the changelog's text between the release's heading and the one before it."""
    (tmp_path / "pyproject.toml").write_text('version = "1.1.0"\n')
    log = "# Changelog\n\n## 1.1.0 - 2026-02-03\n\n### Added\n\n- More.\n\n## 1.0.0 - 2026-01-02\n\nFirst.\n"
    (tmp_path / "CHANGELOG.md").write_text(log)

    assert "### Added\n\n- More." == tool.notes(tmp_path, "v1.1.0")


@pytest.mark.parametrize(
    ("tag", "heading", "problem"),
    [
        ("v1.2.0", "1.1.0 - 2026-02-03", "run `make version V=1.2.0`"),
        ("1.1.0", "1.1.0 - 2026-02-03", "The tag is 1.1.0, and the version 1.1.0"),
        ("v1.1.0", "1.1.0 - unreleased", "with the date of the release"),
        ("v1.1.0", "1.0.0 - 2026-02-03", "with the date of the release"),
    ],
)
def test_a_release_that_does_not_agree_is_refused(tmp_path: Path, tag: str, heading: str, problem: str) -> None:
    """Another tag than the version's, and a changelog that has not got the release's date, stop the release."""
    (tmp_path / "pyproject.toml").write_text('version = "1.1.0"\n')
    (tmp_path / "CHANGELOG.md").write_text(f"# Changelog\n\n## {heading}\n\nText.\n")

    with pytest.raises(tool.VersionError, match=re.escape(problem)):
        tool.notes(tmp_path, tag)
