"""What a program marks as secrets, taken out of texts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sendblue_provider.messages.marked import Marked

A = "https://example.com/canary"
N1, N2 = "+15551230001", "+15551230002"


MARKS = st.text("ab:/+1 ", max_size=6).map("https://{}".format) | st.text("12", min_size=2).map("+{}".format)
PIECES = st.sampled_from(["a", "b/", " ", "s", "https://", "+", "1", "2", ", "])


@given(st.lists(MARKS), st.lists(PIECES).map("".join))
def test_nothing_of_it_is_left(marks: list[str], message: str) -> None:
    """Wherever a text has what is marked, beside anything and more than once, it does not afterwards."""
    marked = Marked()
    marked.add(marks)
    told = marked.taken_out_of(message + "".join(marks))
    assert not [mark for mark in marks if mark in told]


@pytest.mark.parametrize(
    ("message", "secrets", "shown"),
    [
        (f"+ receive {A}", [A], "+ receive [secret]"),
        (f"+ receive {A}/more {A}", [A, A + "/more"], "+ receive [secret] [secret]"),
        ("- receive https://h/x?t=…", ["https://h/x?t=canary"], "- receive [secret]"),
        (f"for {N1} {N2}", [N1], f"for [secret] {N2}"),
        (f"for {N1}", [N1[:-1], N1], "for [secret]"),
        (f"a word in words of {A} in 2026", ["word", "or", "+1", "2026"], f"a word in words of {A} in 2026"),
        ("nothing", [], "nothing"),
        ("as https://H.example/a;v=1,2/canary, or", ["https://h.example/a;v=1,2/canary"], "as [secret], or"),
        ("at https://H.example/canary?x=1, or", ["https://h.example/canary"], "at [secret] or"),
    ],
)
def test_what_is_taken_out(message: str, secrets: list[str], shown: str) -> None:
    """URLs and numbers that the program marked as secrets are taken out, the longest first; short ones are not."""
    marked = Marked()
    marked.add(secrets)
    assert shown == marked.taken_out_of(message)


def test_more_comes() -> None:
    """What is marked by a later resource is taken out from then on, beside what was marked before."""
    marked = Marked()
    assert f"{A} {N1}" == marked.taken_out_of(f"{A} {N1}")
    marked.add([A])
    assert f"[secret] {N1}" == marked.taken_out_of(f"{A} {N1}")
    marked.add([A, N1])
    assert "[secret] [secret]" == marked.taken_out_of(f"{A} {N1}")
    assert {A, N1} == marked.texts


def test_many_at_once() -> None:
    """Resources that are worked on at once mark and are told of at once: no text shows what was marked before it."""
    marked = Marked()

    def told(number: int) -> str:
        marked.add([f"{A}/{number}"])
        return marked.taken_out_of(f"+ receive {A}/{number}")

    with ThreadPoolExecutor(8) as threads:
        assert {"+ receive [secret]"} == set(threads.map(told, range(500)))
