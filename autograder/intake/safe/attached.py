"""Pictures that were pasted into a text, under names that every reader of Markdown finds again."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from .text import KEPT, LENGTH_LIMIT

SIMPLE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")
ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}")
NOT_THERE = "[a picture that the notebook does not hold]"
WORD = "attachment:"
SPELLINGS_LIMIT = 500  # that are looked for in one text
PICTURE = re.compile(
    rf"(?P<kept>{KEPT})"
    rf"|!\[(?P<alt>[^\]\n]{{0,1000}}+)\]\([ \t]*+<?{WORD}(?P<name>[A-Za-z0-9._-]*+)(?P<rest>[^)\n]{{0,1000}}+)\)"
    r"|<img\b(?P<attributes>[^<>]{0,2000}+)>",
    re.I | re.M | re.S,
)
SOURCE = re.compile(rf"\bsrc[ ]*=[ ]*[\"']?{WORD}([A-Za-z0-9._-]*+)", re.IGNORECASE)
ALT = re.compile(r"\balt[ ]*=[ ]*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)


def with_simple_names(source: str, attachments: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """A text and its pictures, {name: {form: base64}}, with names that are the same in a text and in an address.

    A space, an accent or a bracket in a name is written in several ways, and nbconvert gives up a text in which it does
    not find a picture. One that is not there is named in words.
    """
    if (not attachments and WORD not in source) or len(source) > LENGTH_LIMIT:
        return source, dict(attachments)
    names = dict(_names(attachments))
    for written, name in sorted(_spellings(names), key=lambda pair: -len(pair[0]))[:SPELLINGS_LIMIT]:
        source = source.replace(f"{WORD}{written}", f"{WORD}{name}")
    there = set(names.values())

    def change(found: re.Match[str]) -> str:
        if found["kept"]:
            return found[0]
        if found["attributes"] is not None:
            return _of_tag(found, there)
        title = found["rest"].strip().removeprefix(">").strip()
        if found["name"] not in there or (title and title[0] not in "\"'("):
            return f"{found['alt']} {NOT_THERE}".strip()
        return f"![{found['alt']}]({WORD}{found['name']}{' ' if title else ''}{title})"

    return PICTURE.sub(change, source), {names[name]: picture for name, picture in attachments.items()}


def _of_tag(found: re.Match[str], there: Collection[str]) -> str:
    """A picture as an HTML element, in Markdown: readers of that find attachments, and few of HTML do."""
    source = SOURCE.search(found["attributes"])
    if not source:
        return found[0]
    alt = _alt(found["attributes"])
    return f"![{alt}]({WORD}{source[1]})" if source[1] in there else f"{alt} {NOT_THERE}".strip()


def _names(attachments: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each picture's name and a simple one, its own where that is simple."""
    taken = {name for name in attachments if SIMPLE.fullmatch(name)}
    number = 0
    for name in attachments:
        if name in taken:
            yield name, name
            continue
        ending = PurePosixPath(name).suffix
        while True:
            number += 1
            new = f"picture-{number}{ending if ENDING.fullmatch(ending) else ''}"
            if new not in taken:
                break
        yield name, new


def _spellings(names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The ways in which a name that is not simple may stand in a text, each with the simple name."""
    for name, new in names.items():
        if name != new:
            for form in {name, unicodedata.normalize("NFC", name), unicodedata.normalize("NFD", name)}:
                ways = {form, quote(form), quote(form, safe="()!*'"), form.replace(" ", "%20"), html.escape(form)}
                yield from ((way, new) for way in ways)


def _alt(attributes: str) -> str:
    found = ALT.search(attributes)
    return re.sub(r"[\[\]\n]", " ", html.unescape(found[1] or found[2] or "")) if found else ""
