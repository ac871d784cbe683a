"""Every example as it is cloned: `pulumi install`, `preview`, `up` and `destroy` in a copy, by its language's host."""

from __future__ import annotations

import faulthandler
import shutil
from typing import Any, Final

import pytest
import yaml

from sendblue_emulator import Account
from tests.engine.programs import held
from tests.engine.project import Project
from tests.engine.toolchains import EXAMPLES, ROOT
from tests.engine.workspaces import KEY_ID, PLUGIN_FILE, SECRET_KEY
from tests.engine.world import World

WHOLE_ACCOUNT: Final = ("globalSecret", "supportSecret")
SECRETS: Final = {
    "accounts": ("salesSecretKey", "salesGlobalSecret", "supportSecretKey", "supportGlobalSecret"),
    "environments": ("globalSecret",),
    "python-dynamic": (*WHOLE_ACCOUNT, "statusSecret"),
    "shared-account": ("signingSecret",),
    **dict.fromkeys(("go", "python", "typescript", "yaml"), WHOLE_ACCOUNT),
    **{f"{name}-webhook": ("ordersSecret",) for name in ("go", "python", "typescript", "yaml")},
}
"""The secrets that each example's configuration has to have."""
STACKS: Final = {"shared-account": "support"}
"""The stack of an example that does not call it dev."""


def needs_its_host(name: str) -> Any:
    """Skip an example if the host of its language is not on PATH."""
    runtime = yaml.safe_load((EXAMPLES / name / "Pulumi.yaml").read_text())["runtime"]
    host = f"pulumi-language-{runtime if isinstance(runtime, str) else runtime['name']}"
    reason = f"{host} is not on PATH: it comes with the official CLI, and not with one built with Go"
    return pytest.param(name, marks=pytest.mark.skipif(shutil.which(host) is None, reason=reason))


@pytest.mark.parametrize("name", [needs_its_host(name) for name in SECRETS])
def test_as_cloned(world: World, account: Account, name: str) -> None:
    """After the step for a checkout that `examples/README.md` gives, the example installs, previews, and runs."""
    faulthandler.cancel_dump_traceback_later()  # with packages to fetch, it may take longer than pytest gives a test
    project, stack = Project.of_example(world, name), STACKS.get(name, "dev")
    project.stack_of(stack, account, {secret: f"the-{secret}" for secret in SECRETS[name]})
    if name == "accounts":
        for team in ("sales", "support"):
            world.account(team)
            keys = {f"{team}KeyId": f"{team}-{KEY_ID}"}, {f"{team}SecretKey": f"{team}-{SECRET_KEY}"}
            project.configure(*keys)

    if (project.folder / "requirements.txt").exists():
        (project.folder / "requirements.txt").write_text(f"{ROOT}\n")
    else:
        # The same as with the checkout's folder, but for the installation of the provider's dependencies.
        project.pulumi("package", "add", str(PLUGIN_FILE))
    project.pulumi("install")
    preview = project.pulumi("preview")
    assert "to create" in preview.text
    assert {"GET"} >= {*preview.requests}
    project.pulumi("up", "--yes", "--skip-preview")
    project.pulumi("preview", "--expect-no-changes")
    project.pulumi("destroy", "--yes")
    assert {} == held(account)
    world.kill()  # `pulumi package add` leaves its language host running, which ends some seconds later
