"""Many `Webhook`s at once: the engine works on resources in parallel, and they are carried out in few requests."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sendblue_emulator import Account, Emulator
from tests.plugin.answers import State
from tests.plugin.conftest import OWN, id_of
from tests.plugin.driver import WEBHOOK, Plugin
from tests.plugin.engine import Engine
from tests.plugin.processes import Start, running
from tests.plugin.values import Secret
from tests.plugin.webhook.conftest import OTHERS, rest

NAMES = [f"hook-{number}" for number in range(40)]
BUDGET = 24
"""How many requests forty creates may take, and their deletes."""
URL = "https://example.com/hooks/{}"


def program(name: str, secret: str = OWN) -> dict[str, Any]:
    return {"event": "receive", "url": URL.format(name), "secret": Secret(secret)}


def entry(name: str, secret: str = OWN) -> dict[str, Any]:
    return {"url": URL.format(name), "secret": secret}


def at_once(call: Callable[[str], Any], names: Iterable[str]) -> dict[str, Any]:
    """Make a call for each name, all at the same time."""
    names = list(names)
    with ThreadPoolExecutor(len(names)) as pool:
        return dict(zip(names, pool.map(call, names), strict=True))


def hooks(remote: Account) -> list[dict[str, Any]]:
    """Return what is there of the `Webhook`s, in the order of their names."""
    there = [item for item in remote.webhooks["receive"] if isinstance(item, dict) and "/hooks/" in item["url"]]
    return sorted(there, key=lambda item: int(item["url"].rpartition("-")[2]))


def all_land(plugin: Plugin, emulator: Emulator, shared: Account) -> dict[str, State]:
    states = at_once(lambda name: plugin.up(program(name), name=name), NAMES)
    assert hooks(shared) == [entry(name) for name in NAMES]
    assert rest({**shared.webhooks, "receive": shared.webhooks["receive"][:4]}) == rest(OTHERS)
    assert set(emulator.journal.methods()) == {"GET", "POST"}
    assert len(emulator.journal) <= BUDGET
    assert {name: state.id for name, state in states.items()} == {
        name: id_of("receive", URL.format(name)) for name in NAMES
    }
    return states


def test_forty_creates(start: Start, emulator: Emulator, shared: Account, engine: Engine) -> None:
    """Forty created in parallel all land in few requests, and so does their destroy."""
    states = all_land(start(), emulator, shared)
    plugin = start()
    emulator.journal.clear()
    plans = at_once(lambda name: plugin.plan(program(name), states[name], name=name), NAMES)
    assert {plan.step for plan in plans.values()} == {"same"}
    assert emulator.journal.methods() == ["GET"]
    assert engine.take() == []
    plugin = start()
    emulator.journal.clear()
    at_once(lambda name: plugin.delete(states[name], name=name), NAMES)
    assert set(emulator.journal.methods()) == {"GET", "DELETE"}
    assert len(emulator.journal) <= BUDGET
    assert rest(shared.webhooks, "", "") == rest(OTHERS, "", "")


def test_forty_creates_in_a_process(
    engine: Engine, emulator: Emulator, shared: Account, settings: dict[str, Any]
) -> None:
    """The process that the engine starts does the same."""
    with running(engine) as plugin:
        plugin.configure(settings)
        all_land(plugin.of(WEBHOOK), emulator, shared)
