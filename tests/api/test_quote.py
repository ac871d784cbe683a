"""Quoting what the API said: which text, how much of it, and none of the secrets."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote as percent
from urllib.parse import quote_plus

import pytest

from sendblue_provider.api.known import Hidden
from sendblue_provider.api.quote import QUOTED_CHARACTERS, quote, secrets_in
from sendblue_provider.errors import ApiError
from tests.api.conftest import A, answer, client_of, error_for, error_of, soon

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize("key", ["message", "error", "error_message", "detail"])
@pytest.mark.parametrize("status", [200, 400, 401, 403, 503])
def test_which_text_is_quoted(key: str, status: int) -> None:
    """The text under any of the four keys that were seen is quoted."""
    assert "its own words" == error_for(answer(status, {"status": "ERROR", key: "its own words"}), "PUT").said


def test_an_empty_message_is_passed_over() -> None:
    """The first key with text in it counts."""
    body = {"status": "ERROR", "message": "", "error": None, "error_message": 5, "detail": "its own words"}
    assert "its own words" == error_for(answer(400, body)).said


@pytest.mark.parametrize(
    "body",
    [
        "canary",
        "<html>canary",
        ["canary"],
        '"canary"',
        {"errors": ["canary"]},
        {"error": {"message": "canary"}},
        {"message": ["canary"]},
        {"reason": "canary"},
        {"status": "canary", "webhooks": {"receive": ["canary"]}},
        '{"message": "canary',
    ],
)
@pytest.mark.parametrize("status", [200, 302, 400, 403, 503])
def test_nothing_else_is_quoted(body: Any, status: int) -> None:
    """Of an answer that is not of the API's shape nothing is quoted at all."""
    errors: list[ApiError] = []
    with client_of(answer(status, body)) as (client, _):
        try:
            client.put({}, soon())
        except ApiError as error:
            errors.append(error)
    assert "canary" not in str([vars(error) for error in errors])
    assert (status == 200 and isinstance(body, dict)) is (errors == [])


def json_all(text: str) -> str:
    """Every character as JSON may escape it, in capitals."""
    units = text.encode("utf-16-be")
    return "".join(f"\\u{units[at : at + 2].hex().upper()}" for at in range(0, len(units), 2))


SPELLINGS: dict[str, Callable[[str], str]] = {
    "raw": str,
    "URL-encoded": lambda text: percent(text, safe=""),
    "URL-encoded, slashes kept": percent,
    "URL-encoded in lower case": lambda text: percent(text, safe="").replace("%2F", "%2f").replace("%C3", "%c3"),
    "URL-encoded, every byte": lambda text: "".join(f"%{byte:02x}" for byte in text.encode()),
    "form": quote_plus,
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON beyond ASCII": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "JSON of JavaScript in HTML": lambda text: json.dumps(text)[1:-1].replace("/", "\\/").replace("<", "\\u003C"),
    "JSON, every character": json_all,
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 for URLs": lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
    "Basic": lambda text: base64.b64encode(f"user:{text}:more".encode()).decode(),
    "Basic of another user": lambda text: base64.b64encode(f"users:{text}".encode()).decode(),
    "base64, URL-encoded": lambda text: percent(base64.b64encode(text.encode()).decode(), safe=""),
}
SECRETS = ["canary-plain", 'canary-"quoted\\"', "canary/é<+ ?😀>", "canary %41+/=&", "c"]


@pytest.mark.parametrize("secret", SECRETS, ids=range(len(SECRETS)))
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_spellings_of_a_secret(spelling: str, secret: str) -> None:
    """A secret is found in whatever form it has; base64 within a longer text may leave bits of its ends."""
    written = SPELLINGS[spelling](secret)
    said = quote(f"<{written}> done", [secret, ""])
    if not spelling.startswith("Basic"):
        assert "<[secret]" in said
        assert said.removeprefix("<[secret]").lstrip("=%3D") == "> done"
    elif len(secret) > 8:
        assert "[secret]" in said
        assert not any(written[at : at + 6] in said for at in range(8, len(written) - 16))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("canary-longer, canary", "[secret], [secret]"),
        ("canary-lo, longer", "[secret]-lo, longer"),
        ("abcdef", "[secret]"),  # abcd and cdef: what one leaves of the other does not show
        ("xababax", "x[secret]x"),
        ("canarycanary", "[secret]"),
        ("no secret", "no secret"),
    ],
)
@pytest.mark.parametrize("turn", [1, -1])
def test_secrets_that_overlap(text: str, said: str, turn: int) -> None:
    """Of secrets that begin alike, or overlap, no part is left."""
    assert said == quote(text, ["canary", "canary-longer", "abcd", "cdef", "aba"][::turn])


