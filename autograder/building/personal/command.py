"""The command `python -m autograder personal`: numbers of their own for the students of a course."""

from __future__ import annotations

import csv
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from nbgrader.coursedir import CourseDirectory
from tqdm import tqdm

from autograder import spreadsheet
from autograder.assignment import BUILD, Assignment
from autograder.building import release
from autograder.course.gradebook import names_of, opened
from autograder.course.known import insist_on_students
from autograder.course.marks import course_directory
from autograder.course.personal import Personal
from autograder.errors import AssignmentError, UserError
from autograder.intake.names import shown
from autograder.terminal import quantity, say

from .making import make_all
from .template import Template, template


def personal(assignment: Assignment, students: Sequence[str], processes: int) -> int:
    """Make what these students get, or all whom the gradebook knows; returns the exit code.

    Raises UserError where nothing can be made, or somebody is unknown; then nobody's files are touched.
    """
    coursedir = course_directory(assignment.root)
    asked, names = _people(coursedir, assignment, students)
    _insist_on_release(assignment)
    own = Personal(assignment, coursedir.course_id)
    if not assignment.exercises and not own.numbers:
        raise AssignmentError(
            f"{assignment.name} has neither exercises nor numbers marked with ### OWN or {{own:NAME=...}}: there is"
            " nothing that could be a student's own"
        )
    wanted = own.outdated(asked)
    if wanted:
        _make(template(own), wanted, processes)
    table = assignment.personal / f"{assignment.name}.csv"
    _write_table(table, own, asked, names)
    kept = f", {len(asked) - len(wanted)} as they were" if len(wanted) < len(asked) else ""
    say(f"{assignment.personal}: {quantity(len(wanted), 'release')} made{kept}. Who has which numbers: {table}")
    return 0


def _make(made_from: Template, wanted: Sequence[str], processes: int) -> None:
    """Make the files of these students, with progress; raises UserError where somebody stops it."""
    try:
        with tqdm(total=len(wanted), desc="Making", unit="student", disable=None, leave=False, file=sys.stderr) as bar:
            for _ in make_all(made_from, wanted, processes):
                bar.update()
    except KeyboardInterrupt:
        raise UserError("stopped; what was made is whole: run this again for the rest") from None


def _people(
    coursedir: CourseDirectory, assignment: Assignment, students: Sequence[str]
) -> tuple[list[str], dict[str, str]]:
    """The ids of the students whose files are wanted, and everybody's names by id."""
    with opened(coursedir.db_url, coursedir.course_id) as gradebook:
        insist_on_students(coursedir, gradebook, assignment.name, students)
        known = names_of(gradebook)
        wanted = list(dict.fromkeys(students)) or sorted(student.id for student in gradebook.students)
    if not wanted:
        raise UserError(
            "the gradebook knows no students: `nbgrader db student import FILE` brings them in, or name some here"
        )
    if odd := [student for student in wanted if student in ("", ".", "..") or "/" in student or "\0" in student]:
        raise UserError(f"{shown(odd[0])!r} cannot be a folder's name: give the student another id in the gradebook")
    return wanted, known


def _insist_on_release(assignment: Assignment) -> None:
    """Raise AssignmentError where the release is not there or not of today: a student gets files of both."""
    if stale := release.stale(assignment):
        again = BUILD if assignment.exercises else f"nbgrader generate_assignment {assignment.name}"
        raise AssignmentError(f"{stale[0]} is not as the source has it now: run `{again}` first")


def _write_table(table: Path, own: Personal, asked: Sequence[str], names: Mapping[str, str]) -> None:
    """Write who has which numbers: everybody whose files are there, and whom this run was about."""
    students = sorted({*own.students, *asked})
    columns = [f"{Path(notebook).stem}: {name}" for notebook, numbers in own.numbers.items() for name in numbers]
    with table.open("w", encoding="utf-8", newline="") as file:
        file.write(spreadsheet.MARK)
        writer = csv.writer(file)
        writer.writerow(["student", "name", *columns])
        for student in students:
            values = [value for numbers in own.values(student).values() for value in numbers.values()]
            writer.writerow([spreadsheet.identifier(student), spreadsheet.cell(names.get(student, "")), *values])
