"""The diff by property path: each path has a kind that matches what will happen there."""

from __future__ import annotations

import copy
import random
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from sendblue_provider import additive, authoritative
from sendblue_provider.detail import Detail, Kind, detailed_diff, property_changes
from sendblue_provider.model import PROPERTY_OF_EVENT, UNKNOWN, entry_of, holds_unknown
from tests.provider.conftest import NEW, NUMBER, OTHER, OTHER_NUMBER, OWN, A, B, C, D, webhook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sendblue_emulator import Account as Remote
    from sendblue_provider.account import Account
    from sendblue_provider.model import Path

    Deploy = Callable[[Mapping[str, Any]], dict[str, Any]]
    Register = Deploy

WITH_SECRET = {"url": A, "secret": OWN}
WITH_NUMBERS = {"url": A, "sendblueNumbers": [NUMBER]}


def paths(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[Path, Kind]:
    """Which properties differ, each path once."""
    found = list(property_changes(before, after))
    assert len(found) == len(dict(found))
    return dict(found)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param([A], [A, B], {("receive", 1): "add"}, id="one more"),
        pytest.param([A, B], [A], {("receive", 1): "delete"}, id="one less"),
        pytest.param([A, B, C], [A, C], {("receive", 1): "delete"}, id="one less in the middle"),
        pytest.param([A, C], [A, B, C], {("receive", 1): "add"}, id="one more in the middle"),
        pytest.param([A, B], [A, C], {("receive", 1): "update"}, id="another URL in its place"),
        pytest.param([A, B], [C, A], {("receive", 1): "delete", ("receive", 0): "add"}, id="another URL elsewhere"),
        pytest.param([WITH_SECRET], [{"url": A, "secret": NEW}], {("receive", 0, "secret"): "update"}, id="a secret"),
        pytest.param([WITH_SECRET], [{"url": A}], {("receive", 0, "secret"): "delete"}, id="a secret goes"),
        pytest.param([{"url": A}], [WITH_SECRET], {("receive", 0, "secret"): "add"}, id="a secret comes"),
        pytest.param([{"url": A}], [WITH_NUMBERS], {("receive", 0, "sendblueNumbers"): "add"}, id="numbers come"),
        pytest.param([WITH_NUMBERS], [{"url": A}], {("receive", 0, "sendblueNumbers"): "delete"}, id="numbers go"),
        pytest.param(
            [WITH_NUMBERS],
            [{"url": A, "sendblueNumbers": [NUMBER, OTHER_NUMBER]}],
            {("receive", 0, "sendblueNumbers"): "update"},
            id="numbers",
        ),
        pytest.param(
            [WITH_SECRET],
            [WITH_NUMBERS],
            {("receive", 0, "secret"): "delete", ("receive", 0, "sendblueNumbers"): "add"},
            id="both fields",
        ),
        pytest.param(
            [{"url": A, "secret": OWN, "sendblueNumbers": [NUMBER, OTHER_NUMBER]}],
            [{"url": A, "secret": NEW, "sendblueNumbers": [OTHER_NUMBER, NUMBER]}],
            {("receive", 0, "secret"): "update"},
            id="a secret, and another order of numbers",
        ),
        pytest.param([A], [WITH_SECRET], {("receive", 0): "update"}, id="a secret on what was a string"),
        pytest.param([WITH_SECRET], [A], {("receive", 0): "update"}, id="a secret away from what is a string"),
        pytest.param(None, [A], {("receive",): "add"}, id="the first"),
        pytest.param([], [A], {("receive",): "add"}, id="the first of an empty list"),
        pytest.param([A], None, {("receive",): "delete"}, id="the last"),
        pytest.param([A], [], {("receive",): "delete"}, id="the last of a list that stays"),
        pytest.param([A, A], [A], {("receive", 1): "delete"}, id="a second copy"),
        pytest.param([A, WITH_SECRET], [A], {("receive", 1): "delete"}, id="a second copy with a secret"),
    ],
)
def test_a_list(before: Any, after: Any, expected: dict[Path, Kind]) -> None:
    """A change of a list is the path of what changes in it, or of the list where it comes or goes as a whole."""
    assert paths({"receive": before}, {"receive": after}) == expected


