"""What must never happen: somebody else's webhooks lost, a mask written back, a failure that hides what it did."""

from __future__ import annotations

import pulumi
import pytest

from pulumi_sendblue import dynamic as sendblue
from sendblue_emulator import MASK, Account, Fault
from tests.engine.programs import (
    AUDIT,
    CALLS,
    DYNAMIC,
    FOREIGN,
    INBOUND,
    PLUGIN,
    USUAL,
    FrontEnd,
    declare,
    held,
    usual,
)
from tests.engine.world import World


def test_create_is_refused(world: World, account: Account, front_end: FrontEnd) -> None:
    """A create on an account that holds something else is refused in preview and up, each thing listed."""
    account.webhooks = {
        "receive": [FOREIGN, {"url": AUDIT, "secret": "somebody's"}],
        "outbound": [{"url": FOREIGN, "secret": "foreign-secret"}],
        "globalSecret": "foreign-global",
        "secret": "foreign-legacy",
    }
    before = held(account)
    stack = world.stack(front_end.usual(), account)

    for run in (stack.preview(), stack.up()):
        assert not run.ok
        assert ["GET"] == run.requests
        assert f"receive {FOREIGN}; " in run.text
        assert f"receive {AUDIT} (another secret)" in run.text
        assert f"outbound {FOREIGN} (secret set)" in run.text
        assert "globalSecret (another secret)" in run.text
        assert "secret (secret set)" in run.text
        assert f"set {front_end.allow_overwrite} to replace it" in run.text
        assert ("pulumi import " in run.text) == (front_end is PLUGIN)
        for secret in ("somebody's", "foreign-secret", "foreign-global", "foreign-legacy"):
            assert secret not in run.text
    assert before == held(account)


def test_create_with_allow_overwrite(world: World, account: Account, front_end: FrontEnd) -> None:
    """With `allow_overwrite` the create replaces what is there, and the preview and the up list it."""
    account.webhooks = {"receive": [FOREIGN], "secret": "foreign-legacy"}
    stack = world.stack(front_end.declare(receive=[INBOUND], allow_overwrite=True), account)

    for run in (stack.preview(), stack.up()):
        assert run.ok
        assert f"warning: this create will overwrite, since {front_end.allow_overwrite} is set:" in run.text
        assert f"- receive {FOREIGN}" in run.text
        assert "- secret (secret set)" in run.text
    assert {"receive": [INBOUND]} == held(account)
    assert stack.preview(expect_no_changes=True).ok


def test_create_of_what_is_there(world: World, account: Account, front_end: FrontEnd) -> None:
    """An account that already is what the program declares is taken over without a PUT."""
    account.webhooks = USUAL
    stack = world.stack(front_end.usual(), account)

    up = stack.up()
    assert up.ok
    assert [*front_end.looks, "GET"] == up.requests
    assert "already on the account, and managed by this stack from now on, so that destroy removes it:" in up.text
    assert f"receive {AUDIT} (secret set)" in up.text
    assert stack.preview(expect_no_changes=True).ok


def test_create_refused_at_the_last_moment(world: World, account: Account) -> None:
    """What somebody adds between the check and the create is refused by the create, and stays."""
    stack = world.stack(usual(), account)
    world.emulator.before("GET", lambda: account.add("outbound", FOREIGN), after=1)

    up = stack.up()
    assert not up.ok
    assert ["GET", "GET"] == up.requests
    assert f"outbound {FOREIGN}" in up.text
    assert {"outbound": [FOREIGN]} == held(account)


def test_conflict_between_diff_and_write(world: World, account: Account, front_end: FrontEnd) -> None:
    """An account that changes between the diff and the write is left alone; the next up shows and settles it."""
    stack = world.stack(front_end.declare(receive=[INBOUND]), account)
    stack.up()
    stack.program(front_end.declare(receive=[INBOUND, AUDIT]))
    world.emulator.before("GET", lambda: account.add("outbound", {"url": FOREIGN, "secret": "late"}), after=1)

    up = stack.up()
    assert not up.ok
    assert ["GET", "GET"] == up.requests
    assert "was changed by somebody else while this update ran, and nothing was written" in up.text
    assert f"+ outbound {FOREIGN} (secret set)" in up.text
    assert "Run `pulumi up` again" in up.text
    assert {"receive": [INBOUND], "outbound": [{"url": FOREIGN, "secret": "late"}]} == held(account)

    again = stack.up()
    assert again.ok
    assert f"+ outbound {FOREIGN} (secret set)" in again.text
    if front_end is DYNAMIC:
        assert f"- outbound {FOREIGN} (secret set)" in again.text
    assert {"receive": [INBOUND, AUDIT]} == held(account)


