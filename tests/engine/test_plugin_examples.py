"""The examples that use the plugin, run as they stand by each language's own Automation API.

Those that need no Python get the plugin from its archive, and have no Python on PATH.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

import pytest
import yaml

from sendblue_emulator import Account
from tests.engine.programs import FOREIGN, held
from tests.engine.project import Project
from tests.engine.toolchains import (
    EXAMPLES,
    Driver,
    code_generators,
    go_driver,
    nodejs_driver,
    plugin_archive,
    python_driver,
    yaml_driver,
    yaml_host,
)
from tests.engine.world import World


class Language(NamedTuple):
    """How programs of a language are run.

    Attributes:
        program: The name of their file.
        driver: Makes a program's driver.
        host: Makes the folder of the language host that runs them; None where the driver does without.
        archived: Whether the plugin comes from its archive, with no Python on PATH.
    """

    program: str
    driver: Callable[[Path], Driver]
    host: Callable[[], Path] | None = None
    archived: bool = False

    def project(self, world: World, name: str, hosts: Path | None = None) -> Project:
        """Make the project of an example in this language; `hosts` are for a language whose programs need none."""
        archive = plugin_archive() if self.archived else None
        return Project.of_example(world, name, hosts=self.host() if self.host else hosts, archive=archive)


LANGUAGES: Final = {
    "go": Language("main.go", go_driver),
    "python": Language("__main__.py", python_driver),
    "typescript": Language("index.ts", nodejs_driver, archived=True),
    "yaml": Language("Pulumi.yaml", yaml_driver, yaml_host, archived=True),
}
"""By the folder of the language's example."""

SECRETS: Final = {"globalSecret": "the-global-secret", "supportSecret": "the-support-secret"}

HOST: Final = "https://hooks.example.com"
DECLARED: Final = {
    "receive": [
        f"{HOST}/inbound",
        {"url": f"{HOST}/support", "secret": "the-support-secret", "sendblue_numbers": ["+15551234567"]},
    ],
    "call_log": [f"{HOST}/calls"],
    "globalSecret": "the-global-secret",
}


@pytest.mark.parametrize("name", LANGUAGES)
def test_lifecycle(world: World, account: Account, name: str) -> None:
    """The example declares its webhooks, shows drift and no other diff in the next run, and removes what it declared.

    Then `pulumi import` prints a program in the project's language, and it has nothing to change.
    """
    language = LANGUAGES[name]
    project = language.project(world, name, None if language.host else code_generators())
    project.stack_of("dev", account, SECRETS)
    driver = language.driver(EXAMPLES / name / language.program)

    up = project.drive(driver, "dev", "up")
    assert up.ok, up.text
    assert DECLARED == held(account)
    assert ["GET", "PUT", "GET"] == up.requests
    assert re.search(rf'callLog *: \[\s+\[0\]: "{HOST}/calls"\s+\]', up.text), up.text

    account.add("outbound", FOREIGN)
    drift = project.drive(driver, "dev", "preview")
    assert drift.ok, drift.text
    assert ["GET"] == drift.requests
    assert f"  + outbound {FOREIGN}" in drift.text
    assert "update [diff: -outbound]" in drift.text
    assert "~ 1 to update\n    1 unchanged" in drift.text
    destroy = project.pulumi("destroy", "--yes", "--skip-preview")
    assert {"outbound": [FOREIGN]} == held(account)

    holds = {**DECLARED, "contact_created": [f"{HOST}/contacts"], "typing_indicator": [f"{HOST}/typing"]}
    account.webhooks = holds
    printed = project.folder / "printed"
    done = project.pulumi(
        "import", "sendblue:index:WebhookConfiguration", "webhooks", "account", "--yes", f"--out={printed}"
    )
    assert ["GET", "GET"] == done.requests
    assert "= 1 imported" in done.text
    program = paste(printed.read_text(), project.folder, language.program)
    preview = project.drive(language.driver(program), "dev", "preview", "--expect-no-changes")
    assert preview.ok, preview.text
    assert "2 unchanged" in preview.text
    # One by the provider of the import, and one by that of the program's package, which has a version.
    assert ["GET"] * (1 if name == "yaml" else 2) == preview.requests
    assert holds == held(account)

    for text in (*project.files().values(), *(run.text for run in (up, drift, destroy, done, preview))):
        assert not [secret for secret in SECRETS.values() if secret in text], text


@pytest.mark.parametrize("name", LANGUAGES)
def test_webhook(world: World, account: Account, name: str) -> None:
    """The language's second example adds one webhook beside others, reads the account, and removes its own."""
    language, example = LANGUAGES[name], f"{name}-webhook"
    foreign = {"url": FOREIGN, "secret": "canary-foreign-secret"}
    account.add("outbound", foreign)
    driver = language.driver(EXAMPLES / example / language.program)
    project = language.project(world, example)
    project.stack_of("dev", account, {"ordersSecret": "the-orders-secret"})

    up = project.drive(driver, "dev", "up")
    assert up.ok, up.text
    orders = {"url": f"{HOST}/orders", "secret": "the-orders-secret"}
    assert {"receive": [orders], "outbound": [foreign]} == held(account)
    assert ["POST"] == [method for method in up.requests if method != "GET"]
    assert FOREIGN in project.pulumi("stack", "output", "outbound", "--show-secrets").text

    destroy = project.pulumi("destroy", "--yes", "--skip-preview")
    assert {"outbound": [foreign]} == held(account)
    for text in (up.text, destroy.text, *project.files().values()):
        assert "the-orders-secret" not in text
        assert "canary-foreign-secret" not in text


def paste(printed: str, project: Path, name: str) -> Path:
    """Make a program of what `pulumi import` has printed, and return its file."""
    folder = project / "imported"
    folder.mkdir()
    if name == "Pulumi.yaml":
        # The program is a part of the project's file.
        own = yaml.safe_load((project / name).read_text())
        folder, printed = project, yaml.safe_dump({key: own[key] for key in ("name", "runtime")}) + printed
    if name == "main.go":
        # Pulumi's generator has no name for an object in a list that takes strings too: without this it is no Go.
        printed = printed.replace("pulumi.Any{", "sendblue.WebhookEndpointArgs{")
        # Into a function of the name that the driver runs.
        begin, end = "func main() {\n\tpulumi.Run(func(ctx *pulumi.Context) error {\n", "\n\t})\n}\n"
        assert begin in printed, printed
        assert printed.endswith(end), printed
        function = "func main() { pulumi.Run(program) }\n\nfunc program(ctx *pulumi.Context) error {\n"
        printed = printed.replace(begin, function).removesuffix(end) + "\n}\n"
    (folder / name).write_text(printed)
    return folder / name
