"""Each operation at each fault: one oracle decides."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.matrix import SUBJECTS, TROUBLES, Subject, Trouble, cases
from tests.faults.oracle import complaints, sent
from tests.faults.page import OPERATIONS, PAGE, Row, operation_of, parsed, rendered, row_of
from tests.faults.world import World, world

ROWS = parsed(PAGE.read_text(encoding="utf-8"))
REMAKE = "python -m tests.faults --write"


@pytest.fixture(scope="module")
def shared() -> Iterator[World]:
    """One emulator and engine for all cases: each case has an account of its own."""
    with world() as shared:
        yield shared


@pytest.mark.parametrize(
    ("subject", "trouble"),
    [pytest.param(each, trouble, id=f"{each}: {trouble.name}") for each in SUBJECTS for trouble in each.troubles],
)
def test_a_fault(shared: World, subject: Subject, trouble: Trouble) -> None:
    """Whatever goes wrong, nothing is lost, written twice or told wrongly, and the next command finishes the work."""
    found: list[str] = []
    rows: set[Row] = set()
    for case in cases(subject, trouble, shared.undisturbed(subject).methods):
        outcome = shared.run(case)
        rows.add(row_of(outcome))
        if wrong := complaints(outcome):
            found += [f"{case}; sent {sent(outcome.faulty)}", *(f"    {line}" for line in wrong)]
    assert not found, "\n" + "\n".join(found)
    if subject.front == "plugin" and not subject.variant:
        told = {row for row in ROWS if (row.operation, row.fault) == (operation_of(subject), trouble.name)}
        assert told == rows, f"docs/faults.md is not current: {REMAKE}"


def test_the_page_is_as_it_is_made() -> None:
    """`docs/faults.md` is what the tool writes: no text was edited by hand, no row is of an unknown fault."""
    assert rendered(ROWS) == PAGE.read_text(encoding="utf-8"), REMAKE
    assert {row.operation for row in ROWS} == {*OPERATIONS}
    assert {row.fault for row in ROWS} == {trouble.name for trouble in TROUBLES}
