"""Every error of a call is one line that says what happened and what to do, with no secret and no traceback."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2 as proto

from sendblue_emulator import Account, Emulator, Fault
from tests.plugin.answers import Failed, State
from tests.plugin.conftest import (
    OTHER,
    OWN,
    A,
    B,
    failure,
    id_of,
    said,
)
from tests.plugin.driver import DEFAULT_PROVIDER, EXPLICIT_PROVIDER, WEBHOOK, Plugin
from tests.plugin.processes import Start
from tests.plugin.values import Secret, to_struct

PROGRAM: dict[str, Any] = {"receive": [A, {"url": B, "secret": Secret(OWN)}]}
CHANGED: dict[str, Any] = {"receive": [A, {"url": B, "secret": Secret(OTHER)}]}
ENTRY: dict[str, Any] = {"event": "receive", "url": B, "secret": Secret(OWN)}
CHANGED_ENTRY: dict[str, Any] = {**ENTRY, "secret": Secret(OTHER)}
ENTRY_STATE = State(id_of("receive", B), ENTRY, {**ENTRY, "secretsReadable": True})
"""What an up of `ENTRY`, a `Webhook`, leaves."""

Operation = Callable[[Plugin, State], object]
RUN: dict[str, Operation] = {
    "create": lambda plugin, _: plugin.create(PROGRAM),
    "preview": lambda plugin, _: plugin.create(PROGRAM, preview=True),
    "read": lambda plugin, state: plugin.read(state),
    "import": lambda plugin, _: plugin.import_("account"),
    "diff": lambda plugin, state: plugin.diff(state, CHANGED),
    "update": lambda plugin, state: plugin.update(state, CHANGED),
    "delete": lambda plugin, state: plugin.delete(state),
    "create of a Webhook": lambda plugin, _: plugin.of(WEBHOOK).create({"event": "outbound", "url": A}),
    "preview of a Webhook": lambda plugin, _: plugin.of(WEBHOOK).create(ENTRY, preview=True),
    "read of a Webhook": lambda plugin, _: plugin.of(WEBHOOK).read(ENTRY_STATE),
    "import of a Webhook": lambda plugin, _: plugin.of(WEBHOOK).import_(f"receive:{B}"),
    "diff of a Webhook": lambda plugin, _: plugin.of(WEBHOOK).diff(ENTRY_STATE, CHANGED_ENTRY),
    "update of a Webhook": lambda plugin, _: plugin.of(WEBHOOK).update(ENTRY_STATE, CHANGED_ENTRY),
    "delete of a Webhook": lambda plugin, _: plugin.of(WEBHOOK).delete(ENTRY_STATE),
    "invoke": lambda plugin, _: plugin.invoke(),
}


@pytest.fixture
def state(remote: Account) -> State:
    """What an up of `PROGRAM` leaves."""
    remote.webhooks = {"receive": [A, {"url": B, "secret": OWN}]}
    managed = Secret({"events": {"receive": [A, B]}, "secrets": []})
    return State("account", PROGRAM, {**PROGRAM, "secretsReadable": True, "managed": managed})


def fails(plugin: Plugin, state: State, operation: Operation) -> str:
    """Return the one line of an operation that fails and has written nothing."""
    with pytest.raises(Failed) as failed:
        operation(plugin, state)
    assert failed.value.written is None
    return failure(failed)


COMMANDS = ["`pulumi config set sendblue:apiKeyId <key id>`", "`pulumi config set --secret sendblue:apiSecretKey`"]
ARGUMENTS = ["sendblue.Provider"]


@pytest.mark.parametrize(
    ("provider", "parts", "others"),
    [(DEFAULT_PROVIDER, COMMANDS, ARGUMENTS), (EXPLICIT_PROVIDER, ARGUMENTS, ["pulumi config set"])],
)
def test_a_wrong_key(start: Start, state: State, provider: str, parts: list[str], others: list[str]) -> None:
    """A 401 names the commands that set the pair; if the program made the provider, its arguments.

    What to do after a rotation is said if there is a state.
    """
    for name, operation in RUN.items():
        text = fails(start(provider, apiSecretKey=Secret("canary-wrong")), state, operation)
        has_state = not any(word in name for word in ("create", "preview", "import", "invoke"))
        assert ("--run-program" in text) is (has_state and provider == EXPLICIT_PROVIDER), name
        assert [part for part in ["401", *parts] if part not in text] == []
        assert [part for part in others if part in text] == []


STATUS = [
    pytest.param({"status": 403, "body": {"message": "Forbidden"}}, ["403", "sb-api-key-id", "HTTPS_PROXY"], id="403"),
    pytest.param({"status": 403, "body": {"status": "ERROR", "message": "no plan"}}, ["403", "no plan"], id="refused"),
    pytest.param({"status": 404, "body": "<html>Not found"}, ["404", "sendblue:baseUrl"], id="404"),
    pytest.param({"status": 500, "headers": {"Retry-After": "60"}}, ["answered 500", "0.3 s"], id="500"),
    pytest.param({"status": 422, "body": {"message": "a\nb"}}, ["422", "a b"], id="two lines"),
    pytest.param({"status": 200, "body": "<html>canary-key"}, ["sendblue:baseUrl"], id="HTML"),
    pytest.param({"status": 200, "body": None}, ["is empty"], id="nothing"),
    pytest.param({"status": 200, "body": {"status": "OK"}}, ["no webhooks object"], id="no webhooks"),
    pytest.param({"status": 200, "body": {"status": "ERROR", "message": "bad"}}, ["an error: bad"], id="ERROR"),
    pytest.param(
        {"status": 302, "headers": {"Location": "https://canary.example.com"}},
        ["redirected (302)", "sendblue:baseUrl"],
        id="a redirect",
    ),
]


@pytest.mark.parametrize(("fault", "parts"), STATUS)
def test_an_answer_that_is_no_good(
    start: Start, state: State, emulator: Emulator, fault: dict[str, Any], parts: list[str]
) -> None:
    """If the API does not answer with the configuration, every operation's error has the status and says what to do."""
    plugin = start(timeoutSeconds=0.3)
    emulator.faults.add(Fault(kind="status", times=None, **fault))
    for name, operation in RUN.items():
        text = fails(plugin, state, operation)
        assert [part for part in parts if part not in text] == [], name
        assert "<html>" not in text


