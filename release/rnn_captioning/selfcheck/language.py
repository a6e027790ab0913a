"""Sentences that can be told in other languages: English templates, what fills them, and a catalogue to tell them by.

A course in English has no catalogue. Every text is a string in English, so that nothing else need know of languages.
"""

from __future__ import annotations

import gettext
import re
import struct
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache, reduce
from pathlib import Path
from string import Formatter
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

    def told(self, language: Language) -> str:
        """The text in another language."""
        return language.fill(self)

    def mapped(self, change: Callable[[str], str]) -> Text:
        """The same text with what fills it changed, as far as it is no number."""
        fields = {
            name: value.mapped(change)
            if isinstance(value, Text)
            else change(value)
            if isinstance(value, str)
            else value
            for name, value in self.fields.items()
        }
        return Text(self.template, self.several, **fields)

    def __getnewargs_ex__(self) -> tuple[tuple[str, str], dict[str, Any]]:
        """How a copy is made, also in another process."""
        return (self.template, self.several), dict(self.fields)


class Stem(Text):
    """A sentence without its full stop, for a colon to follow."""

    def __new__(cls, sentence: str, several: str = "", /, **fields: Any) -> Stem:
        """The stem of a whole sentence, which takes the template's place."""
        stem = str.__new__(cls, cls.short(sentence))
        stem.template, stem.several, stem.fields = sentence, several, fields
        return stem

    @staticmethod
    def short(sentence: str) -> str:
        """What is left of a sentence in any language."""
        return sentence.rstrip(".。")

    def told(self, language: Language) -> str:
        """The same of the sentence in another language."""
        return self.short(language.tell(self.template))

    def mapped(self, change: Callable[[str], str]) -> Text:
        """The stem of the sentence with what fills it changed."""
        return type(self)(self.template.mapped(change) if isinstance(self.template, Text) else self.template)


class Language:
    """What texts are told in.

    name: such as "zh_CN"; "" for English. catalogue: the translations, by their English templates.
    """

    def __init__(self, name: str = "", catalogue: gettext.NullTranslations | None = None) -> None:
        self.name, self._catalogue = name, catalogue or gettext.NullTranslations()

    def tell(self, text: str) -> str:
        """A text in this language; plain strings, such as names and numbers, are the same in all."""
        return text.told(self) if self.name and isinstance(text, Text) else str(text)

    def fill(self, text: Text) -> str:
        """A text in this language: its template, filled."""
        fields = {name: self.tell(value) if isinstance(value, str) else value for name, value in text.fields.items()}
        if text.several:
            template = self._catalogue.ngettext(text.template, text.several, _whole(text.fields["count"]))
        else:
            template = self.says(text.template)
        try:
            return filled(template, fields) if fields else template
        except (LookupError, ValueError, AttributeError, TypeError):  # a translation with other places
            return str(text)

    def says(self, template: str) -> str:
        """The translation of a whole text that has no places; itself where there is none."""
        return self._catalogue.gettext(template) if self.name and template else template


ENGLISH = Language()


def _whole(count: float) -> int:
    """The number by which a plural is chosen: 2.5 points are several."""
    return int(count) if count == int(count) else 2


WIDE = re.compile(r"[\u3000-\u9fff\uff00-\uff60]")  # letters and signs between which no space stands


def filled(template: str, fields: Mapping[str, Any]) -> str:
    """A template with its places filled; no space of its own stands between two wide letters."""
    text = ""
    for said, name, spec, conversion in Formatter().parse(template):
        if said[:1] == " " and WIDE.match(said[1:2]) and WIDE.match(text[-1:]):
            said = said[1:]
        value = ""
        if name is not None:
            place = f"{{{name}{f'!{conversion}' if conversion else ''}{f':{spec}' if spec else ''}}}"
            value = place.format(**fields)
        if said[-1:] == " " and WIDE.match((text + said)[-2:-1]) and WIDE.match(value[:1]):
            said = said[:-1]
        text += said + value
    return text


def packed(text: str) -> Any:
    """What a text is made of, as JSON has it; the text itself where it is a plain string."""
    if not isinstance(text, Text):
        return text
    fields = {name: packed(value) if isinstance(value, str) else value for name, value in text.fields.items()}
    return [
        text.template,
        text.several,
        {name: value if _is_plain(value) else str(value) for name, value in fields.items()},
    ]


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | float | list)


def read_language(path: Path) -> Language:
    """The language of a compiled catalogue; English where there is no such file."""
    try:
        with path.open("rb") as file:
            catalogue = gettext.GNUTranslations(file)
    except (OSError, ValueError, struct.error):
        return ENGLISH
    return Language(catalogue.info().get(NAME, ""), catalogue)


@lru_cache(maxsize=1)
def here() -> Language:
    """The language of the release that this module lies in."""
    return read_language(Path(__file__).with_name(CATALOGUE))


def told(template: str, /, **fields: Any) -> str:
    """A sentence in the language of the release, for who speaks to students at once."""
    return here().tell(Text(template, **fields))


def counted(one: str, several: str, /, count: float, **fields: Any) -> Text:
    """A sentence about a number of things. one, several: the templates for 1 and for other numbers, with `count`."""
    return Text(one, several, count=count, **fields)


def template(text: str) -> str:
    """A template for `Text`, marked for translators where it is written."""
    return text


def pair(one: str, several: str) -> tuple[str, str]:
    """Two templates for `counted`, marked for translators where they are written."""
    return one, several


def joined(texts: Iterable[str]) -> str:
    """Texts one after another, parted by commas; "" where there are none."""
    return folded(texts, "{before}, {next}")


def listed(texts: Iterable[str]) -> str:
    """The same with "and" before the last one."""
    *others, last = [*texts] or [""]
    return Text("{before} and {next}", before=joined(others), next=last) if others else last


def ands(texts: Iterable[str]) -> str:
    """The same with "and" between all."""
    return folded(texts, "{before} and {next}")


def ors(texts: Iterable[str]) -> str:
    """The same with "or" between all."""
    return folded(texts, "{before} or {next}")


def semicolons(texts: Iterable[str]) -> str:
    """The same parted by semicolons, for texts that have commas."""
    return folded(texts, "{before}; {next}")


def sentences(texts: Iterable[str]) -> str:
    """Whole sentences, one after another."""
    return folded(texts, "{before} {next}")


def columns(text: str) -> int:
    """How many columns of a terminal a text takes: Chinese characters take two each."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def padded(text: str, width: int) -> str:
    """A text with spaces behind it up to a width in columns."""
    return text + " " * (width - columns(text))


def folded(texts: Iterable[str], template: str) -> str:
    """Texts with a template between each and the next one."""
    found = list(texts)
    return reduce(lambda before, following: Text(template, before=before, next=following), found) if found else ""
