"""The parts of the benchmarks that have no clock: numbers, tables and the picture."""

from __future__ import annotations

from xml.etree import ElementTree

from bench.__main__ import with_profile
from bench.picture import Bar, Panel, picture
from bench.soak import Sample, soaked
from bench.table import factor, milliseconds, table
from bench.timing import Spread, interleaved, ratio, spread

TO = "\N{EN DASH}"
SVG = "{http://www.w3.org/2000/svg}"


def test_spread() -> None:
    """A spread is the median with its quartiles; of one number it is that number."""
    assert (3, 2, 4) == spread([5, 1, 4, 2, 3])
    assert (7, 7, 7) == spread([7])


def test_ratio_is_of_each_round() -> None:
    """A round in which the whole machine was slow does not change a factor."""
    assert (2, 2, 2) == ratio([2, 40, 6], [1, 20, 3])


def test_rounds() -> None:
    """Each contender is measured once a round, the first round does not count, and each round begins with another."""
    order: list[str] = []

    def measured(name: str) -> int:
        order.append(name)
        return len(order)

    samples = interleaved({name: lambda name=name: measured(name) for name in "abc"}, 2)  # type: ignore[misc]
    assert list("abcbcacab") == order
    assert {"a": [6, 8], "b": [4, 9], "c": [5, 7]} == samples


def test_table() -> None:
    """The first column is text, the others stand at the right; a small time has a digit more."""
    assert "| a | b |\n| --- | ---: |\n| x | 1 |\n" == table(["a", "b"], [["x", "1"]])
    assert f"1,234 (1,000{TO}2,000)" == milliseconds(Spread(1.234, 1.0, 2.0))
    assert f"1.5 (1.5{TO}1.5)" == milliseconds(spread([0.0015]))
    assert f"**1.10** (1.00{TO}1.20)" == factor(Spread(1.1, 1.0, 1.2))


def test_picture() -> None:
    """A bar's length is its time, its dark part ends where the first time does, and names are escaped."""
    panel = Panel("start", [Bar("a < `b`", 0.1, 0.4), Bar("**ours**", 0.1, 0.2), Bar("port", 0.1, 0.1, " (port)")])
    drawn = ElementTree.fromstring(picture([panel]))  # noqa: S314 - it is our own
    bars = [(bar.get("class"), float(bar.get("width") or 0)) for bar in drawn.iter(f"{SVG}rect")]
    assert ["peer-rest", "peer", "us-rest", "us", "peer-rest", "peer"] == [kind for kind, _ in bars]
    longest = bars[0][1]
    assert [1, 0.25, 0.5, 0.25, 0.25, 0.25] == [round(width / longest, 2) for _, width in bars]
    texts = [text.text for text in drawn.iter(f"{SVG}text")]
    assert ["start", "a < b", "400 ms", "ours", "200 ms", "port", "100 ms (port)"] == texts


def test_soak() -> None:
    """What grows only in the first tenth of the rounds is flat; what grows in the rest is not, whatever it is."""
    flat = [Sample(50, 8, 4)] * 10 + [Sample(70, 9, 5)] * 90
    assert soaked("flat", flat).is_flat
    for grown in (Sample(80, 9, 5), Sample(70, 12, 5), Sample(70, 9, 8)):
        assert not soaked("grown", flat[:-20] + [grown] * 20).is_flat


def test_profile_in_the_readme() -> None:
    """The profile's table replaces the last one, and nothing else."""
    readme = "a\n<!-- profile -->\nold\n<!-- end of profile -->\nb\n"
    assert "a\n<!-- profile -->\n\nnew\n\n<!-- end of profile -->\nb\n" == with_profile(readme, "new\n")
