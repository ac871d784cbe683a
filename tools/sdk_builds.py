"""Build every SDK as its users get it: the wheel, the npm package and the Go module. Nothing is published.

`python -m tools.sdk_builds`, which `make sdk-check` runs. What is made goes under `build/`: `build/wheel` and
`build/npm/bin` hold the packages. The package registries are asked for what is in no cache yet. A language whose tools
are not on this machine is skipped, except in CI (the variable `CI` is set), where that is an error.
"""

from __future__ import annotations

import filecmp
import re
import shutil
import sys
import zipfile
from collections.abc import Callable
from importlib.metadata import distribution
from pathlib import Path
from typing import Final

from .schema.package import package_schema
from .sdk import NOT_SOURCE, ROOT, FailedError, MissingError, in_ci, program, run, source_files

BUILD: Final = ROOT / "build"
SOURCES: Final = ("provider/sendblue_provider", "provider/sendblue_emulator", "sdk/python/pulumi_sendblue")
NPM: Final = ("npm", "Node.js with npm from https://nodejs.org/")
GO: Final = ("go", "Go from https://go.dev/dl/")


def main() -> int:
    """Build all and return the exit code."""
    return max([attempt(build) for build in (python, nodejs, go)])


def attempt(build: Callable[[], str]) -> int:
    """Build one, say how it went, and return the exit code."""
    try:
        print(f"{build.__name__}: {build()}")
    except MissingError as error:
        print(f"{build.__name__}: {'' if in_ci() else 'skipped. '}{error}", file=sys.stderr)
        return int(in_ci())
    except FailedError as error:
        print(f"{build.__name__}: {error}", file=sys.stderr)
        return 1
    return 0


def python() -> str:
    """Build the wheel and look into it.

    Raises:
        FailedError: it does not build, or holds something else than the source folders and the console scripts.
    """
    folder = emptied(BUILD / "wheel")
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT))
    (wheel,) = folder.iterdir()
    with zipfile.ZipFile(wheel) as archive:
        metadata = {name.partition("/")[2]: name for name in archive.namelist() if ".dist-info/" in name}
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
        page = archive.read(metadata["METADATA"]).decode()
        scripts = archive.read(metadata["entry_points.txt"]).decode() if "entry_points.txt" in metadata else ""
        archive.extractall(folder / "unpacked")
    same("in the wheel", held, "in the checkout", packaged())
    expected = {f"{point.name} = {point.value}" for point in distribution("pulumi-sendblue").entry_points}
    same("in the wheel", {line for line in scripts.splitlines() if "=" in line}, "in pyproject.toml", expected)
    same("in the package's page", relative_links(page), "expected", set())
    # What `pip install` would put there has to work from there.
    code = (
        "import pulumi_sendblue as s, pulumi_sendblue.dynamic; print(s.__file__, s._utilities.get_version()); "
        "from sendblue_provider.package_schema import schema_bytes; schema_bytes()"
    )
    printed = run(sys.executable, "-c", code, environment={"PYTHONPATH": str(folder / "unpacked")}).split()
    same("imported", set(printed), "built", {str(folder / "unpacked" / "pulumi_sendblue" / "__init__.py"), version()})
    return f"{wheel.name} holds the {len(held)} files of the checkout"


