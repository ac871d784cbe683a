"""`python -m sendblue_emulator`, as a process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATH = "/api/account/webhooks"
A = "https://example.com/a"
DEMO = {"sb-api-key-id": "demo-key", "sb-api-secret-key": "demo-secret"}
COMMAND = [sys.executable, "-m", "sendblue_emulator"]


@contextmanager
def running(*options: str, end: int = signal.SIGTERM) -> Iterator[tuple[httpx.Client, list[str]]]:
    """The process with its greeting; it must end cleanly, and without another word, when it is told to."""
    with subprocess.Popen(
        [*COMMAND, "--port", "0", *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            greeting = [process.stdout.readline().rstrip("\n")]
            while not greeting[-1].startswith("  export SENDBLUE_API_API_SECRET="):
                line = process.stdout.readline()
                assert line, process.stderr and process.stderr.read()
                greeting.append(line.rstrip("\n"))
            url = greeting[0].split()[3]
            with httpx.Client(base_url=url, headers=DEMO, trust_env=False) as client:
                yield client, greeting
            process.send_signal(end)
            out, err = process.communicate(timeout=10)
            assert (process.returncode, out.strip(), err) == (0, "", "")
        finally:
            process.kill()


def refused(*options: str) -> tuple[int, str]:
    process = subprocess.run([*COMMAND, *options], capture_output=True, text=True, timeout=10, check=False)
    assert process.stdout == ""
    assert process.stderr.count("\n") == 1
    return process.returncode, process.stderr.rstrip("\n")


def test_it_says_how_to_reach_it() -> None:
    """The greeting, flushed at once, has the URL and the lines that point a stack to it; the demo's key works."""
    with running() as (client, greeting):
        url = str(client.base_url).rstrip("/")
        assert greeting == [
            f"Sendblue emulator on {url} (Ctrl-C stops it)",
            "",
            "To point a stack to it:",
            f"  pulumi config set sendblue:baseUrl {url}",
            "  pulumi config set sendblue:apiKeyId demo-key",
            "  pulumi config set --secret sendblue:apiSecretKey demo-secret",
            "",
            "or, by environment:",
            f"  export SENDBLUE_API_BASE_URL={url}",
            "  export SENDBLUE_API_API_KEY=demo-key",
            "  export SENDBLUE_API_API_SECRET=demo-secret",
        ]
        assert client.get(PATH).json()["status"] == "OK"
        assert client.get("/_emulator/accounts").json() == ["default"]


@pytest.mark.skipif(os.name != "posix", reason="Windows cannot send the signal to one process")
def test_an_interrupt_ends_it_cleanly() -> None:
    """Ctrl-C ends it with exit code 0 and no traceback, even while a request is stalled."""
    with running(end=signal.SIGINT) as (client, _):
        client.post("/_emulator/faults", json={"kind": "stall", "seconds": 60})
        with pytest.raises(httpx.ReadTimeout):
            client.get(PATH, timeout=0.1)


def test_its_options(tmp_path: Path) -> None:
    """Accounts, seed, path and behaviour are as the options say, and a secret that may be real is not shown."""
    seed = tmp_path / "seed.json"
    seed.write_text(json.dumps({"status": "OK", "webhooks": {"receive": [A], "globalSecret": "all"}}), encoding="utf-8")
    options = ["--account", "a:canary-one", "--account", "b:canary:two", "--webhooks", str(seed), "--path", "v2"]
    options += ["--accept", "typing_indicator", "--drop-on-put", "call_log", "--secrets", "masked", "--lag", "1"]
    with running(*options) as (client, greeting):
        assert "canary" not in "\n".join(greeting)
        assert "  export SENDBLUE_API_API_KEY=a" in greeting
        v2 = "/api/v2/account/webhooks"
        assert client.get(PATH).status_code == 404
        assert client.get(v2).status_code == 401
        for pair in (("a", "canary-one"), ("b", "canary:two")):
            headers = dict(zip(DEMO, pair, strict=True))
            webhooks = client.get(v2, headers=headers).json()["webhooks"]
            assert (webhooks["receive"], webhooks["globalSecret"]) == ([A], "********")
            body = {"webhooks": {"typing_indicator": [A], "call_log": [A]}}
            assert client.put(v2, headers=headers, json=body).json()["webhooks"]["call_log"] == []
            assert client.get(v2, headers=headers).json()["webhooks"]["receive"] == [A]
            assert client.get(v2, headers=headers).json()["webhooks"]["typing_indicator"] == [A]


