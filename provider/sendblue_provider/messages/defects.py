"""What a user reads of an error that nobody foresaw."""

from __future__ import annotations

import logging
import traceback

logger = logging.getLogger(__name__)


def defect_text(error: BaseException) -> str:
    """Name a defect of this provider by its type and place alone: its own text may hold anything, a secret too."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{place.filename.rpartition('/')[2]}:{place.lineno}"
    logger.debug("%s", "".join(traceback.format_tb(error.__traceback__)))
    what = f"{type(error).__name__} at {where}"
    return f"pulumi-sendblue has met a defect of its own ({what}): please report it with this line"