@pytest.mark.parametrize("spelling", ["raw", "JSON, every character", "URL-encoded, every byte", "base64"])
@pytest.mark.parametrize("before", [QUOTED_CHARACTERS - 3, 4_995])
def test_a_secret_across_a_cut(spelling: str, before: int) -> None:
    """Secrets are taken out before the text is cut: the beginning of one does not show."""
    hidden = "h" * 185  # 27 of them, shown as one, bring the second cut close to the beginning of what is shown
    filling = "." * before if before < 1000 else hidden * (before // 185)
    said = quote(filling + SPELLINGS[spelling]("canary-plain") + "." * 9000, ["canary-plain", hidden])
    assert len(said) <= QUOTED_CHARACTERS
    assert "can" not in said
    assert SPELLINGS[spelling]("canary-plain")[:3] not in said


def test_how_much_is_quoted() -> None:
    """At most 200 characters are quoted, the mark of a cut included."""
    assert "€" * 200 == quote("€" * 200, [])
    assert "€" * 199 + "…" == quote("€" * 201, [])
    assert 200 == len(error_for(answer(400, {"message": "€" * 1000})).said)


@pytest.mark.parametrize("character", ["\x1b", "\n", "\u2028", "\x00", "\ud800", "\u202e"])
def test_control_characters_are_not_quoted(character: str) -> None:
    """What a terminal would obey, or cannot show, is quoted as a space."""
    assert "a b" == error_for(answer(400, {"message": f"\na{character}b "})).said


@pytest.mark.parametrize(
    "text",
    [
        'cannot store {"webhooks": {"globalSecret": "canary-of-others"}}',
        'cannot store {"SECRET" :\n"canary", "x": 1}',
        'cannot store {\\"signing_secret_key\\": \\"canary',
        'cannot store {"globalSecret": "can\\u00e9canary\\u00',
    ],
)
def test_secret_fields_within_a_message(text: str) -> None:
    """A field of JSON within the message whose name speaks of a secret is emptied, whoever's it is."""
    said = quote(text, [])
    assert said.startswith("cannot store")
    assert "ary" not in said


def test_secrets_that_are_known_without_being_given() -> None:
    """What a GET showed and what a write sends is taken out, in fields newer than this provider too."""
    live = {"receive": [{"url": A, "secret": "canary-live", "auth": {"clientSecret": "canary-new"}}]}
    said = "canary-live canary-new canary-sent canary-hidden <end>"
    with client_of(answer(200, {"webhooks": live}), answer(400, {"message": said})) as (client, _):
        client.hide(["canary-hidden", ""])
        client.get(soon())
        error = error_of(lambda: client.post("receive", [{"url": A, "signing_secret": "canary-sent"}], soon()))
    assert "[secret] [secret] [secret] [secret] <end>" == error.said


def test_secrets_in_json() -> None:
    """Texts under keys that speak of a secret are found at any depth."""
    value = {
        "secret": "a",
        "x": [{"newSECRETs": "b", "y": ({"secret": ["c", {"secret": "d"}]},)}],
        "globalSecret": None,
    }
    assert {"a", "b", "d"} == set(secrets_in(value))


class Untouched(dict[str, Any]):
    """An answer that nobody may look into."""

    def values(self) -> Any:
        """Fail."""
        raise AssertionError

    items = keys = __iter__ = values


def test_a_good_get_costs_nothing() -> None:
    """What a GET shows is not searched for secrets before an error quotes something."""
    live = {"receive": [{"url": A, "secret": "canary-1", "token": "canary-2"}]}
    hidden = Hidden()
    hidden.show("account", Untouched(live))
    hidden.show("other", Untouched(live))
    with pytest.raises(AssertionError):
        hidden.all()
    hidden = Hidden()
    hidden.show("account", live)
    hidden.show("account", {})
    hidden.show("other", {"globalSecret": "canary-3"})
    assert {"canary-1", "canary-2", "canary-3"} == hidden.all()
