"""The life of one account's configuration under the real engine, with the requests that each command costs."""

from __future__ import annotations

import pulumi

from pulumi_sendblue import dynamic as sendblue
from sendblue_emulator import Account
from tests.engine.programs import AUDIT, CALLS, FOREIGN, INBOUND, USUAL, FrontEnd, Tunnel, declare, held, usual
from tests.engine.world import SECRET_MARK, World


def test_first_up(world: World, account: Account, front_end: FrontEnd) -> None:
    """The first up puts what is declared on the account: GET, PUT, GET, and before it the dynamic check's GET."""
    stack = world.stack(front_end.usual(), account)

    preview = stack.preview()
    assert preview.ok
    assert ["GET"] == preview.requests
    assert "+ 2 to create" in preview.text
    assert {} == account.webhooks

    up = stack.up()
    assert up.ok
    assert [*front_end.looks, "GET", "PUT", "GET"] == up.requests
    assert USUAL == account.webhooks


def test_state_after_up(world: World, account: Account) -> None:
    """State holds the singleton's id, all inputs as outputs in the program's form, and what the stack manages."""
    stack = world.stack(usual(), account)
    stack.up()

    resource = stack.resource()
    assert "account" == resource["id"]
    assert "pulumi-python:dynamic/sendblue:WebhookConfiguration" == resource["type"]
    outputs = stack.outputs()
    outputs.pop("__provider")
    assert {
        "receive": [INBOUND, {"url": AUDIT, "secret": "audit-secret"}],
        "callLog": [CALLS],
        "globalSecret": "global-secret",
        "secretsReadable": True,
        "managed": {"events": {"call_log": [CALLS], "receive": [AUDIT, INBOUND]}, "secrets": ["globalSecret"]},
    } == outputs


def test_program_reads_outputs(world: World, account: Account, front_end: FrontEnd) -> None:
    """A program reads every output by its Python name, secrets still secret."""

    def program() -> None:
        webhooks = front_end.module.WebhookConfiguration(
            "webhooks", call_log=[CALLS], global_secret="global-secret", contact_created=[INBOUND]
        )
        pulumi.export("calls", webhooks.call_log)
        pulumi.export("contacts", webhooks.contact_created)
        pulumi.export("readable", webhooks.secrets_readable)
        pulumi.export("secret", webhooks.global_secret)
        pulumi.export("managed", webhooks.managed.apply(lambda managed: sorted(managed["events"])))

    stack = world.stack(program, account)
    stack.up()

    outputs = stack.stack.outputs()
    assert [CALLS] == outputs["calls"].value
    assert [INBOUND] == outputs["contacts"].value
    assert outputs["readable"].value is True
    assert "global-secret" == outputs["secret"].value
    assert outputs["secret"].secret
    assert ["call_log", "contact_created"] == outputs["managed"].value
    assert outputs["managed"].secret


def test_nothing_to_do(world: World, account: Account, front_end: FrontEnd) -> None:
    """With nothing changed, a preview and an up cost one GET each and change nothing."""
    stack = world.stack(front_end.usual(), account)
    stack.up()

    preview = stack.preview(expect_no_changes=True)
    assert preview.ok
    assert ["GET"] == preview.requests
    assert "this update will" not in preview.text
    up = stack.up(expect_no_changes=True)
    assert up.ok
    assert ["GET"] == up.requests


def test_order_and_form_are_no_change(world: World, account: Account) -> None:
    """An account that shows the same entries in another order and form is not drift."""
    stack = world.stack(usual(), account)
    stack.up()
    account.webhooks = {
        "globalSecret": "global-secret",
        "call_log": [{"url": CALLS}],
        "receive": [{"url": AUDIT, "secret": "audit-secret"}, {"url": INBOUND}],
        "outbound": [],
    }

    assert stack.preview(expect_no_changes=True).ok


