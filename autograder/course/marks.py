"""The marks of a class as nbgrader's gradebook has them, with each submission's status; never a silent zero."""

from __future__ import annotations

import contextlib
import json
import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from nbgrader.api import Gradebook, MissingEntry, SubmittedAssignment
from nbgrader.apps import NbGrader
from nbgrader.coursedir import CourseDirectory

from autograder.errors import UserError
from autograder.intake.names import ODD_NAME, is_text, shown
from autograder.intake.tree import holds_notebooks
from autograder.record import Event, Record, Status, load_from, without_edits, worst
from autograder.sandbox.levels import LEVELS
from autograder.selfcheck.language import columns, padded
from autograder.terminal import one_line, quantity, say

from . import configuration
from .folders import folders
from .given import CellMarks, Waiting, waiting
from .gradebook import missing, names_of, opened
from .next_step import LOOK
from .sums import Sums, sums

Graded: TypeAlias = "tuple[dict[str, Any], Record]"  # a graded notebook, as JSON, and its record
ADVICE = {
    Status.NOT_GRADED: "Nothing was graded yet, or grading failed: run `nbgrader autograde` again and read its log.",
    Status.UNREADABLE: "Look at it by hand, or ask for it again.",
}
BEHIND_CELLS = b'\n "metadata": {'
DIGITS = 4  # of points behind the dot: as many as grading keeps, and none that a sum has made up
GONE = "The submission's folder is gone."
NO_NOTEBOOK = "No notebook lies in the submission's folder, nor a zip file that may hold one: ask for it again."


@dataclass(frozen=True)
class Row:
    """One student's line: points so far, the most possible, the status, and what an instructor should know.

    manual: whether a written answer waits to be marked. held: whether points count that a person set before the last
    grading.
    """

    student: str
    points: float | None
    most: float
    status: Status
    manual: bool
    notes: tuple[str, ...]
    feedback: tuple[Path, ...]
    sandbox: str = ""  # the level at which the student's code ran
    events: frozenset[Event] = frozenset()  # what happened in grading
    edits: tuple[str, ...] = ()  # of students' functions, that make them right
    held: bool = False
    name: str = ""  # the student's, where the gradebook knows it


class _Application(NbGrader):
    """Reads the nbgrader_config.py that it is given, and not the current folder's."""

    load_cwd_config = False


def course_directory(root: Path) -> CourseDirectory:
    """The course in the folder `root`, as its configuration has it: the gradebook may be anywhere.

    Raises ConfigurationError where the configuration has an error.
    """
    application = _Application(config_file=str(root / configuration.NAME), log_level=logging.ERROR)
    configuration.insist_on_files(root, application)  # before nbgrader reads them, and prints a trace of its own
    application.initialize([f"--course-dir={root}"])
    configuration.insist(application.coursedir, application.config)
    return application.coursedir


def rows(coursedir: CourseDirectory, assignment: str) -> Iterator[Row]:
    """A row for every folder in submitted/, in order of the students' names.

    Raises UserError where the gradebook cannot be read, or does not have the assignment.
    """
    return (row for row, _ in rows_with_notebooks(coursedir, assignment, whole=False))


def rows_with_notebooks(
    coursedir: CourseDirectory, assignment: str, whole: bool = True
) -> Iterator[tuple[Row, dict[str, Graded]]]:
    """The same, each with the graded notebooks that it was made of; none where it is not graded.

    whole: whether there are cells in the notebooks.
    """
    found = folders(coursedir, coursedir.submitted_directory, assignment)
    if not found:
        return
    with opened(coursedir.db_url, coursedir.course_id) as gradebook:
        try:
            most = gradebook.find_assignment(assignment).max_score
        except MissingEntry:
            raise UserError(missing(assignment)) from None
        waits, names = waiting(gradebook, assignment), names_of(gradebook)
        where = partial(coursedir.format_path, coursedir.autograded_directory, assignment_id=assignment)
        places = {student: Path(where(student_id=student)) for student in found if is_text(student)}
        before = {student: last_graded(graded) for student, graded in places.items()}
        known = sums(gradebook, assignment)
        for student, folder in found.items():
            if student not in places:
                yield Row(shown(student), None, most, Status.NOT_GRADED, False, (ODD_NAME,), ()), {}
                continue
            notebooks = read_graded(places[student], whole)
            if last_graded(places[student]) != before[student]:  # graded meanwhile: its sums are of before that
                known |= sums(gradebook, assignment, student)
            called = names.get(student, "")
            if row := _row(coursedir, known.get(student), most, assignment, student, notebooks, waits):
                yield replace(row, name=called), notebooks
            else:
                yield replace(_not_graded(student, most, Path(folder)), name=called), {}


