"""Property paths: how they are read in either spelling, which of them name a property, and how they are written."""

from __future__ import annotations

import pytest

from sendblue_provider.resources.names import CONFIGURATION_TYPE, WEBHOOK_TYPE, Path
from sendblue_provider.resources.paths import engine_path, parse_path, read_paths


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("receive", ("receive",)),
        ("receive[0]", ("receive", 0)),
        ("receive[12].secret", ("receive", 12, "secret")),
        ("receive[*]", ("receive", "*")),
        ("receive[*].secret", ("receive", "*", "secret")),
        ("*", ("*",)),
        ("globalSecret", ("globalSecret",)),
        ("otherEvents.typing_indicator", ("otherEvents", "typing_indicator")),
        ("otherEvents.typing_indicator[0].secret", ("otherEvents", "typing_indicator", 0, "secret")),
        ('otherEvents["inbound.call"]', ("otherEvents", "inbound.call")),
        ('otherEvents["inbound.call"][1].url', ("otherEvents", "inbound.call", 1, "url")),
        ('otherEvents["a \\"b\\" \\\\"]', ("otherEvents", 'a "b" \\')),
        ('["receive"][0]["secret"]', ("receive", 0, "secret")),
        ('otherEvents["7"]', ("otherEvents", "7")),
        ('otherEvents[""]', ("otherEvents", "")),
        ("otherEvents.*", ("otherEvents", "*")),
    ],
)
def test_a_path(text: str, path: Path) -> None:
    """Names, positions, quoted names and wildcards are read, as Pulumi writes property paths."""
    assert path == parse_path(text)


@pytest.mark.parametrize(
    ("python", "schema"),
    [
        ("call_log", "callLog"),
        ("call_log[0].secret", "callLog[0].secret"),
        ("call_log[*].sendblue_numbers", "callLog[*].sendblueNumbers"),
        ("receive[0].sendblue_numbers[1]", "receive[0].sendblueNumbers[1]"),
        ("line_blocked[0].*", "lineBlocked[0][*]"),
        ("other_events", "otherEvents"),
        ("other_events.call_log2[0].sendblue_numbers", "otherEvents.call_log2[0].sendblueNumbers"),
        ('other_events["inbound.call"][0].secret', 'otherEvents["inbound.call"][0].secret'),
        ("other_events.*[0].secret", "otherEvents[*][0].secret"),
        ("*[0].sendblue_numbers", "*[0].sendblueNumbers"),
        ("*", "*"),
        ('["global_secret"]', "globalSecret"),
        ("secrets_readable", "secretsReadable"),
        ("__provider", "__provider"),
    ],
)
def test_both_spellings(python: str, schema: str) -> None:
    """Python's spelling is read at every depth, an event's own name stays, and the schema's spelling stays."""
    for text in (python, schema):
        found = read_paths([text], CONFIGURATION_TYPE)
        assert [schema] == [engine_path(path) for path in found.known]
        assert [] == found.unknown


def test_paths_of_a_webhook() -> None:
    """A `Webhook` has other properties than a `WebhookConfiguration`."""
    texts = ["event", "url", "secret", "sendblue_numbers[0]", "allow_overwrite", "receive", "global_secret", "managed"]
    found = read_paths(texts, WEBHOOK_TYPE)

    known: list[Path] = [("event",), ("url",), ("secret",), ("sendblueNumbers", 0), ("allowOverwrite",)]
    assert known == found.known
    assert ["receive", "global_secret", "managed"] == found.unknown


@pytest.mark.parametrize(
    "text",
    [
        "recieve",
        "call-log",
        "calllog",
        "receive.secret",
        "receive[0].secrets",
        "receive[0].sendblue_number",
        "receive[0].secret[0]",
        "receive[first]",
        "receive[0",
        "global_secret.part",
        "other_events[0]",
        "other_events.typing_indicator.secret",
    ],
)
def test_a_path_that_names_no_property(text: str) -> None:
    """It is given back as it was written, and the others are read all the same; one without a step says nothing."""
    assert ([("outbound",)], [text]) == read_paths([text, "", "outbound"], CONFIGURATION_TYPE)
