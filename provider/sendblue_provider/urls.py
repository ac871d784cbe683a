"""What makes a URL usable, for the endpoints that Sendblue calls and for the API's own address."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

# A name or an address in brackets, and a port. Stricter than urlsplit, which takes a template's <host> for a host and
# reads the host of http://[::1].example.com as ::1. A name may end in a dot. Letters beyond ASCII are left to the API.
_AUTHORITY = re.compile(r"(?:\w(?:[\w-]*\w)?(?:\.\w(?:[\w-]*\w)?)*\.?|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")


def authority_problem(url: str) -> str | None:
    """Return what is wrong with the part of an absolute URL that names the server, or None."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return "is not a valid URL: its host or port cannot be read"
    if "@" in parts.netloc:
        return "holds a user name or password"
    if not parts.netloc:
        return "names no host"
    if not _AUTHORITY.fullmatch(parts.netloc):
        return "is not a valid URL: its host cannot be one"
    return None


_LABEL_CHARACTERS = 63
_HOST_CHARACTERS = 253
_FOUR_NUMBERS = re.compile(r"[0-9]+(?:\.[0-9]+){3}")


def host_problem(host: str) -> str | None:
    """Return why no connection can be made to a host, whatever the network; None if one may be.

    The libraries below find these out at the first request, and each in its own way. Source for the limits: RFC 1035,
    2.3.4.
    """
    host = host.removesuffix(".").lower()
    if len(host) > _HOST_CHARACTERS or any(len(label) > _LABEL_CHARACTERS for label in host.split(".")):
        return f"is longer than a host's name can be: {_HOST_CHARACTERS} characters, {_LABEL_CHARACTERS} between dots"
    if _FOUR_NUMBERS.fullmatch(host):
        try:
            ipaddress.IPv4Address(host)
        except ValueError:
            return "is no IPv4 address"
    if host.startswith("xn--"):
        import idna  # what httpx reads such a host with; hardly anybody has one

        try:
            idna.decode(host)
        except UnicodeError:
            return "is no international name"
    return None


_PARTS = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<authority>[^/?#]*)(?P<path>[^?#]*)(?P<rest>.*)", re.DOTALL
)
_HOST_AND_PORT = re.compile(r"(?P<user>.*@)?(?P<host>\[[^\]]*\]|[^:\[]*)(?::(?P<port>[0-9]*))?", re.DOTALL)
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
_DEFAULT_PORTS = {"http": "80", "https": "443"}
# The usual URL, which is in its normal form: this runs for each of what may be thousands.
_NORMAL = re.compile(r"https://[a-z0-9.-]+/[^%]*", re.DOTALL)


def is_normal(url: str) -> bool:
    """Return whether a URL surely is in its normal form: two of these are never forms of one another."""
    return not url or _NORMAL.fullmatch(url) is not None


def normal_form(url: str) -> str:
    """Return the form that a URL shares with its other spellings, by which two of them are found to be the same.

    Scheme and host are in lower case, the scheme's default port is left out, an empty path is `/`, and
    percent-encoding is in upper case, without it where a character needs none. What is no absolute URL is returned
    as it is.

    Source: RFC 3986, 6.2.2 and 6.2.3.
    """
    if is_normal(url):
        return url
    parts = _PARTS.fullmatch(url)
    server = _HOST_AND_PORT.fullmatch(parts["authority"]) if parts else None
    if parts is None or server is None or not server["host"]:
        return url
    scheme = parts["scheme"].lower()
    port = (server["port"] or "").lstrip("0") or ("0" if server["port"] else "")
    port = "" if port in ("", _DEFAULT_PORTS.get(scheme)) else f":{port}"
    path_and_rest = _PERCENT.sub(_shortest, (parts["path"] or "/") + parts["rest"])
    return f"{scheme}://{server['user'] or ''}{server['host'].lower()}{port}{path_and_rest}"


def _shortest(triplet: re.Match[str]) -> str:
    character = chr(int(triplet[0][1:], 16))
    return character if _UNRESERVED.fullmatch(character) else triplet[0].upper()
