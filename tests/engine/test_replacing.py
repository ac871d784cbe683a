"""A new name, `--replace`, replacement triggers and resources that change places: the account stays whole."""

from __future__ import annotations

import pulumi

from sendblue_emulator import Account
from tests.engine.programs import AUDIT, CALLS, DYNAMIC, INBOUND, OTHERS, FrontEnd, beside_others, held
from tests.engine.workspaces import Program
from tests.engine.world import World


def test_configuration(world: World, account: Account, front_end: FrontEnd) -> None:
    """A new name and `--replace` write nothing; a replacement trigger writes what the program changed, once."""

    def program(name: str, trigger: str = "", *urls: str, first: bool = False) -> Program:
        options = pulumi.ResourceOptions(replacement_trigger=trigger or None, delete_before_replace=first or None)
        return front_end.declare(name, options, receive=[*urls], call_log=[CALLS], global_secret="global-secret")

    stack = world.stack(program("before", "1", INBOUND), account)
    assert stack.up().ok
    as_it_is = held(account)
    stack.program(program("after", "1", INBOUND))
    rename = stack.up()
    replace = stack.up(replace=[stack.resource("after")["urn"]])
    stack.program(program("after", "2", INBOUND, first=True))
    delete_first = stack.up()
    assert "1 created" in rename.text
    assert "1 deleted" in rename.text
    for run in (rename, replace, delete_first):
        assert run.ok, run.text
        assert {"GET"} == set(run.requests)
    for run in (replace, delete_first):
        assert "1 replaced" in run.text
    assert as_it_is == held(account)

    # `--replace` begins with no old inputs, so that the create cannot know what the stack put there itself.
    stack.program(program("after", "2", AUDIT, first=True))
    refused = stack.preview(replace=[stack.resource("after")["urn"]])
    assert not refused.ok
    assert "run without --replace" in refused.text
    stack.program(program("after", "3", AUDIT))
    changed = stack.up()
    assert changed.ok, changed.text
    assert 1 == changed.requests.count("PUT")
    assert "DELETE" not in changed.requests
    assert {**as_it_is, "receive": [AUDIT]} == held(account)
    assert stack.preview(expect_no_changes=True).ok


def test_webhook(world: World, account: Account, front_end: FrontEnd) -> None:
    """A new name, `--replace` and a replacement trigger each leave the one entry that there is, and write nothing."""

    def program(name: str, trigger: str = "", *, first: bool = False, secret: str = "our-secret") -> Program:
        options = pulumi.ResourceOptions(replacement_trigger=trigger or None, delete_before_replace=first or None)
        return front_end.webhook(name, options, secret=secret)

    account.webhooks = OTHERS
    stack = world.stack(program("before", "1"), account)
    assert stack.up().ok
    account.add("receive", AUDIT)
    now = beside_others({"url": INBOUND, "secret": "our-secret"}, AUDIT)
    assert now == held(account)

    stack.program(program("after", "1"))
    rename = stack.up()
    replace = stack.up(replace=[stack.resource("after")["urn"]])
    stack.program(program("after", "2", first=True))
    delete_first = stack.up()
    assert "1 created" in rename.text
    assert "1 deleted" in rename.text
    assert "1 replaced" in replace.text
    assert "1 replaced" in delete_first.text
    for run in (rename, replace, delete_first):
        assert run.ok, run.text
        assert {"GET"} == set(run.requests)
    assert now == held(account)

    # What the stack put there itself may be changed by a replacement, too.
    stack.program(program("after", "3", secret="rotated"))
    changed = stack.up()
    assert changed.ok, changed.text
    assert ["PUT"] == [method for method in changed.requests if method != "GET"]
    assert beside_others({"url": INBOUND, "secret": "rotated"}, AUDIT) == held(account)


def test_resources_that_change_places(world: World, account: Account) -> None:
    """Resources that swap their URLs write nothing; where the others move up, only what nobody declares goes.

    With the dynamic provider, which keeps what the program declares beside the objects that the host unpickles. The
    stories tell of it with both.
    """
    account.webhooks = OTHERS

    def program(*urls: str) -> Program:
        return DYNAMIC.webhooks({str(place): {"url": url} for place, url in enumerate(urls)})

    stack = world.stack(program(INBOUND, CALLS, AUDIT + "/2"), account)
    assert stack.up().ok
    before = held(account)["receive"]
    stack.program(program(CALLS, INBOUND, AUDIT + "/2"))
    swap = stack.up()
    assert swap.ok, swap.text
    assert "2 replaced" in swap.text
    assert {"GET"} == set(swap.requests)
    assert {**OTHERS, "receive": before} == held(account)
    # As where a list of URLs loses its first: the other resources move up.
    stack.program(program(INBOUND, AUDIT + "/2"))
    shift = stack.up()
    assert shift.ok, shift.text
    assert ["DELETE"] == [method for method in shift.requests if method != "GET"]
    assert {**OTHERS, "receive": [entry for entry in before if entry != CALLS]} == held(account)
    assert stack.preview(expect_no_changes=True).ok
