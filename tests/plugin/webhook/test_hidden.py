"""What one resource of a run knows of secrets that do not show, another one's update has to know too."""

from __future__ import annotations

import pytest

from sendblue_emulator import Account, Emulator
from tests.plugin.answers import Failed
from tests.plugin.conftest import NUMBER, OTHER, OWN, A, B, content, failure
from tests.plugin.processes import Start
from tests.plugin.webhook.conftest import PROGRAM


def test_omitted_secrets_of_another_resource(start: Start, emulator: Emulator, remote: Account) -> None:
    """That the API leaves secrets out shows by one resource of the run; another one's update is refused then."""
    remote.behave(secrets="omitted")
    remote.webhooks = {"outbound": [{"url": B, "secret": OTHER}]}
    with_secret, plain = {**PROGRAM, "event": "call_log"}, {"event": "receive", "url": A}
    first = start().up(with_secret, name="first")
    second = start().up(plain, name="second")
    before = content(remote)
    plugin = start()
    plugin.plan(with_secret, first, name="first")
    emulator.journal.clear()
    with pytest.raises(Failed) as failed:
        plugin.up({**plain, "sendblueNumbers": [NUMBER]}, second, name="second")
    assert f"outbound {B}" in failure(failed)
    assert "PUT" not in emulator.journal.methods()
    assert content(remote) == before
    assert OWN in repr(before)
