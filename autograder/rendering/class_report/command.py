"""The command `python -m autograder report`: the class's report, written beside its marks."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Sequence
from pathlib import Path

from nbgrader.coursedir import CourseDirectory
from tqdm import tqdm

from autograder.assignment import Assignment, load
from autograder.cells import read_cells, source_of
from autograder.course.comments import Comments
from autograder.course.folders import folders
from autograder.course.marks import course_directory
from autograder.rendering.groups.grouping import Group, grouped
from autograder.terminal import quantity, say

from . import tables
from .collect import Submission, collect
from .figures import error_figures, exercise_figures, mistake_figures
from .functions import functions_in
from .page import Report, render
from .similar import similar

FOLDER = "report"


def report(root: Path, name: str, to: Path | None = None, bom: bool = False) -> int:
    """Write the report on all submissions and say where it is; returns 1 where there is nothing to report.

    root: the course folder. name: of the assignment. to: where to write, by default report/NAME/ in the course folder.
    """
    coursedir, assignment = course_directory(root.resolve()), load(root, name)
    comments, submissions = Comments.of(root.resolve(), name), read_class(coursedir, assignment)
    if not submissions:
        say(f"There are no submissions in {root / coursedir.submitted_directory}: collect them first.")
        return 1
    folder = (to or root / FOLDER / name).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    made = make(assignment, submissions, grouped(assignment, submissions, comments))
    page = folder / "index.html"
    page.write_text(render(made, folder), encoding="utf-8")
    files = tables.write(made, folder, bom)
    marked = len(made.marked)
    say(f"{quantity(len(submissions), 'submission')}, {marked} with marks, {len(submissions) - marked} without.")
    say(f"The report is {page}; beside it {', '.join(path.name for path in files)}.")
    return 0


def make(assignment: Assignment, submissions: list[Submission], groups: Sequence[Group] = ()) -> Report:
    """The report on some submissions. groups: of their wrong answers that nothing explains."""
    notebooks = [path.stem for path in assignment.notebooks]
    points = {name: most for notebook in notebooks for name, most in assignment.points(notebook).items()}
    points |= {name: most for notebook in notebooks for name, most in assignment.test_points(notebook).items()}
    asked = {
        name: most for name, most in points.items() if any(each.fraction(name) is not None for each in submissions)
    }
    functions = {each.student: each.functions for each in submissions if each.functions}
    return Report(
        assignment.name,
        datetime.date.today(),
        submissions,
        exercise_figures(submissions, asked),
        mistake_figures(submissions, assignment.exercises, groups),
        [each for each in error_figures(submissions, assignment.exercises) if each.exercise in asked],
        similar(functions, _usual(assignment)),
        judged=bool(assignment.exercises),
        groups=[group for group in groups if group.count > 1 and not group.comment],
    )


def read_class(coursedir: CourseDirectory, assignment: Assignment) -> list[Submission]:
    """The submissions of a class, with a bar in a terminal while they are read."""
    total = len(folders(coursedir, coursedir.submitted_directory, assignment.name))
    found = collect(coursedir, assignment.name, _given(assignment))
    quiet = not sys.stderr.isatty()
    return list(tqdm(found, "Reading", total, unit="submission", disable=quiet, leave=False))


def _given(assignment: Assignment) -> frozenset[str]:
    """The code of all released cells."""
    notebooks = sorted(assignment.release.glob("*.ipynb"))
    return frozenset(source_of(cell).strip() for notebook in notebooks for cell in read_cells(notebook))


def _usual(assignment: Assignment) -> list[str]:
    """The functions of the course's own solution, one by one: the source notebooks' and the reference's."""
    cells = [cell for path in assignment.notebooks for cell in read_cells(path) if cell["cell_type"] == "code"]
    return [code for cell in cells for code in functions_in(source_of(cell)).values()]
