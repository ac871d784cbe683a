"""A create where the event and URL are on the account already: taken over, refused, or overwritten."""

from __future__ import annotations

import re
from typing import Any

import pytest

from sendblue_emulator import MASK, Account, Emulator
from tests.plugin.conftest import NUMBER, OTHER, OTHER_NUMBER, OWN, A, content, failure
from tests.plugin.driver import WEBHOOK, Engine, Failed, Message, Secret, Start, urn
from tests.plugin.webhook.conftest import ENTRY, ID, IMPORT, OTHERS, OUTPUTS, PROGRAM, own, rest

EQUAL = [
    pytest.param(ENTRY, PROGRAM, id="as it would be sent"),
    pytest.param({"sendblue_numbers": [NUMBER], "secret": OWN, "url": A, "label": "x"}, PROGRAM, id="a field more"),
    pytest.param(
        {**ENTRY, "sendblue_numbers": [OTHER_NUMBER, NUMBER]},
        {**PROGRAM, "sendblueNumbers": [NUMBER, OTHER_NUMBER]},
        id="numbers in another order",
    ),
    pytest.param(A, {"event": "receive", "url": A}, id="a URL"),
    pytest.param({"url": A}, {"event": "receive", "url": A}, id="an object with a URL"),
    pytest.param({"url": A, "secret": ""}, {"event": "receive", "url": A, "sendblueNumbers": []}, id="empty fields"),
]


@pytest.mark.parametrize(("entry", "program"), EQUAL)
def test_what_is_equal_is_taken_over(
    start: Start, emulator: Emulator, shared: Account, engine: Engine, entry: Any, program: dict[str, Any]
) -> None:
    """An equal entry is this stack's from then on, with nothing written, and a notice of it in preview and up."""
    shared.add("receive", entry)
    before = shared.webhooks
    plan, _ = start().preview(program)
    assert plan.step == "create"
    in_preview = engine.take()
    state = start().up(program)
    assert emulator.journal.methods() == ["GET", "GET"]
    assert state.id == ID
    assert state.outputs == {**program, "secretsReadable": True}
    assert in_preview == engine.take()
    ((severity, resource, text),) = in_preview
    assert (severity, resource) == ("info", urn(type_=WEBHOOK))
    assert "managed by this stack from now on, so that destroy removes it" in text
    assert f"\n  receive {A}" in text
    assert shared.webhooks == before
    assert start().plan(program, state).step == "same"
    assert engine.take() == []
    start().delete(state)
    assert rest(shared.webhooks, "", "") == rest(OTHERS, "", "")


def test_the_notice_of_a_takeover(start: Start, remote: Account, engine: Engine) -> None:
    """The notice names the entry, that it has a secret, and its numbers."""
    remote.webhooks = {"receive": [ENTRY]}
    start().up(PROGRAM)
    assert engine.take() == [
        Message(
            "info",
            urn(type_=WEBHOOK),
            "already on the account, and managed by this stack from now on, so that destroy removes it:\n"
            f"  receive {A} (secret set, for {NUMBER})",
        )
    ]


def test_elsewhere_is_not_there(start: Start, emulator: Emulator, shared: Account, engine: Engine) -> None:
    """The URL for another event, and other URLs for this one, are no reason to refuse, and no takeover."""
    start().up(PROGRAM)
    assert emulator.journal.methods() == ["GET", "POST", "GET"]
    assert rest(shared.webhooks) == rest(OTHERS)
    assert engine.take() == []


DIFFERENT = [
    pytest.param({**ENTRY, "secret": OTHER}, PROGRAM, id="another secret"),
    pytest.param({"url": A, "sendblue_numbers": [NUMBER]}, PROGRAM, id="no secret"),
    pytest.param({**ENTRY, "sendblue_numbers": [NUMBER, OTHER_NUMBER]}, PROGRAM, id="more numbers"),
    pytest.param({"url": A, "secret": OWN}, PROGRAM, id="no numbers"),
    pytest.param(A, PROGRAM, id="neither"),
    pytest.param(ENTRY, {"event": "receive", "url": A}, id="more than is declared"),
    pytest.param(ENTRY, {"event": "receive", "url": A, "secret": Secret(OWN)}, id="numbers that are not declared"),
    pytest.param(
        ENTRY, {"event": "receive", "url": A, "sendblueNumbers": [NUMBER]}, id="a secret that is not declared"
    ),
]


@pytest.mark.parametrize(("entry", "program"), DIFFERENT)
@pytest.mark.parametrize("preview", [True, False])
def test_what_differs_is_refused(
    start: Start,
    emulator: Emulator,
    shared: Account,
    entry: Any,
    program: dict[str, Any],
    *,
    preview: bool,
) -> None:
    """An entry with another secret or other numbers refuses the create, in preview too; the error says the ways out."""
    shared.add("receive", entry)
    before = shared.webhooks
    with pytest.raises(Failed) as failed:
        start().preview(program) if preview else start().up(program)
    text = failure(failed)
    assert f"receive {A}" in text
    assert "allowOverwrite" in text
    assert f"`{IMPORT} <name> {ID}`" in text
    assert failed.value.written is None
    assert emulator.journal.methods() == ["GET"]
    assert shared.webhooks == before


