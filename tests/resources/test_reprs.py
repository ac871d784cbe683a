"""No type that can hold a secret shows it when it is printed, as a debugger or a failing test does."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf.struct_pb2 import Struct

from sendblue_provider.api.hidden import reveal
from sendblue_provider.api.wire import from_wire
from sendblue_provider.errors import SecretHidden, WriteNotApplied
from sendblue_provider.lifecycle.send import Send
from sendblue_provider.plan.changes import plan
from sendblue_provider.plan.claims import Claim
from sendblue_provider.plugin.values import received
from sendblue_provider.resources.properties import configuration_records
from sendblue_provider.resources.request import Request, Result, Target
from sendblue_provider.settings import Settings

WEBHOOKS: dict[str, Any] = {
    "receive": [{"url": "https://example.com", "secret": "canary"}, {"odd": "canary"}],
    "region": {"key": "canary"},
    "globalSecret": "canary",
}
LIVE = from_wire(WEBHOOKS)
PLAN = plan(LIVE, ())
INPUTS: dict[str, Any] = {"receive": [{"url": "https://example.com", "secret": "canary"}], "globalSecret": "canary"}
STRUCT = Struct()
STRUCT.update(INPUTS)


@pytest.mark.parametrize(
    "value",
    [
        LIVE,
        PLAN,
        PLAN.changes,
        reveal(LIVE, (), None),
        Claim(declared=LIVE),
        Send("PUT", "", WEBHOOKS, []),
        Request(INPUTS, INPUTS, INPUTS),
        Result(outputs=INPUTS, inputs=INPUTS, live=INPUTS, plan=PLAN),
        Target(reveal(LIVE, (), None), INPUTS, configuration_records(INPUTS), PLAN),
        Settings("canary", "canary"),
        received(STRUCT),
        SecretHidden(LIVE),
        WriteNotApplied(LIVE, PLAN.changes),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_repr_hides_secrets(value: object) -> None:
    """A repr says what it is, and shows no secret."""
    assert "canary" not in repr(value)
    assert "canary" not in str(value)
