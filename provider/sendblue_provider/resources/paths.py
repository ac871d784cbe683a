"""Property paths such as `receive[0].secret`: how Pulumi writes them, and which of them name a property.

Pulumi's Python SDK translates a path that is a property's name alone (`call_log`). So a longer path comes in the
program's own spelling (`call_log[0].secret`).
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from sendblue_provider.package_schema import schema_bytes

from .names import Path, Properties, python_name

EVERY: Final = "*"
"""The step of a path that stands for every name or position."""

# A name, [0], ["a name"] or [*], as Pulumi writes property paths.
_STEP = re.compile(r"""\.?([^.\[\]"]+)|\[(\d+)\]|\[(\*)\]|\.?\["((?:[^"\\]|\\.)*)"\]""")
_PLAIN_NAME = re.compile(r"[A-Za-z_$][\w$]*|\*")


class Paths(NamedTuple):
    """Paths that were read.

    Attributes:
        known: Those that name a property, as the schema spells them.
        unknown: The others, as they were written.
    """

    known: list[Path]
    unknown: list[str]


def read_paths(texts: Iterable[str], resource_type: str) -> Paths:
    """Read property paths of a resource, in the schema's spelling or Python's; one without a step is left out."""
    found = Paths([], [])
    for text in texts:
        if not (path := parse_path(text)):
            continue
        if (known := _known(path, resource_type)) is None:
            found.unknown.append(text)
        else:
            found.known.append(known)
    return found


def parse_path(text: str) -> Path:
    """Read a property path such as `receive[0].secret`."""
    steps: list[str | int] = []
    for name, position, every, quoted in _STEP.findall(text):
        steps.append(int(position) if position else name or every or re.sub(r"\\(.)", r"\1", quoted))
    return tuple(steps)


def engine_path(path: Path) -> str:
    """Write a property path as the engine reads it, such as `otherEvents["inbound.call"][0].url`."""
    text = ""
    for step in path:
        if isinstance(step, int) or (step == EVERY and text):
            text += f"[{step}]"
        elif _PLAIN_NAME.fullmatch(step):
            text += f".{step}" if text else step
        else:
            escaped = step.replace("\\", "\\\\").replace('"', '\\"')
            text += f'["{escaped}"]'
    return text


def properties_of(resource_type: str) -> list[str]:
    """List the properties that a path can begin with."""
    return [*_forms()[resource_type]]


def _known(path: Path, resource_type: str) -> Path | None:
    # What begins so is the engine's own, such as `__provider`, which programs with dynamic resources like to ignore.
    return path if str(path[0]).startswith("__") else _fit(path, _forms()[resource_type])


def _fit(path: Path, form: Any) -> Path | None:
    """Return a path as the schema spells it; None if it leads to nothing of this form."""
    if not path:
        return ()
    step, rest = path[0], path[1:]
    within: list[Any] = []
    if isinstance(form, list):
        within = form if step == EVERY or isinstance(step, int) else []
    elif isinstance(form, dict) and step == EVERY:
        within = [*form.values()]
    elif isinstance(form, dict) and isinstance(step, str):
        step = step if EVERY in form else _schema_names().get(step, step)
        within = [form[name] for name in (step, EVERY) if name in form]
    fits = (_fit(rest, one) for one in within)
    return next(((step, *fit) for fit in fits if fit is not None), None)


@functools.cache
def _forms() -> dict[str, dict[str, Any]]:
    """Return what the values of each resource's properties are made of, as the package schema has it.

    None stands for a value that has no parts, a list for its items' form, a dict for forms by name.
    """
    schema = json.loads(schema_bytes())

    def form(spec: Mapping[str, Any]) -> Any:
        if "$ref" in spec:
            kind = schema["types"][spec["$ref"].removeprefix("#/types/")]
            return {name: form(part) for name, part in kind["properties"].items()}
        if "oneOf" in spec:
            return next((found for found in map(form, spec["oneOf"]) if found is not None), None)
        if spec["type"] == "array":
            return [form(spec["items"])]
        return {EVERY: form(spec["additionalProperties"])} if spec["type"] == "object" else None

    return {
        kind: {name: form(part) for name, part in (resource["inputProperties"] | resource["properties"]).items()}
        for kind, resource in schema["resources"].items()
    }


@functools.cache
def _schema_names() -> dict[str, str]:
    def names(form: Any) -> Iterator[str]:
        if isinstance(form, dict):
            yield from form
        for part in form.values() if isinstance(form, dict) else form or ():
            yield from names(part)

    return {python_name(name): name for form in _forms().values() for name in names(form)}


def in_python(name: str) -> str:
    """Spell a property's name, or `ignoreChanges`, as a Python program does; any other name stays."""
    return spelt if (spelt := python_name(name)) in {*_schema_names(), "ignore_changes"} else name


def has_same(properties: Properties, others: Properties, path: Path) -> bool:
    """Return whether two sets of properties have a value in this place, and the same one."""
    value, other = (functools.reduce(_step_into, path, each) for each in (properties, others))
    return value is not None and value == other


def _step_into(value: Any, step: str | int) -> Any:
    if isinstance(value, Mapping):
        return value.get(step)
    return value[step] if isinstance(value, list) and isinstance(step, int) and step < len(value) else None
