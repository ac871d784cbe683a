"""Faults: requests that go wrong as requests do on a network.

A new kind of fault is added in this module alone: its name in `Kind`, a function that carries it out, which may raise
instead of answering, and a line in `_KINDS`. What the kind needs to know is a field of `Fault`.
"""

from __future__ import annotations

import json
import math
import os
import select
import socket
import struct
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, NamedTuple, NoReturn

from .account import METHODS
from .schedule import Schedule

Kind = Literal["refuse", "reset", "stall", "status", "truncate", "early_close"]

# What a server or transport of ours adds to the WSGI environment of a request.
CLOSING = "sendblue_emulator.closing"  # the server's threading.Event: it is shutting down
READ_TIMEOUT = "sendblue_emulator.read_timeout"  # the in-process client's, in seconds
SLEEP = "sendblue_emulator.sleep"  # the in-process transport's time.sleep


class EarlyCloseError(ConnectionError):
    """The connection closes before the body that was announced is complete."""


class Answer(NamedTuple):
    """The answer to a request.

    Attributes:
        status: Its HTTP status.
        body: Its body, before a fault cuts it.
        content_type: The content type; None for that of an empty answer.
        headers: More headers.
        sent: How many bytes of the body are sent; None is all of them. The announced length is the body's.
    """

    status: int
    body: bytes
    content_type: str | None = None
    headers: Mapping[str, str] = {}
    sent: int | None = None


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What goes wrong, and at which requests.

    Raises:
        ValueError: A value makes no sense.
    """

    kind: Kind
    """What goes wrong:

    `refuse`: no connection is made, and nothing is applied. In-process this is `httpx.ConnectError`. A server that
    listens cannot refuse, so over a socket the connection is reset before the request is handled: a client there gets
    an error of reading, not of connecting. To see a real refusal, stop the server.

    `reset`: the connection is reset instead of an answer (over a socket a real TCP reset, in-process
    `httpx.ReadError`), before the request was applied or after it, as `applied` says.

    `stall`: the answer takes `seconds` longer. In-process a client whose read timeout is shorter gets
    `httpx.ReadTimeout` when it has passed. With `applied` the request is applied first and its answer waits; without,
    the request waits first and is never applied if the client has given up by then.

    `status`: the answer is `status`, `body`, `content_type` and `headers`; with `applied` the request is applied first.

    `truncate`: the real answer's body is cut in half; the length it announces is right, so only the JSON is broken.

    `early_close`: the same, but the announced length is the whole body's: the connection closes in the middle of it
    (in-process `httpx.RemoteProtocolError`).
    """

    method: str = "*"
    """The requests' method; `*` is every method."""

    account: str | None = None
    """The name of the requests' account; None is every account, and requests of none."""

    times: int | None = 1
    """How many requests; None is every one until the faults are cleared."""

    after: int = 0
    """How many matching requests pass unharmed first."""

    applied: bool = False
    """Whether the request is applied nevertheless (`reset`, `stall`, `status`)."""

    seconds: float = 1.0
    """How long `stall` lasts."""

    status: int = 503
    """The status of `status`."""

    body: Any = None
    """The body of `status`: text as it is, any other value as JSON, None for an empty one."""

    content_type: str | None = None
    """The content type of `status`: `text/html` for text and `application/json` for JSON if not given."""

    headers: Mapping[str, str] = field(default_factory=dict)
    """More headers of `status`, such as `{"Retry-After": "1"}`."""

    def __post_init__(self) -> None:
        if self.kind not in _KINDS:
            raise ValueError(f"kind: {self.kind!r} is not one of {', '.join(_KINDS)}")
        if self.method not in ("*", *METHODS):
            raise ValueError(f"method: {self.method!r} is not one of *, {', '.join(METHODS)}")
        if self.seconds < 0:
            raise ValueError("seconds must be 0 or more")
        if not 200 <= self.status <= 599:
            raise ValueError(f"status: {self.status} is not the status of an answer")

    def strike(self, environ: dict[str, Any], handle: Callable[[], Answer]) -> Answer:
        """Answer a request as the fault says; `handle` applies the request and gives its real answer.

        Raises:
            ConnectionError: No answer is sent: over a socket the connection is closed already.
            TimeoutError: The in-process client has given up.
        """
        return _KINDS[self.kind](self, environ, handle)


