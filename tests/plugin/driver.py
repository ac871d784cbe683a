"""What the engine does with a provider plugin, over gRPC: the steps of a resource, and the commands of them."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import grpc
from google.protobuf.empty_pb2 import Empty
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import provider_pb2 as proto
from pulumi.runtime.proto import provider_pb2_grpc

from tests.plugin.answers import Checked, CheckFailed, Diffed, Failed, Plan, State, checked, diffed, read_state
from tests.plugin.engine import Engine, as_before
from tests.plugin.values import from_struct, plain, to_struct

CONFIGURATION: Final = "sendblue:index:WebhookConfiguration"
WEBHOOK: Final = "sendblue:index:Webhook"
GET_CONFIGURATION: Final = "sendblue:index:getWebhookConfiguration"
DEFAULT_PROVIDER: Final = "urn:pulumi:dev::shop::pulumi:providers:sendblue::default_0_1_0"
EXPLICIT_PROVIDER: Final = "urn:pulumi:dev::shop::pulumi:providers:sendblue::other"
CALL_SECONDS: Final = 30.0

Program = Mapping[str, Any]
"""What a program declares: property values, `Secret` and `UNKNOWN` anywhere in them."""


def urn(name: str = "webhooks", type_: str = CONFIGURATION) -> str:
    """Return the URN of a resource of this name and type."""
    return f"urn:pulumi:dev::shop::{type_}::{name}"


class Plugin:
    """A running plugin, called as the engine calls it.

    Args:
        channel: Where it is.
        type_: The type of the resources that it is called for.
    """

    def __init__(self, channel: grpc.Channel, type_: str = CONFIGURATION) -> None:
        self.stub = provider_pb2_grpc.ResourceProviderStub(channel)
        self.type = type_

    def of(self, type_: str) -> Plugin:
        """Return the same plugin, called for resources of this type."""
        plugin = copy.copy(self)
        plugin.type = type_
        return plugin

    def urn(self, name: str = "webhooks") -> str:
        """Return the URN of a resource of this name."""
        return urn(name, self.type)

    def call(self, method: str, request: Any, *, seconds: float = CALL_SECONDS) -> Any:
        """Call a method of the protocol.

        Raises:
            Failed: it ended with a status.
        """
        try:
            return getattr(self.stub, method)(request, timeout=seconds, wait_for_ready=True)
        except grpc.RpcError as error:
            raise Failed(error) from None

    # The provider

    def handshake(self, engine: Engine) -> proto.ProviderHandshakeResponse:
        """Say where the engine is."""
        return self.call(  # type: ignore[no-any-return]
            "Handshake",
            proto.ProviderHandshakeRequest(
                engine_address=engine.address, configure_with_urn=True, supports_refresh_before_update=True
            ),
        )

    def check_config(self, news: Mapping[str, Any], provider: str = DEFAULT_PROVIDER) -> Checked:
        """Check the provider's settings."""
        return checked(self.call("CheckConfig", proto.CheckRequest(urn=provider, news=to_struct(news))))

    def diff_config(
        self, olds: Mapping[str, Any], news: Mapping[str, Any], provider: str = DEFAULT_PROVIDER
    ) -> proto.DiffResponse:
        """Compare the provider's settings."""
        old = to_struct(olds)
        return self.call(  # type: ignore[no-any-return]
            "DiffConfig", proto.DiffRequest(id="1", urn=provider, olds=old, old_inputs=old, news=to_struct(news))
        )

    def configure(self, settings: Mapping[str, Any], provider: str = DEFAULT_PROVIDER) -> proto.ConfigureResponse:
        """Configure the provider."""
        request = proto.ConfigureRequest(
            variables={f"sendblue:config:{name}": str(plain(value)) for name, value in settings.items()},
            args=to_struct(settings),
            acceptSecrets=True,
            acceptResources=True,
            sends_old_inputs=True,
            sends_old_inputs_to_delete=True,
            id="1",
            urn=provider,
            name=provider.rpartition("::")[2],
            type="pulumi:providers:sendblue",
        )
        return self.call("Configure", request)  # type: ignore[no-any-return]

    def cancel(self) -> None:
        """End what is under way."""
        self.call("Cancel", Empty())

    def invoke(self, token: str = GET_CONFIGURATION) -> dict[str, Any]:
        """Call a function."""
        answer = self.call("Invoke", proto.InvokeRequest(tok=token, args=Struct()))
        assert not answer.failures
        return from_struct(getattr(answer, "return"))

    # A resource

    def check(self, program: Program, olds: Mapping[str, Any] | None = None, name: str = "webhooks") -> Checked:
        """Check what a program declares."""
        request = proto.CheckRequest(
            urn=self.urn(name),
            name=name,
            type=self.type,
            news=to_struct(program),
            olds=to_struct(olds or {}),  # the engine sends no null here
            randomSeed=b"seed",
        )
        return checked(self.call("Check", request))

    def diff(
        self, state: State, inputs: Mapping[str, Any], *, ignore: Sequence[str] = (), name: str = "webhooks"
    ) -> Diffed:
        """Compare a state with what is declared."""
        request = proto.DiffRequest(
            id=state.id,
            urn=self.urn(name),
            name=name,
            type=self.type,
            olds=to_struct(state.outputs),
            old_inputs=to_struct(state.inputs),
            news=to_struct(inputs),
            ignoreChanges=ignore,
        )
        answer = diffed(self.call("Diff", request))
        assert self.type != CONFIGURATION or not answer.replaces, "a singleton is never replaced"
        return answer

    def create(
        self, inputs: Mapping[str, Any], *, preview: bool = False, timeout: float = 0, name: str = "webhooks"
    ) -> State:
        """Create, or preview that."""
        request = proto.CreateRequest(
            urn=self.urn(name),
            name=name,
            type=self.type,
            properties=to_struct(inputs),
            preview=preview,
            timeout=timeout,
        )
        answer = self.call("Create", request)
        return State(answer.id, inputs, from_struct(answer.properties), answer.refresh_before_update)

    def read(self, state: State, name: str = "webhooks") -> State:
        """Read a resource that is in the state."""
        request = proto.ReadRequest(
            id=state.id,
            urn=self.urn(name),
            name=name,
            type=self.type,
            properties=to_struct(state.outputs),
            inputs=to_struct(state.inputs),
        )
        return read_state(self.call("Read", request))

    def import_(self, id_: str, name: str = "webhooks") -> State:
        """Read a resource that is to be imported."""
        return read_state(self.call("Read", proto.ReadRequest(id=id_, urn=self.urn(name), name=name, type=self.type)))

    def update(
        self,
        state: State,
        inputs: Mapping[str, Any],
        *,
        preview: bool = False,
        ignore: Sequence[str] = (),
        timeout: float = 0,
        name: str = "webhooks",
    ) -> State:
        """Update, or preview that."""
        request = proto.UpdateRequest(
            id=state.id,
            urn=self.urn(name),
            name=name,
            type=self.type,
            olds=to_struct(state.outputs),
            old_inputs=to_struct(state.inputs),
            news=to_struct(inputs),
            ignoreChanges=ignore,
            preview=preview,
            timeout=timeout,
        )
        answer = self.call("Update", request)
        return State(state.id, inputs, from_struct(answer.properties), answer.refresh_before_update)

    def delete(self, state: State, *, timeout: float = 0, name: str = "webhooks") -> None:
        """Delete."""
        request = proto.DeleteRequest(
            id=state.id,
            urn=self.urn(name),
            name=name,
            type=self.type,
            properties=to_struct(state.outputs),
            old_inputs=to_struct(state.inputs),
            timeout=timeout,
        )
        self.call("Delete", request)

    # What a command does

    def plan(
        self, program: Program, state: State | None = None, *, ignore: Sequence[str] = (), name: str = "webhooks"
    ) -> Plan:
        """Run the steps that find out what to do: Read and Diff where the state asks for it, Check, Diff.

        Raises:
            CheckFailed: the check found failures.
        """
        if state is not None and state.refresh:
            state = self.read(state, name)
            if state.id:
                self.diff(state, state.inputs, name=name)
            else:
                state = None
        if state is not None:
            program = as_before(program, state.inputs, ignore)
        checked = self.check(program, None if state is None else state.inputs, name)
        if checked.failures:
            raise CheckFailed(*checked.failures)
        if state is None:
            return Plan("create", None, checked.inputs)
        diff = self.diff(state, checked.inputs, ignore=ignore, name=name)
        if diff.replaces:
            checked = self.check(program, name=name)
            assert checked.failures == []
            return Plan("replace", state, checked.inputs, diff)
        return Plan("update" if diff.changes or state.errors else "same", state, checked.inputs, diff)

    def preview(
        self, program: Program, state: State | None = None, *, ignore: Sequence[str] = (), name: str = "webhooks"
    ) -> tuple[Plan, State]:
        """Do what a preview does; returns the plan, and the state that the program would see."""
        plan = self.plan(program, state, ignore=ignore, name=name)
        return plan, self._run(plan, preview=True, ignore=ignore, timeout=0, name=name)

    def up(
        self,
        program: Program,
        state: State | None = None,
        *,
        ignore: Sequence[str] = (),
        timeout: float = 0,
        name: str = "webhooks",
    ) -> State:
        """Do what an update without a preview does; returns the new state.

        Raises:
            Failed: the create or update failed; `keep` makes the state of it.
        """
        plan = self.plan(program, state, ignore=ignore, name=name)
        return self._run(plan, preview=False, ignore=ignore, timeout=timeout, name=name)

    def _run(self, plan: Plan, *, preview: bool, ignore: Sequence[str], timeout: float, name: str) -> State:
        if plan.state is None:
            return self.create(plan.inputs, preview=preview, timeout=timeout, name=name)
        if plan.step == "replace":
            new = self.create(plan.inputs, preview=preview, timeout=timeout, name=name)
            if not preview:
                self.delete(plan.state, timeout=timeout, name=name)
            return new
        if plan.step == "same":
            return replace(plan.state, inputs=plan.inputs)
        return self.update(plan.state, plan.inputs, preview=preview, ignore=ignore, timeout=timeout, name=name)
