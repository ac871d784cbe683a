"""Every error of a call is one line that says what happened and what to do, with no secret and no traceback."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2 as proto

from sendblue_emulator import Account, Emulator, Fault
from tests.plugin.conftest import (
    IMPORT,
    KEY,
    NUMBER,
    OTHER,
    OTHER_NUMBER,
    OWN,
    A,
    B,
    C,
    D,
    content,
    failure,
    id_of,
    said,
)
from tests.plugin.driver import EXPLICIT_PROVIDER, WEBHOOK, Failed, Plugin, Secret, Start, State, to_struct

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
OPERATIONS = [pytest.param(operation, id=name) for name, operation in RUN.items()]


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


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_wrong_key(start: Start, state: State, operation: Operation) -> None:
    """A 401 of the default provider names the commands that set the pair."""
    text = fails(start(apiSecretKey=Secret("canary-wrong")), state, operation)
    assert "401" in text
    assert "`pulumi config set sendblue:apiKeyId <key id>`" in text
    assert "`pulumi config set --secret sendblue:apiSecretKey`" in text
    assert "--run-program" not in text


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_wrong_key_of_an_explicit_provider(start: Start, state: State, operation: Operation) -> None:
    """A 401 of a provider that the program made names its arguments, and `--run-program`."""
    text = fails(start(EXPLICIT_PROVIDER, apiSecretKey=Secret("canary-wrong")), state, operation)
    assert "401" in text
    assert "sendblue.Provider" in text
    assert "--run-program" in text
    assert "pulumi config set" not in text


STATUS = [
    pytest.param({"status": 403, "body": {"message": "Forbidden"}}, ["403", "sb-api-key-id", "HTTPS_PROXY"], id="403"),
    pytest.param({"status": 403, "body": {"status": "ERROR", "message": "no plan"}}, ["403", "no plan"], id="refused"),
    pytest.param({"status": 404, "body": "<html>Not found"}, ["404", "sendblue:baseUrl"], id="404"),
    pytest.param({"status": 500, "headers": {"Retry-After": "60"}}, ["answered 500", "0.3 s"], id="500"),
    pytest.param({"status": 422, "body": {"message": "a\nb"}}, ["422", "a b"], id="two lines"),
    pytest.param({"status": 200, "body": "<html>canary-key"}, ["<html>[secret]", "sendblue:baseUrl"], id="HTML"),
    pytest.param({"status": 200, "body": None}, ["is empty"], id="nothing"),
    pytest.param({"status": 200, "body": {"status": "OK"}}, ["no webhooks object"], id="no webhooks"),
    pytest.param({"status": 200, "body": {"webhooks": {"receive": [1]}}}, ["receive"], id="another shape"),
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
    """What the API answers in the place of the configuration is told by every operation: its status and what to do."""
    plugin = start(timeoutSeconds=0.3)
    emulator.faults.add(Fault(kind="status", times=None, **fault))
    for name, operation in RUN.items():
        text = fails(plugin, state, operation)
        assert [part for part in parts if part not in text] == [], name


@pytest.mark.parametrize("operation", OPERATIONS)
def test_neither_path_is_known(start: Start, state: State, emulator: Emulator, operation: Operation) -> None:
    """Where both of the API's paths answer 404, the address is wrong, and nothing is taken for gone."""
    emulator.vintages = ()
    text = fails(start(), state, operation)
    assert "/api/v2/account/webhooks" in text
    assert "/api/account/webhooks" in text
    assert "404" in text
    assert emulator.journal.methods() == ["GET", "GET"]


