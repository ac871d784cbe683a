"""Find the Pulumi CLI, or install it, and print the folder that holds it.

The folder has `pulumi` in it and, beside it or on PATH, the dynamic provider's launcher. It is the only thing on
standard output, so that a Makefile can put it at the front of PATH; progress goes to standard error.

Looked for in this order: PATH, the copy of an earlier run in the user's cache folder, Pulumi's official installer,
and a build with Go from the modules that `go.mod` beside this script pins. For Linux and macOS.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MINIMUM = (3, 231, 0)  # as the oldest SDK of any language that tools/schema names
LAUNCHER = "pulumi-resource-pulumi-python"
TOOLS = Path(__file__).resolve().parent
SDK_MODULE = "github.com/pulumi/pulumi/sdk/v3"
CLI_PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
CONNECT_SECONDS = 15

Version = tuple[int, int, int]


class UnavailableError(Exception):
    """One way to the CLI does not work here; the text says why."""


def main() -> int:
    """Print the folder and return the exit code."""
    try:
        print(find())
    except UnavailableError as error:
        say(str(error))
        return 1
    except (OSError, RuntimeError) as error:  # RuntimeError: no home folder can be told
        say(f"The Pulumi CLI's cache folder cannot be used: {error}")
        say("Set XDG_CACHE_HOME to a folder that can be written.")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def find() -> Path:
    """Return the folder of a CLI that is there already, or else install one."""
    try:
        return on_path()
    except UnavailableError as error:
        why_not_path = str(error)

    root = cache_root()
    if is_whole(root):
        return root / "bin"
    root.parent.mkdir(parents=True, exist_ok=True)
    with locked(root.with_name(f"{root.name}.lock")):
        if not is_whole(root):  # a run that held the lock before this one may have put it there
            install(root, why_not_path)
    return root / "bin"


def on_path() -> Path:
    """Return the folder of PATH's `pulumi` if it is new enough and has its launcher."""
    found = shutil.which("pulumi")
    if found is None:
        raise UnavailableError("there is no pulumi on it")
    pulumi = Path(found).absolute()
    try:
        version = version_of(pulumi)
        if version < MINIMUM:
            raise UnavailableError(f"{pulumi} is {dotted(version)}, older than {dotted(MINIMUM)}")
        if version[0] > MINIMUM[0]:
            raise UnavailableError(
                f"{pulumi} is {dotted(version)}, of a later major version than the SDK's {MINIMUM[0]}"
            )
        return with_launcher(pulumi)
    except UnavailableError as error:
        say(f"Not using PATH's Pulumi CLI: {error}.")
        raise


def with_launcher(pulumi: Path) -> Path:
    """Return the folder to put on PATH for this `pulumi`, so that the launcher is found too."""
    # A link in ~/bin may point to the folder that the installer filled: then the launcher is only there.
    for folder in (pulumi.parent, pulumi.resolve().parent):
        if is_program(folder / LAUNCHER):
            return folder
    if shutil.which(LAUNCHER):
        return pulumi.parent
    raise UnavailableError(f"{pulumi} has no {LAUNCHER} beside it, and none is on PATH")


def install(root: Path, why_not_path: str) -> None:
    """Put a whole CLI at `root` by the first way that works, while the caller holds the lock."""
    ways: list[tuple[str, Callable[[Path], None]]] = [("official installer", by_installer), ("Go", by_go)]
    reasons = [("PATH", why_not_path)]
    for leftover in root.parent.glob(f".{root.name}-*"):  # of a run that was killed
        shutil.rmtree(leftover, ignore_errors=True)
    for name, way in ways:
        # Made beside its place, then renamed into it: no run ever sees half of a CLI there.
        with tempfile.TemporaryDirectory(prefix=f".{root.name}-", dir=root.parent) as folder:
            made = Path(folder, root.name)
            made.mkdir()
            try:
                way(made)
                check(made)
            except UnavailableError as error:
                reasons.append((name, str(error)))
                say(f"That did not work: {error}.")
                continue
            shutil.rmtree(root, ignore_errors=True)  # a copy that no longer runs
            made.rename(root)
            return
    raise UnavailableError(advice(reasons))


def by_installer(root: Path) -> None:
    """Install the CLI with Pulumi's own script, through the Python SDK."""
    version = pinned_version()
    try:
        # Not above: the SDK takes a while to import, and a run that finds the CLI does without.
        from pulumi.automation import PulumiCommand
        from semver import VersionInfo
    except ImportError as error:
        raise UnavailableError(f"{sys.executable} has no Pulumi SDK ({error})") from error

    say(f"Installing the Pulumi CLI {version} with its official installer ...")
    socket.setdefaulttimeout(CONNECT_SECONDS)  # the SDK sets none
    try:
        PulumiCommand.install(root=str(root), version=VersionInfo.parse(version))
    except subprocess.CalledProcessError as error:
        raise UnavailableError(f"it ended with code {error.returncode}: {tail(error.output)}") from error
    except Exception as error:  # whatever stops the installer, Go is the next way
        raise UnavailableError(f"it could not be fetched or run: {error}") from error


