"""Messages to the engine, against a gRPC server that is an engine as far as they go."""

from __future__ import annotations

import importlib
import logging
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import grpc
import pytest
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

from sendblue_provider import engine_log
from sendblue_provider.engine_log import Severity, host_engine

EMPTY: Any = importlib.import_module("google.protobuf.empty_pb2").Empty()  # protobuf has no types
HOST = "/usr/lib/python3/site-packages/pulumi/dynamic/__main__.py"


class Engine(engine_pb2_grpc.EngineServicer):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.address = ""
        self.messages: list[tuple[int, str]] = []
        self.urns: list[str] = []
        self.fails = False
        self.stalls = threading.Event()
        self.stalls.set()

    def Log(self, request: engine_pb2.LogRequest, context: grpc.ServicerContext) -> Any:  # noqa: N802 - gRPC's name
        """Take a message, as `fails` and `stalls` say."""
        self.stalls.wait(5)
        if self.fails:
            context.abort(grpc.StatusCode.INTERNAL, "no room")
        self.messages.append((request.severity, request.message))
        self.urns.append(request.urn)
        return EMPTY


def log(severity: Severity, message: str) -> None:
    """Send a message as the dynamic front end does."""
    host_engine().log(severity, message)


def forward_debug_records() -> None:
    """Forward the core's records as the dynamic front end does."""
    host_engine().forward_debug_records()


@contextmanager
def serving(engine: Engine) -> Iterator[None]:
    with ThreadPoolExecutor(2) as pool:
        server = grpc.server(pool)
        engine_pb2_grpc.add_EngineServicer_to_server(engine, server)
        engine.address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
        server.start()
        try:
            yield
        finally:
            server.stop(None).wait()


@pytest.fixture(autouse=True)
def fresh_process() -> Iterator[None]:
    """Each test finds the logging and the engine's address as a new process does, and leaves them as they were."""
    core = logging.getLogger("sendblue_provider")
    before = core.level, core.propagate, core.handlers[:]
    host_engine.cache_clear()
    core.handlers[:] = []
    core.propagate = True
    core.setLevel(logging.NOTSET)
    yield
    core.level, core.propagate, core.handlers[:] = before
    core.setLevel(before[0])
    host_engine.cache_clear()


@pytest.fixture
def engine() -> Iterator[Engine]:
    engine = Engine()
    with serving(engine):
        yield engine


@pytest.fixture
def in_host(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """The process is a dynamic provider's host, and the engine its parent."""
    monkeypatch.setattr("sys.argv", [HOST, engine.address])
    return engine


@pytest.mark.parametrize(
    ("severity", "expected"),
    [("debug", engine_pb2.DEBUG), ("info", engine_pb2.INFO), ("warning", engine_pb2.WARNING)],
)
def test_severities(in_host: Engine, severity: Severity, expected: int) -> None:
    """A message reaches the engine with its severity."""
    log(severity, "hello")
    assert [(expected, "hello")] == in_host.messages


@pytest.mark.parametrize("message", ["one\n  + two\n\n  - three\n", "é 🙂 \t", "", "x" * 100_000])
def test_text_is_kept(in_host: Engine, message: str) -> None:
    """Lines, spaces and characters of any language arrive as they were sent."""
    log("warning", message)
    assert [message] == [text for _, text in in_host.messages]


def test_messages_in_order(in_host: Engine) -> None:
    """Messages arrive in the order they were sent, over one connection."""
    for number in range(20):
        log("info", str(number))
    assert [str(number) for number in range(20)] == [text for _, text in in_host.messages]


def test_messages_from_threads(in_host: Engine) -> None:
    """The host's threads may all have something to say."""
    with ThreadPoolExecutor(4) as pool:
        for number in range(20):
            pool.submit(log, "info", str(number))
    assert {str(number) for number in range(20)} == {text for _, text in in_host.messages}


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        [HOST],
        [HOST, "no-address"],
        ["program.py", "{address}"],
        ["", "{address}"],
        ["/bin/pulumi-language-python-exec", "{address}"],
    ],
)
def test_outside_of_a_host(engine: Engine, monkeypatch: pytest.MonkeyPatch, arguments: list[str]) -> None:
    """In a process that is no dynamic provider's host, a message goes nowhere and is no error."""
    monkeypatch.setattr("sys.argv", [argument.format(address=engine.address) for argument in arguments])
    log("warning", "hello")
    assert [] == engine.messages


