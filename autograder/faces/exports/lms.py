"""`nbgrader export` for other systems' gradebooks: files that Canvas and Moodle import.

Who has no final mark (not handed in, not graded, unreadable, or a written answer waits) gets an empty cell, never a
zero, and a sentence on stderr says how many these are.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from nbgrader.api import Assignment, Gradebook
from traitlets import Bool, Dict, Enum, Unicode

from autograder.course.marks import taken_off
from autograder.course.next_step import LOOK
from autograder.errors import UserError
from autograder.terminal import one_line, quantity, say

from .canvas_file import IDENTIFIERS, POINTS_POSSIBLE, CanvasFile
from .marks_csv import MarksExport

CANVAS_COLUMNS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
NAMED = 6  # students that a sentence names

Line = Mapping[str, Any]  # of MarksExport
Students = dict[str, dict[str, Line]]  # each student's lines, by assignment


class GradesExport(MarksExport):
    """What the exports for other systems share: who has a mark, and what to say of the others."""

    unfinished = Bool(
        False, help="Export the points so far also where a written answer waits to be marked by hand."
    ).tag(config=True)

    def _export(self, gradebook: Gradebook) -> None:
        names = [str(name) for name in self.assignment]
        chosen = [each for each in gradebook.assignments if each.name in names or not names]
        students: Students = {}
        for each in chosen:
            for line in self._lines(self.parent.coursedir, gradebook, each):
                students.setdefault(line["student_id"], {})[each.name] = line
        if not chosen:
            raise UserError("the gradebook has no such assignment")
        self._write(chosen, students)
        self._tell_of_missing(students)

    def _write(self, assignments: Sequence[Assignment], students: Students) -> None:
        raise NotImplementedError

    def _mark(self, line: Line | None) -> str:
        """The student's mark, late penalty taken off; "" where there is none yet."""
        if line is None or not _is_graded(line) or (line["needs_manual_grade"] and not self.unfinished):
            return ""
        return f"{round(line['score'], 4):.10g}"

    def _tell_of_missing(self, students: Students) -> None:
        without = {
            line["student_id"]: line for each in students.values() for line in each.values() if not self._mark(line)
        }
        waiting = [name for name, line in without.items() if _is_graded(line)]
        others = [name for name in without if name not in waiting]
        if waiting:
            more = f"--{type(self).__name__}.unfinished=True exports the points so far."
            answers = [name for name in waiting if not without[name]["held"] or without[name]["answers"]]
            held = [name for name in waiting if name not in answers]
            if answers:
                _say(f"No mark yet, as written answers wait for you: {_few(answers)}. {more}")
            if held:
                _say(f"No mark yet, as points were set by hand before the last grading: {_few(held)}. {LOOK} {more}")
        if others:
            _say(f"Not handed in or not graded, so there is no mark: {_few(others)}.")


class CanvasExport(GradesExport):
    """Writes canvas_grades.csv, or the file named with --to, for the import in Canvas's gradebook.

    With `gradebook`, the file that Canvas exported, the marks go into the columns that Canvas has for the assignments;
    without it new columns are made, and students are named by their login.
    """

    gradebook = Unicode("", help="The gradebook that Canvas exported, a CSV file.").tag(config=True)
    columns = Dict(help="For assignments that have another name in Canvas: the title of the column there.").tag(
        config=True
    )
    identify = Enum(
        ("", *IDENTIFIERS), "", help="The column that has the students' ids; by default where most are found."
    ).tag(config=True)

    def _write(self, assignments: Sequence[Assignment], students: Students) -> None:
        if self.gradebook:
            self._fill(assignments, students)
        else:
            self._make(assignments, students)

    def _fill(self, assignments: Sequence[Assignment], students: Students) -> None:
        """Canvas's own columns with our marks; where there is none, the cell stays as it was."""
        file = CanvasFile.read(self.gradebook)
        columns = {each.name: file.column(each.name, str(self.columns.get(each.name, ""))) for each in assignments}
        for each in assignments:
            there = file.points_possible(columns[each.name])
            if there is not None and there != each.max_score:
                in_canvas = f"{columns[each.name]!r} has {quantity(there, 'point')} in Canvas"
                _say(f"{in_canvas}; {each.name} has {each.max_score:g}.")
        found = file.find({name: _email(lines) for name, lines in students.items()}, self.identify)
        lost = []
        for student, lines in students.items():
            marks = {columns[name]: mark for name, line in lines.items() if (mark := self._mark(line))}
            lost += [student] if marks and student not in found else []
            found.get(student, {}).update(marks)
        header = [*file.identifying(), *columns.values()]
        self._save("canvas_grades.csv", header, ([row[name] for name in header] for row in file.rows), file.delimiter)
        if lost:
            _say(f"Not found in {self.gradebook}, so their marks are not in the file: {_few(lost)}.")

    def _make(self, assignments: Sequence[Assignment], students: Students) -> None:
        rows = [[POINTS_POSSIBLE, "", "", "", "", *(f"{each.max_score:g}" for each in assignments)]]
        for student, lines in students.items():
            marks = [self._mark(lines.get(each.name)) for each in assignments]
            rows.append([_full_name(lines), "", "", student, "", *marks])
        self._save("canvas_grades.csv", [*CANVAS_COLUMNS, *(each.name for each in assignments)], rows)


class MoodleExport(GradesExport):
    """Writes moodle_grades.csv, or the file named with --to, for Moodle's import of grades from a CSV file."""

    identify = Enum(
        ("Username", "ID number", "Email address"), "Username", help="What names the students: their id here, or email."
    ).tag(config=True)
    feedback = Bool(False, help="Add a column that says what a late submission cost.").tag(config=True)

    def _write(self, assignments: Sequence[Assignment], students: Students) -> None:
        header, rows, nameless = [self.identify], [], []
        for each in assignments:
            header += [each.name, f"{each.name} feedback"] if self.feedback else [each.name]
        for student, lines in students.items():
            name = _email(lines) if self.identify == "Email address" else student
            if name:
                rows.append([name, *(cell for each in assignments for cell in self._cells(lines.get(each.name)))])
            else:
                nameless.append(student)
        self._save("moodle_grades.csv", header, rows)
        if nameless:
            _say(f"The gradebook has no email address of {_few(nameless)}: they are not in the file.")

    def _cells(self, line: Line | None) -> list[str]:
        mark = self._mark(line)
        late = line.get("late_submission_penalty") if line and mark else 0.0
        told = taken_off(late, line["raw_score"]) if line and late else ""
        return [mark, told] if self.feedback else [mark]


def _is_graded(line: Line) -> bool:
    """Whether a submission's points are known; who handed in nothing has none, whatever nbgrader's own export says."""
    return "needs_manual_grade" in line and line.get("score") is not None


def _email(lines: Mapping[str, Line]) -> str:
    return next((line["email"] for line in lines.values() if line["email"]), "")


def _full_name(lines: Mapping[str, Line]) -> str:
    line = next(iter(lines.values()))
    known = [line[name] for name in ("last_name", "first_name") if line[name]]
    return ", ".join(known) or line["student_id"]


def _few(names: Sequence[str]) -> str:
    """How many students, and the names of the first."""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"{', '.join(names[:NAMED])}{more} ({len(names)})"


def _say(sentence: str) -> None:
    say(one_line(sentence), sys.stderr)
