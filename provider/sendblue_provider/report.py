"""Changes and failures as text. Secrets are never shown, only whether there is one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from .compare import Change, replaces_secret
from .errors import CreateRefused, CredentialsRejected, PartlyWritten, SendblueError
from .model import ACCOUNT_SECRETS, ALLOW_OVERWRITE, WEBHOOK_TYPE, Entry, Path
from .settings import STACK_CONFIG, Source
from .values import Failure

SHOWN_CHANGES: Final = 30
"""How many changes a message lists before it only counts the rest."""

Spell = Callable[[str], str]
"""Turns a property name as the schema spells it into what the reader writes."""

_SIGNS: Final = {"add": "+", "remove": "-", "change": "~"}
# What follows an equals sign, or a whole part of the query that has none.
_QUERY_VALUE = re.compile(r"(?<==)[^&]+|(?<![^&])[^&=]+(?![^&])")
_NUMBER = re.compile(r"\+?[0-9]{4,}")
_USER_INFO = re.compile(r"^(\w+://)[^/]*@")


CONFIG_CREDENTIALS: Final = (
    "Set the account's current pair: `pulumi config set sendblue:apiKeyId <key id>` and "
    "`pulumi config set --secret sendblue:apiSecretKey` (or SENDBLUE_API_API_KEY and SENDBLUE_API_API_SECRET)"
)


@dataclass(frozen=True)
class Reader:
    """Who reads the messages of a front end.

    Attributes:
        spell: How this reader writes property names.
        source: Where the settings come from.
        credentials: What to do where the credentials are refused: where they come from, and how they get there.
        import_command: The command that adopts what is there, with `{kind}` and `{id}` in it; empty where the front end
            cannot import.
        after_partial_write: What to know of a write that failed half-way; empty where the state has it.
    """

    spell: Spell
    source: Source = STACK_CONFIG
    credentials: str = CONFIG_CREDENTIALS
    import_command: str = ""
    after_partial_write: str = ""


def shown(text: str) -> str:
    """Show a name from the account without what moves a terminal."""
    return "".join(character if character.isprintable() else "\ufffd" for character in text)


def shown_url(url: str) -> str:
    """Show a URL without what in it often is a credential: a password, the values of its query, its fragment."""
    address, query_mark, query = url.partition("?")
    address = _USER_INFO.sub(r"\1…@", address)
    address, fragment_mark, _ = address.partition("#")
    query, query_fragment_mark, _ = query.partition("#")
    values = _QUERY_VALUE.sub("…", query)
    return shown(address + query_mark + values + ("#…" if fragment_mark or query_fragment_mark else ""))


def thing(change: Change) -> str:
    """Describe what a change is about, such as `receive https://example.com/in (secret set)`."""
    if change.name in ACCOUNT_SECRETS:
        return f"{change.name} {'changed' if change.kind == 'change' else '(secret set)'}"
    entries = [entry for entry in (change.before, change.after) if entry is not None]
    if len(entries) == 1:
        return _with_facts(change, entries[0], _what_is_there(entries[0]))
    return f"{_with_facts(change, entries[0], [])} {', '.join(_what_changed(*entries))}"


def foreign_thing(change: Change) -> str:
    """Describe what a create would remove from or change on the account."""
    if change.kind != "change":
        return thing(change)
    if change.before is None or change.after is None:  # an account secret
        return f"{change.name} (another secret)"
    facts = ["another secret"] if replaces_secret(change.before, change.after) else []
    facts += ["no secret"] if change.before.secret is None and change.after.secret is not None else []
    facts += ["other numbers"] if sorted(change.before.numbers) != sorted(change.after.numbers) else []
    return _with_facts(change, change.before, facts)


def change_line(change: Change) -> str:
    """Describe a change, such as `+ receive https://example.com/in (secret set)`."""
    return f"{_SIGNS[change.kind]} {thing(change)}"


def _with_facts(change: Change, entry: Entry, facts: Sequence[str]) -> str:
    return f"{shown(change.name)} {shown_url(entry.url)}" + (f" ({', '.join(facts)})" if facts else "")


def _what_is_there(entry: Entry) -> list[str]:
    facts = ["secret set"] if entry.secret is not None else []
    return [*facts, f"for {_numbers(entry)}"] if entry.numbers else facts


def _what_changed(before: Entry, after: Entry) -> list[str]:
    facts = []
    if before.secret is None or after.secret is None:
        facts += [] if before.secret == after.secret else [f"secret {'added' if after.secret else 'removed'}"]
    elif before.secret != after.secret:
        facts.append("secret changed")
    if sorted(before.numbers) != sorted(after.numbers):
        facts.append(f"numbers changed from {_numbers(before)} to {_numbers(after)}")
    return facts


def _numbers(entry: Entry) -> str:
    return " ".join(shown(number) for number in entry.numbers) or "all"


def change_lines(changes: Sequence[Change]) -> list[str]:
    """Describe changes, a line each; a long list ends in a count of the rest."""
    return _shortened([change_line(change) for change in changes])


def things(changes: Sequence[Change]) -> list[str]:
    """Describe what changes are about, a line each; a long list ends in a count of the rest."""
    return _shortened([thing(change) for change in changes])


def _shortened(lines: list[str]) -> list[str]:
    rest = len(lines) - SHOWN_CHANGES
    return [*lines[:SHOWN_CHANGES], f"… and {rest} more"] if rest > 0 else lines


def paragraph(heading: str, lines: Iterable[str]) -> str:
    """Put a heading above indented lines."""
    return "\n  ".join((heading, *lines))


def listed(lines: list[str]) -> str:
    """List things within one sentence; a long list ends in a count of the rest."""
    return "; ".join(_shortened(lines))


def in_a_line(changes: Sequence[Change]) -> str:
    """List changes within one sentence."""
    return "; ".join(change_lines(changes))


def path_text(path: Path, spell: Spell) -> str:
    """Write a property path as the reader would, such as `callLog[1].url`."""
    steps = [f"[{step}]" if isinstance(step, int) else f".{shown(spell(step)) or repr(step)}" for step in path]
    return "".join(steps).removeprefix(".")


def failure_text(failure: Failure, spell: Spell) -> str:
    """Write a failure so that it begins with its property path."""
    reason = " ".join((failure.reason, ", ".join(spell(name) for name in failure.names))).strip()
    return f"{path_text(failure.path, spell)}: {reason}" if failure.path else reason


def error_text(error: SendblueError, reader: Reader) -> str:
    """Write an error for its reader: what the core says, and what to do in this front end."""
    advice = ""
    if isinstance(error, CreateRefused):
        advice = _ways_out(error, reader)
    elif isinstance(error, CredentialsRejected):
        advice = reader.credentials
    elif isinstance(error, PartlyWritten):
        advice = reader.after_partial_write
    return f"{error}. {advice}" if advice else str(error)


def _ways_out(error: CreateRefused, reader: Reader) -> str:
    is_webhook = error.kind == WEBHOOK_TYPE
    declare, change = ("Declare the values that it has", "change") if is_webhook else ("Declare it", "replace")
    ways = [f"{declare} in this program, or set {reader.spell(ALLOW_OVERWRITE)} to {change} it"]
    if reader.import_command:
        ways.append(f"or adopt it with `{reader.import_command.format(kind=error.kind, id=error.import_id)}`")
    ways_out = ", ".join(ways)
    if is_webhook:
        return (
            f"{ways_out}; another stack may rely on it. If this stack put it there (as with a new name, --replace, or "
            "two that swap their URLs): run without --replace, change one thing at a time, or use aliases with the "
            "resource's old name"
        )
    return (
        f"{ways_out}. If this stack put it there (as with a new name, --replace, or an earlier run that failed "
        "half-way): run without --replace, use aliases with the resource's old name, or declare it for one update more"
    )


def redacted(text: str, secrets: Iterable[str]) -> str:
    """Take out of a text what it may show of values that the program marked as secrets: URLs and numbers.

    No other secret is ever in a text of ours, and short ones would tear words apart.
    """
    shown_ones = [secret for secret in secrets if "://" in secret or _NUMBER.fullmatch(secret)]
    forms = {form for secret in shown_ones for form in (secret, shown(secret), shown_url(secret))}
    if not forms:
        return text
    return re.sub("|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True)), "[secret]", text)
