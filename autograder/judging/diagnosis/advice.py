"""What is said about a recognised mistake. How much of it students see is the instructor's choice."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from autograder.selfcheck.compare import about, said_of
from autograder.selfcheck.language import Language, Text, joined
from autograder.spec import Mistake

WIDE = re.compile(r"[\u3040-\u9fff]")  # letters after which a full stop is wide
NAMES, HINTS, FULL = DETAILS = ("names", "hints", "full")  # how much students see


@dataclass(frozen=True)
class Advice:
    """A mistake that gives exactly the submission's values, and what to do about it.

    mistake: its short name, the same in every submission. text: for the student. outputs: those that it explains; a
    text about their values begins with their names. instead: whether the text takes the place of the sentences on these
    outputs' checks. source: the wrong function that gives all of the submission's wrong values, where there is one.
    """

    mistake: str
    text: str
    outputs: tuple[str, ...] = ()
    instead: bool = False
    source: Mistake | None = field(default=None, compare=False, repr=False)

    def said(self, detail: str = FULL) -> str:
        """What a student is shown.

        detail: one of DETAILS: the mistake's name in words, a hint without the remedy, or the whole text.
        """
        if detail == FULL:
            return self.text
        names = joined(self.outputs)
        what = said_of(names, self.text)
        named = Text(self.mistake.replace("_", " ")) if detail == NAMES else Hint(what)
        return about(names, named) if what is not self.text else named


class Hint(Text):
    """An advice without the remedy, which follows the first colon or semicolon."""

    def __new__(cls, advice: str, several: str = "", /, **fields: Any) -> Hint:
        """The hint; it has nothing but its advice."""
        hint = str.__new__(cls, _hint(advice))
        hint.template, hint.several, hint.fields = advice, several, fields
        return hint

    def told(self, language: Language) -> str:
        """The hint in another language, in which it ends at the same place."""
        return _hint(language.tell(self.template))


def _hint(advice: str) -> str:
    found = re.split(r"[:;] |[\uff1a\uff1b]", advice)[0].rstrip(".。")
    return f"{found}{'。' if WIDE.search(found) else '.'}"
