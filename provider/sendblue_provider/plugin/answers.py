"""How a call of the engine fails: one status line, no traceback."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NoReturn, TypeVar

import grpc
from pulumi.runtime.proto import provider_pb2 as proto
from pulumi.runtime.proto import status_pb2

T = TypeVar("T")

_DETAILS: Final = "grpc-status-details-bin"
"""Where the engine looks for more than the text of a status (an engine fact)."""


class Failed(Exception):
    """A call failed for a reason that its user can do something about.

    Attributes:
        written: What the state holds all the same, since the account was written to; None if it was not.
    """

    def __init__(self, message: str, written: proto.ErrorResourceInitFailed | None = None) -> None:
        self.written = written
        super().__init__(message)


def answer(context: grpc.ServicerContext, call: Callable[[], T]) -> T:
    """Make a call and return its answer, or end it with a status."""
    try:
        return call()
    except Failed as error:
        if error.written is not None:
            status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=str(error))
            status.details.add().Pack(error.written)
            context.set_trailing_metadata(((_DETAILS, status.SerializeToString()),))
        _abort(context, str(error))
    except Exception as error:
        from sendblue_provider.messages.defects import defect_text

        _abort(context, defect_text(error))


def _abort(context: grpc.ServicerContext, text: str) -> NoReturn:
    # JSON from elsewhere can hold halves of characters, which a status cannot.
    context.abort(grpc.StatusCode.UNKNOWN, text.encode("utf-8", "replace").decode("utf-8"))
    raise AssertionError("abort has raised")
