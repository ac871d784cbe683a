"""`ignoreChanges`: what the program leaves as it is on the account.

The engine itself puts the last declared value in the place of an ignored one. That would overwrite what was changed
outside of the stack since, so an update writes such a place with its live value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from .model import OTHER_EVENTS, Configuration, Path, Properties, known_part, outputs_of

EVERY: Final = "*"

# A name, [0], ["a name"] or [*], as Pulumi writes property paths.
_STEP = re.compile(r"""\.?([^.\[\]"]+)|\[(\d+)\]|\[(\*)\]|\.?\["((?:[^"\\]|\\.)*)"\]""")


def parse_path(text: str) -> Path:
    """Read a property path such as `receive[0].secret`; a step `*` is any."""
    steps: list[str | int] = []
    for name, position, every, quoted in _STEP.findall(text):
        steps.append(int(position) if position else name or every or re.sub(r"\\(.)", r"\1", quoted))
    return tuple(steps)


def keep_live(inputs: Properties, live: Configuration, ignored: Sequence[Path]) -> Properties:
    """Return the inputs with the live value in every ignored place.

    An endpoint in a list is told by its URL: where it is no longer there, it is left out.
    """
    return keep_current(inputs, outputs_of(live, known_part(inputs)), ignored) if ignored else inputs


def keep_current(inputs: Properties, current: Properties, ignored: Sequence[Path]) -> Properties:
    """Return the inputs with the current value in every ignored place; one that has none is left out."""
    kept = dict(inputs)
    for path in sorted(ignored, key=_order):
        name, *rest = path
        for each in {**kept, **current} if name == EVERY else (name,):
            _keep(kept, current, each, rest)
    return kept


def _order(path: Path) -> tuple[str, ...]:
    # What is beyond the end of a list is appended one after the other.
    return tuple(f"{step:09}" if isinstance(step, int) else step for step in path)


def _keep(kept: dict[str, Any], current: Mapping[str, Any], name: str | int, rest: Sequence[str | int]) -> None:
    if name == OTHER_EVENTS and rest not in ([], [EVERY]):
        if isinstance(others := kept.get(OTHER_EVENTS) or {}, dict):
            kept[OTHER_EVENTS] = {**others}
            live = current.get(OTHER_EVENTS, {})
            for event in {**others, **live} if rest[0] == EVERY else rest[:1]:
                _keep(kept[OTHER_EVENTS], live, event, rest[1:])
    elif len(rest) > 1 or (rest and rest[0] != EVERY):
        if isinstance(items := kept.get(str(name)) or [], list):
            items = _with_live_items(items, current.get(str(name), []), rest)
            if items or name in kept:
                kept[str(name)] = items
    elif name in current:
        kept[str(name)] = current[str(name)]
    else:
        kept.pop(str(name), None)


def _with_live_items(items: Sequence[Any], current: Sequence[Any], path: Sequence[str | int]) -> list[Any]:
    position, *field = path
    by_url = {_url(item): item for item in current}
    result: list[Any] = []
    for place, item in enumerate(items):
        if position not in (place, EVERY):
            result.append(item)
        elif field:
            result.append(_with_live_field(item, by_url.get(_url(item)), str(field[0])))
        elif _url(item) in by_url:
            result.append(by_url[_url(item)])
    if isinstance(position, int) and not field:
        result += current[position : position + 1] if position >= len(items) else []
    return result


def _with_live_field(item: Any, live: Any, field: str) -> Any:
    if live is None:
        return item
    there = live if isinstance(live, Mapping) else {"url": live}
    if field == "url" or field not in {*there, *(item if isinstance(item, Mapping) else ())}:
        return item
    declared = dict(item) if isinstance(item, Mapping) else {"url": item}
    declared.pop(field, None)
    return {**declared, field: there[field]} if field in there else declared


def _url(item: Any) -> Any:
    return item.get("url") if isinstance(item, Mapping) else item


def parse_paths(texts: Iterable[str]) -> list[Path]:
    """Read the paths that the engine passes on."""
    return [path for text in texts if (path := parse_path(text))]
