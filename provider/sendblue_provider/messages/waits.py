"""What the status line says while an answer is awaited, or a request waits to be sent again."""

from __future__ import annotations

import math

from sendblue_provider.api.retry import Waiting


def waiting_text(waiting: Waiting) -> str:
    """Say what is waited for, and for how long."""
    if not waiting.reason:
        return f"no answer to {waiting.call.method} yet: waiting for it for up to {math.ceil(waiting.seconds)} s"
    return f"{waiting.reason} to {waiting.call.method}: asking again in {math.ceil(waiting.seconds)} s"
