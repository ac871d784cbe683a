"""The script that finds or installs the Pulumi CLI, run as make runs it.

The subject is its choice, so `pulumi` and `go` are small stand-ins here; `make test` itself runs on the real ones.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "tools" / "pulumi_cli.py"
LAUNCHER = "pulumi-resource-pulumi-python"


def pinned() -> str:
    match = re.search(r"pulumi/pkg/v3 v([\d.]+)", (ROOT / "tools" / "go.mod").read_text())
    assert match
    return match[1]


def program(path: Path, *lines: str) -> Path:
    """Write a shell script that uses the shell's own commands alone, since PATH may be empty."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(("#!/bin/sh", *lines, "")))
    path.chmod(0o755)
    return path


def cli(folder: Path, version: str) -> Path:
    """Put a CLI of this version in a folder, with its launcher."""
    program(folder / "pulumi", f"echo v{version}")
    program(folder / LAUNCHER)
    return folder


@dataclass
class Machine:
    """What a run sees: one folder on PATH or two, one cache folder, and no network."""

    path: Path
    cache: Path
    further_path: Path | None = None

    @property
    def cached(self) -> Path:
        """The folder from which a cached CLI is served."""
        return self.cache / "pulumi-sendblue" / f"pulumi-{pinned()}" / "bin"

    def start(self) -> subprocess.Popen[str]:
        """Start the script, for tests that run two at once."""
        environment = {
            "PATH": os.pathsep.join(str(folder) for folder in (self.path, self.further_path) if folder),
            "XDG_CACHE_HOME": str(self.cache),
            "HOME": str(self.path / "home"),
            # Nothing listens on port 9 here, so that the official installer is refused at once.
            "https_proxy": "http://127.0.0.1:9",
        }
        command = [sys.executable, str(SCRIPT)]
        return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self) -> tuple[int, str, str]:
        """Run the script and return its exit code, standard output and standard error."""
        process = self.start()
        out, err = process.communicate(timeout=60)
        assert "Traceback" not in err
        return process.returncode, out, err

    def add_go(self, version: str | None = None, *, fails: bool = False) -> Path:
        """Put a `go` on PATH that "builds" a CLI of this version, and return the file in which it notes its runs."""
        log = self.path.parent / "go.log"
        module = self.path.parent / "sdk"
        program(module / "python" / "dist" / LAUNCHER).chmod(0o444)  # without a run bit, as in a Go module
        build = (
            "/bin/sleep 0.3",
            f'while [ "$1" != -o ]; do shift; done; printf "#!/bin/sh\\necho v{version or pinned()}\\n" > "$2"',
            '/bin/chmod 755 "$2"',
        )
        program(
            self.path / "go",
            f'echo "$@" >> "{log}"',
            f'if [ "$1" = list ]; then echo "{module}"; exit; fi',
            *(("echo no space left on device >&2", "exit 1") if fails else build),
        )
        return log


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    path = tmp_path / "path"
    path.mkdir()
    return Machine(path, tmp_path / "cache")


def leftovers(machine: Machine) -> list[str]:
    """Name what is in the cache beside the CLI and its lock."""
    ours = {f"pulumi-{pinned()}", f"pulumi-{pinned()}.lock"}
    return [entry.name for entry in machine.cached.parents[1].iterdir() if entry.name not in ours]


@pytest.mark.parametrize("version", ["3.231.0", "3.300.1", "3.240.0-alpha.1"])
def test_path_is_used_when_new_enough(machine: Machine, version: str) -> None:
    """A CLI on PATH of the minimum version or later is taken, silently, and nothing is cached."""
    cli(machine.path, version)
    assert machine.run() == (0, f"{machine.path}\n", "")
    assert not machine.cache.exists()


def test_path_comes_before_the_cache(machine: Machine) -> None:
    """A person's own CLI is preferred to the one of an earlier run."""
    cli(machine.path, "3.240.0")
    cli(machine.cached, pinned())
    assert machine.run() == (0, f"{machine.path}\n", "")


@pytest.mark.parametrize(
    ("version", "reason"),
    [
        ("3.230.9", "is 3.230.9, older than 3.231.0"),
        ("4.0.0", "is 4.0.0, of a later major version"),
        ("dev", "ended with code 0: vdev"),
    ],
)
def test_unfit_cli_on_path_is_skipped_and_named(machine: Machine, version: str, reason: str) -> None:
    """A CLI on PATH that is too old, too new or of no known version is passed over for the cache, with the reason."""
    cli(machine.path, version)
    cli(machine.cached, pinned())
    code, out, err = machine.run()
    assert (code, out) == (0, f"{machine.cached}\n")
    assert err.startswith("Not using PATH's Pulumi CLI: ")
    assert reason in err


