"""Settings with which no request can be made fail in check, each in one line."""

from __future__ import annotations

import pytest

from sendblue_provider.lifecycle.session import forget_sessions

from .conftest import make_provider

LONG = "a" * 64


@pytest.mark.parametrize(
    "url",
    ["https://256.1.1.1", f"https://{LONG}.example", "https://xn--a.example", "https://x.example/" + "a" * 70_000],
)
def test_an_address_that_cannot_be(url: str) -> None:
    """Check says so in one short line, and nothing is raised."""
    made = make_provider(apiKeyId="canary-id", apiSecretKey="canary-key", baseUrl=url)
    (failure,) = made.check({}, {"receive": ["https://example.com/a"]}).failures
    assert failure.reason.startswith("sendblue:baseUrl ")
    assert "\n" not in failure.reason
    assert len(failure.reason) < 300


def test_a_proxy_that_cannot_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same of a proxy of the environment."""
    monkeypatch.setenv("HTTPS_PROXY", f"http://{LONG}.example:3128")
    made = make_provider(apiKeyId="canary-id", apiSecretKey="canary-key", baseUrl="https://api.sendblue.invalid")
    (failure,) = made.check({}, {"receive": ["https://example.com/a"]}).failures
    assert failure.reason.startswith("The address of the proxy cannot be used: its host is longer")
    assert failure.reason.endswith("Correct HTTPS_PROXY")
    forget_sessions()
