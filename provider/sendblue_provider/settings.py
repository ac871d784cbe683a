"""Credentials and endpoint: from the stack's configuration, else from the environment."""

from __future__ import annotations

import ipaddress
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn, TypeVar
from urllib.parse import urlsplit

from .errors import SettingsError
from .urls import authority_problem

DEFAULT_BASE_URL: Final = "https://api.sendblue.com"
DEFAULT_TIMEOUT_SECONDS: Final = 60.0
MAX_TIMEOUT_SECONDS: Final = 3600.0

T = TypeVar("T")

_HEADER_VALUE = re.compile(r"[!-~]+")


@dataclass(frozen=True)
class Settings:
    """What the client needs to know.

    Attributes:
        api_key_id: Value of the header `sb-api-key-id`; it names the account.
        api_secret_key: Value of the header `sb-api-secret-key`.
        base_url: Scheme, host and, behind a gateway, a path; no trailing slash.
        timeout_seconds: Budget of one operation (a create, an update, ...), its retries included.
    """

    api_key_id: str = field(repr=False)
    api_secret_key: str = field(repr=False)
    base_url: str = DEFAULT_BASE_URL
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS

    def __reduce__(self) -> NoReturn:
        raise TypeError("Settings hold credentials and are never pickled")


@dataclass(frozen=True)
class _Found:
    value: Any
    name: str
    """Where it was found, in the reader's words."""


def load_settings(config: Mapping[str, Any], environ: Mapping[str, str]) -> Settings:
    """Read the settings; the stack's configuration wins over the environment.

    Args:
        config: Configuration values by full key (`sendblue:apiKeyId`), secrets plain.
        environ: The environment. The variable names are those of Sendblue's own SDK.

    Raises:
        SettingsError: something is missing or malformed; it lists everything that is, with the commands to run.
    """
    problems: list[str] = []

    def read(key: str, variable: str | None, parse: Callable[[_Found | None], T], default: T) -> T:
        try:
            return parse(_find(config, environ, key, variable))
        except ValueError as error:
            problems.append(str(error))
            return default

    settings = Settings(
        read("apiKeyId", "SENDBLUE_API_API_KEY", _key_id, ""),
        read("apiSecretKey", "SENDBLUE_API_API_SECRET", _secret_key, ""),
        read("baseUrl", "SENDBLUE_API_BASE_URL", _base_url, DEFAULT_BASE_URL),
        read("timeoutSeconds", None, _timeout, DEFAULT_TIMEOUT_SECONDS),
    )
    if problems:
        raise SettingsError(problems)
    return settings


def _find(config: Mapping[str, Any], environ: Mapping[str, str], key: str, variable: str | None) -> _Found | None:
    value = config.get(f"sendblue:{key}")
    if value is not None:
        return _Found(value, f"sendblue:{key}")
    if variable is not None and environ.get(variable):
        return _Found(environ[variable], variable)
    return None


def _key_id(found: _Found | None) -> str:
    return _credential(
        found, "sendblue:apiKeyId", "SENDBLUE_API_API_KEY", "pulumi config set sendblue:apiKeyId <key id>"
    )


def _secret_key(found: _Found | None) -> str:
    # Without the value on the command line it is asked for, and stays out of the shell's history.
    command = "pulumi config set --secret sendblue:apiSecretKey"
    return _credential(found, "sendblue:apiSecretKey", "SENDBLUE_API_API_SECRET", command)


def _credential(found: _Found | None, key: str, variable: str, command: str) -> str:
    if found is None:
        raise ValueError(f"{key} is not set: run `{command}`, or set the environment variable {variable}")
    if not isinstance(found.value, str) or not _HEADER_VALUE.fullmatch(found.value):
        raise ValueError(f"{found.name} is empty, or holds characters that no Sendblue key has: run `{command}`")
    return found.value


def _base_url(found: _Found | None) -> str:
    if found is None:
        return DEFAULT_BASE_URL
    mend = f"run `pulumi config set sendblue:baseUrl {DEFAULT_BASE_URL}`, or remove it: that is the default"
    url = found.value
    if not isinstance(url, str) or not _HEADER_VALUE.fullmatch(url) or not url.startswith(("https://", "http://")):
        raise ValueError(f"{found.name} is not an absolute https:// URL: {mend}")
    if problem := authority_problem(url):
        raise ValueError(f"{found.name} {problem}: {mend}")
    if "?" in url or "#" in url:
        raise ValueError(f"{found.name} holds a query or a fragment, which a base URL must not: {mend}")
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


def _timeout(found: _Found | None) -> float:
    if found is None:
        return DEFAULT_TIMEOUT_SECONDS
    try:
        seconds = math.nan if isinstance(found.value, bool) else float(found.value)
    except (TypeError, ValueError, OverflowError):
        seconds = math.nan
    if not 0 < seconds <= MAX_TIMEOUT_SECONDS:
        raise ValueError(
            f"{found.name} is not a number of seconds above 0 and up to {MAX_TIMEOUT_SECONDS:.0f}: "
            f"run `pulumi config set sendblue:timeoutSeconds {DEFAULT_TIMEOUT_SECONDS:.0f}`"
        )
    return seconds
