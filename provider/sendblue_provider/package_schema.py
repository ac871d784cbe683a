"""The package schema, which the plugin gives to whoever asks for it."""

from __future__ import annotations


def schema_bytes() -> bytes:
    """Return `schema.json`: from the installed package, or in a checkout from its top folder.

    Raises:
        FileNotFoundError: neither has it.
    """
    # Neither is quick to load, and most processes need no schema.
    from importlib import resources
    from pathlib import Path

    packaged = resources.files(__package__) / "schema.json"
    if packaged.is_file():
        return packaged.read_bytes()
    return (Path(__file__).parents[2] / "schema.json").read_bytes()
