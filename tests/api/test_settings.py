"""Credentials and endpoint: where they come from, and what is said when they are missing or malformed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from sendblue_provider.errors import SettingsError
from sendblue_provider.settings import KEYS, PROVIDER_ARGUMENTS, SECRET_KEYS, STACK_CONFIG, Settings, load_settings
from sendblue_provider.unknown import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Mapping

CONFIG = {"apiKeyId": "canary-id", "apiSecretKey": "canary-key"}
ENVIRON = {"SENDBLUE_API_API_KEY": "canary-environ-id", "SENDBLUE_API_API_SECRET": "canary-environ-key"}
SET_ID = "`pulumi config set sendblue:apiKeyId <key id>`"
SET_KEY = "`pulumi config set --secret sendblue:apiSecretKey`"
SET_URL = "`pulumi config set sendblue:baseUrl https://api.sendblue.com`"
SET_TIMEOUT = "`pulumi config set sendblue:timeoutSeconds 60`"


def problems(config: Mapping[str, Any], environ: Mapping[str, str] | None = None) -> list[str]:
    """What is said of settings that are refused, in which no credential stands."""
    with pytest.raises(SettingsError) as caught:
        load_settings(config, environ or {})
    error = caught.value
    for text in (str(error), repr(error), *error.problems, repr(error.__cause__), repr(error.__context__)):
        assert "canary" not in text
    return caught.value.problems


def test_from_the_configuration() -> None:
    """The stack's configuration alone is enough."""
    config = {**CONFIG, "baseUrl": "https://gateway.example.com", "timeoutSeconds": "30"}
    assert Settings("canary-id", "canary-key", "https://gateway.example.com", 30.0) == load_settings(config, {})


def test_from_the_environment() -> None:
    """The environment alone is enough, with the variables of Sendblue's own SDK."""
    environ = {**ENVIRON, "SENDBLUE_API_BASE_URL": "https://gateway.example.com"}
    expected = Settings("canary-environ-id", "canary-environ-key", "https://gateway.example.com", 60.0)
    assert expected == load_settings({}, environ)


def test_the_defaults() -> None:
    """Without a word on them, the host is Sendblue's and an operation has a minute."""
    settings = load_settings(CONFIG, {})
    assert ("https://api.sendblue.com", 60.0) == (settings.base_url, settings.timeout_seconds)


def test_the_configuration_wins() -> None:
    """What is configured for the stack is used, whatever the environment holds."""
    config = {**CONFIG, "baseUrl": "https://stack.example.com"}
    environ = {**ENVIRON, "SENDBLUE_API_BASE_URL": "https://environ.example.com"}
    assert Settings("canary-id", "canary-key", "https://stack.example.com") == load_settings(config, environ)


def test_each_setting_is_found_by_itself() -> None:
    """One setting may come from the configuration and another from the environment."""
    settings = load_settings({"apiKeyId": "canary-id"}, ENVIRON)
    assert ("canary-id", "canary-environ-key") == (settings.api_key_id, settings.api_secret_key)


def test_a_malformed_configuration_does_not_fall_back() -> None:
    """A malformed configured value is told, not replaced by the environment's: it may be another account's."""
    assert 1 == len(problems({**CONFIG, "apiKeyId": ""}, ENVIRON))


def test_no_timeout_from_the_environment() -> None:
    """The timeout has no environment variable."""
    environ = {"SENDBLUE_API_TIMEOUT_SECONDS": "5", "SENDBLUE_API_TIMEOUT": "5"}
    assert 60.0 == load_settings(CONFIG, environ).timeout_seconds


def test_a_configuration_value_of_none_is_none() -> None:
    """A key that is there without a value is not set."""
    config = {"apiKeyId": None, "apiSecretKey": None, "timeoutSeconds": None}
    assert Settings("canary-environ-id", "canary-environ-key") == load_settings(config, ENVIRON)


