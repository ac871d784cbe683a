"""Diff of a `Webhook`: live against declared, state against declared, and what would be replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sendblue_emulator import MASK
from sendblue_provider import additive
from sendblue_provider.ignore import parse_paths
from sendblue_provider.model import UNKNOWN
from sendblue_provider.report import change_lines, things
from tests.provider.conftest import (
    NEW,
    NUMBER,
    OTHER,
    OTHER_NUMBER,
    OTHERS,
    OWN,
    A,
    B,
    C,
    beside_others,
    content,
    webhook,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sendblue_emulator import Account as Remote
    from sendblue_emulator import Emulator
    from sendblue_provider.account import Account
    from sendblue_provider.lifecycle import Diff

    Register = Callable[[Mapping[str, Any]], dict[str, Any]]

FULL: dict[str, Any] = webhook(secret=OWN, sendblueNumbers=[NUMBER, OTHER_NUMBER])
FULL_STORED: dict[str, Any] = {"url": A, "secret": OWN, "sendblue_numbers": [NUMBER, OTHER_NUMBER]}
FULL_STATE: dict[str, Any] = {**FULL, "secretsReadable": True}


def lines(found: Diff) -> tuple[list[str], list[str]]:
    """The drift and the plan, in which no secret stands."""
    told = change_lines(found.drift), change_lines(found.plan)
    assert not any("canary" in line for some in told for line in some)
    return told


# Nothing changed


@pytest.mark.parametrize(
    "behaviour",
    [
        {},
        {"entry_form": "object"},
        {"entry_form": "string"},
        {"empty_events": "omitted"},
        {"unset_secrets": "null"},
    ],
)
@pytest.mark.parametrize("inputs", [webhook(), webhook(sendblueNumbers=[]), FULL, webhook("contact_created")])
def test_nothing_changed(
    inputs: dict[str, Any],
    behaviour: dict[str, Any],
    account: Account,
    register: Register,
    remote: Remote,
    emulator: Emulator,
) -> None:
    """A diff of what was just created finds nothing, in whatever form the API shows it, with one GET."""
    state = register(inputs)
    remote.behave(**behaviour)
    found = additive.diff(account, state, inputs)
    assert not found.changed
    assert (found.drift, found.plan, found.replaces, found.copies, found.gap) == ((), (), (), (), False)
    assert (found.readable, found.unknown, found.another_account) == (True, frozenset(), False)
    assert emulator.journal.methods() == ["GET"]


@pytest.mark.parametrize(
    "stored",
    [
        {**FULL_STORED, "sendblue_numbers": [OTHER_NUMBER, NUMBER]},
        {**FULL_STORED, "label": "x", "n": [1, {"y": None}]},
    ],
)
def test_what_is_no_change(stored: dict[str, Any], account: Account, remote: Remote) -> None:
    """The order of numbers and fields that the provider does not know are none."""
    remote.webhooks = {"receive": [stored]}
    assert not additive.diff(account, FULL_STATE, FULL).changed


def test_what_others_do_is_no_change(account: Account, register: Register, remote: Remote) -> None:
    """Whatever else is on the account concerns no Webhook."""
    state = register(FULL)
    remote.webhooks = {**OTHERS, "receive": [*OTHERS["receive"][:2], FULL_STORED, *OTHERS["receive"][2:]]}
    found = additive.diff(account, state, FULL)
    assert not found.changed
    assert lines(found) == ([], [])


def test_an_undeclared_flag_is_false(account: Account, register: Register) -> None:
    """`allowOverwrite` left out and false are the same."""
    state = register(webhook(allowOverwrite=False))
    assert not additive.diff(account, state, webhook()).changed
    assert not additive.diff(account, {**webhook(), "secretsReadable": True}, webhook(allowOverwrite=False)).changed


# The program changed


@pytest.mark.parametrize(
    ("inputs", "plan"),
    [
        (webhook(secret=NEW, sendblueNumbers=[NUMBER, OTHER_NUMBER]), [f"~ receive {A} secret changed"]),
        (webhook(sendblueNumbers=[NUMBER, OTHER_NUMBER]), [f"~ receive {A} secret removed"]),
        (
            webhook(secret=OWN, sendblueNumbers=[NUMBER]),
            [f"~ receive {A} numbers changed from {NUMBER} {OTHER_NUMBER} to {NUMBER}"],
        ),
        (webhook(secret=OWN), [f"~ receive {A} numbers changed from {NUMBER} {OTHER_NUMBER} to all"]),
    ],
)
def test_a_change_of_the_program(inputs: dict[str, Any], plan: list[str], account: Account, register: Register) -> None:
    """A changed secret or list of numbers is an update in place, and no drift."""
    found = additive.diff(account, register(FULL), inputs)
    assert found.changed
    assert lines(found) == ([], plan)
    assert found.replaces == ()
    assert found.inputs == inputs


def test_a_change_of_the_flag_alone(account: Account, register: Register) -> None:
    """Only the state has to follow."""
    found = additive.diff(account, register(FULL), {**FULL, "allowOverwrite": True})
    assert found.changed
    assert lines(found) == ([], [])


@pytest.mark.parametrize(
    ("change", "replaces"),
    [
        ({"event": "outbound"}, ("event",)),
        ({"url": B}, ("url",)),
        ({"event": "outbound", "url": B}, ("event", "url")),
        ({"url": f"{A}/"}, ("url",)),
    ],
)
def test_a_replacement(change: dict[str, Any], replaces: tuple[str, ...], account: Account, register: Register) -> None:
    """A changed event or URL is another entry: a replacement, of which the plan tells both."""
    inputs = {**FULL, **change}
    found = additive.diff(account, register(FULL), inputs)
    assert found.changed
    assert found.replaces == replaces
    numbers = f"(secret set, for {NUMBER} {OTHER_NUMBER})"
    added = f"+ {inputs['event']} {inputs['url']} {numbers}"
    assert lines(found) == ([], [added, f"- receive {A} {numbers}"])


def test_a_replacement_of_what_is_gone(account: Account, register: Register, remote: Remote) -> None:
    """What is not there any more is not going to be removed."""
    state = register(webhook())
    remote.webhooks = {}
    found = additive.diff(account, state, webhook(url=B))
    assert found.replaces == ("url",)
    assert lines(found) == ([f"- receive {A}"], [f"+ receive {B}"])


def test_a_replacement_by_what_is_there_already(account: Account, register: Register, remote: Remote) -> None:
    """The other entry is the create's matter: the diff is of the state's entry."""
    state = register(webhook())
    remote.add("receive", B)
    found = additive.diff(account, state, webhook(url=B))
    assert found.replaces == ("url",)
    assert found.drift == ()


@pytest.mark.parametrize(
    ("name", "replaces", "unknown"),
    [
        ("event", ("event",), {"event"}),
        ("url", ("url",), {"receive"}),
        ("secret", (), {"receive"}),
        ("sendblueNumbers", (), {"receive"}),
    ],
)
def test_what_is_not_known_yet(
    name: str, replaces: tuple[str, ...], unknown: set[str], account: Account, register: Register
) -> None:
    """An unknown input is a change; an unknown event or URL may be another one, so it is a replacement."""
    found = additive.diff(account, register(FULL), {**FULL, name: UNKNOWN})
    assert found.changed
    assert found.replaces == replaces
    assert found.unknown == unknown
    assert found.plan == ()


@pytest.mark.parametrize("before", [None, False, True])
def test_a_flag_that_is_not_known_yet(before: object, account: Account, register: Register) -> None:
    """Whatever it was, it may turn out otherwise."""
    found = additive.diff(account, register(webhook(allowOverwrite=before)), webhook(allowOverwrite=UNKNOWN))
    assert (found.changed, found.plan, found.replaces) == (True, (), ())


def test_a_number_that_is_not_known_yet(account: Account, register: Register) -> None:
    """One unknown number of several is enough."""
    found = additive.diff(account, register(FULL), {**FULL, "sendblueNumbers": [NUMBER, UNKNOWN]})
    assert (found.changed, found.replaces) == (True, ())


# The account changed


@pytest.mark.parametrize(
    ("stored", "drift", "plan"),
    [
        (
            {**FULL_STORED, "secret": OTHER},
            f"~ receive {A} secret changed",
            f"~ receive {A} secret changed",
        ),
        (
            {"url": A, "sendblue_numbers": [NUMBER, OTHER_NUMBER]},
            f"~ receive {A} secret removed",
            f"~ receive {A} secret added",
        ),
        (
            {**FULL_STORED, "sendblue_numbers": [NUMBER]},
            f"~ receive {A} numbers changed from {NUMBER} {OTHER_NUMBER} to {NUMBER}",
            f"~ receive {A} numbers changed from {NUMBER} to {NUMBER} {OTHER_NUMBER}",
        ),
    ],
)
def test_a_change_outside(
    stored: dict[str, Any], drift: str, plan: str, account: Account, register: Register, remote: Remote
) -> None:
    """What somebody did to the entry is drift, and the update undoes it."""
    state = register(FULL)
    remote.webhooks = beside_others(stored)
    found = additive.diff(account, state, FULL)
    assert found.changed
    assert lines(found) == ([drift], [plan])
    assert found.live == {
        **webhook(),
        **({"secret": stored["secret"]} if "secret" in stored else {}),
        "sendblueNumbers": stored["sendblue_numbers"],
    }


def test_an_entry_that_is_gone(account: Account, register: Register, remote: Remote) -> None:
    """What somebody removed is drift, and the update adds it again; it is no replacement."""
    state = register(FULL)
    remote.webhooks = OTHERS
    found = additive.diff(account, state, FULL)
    numbers = f"(secret set, for {NUMBER} {OTHER_NUMBER})"
    assert (found.changed, found.replaces, found.live) == (True, (), {})
    assert lines(found) == ([f"- receive {A} {numbers}"], [f"+ receive {A} {numbers}"])


def test_a_change_outside_that_the_program_has_followed(account: Account, register: Register, remote: Remote) -> None:
    """Where only the state lags, the update saves it: drift, and nothing to do."""
    state = register(webhook(secret=OWN))
    remote.webhooks = {"receive": [{"url": A, "secret": NEW}]}
    found = additive.diff(account, state, webhook(secret=NEW))
    assert found.changed
    assert lines(found) == ([f"~ receive {A} secret changed"], [])


def test_drift_and_a_change_of_the_program(account: Account, register: Register, remote: Remote) -> None:
    """Each is told for itself."""
    state = register(webhook(secret=OWN))
    remote.webhooks = {"receive": [{"url": A, "secret": OTHER, "sendblue_numbers": [NUMBER]}]}
    found = additive.diff(account, state, webhook(secret=NEW))
    assert lines(found) == (
        [f"~ receive {A} secret changed, numbers changed from all to {NUMBER}"],
        [f"~ receive {A} secret changed, numbers changed from {NUMBER} to all"],
    )


def test_a_refreshed_state(account: Account, register: Register, remote: Remote) -> None:
    """After a refresh the state has what is live: no drift is left, and the update still undoes it."""
    state = register(FULL)
    remote.webhooks = {"receive": [{**FULL_STORED, "secret": OTHER}]}
    refreshed = additive.read(account, state).outputs
    found = additive.diff(account, refreshed, FULL)
    assert found.changed
    assert lines(found) == ([], [f"~ receive {A} secret changed"])


def test_an_empty_account(account: Account, register: Register, remote: Remote) -> None:
    """Everything gone is an entry gone."""
    state = register(webhook())
    remote.webhooks = {}
    assert lines(additive.diff(account, state, webhook())) == ([f"- receive {A}"], [f"+ receive {A}"])


# ignoreChanges


@pytest.mark.parametrize("path", ["secret", "*"])
def test_an_ignored_secret(path: str, account: Account, register: Register, remote: Remote) -> None:
    """A secret that the program ignores is left as it is on the account."""
    state = register(webhook(secret=OWN))
    remote.webhooks = {"receive": [{"url": A, "secret": OTHER}]}
    found = additive.diff(account, state, webhook(secret=OWN), parse_paths([path]))
    assert found.plan == ()
    assert found.inputs == webhook(secret=OTHER)


def test_ignored_numbers(account: Account, register: Register, remote: Remote) -> None:
    """Numbers that the program ignores are left as they are on the account, and the secret is not."""
    state = register(FULL)
    remote.webhooks = {"receive": [{"url": A, "secret": OTHER, "sendblue_numbers": [NUMBER]}]}
    found = additive.diff(account, state, FULL, parse_paths(["sendblueNumbers"]))
    assert change_lines(found.plan) == [f"~ receive {A} secret changed"]
    assert found.inputs == webhook(secret=OWN, sendblueNumbers=[NUMBER])


def test_an_ignored_secret_that_is_gone(account: Account, register: Register, remote: Remote) -> None:
    """Left as it is also means left away."""
    state = register(webhook(secret=OWN))
    remote.webhooks = {"receive": [A]}
    found = additive.diff(account, state, webhook(secret=OWN), parse_paths(["secret"]))
    assert found.plan == ()
    assert found.inputs == webhook()


@pytest.mark.parametrize("path", ["secret", "*", "url", "event", "sendblueNumbers"])
def test_an_entry_that_is_gone_although_something_is_ignored(
    path: str, account: Account, register: Register, remote: Remote
) -> None:
    """What the program ignores is a property: the entry itself is added again."""
    state = register(FULL)
    remote.webhooks = {}
    found = additive.diff(account, state, FULL, parse_paths([path]))
    assert change_lines(found.plan) == [f"+ receive {A} (secret set, for {NUMBER} {OTHER_NUMBER})"]


# Twins and hidden secrets


def test_a_second_copy(account: Account, register: Register, remote: Remote) -> None:
    """A second copy is told in every preview, without being a change."""
    state = register(webhook(secret=OWN))
    remote.add("receive", {"url": A, "secret": OTHER})
    found = additive.diff(account, state, webhook(secret=OWN))
    assert (found.changed, found.drift, found.plan) == (False, (), ())
    assert things(found.copies) == [f"receive {A} (secret set)", f"receive {A} (secret set)"]


def test_copies_under_different_events_are_none(account: Account, register: Register, remote: Remote) -> None:
    """The same URL under another event is another entry."""
    state = register(webhook())
    remote.add("outbound", A)
    assert additive.diff(account, state, webhook()).copies == ()


@pytest.mark.parametrize("secrets", ["masked", "omitted"])
def test_secrets_that_do_not_show(secrets: str, account: Account, remote: Remote) -> None:
    """While the secret does not show, the state's stands in for it: no drift, and that it cannot be seen is known."""
    remote.behave(secrets=secrets)
    remote.webhooks = beside_others(FULL_STORED)
    found = additive.diff(account, {**FULL, "secretsReadable": False}, FULL)
    assert (found.changed, found.readable, found.gap) == (False, False, False)
    assert lines(found) == ([], [])


