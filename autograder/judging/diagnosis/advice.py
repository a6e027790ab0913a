"""What is said about a recognised mistake. How much of it students see is the instructor's choice."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from autograder.selfcheck.compare import about, said_of
from autograder.selfcheck.language import Stem, Text, joined
from autograder.spec import Mistake

WIDE = re.compile(r"[\u3040-\u9fff]")  # letters after which a full stop is wide
NAMES, HINTS, FULL = DETAILS = ("names", "hints", "full")  # how much students see


@dataclass(frozen=True)
class Advice:
    """A mistake that gives exactly the submission's values, and what to do about it.

    mistake: its short name, the same in every submission. text: for the student. outputs: those that it explains; a
    text about their values begins with their names. instead: whether the text takes the place of the sentences on these
    outputs' checks. source: the wrong function that gives all of the submission's wrong values, where there is one.
    explains: whether it says why they are wrong, and not only where, or what may be the reason.
    """

    mistake: str
    text: str
    outputs: tuple[str, ...] = ()
    instead: bool = False
    source: Mistake | None = field(default=None, compare=False, repr=False)
    explains: bool = True

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


def explained(advice: Iterable[Advice], wrong: frozenset[str]) -> frozenset[str]:
    """Those of the wrong outputs of which some advice says why; an advice on no output in particular is on all."""
    found = [frozenset(each.outputs) or wrong for each in advice if each.explains]
    return wrong & frozenset().union(*found)


class Hint(Stem):
    """An advice without the remedy, which follows the first colon or semicolon, in other languages too."""

    @staticmethod
    def short(sentence: str) -> str:
        """What is wrong, without what to do."""
        found = re.split(r"[:;] |[\uff1a\uff1b]", sentence)[0].rstrip(".。")
        return f"{found}{'。' if WIDE.search(found) else '.'}"
