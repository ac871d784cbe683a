"""The plugin `pulumi-resource-sendblue`: `WebhookConfiguration` for every Pulumi language.

The engine starts it twice for each preview, so it starts light: it prints its port before it needs the core, and of the
Pulumi SDK it loads the protocol's modules alone.
"""

from __future__ import annotations

import os
import signal
import sys
from concurrent import futures
from types import FrameType
from typing import TYPE_CHECKING, Final

from sendblue_provider.quick_imports import quick_imports

from .protocol import load_grpc, load_protocol

if TYPE_CHECKING:
    import grpc

_MAX_MESSAGE_BYTES: Final = 400 * 1024 * 1024
"""As much as the engine itself takes."""
_WORKERS: Final = 64
"""Calls at once: more than the engine makes, so that Cancel never waits for one. A thread is made when it is needed."""
_PARENT_CHECK_SECONDS: Final = 5.0


def main() -> None:
    """Serve the engine whose address is the first argument, until it ends the process."""
    parent = os.getppid()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _end)
    engine_address = next((word for word in sys.argv[1:] if not word.startswith("-")), "")
    with quick_imports():
        server, port = bind()
        # From here on the engine can connect: it waits in the socket's queue while the rest is loaded.
        print(port, flush=True)  # noqa: T201 - the engine reads it
        load_protocol()
        serve(server, engine_address)
    # An engine that was killed cannot say goodbye. One that attaches is not the parent.
    while server.wait_for_termination(_PARENT_CHECK_SECONDS) and (not engine_address or os.getppid() == parent):
        pass


def bind(address: str = "127.0.0.1:0") -> tuple[grpc.Server, int]:
    """Make a server that listens and does not answer yet.

    Args:
        address: Where to listen.

    Returns:
        The server and its port.
    """
    load_grpc()
    import grpc

    server = grpc.server(
        futures.ThreadPoolExecutor(max_workers=_WORKERS),
        options=[
            ("grpc.max_receive_message_length", _MAX_MESSAGE_BYTES),
            ("grpc.max_send_message_length", _MAX_MESSAGE_BYTES),
        ],
    )
    return server, server.add_insecure_port(address)


def serve(server: grpc.Server, engine_address: str) -> None:
    """Answer from now on.

    Args:
        server: What `bind` made.
        engine_address: Where messages go; empty until the engine says (Handshake, Attach).
    """
    from pulumi.runtime.proto import provider_pb2_grpc

    from sendblue_provider.engine_log import Engine

    from .servicer import Servicer

    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Servicer(Engine(engine_address)), server)
    server.start()


def _end(_number: int, _frame: FrameType | None) -> None:
    # Every run ends with this signal, and the engine waits for the process: nothing may hold it up (an engine fact).
    os._exit(0)