def test_an_empty_environment_variable_is_not_set() -> None:
    """An empty variable is as good as none."""
    environ = {"SENDBLUE_API_API_KEY": "", "SENDBLUE_API_API_SECRET": "", "SENDBLUE_API_BASE_URL": ""}
    assert Settings("canary-id", "canary-key") == load_settings(CONFIG, environ)
    assert 2 == len(problems({}, environ))


def test_missing_credentials() -> None:
    """Each missing credential is named with the command to run and the variable to set."""
    key_id, secret_key = problems({})
    assert key_id.startswith("sendblue:apiKeyId is not set")
    assert SET_ID in key_id
    assert "SENDBLUE_API_API_KEY" in key_id
    assert secret_key.startswith("sendblue:apiSecretKey is not set")
    assert SET_KEY in secret_key
    assert "SENDBLUE_API_API_SECRET" in secret_key


@pytest.mark.parametrize("value", ["", " ", " canary", "canary\n", "can ary", "canary\x00", "canäry", 5, ["canary"]])
@pytest.mark.parametrize(("key", "command"), [("apiKeyId", SET_ID), ("apiSecretKey", SET_KEY)], ids=["id", "secret"])
def test_a_malformed_credential(key: str, command: str, value: object) -> None:
    """What cannot be a header's value is refused before it is sent, with the command, without the value."""
    (problem,) = problems({**CONFIG, key: value})
    assert problem.startswith(f"sendblue:{key} ")
    assert command in problem


@pytest.mark.parametrize("variable", list(ENVIRON))
def test_a_malformed_credential_in_the_environment(variable: str) -> None:
    """The variable is named where the value came from it."""
    (problem,) = problems({}, {**ENVIRON, variable: "canary\n"})
    assert problem.startswith(f"{variable} ")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        pytest.param("https://api.sendblue.co", "https://api.sendblue.co", id="https"),
        pytest.param("https://api.sendblue.com/", "https://api.sendblue.com", id="trailing slash"),
        pytest.param("https://example.com:8443/sendblue/", "https://example.com:8443/sendblue", id="gateway"),
        pytest.param("http://localhost:8080", "http://localhost:8080", id="localhost"),
        pytest.param("http://LOCALHOST:8080", "http://LOCALHOST:8080", id="capitals"),
        pytest.param("http://127.0.0.1:8080/", "http://127.0.0.1:8080", id="IPv4"),
        pytest.param("http://127.255.0.9", "http://127.255.0.9", id="all of 127"),
        pytest.param("http://[::1]:8080", "http://[::1]:8080", id="IPv6"),
        pytest.param("https://api.sendblue.com.:443", "https://api.sendblue.com:443", id="a final dot"),
        pytest.param("https://api.sendblue.com./v1.", "https://api.sendblue.com/v1.", id="two dots"),
        pytest.param("http://localhost.:8080/a.", "http://localhost:8080/a.", id="a final dot of localhost"),
    ],
)
@pytest.mark.parametrize("key", ["baseUrl", "SENDBLUE_API_BASE_URL"])
def test_a_good_base_url(key: str, url: str, expected: str) -> None:
    """Any host is taken with https, this machine with http as well; the slash at the end does not matter."""
    config, environ = ({**CONFIG, key: url}, {}) if key == "baseUrl" else (CONFIG, {key: url})
    assert expected == load_settings(config, environ).base_url


