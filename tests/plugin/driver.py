"""What the engine does with a provider plugin, over gRPC: its process or server, values, and a resource's steps.

Nothing here uses the provider's own conversion of values: an error there has to show.
"""

from __future__ import annotations

import os
import re
import selectors
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

import grpc
from google.protobuf.empty_pb2 import Empty
from google.protobuf.struct_pb2 import NULL_VALUE, ListValue, Struct, Value
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, provider_pb2_grpc, status_pb2
from pulumi.runtime.proto import provider_pb2 as proto

CONFIGURATION: Final = "sendblue:index:WebhookConfiguration"
WEBHOOK: Final = "sendblue:index:Webhook"
GET_CONFIGURATION: Final = "sendblue:index:getWebhookConfiguration"
DEFAULT_PROVIDER: Final = "urn:pulumi:dev::shop::pulumi:providers:sendblue::default_0_1_0"
EXPLICIT_PROVIDER: Final = "urn:pulumi:dev::shop::pulumi:providers:sendblue::other"
CALL_SECONDS: Final = 30.0
_OPTIONS: Final = [
    ("grpc.enable_http_proxy", 0),
    # What the engine takes: gRPC for Python takes less of metadata, where a failed write's state travels.
    ("grpc.max_metadata_size", 16 * 1024 * 1024),
    ("grpc.absolute_max_metadata_size", 16 * 1024 * 1024),
    ("grpc.max_receive_message_length", 400 * 1024 * 1024),
]

Program = Mapping[str, Any]
"""What a program declares: property values, `Secret` and `UNKNOWN` anywhere in them."""


def urn(name: str = "webhooks", type_: str = CONFIGURATION) -> str:
    """Return the URN of a resource of this name and type."""
    return f"urn:pulumi:dev::shop::{type_}::{name}"


# Values

SECRET_KEY: Final = "4dabf18193072939515e22adb298388d"
SECRET_VALUE: Final = "1b47061264138c4ac30d75fd1eb44270"
UNKNOWNS: Final = {
    "string": "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
    "boolean": "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "number": "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "array": "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "asset": "030794c1-ac77-496b-92df-f27374a8bd58",
    "archive": "e48ece36-62e2-4504-bad9-02848725956a",
    "object": "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
}
"""The engine's stand-in for a value that is not known yet, by the type that the value will have."""


@dataclass(frozen=True)
class Secret:
    """A value that is marked as a secret."""

    value: Any


@dataclass(frozen=True)
class Unknown:
    """A value that is not known yet."""

    type: str = field(default="string", compare=False)


UNKNOWN: Final = Unknown()


def to_value(value: Any) -> Value:
    """Write a value as the engine does."""
    if isinstance(value, Secret):
        fields = {SECRET_KEY: Value(string_value=SECRET_VALUE), "value": to_value(value.value)}
        return Value(struct_value=Struct(fields=fields))
    if isinstance(value, Unknown):
        return Value(string_value=UNKNOWNS[value.type])
    if value is None:
        return Value(null_value=NULL_VALUE)
    if isinstance(value, bool):
        return Value(bool_value=value)
    if isinstance(value, int | float):
        return Value(number_value=value)
    if isinstance(value, str):
        return Value(string_value=value)
    if isinstance(value, Mapping):
        return Value(struct_value=to_struct(value))
    return Value(list_value=ListValue(values=[to_value(item) for item in value]))


def to_struct(properties: Mapping[str, Any]) -> Struct:
    """Write properties as the engine does."""
    return Struct(fields={name: to_value(value) for name, value in properties.items()})


def from_value(value: Value) -> Any:
    """Read a value as the engine does."""
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        if SECRET_KEY in value.struct_value.fields:
            fields = from_struct(value.struct_value)
            assert fields == {SECRET_KEY: SECRET_VALUE, "value": fields["value"]}
            return Secret(fields["value"])
        return from_struct(value.struct_value)
    if kind == "list_value":
        return [from_value(item) for item in value.list_value.values]
    if kind == "string_value":
        return UNKNOWN if value.string_value in UNKNOWNS.values() else value.string_value
    assert kind is not None, "a value of no kind, which the engine refuses"
    return None if kind == "null_value" else getattr(value, kind)


def from_struct(struct: Struct) -> dict[str, Any]:
    """Read properties as the engine does."""
    return {name: from_value(value) for name, value in struct.fields.items()}


