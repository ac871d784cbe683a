"""The plugin's process: how it starts, what it loads when, and how it ends."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from sendblue_emulator import Account, Emulator, Fault
from sendblue_provider.plugin import main
from tests.plugin.answers import Failed
from tests.plugin.calls import STALL, until
from tests.plugin.conftest import OWN, A, B, content
from tests.plugin.driver import Plugin
from tests.plugin.engine import Engine
from tests.plugin.processes import COMMAND, connected, environment, port_of, process
from tests.plugin.values import Secret

WAIT = 5.0
SIGNALS = [pytest.param(signal.SIGINT, id="SIGINT"), pytest.param(signal.SIGTERM, id="SIGTERM")]


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_ends_an_idle_process(engine: Engine, settings: dict[str, Any], number: signal.Signals) -> None:
    """It ends at once and in order, and has printed nothing but its port."""
    with process(engine) as child:
        with connected(port_of(child)) as plugin:
            plugin.handshake(engine)
            plugin.configure(settings)
            plugin.up({"receive": [A]})
            plugin.cancel()
            end(child, number)
        assert child.returncode == 0
        assert child.communicate() == ("", "")


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_ends_a_busy_process(
    engine: Engine, settings: dict[str, Any], emulator: Emulator, number: signal.Signals
) -> None:
    """It ends at once with a request under way too, cancelled or not."""
    emulator.faults.add(Fault(kind="stall", seconds=STALL, times=None))
    with process(engine) as child:
        with connected(port_of(child)) as plugin:
            plugin.configure(settings)
            threading.Thread(target=_fails, args=(plugin,), daemon=True).start()
            until(lambda: len(emulator.journal) >= 1)
            assert emulator.journal.methods() == ["GET"]
            end(child, number)
        assert child.returncode == 0
        assert child.communicate() == ("", "")


def _fails(plugin: Plugin) -> None:
    with pytest.raises(Failed):
        plugin.create({"receive": [A]})


def end(child: subprocess.Popen[str], number: signal.Signals) -> None:
    """Signal a process; it ends long before a stalled request would."""
    child.send_signal(number)
    child.wait(WAIT)


def test_a_signal_before_it_serves(engine: Engine) -> None:
    """A signal right after the port line ends it in order as well."""
    with process(engine) as child:
        port_of(child)
        end(child, signal.SIGINT)
        assert child.returncode == 0
        assert child.communicate() == ("", "")


HEAVY = re.compile(r"^(httpx|httpcore|anyio|h11|pydantic|pydantic_core|httpx_retries|flask|dill)$")
OF_THE_SDK = re.compile(r"^pulumi\.(?!runtime\.proto)\S+$")


@contextmanager
def observed(engine: Engine) -> Iterator[tuple[Plugin, Path]]:
    """Run the process so that every import is noted in a file."""
    with tempfile.TemporaryDirectory() as folder:
        notes = Path(folder, "imports")
        with notes.open("w") as file:
            child = subprocess.Popen(
                [sys.executable, "-X", "importtime", *COMMAND[1:], engine.address],
                stdout=subprocess.PIPE,
                stderr=file,
                text=True,
                env=environment(),
            )
            try:
                with connected(port_of(child)) as plugin:
                    yield plugin, notes
            finally:
                child.kill()
                child.communicate()


def imported(notes: Path) -> set[str]:
    lines = notes.read_text().splitlines()
    return {line.rpartition("|")[2].strip() for line in lines if line.startswith("import time:")}


def test_it_starts_light(engine: Engine, settings: dict[str, Any]) -> None:
    """Until it is configured it loads no httpx, and of the Pulumi SDK the protocol alone; pydantic for bad inputs."""
    with observed(engine) as (plugin, notes):
        plugin.handshake(engine)
        assert plugin.check_config(settings).failures == []
        plugin.diff_config(settings, settings)
        before = imported(notes)
        assert "pulumi.runtime.proto.provider_pb2" in before
        assert sorted(filter(HEAVY.match, before)) == []
        assert sorted(filter(OF_THE_SDK.match, before)) == []
        assert "pulumi" not in before
        plugin.configure(settings)
        plugin.up({"receive": [A]})
        assert {"httpx", "pydantic"} & imported(notes) == {"httpx"}
        assert plugin.check({"receive": ["http://example.com"]}).failures
        after = imported(notes)
        assert "pydantic" in after
        assert sorted(filter(OF_THE_SDK.match, after)) == []


FAILS_IF = """
import importlib.abc, sys

class Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if {}:
            raise ImportError(name)

