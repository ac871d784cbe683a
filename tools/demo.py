"""The demo behind `make demo`: a stack's life against the emulator, with the real Pulumi engine.

Exits with a status other than 0 if any step did not do what its heading says.
"""

from __future__ import annotations

import os
import runpy
import sys
import tempfile
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pulumi import automation as auto

from sendblue_emulator import Account, Emulator

EXAMPLE = Path(__file__).parents[1] / "examples" / "python-dynamic"
PROJECT = "sendblue-webhooks"
HOST = "https://hooks.example.com"


class StepFailedError(Exception):
    """A step did not do what it says."""


def program() -> None:
    """Run the example program, as it stands."""
    runpy.run_path(str(EXAMPLE / "__main__.py"), run_name="__main__")


def say(heading: str, *paragraphs: str) -> None:
    """Print what comes next."""
    bold, plain = ("\033[1m", "\033[0m") if sys.stdout.isatty() else ("", "")
    print(f"\n{bold}── {heading} {'─' * max(0, 88 - len(heading))}{plain}", flush=True)
    for paragraph in paragraphs:
        print(textwrap.fill(paragraph, 92), flush=True)
    print(flush=True)


def show(line: str) -> None:
    """Print a line of the engine's, but for the empty ones."""
    if line.strip():
        print(f"    {line.rstrip()}", flush=True)


def expect(*facts: tuple[bool, str]) -> None:
    """Fail unless everything that the step promises is so."""
    for holds, fact in facts:
        if not holds:
            raise StepFailedError(f"this does not hold: {fact}")
        print(f"  ✔ {fact}", flush=True)


def run(command: Callable[..., Any], **options: Any) -> tuple[bool, str]:
    """Run a command of the engine's; return whether it succeeded, and what it printed."""
    said: list[str] = []

    def on_output(line: str) -> None:
        said.append(line)
        show(line)

    colour = "always" if sys.stdout.isatty() else "never"
    try:
        command(on_output=on_output, on_error=on_output, color=colour, **options)
    except auto.CommandError:
        return False, "\n".join(said)
    return True, "\n".join(said)


def make_stack(folder: Path, url: str) -> auto.Stack:
    """Make a stack of the example program with its state in the folder, configured for the emulator."""
    options = auto.LocalWorkspaceOptions(
        work_dir=str(folder),
        pulumi_home=str(folder / "home"),
        env_vars={
            "PULUMI_CONFIG_PASSPHRASE": "demo",
            "PULUMI_PYTHON_CMD": sys.executable,
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        },
        project_settings=auto.ProjectSettings(
            name=PROJECT, runtime="python", backend=auto.ProjectBackend(url=folder.as_uri())
        ),
    )
    stack = auto.create_stack("demo", project_name=PROJECT, program=program, opts=options)
    stack.set_config("sendblue:apiKeyId", auto.ConfigValue("demo-key"))
    stack.set_config("sendblue:apiSecretKey", auto.ConfigValue("demo-secret", secret=True))
    stack.set_config("sendblue:baseUrl", auto.ConfigValue(url))
    for name in ("globalSecret", "supportSecret", "statusSecret"):
        stack.set_config(f"{PROJECT}:{name}", auto.ConfigValue(f"demo-{name}", secret=True))
    return stack


def demo(stack: auto.Stack, emulator: Emulator, account: Account) -> None:
    """Go through the steps."""
    requests = emulator.journal

    say("1. pulumi up", "The program in examples/python-dynamic declares the account's webhooks. The account is empty.")
    requests.clear()
    ok, _ = run(stack.up)
    expect((ok, "up succeeded"))
    declared = account.webhooks
    expect(
        (declared.get("call_log") == [f"{HOST}/calls"], f"the account now calls {HOST}/calls for call logs"),
        (len(declared.get("receive", [])) == 2, "and has two URLs for inbound messages, one with a secret of its own"),
        (
            requests.methods() == ["GET", "GET", "PUT", "GET"],
            "with a GET to check, then GET, PUT and a GET to see that it worked",
        ),
    )

    say(
        "2. An edit in the dashboard",
        "Somebody adds a URL, removes another and changes the global secret by hand.",
    )
    account.add("receive", {"url": "https://mallory.example/copy", "secret": "mallorys-secret"})
    account.remove("call_log", f"{HOST}/calls")
    account.set_secret("globalSecret", "mallorys-global-secret")

    say("3. pulumi preview --expect-no-changes", "A plain preview shows it, event by event, and fails a CI job.")
    requests.clear()
    ok, text = run(stack.preview, expect_no_changes=True)
    expect(
        (not ok, "the preview failed, since changes were not expected"),
        ("+ receive https://mallory.example/copy (secret set)" in text, "the added URL is shown"),
        (f"- call_log {HOST}/calls" in text, "the removed URL is shown"),
        ("~ globalSecret changed" in text, "the changed secret is shown"),
        ("mallorys" not in text, "no secret is shown"),
        (requests.methods() == ["GET"], "at the price of one GET"),
    )

    say("4. pulumi up", "The update undoes the edit.")
    ok, _ = run(stack.up)
    expect((ok, "up succeeded"), (account.webhooks == declared, "the account is what the program declares"))

    say(
        "5. pulumi destroy",
        "Another team registered a URL of its own meanwhile. Destroy removes what this stack put there, and no more.",
    )
    account.add("outbound", "https://another-team.example/status")
    ok, text = run(stack.destroy)
    rest = {name: value for name, value in account.webhooks.items() if value}
    expect(
        (ok, "destroy succeeded"),
        (rest == {"outbound": ["https://another-team.example/status"]}, "the other team's URL is all that is left"),
        ("outbound https://another-team.example/status" in text, "and destroy said so"),
    )


def main() -> int:
    """Run the demo; return the exit status."""
    for name in [name for name in os.environ if name.startswith(("SENDBLUE_", "PULUMI_"))]:
        del os.environ[name]
    emulator = Emulator()
    account = emulator.add_account(key_id="demo-key", secret="demo-secret", name="demo")
    with emulator.serve() as url, tempfile.TemporaryDirectory() as folder:
        say("A Sendblue account, emulated", f"The emulator speaks the account's API at {url}.")
        try:
            demo(make_stack(Path(folder), url), emulator, account)
        except StepFailedError as error:
            print(f"  ✘ {error}", file=sys.stderr, flush=True)
            return 1
    say("Done", "Every step did what it says. README.md has the steps with a real account.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
