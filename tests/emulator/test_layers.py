"""The emulator's modules import each other in one direction."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import sendblue_emulator

FOLDER = Path(sendblue_emulator.__file__).parent


def test_no_two_modules_import_each_other() -> None:
    """The imports have no circle, those for types alone and those within functions included."""
    graph: dict[str, set[str]] = {}
    for path in FOLDER.glob("[!_]*.py"):
        imports = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom)]
        names = {node.module or alias.name for node in imports if node.level for alias in node.names}
        graph[path.stem] = names
    order = list(TopologicalSorter(graph).static_order())
    assert order[-1] == "emulator"
