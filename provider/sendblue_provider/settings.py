"""Credentials and endpoint: from the stack's configuration, else from the environment."""

from __future__ import annotations

import ipaddress
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, NoReturn, TypeVar
from urllib.parse import urlsplit

from .errors import SettingsError
from .unknown import UNKNOWN
from .urls import authority_problem, host_problem

DEFAULT_BASE_URL: Final = "https://api.sendblue.com"
DEFAULT_TIMEOUT_SECONDS: Final = 60.0
MAX_TIMEOUT_SECONDS: Final = 3600.0

KEYS: Final = ("apiKeyId", "apiSecretKey", "baseUrl", "timeoutSeconds")
SECRET_KEYS: Final = ("apiSecretKey",)

_KEY_ID_VARIABLE: Final = "SENDBLUE_API_API_KEY"
_BASE_URL_VARIABLE: Final = "SENDBLUE_API_BASE_URL"
_MAX_URL_CHARACTERS: Final = 2000

T = TypeVar("T")

_FINAL_DOT = re.compile(r"^(https?://[^/:]+)\.(?=[:/]|$)")
_HEADER_VALUE = re.compile(r"[!-~]+")


class Source(NamedTuple):
    """Where settings come from besides the environment, in the reader's words.

    Attributes:
        prefix: What stands before the key of a setting.
        show: Where to see what it is, with `{key}` in it.
        give: What to do to set one, with `{key}` and `{value}` in it.
        ask: The same for a secret, whose value stays off the command line and out of the shell's history.
    """

    prefix: str
    show: str
    give: str
    ask: str


STACK_CONFIG: Final = Source(
    "sendblue:",
    "`pulumi config get sendblue:{key}`",
    "run `pulumi config set sendblue:{key} {value}`",
    "run `pulumi config set --secret sendblue:{key}`",
)
PROVIDER_ARGUMENTS: Final = Source(
    "the sendblue.Provider's ",
    "the {key} of the sendblue.Provider",
    "give the sendblue.Provider its {key}",
    "give the sendblue.Provider its {key}",
)


@dataclass(frozen=True)
class Settings:
    """What the client needs to know.

    Attributes:
        api_key_id: Value of the header `sb-api-key-id`; it names the account.
        api_secret_key: Value of the header `sb-api-secret-key`.
        base_url: Scheme, host and, behind a gateway, a path; no trailing slash.
        timeout_seconds: Budget of one operation (a create, an update, ...), its retries included.
        source: Where they come from, for the advice in messages.
    """

    api_key_id: str = field(repr=False)
    api_secret_key: str = field(repr=False)
    base_url: str = DEFAULT_BASE_URL
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS
    source: Source = STACK_CONFIG

    def __reduce__(self) -> NoReturn:
        raise TypeError("Settings hold credentials and are never pickled")


@dataclass(frozen=True)
class _Found:
    """One setting as it was found, or not.

    Attributes:
        value: The value; None where there is none.
        name: Where it was found, or would be, in the reader's words.
        source: Where to set it.
    """

    value: Any = field(repr=False)
    name: str
    source: Source

    def give(self, key: str, value: str) -> str:
        return self.source.give.format(key=key, value=value)


def load_settings(values: Mapping[str, Any], environ: Mapping[str, str], source: Source = STACK_CONFIG) -> Settings:
    """Read the settings; a value wins over the environment.

    Args:
        values: The stack's configuration or the provider's arguments, by key (`apiKeyId`), secrets plain. One that is
            `UNKNOWN`, as in a preview, is passed over.
        environ: The environment. The variable names are those of Sendblue's own SDK.
        source: Which of the two it is.

    Raises:
        SettingsError: something is missing or malformed; it lists everything that is, with the commands to run.
    """
    problems: list[str] = []

    def read(key: str, variable: str, parse: Callable[[_Found, str], T], default: T) -> T:
        if values.get(key) is UNKNOWN:
            return default
        try:
            return parse(_find(values, environ, key, variable, source), variable)
        except ValueError as error:
            problems.append(str(error))
            return default

    settings = Settings(
        read("apiKeyId", _KEY_ID_VARIABLE, _key_id, ""),
        read("apiSecretKey", "SENDBLUE_API_API_SECRET", _secret_key, ""),
        read("baseUrl", _BASE_URL_VARIABLE, _base_url, DEFAULT_BASE_URL),
        read("timeoutSeconds", "", _timeout, DEFAULT_TIMEOUT_SECONDS),
        source,
    )
    if problems:
        raise SettingsError(problems)
    return settings


