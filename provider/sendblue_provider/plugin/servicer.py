"""The provider protocol's calls: what concerns the provider as a whole; a resource's calls go to `hooks`."""

from __future__ import annotations

import gc
import json
import os
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import plugin_pb2, provider_pb2_grpc
from pulumi.runtime.proto import provider_pb2 as proto

from sendblue_provider.engine_log import Engine
from sendblue_provider.errors import SettingsError
from sendblue_provider.quick_imports import ASYNCIO, quick_imports
from sendblue_provider.resources.names import CONFIGURATION_TYPE, GET_CONFIGURATION, WEBHOOK_TYPE
from sendblue_provider.settings import (
    KEYS,
    PROVIDER_ARGUMENTS,
    SECRET_KEYS,
    STACK_CONFIG,
    Source,
    load_settings,
    set_elsewhere,
)
from sendblue_provider.version import VERSION

from .answers import Failed, answer
from .values import Received, Secret, received, to_struct

if TYPE_CHECKING:
    from .hooks import Hooks
    from .provider import Provider


class Servicer(provider_pb2_grpc.ResourceProviderServicer):
    """Answers the engine.

    Args:
        engine: Where messages go.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._attached = False
        self._provider: Provider | None = None

    def Handshake(  # noqa: N802 - the protocol's names
        self, request: proto.ProviderHandshakeRequest, _context: grpc.ServicerContext
    ) -> proto.ProviderHandshakeResponse:
        """Agree on how values travel."""
        self._engine = Engine(request.engine_address)
        return proto.ProviderHandshakeResponse(accept_secrets=True, accept_resources=False, accept_outputs=False)

    def Attach(self, request: plugin_pb2.PluginAttach, _context: grpc.ServicerContext) -> Empty:  # noqa: N802
        """Serve another engine from now on (`PULUMI_DEBUG_PROVIDERS`)."""
        self._engine = Engine(request.address)
        self._attached = True
        return Empty()

    def GetPluginInfo(self, _request: Empty, _context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:  # noqa: N802
        """Tell the plugin's version."""
        return plugin_pb2.PluginInfo(version=VERSION)

    def GetSchema(  # noqa: N802
        self, request: proto.GetSchemaRequest, context: grpc.ServicerContext
    ) -> proto.GetSchemaResponse:
        """Return the package schema."""

        def schema() -> proto.GetSchemaResponse:
            from sendblue_provider.package_schema import schema_bytes

            if request.version:
                raise Failed(f"There is no schema of version {request.version}: version 0 is the one there is")
            return proto.GetSchemaResponse(schema=schema_bytes().decode())

        return answer(context, schema)

    def CheckConfig(self, request: proto.CheckRequest, context: grpc.ServicerContext) -> proto.CheckResponse:  # noqa: N802
        """Check the provider's settings, as far as they are known."""
        return answer(context, lambda: _check_config(request))

    def DiffConfig(self, request: proto.DiffRequest, context: grpc.ServicerContext) -> proto.DiffResponse:  # noqa: N802
        """Compare the provider's settings; a change is never a reason to replace what it manages."""
        return answer(context, lambda: _diff_config(request))

    def Configure(  # noqa: N802
        self, request: proto.ConfigureRequest, context: grpc.ServicerContext
    ) -> proto.ConfigureResponse:
        """Read credentials and endpoint; the first call that needs the core."""
        return answer(context, lambda: self._configure(request))

    def _configure(self, request: proto.ConfigureRequest) -> proto.ConfigureResponse:
        with quick_imports(*ASYNCIO):
            from sendblue_provider.messages import notices

            from . import hooks  # noqa: F401 - every call about a resource needs it
            from .provider import Provider

        self._engine.forward_debug_records()
        arguments = received(request.args).plain
        source = _source(request.urn)
        today = _config_of_today(os.environ)
        if source is STACK_CONFIG and today is not None:
            # The engine configures the default provider with what the state has, also after the key was rotated.
            arguments = today
        try:
            settings = load_settings(arguments, os.environ, source)
            explicit = _parts(request.urn)[3] if source is PROVIDER_ARGUMENTS else None
            provider = Provider(settings, self._engine, explicit=explicit)
        except SettingsError as error:
            raise Failed("; ".join(error.problems)) from None
        if explicit is not None:
            found = set_elsewhere(arguments, os.environ, today or {})
            provider.tell(request.urn, notices.of_settings(explicit, found))
        if self._attached and self._provider is not None and not self._provider.has_ended():
            # Two providers of one run: what the engine asks for says nothing of which of them it is for.
            if provider.session is not self._provider.session:
                raise Failed(_ONE_ACCOUNT)
        else:
            provider.session.start_run()
            if self._attached:  # one run after the other in one process, which collects too seldom for that
                gc.collect()
        self._provider = provider
        return proto.ConfigureResponse(
            acceptSecrets=True, supportsPreview=True, acceptResources=False, acceptOutputs=False
        )

    def Check(self, request: proto.CheckRequest, context: grpc.ServicerContext) -> proto.CheckResponse:  # noqa: N802
        """Check a resource's inputs."""
        return answer(context, lambda: self._hooks_for(request.urn).check(request))

    def Diff(self, request: proto.DiffRequest, context: grpc.ServicerContext) -> proto.DiffResponse:  # noqa: N802
        """Compare a resource with its program."""
        return answer(context, lambda: self._hooks_for(request.urn).diff(request))

    def Create(self, request: proto.CreateRequest, context: grpc.ServicerContext) -> proto.CreateResponse:  # noqa: N802
        """Create a resource, or preview that."""
        return answer(context, lambda: self._hooks_for(request.urn).create(request))

    def Read(self, request: proto.ReadRequest, context: grpc.ServicerContext) -> proto.ReadResponse:  # noqa: N802
        """Read a resource."""
        return answer(context, lambda: self._hooks_for(request.urn).read(request))

    def Update(self, request: proto.UpdateRequest, context: grpc.ServicerContext) -> proto.UpdateResponse:  # noqa: N802
        """Update a resource, or preview that."""
        return answer(context, lambda: self._hooks_for(request.urn).update(request))

    def Delete(self, request: proto.DeleteRequest, context: grpc.ServicerContext) -> Empty:  # noqa: N802
        """Delete a resource."""
        answer(context, lambda: self._hooks_for(request.urn).delete(request))
        return Empty()

    def Invoke(self, request: proto.InvokeRequest, context: grpc.ServicerContext) -> proto.InvokeResponse:  # noqa: N802
        """Call a function."""

        def call() -> proto.InvokeResponse:
            if request.tok != GET_CONFIGURATION:
                raise Failed(f"pulumi-sendblue knows no function {request.tok}: it has {GET_CONFIGURATION}")
            answered = proto.InvokeResponse()
            getattr(answered, "return").CopyFrom(self._configured().configuration())
            return answered

        return answer(context, call)

    def Cancel(self, _request: Empty, _context: grpc.ServicerContext) -> Empty:  # noqa: N802
        """End every operation that is under way."""
        if self._provider is not None:
            self._provider.session.cancelled.set()
        return Empty()

    def _hooks_for(self, urn: str) -> Hooks:
        kind = _parts(urn)[2].rpartition("$")[2]
        if kind not in (CONFIGURATION_TYPE, WEBHOOK_TYPE):
            known = f"{CONFIGURATION_TYPE} and {WEBHOOK_TYPE}"
            raise Failed(f"pulumi-sendblue knows no resource type {kind}: those it has are {known}")
        provider = self._configured()

        from sendblue_provider.resources.configuration import WebhookConfiguration
        from sendblue_provider.resources.webhook import Webhook

        from .hooks import Hooks

        return Hooks(provider, WebhookConfiguration() if kind == CONFIGURATION_TYPE else Webhook())

    def _configured(self) -> Provider:
        if self._provider is None:
            raise Failed("The provider was not configured before it was used")
        return self._provider


