"""Addresses to which no connection can be made, whatever the network: the API's and the proxy's."""

from __future__ import annotations

from typing import Final

import httpx
import pytest

from sendblue_provider.api.client import Client
from sendblue_provider.errors import ConnectionFailed, SettingsError
from sendblue_provider.messages.errors import error_text
from sendblue_provider.messages.text import Reader
from sendblue_provider.settings import Settings, load_settings
from sendblue_provider.urls import host_problem
from tests.api.conftest import KEY_ID, SECRET_KEY, client_of, error_of, soon

CREDENTIALS: Final = {"apiKeyId": KEY_ID, "apiSecretKey": SECRET_KEY}
LONG: Final = "a" * 64

HOSTS: Final = {
    "256.1.1.1": "no IPv4 address",
    "1.2.3.04": "no IPv4 address",
    "1.2.3.99999999999": "no IPv4 address",
    f"{LONG}.example": "longer",
    f"api.{LONG}": "longer",
    ".".join(["a" * 60] * 5): "longer",
    "xn--a.example": "international",
    "XN--A.example": "international",
}


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_that_cannot_be(host: str) -> None:
    """It is a settings error of one line, which names the setting and does not wait for a request."""
    with pytest.raises(SettingsError) as caught:
        load_settings({**CREDENTIALS, "baseUrl": f"https://{host}:8443/path"}, {})
    text = error_text(caught.value, Reader(spell=str))
    assert text.startswith("sendblue:baseUrl is not a valid URL: its host is ")
    assert HOSTS[host] in text
    assert "\n" not in text


@pytest.mark.parametrize(
    "host",
    ["api.sendblue.com", "1.2.3.4", "127.1", "a" * 63, "xn--bcher-kva.example", "a.xn--a", "::1", "a_b.example", ""],
)
def test_a_host_that_can_be(host: str) -> None:
    """Whether there is such a host is for the network to say."""
    assert host_problem(host) is None


@pytest.mark.parametrize("length", [2_001, 70_000])
def test_a_path_that_is_too_long(length: int) -> None:
    """The error says how long a base URL may be, and does not show it."""
    with pytest.raises(SettingsError) as caught:
        load_settings({**CREDENTIALS, "baseUrl": "https://api.sendblue.com/".ljust(length, "a")}, {})
    (problem,) = caught.value.problems
    assert problem.startswith("sendblue:baseUrl is longer than 2000 characters: ")
    assert len(problem) < 200
    good = "https://api.sendblue.com/".ljust(2_000, "a")
    assert good == load_settings({**CREDENTIALS, "baseUrl": good}, {}).base_url


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "ALL_PROXY"])
@pytest.mark.parametrize("address", ["http://canary:canary@{host}:3128", "{host}:3128"])
@pytest.mark.parametrize("host", HOSTS)
def test_a_proxy_that_cannot_be(variable: str, address: str, host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy's host is found wrong before the first request, and its password is not shown."""
    monkeypatch.setenv(variable, address.format(host=host))
    with pytest.raises(SettingsError) as caught:
        Client(Settings(KEY_ID, SECRET_KEY))
    (problem,) = caught.value.problems
    assert HOSTS[host] in problem
    assert variable in problem
    assert "canary" not in problem


def test_a_proxy_that_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy that NO_PROXY takes this host from may be whatever it is."""
    monkeypatch.setenv("HTTPS_PROXY", f"http://{LONG}.example")
    monkeypatch.setenv("NO_PROXY", "api.sendblue.com")
    Client(Settings(KEY_ID, SECRET_KEY)).close()


def test_an_address_that_only_a_request_finds_wrong() -> None:
    """No other attempt is made, since each would fail alike."""
    with client_of(httpx.InvalidURL("canary")) as (client, script):
        error = error_of(lambda: client.get(soon()))
    assert type(error) is ConnectionFailed
    assert "the address cannot be used" == error.reason
    assert 1 == len(script.requests)
