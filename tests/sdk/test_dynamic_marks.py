"""What a program marks as secrets travels with a dynamic resource, which the engine tells of no mark."""

from __future__ import annotations

from typing import Final

import pytest

from .conftest import ended as run

URL: Final = "https://example.com/canary"
HELPERS: Final = f"""
URL, OTHER, NUMBER = {URL!r}, "https://example.com/other", "+15551234567"
hidden, shown = pulumi.Output.secret, pulumi.Output.from_input
"""


def marked(arguments: str, kind: str = "WebhookConfiguration") -> tuple[object, bool]:
    """What a resource with these arguments sends along, and whether that is a secret; None if it sends nothing."""
    (ended,) = run(
        f"{HELPERS}resource = sendblue.{kind}('w', {arguments})\n"
        "outputs = {'marked': vars(resource).get('__marked', shown(None))}\n"
    )
    told = ended["outputs"]["marked"]
    return told["value"], told["secret"]


@pytest.mark.parametrize(
    "arguments",
    [
        "receive=[hidden(URL), OTHER]",
        "receive=[shown(OTHER), hidden(URL)]",
        "receive=hidden([URL])",
        "receive=hidden([{'url': URL, 'secret': 's://'}])",
        "receive=[sendblue.WebhookEndpointArgs(url=hidden(URL), secret=hidden('s://'))]",
        "receive=[shown({'url': hidden(URL)})]",
        "call_log=[{'url': hidden(URL)}], receive=[hidden(URL)]",
        "contact_created=[hidden('canary').apply(lambda path: f'https://example.com/{path}')]",
        "other_events={'typing_indicator': [hidden(URL)]}",
        "other_events=hidden({'typing_indicator': [URL]})",
    ],
)
def test_marked_urls(arguments: str) -> None:
    """A URL within a secret output, at any depth, is sent along as a secret."""
    assert ([URL], True) == marked(arguments)


@pytest.mark.parametrize(
    "arguments",
    [
        "receive=[URL]",
        "receive=[shown(URL)]",
        "receive=[{'url': URL, 'secret': hidden('https://a.secret')}], global_secret=hidden('https://another.secret')",
        "allow_overwrite=hidden(True), receive=hidden([])",
    ],
)
def test_nothing_marked(arguments: str) -> None:
    """Without a marked URL or number nothing is sent along: the state stays as it is."""
    assert (None, False) == marked(arguments)


def test_marks_of_a_webhook() -> None:
    """A `Webhook`'s URL and numbers are sent along, its event and secret are not."""
    arguments = "event=hidden('receive'), url=hidden(URL), secret=hidden('s'), sendblue_numbers=[hidden(NUMBER)]"

    assert (["+15551234567", URL], True) == marked(arguments, "Webhook")


def test_an_output_that_fails() -> None:
    """An output that fails ends the program with its own error, and no other."""
    (ended,) = run(f"{HELPERS}sendblue.Webhook('w', event='receive', url=hidden(URL).apply(lambda url: 1 / 0))")

    assert ("ZeroDivisionError", "division by zero") == (ended["kind"], ended["error"])
