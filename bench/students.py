"""A class of students: right code in many designs, some with known mistakes, a few with functions left unwritten."""

from __future__ import annotations

import ast
import random
import re
from dataclasses import dataclass, replace
from pathlib import Path

from nbformat import NotebookNode

from autograder.assignment import Assignment
from autograder.building.demo import DESIGNS
from autograder.building.submissions import add_cell, fill_in
from autograder.cells import grade_id
from autograder.spec import Exercise, Mistake

from .notebook import exercises

MISTAKES = ((0, 0.6), (1, 0.3), (2, 0.1))  # how many mistakes a student makes, and the share of such students
PLAIN = 0.5  # share of the students who write as the reference does; the others use a design of their own
UNWRITTEN = 0.1  # share of the students who leave one function as it was released


@dataclass(frozen=True)
class Student:
    """What one student writes: `code` holds the functions, `mistakes` what is wrong in some, by exercise."""

    name: str
    code: str
    mistakes: dict[str, Mistake]
    unwritten: tuple[str, ...] = ()

    def notebook(self, released: NotebookNode) -> NotebookNode:
        """The released notebook as this student hands it in."""
        notebook = fill_in(released, self.code)
        stubs = {grade_id(cell): cell.source for cell in released.cells}
        for cell in notebook.cells:
            if grade_id(cell) in self.unwritten:
                cell.source = stubs[grade_id(cell)]
        for exercise, mistake in self.mistakes.items():
            notebook = add_cell(notebook, exercise, _planted(exercise, mistake))
        return notebook


def enrol(assignment: Assignment, count: int, seed: int) -> list[Student]:
    """A class of `count` students. One seed gives one class, and a larger one begins with the same students."""
    reference = (assignment.solutions / "rnn_layers.py").read_text()
    known = exercises()
    designs = _designs(assignment.declared_in / DESIGNS, known)
    return [_student(number, reference, designs, known, seed) for number in range(count)]


def repeat(students: list[Student], count: int) -> list[Student]:
    """A class of `count` students who hand in the same over and over: only its size is another."""
    return [replace(students[number % len(students)], name=_name(number)) for number in range(count)]


def plain(students: list[Student], count: int) -> list[Student]:
    """The `count` students with the shortest code: the reference's style, and nothing that takes long."""
    return sorted(students, key=lambda student: len(student.code))[:count]


def _student(number: int, reference: str, designs: list[str], known: dict[str, Exercise], seed: int) -> Student:
    rng = random.Random(f"{seed}/{number}")
    design = "" if rng.random() < PLAIN else rng.choice(designs)
    counts, shares = zip(*MISTAKES, strict=True)
    wrong = rng.sample(sorted(known), rng.choices(counts, shares)[0])
    mistakes = {name: rng.choice(known[name].mistakes) for name in wrong}
    right = sorted(known.keys() - mistakes.keys())
    unwritten = (rng.choice(right),) if rng.random() < UNWRITTEN else ()
    return Student(_name(number), f"{reference}\n\n{design}", mistakes, unwritten)


def _name(number: int) -> str:
    return f"s{number:05d}"


def _designs(folder: Path, known: dict[str, Exercise]) -> list[str]:
    """The correct designs that define the exercises with `def`, so that they fit into the solution cells."""
    codes = [path.read_text() for path in sorted(folder.glob("*.py"))]
    return [code for code in codes if not _assigned(code) & known.keys()]


def _assigned(code: str) -> set[str]:
    """The names that the top level of some code assigns to."""
    targets = [target for node in ast.parse(code).body if isinstance(node, ast.Assign) for target in node.targets]
    return {name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)}


def _planted(exercise: str, mistake: Mistake) -> str:
    """A cell that puts the mistake in the function's place; `reference` gets a name of its own for each exercise."""
    source = re.sub(r"\breference\b", f"right_{exercise}", mistake.source)
    return f"right_{exercise} = {exercise}\n\n{source}\n\n{exercise} = {mistake.name}"
