"""`docs/faults.md`: what the provider does at each fault, from real runs of the plugin.

A line of a table stands for all cases that read the same. `parsed` takes the page apart again, so that the test of each
fault can compare its own runs with what the page says of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from tests.faults.matrix import SUBJECTS, TROUBLES, Subject
from tests.faults.world import Outcome

PAGE: Final = Path(__file__).parents[2] / "docs" / "faults.md"

READING, WRITE, APPLIED, VERIFYING, LASTING = (
    "A `GET` before the write",
    "The write, and Sendblue did not do it",
    "The write, and Sendblue did it",
    "The `GET` after the write",
    "Every request from then on",
)
_HEADINGS: Final[Mapping[str, str]] = {
    READING: "It reads the account for a preview, a refresh, an import, or before a write, and goes wrong once.",
    WRITE: "The `POST`, `PUT` or `DELETE` goes wrong once, and nothing was done.",
    APPLIED: "The write was done, and its answer is lost or wrong, or somebody else writes at the same time.",
    VERIFYING: "The write was answered with success, and the `GET` that verifies it goes wrong once.",
    LASTING: "The request fails, and so do all others until the command has ended.",
}
_INTRODUCTION: Final = """\
# When a request goes wrong

What the provider does when Sendblue, or the network, fails. The tables are made from real runs of the plugin against
the [emulator](emulator.md), by `python -m tests.faults --write`. The dynamic provider does the same.

- A `GET` is sent again, up to six times, after no answer, 408, 429 and 5xx.
- The API has two paths. If the first `GET` of a run gets an error or no readable answer from one, it asks the other
  one, and keeps the path that answers. No write is sent to both.
- A `POST`, `PUT` or `DELETE` is sent again only after a `GET` has shown that it was not done. So nothing is registered
  twice, and a repeated write does not undo somebody else's change.
- If the answer leaves it open whether a write was done (no answer, 408, 429, 5xx, not readable), the provider waits
  (`Retry-After`, or a growing pause), reads the account, and sends what is left, within `sendblue:timeoutSeconds`.
- If Sendblue refuses a write (400, 404, 409, 413, 422, `ERROR`), a `GET` shows whether it was done all the same. If
  not, the command fails. 401, 403, 410 and a redirect end it too.
- After any failure, run the same command again: it goes on from the account as it is.

