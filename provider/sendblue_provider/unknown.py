"""A value that is known only once the update runs."""

from __future__ import annotations

import enum
from typing import Final


class Unknown(enum.Enum):
    """The type of `UNKNOWN`."""

    UNKNOWN = "unknown"


UNKNOWN: Final = Unknown.UNKNOWN
"""Stands for a property value, or a part of one, that a preview does not know yet."""
