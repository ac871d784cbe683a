"""When the plugin loads pydantic and the models of the inputs: a third of its start, and only a check needs them.

If there is a state, the engine configures the plugin and reads the account before it starts the program. While the
program starts it asks nothing (an engine fact), so that is when they are loaded.
"""

from __future__ import annotations

import sys
from threading import Timer
from typing import Final

from sendblue_provider.quick_imports import quick_imports

_MODELS: Final = "sendblue_provider.resources.inputs"
_READ_SECONDS: Final = 0.1
"""How long the reads after Configure have the process to themselves."""


def load_models() -> None:
    """Load them, if they are not loaded."""
    if _MODELS not in sys.modules:
        with quick_imports():
            import sendblue_provider.resources.inputs  # noqa: F401


def load_models_soon() -> None:
    """Load them in a moment, in a thread of its own; a check that comes before that loads them itself."""
    if _MODELS not in sys.modules:
        timer = Timer(_READ_SECONDS, load_models)
        timer.daemon = True
        timer.start()
