"""Inputs, and the failures of a check of them."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, Final

import pytest

from sendblue_provider.resources.checks import configuration_failures, webhook_failures
from sendblue_provider.resources.failure import Failure
from sendblue_provider.resources.inputs import check_configuration, check_webhook
from sendblue_provider.resources.names import Properties

A, B, C = (f"https://example.com/{name}" for name in "abc")
NUMBER, OTHER_NUMBER = "+15551230001", "+15551230002"
OWN, OTHER = "canary-own", "canary-other"
"""Secrets: no failure may hold the word canary."""

PROPERTIES: Final = ("receive", "outbound", "callLog", "lineBlocked", "lineAssigned", "contactCreated")
# The last three are names that stand for something else in other places.
OTHERS: Final = ("typing_indicator", "sendblueNumbers", "WebhookEndpoint", "url")
LISTS: Final = [*[(name,) for name in PROPERTIES], *[("otherEvents", event) for event in OTHERS]]
"""Where endpoints may stand."""
OF_CONFIGURATION: Final = (*PROPERTIES, "globalSecret", "secret", "otherEvents", "allowOverwrite")
OF_WEBHOOK: Final = ("url", "secret", "sendblueNumbers", "event", "allowOverwrite")

Check = Callable[[Properties], list[Failure]]
AT_ONCE: Final[dict[Check, Check]] = {check_configuration: configuration_failures, check_webhook: webhook_failures}
"""The models' checks, and those that ask the models only about what is not surely right."""
each_list: Final = pytest.mark.parametrize("path", LISTS, ids=".".join)


def at(path: tuple[str, ...], value: Any) -> dict[str, Any]:
    """Inputs with one value at a path of names."""
    for name in reversed(path):
        value = {name: value}
    properties: dict[str, Any] = value
    return properties


def endpoint(**fields: Any) -> dict[str, Any]:
    """The inputs of a `WebhookConfiguration` with one endpoint."""
    return {"receive": [{"url": A, **fields}]}


def webhook(event: Any = "receive", **more: Any) -> dict[str, Any]:
    return {"event": event, "url": A, **more}


def checked(check: Check, inputs: dict[str, Any]) -> list[Failure]:
    """The failures of inputs, which a check leaves as they are; none of them shows a secret.

    They are the same if the models are asked only about what is not surely right.
    """
    before = copy.deepcopy(inputs)
    failures = check(inputs)
    assert failures == AT_ONCE[check](inputs)
    assert before == inputs
    assert "canary" not in "".join(failure.reason for failure in failures)
    return failures


def places(check: Check, inputs: dict[str, Any]) -> list[str]:
    """Where the failures are, each path as words with dots."""
    return [".".join(map(str, failure.path)) for failure in checked(check, inputs)]


def reason(check: Check, inputs: dict[str, Any], *path: str | int) -> str:
    """The reason of the one failure, which stands at this path."""
    (failure,) = checked(check, inputs)
    assert path == failure.path
    return failure.reason
