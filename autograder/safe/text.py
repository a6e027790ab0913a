"""Markdown, made safe to look at without changing how ordinary answers read.

Readers turn Markdown into HTML themselves, so a text is judged by the page that nbconvert makes of it. Only a text
whose page would not be harmless is changed, as little as is enough.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from .html import harmless
from .whitelist import TAGS

LENGTH_LIMIT = 20_000  # characters of a text that is tried; some cost a reader the square of their length
FORMULA, FORMULAS_LIMIT = re.compile(r"\\\\[\[(]|\\begin\{"), 200  # each is looked for to the end of the text
NAME_LIMIT = 120  # characters
NOTICE = "*(This text is shown as it was written: it holds markup that is not safe to open, or that cannot be shown.)*"
KEPT = (  # where "<" is no markup: code and mathematics
    r"^(?P<fence> {0,3}(?:`{3,}|~{3,})).*?(?:^(?P=fence)|\Z)|(?P<ticks>`+).+?(?P=ticks)|\$\$.+?\$\$|\$[^$]+\$"
    r"|\\\\\[.+?\\\\\]|\\begin\{(?P<name>[a-z]*\*?)\}.*?\\end\{(?P=name)\}"
)
OPENS = re.compile(rf"(?P<kept>{KEPT})|<(?!https?://)(?P<tag>/?[a-z][a-z0-9]*|[/!?])", re.I | re.M | re.S)
FROM_NETWORK = re.compile(r"!(?=\[[^\]\n]*\]\(\s*<?https?://)", re.IGNORECASE)
HEADING = re.compile(r"^ {0,3}#{1,6}(?!#)[^\n]*", re.MULTILINE)
NO_SPACE = "&#8203;"  # a space of no width


def safe_text(source: str, attachments: Mapping[str, Any] | None = None) -> str:
    """The Markdown `source`, changed where a page made of it could run script, load something or disturb the page.

    attachments: the pictures that belong to it, as in a cell. Markup that is no HTML, like <START>, and whatever cannot
    be allowed is shown as it was written, in the worst case the whole text.
    """
    if len(source) <= LENGTH_LIMIT and len(FORMULA.findall(source)) <= FORMULAS_LIMIT:
        for attempt in (_same, _mild, _strict):
            text = attempt(source)
            if _is_harmless(text, attachments or {}):
                return text
    return as_written(source)


def as_written(source: str) -> str:
    """A text that shows `source` as it is, markup and all."""
    longest = max(map(len, re.findall("`+", source)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{NOTICE}\n\n{fence}\n{source}\n{fence}"


def is_as_written(text: str) -> bool:
    """Whether `as_written` made this text."""
    return text.startswith(NOTICE)


def safe_name(name: str, limit: int = NAME_LIMIT) -> str:
    """A file's name for a sentence of ours: on one line, without what a terminal or a file could not take."""
    return "".join(letter if letter.isprintable() else "?" for letter in name[:limit])


def _same(source: str) -> str:
    return source


def _mild(source: str) -> str:
    """What is no HTML is escaped, a picture from the network becomes a link, a heading makes no id of a cell."""
    source = HEADING.sub(lambda line: line[0].rstrip(" \t#") + NO_SPACE, FROM_NETWORK.sub("", source))
    return OPENS.sub(lambda found: _escaped(found, known=True), source)


def _strict(source: str) -> str:
    """All HTML is escaped, too."""
    return OPENS.sub(lambda found: _escaped(found, known=False), _mild(source))


def _escaped(found: re.Match[str], known: bool) -> str:
    if found["kept"] or (known and found["tag"].strip("/").lower() in TAGS):
        return found[0]
    return "&lt;" + found["tag"]


def _is_harmless(text: str, attachments: Mapping[str, Any]) -> bool:
    try:
        return harmless(_render(text, attachments))
    except Exception:  # nbconvert raises for a picture that is missing, Python for a text of too many levels
        return False


def _render(text: str, attachments: Mapping[str, Any]) -> str:
    """The HTML that nbconvert makes of a text, but for the colours of code."""
    markdown, renderer = _tools()
    return markdown(renderer=renderer(escape=False, attachments=dict(attachments))).render(text)


@lru_cache(maxsize=1)
def _tools() -> tuple[type, type]:
    """nbconvert's reader of Markdown; slow to import, and few outputs need it."""
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    class Plain(IPythonRenderer):
        def block_code(self, code: str, info: str | None = None) -> str:
            return super().block_code(code, info if (info or "").startswith("mermaid") else None)

    return MarkdownWithMath, Plain
