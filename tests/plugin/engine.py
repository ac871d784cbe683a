"""What the engine does beside calling a plugin: it takes messages, and puts ignored values back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

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


_STEP = re.compile(r'\.?([^.\[\]"]+)|\[(\d+)\]|\["([^"]*)"\]|\[(\*)\]')


def as_before(program: Mapping[str, Any], inputs: Mapping[str, Any], ignore: Sequence[str]) -> dict[str, Any]:
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
