"""Every error that the provider raises. An error carries data, and no secret; `messages` writes the sentence.

SendblueError
 ├─ SettingsError          a credential or setting is missing or malformed
 ├─ ApiError               the API, or the way to it, failed
 │   ├─ CredentialsRejected    401: the key pair is wrong
 │   ├─ CredentialsMissing     403 without a status: the headers did not arrive
 │   ├─ RequestRefused         the API said no to this request
 │   ├─ ServiceUnavailable     408, 429 or 5xx
 │   ├─ ConnectionFailed       no connection, no answer
 │   │   ├─ OutOfTime              not within the operation's time budget
 │   │   └─ UntrustedServer        the server's certificate is not trusted
 │   └─ UnexpectedResponse     an answer that is not the API's
 ├─ CreateRefused          the account holds what the create would remove or change
 ├─ ImportRefused          there is nothing with the id that is to be imported
 ├─ OtherForm              the account has the URL in another form
 ├─ AnotherAccount         nothing of this stack is on the account, and other webhooks are
 ├─ ConflictError          the account changed between the diff and the write
 ├─ CopiesDiffer           a URL is registered more than once, and which one is this stack's is not known
 ├─ EventUnreadable        the account has something under a declared event that cannot be read
 ├─ SecretHidden           a write would overwrite a secret that Sendblue does not show
 │   └─ MaskDeclared           the program declares the mask that Sendblue shows in place of a secret
 ├─ WriteFailed            the API failed a write, and nothing of it was done
 ├─ Interrupted            the run was cancelled before anything was written
 └─ PartlyWritten          a write was sent, and the account is not, or may not be, what was declared
     ├─ WriteNotApplied        the API accepted it and did not do it
     ├─ WriteUnverified        the account could not be read afterwards
     └─ WriteInterrupted       the run was cancelled before the account was seen to show it
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from .api.records import Key, Record, Records
    from .plan.changes import Change


class SendblueError(Exception):
    """The base of every error here; `messages.errors.error_text` writes what the user reads.

    A front end that has to raise it sets `args` to that text. Until then it has none.

    Attributes:
        has_state: Whether this run was shown a state: the stack has put something on the account before.
    """

    has_state = False

    def __post_init__(self) -> None:
        self.args = ()

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else type(self).__name__


@dataclass(eq=False, repr=False)
class SettingsError(SendblueError):
    """A credential or setting is missing or malformed.

    Attributes:
        problems: One sentence a setting, each with the command that mends it.
    """

    problems: list[str]


class Call(NamedTuple):
    """One call of the API: `GET`, `POST`, `PUT` or `DELETE`, and the whole URL that was asked."""

    method: str
    url: str


class ApiError(SendblueError):
    """The API, or the way to it, failed.

    Attributes:
        call: The call that failed.
        status: The HTTP status of the answer; 0 if there was none.
        said: The API's own words, at most 200 characters, every known secret taken out; empty if it said nothing.
        retry_after: Seconds that the answer asks to wait; None if it asks for nothing.
    """

    def __init__(self, call: Call, status: int = 0, said: str = "", retry_after: float | None = None) -> None:
        super().__init__()
        self.call = call
        self.status = status
        self.said = said
        self.retry_after = retry_after


class CredentialsRejected(ApiError):
    """The API answered 401: it does not know this key pair."""


class CredentialsMissing(ApiError):
    """The API answered 403 without a status: the credential headers did not arrive."""


class RequestRefused(ApiError):
    """The API refused the request: another 4xx, or a 2xx whose body says `ERROR`."""


class ServiceUnavailable(ApiError):
    """The API answered 408, 429 or 5xx; for a GET, still after the retries."""


class ConnectionFailed(ApiError):
    """There was no connection, or no answer.

    Attributes:
        reason: What happened, in our words; never the text of a library's error.
    """

    def __init__(self, call: Call, reason: str) -> None:
        super().__init__(call)
        self.reason = reason


class OutOfTime(ConnectionFailed):
    """The operation's time budget leaves no time for (another) attempt.

    Attributes:
        seconds: The budget.
        is_own: Whether the budget is this resource's own (`customTimeouts`), and not the provider's.
        asked_for: Seconds that the server asks to wait; 0 if it asks for nothing.
        is_sent: Whether the request was sent.
    """

    def __init__(
        self, call: Call, reason: str, *, seconds: float, is_own: bool, asked_for: float = 0.0, is_sent: bool = True
    ) -> None:
        super().__init__(call, reason)
        self.is_sent = is_sent
        self.seconds = seconds
        self.is_own = is_own
        self.asked_for = asked_for


class UntrustedServer(ConnectionFailed):
    """The server's certificate is not one that this machine trusts."""


_Content = Literal["empty", "not JSON", "too deep", "no webhooks", "too large", "compressed"]
Unexpected = _Content | Literal["redirected", "not modified", "unknown paths"]


