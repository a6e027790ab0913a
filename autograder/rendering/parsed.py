"""HTML as Beautiful Soup writes what it has read, without the tree in between, where there is nothing to mend.

nbconvert has each page read and written again, to find pictures without words. That puts every tag into one form, and
closes what was left open. A tree of thousands of objects is built for it, the most of a page's time. Where each element
is closed and everything is written in the ordinary way, the same text comes of one walk along the page. All else goes
through the tree as before.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from bs4 import BeautifulSoup


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


TOKEN = re.compile(
    r"""(?P<text>(?:[^<&\0\r]|&(?:lt|gt|amp|quot|nbsp|para|\#39|\#x27|\#34|\#182);)+)
    | <(?P<raw>script|style)(?P<given>[^<>]*)>(?P<content>[^<\0\r]*)</(?P=raw)>
    | <(?P<close>/?)(?P<name>[a-z][a-z0-9]*)
      (?P<attributes>(?:\s+[A-Za-z][A-Za-z0-9:-]*(?:="[^"<>\0\r]*")?)*)\s*(?P<empty>/?)>
    | (?P<remark><!--[^<>-]+(?:-[^<>-]+)*-->)
    | (?P<doctype><!DOCTYPE\ html>)""",
    re.VERBOSE,
)
ATTRIBUTE = re.compile(r'\s+([A-Za-z0-9:-]+)(?:="([^"]*)")?')
ENTITY = re.compile(r"&(?:(?:lt|gt|amp|(quot|#39|#x27|#34|nbsp|para|#182));)?")
CHARACTERS = {"quot": '"', "#39": "'", "#x27": "'", "#34": '"', "nbsp": "\xa0", "para": "¶", "#182": "¶"}
LENGTH = 500  # characters of attributes that are kept: most tags come again and again
SPACES = " \n\t\f"
VOID = _names("area base br col embed hr img input link meta param source track wbr")
ODD = _names(  # elements that parsers read in ways of their own
    "basefont bgsound command frame iframe image isindex keygen listing math menuitem nextid noembed noframes noscript"
    " plaintext script spacer style template textarea xmp"
)
SEVERAL = _names(  # attributes with several values
    "accesskey accept-charset archive dropzone for headers http-equiv rel rev sandbox sizes"
)
SOUGHT = ("img:not([alt])", ".jp-Notebook div.jp-Cell-inputWrapper", ".jp-Notebook div.jp-OutputArea-output")


class Page:
    """A page as nbconvert handles it: Beautiful Soup's tree, but made only where it is needed."""

    def __init__(self, html: str, features: str = "html.parser") -> None:
        self._html, self._features = html, features
        self._plain = None if "jp-Notebook" in html else plain(html)
        self._soup: BeautifulSoup | None = None

    def select(self, selector: str, **more: Any) -> Any:
        """The elements that nbconvert changes; none in a page that is plain."""
        return [] if self._plain is not None and selector in SOUGHT else self.tree.select(selector, **more)

    @property
    def tree(self) -> BeautifulSoup:
        """The page as a tree. Whoever has it may change it."""
        if self._soup is None:
            self._soup = BeautifulSoup(self._html, features=self._features)
        return self._soup

    def __getattr__(self, name: str) -> Any:
        return getattr(self.tree, name)

    def __str__(self) -> str:
        return self._plain if self._plain is not None and self._soup is None else str(self.tree)


def plain(html: str) -> str | None:
    """What Beautiful Soup would write; None where its parser would have something to decide.

    So it is with elements that are not closed, unusual entities, and pictures without words for them.
    """
    written: list[str] = []
    around: list[str] = []  # the elements that are open
    end = 0
    for found in TOKEN.finditer(html):
        if found.start() != end:
            return None
        end = found.end()
        piece = _piece(found, around)
        if piece is None:
            return None
        written.append(piece)
    return "".join(written) if end == len(html) and not around else None


def _piece(found: re.Match[str], around: list[str]) -> str | None:
    if text := found["text"]:
        return _text(text, "pre" in around)
    if name := found["name"]:
        return _tag(found, name, around)
    if raw := found["raw"]:
        opening, content = _opening(raw, found["given"]), found["content"]
        return opening and f"{opening}{content if content.strip(SPACES) else _text(content, not content)}</{raw}>"
    return found["remark"] or f"{found['doctype']}\n"


def _text(text: str, kept: bool) -> str:
    """A text between two tags. kept: whether its white space counts."""
    if "&" in text:
        text = ENTITY.sub(_character, text)
    if not (kept or text.strip(SPACES)):
        return "\n" if "\n" in text else " "
    return text.replace(">", "&gt;") if ">" in text else text


def _tag(found: re.Match[str], name: str, around: list[str]) -> str | None:
    if found["close"]:
        closes = not (found["attributes"] or found["empty"]) and bool(around) and around.pop() == name
        return f"</{name}>" if closes else None
    opening = _opening(name, found["attributes"])
    if opening is None or name in ODD:
        return None
    if name in VOID:
        return opening[:-1] + "/>"
    if found["empty"]:
        return f"{opening}</{name}>"
    around.append(name)
    return opening


def _opening(name: str, attributes: str) -> str | None:
    """A tag with its attributes in order; None where they are unusual."""
    read = _read if len(attributes) <= LENGTH else _read.__wrapped__
    return read(name, attributes)


@lru_cache(maxsize=2048)
def _read(name: str, attributes: str) -> str | None:
    pairs = [(key.lower(), value) for key, value in ATTRIBUTE.findall(attributes)]
    given = dict(pairs)
    whole = "".join(found[0] for found in ATTRIBUTE.finditer(attributes)) == attributes.rstrip()
    if not whole or len(given) < len(pairs) or not SEVERAL.isdisjoint(given):
        return None
    if (name == "img" and "alt" not in given) or (name == "meta" and _says_encoding(given)):
        return None
    written = []
    for key, value in sorted(given.items()):
        quoted = _value(key, value)
        if quoted is None:
            return None
        written.append(f" {key}={quoted}")
    return f"<{name}{''.join(written)}>"


def _says_encoding(meta: dict[str, str]) -> bool:
    """Whether a parser would put another encoding in the place of one."""
    return meta.get("charset", "utf-8") != "utf-8" or "charset" in meta.get("content", "").lower()


def _value(key: str, value: str) -> str | None:
    """A value between quotes; None where it has an unusual entity."""
    if any(found[0] == "&" for found in ENTITY.finditer(value)):
        return None
    value = ENTITY.sub(_character, value)
    if key == "class":
        value = " ".join(value.split())
    if '"' not in value:
        return f'"{value}"'
    return '"{}"'.format(value.replace('"', "&quot;")) if "'" in value else f"'{value}'"


def _character(found: re.Match[str]) -> str:
    return CHARACTERS[found[1]] if found[1] else found[0]
