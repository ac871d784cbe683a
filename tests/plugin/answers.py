"""What a plugin's answers say to the engine, and what the engine keeps of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import grpc
from pulumi.runtime.proto import provider_pb2 as proto
from pulumi.runtime.proto import status_pb2

from tests.plugin.values import from_struct


class Written(NamedTuple):
    """What a failed call asks the engine to keep in the state all the same (`ErrorResourceInitFailed`)."""

    id: str
    inputs: dict[str, Any]
    outputs: dict[str, Any]
    reasons: list[str]
    refresh: bool


class Failed(Exception):
    """A call ended with a status.

    Attributes:
        code: The status.
        text: Its message.
        written: What the state keeps all the same.
    """

    def __init__(self, error: grpc.RpcError) -> None:
        self.code = error.code()
        self.text = error.details() or ""
        self.written: Written | None = None
        for datum in error.trailing_metadata() or ():
            if datum.key != "grpc-status-details-bin":
                continue
            assert isinstance(datum.value, bytes)
            status = status_pb2.Status.FromString(datum.value)
            assert (status.code, status.message) == (self.code.value[0], self.text), "the engine reads these instead"
            detail = proto.ErrorResourceInitFailed()
            assert [part.Unpack(detail) for part in status.details] == [True]
            self.written = Written(
                detail.id,
                from_struct(detail.inputs),
                from_struct(detail.properties),
                list(detail.reasons),
                detail.refresh_before_update,
            )
        super().__init__(self.text)


class Checked(NamedTuple):
    """The answer to a check."""

    inputs: dict[str, Any]
    failures: list[str]


class Diffed(NamedTuple):
    """The answer to a diff.

    Attributes:
        changes: Whether something changes.
        kinds: How each property path changes.
        of_inputs: The paths that are those of inputs.
        replaces: The properties that ask for a replacement.
    """

    changes: bool
    kinds: dict[str, str]
    of_inputs: frozenset[str]
    replaces: frozenset[str] = frozenset()


@dataclass(frozen=True)
class State:
    """What the engine's state holds of a resource.

    Attributes:
        id: Its id.
        inputs: What was declared at the last update.
        outputs: What the provider returned last.
        refresh: Whether the engine reads the resource before it plans.
        errors: Why its last update failed half-way.
    """

    id: str
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]
    refresh: bool = True
    errors: tuple[str, ...] = ()


class Plan(NamedTuple):
    """What a preview plans for a resource.

    Attributes:
        step: What will be done: create, update, replace, same.
        state: The state as read; None for a create, as of a resource that is gone.
        inputs: The checked inputs.
        diff: The diff, where there is a state.
    """

    step: str
    state: State | None
    inputs: dict[str, Any]
    diff: Diffed | None = None


class CheckFailed(Exception):
    """A check found failures; they are the arguments."""


def keep(failed: Failed) -> State:
    """Return the state that the engine keeps after a create or an update that failed half-way."""
    written = failed.written
    assert written is not None, "nothing says that anything was written"
    return State(written.id, written.inputs, written.outputs, written.refresh, tuple(written.reasons))


def checked(answer: proto.CheckResponse) -> Checked:
    # With a property's name the engine would print the raw value.
    assert [failure.property for failure in answer.failures] == [""] * len(answer.failures)
    return Checked(from_struct(answer.inputs), [failure.reason for failure in answer.failures])


_KINDS: Final = {
    proto.PropertyDiff.ADD: "add",
    proto.PropertyDiff.DELETE: "delete",
    proto.PropertyDiff.UPDATE: "update",
    proto.PropertyDiff.ADD_REPLACE: "add, replacing",
    proto.PropertyDiff.DELETE_REPLACE: "delete, replacing",
    proto.PropertyDiff.UPDATE_REPLACE: "update, replacing",
}


def diffed(answer: proto.DiffResponse) -> Diffed:
    assert answer.hasDetailedDiff
    assert not answer.deleteBeforeReplace
    kinds = {path: _KINDS[detail.kind] for path, detail in answer.detailedDiff.items()}
    assert answer.changes == (proto.DiffResponse.DIFF_SOME if kinds else proto.DiffResponse.DIFF_NONE)
    assert sorted(answer.diffs) == sorted({_name(path) for path in kinds})
    # The engine replaces for either of the two, so they have to agree.
    replacing = {_name(path) for path, kind in kinds.items() if kind.endswith(", replacing")}
    assert sorted(answer.replaces) == sorted(replacing)
    of_inputs = frozenset(path for path, detail in answer.detailedDiff.items() if detail.inputDiff)
    return Diffed(bool(kinds), kinds, of_inputs, frozenset(replacing))


def _name(path: str) -> str:
    return re.split(r"[.\[]", path)[0]


def read_state(answer: proto.ReadResponse) -> State:
    return State(answer.id, from_struct(answer.inputs), from_struct(answer.properties), answer.refresh_before_update)
