"""What the plugin does for a resource: the engine's requests on one side, the lifecycle on the other, no rule between.

Imported once the engine configures the provider: until then nothing needs the core.
"""

from __future__ import annotations

from typing import Final

from pulumi.runtime.proto import provider_pb2 as proto

from . import notices
from .detail import Detail, detailed_diff
from .ignore import parse_paths
from .lifecycle import Lifecycle
from .model import PROVIDER_KEY
from .plugin_session import Session
from .plugin_values import checked_inputs, engine_path, outputs_struct, received
from .report import failure_text, redacted

_KINDS: Final = {
    "add": proto.PropertyDiff.ADD,
    "delete": proto.PropertyDiff.DELETE,
    "update": proto.PropertyDiff.UPDATE,
}
_REPLACING_KINDS: Final = {
    "add": proto.PropertyDiff.ADD_REPLACE,
    "delete": proto.PropertyDiff.DELETE_REPLACE,
    "update": proto.PropertyDiff.UPDATE_REPLACE,
}


class Hooks:
    """The hooks of one kind of resource. See `lifecycle` for what each of them does.

    Args:
        session: The configured provider.
        lifecycle: The rules of the resource.
    """

    def __init__(self, session: Session, lifecycle: Lifecycle) -> None:
        self._account = session.account
        self._reader = session.reader
        self._speaking = session.speaking
        self._rules = lifecycle

    def check(self, request: proto.CheckRequest) -> proto.CheckResponse:
        """Check the declared values."""
        inputs = received(request.news)
        old_inputs = received(request.olds).plain if request.olds.fields else None
        with self._speaking(request.urn, inputs):
            failures = self._rules.check(self._account, inputs.plain, old_inputs, request.urn)
        reasons = [redacted(failure_text(failure, self._reader.spell), inputs.secrets) for failure in failures]
        # With a property's name the engine would print its raw value, a plain secret included (an engine fact).
        return proto.CheckResponse(
            inputs=checked_inputs(inputs),
            failures=[proto.CheckFailure(property="", reason=reason) for reason in reasons],
        )

    def diff(self, request: proto.DiffRequest) -> proto.DiffResponse:
        """Compare live, state and program, property by property."""
        state, inputs, old_inputs = (received(s) for s in (request.olds, request.news, request.old_inputs))
        ignored = parse_paths(request.ignoreChanges)
        with self._speaking(request.urn, inputs, old_inputs) as tell:
            found = self._rules.diff(self._account, state.plain, inputs.plain, ignored, request.urn)
            # Refresh calls diff too, without a check before it.
            if request.urn in self._account.declared:
                tell(notices.of_diff(found, self._reader))
        details = detailed_diff(found, state.plain, old_inputs.plain)
        if state.of_dynamic:
            # Without an update the state would stay that of the dynamic resource (an engine fact).
            details[(PROVIDER_KEY,)] = Detail("delete")
        return proto.DiffResponse(
            changes=proto.DiffResponse.DIFF_SOME if details else proto.DiffResponse.DIFF_NONE,
            diffs=sorted({str(path[0]) for path in details}),
            detailedDiff={
                engine_path(path): proto.PropertyDiff(
                    kind=(_REPLACING_KINDS if detail.replaces else _KINDS)[detail.kind], inputDiff=detail.of_inputs
                )
                for path, detail in details.items()
            },
            hasDetailedDiff=True,
            replaces=found.replaces,
        )

    def create(self, request: proto.CreateRequest) -> proto.CreateResponse:
        """Put what is declared on the account; in a preview, find out whether that will be refused."""
        inputs, seconds = received(request.properties), request.timeout or None
        with self._speaking(request.urn, inputs, inputs=request.properties, id_of=self._rules.id_of) as tell:
            if request.preview:
                created = self._rules.preview_create(self._account, inputs.plain, request.urn, seconds=seconds)
            else:
                created = self._rules.create(self._account, inputs.plain, request.urn, seconds=seconds)
            tell(notices.of_takeover(created.takeover, self._reader))
        return proto.CreateResponse(
            id="" if request.preview else self._rules.id_of(created.outputs),
            properties=outputs_struct(created.outputs, inputs),
            refresh_before_update=True,
        )

    def read(self, request: proto.ReadRequest) -> proto.ReadResponse:
        """Read what is live; for an import, as what is declared too."""
        state, inputs = received(request.properties), received(request.inputs)
        # The protocol of SDKs before 3.260 or so has no timeout of a read.
        seconds = getattr(request, "timeout", 0.0) or None
        with self._speaking(request.urn, inputs) as tell:
            if not state.plain and not inputs.plain:  # an import: the engine knows nothing of it
                outputs, live_inputs = self._rules.import_(self._account, request.id, seconds=seconds)
                return proto.ReadResponse(
                    id=self._rules.id_of(outputs),
                    properties=outputs_struct(outputs),
                    inputs=outputs_struct(live_inputs),
                    refresh_before_update=True,
                )
            found = self._rules.read(self._account, state.plain, seconds=seconds)
            tell(notices.of_drift(found.drift))
        if not found.outputs:  # without an id the engine takes the resource out of the state
            return proto.ReadResponse()
        return proto.ReadResponse(
            id=request.id,
            properties=outputs_struct(found.outputs, inputs),
            inputs=request.inputs,
            refresh_before_update=True,
        )

    def update(self, request: proto.UpdateRequest) -> proto.UpdateResponse:
        """Make the account what is declared."""
        state, inputs, old_inputs = (received(s) for s in (request.olds, request.news, request.old_inputs))
        with self._speaking(request.urn, inputs, old_inputs, inputs=request.news, id_of=self._rules.id_of):
            ignored = parse_paths(request.ignoreChanges)
            if request.preview:
                outputs = self._rules.preview_update(self._account, state.plain, inputs.plain, ignored)
            else:
                seconds = request.timeout or None
                outputs = self._rules.update(self._account, state.plain, inputs.plain, ignored, seconds=seconds)
        return proto.UpdateResponse(properties=outputs_struct(outputs, inputs), refresh_before_update=True)

    def delete(self, request: proto.DeleteRequest) -> None:
        """Remove what this stack put on the account."""
        state = received(request.properties)
        with self._speaking(request.urn, received(request.old_inputs)) as tell:
            remainder = self._rules.delete(self._account, state.plain, seconds=request.timeout or None)
            tell(notices.of_remainder(remainder))
