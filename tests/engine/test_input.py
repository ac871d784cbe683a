"""Bad input, bad settings and wrong credentials end a preview in clean lines, with no request and no secret."""

from __future__ import annotations

import re
from typing import Any

import pulumi

import pulumi_sendblue as sendblue
from sendblue_emulator import Account
from tests.engine.programs import AUDIT, CALLS, DYNAMIC, INBOUND, PLUGIN, FrontEnd
from tests.engine.world import World


def test_bad_input(world: World, account: Account, front_end: FrontEnd) -> None:
    """All that is wrong is listed at once, by its path in the reader's spelling, and no request is sent."""
    arguments: dict[str, Any] = {
        "receive": [INBOUND, "http://example.com/in", {"url": AUDIT, "secret": "", "sendblue_numbers": ["555"]}],
        "outbound": [{"url": "https://me:canary-pass@example.com/"}],
        "call_log": [CALLS, {"url": CALLS, "secret": "canary-secret"}],
        "contact_created": [{"secret": "canary-contact"}],
        "other_events": {"globalSecret": [], "receive": [INBOUND]},
        "secret": "",
        "allow_overwrite": "yes",
    }
    preview = world.stack(front_end.declare(**arguments), account).preview()
    assert not preview.ok
    problems = sorted(
        line.partition(" has a problem: ")[2].partition(":")[0]
        for line in preview.text[preview.text.index("Diagnostics:") : preview.text.index("Resources:")].splitlines()
        if " has a problem: " in line
    )
    paths = [
        "allow_overwrite",
        "call_log[1].url",
        "contact_created[0].url",
        "other_events.global_secret",
        "other_events.receive",
        "outbound[0].url",
        "receive[1]",
        "receive[2].secret",
        "receive[2].sendblue_numbers[0]",
        "secret",
    ]
    if front_end is PLUGIN:
        paths = sorted(re.sub("_([a-z])", lambda found: found[1].upper(), path) for path in paths)
    assert paths == problems
    assert [] == preview.requests
    assert "canary" not in preview.text
    assert "Traceback" not in preview.text


def test_bad_settings(world: World, account: Account, front_end: FrontEnd) -> None:
    """What is wrong with the configuration is listed at once with the way to mend it."""
    stack = world.stack(front_end.declare(receive=[INBOUND]), account)
    stack.unset("sendblue:apiKeyId")
    stack.configure({"sendblue:baseUrl": "http://api.sendblue.com"})

    preview = stack.preview()
    assert not preview.ok
    assert [] == preview.requests
    assert "pulumi config set sendblue:apiKeyId" in preview.text
    assert "sendblue:baseUrl is http://" in preview.text
    assert "Traceback" not in preview.text


def test_bad_settings_of_a_provider(world: World, account: Account) -> None:
    """What is wrong with a provider's arguments is listed at once, by the provider's own names for them."""

    def explicit() -> None:
        provider = sendblue.Provider("mine", api_secret_key="canary secret", timeout_seconds=-1)
        sendblue.WebhookConfiguration("webhooks", pulumi.ResourceOptions(provider=provider), receive=[INBOUND])

    stack = world.stack(explicit, account)
    stack.unset("sendblue:apiKeyId")
    preview = stack.preview()
    assert not preview.ok
    assert [] == preview.requests
    assert "apiKeyId is not set: give the sendblue.Provider its apiKeyId" in preview.text
    assert "the sendblue.Provider's apiSecretKey is empty, or holds characters" in preview.text
    assert "the sendblue.Provider's timeoutSeconds is not a number of seconds" in preview.text
    assert "canary" not in preview.text
    assert "Traceback" not in preview.text


def test_wrong_credentials(world: World, account: Account, front_end: FrontEnd) -> None:
    """A wrong key pair ends a preview with the commands to run, for a resource and for a function."""

    def program() -> None:
        front_end.module.get_webhook_configuration()

    stack = world.stack(front_end.declare(receive=[INBOUND]), account)
    stack.configure({}, {"sendblue:apiSecretKey": "wrong-secret-key"})
    resource = stack.preview()
    stack.program(program)
    function = stack.preview()
    for run in (resource, function):
        assert not run.ok
        assert "Sendblue does not know this key pair (401 from GET " in run.text
        assert "`pulumi config set --secret sendblue:apiSecretKey`" in run.text
        assert "wrong-secret-key" not in run.text
    assert "Traceback" not in resource.text
    if front_end is DYNAMIC:
        assert "Traceback" not in function.text
