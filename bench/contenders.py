"""Whose start is measured: ours, what a user would pick instead, and what no Python process can go below."""

from __future__ import annotations

import sys
import tarfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

from tools.plugin_archive import archive_name

from .api import Api
from .peers import installed
from .peers.installed import Missing
from .process import Answer, Contender, configure, connected, created, diff, running, struct
from .system import BIN, BUILD, ROOT

DYNAMIC_HOST: Final = ("-u", "-m", "pulumi.dynamic")
URN: Final = "urn:pulumi:dev::bench::{}::one"
DYNAMIC_TYPE: Final = "pulumi-python:dynamic:Resource"
OURS: Final = "sendblue:index:WebhookConfiguration"
CONSOLE_SCRIPT: Final = BIN / "pulumi-resource-sendblue"
INPUTS: Final = {"receive": ["https://example.com/inbound"], "callLog": ["https://example.com/calls"]}

NOTHING: Final = "nothing, in the dynamic host"
EXPERIMENTAL: Final = "nothing, as a plugin on `provider.experimental`"
DYNAMIC: Final = "**ours, dynamic**"
PLUGIN: Final = "**ours, plugin**"
ARCHIVE: Final = "**ours, plugin as an archive**"
COMPILED: Final = "`pulumi-resource-gcpx` 0.1.1, a compiled plugin (Rust)"
EMPTY_GRPC: Final = "Python that imports grpc and prints a line"

_PRINTS: Final = "import os; os.write(1, b'1\\n'); import time; time.sleep(60)"


def contenders(api: Api) -> tuple[dict[str, Contender], dict[str, str]]:
    """Return the contenders by name, and those that cannot be measured here with the reason.

    Args:
        api: Has the account that ours look at.
    """
    made: dict[str, Contender] = {}
    missing: dict[str, str] = {}
    makers: dict[str, Callable[[str], Contender]] = {
        "Python that prints a line": lambda name: Contender(name, (sys.executable, "-c", _PRINTS)),
        EMPTY_GRPC: lambda name: Contender(name, (sys.executable, "-c", f"import grpc; {_PRINTS}")),
        NOTHING: _nothing,
        EXPERIMENTAL: _experimental,
        "`pulumi-unifi-dynamic` 0.1.0": _unifi,
        "`pulumi-reolink` 0.3.1": _reolink,
        COMPILED: _gcpx,
        DYNAMIC: partial(_dynamic, api),
        PLUGIN: lambda name: _plugin(api, name, (str(CONSOLE_SCRIPT),)),
        ARCHIVE: lambda name: _plugin(api, name, (str(unpacked_archive()),)),
    }
    for name, make in makers.items():
        one = _made(name, make)
        if isinstance(one, Contender):
            made[name] = one
        else:
            missing[name] = one
    return made, missing


def _made(name: str, make: Callable[[str], Contender]) -> Contender | str:
    try:
        return make(name)
    except Missing as reason:
        return str(reason)


def unpacked_archive() -> Path:
    """Unpack the plugin's archive, as `pulumi plugin install` does, and return the program in it.

    Raises:
        Missing: `make plugin` has not made it.
    """
    archive = ROOT / "dist" / archive_name()
    if not archive.exists():
        raise Missing("not built: `make plugin` does that, or `python -m bench --archive`")
    folder = BUILD / "bench-archive" / str(archive.stat().st_mtime_ns)
    if not folder.exists():
        with tarfile.open(archive) as tar:
            tar.extractall(folder, filter="data")
    return folder / "pulumi-resource-sendblue"


# Dynamic providers


def _nothing(name: str) -> Contender:
    provider = installed.pickled("from bench.peers.nothing import Nothing", "Nothing", Path(sys.executable))
    return Contender(name, (sys.executable, *DYNAMIC_HOST), _dynamic_diff(provider, INPUTS))


def _unifi(name: str) -> Contender:
    installed.install(installed.UNIFI)
    provider = installed.pickled("from unifi_pulumi.dns_record import DnsRecordProvider as P", "P")
    inputs = {"type": "A_RECORD", "domain": "app.example.com", "ipv4Address": "192.0.2.1"}
    return Contender(name, (str(installed.PYTHON), *DYNAMIC_HOST), _dynamic_diff(provider, inputs))


def _reolink(name: str) -> Contender:
    installed.install(installed.REOLINK)
    provider = installed.pickled("from pulumi_reolink.provider import _ReolinkDeviceProvider as P", "P")
    inputs = {"host": "192.0.2.1", "username": "admin", "settings": {}}
    return Contender(name, (str(installed.PYTHON), *DYNAMIC_HOST), _dynamic_diff(provider, inputs))


def _dynamic_diff(provider: str, inputs: Mapping[str, Any]) -> Answer:
    """Make the first Diff of a peer, which asks no device: its state is what is declared."""
    properties = struct({**inputs, "__provider": provider})

    def answer(stub: Any) -> None:
        configure(stub, {})
        diff(stub, URN.format(DYNAMIC_TYPE), "one", properties, properties)

    return answer


def _dynamic(api: Api, name: str) -> Contender:
    statement = "from sendblue_provider.dynamic import WebhookConfigurationProvider as P"
    provider = installed.pickled(statement, "P", Path(sys.executable))
    command = (sys.executable, *DYNAMIC_HOST)
    return Contender(name, command, _our_diff(api, command, DYNAMIC_TYPE, "sendblue:", {"__provider": provider}))


# Plugins


def _experimental(name: str) -> Contender:
    command = (sys.executable, "-m", "bench.peers.plugin")
    properties = struct(INPUTS)

    def answer(stub: Any) -> None:
        configure(stub, {})
        diff(stub, URN.format("nothing:index:Nothing"), "one", properties, properties)

    return Contender(name, command, answer)


def _gcpx(name: str) -> Contender:
    installed.install(installed.GCPX)
    return Contender(name, (str(installed.gcpx_program()),))


def _plugin(api: Api, name: str, command: tuple[str, ...]) -> Contender:
    return Contender(name, command, _our_diff(api, command, OURS, "", {}))


def _our_diff(api: Api, command: tuple[str, ...], type_: str, prefix: str, extra: Mapping[str, str]) -> Answer:
    """Create our resource once, and make the Diff of a preview that finds nothing to do: with its GET."""
    urn = URN.format(type_)
    settings = api.settings()
    with running(command, {}) as (_, port), connected(port) as stub:
        configure(stub, settings, prefix)
        id_, inputs, outputs = created(stub, urn, {**INPUTS, **extra})

    def answer(stub: Any) -> None:
        configure(stub, settings, prefix)
        diff(stub, urn, id_, inputs, outputs)

    return answer
