"""The start of a provider's process, as the engine starts it: to its port line, and to its first answered Diff."""

from __future__ import annotations

import os
import selectors
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import grpc
from google.protobuf.empty_pb2 import Empty
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import engine_pb2_grpc, provider_pb2_grpc
from pulumi.runtime.proto import provider_pb2 as proto

from .system import ROOT, environment, peak_mib

SECONDS: Final = 60.0
"""For anything that a process is waited for."""

Answer = Callable[[Any], object]
"""Makes calls through a stub of the provider's protocol; returns once the last of them is answered."""


@dataclass(frozen=True)
class Contender:
    """A process whose start is measured.

    Attributes:
        name: What the table calls it.
        command: Its command, to which the engine's address is added.
        diff: Makes the calls up to the first Diff; None if it is started alone.
        environ: What it runs with, beside the usual environment.
    """

    name: str
    command: Sequence[str]
    diff: Answer | None = None
    environ: Mapping[str, str] = field(default_factory=dict)


class Start(NamedTuple):
    """One start.

    Attributes:
        port: Seconds from the start of the process to its port line.
        diff: Seconds from the start to the first answered Diff.
        port_mib: The most memory until the port line, in MiB.
        mib: The most memory in all, in MiB.
    """

    port: float
    diff: float | None
    port_mib: float | None
    mib: float | None


class _Engine(engine_pb2_grpc.EngineServicer):
    """The engine, as far as it is told anything."""

    def Log(self, _request: Any, _context: Any) -> Empty:  # noqa: N802 - the protocol's name
        """Take a message."""
        return Empty()


@contextmanager
def engine() -> Iterator[str]:
    """Serve what providers send messages to while the context lasts; gives its address."""
    server = grpc.server(ThreadPoolExecutor(4))
    engine_pb2_grpc.add_EngineServicer_to_server(_Engine(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.stop(None).wait()


def measure(contender: Contender, address: str) -> Start:
    """Start a process once, and end it.

    Args:
        contender: The process.
        address: The engine's.
    """
    start = time.perf_counter()
    with running([*contender.command, address], contender.environ) as (child, port):
        at_port = time.perf_counter() - start
        port_mib = peak_mib(child.pid)
        if contender.diff is None:
            return Start(at_port, None, port_mib, port_mib)
        with connected(port) as stub:
            contender.diff(stub)
            at_diff = time.perf_counter() - start
        return Start(at_port, at_diff, port_mib, peak_mib(child.pid))


@contextmanager
def running(command: Sequence[str], environ: Mapping[str, str]) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Run a provider's process while the context lasts; gives it and its port."""
    child = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment(**environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield child, _port_of(child)
    finally:
        child.kill()
        child.communicate()


def _port_of(child: subprocess.Popen[bytes]) -> int:
    assert child.stdout is not None
    line = b""
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdout, selectors.EVENT_READ)
        while not line.endswith(b"\n"):
            if not selector.select(SECONDS):
                raise TimeoutError(f"{child.args!r} printed no port")
            if not (read := os.read(child.stdout.fileno(), 1024)):
                raise RuntimeError(f"{child.args!r} ended before it printed a port")
            line += read
    return int(line)


@contextmanager
def connected(port: int) -> Iterator[Any]:
    """Connect to a provider; gives a stub of its protocol."""
    options = [("grpc.enable_http_proxy", 0), ("grpc.max_receive_message_length", -1)]
    with grpc.insecure_channel(f"127.0.0.1:{port}", options=options) as channel:
        yield provider_pb2_grpc.ResourceProviderStub(channel)


# Calls


def configure(stub: Any, settings: Mapping[str, str], prefix: str = "") -> None:
    """Configure a provider.

    Args:
        stub: Where it is.
        settings: Its settings.
        prefix: What stands before the name of each: the dynamic host gets the whole stack's configuration.
    """
    args = struct({f"{prefix}{name}": value for name, value in settings.items()})
    urn = "urn:pulumi:dev::bench::pulumi:providers:sendblue::default_0_1_0"
    request = proto.ConfigureRequest(args=args, acceptSecrets=True, acceptResources=True, urn=urn, id="1")
    stub.Configure(request, timeout=SECONDS, wait_for_ready=True)


def created(stub: Any, urn: str, inputs: Mapping[str, Any]) -> tuple[str, Struct, Struct]:
    """Check and create a resource; returns its id, its inputs and its outputs."""
    checked = stub.Check(proto.CheckRequest(urn=urn, news=struct(inputs)), timeout=SECONDS).inputs
    made = stub.Create(proto.CreateRequest(urn=urn, properties=checked), timeout=SECONDS)
    return made.id, checked, made.properties


def diff(stub: Any, urn: str, id_: str, inputs: Struct, outputs: Struct) -> None:
    """Compare a state with what is declared."""
    request = proto.DiffRequest(id=id_, urn=urn, olds=outputs, old_inputs=inputs, news=inputs)
    stub.Diff(request, timeout=SECONDS, wait_for_ready=True)


def struct(properties: Mapping[str, Any]) -> Struct:
    """Write properties as the engine does."""
    written = Struct()
    written.update(dict(properties))
    return written