def test_the_other_path(start: Start, emulator: Emulator) -> None:
    """Where only the newer path answers, it is found with one request more, once a process."""
    emulator.vintages = ["unversioned"]
    start().up(PROGRAM)
    assert [(entry.method, entry.status) for entry in emulator.journal] == [
        ("GET", 404),
        ("GET", 200),
        ("PUT", 200),
        ("GET", 200),
    ]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_limit_of_requests(start: Start, state: State, emulator: Emulator, operation: Operation) -> None:
    """A 429 that asks to wait longer than the budget fails at once, and says how long it asks for."""
    plugin = start()
    emulator.faults.add(Fault(kind="status", status=429, headers={"Retry-After": "120"}, times=None))
    text = fails(plugin, state, operation)
    assert "429" in text
    assert "120 s" in text
    assert "sendblue:timeoutSeconds" in text
    assert emulator.journal.methods() == ["GET"]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_no_connection(start: Start, state: State, operation: Operation) -> None:
    """A refused connection is told as one."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    text = fails(start(baseUrl=address, timeoutSeconds=0.3), state, operation)
    assert "the connection could not be made" in text
    assert address in text


REFUSED = [
    pytest.param({"receive": [A, {"url": B, "secret": OWN}, D]}, [f"receive {D}"], id="an entry"),
    pytest.param({"outbound": [{"url": D, "secret": OTHER}]}, [f"outbound {D} (secret set)"], id="with a secret"),
    pytest.param({"receive": [A, {"url": B, "secret": OTHER}]}, [f"receive {B} (another secret)"], id="a secret"),
    pytest.param({"receive": [{"url": A, "secret": OTHER}]}, [f"receive {A} (another secret)"], id="a secret more"),
    pytest.param(
        {"receive": [{"url": A, "sendblue_numbers": [NUMBER]}]}, [f"receive {A} (other numbers)"], id="numbers"
    ),
    pytest.param(
        {"globalSecret": OTHER, "secret": OTHER}, ["globalSecret (secret set)", "secret (secret set)"], id="x"
    ),
    pytest.param({"inbound_call": [C]}, [f"inbound_call {C}"], id="a newer event"),
    pytest.param(
        {"receive": ["https://example.com/?token=canary"]}, ["receive https://example.com/?token=…"], id="url"
    ),
]


@pytest.mark.parametrize(("live", "parts"), REFUSED)
@pytest.mark.parametrize("preview", [True, False])
def test_a_create_is_refused(
    start: Start, emulator: Emulator, remote: Account, live: dict[str, Any], parts: list[str], *, preview: bool
) -> None:
    """An account that holds what is not declared refuses the create, in preview too; the error says the ways out."""
    remote.webhooks = live
    plugin = start()
    with pytest.raises(Failed) as failed:
        plugin.preview(PROGRAM) if preview else plugin.up(PROGRAM)
    text = failure(failed)
    assert [part for part in parts if part not in text] == []
    assert "Declare it in this program" in text
    assert "allowOverwrite" in text
    assert f"`{IMPORT} <name> account`" in text
    assert "--replace" in text
    assert failed.value.written is None
    assert emulator.journal.methods() == ["GET"]
    assert content(remote) == live


@pytest.mark.parametrize("live", [case.values[0] for case in REFUSED], ids=[case.id for case in REFUSED])
def test_allow_overwrite_is_the_way_out(start: Start, remote: Account, live: dict[str, Any]) -> None:
    """With it the same create is planned and done."""
    remote.webhooks = live
    program = {**PROGRAM, "allowOverwrite": True}
    plan, _ = start().preview(program)
    assert plan.step == "create"
    start().up(program)
    assert content(remote) == {"receive": [A, {"url": B, "secret": OWN}]}


def test_import_is_the_way_out(start: Start, remote: Account) -> None:
    """After an import of what is there, the program that declares it has nothing to do."""
    remote.webhooks = {"receive": [A, {"url": B, "secret": OWN, "sendblue_numbers": [OTHER_NUMBER]}]}
    state = start().import_("account")
    program = state.inputs
    assert start().plan(program, state).step == "same"


def test_a_request_that_the_api_refuses(start: Start, emulator: Emulator) -> None:
    """What the API says to a PUT is told, cut to a readable length, without what was sent as a secret."""
    answer = {"status": "ERROR", "message": f"Invalid: {OWN} {KEY} " + "long " * 100}
    emulator.faults.add(Fault(kind="status", method="PUT", status=400, body=answer))
    with pytest.raises(Failed) as failed:
        start().up(PROGRAM)
    assert "Invalid: [secret] [secret] long" in failure(failed)
    assert len(failed.value.text) < 500


def test_characters_that_a_status_cannot_hold(start: Start, emulator: Emulator) -> None:
    """Half a character from the API is left out, and no other error comes of it."""
    emulator.faults.add(
        Fault(kind="status", status=400, body='{"message": "caf\\ud800"}', content_type="application/json")
    )
    with pytest.raises(Failed) as failed:
        start().import_("account")
    assert "400: caf" in failure(failed)


def test_check_failures_are_spelled_as_the_schema_does(plugin: Plugin) -> None:
    """All failures come at once, each begins with its path, and names are the schema's, not Python's or the API's."""
    program = {
        "callLog": [A, {"url": "http://example.com", "sendblueNumbers": ["5"]}],
        "contactCreated": [{"url": A}],
        "otherEvents": {"call_log": [A], "new": ["x"]},
        "call_log": [A],
        "allowOverwrite": "yes",
    }
    failures = plugin.check(program).failures
    assert [said(reason).partition(": ")[0] for reason in failures] == [
        "callLog[1].url",
        "callLog[1].sendblueNumbers[0]",
        "contactCreated[0]",
        "otherEvents.call_log",
        "otherEvents.new[0]",
        "allowOverwrite",
        "call_log",
    ]
    assert "declare it as the property callLog" in failures[3]
    assert "allowOverwrite" in failures[6]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_defect(start: Start, state: State, operation: Operation, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error that nobody foresaw is told in one line by its type and place alone: its text may hold anything."""
    text = "canary\nTraceback (most recent call last)"

    def fail(*_: object) -> None:
        raise RuntimeError(text)

    plugin = start()
    monkeypatch.setattr("sendblue_provider.client.Client.get", fail)
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


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_provider_that_is_not_configured(start: Start, operation: Operation) -> None:
    """A call before Configure is refused, and is no crash."""
    state = State("account", {}, {"managed": Secret({"events": {}, "secrets": []})})
    assert "configured" in fails(start(configured=False), state, operation)