def row_of_gone(coursedir: CourseDirectory, gradebook: Gradebook, submission: SubmittedAssignment) -> Row:
    """The row of a submission whose folder is gone: by its graded copy, or else by the gradebook alone.

    An entry in the gradebook without points for a code cell was not graded; it need not even have been handed in, as an
    extension makes an entry, too. It has no mark rather than a zero.
    """
    assignment, student = submission.assignment.name, submission.student.id
    waits = waiting(gradebook, assignment, student)
    graded = read_graded(Path(coursedir.format_path(coursedir.autograded_directory, student, assignment)), whole=False)
    known = sums(gradebook, assignment, student).get(student)
    if found := _row(coursedir, known, submission.max_score, assignment, student, graded, waits):
        return found
    grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
    without = [grade for grade in grades if grade.auto_score is None and grade.manual_score is None]
    if any(grade.cell_type == "code" for grade in without):
        return Row(student, None, submission.max_score, Status.NOT_GRADED, False, (GONE,), ())
    points = score(submission)[0]
    return Row(student, points, submission.max_score, Status.GRADED, student in waits.answers, (GONE,), ())


def read_records(graded: Path) -> dict[str, Record]:
    """The records of the notebooks in a graded folder, by the notebooks' names, where the grading came to its end."""
    return {name: record for name, (_, record) in read_graded(graded, whole=False).items()}


def read_graded(graded: Path, whole: bool = True) -> dict[str, Graded]:
    """The notebooks themselves in a graded folder, as JSON, with their records, where the grading came to its end.

    whole: whether with their cells, which takes the most of the time.
    """
    found = {}
    for path in sorted(graded.glob("*.ipynb")):
        with contextlib.suppress(OSError, ValueError):  # not all of it was written when the run ended
            notebook = json.loads(path.read_bytes()) if whole else _without_cells(path.read_bytes())
            record = load_from(notebook["metadata"])
            if record and record.finished:
                found[path.stem] = notebook, record
    return found


def last_graded(graded: Path) -> tuple[int, ...]:
    """When the notebooks in a graded folder were written; changes where they are graded again."""
    with contextlib.suppress(OSError):  # one is just being written
        return tuple(path.stat().st_mtime_ns for path in sorted(graded.glob("*.ipynb")))
    return ()


def _without_cells(text: bytes) -> dict[str, Any]:
    """A notebook but for its cells, where its JSON is laid out as Jupyter does; the whole where it is not.

    Then what comes behind the cells begins a line with one space before it: no text in JSON goes over a line's end.
    """
    begin = text.rfind(BEHIND_CELLS)
    with contextlib.suppress(ValueError):
        rest: dict[str, Any] = json.loads(b"{" + text[begin:] if begin > 0 else text)
        return rest
    whole: dict[str, Any] = json.loads(text)
    return whole


def score(submission: SubmittedAssignment) -> tuple[float, float]:
    """The points that count, never below zero, and those that were taken off for lateness."""
    return counting(submission.score, submission.late_submission_penalty)


def counting(points: float | None, penalty: float | None) -> tuple[float, float]:
    """The same, by what the gradebook has: the sum of the points, and the penalty."""
    off = round(penalty or 0.0, DIGITS)
    return max(0.0, round((points or 0.0) - off, DIGITS)), off


def taken_off(penalty: float, points: float | None = None) -> str:
    """What lateness has cost, in a sentence. points: that there were before."""
    what = quantity(penalty, "point") if points is None else f"{penalty:g} of {quantity(points, 'point')}"
    return f"{what} {'was' if penalty == 1 else 'were'} taken off: it came late."


