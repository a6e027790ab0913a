"""The command `python -m autograder report`: the class's report, written beside its marks."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path

import nbformat
from nbgrader.coursedir import CourseDirectory
from tqdm import tqdm

from ..course import Course
from ..marks import course_directory
from . import tables
from .collect import Submission, collect
from .figures import error_figures, exercise_figures, mistake_figures
from .functions import functions_in
from .page import Report, render
from .similar import similar

FOLDER = "report"


def report(root: Path, assignment: str, to: Path | None = None) -> int:
    """Write the report on all submissions and say where it is; returns 1 where there is nothing to report.

    root: the course folder. to: where to write, by default report/<assignment>/ in the course folder.
    """
    coursedir, course = course_directory(root.resolve()), Course()
    submissions = _read(coursedir, course, assignment)
    if not submissions:
        print(f"There are no submissions in {root / coursedir.submitted_directory}: collect them first.")
        return 1
    folder = (to or root / FOLDER / assignment).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    made = make(course, assignment, submissions)
    page = folder / "index.html"
    page.write_text(render(made, folder), encoding="utf-8")
    files = tables.write(made, folder)
    marked = len(made.marked)
    print(f"{len(submissions)} submissions, {marked} with marks, {len(submissions) - marked} without.")
    print(f"The report is {page}; beside it {', '.join(path.name for path in files)}.")
    return 0


def make(course: Course, assignment: str, submissions: list[Submission]) -> Report:
    """The report on some submissions."""
    points = {name: most for path in course.notebooks for name, most in course.points(path.stem).items()}
    asked = {name: most for name, most in points.items() if any(name in each.exercises for each in submissions)}
    functions = {each.student: each.functions for each in submissions if each.functions}
    return Report(
        assignment,
        datetime.date.today(),
        submissions,
        exercise_figures(submissions, asked),
        mistake_figures(submissions),
        [each for each in error_figures(submissions) if each.exercise in asked],
        similar(functions, _usual(course)),
    )


def _read(coursedir: CourseDirectory, course: Course, assignment: str) -> list[Submission]:
    folders = Path(coursedir.format_path(coursedir.submitted_directory, "*", assignment))
    total = len(list(Path(coursedir.root).glob(str(folders.relative_to(coursedir.root)))))
    found = collect(coursedir, assignment, _given(course))
    quiet = not sys.stderr.isatty()
    return list(tqdm(found, "Reading", total, unit="submission", disable=quiet, leave=False))


def _given(course: Course) -> frozenset[str]:
    """The code of all released cells."""
    notebooks = [nbformat.read(path, as_version=4) for path in sorted(course.release.glob("*.ipynb"))]
    return frozenset(cell.source.strip() for notebook in notebooks for cell in notebook.cells)


def _usual(course: Course) -> list[str]:
    """The functions of the course's own solution, one by one."""
    return [code for path in course.notebooks for code in functions_in(course.module(path).read_text()).values()]
