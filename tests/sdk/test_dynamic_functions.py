"""The functions of the dynamic import, in programs that read the emulator over a socket."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any, Final

import pytest

from sendblue_emulator import Emulator
from sendblue_provider.resources.secrets import mark_secrets

from .conftest import CONTENT, FIELDS, OUTPUT, PLAIN, SECRETS, Run, gets


@pytest.mark.parametrize("program", [PLAIN, OUTPUT])
def test_what_is_read(run: Run, emulator: Emulator, program: str) -> None:
    """A program reads the account's entries as URLs or dicts, spelled as in the schema, whoever put them there."""
    (ended,) = run(program)

    assert ended["outputs"]["read"]["value"] == {
        "receive": ["https://example.com/a", {"url": "https://example.com/b", "sendblueNumbers": ["+15551234567"]}],
        "outbound": None,
        "call_log": ["https://example.com/c"],
        "line_blocked": None,
        "line_assigned": None,
        "contact_created": None,
        "global_secret": None,
        "secret": None,
        "other_events": {"typing_indicator": ["https://example.com/d"]},
        "secrets_readable": True,
    }
    assert 1 == gets(emulator)


@pytest.mark.parametrize("secret", [{}, *SECRETS], ids=["none", "global", "legacy", "entry", "other event"])
def test_both_imports_read_the_same(run: Run, emulator: Emulator, secret: dict[str, Any]) -> None:
    """Where the account is what the plugin answers, both imports give the same value, and call the same secret."""
    emulator.account().webhooks = {**CONTENT, **secret}
    answer: dict[str, Any] = {
        "receive": ["https://example.com/a", {"url": "https://example.com/b", "sendblueNumbers": ["+15551234567"]}],
        "callLog": ["https://example.com/c"],
        "otherEvents": {"typing_indicator": ["https://example.com/d"]},
        "secretsReadable": True,
    }
    for name, value in secret.items():
        (answer["otherEvents"] if name == "inbound_call" else answer)[name] = value
    of_plugin = [f"import pulumi_sendblue as sendblue\n{program}" for program in (PLAIN, OUTPUT)]

    ended = run(*of_plugin, PLAIN, OUTPUT, answer=mark_secrets(answer))

    plugin_plain, plugin_output, plain, output = [run["outputs"]["read"] for run in ended]
    assert plugin_plain == plain
    assert plugin_output == output
    assert (False, bool(secret)) == (plain["secret"], output["secret"])


BOTH_FORMS: Final = """
outputs = {
    "later": sendblue.get_webhook_configuration_output().receive,
    "at once": pulumi.Output.from_input(sendblue.get_webhook_configuration().receive),
    "again": sendblue.get_webhook_configuration_output().receive,
}
"""


def test_one_get_a_run(run: Run, emulator: Emulator) -> None:
    """All calls of a run share a GET, and the next run of the same process makes its own."""
    first, second = run(BOTH_FORMS, BOTH_FORMS)

    assert 2 == gets(emulator)
    assert first == second
    assert 1 == len({json.dumps(output) for output in first["outputs"].values()})


def test_calls_at_once_make_one_get(run: Run, emulator: Emulator) -> None:
    """A call that comes while another still waits for its answer waits with it."""
    emulator.before("GET", lambda: time.sleep(0.3), times=None)
    output = "sendblue.get_webhook_configuration_output().receive"

    (ended,) = run(f"outputs = {{'one': {output}, 'other': {output}}}")

    assert 1 == gets(emulator)
    assert ended["outputs"]["one"] == ended["outputs"]["other"]


def test_each_call_gives_a_value_of_its_own(run: Run) -> None:
    """A program that changes what it was given does not change what another call gives."""
    (ended,) = run(
        "sendblue.get_webhook_configuration().receive.clear()\n"
        "outputs = {'read': pulumi.Output.from_input(sendblue.get_webhook_configuration().receive)}"
    )

    assert 2 == len(ended["outputs"]["read"]["value"])


def test_the_plain_form_can_be_awaited(run: Run) -> None:
    """Like the plugin's, the plain form gives its result at once, and to await it gives the same."""
    (ended,) = run(
        "async def read():\n    return (await sendblue.get_webhook_configuration()).call_log\n"
        "outputs = {'read': pulumi.Output.from_input(read())}"
    )

    assert ["https://example.com/c"] == ended["outputs"]["read"]["value"]


