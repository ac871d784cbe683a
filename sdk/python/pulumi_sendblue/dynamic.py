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
import pulumi.dynamic

from sendblue_provider.dynamic import WebhookConfigurationProvider, WebhookProvider

from . import outputs
from ._dynamic_run import current_run, is_mocked, refuse_import, stack_configuration, stack_is_there
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


# A dynamic resource has no schema to take these from; the state has the names that the plugin's has.
_SCHEMA_NAMES = {
    "call_log": "callLog",
    "line_blocked": "lineBlocked",
    "line_assigned": "lineAssigned",
    "contact_created": "contactCreated",
    "global_secret": "globalSecret",
    "other_events": "otherEvents",
    "allow_overwrite": "allowOverwrite",
    "secrets_readable": "secretsReadable",
}
_PYTHON_NAMES = {schema: python for python, schema in _SCHEMA_NAMES.items()}
# Only on the way in: in an output the plugin's SDK leaves the keys of an endpoint as the schema spells them.
_INPUT_NAMES = {**_SCHEMA_NAMES, "sendblue_numbers": "sendblueNumbers"}

_EndpointList = Sequence[pulumi.Input[str | WebhookEndpointArgs | WebhookEndpointArgsDict]]
_Endpoints = pulumi.Input[_EndpointList | None]
# Each a URL string or a dict. SDKs before 3.272 or so refuse a union of the two when they resolve an output.
_LiveEndpoints = Sequence[Any]


class WebhookConfiguration(pulumi.dynamic.Resource, module="sendblue", name="WebhookConfiguration"):
    """The whole webhook configuration of a Sendblue account: authoritative for the whole account.

    There is one an account, so one a program. A create is refused while the account holds anything that the program
    does not declare. From then on every preview shows what was changed outside of the stack, and the update that
    follows undoes it. Destroy removes what this stack put there, and leaves the rest.
    """

    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        receive: _Endpoints = None,
        outbound: _Endpoints = None,
        call_log: _Endpoints = None,
        line_blocked: _Endpoints = None,
        line_assigned: _Endpoints = None,
        contact_created: pulumi.Input[Sequence[pulumi.Input[str]] | None] = None,
        global_secret: pulumi.Input[str | None] = None,
        secret: pulumi.Input[str | None] = None,
        other_events: pulumi.Input[Mapping[str, pulumi.Input[_EndpointList]] | None] = None,
        allow_overwrite: pulumi.Input[bool | None] = None,
    ) -> None:
        """Declare the account's webhooks. An endpoint is a URL string, a `WebhookEndpointArgs` or a dict like it.

        Args:
            resource_name: The resource's name in the stack.
            opts: Pulumi's resource options.
            receive: Called for inbound messages.
            outbound: Called for the status of outbound messages.
            call_log: Called for call logs.
            line_blocked: Called when a line is blocked.
            line_assigned: Called when a line is assigned.
            contact_created: Called when a contact is created. URLs only: the API takes no secret here.
            global_secret: The account's signing secret, sent back in the header `sb-signing-secret`. Always a secret in
                state and output.
            secret: The API's legacy secret field; use the global secret instead. Always a secret in state and output.
            other_events: Event types newer than this provider, such as `typing_indicator`: event name to its endpoints.
            allow_overwrite: Let the create remove and change what is on the account and not declared here. Default
                false.

        Raises:
            pulumi.RunError: the program declares another one or a `Webhook` already, or imports this one.
        """
        instead = (
            "Leave import_ out and declare what is on the account: the first `pulumi up` takes it over with no write"
        )
        refuse_import("WebhookConfiguration", resource_name, opts, instead)
        current_run().declare_configuration(resource_name)
        properties = {
            "receive": receive,
            "outbound": outbound,
            "call_log": call_log,
            "line_blocked": line_blocked,
            "line_assigned": line_assigned,
            "contact_created": contact_created,
            "global_secret": global_secret,
            "secret": secret,
            "other_events": other_events,
            "allow_overwrite": allow_overwrite,
            # Outputs that no input has: the SDK resolves only what it is told of here.
            "secrets_readable": None,
            "managed": None,
        }
        opts = _moved_from("sendblue:index:WebhookConfiguration", opts)
        super().__init__(WebhookConfigurationProvider(), resource_name, properties, opts)

    def translate_input_property(self, prop: str) -> str:
        """Spell a property for the engine."""
        return _INPUT_NAMES.get(prop, prop)

    def translate_output_property(self, prop: str) -> str:
        """Spell a property for the program."""
        return _PYTHON_NAMES.get(prop, prop)

    @property
    @pulumi.getter
    def receive(self) -> pulumi.Output[_LiveEndpoints | None]:
        """What is called for inbound messages."""
        return pulumi.get(self, "receive")  # type: ignore[no-any-return]

    @property
    @pulumi.getter
    def outbound(self) -> pulumi.Output[_LiveEndpoints | None]:
        """What is called for the status of outbound messages."""
        return pulumi.get(self, "outbound")  # type: ignore[no-any-return]

    @property
    @pulumi.getter
    def call_log(self) -> pulumi.Output[_LiveEndpoints | None]:
        """What is called for call logs."""
        return pulumi.get(self, "call_log")  # type: ignore[no-any-return]

    @property
    @pulumi.getter
    def line_blocked(self) -> pulumi.Output[_LiveEndpoints | None]:
        """What is called when a line is blocked."""
        return pulumi.get(self, "line_blocked")  # type: ignore[no-any-return]

    @property
    @pulumi.getter
    def line_assigned(self) -> pulumi.Output[_LiveEndpoints | None]:
        """What is called when a line is assigned."""
        return pulumi.get(self, "line_assigned")  # type: ignore[no-any-return]

    @property
    @pulumi.getter
    def contact_created(self) -> pulumi.Output[Sequence[str] | None]:
        """What is called when a contact is created."""
        return pulumi.get(self, "contact_created")  # type: ignore[no-any-return]

    @property
    @pulumi.getter
    def global_secret(self) -> pulumi.Output[str | None]:
        """The account's global secret."""
        return pulumi.get(self, "global_secret")  # type: ignore[no-any-return]

    @property
    @pulumi.getter
    def secret(self) -> pulumi.Output[str | None]:
        """The account's legacy secret."""
        return pulumi.get(self, "secret")  # type: ignore[no-any-return]

    @property
    @pulumi.getter
    def other_events(self) -> pulumi.Output[Mapping[str, _LiveEndpoints] | None]:
        """The endpoints of every other event type."""
        return pulumi.get(self, "other_events")  # type: ignore[no-any-return]

    @property
    @pulumi.getter
    def allow_overwrite(self) -> pulumi.Output[bool | None]:
        """Whether the create may remove and change what others put there."""
        return pulumi.get(self, "allow_overwrite")  # type: ignore[no-any-return]

    @property
    @pulumi.getter
    def secrets_readable(self) -> pulumi.Output[bool]:
        """Whether the API shows the secrets that it was given, and so whether drift in them can be seen."""
        return pulumi.get(self, "secrets_readable")  # type: ignore[no-any-return]

    @property
    @pulumi.getter
    def managed(self) -> pulumi.Output[outputs.ManagedWebhooks]:
        """What this stack put on the account and destroy will remove. A secret, since a URL can carry a token."""
        return pulumi.get(self, "managed")  # type: ignore[no-any-return]