@pytest.mark.parametrize("name", PROPERTY_OF_EVENT.values())
def test_every_event(name: str) -> None:
    """Each of the six events has its property's path."""
    assert paths({name: [A]}, {name: [A, B]}) == {(name, 1): "add"}


@pytest.mark.parametrize("name", ["globalSecret", "secret"])
@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [(None, NEW, "add"), (OWN, None, "delete"), (OWN, NEW, "update"), (OWN, UNKNOWN, "update"), (None, UNKNOWN, "add")],
)
def test_an_account_secret(name: str, before: object, after: object, kind: Kind) -> None:
    """A secret of the account is a path of its own."""
    assert paths({name: before}, {name: after}) == {(name,): kind}
    assert paths({} if before is None else {name: before}, {} if after is None else {name: after}) == {(name,): kind}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param({"x": [A]}, {"x": [A, B]}, {("otherEvents", "x", 1): "add"}, id="in an event"),
        pytest.param({"x": [A]}, {"x": [A], "y": [B]}, {("otherEvents", "y"): "add"}, id="one more event"),
        pytest.param({"x": [A], "y": [B]}, {"x": [A]}, {("otherEvents", "y"): "delete"}, id="one event less"),
        pytest.param({"x": [A], "y": [B]}, {"x": [A], "y": []}, {("otherEvents", "y"): "delete"}, id="an empty event"),
        pytest.param(None, {"x": [A]}, {("otherEvents",): "add"}, id="the first event"),
        pytest.param({"x": [A]}, None, {("otherEvents",): "delete"}, id="the last event"),
        pytest.param({"x": [A]}, UNKNOWN, {("otherEvents",): "update"}, id="unknown"),
        pytest.param({"x": [A]}, {"x": UNKNOWN}, {("otherEvents", "x"): "update"}, id="an unknown event"),
        pytest.param({"a.b": [A]}, {"a.b": [B]}, {("otherEvents", "a.b", 0): "update"}, id="a dot in the name"),
        pytest.param(
            {"x": [{"url": A, "secret": OWN}]},
            {"x": [{"url": A, "secret": NEW}]},
            {("otherEvents", "x", 0, "secret"): "update"},
            id="a secret",
        ),
    ],
)
def test_other_events(before: Any, after: Any, expected: dict[Path, Kind]) -> None:
    """Another event's path goes by its name."""
    assert paths({"otherEvents": before}, {"otherEvents": after}) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param([A], UNKNOWN, {("receive",): "update"}, id="list"),
        pytest.param(None, UNKNOWN, {("receive",): "add"}, id="list where there was none"),
        pytest.param([A], [A, UNKNOWN], {("receive", 1): "add"}, id="one more URL"),
        pytest.param([A, B], [A, UNKNOWN], {("receive", 1): "update"}, id="URL in the place of another"),
        pytest.param([WITH_SECRET], [{"url": A, "secret": UNKNOWN}], {("receive", 0): "update"}, id="secret"),
    ],
)
def test_a_value_that_is_not_known(before: Any, after: Any, expected: dict[Path, Kind]) -> None:
    """What is known only once the update runs is a change, at its place."""
    assert paths({"receive": before}, {"receive": after}) == expected


