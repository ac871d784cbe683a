"""Build the plugin as an archive for `pulumi plugin install`, with its own Python inside.

`python -m tools.plugin_archive [FOLDER]`, which `make plugin` runs, writes into the folder (`dist` if it is left out)
`pulumi-resource-sendblue-vVERSION-OS-ARCH.tar.gz`, for the machine that it runs on, and `checksums.txt` for all
archives of this version in the folder. Pulumi asks for a released archive by that name: OS and architecture are Go's.
"""

from __future__ import annotations

import hashlib
import platform
import shutil
import sys
import tarfile
from collections.abc import Iterable
from importlib.metadata import packages_distributions, version
from pathlib import Path
from typing import Final

from .notices import frozen_distributions, notices
from .sdk import BUILD, ROOT, FailedError, run

NAME: Final = "pulumi-resource-sendblue"
UNUSED_MODULES: Final = ("curses", "multiprocessing", "pydoc", "sqlite3", "tkinter", "unittest")
"""Modules of the standard library that the plugin never imports, and some library would if it were asked to."""

GO_SYSTEMS: Final = {"linux": "linux", "darwin": "darwin", "win32": "windows"}
GO_ARCHITECTURES: Final = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


def main(folder: Path) -> int:
    """Build the archive, say where it is, and return the exit code."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        archive = pack(freeze(BUILD / "plugin" / folder.name), folder / archive_name())
    except FailedError as error:
        print(error, file=sys.stderr)
        return 1
    (folder / "checksums.txt").write_text(checksums(folder.glob(f"{NAME}-v{version('pulumi-sendblue')}-*.tar.gz")))
    print(f"{archive}: {archive.stat().st_size / 1e6:.1f} MB")
    return 0


def archive_name(system: str = sys.platform, machine: str = platform.machine()) -> str:
    """Return the archive's name, which Pulumi makes of the version and of Go's names of the machine.

    Args:
        system: As `sys.platform` has it.
        machine: As `platform.machine()` has it.

    Raises:
        FailedError: Pulumi has no plugins for such a machine.
    """
    try:
        target = f"{GO_SYSTEMS[system]}-{GO_ARCHITECTURES[machine.lower()]}"
    except KeyError:
        raise FailedError(f"Pulumi has no name for a plugin for {system} on {machine}.") from None
    return f"{NAME}-v{version('pulumi-sendblue')}-{target}.tar.gz"


def freeze(work: Path) -> Path:
    """Freeze the plugin with PyInstaller, and return the folder that holds it and its notices.

    Args:
        work: A folder, which is made anew.

    Raises:
        FailedError: PyInstaller fails.
    """
    shutil.rmtree(work, ignore_errors=True)
    frozen = frozen_distributions()
    options = ["--onedir", "--noconfirm", f"--name={NAME}", "--log-level=ERROR"]
    options += [f"--distpath={work}", f"--workpath={work / 'work'}", f"--specpath={work}"]
    options += [f"--paths={ROOT / 'provider'}", f"--add-data={ROOT / 'schema.json'}:sendblue_provider"]
    # The plugin is asked for its version, which only the metadata has.
    options += ["--copy-metadata=pulumi-sendblue"]
    options += [f"--exclude-module={name}" for name in (*UNUSED_MODULES, *modules_to_exclude(frozen))]
    if sys.platform == "linux" and shutil.which("strip"):
        # Symbols are a third of the archive. macOS's signatures do not survive it, and Windows has no symbols inside.
        options.append("--strip")
    run(sys.executable, "-m", "PyInstaller", *options, str(ROOT / "provider" / "__main__.py"), folder=ROOT)
    made = work / NAME
    shutil.copy(ROOT / "LICENSE", made)
    (made / "THIRD_PARTY_NOTICES.txt").write_text(notices(frozen, made), encoding="utf-8")
    return made


def modules_to_exclude(frozen: Iterable[str]) -> list[str]:
    """Return the top-level modules of every installed distribution that does not belong into the archive.

    What a library imports only if it is installed, such as pydantic the plugin of mypy, must not get in because the
    environment has tools for development.

    Args:
        frozen: The distributions that belong into the archive, by their normalized names.
    """
    ours = {*frozen, "pulumi-sendblue"}
    return sorted(
        module
        for module, owners in packages_distributions().items()
        if module.isidentifier() and not ours.intersection(owner.lower().replace("_", "-") for owner in owners)
    )


def pack(folder: Path, archive: Path) -> Path:
    """Pack what is in a folder, without the folder itself, and return the archive."""

    def of_nobody(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.uid = member.gid = 0
        member.uname = member.gname = ""
        return member

    with tarfile.open(archive, "w:gz") as tar:
        for path in sorted(folder.iterdir()):
            tar.add(path, path.name, filter=of_nobody)
    return archive


def checksums(archives: Iterable[Path]) -> str:
    """Return the archives' SHA-256 sums as `sha256sum --check` reads them."""
    return "".join(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in sorted(archives))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "dist")))
