"""What a feedback page shows: marks of each exercise, what to fix first, and each verdict beside the student's code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nbformat import NotebookNode

from ..course import CHECK, exercise_of, grade_id
from ..exercises import EXERCISES

STATES = ("right", "partly right", "wrong", "not written yet", "to be marked by hand")
RIGHT, PART, WRONG, MISSING, WAITS = STATES
UNWRITTEN = " is not written yet"  # in the sentence of the check
UNANSWERED = "No response."  # nbgrader's comment on an answer that was left as it was


@dataclass(frozen=True)
class Part:
    """An exercise or a written answer with its marks.

    state: one of STATES. told: what is wrong, in sentences. code: the student's function, verdict: the table, as HTML.
    answer: the cell of a written answer. comment: the grader's own. because: the exercises whose mistakes are the
    reason that it is wrong as written. called_by: the exercises that use its function.
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
        """Its name in words where it is no function."""
        return self.name if self.code else self.name.replace("_", " ").capitalize()


@dataclass(frozen=True)
class Page:
    """A graded notebook as its student sees it. notes: what went wrong with the submission as a whole."""

    notebook: str
    points: float
    most: float
    penalty: float = 0.0
    status: str = "graded"
    notes: Sequence[str] = ()
    parts: Sequence[Part] = field(default=())

    @property
    def graded(self) -> bool:
        """Whether there are marks to show."""
        return self.status not in ("unreadable", "not graded")

    @property
    def to_fix(self) -> list[Part]:
        """The exercises that lost points, first things first: later ones may depend on earlier ones."""
        return [part for part in self.parts if part.state in (PART, WRONG) and part.answer is None]

    @property
    def missing(self) -> list[Part]:
        """The exercises and answers that are not written yet."""
        return [part for part in self.parts if part.state == MISSING]

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
    record: Mapping[str, Any],
    waiting: frozenset[str],
    callers: Mapping[str, Sequence[str]],
) -> Page:
    """The page of a graded notebook whose cells hold their scores and comments.

    names: nbgrader's own figures, `notebook`, `score`, `max_score`, `late_penalty`. record: what grading stored.
    waiting: the grade ids that still need a person. callers: the exercises that call an exercise's function.
    """
    parts = tuple(_parts(notebook, record.get("exercises", {}), waiting, callers))
    figures = float(names["score"]), float(names["max_score"]), float(names["late_penalty"])
    return Page(names["notebook"], *figures, record.get("status", "not graded"), tuple(record.get("notes", ())), parts)


def _parts(
    notebook: NotebookNode, exercises: Mapping[str, Any], waiting: frozenset[str], callers: Mapping[str, Sequence[str]]
) -> Iterator[Part]:
    cells = {grade_id(cell): cell for cell in notebook.cells if grade_id(cell)}
    for name, cell in cells.items():
        about = cell.metadata.nbgrader
        if not about.get("grade"):
            continue
        points, most = float(about.get("score") or 0.0), float(about.get("points") or 0.0)
        comment = about.get("comment") or ""
        if exercise := exercise_of(cell):
            yield _exercise(exercise, cells, points, most, exercises.get(exercise, {}), callers.get(exercise, ()))
        else:
            state = WAITS if name in waiting else MISSING if comment == UNANSWERED else _state(points, most)
            comment = "" if comment == UNANSWERED else comment
            answer = {"answer": cell} if cell.cell_type == "markdown" else {"code": cell.source}
            yield Part(name, points, most, state, comment=comment, **answer)


def _exercise(
    name: str,
    cells: Mapping[str, NotebookNode],
    points: float,
    most: float,
    graded: Mapping[str, Any],
    callers: Sequence[str],
) -> Part:
    told = tuple(graded.get("told", ()))
    function = EXERCISES[name].function if name in EXERCISES else name
    written = cells.get(function)
    state = MISSING if told and UNWRITTEN in told[0] and not points else _state(points, most)
    return Part(
        name,
        points,
        most,
        state,
        told,
        code=written.source if written else "",
        verdict=_verdict(cells[f"{CHECK}{name}"]),
        comment=(written.metadata.nbgrader.get("comment") or "") if written else "",
        because=tuple(graded.get("because", ())),
        called_by=tuple(callers),
    )


def _state(points: float, most: float) -> str:
    if points >= most:
        return RIGHT
    return PART if points > 0 else WRONG


def _verdict(cell: NotebookNode) -> str:
    """The table that grading wrote into the exercise's cell."""
    tables = (output.data.get("text/html", "") for output in cell.outputs if output.output_type == "display_data")
    return next(tables, "")
