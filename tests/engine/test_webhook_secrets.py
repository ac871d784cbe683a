"""Secrets of `Webhook`s: never in the clear in the state, its history or any output; and those that do not show."""

from __future__ import annotations

import pulumi

from sendblue_emulator import MASK, Account, Fault
from tests.engine.programs import CALLS, DYNAMIC, INBOUND, OTHERS, FrontEnd, beside_others, held
from tests.engine.world import Program, World

HIDDEN_URL = "https://hooks.example.com/canary-url/inbound"
CANARIES = ("canary-secret", "canary-url", "canary-tampered", "canary-rotated")


def test_secrets_sweep(world: World, account: Account, front_end: FrontEnd) -> None:
    """A secret, marked by the program or not, and a URL that it marks are encrypted at rest, and in no output."""

    def program(secret: str) -> Program:
        def declare() -> None:
            # A dynamic provider is not told that a URL is secret: the CLI hides what the configuration has as one.
            hidden = pulumi.Config().require_secret("url") if front_end is DYNAMIC else pulumi.Output.secret(HIDDEN_URL)
            front_end.module.Webhook("plain", event="receive", url=INBOUND, secret=secret)
            front_end.module.Webhook("marked", event="call_log", url=hidden, secret=pulumi.Output.secret(secret))
            front_end.module.Webhook("bare", event="receive", url=CALLS)

        return declare

    def tamper() -> None:
        account.webhooks = {
            "receive": [{"url": url, "secret": "canary-tampered"} for url in (INBOUND, CALLS)],
            "call_log": [{"url": HIDDEN_URL, "secret": "canary-tampered"}],
        }

    secrets = {"shop:url": HIDDEN_URL} if front_end is DYNAMIC else {}
    stack = world.stack(program("canary-secret"), account, secrets=secrets)
    runs = [stack.preview(diff=True, debug=True), stack.up(debug=True)]
    assert {"receive:", "call_log:"} == {stack.resource(name)["id"][:-16] for name in ("plain", "marked")}
    assert "canary-secret" == stack.outputs("marked")["secret"]
    tamper()
    runs += [stack.preview(diff=True), stack.refresh()]
    assert "canary-tampered" == stack.outputs("plain")["secret"] == stack.outputs("bare")["secret"]
    stack.program(program("canary-rotated"))
    # What the API has been told, whichever of the resources is written first.
    echo = {"message": f"no: canary-tampered, {HIDDEN_URL}"}
    world.emulator.faults.add(Fault(kind="status", method="PUT", times=None, status=400, body=echo))
    runs.append(stack.up(diff=True, debug=True))
    world.emulator.faults.clear()
    runs += [stack.up(diff=True), stack.destroy()]
    tamper()
    runs.append(stack.up())

    assert [True, True, True, True, False, True, True, False] == [run.ok for run in runs]
    for number, run in enumerate(runs):
        for canary in CANARIES:
            assert canary not in run.text, (number, [line for line in run.text.splitlines() if canary in line])
    for path, text in stack.files().items():
        for canary in CANARIES:
            assert canary not in text, path
    # The sweep would find them: the files that it reads do hold the webhooks.
    assert any(INBOUND in text for path, text in stack.files().items() if "history" in path.parts)


def test_secrets_that_the_api_does_not_show(world: World, account: Account, front_end: FrontEnd) -> None:
    """While secrets read masked a change removes and adds its own entry alone, and preview and up warn of the gap."""
    account.webhooks = OTHERS
    account.behave(secrets="masked")
    stack = world.stack(front_end.webhook(secret="our-secret"), account)
    assert stack.up().ok
    assert stack.outputs("inbound")["secretsReadable"] is False
    preview = stack.preview(expect_no_changes=True)
    assert preview.ok, preview.text
    assert "does not show all secrets of this account, so drift in them cannot be seen" in preview.text

    stack.program(front_end.webhook(secret="rotated"))
    for run, requests in ((stack.preview(), ["GET"]), (stack.up(), ["GET", "GET", "DELETE", "GET", "POST", "GET"])):
        assert run.ok, run.text
        assert requests == run.requests
        assert "warning: cannot be changed in place, since Sendblue does not show, or no longer shows" in run.text
        assert "it is removed and added again, and calls in between are lost" in run.text
    assert beside_others({"url": INBOUND, "secret": "rotated"}) == held(account)
    assert stack.preview(expect_no_changes=True).ok

    account.add("receive", {"url": CALLS, "secret": "late-secret"})
    destroy = stack.destroy()
    assert destroy.ok, destroy.text
    assert [*front_end.reads, "GET", "DELETE", "GET"] == destroy.requests
    assert beside_others({"url": CALLS, "secret": "late-secret"}) == held(account)
    assert MASK not in str(account.webhooks)