def test_neither_path_is_known(start: Start, state: State, emulator: Emulator) -> None:
    """If both of the API's paths answer 404, the address is wrong, and nothing is taken for gone."""
    emulator.vintages = ()
    plugin = start()
    for operation in RUN.values():
        text = fails(plugin, state, operation)
        assert "/api/v2/account/webhooks" in text
        assert "/api/account/webhooks" in text
        assert "404" in text
    assert set(emulator.journal.methods()) == {"GET"}


def test_the_other_path(start: Start, emulator: Emulator) -> None:
    """If only the newer path answers, it is found with one request more, once a process."""
    emulator.vintages = ["unversioned"]
    start().up(PROGRAM)
    assert [(entry.method, entry.status) for entry in emulator.journal] == [
        ("GET", 404),
        ("GET", 200),
        ("PUT", 200),
        ("GET", 200),
    ]


def test_a_limit_of_requests(start: Start, state: State, emulator: Emulator) -> None:
    """A 429 that asks to wait longer than the budget fails at once, and says how long it asks for."""
    plugin = start()
    emulator.faults.add(Fault(kind="status", status=429, headers={"Retry-After": "120"}, times=None))
    for operation in RUN.values():
        text = fails(plugin, state, operation)
        assert "429" in text
        assert "120 s" in text
        assert "sendblue:timeoutSeconds" in text
    assert emulator.journal.methods() == ["GET"] * len(RUN)


def test_no_connection(start: Start, state: State) -> None:
    """A refused connection is an error that says so."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    plugin = start(baseUrl=address, timeoutSeconds=0.6)
    for name in ("create", "read", "diff", "delete", "update of a Webhook", "invoke"):
        text = fails(plugin, state, RUN[name])
        assert "the connection could not be made" in text
        assert address in text


def test_characters_that_a_status_cannot_hold(start: Start, emulator: Emulator) -> None:
    """Half a character from the API is left out, and no other error comes of it."""
    emulator.faults.add(
        Fault(kind="status", status=400, body='{"message": "caf\\ud800"}', content_type="application/json", times=2)
    )
    with pytest.raises(Failed) as failed:
        start().import_("account")
    assert "400: caf" in failure(failed)


def test_check_failures_are_spelled_as_the_schema_does(plugin: Plugin) -> None:
    """All failures come at once, each begins with its path, and names are the schema's, not Python's or the API's."""
    program = {
        "callLog": [A, {"url": "http://example.com", "sendblueNumbers": ["5"]}],
        "contactCreated": [{"secret": "canary-contact"}],
        "otherEvents": {"call_log": [A], "new": ["x"]},
        "call_log": [A],
        "allowOverwrite": "yes",
    }
    failures = plugin.check(program).failures
    assert [said(reason).partition(": ")[0] for reason in failures] == [
        "callLog[1].url",
        "callLog[1].sendblueNumbers[0]",
        "contactCreated[0].url",
        "otherEvents.call_log",
        "otherEvents.new[0]",
        "allowOverwrite",
        "call_log",
    ]
    assert "declare it as the property callLog" in failures[3]
    assert "allowOverwrite" in failures[6]


def test_a_defect(start: Start, state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error that nobody foresaw is one line with its type and place alone: its text may hold anything."""
    text = "canary\nTraceback (most recent call last)"

    def fail(*_: object) -> None:
        raise RuntimeError(text)

    plugin = start()
    monkeypatch.setattr("sendblue_provider.api.client.Client.get", fail)
    for operation in RUN.values():
        with pytest.raises(Failed) as failed:
            operation(plugin, state)
        line = failed.value.text.replace("defect of its own", "defect")
        assert "RuntimeError at test_errors.py:" in said(line)
        assert failed.value.written is None


def test_a_type_that_is_not_known(plugin: Plugin) -> None:
    """A resource of another type is refused by name."""
    urn = "urn:pulumi:dev::shop::sendblue:index:Other::name"
    with pytest.raises(Failed) as failed:
        plugin.call("Create", proto.CreateRequest(urn=urn, properties=to_struct({})))
    assert "sendblue:index:Other" in failure(failed)


def test_a_provider_that_is_not_configured(start: Start) -> None:
    """A call before Configure is refused, and is no crash."""
    state = State("account", {}, {"managed": Secret({"events": {}, "secrets": []})})
    plugin = start(configured=False)
    for operation in RUN.values():
        assert "configured" in fails(plugin, state, operation)
