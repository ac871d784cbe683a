"""A value that the check refuses, and that the state has: with `ignore_changes` the program cannot change it."""

from __future__ import annotations

from typing import Any

import pytest

from sendblue_emulator import Emulator
from tests.dynamic.conftest import make_provider
from tests.dynamic.pinned import PINNED, PINNED_WEBHOOK

ENTRY = {"url": "https://example.com/in"}
HOOK = {"event": "receive", **ENTRY}
OTHER = "https://example.com/other"
NUMBERS = {"sendblueNumbers": ["+15551234567"]}
WAY_OUT = "if ignore_changes covers it, leave that out for one `pulumi up`"


@pytest.mark.parametrize(
    ("pinned", "old", "more", "new"),
    [
        (
            PINNED,
            {"receive": [{**ENTRY, "secret": "é"}]},
            {"receive": [{**ENTRY, "secret": "é"}, OTHER]},
            {"receive": [{**ENTRY, "secret": "ü"}]},
        ),
        (PINNED_WEBHOOK, {**HOOK, "secret": "é"}, {**HOOK, "secret": "é", **NUMBERS}, {**HOOK, "secret": "ü"}),
    ],
)
def test_a_kept_secret(
    emulator: Emulator, pinned: dict[int, str], old: dict[str, Any], more: dict[str, Any], new: dict[str, Any]
) -> None:
    """What is as it was passes. Beside a change the failure names the way out; that of a new value, a create's do not.

    The state of an older version can have such a value: a stack that nobody edits goes on.
    """
    with emulator.serve() as url:
        emulator.account().add("receive", {**ENTRY, "secret": "é"})
        provider = make_provider(pinned, apiKeyId="key-id", apiSecretKey="secret-key", baseUrl=url)
        same = provider.check(old, old)
        kept, changed, created = (provider.check(olds, news) for olds, news in ((old, more), (old, new), ({}, old)))

    assert same.failures == []
    assert [WAY_OUT in answer.failures[0].reason for answer in (kept, changed, created)] == [True, False, False]
