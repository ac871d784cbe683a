# ruff: noqa: E501 - the texts stand as they are told
"""What is told beside errors: each notice with its severity, its heading and its lines."""

from __future__ import annotations

from typing import Any

import pytest

from sendblue_provider.api.records import Record
from sendblue_provider.dynamic_host import READER
from sendblue_provider.messages import notices
from sendblue_provider.plan.changes import Change, Plan
from sendblue_provider.resources.request import Result

A, B = (Record("receive", f"https://example.com/{name}", "canary-secret") for name in "ab")
GLOBAL = Record("globalSecret", secret="canary-secret")
ADD, GO, CHANGE = Change(None, A), Change(B, None), Change(A, A._replace(secret=None))
LINE_A, LINE_B = f"receive {A.url} (secret set)", f"receive {B.url} (secret set)"

CASES: dict[str, tuple[list[notices.Notice], list[tuple[str, str]]]] = {
    "nothing to tell": (
        [
            *notices.of_create(Result(), READER),
            *notices.of_diff(Result()),
            *notices.of_plan(Result()),
            *notices.of_named(Result()),
            *notices.of_left(Result()),
            *notices.of_drift(()),
        ],
        [],
    ),
    "adoption": (
        [*notices.of_create(Result(adopted=(A, B)), READER)],
        [("info", f"already on the account, and managed by this stack from now on, so that destroy removes it:\n  {LINE_A}\n  {LINE_B}")],
    ),
    "adoption of what cannot be compared": (
        [*notices.of_create(Result(adopted=(A,), is_uncomparable=True), READER)],
        [
            ("info", f"already on the account, and managed by this stack from now on, so that destroy removes it:\n  {LINE_A}"),
            ("info", f"its secret cannot be compared with the declared one, since Sendblue does not show it:\n  {LINE_A}"),
        ],
    ),
    "a new event": (
        [*notices.of_create(Result(new_event="typing"), READER)],
        [("warning", "typing is not an event that this provider knows. Sendblue may refuse it: its error lists those that it takes")],
    ),
    "numbers outside receive": (
        [*notices.of_create(Result(undocumented=(B,)), READER), *notices.of_diff(Result(undocumented=(B,)))],
        [("warning", f"Sendblue documents sendblue_numbers for receive alone, and may refuse or ignore them here:\n  {LINE_B}")] * 2,
    ),
    "an overwrite": (
        [*notices.of_create(Result(overwritten=(GO, CHANGE)), READER)],
        [("warning", f"this create will overwrite, since allow_overwrite is set:\n  - {LINE_B}\n  ~ receive {A.url} secret removed")],
    ),
    "drift of a create and of a diff": (
        [*notices.of_create(Result(drift=(ADD,)), READER), *notices.of_diff(Result(drift=(GO,)))],
        [
            ("warning", f"changed outside of this stack since the last update:\n  + {LINE_A}"),
            ("warning", f"changed outside of this stack since the last update:\n  - {LINE_B}"),
        ],
    ),
    "copies, one of them known": (
        [*notices.of_diff(Result(copies=(A, A)))],
        [("warning", f"registered more than once with the same event and URL; this stack manages one of them: remove the others in Sendblue's dashboard:\n  {LINE_A}\n  {LINE_A}")],
    ),
    "copies, none of them known": (
        [*notices.of_diff(Result(copies=(A, A), is_unclear=True))],
        [("warning", f"registered more than once with the same event and URL; which of them is this stack's is not known, so an update is refused: remove those that are not in Sendblue's dashboard:\n  {LINE_A}\n  {LINE_A}")],
    ),
    "secrets do not show": (
        [*notices.of_diff(Result(readable=False))],
        [("info", "Sendblue does not show all secrets of this account, so drift in them cannot be seen")],
    ),
    "a plan, unknowns by name last": (
        [*notices.of_plan(Result(plan=Plan(changes=(ADD, GO), unknown=frozenset({"secret", "outbound"}))))],
        [("info", f"an update of these webhooks will:\n  + {LINE_A}\n  - {LINE_B}\n  ~ outbound (known only once the update runs)\n  ~ secret (known only once the update runs)")],
    ),
    "rule 7": (
        [*notices.of_named(Result(named=(GO, Change(GLOBAL, None))))],
        [("info", f"an update of these webhooks will remove or change:\n  - {LINE_B}\n  - globalSecret (secret set)")],
    ),
    "left": (
        [*notices.of_left(Result(left={"foreign": (A,), "ignored": (B,)}))],
        [
            ("warning", f"left on the account, since the program ignores its changes and somebody changed it:\n  {LINE_B}"),
            ("warning", f"left on the account, since this stack has no record of putting it there:\n  {LINE_A}"),
        ],
    ),
    "copies that are left": (
        [*notices.of_left(Result(left={"copies": (A, A)}))],
        [("warning", f"left on the account, since it is registered more than once and which of them is this stack's is not known; remove those that are not needed in Sendblue's dashboard:\n  {LINE_A}\n  {LINE_A}")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_notices(name: str) -> None:
    """Each notice is told once, as a warning if somebody has to act, and shows no secret."""
    found, expected = CASES[name]
    assert expected == [tuple(notice) for notice in found]
    assert "canary" not in str(found)


@pytest.mark.parametrize(
    ("why", "words"),
    [("shared", "the webhooks that the program declares"), ("hidden", "clearing it would overwrite them")],
)
def test_secrets_that_are_left(why: str, words: str) -> None:
    """A secret that a delete leaves is named with why, and what to do."""
    (found,) = notices.of_left(Result(left={why: (GLOBAL,)}))
    assert found.severity == "warning"
    assert found.text.startswith("globalSecret was left on the account")
    assert words in found.text
    assert "lear it in Sendblue's dashboard" in found.text


def test_long_lists_and_control_characters() -> None:
    """A long list ends in a count, and a name from the account cannot move a terminal."""
    many: Any = [Change(None, Record("receive", f"https://h/{number}")) for number in range(40)]
    (found,) = notices.of_drift(many)
    assert (32, "  … and 10 more") == (len(found.text.split("\n")), found.text.split("\n")[-1])
    (found,) = notices.of_create(Result(new_event="x\x1b[2J"), READER)
    assert "\x1b" not in found.text
