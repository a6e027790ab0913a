"""What stands in for nbconvert's filters whose time grows with the square of what a student has written.

Code is coloured where that is soon done, otherwise shown as plain text. The usual colouring of notebooks (IPython's)
takes the square of a line's length, or of the number of blank lines, and hands cells of other languages to readers of
which nobody knows how long they take. So Python alone is coloured here, by rules that read each character about once,
and no more of it than a page can hold: each word becomes an element.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from html import escape
from typing import Any

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import bygroups
from pygments.lexers import PythonLexer
from pygments.token import Keyword, Operator, Text

CELL_LIMIT, WORDS_LIMIT = 20_000, 30_000  # characters of a cell that are coloured, and words of a page
KEPT, KEPT_LENGTH = 256, 5_000  # pieces of code whose HTML is kept, those of some students, and their characters
BLANKS = re.compile(r"\s{300}")  # Python's rules look from each of them to the last one
OTHER_LANGUAGE = re.compile(r"\s*%%(?!(?:capture|debug|prun|python3?|time|timeit)\b)")
MAGIC = r"^([ \t]*)(%%?(?=\w)|!!?(?!=))(\w*)(.*\n)"
FILES = re.compile(r"(?:(?<=\]\()|(?<=src=)|(?<=href=)|(?<=src=[\"'])|(?<=href=[\"']))/?files/")
CLASSES = " highlight hl-ipython3"  # as nbconvert has them


class NotebookLexer(PythonLexer):
    """Python with the lines of a notebook's own, `%magic` and `!command`."""

    name = "Notebook"
    tokens = {
        **PythonLexer.tokens,
        "root": [(MAGIC, bygroups(Text, Operator, Keyword, Text)), *PythonLexer.tokens["root"]],
    }


@cache
def _lexer() -> NotebookLexer:
    """Made when the first code is coloured: it would take a quarter of the time to import the grader."""
    return NotebookLexer()


class Colours:
    """Makes HTML of the code of one page, a cell after another: a filter that nbconvert makes anew for each page."""

    def __init__(self) -> None:
        self._room = WORDS_LIMIT

    def __call__(
        self, source: str, language: str | None = None, metadata: Any = None, marked: Sequence[int] = ()
    ) -> str:
        """The code as HTML; language and metadata are nbconvert's, and count for nothing. marked: lines to point at."""
        if len(source) <= CELL_LIMIT and not (BLANKS.search(source) or OTHER_LANGUAGE.match(source)) and self._room > 0:
            coloured = _coloured if len(source) <= KEPT_LENGTH else _coloured.__wrapped__
            html = coloured(source, tuple(marked))
            self._room -= html.count("</span>")
            if self._room >= 0:
                return html
        return f'<div class="{CLASSES}"><pre><span></span>{escape(source)}\n</pre></div>\n'


@lru_cache(maxsize=KEPT)
def _coloured(source: str, marked: tuple[int, ...]) -> str:
    """The code as HTML, kept: most cells of a class are the same for everybody."""
    blank = len(source) - len(source.lstrip("\n"))  # empty lines at the top are not shown
    formatter = HtmlFormatter(cssclass=CLASSES, hl_lines=[line - blank for line in marked])
    html: str = highlight(source or " ", _lexer(), formatter)
    return html


def strip_files_prefix(text: str) -> str:
    """The text with `files/`, which old notebooks have before the names of files, taken out of links and pictures."""
    return FILES.sub("", text)
