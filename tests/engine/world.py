"""The real engine against the emulator: the CLI through the Automation API, state in a temporary folder, real HTTP."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import yaml
from pulumi import automation as auto

from sendblue_emulator import Account, Emulator
from tests.engine.workspaces import (
    FIND_PLUGIN,
    KEY_ID,
    SECRET_KEY,
    Program,
    made_once,
    open_workspace,
    project_file,
)

SECRET_MARK = "4dabf18193072939515e22adb298388d"
"""The key by which Pulumi's state marks a secret."""


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


def at_once(*commands: Callable[[], Run]) -> list[Run]:
    """Run commands of several stacks at the same moment; what they say of requests means nothing then."""
    with ThreadPoolExecutor(len(commands)) as threads:
        return [run.result() for run in [threads.submit(command) for command in commands]]


@dataclass
class Stack:
    """One stack of the temporary backend."""

    world: World
    stack: auto.Stack
    account: Account
    folder: Path
    decrypted: dict[str, dict[str, Any]] = field(default_factory=dict)

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

    def cli(self, *arguments: str) -> Run:
        """Run any other command of the CLI on this stack."""

        def command(**options: Any) -> None:
            self.stack._run_pulumi_cmd_sync([*arguments], options["on_output"], options["on_error"])

        return self._run(command)

    def program(self, program: Program) -> None:
        """Change the program."""
        self.stack.workspace.program = program

    def configure(self, values: Mapping[str, Any], secrets: Mapping[str, str] | None = None) -> None:
        """Set configuration values, as the stack's own file has them, and secret ones, which the CLI encrypts."""
        self._edit_config(lambda config: config.update(values))
        if secrets:
            self.stack.set_all_config({key: auto.ConfigValue(value, secret=True) for key, value in secrets.items()})

    def unset(self, *keys: str) -> None:
        """Remove configuration values."""
        self._edit_config(lambda config: [config.pop(key) for key in keys])

    def rotate(self, old: str = KEY_ID, new: str = "new-key-id") -> None:
        """Give the account another key pair, which the configuration has from now on, and revoke the old one."""
        self.account.add_key(f"{self.account.name}-{new}", "new-secret-key")
        self.account.revoke_key(f"{self.account.name}-{old}")
        self.configure({"sendblue:apiKeyId": f"{self.account.name}-{new}"}, {"sendblue:apiSecretKey": "new-secret-key"})

    def credentials_from_environment(self) -> None:
        """Give the credentials and the address in the environment instead of the configuration."""
        self.unset("sendblue:apiKeyId", "sendblue:apiSecretKey", "sendblue:baseUrl")
        self.stack.workspace.env_vars = {
            **self.stack.workspace.env_vars,
            "SENDBLUE_API_API_KEY": f"{self.account.name}-{KEY_ID}",
            "SENDBLUE_API_API_SECRET": f"{self.account.name}-{SECRET_KEY}",
            "SENDBLUE_API_BASE_URL": self.world.url,
        }

    def state(self) -> dict[str, Any]:
        """Return the state in the backend, secrets encrypted, with `pending_operations` if a run was cut off."""
        latest: dict[str, Any] | None = json.loads(self.state_file.read_text())["checkpoint"].get("latest")
        return latest or {}

    def exported(self) -> dict[str, Any]:
        """Return the state with its secrets in the clear, which the CLI decrypts: once for each state."""
        state = self.state_file.read_text()
        if state not in self.decrypted:
            self.decrypted = {state: dict(self.stack.export_stack().deployment or {})}
        return self.decrypted[state]

    def resource(self, name: str = "webhooks", *, revealed: bool = False) -> dict[str, Any]:
        """Return a resource as the state has it, if asked for with its secrets in the clear."""
        resources = (self.exported() if revealed else self.state()).get("resources", [])
        kinds = tuple(f":{kind}::{name}" for kind in ("WebhookConfiguration", "Webhook"))
        found = [r for r in resources if r["urn"].endswith(kinds)]
        assert len(found) == 1, [r["urn"] for r in resources]
        resource: dict[str, Any] = found[0]
        return resource

    def outputs(self, name: str = "webhooks") -> dict[str, Any]:
        """Return a resource's outputs from the state, the marks of secrets taken away."""
        plain: dict[str, Any] = unmarked(self.resource(name, revealed=True)["outputs"])
        return plain

    def program_outputs(self) -> auto.OutputMap:
        """Return what the program exports."""
        (root,) = [r for r in self.exported()["resources"] if r["type"] == "pulumi:pulumi:Stack"]
        outputs: Mapping[str, Any] = root.get("outputs", {})
        return {name: auto.OutputValue(unmarked(value), SECRET_MARK in repr(value)) for name, value in outputs.items()}

    @property
    def state_file(self) -> Path:
        """The backend's file with the state."""
        project = Path(self.stack.workspace.work_dir).parent.name
        return self.folder / "backend" / ".pulumi" / "stacks" / project / f"{self.stack.name}.json"

    def files(self) -> dict[Path, str]:
        """Return every file of the backend: state, history and backups."""
        paths = [path for path in (self.folder / "backend").rglob("*") if path.is_file()]
        return {path: path.read_text() for path in paths}

    def _edit_config(self, edit: Callable[[dict[str, Any]], object]) -> None:
        file = Path(self.stack.workspace.work_dir, f"Pulumi.{self.stack.name}.yaml")
        settings = yaml.safe_load(file.read_text())
        edit(settings["config"])
        file.write_text(yaml.safe_dump(settings))

    def _run(self, command: Callable[..., Any], **options: Any) -> Run:
        self.world.emulator.journal.clear()
        said: list[str] = []
        options = {"on_output": said.append, "on_error": said.append, **options}
        try:
            with _no_afterthoughts(self.stack):
                command(**options)
            ok = True
        except auto.CommandError as error:
            ok = False
            said.append(str(error))
        return Run(ok, "\n".join(said), self.world.emulator.journal.methods(self.account.name))