def test_an_error_is_short_and_ends_in_the_whole_story(world: World, account: Account) -> None:
    """What the dynamic host prints of one of our errors shows no frame below the hook."""
    stack = world.stack(declare(receive=[INBOUND]), account)
    stack.up()
    stack.program(declare(receive=[AUDIT]))
    world.emulator.before("GET", lambda: account.add("outbound", FOREIGN), after=1)

    text = stack.up().text
    assert "The Sendblue account was changed by somebody else" in text
    assert "lifecycle.py" not in text
    assert "httpx" not in text


def test_two_stacks_on_two_accounts(world: World) -> None:
    """Stacks on accounts of their own do not see each other."""
    dev, prod = world.account("dev"), world.account("prod")
    first = world.stack(declare(receive=["https://dev.example.com/in"]), dev, name="dev")
    second = world.stack(declare(receive=["https://example.com/in"]), prod, name="prod")

    assert first.up().ok
    assert second.up().ok
    assert {"receive": ["https://dev.example.com/in"]} == held(dev)
    assert {"receive": ["https://example.com/in"]} == held(prod)
    assert first.destroy().ok
    assert {} == held(dev)
    assert {"receive": ["https://example.com/in"]} == held(prod)
    assert second.preview(expect_no_changes=True).ok


def test_two_stacks_on_one_account(world: World, account: Account) -> None:
    """The second stack on an account is refused, and the first one's webhooks stay."""
    first = world.stack(usual(), account, name="first")
    second = world.stack(declare(receive=[FOREIGN]), account, name="second")
    first.up()

    refused = second.up()
    assert not refused.ok
    assert f"receive {INBOUND}" in refused.text
    assert USUAL == held(account)
    assert first.preview(expect_no_changes=True).ok


def test_another_account(world: World, front_end: FrontEnd) -> None:
    """Where the credentials are another account's by now, the preview says so beside all that it would remove."""
    dev, prod = world.account("dev"), world.account("prod", webhooks={"receive": [FOREIGN]})
    stack = world.stack(front_end.usual(), dev)
    stack.up()
    stack.config("sendblue:apiKeyId", "prod-test-key-id")
    stack.config("sendblue:apiSecretKey", "prod-test-secret-key", secret=True)

    preview = stack.preview()
    assert "warning: nothing that this stack put on the account is there, but other webhooks are." in preview.text
    assert f"+ receive {FOREIGN}" in preview.text
    if front_end is DYNAMIC:
        assert f"- receive {FOREIGN}" in preview.text
    assert {"receive": [FOREIGN]} == held(prod)


def test_import_is_refused(world: World, account: Account) -> None:
    """A dynamic resource cannot be imported, and the error says what to do instead."""
    stack = world.stack(declare("webhooks", pulumi.ResourceOptions(import_="account"), receive=[INBOUND]), account)

    preview = stack.preview()
    assert not preview.ok
    assert "cannot be imported" in preview.text
    assert "KeyError" not in preview.text


def test_two_resources_in_one_program(world: World, account: Account) -> None:
    """A program that declares two is refused, and running a program twice in a process is not two."""

    def program() -> None:
        sendblue.WebhookConfiguration("one", receive=[INBOUND])
        sendblue.WebhookConfiguration("two", receive=[INBOUND])

    stack = world.stack(program, account)
    preview = stack.preview()
    assert not preview.ok
    assert "declares two WebhookConfigurations, 'one' and 'two'" in preview.text

    stack.program(declare("one", receive=[INBOUND]))
    assert stack.preview().ok
    assert stack.preview().ok


