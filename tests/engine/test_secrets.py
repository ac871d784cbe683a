"""No secret and no credential shows up anywhere: a life with canaries, and every place they could end up in."""

from __future__ import annotations

from unittest import mock

import pulumi
import pytest

from pulumi_sendblue import dynamic as sendblue
from sendblue_emulator import Account, Fault
from tests.engine.programs import AUDIT, CALLS, DYNAMIC, FOREIGN, INBOUND, PLUGIN, FrontEnd, held
from tests.engine.workspaces import KEY_ID, SECRET_KEY, Program
from tests.engine.world import Run, Stack, World

DECLARED = ("canary-global-1", "canary-legacy-2", "canary-endpoint-3", "canary-other-4", "canary-rotated-5")
FOUND = ("canary-foreign-6", "canary-tampered-7")
CREDENTIALS = (f"main-{SECRET_KEY}",)
CANARIES = (*DECLARED, *FOUND, *CREDENTIALS)
HIDDEN_URL = "https://hooks.example.com/canary-url/inbound"
WEBHOOK_CANARIES = ("canary-secret", "canary-url", "canary-tampered", "canary-rotated")


def _declare(endpoint_secret: str, front_end: FrontEnd) -> Program:
    return front_end.declare(
        receive=[INBOUND, sendblue.WebhookEndpointArgs(url=AUDIT, secret=endpoint_secret)],
        call_log=[CALLS],
        other_events={"typing_indicator": [{"url": INBOUND, "secret": "canary-other-4"}]},
        global_secret="canary-global-1",
        secret="canary-legacy-2",
    )


def _life(stack: Stack, account: Account, front_end: FrontEnd) -> list[Run]:
    """Run everything that can happen to a stack, failures included."""
    options = {"debug": True, "log_verbosity": 9, "log_to_std_err": True}
    faults = stack.world.emulator.faults
    runs = [stack.preview(**options), stack.up(**options)]
    account.add("receive", {"url": FOREIGN, "secret": "canary-foreign-6"})
    account.set_secret("globalSecret", "canary-tampered-7")
    runs += [stack.preview(**options), stack.refresh(**options)]
    stack.program(_declare("canary-rotated-5", front_end))
    echoed = " ".join((*CREDENTIALS, *DECLARED))
    # Failures that quote what was sent or answered: a broken body, a refusal that echoes, an outage, a conflict.
    faults.add(Fault(kind="truncate", method="GET", times=2))  # one for each of the API's paths
    runs.append(stack.preview(**options))
    faults.add(Fault(kind="status", method="PUT", status=400, body={"message": f"no: {echoed}"}))
    runs.append(stack.up(**options))
    stack.world.emulator.before(
        "GET", lambda: account.add("outbound", {"url": FOREIGN, "secret": "canary-foreign-6"}), after=1
    )
    runs += [stack.up(**options), stack.up(**options)]
    account.add("outbound", {"url": FOREIGN, "secret": "canary-foreign-6"})
    runs.append(stack.destroy(**options))
    # A create that is refused.
    runs.append(stack.up(**options))
    return runs


def _provider_lines(text: str) -> str:
    """Leave out the engine's own lines: at -v=9 it logs in the clear what it sends to and gets from each provider.

    Of its lines those stay that repeat what a provider told it to show.
    """
    return "\n".join(line for line in text.splitlines() if not line.startswith('{"time":') or "eventSink::" in line)


@pytest.fixture
def life(world: World, account: Account, front_end: FrontEnd) -> tuple[Stack, list[Run]]:
    """A stack's whole life, with a canary for every secret, and the credentials from the environment.

    From the configuration, the CLI itself would hide the secret key if the provider printed it.
    """
    account.behave(accepted_events=("receive", "outbound", "call_log", "typing_indicator"))
    stack = world.stack(_declare("canary-endpoint-3", front_end), account)
    stack.credentials_from_environment()
    return stack, _life(stack, account, front_end)


