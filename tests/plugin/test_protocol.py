"""The protocol's calls that concern the plugin as a whole."""

from __future__ import annotations

import gc
import json
import weakref
from importlib.metadata import version
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import plugin_pb2
from pulumi.runtime.proto import provider_pb2 as proto

from sendblue_emulator import Account
from tests.plugin.answers import Failed
from tests.plugin.conftest import A, failure
from tests.plugin.driver import Plugin
from tests.plugin.engine import Engine
from tests.plugin.processes import Start, connected, port_of, process

SCHEMA = Path(__file__).parents[2] / "schema.json"


def test_handshake(start: Start, engine: Engine) -> None:
    """Secrets are taken as they are, resources and outputs as plain values."""
    answer = start(configured=False).handshake(engine)
    assert answer.accept_secrets
    assert not answer.accept_resources
    assert not answer.accept_outputs


def test_plugin_info(start: Start) -> None:
    """The plugin's version is the package's."""
    assert start(configured=False).call("GetPluginInfo", Empty()).version == version("pulumi-sendblue")


def test_schema(start: Start) -> None:
    """The schema is the one in the repository; there is one version of it, and no other."""
    plugin = start(configured=False)
    assert json.loads(plugin.call("GetSchema", proto.GetSchemaRequest()).schema) == json.loads(SCHEMA.read_text())
    with pytest.raises(Failed) as failed:
        plugin.call("GetSchema", proto.GetSchemaRequest(version=1))
    assert "version 0" in failure(failed)


def test_attach(plugin: Plugin, engine: Engine, settings: dict[str, Any], remote: Account) -> None:
    """A plugin that an engine attaches to speaks to that one from then on."""
    remote.webhooks = {"receive": [A]}
    other = Engine()
    with other.serving():
        plugin.call("Attach", plugin_pb2.PluginAttach(address=other.address))
        plugin.configure(settings)
        plugin.create({"receive": [A]})
        assert len(other.messages) == 1
    assert engine.messages == []


def test_each_run_of_an_attached_plugin_begins_tidy(start: Start, engine: Engine, settings: dict[str, Any]) -> None:
    """What the run before left in cycles is gone: such a process serves many runs, and else it grew with each."""
    plugin = start()  # this has loaded what a Configure needs
    plugin.call("Cancel", Empty())

    class Leftover:
        """Part of a cycle."""

    leftover = Leftover()
    vars(leftover)["itself"] = leftover
    left = weakref.ref(leftover)
    del leftover
    gc.disable()
    try:
        plugin.call("Attach", plugin_pb2.PluginAttach(address=engine.address))
        plugin.configure(settings)
        assert left() is None
    finally:
        gc.enable()


def test_debug_messages(plugin: Plugin, engine: Engine) -> None:
    """Each request to the API is a debug line: method, path, status, milliseconds and attempt, and no credential."""
    plugin.up({"receive": [A]})
    assert [line.text.split(" (")[0] for line in engine.debug] == [
        "GET /api/v2/account/webhooks: Sendblue answered 200",
        "PUT /api/v2/account/webhooks: Sendblue answered 200",
        "GET /api/v2/account/webhooks: Sendblue answered 200",
    ]
    assert all(line.text.endswith(" ms, attempt 1)") for line in engine.debug)


UNIMPLEMENTED = [
    pytest.param("Call", proto.CallRequest(tok="sendblue:index:thing"), id="Call"),
    pytest.param("Construct", proto.ConstructRequest(type="sendblue:index:Thing"), id="Construct"),
    pytest.param("Parameterize", proto.ParameterizeRequest(), id="Parameterize"),
    pytest.param("GetMapping", proto.GetMappingRequest(key="terraform"), id="GetMapping"),
    pytest.param("GetMappings", proto.GetMappingsRequest(key="terraform"), id="GetMappings"),
]


@pytest.mark.parametrize(("method", "request_"), UNIMPLEMENTED)
def test_calls_that_are_not_for_it(start: Start, method: str, request_: Any) -> None:
    """They are answered as unimplemented, which the engine understands."""
    with pytest.raises(Failed) as failed:
        start(configured=False).call(method, request_)
    assert failed.value.code is grpc.StatusCode.UNIMPLEMENTED


def test_calls_that_are_not_for_it_leave_no_traceback(engine: Engine) -> None:
    """The process writes nothing to standard error about them, nor about a function that it does not have."""
    with process(engine) as child:
        with connected(port_of(child)) as plugin:
            for case in UNIMPLEMENTED:
                method, request = case.values
                with pytest.raises(Failed):
                    plugin.call(str(method), request)
            with pytest.raises(Failed):
                plugin.invoke("sendblue:index:getThing")
        child.terminate()
        assert child.communicate() == ("", "")
