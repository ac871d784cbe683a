"""Bad input fails in preview, names its place, and writes nothing."""

from __future__ import annotations

from typing import Any

import pytest

from sendblue_emulator import Account
from tests.engine.programs import AUDIT, INBOUND, declare, held
from tests.engine.world import World

BAD_INPUT: dict[str, tuple[dict[str, Any], list[str]]] = {
    "http": ({"receive": [INBOUND, "http://example.com/in"]}, ["receive[1]: must be an absolute URL"]),
    "relative": ({"receive": ["/inbound"]}, ["receive[0]: must be an absolute URL"]),
    "user info": ({"call_log": [{"url": "https://me:pass@example.com/"}]}, ["call_log[0].url: holds a user name"]),
    "fragment": ({"outbound": ["https://example.com/#top"]}, ["outbound[0]: holds a fragment"]),
    "space": ({"line_blocked": ["https://example.com/a b"]}, ["line_blocked[0]: holds a space"]),
    "repeated": ({"line_assigned": [AUDIT, {"url": AUDIT}]}, ["line_assigned[1].url: is the same URL"]),
    "empty secret": ({"receive": [{"url": AUDIT, "secret": ""}]}, ["receive[0].secret: is empty"]),
    "empty global": ({"global_secret": "", "secret": ""}, ["global_secret: is empty", "secret: is empty"]),
    "number": (
        {"receive": [{"url": AUDIT, "sendblue_numbers": ["555"]}]},
        ["receive[0].sendblue_numbers[0]: must be a phone number in E.164 form"],
    ),
    "typed event": ({"other_events": {"receive": [INBOUND]}}, ["other_events.receive: is an event of its own"]),
    "account secret as an event": (
        {"other_events": {"globalSecret": []}},
        ["other_events.global_secret: is not an event: declare it as the property global_secret"],
    ),
    "object for contacts": (
        {"contact_created": [{"url": AUDIT}]},
        ["contact_created[0]: must be a URL, not an object"],
    ),
    "string for a list": ({"receive": INBOUND}, ["receive: must be a list, not a string"]),
    "list for a string": ({"global_secret": ["x"]}, ["global_secret: must be a string, not a list"]),
    "string for a flag": ({"allow_overwrite": "yes"}, ["allow_overwrite: must be true or false"]),
    "no url": ({"receive": [{"secret": "canary-secret"}]}, ["receive[0].url: is missing"]),
    "misspelled": (
        {"receive": [{"url": AUDIT, "secert": "canary-secret"}]},
        ["receive[0].secert: is not a property here"],
    ),
    "all at once": (
        {"receive": ["http://a.example"], "outbound": [5], "secret": ""},
        ["receive[0]: ", "outbound[0]: must be a URL, not a number", "secret: is empty"],
    ),
}


@pytest.mark.parametrize(("arguments", "expected"), BAD_INPUT.values(), ids=BAD_INPUT)
def test_bad_input(world: World, account: Account, arguments: dict[str, Any], expected: list[str]) -> None:
    """A value that breaks a rule fails the preview at its path, with no request and no secret shown."""
    stack = world.stack(declare(**arguments), account)

    preview = stack.preview()
    assert not preview.ok
    for text in expected:
        assert f"has a problem: {text}" in preview.text
    assert "canary-secret" not in preview.text
    assert [] == preview.requests
    assert {} == held(account)


def test_bad_input_that_only_the_update_knows(world: World, account: Account) -> None:
    """A program broken after the first up fails, and what was there stays."""
    stack = world.stack(declare(receive=[INBOUND]), account)
    stack.up()
    stack.program(declare(receive=["http://example.com/in"]))

    up = stack.up()
    assert not up.ok
    assert "receive[0]: must be an absolute URL" in up.text
    assert {"receive": [INBOUND]} == held(account)
    assert [INBOUND] == stack.outputs()["receive"]


SETTINGS: dict[str, tuple[dict[str, str | None], list[str]]] = {
    "no key id": ({"sendblue:apiKeyId": None}, ["pulumi config set sendblue:apiKeyId", "SENDBLUE_API_API_KEY"]),
    "no key at all": (
        {"sendblue:apiKeyId": None, "sendblue:apiSecretKey": None},
        ["pulumi config set sendblue:apiKeyId", "pulumi config set --secret sendblue:apiSecretKey"],
    ),
    "key with a line break": (
        {"sendblue:apiSecretKey": "canary\nsecret"},
        ["sendblue:apiSecretKey is empty, or holds"],
    ),
    "plain http": ({"sendblue:baseUrl": "http://api.sendblue.com"}, ["sendblue:baseUrl is http://"]),
    "no url": ({"sendblue:baseUrl": "api.sendblue.com"}, ["sendblue:baseUrl is not an absolute https:// URL"]),
    "no number": ({"sendblue:timeoutSeconds": "soon"}, ["sendblue:timeoutSeconds is not a number of seconds"]),
    "negative": ({"sendblue:timeoutSeconds": "-1"}, ["sendblue:timeoutSeconds is not a number of seconds"]),
}


@pytest.mark.parametrize(("settings", "expected"), SETTINGS.values(), ids=SETTINGS)
def test_bad_settings(world: World, account: Account, settings: dict[str, str | None], expected: list[str]) -> None:
    """A missing or malformed setting fails the preview with its key and the command to run."""
    stack = world.stack(declare(receive=[INBOUND]), account)
    for key, value in settings.items():
        if value is None:
            stack.stack.remove_config(key)
        else:
            stack.config(key, value)

    preview = stack.preview()
    assert not preview.ok
    for text in expected:
        assert text in preview.text
    assert "canary" not in preview.text
    assert [] == preview.requests
