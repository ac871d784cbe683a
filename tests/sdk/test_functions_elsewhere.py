"""The functions of the dynamic import outside of a run: in a script, in a test with mocks, and unused."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Final

from sendblue_emulator import Emulator

from .conftest import IMPORTS, gets

OUTSIDE: Final = """
import asyncio
from pulumi_sendblue import dynamic as sendblue

async def read():
    return await sendblue.get_webhook_configuration_output().future()

print(sendblue.get_webhook_configuration().call_log, asyncio.run(read()).call_log)
"""


def test_outside_of_a_program(emulator: Emulator) -> None:
    """A script that is no Pulumi program can read the account, too; there nothing is kept from call to call."""
    with emulator.serve() as url:
        pair = {"SENDBLUE_API_API_KEY": "key-id", "SENDBLUE_API_API_SECRET": "key-secret"}
        environment = {**os.environ, **pair, "SENDBLUE_API_BASE_URL": url}
        command = [sys.executable, "-c", OUTSIDE]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    calls = "['https://example.com/c']"
    assert (0, f"{calls} {calls}\n") == (done.returncode, done.stdout), done.stderr
    assert 2 == gets(emulator)


MOCKED: Final = """
import pulumi
from pulumi_sendblue import dynamic as sendblue

class Mocks(pulumi.runtime.Mocks):
    def new_resource(self, args):
        return "id", dict(args.inputs)

    def call(self, args):
        print(args.token)
        return {"receive": ["https://example.com"], "secretsReadable": True}

pulumi.runtime.set_mocks(Mocks())

@pulumi.runtime.test
def one():
    print(sendblue.get_webhook_configuration().receive)
    return sendblue.get_webhook_configuration_output().receive.apply(print)

one()
"""


def test_mocks_answer() -> None:
    """In a test with Pulumi's mocks nothing is read: they answer to the token of the plugin's function."""
    done = subprocess.run([sys.executable, "-c", MOCKED], capture_output=True, text=True, check=False)

    said = "sendblue:index:getWebhookConfiguration\n['https://example.com']\n"
    assert (0, said * 2) == (done.returncode, done.stdout), done.stderr


LOADED: Final = "import sys; print(*({'httpx', 'pydantic', 'sendblue_provider.client'} & sys.modules.keys()), 'none')\n"


def test_who_reads_nothing_pays_for_nothing() -> None:
    """The import, and a program that declares resources alone, load neither the HTTP client nor the models."""
    program = f"{IMPORTS}webhook = sendblue.Webhook.__new__(sendblue.Webhook)\n{LOADED}"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert "none\n" == done.stdout, done.stderr
    loads = "import sendblue_provider.dynamic_host\n"
    done = subprocess.run([sys.executable, "-c", loads + LOADED], capture_output=True, text=True, check=False)
    assert "httpx" in done.stdout
