"""One configured provider of the plugin: its account, its reader, and how it speaks to the engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Final

from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import provider_pb2 as proto

from sendblue_provider.api.retry import Waiting
from sendblue_provider.engine_log import Engine
from sendblue_provider.errors import PartlyWritten, SendblueError
from sendblue_provider.lifecycle.session import session_of
from sendblue_provider.lifecycle.steps import read_account
from sendblue_provider.messages.errors import error_text
from sendblue_provider.messages.marked import Marked
from sendblue_provider.messages.notices import Notice
from sendblue_provider.messages.text import CONFIG_CREDENTIALS, Reader
from sendblue_provider.messages.waits import waiting_text
from sendblue_provider.resources.names import Properties
from sendblue_provider.settings import Settings

from .answers import Failed
from .values import Received, outputs_struct

_IMPORT_COMMAND: Final = "pulumi import {kind} <name> {id}"
_EXPLICIT_CREDENTIALS: Final = (
    "Give the sendblue.Provider {name!r} the account's current pair, apiKeyId and apiSecretKey"
)
_EXPLICIT_ROTATION: Final = (
    "After a rotation the engine goes on with the pair in the state until the program has run: `pulumi up "
    "--run-program` (also preview, refresh and destroy take --run-program)"
)

Tell = Callable[[Iterable[Notice]], None]


class Provider:
    """One configured provider.

    Args:
        settings: Credentials and endpoint.
        engine: Where messages go.
        explicit: The name of the provider if the program made it itself (`sendblue.Provider`), else None.

    Attributes:
        session: The account that it works on.
        reader: Who reads its messages.

    Raises:
        SettingsError: the environment's proxies or certificates cannot be used.
    """

    def __init__(self, settings: Settings, engine: Engine, *, explicit: str | None) -> None:
        self._engine = engine
        self.reader = Reader(
            spell=lambda name: name,
            source=settings.source,
            credentials=CONFIG_CREDENTIALS if explicit is None else _EXPLICIT_CREDENTIALS.format(name=explicit),
            rotation="" if explicit is None else _EXPLICIT_ROTATION,
            sees_state=True,
            import_command=_IMPORT_COMMAND,
        )
        self.session = session_of(settings)
        self._marked = Marked()
        self._told: set[tuple[str, Notice]] = set()

    def has_ended(self) -> bool:
        """Return whether the run is over: each one ends with a cancellation (an engine fact)."""
        return self.session.cancelled.is_set()

    def configuration(self) -> Struct:
        """Read what is live, for the function that returns it."""
        with self.speaking(""):
            return outputs_struct(read_account(self.session))

    def show_wait(self, urn: str) -> Callable[[Waiting], None]:
        """Return what shows a wait in a resource's status line."""
        return lambda waiting: self._engine.log("info", waiting_text(waiting), urn, ephemeral=True)

    def new(self, urn: str, found: Iterable[Notice]) -> list[Notice]:
        """Return those notices that this has not returned of this resource before."""
        new = [notice for notice in found if (urn, notice) not in self._told]
        self._told.update((urn, notice) for notice in new)
        return new

    def tell(self, urn: str, found: Iterable[Notice]) -> None:
        """Tell notices about a resource; with an empty URN about none."""
        for notice in found:
            self._engine.log(notice.severity, self.redacted(notice.text), urn)

    def redacted(self, text: str) -> str:
        """Take out of a text what the programs of this run marked as secrets."""
        return self._marked.taken_out_of(text)

    @contextmanager
    def speaking(
        self,
        urn: str,
        *sources: Received,
        inputs: Struct | None = None,
        id_of: Callable[[Properties], str] | None = None,
    ) -> Iterator[Tell]:
        """Tell notices and raise errors in the reader's words, with nothing in them that came as a secret.

        Args:
            urn: The resource; empty if it is about none.
            sources: The inputs that came with the request, of the program and of the state. Not the outputs: a dynamic
                resource's are secret as a whole if they hold a secret (an engine fact), and ours go by the inputs.
            inputs: For a write: what the state keeps as inputs if it fails half-way.
            id_of: Makes the id that the state keeps then.
        """
        # What is secret in one resource's program is in the messages of another, too.
        for source in sources:
            self._marked.add(source.secrets)
            self.session.hide(source.secrets)

        try:
            yield partial(self.tell, urn)
        except SendblueError as error:
            text = self.redacted(error_text(error, self.reader))
            written: Any = None
            if isinstance(error, PartlyWritten) and error.outputs and inputs is not None and id_of is not None:
                written = proto.ErrorResourceInitFailed(
                    id=id_of(error.outputs),
                    properties=outputs_struct(error.outputs, *sources),
                    reasons=[text],
                    inputs=inputs,
                    refresh_before_update=True,
                )
            raise Failed(text, written) from None
