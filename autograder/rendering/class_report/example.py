"""One student's code for a mistake, without a name: nothing in it may say whose it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from autograder.judging.repair.line import WIDTH
from autograder.selfcheck.snippet import one_line as cut
from autograder.terminal import one_line

from .collect import Submission
from .functions import NEWLINE, Written

MOST_LINES, MOST_LETTERS = 80, 6000  # of an example
SHORTEST = 3  # letters of a name that is looked for in code: shorter ones are in every second word
IDENTIFYING = re.compile(r"[\w.+-]+@[\w-]+\.\w|\d{6}|https?://|\bauthors?\b|\bmatric", re.IGNORECASE)
WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Example:
    """A function's lines, and which of them, counted from 0, are proven wrong."""

    lines: tuple[str, ...]
    marked: frozenset[int] = frozenset()


class Names:
    """Whether a text has a word of somebody's id or name in it."""

    def __init__(self, people: Iterable[str]) -> None:
        words = {word.casefold() for person in people for word in WORD.findall(person)}
        self._words = {word for word in words if len(word) >= SHORTEST or not word.isascii()}
        self._wide = [word for word in self._words if not word.isascii()]  # stand in texts without spaces

    def found_in(self, text: str) -> bool:
        """Whether this text may say whose it is."""
        folded = text.casefold()
        if IDENTIFYING.search(text) or any(word in folded for word in self._wide):
            return True
        return not self._words.isdisjoint(WORD.findall(folded))


def names_of(submissions: Iterable[Submission], given: Iterable[str]) -> Names:
    """The names of a class, but for words that the course's own code has, such as a student called `step`."""
    usual = {word for code in given for word in WORD.findall(code.casefold())}
    people = [text for each in submissions for text in (each.student, each.called)]
    return Names([word for person in people for word in WORD.findall(person.casefold()) if word not in usual])


def example_of(made_by: Sequence[Submission], exercise: str, function: str, names: Names) -> Example | None:
    """The clearest example among those who made a mistake; None where every one is too long or tells a name.

    That is: with a proven line rather than without, with few other mistakes, short.
    """

    def order(each: Submission) -> tuple[bool, int, int, str]:
        record, code = each.exercises[exercise], each.functions[function].code
        return not record.lines, len(record.advice), len(code), code

    for each in sorted((each for each in made_by if function in each.functions), key=order):
        written = each.functions[function]
        if _is_short(written.code) and not names.found_in(written.code):
            return _example(written, each.exercises[exercise].lines)
    return None


def _is_short(code: str) -> bool:
    return len(code) <= MOST_LETTERS and len(NEWLINE.split(code)) <= MOST_LINES


def _example(written: Written, proven: Sequence[tuple[int, str]]) -> Example:
    """The code with the proven lines that are in it: the function that was judged may stand in another cell."""
    lines = NEWLINE.split(written.code)
    places = {number - written.first: text for number, text in proven}
    marked = {place for place, text in places.items() if 0 <= place < len(lines) and cut(lines[place], WIDTH) == text}
    return Example(tuple(one_line(line.expandtabs(4)) for line in lines), frozenset(marked))
