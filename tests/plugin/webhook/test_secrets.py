"""Secrets of a `Webhook`: its secret always, and whatever else the program marks; in no message, and not in the id."""

from __future__ import annotations

from typing import Any

import pytest

from sendblue_emulator import Account, Emulator, Fault
from tests.plugin.answers import Failed, keep
from tests.plugin.conftest import NEW, NUMBER, OTHER, OTHER_NUMBER, OWN, A, content, failure, id_of, said
from tests.plugin.driver import WEBHOOK, urn
from tests.plugin.engine import Engine
from tests.plugin.places import changed, hidden, places, with_schema_secrets
from tests.plugin.processes import Start
from tests.plugin.values import Secret, plain
from tests.plugin.webhook.conftest import IMPORT

FULL: dict[str, Any] = {
    "event": "receive",
    "url": A,
    "secret": OWN,
    "sendblueNumbers": [NUMBER, OTHER_NUMBER],
    "allowOverwrite": True,
}
STORED = {"url": A, "secret": OWN, "sendblue_numbers": [NUMBER, OTHER_NUMBER]}
PLACES = [*places(FULL)]
TOKEN_URL = "https://example.com/canary-path?token=canary-token"
TOKEN_PROGRAM = {"event": "receive", "url": Secret(TOKEN_URL), "secret": Secret(OWN)}
TOKEN_ID = id_of("receive", TOKEN_URL)


@pytest.mark.parametrize("path", PLACES, ids=str)
def test_a_secret_in_and_out(start: Start, remote: Account, engine: Engine, path: Any) -> None:
    """Check gives the very marks back; create, read, update and their previews mark just the leaves that it covers."""
    program = changed(FULL, path, Secret)
    plugin = start()
    checked = plugin.check(program)
    assert (checked.inputs, checked.failures) == (with_schema_secrets(program), [])
    expected = set(hidden(with_schema_secrets(program)))
    for state in (
        plugin.create(checked.inputs, preview=True),
        created := plugin.create(checked.inputs),
        plugin.read(created),
        plugin.update(created, checked.inputs, preview=True),
        start().read(created),
        start().update(created, checked.inputs),
    ):
        assert {name: plain(state.outputs[name]) for name in FULL} == FULL
        assert set(hidden(state.outputs)) == expected
    assert start().plan(program, created).step == "same"
    assert content(remote) == {"receive": [STORED]}
    assert engine.take() == []


def test_a_secret_that_a_refresh_finds(start: Start, remote: Account) -> None:
    """A secret that somebody else set is marked, though no input mentions one."""
    state = start().up({"event": "receive", "url": A})
    remote.webhooks = {"receive": [{"url": A, "secret": OTHER}]}
    assert start().read(state).outputs == {
        "event": "receive",
        "url": A,
        "secret": Secret(OTHER),
        "secretsReadable": True,
    }


def test_the_id_is_no_secret(start: Start, emulator: Emulator) -> None:
    """The id names the event and a digest of the URL, and nothing of the URL itself; the account gets all of it."""
    state = start().up(TOKEN_PROGRAM)
    assert state.id == TOKEN_ID
    assert "canary" not in state.id
    assert state.outputs["url"] == Secret(TOKEN_URL)
    assert emulator.account().webhooks["receive"] == [{"url": TOKEN_URL, "secret": OWN}]


