"""`python -m tests.faults --write`: make `docs/faults.md` from runs of the whole matrix with the plugin."""

from __future__ import annotations

import argparse

from tests.faults.matrix import SUBJECTS, cases
from tests.faults.page import PAGE, rendered, row_of
from tests.faults.world import world


def main() -> None:
    """Write the page, or print it."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.name} instead of printing it")
    options = parser.parse_args()
    rows = set()
    with world() as shared:
        for subject in SUBJECTS:
            if subject.front == "plugin" and not subject.variant:
                methods = shared.undisturbed(subject).methods
                every = [case for trouble in subject.troubles for case in cases(subject, trouble, methods)]
                rows |= {row_of(shared.run(case)) for case in every}
    if options.write:
        PAGE.write_text(rendered(rows), encoding="utf-8")
    else:
        print(rendered(rows), end="")  # noqa: T201 - that is its output


if __name__ == "__main__":
    main()