def test_cli_on_path_that_fails_is_skipped(machine: Machine) -> None:
    """A CLI on PATH that does not run is passed over, with its own words."""
    program(machine.path / "pulumi", "echo no such plugin >&2; exit 3")
    cli(machine.cached, pinned())
    code, out, err = machine.run()
    assert (code, out) == (0, f"{machine.cached}\n")
    assert "ended with code 3: no such plugin" in err


def test_cli_on_path_without_launcher_is_skipped(machine: Machine) -> None:
    """A CLI on PATH is of no use without the dynamic provider's launcher."""
    cli(machine.path, "3.240.0")
    (machine.path / LAUNCHER).unlink()
    cli(machine.cached, pinned())
    code, out, err = machine.run()
    assert (code, out) == (0, f"{machine.cached}\n")
    assert f"has no {LAUNCHER} beside it" in err


def test_linked_cli_on_path_gives_the_folder_it_points_to(machine: Machine, tmp_path: Path) -> None:
    """A link on PATH to a CLI elsewhere leads to the folder that has the launcher as well."""
    real = cli(tmp_path / "real", "3.240.0")
    (machine.path / "pulumi").symlink_to(real / "pulumi")
    assert machine.run() == (0, f"{real}\n", "")


def test_launcher_may_be_elsewhere_on_path(machine: Machine, tmp_path: Path) -> None:
    """A CLI on PATH is taken when its launcher is in another folder of PATH."""
    machine.further_path = tmp_path / "launchers"
    program(machine.path / "pulumi", "echo v3.240.0")
    program(machine.further_path / LAUNCHER)
    assert machine.run() == (0, f"{machine.path}\n", "")


def test_nothing_works_names_every_way(machine: Machine) -> None:
    """With no CLI, no network and no Go, the message says why each way failed and what to do."""
    code, out, err = machine.run()
    assert (code, out) == (1, "")
    assert "  PATH: there is no pulumi on it" in err
    assert "  official installer: it could not be fetched or run: " in err
    assert "  Go: there is no go on PATH" in err
    assert "curl -fsSL https://get.pulumi.com | sh" in err
    assert "install Go 1.25.11 or later" in err
    assert leftovers(machine) == []


def test_failed_build_is_reported_in_gos_words(machine: Machine) -> None:
    """When Go is there but its build fails, the message ends that way with what Go said."""
    machine.add_go(fails=True)
    code, out, err = machine.run()
    assert (code, out) == (1, "")
    assert "  Go: `go build` ended with code 1: no space left on device" in err
    assert leftovers(machine) == []


def test_build_of_another_version_is_refused(machine: Machine) -> None:
    """What Go built is put in place only if it says that it is the pinned version."""
    machine.add_go("3.1.0")
    code, out, err = machine.run()
    assert (code, out) == (1, "")
    assert f"  Go: it gave version 3.1.0 instead of {pinned()}" in err
    assert not machine.cached.exists()


def test_built_once_then_served_from_the_cache(machine: Machine) -> None:
    """The first run builds the CLI and its launcher, and says so; the next one needs neither Go nor network."""
    log = machine.add_go()
    code, out, err = machine.run()
    assert (code, out) == (0, f"{machine.cached}\n")
    assert f"Building the Pulumi CLI {pinned()} with Go, about four minutes the first time" in err
    assert (machine.cached / LAUNCHER).stat().st_mode & 0o111
    assert f"common/version.Version=v{pinned()}" in log.read_text()
    assert leftovers(machine) == []

    (machine.path / "go").unlink()
    assert machine.run() == (0, f"{machine.cached}\n", "")


def test_broken_cache_is_made_anew(machine: Machine) -> None:
    """A cached CLI that does not run, and what a killed run left beside it, are replaced."""
    machine.add_go()
    program(cli(machine.cached, pinned()) / "pulumi", "exit 126")
    (machine.cached.parents[1] / f".pulumi-{pinned()}-killed").mkdir()
    code, out, _ = machine.run()
    assert (code, out) == (0, f"{machine.cached}\n")
    assert leftovers(machine) == []
    assert machine.run() == (0, f"{machine.cached}\n", "")


def test_two_runs_at_once_build_once(machine: Machine) -> None:
    """Of two runs on an empty cache one builds, and the other waits for it and uses its work."""
    log = machine.add_go()
    processes = [machine.start() for _ in range(2)]
    outputs = [process.communicate(timeout=60)[0] for process in processes]
    assert outputs == [f"{machine.cached}\n"] * 2
    assert sum(line.startswith("build ") for line in log.read_text().splitlines()) == 1


def test_cache_that_cannot_be_written_is_explained(machine: Machine) -> None:
    """A cache folder that cannot be made ends in a message that names the setting, not in a traceback."""
    machine.cache.write_text("a file where the folder should be")
    code, out, err = machine.run()
    assert (code, out) == (1, "")
    assert "Set XDG_CACHE_HOME to a folder that can be written." in err
