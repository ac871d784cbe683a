"""Write the states: `python -m tests.engine.states.make`, at the commit whose states they are to be. See README.md."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from sendblue_emulator import Emulator, Fault
from tests.engine.programs import held
from tests.engine.states.cases import CASES, URL_AT_THE_TIME, Case
from tests.engine.world import Run, World


def _succeeded(run: Run) -> None:
    assert run.ok, run.text


def _make(case: Case, folder: Path) -> None:
    """Make the stack of a case in a fresh backend, and write its state and what its account has by then."""
    emulator = Emulator()
    with emulator.serve() as url:
        world = World(emulator, url, folder, folder / "made")
        account = world.account(webhooks=dict(case.before))
        account.behave(**case.behaviour)
        stack = world.stack(case.program, account)
        if case.unverified:
            emulator.faults.add(Fault(kind="status", method="GET", after=1, times=None, status=400))
            assert not stack.up().ok
        else:
            _succeeded(stack.up())
        case.edit(account)
        if case.refreshed:
            _succeeded(stack.refresh())
        deployment = stack.exported()
        deployment.pop("secrets_providers")  # The export has the secrets in the clear; an import encrypts them anew.
        for resource in deployment["resources"]:
            for place in ("sourcePosition", "stackTrace"):  # Folders of this machine, which the engine shows in errors.
                resource.pop(place, None)
        made = {"version": 3, "deployment": deployment, "account": held(account)}
        text = json.dumps(made, indent=2).replace(url, URL_AT_THE_TIME)
    assert str(folder) not in text
    assert str(Path.cwd()) not in text
    case.file.write_text(text + "\n")


def main() -> None:
    """Write the state of each case, or of those that are named."""
    for case in CASES if len(sys.argv) == 1 else [case for case in CASES if case.file.stem in sys.argv[1:]]:
        with tempfile.TemporaryDirectory() as folder:
            _make(case, Path(folder))


if __name__ == "__main__":
    main()
