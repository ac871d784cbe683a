"""Where the engine finds the plugin, besides the `plugins` of Pulumi.yaml that the other tests use."""

from __future__ import annotations

import faulthandler
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from sendblue_emulator import Account
from tests.engine.programs import INBOUND, PLUGIN, held
from tests.engine.project import VERSION, Project
from tests.engine.toolchains import plugin_archive
from tests.engine.workspaces import PLUGIN_FILE
from tests.engine.world import Run, World
from tests.tools.test_package import copy_of_the_package


@pytest.fixture(autouse=True)
def _not_on_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the plugin off PATH, where `make` has the virtual environment."""
    folders = os.environ["PATH"].split(os.pathsep)
    monkeypatch.setenv("PATH", os.pathsep.join(f for f in folders if not Path(f, PLUGIN_FILE.name).exists()))


def preview(world: World, account: Account, settings: Mapping[str, Any], **environment: str) -> Run:
    """Preview a program in a project of these settings."""
    stack = world.stack(PLUGIN.declare(receive=[INBOUND]), account, settings=settings)
    stack.stack.workspace.env_vars = {**stack.stack.workspace.env_vars, **environment}
    return stack.preview()


def test_not_found(world: World, account: Account) -> None:
    """Without any of them the engine says that it does not find the plugin: so the other tests prove what they say."""
    run = preview(world, account, {})
    assert not run.ok
    assert "no resource plugin 'pulumi-resource-sendblue' found in the workspace" in run.text


def test_installed_from_an_archive(world: World, account: Account, tmp_path: Path) -> None:
    """`pulumi plugin install --file` takes the archive, for every project of the machine."""
    home = tmp_path / "home"
    subprocess.run(
        ["pulumi", "plugin", "install", "resource", "sendblue", VERSION, "--file", plugin_archive()],
        env={**os.environ, "PULUMI_HOME": str(home), "PULUMI_SKIP_UPDATE_CHECK": "true"},
        capture_output=True,
        check=True,
    )
    assert (home / "plugins" / f"resource-sendblue-v{VERSION}" / PLUGIN_FILE.name).exists()

    run = preview(world, account, {})
    assert run.ok, run.text
    assert ["GET"] == run.requests
    assert "warning" not in run.text


def test_on_path(world: World, account: Account) -> None:
    """On PATH it is found too, with the engine's warning."""
    run = preview(world, account, {}, PATH=os.pathsep.join([os.environ["PATH"], str(PLUGIN_FILE.parent)]))
    assert run.ok, run.text
    assert f"warning: using pulumi-resource-sendblue from $PATH at {PLUGIN_FILE}" in run.text


def test_packages(world: World, account: Account) -> None:
    """`packages` in Pulumi.yaml takes the folder."""
    run = preview(world, account, {"packages": {"sendblue": str(PLUGIN_FILE.parent)}})
    assert run.ok, run.text
    assert "warning" not in run.text


@pytest.mark.skipif(
    shutil.which("pulumi-language-python") is None or shutil.which("pulumi-language-yaml") is None,
    reason="pulumi-language-python or -yaml is not on PATH: the official CLI brings them, one built with Go does not",
)
def test_from_source(world: World, account: Account, tmp_path: Path) -> None:
    """`pulumi package add <checkout>/provider` installs the plugin from its source, for a program in any language."""
    faulthandler.cancel_dump_traceback_later()  # with packages to fetch, it may take longer than pytest gives a test
    checkout = copy_of_the_package(tmp_path / "checkout")
    project = Project.of_example(world, "yaml")
    shutil.rmtree(world.folder / "home" / "plugins")
    project.stack_of("dev", account, {"globalSecret": "the-global-secret", "supportSecret": "the-support-secret"})

    project.pulumi("package", "add", str(checkout / "provider"))
    assert f"packages:\n  sendblue: {checkout / 'provider'}\n" in (project.folder / "Pulumi.yaml").read_text()
    project.pulumi("install")
    project.pulumi("up", "--yes", "--skip-preview")
    assert {"receive", "call_log", "globalSecret"} == {*held(account)}
    project.pulumi("preview", "--expect-no-changes")
    project.pulumi("destroy", "--yes")
    assert {} == held(account)
    world.kill()  # `package add` leaves its language host running, which ends some seconds later
