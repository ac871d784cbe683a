"""Loading modules faster: what is left out is back afterwards."""

from __future__ import annotations

import json
import subprocess
import sys

CODE = """
import gc, json, os, sys
from sendblue_provider.quick_imports import ASYNCIO, OBJECTS, quick_imports

{before}
try:
    with quick_imports({without}):
        within = [gc.isenabled(), os.environ.get("PYDANTIC_DISABLE_PLUGINS")]
        {inside}
        import httpx, httpcore
except ValueError:
    pass
after = [gc.isenabled(), os.environ.get("PYDANTIC_DISABLE_PLUGINS")]
assert gc.get_freeze_count() == 0 or gc.get_threshold()[0] == OBJECTS
loaded = [name for name in ("httpx._main", "anyio") if name in sys.modules]
print(json.dumps([within, after, gc.get_freeze_count() > 0, loaded]))
"""


def told(before: str = "", inside: str = "", without: str = "*ASYNCIO") -> object:
    code = CODE.format(before=before, inside=inside, without=without)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "" == done.stderr
    return json.loads(done.stdout)


def test_all_is_as_before() -> None:
    """The collector is on again, pydantic's plugins are allowed again, and httpx has no command line and no asyncio."""
    assert [[False, "__all__"], [True, None], True, []] == told()


def test_asyncio_is_left_out_where_nobody_else_is() -> None:
    """In the dynamic host it is not: other providers of the program are there, too."""
    assert [[False, "__all__"], [True, None], True, ["anyio"]] == told(without="")


def test_an_error_changes_nothing() -> None:
    """All is as before after an error too."""
    assert [[False, "__all__"], [True, None], True, []] == told(inside="import httpx, httpcore; raise ValueError")


def test_what_the_process_had_stays() -> None:
    """A collector that was off stays off, and a variable that was set has its value again."""
    before = "gc.disable(); os.environ['PYDANTIC_DISABLE_PLUGINS'] = 'mine'"
    assert [[False, "__all__"], [False, "mine"], True, []] == told(before)


def test_a_block_within_a_block() -> None:
    """The inner block restores nothing that the outer one still needs."""
    inside = "with quick_imports(): pass\n        within = [gc.isenabled(), os.environ['PYDANTIC_DISABLE_PLUGINS']]"
    assert [[False, "__all__"], [True, None], True, []] == told(inside=inside)


def test_what_is_loaded_stays() -> None:
    """A module that was loaded before the block stays loaded."""
    command_line = "import types; sys.modules['httpx._main'] = types.ModuleType('httpx._main')"
    assert [[False, "__all__"], [True, None], False, ["httpx._main", "anyio"]] == told(
        before=f"{command_line}; import httpx, httpcore"
    )
