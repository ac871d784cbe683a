"""A create that is refused names a command that imports what is on the account, and it works."""

from __future__ import annotations

import re
from typing import Any

import pytest

from sendblue_emulator import Account, Emulator
from tests.plugin.answers import Failed
from tests.plugin.conftest import OTHER, OWN, A
from tests.plugin.processes import Start
from tests.plugin.values import Secret
from tests.plugin.webhook.conftest import ENTRY, ID, IMPORT, OTHERS, PROGRAM, rest

DIFFERENT = [
    pytest.param({**ENTRY, "secret": OTHER}, PROGRAM, id="another secret"),
    pytest.param(ENTRY, {"event": "receive", "url": A, "secret": Secret(OWN)}, id="numbers that are not declared"),
]


@pytest.mark.parametrize(("entry", "program"), DIFFERENT)
@pytest.mark.parametrize("mark", [str, Secret])
def test_the_import_that_the_refusal_names(
    start: Start, emulator: Emulator, shared: Account, entry: Any, program: dict[str, Any], mark: Any
) -> None:
    """The command, as the error has it, imports just that entry; after it the same program is a change in place."""
    program = {**program, "url": mark(A)}
    shared.add("receive", entry)
    with pytest.raises(Failed) as failed:
        start().up(program)
    command = re.search(rf"`{IMPORT} <name> (\S+)`", failed.value.text)
    assert command is not None
    imported = start().import_(command[1])
    assert imported.id == ID
    assert start().plan(imported.inputs, imported).step == "same"
    emulator.journal.clear()
    state = start().up(program, imported)
    assert emulator.journal.methods() == ["GET", "GET", "PUT", "GET"]
    assert state.outputs == {**program, "secretsReadable": True}
    assert rest(shared.webhooks) == rest(OTHERS)
