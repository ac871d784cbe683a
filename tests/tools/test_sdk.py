"""The tools that keep the generated SDKs current and build them."""

from __future__ import annotations

import fnmatch
import json
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import coverage
import pytest

from tools import dynamic_sdk, sdk, sdk_builds
from tools.schema.package import package_schema

ROOT = Path(__file__).parents[2]


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


def test_equal_trees_have_no_differences() -> None:
    """What is committed as it is made is no matter."""
    assert "" == sdk.differences({"schema.json": "a\n"}, {"schema.json": "a\n"})


def test_differences_are_shown_with_what_to_do() -> None:
    """A changed, a new and a stale file each show, line by line, and the command that mends them is named."""
    committed = {"sdk/go/a.go": "same\nold\n", "sdk/go/stale.go": "gone\n", "sdk/go/c.go": "c\n"}
    made = {"sdk/go/a.go": "same\nnew\n", "sdk/go/fresh.go": "come\n", "sdk/go/c.go": "c\n"}

    lines = sdk.differences(committed, made).splitlines()

    assert lines[: lines.index("+new") + 1] == [
        "sdk/go/a.go differs",
        "--- committed",
        "+++ made anew",
        "@@ -1,2 +1,2 @@",
        " same",
        "-old",
        "+new",
    ]
    assert {"sdk/go/stale.go is not made any more", "-gone", "sdk/go/fresh.go is not committed", "+come"} < {*lines}
    assert not any("c.go" in line for line in lines)
    assert "`make sdk`" in lines[-1]


def test_an_empty_file_is_a_difference() -> None:
    """A marker like py.typed has no line to show, and is missed all the same."""
    assert "sdk/python/pulumi_sendblue/py.typed" in sdk.differences({}, {"sdk/python/pulumi_sendblue/py.typed": ""})


BY_HAND = sorted(name for name in sdk.HAND_WRITTEN if name.endswith(".py"))


@pytest.mark.parametrize("by_hand", BY_HAND)
def test_update_writes_and_removes(tmp_path: Path, by_hand: str) -> None:
    """An update leaves what is made, what is written by hand and what tools put there; a stale file goes."""
    litter = {"sdk/nodejs/node_modules/x/index.js": "x", "sdk/python/pulumi_sendblue/__pycache__/a.pyc": "x"}
    write(tmp_path, {"schema.json": "{}", by_hand: "mine", "sdk/go/stale.go": "old", "sdk/go/a.go": "old", **litter})
    made = {"schema.json": "{}", "sdk/go/a.go": "new", "sdk/nodejs/deep/index.ts": "new"}

    sdk.update(tmp_path, made)

    assert made == sdk.committed(tmp_path)
    assert "mine" == (tmp_path / by_hand).read_text()
    assert all((tmp_path / name).exists() for name in litter)
    assert not (tmp_path / "sdk/go/stale.go").exists()


def test_hand_written_files_are_there() -> None:
    """What the tools pass over exists: a renamed file would be taken for a stale one, and removed."""
    assert all((ROOT / name).is_file() for name in sdk.HAND_WRITTEN)


def test_what_is_written_by_hand_is_linted() -> None:
    """Of the Python package, ruff looks at what is written by hand and at nothing that is generated."""
    shown = sdk.run(sys.executable, "-m", "ruff", "check", "--show-files", "sdk").split()

    assert BY_HAND == sorted(Path(name).relative_to(ROOT).as_posix() for name in shown)


def test_what_is_written_by_hand_is_measured() -> None:
    """Coverage leaves out the generated files of the Python package, and no other ones."""
    omitted = coverage.Coverage(config_file=str(ROOT / "pyproject.toml")).get_option("run:omit")

    assert isinstance(omitted, list)
    there = sdk.source_files(ROOT / "sdk" / "python", ROOT)
    measured = [name for name in there if not any(fnmatch.fnmatch(name, str(pattern)) for pattern in omitted)]
    assert BY_HAND == sorted(name for name in measured if name.endswith(".py"))


@pytest.mark.parametrize("language", ["python", "typescript", "go", "yaml"])
def test_every_example_is_built(language: str) -> None:
    """What is documented has an example in each language, and that is the documentation's own text."""
    schema = package_schema()
    documented = {**schema["resources"], **schema["functions"]}

    examples = sdk_builds.examples(language)

    assert examples.keys() == {token.rpartition(":")[2] for token in documented}
    assert {"Webhook", "WebhookConfiguration", "getWebhookConfiguration"} == examples.keys()
    for token, spec in documented.items():
        program = examples[token.rpartition(":")[2]]
        assert program.strip()
        assert f"```{language}\n{program}```\n" in spec["description"]


def test_links_that_a_package_index_cannot_follow() -> None:
    """A link or image with an address of its own or within the page is right, and every other one is named."""
    page = """[a](docs/a.md#part) [b](https://example.com/b) [c](#part) ![d](d.png) <img src="e.svg"> <a href="#f">"""

    assert {"docs/a.md#part", "d.png", "e.svg"} == sdk_builds.relative_links(page)


