"""Which formulas a page may set: MathJax, which does it, can be told to draw elsewhere, to style the page, and to make
words that stand for others, and a few of these stand for more than a browser can hold."""

from __future__ import annotations

import re
from html import unescape

ROAMING = re.compile(
    r"\\(?:smash|raise|lower|(?:math)?[clr]lap|moveleft|moveright|[rR]ule|Space|bbox|cssId|class|style|href|require|unicode"
    r"|data|mmlToken|(?:math|text)tip|toggle|action|includegraphics|verb|char)"
    r"(?![A-Za-z])|\\(?:m?kern|[hm]skip|hspace\*?\s*\{)\s*-"
)
DEFINING = re.compile(
    r"\\(?:[egx]?def|let|futurelet|(?:re)?new(?:command|environment|tagform)|providecommand|Newextarrow|definecolor"
    r"|usetagform|Declare[A-Za-z]+)(?![a-zA-Z])"
)
BEGINS = re.compile(r"\$|\\\(|\\\[|\\begin\s*\{")
LEVELS = re.compile(
    r"\\(?P<up>left|begin)(?![A-Za-z])|\\(?P<down>right|end)(?![A-Za-z])|\\.|(?P<opens>\{)|(?P<closes>\})", re.S
)
LENGTH_LIMIT, LEVELS_LIMIT = 20_000, 30  # characters of formulas in a text; how deep they lie in each other
TAG = re.compile(r"<[^<>]*>")  # no formula goes on in another element


def stays_in_line(html: str) -> bool:
    """Whether the formulas in it stay in their place, define nothing, and are neither too long nor too deep."""
    if "\\" not in html and "$" not in html and "&" not in html:
        return True
    if ROAMING.search(text := unescape(html)) or DEFINING.search(text):
        return False
    length = 0
    for piece in TAG.split(html):
        length += _length(unescape(piece))
        if length > LENGTH_LIMIT:
            return False
    return True


def _length(text: str) -> int:
    """The characters of a text in which formulas may be, more than any limit where they lie too deep in each other."""
    first = BEGINS.search(text)
    if not first or (first[0] == "$" and text.count("$") < 2):
        return 0
    depth = 0
    for found in LEVELS.finditer(text, first.start()):
        depth += bool(found["up"] or found["opens"]) - bool(found["down"] or found["closes"])
        if depth > LEVELS_LIMIT:
            return LENGTH_LIMIT + 1
        depth = max(depth, 0)
    return len(text) - first.start()
