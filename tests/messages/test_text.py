"""Records, changes, paths and lists as text: what is shown, and what never is."""

from __future__ import annotations

from typing import Any

import pytest

from sendblue_provider.api.hidden import HIDDEN
from sendblue_provider.api.records import Record
from sendblue_provider.api.retry import Waiting
from sendblue_provider.api.wire import from_wire
from sendblue_provider.errors import Call
from sendblue_provider.messages import text
from sendblue_provider.messages.waits import waiting_text
from sendblue_provider.plan.changes import Change
from sendblue_provider.resources.failure import Failure

A, B = "https://example.com/a", "https://example.com/b"
N1, N2 = "+15551230001", "+15551230002"
OWN, OTHER = "canary-own", "canary-other"


def rec(url: str = A, secret: str | None = None, *numbers: str, event: str = "receive") -> Record:
    return Record(event, url, secret, numbers)


def spell(name: str) -> str:
    """Property names as Python has them."""
    return {"callLog": "call_log", "sendblueNumbers": "sendblue_numbers"}.get(name, name)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (A, A),
        ("https://h/x?token=abc&flag&k=v=w", "https://h/x?token=…&…&k=…"),
        ("https://h/?abc", "https://h/?…"),
        ("https://h/?", "https://h/?"),
        ("https://user:pass@h/x", "https://…@h/x"),
        ("https://user@name:p@h/x@y", "https://…@h/x@y"),
        ("https://h/x#frag", "https://h/x#…"),
        ("https://h/x?a=b#frag", "https://h/x?a=…#…"),
        ("https://h/\x1b[2Jx\n\u202ey", "https://h/\ufffd[2Jx\ufffd\ufffdy"),
    ],
)
def test_urls(url: str, shown: str) -> None:
    """A URL is shown without what often is a credential, and without characters that move a terminal."""
    assert shown == text.shown_url(url)


@pytest.mark.parametrize(
    ("record", "shown"),
    [
        (rec(), f"receive {A}"),
        (rec(A, OWN), f"receive {A} (secret set)"),
        (rec(A, HIDDEN), f"receive {A} (a secret may be set)"),
        (rec(A, None, N1, N2), f"receive {A} (for {N1} {N2})"),
        (rec(A, OWN, N1), f"receive {A} (secret set, for {N1})"),
        (rec(A + "?token=canary"), f"receive {A}?token=…"),
        (rec(event="x\ny"), f"x\ufffdy {A}"),
        (Record("globalSecret", secret=OWN), "globalSecret (secret set)"),
        (from_wire({"receive": [{"x": OWN}]})[0], "receive (an entry that cannot be read)"),
        (from_wire({"re\ngion": {"x": OWN}})[0], "re\ufffdgion (a value that cannot be read)"),
        (from_wire({"secret": [OWN]})[0], "secret (a value that cannot be read)"),
    ],
)
def test_records(record: Record, shown: str) -> None:
    """A record is its event and URL, and whether it has a secret, never which."""
    assert shown == text.record_text(record)


