"""The resources of the dynamic SDK as Python code, made from the package schema.

A dynamic resource has no schema at run time, so its class spells out arguments, names and outputs. `make sdk` writes
the classes into `sdk/python/pulumi_sendblue/_dynamic_resources.py`; what they call is written by hand beside it.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pydantic.alias_generators import to_snake

from sendblue_provider.resources.names import EVENT

from .schema.package import Json

FILE: Final = "sdk/python/pulumi_sendblue/_dynamic_resources.py"
"""Where the code stands in the checkout."""

_WIDTH: Final = 120

_HEAD: Final = '''\
"""The resources of the module `dynamic`. Made by `make sdk` from schema.json: do not edit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
import pulumi.dynamic

from sendblue_provider.dynamic import WebhookConfigurationProvider, WebhookProvider

from . import outputs
from ._dynamic_marks import with_marked
from ._dynamic_options import checked_options, refuse_own_provider
from ._dynamic_pickle import pickle_as_before
from ._dynamic_run import current_run
from ._inputs import WebhookEndpointArgs, WebhookEndpointArgsDict

_Endpoints = Sequence[pulumi.Input[str | WebhookEndpointArgs | WebhookEndpointArgsDict]]
# Each a URL string or a dict. SDKs before 3.272 or so refuse a union of the two when they resolve an output.
_LiveEndpoints = Sequence[Any]

# A dynamic resource has no schema to take these from; the state has the names that the plugin's has.
_SCHEMA_NAMES = {
'''

_CLASS: Final = '''

{constant} = {{
{names}
}}


class {name}(pulumi.dynamic.Resource, module="sendblue", name="{name}"):
    """{description}
    """

    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
{parameters}
    ) -> None:
        """{summary}

        Args:
            resource_name: The resource's name in the stack.
            opts: Pulumi's resource options.
{arguments}

        Raises:
{raises}
        """
        opts = checked_options("{name}", resource_name, opts)
        current_run().{declare}
        properties = {{
{inputs}
            # Outputs that no input has: the SDK resolves only what it is told of here.
{outputs}
        }}
        with pickle_as_before():
            super().__init__({name}Provider(), resource_name, with_marked(properties), opts)
        refuse_own_provider(self)

    def translate_input_property(self, prop: str) -> str:
        """Spell a property for the engine."""
        return _SCHEMA_NAMES.get(prop, prop)

    def translate_output_property(self, prop: str) -> str:
        """Spell a property for the program. The keys of an endpoint stay as the schema spells them."""
        return {constant}.get(prop, prop)
