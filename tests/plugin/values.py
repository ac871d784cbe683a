"""Property values, as the engine writes and reads them.

Nothing here uses the provider's own conversion of values: an error there has to show.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from google.protobuf.struct_pb2 import NULL_VALUE, ListValue, Struct, Value

# Values

SECRET_KEY: Final = "4dabf18193072939515e22adb298388d"
SECRET_VALUE: Final = "1b47061264138c4ac30d75fd1eb44270"
UNKNOWNS: Final = {
    "string": "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
    "boolean": "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "number": "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "array": "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "asset": "030794c1-ac77-496b-92df-f27374a8bd58",
    "archive": "e48ece36-62e2-4504-bad9-02848725956a",
    "object": "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
}
"""The engine's stand-in for a value that is not known yet, by the type that the value will have."""


@dataclass(frozen=True)
class Secret:
    """A value that is marked as a secret."""

    value: Any


@dataclass(frozen=True)
class Unknown:
    """A value that is not known yet."""

    type: str = field(default="string", compare=False)


UNKNOWN: Final = Unknown()


def to_value(value: Any) -> Value:
    """Write a value as the engine does."""
    if isinstance(value, Secret):
        fields = {SECRET_KEY: Value(string_value=SECRET_VALUE), "value": to_value(value.value)}
        return Value(struct_value=Struct(fields=fields))
    if isinstance(value, Unknown):
        return Value(string_value=UNKNOWNS[value.type])
    if value is None:
        return Value(null_value=NULL_VALUE)
    if isinstance(value, bool):
        return Value(bool_value=value)
    if isinstance(value, int | float):
        return Value(number_value=value)
    if isinstance(value, str):
        return Value(string_value=value)
    if isinstance(value, Mapping):
        return Value(struct_value=to_struct(value))
    return Value(list_value=ListValue(values=[to_value(item) for item in value]))


def to_struct(properties: Mapping[str, Any]) -> Struct:
    """Write properties as the engine does."""
    return Struct(fields={name: to_value(value) for name, value in properties.items()})


def from_value(value: Value) -> Any:
    """Read a value as the engine does."""
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        if SECRET_KEY in value.struct_value.fields:
            fields = from_struct(value.struct_value)
            assert fields == {SECRET_KEY: SECRET_VALUE, "value": fields["value"]}
            return Secret(fields["value"])
        return from_struct(value.struct_value)
    if kind == "list_value":
        return [from_value(item) for item in value.list_value.values]
    if kind == "string_value":
        return UNKNOWN if value.string_value in UNKNOWNS.values() else value.string_value
    assert kind is not None, "a value of no kind, which the engine refuses"
    return None if kind == "null_value" else getattr(value, kind)


def from_struct(struct: Struct) -> dict[str, Any]:
    """Read properties as the engine does."""
    return {name: from_value(value) for name, value in struct.fields.items()}


def plain(value: Any) -> Any:
    """Return a value without its marks of secrets."""
    if isinstance(value, Secret):
        return plain(value.value)
    if isinstance(value, Mapping):
        return {name: plain(item) for name, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value
