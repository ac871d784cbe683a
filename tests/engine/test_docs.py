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
    """Each stack of `examples/shared-account` adds its own URLs to the account, watches and removes those alone.

    The outputs that `docs/ownership.md` shows of them are those that there are.
    """
    first_up, drift, refused, destroyed, *_ = blocks(OWNERSHIP, "text")
    support, billing = shared_account(world, account)
    inbound = {"url": "https://support.example.com/inbound", "secret": "support-secret"}
    lines = {"url": "https://support.example.com/lines", "secret": "support-secret"}
    replies = {"url": "https://billing.example.com/replies", "secret": "billing-secret"}
    status = {"url": "https://billing.example.com/status", "secret": "billing-secret"}
    all_of_them = {"receive": [inbound, replies], "line_blocked": [lines], "outbound": [status]}

    ups = [support.up(), billing.up()]
    for up in ups:
        assert up.ok, up.text
        assert ["POST", "POST"] == [method for method in up.requests if method != "GET"]
    assert [] == not_said(first_up, ups[1].text)
    assert all_of_them == held(account)
    outputs = {name: output.value for name, output in billing.program_outputs().items()}
    assert {"receive": replies["url"], "outbound": status["url"]} == outputs

    account.remove("outbound", status["url"])
    account.remove("receive", replies["url"])
    account.add("receive", {**replies, "secret": "tampered"})
    preview = support.preview(expect_no_changes=True)
    assert preview.ok, preview.text
    assert "3 unchanged" in preview.text
    assert "changed outside of this stack" not in preview.text
    drifted = billing.preview()
    assert [] == not_said(drift, drifted.text)
    for run in (preview, drifted):
        assert ["GET"] == run.requests
    assert billing.up().ok
    assert all_of_them == held(account)

    billing.stack.set_config("webhooks.line_blocked", auto.ConfigValue(lines["url"]), path=True)
    assert [] == not_said(refused, billing.preview().text)
    billing.stack.remove_config("webhooks.line_blocked", path=True)
    assert [] == not_said(destroyed, support.destroy().text)
    assert {"receive": [replies], "outbound": [status]} == held(account)
    preview = billing.preview(expect_no_changes=True)
    assert preview.ok, preview.text
    assert ["GET"] == preview.requests


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
    assert before["receive"] == reader.program_outputs()["receive"].value
