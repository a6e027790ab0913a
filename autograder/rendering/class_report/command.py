"""The command `python -m autograder report`: the class's report, written beside its marks."""

from __future__ import annotations

import contextlib
import datetime
import gc
import statistics
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
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

from . import history, tables
from .collect import Submission, collect
from .contents import Report
from .example import names_of
from .figures import asked, error_figures, exercise_figures, group_figures, mistake_figures
from .functions import functions_in
from .history import Run
from .items import item_figures
from .page import render
from .similar import similar

FOLDER = "report"


def report(root: Path, name: str, to: Path | None = None, bom: bool = False) -> int:
    """Write the report on all submissions and say where it is; returns 1 where there is nothing to report.

    root: the course folder. name: of the assignment. to: where to write, by default report/NAME/ in the course folder;
    there the history of reports is kept, wherever the report is written.
    """
    coursedir, assignment = course_directory(root.resolve()), load(root, name)
    comments, submissions = Comments.of(root.resolve(), name), read_class(coursedir, assignment)
    if not submissions:
        say(f"There are no submissions in {root / coursedir.submitted_directory}: collect them first.")
        return 1
    home = root.resolve() / FOLDER / name
    folder = to.resolve() if to else home
    folder.mkdir(parents=True, exist_ok=True)
    runs, problem = history.read(home / history.NAME)
    made = make(assignment, submissions, grouped(assignment, submissions, comments), runs)
    page = folder / "index.html"
    page.write_text(render(made, folder), encoding="utf-8")
    files = tables.write(made, folder, bom)
    problem = problem or _keep(home / history.NAME, made.runs, runs)
    marked = len(made.marked)
    say(f"{quantity(len(submissions), 'submission')}, {marked} with marks, {len(submissions) - marked} without.")
    say(f"The report is {page}; beside it {', '.join(path.name for path in files)}.")
    if problem:
        say(problem, sys.stderr)
    return 0


def make(
    assignment: Assignment, submissions: list[Submission], groups: Sequence[Group] = (), runs: Sequence[Run] = ()
) -> Report:
    """The report on some submissions. groups: of their wrong answers. runs: what earlier reports found."""
    given = _usual(assignment)
    graded = [item for item in asked(assignment) if any(each.fraction(item.name) is not None for each in submissions)]
    names, people = {item.name for item in graded}, names_of(submissions, given)
    exercises = exercise_figures(submissions, graded)
    made = Report(
        assignment.name,
        datetime.date.today(),
        submissions,
        exercises,
        mistake_figures(submissions, assignment.by_name, people, groups),
        [each for each in error_figures(submissions, assignment.exercises) if each.exercise in names],
        similar({each.student: each.code for each in submissions if each.functions}, given),
        item_figures(submissions, graded),
        judged=bool(assignment.exercises),
        by_hand=sum(assignment.points_by_hand(path.stem) for path in assignment.notebooks),
        groups=group_figures(submissions, assignment.by_name, people, groups),
    )
    return replace(made, runs=history.with_run(runs, _run(made)))


def _keep(path: Path, runs: Sequence[Run], before: Sequence[Run]) -> str:
    """Keep the history where it is another one; says what went wrong, as the report itself is there all the same."""
    try:
        if runs != before:
            history.write(path, runs)
    except OSError as problem:
        return f"{path} cannot be written ({problem.strerror}), so that the next report does not show how marks moved."
    return ""


def _run(report: Report) -> Run:
    """What the history keeps of a report."""
    points = {each.student: each.row.points for each in report.submissions if each.row.points is not None}
    return Run(
        datetime.datetime.now().isoformat(sep=" ", timespec="seconds"),
        len(report.submissions),
        len(points),
        report.most,
        round(statistics.fmean(points.values()), 4) if points else None,
        round(statistics.median(points.values()), 4) if points else None,
        {each.name: round(each.share, 4) for each in report.exercises},
        points,
    )


def read_class(coursedir: CourseDirectory, assignment: Assignment) -> list[Submission]:
    """The submissions of a class, with a bar in a terminal while they are read."""
    total = len(folders(coursedir, coursedir.submitted_directory, assignment.name))
    found = collect(coursedir, assignment.name, _given(assignment))
    quiet = not sys.stderr.isatty()
    with _no_search_for_cycles():
        return list(tqdm(found, "Reading", total, unit="submission", disable=quiet, leave=False))


@contextlib.contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """Millions of small values come and stay: to look through them for garbage again and again takes a third longer."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _given(assignment: Assignment) -> frozenset[str]:
    """The code of all released cells."""
    notebooks = sorted(assignment.release.glob("*.ipynb"))
    return frozenset(source_of(cell).strip() for notebook in notebooks for cell in read_cells(notebook))


def _usual(assignment: Assignment) -> list[str]:
    """The functions of the course's own solution, one by one: the source notebooks' and the reference's."""
    cells = [cell for path in assignment.notebooks for cell in read_cells(path) if cell["cell_type"] == "code"]
    return [code for cell in cells for code in functions_in(source_of(cell)).values()]
