"""Loading gRPC and the provider protocol without what the plugin does not use of them, in half the time.

Something stands in `sys.modules` for what is left out. If that does not work, the usual import does.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from types import ModuleType
from typing import Final

_PROTOCOL: Final = "pulumi.runtime.proto"
_ASYNCIO: Final = ("asyncio", "grpc.aio")


def load_grpc() -> None:
    """Load gRPC without its half for asyncio, and so without asyncio, which takes as long as the rest.

    The half that is left serves with threads. In this process `grpc.aio` cannot be used.
    """
    if any(name in sys.modules for name in ("grpc", *_ASYNCIO)):
        return
    sys.modules.update({name: ModuleType(name) for name in _ASYNCIO})
    try:
        importlib.import_module("grpc")
    except Exception:
        _forget("grpc")
    finally:
        for name in _ASYNCIO:
            sys.modules.pop(name, None)


def load_protocol() -> None:
    """Load the protocol's modules without the rest of the SDK, which takes as long again.

    Packages stand in for the SDK's own whose `__init__` is not run.
    """
    names = ["pulumi", "pulumi.runtime", _PROTOCOL]
    if any(name in sys.modules for name in names):
        return
    try:
        spec = importlib.util.find_spec("pulumi")
        folder = next(iter(spec.submodule_search_locations or []), None) if spec else None
        if folder is None:
            return
        for name in names:
            package = ModuleType(name)
            package.__path__ = [os.path.join(folder, *name.split(".")[1:])]  # noqa: PTH118 - pathlib loads urllib, too
            sys.modules[name] = package
        for module in ("provider_pb2_grpc", "engine_pb2_grpc", "status_pb2"):
            importlib.import_module(f"{_PROTOCOL}.{module}")
    except Exception:
        _forget("pulumi")


def _forget(package: str) -> None:
    for name in [name for name in sys.modules if name == package or name.startswith(f"{package}.")]:
        del sys.modules[name]
