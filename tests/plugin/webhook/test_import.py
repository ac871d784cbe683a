"""`pulumi import` of a `Webhook`: by `event:url`, or by the id that the resource has."""

from __future__ import annotations

from typing import Any

import pytest

from sendblue_emulator import MASK, Account, Emulator
from tests.plugin.answers import Failed, State
from tests.plugin.conftest import NUMBER, OTHER, OTHER_NUMBER, OWN, A, B, C, content, failure, id_of
from tests.plugin.engine import Engine
from tests.plugin.processes import Start
from tests.plugin.values import Secret
from tests.plugin.webhook.conftest import ENTRY, ID, OTHERS, OUTPUTS, PROGRAM, rest


@pytest.mark.parametrize("id_", [f"receive:{A}", ID])
def test_an_import(start: Start, emulator: Emulator, shared: Account, engine: Engine, id_: str) -> None:
    """One GET makes outputs and inputs of the entry; the next preview has nothing to do, and a delete removes it."""
    shared.add("receive", {**ENTRY, "label": "x"})
    state = start().import_(id_)
    assert emulator.journal.methods() == ["GET"]
    assert state == State(ID, PROGRAM, OUTPUTS, refresh=True)
    assert start().plan(PROGRAM, state).step == "same"
    assert engine.take() == []
    start().delete(state)
    assert rest(shared.webhooks, "", "") == rest(OTHERS, "", "")


@pytest.mark.parametrize("entry", [A, {"url": A}, {"url": A, "secret": "", "sendblue_numbers": []}])
def test_an_import_of_a_url_alone(start: Start, remote: Account, entry: Any) -> None:
    """A field that is empty is not imported."""
    remote.webhooks = {"outbound": [entry]}
    state = start().import_(f"outbound:{A}")
    assert state.inputs == {"event": "outbound", "url": A}
    assert state.outputs == {"event": "outbound", "url": A, "secretsReadable": True}


NOT_THERE = [f"receive:{C}", f"outbound:{A}", f"receive:{A}/", id_of("receive", C), "account", A]


@pytest.mark.parametrize("id_", NOT_THERE)
def test_an_import_of_what_is_not_there(start: Start, emulator: Emulator, remote: Account, id_: str) -> None:
    """The error is one line, says how an id is made, and lists what there is, as it can be imported, no secrets."""
    remote.webhooks = {
        "receive": [{"url": A, "secret": OTHER}, "https://example.com/in?token=canary"],
        "call_log": [B],
        "globalSecret": OTHER,
    }
    with pytest.raises(Failed) as failed:
        start().import_(id_)
    text = failure(failed)
    assert id_ in text
    assert "event" in text
    assert f"receive:{A}; receive:https://example.com/in?token=…; call_log:{B}" in text
    assert failed.value.written is None
    assert emulator.journal.methods() == ["GET"]


def test_an_import_from_a_full_account(start: Start, remote: Account) -> None:
    """A long list ends in a count of the rest."""
    remote.webhooks = {"receive": [f"https://example.com/{number}" for number in range(500)]}
    with pytest.raises(Failed) as failed:
        start().import_(f"receive:{A}")
    assert "470 more" in failure(failed)
    assert len(failed.value.text) < 3000


def test_an_import_of_a_masked_secret(start: Start, emulator: Emulator, remote: Account) -> None:
    """A mask is imported as what it is, the state says that secrets do not show, and the mask is never written."""
    remote.behave(secrets="masked")
    remote.webhooks = {"receive": [ENTRY, {"url": B, "secret": OTHER}]}
    before = content(remote)
    state = start().import_(ID)
    assert state.inputs["secret"] == Secret(MASK)
    assert state.outputs["secretsReadable"] is False
    assert start().plan(state.inputs, state).step == "same"
    emulator.journal.clear()
    with pytest.raises(Failed) as failed:
        start().up({**state.inputs, "sendblueNumbers": [NUMBER, OTHER_NUMBER]}, state)
    assert "mask" in failure(failed)
    assert set(emulator.journal.methods()) == {"GET"}
    assert content(remote) == before


def test_a_lookup(start: Start, remote: Account) -> None:
    """What the engine knows of a resource it reads by that, and not as an import."""
    remote.webhooks = {"receive": [{**ENTRY, "secret": OTHER}]}
    read = start().read(State(ID, {}, {"event": "receive", "url": A, "secret": Secret(OWN)}))
    assert read.outputs == {**OUTPUTS, "secret": Secret(OTHER)}
