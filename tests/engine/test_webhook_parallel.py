"""Two stacks on one account that write at the same moment."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sendblue_emulator import Account
from tests.engine.programs import DYNAMIC, INBOUND, OTHERS, FrontEnd, beside_others, held
from tests.engine.world import Program, World, at_once

TEAMS = ("sales", "support")


def entries(team: str, secret: str) -> list[dict[str, Any]]:
    return [{"url": f"https://{team}.example.com/{number}", "secret": f"{secret}-{number}"} for number in range(10)]


def program(front_end: FrontEnd, team: str, secret: str) -> Program:
    return front_end.webhooks({entry["url"]: entry for entry in entries(team, secret)})


def assert_held(account: Account, expected: Iterable[Any]) -> None:
    """Assert that the account holds these entries of `receive`, in any order, after those of others."""
    whole = held(account)
    others = len(OTHERS["receive"])
    assert OTHERS == {**whole, "receive": whole["receive"][:others]}
    assert sorted(map(json.dumps, expected)) == sorted(map(json.dumps, whole["receive"][others:]))


def urls(account: Account) -> list[str]:
    return sorted(entry["url"] for entry in held(account)["receive"][len(OTHERS["receive"]) :])


def test_two_stacks_at_once(world: World, account: Account, front_end: FrontEnd) -> None:
    """No entry is lost; a run that fails says that somebody else wrote, and its next one succeeds."""
    account.webhooks = OTHERS
    sales, support = (
        world.stack(program(front_end, team, "first"), account, name=team, project=team) for team in TEAMS
    )

    # A POST is one request, so nobody can be in its way.
    for run in at_once(sales.up, support.up):
        assert run.ok, run.text
    both = [*entries("sales", "first"), *entries("support", "first")]
    assert_held(account, both)

    # A PUT carries along what the other stack is changing.
    for stack, team in ((sales, "sales"), (support, "support")):
        stack.program(program(front_end, team, "second"))
    for run in at_once(sales.up, support.up):
        assert run.ok or "somebody else" in run.text, run.text
    assert sorted(entry["url"] for entry in both) == urls(account)
    for stack in (sales, support):
        again = stack.up()
        assert again.ok, again.text
    assert_held(account, [*entries("sales", "second"), *entries("support", "second")])

    sales.program(program(front_end, "sales", "third"))
    for run in at_once(sales.up, support.destroy):
        assert run.ok or "somebody else" in run.text, run.text
    assert {entry["url"] for entry in entries("sales", "third")} <= set(urls(account))
    assert {entry["url"] for entry in both} >= set(urls(account))
    again = sales.up()
    assert again.ok, again.text
    # What a PUT of the one brought back that the other had removed, the other's program takes over again.
    for command in (support.up, support.destroy):
        run = command()
        assert run.ok, run.text
    assert_held(account, entries("sales", "third"))


def test_a_write_that_is_undone_at_once(world: World, account: Account) -> None:
    """Where somebody undoes a write before it is looked at, the run says so, and the next one does it again."""
    account.webhooks = OTHERS
    stack = world.stack(DYNAMIC.webhook(), account)
    stack.up()
    stack.program(DYNAMIC.webhook(secret="our-secret"))

    def undo() -> None:
        account.webhooks = beside_others(INBOUND)

    world.emulator.before("GET", undo, after=2)
    up = stack.up()
    assert not up.ok
    assert "somebody else" in up.text
    again = stack.up()
    assert again.ok, again.text
    assert ["GET", "GET", "PUT", "GET"] == again.requests
    assert beside_others({"url": INBOUND, "secret": "our-secret"}) == held(account)
