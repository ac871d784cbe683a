"""Carrying out a fault at a request."""

from __future__ import annotations

import json
import math
import os
import select
import socket
import struct
import time
from typing import TYPE_CHECKING, Any, NoReturn

from flask import Response

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .faults import Fault

# What a server or transport of ours tells the app about a request, beside what WSGI says.
CLOSING = "sendblue_emulator.closing"  # the server's threading.Event: it is going down
READ_TIMEOUT = "sendblue_emulator.read_timeout"  # the in-process client's, in seconds
SLEEP = "sendblue_emulator.sleep"  # the in-process transport's time.sleep


class EarlyCloseError(ConnectionError):
    """The connection closes before the body that was announced is complete."""


def strike(fault: Fault, environ: dict[str, Any], handle: Callable[[], Response]) -> Response:
    """Answer a request as the fault says; `handle` carries it out.

    Raises:
        ConnectionError: There is no answer: over a socket the connection is closed already.
        TimeoutError: The in-process client has given up.
    """
    if fault.kind == "stall":
        return _stall(fault, environ, handle)
    if fault.kind == "refuse":
        _drop(environ, ConnectionRefusedError("connection refused"))
    if fault.kind in ("truncate", "early_close"):
        return _cut(handle(), early=fault.kind == "early_close")
    if fault.applied:
        handle()
    if fault.kind == "reset":
        _drop(environ, ConnectionResetError("connection reset"))
    return _status(fault)


def _status(fault: Fault) -> Response:
    is_text = fault.body is None or isinstance(fault.body, str)
    content_type = fault.content_type or ("text/html" if is_text else "application/json")
    body = fault.body or "" if is_text else json.dumps(fault.body)
    return Response(body, fault.status, dict(fault.headers), content_type=content_type)


def _cut(response: Response, *, early: bool) -> Response:
    whole = response.get_data()
    half = whole[: len(whole) // 2]
    if not early:
        response.set_data(half)
        return response

    def closing_early() -> Iterator[bytes]:
        yield half
        raise EarlyCloseError(f"connection closed after {len(half)} of {len(whole)} bytes")

    return Response(
        closing_early(), response.status_code, {"Content-Length": str(len(whole))}, content_type=response.content_type
    )


def _stall(fault: Fault, environ: dict[str, Any], handle: Callable[[], Response]) -> Response:
    if fault.applied:
        response = handle()
        _wait(fault.seconds, environ)
        return response
    _wait(fault.seconds, environ)
    connection = environ.get("werkzeug.socket")
    if connection is not None and _hung_up(connection):
        raise ConnectionAbortedError("the client has given up")
    return handle()


def _wait(seconds: float, environ: dict[str, Any]) -> None:
    timeout: float | None = environ.get(READ_TIMEOUT)
    limit = math.inf if timeout is None else timeout
    pause = min(seconds, limit)
    closing = environ.get(CLOSING)
    if closing is None:
        environ.get(SLEEP, time.sleep)(pause)
    elif closing.wait(pause):
        raise ConnectionAbortedError("the server is going down")
    if limit <= seconds:
        raise TimeoutError("no answer within the read timeout")


def _hung_up(connection: socket.socket) -> bool:
    readable, _, _ = select.select([connection], [], [], 0)
    try:
        return bool(readable) and not connection.recv(1, socket.MSG_PEEK)
    except OSError:
        return True


def _drop(environ: dict[str, Any], error: ConnectionError) -> NoReturn:
    connection: socket.socket | None = environ.get("werkzeug.socket")
    if connection is not None:
        # With a linger time of 0, close() sends a reset. The descriptor is closed under the server's hands because the
        # server would first send an orderly end of data, which a client reports as another error than a reset.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("hh" if os.name == "nt" else "ii", 1, 0))
        socket.close(connection.detach())
    raise error
