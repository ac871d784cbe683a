"""Where accounts' webhooks are kept between runs: nowhere, or one JSON file."""

from __future__ import annotations

import json
import os
import tempfile
import threading
from pathlib import Path
from typing import Any


class Store:
    """Webhooks by account name, in `path` or, if that is None, only for the life of the process.

    The file holds webhook secrets, so only its owner can read it. API keys are never written.

    Raises:
        OSError: The file exists and cannot be read.
        ValueError: The file is not one that a store wrote.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._accounts: dict[str, dict[str, Any]] = _read(path) if path is not None and path.exists() else {}

    def load(self, account: str) -> dict[str, Any] | None:
        """The webhooks that an account had; None if it is not known."""
        with self._lock:
            return self._accounts.get(account)

    def save(self, account: str, webhooks: dict[str, Any]) -> None:
        """Keep an account's webhooks.

        Raises:
            OSError: The file cannot be written; the old one is still whole.
        """
        with self._lock:
            self._accounts[account] = webhooks
            if self._path is not None:
                _write(self._path, {"accounts": self._accounts})


def _read(path: Path) -> dict[str, dict[str, Any]]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path} is not JSON: {error}") from None
    accounts = content.get("accounts") if isinstance(content, dict) else None
    if not isinstance(accounts, dict) or not all(isinstance(webhooks, dict) for webhooks in accounts.values()):
        raise ValueError(f"{path} is not a state file of this emulator")
    return accounts


def _write(path: Path, content: dict[str, Any]) -> None:
    # A temporary file replaces the old one in one step; mkstemp makes it with mode 0600.
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        # The user knows the file's name, not the temporary one's.
        raise OSError(error.errno, error.strerror, str(path)) from None
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(content, file, indent=2)
            file.write("\n")
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
