"""Between the front ends by changing an import, and between the kinds of resource: nothing is written."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

import pulumi_sendblue
from sendblue_emulator import Account
from tests.engine.programs import (
    AUDIT,
    CALLS,
    DYNAMIC,
    FOREIGN,
    INBOUND,
    PLUGIN,
    USUAL,
    FrontEnd,
    held,
)
from tests.engine.workspaces import KEY_ID, SECRET_KEY
from tests.engine.world import World

TAKEN_OVER = "already on the account, and managed by this stack from now on, so that destroy removes it:"
DRIFT = "warning: changed outside of this stack since the last update:"
PARTS = {
    "inbound": {"url": INBOUND},
    "audit": {"url": AUDIT, "secret": "audit-secret"},
    "calls": {"event": "call_log", "url": CALLS},
}
WAYS = pytest.mark.parametrize(
    ("here", "there"), [(DYNAMIC, PLUGIN), (PLUGIN, DYNAMIC)], ids=["to-the-plugin", "to-the-dynamic-resource"]
)


def assert_form_of(front_end: FrontEnd, kind: str, resource: dict[str, Any]) -> None:
    """Assert that nothing of the other front end is left in the state."""
    assert front_end.type(kind) == resource["type"]
    of_dynamic = front_end is DYNAMIC
    assert [of_dynamic, of_dynamic] == ["__provider" in resource[part] for part in ("inputs", "outputs")]
    assert (not of_dynamic) == resource.get("refreshBeforeUpdate", False)


@WAYS
def test_configuration(world: World, account: Account, here: FrontEnd, there: FrontEnd) -> None:
    """The changed import is one update in place that only reads; on the way back drift is told and undone."""
    stack = world.stack(here.usual(), account)
    stack.up()
    stack.program(there.usual())

    # Coming from the plugin, its process reads for the state, and the dynamic host for the program.
    up = stack.up()
    assert up.ok, up.text
    assert [*here.reads, "GET", "GET"] == up.requests
    assert "~ 1 updated" in up.text
    assert "1 unchanged" in up.text
    assert "changed outside of this stack" not in up.text
    assert USUAL == account.webhooks
    assert "account" == stack.resource()["id"]
    assert_form_of(there, "WebhookConfiguration", stack.resource())

    stack.program(here.usual())
    account.remove("receive", INBOUND)
    account.add("receive", {"url": FOREIGN, "secret": "foreign-secret"})
    account.set_secret("globalSecret", "tampered-secret")
    up = stack.up()
    assert up.ok, up.text
    assert [*there.reads, "GET", "GET", "PUT", "GET"] == up.requests
    assert DRIFT in up.text
    assert f"+ receive {FOREIGN} (secret set)" in up.text
    assert f"- receive {INBOUND}" in up.text
    assert "~ globalSecret changed" in up.text
    assert "foreign-secret" not in up.text
    assert "tampered-secret" not in up.text
    assert USUAL == held(account)
    assert_form_of(here, "WebhookConfiguration", stack.resource())
    for path, text in stack.files().items():
        assert "foreign-secret" not in text, path
    account.add("receive", FOREIGN)
    assert stack.destroy().ok
    assert {"receive": [FOREIGN]} == held(account)


def test_back_from_another_account(world: World, account: Account) -> None:
    """A webhook that a `sendblue.Provider` put on another account is not added to the stack's own one in its place."""
    other = world.account("other")

    def before() -> None:
        mine = pulumi_sendblue.Provider(
            "mine", api_key_id=f"other-{KEY_ID}", api_secret_key=f"other-{SECRET_KEY}", base_url=world.url
        )
        pulumi_sendblue.Webhook("inbound", pulumi.ResourceOptions(provider=mine), event="receive", url=INBOUND)

    stack = world.stack(before, account)
    assert stack.up().ok
    stack.program(DYNAMIC.webhook())
    # The resource is known by its old URN, and is no other resource for the engine: --replace changes nothing.
    for run in (stack.preview(replace=[stack.resource("inbound")["urn"]]), stack.up()):
        assert not run.ok
        assert "it may have had a sendblue.Provider of another account, where its webhooks would stay" in run.text
        assert "Traceback" not in run.text
    assert ({}, {"receive": [INBOUND]}) == (held(account), held(other))

    stack.program(DYNAMIC.webhook(allow_overwrite=True))
    assert stack.up().ok
    assert {"receive": [INBOUND]} == held(account)


def test_from_one_kind_to_the_other_and_back(world: World, account: Account) -> None:
    """A program that changes from one kind to the other takes over what is there, and the account stays as it is.

    `test_docs` has the same with the dynamic provider.
    """
    stack = world.stack(PLUGIN.usual(), account)
    assert stack.up().ok
    as_it_is = {
        "retries": {"attempts": 3},
        "call_log": [CALLS],
        "receive": [{"url": AUDIT, "secret": "audit-secret", "note": 1}, {"url": INBOUND}],
        "globalSecret": "global-secret",
    }
    account.webhooks = as_it_is

    for program in (PLUGIN.webhooks(PARTS), PLUGIN.usual()):
        stack.program(program)
        up = stack.up()
        assert up.ok, up.text
        assert {"GET"} == set(up.requests)
        assert TAKEN_OVER in up.text
        for adopted in (f"receive {INBOUND}", f"receive {AUDIT} (secret set)", f"call_log {CALLS}"):
            assert f"      {adopted}\n" in up.text
        assert ("globalSecret was left on the account" in up.text) == ("Webhook::" in str(stack.state()))
    assert stack.preview(expect_no_changes=True).ok
    assert as_it_is == account.webhooks
    assert list(as_it_is) == list(account.webhooks)

    destroy = stack.destroy()
    assert destroy.ok, destroy.text
    assert {"retries": {"attempts": 3}} == held(account)
