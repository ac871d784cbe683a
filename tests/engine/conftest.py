"""Fixtures of the engine tests: the emulator over a socket, and the CLI from PATH."""

from __future__ import annotations

import gc
import os
import pickle
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sendblue_emulator import Account, Emulator
from tests.engine.programs import DYNAMIC, PLUGIN, FrontEnd
from tests.engine.workspaces import PLUGIN_FILE
from tests.engine.world import World

_PICKLER_METHODS = {name: getattr(pickle._Pickler, name) for name in ("_batch_setitems", "save_dict")}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder, so that `-m 'not engine'` leaves the slow ones out."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("engine")
            item.add_marker(pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"))


def pytest_collection_finish() -> None:
    """Spare the collections after the tests what stays for all of them."""
    gc.collect()
    gc.freeze()


def pytest_runtest_logfinish(nodeid: str) -> None:
    """Let the SDK's leftovers go before the next test.

    After a program that fails, the SDK leaves coroutines and event loops that complain when they are collected. And for
    each dynamic resource of each program it wraps a method of `pickle` once more and never unwraps it, until pickling
    anything recurses too deeply.
    """
    if "tests/engine/" in nodeid:
        for name, method in _PICKLER_METHODS.items():
            setattr(pickle._Pickler, name, method)
        hook, sys.unraisablehook = sys.unraisablehook, lambda _: None
        gc.collect()
        sys.unraisablehook = hook


@pytest.fixture(scope="session", autouse=True)
def cli() -> None:
    """Fail with a clear word, rather than a traceback for each test, where the CLI is not there."""
    for command in ("pulumi", "pulumi-resource-pulumi-python"):
        if shutil.which(command) is None:
            pytest.fail(f"{command} is not on PATH: run the tests with `make test`, which finds or builds it")
    if not PLUGIN_FILE.exists():
        pytest.fail(f"{PLUGIN_FILE} is not there: run `make venv`, which installs it")


@pytest.fixture(autouse=True)
def _no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the developer's own credentials and configuration out of the tests."""
    for name in [name for name in os.environ if name.startswith(("SENDBLUE_", "PULUMI_"))]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def _made_stacks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("made")


@pytest.fixture
def world(tmp_path: Path, _made_stacks: Path) -> Iterator[World]:
    """An emulator that speaks real HTTP, and an empty file backend."""
    emulator = Emulator()
    with emulator.serve() as url:
        world = World(emulator, url, tmp_path, _made_stacks)
        yield world
    assert {} == world.left_running()


@pytest.fixture(params=[DYNAMIC, PLUGIN], ids=["dynamic", "plugin"])
def front_end(request: pytest.FixtureRequest) -> FrontEnd:
    """Each of the two ways to the provider."""
    front_end: FrontEnd = request.param
    return front_end


@pytest.fixture
def account(world: World) -> Account:
    """An account with no webhooks."""
    return world.account()