@pytest.mark.parametrize("module", ["uvicorn", "pytest", "myapp"])
def test_another_module_that_is_run(engine: Engine, monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    """`python -m uvicorn app:app` or `python -m pytest test_x.py::test_y` is no host, although it has a colon too."""
    monkeypatch.setattr("sys.argv", [f"/usr/lib/python3/site-packages/{module}/__main__.py", engine.address])
    log("warning", "hello")
    assert [] == engine.messages


def test_an_engine_that_is_gone(in_host: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody listens any more, the message is lost and the operation goes on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    monkeypatch.setattr("sys.argv", [HOST, f"127.0.0.1:{port}"])
    started = time.monotonic()
    log("warning", "hello")
    assert time.monotonic() - started < 5
    assert [] == in_host.messages


def test_an_engine_that_goes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that ends between two messages is no error either."""
    engine = Engine()
    with serving(engine):
        monkeypatch.setattr("sys.argv", [HOST, engine.address])
        log("info", "one")
    log("info", "two")
    assert [(engine_pb2.INFO, "one")] == engine.messages


def test_an_engine_that_refuses(in_host: Engine) -> None:
    """An engine that answers with an error does not fail the operation, and gets the next message."""
    in_host.fails = True
    log("info", "one")
    in_host.fails = False
    log("info", "two")
    assert ["two"] == [text for _, text in in_host.messages]


def test_an_engine_that_stalls(in_host: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that does not answer holds the operation up for a limited time."""
    monkeypatch.setattr(engine_log, "_SECONDS", 0.1)
    in_host.stalls.clear()
    started = time.monotonic()
    log("info", "one")
    taken = time.monotonic() - started
    in_host.stalls.set()
    assert taken < 1


def test_a_message_that_cannot_be_sent(in_host: Engine) -> None:
    """Text that gRPC cannot carry, such as half a surrogate pair from the API, fails no operation."""
    log("warning", "receive: https://example.com/\ud800")
    log("warning", "next")
    assert "next" == in_host.messages[-1][1]


@pytest.mark.parametrize("variable", ["http_proxy", "https_proxy", "grpc_proxy", "all_proxy"])
def test_no_proxy_between(in_host: Engine, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    """The engine is on this machine: a proxy of the environment is not asked."""
    for name in ("no_proxy", "no_grpc_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, "http://127.0.0.1:9")
    monkeypatch.setenv(variable.upper(), "http://127.0.0.1:9")
    log("info", "hello")
    assert ["hello"] == [text for _, text in in_host.messages]


def test_an_engine_by_its_address(engine: Engine) -> None:
    """A front end that is told the engine's address uses that, and says which resource a message is about."""
    other = engine_log.Engine(engine.address)
    other.log("warning", "hello", "urn:pulumi:dev::app::sendblue:index:WebhookConfiguration::webhooks")
    other.log("info", "all")
    assert [(engine_pb2.WARNING, "hello"), (engine_pb2.INFO, "all")] == engine.messages
    assert ["urn:pulumi:dev::app::sendblue:index:WebhookConfiguration::webhooks", ""] == engine.urns


def test_no_address_is_no_engine(caplog: pytest.LogCaptureFixture) -> None:
    """Without an address a message goes nowhere, and logging is left alone."""
    nobody = engine_log.Engine()
    nobody.log("warning", "hello")
    caplog.set_level(logging.DEBUG)
    nobody.forward_debug_records()
    logging.getLogger("sendblue_provider.client").debug("text")
    assert ["text"] == caplog.messages


# The core's own log


def test_debug_records_are_forwarded(in_host: Engine) -> None:
    """What the core logs reaches the engine as debug text, its arguments filled in."""
    forward_debug_records()
    logging.getLogger("sendblue_provider.client").debug("%s %s (%d ms)", "GET", "/path", 12)
    assert [(engine_pb2.DEBUG, "GET /path (12 ms)")] == in_host.messages


def test_every_record_is_debug_text(in_host: Engine) -> None:
    """A record of a higher level is no message to the user either: those are sent with `log`."""
    forward_debug_records()
    logging.getLogger("sendblue_provider.client").error("text")
    assert [(engine_pb2.DEBUG, "text")] == in_host.messages


def test_records_are_forwarded_once(in_host: Engine) -> None:
    """However many providers the host configures, a record is sent once."""
    forward_debug_records()
    forward_debug_records()
    logging.getLogger("sendblue_provider.client").debug("text")
    assert 1 == len(in_host.messages)


def test_records_go_to_the_latest_engine(engine: Engine) -> None:
    """A process that serves one engine after another forwards each record to the one that it serves."""
    first = Engine()
    with serving(first):
        engine_log.Engine(first.address).forward_debug_records()
        engine_log.Engine(engine.address).forward_debug_records()
        logging.getLogger("sendblue_provider.client").debug("text")
    assert [] == first.messages
    assert [(engine_pb2.DEBUG, "text")] == engine.messages


def test_records_of_others_are_not_forwarded(in_host: Engine) -> None:
    """The libraries' records, and a program's, stay where they are."""
    forward_debug_records()
    for name in ("httpx", "httpcore", "sendblue_emulator", "app"):
        logging.getLogger(name).warning("text")
    assert [] == in_host.messages


def test_forwarded_records_do_not_go_elsewhere(in_host: Engine, caplog: pytest.LogCaptureFixture) -> None:
    """In a host nothing of ours is printed as well: the host's output is the engine's to read."""
    forward_debug_records()
    logging.getLogger("sendblue_provider.client").error("text")
    assert [] == caplog.messages
    assert 1 == len(in_host.messages)


def test_nothing_is_forwarded_unless_asked(in_host: Engine) -> None:
    """Importing the module changes nobody's logging."""
    logging.getLogger("sendblue_provider.client").error("text")
    assert [] == in_host.messages


def test_logging_outside_of_a_host_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """In a process that is no host, where records cannot go to an engine, they go where the program sends its own."""
    monkeypatch.setattr("sys.argv", ["program.py"])
    caplog.set_level(logging.DEBUG)
    forward_debug_records()
    logging.getLogger("sendblue_provider.client").debug("text")
    assert ["text"] == caplog.messages


def test_a_lost_record_fails_nothing(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """A record for an engine that is gone is lost without a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    monkeypatch.setattr("sys.argv", [HOST, f"127.0.0.1:{port}"])
    forward_debug_records()
    logging.getLogger("sendblue_provider.client").debug("text")
    assert [] == caplog.messages
