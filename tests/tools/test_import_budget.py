"""What is loaded until when: each preview pays for it, so that a new module is a decision."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Final

TELL: Final = """
import json, sys

def tell():
    sys.stdout = sys.__stdout__
    # None stands for a module that must not be loaded.
    print(json.dumps([name for name, module in sys.modules.items() if module is not None]), flush=True)
"""

UNTIL_THE_PORT: Final = f"""{TELL}
import os

class PortLine:
    def write(self, text):
        tell()
        os._exit(0)

sys.stdout = PortLine()
from sendblue_provider.plugin.main import main
main()
"""

UNTIL_CONFIGURE: Final = f"""{TELL}
import os, threading, time

class PortLine:
    def write(self, text):
        if text.strip():
            threading.Thread(target=ask, args=(int(text),)).start()
    def flush(self):
        pass

def ask(port):
    import grpc
    while "pulumi.runtime.proto.engine_pb2_grpc" not in sys.modules:
        time.sleep(0.01)
    from pulumi.runtime.proto import provider_pb2 as proto, provider_pb2_grpc
    plugin = provider_pb2_grpc.ResourceProviderStub(grpc.insecure_channel(f"127.0.0.1:{{port}}"))
    urn = "urn:pulumi:dev::shop::pulumi:providers:sendblue::default"
    plugin.Handshake(proto.ProviderHandshakeRequest(engine_address=""), wait_for_ready=True)
    plugin.CheckConfig(proto.CheckRequest(urn=urn))
    plugin.DiffConfig(proto.DiffRequest(urn=urn))
    tell()
    os._exit(0)

sys.stdout = PortLine()
from sendblue_provider.plugin.main import main
main()
"""

CHECKS: Final = (
    TELL
    + """
import sendblue_provider.dynamic_host
import sendblue_provider.plugin.hooks
from sendblue_provider.lifecycle import steps
from sendblue_provider.lifecycle.session import Session
from sendblue_provider.resources.configuration import WebhookConfiguration
from sendblue_provider.resources.request import Request
from sendblue_provider.resources.webhook import Webhook
from sendblue_provider.api.client import Client
from sendblue_provider.settings import Settings

url = "{}"
settings = Settings("id", "secret")
for resource, inputs in (
    (WebhookConfiguration(), {{"receive": [url]}}),
    (Webhook(), {{"event": "receive", "url": url}}),
):
    session = Session(settings, Client(settings))
    assert bool(steps.check(resource, session, Request(inputs))) == url.startswith("http://")
tell()
"""
)

START: Final = {"plugin", "plugin.main", "plugin.protocol", "quick_imports"}
LEFT_OUT: Final = {"asyncio", "grpc.aio", "ssl"}
NAMES: Final = {"api", "api.records", "resources", "resources.names"}
SETTINGS: Final = {"errors", "settings", "unknown", "urls", "version"}
PROTOCOL: Final = {"engine_log", "plugin.answers", "plugin.servicer", "plugin.values"}
PATHS: Final = {"fnmatch", "glob", "ipaddress", "ntpath", "pathlib", "urllib"}
MODELS: Final = {"pydantic", "pydantic_core", "sendblue_provider.resources.inputs"}
VALUES: Final = {"api.hidden", "api.live", "resources.properties", "resources.secrets"}


def loaded(code: str) -> set[str]:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    modules: list[str] = json.loads(done.stdout)
    return set(modules)


def beyond(baseline: str, modules: set[str]) -> tuple[set[str], set[str], set[str]]:
    """Return the provider's own modules, other packages, and those of the standard library, beyond a baseline."""
    before = loaded(f"{TELL}\n{baseline}\ntell()")
    names = modules - before
    own = {name.partition(".")[2] for name in names if name.startswith("sendblue_provider.")}
    tops = {name.partition(".")[0] for name in names} - {name.partition(".")[0] for name in before}
    tops = {name for name in tops if name != "sendblue_provider" and not name.startswith("_")}
    return own, tops - sys.stdlib_module_names, tops & sys.stdlib_module_names


def test_before_the_port_is_printed() -> None:
    """The plugin loads gRPC, without asyncio and what that loads, and next to nothing else."""
    modules = loaded(UNTIL_THE_PORT)
    own, others, standard = beyond("import grpc", modules)

    assert START == own
    assert LEFT_OUT & modules == set()
    assert set[str]() == others
    assert standard <= {"gc", "queue"}


def test_before_configure() -> None:
    """Until the plugin is configured it loads the protocol, and what reads settings: no HTTP client and no models."""
    modules = loaded(UNTIL_CONFIGURE)
    own, others, standard = beyond("import grpc", modules)

    assert LEFT_OUT & modules == set()
    assert START | NAMES | SETTINGS | PROTOCOL | VALUES == own
    assert {"google", "pulumi"} == others
    dates = {"calendar", "datetime", "numbers"}
    assert standard <= PATHS | dates | {"copy", "dataclasses", "gc", "hashlib", "pickle", "queue"}


def test_what_reads_and_plans_needs_no_models() -> None:
    """The plugin reads the account before the program starts, and without pydantic and the models."""
    plans = "import sendblue_provider.plugin.hooks, sendblue_provider.resources.configuration"
    modules = loaded(f"{TELL}\n{plans}, sendblue_provider.resources.webhook\ntell()")

    assert {"httpx", "sendblue_provider.lifecycle.steps"} <= modules
    assert MODELS & modules == set()


def test_right_inputs_need_no_models() -> None:
    """Neither front end loads pydantic to check inputs that are right: the models say what is wrong."""
    assert MODELS & loaded(CHECKS.format("https://example.com/in")) == set()
    assert MODELS <= loaded(CHECKS.format("http://example.com/in"))


def test_in_the_program() -> None:
    """A program with dynamic resources loads the SDK, and of the provider the classes that the state names."""
    own, others, standard = beyond("import pulumi", loaded(f"{TELL}\nfrom pulumi_sendblue import dynamic\ntell()"))

    assert NAMES | {"dynamic", "quick_imports"} == own
    assert {"pulumi_sendblue"} == others
    assert set[str]() == standard