def nodejs() -> str:
    """Compile the npm package, load it, and compile the documentation's examples against it.

    Raises:
        FailedError: a step fails.
        MissingError: there is no npm.
    """
    npm = program(*NPM)
    folder = BUILD / "npm"
    source = ROOT / "sdk" / "nodejs"
    folder.mkdir(parents=True, exist_ok=True)
    wanted, installed = source / "package.json", folder / "node_modules" / ".installed-for.json"
    for path in folder.iterdir():  # but what npm installed stays: that is most of the time
        if path.name != "node_modules":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns(*NOT_SOURCE), dirs_exist_ok=True)
    if not installed.exists() or not filecmp.cmp(wanted, installed, shallow=False):
        shutil.rmtree(folder / "node_modules", ignore_errors=True)
        run(npm, "install", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error", folder=folder)
        shutil.copyfile(wanted, installed)
    tsc = str(folder / "node_modules" / ".bin" / "tsc")
    run(tsc, folder=folder)
    # Pulumi's npm packages are published from this folder: the compiled code looks for package.json beside itself.
    for path in (folder / "package.json", folder / "README.md", ROOT / "LICENSE"):
        shutil.copyfile(path, folder / "bin" / path.name)
    same("in the README", relative_links((folder / "README.md").read_text(encoding="utf-8")), "expected", set())
    link = folder / "node_modules" / "pulumi-sendblue"
    link.unlink(missing_ok=True)
    link.symlink_to(folder / "bin", target_is_directory=True)
    documented = examples("typescript")
    script = f"const s = require('pulumi-sendblue'); for (const n of {[*documented]}) console.log(typeof s[n]); "
    script += "console.log(require('pulumi-sendblue/utilities').getVersion())"
    same("loaded", set(run("node", "-e", script, folder=folder).split()), "built", {"function", version()})
    programs = {f"example-{name}.ts": text for name, text in documented.items()}
    for name, text in programs.items():
        (folder / name).write_text(text, encoding="utf-8")
    options = ("--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "--types", "node")
    run(tsc, *options, *programs, folder=folder)
    built = f"build/npm/bin is pulumi-sendblue {version()}"
    return f"{built}, and the documentation's {len(programs)} examples compile with it"


def go() -> str:
    """Build and vet the Go module, and the documentation's examples in a module of their own.

    Raises:
        FailedError: a step fails.
        MissingError: there is no Go.
    """
    command = program(*GO)
    module = ROOT / "sdk" / "go"
    run(command, "build", "./...", folder=module)
    run(command, "vet", "./...", folder=module)
    user = emptied(BUILD / "go-example")
    required = (module / "go.mod").read_text(encoding="utf-8")
    path = re.findall(r"^module (\S+)$", required, re.MULTILINE)[0]
    lines = (required.replace(path, "example", 1), f"require {path} v0.0.0", f"replace {path} => {module}", "")
    (user / "go.mod").write_text("\n".join(lines), encoding="utf-8")
    shutil.copyfile(module / "go.sum", user / "go.sum")
    programs = examples("go")
    for name, text in programs.items():
        (user / name).mkdir()
        (user / name / "main.go").write_text(text, encoding="utf-8")
    run(command, "vet", "./...", folder=user)
    return f"{path} builds, and the documentation's {len(programs)} examples with it"


def relative_links(text: str) -> set[str]:
    """Return the targets of a page's links and images that lead nowhere outside of the checkout."""
    targets = re.findall(r"\]\(([^)\s]+)|\b(?:src|href)=\"([^\"]+)", text)
    return {target for target in map("".join, targets) if not target.startswith(("https://", "http://", "#"))}


def version() -> str:
    """Return the distribution's version."""
    return distribution("pulumi-sendblue").version


def examples(language: str) -> dict[str, str]:
    """Return the programs that the documentation gives in a language, by what each is about, such as `Webhook`."""
    schema = package_schema()
    documented = {**schema["resources"], **schema["functions"]}
    return {
        token.rpartition(":")[2]: str(spec["description"]).partition(f"```{language}\n")[2].partition("```")[0]
        for token, spec in documented.items()
    }


def packaged() -> set[str]:
    """Return the files that the wheel is to hold, as it names them."""
    folders = [ROOT / source for source in SOURCES]
    names = {name for folder in folders for name in source_files(folder, folder.parent)}
    return {*names, "sendblue_provider/schema.json"}


def same(where: str, found: set[str], there: str, expected: set[str]) -> None:
    """Raise `FailedError` unless the two sets are equal, and say what is only in one of them."""
    if found != expected:
        raise FailedError(
            f"only {where}: {', '.join(sorted(found - expected)) or 'nothing'}; "
            f"only {there}: {', '.join(sorted(expected - found)) or 'nothing'}"
        )


def emptied(folder: Path) -> Path:
    """Return the folder, made anew."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


if __name__ == "__main__":
    sys.exit(main())
