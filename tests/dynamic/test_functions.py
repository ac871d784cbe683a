"""What the dynamic front end's functions read, over a socket."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import nullcontext
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pulumi
import pytest

from sendblue_emulator import Emulator, Fault
from sendblue_provider.dynamic_host import holds_secret, read_configuration

A, B, C = (f"https://example.com/{name}" for name in "abc")
NUMBER = "+15551230001"
OWN, OTHER = "canary-own", "canary-other"
Config = dict[str, str]


def said(error: object) -> str:
    """The text of an error, which is one line and holds no secret."""
    text = str(error)
    assert "\n" not in text
    assert "canary" not in text
    return text


@pytest.fixture
def emulator() -> Emulator:
    """An emulator with one account."""
    emulator = Emulator()
    emulator.add_account(key_id="key-id", secret="canary-key")
    return emulator


@pytest.fixture
def config(emulator: Emulator) -> Iterator[Config]:
    """The configuration of a stack that reads the emulator."""
    with emulator.serve() as url:
        yield {"apiKeyId": "key-id", "apiSecretKey": "canary-key", "baseUrl": url, "timeoutSeconds": "5"}


def test_the_live_configuration(emulator: Emulator, config: Config) -> None:
    """All that is on the account is given as properties, secrets in the clear, with one GET."""
    emulator.account().webhooks = {
        "receive": [A, {"url": B, "secret": OWN, "sendblue_numbers": [NUMBER]}],
        "call_log": [{"url": C}],
        "typing_indicator": [A],
        "globalSecret": OTHER,
        "outbound": [],
        "plan": "pro",
    }

    assert {
        "receive": [A, {"url": B, "secret": OWN, "sendblueNumbers": [NUMBER]}],
        "callLog": [C],
        "otherEvents": {"typing_indicator": [A]},
        "globalSecret": OTHER,
        "secretsReadable": True,
    } == read_configuration(config, {})
    assert ["GET"] == [entry.method for entry in emulator.journal]


def test_an_empty_account(config: Config) -> None:
    """Of an account with nothing on it, it is said that its secrets would show."""
    assert {"secretsReadable": True} == read_configuration(config, {})


def test_masked_secrets(emulator: Emulator, config: Config) -> None:
    """Of an account whose secrets do not show, it is said so."""
    emulator.account().webhooks = {"receive": [{"url": A, "secret": OWN}]}
    emulator.account().behave(secrets="masked")

    read = read_configuration(config, {})

    assert read["secretsReadable"] is False
    assert OWN != read["receive"][0]["secret"]


def test_nothing_is_kept(emulator: Emulator, config: Config) -> None:
    """Each read shows what is there by then, also to a process that has read before."""
    assert "receive" not in read_configuration(config, {})

    emulator.account().add("receive", A)

    assert [A] == read_configuration(config, {})["receive"]
    assert ["GET", "GET"] == [entry.method for entry in emulator.journal]


class _KeepsOpen(BaseHTTPRequestHandler):
    """Answers with an empty configuration, to the right key, and leaves the connection open; the emulator does not."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body, status = b'{"status": "OK", "webhooks": {}}', 200
        if self.headers["sb-api-secret-key"] != "canary-key":
            body, status = b'{"status": "ERROR"}', 401
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""


@pytest.mark.parametrize("secret", ["canary-key", "canary-wrong"])
def test_no_connection_stays_open(secret: str) -> None:
    """What was opened is closed, also where the account cannot be read: Python would warn of it here."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _KeepsOpen) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        config = {"apiKeyId": "k", "apiSecretKey": secret, "baseUrl": f"http://127.0.0.1:{server.server_port}"}
        with nullcontext() if secret == "canary-key" else pytest.raises(pulumi.RunError):
            read_configuration(config, {})
        gc.collect()
        server.shutdown()


def test_settings_of_the_environment(config: Config) -> None:
    """What the configuration leaves out is taken from the environment."""
    environ = {"SENDBLUE_API_API_KEY": "key-id", "SENDBLUE_API_API_SECRET": "canary-key"}

    assert {"secretsReadable": True} == read_configuration({"baseUrl": config["baseUrl"]}, environ)


def test_missing_settings() -> None:
    """Each missing setting is named in the one line that the program ends with, in the words of this front end."""
    with pytest.raises(pulumi.RunError) as raised:
        read_configuration({}, {})

    text = said(raised.value)
    assert "sendblue:apiKeyId is not set: run `pulumi config set sendblue:apiKeyId <key id>`" in text
    assert "sendblue:apiSecretKey is not set: run `pulumi config set --secret sendblue:apiSecretKey`" in text


@pytest.mark.parametrize(
    ("config_change", "status", "words"),
    [
        ({"apiSecretKey": "canary-wrong"}, None, "`pulumi config set sendblue:apiKeyId <key id>`"),
        ({"timeoutSeconds": "0.3"}, 503, "503"),
        ({"baseUrl": "http://127.0.0.1:1", "timeoutSeconds": "0.3"}, None, "127.0.0.1:1"),
    ],
    ids=["credentials", "service", "connection"],
)
def test_what_cannot_be_read(
    emulator: Emulator, config: Config, config_change: Config, status: int | None, words: str
) -> None:
    """What the API or the way to it refuses ends the program with one line, without what led there."""
    if status:
        emulator.faults.add(Fault(kind="status", method="GET", status=status, times=None))

    with pytest.raises(pulumi.RunError) as raised:
        read_configuration({**config, **config_change}, {})

    assert words in said(raised.value)
    assert raised.value.__suppress_context__


@pytest.mark.parametrize(
    ("properties", "held"),
    [
        ({"secretsReadable": True}, False),
        ({"receive": [A, {"url": B, "sendblueNumbers": [NUMBER]}], "otherEvents": {"x": [A]}}, False),
        ({"receive": [A, {"url": B, "secret": OWN}]}, True),
        ({"contactCreated": [A], "otherEvents": {"x": [A, {"url": B, "secret": OWN}]}}, True),
        ({"globalSecret": OWN}, True),
        ({"secret": OWN}, True),
    ],
)
def test_whether_there_is_a_secret(properties: dict[str, Any], *, held: bool) -> None:
    """A secret is found at each place where one can be."""
    assert holds_secret(properties) is held