def test_drift_in_a_bare_preview(world: World, account: Account) -> None:
    """An edit outside shows in a bare preview, line by line with secrets hidden, and an up undoes it."""
    stack = world.stack(usual(), account)
    stack.up()
    account.add("receive", {"url": FOREIGN, "secret": "foreign-secret"})
    account.remove("call_log", CALLS)
    account.set_secret("globalSecret", "tampered-secret")

    preview = stack.preview(expect_no_changes=True)
    assert not preview.ok
    assert ["GET"] == preview.requests
    assert "warning: changed outside of this stack since the last update:" in preview.text
    assert f"+ receive {FOREIGN} (secret set)" in preview.text
    assert f"- call_log {CALLS}" in preview.text
    assert "~ globalSecret changed" in preview.text
    assert "this update will:" in preview.text
    assert f"- receive {FOREIGN} (secret set)" in preview.text
    assert f"+ call_log {CALLS}" in preview.text
    assert "foreign-secret" not in preview.text
    assert "tampered-secret" not in preview.text

    up = stack.up()
    assert up.ok
    assert ["GET", "GET", "PUT", "GET"] == up.requests
    assert USUAL == account.webhooks
    assert stack.preview(expect_no_changes=True).ok


def test_refresh(world: World, account: Account) -> None:
    """Refresh takes what is live into the outputs, says so, and leaves the inputs; a found secret is encrypted."""
    stack = world.stack(declare(receive=[INBOUND], outbound=[AUDIT]), account)
    stack.up()
    account.add("receive", {"url": FOREIGN, "secret": "found-by-refresh"})
    account.set_secret("secret", "legacy-found-by-refresh")

    refresh = stack.refresh()
    assert refresh.ok
    assert ["GET"] == refresh.requests
    assert "changed outside of this stack since the last update:" in refresh.text
    assert f"+ receive {FOREIGN} (secret set)" in refresh.text

    assert [INBOUND, {"url": FOREIGN, "secret": "found-by-refresh"}] == stack.outputs()["receive"]
    assert "legacy-found-by-refresh" == stack.outputs()["secret"]
    # Encrypted at its exact place: the URL beside it is in the clear.
    _, found = stack.resource()["outputs"]["receive"]
    assert FOREIGN == found["url"]
    assert SECRET_MARK in found["secret"]
    assert [INBOUND] == stack.resource()["inputs"]["receive"]
    for path, text in stack.files().items():
        assert "found-by-refresh" not in text, path

    preview = stack.preview()
    assert "changed outside of this stack" not in preview.text
    assert f"- receive {FOREIGN} (secret set)" in preview.text
    assert stack.up().ok
    assert {"receive": [INBOUND], "outbound": [AUDIT]} == held(account)


def test_a_read_is_never_gone(world: World, account: Account, front_end: FrontEnd) -> None:
    """A refresh that meets a 404 fails; the resource stays in the state."""
    stack = world.stack(front_end.declare(receive=[INBOUND]), account)
    stack.up()
    world.emulator.vintages = ()

    refresh = stack.refresh()
    assert not refresh.ok
    assert "404" in refresh.text
    assert [INBOUND] == stack.outputs()["receive"]


def test_update(world: World, account: Account) -> None:
    """A changed program is one in-place update, and the preview says what it will do to the account."""
    stack = world.stack(usual(), account)
    stack.up()
    stack.program(
        declare(
            receive=[sendblue.WebhookEndpointArgs(url=AUDIT, secret="rotated")],
            call_log=[CALLS, INBOUND],
            global_secret="global-secret",
        )
    )

    preview = stack.preview()
    assert "~ 1 to update" in preview.text
    assert f"- receive {INBOUND}" in preview.text
    assert f"~ receive {AUDIT} secret changed" in preview.text
    assert f"+ call_log {INBOUND}" in preview.text
    assert "changed outside of this stack" not in preview.text

    up = stack.up()
    assert ["GET", "GET", "PUT", "GET"] == up.requests
    assert {
        "receive": [{"url": AUDIT, "secret": "rotated"}],
        "call_log": [CALLS, INBOUND],
        "globalSecret": "global-secret",
    } == held(account)
    assert stack.preview(expect_no_changes=True).ok


