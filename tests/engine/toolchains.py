"""What the tests of the examples build: under `build/engine`, and anew only when its sources change.

For each language a driver, which runs a program through that language's own Automation API; and what `pulumi import`
and YAML programs need of language hosts, since those come with the official CLI and not with one built with Go.
"""

from __future__ import annotations

import faulthandler
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
BUILD: Final = ROOT / "build" / "engine"
DRIVERS: Final = Path(__file__).parent / "drivers"
PROVIDER: Final = ROOT / "provider"
EXAMPLES: Final = ROOT / "examples"
NODE_SDK: Final = ROOT / "sdk" / "nodejs"
GO_SDK: Final = ROOT / "sdk" / "go"

BUILD_SECONDS: Final = 900
GO_SDK_MODULE: Final = "github.com/pulumi-sendblue/pulumi-sendblue/sdk/go"
YAML_HOST: Final = "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml@v1.25.0"

Driver = list[str]
"""A command, to which a stack, a command of the engine and its options are added."""


def python_driver(program: Path) -> Driver:
    """Return the driver of a Python program."""
    return [sys.executable, str(DRIVERS / "python" / "driver.py"), str(program)]


def yaml_driver(_program: Path) -> Driver:
    """Return the driver of the program that is in the project's own Pulumi.yaml."""
    return [sys.executable, str(DRIVERS / "python" / "driver.py"), ""]


def nodejs_driver(program: Path) -> Driver:
    """Compile a TypeScript program in the example's package, and return its driver."""
    node, npm = need("node"), need("npm")
    root, example, driver = BUILD / "nodejs", EXAMPLES / "typescript", DRIVERS / "nodejs"
    sdk = [path for path in NODE_SDK.rglob("*") if path.is_file() and not {"node_modules", "bin"} & set(path.parts)]
    compiled = root / "programs" / program.parent.name

    def install() -> None:
        shutil.rmtree(root)
        # The SDK as it would be published: the package is what tsc makes, and a package.json.
        for source, folder in ((NODE_SDK, "sdk/bin"), (example, "example"), (driver, ".")):
            copy(source / "package.json", root / folder)
        run(root, npm, "install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts")

    def compile_sdk() -> None:
        for path in sdk:
            copy(path, (root / "sdk" / path.relative_to(NODE_SDK)).parent)
        run(root, npm, "exec", "--", "tsc", "-p", "sdk")

    def compile_driver() -> None:
        copy(driver / "driver.ts", root)
        copy(driver / "tsconfig.json", root)
        run(root, npm, "exec", "--", "tsc")

    def compile_program() -> None:
        copy(example / "tsconfig.json", compiled)
        shutil.copy(program, compiled / "index.ts")
        run(root, npm, "exec", "--", "tsc", "-p", str(compiled))

    once(root, [folder / "package.json" for folder in (NODE_SDK, example, driver)], install)
    once(root / "sdk", sdk, compile_sdk)
    once(root / "driver", [driver / "driver.ts", driver / "tsconfig.json"], compile_driver)
    once(compiled, [*sdk, example / "tsconfig.json", program], compile_program)
    return [node, str(root / "driver.js"), str(compiled / "bin" / "index.js")]


def go_driver(program: Path) -> Driver:
    """Compile a Go program in the example's module, together with its driver."""
    go = need("go")
    folder = BUILD / "go" / program.parent.name
    module, driver = EXAMPLES / "go" / "go.mod", DRIVERS / "go" / "driver_test.go"

    def build() -> None:
        copy(module, folder)
        copy(driver, folder)
        shutil.copy(program, folder / "main.go")
        run(folder, go, "mod", "edit", "-replace", f"{GO_SDK_MODULE}={GO_SDK}")
        run(folder, go, "mod", "tidy")
        run(folder, go, "test", "-c", "-o", "driver")

    once(folder, [*GO_SDK.rglob("*.go"), GO_SDK / "go.mod", module, driver, program], build)
    return [str(folder / "driver")]


def code_generators() -> Path:
    """Return a folder with what `pulumi import` needs of the language hosts of Go, Node and Python."""
    go = need("go")
    folder, source, tools = BUILD / "codegen", DRIVERS / "codegen" / "main.go", ROOT / "tools"

    def build() -> None:
        # With the versions that tools/go.mod pins, which the SDKs are generated with.
        run(tools, go, "build", "-mod=readonly", "-buildvcs=false", "-o", str(folder / "codegen"), str(source))
        for language in ("go", "nodejs", "python"):
            link = folder / f"pulumi-language-{language}"
            link.unlink(missing_ok=True)
            link.symlink_to("codegen")

    once(folder, [source, tools / "go.mod"], build)
    return folder


def yaml_host() -> Path:
    """Return the folder of YAML's language host: of the one on PATH, or else of one built from its module."""
    found = shutil.which("pulumi-language-yaml")
    if found is not None:
        return Path(found).parent
    go = need("go", "to build pulumi-language-yaml, which is not on PATH either")
    folder = BUILD / YAML_HOST.rpartition("/")[2]
    once(folder, [], lambda: run(BUILD, go, "install", YAML_HOST, GOBIN=str(folder)))
    return folder


def plugin_archive() -> Path:
    """Return the archive of the plugin for this machine, as `make plugin` builds it."""
    folder, tools = BUILD / "plugin", [ROOT / "tools" / f"{name}.py" for name in ("plugin_archive", "notices", "sdk")]
    provider = [path for path in PROVIDER.rglob("*.py") if "venv" not in path.relative_to(PROVIDER).parts]
    sources = [*provider, *tools, ROOT / "schema.json", ROOT / "pyproject.toml", ROOT / "constraints.txt"]

    def build() -> None:
        for archive in folder.glob("*.tar.gz"):
            archive.unlink()
        run(ROOT, sys.executable, "-m", "tools.plugin_archive", str(folder))

    once(folder, sources, build)
    (archive,) = folder.glob("*.tar.gz")
    return archive


def need(program: str, why: str = "") -> str:
    """Return where a program is; skip the test if it is not on PATH."""
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not on PATH {why}".rstrip())
    return found


def once(folder: Path, sources: Iterable[Path], make: Callable[[], None]) -> None:
    """Make what is in a folder, unless it was made of the same sources before."""
    digest = hashlib.sha256()
    for name, content in sorted((source.name, source.read_bytes()) for source in sources):
        digest.update(f"{name} {len(content)}\n".encode() + content)
    BUILD.mkdir(parents=True, exist_ok=True)
    stamp = folder / ".made"
    with (BUILD / f".lock-{'-'.join(folder.relative_to(BUILD).parts)}").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # of two workers, and of two runs in one checkout, one makes it
        if stamp.exists() and stamp.read_text() == digest.hexdigest():
            return
        folder.mkdir(parents=True, exist_ok=True)
        stamp.unlink(missing_ok=True)
        # The first time, with modules to fetch, it may take longer than pytest gives a test.
        faulthandler.cancel_dump_traceback_later()
        make()
        stamp.write_text(digest.hexdigest())


def copy(source: Path, folder: Path) -> None:
    """Copy a file into a folder, which is made if it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, folder)


def run(folder: Path, *command: str, **environment: str) -> None:
    """Run a command that has to succeed."""
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "GOWORK": "off", **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=BUILD_SECONDS,
        check=False,
    )
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}"
