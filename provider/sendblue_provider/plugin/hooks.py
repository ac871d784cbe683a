"""The plugin's calls about a resource: the engine's requests on one side, the resource on the other, no rule between.

Imported once the engine configures the provider: until then nothing needs the core.
"""

from __future__ import annotations

from typing import Any, Final

from pulumi.runtime.proto import provider_pb2 as proto

from sendblue_provider.lifecycle import steps
from sendblue_provider.messages import notices
from sendblue_provider.messages.errors import clash_text
from sendblue_provider.messages.text import failure_text
from sendblue_provider.plan.claims import Clash
from sendblue_provider.resources.base import Resource
from sendblue_provider.resources.names import PROVIDER_KEY
from sendblue_provider.resources.paths import engine_path, read_paths
from sendblue_provider.resources.request import Request

from .detailed_diff import Detail, detailed_diff
from .provider import Provider
from .values import Received, checked_inputs, outputs_struct, received

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
    """The calls about one kind of resource. See `lifecycle.steps` for what each step does.

    Args:
        provider: The configured provider.
        resource: The kind of resource.
    """

    def __init__(self, provider: Provider, resource: Resource) -> None:
        self._session = provider.session
        self._reader = provider.reader
        self._speaking = provider.speaking
        self._redacted = provider.redacted
        self._show_wait = provider.show_wait
        self._new = provider.new
        self._resource = resource

    def check(self, request: proto.CheckRequest) -> proto.CheckResponse:
        """Check the inputs."""
        inputs = received(request.news)
        old_inputs = received(request.olds).plain if request.olds.fields else None
        with self._speaking(request.urn, inputs):
            asked = Request(inputs.plain, old_inputs=old_inputs, urn=request.urn)
            found = steps.check(self._resource, self._session, asked)
        spell = self._reader.spell
        reasons = [clash_text(found)] if isinstance(found, Clash) else [failure_text(one, spell) for one in found]
        # With a property's name the engine would print its raw value, a plain secret included (an engine fact).
        return proto.CheckResponse(
            inputs=checked_inputs(inputs),
            failures=[proto.CheckFailure(property="", reason=self._redacted(one)) for one in reasons],
        )

    def diff(self, request: proto.DiffRequest) -> proto.DiffResponse:
        """Compare live, state and program, property by property."""
        state, inputs, old_inputs = (received(s) for s in (request.olds, request.news, request.old_inputs))
        with self._speaking(request.urn, inputs, old_inputs) as tell:
            asked = self._request(request, inputs, state, old_inputs)
            unknown = read_paths(request.ignoreChanges, self._resource.type).unknown
            tell(self._new(request.urn, notices.of_unknown_paths(self._resource.type, unknown)))
            found = steps.diff(self._resource, self._session, asked)
            # Refresh calls diff too, without a check before it.
            if self._session.claims.is_checked(request.urn):
                tell([*notices.of_diff(found), *notices.of_named(found)])
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
        """Put what is declared on the account; in a preview, find out whether a rule refuses that."""
        inputs = received(request.properties)
        with self._speaking(request.urn, inputs, inputs=request.properties, id_of=self._resource.id_of) as tell:
            asked = self._request(request, inputs)
            found = (steps.preview if request.preview else steps.write)(self._resource, self._session, asked)
            tell(notices.of_create(found, self._reader))
        return proto.CreateResponse(
            id="" if request.preview else self._resource.id_of(found.outputs),
            properties=outputs_struct(found.outputs, inputs),
            refresh_before_update=True,
        )

    def read(self, request: proto.ReadRequest) -> proto.ReadResponse:
        """Read what is live; for an import, as what is declared too."""
        state, inputs = received(request.properties), received(request.inputs)
        with self._speaking(request.urn, inputs) as tell:
            asked = self._request(request, inputs, state)
            if not state.plain and not inputs.plain:  # an import: the engine knows nothing of it
                found = steps.import_(self._resource, self._session, asked, request.id)
                return proto.ReadResponse(
                    id=self._resource.id_of(found.outputs),
                    properties=outputs_struct(found.outputs),
                    inputs=outputs_struct(found.inputs),
                    refresh_before_update=True,
                )
            found = steps.read(self._resource, self._session, asked)
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
        """Make the account what is declared; in a preview, find out whether a rule refuses that."""
        state, inputs, old_inputs = (received(s) for s in (request.olds, request.news, request.old_inputs))
        speaking = self._speaking(request.urn, inputs, old_inputs, inputs=request.news, id_of=self._resource.id_of)
        with speaking:
            asked = self._request(request, inputs, state, old_inputs)
            found = (steps.preview if request.preview else steps.write)(self._resource, self._session, asked)
        return proto.UpdateResponse(properties=outputs_struct(found.outputs, inputs), refresh_before_update=True)

    def delete(self, request: proto.DeleteRequest) -> None:
        """Remove what this stack put on the account."""
        state, old_inputs = received(request.properties), received(request.old_inputs)
        with self._speaking(request.urn, old_inputs) as tell:
            asked = self._request(request, state=state, old_inputs=old_inputs)
            tell(notices.of_left(steps.delete(self._resource, self._session, asked)))

    def _request(
        self,
        request: Any,
        inputs: Received | None = None,
        state: Received | None = None,
        old_inputs: Received | None = None,
    ) -> Request:
        return Request(
            inputs=inputs.plain if inputs is not None else {},
            state=None if state is None else state.plain,
            old_inputs=None if old_inputs is None else old_inputs.plain,
            ignored=read_paths(getattr(request, "ignoreChanges", ()), self._resource.type).known,
            urn=request.urn,
            # A Diff has no timeout; nor has a Read in the protocol of SDKs before 3.260 or so.
            timeout=getattr(request, "timeout", 0.0) or None,
            on_wait=self._show_wait(request.urn),
        )
