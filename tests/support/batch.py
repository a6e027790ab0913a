"""A class of submissions, good and bad, graded by nbgrader's own commands."""

from __future__ import annotations

import html
import json
import re
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.building.submissions import add_cell, fill_in
from autograder.cells import grade_id
from autograder.course.marks import Row, rows
from tests.support.course import NOTEBOOK, CourseFolder
from tests.support.saved import Marks, saved_marks

LIMITS = """
c.GradeSubmission.cell_limit = 4.0
c.GradeSubmission.call_limit = 1.0
c.GradeSubmission.exercise_limit = 2.0
"""
ANSWER = "question_gradients_through_time"
PICKED = "word_embedding_backward"  # the exercise that goes wrong; no other one calls it
CHECK = f"check_{PICKED}"
BUSY = ("solved", "warning", "duplicated", "deleted", "named", "answered", "stripped")  # all their exercises are right
SOME = "[acw]*"  # students who are graded a second time
READERS = "[celnuw]*"  # students whose feedback is made
UNGRADED = ("corrupt", "empty", "stranger")

WRONG_STEP = """
def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h**2)
    return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum()
"""
CRASH = f"def {PICKED}(dout, cache):\n    return dout.no_such_attribute\n"
LOOP = f"def {PICKED}(dout, cache):\n    while True: pass\n"
EXIT = f"def {PICKED}(dout, cache):\n    import os\n    os._exit(0)\n"
WARNING = f"""
import sys
import warnings

right_backward = {PICKED}

def loud_backward(dout, cache):
    print("dout", dout.shape)
    print("careful", file=sys.stderr)
    warnings.warn("careful")
    np.zeros(1) / 0
    return right_backward(dout, cache)

{PICKED} = loud_backward
print({PICKED}(*[np.ones((1, 2, 3)), word_embedding_forward(np.array([[0, 1]]), np.ones((4, 3)))[1]]))
"""


@dataclass
class Batch:
    """A class that was graded three times, with what each command said and what it saved."""

    folder: CourseFolder
    exits: dict[str, int] = field(default_factory=dict)
    logs: dict[str, str] = field(default_factory=dict)
    saved: dict[str, dict[str, dict[str, Marks]]] = field(default_factory=dict)
    rows: dict[str, Row] = field(default_factory=dict)

    def run(self, step: str, command: str, *options: str) -> None:
        done = self.folder.nbgrader(command, "--log-level=WARN", *options)
        self.exits[step], self.logs[step] = done.returncode, done.stdout + done.stderr
        self.saved[step] = marks(self.folder)

    def graded(self, student: str) -> NotebookNode:
        return nbformat.read(self.folder.autograded(student) / NOTEBOOK, as_version=4)

    def page(self, student: str) -> str:
        """The text of a feedback page, as a student reads it."""
        source = (self.folder.feedback(student) / NOTEBOOK).with_suffix(".html").read_text()
        body = re.sub(r"<(style|script)\b.*?</\1>", "", source[source.index("<body") :], flags=re.DOTALL)
        return html.unescape(re.sub(r"<[^>]*>", "", body))


def marks(folder: CourseFolder) -> dict[str, dict[str, Marks]]:
    with folder.gradebook() as gradebook:
        return saved_marks(gradebook, folder.assignment.name)


def hand_in(folder: CourseFolder, released: NotebookNode, code: str) -> None:
    solved = fill_in(released, code)
    answered = changed(solved, lambda cells: cells[place(cells, ANSWER)].update(source="They vanish."))
    write = {
        "solved": solved,
        "untouched": released,
        "wrong": fill_in(released, code + WRONG_STEP),
        "crash": fill_in(released, code + CRASH),
        "loop": fill_in(released, code + LOOP),
        "exit": fill_in(released, code + EXIT),
        "warning": add_cell(solved, PICKED, WARNING),
        "duplicated": changed(solved, lambda cells: cells.insert(0, deepcopy(cells[place(cells, PICKED)]))),
        "deleted": changed(solved, lambda cells: [cells.pop(place(cells, name)) for name in (CHECK, ANSWER)]),
        "answered": answered,
        "stripped": changed(answered, lambda cells: [cell.metadata.clear() for cell in cells]),
        "stranger": nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("print('another course')")]),
    }
    for student, notebook in write.items():
        folder.hand_in(student, json.dumps(notebook))
    folder.hand_in("corrupt", json.dumps(solved)[:9000])
    folder.hand_in("named", json.dumps(solved), "my homework.ipynb")
    folder.hand_in("empty", None)


def changed(notebook: NotebookNode, change) -> NotebookNode:
    notebook = deepcopy(notebook)
    change(notebook.cells)
    return notebook


def place(cells: list[NotebookNode], name: str) -> int:
    return next(i for i, cell in enumerate(cells) if grade_id(cell) == name)


def grade_class(folder: CourseFolder, code: str) -> Batch:
    """Hand in the class's submissions and run nbgrader's commands on them."""
    done = Batch(folder)
    done.run("generate", "generate_assignment")
    hand_in(folder, nbformat.read(folder.release / NOTEBOOK, as_version=4), code)
    done.run("first", "autograde")
    done.rows = {row.student: row for row in rows(folder.coursedir, folder.assignment.name)}
    with folder.gradebook() as gradebook:
        grade = gradebook.find_grade(ANSWER, Path(NOTEBOOK).stem, folder.assignment.name, "answered")
        grade.manual_score, grade.needs_manual_grade = 4.5, False
        gradebook.db.commit()
    done.run("again", "autograde")
    done.run("forced", "autograde", "--force", f"--student={SOME}")
    done.run("feedback", "generate_feedback", f"--student={READERS}")
    done.run("export", "export")
    return done


def exercises_of(saved: dict[str, Marks]) -> dict[str, float | None]:
    return {name: mark.auto for name, mark in saved.items() if name != ANSWER}
