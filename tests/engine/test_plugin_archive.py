"""The plugin's archive: what is in it, and that it serves an engine with nothing else on the machine."""

from __future__ import annotations

import hashlib
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import closing
from importlib.metadata import distribution
from pathlib import Path

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import provider_pb2 as proto
from pulumi.runtime.proto import provider_pb2_grpc

from tests.engine.project import VERSION
from tests.engine.toolchains import ROOT, plugin_archive
from tools.notices import LAUNCHER, RULE, frozen_distributions
from tools.plugin_archive import NAME, archive_name


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the archive is unpacked into."""
    folder = tmp_path_factory.mktemp("archive")
    with tarfile.open(plugin_archive()) as tar:
        tar.extractall(folder)  # noqa: S202 - made here
    return folder


@pytest.fixture
def provider(unpacked: Path) -> Iterator[provider_pb2_grpc.ResourceProviderStub]:
    """The unpacked plugin, started with an empty environment, as an engine calls it."""
    with subprocess.Popen([unpacked / NAME], env={}, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        with closing(grpc.insecure_channel(f"127.0.0.1:{process.stdout.readline().strip()}")) as channel:
            yield provider_pb2_grpc.ResourceProviderStub(channel)
        process.kill()


def test_its_name_and_checksum() -> None:
    """The archive has the name that Pulumi asks for, and `checksums.txt` its sum."""
    archive = plugin_archive()
    assert archive_name() == archive.name
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    assert f"{digest}  {archive.name}\n" == archive.with_name("checksums.txt").read_text()


def test_it_is_this_provider(provider: provider_pb2_grpc.ResourceProviderStub) -> None:
    """Without any environment it gives its version, and the checkout's schema byte for byte."""
    assert VERSION == provider.GetPluginInfo(Empty()).version
    assert (ROOT / "schema.json").read_text() == provider.GetSchema(proto.GetSchemaRequest()).schema


def test_it_verifies_servers(unpacked: Path) -> None:
    """It has the certificates that it verifies the API's server with."""
    assert (unpacked / "_internal" / "certifi" / "cacert.pem").stat().st_size


def test_its_licences(unpacked: Path) -> None:
    """The provider's licence is in it, and the notices of Python, of PyInstaller, and of each library in it."""
    assert (ROOT / "LICENSE").read_text() == (unpacked / "LICENSE").read_text()
    text = (unpacked / "THIRD_PARTY_NOTICES.txt").read_text()
    named = {part.strip().partition("\n")[0].rpartition(" ")[0] for part in text.split(RULE)}
    assert {"Python", *(distribution(name).metadata["Name"] for name in (*frozen_distributions(), LAUNCHER))} <= named


def test_only_what_it_needs(unpacked: Path) -> None:
    """No tool of the environment that it was built in got into it."""
    kept = {name.replace("-", "_") for name in frozen_distributions()} | {
        "google",
        "grpc",
        "python3",
        "sendblue_provider",
    }
    folders = {path.name for path in (unpacked / "_internal").iterdir() if path.is_dir()}
    modules = {name for name in folders if not name.endswith(".dist-info") and not name.startswith("python3.")}
    assert modules <= kept
