"""An example's project as a user has it: its own Pulumi.yaml, the plugin in Pulumi's folder, and the CLI."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

from sendblue_emulator import Account
from tests.engine import vault
from tests.engine.toolchains import EXAMPLES, Driver, once
from tests.engine.workspaces import KEY_ID, PLUGIN_FILE, SECRET_KEY
from tests.engine.world import Run, World

TIMEOUT_SECONDS: Final = 600
"""For one command: `pulumi install` may have to fetch all of a language's packages."""
VERSION: Final = version("pulumi-sendblue")


@dataclass(frozen=True)
class Project:
    """A project with a file backend.

    Attributes:
        world: The emulator that has the project's accounts, and the folder of the backend.
        folder: The project's folder.
        environment: What its commands run with.
    """

    world: World
    folder: Path
    environment: Mapping[str, str]

    @classmethod
    def of_example(cls, world: World, name: str, *, hosts: Path | None = None, archive: Path | None = None) -> Project:
        """Make the project of the example of this name.

        Args:
            world: The emulator, and the folder to work in.
            name: The example's folder.
            hosts: A folder with language hosts, for where PATH has none.
            archive: An archive of the plugin. It was installed as a user installs it, and no Python is on PATH then.
                Without one, Pulumi's folder has a link to the console script.
        """
        folder, backend, home = world.folder / name, world.folder / "backend", world.folder / "home"
        backend.mkdir(exist_ok=True)
        # Without what somebody's own `pulumi install` left in the checkout.
        shutil.copytree(EXAMPLES / name, folder, ignore=shutil.ignore_patterns("venv", "node_modules", "sdks"))
        path = [str(without_python(world.folder))] if archive else [os.environ["PATH"]]
        ours = {
            "PATH": os.pathsep.join([*path, *([str(hosts)] if hosts else [])]),
            "PULUMI_BACKEND_URL": backend.as_uri(),
            "PULUMI_HOME": str(home),
            **vault.environment(),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "SENDBLUE_API_BASE_URL": world.url,
        }
        project, plugins = cls(world, folder, {**os.environ, **ours}), home / "plugins"
        if plugins.exists():
            return project
        if archive:
            plugins.parent.mkdir(exist_ok=True)
            plugins.symlink_to(installed(archive))
        else:
            link = plugins / f"resource-sendblue-v{VERSION}"
            link.mkdir(parents=True)
            (link / PLUGIN_FILE.name).symlink_to(PLUGIN_FILE)
        return project

    def stack(self, name: str, values: Mapping[str, str], secrets: Mapping[str, str]) -> None:
        """Create and select a stack with this configuration."""
        self.pulumi("stack", "init", name, "--secrets-provider", vault.SECRETS_PROVIDER)
        self.configure(values, secrets)

    def stack_of(self, name: str, account: Account, secrets: Mapping[str, str]) -> None:
        """Create and select a stack for this account."""
        values = {"sendblue:apiKeyId": f"{account.name}-{KEY_ID}"}
        self.stack(name, values, {"sendblue:apiSecretKey": f"{account.name}-{SECRET_KEY}", **secrets})

    def configure(self, values: Mapping[str, str], secrets: Mapping[str, str]) -> None:
        """Set configuration of the selected stack."""
        words = [word for key, value in values.items() for word in ("--plaintext", f"{key}={value}")]
        words += [word for key, value in secrets.items() for word in ("--secret", f"{key}={value}")]
        self.pulumi("config", "set-all", *words)

    def pulumi(self, *arguments: str) -> Run:
        """Run a command of the CLI that has to succeed."""
        done = self._run(["pulumi", "--non-interactive", "--color=never", *arguments])
        assert done.ok, done.text
        return done

    def drive(self, driver: Driver, stack: str, command: str, *flags: str) -> Run:
        """Run a command of the engine through a driver."""
        return self._run([*driver, stack, command, *flags])

    def files(self) -> dict[Path, str]:
        """Return every file of the backend: state, history and backups."""
        paths = [path for path in (self.world.folder / "backend").rglob("*") if path.is_file()]
        return {path: path.read_text() for path in paths}

    def _run(self, command: list[str]) -> Run:
        self.world.emulator.journal.clear()
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
        return Run(done.returncode == 0, done.stdout, self.world.emulator.journal.methods())


def installed(archive: Path) -> Path:
    """Return the folder of plugins of a home into which `pulumi plugin install` put this archive."""
    home = archive.with_name("home")

    def install() -> None:
        shutil.rmtree(home)
        subprocess.run(
            ["pulumi", "plugin", "install", "resource", "sendblue", VERSION, "--file", str(archive)],
            env={**os.environ, "PULUMI_HOME": str(home), "PULUMI_SKIP_UPDATE_CHECK": "true"},
            capture_output=True,
            check=True,
        )

    once(home, [archive], install)
    return home / "plugins"


def without_python(folder: Path) -> Path:
    """Return a folder with the CLI and Node.js, and nothing else, to be all of PATH."""
    links = folder / "no-python"
    if links.exists():
        return links
    links.mkdir()
    for program in ("pulumi", "node"):
        found = shutil.which(program)
        if found is not None:
            (links / program).symlink_to(Path(found).resolve())
    return links