def test_url_known_only_after_another_resource(world: World, account: Account, front_end: FrontEnd) -> None:
    """A URL, a list and a secret that another resource computes are unknown in preview and right after up."""

    def program() -> None:
        tunnel = Tunnel("tunnel", "https://computed.example/hook")
        front_end.module.WebhookConfiguration(
            "webhooks",
            receive=[INBOUND, tunnel.url, {"url": tunnel.url.apply(lambda url: url + "/2"), "secret": tunnel.url}],
            call_log=tunnel.url.apply(lambda url: [url, {"url": url + "/n", "sendblue_numbers": ["+15551234567"]}]),
            other_events=tunnel.url.apply(lambda url: {"typing_indicator": [url]}),
            global_secret=tunnel.url,
        )

    account.behave(accepted_events=("receive", "call_log", "typing_indicator"))
    stack = world.stack(program, account)
    preview = stack.preview()
    assert preview.ok
    assert ["GET"] == preview.requests

    up = stack.up()
    assert up.ok, up.text
    url = "https://computed.example/hook"
    assert {
        "receive": [INBOUND, url, {"url": url + "/2", "secret": url}],
        "call_log": [url, {"url": url + "/n", "sendblue_numbers": ["+15551234567"]}],
        "typing_indicator": [url],
        "globalSecret": url,
    } == account.webhooks
    assert stack.preview(expect_no_changes=True).ok


def test_endpoint_args_take_outputs(world: World, account: Account, front_end: FrontEnd) -> None:
    """Arguments may be Outputs and secrets at every place."""

    def program() -> None:
        front_end.module.WebhookConfiguration(
            "webhooks",
            receive=pulumi.Output.secret([INBOUND]),
            outbound=[
                pulumi.Output.from_input(INBOUND),
                sendblue.WebhookEndpointArgs(
                    url=pulumi.Output.secret(AUDIT),
                    secret=pulumi.Output.secret("s"),
                    sendblue_numbers=pulumi.Output.from_input(["+15551234567"]),
                ),
            ],
            other_events=pulumi.Output.from_input({"call_completed": [INBOUND]}),
            allow_overwrite=pulumi.Output.from_input(AUDIT).apply(lambda _: False),
        )

    account.behave(accepted_events=("receive", "outbound", "call_completed"))
    stack = world.stack(program, account)
    up = stack.up()
    assert up.ok, up.text
    assert {
        "receive": [INBOUND],
        "outbound": [INBOUND, {"url": AUDIT, "secret": "s", "sendblue_numbers": ["+15551234567"]}],
        "call_completed": [INBOUND],
    } == held(account)
    assert stack.preview(expect_no_changes=True).ok


def test_update_to_a_url_not_known_yet(world: World, account: Account) -> None:
    """Where a declared value becomes unknown, the preview shows an update and says which event it concerns."""
    stack = world.stack(declare(receive=[INBOUND]), account)
    stack.up()

    def program() -> None:
        tunnel = Tunnel("tunnel", "https://computed.example/hook")
        sendblue.WebhookConfiguration("webhooks", receive=[INBOUND], outbound=[tunnel.url])

    stack.program(program)
    preview = stack.preview()
    assert preview.ok
    assert "~ 1 to update" in preview.text
    assert "~ outbound (known only once the update runs)" in preview.text
    assert stack.up().ok
    assert ["https://computed.example/hook"] == account.webhooks["outbound"]


def test_program_and_account_changed_to_the_same(world: World, account: Account, front_end: FrontEnd) -> None:
    """Where somebody made the program's change by hand, an up sends no PUT and the state follows."""
    stack = world.stack(front_end.declare(receive=[INBOUND]), account)
    stack.up()
    account.add("outbound", CALLS)
    stack.program(front_end.declare(receive=[INBOUND], outbound=[CALLS]))

    up = stack.up()
    assert up.ok
    assert ["GET", "GET"] == up.requests
    assert "1 updated" in up.text
    assert [CALLS] == stack.outputs()["outbound"]
    assert stack.preview(expect_no_changes=True).ok
    stack.destroy()
    assert {} == held(account)


def test_only_allow_overwrite_changed(world: World, account: Account, front_end: FrontEnd) -> None:
    """Setting `allow_overwrite` later is an update of the state alone."""
    stack = world.stack(front_end.declare(receive=[INBOUND]), account)
    stack.up()
    stack.program(front_end.declare(receive=[INBOUND], allow_overwrite=True))

    assert ["GET", "GET"] == stack.up().requests
    assert stack.outputs()["allowOverwrite"] is True
    assert stack.preview(expect_no_changes=True).ok


