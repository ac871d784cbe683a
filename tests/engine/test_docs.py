"""The programs and outputs of the documentation, run as they are printed."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

from pulumi import automation as auto

from sendblue_emulator import Account
from tests.engine.programs import held
from tests.engine.test_examples import shared_account
from tests.engine.workspaces import Program
from tests.engine.world import World

README = Path(__file__).parents[2] / "README.md"
OWNERSHIP = README.parent / "docs" / "ownership.md"
DEMO = README.parent / "docs" / "demo.md"


def blocks(page: Path, language: str) -> list[str]:
    """Return the code blocks of a page in this language, each without its indentation."""
    found = re.findall(rf"^ *```{language}\n(.*?)^ *```$", page.read_text(), re.MULTILINE | re.DOTALL)
    return [dedent(block) for block in found]


def program(page: Path, block: str) -> Program:
    """Make a program of a code block."""
    return lambda: exec(compile(block, str(page), "exec"), {})  # noqa: S102 (our own words)


def not_said(block: str, text: str) -> list[str]:
    """List the lines of a block, but for its command, that an output does not have; durations and ports may differ."""

    def words(text: str) -> str:
        return " ".join(re.sub(r"\([0-9.]+s\)|Duration: \d+s|127\.0\.0\.1:\d+", "(…)", text).split())

    said, missing = words(text), []
    for line in block.splitlines()[1:]:
        if words(line) not in said:
            missing.append(line)
        said = said.replace(words(line), "", 1)  # a line that is shown twice has to be there twice
    return missing


def test_the_readme(world: World, account: Account) -> None:
    """The README's program declares what it says, with the README's configuration; drift shows as it prints it."""
    (block,), (drift,) = blocks(README, "python"), blocks(README, "text")
    names = re.findall(r"pulumi config set --secret (\w+)$", README.read_text(), re.MULTILINE)
    stack = world.stack(
        program(README, block),
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
    assert stack.preview(expect_no_changes=True).ok

    account.add("receive", {"url": "https://mallory.example/copy", "secret": "mallorys"})
    account.remove("call_log", "https://example.com/calls")
    assert [] == not_said(drift, stack.preview().text)


def test_the_demo() -> None:
    """`docs/demo.md` has what the demo prints."""
    (block,) = blocks(DEMO, "text")
    demo = [sys.executable, str(README.parent / "tools" / "demo.py")]
    printed = subprocess.run(demo, capture_output=True, text=True, check=True).stdout

    assert [] == not_said(block, printed)


def test_two_teams_as_the_page_on_ownership_shows_them(world: World, account: Account) -> None:
    """The outputs of `docs/ownership.md` with two stacks on one account are those that there are."""
    first_up, drift, refused, destroyed, *_ = blocks(OWNERSHIP, "text")
    support, billing = shared_account(world, account)
    assert support.up().ok

    assert [] == not_said(first_up, billing.up().text)
    account.remove("outbound", "https://billing.example.com/status")
    account.remove("receive", "https://billing.example.com/replies")
    account.add("receive", {"url": "https://billing.example.com/replies", "secret": "tampered"})
    assert "3 unchanged" in support.preview().text
    assert [] == not_said(drift, billing.preview().text)
    assert billing.up().ok

    theirs = "https://support.example.com/lines"
    billing.stack.set_config("webhooks.line_blocked", auto.ConfigValue(theirs), path=True)
    assert [] == not_said(refused, billing.preview().text)
    assert [] == not_said(destroyed, support.destroy().text)
    assert {"receive", "outbound"} == held(account).keys()


def test_the_moves_of_the_page_on_ownership(world: World, account: Account) -> None:
    """The programs of `docs/ownership.md` move from one kind of resource to the other and back with no write."""
    authoritative, additive, reading = blocks(OWNERSHIP, "python")
    to_additive, to_authoritative = blocks(OWNERSHIP, "text")[-2:]
    secrets = {f"shop:{name}": f"the-{name}" for name in ("auditSecret", "globalSecret")}
    stack = world.stack(program(OWNERSHIP, authoritative), account, secrets=secrets)
    assert stack.up().ok
    before = held(account)

    for block, output in ((additive, to_additive), (authoritative, to_authoritative)):
        stack.program(program(OWNERSHIP, block))
        assert stack.preview().ok
        up = stack.up()
        assert up.ok, up.text
        assert {"GET"} == set(up.requests)
        assert [] == not_said(output, up.text)
        assert before == held(account)
        assert stack.preview(expect_no_changes=True).ok

    reader = world.stack(program(OWNERSHIP, reading), account, name="reader")
    read = reader.up()
    assert ["GET"] == read.requests
    assert "receive: [secret]" in read.text
    assert before["receive"] == reader.stack.outputs()["receive"].value
