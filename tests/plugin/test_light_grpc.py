"""gRPC without asyncio, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Final

import pytest

AFTER: Final = """
import json
from sendblue_provider.plugin.protocol import load_grpc
before = sys.modules.get("asyncio")
load_grpc()
import grpc
loaded = [name for name in ("asyncio", "ssl") if name in sys.modules]
print(json.dumps([loaded, sys.modules.get("asyncio") is before, hasattr(grpc.aio, "server")]))
"""
FAILS: Final = """
import importlib.abc

class Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == "grpc._cython" and not hasattr(sys.modules.get("asyncio", sys), "__file__"):
            sys.meta_path.remove(self)
            raise ImportError(name)

sys.meta_path.insert(0, Finder())
"""
ALL: Final = ["asyncio", "ssl"]


@pytest.mark.parametrize(
    ("before", "loaded", "is_as_before", "is_whole"),
    [
        pytest.param("", [], True, False, id="it is left out"),
        pytest.param("import asyncio", ALL, True, True, id="asyncio is loaded already, and stays"),
        pytest.param("import grpc", ALL, True, True, id="gRPC is loaded already"),
        pytest.param(FAILS, ALL, False, True, id="it cannot be left out"),
    ],
)
def test_asyncio(before: str, loaded: list[str], *, is_as_before: bool, is_whole: bool) -> None:
    """Asyncio and TLS are loaded only if they were, or have to be, and then gRPC has its half for them."""
    code = f"import sys\n{before}\n{AFTER}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert [loaded, is_as_before, is_whole] == json.loads(done.stdout)