@pytest.mark.parametrize(
    ("url", "word"),
    [
        pytest.param("", "URL", id="empty"),
        pytest.param(5, "URL", id="number"),
        pytest.param("https://api.sendblue.com ", "URL", id="space"),
        pytest.param("https://api.sendblue.com\n", "URL", id="line end"),
        pytest.param("https://[::1", "URL", id="IPv6 not closed"),
        pytest.param("https://example.com:port", "URL", id="port in letters"),
        pytest.param("https://example.com:99999", "URL", id="port too high"),
        pytest.param("http://[::1].example.com", "URL", id="text after IPv6"),
        pytest.param("http://example.com[::1]", "URL", id="text before IPv6"),
        pytest.param("https://example.com\\.example.org", "URL", id="backslash"),
        pytest.param("api.sendblue.com", "https://", id="host alone"),
        pytest.param("//api.sendblue.com", "https://", id="no scheme"),
        pytest.param("https://", "https://", id="scheme alone"),
        pytest.param("https:///path", "https://", id="no host"),
        pytest.param("https://.", "URL", id="a dot alone"),
        pytest.param("https://example.com..", "URL", id="two final dots"),
        pytest.param("ftp://api.sendblue.com", "https://", id="ftp"),
        pytest.param("file:///etc/hosts", "https://", id="file"),
        pytest.param("https://canary@example.com", "a user", id="user"),
        pytest.param("https://user:canary@example.com", "a user", id="password"),
        pytest.param("https://@example.com", "a user", id="empty user"),
        pytest.param("https://example.com?token=canary", "a query", id="query"),
        pytest.param("https://example.com/path?canary", "a query", id="query after a path"),
        pytest.param("https://example.com?", "a query", id="empty query"),
        pytest.param("https://example.com#canary", "a fragment", id="fragment"),
        pytest.param("https://example.com#", "a fragment", id="empty fragment"),
        pytest.param("http://api.sendblue.com", "in the clear", id="http"),
        pytest.param("http://localhost.example.com", "in the clear", id="localhost as a subdomain"),
        pytest.param("http://127.0.0.1.example.com", "in the clear", id="loopback as a subdomain"),
        pytest.param("http://10.0.0.1", "in the clear", id="private address"),
        pytest.param("http://0.0.0.0", "in the clear", id="any address"),
        pytest.param("http://[::]", "in the clear", id="any IPv6 address"),
    ],
)
def test_a_bad_base_url(url: object, word: str) -> None:
    """A base URL that would not work, or would send the credentials in the clear, is refused without being shown."""
    (problem,) = problems({**CONFIG, "baseUrl": url})
    assert problem.startswith("sendblue:baseUrl ")
    assert word in problem
    assert SET_URL in problem


def test_a_bad_base_url_in_the_environment() -> None:
    """The variable is named where the value came from it."""
    (problem,) = problems(CONFIG, {"SENDBLUE_API_BASE_URL": "http://api.sendblue.com"})
    assert problem.startswith("SENDBLUE_API_BASE_URL ")


@pytest.mark.parametrize(
    ("value", "expected"),
    [("1", 1.0), ("0.5", 0.5), ("90.5", 90.5), (30, 30.0), (2.5, 2.5), ("3600", 3600.0)],
    ids=["text", "below one", "fraction", "integer", "float", "an hour"],
)
def test_a_good_timeout(value: object, expected: float) -> None:
    """A timeout is a number of seconds above zero, as text or as a number."""
    assert expected == load_settings({**CONFIG, "timeoutSeconds": value}, {}).timeout_seconds


@pytest.mark.parametrize(
    "value",
    [
        *["", "0", "0.0", "-1", "nan", "inf", "-inf", "1e400", "true", "60s", "1 minute", "1,5", "0x10", "canary"],
        *[0, -1, float("nan"), float("inf"), True, False, [60], {"canary": 60}],
        pytest.param(10**400, id="a number beyond float"),
    ],
)
def test_a_bad_timeout(value: object) -> None:
    """What is not a finite number of seconds above zero is refused, with the command."""
    (problem,) = problems({**CONFIG, "timeoutSeconds": value})
    assert problem.startswith("sendblue:timeoutSeconds ")
    assert "seconds" in problem
    assert SET_TIMEOUT in problem


def test_all_problems_at_once() -> None:
    """Everything that is missing or malformed is said together, each in one line with its command."""
    config = {"apiSecretKey": "canary key", "baseUrl": "canary", "timeoutSeconds": "canary"}
    with pytest.raises(SettingsError) as caught:
        load_settings(config, {})
    text = "".join(caught.value.problems)
    assert 4 == len(caught.value.problems)
    assert all(command in text for command in (SET_ID, SET_KEY, SET_URL, SET_TIMEOUT))
    assert "canary" not in text
    assert "\n" not in text


