"""An account with webhooks, and programs that read it."""

from __future__ import annotations

import atexit
import functools
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from sendblue_emulator import Emulator

RUNS: Final = Path(__file__).parent / "runs.py"

IMPORTS: Final = "import pulumi\nfrom pulumi_sendblue import dynamic as sendblue\n"
CONTENT: Final = {
    "receive": ["https://example.com/a", {"url": "https://example.com/b", "sendblue_numbers": ["+15551234567"]}],
    "call_log": ["https://example.com/c"],
    "typing_indicator": [{"url": "https://example.com/d"}],
}
SECRETS: Final = [
    {"globalSecret": "canary"},
    {"secret": "canary"},
    {"outbound": [{"url": "https://example.com/s", "secret": "canary"}]},
    {"inbound_call": [{"url": "https://example.com/s", "secret": "canary"}]},
]
FIELDS: Final = """
def fields(read):
    return {name: getattr(read, name) for name in (
        "receive", "outbound", "call_log", "line_blocked", "line_assigned", "contact_created",
        "global_secret", "secret", "other_events", "secrets_readable",
    )}
"""
PLAIN: Final = FIELDS + "outputs = {'read': pulumi.Output.from_input(fields(sendblue.get_webhook_configuration()))}\n"
OUTPUT: Final = FIELDS + "outputs = {'read': sendblue.get_webhook_configuration_output().apply(fields)}\n"

Run = Callable[..., list[dict[str, Any]]]


@functools.cache
def _runs() -> subprocess.Popen[str]:
    runs = subprocess.Popen([sys.executable, RUNS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def end() -> None:
        runs.communicate()

    atexit.register(end)
    return runs


def ended(*programs: str, environment: Mapping[str, str] | None = None, preview: bool = False) -> list[dict[str, Any]]:
    """Run programs in one process, each in a run of its own, and tell how each ended."""
    runs = _runs()
    assert runs.stdin is not None
    assert runs.stdout is not None
    ours = {name: value for name, value in os.environ.items() if not name.startswith("SENDBLUE_")}
    asked = (preview, [IMPORTS + program for program in programs], {**ours, **(environment or {})})
    print(json.dumps(asked), file=runs.stdin, flush=True)
    told = [json.loads(runs.stdout.readline())]
    while not isinstance(told[-1], int):  # the exit code is the last one
        told.append(json.loads(runs.stdout.readline()))
    assert 0 == told.pop()
    return told


@pytest.fixture
def emulator() -> Emulator:
    emulator = Emulator()
    emulator.add_account(key_id="key-id", secret="key-secret", webhooks=CONTENT)
    return emulator


@pytest.fixture
def run(emulator: Emulator) -> Iterator[Run]:
    """Run programs in one process, each in a run of its own, and tell how each ended."""
    with emulator.serve() as url:
        stack_config = {"sendblue:apiKeyId": "key-id", "sendblue:apiSecretKey": "key-secret", "sendblue:baseUrl": url}

        def run(
            *programs: str,
            preview: bool = False,
            config: dict[str, str] = stack_config,
            answer: Any = None,
            **more: str,
        ) -> list[dict[str, Any]]:
            environment = {"PULUMI_CONFIG": json.dumps(config), "ANSWER": json.dumps(answer), **more}
            return ended(*programs, environment=environment, preview=preview)

        yield run


def gets(emulator: Emulator) -> int:
    """How many requests there were, all of them GETs."""
    methods = [entry.method for entry in emulator.journal]
    assert {"GET"} >= {*methods}
    return len(methods)
