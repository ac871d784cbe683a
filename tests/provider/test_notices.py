"""What is told besides errors: one heading, what it is about, and no secret."""

from __future__ import annotations

import pytest

from sendblue_provider import notices
from sendblue_provider.compare import Change
from sendblue_provider.lifecycle import Diff, Remainder
from sendblue_provider.model import Entry
from sendblue_provider.notices import Notice
from sendblue_provider.report import Reader
from sendblue_provider.settings import PROVIDER_ARGUMENTS
from sendblue_provider.takeover import Takeover
from tests.provider.conftest import NEW, NUMBER, OTHER, OWN, READER, A, B, C

PYTHON = Reader(spell=lambda name: {"allowOverwrite": "allow_overwrite"}.get(name, name))
ADDED = Change("add", "receive", None, Entry(A, OWN))
REMOVED = Change("remove", "outbound", Entry(B))
CHANGED = Change("change", "receive", Entry(C, OWN), Entry(C, NEW))
GLOBAL = Change("change", "globalSecret")
NO_DIFF = Diff(changed=False, drift=(), plan=(), unknown=frozenset())


def lines(*found: Notice) -> list[tuple[str, list[str]]]:
    """Severity and lines of each notice, in which no secret stands."""
    for notice in found:
        assert "canary" not in notice.text
    return [(notice.severity, notice.text.split("\n")) for notice in found]


# A create


def test_a_create_that_takes_nothing_over() -> None:
    """There is nothing to tell of a create on an account of which it changes nothing."""
    assert lines(*notices.of_takeover(Takeover(), READER)) == []


def test_what_a_create_adopts() -> None:
    """What is there already is told with what follows from it: destroy will remove it."""
    there = (Change("add", "receive", None, Entry(A, OWN, (NUMBER,))), Change("add", "globalSecret"))
    ((severity, (heading, *rest)),) = lines(*notices.of_takeover(Takeover(adopted=there), READER))
    assert severity == "info"
    assert heading.endswith(":")
    assert "managed by this stack from now on" in heading
    assert "destroy removes it" in heading
    assert rest == [f"  receive {A} (secret set, for {NUMBER})", "  globalSecret (secret set)"]


@pytest.mark.parametrize(("reader", "option"), [(READER, "allowOverwrite"), (PYTHON, "allow_overwrite")])
def test_what_a_create_overwrites(reader: Reader, option: str) -> None:
    """What goes is a warning, which names the option that lets it, as the reader writes it."""
    found = lines(*notices.of_takeover(Takeover(overwritten=(REMOVED, CHANGED, GLOBAL)), reader))
    assert found == [
        (
            "warning",
            [
                f"this create will overwrite, since {option} is set:",
                f"  - outbound {B}",
                f"  ~ receive {C} secret changed",
                "  ~ globalSecret changed",
            ],
        )
    ]


def test_a_create_that_does_both() -> None:
    """Each is a notice of its own."""
    found = lines(*notices.of_takeover(Takeover(adopted=(ADDED,), overwritten=(REMOVED,)), READER))
    assert [severity for severity, _ in found] == ["info", "warning"]


# Drift and plan


def test_no_drift() -> None:
    """Nothing is told of an account that is as it was."""
    assert lines(*notices.of_drift(())) == []
    assert lines(*notices.of_diff(NO_DIFF, READER), *notices.of_plan(NO_DIFF)) == []


def test_drift() -> None:
    """What changed outside of the stack is a warning, a line each."""
    assert lines(*notices.of_drift([ADDED, REMOVED, CHANGED])) == [
        (
            "warning",
            [
                "changed outside of this stack since the last update:",
                f"  + receive {A} (secret set)",
                f"  - outbound {B}",
                f"  ~ receive {C} secret changed",
            ],
        )
    ]


def test_a_diff_tells_its_drift_and_not_its_plan() -> None:
    """A front end that shows the plan itself is not told it twice."""
    found = NO_DIFF._replace(changed=True, drift=(ADDED,), plan=(REMOVED,))
    assert lines(*notices.of_diff(found, READER)) == lines(*notices.of_drift([ADDED]))


def test_a_plan() -> None:
    """What the update will do is information, what is not known yet last and by name."""
    found = NO_DIFF._replace(plan=(ADDED, GLOBAL), unknown=frozenset({"outbound", "call_log"}))
    assert lines(*notices.of_plan(found)) == [
        (
            "info",
            [
                "this update will:",
                f"  + receive {A} (secret set)",
                "  ~ globalSecret changed",
                "  ~ call_log (known only once the update runs)",
                "  ~ outbound (known only once the update runs)",
            ],
        )
    ]


