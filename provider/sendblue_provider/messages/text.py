"""Records, changes and property paths as text. A secret is never shown, only whether there is one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sendblue_provider.api.hidden import HIDDEN, is_hidden_by_mask
from sendblue_provider.api.records import ACCOUNT_SECRETS, Record
from sendblue_provider.plan.changes import Change
from sendblue_provider.resources.failure import Failure
from sendblue_provider.resources.names import CONFIGURATION_TYPE, NUMBERS, SECRET_PROPERTY, URL, Path
from sendblue_provider.resources.paths import properties_of
from sendblue_provider.settings import STACK_CONFIG, Source

SHOWN_LINES: Final = 30
"""How many lines of a kind a message lists before it only counts the rest."""

Spell = Callable[[str], str]
"""Turns a property name as the schema spells it into what the reader writes."""

_SIGNS: Final = {"create": "+", "delete": "-", "update": "~"}
# The value of a query's parameter, or a whole part of the query that has none.
_QUERY_VALUE = re.compile(r"(?<==)[^&]+|(?<![^&])[^&=]+(?![^&])")
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
        credentials: What to do if the credentials are refused.
        rotation: What to know beside that if there is a state, which may hold an older pair.
        sees_state: Whether the front end is shown the state before a create.
        import_command: The command that adopts what is live, with `{kind}` and `{id}` in it; empty if the front end
            cannot import.
        after_partial_write: What to know of a write that failed half-way; empty if the state has it.
        has_state: Whether this run was shown a state, as the error that is told says.
    """

    spell: Spell
    source: Source = STACK_CONFIG
    credentials: str = CONFIG_CREDENTIALS
    rotation: str = ""
    sees_state: bool = False
    import_command: str = ""
    after_partial_write: str = ""
    has_state: bool = False


def shown(text: str) -> str:
    """Show a name from the account without the characters that move a terminal."""
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else "\ufffd" for character in text)


def shown_url(url: str) -> str:
    """Show a URL without the parts that often are a credential: a password, the query's values, the fragment."""
    address, query_mark, query = url.partition("?")
    address = _USER_INFO.sub(r"\1…@", address)
    address, fragment_mark, _ = address.partition("#")
    query, query_fragment_mark, _ = query.partition("#")
    values = _QUERY_VALUE.sub("…", query)
    return shown(address + query_mark + values + ("#…" if fragment_mark or query_fragment_mark else ""))


def record_text(record: Record) -> str:
    """Describe a record, such as `receive https://example.com/in (secret set)`."""
    if record.opaque:
        return f"{shown(record.event)} ({'a value' if record.opaque.is_whole else 'an entry'} that cannot be read)"
    if record.event in ACCOUNT_SECRETS and not record.url:
        return f"{record.event} ({_facts(record)[0]})"
    return _with_facts(record, _facts(record))


def change_text(change: Change) -> str:
    """Describe a change without its sign, such as `receive https://example.com/in secret changed`."""
    before, after = change.before, change.after
    if before is None or after is None:
        return record_text(change.record)
    if before.event in ACCOUNT_SECRETS and not before.url:
        return f"{before.event} changed"
    return f"{_with_facts(before, [])} {', '.join(_what_changed(before, after))}"


def loss_text(change: Change, count: int = 1) -> str:
    """Describe what a create would remove from or change on the account, as the account has it."""
    before, after = change.before, change.after
    times = [f"registered {count} times"] if count > 1 else []
    if before is None:
        return record_text(change.record)
    if after is None:
        return record_text(before) if not times else _with_facts(before, [*_facts(before), *times])
    facts = []
    if before.secret != after.secret:
        facts = ["no secret"] if before.secret is None else ["another secret"]
        facts = ["a secret that does not show"] if before.secret == HIDDEN else facts
    facts += ["other numbers"] if before.numbers != after.numbers else []
    if not before.url:
        return f"{before.event} ({', '.join(facts)})"
    return _with_facts(before, [*(facts or _facts(before)), *times])


def change_line(change: Change) -> str:
    """Describe a change in one line with its sign."""
    return f"{_SIGNS[change.kind]} {change_text(change)}"


def _with_facts(record: Record, facts: Sequence[str]) -> str:
    return f"{shown(record.event)} {shown_url(record.url)}" + (f" ({', '.join(facts)})" if facts else "")


def _facts(record: Record) -> list[str]:
    # A mask says that there is one; a secret that is absent, on an account that shows none, may be there.
    is_set = record.secret != HIDDEN or is_hidden_by_mask(record)
    facts = [] if record.secret is None else ["secret set" if is_set else "a secret may be set"]
    return [*facts, f"for {_numbers(record)}"] if record.numbers else facts


def _what_changed(before: Record, after: Record) -> list[str]:
    found: list[str] = []
    if before.secret != after.secret:
        kind = "added" if before.secret is None else "removed" if after.secret is None else "changed"
        found.append(f"secret {kind}")
    if before.numbers != after.numbers:
        found.append(f"numbers changed from {_numbers(before)} to {_numbers(after)}")
    return found


def _numbers(record: Record) -> str:
    return " ".join(shown(number) for number in record.numbers) or "all"


def change_lines(changes: Sequence[Change]) -> list[str]:
    """Describe changes, a line each; a long list ends in a count of the rest."""
    return shortened([change_line(change) for change in changes])


def record_lines(records: Iterable[Record]) -> list[str]:
    """Describe records, a line each; a long list ends in a count of the rest."""
    return shortened([record_text(record) for record in records])


def shortened(lines: list[str]) -> list[str]:
    """Cut a long list; its last line counts the rest."""
    rest = len(lines) - SHOWN_LINES
    return [*lines[:SHOWN_LINES], f"… and {rest} more"] if rest > 0 else lines


def paragraph(heading: str, lines: Iterable[str]) -> str:
    """Put a heading above indented lines."""
    return "\n  ".join((heading, *lines))


def listed(lines: list[str]) -> str:
    """List lines within one sentence; a long list ends in a count of the rest."""
    return "; ".join(shortened(lines))


def in_a_line(changes: Sequence[Change]) -> str:
    """List changes within one sentence."""
    return "; ".join(change_lines(changes))


def path_text(path: Path, spell: Spell) -> str:
    """Write a property path as the reader would, such as `callLog[1].url`."""
    steps = [f"[{step}]" if isinstance(step, int) else f".{shown(spell(step)) or repr(step)}" for step in path]
    return "".join(steps).removeprefix(".")


def failure_text(failure: Failure, spell: Spell) -> str:
    """Write a failure of the inputs so that it begins with its property path."""
    reason = " ".join((failure.reason, ", ".join(spell(name) for name in failure.names))).strip()
    if failure.is_kept:
        ignored = f"if {spell('ignoreChanges')} covers it, leave that out for one `pulumi up`"
        reason += f". It is as it was at the last update: {ignored}"
    return f"{path_text(failure.path, spell)}: {reason}" if failure.path else reason


def unknown_paths_text(resource_type: str, unknown: Sequence[str], spell: Spell = str) -> str:
    """Say which paths of `ignoreChanges` name no property of a resource."""
    names, has = ("names", "has") if len(unknown) == 1 else ("name", "have")
    endpoint = ", ".join(map(spell, (URL, SECRET_PROPERTY, NUMBERS)))
    of_endpoints = f"; those of an endpoint are {endpoint}" if resource_type == CONFIGURATION_TYPE else ""
    return (
        f"in {spell('ignoreChanges')}, {', '.join(map(shown, unknown))} {names} no property and {has} no effect. "
        f"The properties are {', '.join(map(spell, properties_of(resource_type)))}{of_endpoints}"
    )
