"""The life of `Webhook`s under the real engine, beside what other people have on the account."""

from __future__ import annotations

from typing import Any

import pulumi

from sendblue_emulator import Account
from tests.engine.programs import AUDIT, CALLS, FOREIGN, INBOUND, OTHERS, PLUGIN, FrontEnd, Tunnel, beside_others, held
from tests.engine.world import Program, World

OURS = [f"https://example.com/{number}" for number in range(50)]
NUMBERS = ["+15551234567"]


def own_and_others(account: Account) -> tuple[list[Any], dict[str, Any]]:
    """Tell this stack's entries, by URL, from the rest of what the account holds."""
    whole = held(account)
    ours = [entry for entry in whole["receive"] if entry in OURS]
    return sorted(ours), {**whole, "receive": [entry for entry in whole["receive"] if entry not in OURS]}


def test_fifty_in_one_stack(world: World, account: Account, front_end: FrontEnd) -> None:
    """Fifty created at once all land, once each; a preview is one GET in all; destroy removes them and nothing else."""
    account.webhooks = OTHERS
    stack = world.stack(front_end.webhooks({f"w{url[20:]}": {"url": url} for url in OURS}), account)

    up = stack.up()
    assert up.ok, up.text
    assert [*front_end.looks, *["GET", "POST", "GET"] * 50] == up.requests
    assert (sorted(OURS), OTHERS) == own_and_others(account)

    preview = stack.preview(expect_no_changes=True)
    assert preview.ok, preview.text
    assert ["GET"] == preview.requests

    destroy = stack.destroy()
    assert destroy.ok, destroy.text
    assert [*front_end.reads, *["GET", "DELETE", "GET"] * 50] == destroy.requests
    assert OTHERS == held(account)


def test_drift(world: World, account: Account, front_end: FrontEnd) -> None:
    """What somebody did to an entry shows in a bare preview, secrets hidden, and an up undoes it, with no gap."""
    account.webhooks = OTHERS
    own = {"url": INBOUND, "secret": "our-secret"}
    stack = world.stack(front_end.webhooks({"inbound": own, "calls": {"url": CALLS}}), account)
    assert stack.preview().requests == ["GET"]
    assert stack.up().ok
    assert stack.up(expect_no_changes=True).requests == ["GET"]
    account.webhooks = beside_others({"url": INBOUND, "secret": "tampered-secret"}, CALLS)

    preview = stack.preview(expect_no_changes=True)
    assert not preview.ok
    assert ["GET"] == preview.requests
    assert "warning: changed outside of this stack since the last update:" in preview.text
    assert f"~ receive {INBOUND} secret changed" in preview.text
    assert "~ 1 to update" in preview.text
    if front_end is PLUGIN:
        assert "~ secret: [secret] => [secret]" in stack.preview(diff=True).text

    up = stack.up()
    assert up.ok, up.text
    assert ["GET", "GET", "PUT", "GET"] == up.requests
    assert beside_others(own, CALLS) == held(account)
    for text in (preview.text, up.text):
        assert "our-secret" not in text
        assert "tampered-secret" not in text

    # The entry is this stack's, whatever its secret is by now.
    account.webhooks = beside_others({"url": INBOUND, "secret": "tampered-secret"}, CALLS)
    assert stack.destroy().ok
    assert OTHERS == held(account)


