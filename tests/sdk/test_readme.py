"""The README's programs in other languages are the examples'."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_typescript_of_the_readme() -> None:
    """The README's TypeScript program is that of the example, which the engine tests run."""
    (block,) = re.findall(r"^```typescript\n(.*?)^```", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    assert block in (ROOT / "examples" / "typescript" / "index.ts").read_text()
