"""The Pulumi package schema: the contract that every SDK is generated from.

It is made from the models that the provider checks with, so that a property has its type and its text in one place.
`python -m tools.schema` prints it; `make schema` keeps `schema.json`, which the provider ships, equal to that.
"""

from __future__ import annotations

import inspect
import json
from importlib.metadata import version
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from sendblue_provider.resources.inputs import SECRET, Webhook, WebhookConfiguration, WebhookEndpoint
from sendblue_provider.resources.names import (
    ALLOW_OVERWRITE,
    CONFIGURATION_TYPE,
    EVENT,
    GET_CONFIGURATION,
    URL,
    WEBHOOK_TYPE,
    dynamic_type,
)
from sendblue_provider.settings import DEFAULT_BASE_URL, DEFAULT_TIMEOUT_SECONDS, MAX_TIMEOUT_SECONDS

from . import examples
from .languages import DOWNLOADS, LANGUAGES, REPOSITORY

Json = dict[str, Any]

NAME: Final = "sendblue"

GET_CONFIGURATION_TEXT: Final = """\
Read the whole webhook configuration of a Sendblue account, whoever put it there.

It makes one GET at most, and gives what is there when it is called: not what the same run writes later. Use the output
form (`get_webhook_configuration_output`, `getWebhookConfigurationOutput`, in Go `LookupWebhookConfigurationOutput`)
wherever a secret may be in it: that marks the result as a secret. The plain form cannot. What it returns is in the
clear, and is so in the state, too, where the program exports it or gives it to a resource."""
"""What the function is documented with."""


class ManagedWebhooks(BaseModel):
    """What this stack put on the account at its last create or update: what destroy removes."""

    events: dict[str, list[str]] = Field(description="Event name, as the API spells it, to URLs.")
    secrets: list[str] = Field(description="Names of account secrets.")


class OutputOnly(BaseModel):
    """What only the provider knows, of a resource or of the account."""

    model_config = ConfigDict(alias_generator=to_camel)

    secrets_readable: bool = Field(
        description="Whether the API shows the secrets that it was given, and so whether drift in them can be seen."
    )


class ConfigurationOutputOnly(OutputOnly):
    """What only the provider knows of a `WebhookConfiguration`."""

    managed: Annotated[ManagedWebhooks, SECRET] = Field(
        description="What this stack put on the account, which is what destroy removes: `events` (event name to URLs) "
        "and `secrets` (names of account secrets). A secret as a whole, since a URL can carry a token."
    )


def package_schema() -> Json:
    """Return the schema.

    Raises:
        importlib.metadata.PackageNotFoundError: the distribution, whose version is the schema's, is not installed.
    """
    return {
        "name": NAME,
        "displayName": "Sendblue",
        "logoUrl": "https://raw.githubusercontent.com/pulumi-sendblue/pulumi-sendblue/main/assets/logo.png",
        "version": version("pulumi-sendblue"),
        "description": "Manage a Sendblue account's webhooks: previewed, watched for drift, never clobbered by "
        "accident.",
        "keywords": ["pulumi", "sendblue", "webhooks", "imessage", "sms", "category/utility", "kind/native"],
        "homepage": REPOSITORY,
        "repository": REPOSITORY,
        "license": "Apache-2.0",
        "pluginDownloadURL": DOWNLOADS,
        "publisher": "The pulumi-sendblue authors",
        "language": LANGUAGES,
        "config": {"variables": _SETTINGS},
        "provider": {
            "description": "A Sendblue account, by its API key pair. What is left out here is looked for in the "
            "environment at every run, and is not kept in state.",
            "inputProperties": _SETTINGS,
        },
        "types": {_token(model): _object_type(model) for model in (WebhookEndpoint, ManagedWebhooks)},
        "resources": {CONFIGURATION_TYPE: _configuration(), WEBHOOK_TYPE: _webhook()},
        "functions": {GET_CONFIGURATION: _get_configuration()},
    }


def schema_text() -> str:
    """Return the schema as `schema.json` has it."""
    return json.dumps(package_schema(), indent=2, ensure_ascii=False) + "\n"


