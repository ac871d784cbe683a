"""The dynamic host is one process for all dynamic providers of a program: ours leaves the others what they need."""

from __future__ import annotations

import subprocess
import sys

from sendblue_emulator import Emulator

CODE = """
import asyncio, sys
from pulumi.dynamic import Config, ConfigureRequest
from sendblue_provider.dynamic import WebhookProvider

url = sys.argv[1]
settings = {"sendblue:apiKeyId": "key-id", "sendblue:apiSecretKey": "secret-key", "sendblue:baseUrl": url}
ours = WebhookProvider()
ours.configure(ConfigureRequest(Config(settings, "shop")))
inputs = {"event": "receive", "url": "https://example.com/in"}
assert not ours.check({}, inputs).failures
assert ours.create(inputs).id

import httpx

async def ask() -> int:
    async with httpx.AsyncClient(trust_env=False) as client:
        return (await client.get(url)).status_code

print(asyncio.run(ask()))
"""


def test_asyncio_in_the_same_host() -> None:
    """Another provider, configured after ours, asks by httpx and asyncio."""
    emulator = Emulator()
    emulator.add_account(key_id="key-id", secret="secret-key")
    with emulator.serve() as url:
        done = subprocess.run(
            [sys.executable, "-c", CODE, url], capture_output=True, text=True, check=False, timeout=60
        )
    assert (done.stdout.strip(), done.stderr) == ("404", "")