class Webhook(pulumi.dynamic.Resource, module="sendblue", name="Webhook"):
    """One URL for one event of a Sendblue account: additive, beside whatever else the account has.

    Several programs and stacks can share an account so, each with entries of its own. What is on the account already
    and equal is taken over; what is there with another secret or other numbers is refused. A changed secret or list of
    numbers is changed in place, with no gap in delivery; a changed event or URL is a replacement, the new one first.
    Destroy removes this entry, and nothing else.
    """

    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        event: pulumi.Input[str],
        url: pulumi.Input[str],
        secret: pulumi.Input[str | None] = None,
        sendblue_numbers: pulumi.Input[Sequence[pulumi.Input[str]] | None] = None,
        allow_overwrite: pulumi.Input[bool | None] = None,
    ) -> None:
        """Declare one URL for one event.

        Args:
            resource_name: The resource's name in the stack.
            opts: Pulumi's resource options.
            event: What it is called for, as the API spells it: `receive`, `outbound`, `call_log`, `line_blocked`,
                `line_assigned` or `contact_created`, or an event type newer than this provider.
            url: The absolute `https://` URL that Sendblue calls.
            secret: Sent back verbatim in the header `sb-signing-secret` of the calls to this URL. Always a secret in
                state and output.
            sendblue_numbers: The account's own numbers, in E.164 form, that this URL is called for; all of them if left
                out.
            allow_overwrite: Let the create change the secret and the numbers of an entry that is on the account already
                with the same event and URL. Default false.

        Raises:
            pulumi.RunError: the program declares the same event and URL or a `WebhookConfiguration` already, or imports
                this one.
        """
        instead = "Leave import_ out: the first `pulumi up` takes an equal entry of the account over with no write"
        refuse_import("Webhook", resource_name, opts, instead)
        current_run().declare_webhook(resource_name, event, url)
        properties = {
            "event": event,
            "url": url,
            "secret": secret,
            "sendblue_numbers": sendblue_numbers,
            "allow_overwrite": allow_overwrite,
            # An output that no input has: the SDK resolves only what it is told of here.
            "secrets_readable": None,
        }
        super().__init__(WebhookProvider(), resource_name, properties, _moved_from("sendblue:index:Webhook", opts))

    def translate_input_property(self, prop: str) -> str:
        """Spell a property for the engine."""
        return _INPUT_NAMES.get(prop, prop)

    def translate_output_property(self, prop: str) -> str:
        """Spell a property for the program."""
        return "sendblue_numbers" if prop == "sendblueNumbers" else _PYTHON_NAMES.get(prop, prop)

    @property
    @pulumi.getter
    def event(self) -> pulumi.Output[str]:
        """What it is called for."""
        return pulumi.get(self, "event")  # type: ignore[no-any-return]

    @property
    @pulumi.getter
    def url(self) -> pulumi.Output[str]:
        """The URL that Sendblue calls."""
        return pulumi.get(self, "url")  # type: ignore[no-any-return]

    @property
    @pulumi.getter
    def secret(self) -> pulumi.Output[str | None]:
        """The secret that Sendblue sends back in its calls to this URL."""
        return pulumi.get(self, "secret")  # type: ignore[no-any-return]

    @property
    @pulumi.getter
    def sendblue_numbers(self) -> pulumi.Output[Sequence[str] | None]:
        """The account's numbers that it is called for; all of them if there are none."""
        return pulumi.get(self, "sendblue_numbers")  # type: ignore[no-any-return]

    @property
    @pulumi.getter
    def allow_overwrite(self) -> pulumi.Output[bool | None]:
        """Whether the create may change an entry that is there already."""
        return pulumi.get(self, "allow_overwrite")  # type: ignore[no-any-return]

    @property
    @pulumi.getter
    def secrets_readable(self) -> pulumi.Output[bool]:
        """Whether the API shows the secrets that it was given, and so whether drift in them can be seen."""
        return pulumi.get(self, "secrets_readable")  # type: ignore[no-any-return]


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
    _refuse_provider(opts)
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
    _refuse_provider(opts)
    run, values = current_run(), stack_configuration()
    depends_on = opts.depends_on if isinstance(opts, pulumi.InvokeOutputOptions) else None

    async def read(_: object) -> dict[str, Any]:
        await stack_is_there()
        # Not in the program's thread, which the engine's answers come to as well.
        return await asyncio.to_thread(run.read, values, afresh=depends_on is not None)

    properties: pulumi.Output[dict[str, Any]] = _when_there(depends_on).apply(read)
    return properties.apply(_result)


