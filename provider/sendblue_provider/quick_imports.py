"""Loading modules faster, in the plugin and in the dynamic host: every preview waits for it."""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, cast

_NO_PLUGINS: Final = "PYDANTIC_DISABLE_PLUGINS"
_COMMAND_LINE: Final = "httpx._main"
ASYNCIO: Final = ("anyio", "trio")
"""What httpcore loads for asyncio, if it is there. The dynamic host serves other providers too, which may use it."""
OBJECTS: Final = 200_000
"""How many more objects there are before the collector looks at the new ones."""
_one_at_a_time = threading.RLock()


@contextmanager
def quick_imports(*without: str) -> Iterator[None]:
    """Leave out what takes a third of the time in which the modules of this block load.

    The garbage collector goes through all that is loaded again and again, and finds next to nothing. pydantic reads the
    metadata of every installed package, for plugins. httpx loads its command line if the packages for that are there.

    After the block the collector runs less often than Python has it: of the properties of thousands of URLs nothing is
    garbage, and their check and diff took half as long again. A process that serves many runs has to collect by itself.

    Args:
        without: More modules to leave out; whoever imports them has to be ready for an ImportError.
    """
    with _one_at_a_time:
        collects, plugins, loaded = gc.isenabled(), os.environ.get(_NO_PLUGINS), len(sys.modules)
        gc.disable()
        os.environ[_NO_PLUGINS] = "__all__"
        modules = cast("dict[str, Any]", sys.modules)
        out = [name for name in (_COMMAND_LINE, *without) if name not in modules]
        modules.update(dict.fromkeys(out))  # None is an ImportError
        try:
            yield
        finally:
            for name in out:
                if modules.get(name, name) is None:
                    del modules[name]
            os.environ.pop(_NO_PLUGINS)
            if plugins is not None:
                os.environ[_NO_PLUGINS] = plugins
            if len(sys.modules) > loaded:
                gc.freeze()  # modules stay for good
                gc.set_threshold(OBJECTS)
            if collects:
                gc.enable()
