"""The stage for attacks: an engine at one level, things around it that must come to no harm, and a look at them after.

An attack is handed in as a student would do it, read by the plug-in's reader, graded by the engine, and its marks are
read as nbgrader reads them. Then the reference solution is handed in with a look round, as the next student's.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import string
import sysconfig
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import nbformat
import psutil
from nbformat import NotebookNode
from nbgrader.utils import determine_grade

from autograder.assignment import CHECK, KIT, Assignment
from autograder.building.submissions import fill_in
from autograder.cells import grade_id
from autograder.engine import Engine, Graded, recorded
from autograder.errors import SandboxError
from autograder.faces.nbgrader.grading import write_marks
from autograder.intake.submission import read_submission
from autograder.record import Event, Record, Status, load_from
from autograder.rendering.verdicts import told
from autograder.sandbox.runner import Limits
from tests.support.house import ASSIGNMENT, data_folder
from tests.support.little_time import little_time

from .answers import FEW, answers_of, returns
from .canaries import ENGINE, NOTEBOOK, SECRET, Bystander, Ears, Outside, new_secret
from .declare import SOLVED, UNTOUCHED, WRONG, Attack
from .round import look_round

DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom")
HELD_UP = 15.0  # seconds that the grader itself may work for one submission, however it is attacked
LIMITS = Limits(cell=1.2, call=0.6, exercise=1.2, submission=6.0)
ENDLESS = Limits(cell=0.4, call=0.4, exercise=0.4, submission=6.0)
WRONG_CODE = """
def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h**2)
    return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum()

def word_embedding_backward(dout, cache):
    return np.zeros((1, 1))