def test_its_vintages() -> None:
    """--vintage chooses path, events and forms together; the other options change some of it."""
    body = {"webhooks": {"contact_created": [{"url": "https://Example.com"}], "location": [A]}}
    with running("--vintage", "2026-10", "--accept", "location", "--url-form", "lower_host") as (client, _):
        assert client.get("/api/v2/account/webhooks").status_code == 404
        assert client.put(PATH, json=body).json() == {"status": "OK", "message": "Webhooks updated successfully"}
        webhooks = client.get(PATH).json()["webhooks"]
        assert len(webhooks) == 11
        assert (webhooks["contact_created"], webhooks["location"]) == ([{"url": "https://example.com"}], [A])
    with running("--vintage", "page", "--path", "both", "--put-answer", "message") as (client, _):
        assert client.put(PATH, json=body).status_code == 400
        assert "webhooks" not in client.put(PATH, json={"webhooks": {"receive": [A]}}).json()


def test_its_state_file_outlives_it(tmp_path: Path) -> None:
    """With a state file a second run goes on where the first one stopped."""
    state = str(tmp_path / "state.json")
    with running("--state", state) as (client, _):
        client.put(PATH, json={"webhooks": {"receive": [A]}})
    with running("--state", state) as (client, _):
        assert client.get(PATH).json()["webhooks"]["receive"] == [A]


def test_its_help() -> None:
    """--help lists the options."""
    text = subprocess.run([*COMMAND, "--help"], capture_output=True, text=True, timeout=10, check=True).stdout
    options = "host port account webhooks state vintage path accept drop-on-put secrets url-form put-answer lag"
    for option in options.split():
        assert f"--{option} " in text
    assert "default: 8484" in text


def test_a_port_in_use_is_said_in_one_line() -> None:
    """A port that is taken is named, with the way out."""
    with running() as (client, _):
        port = str(client.base_url.port)
        assert refused("--port", port) == (
            1,
            f"sendblue_emulator: cannot listen on 127.0.0.1:{port}: Address already in use "
            "(--port 0 picks a free port)",
        )


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (["--host", "0.0.0.0"], 1, "0.0.0.0 is not a loopback address: the emulator serves this machine only"),  # noqa: S104
        (["--account", "canary"], 1, "--account: give KEY_ID:SECRET"),
        (["--account", ":canary"], 1, "--account: give KEY_ID:SECRET"),
        (["--account", "a:canary", "--account", "a:canary"], 1, "the key id 'a' is in use already"),
        (["--webhooks", "absent.json"], 1, "absent.json: No such file or directory"),
        (["--webhooks", __file__], 1, f"{__file__} is not JSON: "),
        (["--state", "absent/state.json"], 1, "absent/state.json: No such file or directory"),
        (["--state", __file__], 1, f"{__file__} is not JSON: "),
        (["--lag", "-1"], 1, "lag: -1 is not a number of GETs"),
        (["--port", "70000"], 2, "argument --port: 70000 is not a port (--help shows the options)"),
        (["--vintage", "2026"], 2, "argument --vintage: invalid choice: '2026'"),
        (["--secrets", "x"], 2, "argument --secrets: invalid choice: 'x'"),
    ],
)
def test_mistakes_are_said_in_one_line(options: list[str], code: int, message: str) -> None:
    """A wrong option or file is one line that names it, and never quotes a secret."""
    exit_code, line = refused(*options)
    assert exit_code == code
    assert line.startswith(f"sendblue_emulator: {message}")
    assert "canary" not in line


def test_a_seed_of_something_else_is_refused(tmp_path: Path) -> None:
    """A seed file that is JSON but not an object of webhooks is refused."""
    seed = tmp_path / "seed.json"
    for content in ("[]", '{"webhooks": []}'):
        seed.write_text(content, encoding="utf-8")
        assert refused("--webhooks", str(seed)) == (1, f"sendblue_emulator: {seed} is not an object of webhooks")


def test_without_flask_it_says_what_to_install() -> None:
    """Where the extra is missing, the one line says how to get it; the package can still be imported."""
    program = (
        "import sys, runpy; sys.modules['flask'] = sys.modules['werkzeug'] = None; "
        "runpy.run_module('sendblue_emulator', run_name='__main__')"
    )
    process = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=10, check=False)
    assert process.returncode == 1
    assert process.stderr == ("sendblue_emulator: the emulator needs Flask: pip install 'pulumi-sendblue[emulator]'\n")