EQUAL = [
    pytest.param({"receive": [A, B]}, {"receive": [B, A]}, id="order"),
    pytest.param({"receive": [A]}, {"receive": [{"url": A}]}, id="a string and an object"),
    pytest.param({"receive": [A]}, {"receive": [{"url": A, "secret": None, "sendblueNumbers": []}]}, id="no fields"),
    pytest.param({"receive": []}, {}, id="an empty list"),
    pytest.param({"receive": None}, {"receive": []}, id="none"),
    pytest.param(
        {"receive": [{"url": A, "sendblueNumbers": [NUMBER, OTHER_NUMBER]}]},
        {"receive": [{"url": A, "sendblueNumbers": [OTHER_NUMBER, NUMBER]}]},
        id="order of numbers",
    ),
    pytest.param({"allowOverwrite": False}, {}, id="the default"),
    pytest.param({"otherEvents": {}}, {}, id="no other events"),
    pytest.param({"otherEvents": {"x": [A], "y": []}}, {"otherEvents": {"x": [A]}}, id="an empty other event"),
    pytest.param(
        {"otherEvents": {"x": []}},
        {},
        id="nothing but empty other events",
    ),
    pytest.param({"secretsReadable": True, "managed": {"events": {}, "secrets": []}}, {}, id="outputs"),
]


