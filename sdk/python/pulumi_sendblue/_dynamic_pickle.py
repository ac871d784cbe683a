"""What `pulumi.dynamic` leaves behind in the standard library's `pickle`, and its end."""

from __future__ import annotations

import pickle
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

# For each dynamic resource `pulumi.dynamic.serialize_provider` wraps these methods once more (SDK 3.272). After some
# 320 resources the pickle of a provider with state, such as one of the program's own, ends in a RecursionError.
_WRAPPED: Final = ("_batch_setitems", "save_dict")
_turn: Final = threading.RLock()


@contextmanager
def pickle_as_before() -> Iterator[None]:
    """Undo at the end what `pulumi.dynamic` wraps meanwhile, also after an error; what was wrapped before stays so."""
    stock = pickle._Pickler
    with _turn:
        before = {name: method for name in _WRAPPED if (method := vars(stock).get(name)) is not None}
        try:
            yield
        finally:
            for name, method in before.items():
                setattr(stock, name, method)
