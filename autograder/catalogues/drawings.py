"""The words in drawings: SVG files, whose texts are translated where they stand."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

TEXT = re.compile(r"(<(?:text|tspan|title|desc)\b[^<>]*>)([^<>]+)(?=</)")
CODE = re.compile(r'class="[^"]*\bc\b')  # the class of names and code in the course's drawings
PHRASE = re.compile(r"[A-Za-z]{2,}[^A-Za-z]* [^A-Za-z]*[A-Za-z]")
WORD = re.compile(r"[A-Za-z]{4,}")


def texts(drawing: str) -> list[str]:
    """The words of a drawing in order, but for names and code."""
    return [text for tag, found in TEXT.findall(drawing) if _are_words(tag, text := html.unescape(found).strip())]


def translated_drawing(drawing: str, say: Callable[[str], str]) -> str:
    """The drawing in another language. say: the translation of a text, or itself where there is none."""

    def told(found: re.Match[str]) -> str:
        text = html.unescape(found[2]).strip()
        said = say(text) if _are_words(found[1], text) else text
        return found[0] if said == text else found[1] + html.escape(said, quote=False)

    return TEXT.sub(told, drawing)


def _are_words(tag: str, text: str) -> bool:
    return bool(PHRASE.search(text)) or (WORD.fullmatch(text) is not None and not CODE.search(tag))
