"""Whom the course knows: a student's id that it does not know may be a slip."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory

from autograder.errors import UserError
from autograder.intake.names import is_text, shown

from .folders import folders
from .people import near


def insist_on_students(coursedir: CourseDirectory, gradebook: Gradebook, assignment: str, ids: Sequence[str]) -> None:
    """Raise UserError for a student whom neither the gradebook nor a submission knows."""
    handed_in = filter(is_text, folders(coursedir, coursedir.submitted_directory, assignment))
    known = {student.id for student in gradebook.students} | set(handed_in)
    if unknown := [student for student in ids if student not in known]:
        add = f"`nbgrader db student add {shlex.quote(shown(unknown[0]))}` makes a student known"
        hint = near(unknown, known)
        raise UserError(f"there is no student {', '.join(map(shown, unknown))}{hint} ({add})")
