"""What a user reads of an error: what happened, what it concerns, what to do. One line each.

Dynamic providers print it below a traceback, so the line has to be the whole story.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from sendblue_provider.errors import (
    AnotherAccount,
    ApiError,
    ConflictError,
    CopiesDiffer,
    CreateRefused,
    CredentialsRejected,
    EventUnreadable,
    ImportRefused,
    Interrupted,
    MaskDeclared,
    OtherForm,
    PartlyWritten,
    SecretHidden,
    SendblueError,
    SettingsError,
    WriteFailed,
    WriteInterrupted,
    WriteNotApplied,
    WriteUnverified,
)
from sendblue_provider.plan.changes import Change
from sendblue_provider.plan.claims import Clash
from sendblue_provider.resources.names import ALLOW_OVERWRITE, WEBHOOK_TYPE

from .api_errors import api_error_text
from .text import Reader, in_a_line, listed, loss_text, paragraph, record_text, shortened, shown, shown_url

AGAIN: Final = "Run the same command again: it goes on from the account as it is"


def error_text(error: SendblueError, reader: Reader) -> str:
    """Write an error for its reader: what happened, and what to do in this front end."""
    # Only the error that left a step is told of a state; the text of its reason depends on that, too.
    reader = replace(reader, has_state=reader.has_state or error.has_state)
    text = next(write for kind, write in _TEXTS if isinstance(error, kind))(error, reader)
    advice = ""
    if isinstance(error, CredentialsRejected):
        is_rotated = reader.has_state and reader.rotation
        advice = f"{reader.credentials}. {reader.rotation}" if is_rotated else reader.credentials
    elif isinstance(error, PartlyWritten):
        advice = reader.after_partial_write
    return f"{text}. {advice}" if advice else text


def _api(error: ApiError, reader: Reader) -> str:
    return api_error_text(error, reader.source)


def _write_failed(error: WriteFailed, reader: Reader) -> str:
    return f"{error_text(error.reason, reader).rstrip('.')}. Not done: {in_a_line(error.changes)}"


def _settings(error: SettingsError, _reader: Reader) -> str:
    return "; ".join(error.problems)


def _create_refused(error: CreateRefused, reader: Reader) -> str:
    is_webhook = error.kind == WEBHOOK_TYPE
    lines: dict[str, None] = {}
    for change in error.changes:
        lines[loss_text(change, error.counts.get(change.key, 1))] = None
    found = paragraph("", shortened([*lines]))
    if error.counts and all(change.key in error.counts and change.after is None for change in error.changes):
        return (
            f"The Sendblue account has this more often than the program declares it:{found}\nA create would remove "
            "the other copies, so nothing was written. Remove those that are not needed in Sendblue's dashboard, or "
            f"set {reader.spell(ALLOW_OVERWRITE)} to remove them"
        )
    declare, change_word = ("Declare the values that it has", "change") if is_webhook else ("Declare it", "replace")
    ways = [f"{declare} in this program, or set {reader.spell(ALLOW_OVERWRITE)} to {change_word} it"]
    if error.counts:
        ways = [f"Remove the copies that are not needed in Sendblue's dashboard, or {ways[0][0].lower()}{ways[0][1:]}"]
    if reader.import_command:
        ways.append(f"or adopt it with `{reader.import_command.format(kind=error.kind, id=error.import_id)}`")
    ways_out = ", ".join(ways)
    # A dynamic resource's create cannot know: its host is shown no state, under --replace no old inputs either.
    may_be_own = reader.has_state or not reader.sees_state
    if is_webhook:
        text = (
            "The Sendblue account already has this webhook with other values, and a create would change it:"
            f"{found}\n{ways_out}; another stack may rely on it"
        )
        own = (
            "If this stack put it there (as with a new name, --replace, or two that swap their URLs): run without "
            "--replace, change one thing at a time, or use aliases with the resource's old name"
        )
    else:
        text = (
            "The Sendblue account already holds what this program does not declare, and a create would remove or "
            f"change it:{found}\n{ways_out}"
        )
        own = (
            "If this stack put it there (as with a new name, --replace, or an earlier run that failed half-way): run "
            "without --replace, use aliases with the resource's old name, or declare it for one update more"
        )
    return f"{text}. {own}" if may_be_own else text


def _import_refused(error: ImportRefused, _reader: Reader) -> str:
    if error.kind == WEBHOOK_TYPE:
        ids = listed([shown_url(id_) for id_ in error.ids]) or "no webhook at all"
        return (
            f"The account has no webhook with the id {shown_url(error.id)!r}: that is the event, a colon and the URL. "
            f"The account has: {ids}"
        )
    return (
        f"There is no WebhookConfiguration with the id {error.id!r}: it is the one configuration of the account that "
        "the credentials name, and its id is always account. Give account as the id"
    )


def _other_form(error: OtherForm, reader: Reader) -> str:
    pairs = [
        f"{shown(wanted.event)} {shown_url(wanted.url)} is declared, {shown_url(live.url)} is registered"
        for wanted, live in error.pairs
    ]
    pairs = [*dict.fromkeys(pairs)]
    forms = ", ".join(dict.fromkeys(shown_url(live.url) for _, live in error.pairs))
    way = "" if error.is_additive else f", or set {reader.spell(ALLOW_OVERWRITE)} to replace it"
    return (
        f"The Sendblue account already has this URL in another form: {listed(pairs)}. Sendblue would call both, so "
        f"nothing was written. Declare {forms} in this program{way}"
    )


def _another_account(error: AnotherAccount, reader: Reader) -> str:
    show = reader.source.show.format(key="apiKeyId")
    if error.is_moved:
        return (
            "This resource comes from the plugin, and nothing that it put on a Sendblue account is on this one, so it "
            "may have had a sendblue.Provider of another account, where its webhooks would stay. Nothing was written. "
            f"Go on with import pulumi_sendblue, or check {reader.source.prefix}apiKeyId: {show}. If the webhooks were "
            f"removed from this account, set {reader.spell(ALLOW_OVERWRITE)} to put them there again"
        )
    return (
        "Nothing that this stack put on the Sendblue account is there, nor anything that it declares, but other "
        f"webhooks are, so these may be another account's credentials: {listed([*map(record_text, error.live)])}. "
        f"Nothing was written. Check {reader.source.prefix}apiKeyId: {show}. If it is the right account, set "
        f"{reader.spell(ALLOW_OVERWRITE)} to replace what it has"
    )


def _conflict(error: ConflictError, _reader: Reader) -> str:
    what = "webhook was changed on the Sendblue account" if error.is_additive else "Sendblue account was changed"
    wrote = "a write was sent, and not sent again" if error.is_sent else "nothing was written"
    return (
        f"The {what} by somebody else while this update ran, and {wrote}: {in_a_line(error.changes)}. Run `pulumi up` "
        "again: its preview shows the change"
    )


def _copies_differ(error: CopiesDiffer, _reader: Reader) -> str:
    first = error.copies[0]
    counted = f"{shown(first.event)} {shown_url(first.url)} is registered {len(error.copies)} times on the account"
    if error.is_import:
        return (
            f"{counted}, with different secrets or numbers, and which of them to import is not known. Remove those "
            "that are not needed in Sendblue's dashboard, then import it again"
        )
    return (
        f"{counted}, and none of them is as this stack left it, so which of them to change is not known. Nothing was "
        "written. Remove those that are not this stack's in Sendblue's dashboard, then run `pulumi up` again"
    )


def _event_unreadable(error: EventUnreadable, reader: Reader) -> str:
    events = ", ".join(dict.fromkeys(shown(record.event) for record in error.records))
    way = f", or set {reader.spell(ALLOW_OVERWRITE)} to {'add it all the same' if error.is_additive else 'replace it'}"
    return (
        f"The Sendblue account holds something under {events} that this provider cannot read, and a write would lose "
        f"it: {listed([*map(record_text, error.records)])}. Nothing was written. Leave {events} out of the program, "
        f"update pulumi-sendblue, remove it in Sendblue's dashboard{way}"
    )


def _secret_hidden(error: SecretHidden, _reader: Reader) -> str:
    return (
        "The update would overwrite secrets that Sendblue does not show, so nothing was written: "
        f"{listed([*map(record_text, error.records)])}. To change a webhook beside them, take it out of the program, "
        "run `pulumi up`, add it again with its new values and run `pulumi up`: calls in between are lost"
    )


def _mask_declared(error: MaskDeclared, _reader: Reader) -> str:
    return (
        "Sendblue shows a mask in the place of a secret, and the program declares that mask as the secret: "
        f"{listed([*map(record_text, error.records)])}. Writing it would overwrite the real one, so nothing was "
        "written. Declare the real secret and run `pulumi up` again"
    )


def _interrupted(error: Interrupted, _reader: Reader) -> str:
    call = f"{error.call.method} {error.call.url} was interrupted" if error.call else "The write was interrupted"
    account = ", and the account does not show it" if error.is_sent else ", and nothing was written"
    return f"{call}, since the run was cancelled{account}"


def _write_not_applied(error: WriteNotApplied, reader: Reader) -> str:
    if error.reason is not None:
        return (
            f"Only a part of the change was done. Still to do: {in_a_line(error.left)}. The rest failed: "
            f"{error_text(error.reason, reader).rstrip('.')}"
        )
    if error.lost and not error.left:
        return (
            f"The update is done, and {listed([*map(record_text, error.lost)])} is no longer on the account: Sendblue "
            "dropped it, or somebody removed it at the same moment. Look at it in Sendblue's dashboard, and add it "
            "again or tell its owner"
        )
    what = "Sendblue answered with success and did not do all of it"
    lost = f". No longer on the account: {listed([*map(record_text, error.lost)])}" if error.lost else ""
    return f"{what}. Still to do: {in_a_line(error.left)}{lost}. {_advice(error)}, then run the same command again"


def _advice(error: WriteNotApplied) -> str:
    missing = sorted(
        {change.key.event for change in error.left if change.before is None and change.key.url}
        - {record.event for record in error.now or ()}
    )
    if all(_is_kept_secret(change) for change in error.left):
        return "Clear the secret in Sendblue's dashboard"
    if error.unexpected:
        return (
            f"It shows {listed([*map(record_text, error.unexpected)])} that nobody declared: if that is your URL in "
            "another form, declare that form"
        )
    if missing:
        return (
            "It is known to drop an event type that it does not offer, to this account or any more: remove "
            f"{', '.join(shown(event) for event in missing)} from the program, or ask Sendblue"
        )
    return "Look at the account in Sendblue's dashboard (somebody else may have written at the same moment)"


def _is_kept_secret(change: Change) -> bool:
    return change.after is None and not change.key.url


def _write_unverified(error: WriteUnverified, reader: Reader) -> str:
    reason = error_text(error.reason, reader).rstrip(".")
    if error.is_answered:
        return f"The change was sent, but could not be looked at afterwards: {reason}. {AGAIN}"
    return f"{reason}. It may have been done all the same: {AGAIN[0].lower()}{AGAIN[1:]}"


def _write_interrupted(error: WriteInterrupted, _reader: Reader) -> str:
    after = "The run was cancelled after a change was sent to Sendblue"
    if error.now is None:
        return f"{after}, and could not be looked at afterwards. {AGAIN}"
    return f"{after}, which does not show all of it yet: {in_a_line(error.left)} still to do. {AGAIN}"


_TEXTS: Final[tuple[tuple[type[SendblueError], Callable[[Any, Reader], str]], ...]] = (
    (ApiError, _api),
    (SettingsError, _settings),
    (CreateRefused, _create_refused),
    (ImportRefused, _import_refused),
    (OtherForm, _other_form),
    (AnotherAccount, _another_account),
    (ConflictError, _conflict),
    (CopiesDiffer, _copies_differ),
    (EventUnreadable, _event_unreadable),
    (MaskDeclared, _mask_declared),
    (SecretHidden, _secret_hidden),
    (Interrupted, _interrupted),
    (WriteFailed, _write_failed),
    (WriteNotApplied, _write_not_applied),
    (WriteUnverified, _write_unverified),
    (WriteInterrupted, _write_interrupted),
)

BOTH_KINDS: Final = (
    "A WebhookConfiguration is authoritative for the whole account: it would remove what a Webhook adds. A Webhook is "
    "additive: one URL for one event, beside whatever else the account has. Declare all endpoints in the "
    "WebhookConfiguration, or each of them as a Webhook"
)
_ANOTHER_ACCOUNT: Final = "or give each a sendblue.Provider with another account's credentials"


def clash_text(clash: Clash) -> str:
    """Say why two resources of one program cannot stand side by side on one account."""
    names = [str(urn).split("::", 3)[-1] for urn in clash.resources]
    which = ", " + " and ".join(repr(name) for name in sorted(names)) if names else ""

    def pair(what: str) -> str:
        return f"this program declares {what} for one Sendblue account{which}"

    if clash.reason == "kinds":
        text = f"{pair('both a WebhookConfiguration and a Webhook')}. {BOTH_KINDS}"
        return f"{text}, {_ANOTHER_ACCOUNT}" if names else text
    if clash.reason == "configurations":
        return (
            f"{pair('two WebhookConfigurations')}. It is authoritative for the whole account, so the two would undo "
            f"each other: declare all endpoints in one and remove the other, {_ANOTHER_ACCOUNT}"
        )
    one = record_text(clash.record._replace(secret=None, numbers=())) if clash.record else ""
    if clash.reason == "twice":
        return f"{pair(f'the Webhook {one} twice')}. The account needs it once: remove one of the two"
    other = shown_url(clash.other.url) if clash.other else ""
    return (
        f"{pair(f'the Webhook {one} twice, in two forms of its URL')}: the other is {other}. Sendblue would call both: "
        "declare it once, in one form"
    )