sys.meta_path.insert(0, Finder())
"""
STANDS_IN = 'name == "{0}" and "{1}" in sys.modules and not hasattr(sys.modules["{1}"], "__file__")'
PROTOCOL_ALONE = STANDS_IN.format("pulumi.runtime.proto.provider_pb2", "pulumi")
WITHOUT_ASYNCIO = STANDS_IN.format("grpc._runtime_protos", "asyncio")
WAYS_ROUND = [
    pytest.param("import pulumi", id="the SDK is loaded already"),
    pytest.param(FAILS_IF.format(PROTOCOL_ALONE), id="the protocol needs the whole SDK"),
    pytest.param("import asyncio", id="asyncio is loaded already"),
    pytest.param(FAILS_IF.format(WITHOUT_ASYNCIO), id="gRPC needs asyncio"),
]


@pytest.mark.parametrize("preparation", WAYS_ROUND)
def test_the_usual_import(engine: Engine, settings: dict[str, Any], remote: Account, preparation: str) -> None:
    """If gRPC or the protocol cannot be loaded in part, the usual import does."""
    code = f"{preparation}\nfrom sendblue_provider.plugin.main import main\nmain()"
    with process(engine, command=[sys.executable, "-c", code]) as child, connected(port_of(child)) as plugin:
        plugin.configure(settings)
        plugin.up({"receive": [{"url": A, "secret": Secret(OWN)}]})
    assert content(remote) == {"receive": [{"url": A, "secret": OWN}]}


@pytest.mark.parametrize("arguments", [[], ["-logflow"], ["--logtostderr", "-v=9"]])
def test_other_arguments(engine: Engine, settings: dict[str, Any], remote: Account, arguments: list[str]) -> None:
    """The engine's logging flags stand before its address."""
    remote.webhooks = {"receive": [A]}
    with process(engine, command=[*COMMAND, *arguments]) as child, connected(port_of(child)) as plugin:
        plugin.configure(settings)
        plugin.up({"receive": [A]})
    assert len(engine.messages) == 1


def test_without_an_engine(settings: dict[str, Any], remote: Account) -> None:
    """If the engine cannot be reached, or is not named, messages are lost, and nothing else is."""
    remote.webhooks = {"receive": [A]}
    nowhere = Engine()
    for address in ("", "127.0.0.1:1"):
        nowhere.address = address
        with process(nowhere) as child, connected(port_of(child)) as plugin:
            plugin.configure(settings)
            assert plugin.up({"receive": [A]}).id == "account"


ENGINE = """
import subprocess, sys
child = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, text=True)
print(child.pid, child.stdout.readline().strip(), flush=True)
sys.stdin.read()
"""
OFTEN = [
    sys.executable,
    "-c",
    "from sendblue_provider.plugin import main\nmain._PARENT_CHECK_SECONDS = 0.2\nmain.main()",
]
"""A plugin that looks more often than every 5 s whether its engine is still there."""
LIFE_AFTER = 5.0
"""How long it may go on without its engine."""


@contextmanager
def orphan(engine: Engine, *, serving: bool = True, command: Sequence[str] = COMMAND) -> Iterator[int]:
    """Start the process by a program that is then killed; it does not outlive the context."""
    program = subprocess.Popen(
        [sys.executable, "-c", ENGINE, *command, engine.address],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    assert program.stdout is not None
    pid, port = map(int, program.stdout.readline().split())
    try:
        if serving:
            with connected(port) as plugin:
                plugin.handshake(engine)
        assert alive(pid)
        program.kill()
        program.communicate()
        yield pid
    finally:
        if alive(pid):
            os.kill(pid, signal.SIGKILL)


def ends(pid: int) -> bool:
    """Wait for a process to end; return whether it did."""
    end = time.monotonic() + LIFE_AFTER
    while alive(pid) and time.monotonic() < end:
        time.sleep(0.05)
    return not alive(pid)


def test_it_ends_with_its_engine_and_not_before(engine: Engine, settings: dict[str, Any], remote: Account) -> None:
    """A process whose engine was killed ends within seconds; one whose engine lives goes on."""
    assert main._PARENT_CHECK_SECONDS <= 5
    with process(engine, command=OFTEN) as child, connected(port_of(child)) as plugin:
        start = time.monotonic()
        with orphan(engine, command=OFTEN) as pid:
            assert ends(pid)
        time.sleep(max(0.0, start + 1.0 - time.monotonic()))
        plugin.configure(settings)
        plugin.up({"receive": [A, B]})
        assert child.poll() is None
    assert content(remote) == {"receive": [A, B]}


def test_an_engine_that_is_killed_early(engine: Engine) -> None:
    """A process whose engine is killed while it starts ends too."""
    with orphan(engine, serving=False, command=OFTEN) as pid:
        assert ends(pid)


def alive(pid: int) -> bool:
    """Tell whether a process runs; one that has ended and was not waited for does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not (state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z")
