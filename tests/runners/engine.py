"""The real Pulumi CLI, with either front end, over the world of the engine tests."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from typing import Any, Final

import pulumi

from tests.engine import workspaces, world
from tests.engine.programs import FrontEnd
from tests.engine.world import World
from tests.runners.program import Program, Resource, Run
from tests.runners.runner import MAIN

_ROW: Final = re.compile(
    r"^ *([-+~]+) +\S*:(?:Webhook|WebhookConfiguration) (\S+) (?:creat|updat|delet|replac)", re.MULTILINE
)
_STEPS: Final = {"+": "create", "~": "update", "-": "delete"}


class EngineRunner:
    """A runner that runs `pulumi`.

    Args:
        world: An emulator and a backend; it has the account `MAIN`.
        front_end: What the programs import.
    """

    def __init__(self, world: World, front_end: FrontEnd) -> None:
        self.name = f"engine-{'dynamic' if front_end.reads == [] else 'plugin'}"
        self._world, self._front_end = world, front_end
        self._stack = world.stack(lambda: None, world.emulator.account(MAIN))

    def preview(self, program: Program) -> Run:
        """Run a bare `pulumi preview`."""
        self._stack.program(self._declaring(program))
        return _run(self._stack.preview(), program)

    def up(self, program: Program, *, parallel: int = 1, killed: bool = False) -> Run:
        """Run `pulumi up --skip-preview`; with `killed` the backend is as before afterwards."""
        self._stack.program(self._declaring(program))
        backend, before = self._world.folder / "backend", self._world.folder / "backend-before"
        shutil.copytree(backend, before)
        replace = [self._urn(resource) for resource in program if resource.replace]
        run = self._stack.up(parallel=parallel, **({"replace": replace} if replace else {}))
        if killed:
            shutil.rmtree(backend)
            shutil.copytree(before, backend)
        shutil.rmtree(before)
        return _run(run, program)

    def refresh(self) -> Run:
        """Run `pulumi refresh`."""
        return _run(self._stack.refresh())

    def destroy(self, *, parallel: int = 1) -> Run:
        """Run `pulumi destroy`."""
        return _run(self._stack.destroy(parallel=parallel))

    def import_(self, resource: Resource, id_: str) -> Run:
        """Say that an import needs a language host, which these tests do without."""
        raise NotImplementedError

    def outputs(self, name: str) -> dict[str, Any]:
        """Return a resource's outputs from the state."""
        return self._stack.outputs(name)

    def revealed(self) -> str:
        """Return every file of the backend: state, history and backups."""
        return "\n".join(self._stack.files().values())

    def use(self, account: str) -> None:
        """Configure another account's credentials."""
        self._stack.configure(
            {"sendblue:apiKeyId": f"{account}-{workspaces.KEY_ID}"},
            {"sendblue:apiSecretKey": f"{account}-{workspaces.SECRET_KEY}"},
        )

    def cancel(self) -> None:
        """Press Ctrl-C."""
        self._world.interrupt()

    def _urn(self, resource: Resource) -> str:
        return f"urn:pulumi:dev::shop::{self._front_end.type(resource.kind)}::{resource.name}"

    def _declaring(self, program: Program) -> workspaces.Program:
        def declare() -> None:
            for resource in program:
                assert not resource.trigger, "no story of the engine changes a trigger"
                options = pulumi.ResourceOptions(ignore_changes=[*resource.ignore])
                given = {_snake(name): self._argument(value) for name, value in resource.properties.items()}
                getattr(self._front_end.module, resource.kind)(resource.name, options, **given)

        return declare

    def _argument(self, value: Any) -> Any:
        if isinstance(value, Mapping) and "url" in value:
            return self._front_end.module.WebhookEndpointArgs(**{_snake(name): item for name, item in value.items()})
        if isinstance(value, Mapping):
            return {name: self._argument(item) for name, item in value.items()}
        return [self._argument(item) for item in value] if isinstance(value, list) else value


def _snake(name: str) -> str:
    return re.sub(r"[A-Z]", lambda letter: f"_{letter[0].lower()}", name)


def _run(ran: world.Run, program: Program = ()) -> Run:
    steps = {resource.name: "same" for resource in program}
    for sign, name in _ROW.findall(ran.text):
        steps[name] = _STEPS.get(sign, "replace")
    errors = {} if ran.ok else {"": ran.text}
    return Run(errors, [ran.text], steps=steps, requests=ran.requests, sent=None)
