"""The plugin over gRPC, served within this process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from tests.plugin import driver
from tests.plugin.answers import Checked, Failed, State, keep
from tests.plugin.driver import Plugin
from tests.runners.deployment import Answer, CallFailed
from tests.runners.program import CONFIGURATION, WEBHOOK, Resource

R = TypeVar("R")

_TYPES: Final = {CONFIGURATION: driver.CONFIGURATION, WEBHOOK: driver.WEBHOOK}


class PluginHost:
    """One process of the plugin, configured.

    Args:
        plugin: The plugin.
    """

    previews = True

    def __init__(self, plugin: Plugin) -> None:
        self._plugin = plugin

    def check(self, resource: Resource, news: Mapping[str, Any], olds: Mapping[str, Any] | None) -> Checked:
        """Check what a program declares."""
        return self._call(lambda: self._of(resource).check(news, olds, resource.name))

    def diff(self, resource: Resource, state: State, inputs: Mapping[str, Any]) -> Answer:
        """Compare a state with what is declared; its paths are the detailed diff."""
        plugin = self._of(resource)
        answer = self._call(lambda: plugin.diff(state, inputs, ignore=resource.ignore, name=resource.name))
        return Answer(answer.changes, bool(answer.replaces), answer.kinds)

    def create(self, resource: Resource, inputs: Mapping[str, Any], *, preview: bool) -> State:
        """Create, or preview that."""
        plugin, timeout = self._of(resource), resource.timeout
        return self._call(lambda: plugin.create(inputs, preview=preview, timeout=timeout, name=resource.name))

    def update(self, resource: Resource, state: State, inputs: Mapping[str, Any], *, preview: bool) -> State:
        """Update, or preview that."""
        plugin, name, timeout = self._of(resource), resource.name, resource.timeout
        ignore = resource.ignore
        return self._call(
            lambda: plugin.update(state, inputs, preview=preview, ignore=ignore, timeout=timeout, name=name)
        )

    def read(self, resource: Resource, state: State) -> State:
        """Read a resource."""
        return self._call(lambda: self._of(resource).read(state, resource.name))

    def import_(self, resource: Resource, id_: str) -> State:
        """Read a resource that is to be imported."""
        return self._call(lambda: self._of(resource).import_(id_, resource.name))

    def delete(self, resource: Resource, state: State) -> None:
        """Delete."""
        self._call(lambda: self._of(resource).delete(state, timeout=resource.timeout, name=resource.name))

    def cancel(self) -> None:
        """Say that the user pressed Ctrl-C."""
        self._plugin.cancel()

    def _of(self, resource: Resource) -> Plugin:
        return self._plugin.of(_TYPES[resource.kind])

    def _call(self, call: Callable[[], R]) -> R:
        try:
            return call()
        except Failed as failed:
            kept = None if failed.written is None else keep(failed)
            raise CallFailed(failed.text, kept) from None
