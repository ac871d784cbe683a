"""One configured provider of the plugin: its account, its reader, and how it speaks to the engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import provider_pb2 as proto

from . import authoritative
from .account import account_of
from .engine_log import Engine
from .errors import PartlyWritten, SendblueError
from .model import Properties
from .notices import Notice
from .plugin_errors import Failed
from .plugin_values import Received, outputs_struct
from .report import CONFIG_CREDENTIALS, Reader, error_text, redacted
from .settings import Settings

_IMPORT_COMMAND: Final = "pulumi import {kind} <name> {id}"
_EXPLICIT_CREDENTIALS: Final = (
    "Give the sendblue.Provider {name!r} the account's current pair, apiKeyId and apiSecretKey. After a rotation the "
    "engine goes on with the pair in the state until the program has run: `pulumi up --run-program` (also preview, "
    "refresh and destroy take --run-program)"
)

Tell = Callable[[Iterable[Notice]], None]


class Session:
    """One configured provider.

    Args:
        settings: Credentials and endpoint.
        engine: Where notices go.
        explicit: The name of the provider if the program made it itself (`sendblue.Provider`), else None.

    Attributes:
        account: The account that it works on.
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
            import_command=_IMPORT_COMMAND,
        )
        self.account = account_of(settings)
        self._secrets: set[str] = set()

    def has_ended(self) -> bool:
        """Tell whether the run is over: each one ends with a cancellation (an engine fact)."""
        return self.account.cancelled.is_set()

    def configuration(self) -> Struct:
        """Read what is live, for the function that returns it."""
        with self.speaking(""):
            return outputs_struct(authoritative.look(self.account))

    @contextmanager
    def speaking(
        self,
        urn: str,
        *sources: Received,
        inputs: Struct | None = None,
        id_of: Callable[[Properties], str] = authoritative.id_of,
    ) -> Iterator[Tell]:
        """Tell notices and raise errors in the reader's words, with nothing in them that came as a secret.

        Args:
            urn: The resource; empty where it is about none.
            sources: The inputs that came with the request, of the program and of the state. Not the outputs: a dynamic
                resource's are secret as a whole where they hold a secret (an engine fact), and ours go by the inputs.
            inputs: For a write: what the state keeps as inputs where it failed half-way.
            id_of: Makes the id that it keeps then.
        """
        # What is secret in one resource's program is in the messages of another, too.
        self._secrets.update(*(source.secrets for source in sources))
        secrets = frozenset(self._secrets)
        self.account.client.hide(secrets)

        def tell(found: Iterable[Notice]) -> None:
            for notice in found:
                self._engine.log(notice.severity, redacted(notice.text, secrets), urn)

        try:
            yield tell
        except SendblueError as error:
            text = redacted(error_text(error, self.reader), secrets)
            written: Any = None
            if isinstance(error, PartlyWritten) and error.outputs and inputs is not None:
                written = proto.ErrorResourceInitFailed(
                    id=id_of(error.outputs),
                    properties=outputs_struct(error.outputs, *sources),
                    reasons=[text],
                    inputs=inputs,
                    refresh_before_update=True,
                )
            raise Failed(text, written) from None