In the tables, *write* is the request that goes wrong and its address, *N* is the status, and … is Sendblue's own text
without secrets, a list of webhooks, or an error from above. Errors are cut after their first sentence: the next one
says what to do. If you read nothing, the command succeeds. The state is then "as declared"; else it is "as before", or
holds what the account showed last or may have been sent ("as sent"), so that nothing is forgotten.
"""


class Row(NamedTuple):
    """What happened in a case, as a line of the page says it."""

    section: str
    operation: str
    fault: str
    requests: str
    text: str
    state: str
    after: str


OPERATIONS: Final = tuple(dict.fromkeys(f"`{s.kind}` {s.operation}" for s in SUBJECTS if s.front == "plugin"))
FAULTS: Final = tuple(trouble.name for trouble in TROUBLES)


def row_of(outcome: Outcome) -> Row:
    """Describe an outcome."""
    case = outcome.case
    return Row(
        _section(outcome), operation_of(case.subject), case.trouble.name, _requests(outcome), _text(outcome),
        _state(outcome), _after(outcome),
    )  # fmt: skip


def operation_of(subject: Subject) -> str:
    """Return what the page calls an operation."""
    return f"`{subject.kind}` {subject.operation}"


def _section(outcome: Outcome) -> str:
    case = outcome.case
    if case.lasts:
        return LASTING
    if case.request.startswith("the GET after"):
        return VERIFYING
    if "GET" in case.request:
        return READING
    return APPLIED if case.applied or not case.trouble.fault else WRITE


def _requests(outcome: Outcome) -> str:
    """Say what is sent from the request that goes wrong on, without what is sent as if nothing had gone wrong."""
    case, sent = outcome.case, outcome.faulty.entries
    failed, later = sent[case.place], sent[case.place + 1 :]
    usual = outcome.undisturbed.methods[case.place + 1 :]
    if failed.method == "GET":
        return "`GET`, again `GET`" if len(later) > len(usual) or (outcome.faulty.error and later) else "`GET`"
    gets = "`GET`" if [entry.method for entry in later].count("GET") <= 2 else "`GET` several times"
    if [entry.method for entry in later].count(failed.method) > usual.count(failed.method):
        return "write, `GET`, again write, `GET`"
    if failed.method == "DELETE" and any(entry.method == "PUT" for entry in later) and "PUT" not in usual:
        return "`DELETE`, `GET`, `PUT` instead, `GET`"
    return f"write, {gets}"


def _text(outcome: Outcome) -> str:
    error = outcome.faulty.error
    if not error:
        return "nothing"
    status = outcome.case.trouble.fault.get("status")
    error = re.sub(r" https?://127\.0\.0\.1:\d+/api/(v2/)?account/webhooks", "", error)
    error = re.sub(r"\b(POST|PUT|DELETE)\b", "*write*", error)
    error = re.sub(rf"\b{status}\b", "*N*", error) if status else error
    error = re.sub(r"not now( \[secret\])+", "…", error)
    error = re.sub(r"(\w+ https://example\.com/\w( \(secret set\))?(; )?)+", "…", error)
    error = re.sub(r"[+~-] .*", "…", error)
    error = re.sub(r"(could not be looked at afterwards:).*", r"\1 …", error)
    if outcome.case.lasts and not error.endswith(": …"):
        return "the error of the request, as above"
    return re.split(r"\. [A-Z]|\?", error)[0].rstrip(".")


def _state(outcome: Outcome) -> str:
    if not outcome.faulty.error:
        return "as declared"
    is_kept = outcome.faulty.stack.resources != outcome.started.resources
    # The plugin reads the resource before it deletes it, and the state keeps what that found.
    return "as sent" if is_kept and outcome.case.subject.operation != "delete" else "as before"


def _after(outcome: Outcome) -> str:
    if not outcome.faulty.error or outcome.again is None:
        return "has nothing to do"
    if outcome.again.error:
        return "is refused: declare the entry"
    if outcome.case.lasts or _section(outcome) == VERIFYING:
        return "does what is left, if anything"
    return "has nothing to do" if outcome.faulty.writes and not outcome.again.writes else "does what is left"


# The page as text


def rendered(rows: Iterable[Row]) -> str:
    """Write the page."""
    rows = set(rows)
    parts = [_INTRODUCTION]
    for section, heading in _HEADINGS.items():
        lines = _lines([row for row in rows if row.section == section])
        parts.append(
            f"## {section}\n\n{heading}\n\n| Goes wrong | Operation | Sent | You read | State | The next command |\n"
            f"|---|---|---|---|---|---|\n" + "\n".join(lines) + "\n"
        )
    return "\n".join(parts)


def _lines(rows: list[Row]) -> list[str]:
    every = _operations_in(rows[0].section)
    outcomes: dict[tuple[str, ...], dict[str, set[str]]] = {}
    for row in rows:
        outcomes.setdefault(row[3:], {}).setdefault(row.fault, set()).add(row.operation)
    lines = []
    for cells, by_fault in outcomes.items():
        by_operations: dict[frozenset[str], list[str]] = {}
        for fault, operations in by_fault.items():
            by_operations.setdefault(frozenset(operations), []).append(fault)
        for names_of, names in by_operations.items():
            names.sort(key=FAULTS.index)
            shown = "all" if names_of == every else _joined(names_of)
            order = (FAULTS.index(names[0]), shown != "all", cells)
            lines.append((order, f"| {' | '.join([', '.join(names), shown, *cells])} |"))
    return [line for _, line in sorted(lines)]


def parsed(page: str) -> set[Row]:
    """Read the rows of a page."""
    rows: set[Row] = set()
    for part in page.split("\n## ")[1:]:
        section, _, text = part.partition("\n")
        lines = [line[2:-2].split(" | ") for line in text.splitlines() if line.startswith("| ")][1:]
        for faults, operations, *cells in lines:
            of_line = sorted(_operations_in(section)) if operations == "all" else _split(operations)
            for operation in of_line:
                rows |= {Row(section, operation, fault, *cells) for fault in faults.split(", ")}
    return rows


def _operations_in(section: str) -> set[str]:
    """Return the operations that a section is about, which it calls all."""
    if section in (READING, LASTING):
        return {*OPERATIONS}
    return {name for name in OPERATIONS if name.split()[1] in ("create", "update", "delete")}


def _joined(operations: Iterable[str]) -> str:
    """Join operations, those of one kind after its name: "`Webhook` create, update; …"."""
    by_kind: dict[str, list[str]] = {}
    for operation in sorted(operations, key=OPERATIONS.index):
        kind, name = operation.split()
        by_kind.setdefault(kind, []).append(name)
    return "; ".join(f"{kind} {', '.join(names)}" for kind, names in by_kind.items())


def _split(operations: str) -> list[str]:
    kinds = [group.split(" ", 1) for group in operations.split("; ")]
    return [f"{kind} {name}" for kind, names in kinds for name in names.split(", ")]
