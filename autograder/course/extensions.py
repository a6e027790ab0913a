"""The command `extend`: more time for some students, in nbgrader's own entry for it."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

from nbgrader.api import Assignment, Gradebook, MissingEntry, SubmittedAssignment

from autograder.errors import UserError
from autograder.intake import times
from autograder.selfcheck.language import columns, padded
from autograder.terminal import one_line, quantity, say

from .gradebook import insist_on_writing, missing, names_of, opened
from .known import insist_on_students
from .marks import course_directory
from .people import with_name
from .zone import days_after, in_words, zone_in

LONGEST = timedelta(days=365)  # a longer one is a slip in a date, and no time of handing in would be believed then


@dataclass(frozen=True)
class Wish:
    """What is asked for: days and hours after the due date, or a time, or that an extension ends (all empty)."""

    days: int = 0
    hours: int = 0
    until: str = ""

    def due(self, regular: datetime, zone: tzinfo | None) -> datetime:
        """When the student's work is due then, in UTC; raises UserError where that is no extension."""
        if self.until:
            due = times.read(self.until, zone)
        else:
            if self.days + self.hours / 24 > LONGEST.days:
                raise UserError(f"that is more than {LONGEST.days} days: give less, or move the due date of all")
            due = days_after(regular, self.days, zone) + timedelta(hours=self.hours)
        if (self.until or self.days or self.hours) and due <= regular:
            raise UserError(f"{in_words(due, zone)} is not after the due date, {in_words(regular, zone)}")
        if due - regular > LONGEST + timedelta(days=1):  # by the clock's hour a year may be a little longer
            raise UserError(f"{in_words(due, zone)} is more than {LONGEST.days} days after the due date: a slip?")
        return due


def extend(root: Path, assignment: str, students: Sequence[str], wish: Wish) -> int:
    """Give these students' work another due date, the regular one where the wish is empty; returns the exit code.

    All or, where one of them cannot be found, nobody. Raises UserError where nothing can be done.
    """
    coursedir = course_directory(root)
    zone = zone_in(coursedir)
    with opened(coursedir.db_url, coursedir.course_id) as gradebook:
        regular = _due_date(gradebook, assignment)
        due = wish.due(regular, zone)
        insist_on_students(coursedir, gradebook, assignment, students)
        insist_on_writing(coursedir.db_url)
        names = names_of(gradebook)
        told = [
            _change(gradebook, assignment, student, with_name(student, names), due - regular, zone)
            for student in dict.fromkeys(students)
        ]
        gradebook.db.commit()
    say("\n".join(one_line(sentence) for sentence, _ in told))
    if again := [student for student, (_, outdated) in zip(dict.fromkeys(students), told, strict=True) if outdated]:
        say(f"Graded with another due date: grade again with `{_regrade(root, assignment, again)}`.")
    return 0


def show(root: Path, assignment: str) -> int:
    """Print the extensions that were given; returns the exit code."""
    coursedir = course_directory(root)
    zone = zone_in(coursedir)
    with opened(coursedir.db_url, coursedir.course_id) as gradebook:
        regular, names = _due_date(gradebook, assignment), names_of(gradebook)
        query = gradebook.db.query(SubmittedAssignment).join(Assignment, SubmittedAssignment.assignment)
        query = query.filter(Assignment.name == assignment, SubmittedAssignment.extension.isnot(None))
        given = {each.student_id: each.extension for each in query}
    lines = [(one_line(with_name(each, names)), regular + given[each], span(given[each])) for each in sorted(given)]
    width = max([0, *(columns(name) for name, *_ in lines)])
    say(f"{assignment} is due {in_words(regular, zone)}; {len(lines) or 'no'} extension{'s' * (len(lines) != 1)}.")
    if lines:
        say("\n".join(f"  {padded(name, width)}  until {in_words(due, zone)}  ({by})" for name, due, by in lines))
    return 0


def span(extension: timedelta) -> str:
    """How long an extension is: "2 days", "1 day 6 hours"."""
    minutes = round(extension.total_seconds() / 60)
    parts = [(minutes // 1440, "day"), (minutes // 60 % 24, "hour"), (minutes % 60, "minute")]
    return " ".join(quantity(count, unit) for count, unit in parts if count) or "less than a minute"


def _due_date(gradebook: Gradebook, assignment: str) -> datetime:
    try:
        due: datetime | None = gradebook.find_assignment(assignment).duedate
    except MissingEntry:
        raise UserError(missing(assignment)) from None
    if due is None:
        command = f'nbgrader db assignment add {shlex.quote(assignment)} --duedate="2026-03-01 23:59:00 CET"'
        raise UserError(f"{assignment} has no due date that could be extended: set one, as with `{command}`")
    return due


def _change(
    gradebook: Gradebook, assignment: str, student: str, name: str, by: timedelta, zone: tzinfo | None
) -> tuple[str, bool]:
    """Note another extension; returns what to say, and whether the work was graded with a due date that mattered."""
    try:
        submission = gradebook.find_submission(assignment, student)
    except MissingEntry:
        if not by:
            return f"{name} had no extension.", False
        gradebook.update_or_create_student(student)
        with gradebook.db.no_autoflush:  # which would warn of nbgrader's order of things
            submission = gradebook.add_submission(assignment, student)
    before, late_before, due_before = submission.extension, submission.total_seconds_late, submission.duedate
    submission.extension = by or None
    due = in_words(submission.duedate, zone)
    outdated = submission.total_seconds_late != late_before
    if not by:
        return (
            f"{name}: due {due} as for all; the extension is removed." if before else f"{name} had no extension."
        ), outdated
    then = f" in the place of {in_words(due_before, zone)}; extensions do not add up" if before else ""
    return f"{name}: due {due} ({span(by)} after the others){then}.", outdated


def _regrade(root: Path, assignment: str, students: Sequence[str]) -> str:
    elsewhere = [] if root.resolve() == Path.cwd() else ["--course", str(root)]
    command = ["python", "-m", "autograder", "grade", assignment, *elsewhere, "--force", "--student", *students]
    return shlex.join(command)
