"""A class of forty of whom ten hand in something hostile or broken, for whatever grades a class."""

from __future__ import annotations

import json
from dataclasses import dataclass

import nbformat
from nbformat import NotebookNode

from autograder.building.submissions import add_cell, fill_in
from tests.attacks import damage, frames, signals
from tests.attacks.declare import Attack
from tests.support.batch import CRASH, EXIT, LOOP, PICKED, WRONG_STEP
from tests.support.batch_command import light
from tests.support.course import NOTEBOOK, CourseFolder

HONEST = 30
CELL_LIMIT, CALL_LIMIT, EXERCISE_LIMIT = 2.0, 0.8, 1.6  # seconds
LIMITS = f"""
c.GradeSubmission.cell_limit = {CELL_LIMIT}
c.GradeSubmission.call_limit = {CALL_LIMIT}
c.GradeSubmission.exercise_limit = {EXERCISE_LIMIT}
"""
CODES = {  # what honest students hand in, added to the reference
    "right": "",
    "one gradient wrong": WRONG_STEP,
    "crashes": CRASH,
    "zeros": f"def {PICKED}(dout, cache):\n    return np.zeros((1, 1))\n",
    "no squashing": "def rnn_step_forward(x, prev_h, Wx, Wh, b):\n    return x @ Wx + prev_h @ Wh + b, None\n",
}
ENDLESS = "while True: pass"
ATTACKS = (  # by name, each in a cell of a right notebook
    (damage.ATTACKS, "memory in files that are none"),
    (damage.ATTACKS, "a flood of threads"),
    (damage.ATTACKS, "many large files"),
    (damage.ATTACKS, "forks"),
    (signals.ATTACKS, "a poisoned library"),
    (frames.ATTACKS, "frames ahead of time"),
)
AIM = 'AIM = {"done": "done", "tag": "atk", "returns": {}}\n'


@dataclass(frozen=True)
class HostileClass:
    """Who is in it: the honest ones' notebooks, those of the others by what they do, and what is no notebook."""

    honest: dict[str, NotebookNode]
    hostile: dict[str, NotebookNode]
    broken: dict[str, bytes]

    @classmethod
    def make(cls, released: NotebookNode, code: str) -> HostileClass:
        """The class for a released notebook and its reference code."""
        released = light(released)
        solved, kinds = fill_in(released, code), list(CODES)
        handed_in = {kind: fill_in(released, code + CODES[kind]) for kind in kinds}
        hostile = {
            "endless cell": add_cell(solved, PICKED, ENDLESS),
            "endless function": fill_in(released, code + LOOP),
            "exits": fill_in(released, code + EXIT),
            **{name: add_cell(solved, PICKED, AIM + _named(attacks, name).code) for attacks, name in ATTACKS},
        }
        honest = {f"honest {number:02}": handed_in[kinds[number % len(kinds)]] for number in range(HONEST)}
        return cls(honest, hostile, {"torn file": json.dumps(solved)[:9000].encode()})

    @property
    def names(self) -> list[str]:
        """Everybody."""
        return [*self.honest, *self.hostile, *self.broken]

    def hand_in(self, folder: CourseFolder) -> None:
        """Write all submissions into the course folder; names mix, so that the hostile ones come between the others."""
        for student, notebook in {**self.honest, **self.hostile}.items():
            folder.hand_in(mixed(student), nbformat.writes(notebook))
        for student, content in self.broken.items():
            folder.hand_in(mixed(student), content, NOTEBOOK)


def mixed(name: str) -> str:
    """The student's folder: graders go by the names, and this puts them out of order."""
    return f"{sum(name.encode()) % 10}-{name.replace(' ', '_')}"


def _named(attacks: tuple[Attack, ...], name: str) -> Attack:
    return next(attack for attack in attacks if attack.name == name)
