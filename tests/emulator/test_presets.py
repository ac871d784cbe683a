"""The API of a given time, as the command line and Python make it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from sendblue_emulator import PRESETS, Emulator
from tests.emulator.conftest import HEADERS

OLD_PATH, NEW_PATH = "/api/v2/account/webhooks", "/api/account/webhooks"
A = "https://example.com/a"
OBJECT = {"url": A, "secret": "one"}


def made(name: str) -> httpx.Client:
    preset = PRESETS[name]
    emulator = Emulator(vintages=preset.vintages)
    emulator.add_account(key_id="key", secret="canary-secret-key", behaviour=preset.behaviour)
    return httpx.Client(transport=emulator.transport(), base_url="https://api.sendblue.com", headers=HEADERS)


@pytest.mark.parametrize(
    ("name", "path", "events", "objects", "answers"),
    [
        ("page", OLD_PATH, 6, False, True),
        ("2026-05", NEW_PATH, 6, False, False),
        ("2026-10", NEW_PATH, 10, True, False),
    ],
)
def test_a_preset(name: str, path: str, events: int, *, objects: bool, answers: bool) -> None:
    """Each has its path, its events, the forms of contact_created that it takes, and its answer to a PUT."""
    body: dict[str, Any] = {"webhooks": {"receive": [OBJECT], "typing_indicator": [OBJECT]}}
    with made(name) as client:
        assert {OLD_PATH: 404, NEW_PATH: 404, path: 200} == {
            each: client.get(each).status_code for each in (OLD_PATH, NEW_PATH)
        }
        assert len(client.get(path).json()["webhooks"]) == events
        assert ("webhooks" in client.put(path, json=body).json()) is answers
        assert (client.get(path).json()["webhooks"].get("typing_indicator") == [OBJECT]) is (events == 10)
        contact = client.post(path, json={"webhooks": [OBJECT], "type": "contact_created"})
        assert contact.status_code == (200 if objects else 400)
        assert client.post(path, json={"webhooks": [A], "type": "contact_created"}).status_code == 200
        later = client.post(path, json={"webhooks": [A], "type": "call_completed"})
        assert later.status_code == (200 if events == 10 else 400)
