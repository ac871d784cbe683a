"""A command of the engine, step by step, against one process of a provider: what it calls, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, NamedTuple, Protocol

from sendblue_emulator import Emulator
from tests.plugin.answers import Checked, State
from tests.plugin.engine import as_before
from tests.plugin.values import Secret, plain
from tests.runners.program import Program, Resource, Run

Key = tuple[str, str]


@dataclass(frozen=True)
class Stack:
    """What the engine's state holds.

    Attributes:
        resources: The resources, by kind and name.
        programs: What the program said of each at the last update: the engine keeps `ignoreChanges`.
        doomed: What a replacement left to be deleted.
    """

    resources: Mapping[Key, State] = field(default_factory=dict)
    programs: Mapping[Key, Resource] = field(default_factory=dict)
    doomed: tuple[tuple[Resource, State], ...] = ()

    def outputs(self, name: str) -> dict[str, Any]:
        """Return the outputs of the resource of this name, without the marks of secrets."""
        (found,) = [state for (_, named), state in self.resources.items() if named == name]
        return {key: plain(value) for key, value in found.outputs.items()}

    def revealed(self) -> str:
        """Return what a reader of the state's file sees of it: everything but what is marked as a secret."""
        states = [*self.resources.values(), *(state for _, state in self.doomed)]
        return repr([(s.id, _open(s.inputs), _open(s.outputs), s.errors) for s in states])


def _open(value: Any) -> Any:
    if isinstance(value, Secret):
        return "[secret]"
    if isinstance(value, Mapping):
        return {key: _open(item) for key, item in value.items()}
    return [_open(item) for item in value] if isinstance(value, list) else value


class CallFailed(Exception):
    """A call to the provider failed.

    Attributes:
        text: What the user reads.
        kept: The state that the engine keeps all the same; None if it keeps the one that it had.
    """

    def __init__(self, text: str, kept: State | None = None) -> None:
        self.text = text
        self.kept = kept
        super().__init__(text)


class Answer(NamedTuple):
    """The answer to a diff."""

    changes: bool
    replaces: bool
    paths: Mapping[str, str] = {}


class Host(Protocol):
    """A process of the provider, called as the engine calls it. Each call raises `CallFailed`.

    Attributes:
        previews: Whether it is asked for creates and updates in a preview.
    """

    previews: bool

    def check(self, resource: Resource, news: Mapping[str, Any], olds: Mapping[str, Any] | None) -> Checked:
        """Check what a program declares."""

    def diff(self, resource: Resource, state: State, inputs: Mapping[str, Any]) -> Answer:
        """Compare a state with what is declared."""

    def create(self, resource: Resource, inputs: Mapping[str, Any], *, preview: bool) -> State:
        """Create, or preview that."""

    def update(self, resource: Resource, state: State, inputs: Mapping[str, Any], *, preview: bool) -> State:
        """Update, or preview that."""

    def read(self, resource: Resource, state: State) -> State:
        """Read a resource; without an id it is gone."""

    def import_(self, resource: Resource, id_: str) -> State:
        """Read a resource that is to be imported."""

    def delete(self, resource: Resource, state: State) -> None:
        """Delete."""

    def cancel(self) -> None:
        """Say that the user pressed Ctrl-C."""


