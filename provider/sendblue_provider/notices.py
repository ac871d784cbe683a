"""What is told besides errors: drift, plans, and what a create or a destroy does beyond the obvious."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Literal, NamedTuple

from .compare import Change
from .lifecycle import Diff, Remainder
from .model import ALLOW_OVERWRITE
from .report import Reader, change_lines, paragraph, shown, things
from .takeover import Takeover


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


def of_takeover(found: Takeover, reader: Reader) -> Iterator[Notice]:
    """Tell what a create takes over, and what it overwrites."""
    yield from of_drift(found.drift)
    if found.adopted:
        heading = "already on the account, and managed by this stack from now on, so that destroy removes it:"
        yield Notice("info", paragraph(heading, things(found.adopted)))
    if found.hidden:
        heading = "its secret cannot be compared with the declared one, since Sendblue does not show it:"
        yield Notice("info", paragraph(heading, things(found.adopted)))
    yield from _of_copies(found.copies)
    if found.gap:
        yield _gap(found.gap)
    if found.new_event:
        yield Notice(
            "warning",
            f"{shown(found.new_event)} is not an event that this provider knows. Sendblue may refuse it: its error "
            "lists those that it takes",
        )
    if found.overwritten:
        heading = f"this create will overwrite, since {reader.spell(ALLOW_OVERWRITE)} is set:"
        yield Notice("warning", paragraph(heading, change_lines(found.overwritten)))


def of_drift(drift: Sequence[Change]) -> Iterator[Notice]:
    """Tell what changed on the account."""
    if drift:
        heading = "changed outside of this stack since the last update:"
        yield Notice("warning", paragraph(heading, change_lines(drift)))


def of_diff(found: Diff, reader: Reader) -> Iterator[Notice]:
    """Tell what a diff finds beside the plan."""
    yield from of_drift(found.drift)
    if found.another_account:
        yield Notice(
            "warning",
            "nothing that this stack put on the account is there, but other webhooks are. If the credentials are "
            "another account's by now, this update takes that account over, and what is on the old one stays there: "
            f"check {reader.source.show.format(key='apiKeyId')}",
        )
    yield from _of_copies(found.copies, is_unclear=found.is_unclear)
    if found.gap:
        yield _gap(found.plan)
    if not found.readable:
        yield UNREADABLE


def _of_copies(copies: Sequence[Change], *, is_unclear: bool = False) -> Iterator[Notice]:
    if copies:
        which = (
            "which of them is this stack's cannot be told, so an update is refused: remove those that are not"
            if is_unclear
            else "this stack manages one of them: remove the others"
        )
        heading = f"registered more than once with the same event and URL; {which} in Sendblue's dashboard:"
        yield Notice("warning", paragraph(heading, things(copies)))


def _gap(changes: Sequence[Change]) -> Notice:
    heading = (
        "cannot be changed in place, since Sendblue does not show, or no longer shows, the secrets of this account: it "
        "is removed and added again, and calls in between are lost:"
    )
    return Notice("warning", paragraph(heading, change_lines(changes)))


def of_plan(found: Diff) -> Iterator[Notice]:
    """Tell what an update will do, for a front end whose own display of it can hide some."""
    plan = change_lines(found.plan)
    plan += [f"~ {shown(name)} (known only once the update runs)" for name in sorted(found.unknown)]
    if plan:
        yield Notice("info", paragraph("this update will:", plan))


def of_remainder(remainder: Remainder) -> Iterator[Notice]:
    """Tell what a delete left on the account."""
    if remainder.copies:
        heading = (
            "left on the account, since it is registered more than once and which of them is this stack's cannot be "
            "told; remove what is not needed in Sendblue's dashboard:"
        )
        yield Notice("warning", paragraph(heading, things(remainder.copies)))
    for name in sorted(remainder.shared):
        yield Notice(
            "warning",
            f"{name} was left on the account, since the webhooks that the program declares as Webhook resources now go "
            "on with it. No stack manages it any more: if nobody needs it, clear it in Sendblue's dashboard",
        )
    if remainder.unmanaged:
        heading = "left on the account, since this stack has no record of putting it there:"
        yield Notice("warning", paragraph(heading, things(remainder.unmanaged)))
    for name in sorted(remainder.secrets):
        yield Notice(
            "warning",
            f"{name} was left on the account: Sendblue does not show the secrets of the entries that stay, "
            "and clearing it would overwrite them. Clear it in Sendblue's dashboard",
        )
