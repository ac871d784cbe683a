"""The normal form of a URL, by which two spellings of one URL are found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sendblue_provider.urls import normal_form


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("https://example.com/in", "https://example.com/in"),
        ("HTTPS://Hooks.Example.COM/In", "https://hooks.example.com/In"),
        ("https://example.com:443/in", "https://example.com/in"),
        ("http://example.com:80/in", "http://example.com/in"),
        ("https://example.com:0443/in", "https://example.com/in"),
        ("https://example.com:/in", "https://example.com/in"),
        ("https://example.com:80/in", "https://example.com:80/in"),
        ("https://example.com:8443", "https://example.com:8443/"),
        ("https://example.com:0/", "https://example.com:0/"),
        ("https://example.com", "https://example.com/"),
        ("https://example.com?a=B", "https://example.com/?a=B"),
        ("https://example.com#F", "https://example.com/#F"),
        ("https://example.com/?", "https://example.com/?"),
        ("https://example.com/in/", "https://example.com/in/"),
        ("https://example.com//In", "https://example.com//In"),
        ("https://example.com/a%2fb%c3%a9", "https://example.com/a%2Fb%C3%A9"),
        ("https://example.com/%7euser%2D%41?q=%5F%26", "https://example.com/~user-A?q=_%26"),
        ("https://example.com/%2541%zz%4", "https://example.com/%2541%zz%4"),
        ("https://[2001:DB8::1]:443/", "https://[2001:db8::1]/"),
        ("https://User:Pass@Example.com:443/", "https://User:Pass@example.com/"),
        ("https://example.com/a b\né", "https://example.com/a b\né"),
        ("ftp://Example.com:21/", "ftp://example.com:21/"),
        *[
            (text, text)
            for text in ("", "Example.com/A", "//Example.com", "HTTPS://", "https://:443", "mailto:A@b", "https://[x")
        ],
    ],
)
def test_normal_form(url: str, normal: str) -> None:
    """Case, default port, empty path and percent-encoding do not count; everything else does."""
    assert normal == normal_form(url)
    assert normal == normal_form(normal)


@given(st.text())
def test_any_text(text: str) -> None:
    """No text breaks it, with a host before it or without."""
    for url in (text, f"https://{text}", f"https://example.com{text}"):
        assert isinstance(normal_form(url), str)
