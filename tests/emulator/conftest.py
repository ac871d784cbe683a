"""An emulator with one account, and the two ways to reach it."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import httpx
import pytest

from sendblue_emulator import Account, Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADERS = {"sb-api-key-id": "key", "sb-api-secret-key": "canary-secret-key"}


@pytest.fixture
def emulator() -> Emulator:
    emulator = Emulator()
    emulator.add_account(name="prod", key_id="key", secret="canary-secret-key")
    return emulator


@pytest.fixture
def account(emulator: Emulator) -> Account:
    return emulator.account("prod")


@pytest.fixture
def in_process(emulator: Emulator) -> Iterator[httpx.Client]:
    with httpx.Client(transport=emulator.transport(), base_url="https://api.sendblue.com", headers=HEADERS) as client:
        yield client


@pytest.fixture
def over_socket(emulator: Emulator) -> Iterator[httpx.Client]:
    # Not through a proxy of this machine, and without loading certificates that nothing here needs.
    transport = httpx.HTTPTransport(verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    with emulator.serve() as url, httpx.Client(transport=transport, base_url=url, headers=HEADERS) as client:
        yield client


@pytest.fixture(params=["in_process", "over_socket"])
def client(request: pytest.FixtureRequest) -> httpx.Client:
    client: httpx.Client = request.getfixturevalue(request.param)
    return client