@pytest.mark.parametrize(("one", "other"), EQUAL)
def test_what_is_no_change(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Order, form and emptiness are no change, and what only the provider says has no path."""
    assert paths(one, other) == {}
    assert paths(other, one) == {}


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (None, True, "add"),
        (True, None, "delete"),
        (True, False, "update"),
        (False, True, "update"),
    ],
)
def test_allow_overwrite(before: object, after: object, kind: Kind) -> None:
    """What comes is an add, what goes a delete, and what is written out before and after an update."""
    assert paths({"allowOverwrite": before}, {"allowOverwrite": after}) == {("allowOverwrite",): kind}


# What the kinds say is what happens


def carried_out(before: Mapping[str, Any], after: Mapping[str, Any], changes: Mapping[Path, Kind]) -> dict[str, Any]:
    """Do to the first properties what the paths say, as a reader of them would understand it."""
    result = copy.deepcopy(dict(before))
    removed: list[tuple[list[Any], int]] = []
    added: list[tuple[list[Any], Any]] = []
    for path, kind in changes.items():
        target, source = at(result, path[:-1]), at(after, path[:-1])
        last = path[-1]
        if isinstance(last, int) and kind == "delete":
            removed.append((target, last))
        elif isinstance(last, int) and kind == "add":
            added.append((target, source[last]))
        elif kind == "delete":
            del target[last]
        else:
            assert is_there(target, last) is (kind == "update")
            target[last] = copy.deepcopy(source[last])
    for items, place in sorted(removed, key=lambda each: -each[1]):
        del items[place]
    for items, item in added:
        items.append(copy.deepcopy(item))
    return result


def is_there(target: Any, step: str | int) -> bool:
    if isinstance(step, int):
        return step < len(target)
    value = target.get(step)
    return any(value.values()) if isinstance(value, dict) else value not in (None, [])


def at(properties: Any, path: Path) -> Any:
    for step in path:
        properties = properties[step]
    return properties


def compared(properties: Mapping[str, Any]) -> dict[Path, Any]:
    """Properties as what is compared: multisets of entries, nothing for what is empty."""
    lists: dict[Path, Any] = {(name,): properties.get(name) for name in PROPERTY_OF_EVENT.values()}
    others = properties.get("otherEvents") or {}
    if others is UNKNOWN:
        return {("otherEvents",): UNKNOWN}
    lists |= {("otherEvents", name): items for name, items in others.items()}
    found: dict[Path, Any] = {path: counted(items) for path, items in lists.items() if items}
    found |= {(name,): properties[name] for name in ("globalSecret", "secret") if properties.get(name)}
    return {**found, ("allowOverwrite",): properties.get("allowOverwrite") or False}


def counted(items: Any) -> Any:
    if items is UNKNOWN:
        return UNKNOWN
    return Counter(repr(item) if holds_unknown(item) else repr(entry_of(item).key) for item in items)


def some_entry(chance: random.Random, *, unknown: bool) -> Any:
    """An endpoint as a program may write it; with `unknown`, now and then one that is not known yet."""
    url = chance.choice([A, B, C, D])
    fields: dict[str, Any] = {}
    if chance.random() < 0.4:
        fields["secret"] = chance.choice([OWN, NEW, OTHER, None])
    if chance.random() < 0.2:
        fields["sendblueNumbers"] = chance.sample([NUMBER, OTHER_NUMBER], chance.randint(0, 2))
    if unknown and chance.random() < 0.1:
        return chance.choice([UNKNOWN, {"url": url, "secret": UNKNOWN}, {"url": UNKNOWN}])
    return {"url": url, **fields} if fields or chance.random() < 0.3 else url


def some_properties(chance: random.Random, *, unknown: bool) -> dict[str, Any]:
    """Properties of any content; few URLs and values, so that two have much in common."""

    def entries() -> Any:
        if unknown and chance.random() < 0.05:
            return UNKNOWN
        return [some_entry(chance, unknown=unknown) for _ in range(chance.choice([0, 1, 1, 2, 3, 4]))]

    values: dict[str, Callable[[], Any]] = {
        **dict.fromkeys(("receive", "outbound", "callLog"), entries),
        "otherEvents": lambda: {name: entries() for name in ("x", "y") if chance.random() < 0.7},
        **dict.fromkeys(("globalSecret", "secret"), lambda: chance.choice([OWN, NEW])),
        "allowOverwrite": lambda: chance.choice([True, False]),
    }
    return {name: value() for name, value in values.items() if chance.random() < 0.6}


def pairs(*, unknown: bool) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    chance = random.Random(20261124)  # noqa: S311 - nothing to guard
    for _ in range(3000):
        yield some_properties(chance, unknown=False), some_properties(chance, unknown=unknown)


@pytest.mark.parametrize("unknown", [False, True])
def test_the_paths_lead_from_one_to_the_other(unknown: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """Doing to the old properties what the paths say gives the new ones."""
    for before, after in pairs(unknown=unknown):
        found = paths(before, after)
        assert compared(carried_out(before, after, found)) == compared(after), (before, after, found)


def test_there_is_a_path_wherever_there_is_a_change() -> None:
    """There is a path under each event and secret that differs, and under no other."""
    for before, after in pairs(unknown=False):
        one, other = compared(before), compared(after)
        differing = {path for path in {*one, *other} if one.get(path) != other.get(path)}
        found = paths(before, after)
        if ("otherEvents",) in found:
            differing = {path[:1] for path in differing} | {("otherEvents",)}
        named = {path[: 2 if path[0] == "otherEvents" else 1] for path in found}
        assert named == differing, (before, after, found)


def test_the_arguments_stay() -> None:
    """Nothing that is compared is changed."""
    for before, after in pairs(unknown=True):
        kept = copy.deepcopy((before, after))
        paths(before, after)
        assert (before, after) == kept


# The detailed diff of a diff


def details(
    account: Account, outputs: Mapping[str, Any], inputs: Mapping[str, Any], old_inputs: Mapping[str, Any]
) -> dict[Path, Detail]:
    return detailed_diff(authoritative.diff(account, outputs, inputs), outputs, old_inputs)


def test_no_change_has_no_path(account: Account, deploy: Deploy) -> None:
    """What is as declared, in any order and form, has an empty diff."""
    inputs = {"receive": [A, WITH_SECRET | {"url": B}], "otherEvents": {}, "callLog": []}
    outputs = deploy(inputs)
    assert details(account, outputs, {"receive": [WITH_SECRET | {"url": B}, {"url": A}]}, inputs) == {}


def test_what_the_program_changes(account: Account, deploy: Deploy) -> None:
    """Each change of the program is a path, and a change of the account."""
    old = {"receive": [A, {"url": B, "secret": OWN}], "outbound": [C, D], "secret": OWN}
    new = {"receive": [A, {"url": B, "secret": NEW}], "outbound": [D], "callLog": [A], "globalSecret": NEW}
    assert details(account, deploy(old), new, old) == {
        ("receive", 1, "secret"): Detail("update"),
        ("outbound", 0): Detail("delete"),
        ("callLog",): Detail("add"),
        ("globalSecret",): Detail("add"),
        ("secret",): Detail("delete"),
    }


def test_drift(account: Account, deploy: Deploy, remote: Remote) -> None:
    """After a read, what somebody changed has the path that it has in the refreshed state."""
    inputs = {"receive": [A, {"url": B, "secret": OWN}], "outbound": [C], "globalSecret": OWN}
    state = deploy(inputs)
    remote.webhooks = {"receive": [D, A, {"url": B, "secret": OTHER}], "line_blocked": [C], "globalSecret": OTHER}
    state = authoritative.read(account, state).outputs
    assert state["receive"] == [A, {"url": B, "secret": OTHER}, D]
    assert details(account, state, inputs, inputs) == {
        ("receive", 1, "secret"): Detail("update"),
        ("receive", 2): Detail("delete"),
        ("outbound",): Detail("add"),
        ("lineBlocked",): Detail("delete"),
        ("globalSecret",): Detail("update"),
    }


def test_drift_without_a_read(account: Account, deploy: Deploy, remote: Remote) -> None:
    """Also where the state was not refreshed, what somebody added is a delete, after the entries that the state has."""
    inputs = {"receive": [A, B]}
    state = deploy(inputs)
    remote.webhooks = {"receive": [D, A, B], "call_log": [C]}
    assert details(account, state, inputs, inputs) == {
        ("receive", 2): Detail("delete"),
        ("callLog",): Detail("delete"),
    }


def test_the_account_goes_before_the_state(account: Account, deploy: Deploy, remote: Remote) -> None:
    """Where account and state differ, the kind is of what will happen on the account."""
    old = {"receive": [A, B], "globalSecret": OWN}
    state = deploy(old)
    remote.webhooks = {"receive": [A]}
    assert details(account, state, {"receive": [A, C], "globalSecret": NEW}, old) == {
        ("receive", 1): Detail("add"),
        ("globalSecret",): Detail("add"),
    }


def test_only_the_state_lags(account: Account, deploy: Deploy) -> None:
    """What is on the account already and not in the state is told by what differs from the state."""
    old = {"receive": [A], "globalSecret": OWN}
    state = deploy(old)
    new = {"receive": [A, B], "globalSecret": NEW}
    deploy({**new, "allowOverwrite": True})
    assert details(account, state, new, old) == {
        ("receive", 1): Detail("add"),
        ("globalSecret",): Detail("update"),
    }


def test_only_the_option_changes(account: Account, deploy: Deploy) -> None:
    """Setting `allowOverwrite` is the one path then."""
    inputs = {"receive": [A]}
    found = details(account, deploy(inputs), {**inputs, "allowOverwrite": True}, inputs)
    assert found == {("allowOverwrite",): Detail("add")}


def test_only_managed_lags(account: Account, deploy: Deploy) -> None:
    """An update that only has to save what is this stack's own still has a path, so that the engine makes it."""
    inputs = {"receive": [A]}
    state = {**deploy(inputs), "managed": {"events": {}, "secrets": []}}
    assert details(account, state, inputs, inputs) == {("managed",): Detail("update")}


def test_the_program_follows_the_drift(account: Account, deploy: Deploy, remote: Remote) -> None:
    """Where the account and the refreshed state have it already, it is the declared value that changes."""
    old, new = {"receive": [A]}, {"receive": [A, B]}
    state = deploy(old)
    remote.add("receive", B)
    state = authoritative.read(account, state).outputs
    assert details(account, state, new, old) == {("receive", 1): Detail("add", of_inputs=True)}


def test_a_value_that_is_not_known_yet(account: Account, deploy: Deploy) -> None:
    """It is a change at its place."""
    old = {"receive": [A], "globalSecret": OWN}
    new = {"receive": [A, {"url": UNKNOWN}], "globalSecret": UNKNOWN, "outbound": UNKNOWN}
    assert details(account, deploy(old), new, old) == {
        ("receive", 1): Detail("add"),
        ("globalSecret",): Detail("update"),
        ("outbound",): Detail("add"),
    }


def test_ignored_places_have_no_path(account: Account, deploy: Deploy, remote: Remote) -> None:
    """What the program ignores changes of is in no path."""
    old = {"receive": [{"url": A, "secret": OWN}], "outbound": [A]}
    state = deploy(old)
    remote.webhooks = {"receive": [{"url": A, "secret": OTHER}], "outbound": [A, B]}
    state = authoritative.read(account, state).outputs
    found = authoritative.diff(account, state, old, [("receive", 0, "secret")])
    assert detailed_diff(found, state, old) == {("outbound", 1): Detail("delete")}


def test_a_change_always_has_a_path(account: Account, remote: Remote, deploy: Deploy) -> None:
    """Whatever the account, the state and the program hold, there is a path exactly where there is a change."""
    remote.behave(accepted_events=["receive", "outbound", "call_log", "x", "y"], duplicates="kept")
    chance = random.Random(1)  # noqa: S311 - nothing to guard
    for _ in range(150):
        old, live, new = (without_copies(some_properties(chance, unknown=False)) for _ in range(3))
        state = deploy({**old, "allowOverwrite": True}) | {"allowOverwrite": old.get("allowOverwrite")}
        authoritative.create(account, {**chance.choice([old, live, new]), "allowOverwrite": True})
        if chance.random() < 0.5:
            state = authoritative.read(account, state).outputs
        inputs = chance.choice([old, new])
        found = authoritative.diff(account, state, inputs)
        assert bool(detailed_diff(found, state, old)) is found.changed


def without_copies(properties: dict[str, Any]) -> dict[str, Any]:
    """Properties that a check accepts: no URL twice in an event."""

    def once(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: once(items) for name, items in value.items()}
        return list({entry_of(item).url: item for item in value}.values()) if isinstance(value, list) else value

    return {name: once(value) for name, value in properties.items()}


# `Webhook`

WEBHOOK: dict[str, Any] = webhook(secret=OWN, sendblueNumbers=[NUMBER, OTHER_NUMBER])


def webhook_details(
    account: Account, outputs: Mapping[str, Any], inputs: Mapping[str, Any], old_inputs: Mapping[str, Any]
) -> dict[Path, Detail]:
    return detailed_diff(additive.diff(account, outputs, inputs), outputs, old_inputs)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, {}),
        ({"event": "outbound"}, {("event",): Detail("update", replaces=True)}),
        ({"url": B}, {("url",): Detail("update", replaces=True)}),
        ({"secret": NEW}, {("secret",): Detail("update")}),
        ({"secret": None}, {("secret",): Detail("delete")}),
        ({"sendblueNumbers": [NUMBER]}, {("sendblueNumbers",): Detail("update")}),
        ({"sendblueNumbers": None}, {("sendblueNumbers",): Detail("delete")}),
        ({"sendblueNumbers": []}, {("sendblueNumbers",): Detail("delete")}),
        ({"sendblueNumbers": [OTHER_NUMBER, NUMBER]}, {}),
        ({"allowOverwrite": True}, {("allowOverwrite",): Detail("add")}),
        ({"allowOverwrite": False}, {}),
        (
            {"url": B, "secret": NEW},
            {("url",): Detail("update", replaces=True), ("secret",): Detail("update")},
        ),
        (
            {"event": UNKNOWN, "secret": UNKNOWN},
            {("event",): Detail("update", replaces=True), ("secret",): Detail("update")},
        ),
        ({"url": UNKNOWN}, {("url",): Detail("update", replaces=True)}),
        ({"sendblueNumbers": UNKNOWN}, {("sendblueNumbers",): Detail("update")}),
        ({"sendblueNumbers": [NUMBER, UNKNOWN]}, {("sendblueNumbers",): Detail("update")}),
        ({"allowOverwrite": UNKNOWN}, {("allowOverwrite",): Detail("add")}),
    ],
)
def test_a_webhook(change: dict[str, Any], expected: dict[Path, Detail], account: Account, register: Register) -> None:
    """Each changed property of a Webhook is a path; its event and its URL ask for a replacement, and nothing else."""
    assert webhook_details(account, register(WEBHOOK), {**WEBHOOK, **change}, WEBHOOK) == expected


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        ({"url": A, "secret": OTHER, "sendblue_numbers": [NUMBER, OTHER_NUMBER]}, {("secret",): Detail("update")}),
        ({"url": A, "sendblue_numbers": [OTHER_NUMBER, NUMBER]}, {("secret",): Detail("add")}),
        ({"url": A, "secret": OWN}, {("sendblueNumbers",): Detail("add")}),
        (A, {("secret",): Detail("add"), ("sendblueNumbers",): Detail("add")}),
    ],
)
@pytest.mark.parametrize("refreshed", [False, True])
def test_drift_of_a_webhook(
    stored: Any,
    expected: dict[Path, Detail],
    refreshed: bool,  # noqa: FBT001 - a parameter of the test
    account: Account,
    register: Register,
    remote: Remote,
) -> None:
    """What was changed outside is a path, as what the update does to the account, refreshed or not."""
    state = register(WEBHOOK)
    remote.webhooks = {"receive": [stored]}
    if refreshed:
        state = additive.read(account, state).outputs
    assert webhook_details(account, state, WEBHOOK, WEBHOOK) == expected