def set_elsewhere(
    arguments: Mapping[str, Any], environ: Mapping[str, str], config: Mapping[str, Any]
) -> dict[str, str]:
    """Find settings that a provider takes from the environment while the stack's configuration names another account.

    Args:
        arguments: The provider's arguments, by key.
        environ: The environment, which gives what they leave out.
        config: The stack's configuration, by key, which a provider of the program's own does not read.

    Returns:
        The keys of those settings, each with where its value comes from.
    """
    found: dict[str, str] = {}
    for key, variable, default in (
        ("apiKeyId", _KEY_ID_VARIABLE, None),
        ("baseUrl", _BASE_URL_VARIABLE, DEFAULT_BASE_URL),
    ):
        taken, wanted = environ.get(variable) or default, config.get(key)
        if arguments.get(key) is None and taken and wanted and taken.rstrip("/") != str(wanted).rstrip("/"):
            found[key] = variable if environ.get(variable) else "the default"
    return found


def _find(values: Mapping[str, Any], environ: Mapping[str, str], key: str, variable: str, source: Source) -> _Found:
    value = values.get(key)
    if value is None and environ.get(variable):
        return _Found(environ[variable], variable, source)
    return _Found(value, f"{source.prefix}{key}", source)


def _key_id(found: _Found, variable: str) -> str:
    return _credential(found, variable, found.give("apiKeyId", "<key id>"))


def _secret_key(found: _Found, variable: str) -> str:
    return _credential(found, variable, found.source.ask.format(key="apiSecretKey"))


def _credential(found: _Found, variable: str, mend: str) -> str:
    if found.value is None:
        raise ValueError(f"{found.name} is not set: {mend}, or set the environment variable {variable}")
    if not isinstance(found.value, str) or not _HEADER_VALUE.fullmatch(found.value):
        raise ValueError(f"{found.name} is empty, or holds characters that no Sendblue key has: {mend}")
    return found.value


def _base_url(found: _Found, _variable: str) -> str:
    if found.value is None:
        return DEFAULT_BASE_URL
    mend = f"{found.give('baseUrl', DEFAULT_BASE_URL)}, or remove it: that is the default"
    url = found.value
    if not isinstance(url, str) or not _HEADER_VALUE.fullmatch(url) or not url.startswith(("https://", "http://")):
        raise ValueError(f"{found.name} is not an absolute https:// URL: {mend}")
    if problem := authority_problem(url):
        raise ValueError(f"{found.name} {problem}: {mend}")
    if "?" in url or "#" in url:
        raise ValueError(f"{found.name} holds a query or a fragment, which a base URL must not: {mend}")
    if len(url) > _MAX_URL_CHARACTERS:
        raise ValueError(f"{found.name} is longer than {_MAX_URL_CHARACTERS} characters: {mend}")
    if problem := host_problem(urlsplit(url).hostname or ""):
        raise ValueError(f"{found.name} is not a valid URL: its host {problem}: {mend}")
    # A certificate names the host without its final dot.
    url = _FINAL_DOT.sub(r"\1", url)
    if url.startswith("http://") and not _is_loopback(urlsplit(url).hostname or ""):
        raise ValueError(
            f"{found.name} is http://, which would send the credentials in the clear "
            f"(http is accepted for this machine alone, as for the emulator): {mend}"
        )
    return url.rstrip("/")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _timeout(found: _Found, _variable: str) -> float:
    if found.value is None:
        return DEFAULT_TIMEOUT_SECONDS
    try:
        seconds = math.nan if isinstance(found.value, bool) else float(found.value)
    except (TypeError, ValueError, OverflowError):
        seconds = math.nan
    if not 0 < seconds <= MAX_TIMEOUT_SECONDS:
        raise ValueError(
            f"{found.name} is not a number of seconds above 0 and up to {MAX_TIMEOUT_SECONDS:.0f}: "
            f"{found.give('timeoutSeconds', f'{DEFAULT_TIMEOUT_SECONDS:.0f}')}"
        )
    return seconds