def test_a_plan_of_what_is_not_known() -> None:
    """There is a plan also where none of it is known."""
    ((_, rest),) = lines(*notices.of_plan(NO_DIFF._replace(unknown=frozenset({"receive"}))))
    assert rest == ["this update will:", "  ~ receive (known only once the update runs)"]


def test_secrets_that_do_not_show() -> None:
    """While drift in secrets cannot be seen, that is said: calm may be false."""
    ((severity, (line,)),) = lines(*notices.of_diff(NO_DIFF._replace(readable=False), READER))
    assert severity == "info"
    assert "drift in them cannot be seen" in line


def test_another_account() -> None:
    """Credentials that may be another account's are a warning, with the command that shows them."""
    ((severity, (line,)),) = lines(*notices.of_diff(NO_DIFF._replace(another_account=True), READER))
    assert severity == "warning"
    assert "takes that account over" in line
    assert "`pulumi config get sendblue:apiKeyId`" in line


def test_another_account_of_an_explicit_provider() -> None:
    """Where the credentials are the provider's arguments, no command of the configuration is told."""
    reader = Reader(spell=lambda name: name, source=PROVIDER_ARGUMENTS)
    ((_, (line,)),) = lines(*notices.of_diff(NO_DIFF._replace(another_account=True), reader))
    assert "the apiKeyId of the sendblue.Provider" in line
    assert "pulumi config" not in line


def test_everything_that_a_diff_can_tell() -> None:
    """Each is a notice of its own, the warnings first."""
    found = NO_DIFF._replace(drift=(ADDED,), another_account=True, readable=False)
    assert [notice.severity for notice in notices.of_diff(found, READER)] == ["warning", "warning", "info"]


# A delete


def test_a_delete_that_left_nothing() -> None:
    """There is nothing to tell."""
    assert lines(*notices.of_remainder(Remainder((), frozenset()))) == []


def test_what_a_delete_left() -> None:
    """What is somebody else's is named in a warning that says why it stays."""
    left = (Change("add", "receive", None, Entry(A, OTHER)), Change("add", "secret"))
    assert lines(*notices.of_remainder(Remainder(left, frozenset()))) == [
        (
            "warning",
            [
                "left on the account, since this stack has no record of putting it there:",
                f"  receive {A} (secret set)",
                "  secret (secret set)",
            ],
        )
    ]


def test_secrets_that_a_delete_left() -> None:
    """Each secret that could not be cleared is a warning with what to do."""
    found = lines(*notices.of_remainder(Remainder((), frozenset({"secret", "globalSecret"}))))
    assert [severity for severity, _ in found] == ["warning", "warning"]
    assert [line.split()[0] for _, (line,) in found] == ["globalSecret", "secret"]
    assert all("Clear it in Sendblue's dashboard" in line for _, (line,) in found)


# What is in them


def test_a_long_list() -> None:
    """It ends in a count of the rest."""
    many = [Change("add", "receive", None, Entry(f"{A}/{number}")) for number in range(100)]
    ((_, rest),) = lines(*notices.of_drift(many))
    assert len(rest) == 32
    assert rest[-1] == "  … and 70 more"


def test_hostile_text() -> None:
    """A name or URL from the account starts no line of its own, moves no terminal, and its query does not show."""
    url = f"{A}?token=canary\n\x1b[2J"
    change = Change("add", "typing\n\x1bindicator", None, Entry(url))
    found = [
        *notices.of_drift([change]),
        *notices.of_takeover(Takeover(adopted=(change,), overwritten=(change,)), READER),
        *notices.of_remainder(Remainder((change,), frozenset())),
        *notices.of_plan(NO_DIFF._replace(plan=(change,), unknown=frozenset({"a\n\x1bb"}))),
    ]
    counts = [len(rest) for _, rest in lines(*found)]
    assert counts == [2, 2, 2, 2, 3]
    assert not any("\x1b" in notice.text for notice in found)


# `Webhook`

COPIES = (Change("add", "receive", None, Entry(A, OWN)), Change("add", "receive", None, Entry(A, OTHER, (NUMBER,))))


def test_what_is_taken_over_and_cannot_be_compared() -> None:
    """What is taken over with a secret that does not show is told with both: destroy removes it, and what is unseen."""
    found = lines(*notices.of_takeover(Takeover(adopted=(ADDED,), hidden=True), READER))
    assert [severity for severity, _ in found] == ["info", "info"]
    assert "destroy removes it" in found[0][1][0]
    assert found[0][1][1:] == [f"  receive {A} (secret set)"]
    assert "cannot be compared" in found[1][1][0]


