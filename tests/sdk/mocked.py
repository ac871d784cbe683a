"""Run a program with Pulumi's mocks and print what it asks of the engine and what it reads: two lines of JSON.

The program is a file that declares one resource, and may leave a further output in `attributes`. It takes a process of
its own: the SDK's mocks are one a process.
"""

from __future__ import annotations

import json
import runpy
import sys
from typing import Any

import pulumi
from pulumi.runtime import rpc
from pulumi.runtime.mocks import MockMonitor
from pydantic.alias_generators import to_snake

from sendblue_provider.package_schema import schema_bytes

MANAGED = {"events": {"call_log": ["https://example.com/e"]}, "secrets": ["globalSecret"]}
RESOURCES = json.loads(schema_bytes())["resources"]


class Mocks(pulumi.runtime.Mocks):
    """An engine whose every resource comes out as it went in."""

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        """Return the inputs, and what only the provider knows."""
        return "id", {**args.inputs, "secretsReadable": True, "managed": MANAGED}

    def call(self, args: pulumi.runtime.MockCallArgs) -> Any:
        """Refuse: there is no function to call."""
        raise NotImplementedError(args.token)


class Monitor(MockMonitor):
    """Tells what is asked of it."""

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - the protocol's name
        """Print the request."""
        if request.type != "pulumi:pulumi:Stack":
            inputs = rpc.deserialize_properties(request.object)
            inputs.pop("__provider", None)
            asked = {
                "type": request.type,
                "version": request.version,
                "aliases": [[alias.spec.type, alias.spec.name] for alias in request.aliases],
                "inputs": plain(inputs),
            }
            print(json.dumps(asked))  # noqa: T201
        return super().RegisterResource(request)  # type: ignore[no-untyped-call]


def plain(value: Any) -> Any:
    """Take off the marks of secrets."""
    if rpc.is_rpc_secret(value):
        return plain(rpc.unwrap_rpc_secret(value))
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def run(program: str) -> pulumi.Output[None]:
    """Run the program and print its outputs, each by its Python name."""
    left = runpy.run_path(program)
    (resource,) = (value for value in left.values() if isinstance(value, pulumi.CustomResource))
    properties = RESOURCES[f"sendblue:index:{type(resource).__name__}"]["properties"]
    # The mere reading of a deprecated one prints that it is.
    names = [to_snake(name) for name, spec in properties.items() if "deprecationMessage" not in spec]
    read = pulumi.Output.all(**{name: getattr(resource, name) for name in names}, attributes=left.get("attributes"))
    return read.apply(json.dumps).apply(print)


if __name__ == "__main__":
    pulumi.runtime.set_mocks(Mocks(), monitor=Monitor(Mocks()))
    pulumi.runtime.test(run)(sys.argv[1])  # type: ignore[no-untyped-call]
