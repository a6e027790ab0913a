"""What a feedback page shows: marks of each exercise and test, what to fix first, and each verdict beside the code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from nbformat import NotebookNode

from autograder.assignment import CHECK, Assignment, Kind
from autograder.bonus import names as names_of
from autograder.cells import grade_id, in_words
from autograder.judging.hidden import Delimiters, Redactor
from autograder.judging.repair.line import WIDTH
from autograder.record import Event, ExerciseRecord, Record, Status, TestRecord
from autograder.selfcheck.snippet import one_line
from autograder.spec import Exercise

from .ordinary import Ending, as_it_ran, find

STATES = ("right", "partly right", "wrong", "not written yet", "to be marked by hand")
RIGHT, PART, WRONG, MISSING, WAITS = STATES
FOR_INSTRUCTORS = (
    Event.ASSIGNMENT,
    Event.CARRIED,
    Event.FAILED,
    Event.LINE,
    Event.REFUSED,
)  # notes on what no student can change
UNNAMED = re.compile(r"cell-[0-9a-f]+")  # an id that nbgrader has made up
HEADING = re.compile(r"^#+ *(\S.*?) *$", re.MULTILINE)
UNANSWERED = "No response."  # nbgrader's comment on an answer that was left as it was


@dataclass(frozen=True)
class Part:
    """An exercise, an ordinary test or a written answer with its marks.

    state: one of STATES. told: what is wrong, in sentences. code: the student's function, verdict: the table, as HTML.
    answer: the cell of a written answer. comment: the grader's own. because: the exercises whose mistakes are the
    reason that it is wrong as written. called_by: the exercises that use its function. test: the code of a test, as far
    as it may be seen. finding: how a test came out, or what an answer in code has shown. asked: what is not written yet
    where that has another name. marked: the lines of the code that are proven wrong. bonus: whether `most` is no part
    of the notebook's.
    """

    name: str
    points: float
    most: float
    state: str
    told: Sequence[str] = ()
    code: str = ""
    verdict: str = ""
    answer: NotebookNode | None = None
    comment: str = ""
    because: Sequence[str] = ()
    called_by: Sequence[str] = ()
    test: str = ""
    finding: Ending | None = None
    asked: Sequence[str] = ()
    marked: Sequence[int] = ()
    bonus: bool = False

    @property
    def share(self) -> float:
        """The points earned as percent of the most possible."""
        return 100 * self.points / self.most if self.most else 100.0

    @property
    def lost(self) -> float:
        """The points that are missing."""
        return round(self.most - self.points, 4)

    @property
    def title(self) -> str:
        """Its name, in words where it is a question; a name that says nothing gives way to the question's heading."""
        if self.code or self.test:
            return self.name
        heading = HEADING.search(self.answer.source) if self.answer and UNNAMED.fullmatch(self.name) else None
        return heading[1] if heading else in_words(self.name)


@dataclass(frozen=True)
class Page:
    """A graded notebook as its student sees it.

    notes: what went wrong with the submission as a whole. remarks: the grader's comments on cells without marks, by the
    cells' ids.
    """

    notebook: str
    points: float
    most: float
    penalty: float = 0.0
    status: Status = Status.GRADED
    notes: Sequence[str] = ()
    parts: Sequence[Part] = field(default=())
    remarks: Mapping[str, str] = field(default_factory=dict)

    @property
    def checked(self) -> bool:
        """Whether anything in it was checked by the grader itself."""
        return any(part.verdict or part.test for part in self.parts)

    @property
    def bonus(self) -> float:
        """What of the points is bonus; a late submission loses these last."""
        return min(self.points, sum(part.points for part in self.parts if part.bonus))

    @property
    def graded(self) -> bool:
        """Whether there are marks to show."""
        return self.status.has_marks

    @property
    def to_fix(self) -> list[Part]:
        """The exercises and tests that lost points, first things first: later ones may depend on earlier ones."""
        return [part for part in self.parts if part.state in (PART, WRONG) and part.answer is None]

    @property
    def missing(self) -> list[Part]:
        """The exercises and answers that are not written yet."""
        return [part for part in self.parts if part.state == MISSING]

    @property
    def unwritten(self) -> dict[str, str]:
        """What to write, and the part of the page to see for it."""
        found: dict[str, str] = {}
        for part in self.missing:
            for name in part.asked or [part.name]:
                found.setdefault(name, part.name)
        return found

    @property
    def waiting(self) -> list[Part]:
        """The answers that a person has yet to mark."""
        return [part for part in self.parts if part.state == WAITS]

    def spoilt_by(self, part: Part) -> list[str]:
        """The exercises that fail as written because of this one, and come right with it."""
        return [other.name for other in self.parts if part.name in other.because]