def test_a_webhook_that_is_gone(account: Account, register: Register, remote: Remote) -> None:
    """What is gone is added as a whole, and is no replacement."""
    state = register(WEBHOOK)
    remote.webhooks = {}
    found = webhook_details(account, state, WEBHOOK, WEBHOOK)
    assert found[("event",)] == found[("url",)] == found[("secret",)] == Detail("add")


def test_a_webhook_that_the_program_has_followed(account: Account, register: Register, remote: Remote) -> None:
    """Where the account has it already, the path is of the state, or else of what was declared."""
    state = register(webhook(secret=OWN))
    remote.webhooks = {"receive": [{"url": A, "secret": NEW}]}
    declared = webhook(secret=NEW)
    assert webhook_details(account, state, declared, webhook(secret=OWN)) == {("secret",): Detail("update")}
    state = additive.read(account, state).outputs
    assert webhook_details(account, state, declared, webhook(secret=OWN)) == {}


def test_ignored_properties_of_a_webhook(account: Account, register: Register, remote: Remote) -> None:
    """What the program ignores has no path."""
    state = register(WEBHOOK)
    remote.webhooks = {"receive": [{"url": A, "secret": OTHER}]}
    state = additive.read(account, state).outputs
    found = additive.diff(account, state, WEBHOOK, [("secret",)])
    assert detailed_diff(found, state, WEBHOOK) == {("sendblueNumbers",): Detail("add")}


def test_a_change_of_a_webhook_always_has_a_path(account: Account, remote: Remote, register: Register) -> None:
    """Whatever the account, the state and the program hold, there is a path exactly where there is a change."""
    chance = random.Random(2)  # noqa: S311 - nothing to guard
    seen = Counter[bool]()

    def some() -> dict[str, Any]:
        fields = {
            "secret": chance.choice([OWN, NEW, None]),
            "sendblueNumbers": chance.choice([[], [NUMBER], [NUMBER, OTHER_NUMBER], [OTHER_NUMBER, NUMBER], None]),
            "allowOverwrite": chance.choice([True, False, None]),
        }
        return webhook(**{name: value for name, value in fields.items() if chance.random() < 0.7})

    for _ in range(200):
        old, live, new = some(), some(), some()
        remote.webhooks = {}
        state = register(old)
        remote.webhooks = {}
        if chance.random() < 0.8:
            register(chance.choice([old, live, new]))
        account.forget()
        if chance.random() < 0.5:
            state = additive.read(account, state).outputs or state
        inputs = chance.choice([old, new])
        found = additive.diff(account, state, inputs)
        assert bool(detailed_diff(found, state, old)) is found.changed
        seen[found.changed] += 1
    assert min(seen[True], seen[False]) > 20