@pytest.mark.parametrize(("entry", "program"), DIFFERENT)
@pytest.mark.parametrize("mark", [str, Secret])
def test_the_import_that_the_refusal_names(
    start: Start, emulator: Emulator, shared: Account, entry: Any, program: dict[str, Any], mark: Any
) -> None:
    """The command, as the error has it, imports just that entry; after it the same program is a change in place."""
    program = {**program, "url": mark(A)}
    shared.add("receive", entry)
    with pytest.raises(Failed) as failed:
        start().up(program)
    command = re.search(rf"`{IMPORT} <name> (\S+)`", failed.value.text)
    assert command is not None
    imported = start().import_(command[1])
    assert imported.id == ID
    assert start().plan(imported.inputs, imported).step == "same"
    emulator.journal.clear()
    state = start().up(program, imported)
    assert emulator.journal.methods() == ["GET", "GET", "PUT", "GET"]
    assert state.outputs == {**program, "secretsReadable": True}
    assert rest(shared.webhooks) == rest(OTHERS)


@pytest.mark.parametrize(("entry", "program"), DIFFERENT)
def test_allow_overwrite_is_the_way_out(
    start: Start, emulator: Emulator, shared: Account, engine: Engine, entry: Any, program: dict[str, Any]
) -> None:
    """With it the entry is changed in its place, told in preview and up, and nothing else of the account is."""
    shared.webhooks = {**OTHERS, "receive": [entry, *OTHERS["receive"]]}
    program = {**program, "allowOverwrite": True}
    plan, _ = start().preview(program)
    assert plan.step == "create"
    in_preview = engine.take()
    emulator.journal.clear()
    state = start().up(program)
    assert emulator.journal.methods() == ["GET", "PUT", "GET"]
    assert state.outputs == {**program, "secretsReadable": True}
    assert in_preview == engine.take()
    adopted, overwritten = in_preview
    assert (adopted.severity, overwritten.severity) == ("info", "warning")
    assert "so that destroy removes it" in adopted.text
    assert "allowOverwrite" in overwritten.text
    assert f"~ receive {A}" in overwritten.text
    assert rest(shared.webhooks) == rest(OTHERS)
    assert own({"receive": shared.webhooks["receive"][:1]})
    assert start().plan(program, state).step == "same"


def test_allow_overwrite_where_nothing_is(start: Start, emulator: Emulator, engine: Engine) -> None:
    """The option alone does nothing, and says nothing."""
    start().up({**PROGRAM, "allowOverwrite": True})
    assert emulator.journal.methods() == ["GET", "POST", "GET"]
    assert engine.take() == []


def test_what_is_there_shows_only_at_the_create(start: Start, emulator: Emulator, remote: Account) -> None:
    """A create looks afresh: what came since the preview, in the same process, is refused all the same."""
    plugin = start()
    plan, _ = plugin.preview(PROGRAM)
    remote.add("receive", A)
    emulator.journal.clear()
    with pytest.raises(Failed) as failed:
        plugin.create(plan.inputs)
    assert f"receive {A}" in failure(failed)
    assert emulator.journal.methods() == ["GET"]
    assert content(remote) == {"receive": [A]}


def test_a_masked_secret_is_taken_over(start: Start, emulator: Emulator, shared: Account, engine: Engine) -> None:
    """One whose secret does not show is taken over, and the notice says that its secret cannot be compared."""
    shared.behave(secrets="masked")
    shared.add("receive", {**ENTRY, "secret": OTHER})
    before = shared.webhooks
    start().preview(PROGRAM)
    in_preview = engine.take()
    state = start().up(PROGRAM)
    assert emulator.journal.methods() == ["GET", "GET"]
    assert in_preview == engine.take()
    text = "\n".join(message.text for message in in_preview)
    assert "so that destroy removes it" in text
    assert "secret" in text
    assert "compared" in text
    assert {message.urn for message in in_preview} == {urn(type_=WEBHOOK)}
    assert state.outputs == {**OUTPUTS, "secretsReadable": False}
    assert shared.webhooks == before
    assert start().plan(PROGRAM, state).step == "same"


def test_other_numbers_beside_a_masked_secret(start: Start, shared: Account) -> None:
    """What shows is compared, also where the secret does not."""
    shared.behave(secrets="masked")
    shared.add("receive", {**ENTRY, "sendblue_numbers": [OTHER_NUMBER]})
    with pytest.raises(Failed) as failed:
        start().preview(PROGRAM)
    assert f"receive {A}" in failure(failed)
    assert MASK not in failed.value.text


def test_an_overwrite_beside_masked_secrets(start: Start, emulator: Emulator, shared: Account, engine: Engine) -> None:
    """There the overwrite removes and adds, with a warning of the gap, and writes no mask over anybody's secret."""
    shared.behave(secrets="masked")
    shared.add("receive", A)
    program = {**PROGRAM, "allowOverwrite": True}
    start().preview(program)
    in_preview = engine.take()
    emulator.journal.clear()
    start().up(program)
    assert "PUT" not in emulator.journal.methods()
    assert own(shared.webhooks) == [ENTRY]
    assert rest(shared.webhooks) == rest(OTHERS)
    assert in_preview == engine.take()
    assert [message.severity for message in in_preview if "lost" in message.text] == ["warning"]
