"""The real engine against the emulator: the CLI through the Automation API, state in a temporary folder, real HTTP."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pulumi import automation as auto

from sendblue_emulator import Account, Emulator

KEY_ID = "test-key-id"
SECRET_KEY = "test-secret-key"

SECRET_MARK = "4dabf18193072939515e22adb298388d"
"""The key by which Pulumi's state marks a secret."""

Program = Callable[[], Any]


@dataclass(frozen=True)
class Run:
    """What one command of the engine did.

    Attributes:
        ok: Whether it succeeded.
        text: Everything it printed.
        requests: The methods of the requests it sent to the account.
    """

    ok: bool
    text: str
    requests: list[str]


@dataclass
class Stack:
    """One stack of the temporary backend."""

    world: World
    stack: auto.Stack
    account: Account
    folder: Path

    def preview(self, **options: Any) -> Run:
        """Run a bare `pulumi preview`."""
        return self._run(self.stack.preview, **options)

    def up(self, **options: Any) -> Run:
        """Run `pulumi up --yes --skip-preview`, as the Automation API does."""
        return self._run(self.stack.up, **options)

    def refresh(self, **options: Any) -> Run:
        """Run `pulumi refresh --yes`."""
        return self._run(self.stack.refresh, **options)

    def destroy(self, **options: Any) -> Run:
        """Run `pulumi destroy --yes`."""
        return self._run(self.stack.destroy, **options)

    def program(self, program: Program) -> None:
        """Change the program."""
        self.stack.workspace.program = program

    def config(self, key: str, value: str, *, secret: bool = False) -> None:
        """Set a configuration value."""
        self.stack.set_config(key, auto.ConfigValue(value, secret=secret))

    def credentials_from_environment(self) -> None:
        """Give the credentials and the address in the environment instead of the configuration."""
        for key in ("sendblue:apiKeyId", "sendblue:apiSecretKey", "sendblue:baseUrl"):
            self.stack.remove_config(key)
        self.stack.workspace.env_vars = {
            **self.stack.workspace.env_vars,
            "SENDBLUE_API_API_KEY": f"{self.account.name}-{KEY_ID}",
            "SENDBLUE_API_API_SECRET": f"{self.account.name}-{SECRET_KEY}",
            "SENDBLUE_API_BASE_URL": self.world.url,
        }

    def resource(self, name: str = "webhooks") -> dict[str, Any]:
        """Return a resource as the state has it, its secrets in the clear."""
        state = self.stack.export_stack().deployment
        assert state is not None
        found = [r for r in state.get("resources", []) if r["urn"].endswith(f":WebhookConfiguration::{name}")]
        assert len(found) == 1, [r["urn"] for r in state.get("resources", [])]
        resource: dict[str, Any] = found[0]
        return resource

    def outputs(self, name: str = "webhooks") -> dict[str, Any]:
        """Return a resource's outputs from the state, the marks of secrets taken away."""
        plain: dict[str, Any] = _plain(self.resource(name)["outputs"])
        return plain

    def files(self) -> dict[Path, str]:
        """Return every file of the backend: state, history and backups."""
        paths = [path for path in (self.folder / "backend").rglob("*") if path.is_file()]
        return {path: path.read_text() for path in paths}

    def _run(self, command: Callable[..., Any], **options: Any) -> Run:
        self.world.emulator.journal.clear()
        said: list[str] = []
        options = {"on_output": said.append, "on_error": said.append, **options}
        try:
            command(**options)
            ok = True
        except auto.CommandError as error:
            ok = False
            said.append(str(error))
        return Run(ok, "\n".join(said), self.world.emulator.journal.methods(self.account.name))


@dataclass
class World:
    """An emulator and a backend, and the stacks that use them."""

    emulator: Emulator
    url: str
    folder: Path
    stacks: list[Stack] = field(default_factory=list)

    def account(self, name: str = "main", **options: Any) -> Account:
        """Add an account to the emulator."""
        return self.emulator.add_account(key_id=f"{name}-{KEY_ID}", secret=f"{name}-{SECRET_KEY}", name=name, **options)

    def stack(
        self,
        program: Program,
        account: Account,
        *,
        name: str = "dev",
        project: str = "shop",
        config: Mapping[str, str] | None = None,
        secrets: Mapping[str, str] | None = None,
    ) -> Stack:
        """Create a stack that is configured for the account."""
        backend = self.folder / "backend"
        backend.mkdir(exist_ok=True)
        workspace = self.folder / project / name
        workspace.mkdir(parents=True)
        environment = {
            "PULUMI_CONFIG_PASSPHRASE": "correct horse",
            "PULUMI_PYTHON_CMD": sys.executable,
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        }
        options = auto.LocalWorkspaceOptions(
            work_dir=str(workspace),
            pulumi_home=str(self.folder / "home"),
            env_vars=environment,
            project_settings=auto.ProjectSettings(
                name=project, runtime="python", backend=auto.ProjectBackend(url=backend.as_uri())
            ),
        )
        stack = Stack(
            self, auto.create_stack(name, project_name=project, program=program, opts=options), account, self.folder
        )
        stack.config("sendblue:apiKeyId", f"{account.name}-{KEY_ID}")
        stack.config("sendblue:apiSecretKey", f"{account.name}-{SECRET_KEY}", secret=True)
        stack.config("sendblue:baseUrl", self.url)
        for key, value in (config or {}).items():
            stack.config(key, value)
        for key, value in (secrets or {}).items():
            stack.config(key, value, secret=True)
        self.stacks.append(stack)
        return stack


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        if SECRET_MARK in value:
            return _plain(json.loads(value["plaintext"]))
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value
