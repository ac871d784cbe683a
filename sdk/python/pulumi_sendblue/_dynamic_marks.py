"""What a program marks as secrets, for the dynamic provider: the engine does not tell it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pulumi

from sendblue_provider.resources.names import MARKED, SECRET_PROPERTY, counts_as_marked

from ._dynamic_run import is_mocked
from ._inputs import WebhookEndpointArgs

_SECRETS: Final = (SECRET_PROPERTY, "global_secret")


def with_marked(properties: dict[str, Any]) -> dict[str, Any]:
    """Add a property with the URLs and numbers that the program marked as secrets; it is a secret as a whole.

    It is left out if there are none, and in a test with Pulumi's mocks, which sees the program's own inputs alone.
    """
    if is_mocked() or not _holds_output(properties):
        return properties
    return {**properties, MARKED: pulumi.Output.from_input(_marked(properties))}


async def _marked(properties: Mapping[str, Any]) -> pulumi.Output[list[str]] | None:
    texts: set[str] = set()
    try:
        await _collect(properties, texts, within=False)
    except Exception:  # the property that it comes from fails with it, too
        return None
    return pulumi.Output.secret(sorted(texts)) if texts else None


async def _collect(value: Any, texts: set[str], *, within: bool) -> None:
    if isinstance(value, pulumi.Output):
        if await value.is_known():
            await _collect(await value.future(), texts, within=await value.is_secret() or within)
    elif isinstance(value, str):
        if within and counts_as_marked(value):
            texts.add(value)
    else:
        for part in _parts(value):
            await _collect(part, texts, within=within)


def _holds_output(value: Any) -> bool:
    return isinstance(value, pulumi.Output) or any(map(_holds_output, _parts(value)))


def _parts(value: Any) -> list[Any]:
    """Return what an input is made of; not the secrets, which are hidden whoever marks them."""
    if isinstance(value, WebhookEndpointArgs):
        return [value.url, value.sendblue_numbers]
    if isinstance(value, Mapping):
        return [part for name, part in value.items() if name not in _SECRETS]
    return [*value] if isinstance(value, Sequence) and not isinstance(value, str) else []