@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"kind": "status", "status": 400, "body": {"message": f"bad: {TOKEN_URL} {NEW}"}}, id="400"),
        # Where it is cut off, what is left of it would not be known as the secret any more.
        pytest.param({"kind": "status", "status": 400, "body": {"message": "long " * 34 + TOKEN_URL}}, id="a long 400"),
        pytest.param({"kind": "status", "status": 200, "body": f"<html>{TOKEN_URL} {NEW}"}, id="HTML"),
        pytest.param({"kind": "reset"}, id="a reset"),
    ],
)
def test_in_no_error_of_a_write(start: Start, emulator: Emulator, method: str, fault: dict[str, Any]) -> None:
    """Whatever goes wrong with a write, its error shows neither the URL nor a secret."""
    state = start().up(TOKEN_PROGRAM) if method == "PUT" else None
    plugin = start(timeoutSeconds=0.6)
    emulator.faults.add(Fault(method=method, times=None, **fault))
    with pytest.raises(Failed) as failed:
        plugin.up({**TOKEN_PROGRAM, "secret": Secret(NEW)}, state)
    assert failure(failed)


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_in_what_a_failed_write_leaves(start: Start, emulator: Emulator, method: str) -> None:
    """The state that a failed write leaves has the URL and the secret marked, its id and its reasons hold neither."""
    state = start().up(TOKEN_PROGRAM) if method == "PUT" else None
    emulator.faults.add(Fault(kind="status", method="GET", after=2 if state else 1, status=404, body=TOKEN_URL))
    program = {**TOKEN_PROGRAM, "secret": Secret(NEW)}
    with pytest.raises(Failed) as failed:
        start().up(program, state)
    assert failure(failed)
    kept = keep(failed.value)
    assert kept.id == TOKEN_ID
    assert kept.inputs == program
    assert kept.outputs["url"] == Secret(TOKEN_URL)
    assert isinstance(kept.outputs["secret"], Secret)
    assert [said(reason) for reason in kept.errors] == [failed.value.text]


def test_in_no_refusal(start: Start, remote: Account) -> None:
    """A create that is refused names the event, and the command with the id, which works; not the URL."""
    remote.webhooks = {"receive": [{"url": TOKEN_URL, "secret": OTHER}]}
    with pytest.raises(Failed) as failed:
        start().preview(TOKEN_PROGRAM)
    assert "receive [secret]" in said(failed.value.text.replace("\n", " "))
    assert f"`{IMPORT} <name> {TOKEN_ID}`" in failed.value.text
    assert start().import_(TOKEN_ID).id == TOKEN_ID


def test_in_no_notice(start: Start, remote: Account, engine: Engine) -> None:
    """The notices of an adoption, an overwrite, drift, copies and what stays do not show it."""
    program = {**TOKEN_PROGRAM, "allowOverwrite": True}
    remote.webhooks = {"receive": [{"url": TOKEN_URL, "secret": OTHER}]}
    start().preview(program)
    state = start().up(program)
    remote.webhooks = {"receive": [{"url": TOKEN_URL, "secret": NEW}]}
    start().preview(program, state)
    remote.webhooks = {}
    start().preview(program, state)
    remote.webhooks = {"receive": [{"url": TOKEN_URL, "secret": OWN}, TOKEN_URL]}
    start().preview(program, state)
    remote.webhooks = {"receive": [{"url": TOKEN_URL, "secret": OTHER}, TOKEN_URL]}
    start().delete(state)
    remote.webhooks = {"receive": [{"url": TOKEN_URL, "secret": OTHER}]}
    remote.behave(secrets="masked")
    start().up(TOKEN_PROGRAM)
    told = engine.take()
    assert {message.urn for message in told} == {urn(type_=WEBHOOK)}
    texts = [message.text for message in told]
    for words in ("destroy removes it", "overwrite", "changed outside", "more than once", "left on the account"):
        assert any(words in text for text in texts), words
    assert all("canary" not in text for text in texts), texts
    assert all("[secret]" in text for text in texts if "receive" in text), texts


def test_in_no_debug_message(start: Start, engine: Engine) -> None:
    """Nor do the lines of `pulumi up -d` show it."""
    start().up(TOKEN_PROGRAM)
    assert len(engine.debug) == 3
    assert all("canary" not in message.text for message in engine.debug)


def test_in_no_error_of_another_resource(start: Start, remote: Account) -> None:
    """An error that names somebody else's entry does not show a URL that another resource of the program has secret."""
    states = {
        "mine": start().up({"event": "receive", "url": A}, name="mine"),
        "other": start().up({"event": "outbound", "url": Secret(TOKEN_URL)}, name="other"),
    }
    plugin = start()
    plugin.plan({"event": "outbound", "url": Secret(TOKEN_URL)}, states["other"], name="other")
    remote.behave(dropped_on_put=["outbound"])
    with pytest.raises(Failed) as failed:
        plugin.up({"event": "receive", "url": A, "secret": Secret(OWN)}, states["mine"], name="mine")
    assert "outbound" in failure(failed)