@dataclass
class World:
    """An emulator and a backend, and the stacks that use them.

    Attributes:
        emulator: The API.
        url: Where it is.
        folder: Backend, workspaces and Pulumi's home.
        made: Stacks that were made for an earlier test of this session, to copy.
        stacks: The stacks.
    """

    emulator: Emulator
    url: str
    folder: Path
    made: Path
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
        config: Mapping[str, Any] | None = None,
        secrets: Mapping[str, str] | None = None,
        settings: Mapping[str, Any] = FIND_PLUGIN,
    ) -> Stack:
        """Create a stack that is configured for the account.

        Args:
            program: What it runs.
            account: The account.
            name: The stack's name.
            project: The project's name.
            config: More configuration values, as the stack's own file has them.
            secrets: More configuration values that are secrets.
            settings: What Pulumi.yaml says besides: where the plugin is.
        """
        workspace = self.folder / project / name
        shutil.copytree(made_once(project, name, account.name, self.made), self.folder, dirs_exist_ok=True)
        (workspace / "Pulumi.yaml").write_text(project_file(self.folder, project, settings))
        made = open_workspace(self.folder, project, name, program)
        stack = Stack(self, auto.Stack.select(name, made), account, self.folder)
        stack.configure({"sendblue:baseUrl": self.url, **(config or {})}, secrets)
        self.stacks.append(stack)
        return stack

    def processes(self) -> dict[int, str]:
        """Return the processes that run for the stacks of this world, by id: the CLI (`pulumi`) before its plugins."""
        mark = f"PULUMI_HOME={self.folder / 'home'}".encode()
        found: dict[int, str] = {}
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):  # it ended meanwhile, or is somebody else's
                if mark in (process / "environ").read_bytes().split(b"\0"):
                    found[int(process.name)] = (process / "comm").read_text().strip()
        return dict(sorted(found.items(), key=lambda item: item[1] != "pulumi"))

    def left_running(self) -> dict[int, str]:
        """Give the processes of this world a moment to end; return and end those that do not."""
        end = time.monotonic() + 2
        while (processes := self.processes()) and time.monotonic() < end:
            time.sleep(0.02)
        for process in processes:
            os.kill(process, signal.SIGKILL)
        return processes

    def kill(self) -> None:
        """Kill the CLI and its plugins, as a lost machine would."""
        for process in self.processes():
            os.kill(process, signal.SIGKILL)

    def interrupt(self) -> None:
        """Press Ctrl-C at the CLI."""
        for process, name in self.processes().items():
            if name == "pulumi":
                os.kill(process, signal.SIGINT)


@contextmanager
def _no_afterthoughts(stack: auto.Stack) -> Iterator[None]:
    """Leave out the commands that the Automation API runs after each one, for outputs and history: half of the time."""
    with mock.patch.multiple(stack, outputs=dict, info=lambda *_: mock.sentinel.summary):
        yield


def unmarked(value: Any) -> Any:
    """Take the marks of secrets away from a value of an exported state."""
    if isinstance(value, dict):
        if SECRET_MARK in value:
            return unmarked(json.loads(value["plaintext"]))
        return {key: unmarked(item) for key, item in value.items()}
    if isinstance(value, list):
        return [unmarked(item) for item in value]
    return value
