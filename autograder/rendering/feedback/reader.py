"""Reads what a feedback page shows from a graded notebook, its record, and its marks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from nbformat import NotebookNode

from autograder.assignment import CHECK, Assignment, Kind
from autograder.cells import grade_id
from autograder.course.given import CellMarks
from autograder.judging.hidden import Delimiters, Redactor
from autograder.judging.repair.line import WIDTH
from autograder.record import ExerciseRecord, Record, TestRecord
from autograder.selfcheck.snippet import one_line
from autograder.spec import Exercise

from .ordinary import as_it_ran, find
from .part import AGAIN, MISSING, PART, RIGHT, SET, WAITS, WRONG, Part

UNANSWERED = "No response."  # nbgrader's comment on an answer that was left as it was


def with_bonuses(cells: Mapping[str, CellMarks], bonus: Mapping[str, float]) -> dict[str, CellMarks]:
    """What the gradebook has of the cells, with the points of those that it has none for, as they are a bonus."""
    return {name: _as_bonus(marks, bonus[name]) if name in bonus else marks for name, marks in cells.items()}


def _as_bonus(marks: CellMarks, most: float) -> CellMarks:
    """A bonus cell's marks: what a person gives for it, nbgrader takes for extra credit."""
    points = round(marks.points + marks.extra, 4)
    own = replace(marks, most=most, extra=0.0, bonus=True)
    if not marks.extra:
        return own
    return replace(own, auto=points) if marks.manual is None else replace(own, manual=points)


class Reader:
    """Reads a graded notebook's parts one after another."""

    def __init__(
        self,
        notebook: NotebookNode,
        record: Record,
        marks: Mapping[str, CellMarks],
        assignment: Assignment,
        callers: Mapping[str, Sequence[str]],
        hidden: Delimiters,
    ) -> None:
        self._record, self._marks, self._assignment = record, marks, assignment
        self._callers, self._hidden = callers, hidden
        self._cells = {grade_id(cell): cell for cell in notebook.cells if grade_id(cell)}
        tests = [cell for cell in notebook.cells if assignment.kind_of(cell) is Kind.TEST]
        self._redactor = Redactor.of(notebook, assignment, hidden)
        self._numbers = {cell.execution_count for cell in tests}
        self._solutions: list[NotebookNode] = []  # since the last test
        self._tested = False  # whether a test has come after them

    def parts(self) -> Iterator[Part]:
        """All parts, in the notebook's order."""
        functions = {exercise.function for exercise in self._assignment.exercises}
        for identifier, cell in self._cells.items():
            kind = self._assignment.kind_of(cell)
            marks = self._marks.get(identifier) or CellMarks(identifier, 0.0, None)
            if kind is Kind.EXERCISE:
                yield self._exercise(self._assignment.by_name[self._assignment.exercise_of(cell)], marks)
            elif kind is Kind.TEST:
                yield self._test(cell, marks)
            elif kind is Kind.MANUAL:
                yield self._answer(cell, marks)
            elif cell.metadata.nbgrader.get("solution") and identifier not in functions:
                self._solutions = [*([] if self._tested else self._solutions), cell]
                self._tested = False

    def remarks(self) -> dict[str, str]:
        """The grader's comments on solutions that no test comes after, once the parts are read."""
        solutions = [] if self._tested else self._solutions
        return {grade_id(cell): said for cell in solutions if (said := _comment(cell))}

    def _exercise(self, exercise: Exercise, marks: CellMarks) -> Part:
        name, written = exercise.name, self._cells.get(exercise.function)
        graded = self._record.exercises.get(name, ExerciseRecord(0.0))
        return Part(
            name,
            marks.points,
            marks.most,
            _checked(marks, written=graded.written),
            tuple(map(self._record.for_student, graded.told)),
            code=written.source if written else "",
            verdict=_verdict(self._cells[f"{CHECK}{name}"]),
            comment=_comment(written) if written else "",
            because=graded.because,
            called_by=tuple(self._callers.get(name, ())),
            marked=_marked(written.source, graded.lines) if written else (),
            **_person(marks),
        )

    def _test(self, cell: NotebookNode, marks: CellMarks) -> Part:
        """A test, with the solutions since the one before it."""
        record = self._record.tests.get(grade_id(cell), TestRecord(0.0))
        finding = find(cell, record, self._numbers, self._hidden, self._redactor)
        untouched = not marks.points and bool(self._solutions) and all(map(_is_untouched, self._solutions))
        comments = () if self._tested else map(_comment, self._solutions)
        self._tested = True
        return Part(
            grade_id(cell),
            marks.points,
            marks.most,
            _checked(marks, written=not untouched),
            () if finding.passed else (finding.told,),
            code="\n\n".join(each.source for each in self._solutions),
            comment="\n\n".join(filter(None, comments)),
            test=cell.source if self._hidden.shown else self._hidden.visible(cell.source),
            finding=None if untouched else finding,
            asked=[grade_id(each) for each in self._solutions],
            **_person(marks),
        )

    def _answer(self, cell: NotebookNode, marks: CellMarks) -> Part:
        """An answer that a person marks."""
        state = _answered(marks, written=not _is_untouched(cell))
        finding = None if state == MISSING or cell.cell_type == "markdown" else as_it_ran(cell, self._redactor)
        return Part(
            grade_id(cell),
            marks.points,
            marks.most,
            state,
            answer=cell if cell.cell_type == "markdown" else None,
            code="" if cell.cell_type == "markdown" else cell.source,
            comment=_comment(cell),
            finding=finding,
            extra=marks.extra,
            outdated=marks.outdated,
            bonus=marks.bonus,
        )


def _is_untouched(cell: NotebookNode) -> bool:
    """Whether nbgrader says that the cell was left as it was."""
    return bool(cell.metadata.nbgrader.get("comment") == UNANSWERED)


def _marked(code: str, lines: Sequence[tuple[int, str]]) -> tuple[int, ...]:
    """The lines that are in this cell: the function that counted may stand in another one."""
    texts = [one_line(line, WIDTH) for line in code.splitlines()]
    return tuple(number for number, text in lines if texts[number - 1 : number] == [text])


def _comment(cell: NotebookNode) -> str:
    """The grader's comment on a cell."""
    return "" if _is_untouched(cell) else cell.metadata.nbgrader.get("comment") or ""


def _checked(marks: CellMarks, written: bool) -> str:
    """The state of what the grader checks."""
    if marks.by_hand:
        return SET
    return _state(marks.points, marks.most) if marks.points or written else MISSING


def _answered(marks: CellMarks, written: bool) -> str:
    """The state of what a person marks."""
    if marks.waits:
        return WAITS if marks.manual is None else AGAIN
    return _state(marks.points, marks.most) if marks.points or written else MISSING


def _person(marks: CellMarks) -> dict[str, Any]:
    """What a person has changed of what the grader checks."""
    checks = marks.auto if marks.by_hand else None
    return {"extra": marks.extra, "checks": checks, "outdated": marks.outdated, "bonus": marks.bonus}


def _state(points: float, most: float) -> str:
    if points >= most:
        return RIGHT
    return PART if points > 0 else WRONG


def _verdict(cell: NotebookNode) -> str:
    """The table that grading wrote into the exercise's cell."""
    tables = (output.data.get("text/html", "") for output in cell.outputs if output.output_type == "display_data")
    return next(tables, "")
