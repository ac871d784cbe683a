"""The Pulumi package schema: the contract that every SDK is generated from.

It is made from the models that the provider checks with, so that a property has its type and its text in one place.
`python -m sendblue_provider.schema` prints it; `make schema` keeps `schema.json` equal to that.
"""

from __future__ import annotations

import inspect
import json
import sys
from importlib.metadata import version
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from .inputs import SECRET, WebhookConfiguration, WebhookEndpoint
from .model import DYNAMIC_TYPE, RESOURCE_TYPE
from .settings import DEFAULT_BASE_URL, DEFAULT_TIMEOUT_SECONDS, MAX_TIMEOUT_SECONDS

Json = dict[str, Any]

NAME: Final = "sendblue"

_REPOSITORY: Final = "https://github.com/pulumi-sendblue/pulumi-sendblue"
_GO_MODULE: Final = "github.com/pulumi-sendblue/pulumi-sendblue/sdk/go"
_LOWEST_SDK: Final = "3.231.0"
# Before it, the keys of a dict that may also be a string were not translated. As pyproject.toml has it.
_LOWEST_PYTHON_SDK: Final = "3.262.0"


class ManagedWebhooks(BaseModel):
    """What this stack put on the account at its last create or update: what destroy removes."""

    events: dict[str, list[str]] = Field(description="Event name, as the API spells it, to URLs.")
    secrets: list[str] = Field(description="Names of account secrets.")


class OutputOnly(BaseModel):
    """What only the provider knows."""

    model_config = ConfigDict(alias_generator=to_camel)

    secrets_readable: bool = Field(
        description="Whether the API shows the secrets that it was given, and so whether drift in them can be seen."
    )
    managed: Annotated[ManagedWebhooks, SECRET] = Field(
        description="What this stack put on the account, which is what destroy removes: `events` (event name to URLs) "
        "and `secrets` (names of account secrets). A secret as a whole, since a URL can carry a token."
    )


def package_schema() -> Json:
    """Return the schema, as `GetSchema` of the plugin gives it.

    Raises:
        importlib.metadata.PackageNotFoundError: the distribution, whose version is the schema's, is not installed.
    """
    return {
        "name": NAME,
        "displayName": "Sendblue",
        "version": version("pulumi-sendblue"),
        "description": "Manage a Sendblue account's webhooks: previewed, watched for drift, never clobbered by "
        "accident.",
        "keywords": ["pulumi", "sendblue", "webhooks", "imessage", "sms", "category/utility", "kind/native"],
        "homepage": _REPOSITORY,
        "repository": _REPOSITORY,
        "license": "Apache-2.0",
        "publisher": "The pulumi-sendblue authors",
        "language": _LANGUAGES,
        "config": {"variables": _SETTINGS},
        "provider": {
            "description": "A Sendblue account, by its API key pair. What is left out here is looked for in the "
            "environment at every run, and is not kept in state.",
            "inputProperties": _SETTINGS,
        },
        "types": {_token(model): _object_type(model) for model in (WebhookEndpoint, ManagedWebhooks)},
        "resources": {RESOURCE_TYPE: _resource()},
    }


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

_LANGUAGES: Final[Json] = {
    "python": {
        "packageName": "pulumi_sendblue",
        "requires": {"pulumi": f">={_LOWEST_PYTHON_SDK},<4.0.0"},
        "pythonRequires": ">=3.10",
        "inputTypes": "classes-and-dicts",
        "pyproject": {"enabled": True},
        "respectSchemaVersion": True,
    },
    "nodejs": {
        "packageName": "pulumi-sendblue",
        "packageDescription": "Manage a Sendblue account's webhooks with Pulumi.",
        "dependencies": {"@pulumi/pulumi": f"^{_LOWEST_SDK}"},
        "devDependencies": {"@types/node": "^20.0.0"},
        "typescriptVersion": "^5.0.0",
        "respectSchemaVersion": True,
    },
    "go": {
        "importBasePath": f"{_GO_MODULE}/{NAME}",
        "modulePath": _GO_MODULE,
        "generateResourceContainerTypes": False,
        "respectSchemaVersion": True,
    },
}


