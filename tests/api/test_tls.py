"""Certificates are verified, and those of the environment are honoured."""

from __future__ import annotations

import socket
import ssl
from typing import TYPE_CHECKING

import pytest

from sendblue_provider.api.retry import Deadline, Waiting
from sendblue_provider.errors import UntrustedServer
from tests.api.conftest import (
    CALLS,
    OK,
    client_at,
    error_of,
    http,
    request_on,
    server,
    soon,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


CERTIFICATE = """
-----BEGIN CERTIFICATE-----
MIIBeDCCAR2gAwIBAgIBATAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlsb2NhbGhv
c3QwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBQxEjAQBgNVBAMM
CWxvY2FsaG9zdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABAxpfcOznFxnOu5E
VCHZ2jkNhittCLASvjSKcKHT7di6lD/Lk6B28NqLCQGVs6Bw2r6LVyJriF6/oPja
05jckmqjXjBcMB0GA1UdDgQWBBTYLWURlOTi0AI4usWjYr92lflfzDAPBgNVHRMB
Af8EBTADAQH/MA4GA1UdDwEB/wQEAwIChDAaBgNVHREEEzARgglsb2NhbGhvc3SH
BH8AAAEwCgYIKoZIzj0EAwIDSQAwRgIhAN281L3nScMU5PV6qsUyiQtaOeXAw5pA
jgs0YL6ct3YfAiEAzSFqOeN4IZxl8hCAcu9+1V3LEkUa5nqYCmaR+N7wL+s=
-----END CERTIFICATE-----
"""
"""Of localhost and 127.0.0.1, signed by itself, good from 2020 to 2120; its key below guards nothing."""

CERTIFICATE_KEY = """
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgYRn1NVyqvdoomT0J
e1pEIg7d+ajF6Zaqf9afPJQmqpahRANCAAQMaX3Ds5xcZzruRFQh2do5DYYrbQiw
Er40inCh0+3YupQ/y5OgdvDaiwkBlbOgcNq+i1cia4hev6D42tOY3JJq
-----END PRIVATE KEY-----
"""


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    path = tmp_path / "certificate.pem"
    path.write_text(CERTIFICATE)
    return path


@pytest.fixture
def tls_server(certificate: Path, tmp_path: Path) -> Iterator[tuple[int, list[bytes]]]:
    """A server for https that answers, and the requests that it could read."""
    key = tmp_path / "key.pem"
    key.write_text(CERTIFICATE_KEY)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    def talk(connection: socket.socket) -> None:
        asked.append(request_on(connection))
        connection.sendall(http(b'{"webhooks": {}}', b"Connection: close"))

    asked: list[bytes] = []
    with server(talk, context) as port:
        yield port, asked


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_a_certificate_that_nobody_vouches_for(tls_server: tuple[int, list[bytes]], method: str) -> None:
    """Certificates are verified: no request, and so no credential, reaches a server that proves nothing."""
    port, asked = tls_server
    waits: list[Waiting] = []
    with client_at(f"https://localhost:{port}") as client:
        error = error_of(lambda: CALLS[method](client, Deadline(20, on_wait=waits.append)))
    assert isinstance(error, UntrustedServer)
    assert "its issuer is not trusted" == error.reason
    assert ([], []) == (asked, waits)  # to ask again would not change it


def test_certificates_of_the_environment(
    tls_server: tuple[int, list[bytes]], certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SSL_CERT_FILE adds whom to trust; a certificate that is trusted but names another host is refused."""
    port, asked = tls_server
    look_up = socket.getaddrinfo
    monkeypatch.setattr("socket.getaddrinfo", lambda _, *rest, **more: look_up("127.0.0.1", *rest, **more))
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with client_at(f"https://localhost:{port}") as client:
        assert OK["webhooks"] == client.get(soon())
    with client_at(f"https://api.sendblue.invalid:{port}") as client:
        error = error_of(lambda: client.get(soon()))
    assert isinstance(error, UntrustedServer)
    assert "it is another host's" == error.reason
    assert 1 == len(asked)
