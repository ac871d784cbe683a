"""The package schema: what it must say, and what it must never say."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from pydantic import BaseModel

from sendblue_provider.inputs import WebhookConfiguration, WebhookEndpoint, check_configuration
from sendblue_provider.model import (
    ACCOUNT_SECRETS,
    DYNAMIC_TYPE,
    MANAGED,
    RESOURCE_TYPE,
    SECRETS_READABLE,
    Managed,
    from_wire,
)
from sendblue_provider.schema import ManagedWebhooks, OutputOnly, package_schema
from sendblue_provider.settings import KEYS, SECRET_KEYS, load_settings

SCHEMA: Final = package_schema()
ROOT: Final = Path(__file__).parents[2]

STRING: Final = {"type": "string"}
URLS: Final = {"type": "array", "items": STRING}
ENDPOINTS: Final = {"type": "array", "items": {"oneOf": [STRING, {"$ref": "#/types/sendblue:index:WebhookEndpoint"}]}}
INPUT_TYPES: Final = {
    "receive": ENDPOINTS,
    "outbound": ENDPOINTS,
    "callLog": ENDPOINTS,
    "lineBlocked": ENDPOINTS,
    "lineAssigned": ENDPOINTS,
    "contactCreated": URLS,
    "globalSecret": STRING,
    "secret": STRING,
    "otherEvents": {"type": "object", "additionalProperties": ENDPOINTS},
    "allowOverwrite": {"type": "boolean"},
}
OUTPUT_TYPES: Final = {
    "secretsReadable": {"type": "boolean"},
    "managed": {"$ref": "#/types/sendblue:index:ManagedWebhooks"},
}
BESIDE_THE_TYPE: Final = {"description", "secret", "deprecationMessage"}


def types(specs: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {
        name: {key: value for key, value in spec.items() if key not in BESIDE_THE_TYPE} for name, spec in specs.items()
    }


def properties() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield every property in the schema: its place, its name and what is said of it."""
    resource = SCHEMA["resources"][RESOURCE_TYPE]
    maps = {
        "config": SCHEMA["config"]["variables"],
        "provider": SCHEMA["provider"]["inputProperties"],
        "inputs": resource["inputProperties"],
        "outputs": resource["properties"],
        **{token.rpartition(":")[2]: spec["properties"] for token, spec in SCHEMA["types"].items()},
    }
    for place, found in maps.items():
        for name, spec in found.items():
            yield place, name, spec


def test_the_resource_is_the_contract() -> None:
    """The inputs and outputs are those of the user contract; what only the provider knows is always there."""
    resource = SCHEMA["resources"]["sendblue:index:WebhookConfiguration"]

    assert INPUT_TYPES == types(resource["inputProperties"])
    assert {**INPUT_TYPES, **OUTPUT_TYPES} == types(resource["properties"])
    assert [SECRETS_READABLE, MANAGED] == resource["required"]
    assert "requiredInputs" not in resource


def test_the_types_are_the_contract() -> None:
    """An endpoint needs its URL alone."""
    endpoint, managed = (SCHEMA["types"][f"sendblue:index:{name}"] for name in ("WebhookEndpoint", "ManagedWebhooks"))

    assert {"url": STRING, "secret": STRING, "sendblueNumbers": URLS} == types(endpoint["properties"])
    assert ["url"] == endpoint["required"]
    assert {"events": {"type": "object", "additionalProperties": URLS}, "secrets": URLS} == types(managed["properties"])
    assert ["events", "secrets"] == managed["required"]


def test_managed_is_what_the_provider_writes() -> None:
    """The output `managed` has the properties that its type in the schema has."""
    live = from_wire({"receive": ["https://example.com"], "globalSecret": "s"})

    written = Managed.of(live).as_property()

    assert ManagedWebhooks(**written).model_dump() == written


@pytest.mark.parametrize(
    ("model", "place"),
    [
        (WebhookConfiguration, "inputs"),
        (WebhookConfiguration, "outputs"),
        (OutputOnly, "outputs"),
        (WebhookEndpoint, "WebhookEndpoint"),
        (ManagedWebhooks, "ManagedWebhooks"),
    ],
)
def test_every_property_of_the_models_is_there(model: type[BaseModel], place: str) -> None:
    """Each property stands under its alias, with the model's own text."""
    texts = {name: spec["description"] for where, name, spec in properties() if where == place}

    for name, field in model.model_fields.items():
        assert field.description == texts[field.alias or name]