@pytest.mark.parametrize(
    "notice",
    [
        *notices.of_takeover(Takeover(gap=(CHANGED,)), READER),
        *notices.of_diff(NO_DIFF._replace(changed=True, plan=(CHANGED,), gap=True), READER),
    ],
)
def test_a_gap(notice: Notice) -> None:
    """That deliveries can be lost is a warning, of a create and of an update alike, and says why and of what."""
    ((severity, (heading, *rest)),) = lines(notice)
    assert severity == "warning"
    assert "removed and added again" in heading
    assert "lost" in heading
    assert "does not show" in heading
    assert rest == [f"  ~ receive {C} secret changed"]


def test_a_new_event() -> None:
    """An event that nobody knows is a warning that names it: the API may refuse it."""
    ((severity, (line,)),) = lines(*notices.of_takeover(Takeover(new_event="typing_indicator"), READER))
    assert severity == "warning"
    assert line.startswith("typing_indicator is not an event that this provider knows")
    assert "may refuse it" in line


def test_a_new_event_of_a_hostile_name() -> None:
    """Its name moves no terminal."""
    (notice,) = notices.of_takeover(Takeover(new_event="a\x1b[2J"), READER)
    assert "\x1b" not in notice.text


def test_copies() -> None:
    """What is there more than once is a warning, with all copies and what to do."""
    ((severity, (heading, *rest)),) = lines(*notices.of_diff(NO_DIFF._replace(copies=COPIES), READER))
    assert severity == "warning"
    assert "more than once" in heading
    assert heading.endswith(":")
    assert rest == [f"  receive {A} (secret set)", f"  receive {A} (secret set, for {NUMBER})"]


def test_copies_that_a_create_finds() -> None:
    """A create that takes one of several over tells of all of them too."""
    found = lines(*notices.of_takeover(Takeover(adopted=COPIES[:1], copies=COPIES), READER))
    assert [severity for severity, _ in found] == ["info", "warning"]
    assert found[1][1][1:] == [f"  receive {A} (secret set)", f"  receive {A} (secret set, for {NUMBER})"]


def test_copies_of_which_none_is_known() -> None:
    """Where it cannot be told which is the own one, that is said, and what becomes of the update."""
    found = NO_DIFF._replace(changed=True, copies=COPIES, is_unclear=True)
    ((severity, (heading, *rest)),) = lines(*notices.of_diff(found, READER))
    assert severity == "warning"
    assert "cannot be told" in heading
    assert "refused" in heading
    assert len(rest) == 2


def test_drift_that_a_create_undoes() -> None:
    """In a replacement the new resource's create tells the drift of what the old one put there."""
    assert lines(*notices.of_takeover(Takeover(drift=(CHANGED,)), READER)) == lines(*notices.of_drift([CHANGED]))


def test_copies_that_a_delete_left() -> None:
    """What a delete left because it cannot tell its own is a warning, with all of them."""
    ((severity, (heading, *rest)),) = lines(*notices.of_remainder(Remainder(copies=COPIES)))
    assert severity == "warning"
    assert heading.startswith("left on the account")
    assert rest == [f"  receive {A} (secret set)", f"  receive {A} (secret set, for {NUMBER})"]


def test_secrets_that_a_move_left() -> None:
    """Each account secret that the program's Webhooks go on with is a warning of its own: nobody manages it now."""
    found = lines(*notices.of_remainder(Remainder(shared=frozenset({"secret", "globalSecret"}))))
    assert [severity for severity, _ in found] == ["warning", "warning"]
    assert [line.split()[0] for _, (line,) in found] == ["globalSecret", "secret"]
    assert all("No stack manages it any more" in line for _, (line,) in found)


def test_all_that_is_told_of_a_webhook() -> None:
    """Each is a notice of its own."""
    takeover = Takeover(adopted=(ADDED,), overwritten=(CHANGED,), hidden=True, gap=(CHANGED,), new_event="x")
    takeover = takeover._replace(drift=(CHANGED,), copies=COPIES)
    assert len(lines(*notices.of_takeover(takeover, READER))) == 7
    found = NO_DIFF._replace(drift=(ADDED,), plan=(CHANGED,), copies=COPIES, gap=True, readable=False)
    assert [severity for severity, _ in lines(*notices.of_diff(found, READER))] == ["warning"] * 3 + ["info"]
    remainder = Remainder(
        copies=COPIES, shared=frozenset({"secret"}), unmanaged=(ADDED,), secrets=frozenset({"secret"})
    )
    assert len(lines(*notices.of_remainder(remainder))) == 4
