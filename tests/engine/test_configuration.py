"""The life of a `WebhookConfiguration` under the real engine: what commands show, cost and leave in the state."""

from __future__ import annotations

import base64
import json
from typing import Any

import pulumi

from pulumi_sendblue import WebhookConfiguration, WebhookEndpointArgs
from sendblue_emulator import Account
from tests.engine.programs import AUDIT, CALLS, DYNAMIC, FOREIGN, INBOUND, PLUGIN, USUAL, FrontEnd, Tunnel, held
from tests.engine.workspaces import KEY_ID, SECRET_KEY
from tests.engine.world import SECRET_MARK, Stack, World, unmarked

DRIFT = "warning: changed outside of this stack since the last update:"
MANAGED = {"events": {"call_log": [CALLS], "receive": [AUDIT, INBOUND]}, "secrets": ["globalSecret"]}


def marked(value: Any) -> dict[str, str]:
    """Return a secret as the exported state has it."""
    return {SECRET_MARK: "1b47061264138c4ac30d75fd1eb44270", "plaintext": json.dumps(value, separators=(",", ":"))}


def shown_update(text: str) -> list[str]:
    """Return the lines of `--diff` that an update of the configuration has, without its ids and its indents."""
    update = text[text.index("WebhookConfiguration: (update)") : text.index("Resources:")]
    return [" ".join(line.split()) for line in update.splitlines()[4:]]


def assert_usual_state(front_end: FrontEnd, stack: Stack) -> None:
    """Assert that the state has the singleton's id, the inputs in the program's form, and what the stack manages."""
    resource = stack.resource(revealed=True)
    assert "account" == resource["id"]
    assert front_end.type() == resource["type"]
    if front_end is PLUGIN:  # each secret is marked at its exact place, also one that the program gave as a string
        inputs = {
            "receive": [INBOUND, {"url": AUDIT, "secret": marked("audit-secret")}],
            "callLog": [CALLS],
            "globalSecret": marked("global-secret"),
        }
        assert resource["refreshBeforeUpdate"] is True
        assert inputs == resource["inputs"]
        assert {**inputs, "secretsReadable": True, "managed": marked(MANAGED)} == resource["outputs"]
        return
    outputs = unmarked(resource["outputs"])
    pickled = outputs.pop("__provider")
    assert {
        "receive": [INBOUND, {"url": AUDIT, "secret": "audit-secret"}],
        "callLog": [CALLS],
        "globalSecret": "global-secret",
        "secretsReadable": True,
        "managed": MANAGED,
    } == outputs
    # The provider in the state is a reference to its class and nothing else.
    assert pickled == resource["inputs"]["__provider"]
    content = base64.b64decode(pickled)
    assert b"sendblue_provider.dynamic" in content
    assert b"WebhookConfigurationProvider" in content
    assert len(content) < 100


def test_create_drift_and_destroy(world: World, account: Account, front_end: FrontEnd) -> None:
    """A first up, a bare preview of drift, the up that undoes it, and a destroy that leaves and names others' entries.

    With nothing changed a preview is one GET. With -d there is a line for each request.
    """
    stack = world.stack(front_end.usual(), account)
    preview = stack.preview()
    assert preview.ok, preview.text
    assert ["GET"] == preview.requests
    assert "+ 2 to create" in preview.text
    assert {} == account.webhooks
    up = stack.up(debug=True)
    assert up.ok, up.text
    assert [*front_end.looks, "GET", "PUT", "GET"] == up.requests
    assert "debug: PUT /api/v2/account/webhooks: Sendblue answered 200 (" in up.text
    assert "attempt 1)" in up.text
    assert USUAL == account.webhooks
    assert_usual_state(front_end, stack)

    preview = stack.preview(expect_no_changes=True)
    assert preview.ok, preview.text
    assert ["GET"] == preview.requests
    assert "an update of these webhooks will" not in preview.text

    account.add("receive", {"url": FOREIGN, "secret": "foreign-secret"})
    account.remove("call_log", CALLS)
    account.set_secret("globalSecret", "tampered-secret")
    drifted = stack.preview()
    assert drifted.ok, drifted.text
    assert ["GET"] == drifted.requests
    for line in (DRIFT, f"+ receive {FOREIGN} (secret set)", f"- call_log {CALLS}", "~ globalSecret changed"):
        assert line in drifted.text
    assert f"- receive {FOREIGN} (secret set)" in drifted.text
    if front_end is DYNAMIC:
        assert "an update of these webhooks will:" in drifted.text
        assert f"+ call_log {CALLS}" in drifted.text
    else:
        assert "an update of these webhooks will remove or change:" in drifted.text
        assert "update [diff: +callLog~globalSecret,receive]" in drifted.text
    up = stack.up()
    assert up.ok, up.text
    assert ["GET", "GET", "PUT", "GET"] == up.requests
    assert f"- receive {FOREIGN} (secret set)" in up.text
    assert USUAL == held(account)
    for secret in ("foreign-secret", "tampered-secret", "global-secret", "audit-secret"):
        assert secret not in drifted.text
        assert secret not in up.text

    account.add("receive", {"url": FOREIGN, "secret": "foreign-secret"})
    account.add("outbound", FOREIGN)
    destroy = stack.destroy()
    assert destroy.ok, destroy.text
    assert [*front_end.reads, "GET", "DELETE", "DELETE", "GET", "PUT", "GET"] == destroy.requests
    assert {"receive": [{"url": FOREIGN, "secret": "foreign-secret"}], "outbound": [FOREIGN]} == held(account)
    assert "left on the account, since this stack has no record of putting it there:" in destroy.text
    assert f"receive {FOREIGN} (secret set)" in destroy.text
    assert f"outbound {FOREIGN}" in destroy.text
    assert "foreign-secret" not in destroy.text


