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
    if found.adopted:
        heading = "already on the account, and managed by this stack from now on, so that destroy removes it:"
        yield Notice("info", paragraph(heading, things(found.adopted)))
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
    if not found.readable:
        yield UNREADABLE


def of_plan(found: Diff) -> Iterator[Notice]:
    """Tell what an update will do, for a front end whose own display of it can hide some."""
    plan = change_lines(found.plan)
    plan += [f"~ {shown(name)} (known only once the update runs)" for name in sorted(found.unknown)]
    if plan:
        yield Notice("info", paragraph("this update will:", plan))


def of_remainder(remainder: Remainder) -> Iterator[Notice]:
    """Tell what a delete left on the account."""
    if remainder.unmanaged:
        heading = "left on the account, since this stack has no record of putting it there:"
        yield Notice("warning", paragraph(heading, things(remainder.unmanaged)))
    for name in sorted(remainder.secrets):
        yield Notice(
            "warning",
            f"{name} was left on the account: Sendblue does not show the secrets of the entries that stay, "
            "and clearing it would overwrite them. Clear it in Sendblue's dashboard",
        )