def test_sweep_of_a_configuration(life: tuple[Stack, list[Run]]) -> None:
    """No secret and no credential is in the backend's files in the clear, nor in anything this provider prints."""
    stack, runs = life
    assert [True, True, True, True, False, False, False, True, True, False] == [run.ok for run in runs]

    for path, text in stack.files().items():
        for canary in CANARIES:
            assert canary not in text, path
    for number, run in enumerate(runs):
        printed = _provider_lines(run.text)
        assert "Sendblue answered" in printed or "account/webhooks" in printed, number
        for canary in (*CANARIES, f"main-{KEY_ID}"):
            assert canary not in printed, (number, [line for line in printed.splitlines() if canary in line])

    # The sweep would find a secret: the files that it reads do hold the webhooks.
    history = [text for path, text in stack.files().items() if "history" in path.parts]
    assert len(history) > 5
    assert any(CALLS in text for text in history)
    assert any('"ciphertext"' in text for text in history)


def test_sweep_of_webhooks(world: World, account: Account, front_end: FrontEnd) -> None:
    """A secret, marked by the program or not, and a URL that it marks are encrypted at rest, and in no output."""

    def program(secret: str) -> Program:
        def declare() -> None:
            hidden = pulumi.Output.secret(HIDDEN_URL)
            front_end.module.Webhook("plain", event="receive", url=INBOUND, secret=secret)
            front_end.module.Webhook("marked", event="call_log", url=hidden, secret=pulumi.Output.secret(secret))
            front_end.module.Webhook("bare", event="receive", url=CALLS)

        return declare

    def tamper() -> None:
        account.webhooks = {
            "receive": [{"url": url, "secret": "canary-tampered"} for url in (INBOUND, CALLS)],
            "call_log": [{"url": HIDDEN_URL, "secret": "canary-tampered"}],
        }

    stack = world.stack(program("canary-secret"), account)
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
        for canary in WEBHOOK_CANARIES:
            assert canary not in run.text, (number, [line for line in run.text.splitlines() if canary in line])
    for path, text in stack.files().items():
        for canary in WEBHOOK_CANARIES:
            assert canary not in text, path
    # The sweep would find them: the files that it reads do hold the webhooks.
    assert any(INBOUND in text for path, text in stack.files().items() if "history" in path.parts)


def test_a_marked_url(world: World, account: Account) -> None:
    """A URL that the program marks is in no output and encrypted at rest, also under another event; marking is no diff.

    A refresh, a destroy and a move to the plugin, of which the last two check nothing, know of the mark from the state.
    `test_credentials` has the same with the plugin.
    """

    def program(front_end: FrontEnd) -> Program:
        def declare() -> None:
            endpoint = sendblue.WebhookEndpointArgs(url=pulumi.Output.secret(HIDDEN_URL))
            front_end.module.WebhookConfiguration("webhooks", receive=[INBOUND, endpoint])

        return declare

    stack = world.stack(program(DYNAMIC), account)
    options = {"diff": True, "debug": True}
    runs = [stack.up(**options), stack.preview(expect_no_changes=True, **options)]
    account.add("call_log", HIDDEN_URL)
    runs += [stack.preview(**options), stack.refresh(**options)]
    assert [HIDDEN_URL] == stack.outputs()["callLog"]
    runs.append(stack.up(**options))
    stack.program(program(PLUGIN))
    runs += [stack.up(**options), stack.preview(expect_no_changes=True)]
    assert "__marked" not in stack.resource()["outputs"]
    stack.program(program(DYNAMIC))
    assert stack.up().ok
    account.add("call_log", HIDDEN_URL)
    runs.append(stack.destroy(**options))

    assert [True] * len(runs) == [run.ok for run in runs]
    for number, run in enumerate(runs):
        assert "__marked" not in run.text, number
        assert "canary" not in run.text, (number, [line for line in run.text.splitlines() if "canary" in line])
    assert "left on the account" in runs[-1].text
    for path, text in stack.files().items():
        assert "canary" not in text, path
    assert {"call_log": [HIDDEN_URL]} == held(account)


def test_a_state_from_before_marks(world: World, account: Account) -> None:
    """A state that an earlier version wrote, with nothing of the program's marks in it, goes on without a diff."""

    def program() -> None:
        sendblue.Webhook("inbound", event="receive", url=pulumi.Output.secret(HIDDEN_URL))

    stack = world.stack(program, account)
    with mock.patch("pulumi_sendblue._dynamic_resources.with_marked", dict):
        assert stack.up().ok
    assert "__marked" not in stack.resource("inbound")["inputs"]

    preview = stack.preview(expect_no_changes=True)
    assert preview.ok, preview.text
    assert "canary" not in preview.text
    assert stack.up().ok
    assert "__marked" in stack.resource("inbound")["inputs"]
    assert {"receive": [HIDDEN_URL]} == held(account)
