"""What makes a URL usable, for the endpoints that Sendblue calls and for the API's own address."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

# A name or an address in brackets, and a port. Stricter than urlsplit, which takes a template's <host> for a host and
# reads the host of http://[::1].example.com as ::1. Letters beyond ASCII are left to the API.
_AUTHORITY = re.compile(r"(?:\w(?:[\w-]*\w)?(?:\.\w(?:[\w-]*\w)?)*|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")


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
