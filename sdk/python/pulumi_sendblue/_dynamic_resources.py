"""The resources of the module `dynamic`. Made by `make sdk` from schema.json: do not edit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
import pulumi.dynamic

from sendblue_provider.dynamic import WebhookConfigurationProvider, WebhookProvider

from . import outputs
from ._dynamic_marks import with_marked
from ._dynamic_options import checked_options, refuse_own_provider
from ._dynamic_pickle import pickle_as_before
from ._dynamic_run import current_run
from ._inputs import WebhookEndpointArgs, WebhookEndpointArgsDict

_Endpoints = Sequence[pulumi.Input[str | WebhookEndpointArgs | WebhookEndpointArgsDict]]
# Each a URL string or a dict. SDKs before 3.272 or so refuse a union of the two when they resolve an output.
_LiveEndpoints = Sequence[Any]

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
    "sendblue_numbers": "sendblueNumbers",
}


WEBHOOK_CONFIGURATION_NAMES = {
    "callLog": "call_log",
    "lineBlocked": "line_blocked",
    "lineAssigned": "line_assigned",
    "contactCreated": "contact_created",
    "globalSecret": "global_secret",
    "otherEvents": "other_events",
    "allowOverwrite": "allow_overwrite",
    "secretsReadable": "secrets_readable",
}


class WebhookConfiguration(pulumi.dynamic.Resource, module="sendblue", name="WebhookConfiguration"):
    """The whole webhook configuration of a Sendblue account: authoritative for the whole account.

    An account has one, and so has a program. A create is refused if it would remove or change anything on the account.
    From then on every preview shows what was changed outside of the stack, and the update that follows undoes it. An
    update is refused if the account is another one than before. Destroy removes what this stack put on the account, and
    leaves the rest.
    """

    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        receive: pulumi.Input[_Endpoints | None] = None,
        outbound: pulumi.Input[_Endpoints | None] = None,
        call_log: pulumi.Input[_Endpoints | None] = None,
        line_blocked: pulumi.Input[_Endpoints | None] = None,
        line_assigned: pulumi.Input[_Endpoints | None] = None,
        contact_created: pulumi.Input[_Endpoints | None] = None,
        global_secret: pulumi.Input[str | None] = None,
        secret: pulumi.Input[str | None] = None,
        other_events: pulumi.Input[Mapping[str, pulumi.Input[_Endpoints]] | None] = None,
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
            contact_created: Called when a contact is created.
            global_secret: The account's signing secret, sent back in the header `sb-signing-secret`. Always a secret in
                state and output.
            secret: The API's legacy secret field; use the global secret instead. Always a secret in state and output.
            other_events: Events that have no property of their own (`typing_indicator`, `call_completed`,
                `inbound_call`, `contact_profile`, or one that is newer than this provider): event name to its
                endpoints.
            allow_overwrite: Let a create remove and change what is on the account and not declared here, and let an
                update go on if the account is another one or the value of a declared event cannot be read. Default
                false.

        Raises:
            pulumi.RunError: the program declares another one or a `Webhook` already, or the options of this one are
                refused.
        """
        opts = checked_options("WebhookConfiguration", resource_name, opts)
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
        with pickle_as_before():
            super().__init__(WebhookConfigurationProvider(), resource_name, with_marked(properties), opts)
        refuse_own_provider(self)

    def translate_input_property(self, prop: str) -> str:
        """Spell a property for the engine."""
        return _SCHEMA_NAMES.get(prop, prop)

    def translate_output_property(self, prop: str) -> str:
        """Spell a property for the program. The keys of an endpoint stay as the schema spells them."""
        return WEBHOOK_CONFIGURATION_NAMES.get(prop, prop)

    @property
    @pulumi.getter
    def receive(self) -> pulumi.Output[_LiveEndpoints | None]:
        """Called for inbound messages."""
        return pulumi.get(self, "receive")  # type: ignore[no-any-return]

    @property
    @pulumi.getter
    def outbound(self) -> pulumi.Output[_LiveEndpoints | None]:
        """Called for the status of outbound messages."""
        return pulumi.get(self, "outbound")  # type: ignore[no-any-return]

    @property
    @pulumi.getter
    def call_log(self) -> pulumi.Output[_LiveEndpoints | None]:
        """Called for call logs."""
        return pulumi.get(self, "call_log")  # type: ignore[no-any-return]

    @property
    @pulumi.getter
    def line_blocked(self) -> pulumi.Output[_LiveEndpoints | None]:
        """Called when a line is blocked."""
        return pulumi.get(self, "line_blocked")  # type: ignore[no-any-return]

    @property
    @pulumi.getter
    def line_assigned(self) -> pulumi.Output[_LiveEndpoints | None]:
        """Called when a line is assigned."""
        return pulumi.get(self, "line_assigned")  # type: ignore[no-any-return]

    @property
    @pulumi.getter
    def contact_created(self) -> pulumi.Output[_LiveEndpoints | None]:
        """Called when a contact is created."""
        return pulumi.get(self, "contact_created")  # type: ignore[no-any-return]

    @property
    @pulumi.getter
    def global_secret(self) -> pulumi.Output[str | None]:
        """The account's signing secret, sent back in the header `sb-signing-secret`."""
        return pulumi.get(self, "global_secret")  # type: ignore[no-any-return]

    @property
    @pulumi.getter
    def secret(self) -> pulumi.Output[str | None]:
        """The API's legacy secret field; use the global secret instead."""
        return pulumi.get(self, "secret")  # type: ignore[no-any-return]

    @property
    @pulumi.getter
    def other_events(self) -> pulumi.Output[Mapping[str, _LiveEndpoints] | None]:
        """Events that have no property of their own (`typing_indicator`, `call_completed`, `inbound_call`,
        `contact_profile`, or one that is newer than this provider): event name to its endpoints.
        """
        return pulumi.get(self, "other_events")  # type: ignore[no-any-return]

    @property
    @pulumi.getter
    def allow_overwrite(self) -> pulumi.Output[bool | None]:
        """Let a create remove and change what is on the account and not declared here, and let an update go on if the
        account is another one or the value of a declared event cannot be read. Default false.
        """
        return pulumi.get(self, "allow_overwrite")  # type: ignore[no-any-return]

    @property
    @pulumi.getter
    def secrets_readable(self) -> pulumi.Output[bool]:
        """Whether the API shows the secrets that it was given, and so whether drift in them can be seen."""
        return pulumi.get(self, "secrets_readable")  # type: ignore[no-any-return]

    @property
    @pulumi.getter
    def managed(self) -> pulumi.Output[outputs.ManagedWebhooks]:
        """What this stack put on the account, which is what destroy removes: `events` (event name to URLs) and
        `secrets` (names of account secrets). A secret as a whole, since a URL can carry a token.
        """
        return pulumi.get(self, "managed")  # type: ignore[no-any-return]


