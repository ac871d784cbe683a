"""The provider's settings: from arguments, configuration and environment; checked, compared, and rotated."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2 as proto

from sendblue_emulator import Account, Emulator
from tests.plugin.answers import Failed
from tests.plugin.conftest import KEY, KEY_ID, A, content, failure, said
from tests.plugin.driver import DEFAULT_PROVIDER, EXPLICIT_PROVIDER, Plugin
from tests.plugin.engine import Engine
from tests.plugin.processes import Start, environment, running
from tests.plugin.values import UNKNOWN, Secret, Unknown

BOTH = [pytest.param(DEFAULT_PROVIDER, id="default"), pytest.param(EXPLICIT_PROVIDER, id="explicit")]
VALID: dict[str, Any] = {
    "apiKeyId": KEY_ID,
    "apiSecretKey": Secret(KEY),
    "baseUrl": "https://sendblue.example.com",
    "timeoutSeconds": 30,
}


@pytest.fixture
def plugin(start: Start) -> Plugin:
    """A plugin as the program's process is: never configured."""
    return start(configured=False)


# CheckConfig


@pytest.mark.parametrize("provider", BOTH)
def test_settings_that_are_right(plugin: Plugin, provider: str) -> None:
    """They come back as they are, the key marked as a secret."""
    assert plugin.check_config(VALID, provider) == (VALID, [])
    assert plugin.check_config({**VALID, "apiSecretKey": KEY}, provider) == (VALID, [])
    strings = {**VALID, "apiKeyId": Secret(KEY_ID), "timeoutSeconds": "30"}
    assert plugin.check_config(strings, provider) == (strings, [])


