"""Files stay small enough to be read at once."""

from __future__ import annotations

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
SDK: Final = ROOT / "sdk" / "python" / "pulumi_sendblue"
MOST_LINES: Final = 320


def test_no_file_is_long() -> None:
    """No Python file that is written by hand has more than 320 lines, tests included."""
    folders = ("provider", "tests", "tools", "examples", "bench")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    files = [path for path in files if ROOT / "provider" / "venv" not in path.parents]  # the language host's
    files += [SDK / "dynamic.py", SDK / "_dynamic_run.py"]
    lengths = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    assert {} == {name: length for name, length in lengths.items() if length > MOST_LINES}
