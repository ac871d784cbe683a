"""No secret and no credential shows up anywhere: a life with canaries, and every place they could end up in."""

from __future__ import annotations

import base64
import json

import pytest

from pulumi_sendblue import dynamic as sendblue
from sendblue_emulator import Account, Fault
from tests.engine.programs import AUDIT, CALLS, DYNAMIC, FOREIGN, INBOUND, PLUGIN, FrontEnd
from tests.engine.world import KEY_ID, SECRET_KEY, Program, Run, Stack, World

DECLARED = ("canary-global-1", "canary-legacy-2", "canary-endpoint-3", "canary-other-4", "canary-rotated-5")
FOUND = ("canary-foreign-6", "canary-tampered-7")
CREDENTIALS = (f"main-{SECRET_KEY}",)
CANARIES = (*DECLARED, *FOUND, *CREDENTIALS)


def _declare(endpoint_secret: str, front_end: FrontEnd = DYNAMIC) -> Program:
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
    runs += [stack.preview(**options), stack.refresh(**options), stack.up(**options)]
    stack.program(_declare("canary-rotated-5", front_end))
    echoed = " ".join((*CREDENTIALS, *DECLARED))
    # Failures that quote what was sent or answered: a broken body, a refusal that echoes, an outage, a conflict.
    faults.add(Fault(kind="truncate", method="GET"))
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


@pytest.fixture(
    params=[(DYNAMIC, "configuration"), (DYNAMIC, "environment"), (PLUGIN, "environment")],
    ids=["dynamic-configuration", "dynamic-environment", "plugin-environment"],
)
def life(world: World, account: Account, request: pytest.FixtureRequest) -> tuple[Stack, list[Run]]:
    """A stack's whole life, with a canary for every secret, and the credentials from either place.

    From the configuration, the CLI itself would hide the secret key if the provider printed it.
    """
    front_end, credentials = request.param
    account.behave(accepted_events=("receive", "outbound", "call_log", "typing_indicator"))
    stack = world.stack(_declare("canary-endpoint-3", front_end), account)
    if credentials == "environment":
        stack.credentials_from_environment()
    return stack, _life(stack, account, front_end)


def test_secrets_sweep(life: tuple[Stack, list[Run]]) -> None:
    """No secret and no credential is in the backend's files in the clear, nor in anything this provider prints."""
    stack, runs = life
    assert [True, True, True, True, True, False, False, False, True, True, False] == [run.ok for run in runs]

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


def test_the_pickle_holds_nothing(world: World, account: Account) -> None:
    """The provider in the state is a reference to its class and nothing else, and it is no secret."""
    stack = world.stack(_declare("canary-endpoint-3"), account)
    account.behave(accepted_events=("receive", "outbound", "call_log", "typing_indicator"))
    assert stack.up().ok

    pickled = stack.resource()["inputs"]["__provider"]
    assert isinstance(pickled, str)
    content = base64.b64decode(pickled)
    assert b"sendblue_provider.dynamic" in content
    assert b"WebhookConfigurationProvider" in content
    assert len(content) < 100
    assert not [canary for canary in CANARIES if canary.encode() in content]
    assert json.dumps(pickled) in json.dumps(stack.resource()["outputs"])