def test_refresh_and_update(world: World, account: Account, front_end: FrontEnd) -> None:
    """A refresh takes what is live into the outputs, encrypts what it found, and leaves the inputs; an up goes on."""
    stack = world.stack(front_end.usual(), account)
    stack.up()
    account.add("receive", {"url": FOREIGN, "secret": "found-by-refresh"})
    account.set_secret("secret", "legacy-found-by-refresh")

    refresh = stack.refresh()
    assert refresh.ok, refresh.text
    assert ["GET"] == refresh.requests
    assert DRIFT in refresh.text
    assert f"+ receive {FOREIGN} (secret set)" in refresh.text
    resource = stack.resource(revealed=True)
    outputs = unmarked(resource["outputs"])
    assert {"url": FOREIGN, "secret": "found-by-refresh"} == outputs["receive"][2]
    assert "legacy-found-by-refresh" == outputs["secret"]
    assert "secret" not in resource["inputs"]
    if front_end is PLUGIN:  # at its exact place: the URL beside it is in the clear
        assert {"url": FOREIGN, "secret": marked("found-by-refresh")} == resource["outputs"]["receive"][2]
    for path, text in stack.files().items():
        assert "found-by-refresh" not in text, path

    stack.program(
        front_end.declare(
            receive=[INBOUND, WebhookEndpointArgs(url=AUDIT, secret="rotated")],
            call_log=[INBOUND, CALLS],
            global_secret="global-secret",
        )
    )
    preview = stack.preview(diff=True)
    assert ["GET"] == preview.requests
    assert "~ 1 to update" in preview.text
    assert "changed outside of this stack" not in preview.text
    if front_end is PLUGIN:
        assert [
            "~ callLog: [",
            f'+ [0]: "{INBOUND}"',
            "]",
            "~ receive: [",
            "~ [1]: {",
            "~ secret: [secret] => [secret]",
            "}",
            "- [2]: {",
            "- secret: [secret]",
            f'- url : "{FOREIGN}"',
            "}",
            "]",
            "- secret : [secret]",
        ] == shown_update(preview.text)
    else:
        assert f"~ receive {AUDIT} secret changed" in preview.text
        assert f"+ call_log {INBOUND}" in preview.text
    # What a refresh put into the outputs is named too before it is removed.
    assert f"- receive {FOREIGN} (secret set)" in preview.text
    assert "- secret (secret set)" in preview.text
    up = stack.up()
    assert ["GET", "GET", "PUT", "GET"] == up.requests
    assert {
        "receive": [INBOUND, {"url": AUDIT, "secret": "rotated"}],
        "call_log": [INBOUND, CALLS],
        "globalSecret": "global-secret",
    } == held(account)


