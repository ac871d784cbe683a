"""The dynamic front end's provider class, which users' state names.

It is pickled by reference, so `sendblue_provider.dynamic:WebhookConfigurationProvider` is part of the format of users'
state: it never moves, and it never carries a value of its own. The Python program imports this module only to name the
class; what the hooks need is imported in the dynamic host, once it configures the provider.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pulumi.dynamic import (
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    ResourceProvider,
    UpdateResult,
)

if TYPE_CHECKING:
    from .dynamic_hooks import Hooks


class WebhookConfigurationProvider(ResourceProvider):
    """The provider of `WebhookConfiguration` for Python programs; each hook is one of `dynamic_hooks.Hooks`."""

    # There is nothing in the pickle to hide: credentials are read in `configure`, in the host.
    serialize_as_secret_always = False

    _hooks: Hooks

    def configure(self, req: ConfigureRequest) -> None:
        """Read the stack's configuration and the environment."""
        from .dynamic_hooks import Hooks

        self._hooks = Hooks(req.config)

    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Check the declared values against the rules and, for a create, against the account."""
        return self._hooks.check(_olds, news)

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """Compare live, state and program."""
        return self._hooks.diff(_olds, _news)

    def create(self, props: dict[str, Any]) -> CreateResult:
        """Put what is declared on the account."""
        return self._hooks.create(props)

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Read what is live."""
        return self._hooks.read(id_, props)

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        """Make the account what is declared."""
        return self._hooks.update(_olds, _news)

    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """Remove what this stack put on the account."""
        self._hooks.delete(_props)