"""


@dataclass(frozen=True)
class Result:
    """A graded submission: points by exercise, the record that the instructor sees, and all text that came out.

    errors: what the cells ended in.
    """

    points: dict[str, float]
    status: Status
    notes: str
    text: str
    errors: str


class Stage:
    """One engine at `level` and everything that must come to no harm, laid out in the folder `root`."""

    name = NOTEBOOK
    libraries: tuple[str, ...] = (ASSIGNMENT.library, KIT)  # that student code can import and must not change

    def __init__(self, level: str, root: Path, assignment: Assignment) -> None:
        self.level, self.root = level, root
        self.outside = Outside(root / "outside", assignment)
        self.known = self.outside.known
        self.bystander, self.ears = Bystander(self.known), Ears()
        self.tag, self.done = f"atk{secrets.token_hex(5)}", _letters(24)
        os.environ["GRADERS_TOKEN"] = new_secret("the grader's environment", self.known)
        self._bases = self._lay_out()
        self.answers, self._needles = self._find_answers()
        self._engine = self._start()
        self.marks = {name: self.grade(self.notebook(name)).points for name in self._bases}
        self._fresh = self._next().text
        self._before = self._snapshot()

    @property
    def assignment(self) -> Assignment:
        """The one that is attacked."""
        return self.outside.assignment

    def _lay_out(self) -> dict[str, NotebookNode]:
        """Make the course smaller; returns what attacks ride on, by name."""
        released = self._slim()
        reference = (self.outside.real.solutions / "rnn_layers.py").read_text()
        wrong, right = fill_in(released, reference + WRONG_CODE), fill_in(released, reference)
        return {UNTOUCHED: released, WRONG: wrong, SOLVED: right}

    def _find_answers(self) -> tuple[list[str], list[tuple[float, float]]]:
        return answers_of(self.assignment)

    def _points(self, read: NotebookNode, graded: Graded) -> dict[str, float]:
        """The points by exercise, as nbgrader reads them from the graded notebook."""
        checks = [cell for cell in read.cells if self.assignment.exercise_of(cell) in graded.judgements]
        for cell in checks:
            write_marks(cell, self.assignment.exercise_of(cell), graded)
        return {self.assignment.exercise_of(cell): determine_grade(cell)[0] for cell in checks}

    def _start(self) -> Engine:
        return Engine(self.assignment, limits=LIMITS, level=self.level)

    def close(self) -> None:
        self._engine.close()
        self.bystander.close()
        self.ears.close()
        del os.environ["GRADERS_TOKEN"]

    @property
    def _released(self) -> Path:
        return self.assignment.release / f"{self.name}.ipynb"

    @property
    def places(self) -> list[Path]:
        """Folders where a file could wait for the next student; the environment's own only where that is refused."""
        packages = self.outside.packages if self.level == "process" else Path(sysconfig.get_path("purelib"))
        assignment = self.outside.assignment.root
        return [self.outside.key.parent.parent, packages, assignment, *map(Path, ("/tmp", "/dev/shm", "/var/tmp"))]

    def aim(self) -> dict[str, Any]:
        """What an attack's code is told."""
        outside = self.outside
        return {
            **self.ears.aim,
            "done": self.done,
            "tag": self.tag,
            "secret": SECRET,
            "files": [str(path) for path in outside.secret_files],
            "victim": str(outside.gradebook),
            "course": str(outside.assignment.root),
            "project": str(outside.real.root),
            "assignment": outside.assignment.name,
            "hidden": [str(path) for path in _hidden(outside.real)],
            "data": str(data_folder(outside.assignment)),
            "places": [str(place) for place in self.places],
            "devices": DEVICES if self.level != "process" else (),
            "process": self.bystander.pid,
            "grader": os.getpid(),
            "needles": self._needles,
            "returns": returns(),
        }

    def notebook(self, base: str, *cells: str) -> NotebookNode:
        """A fresh copy of a base with these cells at its end."""
        notebook = nbformat.from_dict(self._bases[base])
        notebook.cells += [nbformat.v4.new_code_cell(source) for source in cells]
        return notebook

    def grade(self, notebook: NotebookNode, files: dict[str, str] | None = None) -> Result:
        """Hand in a notebook with files and grade it."""
        folder = self.root / "handed_in"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self._released.parent, folder, ignore=shutil.ignore_patterns("figures", "cs231n", KIT))
        for name, content in {**(files or {}), self._released.name: json.dumps(notebook)}.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(content)
        read = read_submission(folder / self._released.name, self.assignment.release)
        graded = self._engine.grade(read, self.name, folder)
        points = self._points(read, graded)
        said = recorded(load_from(read.metadata) or Record(), replace(graded, seconds=0.0), told(graded))
        outputs = [cell.outputs for cell in read.cells if cell.cell_type == "code"]
        text = json.dumps([outputs, said.dump()], ensure_ascii=False)
        stopped = ("NotFinished", "KeyboardInterrupt")
        shown = [output for one in outputs for output in one if output.output_type == "error"]
        errors = [output.evalue for output in shown if output.ename not in stopped]
        notes = [note.text for note in said.notes if note.event is not Event.LINE]  # an honest mistake has these, too
        return Result(points, said.status, " ".join(notes), text, " ".join(errors))

    def run(self, attack: Attack) -> tuple[Result | None, list[str]]:
        """Hand the attack in, then the next submission; returns the result and the harm that was done."""
        notebook = self.notebook(attack.base, f"AIM = {self.aim()!r}", *attack.cells)
        if attack.edit:
            attack.edit(notebook)
        start = time.process_time()
        try:
            with little_time(self._engine, ENDLESS) if attack.endless else contextlib.nullcontext():
                result = self.grade(notebook, dict(attack.files))
        except SandboxError as problem:
            result, harm = None, [f"the grading stopped: {problem}"]
        else:
            harm = self._gained(result, attack) + self._read(result)
        harm += ["the grader was held up"] if time.process_time() - start > HELD_UP else []
        harm += self._touched() + self._started() + self._next_is_wrong()
        if harm:
            self._restore(harm)
        return result, harm

    def _gained(self, result: Result, attack: Attack) -> list[str]:
        own = self.marks[attack.base]
        return [f"marks gained: {name}" for name, points in result.points.items() if points > own[name]]

    def _read(self, result: Result) -> list[str]:
        """Secrets and answers in what came out of the run."""
        found = [f"read: {place}" for place, secret in self.known.items() if secret in result.text]
        found += [f"read: the answer {answer}" for answer in self.answers if answer in result.text]
        return found + (["did what must not be possible"] if self.done in result.text else [])

    def _touched(self) -> list[str]:
        """What has changed outside the sandbox; removes the files that an attack left."""
        left = [path for place in self.places for path in place.glob(f"*{self.tag}*")]
        now = self._snapshot()
        changed = [name for name in {**self._before, **now} if self._before.get(name) != now.get(name)]
        for path in left:
            path.unlink()
        return [f"changed: {name}" for name in changed] + [f"left: {path}" for path in left] + self.ears.heard()

    def _snapshot(self) -> dict[str, tuple]:
        devices = {name: os.stat(name) for name in DEVICES}
        return {**self.outside.state(), **{name: (one.st_mode, one.st_mtime_ns) for name, one in devices.items()}}

    def _started(self) -> list[str]:
        """Processes that were left behind or came to harm."""
        found = [] if self.bystander.unharmed else ["another process was harmed"]
        engine = psutil.Process(self._engine._zygote._process.pid) if self._engine._zygote.usable else None
        ours = engine.children(recursive=True) if engine else []
        extra = ours[1:] if self.level == "full" else ours  # there bubblewrap stands before the zygote
        tagged = [one for one in psutil.process_iter(["name"]) if self.tag in (one.info["name"] or "")]
        for process in {*extra, *tagged}:
            with contextlib.suppress(psutil.NoSuchProcess):
                found.append(f"process left: {process.name()}")
                process.kill()
        return found

    def _next(self) -> Result:
        return self.grade(self.notebook(SOLVED, look_round(self.libraries)))

    def _next_is_wrong(self) -> list[str]:
        """What the reference solution's run finds other than it was before any attack."""
        try:
            result = self._next()
        except (SandboxError, OSError):
            return ["the next submission could not be graded"]
        found = [] if result.points == self.marks[SOLVED] else ["the next submission has other marks"]
        return found + ([] if result.text == self._fresh else ["the next submission finds other things"])

    def _slim(self) -> NotebookNode:
        """Leave a few exercises in the course, without demonstrations; returns the release."""
        for path in (self.outside.assignment.source / self._released.name, *self._released.parent.glob("*.ipynb")):
            notebook = nbformat.read(path, as_version=4)
            graded = [cell for cell in notebook.cells if grade_id(cell)]
            few = [cell for cell in graded if grade_id(cell).removeprefix(CHECK) in FEW] or graded[:2]
            notebook.cells = [nbformat.v4.new_code_cell("import numpy as np", id="first"), *few]
            nbformat.write(notebook, path)
        return nbformat.read(self._released, as_version=4)

    def _restore(self, harm: list[str]) -> None:
        """Everything as it was, after an attack that got through."""
        if any(one.startswith("changed") for one in harm):
            shutil.rmtree(self.outside.root)
            self.outside.lay_out()
            self._lay_out()
            self._before = self._snapshot()
        if not self.bystander.unharmed:
            self.bystander.close()
            self.bystander = Bystander(self.known)
        if any("grading" in one or "next" in one for one in harm):
            self._engine.close()
            self._engine = self._start()
            self._fresh = self._next().text


def _letters(count: int) -> str:
    """Letters drawn at random: long numbers are cut where students read them."""
    return "".join(secrets.choice(string.ascii_lowercase) for _ in range(count))


def _hidden(real: Assignment) -> list[Path]:
    """Files and folders that this grader works with and no student may see, where they truly lie."""
    judging = real.root / ENGINE / "judging"
    files = [real.declared_in / "__init__.py", judging / "judge.py", real.root / ENGINE / "spec.py"]
    reference = [real.module(path) for path in real.notebooks]
    solved = [real.solutions / path.name for path in real.notebooks]
    return [*files, *reference, *solved, real.declared_in.parent, real.declared_in, real.solutions, judging]


@contextlib.contextmanager
def open_stage(level: str, root: Path, kind: type[Stage] = Stage) -> Iterator[Stage]:
    """A stage that is taken down at the end."""
    stage = kind(level, root, ASSIGNMENT)
    try:
        yield stage
    finally:
        stage.close()
