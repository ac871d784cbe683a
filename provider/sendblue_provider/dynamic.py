"""The dynamic front end's provider classes, which users' state names.

They are pickled by reference, so `sendblue_provider.dynamic:WebhookConfigurationProvider` and `…:WebhookProvider` are
part of the format of users' state: they never move, and they never carry a value of their own. The Python program
imports this module only to name them; what the hooks need is imported in the dynamic host, once it configures one.
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

from .quick_imports import quick_imports

if TYPE_CHECKING:
    from .dynamic_host import Hooks


class _Provider(ResourceProvider):
    """A provider for Python programs; each hook is one of `dynamic_host.Hooks`."""

    # There is nothing in the pickle to hide: credentials are read in `configure`, in the host.
    serialize_as_secret_always = False

    _hooks: Hooks

    def configure(self, req: ConfigureRequest) -> None:
        """Read the stack's configuration and the environment."""
        raise NotImplementedError

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


class WebhookConfigurationProvider(_Provider):
    """The provider of `WebhookConfiguration`."""

    def configure(self, req: ConfigureRequest) -> None:
        """Read the stack's configuration and the environment."""
        with quick_imports():
            from .dynamic_host import Hooks
            from .resources.configuration import WebhookConfiguration

        self._hooks = Hooks(req.config, WebhookConfiguration())


class WebhookProvider(_Provider):
    """The provider of `Webhook`."""

    def configure(self, req: ConfigureRequest) -> None:
        """Read the stack's configuration and the environment."""
        with quick_imports():
            from .dynamic_host import Hooks
            from .resources.webhook import Webhook

        self._hooks = Hooks(req.config, Webhook())