def _resource() -> Json:
    inputs = _properties(WebhookConfiguration)
    return {
        "description": f"{inspect.getdoc(WebhookConfiguration)}\n\n{_EXAMPLES}",
        "properties": {**inputs, **_properties(OutputOnly)},
        "required": _required(OutputOnly),
        "inputProperties": inputs,
        "aliases": [{"type": DYNAMIC_TYPE}],
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
        if SECRET in get_args(annotations[name]):
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
            # Every value may be left out, which `required` says, or not be known yet, which each SDK allows for.
            choices = [_type(choice) for choice in arguments if _bare(choice) not in (NoneType, Any)]
            return choices[0] if len(choices) == 1 else {"oneOf": choices}
        case origin if origin is list:
            return {"type": "array", "items": _type(arguments[0])}
        case origin if origin is dict:
            return {"type": "object", "additionalProperties": _type(arguments[1])}
    if issubclass(annotation, BaseModel):
        return {"$ref": f"#/types/{_token(annotation)}"}
    return {"type": _PRIMITIVES[annotation]}


def _bare(annotation: Any) -> Any:
    return _bare(get_args(annotation)[0]) if get_origin(annotation) is Annotated else annotation


# In the form that Pulumi's generators and registry read: each SDK gets its own language's. `make sdk-check` builds it.
_EXAMPLES: Final = """\
{{% examples %}}
## Example Usage

{{% example %}}

```python
import pulumi
import pulumi_sendblue as sendblue

config = pulumi.Config()
webhooks = sendblue.WebhookConfiguration(
    "webhooks",
    receive=[
        "https://example.com/inbound",
        sendblue.WebhookEndpointArgs(url="https://example.com/audit", secret=config.require_secret("auditSecret")),
    ],
    call_log=["https://example.com/calls"],
    global_secret=config.require_secret("globalSecret"),
)
```

```typescript
import * as pulumi from "@pulumi/pulumi";
import * as sendblue from "pulumi-sendblue";

const config = new pulumi.Config();
const webhooks = new sendblue.WebhookConfiguration("webhooks", {
    receive: [
        "https://example.com/inbound",
        { url: "https://example.com/audit", secret: config.requireSecret("auditSecret") },
    ],
    callLog: ["https://example.com/calls"],
    globalSecret: config.requireSecret("globalSecret"),
});
```

```go
package main

import (
	"github.com/pulumi-sendblue/pulumi-sendblue/sdk/go/sendblue"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		settings := config.New(ctx, "")
		_, err := sendblue.NewWebhookConfiguration(ctx, "webhooks", &sendblue.WebhookConfigurationArgs{
			Receive: pulumi.Array{
				pulumi.String("https://example.com/inbound"),
				sendblue.WebhookEndpointArgs{
					Url:    pulumi.String("https://example.com/audit"),
					Secret: settings.RequireSecret("auditSecret"),
				},
			},
			CallLog:      pulumi.Array{pulumi.String("https://example.com/calls")},
			GlobalSecret: settings.RequireSecret("globalSecret"),
		})
		return err
	})
}
```

```yaml
config:
  auditSecret:
    type: string
    secret: true
  globalSecret:
    type: string
    secret: true
resources:
  webhooks:
    type: sendblue:WebhookConfiguration
    properties:
      receive:
        - https://example.com/inbound
        - url: https://example.com/audit
          secret: ${auditSecret}
      callLog:
        - https://example.com/calls
      globalSecret: ${globalSecret}
```

{{% /example %}}
{{% /examples %}}

## Import

The id is always `account`:

```sh
pulumi import sendblue:index:WebhookConfiguration webhooks account
```

It prints a program that declares what is on the account, its secrets in the clear.
"""


if __name__ == "__main__":
    json.dump(package_schema(), sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")