def read_page(
    notebook: NotebookNode,
    names: Mapping[str, Any],
    record: Record,
    waiting: frozenset[str],
    assignment: Assignment,
    callers: Mapping[str, Sequence[str]],
    hidden: Delimiters | None = None,
    bonus: Mapping[str, float] | None = None,
) -> Page:
    """The page of a graded notebook whose cells hold their scores and comments.

    names: nbgrader's own figures, `notebook`, `score`, `max_score`, `late_penalty`. record: what grading stored.
    waiting: the grade ids that still need a person. callers: the exercises that call an exercise's function. hidden:
    which lines of ordinary tests are not shown. bonus: the points of bonus cells, by grade id.
    """
    for cell in notebook.cells:
        if extra := (bonus or {}).get(grade_id(cell)):
            cell.metadata.nbgrader["points"] = extra
    reader = _Reader(notebook, record, waiting, assignment, callers, hidden or Delimiters())
    named = names_of(bonus or {})
    parts = tuple(replace(part, bonus=part.name in named) for part in reader.parts())
    figures = float(names["score"]), float(names["max_score"]), float(names["late_penalty"])
    notes = tuple(record.for_student(note.text) for note in record.notes if note.event not in FOR_INSTRUCTORS)
    return Page(names["notebook"], *figures, record.status, notes, parts, reader.remarks())


class _Reader:
    """Reads a graded notebook's parts one after another."""

    def __init__(
        self,
        notebook: NotebookNode,
        record: Record,
        waiting: frozenset[str],
        assignment: Assignment,
        callers: Mapping[str, Sequence[str]],
        hidden: Delimiters,
    ) -> None:
        self._record, self._waiting, self._assignment = record, waiting, assignment
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
            about = cell.metadata.nbgrader
            points, most = float(about.get("score") or 0.0), float(about.get("points") or 0.0)
            if kind is Kind.EXERCISE:
                yield self._exercise(self._assignment.by_name[self._assignment.exercise_of(cell)], points, most)
            elif kind is Kind.TEST:
                yield self._test(cell, points, most)
            elif kind is Kind.MANUAL:
                yield self._answer(cell, points, most)
            elif about.get("solution") and identifier not in functions:
                self._solutions = [*([] if self._tested else self._solutions), cell]
                self._tested = False

    def remarks(self) -> dict[str, str]:
        """The grader's comments on solutions that no test comes after, once the parts are read."""
        solutions = [] if self._tested else self._solutions
        return {grade_id(cell): said for cell in solutions if (said := _comment(cell))}

    def _exercise(self, exercise: Exercise, points: float, most: float) -> Part:
        name, written = exercise.name, self._cells.get(exercise.function)
        graded = self._record.exercises.get(name, ExerciseRecord(0.0))
        return Part(
            name,
            points,
            most,
            _state(points, most) if points or graded.written else MISSING,
            tuple(map(self._record.for_student, graded.told)),
            code=written.source if written else "",
            verdict=_verdict(self._cells[f"{CHECK}{name}"]),
            comment=(written.metadata.nbgrader.get("comment") or "") if written else "",
            because=graded.because,
            called_by=tuple(self._callers.get(name, ())),
            marked=_marked(written.source, graded.lines) if written else (),
        )

    def _test(self, cell: NotebookNode, points: float, most: float) -> Part:
        """A test, with the solutions since the one before it."""
        record = self._record.tests.get(grade_id(cell), TestRecord(0.0))
        finding = find(cell, record, self._numbers, self._hidden, self._redactor)
        untouched = not points and bool(self._solutions) and all(map(_is_untouched, self._solutions))
        comments = () if self._tested else map(_comment, self._solutions)
        self._tested = True
        return Part(
            grade_id(cell),
            points,
            most,
            MISSING if untouched else _state(points, most),
            () if finding.passed else (finding.told,),
            code="\n\n".join(each.source for each in self._solutions),
            comment="\n\n".join(filter(None, comments)),
            test=cell.source if self._hidden.shown else self._hidden.visible(cell.source),
            finding=None if untouched else finding,
            asked=[grade_id(each) for each in self._solutions],
        )

    def _answer(self, cell: NotebookNode, points: float, most: float) -> Part:
        """An answer that a person marks."""
        name = grade_id(cell)
        state = WAITS if name in self._waiting else MISSING if _is_untouched(cell) else _state(points, most)
        if cell.cell_type == "markdown":
            return Part(name, points, most, state, answer=cell, comment=_comment(cell))
        finding = None if state == MISSING else as_it_ran(cell, self._redactor)
        return Part(name, points, most, state, code=cell.source, comment=_comment(cell), finding=finding)


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


def _state(points: float, most: float) -> str:
    if points >= most:
        return RIGHT
    return PART if points > 0 else WRONG


def _verdict(cell: NotebookNode) -> str:
    """The table that grading wrote into the exercise's cell."""
    tables = (output.data.get("text/html", "") for output in cell.outputs if output.output_type == "display_data")
    return next(tables, "")
