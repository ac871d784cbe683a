"""The YAML example against the package schema: YAML has no SDK whose types would tell a mistake."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "yaml" / "Pulumi.yaml"
WEBHOOK_EXAMPLE = ROOT / "examples" / "yaml-webhook" / "Pulumi.yaml"
SCHEMA = json.loads((ROOT / "schema.json").read_text())

PYTHON_TYPES: dict[str, list[type]] = {
    "string": [str],
    "boolean": [bool],
    "number": [int, float],
    "array": [list],
    "object": [dict],
}
REFERENCE = re.compile(r"\$\{(\w+)(?:\.(\w+)(?:\[\d+\])*)?\}")

Value = Any
Spec = dict[str, Any]
"""What a schema says of a value, a type or a resource."""


class Checker:
    """Tells what in a YAML program does not fit the schema, each with its path."""

    def __init__(self, template: dict[str, Any]) -> None:
        self.template = template

    def problems(self) -> Iterator[str]:
        """Check the resources and the outputs."""
        for name, resource in self.template["resources"].items():
            spec = self._resource(name)
            if spec:
                inputs = {"properties": spec["inputProperties"], "required": spec.get("requiredInputs", [])}
                yield from self._of_fields(name, resource["properties"], inputs)
            else:
                yield f"{name}: there is no resource {resource['type']}"
        for name, value in self.template["outputs"].items():
            yield from self._of_reference(f"outputs.{name}", value, {})

    def _resource(self, name: str) -> Spec:
        package, _, kind = self.template["resources"][name]["type"].rpartition(":")
        spec: Spec = SCHEMA["resources"].get(f"{package}:index:{kind}", {})
        return spec

    def _of_fields(self, path: str, values: dict[str, Value], spec: Spec) -> Iterator[str]:
        for name in spec.get("required", []):
            if name not in values:
                yield f"{path}.{name}: is required"
        for name, value in values.items():
            known = spec["properties"].get(name, spec.get("additionalProperties"))
            yield from self._of_value(f"{path}.{name}", value, known) if known else [f"{path}.{name}: is not known"]

    def _of_value(self, path: str, value: Value, spec: Spec) -> Iterator[str]:
        if "oneOf" in spec:
            found = [list(self._of_value(path, value, choice)) for choice in spec["oneOf"]]
            yield from found[-1] if all(found) else []
        elif "$ref" in spec:
            yield from self._of_value(path, value, SCHEMA["types"][spec["$ref"].removeprefix("#/types/")])
        elif isinstance(value, str) and "${" in value:
            yield from self._of_reference(path, value, spec)
        elif spec.get("secret"):
            yield f"{path}: a secret stands in the clear"
        elif type(value) not in PYTHON_TYPES[spec["type"]]:
            yield f"{path}: {value!r} is not of type {spec['type']}"
        elif isinstance(value, list):
            for index, item in enumerate(value):
                yield from self._of_value(f"{path}[{index}]", item, spec["items"])
        elif isinstance(value, dict):
            yield from self._of_fields(path, value, {"properties": {}, **spec})

    def _of_reference(self, path: str, value: str, spec: Spec) -> Iterator[str]:
        match = REFERENCE.fullmatch(value)
        name, output = match.groups() if match else ("", None)
        if output is not None and name in self.template["resources"]:
            if output not in self._resource(name).get("properties", {}):
                yield f"{path}: {name} has no output {output}"
        elif output is not None and name in self.template.get("variables", {}):
            function = self.template["variables"][name]["fn::invoke"]["function"].replace(":", ":index:")
            if output not in SCHEMA["functions"][function]["outputs"]["properties"]:
                yield f"{path}: {function} returns no {output}"
        elif output is None and name in self.template["config"]:
            setting = self.template["config"][name]
            if setting["type"] != spec.get("type", setting["type"]):
                yield f"{path}: {value} is not of type {spec['type']}"
            if spec.get("secret") and not setting.get("secret"):
                yield f"{path}: {value} is not a secret"
        else:
            yield f"{path}: {value} refers to nothing"


@pytest.mark.parametrize("example", [EXAMPLE, WEBHOOK_EXAMPLE], ids=lambda path: path.parent.name)
def test_the_example_fits(example: Path) -> None:
    """Each property of a YAML example is in the schema, of the right type, and none that is required is missing."""
    assert [] == list(Checker(yaml.safe_load(example.read_text())).problems())


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ("type: sendblue:WebhookConfiguration", "type: sendblue:Webhooks", "webhooks: there is no resource"),
        ("callLog:\n        -", "callLogs:\n        -", "webhooks.callLogs: is not known"),
        ("- url: ", "- uri: ", "webhooks.receive[1].url: is required"),
        ("- url: ", "- uri: ", "webhooks.receive[1].uri: is not known"),
        (
            '["+15551234567"]',
            '"+15551234567"',
            "webhooks.receive[1].sendblueNumbers: '+15551234567' is not of type array",
        ),
        ('"+15551234567"', "+15551234567", "webhooks.receive[1].sendblueNumbers[0]: 15551234567 is not of type string"),
        (
            "callLog:\n        - ",
            "callLog: ",
            "webhooks.callLog: 'https://hooks.example.com/calls' is not of type array",
        ),
        ("secret: ${supportSecret}", "secret: hush", "webhooks.receive[1].secret: a secret stands in the clear"),
        (
            "globalSecret: ${globalSecret}",
            "globalSecret: ${global}",
            "webhooks.globalSecret: ${global} refers to nothing",
        ),
        ("${webhooks.callLog}", "${webhooks.calls}", "outputs.callLog: webhooks has no output calls"),
        ("    secret: true", "    secret: false", "webhooks.globalSecret: ${globalSecret} is not a secret"),
        ("    type: string", "    type: integer", "webhooks.globalSecret: ${globalSecret} is not of type string"),
    ],
)
def test_a_mistake_is_told(before: str, after: str, problem: str) -> None:
    """The check has teeth: what is changed in the example to something that the schema does not have is told."""
    text = EXAMPLE.read_text()
    assert before in text
    found = list(Checker(yaml.safe_load(text.replace(before, after))).problems())
    assert [line for line in found if line.startswith(problem)], found
