"""What is said about a recognised mistake. How much of it students see is the instructor's choice."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from autograder.spec import Mistake

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
        names = f"{', '.join(self.outputs)}: "
        about = names if self.text.startswith(names) else ""
        if detail == NAMES:
            return about + self.mistake.replace("_", " ")
        hint = re.split(r"[:;] ", self.text.removeprefix(about))[0]
        return f"{about}{hint.rstrip('.')}."