class UnexpectedResponse(ApiError):
    """The answer is not the API's.

    Attributes:
        kind: What is wrong with it.
    """

    def __init__(self, call: Call, kind: Unexpected, status: int = 0) -> None:
        super().__init__(call, status)
        self.kind: Unexpected = kind


@dataclass(eq=False, repr=False)
class CreateRefused(SendblueError):
    """A create would remove or change what is on the account, and `allowOverwrite` is not set.

    Attributes:
        changes: What it would remove or change, each with the live record before and the desired one after.
        counts: How often the account has a record that it has more often than is declared, by key.
        kind: The type of the resource.
        import_id: The id by which it can be imported.
    """

    changes: Sequence[Change]
    counts: Mapping[Key, int]
    kind: str
    import_id: str


@dataclass(eq=False, repr=False)
class ImportRefused(SendblueError):
    """There is nothing with the `id` that is to be imported; `ids` can be."""

    kind: str
    id: str
    ids: Sequence[str] = ()


@dataclass(eq=False, repr=False)
class OtherForm(SendblueError):
    """The account has a URL that the write would add in another form, such as with its host in lower case.

    Attributes:
        pairs: The desired record and the live one.
        is_additive: Whether the resource is a `Webhook`.
    """

    pairs: Sequence[tuple[Record, Record]]
    is_additive: bool


@dataclass(eq=False, repr=False)
class AnotherAccount(SendblueError):
    """Nothing that this stack put on the account or declares is on it; others (`live`) are, or it was moved here."""

    live: Sequence[Record]
    is_moved: bool = False


@dataclass(eq=False, repr=False)
class ConflictError(SendblueError):
    """The account changed between this run's diff and its write, or between two sends of a write.

    Attributes:
        changes: What changed.
        is_additive: Whether the resource is a `Webhook`.
        is_sent: Whether a write was sent before; then some of it may have been done.
    """

    changes: Sequence[Change]
    is_additive: bool
    is_sent: bool = False


@dataclass(eq=False, repr=False)
class CopiesDiffer(SendblueError):
    """A URL is registered more than once for an event, and which of the `copies` is this stack's is not known."""

    copies: Sequence[Record]
    is_import: bool = False


@dataclass(eq=False, repr=False)
class EventUnreadable(SendblueError):
    """The account has something under a declared event that cannot be read, `records`; a write would lose it."""

    records: Sequence[Record]
    is_additive: bool


@dataclass(eq=False, repr=False)
class SecretHidden(SendblueError):
    """A write would overwrite the secret, which Sendblue does not show, of the `records`; nothing was sent."""

    records: Sequence[Record]


class MaskDeclared(SecretHidden):
    """The program declares, as a secret, the mask that Sendblue shows in its place; nothing was sent."""


@dataclass(eq=False, repr=False)
class Interrupted(SendblueError):
    """The run was cancelled; of this operation nothing was written.

    Attributes:
        call: The call that was interrupted; None if none was under way.
        is_sent: Whether it was sent; then a GET showed that it was not done.
    """

    call: Call | None = None
    is_sent: bool = False


@dataclass(eq=False, repr=False)
class WriteFailed(SendblueError):
    """A write failed for a `reason`, and a GET shows that none of its `changes` was done."""

    reason: SendblueError
    changes: Sequence[Change]


@dataclass(eq=False, repr=False)
class PartlyWritten(SendblueError):
    """A write was sent, and the account is not, or is not known to be, what was declared.

    Attributes:
        now: What the account showed afterwards; None if it could not be read.
        left: The changes that the account does not show.
        outputs: What the state should hold, so that the next run goes on from there; empty if the state stays as it
            is.
    """

    now: Records | None = None
    left: Sequence[Change] = ()
    outputs: dict[str, Any] = field(default_factory=dict, init=False)


@dataclass(eq=False, repr=False)
class WriteNotApplied(PartlyWritten):
    """The API answered a write with success, and the account does not show all of it.

    Attributes:
        unexpected: What the account shows instead, and nobody declared.
        lost: What was on the account before, was sent along unchanged, and whose event has no entry any more.
        reason: The error of the write that was to do the rest; None if there was none.
    """

    unexpected: Sequence[Record] = ()
    lost: Sequence[Record] = ()
    reason: SendblueError | None = None


@dataclass(eq=False, repr=False)
class WriteUnverified(PartlyWritten):
    """A write was sent, and neither its answer nor a GET shows whether it was done.

    Attributes:
        reason: Why: the error of the write, or of the GET that was to verify it.
        is_answered: Whether the write itself was answered with success.
    """

    reason: SendblueError = field(kw_only=True)
    is_answered: bool = field(kw_only=True)


class WriteInterrupted(PartlyWritten):
    """The run was cancelled after a write was sent, before the account was seen to show all of it."""
