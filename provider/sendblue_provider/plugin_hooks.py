"""What the plugin does for a resource: the engine's requests on one side, the lifecycle on the other, no rule between.

Imported once the engine configures the provider: until then nothing needs the core.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import provider_pb2 as proto

from . import lifecycle, notices
from .account import account_of
from .detail import Detail, detailed_diff
from .engine_log import Engine
from .errors import PartlyWritten, SendblueError
from .ignore import parse_paths
from .model import ACCOUNT_ID, PROVIDER_KEY, RESOURCE_TYPE
from .notices import Notice
from .plugin_errors import Failed
from .plugin_values import Received, checked_inputs, engine_path, outputs_struct, received
from .report import CONFIG_CREDENTIALS, Reader, error_text, failure_text, redacted
from .settings import Settings

_KINDS: Final = {
    "add": proto.PropertyDiff.ADD,
    "delete": proto.PropertyDiff.DELETE,
    "update": proto.PropertyDiff.UPDATE,
}
_IMPORT_COMMAND: Final = f"pulumi import {RESOURCE_TYPE} <name> {ACCOUNT_ID}"
_EXPLICIT_CREDENTIALS: Final = (
    "Give the sendblue.Provider {name!r} the account's current pair, apiKeyId and apiSecretKey. After a rotation the "
    "engine goes on with the pair in the state until the program has run: `pulumi up --run-program` (also preview, "
    "refresh and destroy take --run-program)"
)

Tell = Callable[[Iterable[Notice]], None]


class Hooks:
    """The hooks of one configured provider. See `lifecycle` for what each of them does.

    Args:
        settings: Credentials and endpoint.
        engine: Where notices go.
        explicit: The name of the provider if the program made it itself (`sendblue.Provider`), else None.

    Raises:
        SettingsError: the environment's proxies or certificates cannot be used.
    """

    def __init__(self, settings: Settings, engine: Engine, *, explicit: str | None) -> None:
        self._engine = engine
        self._reader = Reader(
            spell=lambda name: name,
            source=settings.source,
            credentials=CONFIG_CREDENTIALS if explicit is None else _EXPLICIT_CREDENTIALS.format(name=explicit),
            import_command=_IMPORT_COMMAND,
        )
        self._account = account_of(settings)

    def start_run(self) -> None:
        """Forget what an earlier run has left."""
        self._account.start_run()

    def has_ended(self) -> bool:
        """Tell whether the run is over: each one ends with a cancellation (an engine fact)."""
        return self._account.cancelled.is_set()

    def shares_account(self, other: Hooks) -> bool:
        """Tell whether other hooks are of the same account."""
        return self._account is other._account

    def cancel(self) -> None:
        """End every operation that is under way."""
        self._account.cancelled.set()

    def check(self, request: proto.CheckRequest) -> proto.CheckResponse:
        """Check the declared values."""
        inputs = received(request.news)
        old_inputs = received(request.olds).plain if request.olds.fields else None
        with self._speaking(request.urn, inputs):
            failures = lifecycle.check(self._account, inputs.plain, old_inputs, request.urn)
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
            found = lifecycle.diff(self._account, state.plain, inputs.plain, ignored, request.urn)
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
                engine_path(path): proto.PropertyDiff(kind=_KINDS[detail.kind], inputDiff=detail.of_inputs)
                for path, detail in details.items()
            },
            hasDetailedDiff=True,
        )

    def create(self, request: proto.CreateRequest) -> proto.CreateResponse:
        """Put what is declared on the account; in a preview, find out whether that will be refused."""
        inputs, seconds = received(request.properties), request.timeout or None
        with self._speaking(request.urn, inputs, inputs=request.properties) as tell:
            if request.preview:
                created = lifecycle.preview_create(self._account, inputs.plain, request.urn, seconds=seconds)
            else:
                created = lifecycle.create(self._account, inputs.plain, request.urn, seconds=seconds)
            tell(notices.of_takeover(created.takeover, self._reader))
        return proto.CreateResponse(
            id="" if request.preview else ACCOUNT_ID,
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
                outputs, live_inputs = lifecycle.import_(self._account, request.id, seconds=seconds)
                return proto.ReadResponse(
                    id=request.id,
                    properties=outputs_struct(outputs),
                    inputs=outputs_struct(live_inputs),
                    refresh_before_update=True,
                )
            found = lifecycle.read(self._account, state.plain, seconds=seconds)
            tell(notices.of_drift(found.drift))
        return proto.ReadResponse(
            id=request.id,
            properties=outputs_struct(found.outputs, inputs),
            inputs=request.inputs,
            refresh_before_update=True,
        )

    def update(self, request: proto.UpdateRequest) -> proto.UpdateResponse:
        """Make the account what is declared."""
        state, inputs, old_inputs = (received(s) for s in (request.olds, request.news, request.old_inputs))
        with self._speaking(request.urn, inputs, old_inputs, inputs=request.news):
            ignored = parse_paths(request.ignoreChanges)
            if request.preview:
                outputs = lifecycle.preview_update(self._account, state.plain, inputs.plain, ignored)
            else:
                seconds = request.timeout or None
                outputs = lifecycle.update(self._account, state.plain, inputs.plain, ignored, seconds=seconds)
        return proto.UpdateResponse(properties=outputs_struct(outputs, inputs), refresh_before_update=True)

    def delete(self, request: proto.DeleteRequest) -> None:
        """Remove what this stack put on the account."""
        state = received(request.properties)
        with self._speaking(request.urn, received(request.old_inputs)) as tell:
            remainder = lifecycle.delete(self._account, state.plain, seconds=request.timeout or None)
            tell(notices.of_remainder(remainder))

    @contextmanager
    def _speaking(self, urn: str, *sources: Received, inputs: Struct | None = None) -> Iterator[Tell]:
        """Tell notices and raise errors in the reader's words, with nothing in them that came as a secret.

        Args:
            urn: The resource.
            sources: The inputs that came with the request, of the program and of the state. Not the outputs: a dynamic
                resource's are secret as a whole where they hold a secret (an engine fact), and ours go by the inputs.
            inputs: For a write: what the state keeps as inputs where it failed half-way.
        """
        secrets = frozenset().union(*(source.secrets for source in sources))
        self._account.client.hide(secrets)

        def tell(found: Iterable[Notice]) -> None:
            for notice in found:
                self._engine.log(notice.severity, redacted(notice.text, secrets), urn)

        try:
            yield tell
        except SendblueError as error:
            text = redacted(error_text(error, self._reader), secrets)
            written: Any = None
            if isinstance(error, PartlyWritten) and error.outputs and inputs is not None:
                written = proto.ErrorResourceInitFailed(
                    id=ACCOUNT_ID,
                    properties=outputs_struct(error.outputs, *sources),
                    reasons=[text],
                    inputs=inputs,
                    refresh_before_update=True,
                )
            raise Failed(text, written) from None
