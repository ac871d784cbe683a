"""The command line: `python -m bench [PART ...]`. Without a part it runs all of them and writes the page of results."""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from tools import plugin_archive

from . import accounts, engine, many, profile, scale, start
from .picture import Panel, picture
from .report import Part, page
from .stacks import NoEngineError
from .system import BUILD, ROOT
from .timing import say

HERE: Final = Path(__file__).parent
QUICK_FOLDER: Final = BUILD / "bench"

Runner = Callable[[argparse.Namespace], Part]
PARTS: Final[Mapping[str, Runner]] = {
    "start": lambda options: start.run(options.rounds or (3 if options.quick else 15)),
    "profile": lambda options: profile.run(options.rounds or (3 if options.quick else 10)),
    "engine": lambda options: engine.run(options.rounds or (1 if options.quick else 6)),
    "scale": lambda options: scale.run(options.rounds or (2 if options.quick else 7)),
    "many": lambda options: many.run(20 if options.quick else 200),
    "accounts": lambda options: accounts.run((1, 5) if options.quick else (1, 10, 50)),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the parts that were asked for, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"what to run: {', '.join(PARTS)} (default: all)")
    parser.add_argument("--rounds", type=int, help="rounds of each comparison")
    parser.add_argument(
        "--quick", action="store_true", help="few rounds and small sizes; all of it goes to build/bench"
    )
    parser.add_argument("--archive", action="store_true", help="build the plugin's archive first")
    options = parser.parse_args(arguments)
    if unknown := [name for name in options.parts if name not in PARTS]:
        parser.error(f"there is no part {', '.join(unknown)}: there are {', '.join(PARTS)}")
    if options.archive and plugin_archive.main(ROOT / "dist"):
        return 1
    began = time.monotonic()
    made: dict[str, Part] = {}
    for name in options.parts or PARTS:
        say(name)
        made[name] = _run(name, options)
        print(f"## {made[name].title}\n\n{made[name].text}", flush=True)
    if not options.parts:
        _write(made, (time.monotonic() - began) / 60, is_quick=options.quick)
    return 0


def _run(name: str, options: argparse.Namespace) -> Part:
    try:
        return PARTS[name](options)
    except NoEngineError as reason:
        return Part(name.capitalize(), f"Skipped: {reason}\n")


def _write(parts: Mapping[str, Part], minutes: float, *, is_quick: bool) -> None:
    """Write the page, the picture, and the profile in the README."""
    folder, options = (QUICK_FOLDER, ' ARGS="--quick"') if is_quick else (HERE, "")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "RESULTS.md").write_text(page(list(parts.values()), minutes, options), encoding="utf-8")
    panels = [
        Panel("Start of a process: to its port line (dark), to its first answered Diff", parts["start"].bars),
        Panel("pulumi preview without a change", parts["engine"].bars),
    ]
    drawn = picture([panel for panel in panels if panel.bars])
    (folder / "results.svg").write_text(drawn, encoding="utf-8")
    readme = (HERE / "README.md").read_text(encoding="utf-8")
    (folder / "README.md").write_text(with_profile(readme, parts["profile"].text), encoding="utf-8")
    say(f"{folder / 'RESULTS.md'}")


def with_profile(readme: str, profile_text: str) -> str:
    """Put the tables of the profile between their two marks in the README."""
    marks = r"(<!-- profile -->\n).*(<!-- end of profile -->)"
    return re.sub(marks, lambda found: f"{found[1]}\n{profile_text.rstrip()}\n\n{found[2]}", readme, flags=re.DOTALL)


if __name__ == "__main__":
    sys.exit(main())
