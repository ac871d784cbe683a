"""The diff by property path: which place changes, and how; and just what changes."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from sendblue_emulator import Account, Emulator
from tests.plugin.answers import State
from tests.plugin.conftest import NEW, NUMBER, OTHER, OTHER_NUMBER, OWN, A, B, C, D, content
from tests.plugin.driver import Plugin
from tests.plugin.processes import Start
from tests.plugin.values import Secret

OLD: dict[str, Any] = {
    "receive": [A, {"url": B, "secret": Secret(OWN), "sendblueNumbers": [NUMBER, OTHER_NUMBER]}, C],
    "callLog": [A],
    "globalSecret": Secret(OWN),
    "otherEvents": {"typing_indicator": [A, B], "inbound.call": [C]},
}


@pytest.fixture(autouse=True)
def _newer_events(remote: Account) -> None:
    remote.behave(accepted_events=[*remote.behaviour.accepted_events, "typing_indicator", "inbound.call", "new"])


def b(**fields: Any) -> dict[str, Any]:
    """Return the endpoint B of `OLD` with other fields; None leaves one out."""
    entry = {"url": B, "secret": Secret(OWN), "sendblueNumbers": [NUMBER, OTHER_NUMBER], **fields}
    return {name: value for name, value in entry.items() if value is not None}


CASES = [
    pytest.param({}, {}, id="nothing"),
    pytest.param({"receive": [C, b(), A]}, {}, id="another order"),
    pytest.param({"receive": [{"url": A}, b(sendblueNumbers=[OTHER_NUMBER, NUMBER]), C]}, {}, id="another form"),
    pytest.param({"outbound": [], "secret": None, "allowOverwrite": False}, {}, id="empty, null and false are absent"),
    pytest.param({"otherEvents": {**OLD["otherEvents"], "new": []}}, {}, id="an empty other event is absent"),
    pytest.param({"receive": [A, b(secret=Secret(NEW)), C]}, {"receive[1].secret": "update"}, id="a secret"),
    pytest.param({"receive": [A, b(secret=None), C]}, {"receive[1].secret": "delete"}, id="a secret goes"),
    pytest.param(
        {"receive": [A, b(sendblueNumbers=[NUMBER]), C]}, {"receive[1].sendblueNumbers": "update"}, id="numbers"
    ),
    pytest.param(
        {"receive": [A, b(sendblueNumbers=None), C]}, {"receive[1].sendblueNumbers": "delete"}, id="numbers go"
    ),
    pytest.param(
        {"receive": [A, {"url": B}, C]},
        {"receive[1].secret": "delete", "receive[1].sendblueNumbers": "delete"},
        id="both go",
    ),
    pytest.param({"receive": [A, B, C]}, {"receive[1]": "update"}, id="an object becomes a string"),
    pytest.param({"receive": [{"url": A, "secret": NEW}, b(), C]}, {"receive[0]": "update"}, id="a string an object"),
    pytest.param({"receive": [A, b(url=D), C]}, {"receive[1]": "update"}, id="a URL in its place"),
    pytest.param({"receive": [A, b()]}, {"receive[2]": "delete"}, id="the last goes"),
    pytest.param({"receive": [b(), C]}, {"receive[0]": "delete"}, id="the first goes"),
    pytest.param({"receive": [A, b(), C, D]}, {"receive[3]": "add"}, id="one at the end"),
    pytest.param({"receive": [D, A, b(), C]}, {"receive[0]": "add"}, id="one at the beginning"),
    pytest.param({"receive": [C, D, A]}, {"receive[1]": "update"}, id="one for another, in another order"),
    pytest.param({"receive": [D, A, b()]}, {"receive[0]": "add", "receive[2]": "delete"}, id="one comes, one goes"),
    pytest.param({"receive": [D]}, {"receive[0]": "update", "receive[1]": "delete", "receive[2]": "delete"}, id="all"),
    pytest.param({"receive": []}, {"receive": "delete"}, id="an empty list"),
    pytest.param({"callLog": None}, {"callLog": "delete"}, id="a list goes"),
    pytest.param({"outbound": [A, B]}, {"outbound": "add"}, id="a list comes"),
    pytest.param({"contactCreated": [b()]}, {"contactCreated": "add"}, id="a list of contact_created comes"),
    pytest.param({"globalSecret": Secret(NEW)}, {"globalSecret": "update"}, id="the global secret"),
    pytest.param({"globalSecret": None}, {"globalSecret": "delete"}, id="the global secret goes"),
    pytest.param({"secret": Secret(NEW)}, {"secret": "add"}, id="the legacy secret comes"),
    pytest.param({"allowOverwrite": True}, {"allowOverwrite": "add"}, id="allowOverwrite"),
    pytest.param({"otherEvents": None}, {"otherEvents": "delete"}, id="all other events go"),
    pytest.param(
        {"otherEvents": {"typing_indicator": [A, C], "new": [D]}},
        {
            "otherEvents.typing_indicator[1]": "update",
            'otherEvents["inbound.call"]': "delete",
            "otherEvents.new": "add",
        },
        id="other events",
    ),
    pytest.param(
        {"otherEvents": {**OLD["otherEvents"], "inbound.call": [C, D]}},
        {'otherEvents["inbound.call"][1]': "add"},
        id="an event whose name holds a dot",
    ),
]


@pytest.mark.parametrize(("changes", "kinds"), CASES)
def test_what_changes(start: Start, changes: Mapping[str, Any], kinds: Mapping[str, str]) -> None:
    """Each change has the path of its place and its kind; what is equal has none; nothing is ever a replacement."""
    state = start().up(OLD)
    program = {name: value for name, value in {**OLD, **changes}.items() if value is not None or name not in OLD}
    plan = start().plan(program, state)
    assert plan.diff is not None
    assert plan.diff.kinds == kinds
    assert plan.diff.of_inputs == frozenset()


ENTRY = {"url": B, "secret": OWN, "sendblue_numbers": [NUMBER, OTHER_NUMBER]}
DRIFT = [
    pytest.param({"receive": [A, C]}, {"receive[1]": "add"}, id="an entry gone"),
    pytest.param({"receive": [A, D, ENTRY, C]}, {"receive[3]": "delete"}, id="an entry more"),
    pytest.param({"receive": [A, ENTRY, C, C]}, {"receive[3]": "delete"}, id="a second copy"),
    pytest.param(
        {"receive": [A, {"url": B, "secret": OTHER}, C]},
        {"receive[1].secret": "update", "receive[1].sendblueNumbers": "add"},
        id="fields changed",
    ),
    pytest.param({"receive": [A, B, C]}, {"receive[1]": "update"}, id="fields gone"),
    pytest.param({"receive": []}, {"receive": "add"}, id="an event gone"),
    pytest.param({"inbound.call": []}, {'otherEvents["inbound.call"]': "add"}, id="another event gone"),
    pytest.param({"outbound": [D]}, {"outbound": "delete"}, id="an event more"),
    pytest.param({"new": [D]}, {"otherEvents.new": "delete"}, id="another event more"),
    pytest.param(
        {"globalSecret": OTHER, "secret": OTHER}, {"globalSecret": "update", "secret": "delete"}, id="secrets"
    ),
    pytest.param({"globalSecret": ""}, {"globalSecret": "add"}, id="a secret gone"),
    pytest.param({"receive": [C, ENTRY, {"url": A}]}, {}, id="order and form"),
]


@pytest.mark.parametrize(("changes", "kinds"), DRIFT)
def test_drift(start: Start, remote: Account, changes: Mapping[str, Any], kinds: Mapping[str, str]) -> None:
    """What somebody else changed shows as what the update will do about it, place by place, and the update does it."""
    state = start().up(OLD)
    before = content(remote)
    remote.webhooks = {**before, **changes}
    plan = start().plan(OLD, state)
    assert plan.diff is not None
    assert plan.diff.kinds == kinds
    after = start().up(OLD, state)
    assert {**after.outputs, "otherEvents": OLD["otherEvents"]} == state.outputs
    assert start().plan(OLD, after).step == "same"
    if kinds:
        assert content(remote) == before


def test_only_the_record_of_what_is_managed_changes(start: Start, emulator: Emulator) -> None:
    """A state that records other entries as its own is brought up to date without a PUT, and the diff says so."""
    state = start().up({"receive": [A]})
    managed = Secret({"events": {"receive": [A], "outbound": [B]}, "secrets": []})
    lagging = State(state.id, state.inputs, {**state.outputs, "managed": managed})
    emulator.journal.clear()
    plan = start().plan({"receive": [A]}, lagging)
    assert plan.diff is not None
    assert plan.diff.kinds == {"managed": "update"}
    assert start().up({"receive": [A]}, lagging) == state
    assert "PUT" not in emulator.journal.methods()


# Lists made by chance. The seeds are fixed: a case that fails, fails again.

URLS = [f"https://example.com/{number}" for number in range(6)]
Entry = tuple[str, Any, tuple[str, ...]]


def random_entry(chance: random.Random, url: str) -> Any:
    fields: dict[str, Any] = {}
    if chance.random() < 0.5:
        fields["secret"] = Secret(chance.choice([OWN, OTHER]))
    if chance.random() < 0.3:
        fields["sendblueNumbers"] = chance.sample([NUMBER, OTHER_NUMBER], chance.choice([1, 2]))
    return {"url": url, **fields} if fields or chance.random() < 0.2 else url


def normal(item: Any) -> Entry:
    """Return what makes an endpoint what it is."""
    if isinstance(item, str):
        return item, None, ()
    return item["url"], item.get("secret"), tuple(sorted(item.get("sendblueNumbers", ())))


def wire(item: Any) -> Any:
    if isinstance(item, str):
        return item
    names = {"url": "url", "secret": "secret", "sendblueNumbers": "sendblue_numbers"}
    return {names[key]: value.value if isinstance(value, Secret) else value for key, value in item.items()}


def applied(old: list[Any], new: list[Any], kinds: Mapping[str, str]) -> list[Any]:
    """Do to the old list what a detailed diff says, and nothing else."""
    if "receive" in kinds:
        assert len(kinds) == 1
        assert kinds["receive"] == ("add" if not old else "delete")
        assert not old or not new
        return new
    kept: dict[int, Any] = dict(enumerate(old))
    come: list[Any] = []
    for path, kind in kinds.items():
        found = re.fullmatch(r"receive\[(\d+)\](?:\.(\w+))?", path)
        assert found is not None, path
        place, field = int(found[1]), found[2]
        if field:
            entry = dict(kept[place])
            assert kind == ("add" if field not in entry else "update" if field in new[place] else "delete")
            entry.pop(field, None)
            kept[place] = {**entry, **({field: new[place][field]} if field in new[place] else {})}
            continue
        if kind != "add":
            del kept[place]
        if kind != "delete":
            come.append(new[place])
    return [*kept.values(), *come]


@pytest.mark.parametrize("seed", range(10))
def test_lists_by_chance(plugin: Plugin, settings: dict[str, Any], remote: Account, seed: int) -> None:
    """What the diff says, done to the old list, gives the new one; it says nothing if and only if they are equal."""
    chance = random.Random(seed)  # noqa: S311 - not for a secret
    for _ in range(30):
        old = [random_entry(chance, url) for url in chance.choices(URLS, k=chance.randint(0, 5))]
        new = [random_entry(chance, url) for url in chance.sample(URLS, chance.randint(0, 5))]
        if chance.random() < 0.3:
            # The new list is the old one, but for what it may not have twice.
            new = list({normal(item)[0]: item for item in old}.values())
            chance.shuffle(new)
        remote.webhooks = {"receive": [wire(item) for item in old]}
        plugin.configure(settings)
        managed = {"events": {"receive": sorted({normal(item)[0] for item in new})} if new else {}, "secrets": []}
        outputs = {"receive": old, "secretsReadable": True, "managed": Secret(managed)}
        diff = plugin.diff(State("account", {"receive": old}, outputs), {"receive": new})
        gone = Counter(map(_hashable, old)) - Counter(map(_hashable, new))
        come = Counter(map(_hashable, new)) - Counter(map(_hashable, old))
        result = applied(old, new, diff.kinds)
        assert Counter(map(_hashable, result)) == Counter(map(_hashable, new)), (old, new, diff.kinds)
        assert diff.changes == bool(gone or come), (old, new, diff.kinds)
        changed_places = {path.partition(".")[0] for path in diff.kinds if path != "receive"}
        assert len(changed_places) <= (gone + come).total(), (old, new, diff.kinds)


def _hashable(item: Any) -> Entry:
    url, secret, numbers = normal(item)
    return url, secret.value if secret else None, numbers