class Faults:
    """The faults that are to come. Thread-safe."""

    def __init__(self) -> None:
        self._schedule: Schedule[Fault] = Schedule()

    def add(self, *faults: Fault) -> None:
        """Schedule faults. A request meets one at most: the first that is due, while the others wait their turn.

        Raises:
            ValueError: `times` or `after` makes no sense.
        """
        for fault in faults:
            self._schedule.add(fault, method=fault.method, account=fault.account, after=fault.after, times=fault.times)

    def take(self, method: str, account: str | None) -> Fault | None:
        """The fault that this request meets, if any."""
        due = self._schedule.take(method, account, limit=1)
        return due[0] if due else None

    def pending(self) -> list[Fault]:
        """The faults that have not, or not often enough, happened."""
        return self._schedule.pending()

    def clear(self) -> None:
        """Let nothing go wrong from now on."""
        self._schedule.clear()

    def as_json(self) -> list[dict[str, Any]]:
        """The pending faults as JSON values."""
        return [asdict(fault) for fault in self.pending()]


# Carrying out each kind

_Handle = Callable[[], Answer]


def _refuse(_fault: Fault, environ: dict[str, Any], _handle: _Handle) -> NoReturn:
    _drop(environ, ConnectionRefusedError("connection refused"))


def _reset(fault: Fault, environ: dict[str, Any], handle: _Handle) -> NoReturn:
    if fault.applied:
        handle()
    _drop(environ, ConnectionResetError("connection reset"))


def _stall(fault: Fault, environ: dict[str, Any], handle: _Handle) -> Answer:
    if fault.applied:
        answer = handle()
        _wait(fault.seconds, environ)
        return answer
    _wait(fault.seconds, environ)
    connection = environ.get("werkzeug.socket")
    if connection is not None and _has_given_up(connection):
        raise ConnectionAbortedError("the client has given up")
    return handle()


def _status(fault: Fault, _environ: dict[str, Any], handle: _Handle) -> Answer:
    if fault.applied:
        handle()
    is_text = fault.body is None or isinstance(fault.body, str)
    content_type = fault.content_type or ("text/html" if is_text else "application/json")
    body = fault.body or "" if is_text else json.dumps(fault.body)
    return Answer(fault.status, body.encode(), content_type, fault.headers)


def _truncate(_fault: Fault, _environ: dict[str, Any], handle: _Handle) -> Answer:
    answer = handle()
    return answer._replace(body=answer.body[: len(answer.body) // 2])


def _early_close(_fault: Fault, _environ: dict[str, Any], handle: _Handle) -> Answer:
    answer = handle()
    return answer._replace(sent=len(answer.body) // 2)


_KINDS: Mapping[Kind, Callable[[Fault, dict[str, Any], _Handle], Answer]] = {
    "refuse": _refuse,
    "reset": _reset,
    "stall": _stall,
    "status": _status,
    "truncate": _truncate,
    "early_close": _early_close,
}


def _wait(seconds: float, environ: dict[str, Any]) -> None:
    timeout: float | None = environ.get(READ_TIMEOUT)
    limit = math.inf if timeout is None else timeout
    pause = min(seconds, limit)
    closing = environ.get(CLOSING)
    if closing is None:
        environ.get(SLEEP, time.sleep)(pause)
    elif closing.wait(pause):
        raise ConnectionAbortedError("the server is shutting down")
    if limit <= seconds:
        raise TimeoutError("no answer within the read timeout")


def _has_given_up(connection: socket.socket) -> bool:
    readable, _, _ = select.select([connection], [], [], 0)
    try:
        return bool(readable) and not connection.recv(1, socket.MSG_PEEK)
    except OSError:
        return True


def _drop(environ: dict[str, Any], error: ConnectionError) -> NoReturn:
    connection: socket.socket | None = environ.get("werkzeug.socket")
    if connection is not None:
        # With a linger time of 0, close() sends a reset. The descriptor is closed without the server's knowledge,
        # because the server would first send an orderly end of data, which a client reports as another error.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("hh" if os.name == "nt" else "ii", 1, 0))
        socket.close(connection.detach())
    raise error
