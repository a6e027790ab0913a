"""The code of a page, kept out of it while nbconvert cleans and parses the rest.

Each word of code is an element, and so three of four of a page's are its code. nbconvert builds the tree of each of
them twice over. Code that this house has just made HTML of needs none of it: a mark takes its place, and at the end it
is written as the parsers would have written it.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from typing import Any

from nbconvert.filters import clean_html

from ..filters import CLASSES, Colours

BLANKS = str.maketrans("", "", "\n\t")
QUOTES = {"&quot;": '"', "&#39;": "'", "&#x27;": "'", f'class="{CLASSES}"': f'class="{CLASSES.strip()}"'}
QUOTED = re.compile("|".join(map(re.escape, QUOTES)))


class CodeApart(Colours):
    """Colours the code of one page, and leaves marks that nobody can guess in its place."""

    def __init__(self) -> None:
        super().__init__()
        name = f"code-{secrets.token_hex(16)}"
        self._mark, self._marks = f'<div class="{name}-%d"></div>', re.compile(rf'<div class="{name}-(\d+)"></div>')
        self._kept: list[str] = []

    def __call__(
        self, source: str, language: str | None = None, metadata: Any = None, marked: Sequence[int] = ()
    ) -> str:
        """A mark; the code itself where it has characters that the parsers take in their own way."""
        html = super().__call__(source, language, metadata, marked)
        if not source.translate(BLANKS).isprintable():
            return html
        self._kept.append(QUOTED.sub(lambda found: QUOTES[found[0]], html.removesuffix("\n")))
        return self._mark % (len(self._kept) - 1) + "\n"

    def cleaned(self, html: str) -> str:
        """As nbconvert's filter `clean_html`, which finds nothing to clean in a mark."""
        cleaned: str = html if self._marks.fullmatch(html.rstrip("\n")) else clean_html(html)
        return cleaned

    def put_into(self, page: str) -> str:
        """The page with the code in the place of the marks."""
        return self._marks.sub(lambda found: self._kept[int(found[1])], page)
