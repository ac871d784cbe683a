"""The two imports of the Python package, the plugin's and the dynamic one, held against each other.

A program moves from one to the other by changing an import, so that the two must take the same and give the same.
"""

from __future__ import annotations

import inspect
import json
import os
import subprocess
import sys
import types
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

import pulumi
import pytest

import pulumi_sendblue
from pulumi_sendblue import dynamic
from sendblue_provider.inputs import WebhookConfiguration
from sendblue_provider.model import DYNAMIC_TYPE, RESOURCE_TYPE
from sendblue_provider.schema import OutputOnly, package_schema
from tests.sdk.mocked import MANAGED

Import = Literal["plugin", "dynamic"]
IMPORTS: Final[dict[Import, str]] = {
    "plugin": "import pulumi_sendblue as sendblue",
    "dynamic": "from pulumi_sendblue import dynamic as sendblue",
}
TYPES: Final[dict[Import, str]] = {"plugin": RESOURCE_TYPE, "dynamic": DYNAMIC_TYPE}

HERE: Final = Path(__file__).parent


def test_constructors_take_the_same() -> None:
    """Each argument of one constructor is one of the other, of the same type; what may stand by position agrees."""
    plugin = inspect.signature(pulumi_sendblue.WebhookConfiguration._internal_init)  # what the overloads lead to
    ours = inspect.signature(dynamic.WebhookConfiguration.__init__)

    assert list(plugin.parameters)[1:3] == list(ours.parameters)[1:3] == ["resource_name", "opts"]
    assert {*plugin.parameters} - {"__self__", "__props__"} == {*ours.parameters} - {"self"}
    for name in {*ours.parameters} - {"self"}:
        assert plugin.parameters[name].default == ours.parameters[name].default, name
    assert hints(pulumi_sendblue.WebhookConfiguration._internal_init) == hints(dynamic.WebhookConfiguration.__init__)


def test_arguments_are_told_by_the_same_words() -> None:
    """Each argument's text in the one and in the other is the one of the model that the provider checks with."""
    ours = " ".join((dynamic.WebhookConfiguration.__init__.__doc__ or "").split())

    for name, field in WebhookConfiguration.model_fields.items():
        assert f"{name}: {field.description}" in ours
        assert field.description == getattr(pulumi_sendblue.WebhookConfigurationArgs, name).__doc__.strip()
    assert inspect.getdoc(dynamic.WebhookConfiguration) == inspect.getdoc(WebhookConfiguration)


def test_endpoints_are_the_same_class() -> None:
    """An endpoint made for the one import is one for the other."""
    assert pulumi_sendblue.WebhookEndpointArgs is dynamic.WebhookEndpointArgs
    assert pulumi_sendblue.WebhookEndpointArgsDict is dynamic.WebhookEndpointArgsDict


def test_outputs_are_the_same() -> None:
    """Each property of the one resource is one of the other, of the same type, and says what it is."""
    plugin, ours = (outputs(kind) for kind in (pulumi_sendblue.WebhookConfiguration, dynamic.WebhookConfiguration))

    assert {*WebhookConfiguration.model_fields, *OutputOnly.model_fields} == plugin.keys() == ours.keys()
    for name in ours:
        assert hints(plugin[name]) == hints(ours[name]), name
        assert plugin[name].__doc__, name
        assert ours[name].__doc__, name


@pytest.fixture(scope="module")
def runs() -> dict[Import, tuple[dict[str, Any], dict[str, Any]]]:
    """For each import, what the same program asks of the engine and what it reads of its outputs."""
    return {name: run(HERE / "programs" / f"{name}.py") for name in IMPORTS}


