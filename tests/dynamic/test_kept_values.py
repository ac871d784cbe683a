"""A value that the check refuses, and that the state has: with `ignore_changes` the program cannot change it."""

from __future__ import annotations

from typing import Any

import pytest

from sendblue_emulator import Emulator
from tests.dynamic.conftest import make_provider
from tests.dynamic.pinned import PINNED, PINNED_WEBHOOK

ENTRY = {"url": "https://example.com/in"}
HOOK = {"event": "receive", **ENTRY}
WAY_OUT = "if ignore_changes covers it, leave that out for one `pulumi up`"


@pytest.mark.parametrize(
    ("pinned", "old", "new"),
    [
        (PINNED, {"receive": [{**ENTRY, "secret": "é"}]}, {"receive": [{**ENTRY, "secret": "ü"}]}),
        (PINNED_WEBHOOK, {**HOOK, "secret": "é"}, {**HOOK, "secret": "ü"}),
    ],
)
def test_a_kept_secret(emulator: Emulator, pinned: dict[int, str], old: dict[str, Any], new: dict[str, Any]) -> None:
    """The failure of the old value names the way out; that of a new one, and of a create, does not."""
    with emulator.serve() as url:
        provider = make_provider(pinned, apiKeyId="key-id", apiSecretKey="secret-key", baseUrl=url)
        kept, changed, created = (provider.check(olds, news) for olds, news in ((old, old), (old, new), ({}, old)))

    assert [WAY_OUT in answer.failures[0].reason for answer in (kept, changed, created)] == [True, False, False]
