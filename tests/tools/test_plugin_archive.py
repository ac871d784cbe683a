"""How the plugin's archive is named, and what is left out of it."""

from __future__ import annotations

import hashlib
import tarfile
from importlib.metadata import version
from pathlib import Path

import pytest

from tools.notices import frozen_distributions
from tools.plugin_archive import archive_name, checksums, modules_to_exclude, pack
from tools.sdk import FailedError


@pytest.mark.parametrize(
    ("system", "machine", "target"),
    [
        ("linux", "x86_64", "linux-amd64"),
        ("linux", "aarch64", "linux-arm64"),
        ("darwin", "arm64", "darwin-arm64"),
        ("win32", "AMD64", "windows-amd64"),
    ],
)
def test_name(system: str, machine: str, target: str) -> None:
    """The archive is named with Go's names of the operating system and the architecture."""
    assert f"pulumi-resource-sendblue-v{version('pulumi-sendblue')}-{target}.tar.gz" == archive_name(system, machine)


def test_no_such_machine() -> None:
    """A machine that Pulumi does not run on is named."""
    with pytest.raises(FailedError, match="linux on s390x"):
        archive_name("linux", "s390x")


def test_tools_are_left_out() -> None:
    """What the environment has for development is excluded, and what the provider imports is not."""
    frozen = frozen_distributions()
    excluded = modules_to_exclude(frozen)
    assert {"pytest", "mypy", "hypothesis", "flask", "dill"} <= {*excluded}
    assert not {"pulumi", "google", "grpc", "httpx", "certifi", "pydantic", "pydantic_core", "typing_extensions"} & {
        *excluded
    }
    assert "sendblue_provider" not in excluded


def test_checksums(tmp_path: Path) -> None:
    """A sum is in the form of `sha256sum`, by name; what is packed lies at the archive's top."""
    folder = tmp_path / "made"
    (folder / "inner").mkdir(parents=True)
    (folder / "plugin").write_text("x")
    archives = [pack(folder, tmp_path / f"{name}.tar.gz") for name in "ba"]
    sums = [
        f"{hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()}  {name}" for name in ("a.tar.gz", "b.tar.gz")
    ]
    assert sums == checksums(archives).splitlines()
    with tarfile.open(archives[0]) as tar:
        assert ["inner", "plugin"] == tar.getnames()
