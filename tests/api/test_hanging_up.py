"""An attempt whose time is over leaves nothing behind: no thread, and no open connection."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from sendblue_provider.api.retry import Deadline
from tests.api.conftest import CALLS, client_at, error_of, http, interruption_of, request_on, soon
from tests.api.test_tls import CERTIFICATE, CERTIFICATE_KEY

GOOD = http(b'{"webhooks": {}}')
DRIPS = {
    "body": (b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b" "),
    "head": (b"HTTP/1.1 200 OK\r\n", b"X-Header: 1\r\n"),
    "nothing": (b"", b""),
}


@contextmanager
def dripping(head: bytes, piece: bytes, good: int = 0, context: ssl.SSLContext | None = None) -> Iterator[int]:
    """A server that answers some requests and then drips for as long as the client stays, on each connection."""
    answered: list[bytes] = []

    def talk(connection: socket.socket) -> None:
        stream = context.wrap_socket(connection, server_side=True) if context else connection
        with suppress(OSError), stream:
            while len(answered) < good:
                request_on(stream)
                answered.append(GOOD)
                stream.sendall(GOOD)
            request_on(stream)
            stream.sendall(head)
            stream.settimeout(0.02)
            while not closing.is_set():
                with suppress(TimeoutError):
                    if not stream.recv(1):
                        return  # the client has hung up
                stream.sendall(piece)

    def serve() -> None:
        while not closing.is_set():
            with suppress(OSError):
                connection, _ = listener.accept()
                threading.Thread(target=talk, args=[connection], name="server", daemon=True).start()

    closing = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.02)
        thread = threading.Thread(target=serve, name="server")
        thread.start()
        try:
            yield int(listener.getsockname()[1])
        finally:
            closing.set()
            thread.join()


def left() -> tuple[int, int]:
    """The threads and the sockets of requests that are left, the server's aside."""
    threads = [thread for thread in threading.enumerate() if thread.name == "sendblue-request"]
    descriptors = Path("/proc/self/fd")
    return len(threads), len([*descriptors.iterdir()]) if descriptors.is_dir() else 0


def becomes(state: Callable[[], bool]) -> bool:
    """Whether it becomes so, long before a server would give up."""
    end = time.monotonic() + 5
    while not state() and time.monotonic() < end:
        time.sleep(0.01)
    return state()


@pytest.mark.parametrize("good", [0, 1], ids=["first request", "connection that is kept"])
@pytest.mark.parametrize("name", DRIPS)
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_attempts_that_time_out(method: str, name: str, good: int) -> None:
    """After each attempt that timed out its thread ends and its connection is closed, whatever the server does."""
    with dripping(*DRIPS[name], good=good) as port, client_at(f"http://127.0.0.1:{port}") as client:
        for _ in range(good):
            client.get(soon())
        for _ in range(2):
            error = error_of(lambda: CALLS[method](client, Deadline(0.15)))
            assert "no answer came in time" == getattr(error, "reason", "")
        assert becomes(lambda: left()[0] == 0)
        client.close()
        before = left()[1]
        for _ in range(2):
            with client_at(f"http://127.0.0.1:{port}") as other:
                error_of(lambda other=other: CALLS[method](other, Deadline(0.1)))  # type: ignore[misc]
        assert becomes(lambda: left()[0] == 0)
        assert becomes(lambda: left()[1] <= before)


def test_a_run_that_is_cancelled() -> None:
    """A cancellation ends the connection, too."""
    event = threading.Event()
    threading.Timer(0.2, event.set).start()
    with dripping(*DRIPS["body"]) as port, client_at(f"http://127.0.0.1:{port}") as client:
        interruption_of(lambda: client.get(Deadline(60, event)))
        assert becomes(lambda: left()[0] == 0)


def test_attempts_over_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same holds of a connection with TLS."""
    for name, text in (("cert.pem", CERTIFICATE), ("key.pem", CERTIFICATE_KEY)):
        (tmp_path / name).write_text(text)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    with dripping(*DRIPS["body"], context=context) as port, client_at(f"https://localhost:{port}") as client:
        for _ in range(2):
            error_of(lambda: client.put({}, Deadline(0.3)))
        assert becomes(lambda: left()[0] == 0)
