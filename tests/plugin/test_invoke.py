"""The function `getWebhookConfiguration`: what is live on the account."""

from __future__ import annotations

from typing import Any

import pytest

from sendblue_emulator import MASK, Account, Emulator
from tests.plugin.answers import Failed
from tests.plugin.conftest import NUMBER, OTHER, OWN, A, B, C, D, failure
from tests.plugin.driver import WEBHOOK, Plugin
from tests.plugin.engine import Engine
from tests.plugin.processes import Start, running
from tests.plugin.values import Secret

LIVE: dict[str, Any] = {
    "receive": [A, {"url": B, "secret": OWN, "sendblue_numbers": [NUMBER], "label": "x"}, {"url": C}],
    "outbound": [],
    "call_log": [{"url": A, "secret": OWN}],
    "line_blocked": [{"url": D, "secret": ""}],
    "line_assigned": [{"url": D, "sendblue_numbers": [NUMBER]}],
    "contact_created": [C, {"url": D, "secret": OWN}],
    "typing_indicator": [{"url": A, "secret": OTHER}, B],
    "globalSecret": OWN,
    "secret": OTHER,
    "settings": {"paused": False},
}
RESULT: dict[str, Any] = {
    "receive": [A, {"url": B, "secret": Secret(OWN), "sendblueNumbers": [NUMBER]}, C],
    "callLog": [{"url": A, "secret": Secret(OWN)}],
    "lineBlocked": [D],
    "lineAssigned": [{"url": D, "sendblueNumbers": [NUMBER]}],
    "contactCreated": [C, {"url": D, "secret": Secret(OWN)}],
    "otherEvents": {"typing_indicator": [{"url": A, "secret": Secret(OTHER)}, B]},
    "globalSecret": Secret(OWN),
    "secret": Secret(OTHER),
    "secretsReadable": True,
}
"""The outputs of a `WebhookConfiguration`, without what is a resource's alone, and every secret marked in its place."""


def test_what_it_returns(start: Start, emulator: Emulator, remote: Account, engine: Engine) -> None:
    """All that is live, in the properties of a `WebhookConfiguration`, with one GET, nothing written, nothing told."""
    remote.webhooks = LIVE
    assert start().invoke() == RESULT
    assert emulator.journal.methods() == ["GET"]
    assert remote.webhooks == LIVE
    assert engine.take() == []


@pytest.mark.parametrize("way", ["masked", "omitted"])
def test_secrets_that_do_not_show(start: Start, remote: Account, way: str) -> None:
    """A mask is returned as what stands there, marked; the result says that secrets do not show."""
    remote.behave(secrets=way)
    remote.webhooks = {"receive": [{"url": A, "secret": OWN}], "globalSecret": OWN}
    result = start().invoke()
    if way == "masked":
        mask = Secret(MASK)
        assert result == {"receive": [{"url": A, "secret": mask}], "globalSecret": mask, "secretsReadable": False}
    else:  # nothing tells it from an account that has none
        assert result["receive"] == [A]
        assert "globalSecret" not in result


def test_after_a_write(plugin: Plugin, emulator: Emulator) -> None:
    """After a write in the same process it shows what the last GET of that write did, without another one."""
    assert plugin.invoke() == {"secretsReadable": True}
    plugin.of(WEBHOOK).up({"event": "receive", "url": A, "secret": Secret(OWN)})
    emulator.journal.clear()
    assert plugin.invoke() == {"receive": [{"url": A, "secret": Secret(OWN)}], "secretsReadable": True}
    assert emulator.journal.methods() == []


def test_it_shares_the_get(plugin: Plugin, emulator: Emulator, remote: Account) -> None:
    """Reads, checks, diffs, previews of creates and the function are one GET in all, whichever comes first."""
    remote.webhooks = {"receive": [A], "outbound": [B]}
    assert plugin.invoke()["receive"] == [A]
    state = plugin.import_("account")
    plugin.plan(state.inputs, state)
    assert plugin.invoke()["outbound"] == [B]
    plugin.of(WEBHOOK).create({"event": "call_log", "url": A}, preview=True)
    assert plugin.invoke() == {"receive": [A], "outbound": [B], "secretsReadable": True}
    assert emulator.journal.methods() == ["GET"]


def test_the_account_of_the_provider(plugin: Plugin, emulator: Emulator, settings: dict[str, Any]) -> None:
    """It reads the account that its provider names."""
    emulator.add_account(key_id="second", secret="canary-key", name="other", webhooks={"outbound": [B]})
    emulator.account("default").webhooks = {"receive": [A]}
    assert plugin.invoke() == {"receive": [A], "secretsReadable": True}
    plugin.configure({**settings, "apiKeyId": "second"})
    assert plugin.invoke() == {"outbound": [B], "secretsReadable": True}


def test_in_a_process(engine: Engine, emulator: Emulator, remote: Account, settings: dict[str, Any]) -> None:
    """The process that the engine starts answers it too."""
    remote.webhooks = LIVE
    with running(engine) as plugin:
        plugin.configure(settings)
        assert plugin.invoke() == RESULT
    assert emulator.journal.methods() == ["GET"]


# What goes wrong; `test_errors` has what the API answers


@pytest.mark.parametrize("configured", [True, False])
@pytest.mark.parametrize(
    "token", ["sendblue:index:getThing", "sendblue:index:getWebhook", "getWebhookConfiguration", ""]
)
def test_a_function_that_is_not_there(start: Start, emulator: Emulator, token: str, *, configured: bool) -> None:
    """A function of another name is refused in one line that names it, and the one there is."""
    with pytest.raises(Failed) as failed:
        start(configured=configured).invoke(token)
    assert token in failure(failed)
    assert "sendblue:index:getWebhookConfiguration" in failed.value.text
    assert emulator.journal.methods() == []