def test_program_reads_outputs(world: World, account: Account, front_end: FrontEnd) -> None:
    """A program reads every output by its Python name, secrets still secret; what fails after it changes nothing."""

    def program() -> None:
        webhooks = front_end.module.WebhookConfiguration(
            "webhooks", call_log=[CALLS], global_secret="global-secret", contact_created=[INBOUND]
        )
        pulumi.export("calls", webhooks.call_log)
        pulumi.export("contacts", webhooks.contact_created)
        pulumi.export("readable", webhooks.secrets_readable)
        pulumi.export("secret", webhooks.global_secret)
        pulumi.export("managed", webhooks.managed.apply(lambda managed: sorted(managed["events"])))
        raise ValueError("a mistake further down")

    stack = world.stack(program, account)
    assert not stack.up().ok

    assert {"call_log": [CALLS], "contact_created": [INBOUND], "globalSecret": "global-secret"} == held(account)
    outputs = stack.program_outputs()
    assert [CALLS] == outputs["calls"].value
    assert [INBOUND] == outputs["contacts"].value
    assert outputs["readable"].value is True
    assert "global-secret" == outputs["secret"].value
    assert outputs["secret"].secret
    assert ["call_log", "contact_created"] == outputs["managed"].value
    assert outputs["managed"].secret


def test_values_known_only_after_another_resource(world: World, account: Account, front_end: FrontEnd) -> None:
    """What another resource computes is unknown in the previews of a create and of an update, and right after up."""

    def program() -> None:
        tunnel = Tunnel("tunnel", "https://computed.example/hook")
        front_end.module.WebhookConfiguration(
            "webhooks",
            receive=[INBOUND, tunnel.url, {"url": tunnel.url.apply(lambda url: url + "/2"), "secret": tunnel.url}],
            outbound=pulumi.Output.secret([INBOUND]),
            call_log=tunnel.url.apply(lambda url: [url, {"url": url + "/n", "sendblue_numbers": ["+15551234567"]}]),
            other_events=tunnel.url.apply(lambda url: {"typing_indicator": [url]}),
            global_secret=tunnel.url,
            allow_overwrite=pulumi.Output.from_input(AUDIT).apply(lambda _: False),
        )

    account.behave(accepted_events=("receive", "outbound", "call_log", "typing_indicator"))
    stack = world.stack(program, account)
    create = stack.preview()
    assert create.ok, create.text
    assert ["GET"] == create.requests

    stack.program(front_end.declare(receive=[INBOUND]))
    assert stack.up().ok
    stack.program(program)
    update = stack.preview(diff=True)
    assert update.ok, update.text
    assert ["GET"] == update.requests
    assert "~ 1 to update" in update.text
    if front_end is DYNAMIC:
        assert "~ receive (known only once the update runs)" in update.text
    else:
        assert "[unknown]" in update.text
    up = stack.up()
    assert up.ok, up.text
    url = "https://computed.example/hook"
    assert {
        "receive": [INBOUND, url, {"url": url + "/2", "secret": url}],
        "outbound": [INBOUND],
        "call_log": [url, {"url": url + "/n", "sendblue_numbers": ["+15551234567"]}],
        "typing_indicator": [url],
        "globalSecret": url,
    } == account.webhooks
    assert stack.preview(expect_no_changes=True).ok


def test_another_account(world: World, front_end: FrontEnd) -> None:
    """Credentials of another account that has webhooks are refused in preview and up, and destroy removes nothing."""
    dev, prod = world.account("dev"), world.account("prod", webhooks={"receive": [FOREIGN]})
    stack = world.stack(front_end.usual(), dev)
    stack.up()
    stack.configure({"sendblue:apiKeyId": f"prod-{KEY_ID}"}, {"sendblue:apiSecretKey": f"prod-{SECRET_KEY}"})

    for run in (stack.preview(), stack.up()):
        assert not run.ok
        text = " ".join(run.text.split())  # the engine breaks the lines of a failed check
        assert f"may be another account's credentials: receive {FOREIGN}" in text
        assert "sendblue:apiKeyId" in text
        assert f"set {front_end.allow_overwrite} to replace what it has" in text
        assert "prod-test" not in text
        assert {"GET"} == set(world.emulator.journal.methods("prod"))
    assert {"receive": [FOREIGN]} == held(prod)
    assert USUAL == held(dev)


def test_look_up(world: World, account: Account) -> None:
    """A configuration that a program only looks up is read, and destroy leaves it."""
    account.webhooks = {**USUAL, "outbound": [FOREIGN]}

    def program() -> None:
        webhooks = WebhookConfiguration.get("webhooks", "account")
        pulumi.export("outbound", webhooks.outbound)
        pulumi.export("secret", webhooks.global_secret)

    stack = world.stack(program, account)
    up = stack.up()
    assert up.ok, up.text
    assert ["GET"] == up.requests
    outputs = stack.program_outputs()
    assert [FOREIGN] == outputs["outbound"].value
    assert outputs["secret"].secret
    assert stack.destroy().ok
    assert {**USUAL, "outbound": [FOREIGN]} == account.webhooks