def _not_graded(student: str, most: float, handed_in: Path) -> Row:
    note = ADVICE[Status.NOT_GRADED] if holds_notebooks(handed_in) else NO_NOTEBOOK
    return Row(student, None, most, Status.NOT_GRADED, False, (note,), ())


def _row(
    coursedir: CourseDirectory,
    known: Sums | None,
    most: float,
    assignment: str,
    student: str,
    graded: Mapping[str, Graded],
    waits: Waiting,
) -> Row | None:
    """The row of a submission by its graded copy and the gradebook; None where there is not one for each notebook."""
    feedback = Path(coursedir.format_path(coursedir.feedback_directory, student, assignment))
    records = {name: record for name, (_, record) in graded.items()}
    if not known or not known.notebooks or not records.keys() >= set(known.notebooks):
        return None
    status = worst(record.status for record in records.values())
    every = [note for record in records.values() for note in record.notes]
    edits = tuple(note.text for note in every if note.event is Event.LINE)
    points, penalty = counting(known.points, known.penalty)
    held = waits.held.get(student, ()) if status.has_marks else ()
    levels = {record.sandbox for record in records.values() if record.sandbox}
    return Row(
        student,
        points if status.has_marks else None,
        most,
        status,
        student in waits.answers,
        (*without_edits(every), *_notes(status, penalty, held)),
        tuple(sorted(feedback.glob("*.html"))),
        min(levels, key=LEVELS.index, default=""),
        frozenset(event for record in records.values() for event in record.events),
        edits,
        bool(held),
    )


def _notes(status: Status, penalty: float, held: Sequence[CellMarks]) -> Iterator[str]:
    """What an instructor should know of a submission beside what its records say."""
    if status in ADVICE:
        yield ADVICE[Status.UNREADABLE]  # it was read, and it was not the grader that failed
    if status.has_marks and penalty:
        yield taken_off(penalty)
    yield from (each.sentence for each in held)
    if held:
        yield LOOK


def show(root: Path, assignment: str) -> int:
    """Print the marks and statuses of an assignment's submissions; returns the exit code."""
    lines = list(rows(course_directory(root), assignment))
    say(table(lines, Path.cwd()) if lines else f"There are no submissions in {root / 'submitted'}.")
    return 0


def table(lines: list[Row], root: Path) -> str:
    """The rows as text for a terminal, feedback pages relative to `root`."""
    students = _aligned(["student", *(row.student for row in lines)])
    named = _aligned(["name", *(row.name for row in lines)]) if any(row.name for row in lines) else None
    heads = [f"{student}  {name}" for student, name in zip(students, named, strict=True)] if named else students
    width = columns(students[0])
    text = [f"{heads[0]}  {'points':>14}  {'status':<11} feedback"]
    for head, row in zip(heads[1:], lines, strict=True):
        points = "-" if row.points is None else f"{row.points:g}"
        pages = _relative(_place(row.feedback), root) if row.feedback else "-"
        manual = " (a written answer waits for you)" if row.manual and row.points is not None else ""
        text.append(f"{head}  {points:>7} of {row.most:<4g} {row.status:<11} {pages}{manual}")
        text += [f"{'':<{width}}    {one_line(note)}" for note in dict.fromkeys(row.notes)]
    if levels := sandbox_levels(lines):
        text.append("Sandbox level: " + ", ".join(f"{count} {level}" for level, count in levels))
    return "\n".join(text)


def _aligned(texts: Iterable[str]) -> list[str]:
    """Texts as a column of a table; wide letters take two places of the terminal."""
    safe = [one_line(text) for text in texts]
    width = max(map(columns, safe))
    return [padded(text, width) for text in safe]


def sandbox_levels(lines: Iterable[Row]) -> list[tuple[str, int]]:
    """The sandbox's levels, the best first as in LEVELS, and how many were graded at each."""
    counts = Counter(row.sandbox for row in lines)
    return [(level, counts[level]) for level in LEVELS if counts[level]]


def _place(pages: Sequence[Path]) -> Path:
    """Where feedback pages lie: the page itself, or the folder of several."""
    return pages[0] if len(pages) == 1 else pages[0].parent


def _relative(path: Path, root: Path) -> str:
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)
