"""Property values between the engine's protocol and the core: secrets at their places, unknown values as `UNKNOWN`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from google.protobuf.struct_pb2 import NULL_VALUE, ListValue, Struct, Value

from sendblue_provider.resources.names import MANAGED, NUMBERS, PROVIDER_KEY, Properties, python_name
from sendblue_provider.resources.secrets import SECRET_SIGNATURE, mark_secret, mark_secrets, wrap_texts
from sendblue_provider.unknown import UNKNOWN

# The engine's stand-ins for a value that is not known yet, one for each type that it may have (an engine fact).
UNKNOWN_STRING: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_UNKNOWNS: Final = frozenset(
    {
        UNKNOWN_STRING,
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # boolean
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # number
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # array
        "030794c1-ac77-496b-92df-f27374a8bd58",  # asset
        "e48ece36-62e2-4504-bad9-02848725956a",  # archive
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # object
    }
)


_PYTHON_NUMBERS: Final = python_name(NUMBERS)


@dataclass(frozen=True)
class Secret:
    """A value that the engine marked as a secret, or that it is to mark."""

    value: Any

    def __repr__(self) -> str:
        return "Secret(...)"


class Received(NamedTuple):
    """Properties as they came.

    Attributes:
        plain: For the core: no mark of a secret, and nothing of the engine's or a dynamic resource's own.
        marked: The same with every secret as a `Secret`.
        secrets: Every text that came within a secret, but for `managed`.
        of_dynamic: Whether they are those of a dynamic resource: the program has moved from there.
    """

    plain: dict[str, Any]
    marked: dict[str, Any]
    secrets: frozenset[str]
    of_dynamic: bool

    def __repr__(self) -> str:
        return f"Received({sorted(self.plain)})"


def received(struct: Struct) -> Received:
    """Read properties."""
    marked = {name: _read(value) for name, value in struct.fields.items() if not name.startswith("__")}
    plain = {name: _plain(value) for name, value in marked.items()}
    # `managed` is a secret for the sake of the URLs that are one; that it holds a URL says nothing of it.
    told = {name: value for name, value in marked.items() if name != MANAGED}
    return Received(plain, marked, frozenset(_secret_texts(told, within=False)), PROVIDER_KEY in struct.fields)


def _read(value: Value) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        return UNKNOWN if value.string_value in _UNKNOWNS else value.string_value
    if kind == "list_value":
        return [_endpoint(_read(item)) for item in value.list_value.values]
    if kind == "struct_value":
        fields = {name: _read(item) for name, item in value.struct_value.fields.items()}
        is_secret = all(fields.get(name) == mark for name, mark in SECRET_SIGNATURE.items())
        return Secret(fields.get("value")) if is_secret else fields
    return None if kind in (None, "null_value") else getattr(value, kind)


def _endpoint(item: Any) -> Any:
    """Spell an endpoint as the schema does: Python's SDK before 3.262 leaves the keys of a plain dict as they are."""
    if isinstance(item, Secret):
        return Secret(_endpoint(item.value))
    if isinstance(item, dict) and _PYTHON_NUMBERS in item and NUMBERS not in item:
        return {NUMBERS if name == _PYTHON_NUMBERS else name: value for name, value in item.items()}
    return item


def _plain(value: Any) -> Any:
    if isinstance(value, Secret):
        return _plain(value.value)
    if isinstance(value, list):
        return [item if isinstance(item, str) else _plain(item) for item in value]
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return value


def _secret_texts(value: Any, *, within: bool) -> Iterable[str]:
    if isinstance(value, Secret):
        yield from _secret_texts(value.value, within=True)
    elif isinstance(value, str):
        if within and value:
            yield value
    elif isinstance(value, list | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _secret_texts(item, within=within)


def checked_inputs(inputs: Received) -> Struct:
    """Write inputs back as they came, with the schema's own secrets marked besides the program's."""
    return to_struct(mark_secrets(inputs.marked, _as_secret))


def outputs_struct(outputs: Properties, *sources: Received) -> Struct:
    """Write outputs, with the schema's own secrets marked, and whatever one of the sources had as a secret.

    Args:
        outputs: The outputs.
        sources: What the program declares: a URL that is a secret there stays one.
    """
    whole = {name for source in sources for name, value in source.marked.items() if isinstance(value, Secret)}
    texts = frozenset().union(*(source.secrets for source in sources))

    marked = mark_secrets(outputs, _as_secret)
    for name, value in marked.items():
        if name in whole and value is not UNKNOWN:
            marked[name] = _as_secret(outputs[name])
        elif texts and not isinstance(value, Secret):
            marked[name] = wrap_texts(value, texts, Secret)
    return to_struct(marked)


def _as_secret(value: Any) -> Any:
    return value if isinstance(value, Secret) else Secret(value)


def to_struct(properties: Mapping[str, Any]) -> Struct:
    """Write properties; a `Secret` is marked, `UNKNOWN` is the engine's own stand-in."""
    return Struct(fields={_text(name): _write(value) for name, value in properties.items()})


def _text(value: str) -> str:
    # JSON from elsewhere can hold halves of characters, which a message cannot.
    return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")


def _write(value: Any) -> Value:
    for kind, write in _WRITERS:
        if isinstance(value, kind):
            return write(value)
    raise TypeError(f"a {type(value).__name__} is no property value")


# bool stands before int, which it is one of.
_WRITERS: Final[tuple[tuple[type, Callable[[Any], Value]], ...]] = (
    (str, lambda value: Value(string_value=_text(value))),
    (type(UNKNOWN), lambda _: Value(string_value=UNKNOWN_STRING)),
    (Secret, lambda secret: Value(struct_value=to_struct(mark_secret(secret.value)))),
    (bool, lambda value: Value(bool_value=value)),
    (int, lambda value: Value(number_value=value)),
    (float, lambda value: Value(number_value=value)),
    (list, lambda items: Value(list_value=ListValue(values=[_write(item) for item in items]))),
    (Mapping, lambda fields: Value(struct_value=to_struct(fields))),
    (type(None), lambda _: Value(null_value=NULL_VALUE)),
)
