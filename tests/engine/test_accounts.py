"""Several accounts in one stack, a `sendblue.Provider` each: the example in `examples/accounts`, run as it stands."""

from __future__ import annotations

import json
from typing import Any

from tests.engine.programs import held
from tests.engine.project import Project
from tests.engine.toolchains import EXAMPLES, python_driver
from tests.engine.workspaces import KEY_ID, SECRET_KEY
from tests.engine.world import Run, World

EXAMPLE = "accounts"
TEAMS = ("sales", "support")
DRIVER = python_driver(EXAMPLES / EXAMPLE / "__main__.py")


def run(project: Project, command: str, *flags: str) -> Run:
    return project.drive(DRIVER, "dev", command, *flags)


def requests(project: Project) -> dict[str, list[str]]:
    """Return the requests of the last command, account by account."""
    return {team: project.world.emulator.journal.methods(team) for team in TEAMS}


def providers(project: Project) -> dict[str, Any]:
    """Return the providers in the state by their name, their secrets as ciphertext."""
    (state,) = (project.world.folder / "backend" / ".pulumi" / "stacks").glob("*/dev.json")
    resources = json.loads(state.read_text())["checkpoint"]["latest"]["resources"]
    return {r["urn"].rpartition("::")[2]: r for r in resources if r["type"] == "pulumi:providers:sendblue"}


def test_accounts(world: World) -> None:
    """Each provider's webhooks are on its own account; a preview is one GET an account; destroy removes both.

    A changed key pair updates its provider in place, writes to no account, and is used from then on. If the old pair
    opens nothing any more, `up` says which command takes the new one, and that does.
    """
    accounts = {team: world.account(team) for team in TEAMS}
    project = Project.of_example(world, EXAMPLE)
    secrets = {f"{team}SecretKey": f"{team}-{SECRET_KEY}" for team in TEAMS}
    secrets |= {f"{team}GlobalSecret": f"{team}-global-secret" for team in TEAMS}
    project.stack("dev", {f"{team}KeyId": f"{team}-{KEY_ID}" for team in TEAMS}, secrets)
    first = run(project, "up")
    assert first.ok, first.text
    assert {team: ["GET", "PUT", "GET"] for team in TEAMS} == requests(project)
    for team, account in accounts.items():
        assert {
            "receive": [f"https://hooks.example.com/{team}/inbound"],
            "globalSecret": f"{team}-global-secret",
        } == held(account)

    before = providers(project)
    accounts["sales"].add_key("sales-second-id", "sales-second-key")
    project.configure({"salesKeyId": "sales-second-id"}, {"salesSecretKey": "sales-second-key"})
    preview = run(project, "preview", "--diff")
    assert preview.ok, preview.text
    assert "~ pulumi:providers:sendblue: (update)" in preview.text
    assert "apiSecretKey: [secret] => [secret]" in preview.text
    assert "~ 1 to update\n    4 unchanged" in preview.text
    # The first GET is by the pair in the state, from before the program told the other one.
    assert {"sales": ["GET", "GET"], "support": ["GET"]} == requests(project)

    accounts["sales"].revoke_key(f"sales-{KEY_ID}")
    refused = run(project, "up")
    assert not refused.ok
    assert "pulumi up --run-program" in refused.text
    up = run(project, "up", "--run-program")
    assert up.ok, up.text
    assert {team: ["GET"] for team in TEAMS} == requests(project)
    after = providers(project)
    assert {team: before[team]["id"] for team in TEAMS} == {team: after[team]["id"] for team in TEAMS}
    assert "sales-second-id" == after["sales"]["inputs"]["apiKeyId"]

    clean = run(project, "preview", "--expect-no-changes")
    assert clean.ok, clean.text
    assert {team: ["GET"] for team in TEAMS} == requests(project)
    destroy = project.pulumi("destroy", "--yes", "--skip-preview")
    assert {team: {} for team in TEAMS} == {team: held(account) for team, account in accounts.items()}

    files = project.files()
    assert [file for file, text in files.items() if f"sales-{KEY_ID}" in text]
    for secret in (*secrets.values(), "sales-second-key"):
        assert not [file for file, text in files.items() if secret in text], secret
        assert not [run for run in (first, preview, refused, up, clean, destroy) if secret in run.text], secret
