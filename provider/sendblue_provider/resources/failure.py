"""What is wrong with an input."""

from __future__ import annotations

from typing import NamedTuple

from .names import Path


class Failure(NamedTuple):
    """One rule that an input breaks.

    Attributes:
        path: The value's place in the inputs; empty for a rule of the resource as a whole.
        reason: The mistake and its remedy. It never quotes a secret.
        names: Property names that end the sentence. They stand apart, since each front end spells them its way.
        is_kept: Whether the old inputs have the same value there: `ignoreChanges` may have put it in place.
    """

    path: Path
    reason: str
    names: tuple[str, ...] = ()
    is_kept: bool = False