def test_gone_outside(world: World, account: Account, front_end: FrontEnd) -> None:
    """An entry that somebody removed shows in a preview, and an up adds it again, once; refresh takes it as gone."""
    account.webhooks = OTHERS
    stack = world.stack(front_end.webhooks({"inbound": {}, "calls": {"url": CALLS}}), account)
    stack.up()
    account.remove("receive", INBOUND)

    preview = stack.preview(expect_no_changes=True)
    assert not preview.ok
    assert ["GET"] == preview.requests
    assert "warning: changed outside of this stack since the last update:" in preview.text
    assert f"- receive {INBOUND}" in preview.text
    up = stack.up()
    assert up.ok, up.text
    assert ["GET", "GET", "POST", "GET"] == up.requests
    assert beside_others(CALLS, INBOUND) == held(account)
    assert stack.preview(expect_no_changes=True).ok

    account.remove("receive", INBOUND)
    refresh = stack.refresh()
    assert refresh.ok, refresh.text
    assert ["GET"] == refresh.requests
    assert f"- receive {INBOUND}" in refresh.text
    assert ["calls"] == [r["urn"].rpartition("::")[2] for r in stack.state()["resources"] if ":Webhook::" in r["urn"]]
    assert "+ 1 to create" in stack.preview().text
    destroy = stack.destroy()
    assert destroy.ok, destroy.text
    assert OTHERS == held(account)


def test_rename_and_replace(world: World, account: Account, front_end: FrontEnd) -> None:
    """A new name, `--replace` and a replacement trigger each leave the one entry that there is, and write nothing."""

    def program(name: str, trigger: str = "", *, first: bool = False, secret: str = "our-secret") -> Any:
        options = pulumi.ResourceOptions(replacement_trigger=trigger or None, delete_before_replace=first or None)
        return front_end.webhook(name, options, secret=secret)

    account.webhooks = OTHERS
    entry = {"url": INBOUND, "secret": "our-secret"}
    stack = world.stack(program("before"), account)
    assert stack.up().ok
    account.add("receive", AUDIT)
    now = beside_others(entry, AUDIT)
    assert now == held(account)

    stack.program(program("after"))
    rename = stack.up()
    stack.program(program("after", "1"))
    assert stack.up().ok
    replace = stack.up(replace=[stack.resource("after")["urn"]])
    stack.program(program("after", "2"))
    trigger = stack.up()
    stack.program(program("after", "3", first=True))
    delete_first = stack.up()
    assert "1 created" in rename.text
    assert "1 deleted" in rename.text
    assert "1 replaced" in replace.text
    assert "1 replaced" in trigger.text
    assert "1 replaced" in delete_first.text
    for run in (rename, replace, trigger, delete_first):
        assert run.ok, run.text
        assert ["GET", "GET"] == run.requests
        assert now == held(account)

    # What the stack put there itself may be changed by a replacement, too.
    stack.program(program("after", "4", secret="rotated"))
    changed = stack.up()
    assert changed.ok, changed.text
    assert ["GET", "GET", "PUT", "GET"] == changed.requests
    assert beside_others({"url": INBOUND, "secret": "rotated"}, AUDIT) == held(account)
    assert stack.preview(expect_no_changes=True).ok


def test_crash_after_the_post(world: World, account: Account, front_end: FrontEnd) -> None:
    """After a kill between the POST and the saved state, the next up takes the entry over, with no second POST."""
    account.webhooks = OTHERS
    stack = world.stack(front_end.webhook(secret="our-secret"), account)
    world.emulator.before("GET", world.kill, after=len(front_end.looks) + 1)
    now = beside_others({"url": INBOUND, "secret": "our-secret"})

    assert not stack.up().ok
    assert now == held(account)

    stack.stack.cancel()
    again = stack.up()
    assert again.ok, again.text
    assert [*front_end.looks, "GET"] == again.requests
    assert now == held(account)
    assert stack.destroy().ok
    assert OTHERS == held(account)


