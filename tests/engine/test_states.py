"""Stacks whose state an earlier commit wrote go on without a diff; `states/README.md` says how the states were made."""

from __future__ import annotations

import json
import pickle
from collections.abc import Mapping
from typing import Any

import pytest

from sendblue_emulator import Account
from tests.dynamic.pinned import OF_CLASS
from tests.engine.programs import CALLS, DYNAMIC, FOREIGN, INBOUND, OTHERS, PLUGIN, FrontEnd, held
from tests.engine.states.cases import CASES, FOLDER, URL_AT_THE_TIME, Case
from tests.engine.vault import SECRETS_PROVIDER
from tests.engine.world import Stack, World


def _by_id(case: Case) -> str:
    return case.file.stem


def _read(case: Case, url: str, protocol: int) -> dict[str, Any]:
    """Return what a file has, for the emulator at this address and a state written by a Python of this protocol."""
    text = case.file.read_text().replace(URL_AT_THE_TIME, url)
    for of_protocol in OF_CLASS.values():
        for pickled in of_protocol.values():
            text = text.replace(pickled, of_protocol[protocol])
    made: dict[str, Any] = json.loads(text)
    return made


def restore(world: World, case: Case, protocol: int = pickle.DEFAULT_PROTOCOL) -> Stack:
    """Make a stack of this case's program, and give it and its account what the file has."""
    account = world.account()
    account.behave(**case.behaviour)
    stack = world.stack(case.program, account)
    made = _read(case, world.url, protocol)
    account.webhooks = made["account"]
    key = {"url": SECRETS_PROVIDER, "encryptedkey": stack.stack.workspace.stack_settings("dev").encrypted_key}
    latest = {**made["deployment"], "secrets_providers": {"type": "cloud", "state": key}}
    checkpoint = json.loads(stack.state_file.read_text())
    checkpoint["checkpoint"]["latest"] = latest
    stack.state_file.write_text(json.dumps(checkpoint))
    return stack


def assert_holds(account: Account, webhooks: Mapping[str, Any]) -> None:
    """Assert that the account has these webhooks, in any order."""

    def in_order(value: Any) -> Any:
        return sorted(value, key=json.dumps) if isinstance(value, list) else value

    assert {name: in_order(value) for name, value in webhooks.items()} == {
        name: in_order(value) for name, value in held(account).items()
    }


def assert_goes_on(stack: Stack) -> None:
    """Assert that a preview plans no change, reports no drift, and sends one GET."""
    before = stack.account.webhooks
    preview = stack.preview(expect_no_changes=True)
    assert preview.ok, preview.text
    assert ["GET"] == preview.requests
    assert "changed outside of this stack" not in preview.text
    assert before == stack.account.webhooks


def writes(requests: list[str]) -> list[str]:
    """Return the requests that write."""
    return sorted(method for method in requests if method != "GET")


def first_reads(case: Case) -> list[str]:
    """Return the requests of the first run of a restored stack.

    The plugin's package did not name its download address in these states. So the resources are read once by the
    default provider of the state, and once by the default provider of the program: two processes.
    """
    return ["GET", "GET"] if "pulumi:providers:sendblue::default" in case.file.read_text() else ["GET"]


def provided(state: Mapping[str, Any]) -> dict[str, set[str]]:
    """Return what each resource has besides what its program declares: names that programs and later runs read."""
    return {
        resource["urn"]: {*resource["outputs"]} - {*resource["inputs"]}
        for resource in state["resources"]
        if resource["type"].endswith(("Webhook", "WebhookConfiguration"))
    }


def test_every_state_has_its_case() -> None:
    """Each file is the state of a case, and no state names a folder of the machine that wrote it."""
    assert {case.file for case in CASES} == set(FOLDER.glob("*.json"))
    for case in CASES:
        text = case.file.read_text()
        assert "file://" not in text
        assert "project://" not in text
        assert "http://" not in text.replace(URL_AT_THE_TIME, "")


