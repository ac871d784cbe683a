"""Quoting what the API said, without any secret that is known.

A secret is found in whatever form it has in the text: as it is, with percent-encoding, with JSON's escapes, in base64.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

QUOTED_CHARACTERS: Final = 200
"""How much of what the API said an error quotes."""
_CONSIDERED_CHARACTERS: Final = 5_000
_SHORTEST_BASE64: Final = 8
"""Fewer characters of base64 than that would be found in words that are none."""

# A field of JSON within the text whose name speaks of a secret: nobody may know the secret yet. Bounded, since the text
# may be anything; with its quotes escaped, all that follows goes too.
_SECRET_FIELD: Final = re.compile(
    r"""(secret[^"\\]{0,40}\\*"\s{0,9}:\s{0,9}\\*")[^"\\]*(?:\\.?[^"\\]*)*""", re.IGNORECASE | re.DOTALL
)


def message_of(body: Mapping[str, Any] | None) -> str:
    """Return the API's own words: the first text under one of the four keys that were seen to hold them."""
    for key in ("message", "error", "error_message", "detail"):
        if body and isinstance(body.get(key), str) and body[key]:
            return str(body[key])
    return ""


def secrets_in(value: Any) -> Iterator[str]:
    """Give every text under a key of JSON that speaks of a secret, whether this provider knows the key or not."""
    values = [value]
    while values:
        one = values.pop()
        if isinstance(one, Mapping):
            yield from (text for key, text in one.items() if "secret" in key.lower() and isinstance(text, str))
            values += one.values()
        elif isinstance(one, list | tuple):
            values += one


def quote(text: str, secrets: Iterable[str]) -> str:
    """Return what to show of a text of the API's: one line, at most 200 characters, `[secret]` for every secret."""
    forms = {form for secret in secrets if secret for form in (secret, *_base64_forms(secret))}
    longest = max((len(form) for form in forms), default=0)
    # A secret that begins within the limit has to be seen whole, in its longest spelling: `\uXXXX` for each unit.
    text = text[: _CONSIDERED_CHARACTERS + 12 * longest]
    shown, end = "", 0
    for start, stop in [*_merged(_spans(text, forms)), (len(text), len(text))]:
        shown += text[end : min(start, _CONSIDERED_CHARACTERS)]
        if start >= _CONSIDERED_CHARACTERS:
            break
        shown += "[secret]" if stop > start else ""
        end = stop
    shown = _SECRET_FIELD.sub(r"\1[secret]", shown)
    shown = "".join(character if character.isprintable() else " " for character in shown).strip()
    return shown if len(shown) <= QUOTED_CHARACTERS else shown[: QUOTED_CHARACTERS - 1] + "…"


class _Spelling(NamedTuple):
    """A way to write a text with escapes.

    Attributes:
        token: Matches one escape, or one character.
        encode: Turns a text without escapes into bytes.
        decode: Turns a token into the bytes that it stands for.
    """

    token: re.Pattern[str]
    encode: Callable[[str], bytes]
    decode: Callable[[str], bytes]


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _utf16(text: str) -> bytes:
    # JSON escapes UTF-16's units one by one.
    return text.encode("utf-16-be", "surrogatepass")


def _from_percent(escape: str) -> bytes:
    return bytes([int(escape[1:], 16)]) if len(escape) == 3 else _utf8(escape)


def _from_form(escape: str) -> bytes:
    return b" " if escape == "+" else _from_percent(escape)


_JSON_ESCAPES: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


def _from_json(escape: str) -> bytes:
    if len(escape) == 6:
        return bytes.fromhex(escape[2:])
    return _utf16(_JSON_ESCAPES.get(escape[1], escape[1]) if len(escape) == 2 else escape)


_PERCENT: Final = re.compile(r"%[0-9A-Fa-f]{2}|.", re.DOTALL)
_JSON: Final = re.compile(r"\\u[0-9A-Fa-f]{4}|\\[^u]|.", re.DOTALL)
_SPELLINGS: Final = (
    _Spelling(re.compile(r".", re.DOTALL), _utf8, _utf8),
    _Spelling(_PERCENT, _utf8, _from_percent),
    _Spelling(_PERCENT, _utf8, _from_form),
    _Spelling(_JSON, _utf16, _from_json),
)


def _spans(text: str, secrets: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Give the beginning and the end of every secret in a text, in every spelling."""
    for spelling in _SPELLINGS:
        content = bytearray()
        places: list[tuple[int, int]] = []
        for token in spelling.token.finditer(text):
            decoded = spelling.decode(token[0])
            content += decoded
            places += [token.span()] * len(decoded)
        for secret in secrets:
            encoded = spelling.encode(secret)
            at = content.find(encoded)
            while at >= 0:
                yield places[at][0], places[at + len(encoded) - 1][1]
                at = content.find(encoded, at + 1)


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans in order, those that touch or overlap as one."""
    merged: list[tuple[int, int]] = []
    for start, stop in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((start, stop))
    return merged


def _base64_forms(secret: str) -> Iterator[str]:
    """Give a secret in base64: alone, and within a longer text, where it begins at any of three offsets."""
    content = _utf8(secret)
    yield base64.b64encode(content).decode().rstrip("=")
    yield base64.urlsafe_b64encode(content).decode().rstrip("=")
    for offset in range(3):
        encoded = base64.b64encode(bytes(offset) + content).decode()
        # Without the characters that share their bits with what comes before, or after.
        whole = encoded[-(-offset * 8 // 6) : (offset + len(content)) * 8 // 6]
        if len(whole) >= _SHORTEST_BASE64:
            yield whole
            yield whole.translate(str.maketrans("+/", "-_"))