@pytest.mark.parametrize("secrets", ["masked", "omitted"])
def test_a_change_while_secrets_do_not_show(secrets: str, account: Account, remote: Remote) -> None:
    """A change then leaves a gap, which is known before."""
    remote.behave(secrets=secrets)
    remote.webhooks = beside_others(FULL_STORED)
    found = additive.diff(account, {**FULL, "secretsReadable": False}, {**FULL, "secret": NEW})
    assert (found.changed, found.gap) == (True, True)
    assert lines(found) == ([], [f"~ receive {A} secret changed"])
    assert MASK not in str(found.live)


def test_a_masked_secret_of_somebody_else(account: Account, register: Register, remote: Remote) -> None:
    """A merged PUT would write any mask of the account back, so the gap is not of one's own secret alone."""
    state = register(webhook())
    remote.webhooks = {"receive": [A], "outbound": [{"url": B, "secret": MASK}]}
    assert additive.diff(account, state, webhook(sendblueNumbers=[NUMBER])).gap


@pytest.mark.parametrize("inputs", [webhook(url=B, secret=NEW), webhook("outbound", secret=OWN)])
def test_a_replacement_has_no_gap(inputs: dict[str, Any], account: Account, remote: Remote) -> None:
    """The new entry is there before the old one goes, whether secrets show or not."""
    remote.behave(secrets="masked")
    remote.webhooks = {"receive": [{"url": A, "secret": OWN}]}
    assert not additive.diff(account, {**webhook(secret=OWN), "secretsReadable": False}, inputs).gap