def test_destroy_leaves_foreign_entries(world: World, account: Account, front_end: FrontEnd) -> None:
    """Destroy removes what the stack put there, an event at a time, names what it leaves, and leaves it."""
    stack = world.stack(front_end.usual(), account)
    stack.up()
    account.add("receive", {"url": FOREIGN, "secret": "foreign-secret"})
    account.add("outbound", FOREIGN)

    destroy = stack.destroy()
    assert destroy.ok
    assert [*front_end.reads, "GET", "DELETE", "DELETE", "GET", "PUT", "GET"] == destroy.requests
    assert {"receive": [{"url": FOREIGN, "secret": "foreign-secret"}], "outbound": [FOREIGN]} == {
        name: value for name, value in account.webhooks.items() if value
    }
    assert "left on the account, since this stack has no record of putting it there:" in destroy.text
    assert f"receive {FOREIGN} (secret set)" in destroy.text
    assert f"outbound {FOREIGN}" in destroy.text
    assert "foreign-secret" not in destroy.text


def test_destroy_after_a_refresh_that_saw_foreign_entries(world: World, account: Account, front_end: FrontEnd) -> None:
    """A refresh that took foreign entries into the outputs does not make a destroy take them for its own."""
    stack = world.stack(front_end.usual(), account)
    stack.up()
    account.add("receive", FOREIGN)
    account.set_secret("secret", "foreign-legacy-secret")
    stack.refresh()

    assert stack.destroy().ok
    assert {"receive": [FOREIGN], "secret": "foreign-legacy-secret"} == {
        name: value for name, value in account.webhooks.items() if value
    }


def test_resource_removed_from_the_program(world: World, account: Account, front_end: FrontEnd) -> None:
    """A program that no longer declares the resource removes its entries on the next up."""
    stack = world.stack(front_end.usual(), account)
    stack.up()
    account.add("outbound", FOREIGN)
    stack.program(lambda: None)

    up = stack.up()
    assert up.ok
    assert [*front_end.reads, "GET", "DELETE", "DELETE", "GET", "PUT", "GET"] == up.requests
    assert {"outbound": [FOREIGN]} == held(account)


def test_somebody_adds_a_webhook_while_a_destroy_runs(world: World, account: Account) -> None:
    """What is added between the DELETEs is in the PUT that clears the global secret."""
    stack = world.stack(usual(), account)
    stack.up()
    added = {"url": FOREIGN, "secret": "foreign-secret"}
    world.emulator.before("DELETE", lambda: account.add("outbound", added), after=1)

    destroy = stack.destroy()
    assert destroy.ok
    assert {"outbound": [added]} == held(account)
    assert f"outbound {FOREIGN} (secret set)" in destroy.text


def test_destroy_with_the_program(world: World, account: Account) -> None:
    """`destroy --run-program`, which a rotated key needs, removes the same."""
    stack = world.stack(usual(), account)
    stack.up()
    account.add("outbound", FOREIGN)

    assert stack.destroy(run_program=True).ok
    assert {"outbound": [FOREIGN]} == held(account)


def test_destroy_of_what_is_gone(world: World, account: Account, front_end: FrontEnd) -> None:
    """Where somebody removed everything already, destroy looks and is content."""
    stack = world.stack(front_end.usual(), account)
    stack.up()
    account.webhooks = {}

    destroy = stack.destroy()
    assert destroy.ok
    assert [*front_end.reads, "GET"] == destroy.requests


def test_rename(world: World, account: Account, front_end: FrontEnd) -> None:
    """A resource renamed in the program is created first and deleted after, and the account stays whole."""
    stack = world.stack(front_end.usual("before"), account)
    stack.up()
    stack.program(front_end.usual("after"))

    up = stack.up()
    assert up.ok, up.text
    assert "PUT" not in up.requests
    assert "DELETE" not in up.requests
    assert "1 created" in up.text
    assert "1 deleted" in up.text
    assert USUAL == account.webhooks
    assert stack.preview(expect_no_changes=True).ok


