"""Many `Webhook`s at once: the engine works on resources in parallel, and nobody's write undoes another's."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from sendblue_emulator import Account, Emulator, Fault
from tests.plugin.conftest import NEW, OWN, id_of
from tests.plugin.driver import WEBHOOK, Engine, Plugin, Secret, Start, State, running
from tests.plugin.webhook.conftest import OTHERS, rest

NAMES = [f"hook-{number}" for number in range(50)]
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
    assert emulator.journal.methods() == ["GET", "POST", "GET"] * 50
    assert {name: state.id for name, state in states.items()} == {
        name: id_of("receive", URL.format(name)) for name in NAMES
    }
    return states


def test_fifty_creates(start: Start, emulator: Emulator, shared: Account, engine: Engine) -> None:
    """Fifty created in parallel all land, one after the other, and the next preview of them is one GET, no change."""
    states = all_land(start(), emulator, shared)
    plugin = start()
    emulator.journal.clear()
    plans = at_once(lambda name: plugin.plan(program(name), states[name], name=name), NAMES)
    assert {plan.step for plan in plans.values()} == {"same"}
    assert emulator.journal.methods() == ["GET"]
    assert engine.take() == []


def test_fifty_creates_in_a_process(
    engine: Engine, emulator: Emulator, shared: Account, settings: dict[str, Any]
) -> None:
    """The process that the engine starts does the same."""
    with running(engine) as plugin:
        plugin.configure(settings)
        all_land(plugin.of(WEBHOOK), emulator, shared)


@pytest.mark.parametrize("way", ["readable", "masked"])
def test_everything_at_once(start: Start, emulator: Emulator, shared: Account, way: str) -> None:
    """Creates, updates and deletes in parallel each do what is theirs, by PUT or by POST and DELETE."""
    shared.behave(secrets=way)
    states = {name: start().up(program(name), name=name) for name in NAMES[:20]}
    plugin = start()
    updated, deleted, created = NAMES[:10], NAMES[10:20], NAMES[20:30]
    plans = {name: plugin.plan(program(name, NEW), states[name], name=name) for name in updated}

    def work(name: str) -> None:
        if name in plans:
            plugin.update(states[name], plans[name].inputs, name=name)
        elif name in states:
            plugin.delete(states[name], name=name)
        else:
            plugin.up(program(name), name=name)

    # Taken in turns, so that each kind of work meets the others.
    emulator.journal.clear()
    at_once(work, [name for names in zip(updated, deleted, created, strict=True) for name in names])
    assert ("PUT" in emulator.journal.methods()) == (way == "readable")
    assert hooks(shared) == [entry(name, NEW) for name in updated] + [entry(name) for name in created]
    assert rest({**shared.webhooks, "receive": shared.webhooks["receive"][:4]}) == rest(OTHERS)


def test_faults_in_parallel(start: Start, emulator: Emulator, shared: Account) -> None:
    """Where some of the POSTs are cut off, done or not, each entry is there just once in the end."""
    plugin = start()
    emulator.faults.add(
        Fault(kind="reset", method="POST", after=2, applied=True),
        Fault(kind="reset", method="POST", after=5),
        Fault(kind="status", method="POST", after=9, status=502, applied=True),
        Fault(kind="status", method="POST", after=12, status=502),
    )
    at_once(lambda name: plugin.up(program(name), name=name), NAMES[:20])
    assert hooks(shared) == [entry(name) for name in NAMES[:20]]