@pytest.mark.parametrize(
    ("front_end", "shown"),
    [(DYNAMIC, "masked"), (DYNAMIC, "omitted"), (PLUGIN, "masked")],
    indirect=["front_end"],
    ids=["dynamic-masked", "dynamic-omitted", "plugin-masked"],
)
def test_secrets_that_the_api_does_not_show(world: World, account: Account, front_end: FrontEnd, shown: str) -> None:
    """Masked or omitted secrets cause no endless drift, a rotation still arrives, and no mask is ever written."""
    account.behave(secrets=shown)
    stack = world.stack(front_end.usual(), account)
    assert stack.up().ok
    assert USUAL == held(account)
    assert stack.outputs()["secretsReadable"] is False
    assert "audit-secret" == stack.outputs()["receive"][1]["secret"]

    preview = stack.preview(expect_no_changes=True)
    assert preview.ok, preview.text
    assert "does not show all secrets of this account, so drift in them cannot be seen" in preview.text
    assert stack.refresh().ok
    assert "global-secret" == stack.outputs()["globalSecret"]
    assert stack.preview(expect_no_changes=True).ok

    rotated = [INBOUND, sendblue.WebhookEndpointArgs(url=AUDIT, secret="rotated")]
    stack.program(front_end.declare(receive=rotated, call_log=[CALLS], global_secret="global-secret"))
    if front_end is DYNAMIC:
        assert f"~ receive {AUDIT} secret changed" in stack.preview().text
    assert stack.up().ok
    assert {**USUAL, "receive": [INBOUND, {"url": AUDIT, "secret": "rotated"}]} == held(account)

    account.behave(secrets="readable")
    assert stack.refresh().ok
    assert stack.outputs()["secretsReadable"] is True
    assert stack.preview(expect_no_changes=True).ok


def test_destroy_writes_no_mask_over_foreign_secrets(world: World, account: Account) -> None:
    """Where a foreign entry's secret reads masked, destroy leaves the global secret rather than lose that one."""
    stack = world.stack(usual(), account)
    stack.up()
    account.add("outbound", {"url": FOREIGN, "secret": "foreign-secret"})
    account.behave(secrets="masked")

    destroy = stack.destroy()
    assert destroy.ok
    assert ["GET", "DELETE", "DELETE", "GET"] == destroy.requests
    assert {"outbound": [{"url": FOREIGN, "secret": "foreign-secret"}], "globalSecret": "global-secret"} == held(
        account
    )
    assert "globalSecret was left on the account" in destroy.text
    assert MASK not in str(held(account))


def test_event_that_the_api_drops(world: World, account: Account) -> None:
    """An event that a PUT answers with 200 and drops is an error that names it."""
    account.behave(dropped_on_put={"call_log"})
    stack = world.stack(usual(), account)

    up = stack.up()
    assert not up.ok
    assert f"+ call_log {CALLS}" in up.text
    assert "It is known to drop an event type that it does not offer" in up.text
    assert "remove call_log from the program" in up.text
    assert "What was written stays on the account" in up.text

    account.behave(dropped_on_put=())
    assert stack.up().ok
    assert USUAL == held(account)


def test_failed_verification_converges(world: World, account: Account) -> None:
    """Where the GET after the PUT fails, the error says so, and the next up takes over what is there."""
    stack = world.stack(usual(), account)
    world.emulator.faults.add(Fault(kind="status", method="GET", after=2, times=None, status=400))

    up = stack.up()
    assert not up.ok
    assert "The change was sent, but could not be looked at afterwards" in up.text
    world.emulator.faults.clear()
    assert USUAL == held(account)

    again = stack.up()
    assert again.ok
    assert ["GET", "GET"] == again.requests


def test_crash_after_the_put_converges(world: World, account: Account, front_end: FrontEnd) -> None:
    """After a kill between the PUT and the saved state, the next up converges with no refusal and no second PUT."""
    stack = world.stack(front_end.usual(), account)
    world.emulator.before("GET", world.kill, after=len(front_end.looks) + 1)

    assert not stack.up().ok
    assert USUAL == held(account)

    stack.stack.cancel()
    again = stack.up()
    assert again.ok, again.text
    assert [*front_end.looks, "GET"] == again.requests
    assert stack.outputs()["secretsReadable"] is True
    assert stack.destroy().ok
    assert {} == held(account)


def test_program_that_fails_after_the_resource(world: World, account: Account, front_end: FrontEnd) -> None:
    """A program error after the resource fails the run; what was registered is on the account and in the state."""

    def program() -> None:
        front_end.module.WebhookConfiguration("webhooks", receive=[INBOUND])
        raise ValueError("a mistake further down")

    stack = world.stack(program, account)
    assert not stack.up().ok
    assert {"receive": [INBOUND]} == held(account)
    assert [INBOUND] == stack.outputs()["receive"]
