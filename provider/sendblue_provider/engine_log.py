"""Messages to the engine from a dynamic provider's host, which passes none on by itself.

The engine shows them under the stack's Diagnostics. Its address is the host's first argument (an engine fact).
"""

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


def log(severity: Severity, message: str) -> None:
    """Send a message to the engine; outside a dynamic provider's host, and where the engine is gone, do nothing."""
    engine = _engine()
    if engine is None:
        return
    try:
        # JSON from elsewhere can hold halves of characters, which a message cannot.
        text = message.encode("utf-8", "replace").decode("utf-8")
        engine.Log(engine_pb2.LogRequest(severity=_SEVERITIES[severity], message=text), timeout=_SECONDS)
    except grpc.RpcError:
        # What is being reported on has been done or is about to be: a message that is lost must not fail it.
        return


@functools.cache
def _engine() -> engine_pb2_grpc.EngineStub | None:
    if len(sys.argv) < 2 or Path(sys.argv[0]).parts[-3:] != ("pulumi", "dynamic", "__main__.py"):
        return None
    # The engine is on this machine: a proxy from the environment must not come between.
    return engine_pb2_grpc.EngineStub(grpc.insecure_channel(sys.argv[1], options=[("grpc.enable_http_proxy", 0)]))


class EngineHandler(logging.Handler):
    """Passes the core's own log records on to the engine; `pulumi up -d` shows them."""

    def emit(self, record: logging.LogRecord) -> None:
        """Send one record."""
        log("debug", record.getMessage())


@functools.cache
def forward_debug_records() -> None:
    """Pass what the core logs on to the engine from now on; outside a dynamic provider's host, leave logging alone."""
    if _engine() is None:
        return
    core = logging.getLogger("sendblue_provider")
    core.setLevel(logging.DEBUG)
    core.addHandler(EngineHandler())
    core.propagate = False