# No default comes from the environment by way of the schema: the engine would keep the credential in state.
_SETTINGS: Final[Json] = {
    "apiKeyId": {
        "type": "string",
        "description": "The API key id, sent in the header `sb-api-key-id`; it names the account. "
        "Else the environment variable `SENDBLUE_API_API_KEY` is read.",
    },
    "apiSecretKey": {
        "type": "string",
        "description": "The API secret key, sent in the header `sb-api-secret-key`. "
        "Else the environment variable `SENDBLUE_API_API_SECRET` is read.",
        "secret": True,
    },
    "baseUrl": {
        "type": "string",
        "description": "Where the API is: `https://`, or `http://` on this machine alone. "
        f"Else the environment variable `SENDBLUE_API_BASE_URL` is read; `{DEFAULT_BASE_URL}` if there is none.",
    },
    "timeoutSeconds": {
        "type": "number",
        "description": "The budget of one operation in seconds, its retries included: "
        f"above 0 and up to {MAX_TIMEOUT_SECONDS:.0f}, {DEFAULT_TIMEOUT_SECONDS:.0f} if left out.",
    },
}


def _configuration() -> Json:
    return {
        **_resource(CONFIGURATION_TYPE, WebhookConfiguration, examples.CONFIGURATION),
        "properties": {**_properties(WebhookConfiguration), **_properties(ConfigurationOutputOnly)},
        "required": _required(ConfigurationOutputOnly),
        "inputProperties": _properties(WebhookConfiguration),
    }


def _webhook() -> Json:
    inputs = _properties(Webhook)
    for name in (EVENT, URL):
        inputs[name]["willReplaceOnChanges"] = True
    required = _required(Webhook)
    return {
        **_resource(WEBHOOK_TYPE, Webhook, examples.WEBHOOK),
        "properties": {**inputs, **_properties(OutputOnly)},
        "required": [*required, *_required(OutputOnly)],
        "inputProperties": inputs,
        "requiredInputs": required,
    }


def _resource(resource_type: str, model: type[BaseModel], programs: str) -> Json:
    return {
        "description": f"{inspect.getdoc(model)}\n\n{programs}",
        "aliases": [{"type": dynamic_type(resource_type)}],
    }


def _get_configuration() -> Json:
    properties = {**_properties(WebhookConfiguration), **_properties(OutputOnly)}
    del properties[ALLOW_OVERWRITE]
    for spec in properties.values():
        # To read what is there is to declare nothing: nobody is to be told to use something else.
        spec.pop("deprecationMessage", None)
    return {
        "description": f"{GET_CONFIGURATION_TEXT}\n\n{examples.GET_CONFIGURATION}",
        "outputs": {"type": "object", "properties": properties, "required": _required(OutputOnly)},
    }


def _object_type(model: type[BaseModel]) -> Json:
    return {
        "description": inspect.getdoc(model),
        "type": "object",
        "properties": _properties(model),
        "required": _required(model),
    }


def _token(model: type[BaseModel]) -> str:
    return f"{NAME}:index:{model.__name__}"


def _required(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items() if field.is_required()]


def _properties(model: type[BaseModel]) -> Json:
    annotations = get_type_hints(model, include_extras=True)
    properties: Json = {}
    for name, field in model.model_fields.items():
        properties[field.alias or name] = made = {**_type(annotations[name]), "description": field.description}
        if _is_secret(annotations[name]):
            made["secret"] = True
        if field.deprecation_message:
            made["deprecationMessage"] = field.deprecation_message
    return properties


_PRIMITIVES: Final = {str: "string", bool: "boolean"}


def _type(annotation: Any) -> Json:
    """Write a model's annotation as a type of the schema.

    Raises:
        KeyError: the models use a type that this does not know.
    """
    annotation = _bare(annotation)
    arguments = get_args(annotation)
    match get_origin(annotation):
        case origin if origin in (Union, UnionType):
            # That a value may be left out is what `required` says.
            choices = [_type(choice) for choice in arguments if choice is not NoneType]
            return choices[0] if len(choices) == 1 else {"oneOf": choices}
        case origin if origin is list:
            return {"type": "array", "items": _type(arguments[0])}
        case origin if origin is dict:
            return {"type": "object", "additionalProperties": _type(arguments[1])}
    if issubclass(annotation, BaseModel):
        return {"$ref": f"#/types/{_token(annotation)}"}
    return {"type": _PRIMITIVES[annotation]}


def _bare(annotation: Any) -> Any:
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation


def _is_secret(annotation: Any) -> bool:
    choices = get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)
    return any(SECRET in get_args(choice) for choice in choices)
