"""Sendblue webhooks for Python programs, with no plugin to install.

    from pulumi_sendblue import dynamic as sendblue

    sendblue.WebhookConfiguration("webhooks", receive=["https://example.com/inbound"])

The arguments, outputs and rules are those of the plugin's resource of the same name.
"""

from __future__ import annotations

import weakref
from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
import pulumi.dynamic
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.settings import get_monitor, get_root_resource

from sendblue_provider.dynamic import WebhookConfigurationProvider

from . import outputs
from ._inputs import WebhookEndpointArgs, WebhookEndpointArgsDict

__all__ = ["WebhookConfiguration", "WebhookEndpointArgs", "WebhookEndpointArgsDict"]


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

_PLUGIN_TYPE = "sendblue:index:WebhookConfiguration"

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
            pulumi.RunError: the program declares another one already, or imports this one.
        """
        _refuse_import(resource_name, opts)
        _refuse_second(resource_name)
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
        # A stack that used the plugin goes on with the same resource: no delete, no create.
        moved = pulumi.ResourceOptions(aliases=[pulumi.Alias(type_=_PLUGIN_TYPE)])
        opts = pulumi.ResourceOptions.merge(opts, moved)
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


# Keyed by the stack of a run: with the Automation API one process runs programs many times.
_names_by_run: weakref.WeakKeyDictionary[pulumi.Resource, str] = weakref.WeakKeyDictionary()


def _refuse_import(name: str, opts: pulumi.ResourceOptions | None) -> None:
    if opts is not None and opts.import_ is not None:
        raise pulumi.RunError(
            f"The WebhookConfiguration {name!r} cannot be imported, since it is a dynamic resource. Leave import_ out "
            "and declare what is on the account: the first `pulumi up` takes it over with no write"
        )


def _refuse_second(name: str) -> None:
    run = get_root_resource()
    # In a test with Pulumi's mocks all programs of the process have one root.
    if run is None or isinstance(get_monitor(), MockMonitor):
        return
    first = _names_by_run.get(run)
    if first is not None:
        raise pulumi.RunError(
            f"This program declares two WebhookConfigurations, {first!r} and {name!r}. It is authoritative for the "
            "whole account, so the two would undo each other: declare all endpoints in one and remove the other"
        )
    _names_by_run[run] = name