@pytest.mark.parametrize("case", CASES, ids=_by_id)
def test_no_diff(world: World, case: Case) -> None:
    """The next up of a restored stack changes nothing; if the state has drift, that alone shows in a preview."""
    stack = restore(world, case)
    account = stack.account
    before, restored = account.webhooks, stack.state()
    if case.drifted:
        preview = stack.preview()
        assert preview.ok, preview.text
        assert "to update" in preview.text or "to create" in preview.text
        assert first_reads(case) == preview.requests
    else:
        up = stack.up(expect_no_changes=True)
        assert up.ok, up.text
        assert first_reads(case) == up.requests
        assert "changed outside of this stack" not in up.text
        if not case.refreshed:
            assert provided(restored).items() <= provided(stack.state()).items()
    assert before == account.webhooks


def named(*names: str) -> pytest.MarkDecorator:
    """Run a test with the cases of these names, of both front ends."""
    return pytest.mark.parametrize("case", [case for case in CASES if case.name in names], ids=_by_id)


@named("configuration", "webhooks")
def test_life_goes_on(world: World, case: Case) -> None:
    """Edits by hand show in a preview of a restored stack, an up undoes them alone, and destroy removes its own."""
    stack = restore(world, case)
    account = stack.account
    before, restored = held(account), stack.state()
    account.add("outbound", {"url": FOREIGN, "secret": "canary-foreign-secret"})
    if case.name == "webhooks":
        account.remove("call_log", CALLS)
        account.webhooks = {**account.webhooks, "receive": [*OTHERS["receive"], {"url": INBOUND, "secret": "by-hand"}]}
        # The foreign entry of outbound is none of a Webhook's business.
        before = {**before, "outbound": [{"url": FOREIGN, "secret": "canary-foreign-secret"}]}
        lines, undone = [f"- call_log {CALLS}", f"~ receive {INBOUND}"], ["POST", "PUT"]
    else:
        lines, undone = [f"+ outbound {FOREIGN} (secret set)"], ["PUT"]

    preview = stack.preview(expect_no_changes=True)
    assert not preview.ok
    assert first_reads(case) == preview.requests
    for line in lines:
        assert line in preview.text
    up = stack.up()
    assert up.ok, up.text
    assert undone == writes(up.requests)
    assert_holds(account, before)
    assert "canary-foreign-secret" not in preview.text + up.text
    assert provided(restored) == provided(stack.state())
    destroy = stack.destroy()
    assert destroy.ok, destroy.text
    assert_holds(account, _left(case, before))


def _left(case: Case, before: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a destroy leaves: what others have."""
    return {**OTHERS, "outbound": before["outbound"]} if case.name == "webhooks" else {}


@pytest.mark.parametrize("protocol", [protocol for protocol in (4, 5) if protocol != pickle.DEFAULT_PROTOCOL])
@pytest.mark.parametrize(
    "case",
    [case for case in CASES if case.front_end is DYNAMIC and case.name in {"configuration", "webhooks"}],
    ids=_by_id,
)
def test_another_python(world: World, case: Case, protocol: int) -> None:
    """A state of a Python with the other pickle protocol has no diff either, and is destroyed."""
    stack = restore(world, case, protocol)
    assert_goes_on(stack)
    destroy = stack.destroy()
    assert destroy.ok, destroy.text
    assert_holds(stack.account, OTHERS if case.name == "webhooks" else {})


@named("configuration", "webhooks")
def test_move(world: World, case: Case) -> None:
    """The other front end takes a restored stack over with one update that only reads, and goes on without a diff."""
    stack = restore(world, case)
    before = stack.account.webhooks
    there: FrontEnd = PLUGIN if case.front_end is DYNAMIC else DYNAMIC
    stack.program(next(other.program for other in CASES if (other.name, other.front_end) == (case.name, there)))
    up = stack.up()
    assert up.ok, up.text
    assert {"GET"} == set(up.requests)
    assert before == stack.account.webhooks
    assert_goes_on(stack)
