"""From the dynamic resource to the plugin's by changing an import, and back: one update that only reads."""

from __future__ import annotations

from typing import Any

import pytest

from sendblue_emulator import Account
from tests.engine.programs import DYNAMIC, FOREIGN, INBOUND, OTHERS, PLUGIN, USUAL, FrontEnd, beside_others, held
from tests.engine.world import Stack, World


def assert_state_of(front_end: FrontEnd, stack: Stack) -> None:
    """Assert that nothing of the other front end is left in the state."""
    resource = stack.resource()
    assert "account" == resource["id"]
    assert front_end.type() == resource["type"]
    assert_form_of(front_end, resource)


def assert_form_of(front_end: FrontEnd, resource: dict[str, Any]) -> None:
    of_dynamic = front_end is DYNAMIC
    assert [of_dynamic, of_dynamic] == ["__provider" in resource[part] for part in ("inputs", "outputs")]
    assert (not of_dynamic) == resource.get("refreshBeforeUpdate", False)


WAYS = pytest.mark.parametrize(
    ("here", "there"), [(DYNAMIC, PLUGIN), (PLUGIN, DYNAMIC)], ids=["to-the-plugin", "to-the-dynamic-resource"]
)


@WAYS
def test_move(world: World, account: Account, here: FrontEnd, there: FrontEnd) -> None:
    """The changed import is one update in place that only reads; the next preview is clean; all goes on as before."""
    stack = world.stack(here.usual(), account)
    stack.up()
    assert stack.refresh().ok
    stack.program(there.usual())

    # Coming from the plugin, its process reads for the state, and the dynamic host for the program.
    preview = stack.preview()
    assert preview.ok, preview.text
    assert [*here.reads, "GET"] == preview.requests
    assert "~ 1 to update" in preview.text
    assert "1 unchanged" in preview.text
    assert "changed outside of this stack" not in preview.text

    up = stack.up()
    assert up.ok, up.text
    assert [*here.reads, "GET", "GET"] == up.requests
    assert "~ 1 updated" in up.text
    assert USUAL == account.webhooks
    assert_state_of(there, stack)
    preview = stack.preview(expect_no_changes=True)
    assert preview.ok, preview.text
    assert ["GET"] == preview.requests

    account.add("receive", FOREIGN)
    if there is PLUGIN:
        # The dynamic state has the whole list as a secret, since it holds one; that is over, and each URL shows.
        assert f'- [2]: "{FOREIGN}"' in stack.preview(diff=True).text
    refresh = stack.refresh()
    assert refresh.ok, refresh.text
    assert ["GET"] == refresh.requests
    assert f"+ receive {FOREIGN}" in refresh.text
    destroy = stack.destroy()
    assert destroy.ok, destroy.text
    assert {"receive": [FOREIGN]} == held(account)


@WAYS
def test_move_with_drift_and_back(world: World, account: Account, here: FrontEnd, there: FrontEnd) -> None:
    """Drift at the moment of a move is told and undone by it, both ways, one after the other."""
    stack = world.stack(here.usual(), account)
    stack.up()

    for before, front_end in ((here, there), (there, here)):
        stack.program(front_end.usual())
        account.remove("receive", INBOUND)
        account.add("receive", {"url": FOREIGN, "secret": "foreign-secret"})
        account.set_secret("globalSecret", "tampered-secret")
        up = stack.up()
        assert up.ok, up.text
        assert [*before.reads, "GET", "GET", "PUT", "GET"] == up.requests
        assert "warning: changed outside of this stack since the last update:" in up.text
        assert f"+ receive {FOREIGN} (secret set)" in up.text
        assert f"- receive {INBOUND}" in up.text
        assert "~ globalSecret changed" in up.text
        assert "foreign-secret" not in up.text
        assert "tampered-secret" not in up.text
        assert USUAL == held(account)
        assert_state_of(front_end, stack)
    assert stack.preview(expect_no_changes=True).ok
    for path, text in stack.files().items():
        assert "foreign-secret" not in text, path


@WAYS
def test_move_of_a_webhook(world: World, account: Account, here: FrontEnd, there: FrontEnd) -> None:
    """A `Webhook` moves in the same way: one update that only reads, and all goes on as before."""
    account.webhooks = OTHERS
    stack = world.stack(here.webhook(secret="our-secret"), account)
    stack.up()
    now = beside_others({"url": INBOUND, "secret": "our-secret"})
    before = stack.resource("inbound")
    stack.program(there.webhook(secret="our-secret"))

    preview = stack.preview()
    assert preview.ok, preview.text
    assert [*here.reads, "GET"] == preview.requests
    assert "~ 1 to update" in preview.text
    assert "1 unchanged" in preview.text
    assert "changed outside of this stack" not in preview.text
    up = stack.up()
    assert up.ok, up.text
    assert [*here.reads, "GET", "GET"] == up.requests
    assert "~ 1 updated" in up.text
    assert now == held(account)
    resource = stack.resource("inbound")
    assert before["id"] == resource["id"]
    assert there.type("Webhook") == resource["type"]
    assert_form_of(there, resource)
    preview = stack.preview(expect_no_changes=True)
    assert preview.ok, preview.text
    assert ["GET"] == preview.requests

    stack.program(there.webhook(secret="rotated"))
    assert ["GET", "GET", "PUT", "GET"] == stack.up().requests
    destroy = stack.destroy()
    assert destroy.ok, destroy.text
    assert OTHERS == held(account)
