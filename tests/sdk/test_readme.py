"""The programs of the pages in several languages are those of the schema, which `make sdk-check` builds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from tools.schema.package import package_schema
from tools.sdk_builds import examples

ROOT = Path(__file__).parents[2]
LANGUAGES = ("typescript", "python", "go", "yaml")


def blocks(page: str, language: str) -> list[str]:
    """Return the code blocks of a page in a language."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def test_the_typescript_of_the_readme() -> None:
    """The README's TypeScript program is that of the schema."""
    assert [examples("typescript")["WebhookConfiguration"]] == blocks("README.md", "typescript")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_programs_of_the_registrys_page(language: str) -> None:
    """`docs/_index.md` has every program of the schema; in YAML a project's name and runtime are before it."""
    programs = blocks("docs/_index.md", language)

    if language == "yaml":
        programs = [re.sub(r"\Aname: [a-z-]+\nruntime: yaml\n", "", program) for program in programs]
    assert list(examples(language).values()) == programs


@pytest.mark.parametrize("page", ["docs/_index.md", "docs/installation-configuration.md"])
def test_what_the_registry_reads(page: str) -> None:
    """The registry's pages begin with its front matter, and each chooser has each of its languages once."""
    text = (ROOT / page).read_text(encoding="utf-8")

    assert re.match(r"---\ntitle: .+\nmeta_desc: .+\nlayout: package\n---\n", text)
    chooser = r"^{{< chooser language \"(.+?)\" >}}$(.*?)^{{< /chooser >}}$"
    choosers = re.findall(chooser, text, re.MULTILINE | re.DOTALL)
    assert len(choosers) == text.count("{{< chooser")
    for languages, body in choosers:
        assert languages.split(",") == re.findall(r"^{{% choosable language (\w+) %}}$", body, re.MULTILINE)
        assert body.count("{{% /choosable %}}") == len(languages.split(","))


def test_the_yaml_of_the_readme() -> None:
    """The README's YAML declares a resource of the schema, with properties that it has."""
    (program,) = blocks("README.md", "yaml")
    (resource,) = yaml.safe_load(program)["resources"].values()
    schema = package_schema()["resources"]["sendblue:index:WebhookConfiguration"]

    assert "sendblue:WebhookConfiguration" == resource["type"]
    assert resource["properties"].keys() <= schema["inputProperties"].keys()
