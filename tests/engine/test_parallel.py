"""Many `Webhook`s at once, two stacks on one account at the same moment, and a run that is killed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sendblue_emulator import Account
from tests.engine.programs import DYNAMIC, OTHERS, PLUGIN, USUAL, FrontEnd, held
from tests.engine.workspaces import Program
from tests.engine.world import World, at_once

TEAMS = {"sales": DYNAMIC, "support": PLUGIN}
FORTY = [f"https://example.com/{number}" for number in range(40)]


def at_most(front_end: FrontEnd) -> int:
    """Return how many requests 40 Webhooks at once may cost."""
    return 24 if front_end is PLUGIN else 60


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


def test_forty_at_once(world: World, account: Account, front_end: FrontEnd) -> None:
    """Forty created with `--parallel 64` all land, once each, in few requests, and so they are destroyed."""
    account.webhooks = OTHERS
    stack = world.stack(front_end.webhooks({f"w{url[20:]}": {"url": url} for url in FORTY}), account)
    up = stack.up(parallel=64)
    assert up.ok, up.text
    assert len(up.requests) <= at_most(front_end), up.requests
    assert {"GET", "POST"} == set(up.requests)
    assert_held(account, FORTY)
    preview = stack.preview(expect_no_changes=True)
    assert preview.ok, preview.text
    assert ["GET"] == preview.requests

    destroy = stack.destroy(parallel=64)
    assert destroy.ok, destroy.text
    assert len(destroy.requests) <= at_most(front_end), destroy.requests
    assert {"GET", "DELETE"} == set(destroy.requests)
    assert OTHERS == held(account)


def test_killed_after_a_put(world: World, account: Account, front_end: FrontEnd) -> None:
    """After a kill between the PUT and the saved state, the next up converges with no refusal and no second PUT."""
    stack = world.stack(front_end.usual(), account)
    world.emulator.before("GET", world.kill, after=len(front_end.looks) + 1)
    assert not stack.up().ok
    assert USUAL == held(account)

    stack.stack.cancel()
    again = stack.up()
    assert again.ok, again.text
    assert [*front_end.looks, "GET"] == again.requests
    assert stack.resource()["outputs"]["secretsReadable"] is True
    assert USUAL == held(account)


def test_two_stacks_at_once(world: World, account: Account) -> None:
    """No entry is lost; a run that fails says that somebody else wrote, and its next one succeeds.

    One stack is of the dynamic provider, the other one of the plugin.
    """
    account.webhooks = OTHERS
    sales, support = (
        world.stack(program(front_end, team, "first"), account, name=team, project=team)
        for team, front_end in TEAMS.items()
    )
    # A POST is one request, so nobody can be in its way.
    for run in at_once(sales.up, support.up):
        assert run.ok, run.text
    both = [*entries("sales", "first"), *entries("support", "first")]
    assert_held(account, both)

    # A PUT carries along what the other stack is changing.
    for stack, (team, front_end) in zip((sales, support), TEAMS.items(), strict=True):
        stack.program(program(front_end, team, "second"))
    for run in at_once(sales.up, support.up):
        assert run.ok or "somebody else" in run.text, run.text
    assert sorted(entry["url"] for entry in both) == urls(account)
    for stack in (sales, support):
        again = stack.up()
        assert again.ok, again.text
    assert_held(account, [*entries("sales", "second"), *entries("support", "second")])
