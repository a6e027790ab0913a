"""Edits that make some of what is wrong right: where two mistakes are in one function, one edit can do no more."""

from __future__ import annotations

from collections.abc import Iterable

from autograder.judging.edits.edits import Edit
from autograder.judging.edits.function import Function
from autograder.judging.edits.kinds import Kind


class Progress:
    """The edits that have made some outputs right in a case, by these outputs."""

    def __init__(self) -> None:
        self._made: dict[frozenset[str], list[Edit]] = {}

    def add(self, edits: Iterable[Edit], right: frozenset[str]) -> None:
        """After each of these edits, these outputs are right in the case that was tried."""
        self._made.setdefault(right, []).extend(edit for edit in edits if _keeps_lines(edit))

    def bases(self, function: Function) -> list[Edit]:
        """One edit of each line of a function on which some make progress; those that make most right come first."""
        groups = sorted(self._made.items(), key=lambda group: -len(group[0]))
        found: dict[int, Edit] = {}
        for edit in (edit for _, edits in groups for edit in edits if edit.function is function):
            found.setdefault(edit.line, edit)
        return list(found.values())


def _keeps_lines(edit: Edit) -> bool:
    """Whether each line is afterwards where it was, so that the next edit's line is one of the student's own."""
    moved = edit.kind in (Kind.PLACE, Kind.SURPLUS)
    return not moved and edit.source.count("\n") == edit.function.text.count("\n")