def plain(value: Any) -> Any:
    """Return a value without its marks of secrets."""
    if isinstance(value, Secret):
        return plain(value.value)
    if isinstance(value, Mapping):
        return {name: plain(item) for name, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


# The engine

SEVERITIES: Final = {number: name.lower() for name, number in engine_pb2.LogSeverity.items()}


class Message(NamedTuple):
    """What the plugin told the user."""

    severity: str
    urn: str
    text: str
    is_ephemeral: bool = False


class Engine(engine_pb2_grpc.EngineServicer):
    """The engine's server, as far as a plugin needs it: it keeps what it is told.

    Attributes:
        address: Where it is.
        messages: What it was told, debug messages apart.
        debug: The debug messages.
    """

    def __init__(self) -> None:
        self.address = ""
        self.messages: list[Message] = []
        self.debug: list[Message] = []

    def Log(self, request: engine_pb2.LogRequest, _context: Any) -> Empty:  # noqa: N802 - the protocol's name
        """Take a message."""
        message = Message(SEVERITIES[request.severity], request.urn, request.message, request.ephemeral)
        (self.debug if message.severity == "debug" else self.messages).append(message)
        return Empty()

    def take(self) -> list[Message]:
        """Return what it was told since the last call."""
        taken, self.messages = self.messages, []
        return taken

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Serve while the context lasts."""
        with ThreadPoolExecutor(4) as pool:
            server = grpc.server(pool)
            engine_pb2_grpc.add_EngineServicer_to_server(self, server)
            self.address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
            server.start()
            try:
                yield
            finally:
                server.stop(None).wait()


# The plugin


class Written(NamedTuple):
    """What a failed call asks the engine to keep in the state all the same (`ErrorResourceInitFailed`)."""

    id: str
    inputs: dict[str, Any]
    outputs: dict[str, Any]
    reasons: list[str]
    refresh: bool


class Failed(Exception):
    """A call ended with a status.

    Attributes:
        code: The status.
        text: Its message.
        written: What the state keeps all the same.
    """

    def __init__(self, error: grpc.RpcError) -> None:
        self.code = error.code()
        self.text = error.details() or ""
        self.written: Written | None = None
        for datum in error.trailing_metadata() or ():
            if datum.key != "grpc-status-details-bin":
                continue
            assert isinstance(datum.value, bytes)
            status = status_pb2.Status.FromString(datum.value)
            assert (status.code, status.message) == (self.code.value[0], self.text), "the engine reads these instead"
            detail = proto.ErrorResourceInitFailed()
            assert [part.Unpack(detail) for part in status.details] == [True]
            self.written = Written(
                detail.id,
                from_struct(detail.inputs),
                from_struct(detail.properties),
                list(detail.reasons),
                detail.refresh_before_update,
            )
        super().__init__(self.text)


class Checked(NamedTuple):
    """The answer to a check."""

    inputs: dict[str, Any]
    failures: list[str]


class Diffed(NamedTuple):
    """The answer to a diff.

    Attributes:
        changes: Whether something changes.
        kinds: How each property path changes.
        of_inputs: The paths that are those of inputs.
        replaces: The properties that ask for a replacement.
    """

    changes: bool
    kinds: dict[str, str]
    of_inputs: frozenset[str]
    replaces: frozenset[str] = frozenset()


@dataclass(frozen=True)
class State:
    """What the engine's state holds of a resource.

    Attributes:
        id: Its id.
        inputs: What was declared at the last update.
        outputs: What the provider returned last.
        refresh: Whether the engine reads the resource before it plans.
        errors: Why its last update failed half-way.
    """

    id: str
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]
    refresh: bool = True
    errors: tuple[str, ...] = ()


class Plan(NamedTuple):
    """What a preview plans for a resource.

    Attributes:
        step: What will be done: create, update, replace, same.
        state: The state as read; None for a create, as of a resource that is gone.
        inputs: The checked inputs.
        diff: The diff, where there is a state.
    """

    step: str
    state: State | None
    inputs: dict[str, Any]
    diff: Diffed | None = None


class CheckFailed(Exception):
    """A check found failures; they are the arguments."""


class Plugin:
    """A running plugin, called as the engine calls it.

    Args:
        channel: Where it is.
        type_: The type of the resources that it is called for.
    """

    def __init__(self, channel: grpc.Channel, type_: str = CONFIGURATION) -> None:
        self.stub = provider_pb2_grpc.ResourceProviderStub(channel)
        self.type = type_
        self._channel = channel

    def of(self, type_: str) -> Plugin:
        """Return the same plugin, called for resources of this type."""
        return Plugin(self._channel, type_)

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
        return _checked(self.call("CheckConfig", proto.CheckRequest(urn=provider, news=to_struct(news))))

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
        return _checked(self.call("Check", request))

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
        diffed = _diffed(self.call("Diff", request))
        assert self.type != CONFIGURATION or not diffed.replaces, "a singleton is never replaced"
        return diffed

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
        return _read(self.call("Read", request))

    def import_(self, id_: str, name: str = "webhooks") -> State:
        """Read a resource that is to be imported."""
        return _read(self.call("Read", proto.ReadRequest(id=id_, urn=self.urn(name), name=name, type=self.type)))

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


def keep(failed: Failed) -> State:
    """Return the state that the engine keeps after a create or an update that failed half-way."""
    written = failed.written
    assert written is not None, "nothing says that anything was written"
    return State(written.id, written.inputs, written.outputs, written.refresh, tuple(written.reasons))


def _checked(answer: proto.CheckResponse) -> Checked:
    # With a property's name the engine would print the raw value.
    assert [failure.property for failure in answer.failures] == [""] * len(answer.failures)
    return Checked(from_struct(answer.inputs), [failure.reason for failure in answer.failures])


_KINDS: Final = {
    proto.PropertyDiff.ADD: "add",
    proto.PropertyDiff.DELETE: "delete",
    proto.PropertyDiff.UPDATE: "update",
    proto.PropertyDiff.ADD_REPLACE: "add, replacing",
    proto.PropertyDiff.DELETE_REPLACE: "delete, replacing",
    proto.PropertyDiff.UPDATE_REPLACE: "update, replacing",
}


def _diffed(answer: proto.DiffResponse) -> Diffed:
    assert answer.hasDetailedDiff
    assert not answer.deleteBeforeReplace
    kinds = {path: _KINDS[detail.kind] for path, detail in answer.detailedDiff.items()}
    assert answer.changes == (proto.DiffResponse.DIFF_SOME if kinds else proto.DiffResponse.DIFF_NONE)
    assert sorted(answer.diffs) == sorted({_name(path) for path in kinds})
    # The engine replaces for either of the two, so they have to agree.
    replacing = {_name(path) for path, kind in kinds.items() if kind.endswith(", replacing")}
    assert sorted(answer.replaces) == sorted(replacing)
    of_inputs = frozenset(path for path, detail in answer.detailedDiff.items() if detail.inputDiff)
    return Diffed(bool(kinds), kinds, of_inputs, frozenset(replacing))


def _name(path: str) -> str:
    return re.split(r"[.\[]", path)[0]


def _read(answer: proto.ReadResponse) -> State:
    return State(answer.id, from_struct(answer.inputs), from_struct(answer.properties), answer.refresh_before_update)


_STEP = re.compile(r'\.?([^.\[\]"]+)|\[(\d+)\]|\["([^"]*)"\]|\[(\*)\]')


def as_before(program: Program, inputs: Mapping[str, Any], ignore: Sequence[str]) -> dict[str, Any]:
    """Put the last declared value in the place of each ignored one, as the engine does before it checks."""
    result = dict(program)
    for path in ignore:
        found = _STEP.findall(path)
        steps = [int(place) if place else name or quoted or every for name, place, quoted, every in found]
        _reset(result, inputs, steps)
    return result


def _reset(news: Any, olds: Any, steps: Sequence[Any]) -> None:
    step, *rest = steps
    if step == "*":
        for each in range(len(news)) if isinstance(news, list) else {**news, **olds}:
            _reset(news, olds, [each, *rest])
        return
    there = _has(olds, step)
    if rest:
        if there and _has(news, step) and isinstance(news[step], Mapping | list):
            news[step] = dict(news[step]) if isinstance(news[step], Mapping) else list(news[step])
            _reset(news[step], olds[step], rest)
    elif there and isinstance(news, list) and step == len(news):
        news.append(olds[step])
    elif there:
        news[step] = olds[step]
    elif _has(news, step):
        del news[step]


def _has(container: Any, step: Any) -> bool:
    if isinstance(container, list):
        return isinstance(step, int) and step < len(container)
    return isinstance(container, Mapping) and step in container


# Ways to run it


@contextmanager
def connected(port: int) -> Iterator[Plugin]:
    """Connect to a plugin on this port."""
    with grpc.insecure_channel(f"127.0.0.1:{port}", options=_OPTIONS) as channel:
        yield Plugin(channel)


@contextmanager
def served(engine: Engine) -> Iterator[Plugin]:
    """Serve the plugin within this process."""
    from sendblue_provider.plugin.main import bind, serve

    server, port = bind()
    serve(server, engine.address)
    try:
        with connected(port) as plugin:
            yield plugin
    finally:
        server.stop(None).wait()


COMMAND: Final = [sys.executable, "-m", "sendblue_provider.plugin"]


def environment(**variables: str) -> dict[str, str]:
    """Return an environment without the developer's own credentials and configuration."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SENDBLUE_", "PULUMI_"))}
    return {**kept, **variables}


@contextmanager
def process(
    engine: Engine, environ: Mapping[str, str] | None = None, command: Sequence[str] = COMMAND
) -> Iterator[subprocess.Popen[str]]:
    """Run the plugin's process as the engine does; it is not there any more afterwards."""
    child = subprocess.Popen(
        [*command, engine.address],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment() if environ is None else dict(environ),
    )
    try:
        yield child
    finally:
        child.kill()
        child.communicate()


def port_of(child: subprocess.Popen[str]) -> int:
    """Return the port, which is the first line that the process prints."""
    assert child.stdout is not None
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdout, selectors.EVENT_READ)
        assert selector.select(CALL_SECONDS), "the plugin printed no port"
    return int(child.stdout.readline())


@contextmanager
def running(engine: Engine, environ: Mapping[str, str] | None = None) -> Iterator[Plugin]:
    """Run the plugin's process and connect to it."""
    with process(engine, environ) as child, connected(port_of(child)) as plugin:
        yield plugin


Start = Callable[..., Plugin]
