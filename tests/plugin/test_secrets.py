"""Secrets at every place: what comes in marked goes out marked, the schema's own always, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from sendblue_emulator import Account, Emulator, Fault
from tests.plugin.answers import CheckFailed, Failed, keep
from tests.plugin.conftest import NEW, NUMBER, OTHER, OWN, A, B, C, content, failure, said
from tests.plugin.driver import Plugin
from tests.plugin.engine import Engine
from tests.plugin.places import (
    FULL,
    OTHER_EVENTS,
    Place,
    changed,
    hidden,
    places,
    with_schema_secrets,
)
from tests.plugin.processes import Start
from tests.plugin.values import Secret, plain

PLACES = [*places(FULL)]
TOKEN_URL = "https://example.com/canary-path?token=canary-token"


@pytest.fixture(autouse=True)
def _newer_events(remote: Account) -> None:
    remote.behave(accepted_events=[*remote.behaviour.accepted_events, *OTHER_EVENTS], string_only_events=())


def marks(properties: Any) -> set[Place]:
    """Return the places of the leaves that are secret, apart from `managed`, which is one as a whole."""
    assert isinstance(properties["managed"], Secret)
    return {path for path in hidden(properties) if path[0] != "managed"}


def expected_marks(program: Any) -> set[Place]:
    return set(hidden(with_schema_secrets(program)))


@pytest.mark.parametrize("name", FULL)
def test_a_secret_in_and_out(start: Start, remote: Account, engine: Engine, name: str) -> None:
    """Check gives the very marks back; create, read, update and their previews mark just the leaves that it covers."""
    for path in (path for path in PLACES if path[0] == name):
        remote.webhooks = {}
        program = changed(FULL, path, Secret)
        plugin = start()
        checked = plugin.check(program)
        assert (checked.inputs, checked.failures) == (with_schema_secrets(program), []), path
        for state in (
            plugin.create(checked.inputs, preview=True),
            created := plugin.create(checked.inputs),
            plugin.read(created),
            plugin.update(created, checked.inputs, preview=True),
            start().read(created),
            start().update(created, checked.inputs),
        ):
            assert {name: plain(state.outputs[name]) for name in FULL} == FULL, path
            assert marks(state.outputs) == expected_marks(program), path
        assert start().plan(program, created).step == "same", path
    assert engine.take() == []


def test_a_secret_that_moves_in_the_list(start: Start, remote: Account) -> None:
    """A URL that is a secret stays one wherever a refresh finds it."""
    state = start().up({"receive": [A, Secret(TOKEN_URL)]})
    remote.webhooks = {"receive": [TOKEN_URL, B, A]}
    outputs = start().read(state).outputs
    assert outputs["receive"] == [A, Secret(TOKEN_URL), B]


def test_a_secret_that_a_refresh_finds(start: Start, remote: Account) -> None:
    """What somebody else put on the account has its secrets marked, at their exact places."""
    state = start().up({"receive": [A]})
    remote.webhooks = {
        "receive": [A, {"url": B, "secret": OTHER, "sendblue_numbers": [NUMBER]}],
        "typing_indicator": [{"url": C, "secret": OTHER}],
        "globalSecret": OTHER,
        "secret": OTHER,
    }
    outputs = start().read(state).outputs
    assert outputs == {
        "receive": [A, {"url": B, "secret": Secret(OTHER), "sendblueNumbers": [NUMBER]}],
        "otherEvents": {"typing_indicator": [{"url": C, "secret": Secret(OTHER)}]},
        "globalSecret": Secret(OTHER),
        "secret": Secret(OTHER),
        "secretsReadable": True,
        "managed": state.outputs["managed"],
    }


def test_a_list_that_is_a_secret_stays_one(start: Start, remote: Account) -> None:
    """If the program marks a list as a whole, an entry that somebody adds to it is marked too, also if it was empty."""
    state = start().up({"receive": Secret([A]), "outbound": Secret([])})
    assert state.outputs["receive"] == Secret([A])
    remote.webhooks = {"receive": [A, B], "outbound": [C]}
    outputs = start().read(state).outputs
    assert outputs["receive"] == Secret([A, B])
    assert outputs["outbound"] == Secret([C])


def test_an_update_marks_what_the_program_marks_now(start: Start) -> None:
    """A URL that the program newly marks is a secret from the next update on, and one that it marks no more is none."""
    state = start().up({"receive": [A]})
    state = start().up({"receive": [Secret(A), B]}, state)
    assert state.outputs["receive"] == [Secret(A), B]
    assert start().up({"receive": [A, B, C]}, state).outputs["receive"] == [A, B, C]


def test_a_short_secret_leaves_the_message_readable(start: Start, remote: Account) -> None:
    """A secret of one letter, or one that is a common word, does not make errors unreadable."""
    remote.behave(dropped_on_put=["call_log"])
    for secret in ("e", "secret"):
        remote.webhooks = {}
        with pytest.raises(Failed) as failed:
            start().up({"receive": [{"url": A, "secret": Secret(secret)}], "callLog": [B]})
        assert "[[" not in failed.value.text
        assert "[s[" not in failed.value.text
        assert failed.value.text.startswith("Sendblue answered with success")


def test_failures_do_not_tell_secrets(plugin: Plugin) -> None:
    """Check failures name places, and quote no value."""
    program = {
        "receive": [
            Secret("http://example.com/canary"),
            Secret({"url": "canary", "secret": ""}),
            {"url": "https://canary@example.com", "secret": "canary\n", "sendblueNumbers": Secret(["canary"])},
            Secret(A),
            A,
        ],
        "globalSecret": "",
        "allowOverwrite": Secret("canary"),
    }
    checked = plugin.check(program)
    assert [said(reason).split(": ")[0] for reason in checked.failures] == [
        "receive[0]",
        "receive[1].url",
        "receive[1].secret",
        "receive[2].url",
        "receive[2].secret",
        "receive[2].sendblueNumbers[0]",
        "receive[4]",
        "globalSecret",
        "allowOverwrite",
    ]


def test_a_secret_url_in_no_error(start: Start, remote: Account, emulator: Emulator) -> None:
    """Whatever goes wrong with a URL that is a secret, the error and its reasons say so without it."""
    remote.behave(dropped_on_put=["receive"])
    with pytest.raises(Failed) as failed:
        start().up({"receive": [Secret(TOKEN_URL)], "outbound": [A]})
    assert "receive [secret]" in failure(failed)
    state = keep(failed.value)
    assert [said(reason) for reason in state.errors] == [failed.value.text]
    emulator.faults.add(Fault(kind="status", method="PUT", status=400, body={"message": f"bad: {TOKEN_URL}"}))
    remote.behave(dropped_on_put=[])
    with pytest.raises(Failed) as failed:
        start().up({"receive": [Secret(TOKEN_URL)], "outbound": [A]}, state)
    assert "400" in failure(failed)


def test_a_secret_url_in_no_notice(start: Start, remote: Account, engine: Engine) -> None:
    """The notices of an adoption, an overwrite, drift and what stays show no URL that is a secret."""
    program = {"receive": [{"url": Secret(TOKEN_URL), "secret": Secret(OWN)}], "allowOverwrite": True}
    remote.webhooks = {"receive": [{"url": TOKEN_URL, "secret": OTHER}]}
    start().preview(program)
    state = start().up(program)
    remote.webhooks = {"receive": [{"url": TOKEN_URL, "secret": NEW}]}
    start().preview(program, state)
    remote.webhooks = {}
    start().preview(program, state)
    remote.webhooks = {"outbound": [TOKEN_URL]}
    start().delete(state)
    told = [message.text for message in engine.take()]
    assert [text.splitlines()[0].split(":")[0].split(",")[0] for text in told] == [
        "already on the account",
        "this create will overwrite",
        "already on the account",
        "this create will overwrite",
        "changed outside of this stack since the last update",
        "changed outside of this stack since the last update",
        "left on the account",
    ]
    assert all("[secret]" in text and "canary" not in text for text in told), told


def test_a_secret_url_in_no_conflict(plugin: Plugin, remote: Account) -> None:
    """A conflict about a URL that is a secret does not show it."""
    state = plugin.up({"receive": [Secret(TOKEN_URL)]})
    plan = plugin.plan({"receive": [A]}, state)
    assert plan.state is not None
    remote.webhooks = {}
    with pytest.raises(Failed) as failed:
        plugin.update(plan.state, plan.inputs)
    assert "- receive [secret]" in failure(failed)


def test_repeated_secret_urls(plugin: Plugin) -> None:
    """A URL that is there twice is refused by its places, also where one or both are secrets."""
    with pytest.raises(CheckFailed) as failed:
        plugin.plan({"receive": [A, Secret(A), {"url": Secret(A)}]})
    assert [said(reason).split(": ")[0] for reason in failed.value.args] == ["receive[1]", "receive[2].url"]


def test_an_import_marks_secrets(plugin: Plugin, remote: Account) -> None:
    """An import has the schema's secrets marked in outputs and inputs alike."""
    remote.webhooks = {"receive": [{"url": A, "secret": OWN}], "globalSecret": OWN, "secret": OTHER}
    state = plugin.import_("account")
    assert state.inputs == {
        "receive": [{"url": A, "secret": Secret(OWN)}],
        "globalSecret": Secret(OWN),
        "secret": Secret(OTHER),
    }
    assert marks(state.outputs) == set(hidden(state.inputs))


def test_secrets_reach_the_account(plugin: Plugin, remote: Account) -> None:
    """What travels marked is written in the clear, at its place."""
    plugin.up(
        {
            "receive": Secret([{"url": Secret(A), "secret": Secret(OWN), "sendblueNumbers": Secret([Secret(NUMBER)])}]),
            "globalSecret": Secret(OWN),
            "otherEvents": Secret({"typing_indicator": Secret([Secret(B)])}),
            "allowOverwrite": Secret(value=True),
        }
    )
    assert content(remote) == {
        "receive": [{"url": A, "secret": OWN, "sendblue_numbers": [NUMBER]}],
        "typing_indicator": [B],
        "globalSecret": OWN,
    }
