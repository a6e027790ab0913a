"""Look at a course folder before and after a run: what is handed in, what is graded already, and how many points."""

from __future__ import annotations

import statistics
from collections.abc import Collection, Iterable
from pathlib import Path

from nbgrader.api import MissingEntry
from nbgrader.coursedir import CourseDirectory

from autograder.course.fingerprint import of_submission
from autograder.course.folders import folders
from autograder.course.given import waiting
from autograder.course.gradebook import names_of, opened
from autograder.course.marks import counting, read_records
from autograder.course.people import near
from autograder.course.sums import sums
from autograder.errors import UserError
from autograder.record import worst

from .messages import Points, Survey

START = 300.0  # seconds that a worker may need for what is not the submission's own time


def survey(
    coursedir: CourseDirectory, assignment: str, version: str, seconds: float, names: list[str], force: bool
) -> Survey:
    """What is there and what is to be graded.

    version: the assignment's fingerprint. seconds: that one notebook may take. names: of the chosen students, none
    for all. force: grade also what is done. Raises UserError where nothing can be graded.
    """
    notebooks = expected(coursedir, assignment)
    handed_in = students(coursedir, coursedir.submitted_directory, assignment)
    if not handed_in:
        folder = coursedir.format_path(coursedir.submitted_directory, "NAME", assignment)
        raise UserError(f"there are no submissions; each goes into a folder {folder}")
    statuses, todo, before, redrawn, outdated = {}, [], 0, 0, 0
    for student in chosen(handed_in, names):
        submitted = Path(coursedir.format_path(coursedir.submitted_directory, student, assignment))
        records = read_records(Path(coursedir.format_path(coursedir.autograded_directory, student, assignment)))
        graded = notebooks <= records.keys()
        handed_in_now = of_submission(submitted) if graded and not force else ""
        same = handed_in_now and all(record.submission == handed_in_now for record in records.values())
        if same and any(record.seed for record in records.values()):
            todo.append(student)  # by `watch`: students have read what came of those inputs
            redrawn += 1
        elif same:
            statuses[student] = worst(record.status for record in records.values())
            outdated += any(record.assignment != version for record in records.values())
        else:
            todo.append(student)
            before += graded
    kept = students(coursedir, coursedir.autograded_directory, assignment)
    gone = [] if names else sorted(set(kept) - set(handed_in))
    with opened(coursedir.db_url, coursedir.course_id) as gradebook:
        named = names_of(gradebook)
    limit = patience(seconds, len(notebooks))
    return Survey(statuses, todo, before, outdated, gone, limit, redrawn=redrawn, names=named)


def patience(seconds: float, notebooks: int) -> float:
    """The seconds after which a worker that still grades one submission must be stuck."""
    return START + 2 * seconds * notebooks


def expected(coursedir: CourseDirectory, assignment: str) -> set[str]:
    """The names of the assignment's notebooks; raises UserError where it was not generated.

    Opens the gradebook as each submission will do, so that no two workers make its first rows at the same time.
    """
    release = Path(coursedir.format_path(coursedir.release_directory, ".", assignment))
    names = {path.stem for path in release.glob("*.ipynb")}
    missing = UserError(f"{release} is not complete: run `nbgrader generate_assignment {assignment}` first")
    source = Path(coursedir.format_path(coursedir.source_directory, ".", assignment))
    if not names and not source.is_dir():
        others = ", ".join(sorted(path.name for path in source.parent.glob("*/"))) or "none"
        raise UserError(f"this course has no assignment {assignment!r}; it has {others}")
    if not names:
        raise missing
    with opened(coursedir.db_url):
        pass  # some of nbgrader's preprocessors open it without a course
    with opened(coursedir.db_url, coursedir.course_id) as gradebook:
        try:
            gradebook.find_assignment(assignment)
        except MissingEntry:
            raise missing from None
    return names


def students(coursedir: CourseDirectory, step: str, assignment: str) -> list[str]:
    """The names of the students with a folder at this step that nbgrader would take, in order."""
    found = folders(coursedir, step, assignment)
    return sorted(found.keys() - set(coursedir.student_id_exclude.split(",")))


def chosen(handed_in: list[str], names: list[str]) -> list[str]:
    """The students named, all where none is; raises UserError for names without a submission."""
    unknown = sorted(set(names) - set(handed_in))
    if unknown:
        raise UserError(f"there is no submission of {', '.join(unknown)}{near(unknown, handed_in)}")
    return sorted(set(names)) or handed_in


def points(coursedir: CourseDirectory, assignment: str, graded: Iterable[str]) -> Points | None:
    """The points that count of the students who are `graded`, in one look at the gradebook; None where nobody is."""
    with opened(coursedir.db_url, coursedir.course_id) as gradebook:
        most = gradebook.find_assignment(assignment).max_score
        every = sums(gradebook, assignment)
        scores = {student: counting(each.points, each.penalty)[0] for student, each in every.items()}
    found = [scores[student] for student in graded if student in scores]
    if not found:
        return None
    return Points(len(found), most, statistics.fmean(found), statistics.median(found))


def held(coursedir: CourseDirectory, assignment: str, students: Collection[str]) -> list[str]:
    """A line for each cell of these students whose points a person set before it was last graded, by student."""
    with opened(coursedir.db_url, coursedir.course_id) as gradebook:
        found = waiting(gradebook, assignment).held
    return [f"{name}: {cell.sentence}" for name in sorted(found.keys() & {*students}) for cell in found[name]]
