"""What an exception of the student's code says, short enough to be of help to its author and to nobody else.

Hidden inputs are in reach of the code that raises it; they hold no answers, and need not be printed either.
"""

from __future__ import annotations

import re

from autograder.selfcheck.language import Text

MOST = 160  # characters of what is said
PLACE = 300  # of where, which may be two lines of code
DIGITS = re.compile(r"(\d[\d.]{4})[\d.]+(?:e[-+]?\d+)?…?", re.IGNORECASE)


def brief(sentence: str, place: str = "") -> str:
    """The sentence with its long numbers cut, and not longer than it need be.

    place: what it begins with, if it does.

    >>> brief("IndexError: index 7 is out of bounds for 0.30000000000000004")
    'IndexError: index 7 is out of bounds for 0.300…'
    """
    if isinstance(sentence, Text) and place and sentence.fields.get("where") == place and "problem" in sentence.fields:
        where, problem = _cut(place, PLACE), _cut(sentence.fields["problem"], MOST)
        return Text(sentence.template, where=where, problem=problem)
    place = place if sentence.startswith(place) else ""
    return _cut(sentence, MOST) if not place else _cut(place, PLACE) + _cut(sentence[len(place) :], MOST)


def _cut(text: str, most: int) -> str:
    short = without_digits(text)
    if isinstance(text, Text) and len(short) <= most and short == text.mapped(without_digits):
        return text.mapped(without_digits)
    return short if len(short) <= most else short[: most - 1] + "…"


def without_digits(text: str) -> str:
    """The text with its long numbers cut."""
    return DIGITS.sub(r"\1…", text)
