"""The state file."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import httpx
import pytest

from sendblue_emulator import Emulator

if TYPE_CHECKING:
    from pathlib import Path

PATH = "/api/account/webhooks"
A, B = "https://example.com/a", "https://example.com/b"


def test_webhooks_outlive_the_process(tmp_path: Path) -> None:
    """A new emulator goes on where another with the same file stopped, whatever the seed says."""
    path = tmp_path / "state.json"
    first = Emulator(state=path)
    first.add_account(key_id="key", secret="canary-key", webhooks={"receive": [A]})
    first.add_account(key_id="other", secret="canary-key", webhooks={"outbound": [A]})
    headers = {"sb-api-key-id": "key", "sb-api-secret-key": "canary-key"}
    with httpx.Client(transport=first.transport(), base_url="https://api.sendblue.com", headers=headers) as client:
        client.put(PATH, json={"webhooks": {"receive": [B], "globalSecret": "all"}})

    second = Emulator(state=str(path))
    assert second.add_account(key_id="new", secret="x", webhooks={"receive": [A]}).webhooks == {
        "receive": [B],
        "globalSecret": "all",
    }
    second.account("default").add("receive", A)
    assert Emulator(state=path).add_account(name="account-2", key_id="k", secret="x").webhooks == {"outbound": [A]}


def test_the_file_is_private_and_holds_no_key(tmp_path: Path) -> None:
    """Only the owner can read the file, even if an earlier one was open to all, and no API key is in it."""
    path = tmp_path / "state.json"
    path.write_text('{"accounts": {}}', encoding="utf-8")
    path.chmod(0o644)
    Emulator(state=path).add_account(key_id="canary-id", secret="canary-key", webhooks={"globalSecret": "all"})
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o600
    content = path.read_text(encoding="utf-8")
    assert json.loads(content) == {"accounts": {"default": {"globalSecret": "all"}}}
    assert "canary" not in content


def test_the_file_is_replaced_in_one_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A write that fails leaves the old file whole, no other file beside it, and the account as it was."""
    path = tmp_path / "state.json"
    account = Emulator(state=path).add_account(key_id="key", secret="x", webhooks={"receive": [A]})
    before = path.read_bytes()

    def fail(*_: object, **__: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("sendblue_emulator.store.json.dump", fail)
    with pytest.raises(OSError, match="disk full"):
        account.add("receive", B)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
    assert account.webhooks == {"receive": [A]}


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"accounts": []}', '{"accounts": {"default": []}}'])
def test_a_file_of_something_else_is_refused(tmp_path: Path, content: str) -> None:
    """A file that no emulator wrote is an error that names it, and is not overwritten."""
    path = tmp_path / "state.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=r"state\.json is not"):
        Emulator(state=path)
    assert path.read_text(encoding="utf-8") == content


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """An error of writing names the file that the user gave."""
    emulator = Emulator(state=tmp_path / "absent" / "state.json")
    with pytest.raises(OSError, match=r"absent/state\.json"):
        emulator.add_account(key_id="key", secret="x")
