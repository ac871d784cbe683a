"""Every error that the provider raises.

    SendblueError
     ├─ SettingsError          a credential or setting is missing or malformed
     ├─ ApiError               the API, or the way to it, failed
     │   ├─ CredentialsRejected    401: the key pair is wrong
     │   ├─ CredentialsMissing     403 without a status: the headers did not arrive
     │   ├─ RequestRefused         the API said no to this request
     │   ├─ ServiceUnavailable     408, 429 or 5xx, still after the retries
     │   ├─ ConnectionFailed       no connection, no answer, or not in time
     │   │   └─ NotConnected           nothing was sent
     │   └─ UnexpectedResponse     an answer that is not the API's
     ├─ CreateRefused          the account holds what the program does not declare, or declares otherwise
     ├─ ImportRefused          the id to import is not the one there is
     ├─ ConflictError          the account changed between the diff and the write
     ├─ CopiesDiffer           a URL is registered more than once, and which one is this stack's cannot be told
     ├─ SecretHidden           a write would overwrite a secret that does not show; nothing was written
     │   └─ MaskDeclared           the program declares what reads as a mask of the real secret
     ├─ Interrupted            the run was cancelled before anything was written
     └─ PartlyWritten          a write was sent, and the account is not, or may not be, what was declared
         ├─ WriteNotApplied        the API accepted it and did not do it
         ├─ WriteUnverified        the account could not be looked at afterwards
         └─ WriteInterrupted       the run was cancelled before the account was seen to show it

A message is one line: what happened, what it concerns, what to do. Dynamic providers print it below a traceback, so the
line has to be the whole story. No message holds a secret or a credential.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .model import Configuration


class SendblueError(Exception):
    """The base of every error here; `str()` is the message for the user."""


class SettingsError(SendblueError):
    """A credential or setting is missing or malformed.

    Attributes:
        problems: One sentence a setting, each with the command that mends it.
    """

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("; ".join(problems))


class ApiError(SendblueError):
    """The API, or the way to it, failed."""


class CredentialsRejected(ApiError):
    """The API answered 401: it does not know this key pair."""


class CredentialsMissing(ApiError):
    """The API answered 403 without a status: the credential headers did not arrive."""


class RequestRefused(ApiError):
    """The API refused the request: another 4xx, or a 2xx whose body says `ERROR`.

    Attributes:
        status_code: The HTTP status.
    """

    def __init__(self, message: str, status_code: int) -> None:
        self.status_code = status_code
        super().__init__(message)


class ServiceUnavailable(ApiError):
    """The API answered 408, 429 or 5xx, still after the retries.

    Attributes:
        status_code: The HTTP status.
    """

    def __init__(self, message: str, status_code: int) -> None:
        self.status_code = status_code
        super().__init__(message)


class ConnectionFailed(ApiError):
    """No connection, no answer, or the operation's time budget ran out."""


class NotConnected(ConnectionFailed):
    """No connection was made at the last attempt, so nothing was sent with it."""


class UnexpectedResponse(ApiError):
    """The answer is not JSON, not of the documented shape, a redirect, or too large."""


class CreateRefused(SendblueError):
    """The account holds what the program does not declare, or declares otherwise, and `allowOverwrite` is not set.

    The ways out depend on who reads it: `report.error_text` adds them.

    Attributes:
        kind: The type of the resource.
        import_id: The id by which it can be imported.
    """

    def __init__(self, message: str, kind: str, import_id: str) -> None:
        self.kind = kind
        self.import_id = import_id
        super().__init__(message)


class ImportRefused(SendblueError):
    """There is nothing with the id that is to be imported."""


class ConflictError(SendblueError):
    """The account changed between this run's diff and its write; nothing was written."""


class CopiesDiffer(SendblueError):
    """A URL is registered more than once for an event, and which copy is this stack's cannot be told."""


class SecretHidden(SendblueError):
    """A write would overwrite a secret that Sendblue does not show; nothing was written."""


class MaskDeclared(SecretHidden):
    """A secret that the program declares is the mask that the API shows in its place; nothing was written."""


class Interrupted(SendblueError):
    """The run was cancelled; of this operation nothing was written."""


class PartlyWritten(SendblueError):
    """A write was sent, and the account is not, or is not known to be, what was declared.

    Attributes:
        now: What the account showed afterwards; None where it could not be looked at.
        outputs: What the state should hold, so that the next run goes on from there; empty until the lifecycle,
            which alone knows it, has said so. A delete that failed leaves it empty: the state stays as it is.
    """

    def __init__(self, message: str, now: Configuration | None = None) -> None:
        self.now = now
        self.outputs: dict[str, Any] = {}
        super().__init__(message)


class WriteNotApplied(PartlyWritten):
    """The API answered a write with success, and the account does not show it."""


class WriteUnverified(PartlyWritten):
    """A write was sent, and the GET that was to verify it failed."""


class WriteInterrupted(PartlyWritten):
    """The run was cancelled after a write was sent, before the account was seen to show all of it."""
