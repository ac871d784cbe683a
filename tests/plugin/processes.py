"""Ways to run a plugin: within this process, and as a process of its own."""

from __future__ import annotations

import atexit
import functools
import os
import selectors
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from tests.plugin.driver import CALL_SECONDS, Plugin
from tests.plugin.engine import Engine

_OPTIONS: Final = [
    ("grpc.enable_http_proxy", 0),
    # What the engine takes: gRPC for Python takes less of metadata, where a failed write's state travels.
    ("grpc.max_metadata_size", 16 * 1024 * 1024),
    ("grpc.absolute_max_metadata_size", 16 * 1024 * 1024),
    ("grpc.max_receive_message_length", 400 * 1024 * 1024),
]


# Ways to run it


@contextmanager
def connected(port: int) -> Iterator[Plugin]:
    """Connect to a plugin on this port."""
    with grpc.insecure_channel(f"127.0.0.1:{port}", options=_OPTIONS) as channel:
        yield Plugin(channel)


class _Latest(grpc.GenericRpcHandler):
    """Passes each call on to the process that was started last."""

    def __init__(self) -> None:
        self._handlers: Sequence[grpc.GenericRpcHandler] = ()

    def add_generic_rpc_handlers(self, handlers: Sequence[grpc.GenericRpcHandler]) -> None:
        """Answer with these from now on; a servicer adds itself to a server by this method."""
        self._handlers = handlers

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> Any:
        """Return what answers a call."""
        return next(filter(None, (handler.service(handler_call_details) for handler in self._handlers)), None)


@functools.cache
def _server() -> tuple[_Latest, Plugin]:
    """Start the one server, and connect to it: to do that again for every process takes longer than what they do."""
    from sendblue_provider.plugin.main import bind

    latest = _Latest()
    server, port = bind()
    server.add_generic_rpc_handlers((latest,))
    server.start()
    atexit.register(lambda: server.stop(None).wait())
    return latest, Plugin(grpc.insecure_channel(f"127.0.0.1:{port}", options=_OPTIONS))


def served(engine: Engine) -> Plugin:
    """Serve the plugin within this process, in the place of the one that was served before."""
    from sendblue_provider.engine_log import Engine as EngineLog
    from sendblue_provider.plugin.servicer import Servicer

    latest, plugin = _server()
    servicer = Servicer(EngineLog(engine.address))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, latest)  # type: ignore[arg-type]
    return plugin


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