class Deployment:
    """One command.

    Args:
        host: The provider's process.
        stack: The state before it.
        emulator: Its journal tells the requests of planning from those of an operation.
        preview: Whether nothing is to be done.
        parallel: How many resources are worked on at once; with one, the first error ends the command.
        at_operation: Called before each create, update and delete.

    Attributes:
        run: What it did.
        resources: The resources of the state after it.
    """

    def __init__(
        self,
        host: Host,
        stack: Stack,
        emulator: Emulator,
        *,
        preview: bool = False,
        parallel: int = 1,
        at_operation: Callable[[], object] = lambda: None,
    ) -> None:
        self.run = Run(sent=[] if parallel == 1 else None)
        self.resources = dict(stack.resources)
        self._programs = dict(stack.programs)
        self._doomed = list(stack.doomed)
        self._host, self._emulator, self._preview, self._parallel = host, emulator, preview, parallel
        self._at_operation = at_operation

    @property
    def stack(self) -> Stack:
        """The state after it."""
        return Stack(self.resources, {key: self._programs[key] for key in self.resources}, tuple(self._doomed))

    # Commands

    def up(self, program: Program) -> None:
        """Do what an update does: create and update as the program declares, then delete what it does not any more."""
        self._each(self._read_first, self._known())
        if self.run.ok:
            self._each(self._declare, program)
        declared = {resource.key for resource in program}
        gone = [resource for resource in self._known() if resource.key not in declared]
        if self.run.ok and not self._preview:
            self._delete_all(gone)
        elif self.run.ok:
            self.run.steps.update({resource.name: "delete" for resource in gone})

    def destroy(self) -> None:
        """Delete everything."""
        self._each(self._read_first, self._known())
        if self.run.ok:
            self._delete_all(self._known())

    def refresh(self) -> None:
        """Read everything, then compare it with what was declared last, as the engine does."""
        self._each(self._read_and_diff, self._known())

    def import_(self, resource: Resource, id_: str) -> None:
        """Take a resource into the state."""
        with self._errors_of(resource):
            state = self._host.import_(resource, id_)
            self.resources[resource.key] = state
            self._programs[resource.key] = resource

    # Steps

    def _known(self) -> list[Resource]:
        return [self._programs[key] for key in self.resources]

    def _each(self, step: Callable[[Resource], None], resources: Iterable[Resource]) -> None:
        if self._parallel > 1:
            with ThreadPoolExecutor(self._parallel) as threads:
                list(threads.map(step, resources))
            return
        for resource in resources:
            if self.run.ok:
                step(resource)

    def _read_first(self, resource: Resource) -> None:
        if self.resources[resource.key].refresh:
            self._read_and_diff(resource)

    def _read_and_diff(self, resource: Resource) -> None:
        with self._errors_of(resource):
            state = self._host.read(resource, self.resources[resource.key])
            if not state.id:
                del self.resources[resource.key]
                return
            self.resources[resource.key] = state
            self._host.diff(resource, state, state.inputs)

    def _declare(self, resource: Resource) -> None:
        with self._errors_of(resource):
            step, state, inputs = self._plan(resource)
            self.run.steps[resource.name] = step
            if step == "same":
                assert state is not None
                self.resources[resource.key] = replace(state, inputs=inputs)
            elif not self._preview or self._host.previews:
                self._write(resource, step, state, inputs)
            self._programs[resource.key] = resource

    def _plan(self, resource: Resource) -> tuple[str, State | None, Mapping[str, Any]]:
        state = self.resources.get(resource.key)
        if state is None:
            return "create", None, self._checked(resource, resource.properties, None)
        news = as_before(resource.properties, state.inputs, resource.ignore)
        if resource.replace:
            return "replace", state, self._checked(resource, news, None)
        inputs = self._checked(resource, news, state.inputs)
        if not resource.trigger:
            answer = self._host.diff(resource, state, inputs)
            self.run.paths[resource.name] = answer.paths
            if not answer.replaces:
                return "update" if answer.changes or state.errors else "same", state, inputs
        return "replace", state, self._checked(resource, news, None)

    def _checked(
        self, resource: Resource, news: Mapping[str, Any], olds: Mapping[str, Any] | None
    ) -> Mapping[str, Any]:
        checked = self._host.check(resource, news, olds)
        if checked.failures:
            raise CallFailed("\n".join(checked.failures))
        return checked.inputs

    def _write(self, resource: Resource, step: str, state: State | None, inputs: Mapping[str, Any]) -> None:
        with self._operation(resource):
            if step == "update":
                assert state is not None
                after = self._host.update(resource, state, inputs, preview=self._preview)
            else:
                after = self._host.create(resource, inputs, preview=self._preview)
        if not self._preview:
            if step == "replace":
                assert state is not None
                self._doomed.append((resource, state))
            self.resources[resource.key] = after

    def _delete_all(self, gone: Sequence[Resource]) -> None:
        def of_replacement(doomed: tuple[Resource, State]) -> None:
            with self._errors_of(doomed[0]), self._operation(doomed[0]):
                self._host.delete(*doomed)
                self._doomed.remove(doomed)

        def of_program(resource: Resource) -> None:
            self.run.steps[resource.name] = "delete"
            with self._errors_of(resource), self._operation(resource):
                self._host.delete(resource, self.resources[resource.key])
                del self.resources[resource.key]

        steps: list[Callable[[], None]] = [partial(of_replacement, each) for each in self._doomed]
        steps += [partial(of_program, each) for each in reversed(gone)]
        if self._parallel > 1:
            with ThreadPoolExecutor(self._parallel) as threads:
                list(threads.map(lambda step: step(), steps))
        else:
            for step in steps:
                step()

    @contextmanager
    def _operation(self, resource: Resource) -> Iterator[None]:
        if self._preview:
            yield
            return
        self._at_operation()
        start = len(self._emulator.journal)
        try:
            yield
        except CallFailed as failed:
            if failed.kept is not None:
                self.resources[resource.key] = failed.kept
                self._programs[resource.key] = resource
            raise
        finally:
            if self.run.sent is not None:
                self.run.sent += self._emulator.journal.methods()[start:]

    @contextmanager
    def _errors_of(self, resource: Resource) -> Iterator[None]:
        try:
            yield
        except CallFailed as failed:
            self.run.errors[resource.name] = failed.text
            self.run.texts.append(failed.text)
