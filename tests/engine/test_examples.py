"""Every example program, run as it stands; `test_docs` runs that of `examples/shared-account`."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import yaml

from sendblue_emulator import Account
from tests.engine import test_accounts, test_plugin_examples
from tests.engine.programs import held
from tests.engine.workspaces import SECRET_KEY, Program
from tests.engine.world import Stack, World

EXAMPLES = Path(__file__).parents[2] / "examples"

SECRETS = {
    "python-dynamic": ("globalSecret", "supportSecret", "statusSecret"),
    "environments": ("globalSecret",),
    "shared-account": ("signingSecret",),
}


def example(name: str) -> Program:
    """Make a program of an example's file."""
    return lambda: runpy.run_path(str(EXAMPLES / name / "__main__.py"), run_name="__main__") and None


def shared_account(world: World, account: Account) -> tuple[Stack, Stack]:
    """Make the stacks support and billing of `examples/shared-account`, each as its own file has it."""
    folder = EXAMPLES / "shared-account"
    project = yaml.safe_load((folder / "Pulumi.yaml").read_text())["name"]
    names = ("support", "billing")
    configs = {name: yaml.safe_load((folder / f"Pulumi.{name}.yaml").read_text())["config"] for name in names}
    (key_id,) = {config["sendblue:apiKeyId"] for config in configs.values()}
    account.add_key(key_id, f"{account.name}-{SECRET_KEY}")

    def stack_of(name: str) -> Stack:
        secrets = {f"{project}:signingSecret": f"{name}-secret"}
        program = example("shared-account")
        return world.stack(program, account, name=name, project=project, config=configs[name], secrets=secrets)

    return stack_of("support"), stack_of("billing")


def test_every_example_is_tested() -> None:
    """No example is left out of this file, of those for the plugin, and of the examples' table."""
    tested = [*SECRETS, *test_plugin_examples.LANGUAGES, test_accounts.EXAMPLE]
    tested += [f"{name}-webhook" for name in test_plugin_examples.LANGUAGES]
    examples = sorted(path.parent.name for path in EXAMPLES.glob("*/Pulumi.yaml"))
    assert sorted(tested) == examples
    table = (EXAMPLES / "README.md").read_text()
    assert examples == sorted(re.findall(r"^\| \[([\w-]+)\]\(\1\)", table, re.MULTILINE))


def test_python_dynamic(world: World, account: Account) -> None:
    """`examples/python-dynamic` declares, converges, and is removed again."""
    project = yaml.safe_load((EXAMPLES / "python-dynamic" / "Pulumi.yaml").read_text())["name"]
    secrets = {f"{project}:{name}": f"the-{name}" for name in SECRETS["python-dynamic"]}
    stack = world.stack(example("python-dynamic"), account, project=project, secrets=secrets)

    up = stack.up()
    assert up.ok, up.text
    host = "https://hooks.example.com"
    assert {
        "receive": [
            f"{host}/inbound",
            {"url": f"{host}/support", "secret": "the-supportSecret", "sendblue_numbers": ["+15551234567"]},
        ],
        "outbound": [{"url": f"{host}/status", "secret": "the-statusSecret"}],
        "call_log": [f"{host}/calls"],
        "line_blocked": [f"{host}/lines"],
        "contact_created": [f"{host}/contacts"],
        "globalSecret": "the-globalSecret",
    } == held(account)
    outputs = stack.program_outputs()
    assert [f"{host}/calls"] == outputs["callLog"].value
    assert outputs["secretsReadable"].value is True
    assert stack.preview(expect_no_changes=True).ok
    assert stack.destroy().ok
    assert {} == held(account)


def test_environments(world: World) -> None:
    """`examples/environments` gives each stack its own account, URLs and protection, from the stack's own file."""
    folder = EXAMPLES / "environments"
    project = yaml.safe_load((folder / "Pulumi.yaml").read_text())["name"]
    stacks = {}
    for name in ("dev", "prod"):
        account = world.account(name)
        config = yaml.safe_load((folder / f"Pulumi.{name}.yaml").read_text())["config"]
        account.add_key(config["sendblue:apiKeyId"], f"{name}-{SECRET_KEY}")
        stacks[name] = world.stack(
            example("environments"),
            account,
            name=name,
            project=project,
            config=config,
            secrets={f"{project}:globalSecret": f"{name}-global-secret"},
        )
        up = stacks[name].up()
        assert up.ok, up.text

    assert {
        "receive": ["https://hooks.dev.example.com/inbound"],
        "outbound": ["https://hooks.dev.example.com/status"],
        "globalSecret": "dev-global-secret",
    } == held(world.emulator.account("dev"))
    assert {
        "receive": ["https://hooks.example.com/inbound", "https://hooks.example.com/audit"],
        "outbound": ["https://hooks.example.com/status"],
        "globalSecret": "prod-global-secret",
    } == held(world.emulator.account("prod"))

    assert stacks["dev"].destroy().ok
    assert {} == held(world.emulator.account("dev"))
    refused = stacks["prod"].destroy()
    assert not refused.ok
    assert "protected" in refused.text
    assert stacks["prod"].preview(expect_no_changes=True).ok