def test_another_url_and_another_event(world: World, account: Account, front_end: FrontEnd) -> None:
    """A changed URL or event is a replacement, the new entry first; resources that change places write nothing."""
    account.webhooks = OTHERS

    def program(*urls: str, event: str = "receive") -> Program:
        return front_end.webhooks({str(place): {"url": url, "event": event} for place, url in enumerate(urls)})

    stack = world.stack(program(INBOUND), account)
    stack.up()
    stack.program(program(CALLS))
    preview = stack.preview()
    assert ["GET"] == preview.requests
    assert "1 to replace" in preview.text
    another_url = stack.up()
    assert another_url.ok, another_url.text
    assert ["GET", "GET", "POST", "GET", "GET", "DELETE", "GET"] == another_url.requests
    assert beside_others(CALLS) == held(account)

    stack.program(program(CALLS, event="call_log"))
    another_event = stack.up()
    assert another_event.ok, another_event.text
    assert ["GET", "GET", "POST", "GET", "GET", "DELETE", "GET"] == another_event.requests
    assert {**OTHERS, "call_log": [{"url": FOREIGN}, CALLS]} == held(account)
    assert stack.resource("0")["id"].startswith("call_log:")

    stack.program(program(INBOUND, CALLS, AUDIT + "/2"))
    assert stack.up().ok
    before = held(account)["receive"]
    stack.program(program(CALLS, INBOUND, AUDIT + "/2"))
    swap = stack.up()
    assert swap.ok, swap.text
    assert "2 replaced" in swap.text
    assert ["GET", "GET", "GET"] == swap.requests
    assert {**OTHERS, "receive": before} == held(account)
    # As where a list of URLs loses its first: the other resources move up.
    stack.program(program(INBOUND, AUDIT + "/2"))
    shift = stack.up()
    assert shift.ok, shift.text
    assert ["GET", "GET", "GET", "GET", "DELETE", "GET"] == shift.requests
    assert {**OTHERS, "receive": [entry for entry in before if entry != CALLS]} == held(account)
    assert stack.preview(expect_no_changes=True).ok


def test_change_in_place(world: World, account: Account, front_end: FrontEnd) -> None:
    """A changed secret or number list is written in place, with what others do meanwhile, but to this very entry."""
    account.webhooks = OTHERS
    stack = world.stack(front_end.webhook(secret="our-secret"), account)
    stack.up()
    changed = {"url": INBOUND, "secret": "rotated", "sendblue_numbers": NUMBERS}
    stack.program(front_end.webhook(secret="rotated", sendblue_numbers=NUMBERS))
    late = {"url": CALLS, "secret": "late-secret", "note": 2}
    world.emulator.before("GET", lambda: account.add("receive", late), after=1)

    up = stack.up()
    assert up.ok, up.text
    assert ["GET", "GET", "PUT", "GET"] == up.requests
    assert beside_others(changed, late) == held(account)
    assert stack.preview(expect_no_changes=True).ok

    stack.program(front_end.webhook())
    theirs = beside_others({"url": INBOUND, "secret": "tampered-secret"}, late)

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
    assert theirs == held(account)

    again = stack.up()
    assert again.ok, again.text
    assert ["GET", "GET", "PUT", "GET"] == again.requests
    assert "changed outside of this stack since the last update:" in again.text
    assert beside_others(INBOUND, late) == held(account)


def test_url_known_only_after_another_resource(world: World, account: Account, front_end: FrontEnd) -> None:
    """A URL and a secret that another resource computes are unknown in preview; an event of tomorrow is a warning."""
    account.behave(accepted_events=("receive", "call_log", "contact_created", "typing_indicator"))
    account.webhooks = OTHERS

    def program(url: str) -> Program:
        def declare() -> None:
            tunnel = Tunnel("tunnel", url)
            front_end.module.Webhook("inbound", event="typing_indicator", url=tunnel.url, secret=tunnel.url)

        return declare

    stack = world.stack(program(INBOUND), account)
    preview = stack.preview()
    assert preview.ok, preview.text
    assert ["GET"] == preview.requests
    assert "warning: typing_indicator is not an event that this provider knows" in preview.text
    up = stack.up()
    assert up.ok, up.text
    assert {**OTHERS, "typing_indicator": [{"url": INBOUND, "secret": INBOUND}]} == held(account)
    assert stack.preview(expect_no_changes=True).ok
