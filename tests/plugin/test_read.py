"""Read: of a resource in the state, for an import, and of a state that the dynamic front end made."""

from __future__ import annotations

from typing import Any

import pytest

from sendblue_emulator import MASK, Account, Emulator
from tests.plugin.answers import Failed, State
from tests.plugin.conftest import NUMBER, OWN, A, B, C, D, content, failure
from tests.plugin.driver import Plugin
from tests.plugin.processes import Start
from tests.plugin.values import Secret, plain

PROGRAM: dict[str, Any] = {
    "receive": [A, {"url": B, "secret": Secret(OWN), "sendblueNumbers": [NUMBER]}],
    "contactCreated": [C],
    "globalSecret": Secret(OWN),
}
LIVE: dict[str, Any] = {
    "receive": [A, {"url": B, "secret": OWN, "sendblue_numbers": [NUMBER]}],
    "contact_created": [C],
    "globalSecret": OWN,
}
MANAGED = {"events": {"receive": [A, B], "contact_created": [C]}, "secrets": ["globalSecret"]}


def test_an_import(start: Start, emulator: Emulator, remote: Account) -> None:
    """All that is live becomes outputs, inputs and managed; the next preview has nothing to do."""
    remote.webhooks = LIVE
    state = start().import_("account")
    assert emulator.journal.methods() == ["GET"]
    assert state == State(
        "account", PROGRAM, {**PROGRAM, "secretsReadable": True, "managed": Secret(MANAGED)}, refresh=True
    )
    assert start().plan(PROGRAM, state).step == "same"
    start().delete(state)
    assert content(remote) == {}


def test_an_import_of_an_empty_account(start: Start) -> None:
    """An account that holds nothing can be imported: a singleton is never gone."""
    state = start().import_("account")
    assert state.id == "account"
    assert state.inputs == {}
    assert state.outputs == {"secretsReadable": True, "managed": Secret({"events": {}, "secrets": []})}
    assert start().plan({}, state).step == "same"


@pytest.mark.parametrize("id_", ["default", "Account", "account ", "accounts", "key-id", "webhooks/1"])
def test_an_import_of_another_id(plugin: Plugin, emulator: Emulator, id_: str) -> None:
    """There is one id; any other is refused without a request, and the error gives the one."""
    with pytest.raises(Failed) as failed:
        plugin.import_(id_)
    assert repr(id_) in failure(failed)
    assert "Give account as the id" in failed.value.text
    assert emulator.journal.methods() == []


def test_an_import_of_masked_secrets(start: Start, emulator: Emulator, remote: Account) -> None:
    """Masks are imported as what they are, the state says that secrets do not show, and no mask is ever written."""
    remote.webhooks = LIVE
    remote.behave(secrets="masked")
    state = start().import_("account")
    assert state.outputs["secretsReadable"] is False
    assert state.inputs["globalSecret"] == Secret(MASK)
    emulator.journal.clear()
    with pytest.raises(Failed) as failed:
        start().up({**state.inputs, "outbound": [A]}, state)
    assert "mask" in failure(failed)
    assert "PUT" not in emulator.journal.methods()
    assert content(remote) == LIVE


def test_a_lookup(start: Start, remote: Account) -> None:
    """A program's `get` reads like an import, whatever it passes as known state."""
    remote.webhooks = LIVE
    known = State("account", {}, {"receive": [D]})
    assert plain(start().read(known).outputs["receive"]) == plain(PROGRAM["receive"])


def test_what_a_read_keeps(start: Start, remote: Account) -> None:
    """Inputs, `managed` and `allowOverwrite` are the state's own; a read does not change them."""
    program = {**PROGRAM, "allowOverwrite": True}
    state = start().up(program)
    remote.webhooks = {"outbound": [D]}
    read = start().read(state)
    assert read.inputs == program
    assert read.outputs == {
        "receive": [],
        "outbound": [D],
        "contactCreated": [],
        "allowOverwrite": True,
        "secretsReadable": True,
        "managed": Secret(MANAGED),
    }


PICKLED = "gASVRwAAAAAAAAA="


def dynamic(state: State) -> State:
    """Return the state as the dynamic front end would have it: with its provider, and never read before an update."""
    return State(
        state.id, {**state.inputs, "__provider": PICKLED}, {**state.outputs, "__provider": PICKLED}, refresh=False
    )


def test_moving_from_the_dynamic_resource(start: Start, emulator: Emulator) -> None:
    """The move is one update that writes nothing to the account and leaves nothing of the dynamic provider."""
    state = start().up(PROGRAM)
    emulator.journal.clear()
    plan, after = start().preview(PROGRAM, dynamic(state))
    assert emulator.journal.methods() == ["GET"]
    assert plan.diff is not None
    assert plan.diff.kinds == {"__provider": "delete"}
    assert after.outputs == state.outputs
    emulator.journal.clear()
    moved = start().up(PROGRAM, dynamic(state))
    assert emulator.journal.methods() == ["GET", "GET"]
    assert moved == state
    assert start().plan(PROGRAM, moved).step == "same"


def test_moving_with_a_change(start: Start, remote: Account) -> None:
    """A change of the program beside the move shows beside it, and is done."""
    state = dynamic(start().up(PROGRAM))
    program = {**PROGRAM, "contactCreated": [D]}
    plan = start().plan(program, state)
    assert plan.diff is not None
    assert plan.diff.kinds == {"__provider": "delete", "contactCreated[0]": "update"}
    moved = start().up(program, state)
    assert content(remote)["contact_created"] == [D]
    assert "__provider" not in {**moved.inputs, **moved.outputs}


def test_a_program_cannot_declare_a_provider(plugin: Plugin) -> None:
    """`__provider` is the engine's own: from a program it does not get into inputs or outputs."""
    state = plugin.up({"receive": [A], "__provider": PICKLED})
    assert state.inputs == {"receive": [A]}
    assert "__provider" not in state.outputs
