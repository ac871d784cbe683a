"""The life of `Webhook`s under the real engine, beside what other people have on the account."""

from __future__ import annotations

import pulumi

from pulumi_sendblue import dynamic
from sendblue_emulator import Account
from tests.engine.programs import (
    CALLS,
    DYNAMIC,
    FOREIGN,
    INBOUND,
    OTHERS,
    PLUGIN,
    FrontEnd,
    Tunnel,
    beside_others,
    held,
)
from tests.engine.world import World

NUMBERS = ["+15551234567"]
DRIFT = "warning: changed outside of this stack since the last update:"


def test_drift_and_destroy(world: World, account: Account, front_end: FrontEnd) -> None:
    """What somebody did to the entries shows in a bare preview, an up undoes it, and destroy leaves all of others."""
    account.webhooks = OTHERS
    own = {"url": INBOUND, "secret": "our-secret"}
    stack = world.stack(front_end.webhooks({"inbound": own, "calls": {"url": CALLS}}), account)
    assert stack.up().ok
    assert beside_others(own, CALLS) == held(account) or beside_others(CALLS, own) == held(account)
    assert stack.up(expect_no_changes=True).requests == ["GET"]
    account.webhooks = beside_others({"url": INBOUND, "secret": "tampered-secret"})

    preview = stack.preview()
    assert preview.ok, preview.text
    assert ["GET"] == preview.requests
    assert DRIFT in preview.text
    assert f"~ receive {INBOUND} secret changed" in preview.text
    assert f"- receive {CALLS}" in preview.text
    # The plugin's resources are read first, and one that is gone is created again.
    assert ("+ 1 to create\n    ~ 1 to update" if front_end is PLUGIN else "~ 2 to update") in preview.text
    if front_end is PLUGIN:
        assert "update [diff: ~secret]" in preview.text
    up = stack.up()
    assert up.ok, up.text
    assert ["POST", "PUT"] == sorted(method for method in up.requests if method != "GET")
    assert beside_others(own, CALLS) == held(account)
    for text in (preview.text, up.text):
        assert "our-secret" not in text
        assert "tampered-secret" not in text

    # A refresh takes one that is gone out of the state; the other is this stack's, whatever its secret is by now.
    account.webhooks = beside_others({"url": INBOUND, "secret": "tampered-secret"})
    refresh = stack.refresh()
    assert refresh.ok, refresh.text
    assert ["GET"] == refresh.requests
    assert f"- receive {CALLS}" in refresh.text
    assert ["inbound"] == [r["urn"].rpartition("::")[2] for r in stack.state()["resources"] if ":Webhook::" in r["urn"]]
    destroy = stack.destroy()
    assert destroy.ok, destroy.text
    assert OTHERS == held(account)


def test_conflict(world: World, account: Account) -> None:
    """An entry that somebody changes while an update runs is left alone, in one error; the next up goes on.

    With the dynamic provider, whose host prints a traceback. The plugin's conflicts are told by the stories.
    """
    account.webhooks = OTHERS
    stack = world.stack(DYNAMIC.webhook(secret="our-secret"), account)
    stack.up()
    stack.program(DYNAMIC.webhook(secret="rotated", sendblue_numbers=NUMBERS))
    theirs = beside_others({"url": INBOUND, "secret": "tampered-secret"}, {"url": CALLS, "secret": "late", "note": 2})

    def tamper() -> None:
        account.webhooks = theirs

    world.emulator.before("GET", tamper, after=1)
    conflict = stack.up()
    assert not conflict.ok
    assert ["GET", "GET"] == conflict.requests
    assert "by somebody else while this update ran, and nothing was written" in conflict.text
    assert f"~ receive {INBOUND} secret changed" in conflict.text
    assert "Run `pulumi up` again" in conflict.text
    assert "tampered-secret" not in conflict.text
    # None of the traceback's frames is below the hook.
    assert "sendblue_provider/plan" not in conflict.text
    assert "sendblue_provider/resources" not in conflict.text
    assert theirs == held(account)

    again = stack.up()
    assert again.ok, again.text
    assert ["GET", "GET", "PUT", "GET"] == again.requests
    assert DRIFT in again.text
    changed = {"url": INBOUND, "secret": "rotated", "sendblue_numbers": NUMBERS}
    assert beside_others(changed, {"url": CALLS, "secret": "late", "note": 2}) == held(account)


def test_values_known_only_after_another_resource(world: World, account: Account, front_end: FrontEnd) -> None:
    """A URL and a secret that another resource computes are unknown in preview; an event of tomorrow is a warning."""
    account.behave(accepted_events=("receive", "call_log", "contact_created", "line_moved"))
    account.webhooks = OTHERS

    def program() -> None:
        tunnel = Tunnel("tunnel", INBOUND)
        front_end.module.Webhook("inbound", event="line_moved", url=tunnel.url, secret=tunnel.url)

    stack = world.stack(program, account)
    preview = stack.preview()
    assert preview.ok, preview.text
    assert ["GET"] == preview.requests
    assert "warning: line_moved is not an event that this provider knows" in preview.text
    up = stack.up()
    assert up.ok, up.text
    assert {**OTHERS, "line_moved": [{"url": INBOUND, "secret": INBOUND}]} == held(account)
    assert stack.preview(expect_no_changes=True).ok


def test_what_cannot_stand_side_by_side(world: World, account: Account, front_end: FrontEnd) -> None:
    """Both kinds in one program are refused in a preview, and so is the same entry twice, in one error each."""

    def both() -> None:
        front_end.module.WebhookConfiguration("whole", receive=[INBOUND])
        front_end.module.Webhook("part", event="receive", url=CALLS)

    def twice() -> None:
        front_end.module.Webhook("one", event="receive", url=CALLS)
        front_end.module.Webhook("two", event="receive", url=pulumi.Output.from_input(CALLS))

    stack = world.stack(both, account)
    preview = stack.preview()
    assert not preview.ok
    assert "'whole'" in preview.text
    assert "'part'" in preview.text
    assert "is authoritative for the whole account" in preview.text
    assert "is additive: one URL for one event, beside whatever else the account has" in preview.text

    stack.program(twice)
    up = stack.up()
    assert not up.ok
    assert f"declares the Webhook receive {CALLS} twice" in up.text
    # The one of the two that the engine registers first is created all the same, as after every program error.
    assert {"receive": [CALLS]} == held(account)


def test_dynamic_import_option(world: World, account: Account) -> None:
    """`import_` on a dynamic resource is refused, and the message says what to do instead."""
    account.webhooks = {"receive": [FOREIGN]}
    options = pulumi.ResourceOptions(import_=f"receive:{FOREIGN}")
    stack = world.stack(lambda: dynamic.Webhook("one", options, event="receive", url=FOREIGN) and None, account)
    refused = stack.preview()
    assert not refused.ok
    assert "The Webhook 'one' cannot be imported, since it is a dynamic resource. Leave import_ out" in refused.text