def by_go(root: Path) -> None:
    """Build the CLI from its Go module, and take the launcher from the SDK's."""
    go = shutil.which("go")
    if go is None:
        raise UnavailableError("there is no go on PATH")
    version = pinned_version()
    folder = root / "bin"
    folder.mkdir()

    say(f"Building the Pulumi CLI {version} with Go, about four minutes the first time ...")
    ldflags = f"-s -w -X {SDK_MODULE}/go/common/version.Version=v{version}"
    # Without -buildvcs=false a checkout that git distrusts, as of another user, could stop the build.
    options = ("-mod=readonly", "-buildvcs=false", "-ldflags", ldflags)
    run_go(go, "build", *options, "-o", str(folder / "pulumi"), CLI_PACKAGE)

    sdk = run_go(go, "list", "-mod=readonly", "-m", "-f", "{{.Dir}}", SDK_MODULE)
    # A module's files have no run bit, so the mode is not worth copying.
    shutil.copyfile(Path(sdk, "python", "dist", LAUNCHER), folder / LAUNCHER)
    (folder / LAUNCHER).chmod(0o755)


def run_go(go: str, *arguments: str) -> str:
    """Run Go in the module beside this script and return what it printed."""
    # A go.work in a folder above would replace this module's versions by its own.
    environment = {**os.environ, "GOWORK": "off"}
    try:
        ran = subprocess.run(
            [go, *arguments], cwd=TOOLS, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
    except OSError as error:
        raise UnavailableError(f"{go} does not run: {error}") from error
    if ran.returncode:
        raise UnavailableError(f"`go {arguments[0]}` ended with code {ran.returncode}: {tail(ran.stderr)}")
    return ran.stdout.strip()


def check(root: Path) -> None:
    """Raise unless the CLI at `root` is whole, runs and is the pinned version."""
    for name in ("pulumi", LAUNCHER):
        if not is_program(root / "bin" / name):
            raise UnavailableError(f"it left no program {name}")
    version = dotted(version_of(root / "bin" / "pulumi"))
    if version != pinned_version():
        raise UnavailableError(f"it gave version {version} instead of {pinned_version()}")


def is_whole(root: Path) -> bool:
    """Tell whether the cache holds a CLI that can be used as it is."""
    try:
        check(root)
    except UnavailableError:
        return False
    return True


def version_of(pulumi: Path) -> Version:
    """Return the version that the CLI says it is."""
    environment = {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"}  # which would ask the network
    try:
        ran = subprocess.run(
            [pulumi, "version"], env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UnavailableError(f"{pulumi} does not run: {error}") from error
    match = re.match(r"v?(\d+)\.(\d+)\.(\d+)", ran.stdout)
    if ran.returncode or match is None:
        raise UnavailableError(f"`{pulumi} version` ended with code {ran.returncode}: {tail(ran.stdout + ran.stderr)}")
    major, minor, patch = match.groups()
    return int(major), int(minor), int(patch)


def pinned_version() -> str:
    """Return the CLI's version that go.mod requires: the one place that names it."""
    text = (TOOLS / "go.mod").read_text(encoding="utf-8")
    match = re.search(r"github\.com/pulumi/pulumi/pkg/v3 v(\d+\.\d+\.\d+)\b", text)
    if match is None:
        raise UnavailableError(f"{TOOLS / 'go.mod'} requires no github.com/pulumi/pulumi/pkg/v3")
    return match[1]


def cache_root() -> Path:
    """Return the folder of the pinned version in the user's cache: it outlives the checkout."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser()
    return cache.absolute() / "pulumi-sendblue" / f"pulumi-{pinned_version()}"


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Let one run at a time install; the system ends the lock with the process that holds it."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Waiting for another run that is installing the Pulumi CLI ...")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def advice(reasons: list[tuple[str, str]]) -> str:
    """Say why each way failed and what a person can do."""
    tried = "\n".join(f"  {name}: {reason}" for name, reason in reasons)
    return f"""\
There is no Pulumi CLI {dotted(MINIMUM)} or later here, and none could be installed:
{tried}
Any one of these is enough; then run the same command again:
  - install Pulumi ({dotted(MINIMUM)} or later) so that `pulumi version` works in this shell:
      curl -fsSL https://get.pulumi.com | sh
      export PATH="$HOME/.pulumi/bin:$PATH"
    or see https://www.pulumi.com/docs/install/
  - install Go {go_version()} or later from https://go.dev/dl/, so that `go version` works in this shell"""


def go_version() -> str:
    """Return the lowest Go version that go.mod allows."""
    match = re.search(r"^go (\S+)$", (TOOLS / "go.mod").read_text(encoding="utf-8"), re.MULTILINE)
    return match[1] if match else "1.25"


def is_program(path: Path) -> bool:
    """Tell whether the path is a file that can be run."""
    return path.is_file() and os.access(path, os.X_OK)


def dotted(version: Version) -> str:
    """Write a version as people do."""
    return ".".join(map(str, version))


def tail(output: str | bytes | None) -> str:
    """Return the end of a program's output, on one line."""
    text = output.decode(errors="replace") if isinstance(output, bytes) else output or ""
    return " / ".join(line.strip() for line in text.strip().splitlines()[-3:]) or "no output"


def say(line: str) -> None:
    """Tell the person at the terminal; standard output is for the folder alone."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