def run(program: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    command = [sys.executable, str(HERE / "mocked.py"), str(program)]
    environment = {**os.environ, "PULUMI_CONFIG": '{"project:auditSecret": "a", "project:globalSecret": "g"}'}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert 0 == done.returncode, done.stderr
    asked, read = (json.loads(line) for line in done.stdout.splitlines())
    return asked, read


def test_only_the_import_differs() -> None:
    """The two programs, which the type checker accepts as they are, differ in a line."""
    plugin, ours = ((HERE / "programs" / f"{name}.py").read_text() for name in IMPORTS)

    assert IMPORTS["plugin"] in plugin
    assert ours == plugin.replace(IMPORTS["plugin"], IMPORTS["dynamic"])


def test_both_send_the_same(runs: dict[Import, tuple[dict[str, Any], dict[str, Any]]]) -> None:
    """The same program, with strings, dicts, classes and outputs, gives the engine the same inputs."""
    plugin, ours = ({**runs[name][0]["inputs"]} for name in IMPORTS)

    del plugin["outbound"]  # see the next test
    assert [{"url": "https://example.com/d", "sendblueNumbers": ["+15551234567"]}] == ours.pop("outbound")
    assert plugin == ours
    assert ["+15551234567"] == ours["receive"][2]["sendblueNumbers"]
    assert {"callLog", "contactCreated", "otherEvents", "globalSecret"} < ours.keys()


def test_a_dict_is_spelled_as_the_schema_does(runs: dict[Import, tuple[dict[str, Any], dict[str, Any]]]) -> None:
    """The plugin is given the numbers of an endpoint that is a plain dict under their name in the schema."""
    outbound = runs["plugin"][0]["inputs"]["outbound"]

    assert [{"url": "https://example.com/d", "sendblueNumbers": ["+15551234567"]}] == outbound


def test_both_read_the_same(runs: dict[Import, tuple[dict[str, Any], dict[str, Any]]]) -> None:
    """Every output resolves, with the lowest SDK too, to the same value under the same names."""
    plugin, ours = ({**runs[name][1]} for name in IMPORTS)

    del plugin["outbound"]
    assert [{"url": "https://example.com/d", "sendblueNumbers": ["+15551234567"]}] == ours.pop("outbound")
    assert plugin == ours
    assert {"url": "https://example.com/c", "sendblueNumbers": ["+15551234567"]} == ours["receive"][2]
    assert ours["managed"] == ours["attributes"] == MANAGED


@pytest.mark.parametrize("name", IMPORTS)
def test_each_is_an_alias_of_the_other(runs: dict[Import, tuple[dict[str, Any], dict[str, Any]]], name: Import) -> None:
    """Changing the import keeps the resource, and aliases that the program gives are kept beside it."""
    other: Import = "dynamic" if name == "plugin" else "plugin"

    assert TYPES[name] == runs[name][0]["type"]
    assert [["", "old"], [TYPES[other], ""]] == runs[name][0]["aliases"]


def test_the_plugin_is_asked_for_in_this_version(runs: dict[Import, tuple[dict[str, Any], dict[str, Any]]]) -> None:
    """The plugin's resource asks for the plugin of this distribution's version; the dynamic one asks for none."""
    assert version("pulumi-sendblue") == runs["plugin"][0]["version"]
    assert "" == runs["dynamic"][0]["version"]


def test_the_documented_program_runs(tmp_path: Path) -> None:
    """The example in the plugin's documentation declares what it says."""
    text = package_schema()["resources"][RESOURCE_TYPE]["description"]
    (tmp_path / "example.py").write_text(text.partition("```python\n")[2].partition("```")[0])

    asked, _ = run(tmp_path / "example.py")

    assert {
        "receive": ["https://example.com/inbound", {"url": "https://example.com/audit", "secret": "a"}],
        "callLog": ["https://example.com/calls"],
        "globalSecret": "g",
    } == asked["inputs"]


def outputs(resource: type[pulumi.CustomResource]) -> dict[str, Callable[..., Any]]:
    """Return the getter of each property that a resource class defines."""
    return {name: value.fget for name, value in vars(resource).items() if isinstance(value, property) and value.fget}


def hints(function: Callable[..., Any]) -> dict[str, Any]:
    """Return the annotations of a function in a form in which two spellings of a type are equal."""
    # What `pulumi.Input` names by a string stands in the SDK's module.
    names = {name: getattr(pulumi.output, name) for name in ("Output", "T")}
    found = {name: spelled(hint) for name, hint in get_type_hints(function, localns=names).items()}
    return {name: hint for name, hint in found.items() if hint is not type(None)}


def spelled(hint: Any) -> Any:
    origin, arguments = get_origin(hint), [spelled(argument) for argument in get_args(hint)]
    if origin in (Union, types.UnionType):
        return frozenset(arguments)
    return (origin, *arguments) if origin else hint
