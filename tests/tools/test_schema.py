"""The package schema: what it must say, and what it must never say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from pydantic import BaseModel

from sendblue_provider.api.records import ACCOUNT_SECRETS, Key
from sendblue_provider.resources.inputs import (
    Webhook,
    WebhookConfiguration,
    WebhookEndpoint,
)
from sendblue_provider.resources.names import (
    CONFIGURATION_TYPE,
    GET_CONFIGURATION,
    MANAGED,
    SECRETS_READABLE,
    WEBHOOK_TYPE,
    dynamic_type,
)
from sendblue_provider.resources.properties import managed_property
from sendblue_provider.settings import KEYS, SECRET_KEYS, load_settings
from tools.schema.package import ConfigurationOutputOnly, ManagedWebhooks, OutputOnly, package_schema

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
    "contactCreated": ENDPOINTS,
    "globalSecret": STRING,
    "secret": STRING,
    "otherEvents": {"type": "object", "additionalProperties": ENDPOINTS},
    "allowOverwrite": {"type": "boolean"},
}
OUTPUT_TYPES: Final = {
    "secretsReadable": {"type": "boolean"},
    "managed": {"$ref": "#/types/sendblue:index:ManagedWebhooks"},
}
WEBHOOK_TYPES: Final = {
    "event": STRING,
    "url": STRING,
    "secret": STRING,
    "sendblueNumbers": URLS,
    "allowOverwrite": {"type": "boolean"},
}
BESIDE_THE_TYPE: Final = {"description", "secret", "deprecationMessage", "willReplaceOnChanges"}


def types(specs: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {
        name: {key: value for key, value in spec.items() if key not in BESIDE_THE_TYPE} for name, spec in specs.items()
    }


def properties() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield every property in the schema: its place, its name and what is said of it."""
    configuration, webhook = (SCHEMA["resources"][name] for name in (CONFIGURATION_TYPE, WEBHOOK_TYPE))
    maps = {
        "config": SCHEMA["config"]["variables"],
        "provider": SCHEMA["provider"]["inputProperties"],
        "configuration inputs": configuration["inputProperties"],
        "configuration outputs": configuration["properties"],
        "webhook inputs": webhook["inputProperties"],
        "webhook outputs": webhook["properties"],
        "function outputs": SCHEMA["functions"][GET_CONFIGURATION]["outputs"]["properties"],
        **{token.rpartition(":")[2]: spec["properties"] for token, spec in SCHEMA["types"].items()},
    }
    for place, found in maps.items():
        for name, spec in found.items():
            yield place, name, spec


def test_the_configuration_is_the_contract() -> None:
    """The inputs and outputs are those of the user contract; what only the provider knows is always there."""
    resource = SCHEMA["resources"]["sendblue:index:WebhookConfiguration"]

    assert INPUT_TYPES == types(resource["inputProperties"])
    assert {**INPUT_TYPES, **OUTPUT_TYPES} == types(resource["properties"])
    assert [SECRETS_READABLE, MANAGED] == resource["required"]
    assert "requiredInputs" not in resource


def test_the_webhook_is_the_contract() -> None:
    """A webhook needs its event and URL, which its replacement changes, and says whether its secret can be read."""
    resource = SCHEMA["resources"]["sendblue:index:Webhook"]

    assert WEBHOOK_TYPES == types(resource["inputProperties"])
    assert {**WEBHOOK_TYPES, "secretsReadable": {"type": "boolean"}} == types(resource["properties"])
    assert ["event", "url"] == sorted(resource["requiredInputs"])
    assert ["event", SECRETS_READABLE, "url"] == sorted(resource["required"])
    for place in ("inputProperties", "properties"):
        replacing = [name for name, spec in resource[place].items() if spec.get("willReplaceOnChanges")]
        assert ["event", "url"] == sorted(replacing)


def test_nothing_of_a_configuration_replaces_it() -> None:
    """There is one configuration an account: every change is made in place."""
    assert "eplaceOnChanges" not in str(SCHEMA["resources"][CONFIGURATION_TYPE])