_ONE_ACCOUNT: Final = (
    "This process serves another provider of this run, with another Sendblue account: attached with "
    "PULUMI_DEBUG_PROVIDERS, one process serves one account. Debug a program with one sendblue.Provider"
)

# The engine's own providers: the name has the version and the download address that the SDK asks for, the address with
# an underscore for each character that a name cannot have (an engine fact).
_DEFAULT = re.compile(r"default(_\d+_\d+_\d+.*|_[a-z]+_/.*)?", re.DOTALL)


def _check_config(request: proto.CheckRequest) -> proto.CheckResponse:
    inputs = received(request.news)
    problems: list[str] = []
    try:
        load_settings(inputs.plain, os.environ, _source(request.urn))
    except SettingsError as error:
        problems = error.problems
    return proto.CheckResponse(
        inputs=to_struct({name: _marked(name, value) for name, value in inputs.marked.items()}),
        failures=[proto.CheckFailure(property="", reason=problem) for problem in problems],
    )


def _marked(name: str, value: Any) -> Any:
    return Secret(value) if name in SECRET_KEYS and isinstance(value, str) else value


def _diff_config(request: proto.DiffRequest) -> proto.DiffResponse:
    olds, news = (
        received(request.old_inputs if request.HasField("old_inputs") else request.olds),
        received(request.news),
    )
    changed = {key: _kind(olds, news, key) for key in KEYS if olds.plain.get(key) != news.plain.get(key)}
    return proto.DiffResponse(
        changes=proto.DiffResponse.DIFF_SOME if changed else proto.DiffResponse.DIFF_NONE,
        diffs=list(changed),
        detailedDiff={key: proto.PropertyDiff(kind=kind, inputDiff=True) for key, kind in changed.items()},
        hasDetailedDiff=True,
    )


def _kind(olds: Received, news: Received, key: str) -> Any:
    if key not in olds.plain:
        return proto.PropertyDiff.ADD
    return proto.PropertyDiff.UPDATE if key in news.plain else proto.PropertyDiff.DELETE


def _parts(urn: str) -> list[str]:
    """Return what a URN is made of: `urn:pulumi:` and the stack, project, type, name, which may hold colons itself."""
    return [*urn.split("::", 3), "", "", "", ""][:4]


def _source(urn: str) -> Source:
    return STACK_CONFIG if _DEFAULT.fullmatch(_parts(urn)[3]) else PROVIDER_ARGUMENTS


def _config_of_today(environ: Mapping[str, str]) -> dict[str, Any] | None:
    """Return this package's part of the stack's configuration as the engine hands it to a plugin; None without one."""
    try:
        config = json.loads(environ["PULUMI_CONFIG"])
    except (KeyError, ValueError):
        return None
    if not isinstance(config, dict):
        return None
    return {key: config[key] for key in KEYS if key in config}
