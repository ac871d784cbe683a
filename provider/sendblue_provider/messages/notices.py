"""What is told beside errors: drift, plans, adoption, and what stays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal, NamedTuple

from sendblue_provider.api.records import NUMBERS_EVENT, Records
from sendblue_provider.plan.changes import Change
from sendblue_provider.resources.names import ALLOW_OVERWRITE
from sendblue_provider.resources.request import Result

from .text import Reader, change_lines, paragraph, record_lines, shown, unknown_paths_text


class Notice(NamedTuple):
    """One message to the user.

    Attributes:
        severity: As the engine shows it.
        text: The message; its first line says what it is about.
    """

    severity: Literal["info", "warning"]
    text: str


UNREADABLE: Final = Notice(
    "info", "Sendblue does not show all secrets of this account, so drift in them cannot be seen"
)


def of_create(found: Result, reader: Reader) -> Iterator[Notice]:
    """Say what a create adopts, and what it overwrites."""
    yield from of_drift(found.drift)
    if found.adopted:
        heading = "already on the account, and managed by this stack from now on, so that destroy removes it:"
        yield Notice("info", paragraph(heading, record_lines(found.adopted)))
    if found.is_uncomparable:
        heading = "its secret cannot be compared with the declared one, since Sendblue does not show it:"
        yield Notice("info", paragraph(heading, record_lines(found.adopted)))
    yield from _of_copies(found.copies)
    if found.new_event:
        yield Notice(
            "warning",
            f"{shown(found.new_event)} is not an event that this provider knows. Sendblue may refuse it: its error "
            "lists those that it takes",
        )
    yield from _of_undocumented(found.undocumented)
    if found.overwritten:
        heading = f"this create will overwrite, since {reader.spell(ALLOW_OVERWRITE)} is set:"
        yield Notice("warning", paragraph(heading, change_lines(found.overwritten)))


def of_drift(drift: Sequence[Change]) -> Iterator[Notice]:
    """Say what changed on the account since the last update."""
    if drift:
        heading = "changed outside of this stack since the last update:"
        yield Notice("warning", paragraph(heading, change_lines(drift)))


def of_diff(found: Result) -> Iterator[Notice]:
    """Say what a diff finds beside the plan."""
    yield from of_drift(found.drift)
    yield from _of_copies(found.copies, is_unclear=found.is_unclear)
    yield from _of_undocumented(found.undocumented)
    if not found.readable:
        yield UNREADABLE


def _of_undocumented(records: Records) -> Iterator[Notice]:
    if records:
        heading = f"Sendblue documents sendblue_numbers for {NUMBERS_EVENT} alone, and may refuse or ignore them here:"
        yield Notice("warning", paragraph(heading, record_lines(records)))


def _of_copies(copies: Records, *, is_unclear: bool = False) -> Iterator[Notice]:
    if copies:
        which = (
            "which of them is this stack's is not known, so an update is refused: remove those that are not"
            if is_unclear
            else "this stack manages one of them: remove the others"
        )
        heading = f"registered more than once with the same event and URL; {which} in Sendblue's dashboard:"
        yield Notice("warning", paragraph(heading, record_lines(copies)))


def of_plan(found: Result) -> Iterator[Notice]:
    """Say what an update will do, for a front end whose own display can hide some of it."""
    lines = change_lines(found.plan.changes)
    lines += [f"~ {shown(name)} (known only once the update runs)" for name in sorted(found.plan.unknown)]
    if lines:
        yield Notice("info", paragraph("an update of these webhooks will:", lines))


def of_named(found: Result) -> Iterator[Notice]:
    """Say what an update will remove, and what it changes that is not this stack's own (rule 7).

    For a front end whose own display names neither unless it is asked for details.
    """
    if found.named:
        yield Notice("info", paragraph("an update of these webhooks will remove or change:", change_lines(found.named)))


def of_unknown_paths(resource_type: str, unknown: Sequence[str]) -> Iterator[Notice]:
    """Say which paths of `ignoreChanges` name no property."""
    if unknown:
        yield Notice("warning", unknown_paths_text(resource_type, unknown))


def of_settings(provider: str, set_elsewhere: Mapping[str, str]) -> Iterator[Notice]:
    """Say which settings of the stack's configuration a `sendblue.Provider` does not read, and what it has instead."""
    if set_elsewhere:
        taken = " and ".join(f"{key} from {where}" for key, where in set_elsewhere.items())
        unread = " and ".join(f"sendblue:{key}" for key in set_elsewhere)
        yield Notice(
            "warning",
            f"the sendblue.Provider {provider!r} takes its {taken}, and the stack's configuration names another in "
            f"{unread}: a sendblue.Provider does not read that. Give it its own {' and '.join(set_elsewhere)}",
        )


def of_left(found: Result) -> Iterator[Notice]:
    """Say what a delete left on the account."""
    left = found.left
    if copies := left.get("copies"):
        heading = (
            "left on the account, since it is registered more than once and which of them is this stack's is not "
            "known; remove those that are not needed in Sendblue's dashboard:"
        )
        yield Notice("warning", paragraph(heading, record_lines(copies)))
    for record in left.get("shared", ()):
        yield Notice(
            "warning",
            f"{record.event} was left on the account, since the webhooks that the program declares as Webhook "
            "resources now go on with it. No stack manages it any more: if nobody needs it, clear it in Sendblue's "
            "dashboard",
        )
    if ignored := left.get("ignored"):
        heading = "left on the account, since the program ignores its changes and somebody changed it:"
        yield Notice("warning", paragraph(heading, record_lines(ignored)))
    if foreign := left.get("foreign"):
        heading = "left on the account, since this stack has no record of putting it there:"
        yield Notice("warning", paragraph(heading, record_lines(foreign)))
    for record in left.get("hidden", ()):
        yield Notice(
            "warning",
            f"{record.event} was left on the account: Sendblue does not show the secrets of the entries that stay, "
            "and clearing it would overwrite them. Clear it in Sendblue's dashboard",
        )
