"""The one oracle: what must hold after any fault."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sendblue_emulator.journal import Entry
from tests.faults.matrix import ADDED, ERROR, A
from tests.faults.world import Outcome, Ran
from tests.runners.program import CONFIGURATION, WEBHOOK

_NAMES_ITS_OBJECT: Final = re.compile(r"\b(GET|PUT|POST|DELETE) https?://|\b[a-z_]+ https://example\.com/|[sS]ecret\b")
"""A call, an event with its URL, or an account secret."""
_SAYS_WHAT_TO_DO: Final = re.compile(
    r"`pulumi |[Rr]un (it|the same command) again|\b(Set|Check|Look|Try|Ask|Declare|Remove|Clear|Give|Wait|Update)\b|"
    r"\b(then|and|or) (run|look|ask|check|try|declare)\b"
)
_NOTHING_WRITTEN: Final = re.compile(r"[Nn]othing was (written|sent|done)|does not show it|is as (it was )?before")
_SOMETHING_DONE: Final = re.compile(r"[Oo]nly a part|update is done")
_REFUSED: Final = (200, 400, 404, 409, 413, 422)
"""The statuses with which the API says no to one request."""
_SECRET: Final = "canary"


def complaints(outcome: Outcome) -> list[str]:
    """List what is wrong with an outcome, a line each."""
    return [*_of_texts(outcome), *_of_requests(outcome), *_of_fault(outcome), *_of_next(outcome)]


def _of_texts(outcome: Outcome) -> Iterator[str]:
    """No secret in any text; an error is one line that names its object and says what to do."""
    for ran in (outcome.faulty, outcome.again):
        for text in ran.texts if ran else ():
            if _SECRET in text:
                yield f"a secret in a text: {text}"
            if f"{ADDED[1]} (secret set)" in text:
                yield f"tells of a secret that is not on the account: {text}"
    if outcome.faulty.error:
        yield from _of_error(outcome, outcome.faulty.error)


def _of_error(outcome: Outcome, error: str) -> Iterator[str]:
    if "\n" in error or "Traceback" in error:
        yield f"not one line: {error}"
    if "defect" in error:
        yield f"a defect: {error}"
    if not _NAMES_ITS_OBJECT.search(error):
        yield f"names neither a call nor an event and its URL: {error}"
    if not _SAYS_WHAT_TO_DO.search(error):
        yield f"does not say what to do: {error}"
    trouble, subject = outcome.case.trouble, outcome.case.subject
    is_refused = trouble.fault.get("body") == ERROR and trouble.fault.get("status") in _REFUSED
    if is_refused and "GET" not in outcome.case.request and subject.kind == WEBHOOK and f"receive {A}" not in error:
        yield f"does not name the event and the URL that were refused: {error}"


def _of_requests(outcome: Outcome) -> Iterator[str]:
    """A write is never sent again without a GET that was answered."""
    for name, ran in (("", outcome.faulty), (" of the next command", outcome.again)):
        since: list[Any] = []
        for entry in ran.entries if ran else ():
            write = (entry.method, entry.body)
            if entry.method == "GET":
                since = [] if entry.fault is None and entry.status == 200 else since
            elif write in since:
                yield f"{entry.method} was sent twice without a GET in between, among the requests{name}: {sent(ran)}"
            else:
                since.append(write)


def _of_fault(outcome: Outcome) -> Iterator[str]:
    """The operation succeeded, or what its error says is true and its state stays."""
    ran, expected = outcome.faulty, outcome.undisturbed.content
    edited = bool(outcome.case.trouble.edit)
    dropped = outcome.case.trouble.behaviour.get("dropped_on_put", ())
    for url in [] if ran.error else _urls(expected, dropped) - _urls(ran.content, dropped):
        yield f"{url} is lost, and nothing says so: {ran.content}"
    if not ran.error:
        if not _equal(ran.content, expected, edited=edited, outcome=outcome):
            yield f"no error, but the account is {ran.content} and not {expected}"
        if not edited and ran.stack.resources != outcome.undisturbed.stack.resources:
            yield f"no error, but the state is {ran.stack.resources} and not {outcome.undisturbed.stack.resources}"
        return
    is_changed = not _equal(ran.content, outcome.before, edited=edited, outcome=outcome)
    if is_changed and _NOTHING_WRITTEN.search(ran.error):
        yield f"says that nothing was written, but the account was {outcome.before} and is {ran.content}: {ran.error}"
    if not is_changed and _SOMETHING_DONE.search(ran.error):
        yield f"says that something was done, but the account is as before: {ran.error}"
    if is_changed and not ran.writes:
        yield f"the account changed without a write: {ran.content}"
    if outcome.case.subject.operation == "delete" and not ran.stack.resources:
        yield f"the delete failed, and the state is gone: {ran.error}"


def _of_next(outcome: Outcome) -> Iterator[str]:
    """The next command finishes without a refusal, and writes no more than what is left."""
    again, operation = outcome.again, outcome.case.subject.operation
    if again is None:
        return
    is_create = outcome.case.subject.kind == CONFIGURATION and operation == "create"
    if is_create and outcome.case.trouble.edit and not again.writes and " ".join(ADDED) in again.error:
        return  # refused, as every create beside an entry of somebody else's is
    if again.error:
        yield f"the next command fails: {again.error} (the first said: {outcome.faulty.error})"
        return
    # What the authoritative resource does not declare, it removes, once a diff has shown it.
    removes = outcome.case.subject.kind == CONFIGURATION and operation in ("create", "update")
    edited = bool(outcome.case.trouble.edit) and not removes
    if not _equal(again.content, outcome.undisturbed.content, edited=edited, outcome=outcome):
        yield f"after the next command the account is {again.content} and not {outcome.undisturbed.content}"
    most = max(1, outcome.undisturbed.writes) if operation == "delete" else 1
    if not outcome.faulty.error and not (removes and outcome.case.trouble.edit):
        most = 0
    if again.writes > most:
        yield f"the next command sends {sent(again)}, more than {most} of it writes"
    if operation == "delete" and again.stack.resources:
        yield "the next destroy leaves the state"


def sent(ran: Ran | None) -> str:
    """Return the requests of a command, a fault's in brackets."""
    return " ".join(_shown(entry) for entry in ran.entries) if ran else ""


def _shown(entry: Entry) -> str:
    return entry.method if entry.fault is None else f"{entry.method}[{entry.fault} {entry.status or ''}]"


def _equal(content: Mapping[str, Any], expected: Mapping[str, Any], *, edited: bool, outcome: Outcome) -> bool:
    """Whether an account is as expected: every entry byte for byte, in any order, the stack's own in either form."""
    if edited:
        event, url = ADDED
        expected = {**expected, event: [*expected.get(event, []), url]}
    if dropped := outcome.case.trouble.behaviour.get("dropped_on_put"):
        # The API loses these, and no provider can keep them.
        content, expected = _without(content, dropped), _without(expected, dropped)
    return _normal(content) == _normal(expected)


def _urls(content: Mapping[str, Any], events: Sequence[str]) -> set[str]:
    entries = [(event, entry) for event in events for entry in content.get(event, [])]
    return {f"{event} {entry if isinstance(entry, str) else entry['url']}" for event, entry in entries}


def _without(content: Mapping[str, Any], events: Sequence[str]) -> dict[str, Any]:
    return {name: value for name, value in content.items() if name not in events}


def _normal(content: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: sorted(json.dumps(entry, sort_keys=True) for entry in value) if isinstance(value, list) else value
        for name, value in content.items()
    }
