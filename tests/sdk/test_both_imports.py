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
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

import pulumi
import pytest
from pydantic import BaseModel

import pulumi_sendblue
from pulumi_sendblue import dynamic
from sendblue_provider.resources.inputs import Webhook, WebhookConfiguration
from sendblue_provider.resources.names import CONFIGURATION_TYPE, WEBHOOK_TYPE, dynamic_type
from tests.sdk.mocked import MANAGED
from tools.schema.package import GET_CONFIGURATION_TEXT, ConfigurationOutputOnly, OutputOnly, package_schema

Import = Literal["plugin", "dynamic"]
IMPORTS: Final[dict[Import, str]] = {
    "plugin": "import pulumi_sendblue as sendblue",
    "dynamic": "from pulumi_sendblue import dynamic as sendblue",
}

HERE: Final = Path(__file__).parent
MODELS: Final[dict[str, tuple[type[BaseModel], type[BaseModel]]]] = {
    "WebhookConfiguration": (WebhookConfiguration, ConfigurationOutputOnly),
    "Webhook": (Webhook, OutputOnly),
}
"""By the resource's class: the models of its inputs, and of what only the provider knows."""


@dataclass(frozen=True)
class Kind:
    """A resource, of either import.

    Attributes:
        plugin: The class of the plugin's import.
        ours: The class of the dynamic import.
        args: The arguments' class of the plugin's import.
        programs: What the names of its test programs begin with.
        documented: What the program in the documentation declares.
    """

    plugin: type[pulumi.CustomResource]
    ours: type[pulumi.CustomResource]
    args: type[Any]
    programs: str
    documented: dict[str, Any]

    @property
    def name(self) -> str:
        """The class's name."""
        return self.ours.__name__

    @property
    def inputs(self) -> type[BaseModel]:
        """The model of what is declared."""
        return MODELS[self.name][0]

    @property
    def types(self) -> dict[Import, str]:
        """Its type in the state, by import."""
        plugin = {"WebhookConfiguration": CONFIGURATION_TYPE, "Webhook": WEBHOOK_TYPE}[self.name]
        return {"plugin": plugin, "dynamic": dynamic_type(plugin)}


CONFIGURATION: Final = Kind(
    pulumi_sendblue.WebhookConfiguration,
    dynamic.WebhookConfiguration,
    pulumi_sendblue.WebhookConfigurationArgs,
    "configuration",
    {
        "receive": ["https://example.com/inbound", {"url": "https://example.com/audit", "secret": "a"}],
        "callLog": ["https://example.com/calls"],
        "globalSecret": "g",
    },
)
WEBHOOK: Final = Kind(
    pulumi_sendblue.Webhook,
    dynamic.Webhook,
    pulumi_sendblue.WebhookArgs,
    "webhook",
    {"event": "receive", "url": "https://example.com/inbound", "secret": "i"},
)
KINDS: Final = (CONFIGURATION, WEBHOOK)

each_kind: Final = pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])


@each_kind
def test_constructors_take_the_same(kind: Kind) -> None:
    """Each argument of one constructor is one of the other, of the same type; what may stand by position agrees."""
    overloads_lead_to = kind.plugin._internal_init  # type: ignore[attr-defined]
    plugin, ours = inspect.signature(overloads_lead_to), inspect.signature(kind.ours.__init__)

    assert list(plugin.parameters)[1:3] == list(ours.parameters)[1:3] == ["resource_name", "opts"]
    assert {*plugin.parameters} - {"__self__", "__props__"} == {*ours.parameters} - {"self"}
    # There a required argument is optional too, and missed once it is not there. The arguments' class tells it.
    needed = required(kind.args.__init__)
    assert needed == required(kind.ours.__init__) - {"resource_name"}
    for name in {*ours.parameters} - {"self"} - needed:
        assert plugin.parameters[name].default == ours.parameters[name].default, name
    needed_hints = {name: hint for name, hint in hints(kind.args.__init__).items() if name in needed}
    assert {**hints(overloads_lead_to), **needed_hints} == hints(kind.ours.__init__)


