"""The version, for the plugin: to look it up in the package's metadata takes as long as to load the protocol."""

from __future__ import annotations

from typing import Final

VERSION: Final = "0.1.0"
