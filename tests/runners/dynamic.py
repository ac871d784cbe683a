"""The dynamic provider, called within this process as Pulumi's dynamic host calls it."""

from __future__ import annotations

import importlib
import traceback
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar

from pulumi.dynamic import Config, ConfigureRequest
from pulumi.output import Unknown as EngineUnknown
from pulumi.runtime.rpc import UNKNOWN as ENGINE_UNKNOWN

from tests.plugin.answers import Checked, State
from tests.plugin.values import SECRET_KEY, SECRET_VALUE, UNKNOWN, Secret, Unknown
from tests.runners.deployment import Answer, CallFailed
from tests.runners.program import Resource

R = TypeVar("R")

PROVIDER_KEY: Final = "__provider"
_THREADS: Final = 4
"""How many calls the dynamic host takes at once (an engine fact)."""


class DynamicHost:
    """One process of the dynamic host.

    Args:
        settings: The stack's configuration, by the key below `sendblue:`.
        tracebacks: Gets what the host prints of an error.
    """

    previews = False

    def __init__(self, settings: Mapping[str, Any], tracebacks: list[str]) -> None:
        self._config = {f"sendblue:{key}": str(value) for key, value in settings.items()}
        self._tracebacks = tracebacks
        self._providers: dict[str, Any] = {}
        self._pool = ThreadPoolExecutor(_THREADS)

    def close(self) -> None:
        """End the process."""
        self._pool.shutdown()

    def check(self, resource: Resource, news: Mapping[str, Any], olds: Mapping[str, Any] | None) -> Checked:
        """Check what a program declares."""
        provider = self._provider(resource.kind)
        result = self._call(lambda: provider.check(_to_host(olds or {}), _to_host(_of(resource, news))))
        assert [failure.property for failure in result.failures] == [""] * len(result.failures), "the engine prints it"
        reasons = [failure.reason for failure in result.failures]
        return Checked(_from_host({**result.inputs, PROVIDER_KEY: resource.kind}, news), reasons)

    def diff(self, resource: Resource, state: State, inputs: Mapping[str, Any]) -> Answer:
        """Compare a state with what is declared."""
        provider = self._provider(resource.kind)
        result = self._call(lambda: provider.diff(state.id, _to_host(state.outputs), _to_host(inputs)))
        assert not result.delete_before_replace
        return Answer(bool(result.changes), bool(result.replaces))

    def create(self, resource: Resource, inputs: Mapping[str, Any], *, preview: bool) -> State:
        """Create."""
        assert not preview, "the engine asks no dynamic provider for that"
        provider = self._provider(resource.kind)
        result = self._call(lambda: provider.create(_to_host(inputs)))
        outputs = _from_host({**result.outs, PROVIDER_KEY: resource.kind}, inputs)
        return State(result.id, inputs, outputs, refresh=False)

    def update(self, resource: Resource, state: State, inputs: Mapping[str, Any], *, preview: bool) -> State:
        """Update."""
        assert not preview, "the engine asks no dynamic provider for that"
        provider = self._provider(resource.kind)
        result = self._call(lambda: provider.update(state.id, _to_host(state.outputs), _to_host(inputs)))
        outputs = _from_host({**result.outs, PROVIDER_KEY: resource.kind}, inputs)
        return State(state.id, inputs, outputs, refresh=False)

    def read(self, resource: Resource, state: State) -> State:
        """Read a resource."""
        provider = self._provider(resource.kind)
        result = self._call(lambda: provider.read(state.id, _to_host(state.outputs)))
        assert result.inputs is None, "inputs stay what the program declared last"
        outputs = _from_host({**result.outs, PROVIDER_KEY: resource.kind}, state.outputs)
        return State(result.id or "", state.inputs, outputs, refresh=False)

    def import_(self, resource: Resource, id_: str) -> State:
        """Say that a dynamic resource cannot be imported."""
        raise NotImplementedError

    def delete(self, resource: Resource, state: State) -> None:
        """Delete."""
        provider = self._provider(resource.kind)
        self._call(lambda: provider.delete(state.id, _to_host(state.outputs)))

    def cancel(self) -> None:
        """Do nothing: the dynamic host is not told."""

    def _provider(self, kind: str) -> Any:
        # One object for each pickled string, made by the first call that needs it.
        def made() -> Any:
            if kind not in self._providers:
                module = importlib.import_module("sendblue_provider.dynamic")
                provider = getattr(module, f"{kind}Provider")()
                provider.configure(ConfigureRequest(Config(self._config, "shop")))
                self._providers.setdefault(kind, provider)
            return self._providers[kind]

        return self._call(made)

    def _call(self, call: Callable[[], R]) -> R:
        try:
            return self._pool.submit(call).result()
        except Exception as error:
            self._tracebacks.append(traceback.format_exc())
            raise CallFailed(str(error)) from None


def _of(resource: Resource, properties: Mapping[str, Any]) -> dict[str, Any]:
    return {**properties, PROVIDER_KEY: resource.kind}


def _to_host(value: Any) -> Any:
    """Pass a value in: the host gets secrets plain, and an object of the SDK for what is not known yet."""
    if isinstance(value, Secret):
        return _to_host(value.value)
    if isinstance(value, Unknown):
        return EngineUnknown()  # type: ignore[no-untyped-call]
    if isinstance(value, Mapping):
        return {name: _to_host(item) for name, item in value.items()}
    return [_to_host(item) for item in value] if isinstance(value, list | tuple) else value


def _from_host(properties: Mapping[str, Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Take properties out: a property is a secret as a whole if its input held one that the program marked."""
    taken = {name: _marked(value) for name, value in properties.items() if value is not None}
    of_program = {name for name, value in inputs.items() if isinstance(value, Secret)}
    return {name: Secret(v) if name in of_program and not isinstance(v, Secret) else v for name, v in taken.items()}


def _marked(value: Any) -> Any:
    if isinstance(value, Mapping):
        if value.get(SECRET_KEY) == SECRET_VALUE:
            return Secret(_marked(value["value"]))
        return {name: _marked(item) for name, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [_marked(item) for item in value]
    return UNKNOWN if isinstance(value, EngineUnknown) or value == ENGINE_UNKNOWN else value