def test_everything_is_described() -> None:
    """No property, type or resource is without a text."""
    for place, name, spec in properties():
        assert spec["description"], f"{place}: {name}"
    for spec in (SCHEMA["provider"], *SCHEMA["types"].values(), *SCHEMA["resources"].values()):
        assert spec["description"]


def test_secrets_are_marked_exactly() -> None:
    """What is secret in state is secret in the schema, and nothing else is."""
    marked = [(place, name, spec["secret"]) for place, name, spec in properties() if "secret" in spec]

    assert sorted(marked) == sorted(
        [
            *((place, name, True) for place in ("config", "provider") for name in SECRET_KEYS),
            *(("inputs", name, True) for name in ACCOUNT_SECRETS),
            *(("outputs", name, True) for name in (*ACCOUNT_SECRETS, MANAGED)),
            ("WebhookEndpoint", "secret", True),
        ]
    )


def test_the_legacy_secret_alone_is_deprecated() -> None:
    """The account's legacy secret names the one to use instead; an endpoint's secret is no legacy."""
    deprecated = {
        (place, name): spec["deprecationMessage"] for place, name, spec in properties() if "deprecationMessage" in spec
    }

    assert {("inputs", "secret"), ("outputs", "secret")} == deprecated.keys()
    assert all("`globalSecret`" in message for message in deprecated.values())


def test_nothing_comes_from_the_environment_by_way_of_the_schema() -> None:
    """There is no default in the schema: one from the environment would put a credential into state."""

    def keys(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            yield from value
        for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            yield from keys(item)

    assert {"secret", "deprecationMessage"} <= {*keys(SCHEMA)}  # the walk gets there
    assert {*keys(SCHEMA)}.isdisjoint({"default", "defaults", "defaultInfo", "environment", "const"})


class Asked(dict[str, str]):
    """An environment that remembers what it was asked for."""

    def __init__(self, values: dict[str, str]) -> None:
        super().__init__(values)
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.names.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        """Remember the name."""
        self.names.add(name)
        return super().get(name, default)


def test_settings_are_those_that_are_read() -> None:
    """The schema has each setting that the provider reads, and names the environment variables that it looks at."""
    environ = Asked({"SENDBLUE_API_API_KEY": "k", "SENDBLUE_API_API_SECRET": "s"})

    load_settings({}, environ)

    variables = SCHEMA["config"]["variables"]
    texts = " ".join(spec["description"] for spec in variables.values())
    assert list(KEYS) == list(variables)
    assert environ.names - {""} == {*re.findall(r"SENDBLUE_\w+", texts)}  # one setting has no variable
    assert variables == SCHEMA["provider"]["inputProperties"]
    assert "requiredInputs" not in SCHEMA["provider"]


def test_a_dynamic_stack_can_move_here() -> None:
    """The resource goes on with what a dynamic program made."""
    assert [{"type": DYNAMIC_TYPE}] == SCHEMA["resources"][RESOURCE_TYPE]["aliases"]
    assert "pulumi-python:dynamic/sendblue:WebhookConfiguration" == DYNAMIC_TYPE


def test_the_package_is_this_distribution() -> None:
    """The schema has the distribution's version, and no place to download from as long as nothing is released."""
    assert version("pulumi-sendblue") == SCHEMA["version"]
    assert {"kind/native", "category/utility"} <= {*SCHEMA["keywords"]}
    assert "pluginDownloadURL" not in SCHEMA
    assert all(language["respectSchemaVersion"] for language in SCHEMA["language"].values())


def test_the_committed_schema_is_this_one() -> None:
    """`schema.json` is what the module prints, byte for byte; else run `make sdk`."""
    printed = subprocess.run([sys.executable, "-m", "sendblue_provider.schema"], capture_output=True, check=True).stdout

    assert (ROOT / "schema.json").read_bytes() == printed


def test_the_schema_needs_no_sdk() -> None:
    """The plugin answers with the schema without loading Pulumi's SDK or the HTTP client."""
    code = (
        "import sys, sendblue_provider.schema as s; s.package_schema(); print({'pulumi', 'httpx'} & sys.modules.keys())"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "set()" == done.stdout.strip()


def test_the_yaml_example_is_right() -> None:
    """The program in the documentation declares what the provider accepts. `make sdk-check` builds the others."""
    text = SCHEMA["resources"][RESOURCE_TYPE]["description"]
    program = yaml.safe_load(text.partition("```yaml\n")[2].partition("```")[0])
    resource = program["resources"]["webhooks"]

    assert "sendblue:WebhookConfiguration" == resource["type"]
    assert [] == check_configuration(resource["properties"])
    assert {"auditSecret", "globalSecret"} == program["config"].keys()
