"""Serving over a socket."""

from __future__ import annotations

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import httpx
import pytest

from sendblue_emulator import Fault

if TYPE_CHECKING:
    from sendblue_emulator import Account, Emulator

PATH = "/api/account/webhooks"


def connect(url: str) -> socket.socket:
    address = httpx.URL(url)
    return socket.create_connection((address.host, address.port or 0), timeout=5)


def test_the_server_says_nothing(
    over_socket: httpx.Client, emulator: Emulator, capfd: pytest.CaptureFixture[str]
) -> None:
    """Requests, faults included, print nothing: the journal has them."""
    over_socket.get(PATH)
    over_socket.get("/elsewhere")
    for fault in (Fault(kind="reset"), Fault(kind="early_close")):
        emulator.faults.add(fault)
        with pytest.raises(httpx.TransportError):
            over_socket.get(PATH)
    assert capfd.readouterr() == ("", "")


def test_the_server_ends_with_its_context(emulator: Emulator) -> None:
    """Afterwards the port is free and no thread is left; the emulator can be served again on the same port."""
    before = threading.active_count()
    with emulator.serve() as url:
        port = httpx.URL(url).port or 0
        # Read to the end: it is then the server's side that keeps the port's last connection in TIME_WAIT.
        with connect(url) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            while connection.recv(4096):
                pass
    assert threading.active_count() == before
    with pytest.raises(ConnectionRefusedError):
        connect(url)
    with emulator.serve(port=port) as again:
        assert again == url


def test_the_server_does_not_wait_for_idle_or_stalled_clients(emulator: Emulator) -> None:
    """A client that says nothing, and one whose answer is stalled, are cut off when the server ends."""
    emulator.faults.add(Fault(kind="stall", seconds=60))
    before = threading.active_count()
    with emulator.serve() as url:
        idle, stalled = connect(url), connect(url)
        stalled.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        while not len(emulator.journal):
            time.sleep(0.01)
        start = time.monotonic()
    assert time.monotonic() - start < 5
    assert threading.active_count() == before
    with idle, stalled:
        assert idle.recv(1) == b""
        assert stalled.recv(1) == b""


def test_a_port_in_use_is_an_error(emulator: Emulator) -> None:
    """A port that another server has is an OSError, not the end of the process."""
    with emulator.serve() as url, pytest.raises(OSError, match="in use"), emulator.serve(port=httpx.URL(url).port or 0):
        pass


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.com", ""])  # noqa: S104 - refused
def test_only_loopback_addresses_are_served(emulator: Emulator, host: str) -> None:
    """A host that other machines could reach is refused."""
    with pytest.raises(ValueError, match="not a loopback address"), emulator.serve(host=host):
        pass


@pytest.mark.parametrize("host", ["localhost", "127.0.0.2", "::1"])
def test_any_loopback_address_is_served(emulator: Emulator, host: str) -> None:
    """Any loopback address is served, and the URL is one that a client can use."""
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.bind((host, 0))
    except OSError:
        pytest.skip(f"this machine has no {host}")
    with emulator.serve(host=host) as url:
        assert httpx.get(f"{url}{PATH}", trust_env=False).status_code == 403


def test_concurrent_writes_are_all_applied(over_socket: httpx.Client, emulator: Emulator, account: Account) -> None:
    """Requests at the same time do not lose one another's writes."""
    urls = [f"https://example.com/{number}" for number in range(32)]

    def post(url: str) -> int:
        return over_socket.post(PATH, json={"webhooks": [url]}).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(post, urls)) == {200}
    assert sorted(account.webhooks["receive"]) == sorted(urls)
    assert len(emulator.journal) == 32