def test_settings_from_the_environment(plugin: Plugin, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the environment gives is not missing, and does not get into the provider's inputs, which the state keeps."""
    monkeypatch.setenv("SENDBLUE_API_API_KEY", KEY_ID)
    monkeypatch.setenv("SENDBLUE_API_API_SECRET", KEY)
    monkeypatch.setenv("SENDBLUE_API_BASE_URL", "https://sendblue.example.com")
    assert plugin.check_config({}) == ({}, [])
    assert plugin.check_config({"timeoutSeconds": "5"}) == ({"timeoutSeconds": "5"}, [])


def test_missing_settings(plugin: Plugin) -> None:
    """Each missing setting of the default provider is a failure with the command that sets it."""
    failures = plugin.check_config({}).failures
    assert [said(reason) for reason in failures] == [
        "sendblue:apiKeyId is not set: run `pulumi config set sendblue:apiKeyId <key id>`, or set the environment "
        "variable SENDBLUE_API_API_KEY",
        "sendblue:apiSecretKey is not set: run `pulumi config set --secret sendblue:apiSecretKey`, or set the "
        "environment variable SENDBLUE_API_API_SECRET",
    ]


def test_missing_arguments(plugin: Plugin) -> None:
    """Of an explicit provider the failures name its arguments, and no command, which would not help."""
    failures = plugin.check_config({}, EXPLICIT_PROVIDER).failures
    assert len(failures) == 2
    for reason, key in zip(failures, ["apiKeyId", "apiSecretKey"], strict=True):
        assert f"sendblue.Provider's {key}" in said(reason)
        assert "pulumi config set" not in reason


MALFORMED: list[tuple[str, Any]] = [
    ("apiKeyId", ""),
    ("apiSecretKey", "canary\n"),
    ("apiSecretKey", ["canary"]),
    ("baseUrl", "http://sendblue.example.com"),
    ("baseUrl", "https://user:canary@sendblue.example.com"),
    ("timeoutSeconds", 0),
    ("timeoutSeconds", "soon"),
]


@pytest.mark.parametrize("provider", BOTH)
def test_a_malformed_setting(plugin: Plugin, provider: str) -> None:
    """It fails the check, and Configure if there was none, in one line that names it and does not quote it."""
    for key, value in MALFORMED:
        for settings in ({**VALID, key: value}, {**VALID, key: Secret(value)}):
            (reason,) = plugin.check_config(settings, provider).failures
            assert key in said(reason)
            assert ("sendblue.Provider" in reason) == (provider == EXPLICIT_PROVIDER)
            with pytest.raises(Failed) as failed:
                plugin.configure(settings, provider)
            assert failure(failed) == reason


@pytest.mark.parametrize(
    "url", ["https://256.1.1.1", f"https://{'a' * 64}.example", "https://xn--a.example", "https://x/" + "a" * 70_000]
)
def test_an_address_that_cannot_be(plugin: Plugin, url: str) -> None:
    """It is a failure of the provider's check, and an error of Configure: one short line each."""
    _, (reason,) = plugin.check_config({**VALID, "baseUrl": url})
    with pytest.raises(Failed) as failed:
        plugin.configure({**VALID, "baseUrl": url})
    assert reason == failure(failed)
    assert reason.startswith("sendblue:baseUrl ")
    assert len(reason) < 300


def test_a_proxy_that_cannot_be(plugin: Plugin, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy of the environment whose host cannot be is one line of Configure."""
    monkeypatch.setenv("HTTPS_PROXY", f"http://{'a' * 64}.example:3128")
    with pytest.raises(Failed) as failed:
        plugin.configure(VALID)
    assert failure(failed).endswith("Correct HTTPS_PROXY")


@pytest.mark.parametrize("provider", BOTH)
def test_an_unknown_setting(plugin: Plugin, provider: str) -> None:
    """A setting that is known only once the update runs is left for later: it is no failure in preview."""
    for key in VALID:
        for unknown in (UNKNOWN, Unknown("number"), Secret(UNKNOWN)):
            checked = plugin.check_config({**VALID, key: unknown}, provider)
            assert checked.failures == []
            value = checked.inputs[key]
            assert UNKNOWN in (value, getattr(value, "value", None))


# DiffConfig


@pytest.mark.parametrize("key", VALID)
@pytest.mark.parametrize("provider", BOTH)
def test_a_changed_setting(plugin: Plugin, provider: str, key: str) -> None:
    """It is an update of the provider at that key, and never a replacement."""
    rest = {name: value for name, value in VALID.items() if name != key}
    kinds = proto.PropertyDiff
    for olds, news, kind in (
        (VALID, {**VALID, key: "https://other.example.com"}, kinds.UPDATE),
        (VALID, {**VALID, key: Secret("canary-new")}, kinds.UPDATE),
        (VALID, {**VALID, key: UNKNOWN}, kinds.UPDATE),
        (VALID, {**VALID, key: Secret(UNKNOWN)}, kinds.UPDATE),
        (VALID, rest, kinds.DELETE),
        (rest, VALID, kinds.ADD),
        (rest, {**rest, key: UNKNOWN}, kinds.ADD),
    ):
        answer = plugin.diff_config(olds, news, provider)
        assert answer.changes == proto.DiffResponse.DIFF_SOME
        assert list(answer.diffs) == [key]
        assert {path: detail.kind for path, detail in answer.detailedDiff.items()} == {key: kind}
        assert answer.hasDetailedDiff
        assert not answer.replaces
        assert not answer.deleteBeforeReplace


def test_settings_that_stay(plugin: Plugin) -> None:
    """Equal settings are no change, marked as secrets or not."""
    marked = {name: Secret(value.value if isinstance(value, Secret) else value) for name, value in VALID.items()}
    for olds, news in ((VALID, VALID), (VALID, {**VALID, "apiSecretKey": KEY}), (VALID, marked), ({}, {})):
        answer = plugin.diff_config(olds, news)
        assert answer.changes == proto.DiffResponse.DIFF_NONE
        assert not answer.detailedDiff


# Configure


def test_what_configure_promises(start: Start, settings: dict[str, Any]) -> None:
    """The plugin takes secrets and previews, and asks for plain values otherwise."""
    answer = start(configured=False).configure(settings)
    assert (answer.acceptSecrets, answer.supportsPreview) == (True, True)
    assert (answer.acceptResources, answer.acceptOutputs) == (False, False)


@pytest.mark.parametrize("provider", BOTH)
def test_environment(start: Start, url: str, remote: Account, provider: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without arguments the environment's credentials and address are used."""
    plugin = start(configured=False)
    monkeypatch.setenv("SENDBLUE_API_API_KEY", KEY_ID)
    monkeypatch.setenv("SENDBLUE_API_API_SECRET", KEY)
    monkeypatch.setenv("SENDBLUE_API_BASE_URL", url)
    plugin.configure({}, provider)
    plugin.up({"receive": [A]})
    assert content(remote) == {"receive": [A]}


def rotate(remote: Account) -> dict[str, str]:
    """Replace the account's key pair; returns the new one as configuration."""
    remote.add_key("key-2", "canary-key-2")
    remote.revoke_key(KEY_ID)
    return {"apiKeyId": "key-2", "apiSecretKey": "canary-key-2"}


@pytest.mark.parametrize("name", ["default", "default_0_1_0_alpha_1", "default_github_/api"])
def test_a_rotated_key(
    start: Start, settings: dict[str, Any], remote: Account, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The default provider uses the pair in today's configuration, where the engine still passes the state's."""
    today = {**rotate(remote), "baseUrl": settings["baseUrl"]}
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps(today))
    start(f"urn:pulumi:dev::shop::pulumi:providers:sendblue::{name}").up({"receive": [A]})
    assert content(remote) == {"receive": [A]}


def test_a_rotated_key_in_a_process(engine: Engine, settings: dict[str, Any], remote: Account) -> None:
    """So it is in the process that the engine starts, with the configuration in its environment."""
    today = {**rotate(remote), "baseUrl": settings["baseUrl"]}
    with running(engine, environment(PULUMI_CONFIG=json.dumps(today))) as plugin:
        plugin.handshake(engine)
        plugin.configure(settings)
        state = plugin.up({"receive": [A]})
        assert content(remote) == {"receive": [A]}
        plugin.configure(settings, EXPLICIT_PROVIDER)
        with pytest.raises(Failed) as failed:
            plugin.read(state)
        assert "--run-program" in failure(failed)


@pytest.mark.parametrize("name", ["other", "default_eu", "my-default"])
def test_an_explicit_provider_keeps_to_its_arguments(
    start: Start, url: str, emulator: Emulator, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stack's configuration, which may be another account's, does not reach a provider that the program made."""
    remote, other = emulator.account(), emulator.add_account(key_id="theirs", secret=KEY, name="theirs")
    config = {"apiKeyId": "theirs", "apiSecretKey": KEY, "baseUrl": url}
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps(config))
    start(f"urn:pulumi:dev::shop::pulumi:providers:sendblue::{name}").up({"receive": [A]})
    assert (content(remote), content(other)) == ({"receive": [A]}, {})


@pytest.mark.parametrize("config", ["", "{", "[]"])
def test_a_configuration_that_is_none(
    start: Start, remote: Account, config: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the engine's variable holds no configuration, what it passes otherwise is used."""
    monkeypatch.setenv("PULUMI_CONFIG", config)
    start().up({"receive": [A]})
    assert content(remote) == {"receive": [A]}


def test_a_configuration_without_the_keys(
    start: Start, url: str, remote: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Settings that were taken out of the configuration are taken from the environment, and not from the state."""
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps({"baseUrl": url, "otherKey": "x"}))
    monkeypatch.setenv("SENDBLUE_API_API_KEY", KEY_ID)
    monkeypatch.setenv("SENDBLUE_API_API_SECRET", KEY)
    start(apiKeyId="gone", apiSecretKey=Secret("canary-gone")).up({"receive": [A]})
    assert content(remote) == {"receive": [A]}


def test_configured_again(start: Start, settings: dict[str, Any], remote: Account) -> None:
    """A process that is configured again knows nothing of the run before, not even that it was cancelled."""
    plugin = start()
    plugin.up({"receive": [A]}, name="first")
    plugin.cancel()
    plugin.configure(settings)
    assert plugin.up({"receive": [A]}, name="second").id == "account"
    plugin.cancel()
    plugin.configure({**settings, **rotate(remote)})
    assert plugin.up({"receive": [A]}, name="third").id == "account"


def test_a_new_secret_key_for_the_same_id(start: Start, settings: dict[str, Any]) -> None:
    """If only the secret half of the pair was mended, it is used from the next Configure on."""
    plugin = start(apiSecretKey=Secret("canary-wrong"))
    with pytest.raises(Failed):
        plugin.up({"receive": [A]})
    plugin.configure(settings)
    assert plugin.up({"receive": [A]}).id == "account"