@each_kind
def test_arguments_are_told_by_the_same_words(kind: Kind) -> None:
    """Each argument's text in the one and in the other is the one of the model that the provider checks with."""
    ours = " ".join((kind.ours.__init__.__doc__ or "").split())

    for name, field in kind.inputs.model_fields.items():
        assert f"{name}: {field.description}" in ours
        assert field.description == getattr(kind.args, name).__doc__.strip()
    assert inspect.getdoc(kind.ours) == inspect.getdoc(kind.inputs)


def test_endpoints_are_the_same_class() -> None:
    """An endpoint made for the one import is one for the other."""
    assert pulumi_sendblue.WebhookEndpointArgs is dynamic.WebhookEndpointArgs
    assert pulumi_sendblue.WebhookEndpointArgsDict is dynamic.WebhookEndpointArgsDict


@each_kind
def test_outputs_are_the_same(kind: Kind) -> None:
    """Each property of the one resource is one of the other, of the same type, and says what it is."""
    plugin, ours = outputs(kind.plugin), outputs(kind.ours)

    assert {name for model in MODELS[kind.name] for name in model.model_fields} == plugin.keys() == ours.keys()
    for name in ours:
        assert hints(plugin[name]) == hints(ours[name]), name
        assert plugin[name].__doc__, name
        assert ours[name].__doc__, name


OF_OTHER_LANGUAGES: Final = ", `getWebhookConfigurationOutput`, in Go `LookupWebhookConfigurationOutput`"
FUNCTIONS: Final = ("get_webhook_configuration", "get_webhook_configuration_output")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_are_the_same(name: str) -> None:
    """Each function of the one import takes and gives what that of the other does, in the same words."""
    plugin, ours = (getattr(module, name) for module in (pulumi_sendblue, dynamic))

    assert defaults(plugin) == defaults(ours)
    assert hints(plugin) == hints(ours)
    text = GET_CONFIGURATION_TEXT.replace(OF_OTHER_LANGUAGES, "")
    assert text != GET_CONFIGURATION_TEXT
    assert " ".join((inspect.getdoc(ours) or "").split()).startswith(" ".join(text.split()))


def test_results_are_the_same_class() -> None:
    """What is read by the one import's functions is of the class of the other's."""
    for name in ("GetWebhookConfigurationResult", "AwaitableGetWebhookConfigurationResult"):
        assert getattr(pulumi_sendblue, name) is getattr(dynamic, name)


Runs = dict[tuple[str, Import], tuple[dict[str, Any], dict[str, Any]]]
"""For each kind and import, what the same program asks of the engine and what it reads of its outputs."""


@pytest.fixture(scope="module")
def runs() -> Runs:
    return {(kind.name, name): run(program(kind, name)) for kind in KINDS for name in IMPORTS}


def program(kind: Kind, name: Import) -> Path:
    return HERE / "programs" / f"{kind.programs}_{name}.py"


