"""What is told about a mistake: its name to the record, to the student as much as the instructor wants."""

from __future__ import annotations

import re
from dataclasses import dataclass

NAMES, HINTS, FULL = DETAILS = ("names", "hints", "full")  # how much students see


@dataclass(frozen=True)
class Advice:
    """A mistake that gives exactly the submission's values, and what to do about it.

    mistake: its short name, the same in every submission. outputs: what it explains; where the text is about their
    values it begins with their names. instead: whether it says all that is to be said on these values.
    """

    mistake: str
    text: str
    outputs: tuple[str, ...] = ()
    instead: bool = False

    def said(self, detail: str = FULL) -> str:
        """What a student is shown: the mistake's name in words, a hint without the how, or all."""
        if detail == FULL:
            return self.text
        names = f"{', '.join(self.outputs)}: "
        about = names if self.text.startswith(names) else ""
        if detail == NAMES:
            return about + self.mistake.replace("_", " ")
        hint = re.split(r"[:;] ", self.text.removeprefix(about))[0]
        return f"{about}{hint.rstrip('.')}."
