"""What is said about a line whose change makes everything right: where it is and what to look at, never the change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from autograder.judging.diagnosis.advice import NAMES
from autograder.judging.edits.edits import Edit
from autograder.selfcheck.language import Text, ands, folded
from autograder.selfcheck.snippet import one_line

WIDTH = 100  # characters of a line that are shown
LONG = 400  # and of an edit, to instructors


@dataclass(frozen=True)
class Line:
    """A line of a student's function, proven wrong.

    function: whose line it is. numbers: the line in its cell, counted from 1, or two: of two that belong together
    either may be changed. both: whether both must be. texts: what stands there. look_at: what the change is about, in
    words. inserts: whether a statement is missing after it. with_right: the functions that were put right for the
    search. edit: what was changed; for instructors only.
    """

    function: str
    numbers: tuple[int, ...]
    texts: tuple[str, ...]
    look_at: str
    edit: str
    inserts: bool = False
    both: bool = False
    with_right: tuple[str, ...] = ()

    def places(self, function: str) -> tuple[tuple[int, str], ...]:
        """The lines with what stands there, where they are this function's."""
        return tuple(zip(self.numbers, self.texts, strict=True)) if function == self.function else ()

    @property
    def for_instructors(self) -> str:
        """What was changed, in a sentence."""
        return f"Every case is right where, in {self.edit}."

    def said(self, detail: str) -> str:
        """What a student is shown. detail: with names only, what to look at is left out."""
        line = "line {number}, `{text}`"
        places = [Text(line, number=number, text=text) for number, text in zip(self.numbers, self.texts, strict=True)]
        if self.both:
            several = folded(places, "{before}, and of {next}")
            what = Text("changes of {places}, together make every case right", places=several)
        elif self.inserts:
            what = Text("one more statement after {place}, makes every case right", place=places[0])
        else:
            what = Text(
                "a change of {places}, alone makes every case right", places=folded(places, "{before}, or of {next}")
            )
        if self.with_right:
            where = Text("With {others} put right, in {function}", others=ands(self.with_right), function=self.function)
        else:
            where = Text("In {function}", function=self.function)
        if detail == NAMES:
            return Text("{where}, {what}.", where=where, what=what)
        return Text("{where}, {what}: look at {look_at}.", where=where, what=what, look_at=self.look_at)


def line_of(found: Sequence[Edit], with_right: tuple[str, ...], together: bool = False) -> Line:
    """The line, or the two, on which the edits stand that were found.

    together: whether all of them are needed. Otherwise each does it alone, and the first says what to look at.
    """
    own, numbers = found[0].function, sorted({edit.line for edit in found})
    texts = tuple(one_line(own.text_of(number), WIDTH) for number in numbers)
    told = sorted(found, key=lambda edit: edit.line) if together else found[:1]
    kinds = dict.fromkeys(edit.kind for edit in told)
    look_at = folded([kind.value for kind in kinds], "{before} and at {next}")
    shown = f"{own.name}, {' and '.join(f'line {edit.line}: {edit.shown}' for edit in told)}"[:LONG]
    inserts, both = not together and all(edit.inserts for edit in found), together and len(numbers) > 1
    return Line(own.name, tuple(numbers), texts, look_at, shown, inserts, both, with_right)
