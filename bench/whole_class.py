"""A class that has all notebooks of the assignment, graded: students of different strength, with the known mistakes.

Grading takes seconds a submission, so that some are graded and a larger class is made of copies of them: folders,
graded notebooks and the gradebook's rows, under other names.
"""

from __future__ import annotations

import ast
import contextlib
import math
import random
import shutil
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from autograder.assignment import CACHES, DATA, KIT, Assignment
from autograder.building.submissions import fill_in
from autograder.cells import grade_id
from autograder.spec import Exercise

STEEP = 1.4  # how much more likely who is strong has an exercise right
EASY, HARD = -1.6, 0.4  # the difficulty of the first exercises and of the last ones, in standard deviations of strength
KNOWN, BROKEN = 0.75, 0.9  # of what is not right: the share with a known mistake, and with that or with an exception
STOPPED, TORN = 0.15, 0.05  # the shares of those who write nothing from some exercise on, and of damaged files
QUESTION, ANSWER = "question_", "They vanish, since each step multiplies them by the same matrix."
TABLES = {  # of the gradebook, with the columns that name a row of a class: its own and that of the table before
    "submitted_assignment": ("id",),
    "submitted_notebook": ("id", "assignment_id"),
    "grade": ("id", "notebook_id"),
    "comment": ("id", "notebook_id"),
}


@dataclass(frozen=True)
class Student:
    """What one student hands in: wrong functions by name, what is not written, and whether a file is torn."""

    name: str
    wrong: dict[str, str] = field(default_factory=dict)
    unwritten: frozenset[str] = frozenset()
    torn: bool = False


def enrol(assignment: Assignment, count: int, seed: int) -> list[Student]:
    """A class of `count` students. One seed gives one class."""
    return [_student(assignment, f"s{number:05d}", random.Random(f"{seed}/{number}")) for number in range(count)]


def _student(assignment: Assignment, name: str, rng: random.Random) -> Student:
    strength, exercises = rng.gauss(0, 1), list(assignment.exercises)
    wrong: dict[str, str] = {}
    unwritten: set[str] = set()
    for number, exercise in enumerate(exercises):
        hard = EASY + (HARD - EASY) * number / (len(exercises) - 1)
        by_chance = number == len(exercises) - 1  # the last one tells nobody apart
        right = 0.6 if by_chance else 1 / (1 + math.exp(-STEEP * (strength - hard)))
        if rng.random() >= right:
            _go_wrong(exercise, rng, wrong, unwritten)
    if rng.random() < STOPPED:
        unwritten |= {each.function for each in exercises[rng.randrange(4, len(exercises) - 2) :]}
    return Student(name, wrong, frozenset(unwritten), rng.random() < TORN)


def _go_wrong(exercise: Exercise, rng: random.Random, wrong: dict[str, str], unwritten: set[str]) -> None:
    drawn, common = rng.random(), _as_written(exercise)
    if drawn < KNOWN and common:
        wrong[exercise.function] = common[min(int(rng.expovariate(0.7)), len(common) - 1)]
    elif drawn < BROKEN:
        wrong[exercise.function] = f"def {exercise.function}(*inputs, **more):\n    return inputs[0].no_such_attribute"
    else:
        unwritten.add(exercise.function)


def _as_written(exercise: Exercise) -> list[str]:
    """The known mistakes that are whole functions, under the name that students give them."""
    found = []
    for mistake in exercise.mistakes:
        names = {node.id for node in ast.walk(ast.parse(mistake.source)) if isinstance(node, ast.Name)}
        if "reference" not in names:
            found.append(mistake.source.replace(f"def {mistake.name}(", f"def {exercise.function}("))
    return found


def hand_in(assignment: Assignment, students: Sequence[Student]) -> None:
    """Write the students' submissions to submitted/ of a course whose assignment is released."""
    for student in students:
        folder = assignment.root / "submitted" / student.name / assignment.name
        shutil.copytree(assignment.release, folder, ignore=shutil.ignore_patterns(DATA, KIT, *CACHES))
        for source in assignment.notebooks:
            path = folder / source.name
            nbformat.write(_written(assignment, student, source), path)
            if student.torn and source == assignment.notebooks[-1]:
                path.write_bytes(path.read_bytes()[:9000])


def _written(assignment: Assignment, student: Student, source: Path) -> nbformat.NotebookNode:
    released = nbformat.read(assignment.release / source.name, as_version=4)
    stubs = {grade_id(cell): cell.source for cell in released.cells}
    code = "\n\n".join([assignment.module(source).read_text(encoding="utf-8"), *student.wrong.values()])
    notebook = fill_in(released, code)
    written = False
    for cell in notebook.cells:
        name = grade_id(cell)
        if name in student.unwritten:
            cell.source = stubs[name]
        written |= name in assignment.by_name and name not in student.unwritten
        if name.startswith(QUESTION) and written:
            cell.source = ANSWER
    return notebook


def multiply(assignment: Assignment, names: Sequence[str], count: int) -> None:
    """Copy graded students until there are `count`; those without marks are copied, too."""
    root = assignment.root
    with contextlib.closing(sqlite3.connect(root / "gradebook.db")) as gradebook, gradebook:
        for number in range(len(names), count):
            old, new = names[number % len(names)], f"s{number:05d}"
            for step in ("submitted", "autograded"):
                folder = root / step / old / assignment.name
                if folder.is_dir():
                    kept = shutil.ignore_patterns("figures", assignment.library)
                    shutil.copytree(folder, root / step / new / assignment.name, ignore=kept, dirs_exist_ok=True)
            _copy_rows(gradebook, old, new)


def _copy_rows(gradebook: sqlite3.Connection, old: str, new: str) -> None:
    gradebook.execute("INSERT INTO student (id) VALUES (?)", (new,))
    above: list[str] = []
    for table, keys in TABLES.items():
        columns = [row[1] for row in gradebook.execute(f"PRAGMA table_info({table})")]
        taken = [f"{name} || '/{new}'" if name in keys else name for name in columns]
        taken = [f"'{new}'" if name == "student_id" else part for name, part in zip(columns, taken, strict=True)]
        if table == "submitted_assignment":
            where = f"student_id = '{old}'"
            above = [row[0] for row in gradebook.execute(f"SELECT id FROM {table} WHERE {where}")]
        else:
            chosen = ", ".join(f"'{each}'" for each in above)
            where = f"{keys[1]} IN ({chosen})"
            if table == "submitted_notebook":
                above = [row[0] for row in gradebook.execute(f"SELECT id FROM {table} WHERE {where}")]
        gradebook.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(taken)} FROM {table} WHERE {where}"
        )