'''

_GETTER: Final = """
    @property
    @pulumi.getter
    def {name}(self) -> pulumi.Output[{type}]:
        {text}
        return pulumi.get(self, "{name}")  # type: ignore[no-any-return]
"""


@dataclass(frozen=True)
class _Words:
    """What the schema does not say of a resource.

    Attributes:
        summary: The first line of the constructor's documentation.
        raises: When the constructor raises.
        declare: The call that notes the resource in the run.
    """

    summary: str
    raises: str
    declare: str


_WORDS: Final = {
    "WebhookConfiguration": _Words(
        "Declare the account's webhooks. An endpoint is a URL string, a `WebhookEndpointArgs` or a dict like it.",
        "the program declares another one or a `Webhook` already, or the options of this one are refused.",
        "declare_configuration(resource_name)",
    ),
    "Webhook": _Words(
        "Declare one URL for one event.",
        "the program declares the same event and URL or a `WebhookConfiguration` already, or the options of this one "
        "are refused.",
        "declare_webhook(resource_name, event, url)",
    ),
}


def code(schema: Json) -> str:
    """Return the module's code.

    Raises:
        KeyError: the schema has a type or a resource that this does not know.
    """
    declaring = [*schema["resources"].values(), schema["types"]["sendblue:index:WebhookEndpoint"]]
    names = {name: to_snake(name) for spec in declaring for name in spec["properties"]}
    spelled = _lines(f'    "{python}": "{name}",' for name, python in names.items() if name != python)
    classes = [_class(token, spec) for token, spec in schema["resources"].items()]
    return f"{_HEAD}{spelled}\n}}\n{''.join(classes)}"


def _class(token: str, spec: Json) -> str:
    name = token.rpartition(":")[2]
    words, inputs, required = _WORDS[name], spec["inputProperties"], spec.get("requiredInputs", ())
    # What is required comes first, and the event before the URL, as a program writes it.
    names = sorted(inputs, key=lambda name: (name not in required, name != EVENT))
    others = [name for name in spec["properties"] if name not in inputs]
    parts = {
        "description": textwrap.indent(_described(spec), " " * 4).strip(),
        "parameters": _lines(_parameter(name, inputs[name], required=name in required) for name in names),
        "arguments": _lines(_wrapped(f"{to_snake(name)}: {_meaning(inputs[name])}", 12) for name in names),
        "raises": _wrapped(f"pulumi.RunError: {words.raises}", 12),
        "inputs": _lines(f'            "{to_snake(name)}": {to_snake(name)},' for name in names),
        "outputs": _lines(f'            "{to_snake(name)}": None,' for name in others),
        "names": _lines(f'    "{each}": "{to_snake(each)}",' for each in [*names, *others] if each != to_snake(each)),
        "constant": f"{to_snake(name).upper()}_NAMES",
    }
    made = _CLASS.format(name=name, summary=words.summary, declare=words.declare, **parts)
    return made + "".join(_getter(name, spec) for name in [*names, *others])


def _getter(name: str, resource: Json) -> str:
    spec = resource["properties"][name]
    kind = _output_type(spec) if name in resource["required"] else f"{_output_type(spec)} | None"
    return _GETTER.format(name=to_snake(name), type=kind, text=_docstring(spec["description"], 8))


def _parameter(name: str, spec: Json, *, required: bool) -> str:
    kind = _input_type(spec)
    annotation = f"pulumi.Input[{kind}]" if required else f"pulumi.Input[{kind} | None] = None"
    return f"        {to_snake(name)}: {annotation},"


_PRIMITIVES: Final = {"string": "str", "boolean": "bool"}


def _input_type(spec: Json) -> str:
    match spec["type"]:
        case "array":
            return "_Endpoints" if "oneOf" in spec["items"] else f"Sequence[pulumi.Input[{_input_type(spec['items'])}]]"
        case "object":
            return f"Mapping[str, pulumi.Input[{_input_type(spec['additionalProperties'])}]]"
        case primitive:
            return _PRIMITIVES[primitive]


def _output_type(spec: Json) -> str:
    if "$ref" in spec:
        return f"outputs.{spec['$ref'].rpartition(':')[2]}"
    match spec["type"]:
        case "array":
            return "_LiveEndpoints" if "oneOf" in spec["items"] else f"Sequence[{_output_type(spec['items'])}]"
        case "object":
            return f"Mapping[str, {_output_type(spec['additionalProperties'])}]"
        case primitive:
            return _PRIMITIVES[primitive]


def _described(resource: Json) -> str:
    """Return a resource's own description, without the examples that follow it in the schema."""
    description: str = resource["description"]
    return description.partition("\n\n{{% examples %}}")[0]


def _meaning(spec: Json) -> str:
    return f"{spec['description']}{' Always a secret in state and output.' if spec.get('secret') else ''}"


def _docstring(text: str, indent: int) -> str:
    """Write a text as a docstring, in one line if it fits."""
    quotes = '"""'
    line = f"{quotes}{text}{quotes}"
    if indent + len(line) <= _WIDTH:
        return line
    return f"{_wrapped(quotes + text, indent).strip()}\n{' ' * indent}{quotes}"


def _wrapped(text: str, indent: int) -> str:
    """Break a text into lines; those after the first are indented deeper in a list of arguments."""
    following = " " * (indent + 4 if indent > 8 else indent)
    return textwrap.fill(
        text,
        _WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=following,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(lines)
