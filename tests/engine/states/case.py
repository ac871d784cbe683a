"""What is known of a stack whose state is kept beside this file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sendblue_emulator import Account
from tests.engine.programs import DYNAMIC, FrontEnd
from tests.engine.workspaces import Program

NUMBERS = ["+15551230001", "+15551230002"]
FOLDER = Path(__file__).parent


def _nothing(_: Account) -> None:
    """Leave the account as it is."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One stack.

    Attributes:
        name: The name of its file, without the front end before it and `.json` after it.
        front_end: How its program imports the resources.
        program: What the stack declared when the state was written.
        before: What the account had before the stack was made.
        behaviour: How the account answers.
        edit: An edit of the account by hand, after the last update.
        changed: The program with one change.
        after: What the account has after an update to the changed program, empty events left out.
        writes: The requests that write in that update.
        left: What the account has after a destroy, empty events left out; None if it depends on
            what a destroy does with an ignored value that somebody else changed, which has tests of its own.
        refreshed: Whether a refresh after the edit wrote the state.
        drifted: Whether the edit is drift, so that a preview of the same program is an update.
        unverified: Whether the GET that verifies the create failed, so that the state has its resources as partly
            written; the next run begins with a read, after which no change is left.
    """

    name: str
    front_end: FrontEnd
    program: Program
    changed: Program
    after: Mapping[str, Any]
    writes: list[str]
    before: Mapping[str, Any] = field(default_factory=dict)
    left: Mapping[str, Any] | None = field(default_factory=dict)
    behaviour: Mapping[str, Any] = field(default_factory=dict)
    edit: Callable[[Account], None] = _nothing
    refreshed: bool = False
    drifted: bool = False
    unverified: bool = False

    @property
    def file(self) -> Path:
        """Where the state is."""
        kind = "dynamic" if self.front_end is DYNAMIC else "plugin"
        return FOLDER / f"{kind}-{self.name}.json"