def test_a_changed_dynamic_resource_is_a_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    """The check finds an edit in the generated resources of the dynamic SDK: a property that the models do not have."""
    edited = {**sdk.committed(ROOT), dynamic_sdk.FILE: "class Webhook: ...\n"}
    monkeypatch.setattr(sdk, "committed", lambda _root: edited)
    no_programs(monkeypatch, ci=False)

    assert 1 == sdk.main("check")


def test_a_new_property_reaches_the_dynamic_sdk() -> None:
    """A new property of a model is an argument, an input and an output of the dynamic resource, with its text."""
    schema = package_schema()
    for part in ("inputProperties", "properties"):
        schema["resources"]["sendblue:index:Webhook"][part]["isPaused"] = {"type": "boolean", "description": "Paused."}

    code = dynamic_sdk.code(schema)

    for line in (
        "        is_paused: pulumi.Input[bool | None] = None,",
        "            is_paused: Paused.",
        '            "is_paused": is_paused,',
        '    "is_paused": "isPaused",',
        '    "isPaused": "is_paused",',
        "    def is_paused(self) -> pulumi.Output[bool | None]:",
    ):
        assert 1 == code.count(f"\n{line}\n"), line


def no_programs(monkeypatch: pytest.MonkeyPatch, *, ci: bool) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    monkeypatch.setenv("CI", "true") if ci else monkeypatch.delenv("CI", raising=False)


@pytest.mark.parametrize(("ci", "code"), [(False, 0), (True, 1)])
@pytest.mark.parametrize(("build", "name"), [(sdk_builds.nodejs, "npm"), (sdk_builds.go, "go")])
def test_a_missing_language_is_skipped_except_in_ci(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], build: Any, name: str, *, ci: bool, code: int
) -> None:
    """A developer without Node.js or Go is told so and goes on; CI fails."""
    no_programs(monkeypatch, ci=ci)

    assert code == sdk_builds.attempt(build)
    said = capsys.readouterr().err
    assert f"There is no {name} on PATH: install" in said
    assert ("skipped" in said) is not ci


@pytest.mark.parametrize(("ci", "code"), [(False, 0), (True, 1)])
def test_without_go_what_needs_none_is_compared(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *, ci: bool, code: int
) -> None:
    """Without Go the check compares schema.json and the dynamic SDK's resources, and names them; CI fails."""
    no_programs(monkeypatch, ci=ci)

    assert code == sdk.main("check")
    captured = capsys.readouterr()
    assert "There is no go on PATH" in captured.err
    assert ("schema.json, sdk/python/pulumi_sendblue/_dynamic_resources.py" in captured.err) is not ci
    assert ("generated files: 2, all current" in captured.out) is not ci


def test_a_failing_program_says_what_it_printed() -> None:
    """The error has the command, its code and its output."""
    with pytest.raises(sdk.FailedError, match=r"`sh -c echo no; exit 3` ended with code 3:\nno\n"):
        sdk.run("sh", "-c", "echo no; exit 3")


@pytest.fixture(scope="module")
def generator(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The SDK generator."""
    go = shutil.which("go")
    if go is None and not sdk.in_ci():
        pytest.skip("there is no Go to build the generator with")
    path = tmp_path_factory.mktemp("sdkgen") / "sdkgen"
    sdk.run(str(go), "build", "-mod=readonly", "-buildvcs=false", "-o", str(path), "./sdkgen", folder=ROOT / "tools")
    return path


def with_property(name: str, spec: dict[str, Any]) -> dict[str, Any]:
    schema = package_schema()
    schema["types"]["sendblue:index:WebhookEndpoint"]["properties"][name] = spec
    return schema


@pytest.mark.parametrize(
    ("schema", "problem"),
    [
        (with_property("other", {"$ref": "#/types/sendblue:index:Nothing"}), "sendblue:index:Nothing"),
        (with_property("other", {"$ref": "#/resources/pulumi:providers:sendblue"}), "is deprecated, use '#/provider'"),
        ({**package_schema(), "colour": "red"}, 'unknown field "colour"'),
        ({"name": "sendblue", "resources": {"nonsense": {}}}, "nonsense"),
    ],
    ids=["error", "warning", "unknown", "token"],
)
def test_a_schema_that_does_not_bind_is_refused(
    generator: Path, tmp_path: Path, schema: dict[str, Any], problem: str
) -> None:
    """The generator names what is wrong with a schema, a mere warning too, and writes nothing."""
    (tmp_path / "schema.json").write_text(json.dumps(schema))

    with pytest.raises(sdk.FailedError, match=re.escape(problem)):
        sdk.run(str(generator), str(tmp_path / "schema.json"), str(tmp_path / "made"))

    assert not (tmp_path / "made").exists()


def test_which_packages_bring_the_plugin() -> None:
    """`pulumi install` fetches the plugin for Node.js and Go; the Python package's dynamic part does without it."""
    python, go = (
        json.loads((ROOT / "sdk" / name / "pulumi-plugin.json").read_text())
        for name in ("python/pulumi_sendblue", "go/sendblue")
    )
    nodejs = json.loads((ROOT / "sdk/nodejs/package.json").read_text())["pulumi"]

    assert (False, True, True) == (python["resource"], go["resource"], nodejs["resource"])
    assert {package_schema()["pluginDownloadURL"]} == {python["server"], go["server"], nodejs["server"]}
