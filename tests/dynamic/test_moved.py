"""A program that comes back from the plugin."""

from __future__ import annotations

from typing import Any

import pytest

from sendblue_emulator import Account
from sendblue_provider.dynamic import WebhookConfigurationProvider, WebhookProvider
from sendblue_provider.lifecycle.session import forget_sessions

from .conftest import INBOUND


@pytest.mark.parametrize("live", [{}, {"receive": [INBOUND]}])
def test_back_from_the_plugin_to_another_account(
    provider: WebhookConfigurationProvider, webhook_provider: WebhookProvider, account: Account, live: dict[str, Any]
) -> None:
    """Old inputs of the plugin, none of which is on the account, may be those of another account: refused."""
    account.webhooks = live
    url = INBOUND + "/2"
    for kind, inputs in ((provider, {"receive": [url]}), (webhook_provider, {"event": "receive", "url": url})):
        forget_sessions()
        (failure,) = kind.check(inputs, inputs).failures
        assert "may have had a sendblue.Provider of another account, where its webhooks would stay" in failure.reason
        forget_sessions()
        assert not kind.check(inputs, {**inputs, "allowOverwrite": True}).failures
