"""The licences of what the plugin's archive holds besides the provider: Python, libraries, PyInstaller's launcher."""

from __future__ import annotations

import sysconfig
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from .sdk import FailedError

WITH_REQUIREMENTS: Final = ("grpcio", "httpx", "protobuf", "pydantic", "typing-extensions")
"""The libraries that the provider imports, which are frozen with all that they require."""
ALONE: Final = ("pulumi",)
"""Of Pulumi's SDK the plugin imports the protocol's modules: none of them needs what the SDK requires."""
LAUNCHER: Final = "pyinstaller"

LICENCE_WORDS: Final = ("LICENSE", "LICENCE", "COPYING", "NOTICE", "AUTHORS")

RULE: Final = "=" * 78

INTRODUCTION: Final = """\
This archive holds the Pulumi provider for Sendblue (see LICENSE) together with the software below, each under its own
licence. It is given as its authors distribute it, without changes, but for debugging symbols.
"""
LIBRARIES: Final = """\
Shared libraries of the system that the archive was built on, under the licences that Python's licence (above) names for
them or that their projects publish (OpenSSL: Apache-2.0, as above; the libraries of GCC: GPL-3.0 with the GCC Runtime
Library Exception; libffi: MIT; zlib: Zlib; bzip2: bzip2-1.0.6; XZ: 0BSD; libuuid: BSD-3-Clause):
"""


def frozen_distributions() -> list[str]:
    """Return the normalized names of the distributions that belong into the archive, in order.

    Raises:
        importlib.metadata.PackageNotFoundError: one that is required is not installed.
    """
    found: set[str] = set()
    waiting = [canonicalize_name(name) for name in WITH_REQUIREMENTS]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        required = [Requirement(line) for line in distribution(name).requires or []]
        # Without an extra, its requirements do not hold.
        waiting += [
            canonicalize_name(one.name) for one in required if not one.marker or one.marker.evaluate({"extra": ""})
        ]
    return sorted({*found, *ALONE})


def notices(frozen: list[str], folder: Path) -> str:
    """Return the text of the notices.

    Args:
        frozen: The distributions in the archive.
        folder: What PyInstaller made.

    Raises:
        FailedError: a distribution, or Python, has no licence file.
    """
    parts = [INTRODUCTION, f"Python {sysconfig.get_python_version()}\n\n{python_licence()}"]
    parts += [licence(distribution(name)) for name in (*frozen, LAUNCHER)]
    shared = sorted(path.name for path in (folder / "_internal").glob("lib*") if path.is_file())
    if shared:
        parts.append(LIBRARIES + "".join(f"  {name}\n" for name in shared))
    return f"\n{RULE}\n\n".join(parts)


def licence(of: Distribution) -> str:
    """Return a distribution's name, version, and the text of its licence files.

    Raises:
        FailedError: it has none.
    """
    name = f"{of.metadata['Name']} {of.version}"
    files = [
        file
        for file in of.files or []
        if ".dist-info" in str(file) and any(word in file.name.upper() for word in LICENCE_WORDS)
    ]
    if not files:
        raise FailedError(f"{name} comes without a licence file: the archive's notices would not have it.")
    return f"{name}\n\n" + "\n".join(Path(str(file.locate())).read_text(encoding="utf-8") for file in files)


def python_licence() -> str:
    """Return the text of Python's own licence.

    Raises:
        FailedError: this Python came without it.
    """
    folder = Path(sysconfig.get_path("stdlib"))
    # Debian's Python has it with its documentation.
    debian = Path("/usr/share/doc") / f"python{sysconfig.get_python_version()}" / "copyright"
    for path in (folder / "LICENSE.txt", folder.parent / "LICENSE.txt", debian):
        if path.exists():
            return path.read_text(encoding="utf-8")
    raise FailedError(f"No licence of Python in {folder}: the archive's notices would not have it.")