def _moved_from(plugin_type: str, opts: pulumi.ResourceOptions | None) -> pulumi.ResourceOptions:
    # A stack that used the plugin goes on with the same resource: no delete, no create.
    moved = pulumi.ResourceOptions(aliases=[pulumi.Alias(type_=plugin_type)])
    return pulumi.ResourceOptions.merge(opts, moved)


def _refuse_provider(opts: pulumi.InvokeOptions | None) -> None:
    if opts is not None and opts.provider is not None:
        raise pulumi.RunError(
            "get_webhook_configuration of pulumi_sendblue.dynamic has no provider to choose: it reads the account that "
            "the stack's configuration names. Leave the provider out, or import pulumi_sendblue, which needs the plugin"
        )


def _when_there(depends_on: Any) -> pulumi.Output[Any]:
    """Return an output that is known once these resources are there; it stays unknown where one is still to come."""

    def ids(resources: Any) -> pulumi.Output[Any]:
        every = resources if isinstance(resources, Sequence) else [] if resources is None else [resources]
        return pulumi.Output.all(
            *[resource.id if isinstance(resource, pulumi.CustomResource) else resource.urn for resource in every]
        )

    return pulumi.Output.from_input(depends_on).apply(ids)


def _result(properties: dict[str, Any]) -> Any:
    from sendblue_provider.dynamic_functions import holds_secret

    result = GetWebhookConfigurationResult(**_python_names(properties))  # type: ignore[no-untyped-call]
    # As a whole, which is what the plugin's function does too.
    return pulumi.Output.secret(result) if holds_secret(properties) else result


def _python_names(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {_PYTHON_NAMES.get(name, name): value for name, value in properties.items()}
