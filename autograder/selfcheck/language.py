"""Sentences that can be told in other languages: English templates, what fills them, and a catalogue to tell them by.

A course in English has no catalogue. Every text is a string in English, so that nothing else need know of languages.
"""

from __future__ import annotations

import gettext
from collections.abc import Iterable, Mapping
from functools import lru_cache, reduce
from pathlib import Path
from typing import Any

CATALOGUE = "messages.mo"  # beside this module in a release in another language than English
NAME = "language"  # of the language, in a catalogue's own description


class Text(str):
    """A sentence in English that knows how it is made.

    template: the sentence with named places, as `str.format` has them; it is what translators see. several: the
    template for all numbers but 1, where `count` decides; "" where no number does. fields: what fills the places;
    texts among them are told in the same language.

    >>> Text("{name} is wrong.", name="dx")
    'dx is wrong.'
    """

    template: str
    several: str
    fields: Mapping[str, Any]

    def __new__(cls, template: str, several: str = "", /, **fields: Any) -> Text:
        """The text. several: see above; then one of the fields is `count`."""
        chosen = several if several and fields["count"] != 1 else template
        text = super().__new__(cls, chosen.format(**fields) if fields else chosen)
        text.template, text.several, text.fields = template, several, fields
        return text

    def __getnewargs_ex__(self) -> tuple[tuple[str, str], dict[str, Any]]:
        """How a copy is made, also in another process."""
        return (self.template, self.several), dict(self.fields)


class Language:
    """What texts are told in.

    name: such as "zh_CN"; "" for English. catalogue: the translations, by their English templates.
    """

    def __init__(self, name: str = "", catalogue: gettext.NullTranslations | None = None) -> None:
        self.name, self._catalogue = name, catalogue or gettext.NullTranslations()

    def tell(self, text: str) -> str:
        """A text in this language; plain strings, such as names and numbers, are the same in all."""
        if not self.name or not isinstance(text, Text):
            return str(text)
        fields = {name: self.tell(value) if isinstance(value, str) else value for name, value in text.fields.items()}
        if text.several:
            template = self._catalogue.ngettext(text.template, text.several, fields["count"])
        else:
            template = self._catalogue.gettext(text.template)
        try:
            return template.format(**fields) if fields else template
        except (LookupError, ValueError, AttributeError, TypeError):  # a translation with other places
            return str(text)

    def says(self, template: str) -> str:
        """The translation of a whole text that has no places; itself where there is none."""
        return self._catalogue.gettext(template) if self.name else template


ENGLISH = Language()


def read_language(path: Path) -> Language:
    """The language of a compiled catalogue; English where there is no such file."""
    try:
        with path.open("rb") as file:
            catalogue = gettext.GNUTranslations(file)
    except (OSError, ValueError):
        return ENGLISH
    return Language(catalogue.info().get(NAME, ""), catalogue)


@lru_cache(maxsize=1)
def here() -> Language:
    """The language of the release that this module lies in."""
    return read_language(Path(__file__).with_name(CATALOGUE))


def told(template: str, /, **fields: Any) -> str:
    """A sentence in the language of the release, for who speaks to students at once."""
    return here().tell(Text(template, **fields))


def counted(one: str, several: str, /, count: int, **fields: Any) -> Text:
    """A sentence about a number of things. one, several: the templates for 1 and for other numbers, with `count`."""
    return Text(one, several, count=count, **fields)


def joined(texts: Iterable[str]) -> str:
    """Texts one after another, parted by commas; "" where there are none."""
    return _folded(texts, "{before}, {next}")


def listed(texts: Iterable[str]) -> str:
    """The same with "and" before the last one."""
    *others, last = texts
    return Text("{before} and {last}", before=joined(others), last=last) if others else last


def semicolons(texts: Iterable[str]) -> str:
    """The same parted by semicolons, for texts that have commas."""
    return _folded(texts, "{before}; {next}")


def sentences(texts: Iterable[str]) -> str:
    """Whole sentences, one after another."""
    return _folded(texts, "{before} {next}")


def _folded(texts: Iterable[str], template: str) -> str:
    found = list(texts)
    return reduce(lambda before, following: Text(template, before=before, next=following), found) if found else ""
