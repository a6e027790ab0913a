"""What is wrong with a translation: nothing there, not sure, or something lost on the way."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message

GLOSSARY = "glossary.csv"  # beside an assignment's catalogues: its terms, each with the one word that stands for it
KEPT = {  # what a translation has as often as its text
    "the place": re.compile(r"\{[a-z_]*(?::[^{}]*)?\}"),
    "the code": re.compile(r"(?<!`)`[^`\n]+`(?!`)"),
    "the block of code": re.compile(r"^```", re.MULTILINE),
    "the formula": re.compile(r"\$\$?[^$]+\$?\$"),
    "the tag": re.compile(r"</?[a-z]+(?: [^<>]*)?>"),
    "the target of a link": re.compile(r"(?<=\]\()[^)\s]+(?=\))"),
}
DIGITS = re.compile(r"\d+")
HALF_WIDTH = re.compile(r"[\u3400-\u9fff][,;:?!](?=\s|$|[\u3400-\u9fff])")
WIDE = ("zh", "ja")  # languages with wide punctuation


def problems(catalogue: Catalog, language: str, glossary: Iterable[tuple[str, str]] = ()) -> Iterator[tuple[str, str]]:
    """The texts that are not translated well, each with what is wrong."""
    terms = tuple(glossary)
    for message in catalogue:
        if message.id:
            said = _first(message, language, terms)
            if said:
                yield _ids(message)[0], said


def read_glossary(folder: Path) -> tuple[tuple[str, str], ...]:
    """The terms of a language and their translations; none where it has no glossary."""
    return _glossary(folder / GLOSSARY) if (folder / GLOSSARY).is_file() else ()


@cache
def _glossary(path: Path) -> tuple[tuple[str, str], ...]:
    with path.open(encoding="utf-8", newline="") as file:
        return tuple((row[0], row[1]) for row in list(csv.reader(file))[1:] if len(row) > 1)


def _first(message: Message, language: str, terms: Iterable[tuple[str, str]]) -> str:
    texts = [message.string] if isinstance(message.string, str) else list(message.string or ())
    if not texts or not all(texts):
        return "not translated"
    if message.fuzzy:
        return "fuzzy: its English text has changed"
    for number, text in enumerate(texts):
        ids = _ids(message)[-1:] if len(texts) == 1 or number else _ids(message)  # the first form may be either's
        found = [next(_lost(english, text, language, terms), "") for english in ids]
        if all(found):
            return found[-1]
    return ""


def _ids(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def _lost(english: str, text: str, language: str, terms: Iterable[tuple[str, str]]) -> Iterator[str]:
    for what, pattern in KEPT.items():
        before, after = (Counter(map(_form, pattern.findall(each))) for each in (english, text))
        if before != after:
            form = next(iter((before - after) or (after - before)))
            one = next(kept for kept in pattern.findall(english if before - after else text) if _form(kept) == form)
            yield f"{what} {one!r} is {'missing' if before - after else 'not in the English text'}"
    if english.count("\n|") != text.count("\n|"):
        yield "a table has another number of lines"
    if language.startswith(WIDE) and (found := HALF_WIDTH.search(text)):
        yield f"{found[0]!r} has narrow punctuation"
    for term, word in terms:
        if re.search(rf"\b{re.escape(term)}", _prose(english), re.IGNORECASE) and word not in text:
            yield f"{term!r} is {word!r} in the glossary"


def _form(kept: str) -> str:
    """What must be the same: numbers may differ, as a network that speaks another language gives others."""
    return DIGITS.sub("0", kept) if kept.startswith("$") else kept


def _prose(text: str) -> str:
    """A text without code."""
    return KEPT["the code"].sub("", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