def test_the_environment_is_read_too(run: Run, emulator: Emulator) -> None:
    """What the stack's configuration does not say is taken from the environment."""
    with emulator.serve() as url:
        pair = {"SENDBLUE_API_API_KEY": "key-id", "SENDBLUE_API_API_SECRET": "key-secret"}
        (ended,) = run(PLAIN, config={}, SENDBLUE_API_BASE_URL=url, **pair)

    assert ended["outputs"]["read"]["value"]["secrets_readable"]


@pytest.mark.parametrize("program", [PLAIN, OUTPUT])
def test_missing_settings_end_the_program(run: Run, program: str) -> None:
    """Without credentials the program ends with one clear line that has the commands to run."""
    (ended,) = run(program, config={})

    assert "RunError" == ended["kind"]
    assert "sendblue:apiKeyId is not set: run `pulumi config set sendblue:apiKeyId" in ended["error"]
    assert "run `pulumi config set --secret sendblue:apiSecretKey`" in ended["error"]
    assert "\n" not in ended["error"]


UNUSED: Final = "sendblue.get_webhook_configuration_output()\n"


@pytest.mark.parametrize("program", [PLAIN, OUTPUT, UNUSED])
def test_what_cannot_be_read_ends_the_program(run: Run, emulator: Emulator, program: str) -> None:
    """Refused credentials end the program with one clear line, in the output form too, and where nobody uses it."""
    emulator.account().revoke_key("key-id")

    (ended,) = run(program)

    assert "RunError" == ended["kind"]
    assert "`pulumi config set sendblue:apiKeyId <key id>`" in ended["error"]
    assert "\n" not in ended["error"]


def test_the_output_form_fails_with_its_output(run: Run, emulator: Emulator) -> None:
    """The call itself does not raise: the program goes on until the output is needed, or until its end."""
    emulator.account().revoke_key("key-id")

    (ended,) = run(f"try:\n    {UNUSED}except pulumi.RunError as error:\n    raise AssertionError from error\n")

    assert "RunError" == ended["kind"]


COMPONENT: Final = (
    FIELDS
    + """
component = pulumi.ComponentResource('test:index:Component', 'component')
opts = pulumi.InvokeOutputOptions(depends_on=[component])
outputs = {'read': sendblue.get_webhook_configuration_output(opts).apply(fields)}
"""
)


@pytest.mark.parametrize(
    ("program", "awaited"),
    [(OUTPUT, "pulumi:pulumi:Stack"), (COMPONENT, "test:index:Component")],
    ids=["stack", "component"],
)
def test_what_the_output_form_waits_for(
    run: Run, emulator: Emulator, tmp_path: Path, program: str, awaited: str
) -> None:
    """Nothing is read, and so nothing can fail, before the stack is registered; a component is waited for as asked."""
    there: list[bool] = []
    emulator.before("GET", lambda: there.append((tmp_path / "there").exists()))

    (ended,) = run(program, SLOW_TYPE=awaited, SLOW_FILE=str(tmp_path / "there"))

    assert ended["outputs"]["read"]["known"]
    assert [True] == there


DEPENDENT: Final = """
first = sendblue.get_webhook_configuration_output()
webhook = sendblue.Webhook("webhook", event="receive", url="https://example.com/a")
after = {"one": webhook, "list": [webhook], "output": pulumi.Output.from_input(webhook), "none": []}
outputs = {
    name: first.apply(lambda _, on=on: sendblue.get_webhook_configuration_output(
        pulumi.InvokeOutputOptions(depends_on=on)).call_log)
    for name, on in after.items()
}
"""


@pytest.mark.parametrize("preview", [True, False])
def test_depends_on(run: Run, emulator: Emulator, *, preview: bool) -> None:
    """What depends on a resource is unknown while that is to be created, and is read once it is there."""
    (ended,) = run(DEPENDENT, preview=preview)

    expected = {"one": not preview, "list": not preview, "output": not preview, "none": True}
    assert expected == {name: output["known"] for name, output in ended["outputs"].items()}
    assert 1 + sum(expected.values()) == gets(emulator)


@pytest.mark.parametrize("name", ["get_webhook_configuration", "get_webhook_configuration_output"])
def test_a_provider_is_refused(run: Run, emulator: Emulator, name: str) -> None:
    """A provider of another account is not passed over in silence."""
    (ended,) = run(
        "import pulumi_sendblue\n"
        f"sendblue.{name}(opts=pulumi.InvokeOptions(provider=pulumi_sendblue.Provider('other', api_key_id='k')))"
    )

    assert "RunError" == ended["kind"]
    refused = "get_webhook_configuration of pulumi_sendblue.dynamic cannot use the sendblue.Provider 'other'"
    assert ended["error"].startswith(refused)
    assert 0 == gets(emulator)
