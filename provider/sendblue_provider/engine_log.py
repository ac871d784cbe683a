"""Messages to the engine, which shows them under the stack's Diagnostics; no provider's own output is shown."""

from __future__ import annotations

import functools
import logging
import sys
from pathlib import Path
from typing import Literal

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

Severity = Literal["debug", "info", "warning"]

_SEVERITIES = {"debug": engine_pb2.DEBUG, "info": engine_pb2.INFO, "warning": engine_pb2.WARNING}
_SECONDS = 5.0


class Engine:
    """The engine that this process works for.

    Args:
        address: Host and port, as the engine gives them; empty if there is none, and then nothing is sent.
    """

    def __init__(self, address: str = "") -> None:
        # The engine is on this machine: a proxy from the environment must not come between.
        channel = grpc.insecure_channel(address, options=[("grpc.enable_http_proxy", 0)]) if address else None
        self._stub = engine_pb2_grpc.EngineStub(channel) if channel else None

    def log(self, severity: Severity, message: str, urn: str = "", *, ephemeral: bool = False) -> None:
        """Send a message; if the engine is gone, do nothing.

        Args:
            severity: How the engine shows it.
            message: The text; its lines are kept.
            urn: The resource that it is about, if any.
            ephemeral: Whether it is only shown in the status line for as long as it is true.
        """
        if self._stub is None:
            return
        try:
            # JSON from elsewhere can hold halves of characters, which a message cannot.
            text = message.encode("utf-8", "replace").decode("utf-8")
            request = engine_pb2.LogRequest(severity=_SEVERITIES[severity], message=text, urn=urn, ephemeral=ephemeral)
            self._stub.Log(request, timeout=_SECONDS)
        except grpc.RpcError:
            # What is being reported on has been done or is about to be: a message that is lost must not fail it.
            return

    def forward_debug_records(self) -> None:
        """Pass what the core logs on from now on; without an engine, leave logging alone."""
        if self._stub is None:
            return
        core = logging.getLogger("sendblue_provider")
        core.setLevel(logging.DEBUG)
        core.handlers = [handler for handler in core.handlers if not isinstance(handler, EngineHandler)]
        core.addHandler(EngineHandler(self))
        core.propagate = False


class EngineHandler(logging.Handler):
    """Passes the core's own log records on to the engine; `pulumi up -d` shows them.

    Args:
        engine: Where to.
    """

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._engine = engine

    def emit(self, record: logging.LogRecord) -> None:
        """Send one record."""
        self._engine.log("debug", record.getMessage())


@functools.cache
def host_engine() -> Engine:
    """Return the engine of a dynamic provider's host: its address is the host's first argument (an engine fact)."""
    is_host = len(sys.argv) > 1 and Path(sys.argv[0]).parts[-3:] == ("pulumi", "dynamic", "__main__.py")
    return Engine(sys.argv[1] if is_host else "")
