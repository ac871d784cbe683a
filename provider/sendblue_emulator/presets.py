"""The API of a given time: which events it took, in which forms, on which path (reference, sections 1 to 3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from .backend import Vintage
from .behaviour import Behaviour


class Preset(NamedTuple):
    """How an emulator of that time is made: `Emulator(vintages=...)`, `add_account(behaviour=...)`.

    Attributes:
        behaviour: How its accounts answer.
        vintages: Which of the endpoint's two paths answer.
    """

    behaviour: Behaviour
    vintages: tuple[Vintage, ...]


PRESETS: Mapping[str, Preset] = {
    # The API page that pulumi-sendblue implements, of November 2025.
    "page": Preset(Behaviour(), ("v2",)),
    # As observed, on both hosts: typing_indicator was documented, and refused by POST and dropped by PUT.
    "2026-05": Preset(Behaviour(put_answer="message"), ("unversioned",)),
    # As documented. The answer to PUT is the observed one: nobody recorded another since.
    "2026-10": Preset(
        Behaviour(
            accepted_events=(
                "receive",
                "line_blocked",
                "line_assigned",
                "outbound",
                "typing_indicator",
                "call_log",
                "call_completed",
                "inbound_call",
                "contact_profile",
                "contact_created",
            ),
            string_only_events=(),
            put_answer="message",
        ),
        ("unversioned",),
    ),
}
"""By the name that `--vintage` takes."""
