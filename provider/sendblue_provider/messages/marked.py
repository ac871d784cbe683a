"""What programs mark as secrets, and taking it out of texts."""

from __future__ import annotations

import re
import threading
from collections.abc import Collection, Iterable
from typing import Final

from sendblue_provider.resources.names import counts_as_marked
from sendblue_provider.urls import normal_form

from .text import shown, shown_url

_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S+")
_AFTER_URL: Final = ",;)'\".:`"


class Marked:
    """The texts that the programs of a run have marked as secrets, as far as a message can show them.

    There may be thousands, and each resource brings some: of each the forms are made once, when a message needs them.

    Attributes:
        texts: All of them.
    """

    def __init__(self) -> None:
        self.texts: set[str] = set()
        self._new: list[str] = []
        self._forms: set[str] = set()
        self._normal_forms: set[str] = set()
        self._lengths: dict[str, set[int]] = {}
        self._lock = threading.Lock()

    def add(self, texts: Iterable[str]) -> None:
        """Take these out of every text from now on; what no message shows is left out."""
        with self._lock:
            new = {text for text in texts if text not in self.texts and counts_as_marked(text)}
            self._new += new
            self.texts |= new

    def taken_out_of(self, text: str) -> str:
        """Return a text without what it shows of them."""
        if not self.texts or ("://" not in text and "+" not in text):
            return text
        with self._lock:
            self._make_forms()
            # A pattern of them all takes a second to make.
            if found := sorted(self._found_in(text), key=len, reverse=True):
                text = re.sub("|".join(map(re.escape, found)), "[secret]", text)
            # The account may have the URL in another form.
            return _URL.sub(lambda url: _without_marked(url[0], self._normal_forms), text)

    def _make_forms(self) -> None:
        forms = {form for text in self._new for form in (text, shown(text), shown_url(text))}
        self._new.clear()
        self._forms |= forms
        self._normal_forms.update(map(normal_form, forms))
        for form in forms:
            self._lengths.setdefault(_head(form), set()).add(len(form))

    def _found_in(self, text: str) -> set[str]:
        """Return the forms that are in a text: to search it for each of thousands takes ten times as long."""
        found: set[str] = set()
        for head, lengths in self._lengths.items():
            start = text.find(head)
            while start >= 0:
                found.update(form for length in lengths if (form := text[start : start + length]) in self._forms)
                start = text.find(head, start + 1)
        return found


def _head(form: str) -> str:
    """Return what a form begins with: a URL's scheme, or a number's plus sign."""
    scheme, mark, _ = form.partition("://")
    return scheme + mark if mark else "+"


def _without_marked(word: str, normal: Collection[str]) -> str:
    """Hide a URL that has one of these normal forms, by itself or without its query; punctuation may end it."""
    for end in range(len(word), 0, -1):
        url = word[:end]
        if normal_form(url) in normal or normal_form(re.split("[?#]", url)[0]) in normal:
            return "[secret]" + word[end:]
        if url[-1] not in _AFTER_URL:
            break
    return word
