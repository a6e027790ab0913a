"""Markdown, made safe to look at without changing how ordinary answers read.

Readers turn Markdown into HTML themselves, so a text is judged by the page that nbconvert makes of it. Only a text
whose page would not be harmless is changed, as little as is enough.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any

from autograder.terminal import one_line

from .formulas import stays_in_line
from .html import harmless
from .whitelist import TAGS

LENGTH_LIMIT = 20_000  # characters of a text that is tried; some cost a reader the square of their length
FORMULA, FORMULAS_LIMIT = re.compile(r"\\\\[\[(]|\\begin\{"), 200  # each is looked for to the end of the text
NAME_LIMIT = 120  # characters
NOTICE = "*(This text is shown as it was written: it holds markup that is not safe to open, or that cannot be shown.)*"
KEPT = (  # where "<" is no markup: code and mathematics
    r"^(?P<fence> {0,3}(?:`{3,}|~{3,})).*?(?:^(?P=fence)|\Z)|(?<!`)(?P<ticks>`++).+?(?<!`)(?P=ticks)(?!`)"
    r"|\$\$.+?\$\$|\$[^$]+\$|\\\\\[.+?\\\\\]|\\begin\{(?P<formula>[a-z]*\*?)\}.*?\\end\{(?P=formula)\}"
)
TAG, PICTURE, HEADING = (
    r"<(?!https?://)(?=(?P<name>/?[a-z][a-z0-9]*|[/!?]))",
    r"!(?=\[[^\]\n]{0,300}\]\(\s*<?https?://)",
    r"^ {0,3}#{1,6}(?!#)[ \t]*",
)
CHANGED = re.compile(
    rf"(?P<kept>{KEPT})|(?P<opens>{TAG})|(?P<picture>{PICTURE})|(?P<heading>{HEADING})", re.I | re.M | re.S
)
LANGUAGE = re.compile(r"^([ \t>*+-]{0,20}(?:`{3,}|~{3,}))(?![ \t]*(?:python3?|py)?[ \t]*$)[^`\n]*$", re.M)
BLANKS = re.compile(r"\s{300}")  # Python's rules look from each of them to the last one
COLOURED = (
    "python",
    "python3",
    "py",
)  # languages of code whose words a page may colour: that takes no longer than it is
CODE_LIMIT = 10_000  # characters of such code
NO_SPACE = "&#8203;"  # a space of no width


def safe_text(source: str, attachments: Mapping[str, Any] | None = None) -> str:
    """The Markdown `source`, changed where a page made of it could run script, load something or disturb the page.

    attachments: the pictures that belong to it, as in a cell. Markup that is no HTML, like <START>, and whatever cannot
    be allowed is shown as it was written, in the worst case the whole text.
    """
    if len(source) <= LENGTH_LIMIT and len(FORMULA.findall(source)) <= FORMULAS_LIMIT:
        uncoloured = LANGUAGE.sub(r"\1", source)
        tried = dict.fromkeys([source, uncoloured, _changed(uncoloured, TAGS), _changed(uncoloured, frozenset())])
        for text in tried:
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
    return one_line(name[:limit])


def _changed(source: str, keep: Collection[str]) -> str:
    """The text with all tags but those to `keep` escaped, pictures from the network as links, headings without ids."""

    def change(found: re.Match[str]) -> str:
        if found["opens"]:
            name = found["name"].strip("/").lower()
            return "<" if name in keep else "&lt;"
        if found["picture"]:
            return ""
        return found[0] + NO_SPACE if found["heading"] else found[0]

    return CHANGED.sub(change, source)


def _is_harmless(text: str, attachments: Mapping[str, Any]) -> bool:
    try:
        return harmless(html := _render(text, attachments)) and stays_in_line(html)
    except Exception:  # nbconvert raises for a picture that is missing, Python for a text of too many levels
        return False


def _render(text: str, attachments: Mapping[str, Any]) -> str:
    """The HTML that nbconvert makes of a text, but for the colours of code."""
    markdown, renderer = _tools()
    return str(markdown(renderer=renderer(escape=False, attachments=dict(attachments))).render(text))


@lru_cache(maxsize=1)
def _tools() -> tuple[Any, Any]:
    """nbconvert's reader of Markdown; slow to import, and few outputs need it."""
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    class Plain(IPythonRenderer):
        def block_code(self, code: str, info: str | None = None) -> str:
            language = (info or "").split(maxsplit=1)[0] if (info or "").split() else ""
            slow = language in COLOURED and (len(code) > CODE_LIMIT or BLANKS.search(code))
            if slow or (language and language not in COLOURED):
                raise ValueError(f"code that may take long to colour: {language}")
            return str(super().block_code(code, None))

    return MarkdownWithMath, Plain
