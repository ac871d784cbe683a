"""A `sendblue.Provider` without keys beside a configuration that names another account."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.plugin.conftest import KEY, KEY_ID
from tests.plugin.driver import EXPLICIT_PROVIDER
from tests.plugin.engine import Engine
from tests.plugin.processes import Start

LEFT_OUT: list[Any] = [
    pytest.param({}, {"apiKeyId": "canary-a", "baseUrl": "http://127.0.0.1:1"}, ["apiKeyId", "baseUrl"], id="both"),
    pytest.param({}, {"apiKeyId": KEY_ID, "baseUrl": "http://127.0.0.1:1"}, ["baseUrl"], id="address"),
    pytest.param({"apiKeyId": KEY_ID, "apiSecretKey": KEY}, {"apiKeyId": "canary-a"}, [], id="given"),
    pytest.param({}, {"apiKeyId": KEY_ID}, [], id="the-same"),
    pytest.param({}, {"timeoutSeconds": 5}, [], id="another-setting"),
]
"""Arguments of a provider, the stack's configuration, and the keys in which that names another account."""


@pytest.mark.parametrize(("arguments", "config", "keys"), LEFT_OUT)
def test_a_provider_that_does_not_read_the_configuration(
    start: Start,
    url: str,
    engine: Engine,
    arguments: dict[str, Any],
    config: dict[str, Any],
    keys: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A provider without keys takes the environment's: it warns if the configuration names another account."""
    values = {"apiKeyId": KEY_ID, "apiSecretKey": KEY, "baseUrl": url}
    names = {
        "apiKeyId": "SENDBLUE_API_API_KEY",
        "apiSecretKey": "SENDBLUE_API_API_SECRET",
        "baseUrl": "SENDBLUE_API_BASE_URL",
    }
    for key, name in names.items():
        monkeypatch.setenv(name, values[key])
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps(config))
    plugin = start(configured=False)
    plugin.configure(arguments, EXPLICIT_PROVIDER)

    name = EXPLICIT_PROVIDER.rpartition("::")[2]
    told = engine.take()
    assert [(message.severity, message.urn) for message in told] == [("warning", EXPLICIT_PROVIDER)] * bool(keys)
    taken = " and ".join(f"{key} from {names[key]}" for key in keys)
    for message in told:
        unread = " and ".join(f"sendblue:{key}" for key in keys)
        assert message.text == (
            f"the sendblue.Provider {name!r} takes its {taken}, and the stack's configuration names another in "
            f"{unread}: a sendblue.Provider does not read that. Give it its own {' and '.join(keys)}"
        )


def test_a_provider_with_the_default_address(start: Start, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The default address is named, too, if the configuration has another one."""
    monkeypatch.delenv("SENDBLUE_API_BASE_URL", raising=False)
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps({"baseUrl": "http://127.0.0.1:1"}))
    start(configured=False).configure({"apiKeyId": KEY_ID, "apiSecretKey": KEY}, EXPLICIT_PROVIDER)

    (message,) = engine.take()
    assert "takes its baseUrl from the default, and the stack's configuration names another" in message.text
