"""The schema as it is shipped: committed, in the package, read by a bare Python, with examples that are right."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from sendblue_provider.package_schema import schema_bytes
from sendblue_provider.resources.inputs import (
    check_configuration,
    check_webhook,
)
from sendblue_provider.resources.names import (
    CONFIGURATION_TYPE,
    GET_CONFIGURATION,
    WEBHOOK_TYPE,
)
from tools.schema.package import package_schema

SCHEMA = package_schema()
ROOT = Path(__file__).parents[2]


def test_the_package_is_this_distribution() -> None:
    """The schema has the distribution's version, and names the releases of its own repository for downloads."""
    assert version("pulumi-sendblue") == SCHEMA["version"]
    assert {"kind/native", "category/utility"} <= {*SCHEMA["keywords"]}
    repository = SCHEMA["repository"].removeprefix("https://github.com/")
    assert f"github://api.github.com/{repository}" == SCHEMA["pluginDownloadURL"]
    # The generator for Java has no such option: it always writes the schema's version.
    assert {"java"} == {name for name, spec in SCHEMA["language"].items() if not spec.get("respectSchemaVersion")}


def test_the_committed_schema_is_this_one() -> None:
    """`schema.json` is what the generator prints, byte for byte; else run `make sdk`."""
    command = [sys.executable, "-m", "tools.schema"]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout

    assert (ROOT / "schema.json").read_bytes() == printed


def test_the_provider_has_the_committed_schema() -> None:
    """In a checkout the provider gives the top folder's `schema.json`, byte for byte."""
    assert (ROOT / "schema.json").read_bytes() == schema_bytes()


def test_an_installed_provider_has_its_own_schema(tmp_path: Path) -> None:
    """A package that was installed gives the file beside its modules: no other folder is read."""
    package = tmp_path / "sendblue_provider"
    package.mkdir()
    for name in ("__init__.py", "package_schema.py"):
        (package / name).write_bytes((ROOT / "provider" / "sendblue_provider" / name).read_bytes())
    code = "from sendblue_provider.package_schema import schema_bytes; print(schema_bytes())"
    command = [sys.executable, "-c", code]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}

    missing = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    (package / "schema.json").write_bytes(b"the package's own")
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)

    assert "FileNotFoundError" in missing.stderr
    assert 'b"the package\'s own"\n' == done.stdout


def test_the_schema_needs_nothing() -> None:
    """The plugin answers with the schema without loading the models, Pulumi's SDK or the HTTP client."""
    heavy = {"pulumi", "httpx", "pydantic", "tools"}
    code = f"import sys, sendblue_provider.package_schema as s; s.schema_bytes(); print({heavy} & sys.modules.keys())"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "set()" == done.stdout.strip()


LANGUAGES: Final = ("python", "typescript", "go", "yaml")


@pytest.mark.parametrize(("part", "token"), [(part, t) for part in ("resources", "functions") for t in SCHEMA[part]])
def test_there_is_an_example_in_each_language(part: str, token: str) -> None:
    """Each resource and function is shown in every language, in the form that the generators tell them apart by."""
    text = SCHEMA[part][token]["description"]

    assert [*LANGUAGES] == [name for name in re.findall(r"^```(\w+)$", text, re.MULTILINE) if name in LANGUAGES]
    assert text.index("{{% examples %}}") < text.index("{{% example %}}") < text.index("```python")
    assert text.index("```yaml") < text.index("{{% /example %}}") < text.index("{{% /examples %}}")
    assert "{{{" not in text


def test_how_to_import_is_told() -> None:
    """Each resource names the command that imports it, with the id that it has."""
    configuration, webhook = (SCHEMA["resources"][name]["description"] for name in (CONFIGURATION_TYPE, WEBHOOK_TYPE))

    assert "\npulumi import sendblue:index:WebhookConfiguration webhooks account\n" in configuration
    assert "\npulumi import sendblue:index:Webhook inbound receive:https://example.com/inbound\n" in webhook


def yaml_example(part: str, token: str) -> Any:
    text = SCHEMA[part][token]["description"]
    return yaml.safe_load(text.partition("```yaml\n")[2].partition("```")[0])


def test_the_yaml_examples_are_right() -> None:
    """The programs in the documentation declare what the provider accepts. `make sdk-check` builds the others."""
    program = yaml_example("resources", CONFIGURATION_TYPE)
    resource = program["resources"]["webhooks"]
    assert "sendblue:WebhookConfiguration" == resource["type"]
    assert [] == check_configuration(resource["properties"])
    assert {"auditSecret", "globalSecret"} == program["config"].keys()

    program = yaml_example("resources", WEBHOOK_TYPE)
    resource = program["resources"]["inbound"]
    assert "sendblue:Webhook" == resource["type"]
    assert [] == check_webhook(resource["properties"])
    assert {"inboundSecret"} == program["config"].keys()

    program = yaml_example("functions", GET_CONFIGURATION)
    assert {"function": "sendblue:getWebhookConfiguration"} == program["variables"]["live"]["fn::invoke"]
    name, _, output = program["outputs"]["receive"].strip("${}").partition(".")
    assert {name} == program["variables"].keys()
    assert output in SCHEMA["functions"][GET_CONFIGURATION]["outputs"]["properties"]
