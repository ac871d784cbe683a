"""The emulator as a process of its own, so that its time is not ours."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from .system import environment


class Api:
    """A running emulator.

    Args:
        url: Its address.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._control = httpx.Client(base_url=f"{url}/_emulator", timeout=60)

    def requests(self, account: str | None = None) -> list[str]:
        """Return the methods of the requests since `clear`."""
        entries = self._control.get("journal").raise_for_status().json()
        return [entry["method"] for entry in entries if account in (None, entry["account"])]

    def clear(self) -> None:
        """Forget the requests."""
        self._control.delete("journal").raise_for_status()

    def put(self, webhooks: Mapping[str, Any], account: str = "default") -> None:
        """Make this the account's webhooks."""
        self._control.put(f"accounts/{account}/webhooks", json=webhooks).raise_for_status()

    def answer_after(self, seconds: float) -> None:
        """Let every answer take this long from now on."""
        self._control.delete("faults").raise_for_status()
        if seconds:
            fault = {"kind": "stall", "seconds": seconds, "times": None}
            self._control.post("faults", json=fault).raise_for_status()

    def settings(self, account: int = 0) -> dict[str, str]:
        """Return what the provider is configured with to reach an account."""
        return {"apiKeyId": f"key-{account}", "apiSecretKey": f"secret-{account}", "baseUrl": self.url}


@contextmanager
def serving(accounts: int = 1, webhooks: Mapping[str, Any] | None = None) -> Iterator[Api]:
    """Run an emulator while the context lasts.

    Args:
        accounts: How many accounts it has, numbered from 0.
        webhooks: What each account holds at the start.
    """
    words = [word for number in range(accounts) for word in ("--account", f"key-{number}:secret-{number}")]
    with tempfile.TemporaryDirectory() as folder:
        if webhooks:
            file = Path(folder, "webhooks.json")
            file.write_text(json.dumps(webhooks), encoding="utf-8")
            words += ["--webhooks", str(file)]
        command = [sys.executable, "-m", "sendblue_emulator", "--port", "0", *words]
        child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment())
        try:
            assert child.stdout is not None
            found = re.search(r"http://\S+", child.stdout.readline())
            if found is None:
                raise RuntimeError("the emulator did not start")
            yield Api(found[0])
        finally:
            child.kill()
            child.wait()
