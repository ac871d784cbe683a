"""Sendblue webhooks for Python programs, with no plugin to install.

    from pulumi_sendblue import dynamic as sendblue

    sendblue.Webhook("inbound", event="receive", url="https://example.com/inbound")

`WebhookConfiguration` is authoritative for the whole account, `Webhook` is additive; a program has one kind or the
other. Arguments, outputs and rules are those of the plugin's resources and function of the same names.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from ._dynamic_options import refuse_provider
from ._dynamic_resources import WEBHOOK_CONFIGURATION_NAMES, Webhook, WebhookConfiguration
from ._dynamic_run import current_run, is_mocked, stack_configuration, stack_is_there
from ._inputs import WebhookEndpointArgs, WebhookEndpointArgsDict
from .get_webhook_configuration import AwaitableGetWebhookConfigurationResult, GetWebhookConfigurationResult
from .get_webhook_configuration import get_webhook_configuration as _plugin_function
from .get_webhook_configuration import get_webhook_configuration_output as _plugin_output_function

__all__ = [
    "AwaitableGetWebhookConfigurationResult",
    "GetWebhookConfigurationResult",
    "Webhook",
    "WebhookConfiguration",
    "WebhookEndpointArgs",
    "WebhookEndpointArgsDict",
    "get_webhook_configuration",
    "get_webhook_configuration_output",
]


def get_webhook_configuration(opts: pulumi.InvokeOptions | None = None) -> AwaitableGetWebhookConfigurationResult:
    """Read the whole webhook configuration of a Sendblue account, whoever put it there.

    It makes one GET at most, and gives what is there when it is called: not what the same run writes later. Use the
    output form (`get_webhook_configuration_output`) wherever a secret may be in it: that marks the result as a secret.
    The plain form cannot. What it returns is in the clear, and is so in the state, too, where the program exports it or
    gives it to a resource.

    It runs in the program's own process, and reads the account that the stack's configuration or the environment names.
    In a test with Pulumi's mocks, their `call` answers, as it does for the plugin's function of this name.

    Args:
        opts: Taken for the plugin's sake; there is no provider to choose.

    Raises:
        pulumi.RunError: the account cannot be read, or the options name a provider.
    """
    if is_mocked():
        return _plugin_function(opts)
    refuse_provider("get_webhook_configuration", opts)
    properties = current_run().read(stack_configuration(), afresh=False)
    return AwaitableGetWebhookConfigurationResult(**_python_names(properties))  # type: ignore[no-untyped-call]


def get_webhook_configuration_output(
    opts: pulumi.InvokeOptions | pulumi.InvokeOutputOptions | None = None,
) -> pulumi.Output[GetWebhookConfigurationResult]:
    """Read the whole webhook configuration of a Sendblue account, whoever put it there.

    It makes one GET at most, and gives what is there when it is called: not what the same run writes later. Use the
    output form (`get_webhook_configuration_output`) wherever a secret may be in it: that marks the result as a secret.
    The plain form cannot. What it returns is in the clear, and is so in the state, too, where the program exports it or
    gives it to a resource.

    It runs in the program's own process, and reads the account that the stack's configuration or the environment names.
    In a test with Pulumi's mocks, their `call` answers, as it does for the plugin's function of this name.

    Args:
        opts: `depends_on` waits for resources, and then makes a GET of its own. There is no provider to choose.

    Raises:
        pulumi.RunError: the options name a provider. If the account cannot be read, the output fails with it.
    """
    if is_mocked():
        return _plugin_output_function(opts)
    refuse_provider("get_webhook_configuration", opts)
    run, values = current_run(), stack_configuration()
    depends_on = opts.depends_on if isinstance(opts, pulumi.InvokeOutputOptions) else None

    async def read(_: object) -> dict[str, Any]:
        await stack_is_there()
        # Not in the program's thread, which the engine's answers come to as well.
        return await asyncio.to_thread(run.read, values, afresh=depends_on is not None)

    properties: pulumi.Output[dict[str, Any]] = _when_there(depends_on).apply(read)
    return properties.apply(_result)


def _when_there(depends_on: Any) -> pulumi.Output[Any]:
    """Return an output that is known once these resources are there; it stays unknown where one is still to come."""

    def ids(resources: Any) -> pulumi.Output[Any]:
        every = resources if isinstance(resources, Sequence) else [] if resources is None else [resources]
        return pulumi.Output.all(
            *[resource.id if isinstance(resource, pulumi.CustomResource) else resource.urn for resource in every]
        )

    return pulumi.Output.from_input(depends_on).apply(ids)


def _result(properties: dict[str, Any]) -> Any:
    from sendblue_provider.dynamic_host import holds_secret

    result = GetWebhookConfigurationResult(**_python_names(properties))  # type: ignore[no-untyped-call]
    # As a whole, which is what the plugin's function does too.
    return pulumi.Output.secret(result) if holds_secret(properties) else result


def _python_names(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {WEBHOOK_CONFIGURATION_NAMES.get(name, name): value for name, value in properties.items()}
