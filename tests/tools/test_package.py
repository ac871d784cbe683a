"""What the distribution holds, whatever lies about in the checkout."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]


def copy_of_the_package(folder: Path) -> Path:
    """Copy what the distribution is built from, and return the folder."""
    for name in ("provider", "sdk/python"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("venv", "__pycache__"))
    for name in ("pyproject.toml", "schema.json", "README.md", "CHANGELOG.md", "LICENSE", ".gitignore"):
        shutil.copy(ROOT / name, folder)
    return folder


def test_nothing_of_the_plugin_from_source_is_packaged(tmp_path: Path) -> None:
    """What `pulumi package add <checkout>/provider` installs there is not in the wheel, and git ignores it."""
    checkout = copy_of_the_package(tmp_path / "checkout")
    installed = checkout / "provider" / "venv" / "lib" / "sendblue_provider" / "installed.py"
    installed.parent.mkdir(parents=True)
    installed.write_text("")
    command = ("pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(tmp_path), str(checkout))
    subprocess.run([sys.executable, "-m", *command], check=True)

    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert "sendblue_provider/plugin/main.py" in names
    assert {name.partition("/")[0] for name in names if ".dist-info/" not in name} == {
        "pulumi_sendblue",
        "sendblue_emulator",
        "sendblue_provider",
    }
    assert not [name for name in names if "venv" in name or name.endswith(("installed.py", "PulumiPlugin.yaml"))]
    assert "/provider/venv/" in (checkout / ".gitignore").read_text().splitlines()