def test_the_function_is_the_contract() -> None:
    """The function takes nothing, and gives what is live: no option, and nothing of who put it there."""
    function = SCHEMA["functions"]["sendblue:index:getWebhookConfiguration"]

    live = {name: kind for name, kind in INPUT_TYPES.items() if name != "allowOverwrite"}
    assert {**live, "secretsReadable": {"type": "boolean"}} == types(function["outputs"]["properties"])
    assert [SECRETS_READABLE] == function["outputs"]["required"]
    assert {"description", "outputs"} == function.keys()


def test_the_words_for_the_two_resources() -> None:
    """Each resource says at its beginning what it is to the account, and the function which form hides secrets."""
    first = {token: spec["description"].partition("\n")[0] for token, spec in SCHEMA["resources"].items()}
    assert first[CONFIGURATION_TYPE].endswith(": authoritative for the whole account.")
    assert first[WEBHOOK_TYPE].endswith(": additive, beside whatever else the account has.")

    told = SCHEMA["functions"][GET_CONFIGURATION]["description"]
    for form in ("get_webhook_configuration_output", "getWebhookConfigurationOutput"):
        assert f"`{form}`" in told


def test_the_types_are_the_contract() -> None:
    """An endpoint needs its URL alone."""
    endpoint, managed = (SCHEMA["types"][f"sendblue:index:{name}"] for name in ("WebhookEndpoint", "ManagedWebhooks"))

    assert {"url": STRING, "secret": STRING, "sendblueNumbers": URLS} == types(endpoint["properties"])
    assert ["url"] == endpoint["required"]
    assert {"events": {"type": "object", "additionalProperties": URLS}, "secrets": URLS} == types(managed["properties"])
    assert ["events", "secrets"] == managed["required"]


def test_managed_is_what_the_provider_writes() -> None:
    """The output `managed` has the properties that its type in the schema has."""
    written = managed_property(frozenset({Key("receive", "https://example.com"), Key("globalSecret")}))

    assert ManagedWebhooks(**written).model_dump() == written


@pytest.mark.parametrize(
    ("model", "place"),
    [
        (WebhookConfiguration, "configuration inputs"),
        (WebhookConfiguration, "configuration outputs"),
        (ConfigurationOutputOnly, "configuration outputs"),
        (Webhook, "webhook inputs"),
        (Webhook, "webhook outputs"),
        (OutputOnly, "webhook outputs"),
        (OutputOnly, "function outputs"),
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
    """No property, type, resource or function is without a text."""
    for place, name, spec in properties():
        assert spec["description"], f"{place}: {name}"
    documented = [SCHEMA[part].values() for part in ("types", "resources", "functions")]
    for spec in (SCHEMA["provider"], *(spec for specs in documented for spec in specs)):
        assert spec["description"]


def test_secrets_are_marked_exactly() -> None:
    """What is secret in state is secret in the schema, and nothing else is."""
    marked = [(place, name, spec["secret"]) for place, name, spec in properties() if "secret" in spec]

    assert sorted(marked) == sorted(
        [
            *((place, name, True) for place in ("config", "provider") for name in SECRET_KEYS),
            *(("configuration inputs", name, True) for name in ACCOUNT_SECRETS),
            *(("configuration outputs", name, True) for name in (*ACCOUNT_SECRETS, MANAGED)),
            *(("function outputs", name, True) for name in ACCOUNT_SECRETS),
            *((place, "secret", True) for place in ("webhook inputs", "webhook outputs", "WebhookEndpoint")),
        ]
    )


def test_the_legacy_secret_alone_is_deprecated() -> None:
    """The account's legacy secret names the one to use instead, where it is declared and not where it is only read.

    An endpoint's secret is no legacy.
    """
    deprecated = {
        (place, name): spec["deprecationMessage"] for place, name, spec in properties() if "deprecationMessage" in spec
    }

    assert {("configuration inputs", "secret"), ("configuration outputs", "secret")} == deprecated.keys()
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


@pytest.mark.parametrize(
    ("resource_type", "dynamic"),
    [
        (CONFIGURATION_TYPE, "pulumi-python:dynamic/sendblue:WebhookConfiguration"),
        (WEBHOOK_TYPE, "pulumi-python:dynamic/sendblue:Webhook"),
    ],
)
def test_a_dynamic_stack_can_move_here(resource_type: str, dynamic: str) -> None:
    """Each resource goes on with what a dynamic program made."""
    assert [{"type": dynamic}] == SCHEMA["resources"][resource_type]["aliases"]
    assert dynamic == dynamic_type(resource_type)