def run(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    command = [sys.executable, str(HERE / "mocked.py"), str(path)]
    secrets = {"project:auditSecret": "a", "project:globalSecret": "g", "project:inboundSecret": "i"}
    environment = {**os.environ, "PULUMI_CONFIG": json.dumps(secrets)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert 0 == done.returncode, done.stderr
    asked, read = (json.loads(line) for line in done.stdout.splitlines())
    if path.stem.endswith("plugin"):
        asked, read = as_the_plugin_reads(asked), as_the_plugin_reads(read)
    return asked, read


def as_the_plugin_reads(value: Any, *, is_item: bool = False) -> Any:
    """Spell a plain dict's numbers as the plugin's check does: Pulumi's SDK before 3.262 leaves that to it."""
    if isinstance(value, list):
        return [as_the_plugin_reads(item, is_item=True) for item in value]
    if not isinstance(value, dict):
        return value
    spelled = {"sendblue_numbers": "sendblueNumbers"} if is_item else {}
    return {spelled.get(name, name): as_the_plugin_reads(item) for name, item in value.items()}


@each_kind
def test_only_the_import_differs(kind: Kind) -> None:
    """The two programs, which the type checker accepts as they are, differ in a line."""
    plugin, ours = (program(kind, name).read_text() for name in IMPORTS)

    assert IMPORTS["plugin"] in plugin
    assert ours == plugin.replace(IMPORTS["plugin"], IMPORTS["dynamic"])


@each_kind
def test_both_send_the_same(runs: Runs, kind: Kind) -> None:
    """The same program, with strings, dicts, classes and outputs, gives the engine the same inputs."""
    plugin, ours = (runs[kind.name, name][0]["inputs"] for name in IMPORTS)

    assert plugin == ours
    assert ours.keys() <= {field.alias for field in kind.inputs.model_fields.values()}


def test_endpoints_are_spelled_as_the_schema_does(runs: Runs) -> None:
    """The numbers of an endpoint, be it an object or a plain dict, go under their name in the schema."""
    for name in IMPORTS:
        inputs = runs["WebhookConfiguration", name][0]["inputs"]

        assert ["+15551234567"] == inputs["receive"][2]["sendblueNumbers"]
        assert [{"url": "https://example.com/d", "sendblueNumbers": ["+15551234567"]}] == inputs["outbound"]


@each_kind
def test_both_read_the_same(runs: Runs, kind: Kind) -> None:
    """Every output resolves, with the lowest SDK too, to the same value under the same names."""
    plugin, ours = (runs[kind.name, name][1] for name in IMPORTS)

    assert plugin == ours
    assert ours["secrets_readable"] is True


def test_what_is_read_is_spelled_as_python_does_at_the_top_alone(runs: Runs) -> None:
    """A property has its Python name; within an endpoint the keys stay as the schema spells them."""
    ours = runs["WebhookConfiguration", "dynamic"][1]

    assert {"url": "https://example.com/c", "sendblueNumbers": ["+15551234567"]} == ours["receive"][2]
    assert ours["managed"] == ours["attributes"] == MANAGED
    numbers = ["+15551234567", "+15551234568"]
    webhook = runs["Webhook", "dynamic"][1]
    assert numbers == webhook["sendblue_numbers"] == webhook["attributes"]["numbers"]


@each_kind
@pytest.mark.parametrize("name", IMPORTS)
def test_each_is_an_alias_of_the_other(runs: Runs, kind: Kind, name: Import) -> None:
    """Changing the import keeps the resource, and aliases that the program gives are kept beside it."""
    other: Import = "dynamic" if name == "plugin" else "plugin"

    assert kind.types[name] == runs[kind.name, name][0]["type"]
    assert [["", "old"], [kind.types[other], ""]] == runs[kind.name, name][0]["aliases"]


@each_kind
def test_the_plugin_is_asked_for_in_this_version(runs: Runs, kind: Kind) -> None:
    """The plugin's resource asks for the plugin of this distribution's version; the dynamic one asks for none."""
    assert version("pulumi-sendblue") == runs[kind.name, "plugin"][0]["version"]
    assert "" == runs[kind.name, "dynamic"][0]["version"]


@each_kind
@pytest.mark.parametrize("name", IMPORTS)
def test_the_documented_program_runs(tmp_path: Path, kind: Kind, name: Import) -> None:
    """The example in the documentation declares what it says, with either import."""
    text = package_schema()["resources"][kind.types["plugin"]]["description"]
    example = text.partition("```python\n")[2].partition("```")[0]
    assert IMPORTS["plugin"] in example
    (tmp_path / "example.py").write_text(example.replace(IMPORTS["plugin"], IMPORTS[name]))

    asked, _ = run(tmp_path / "example.py")

    assert kind.documented == asked["inputs"]


def outputs(resource: type[pulumi.CustomResource]) -> dict[str, Callable[..., Any]]:
    """Return the getter of each property that a resource class defines."""
    return {name: value.fget for name, value in vars(resource).items() if isinstance(value, property) and value.fget}


def required(function: Callable[..., Any]) -> set[str]:
    """Return the names of the arguments that a method cannot do without."""
    return {name for name, default in defaults(function).items() if default is inspect.Parameter.empty} - {
        "self",
        "__self__",
    }


def defaults(function: Callable[..., Any]) -> dict[str, Any]:
    return {name: parameter.default for name, parameter in inspect.signature(function).parameters.items()}


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
