"""`getWebhookConfiguration`, and its two forms in the dynamic front end."""

from __future__ import annotations

from typing import Any

import pulumi

import pulumi_sendblue
from pulumi_sendblue import GetWebhookConfigurationResult, dynamic
from sendblue_emulator import Account
from tests.engine.programs import AUDIT, DYNAMIC, FOREIGN, INBOUND, OTHERS, FrontEnd, beside_others, held
from tests.engine.world import World

READ = {
    "receive": [FOREIGN, {"url": AUDIT, "secret": "foreign-secret", "sendblueNumbers": ["+15551230000"]}],
    "call_log": [FOREIGN],
    "contact_created": [FOREIGN, {"url": INBOUND, "secret": "foreign-contact"}],
    "other_events": {"typing_indicator": [INBOUND]},
    "global_secret": "foreign-global-secret",
    "secret": "foreign-legacy-secret",
    "secrets_readable": True,
}
MODULES = {"dynamic": dynamic, "plugin": pulumi_sendblue}


def test_the_result_is_the_same(world: World, account: Account) -> None:
    """Both front ends give the same, with one GET a phase each; what is exported is secret where it holds a secret."""
    account.behave(string_only_events=())
    contacts = [FOREIGN, {"url": INBOUND, "secret": "foreign-contact"}]
    account.webhooks = {**OTHERS, "contact_created": contacts, "typing_indicator": [INBOUND]}
    read: list[GetWebhookConfigurationResult] = []

    def program() -> None:
        read.clear()
        for name, module in MODULES.items():
            read.extend([module.get_webhook_configuration(), module.get_webhook_configuration()])
            live = module.get_webhook_configuration_output()
            live.apply(read.append)
            pulumi.export(name, live)
            pulumi.export(f"{name}-receive", live.receive)
            pulumi.export(f"{name}-contacts", live.contact_created)
            pulumi.export(f"{name}-urls", [entry for entry in read[-1].receive or [] if isinstance(entry, str)])

    def values(result: GetWebhookConfigurationResult) -> dict[str, Any]:
        names = (*READ, "outbound", "line_blocked", "line_assigned")
        return {name: value for name in names if (value := getattr(result, name)) is not None}

    stack = world.stack(program, account)
    for command in (stack.preview, stack.up):
        run = command()
        assert run.ok, run.text
        assert ["GET", "GET"] == run.requests
        assert [READ] * 6 == [values(result) for result in read]
        assert "foreign-secret" not in run.text
        assert "foreign-contact" not in run.text
    outputs = stack.program_outputs()
    assert outputs["dynamic"].value == outputs["plugin"].value
    for event, name in (("receive", "receive"), ("contact_created", "contacts")):
        assert READ[event] == outputs[f"plugin-{name}"].value == outputs[f"dynamic-{name}"].value
    assert {"dynamic-urls", "plugin-urls"} == {name for name, output in outputs.items() if not output.secret}
    for path, text in stack.files().items():
        assert "foreign-" not in text, path

    account.webhooks = {"receive": [FOREIGN, INBOUND]}
    up = stack.up()
    assert up.ok, up.text
    outputs = stack.program_outputs()
    assert [FOREIGN, INBOUND] == outputs["plugin-receive"].value == outputs["dynamic-receive"].value
    assert not [name for name, output in outputs.items() if output.secret]


def test_the_result_as_an_input(world: World, account: Account, front_end: FrontEnd) -> None:
    """A resource takes what was read as its inputs, known in preview, and a secret among it stays one."""
    account.webhooks = OTHERS

    def program() -> None:
        live = front_end.module.get_webhook_configuration_output()
        url = live.receive.apply(lambda entries: f"{entries[0]}/mirror")
        front_end.module.Webhook("mirror", event="receive", url=url, secret=live.global_secret)

    stack = world.stack(program, account)
    program_reads = ["GET"] if front_end is DYNAMIC else []
    for command, requests in (
        (stack.preview, [*program_reads, "GET"]),
        (stack.up, [*program_reads, "GET", "GET", "POST", "GET"]),
        (stack.preview, [*program_reads, "GET"]),
    ):
        run = command()
        assert run.ok, run.text
        assert requests == run.requests
        assert "foreign-global-secret" not in run.text
    assert "2 unchanged" in run.text
    assert beside_others({"url": f"{FOREIGN}/mirror", "secret": "foreign-global-secret"}) == held(account)
    for path, text in stack.files().items():
        assert "foreign-global-secret" not in text, path
