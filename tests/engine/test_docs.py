"""The README's program, run as it is printed."""

from __future__ import annotations

import re
from pathlib import Path

from sendblue_emulator import Account
from tests.engine.programs import held
from tests.engine.world import World

README = Path(__file__).parents[2] / "README.md"


def test_the_program_of_the_readme(world: World, account: Account) -> None:
    """The program at the top of the README declares what it says, with the configuration that the README sets."""
    text = README.read_text()
    (block,) = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    names = re.findall(r"pulumi config set --secret (\w+)$", text, re.MULTILINE)
    stack = world.stack(
        lambda: exec(compile(block, str(README), "exec"), {}),  # noqa: S102 (our own words)
        account,
        secrets={f"shop:{name}": f"the-{name}" for name in names},
    )

    up = stack.up()
    assert up.ok, up.text
    assert {
        "receive": ["https://example.com/inbound", {"url": "https://example.com/audit", "secret": "the-auditSecret"}],
        "call_log": ["https://example.com/calls"],
        "globalSecret": "the-globalSecret",
    } == held(account)
    assert ["https://example.com/calls"] == stack.stack.outputs()["callLog"].value
    assert stack.preview(expect_no_changes=True).ok
