"""The folders in which the CLI works: one for each stack, copied from one that was made once."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml
from pulumi import automation as auto

from tests.engine import vault

KEY_ID = "test-key-id"
SECRET_KEY = "test-secret-key"

PLUGIN_FILE = Path(sys.executable).with_name("pulumi-resource-sendblue")
"""The plugin, as the package's installation puts it beside Python."""

FIND_PLUGIN: Mapping[str, Any] = {"plugins": {"providers": [{"name": "sendblue", "path": str(PLUGIN_FILE.parent)}]}}
"""The lines of Pulumi.yaml by which the engine finds the plugin."""

Program = Callable[[], Any]


class _Workspace(auto.LocalWorkspace):
    """A workspace that spares the command which selects the stack: each command names its own."""

    def select_stack(self, stack_name: str) -> None:
        """Do nothing."""


def open_workspace(folder: Path, project: str, name: str, program: Program | None = None) -> _Workspace:
    return _Workspace(
        work_dir=str(folder / project / name),
        pulumi_home=str(folder / "home"),
        program=program,
        secrets_provider=vault.SECRETS_PROVIDER,
        env_vars={
            **vault.environment(),
            "PULUMI_PYTHON_CMD": sys.executable,
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "GOGC": "off",  # a command lives for a second
        },
        pulumi_command=_cli(),
    )


def project_file(folder: Path, project: str, settings: Mapping[str, Any]) -> str:
    """Write Pulumi.yaml: by hand, since the Automation API's own class for it does not know all settings."""
    return yaml.safe_dump(
        {
            "name": project,
            "runtime": "python",
            "main": str(Path.cwd()),  # where a dynamic resource's host finds the tests' own providers
            "backend": {"url": (folder / "backend").as_uri()},
            **settings,
        }
    )


def made_once(project: str, name: str, account: str, made: Path) -> Path:
    """Return a folder with a new stack that is configured for an account: the CLI takes a moment to make one."""
    folder = made / project / name / account
    if not folder.exists():
        (folder / "backend").mkdir(parents=True)
        workspace = folder / project / name
        workspace.mkdir(parents=True)
        (workspace / "Pulumi.yaml").write_text(project_file(folder, project, {}))
        auto.Stack.create(name, open_workspace(folder, project, name)).set_all_config(
            {
                "sendblue:apiKeyId": auto.ConfigValue(f"{account}-{KEY_ID}"),
                "sendblue:apiSecretKey": auto.ConfigValue(f"{account}-{SECRET_KEY}", secret=True),
            }
        )
    return folder


@functools.cache
def _cli() -> auto.PulumiCommand:
    """Return the CLI: once, since it is asked for its version each time."""
    return auto.PulumiCommand()