def test_an_entry_that_is_gone_has_no_gap(account: Account, remote: Remote) -> None:
    """What is not there is not removed to be changed."""
    remote.behave(secrets="masked")
    remote.webhooks = {"receive": [{"url": B, "secret": OTHER}]}
    assert not additive.diff(account, {**webhook(secret=OWN), "secretsReadable": False}, webhook(secret=NEW)).gap


# Requests


def test_many_diffs_make_one_request(account: Account, remote: Remote, emulator: Emulator) -> None:
    """A preview of any number of them, with reads, checks and diffs, is one GET in all."""
    urls = [f"{A}/{number}" for number in range(200)]
    remote.webhooks = {"receive": urls}
    for url in urls:
        state = {**webhook(url=url), "secretsReadable": True}
        assert additive.read(account, state).outputs == state
        additive.check(account, webhook(url=url), webhook(url=url), url)
        assert not additive.diff(account, state, webhook(url=url), (), url).changed
    assert emulator.journal.methods() == ["GET"]


def test_a_write_throws_the_shared_get_away(account: Account, register: Register, emulator: Emulator) -> None:
    """After a write of this process a diff compares with what was there after it."""
    state = register(webhook())
    additive.diff(account, state, webhook())
    additive.create(account, webhook(url=C))
    emulator.journal.clear()
    assert not additive.diff(account, {**webhook(url=C), "secretsReadable": True}, webhook(url=C)).changed
    assert emulator.journal.methods() == []


def test_a_diff_writes_nothing(account: Account, register: Register, remote: Remote) -> None:
    """Whatever it finds, it leaves the account as it is."""
    state = register(FULL)
    before = remote.webhooks = beside_others({"url": A, "secret": OTHER}, A)
    additive.diff(account, state, webhook(secret=NEW))
    assert remote.webhooks == before
    assert content(remote) == before