def test_the_representation_holds_no_credential() -> None:
    """Neither the key id nor the secret key can be seen in a log of the settings."""
    settings = load_settings(CONFIG, {})
    assert "canary" not in f"{settings!r} {settings}"


# Arguments of an explicit provider


def argument_problems(arguments: Mapping[str, Any], environ: Mapping[str, str] | None = None) -> list[str]:
    """What is said of an explicit provider's arguments that are refused."""
    with pytest.raises(SettingsError) as caught:
        load_settings(arguments, environ or {}, PROVIDER_ARGUMENTS)
    for text in (str(caught.value), *caught.value.problems):
        assert "canary" not in text
        assert "\n" not in text
    return caught.value.problems


def test_the_keys() -> None:
    """There are four settings, one of them a secret."""
    assert ("apiKeyId", "apiSecretKey", "baseUrl", "timeoutSeconds") == KEYS
    assert ("apiSecretKey",) == SECRET_KEYS


def test_a_value_is_the_same_from_either_source() -> None:
    """Where settings come from makes no difference to what they are."""
    values = {**CONFIG, "baseUrl": "https://gateway.example.com/", "timeoutSeconds": 5}
    expected = Settings("canary-id", "canary-key", "https://gateway.example.com", 5.0)
    for source in (STACK_CONFIG, PROVIDER_ARGUMENTS):
        assert replace(expected, source=source) == load_settings(values, ENVIRON, source)


@pytest.mark.parametrize("key", KEYS)
def test_a_value_that_is_not_known_yet(key: str) -> None:
    """In a preview it is neither wrong nor missing, and the environment's does not stand in for it."""
    values = {**CONFIG, key: UNKNOWN}
    settings = load_settings(values, {**ENVIRON, "SENDBLUE_API_BASE_URL": "http://canary"} if key == "baseUrl" else {})
    assert "canary-environ" not in (settings.api_key_id, settings.api_secret_key, settings.base_url)


def test_an_argument_that_is_missing_comes_from_the_environment() -> None:
    """An explicit provider falls back to the environment too, setting by setting."""
    settings = load_settings({"apiKeyId": "canary-id"}, ENVIRON, PROVIDER_ARGUMENTS)
    assert ("canary-id", "canary-environ-key") == (settings.api_key_id, settings.api_secret_key)


def test_missing_arguments() -> None:
    """Who has to give them is the program: no command of the configuration would help."""
    key_id, secret_key = argument_problems({})
    for problem, key, variable in (
        (key_id, "apiKeyId", "SENDBLUE_API_API_KEY"),
        (secret_key, "apiSecretKey", "SENDBLUE_API_API_SECRET"),
    ):
        assert problem.startswith(f"the sendblue.Provider's {key} is not set")
        assert f"give the sendblue.Provider its {key}" in problem
        assert variable in problem
        assert "pulumi config" not in problem


def test_malformed_arguments() -> None:
    """Each is told with its name, without its value, and without a command of the configuration."""
    found = argument_problems(
        {"apiKeyId": "canary ", "apiSecretKey": "", "baseUrl": "http://canary.example.com", "timeoutSeconds": "canary"},
        ENVIRON,
    )
    assert KEYS == tuple(problem.removeprefix("the sendblue.Provider's ").split()[0] for problem in found)
    assert not any("pulumi config" in problem for problem in found)


def test_a_malformed_variable_for_an_explicit_provider() -> None:
    """The variable is named where the value came from it."""
    (problem,) = argument_problems({"apiKeyId": "canary-id"}, {"SENDBLUE_API_API_SECRET": "canary key"})
    assert problem.startswith("SENDBLUE_API_API_SECRET ")


def test_what_is_no_setting() -> None:
    """Keys that are no setting are passed over."""
    assert load_settings(CONFIG, {}) == load_settings({**CONFIG, "version": "1", "pluginDownloadURL": "canary"}, {})