WEBHOOK_NAMES = {
    "sendblueNumbers": "sendblue_numbers",
    "allowOverwrite": "allow_overwrite",
    "secretsReadable": "secrets_readable",
}


class Webhook(pulumi.dynamic.Resource, module="sendblue", name="Webhook"):
    """One URL for one event of a Sendblue account: additive, beside whatever else the account has.

    Several programs and stacks can share an account so, each with entries of its own. A create adopts an equal entry
    of the account. It is refused if the entry has another secret or other numbers, or if the account has another form
    of the same URL. A changed secret or list of numbers is changed in place, with no gap in delivery; the change is
    refused if the API hides a secret that the write would have to repeat. A changed event or URL is a replacement, the
    new entry first. Destroy removes this entry, and nothing else.
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
                `line_assigned`, `contact_created`, `typing_indicator`, `call_completed`, `inbound_call`,
                `contact_profile`, or an event type newer than this provider.
            url: The absolute `https://` URL that Sendblue calls.
            secret: Sent back verbatim in the header `sb-signing-secret` of the calls to this URL. Always a secret in
                state and output.
            sendblue_numbers: The account's own numbers, in E.164 form, that this URL is called for; all of them if left
                out. The API documents them for `receive` alone.
            allow_overwrite: Let the create change the secret and the numbers of an entry that is on the account already
                with the same event and URL. Default false.

        Raises:
            pulumi.RunError: the program declares the same event and URL or a `WebhookConfiguration` already, or the
                options of this one are refused.
        """
        opts = checked_options("Webhook", resource_name, opts)
        current_run().declare_webhook(resource_name, event, url)
        properties = {
            "event": event,
            "url": url,
            "secret": secret,
            "sendblue_numbers": sendblue_numbers,
            "allow_overwrite": allow_overwrite,
            # Outputs that no input has: the SDK resolves only what it is told of here.
            "secrets_readable": None,
        }
        with pickle_as_before():
            super().__init__(WebhookProvider(), resource_name, with_marked(properties), opts)
        refuse_own_provider(self)

    def translate_input_property(self, prop: str) -> str:
        """Spell a property for the engine."""
        return _SCHEMA_NAMES.get(prop, prop)

    def translate_output_property(self, prop: str) -> str:
        """Spell a property for the program. The keys of an endpoint stay as the schema spells them."""
        return WEBHOOK_NAMES.get(prop, prop)

    @property
    @pulumi.getter
    def event(self) -> pulumi.Output[str]:
        """What it is called for, as the API spells it: `receive`, `outbound`, `call_log`, `line_blocked`,
        `line_assigned`, `contact_created`, `typing_indicator`, `call_completed`, `inbound_call`, `contact_profile`, or
        an event type newer than this provider.
        """
        return pulumi.get(self, "event")  # type: ignore[no-any-return]

    @property
    @pulumi.getter
    def url(self) -> pulumi.Output[str]:
        """The absolute `https://` URL that Sendblue calls."""
        return pulumi.get(self, "url")  # type: ignore[no-any-return]

    @property
    @pulumi.getter
    def secret(self) -> pulumi.Output[str | None]:
        """Sent back verbatim in the header `sb-signing-secret` of the calls to this URL."""
        return pulumi.get(self, "secret")  # type: ignore[no-any-return]

    @property
    @pulumi.getter
    def sendblue_numbers(self) -> pulumi.Output[Sequence[str] | None]:
        """The account's own numbers, in E.164 form, that this URL is called for; all of them if left out. The API
        documents them for `receive` alone.
        """
        return pulumi.get(self, "sendblue_numbers")  # type: ignore[no-any-return]

    @property
    @pulumi.getter
    def allow_overwrite(self) -> pulumi.Output[bool | None]:
        """Let the create change the secret and the numbers of an entry that is on the account already with the same
        event and URL. Default false.
        """
        return pulumi.get(self, "allow_overwrite")  # type: ignore[no-any-return]

    @property
    @pulumi.getter
    def secrets_readable(self) -> pulumi.Output[bool]:
        """Whether the API shows the secrets that it was given, and so whether drift in them can be seen."""
        return pulumi.get(self, "secrets_readable")  # type: ignore[no-any-return]