CHANGES: dict[str, tuple[Record | None, Record | None, str, str]] = {
    "create": (None, rec(A, OWN), f"+ receive {A} (secret set)", f"receive {A} (secret set)"),
    "delete": (rec(A, None, N1), None, f"- receive {A} (for {N1})", f"receive {A} (for {N1})"),
    "secret added": (rec(), rec(A, OWN), f"~ receive {A} secret added", f"receive {A} (no secret)"),
    "secret changed": (rec(A, OTHER), rec(A, OWN), f"~ receive {A} secret changed", f"receive {A} (another secret)"),
    "secret removed": (rec(A, OTHER), rec(), f"~ receive {A} secret removed", f"receive {A} (another secret)"),
    "secret hidden": (
        rec(A, HIDDEN), rec(A, OWN), f"~ receive {A} secret changed", f"receive {A} (a secret that does not show)",
    ),
    "numbers": (
        rec(), rec(A, None, N1, N2), f"~ receive {A} numbers changed from all to {N1} {N2}",
        f"receive {A} (other numbers)",
    ),
    "both": (
        rec(A, OTHER, N1), rec(A, OWN), f"~ receive {A} secret changed, numbers changed from {N1} to all",
        f"receive {A} (another secret, other numbers)",
    ),
    "account secret": (
        Record("secret", secret=OTHER), Record("secret", secret=OWN), "~ secret changed", "secret (another secret)",
    ),
    "account secret hidden": (
        Record("secret", secret=HIDDEN), Record("secret", secret=OWN), "~ secret changed",
        "secret (a secret that does not show)",
    ),
    "account secret goes": (Record("secret", secret=OTHER), None, "- secret (secret set)", "secret (secret set)"),
    "an event called as an account secret is": (
        Record("secret", A), Record("secret", A, OWN), f"~ secret {A} secret added", f"secret {A} (no secret)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_changes(name: str) -> None:
    """A change is one line with its sign; as a loss it says what the account has, not what is declared."""
    before, after, line, loss = CHANGES[name]
    assert (line, loss) == (text.change_line(Change(before, after)), text.loss_text(Change(before, after)))
    assert line[2:] == text.change_text(Change(before, after))


def test_a_loss_says_how_often() -> None:
    """What is registered more than once says how often."""
    assert f"receive {A} (registered 3 times)" == text.loss_text(Change(rec(), None), 3)
    assert f"receive {A} (secret set, registered 2 times)" == text.loss_text(Change(rec(A, OWN), None), 2)
    assert f"receive {A} (another secret, registered 2 times)" == text.loss_text(Change(rec(A, OTHER), rec(A, OWN)), 2)


def test_long_lists_are_cut() -> None:
    """A list of more than thirty ends in a count of the rest, in a sentence and in lines."""
    records = [rec(f"https://example.com/{number}") for number in range(33)]
    lines = text.record_lines(records)
    assert (31, "… and 3 more") == (len(lines), lines[-1])
    assert 30 == len(text.record_lines(records[:30]))
    changes = [Change(None, record) for record in records]
    assert lines[-1] == text.change_lines(changes)[-1]
    assert text.in_a_line(changes).endswith("/29; … and 3 more")
    assert text.listed([text.record_text(record) for record in records]).endswith("/29; … and 3 more")
    assert "head\n  one\n  two" == text.paragraph("head", ["one", "two"])


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ((), ""),
        (("receive",), "receive"),
        (("callLog", 1, "url"), "call_log[1].url"),
        (("otherEvents", "x", 0, "sendblueNumbers", 2), "otherEvents.x[0].sendblue_numbers[2]"),
        (("otherEvents", ""), "otherEvents.''"),
        (("a\nb",), "a\ufffdb"),
    ],
)
def test_paths(path: tuple[str | int, ...], shown: str) -> None:
    """A path is written in the reader's names."""
    assert shown == text.path_text(path, spell)


@pytest.mark.parametrize(
    ("failure", "shown"),
    [
        (Failure(("callLog", 0), "is wrong"), "call_log[0]: is wrong"),
        (Failure((), "is wrong"), "is wrong"),
        (Failure(("x",), "is none of", ("callLog", "secret")), "x: is none of call_log, secret"),
        (
            Failure(("callLog", 0), "is wrong", is_kept=True),
            "call_log[0]: is wrong. It is as it was at the last update: if ignoreChanges covers it, leave that out for "
            "one `pulumi up`",
        ),
    ],
)
def test_failures(failure: Failure, shown: str) -> None:
    """A failure begins with its path, and ends with the names that it speaks of."""
    assert shown == text.failure_text(failure, spell)


def test_waits() -> None:
    """The status line says what is waited for, and how long."""
    waiting = Waiting(Call("PUT", A), "Sendblue answered 503", 4.0)
    assert "Sendblue answered 503 to PUT: asking again in 4 s" == waiting_text(waiting)
    assert "no answer to PUT yet: waiting for it for up to 18 s" == waiting_text(Waiting(Call("PUT", A), "", 17.2))


def test_no_text_holds_a_secret() -> None:
    """Whatever a change is about, its text has no secret in it."""
    texts: list[Any] = [
        text.change_line(Change(*pair[:2])) + text.loss_text(Change(*pair[:2])) for pair in CHANGES.values()
    ]
    assert "canary" not in "".join(texts)