def test_rename_with_another_endpoint(world: World, account: Account) -> None:
    """A rename that also adds an endpoint keeps the rest in place throughout."""
    stack = world.stack(declare("before", receive=[INBOUND], global_secret="global-secret"), account)
    stack.up()
    stack.program(declare("after", receive=[INBOUND, AUDIT], global_secret="global-secret"))

    assert stack.up().ok
    assert {"receive": [INBOUND, AUDIT], "globalSecret": "global-secret"} == account.webhooks


def test_up_replace(world: World, account: Account, front_end: FrontEnd) -> None:
    """`up --replace` leaves the account whole."""
    stack = world.stack(front_end.usual(), account)
    stack.up()

    up = stack.up(replace=[stack.resource()["urn"]])
    assert up.ok, up.text
    assert "1 replaced" in up.text
    assert "PUT" not in up.requests
    assert "DELETE" not in up.requests
    assert USUAL == account.webhooks
    assert stack.preview(expect_no_changes=True).ok


def test_up_replace_with_a_change(world: World, account: Account, front_end: FrontEnd) -> None:
    """`up --replace` with an entry taken out is refused, and the message says how to go on."""
    stack = world.stack(front_end.declare(receive=[INBOUND, AUDIT]), account)
    stack.up()
    stack.program(front_end.declare(receive=[INBOUND]))

    up = stack.up(replace=[stack.resource()["urn"]])
    assert not up.ok
    assert "run without --replace" in up.text
    assert {"receive": [INBOUND, AUDIT]} == account.webhooks


def test_replacement_trigger_with_a_change(world: World, account: Account, front_end: FrontEnd) -> None:
    """A replacement that the engine begins with the old inputs knows what the stack put there itself."""
    stack = world.stack(
        front_end.declare("webhooks", pulumi.ResourceOptions(replacement_trigger="1"), receive=[INBOUND]), account
    )
    stack.up()
    stack.program(front_end.declare("webhooks", pulumi.ResourceOptions(replacement_trigger="2"), receive=[AUDIT]))

    up = stack.up()
    assert up.ok, up.text
    assert {"receive": [AUDIT]} == held(account)
    assert stack.preview(expect_no_changes=True).ok


def test_delete_before_replace(world: World, account: Account, front_end: FrontEnd) -> None:
    """`delete_before_replace` does not take away what the new resource declares."""

    def options(trigger: str) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(replacement_trigger=trigger, delete_before_replace=True)

    stack = world.stack(front_end.declare("webhooks", options("1"), receive=[INBOUND]), account)
    stack.up()
    stack.program(front_end.declare("webhooks", options("2"), receive=[INBOUND]))

    up = stack.up()
    assert up.ok, up.text
    assert {"receive": [INBOUND]} == held(account)


def test_other_events(world: World, account: Account, front_end: FrontEnd) -> None:
    """An event type newer than the provider is declared, compared, read and removed like the others."""
    account.behave(accepted_events=("receive", "typing_indicator", "inbound_call"))
    stack = world.stack(
        front_end.declare(other_events={"typing_indicator": [INBOUND], "inbound_call": [{"url": AUDIT}]}), account
    )
    assert stack.up().ok
    assert {"typing_indicator": [INBOUND], "inbound_call": [AUDIT]} == account.webhooks

    account.add("typing_indicator", FOREIGN)
    assert f"+ typing_indicator {FOREIGN}" in stack.preview().text
    assert stack.refresh().ok
    assert [INBOUND, FOREIGN] == stack.outputs()["otherEvents"]["typing_indicator"]
    assert stack.destroy().ok
    assert {"typing_indicator": [FOREIGN]} == held(account)


def test_debug_lines(world: World, account: Account, front_end: FrontEnd) -> None:
    """With -d there is a line a request: method, path, status, time and attempt."""
    stack = world.stack(front_end.usual(), account)

    up = stack.up(debug=True)
    assert "debug: GET /api/v2/account/webhooks: Sendblue answered 200 (" in up.text
    assert "debug: PUT /api/v2/account/webhooks: Sendblue answered 200 (" in up.text
    assert "attempt 1)" in up.text
