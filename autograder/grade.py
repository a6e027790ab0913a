"""The one engine behind every face: run a submission in the sandbox, judge its exercises, return the marks."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
from nbformat import NotebookNode

from .course import Course, exercise_of
from .exercises import EXERCISES
from .fair import Fairness
from .folder import Files, read_files
from .judge import Judge, Judgement
from .safe import SafeOutputs
from .sandbox.levels import MINIMUM, least_or_better
from .sandbox.room import MEMORY
from .sandbox.runner import Limits, Runner
from .sandbox.session import Call, CellResult, Reply, Zygote
from .spec import Exercise

SEED = 20240229  # of the hidden cases; a course sets its own with c.GradeSubmission.seed

SPARED = {  # shown below a cell that was not run
    "text/plain": "(not run when graded: no marks depend on this cell)",
    "text/html": "<small>Not run when graded: no marks depend on this cell.</small>",
}
FATES = {  # what a cell's fate says to the student
    "timeout": "This cell did not finish in time and was stopped: look for a loop that never ends.",
    "dead": "The Python process ended in this cell (exit, a crash, or too much memory, disk or threads). The cells"
    " after it run in a fresh process.",
    "stopped": "Not run: the time for this submission was used up, it had shown too much, or too many cells had ended"
    " the process.",
}
NOTES = {  # and to the instructor, the worst first
    "dead": "ended the Python process",
    "timeout": "did not finish in time",
    "stopped": "was not run: its time, or what it may show, was used up",
}


@dataclass(frozen=True)
class Graded:
    """A graded notebook: each exercise's judgement, notes on what went wrong, the sandbox's level, and the seconds."""

    judgements: Mapping[str, Judgement]
    notes: list[str] = field(default_factory=list)
    sandbox: str = ""
    seconds: float = 0.0

    def fraction(self, exercise: str) -> float:
        """The share of the exercise's points that the submission earns."""
        return self.judgements[exercise].fraction


@dataclass(frozen=True)
class Plan:
    """What a notebook asks for: its exercises, and the code of the cells that need not run."""

    exercises: list[Exercise]
    spared: frozenset[str]


@dataclass
class Run:
    """What came of a run: the replies to each exercise's calls, notes, whether a cell raised a NameError, and what was
    judged, None where the run is to be repeated."""

    replies: dict[str, list[Reply]] = field(default_factory=dict)
    judgements: dict[str, Judgement] | None = None
    notes: list[str] = field(default_factory=list)
    stumbled: bool = False

    @property
    def lacks_a_name(self) -> bool:
        """Whether a cell or a call used a name that nothing had defined."""
        kinds = (reply.kind for replies in self.replies.values() for reply in replies)
        return self.stumbled or any(kind == "stopped by NameError" for kind in kinds)


class Engine:
    """Grades submissions one after another, each in a fresh child. A context manager.

    course: the course to grade for. seed: draws the hidden inputs. limits: seconds for cells and calls. minimum: the
    least acceptable sandbox level. level: the level to work at, by default the best that this machine offers. memory:
    bytes of address space for student code. run_demos: run also the cells that no mark depends on. Raises SandboxError
    where the machine offers less than `minimum`.
    """

    def __init__(
        self,
        course: Course | None = None,
        seed: int = SEED,
        limits: Limits | None = None,
        minimum: str = MINIMUM,
        level: str = "",
        memory: int = MEMORY,
        run_demos: bool = False,
    ) -> None:
        self.course = course or Course()
        self.level = level or least_or_better(minimum).level
        self._limits, self._memory = limits or Limits(), memory
        self._judge = Judge(self.course.reference(), seed)
        self._fairness = Fairness(self._judge)
        self._run_demos = run_demos
        self._plans: dict[str, Plan] = {}  # by notebook
        self._zygote = self._start()

    def _start(self) -> Zygote:
        return Zygote(self.level, self.course.source, self.course.data, self._memory)

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """End the sandbox's processes."""
        self._zygote.close()

    def grade(self, notebook: NotebookNode, name: str, folder: Path | None = None) -> Graded:
        """Run and judge one submitted notebook; its cells' outputs are replaced by those of this run.

        notebook: the submission, changed in place. name: the source notebook it answers, "1_rnn_layers".
        folder: the submission's other files, copied for the run. Raises SandboxError where the sandbox fails,
        never for anything that the submission does.
        """
        if not self._zygote.usable:  # an earlier submission spoilt it
            self._zygote.close()
            self._zygote = self._start()
        plan = self._plan(name)
        files = read_files(folder) if folder else Files()
        files.contents[f"{name}.ipynb"] = np.frombuffer(json.dumps(notebook).encode(), np.uint8)
        start = time.monotonic()
        run = self._run(notebook, files, plan, self._limits)
        if run.judgements is None:
            limits = replace(self._limits, submission=self._limits.submission - (time.monotonic() - start))
            run = self._run(notebook, files, replace(plan, spared=frozenset()), limits)
        notes = files.notes() + run.notes
        for exercise, replies in run.replies.items():
            notes += _note(exercise, {reply.fate for reply in replies})
        return Graded(run.judgements, notes, self.level, time.monotonic() - start)

    def _plan(self, name: str) -> Plan:
        """What is asked for in a notebook, read once."""
        if name not in self._plans:
            exercises = [EXERCISES[exercise] for exercise in self.course.points(name)]
            self._plans[name] = Plan(exercises, frozenset() if self._run_demos else self.course.demos(name))
        return self._plans[name]

    def _run(self, notebook: NotebookNode, files: Files, plan: Plan, limits: Limits) -> Run:
        with Runner(self._zygote, files.contents, limits) as runner:
            run = self._run_cells(runner, notebook, plan.spared)
            calls = {exercise.name: self._calls(exercise) for exercise in plan.exercises}
            run.replies = runner.run_calls(calls)
            # a name that is missing may be one that a spared cell defines
            if not (plan.spared and run.lacks_a_name and runner.left > limits.submission / 2):
                run.judgements = self._judge_all(runner, plan.exercises, calls, run.replies)
        return run

    def _judge_all(
        self, runner: Runner, exercises: list[Exercise], calls: dict[str, list[Call]], replies: dict[str, list[Reply]]
    ) -> dict[str, Judgement]:
        """Judge the exercises in the order of the course, each with the earlier ones' mistakes put right."""
        judgements: dict[str, Judgement] = {}
        for exercise in exercises:
            name = exercise.name
            written = self._judge.judge(exercise, replies[name])
            judgements[name] = self._fairness.better(
                exercise, written, calls[name], replies[name], runner.again, judgements
            )
        return judgements

    def _shown(self) -> dict[str, str]:
        """What outputs show in the place of the grader's folders."""
        course = self.course
        ours = {str(course.source): ".", str(course.data): "the data set", str(course.root): "."}
        return {**dict.fromkeys(self._zygote.shown, "."), **ours}

    def _calls(self, exercise: Exercise) -> list[Call]:
        return [
            Call(exercise.call, self._judge.inputs(exercise, case), tuple(exercise.outputs), case.strided)
            for case in exercise.cases
        ]

    def _run_cells(self, runner: Runner, notebook: NotebookNode, spared: frozenset[str]) -> Run:
        """Run all code cells but the graded checks, which are the judge's, and those that are spared."""
        count, run, paths, safe = 0, Run(), self._shown(), SafeOutputs()
        for cell in notebook.cells:
            if cell.cell_type != "code":
                continue
            cell.outputs, cell.execution_count = [], None
            if exercise_of(cell) or not cell.source.strip():
                continue
            if cell.source.strip() in spared:
                cell.outputs = [nbformat.v4.new_output("display_data", data=dict(SPARED))]
                continue
            count += 1
            result = runner.run_cell(cell.source, count)
            _show(cell, result, count, paths, safe)
            run.stumbled |= any(output.get("ename") == "NameError" for output in cell.outputs)
            run.notes += _note(f"Cell [{count}]", {result.fate})
        return run


def _note(what: str, fates: set[str]) -> list[str]:
    """A note on the worst of these fates; none where all is well."""
    return [f"{what} {said}." for fate, said in NOTES.items() if fate in fates][:1]


def _replace(value: Any, names: Mapping[str, str]) -> Any:
    """The same JSON value with every text's occurrences of some strings replaced."""
    if isinstance(value, str):
        for old, new in names.items():
            value = value.replace(old, new)
        return value
    if isinstance(value, dict):
        return {key: _replace(item, names) for key, item in value.items()}
    return [_replace(item, names) for item in value] if isinstance(value, list) else value


def _describe_picture(output: NotebookNode, text: str) -> None:
    """Give a picture without a text alternative this one."""
    if "image/png" in output.get("data", {}):
        said = output.metadata.get("image/png")
        output.metadata["image/png"] = {"alt": text, **(said if isinstance(said, dict) else {})}


def _show(cell: NotebookNode, result: CellResult, count: int, paths: Mapping[str, str], safe: SafeOutputs) -> None:
    """Put a run's outputs into the cell, safe to look at, and its fate if it had a bad one."""
    cell.execution_count = count
    for output in safe.of_cell(result.outputs):
        node = nbformat.from_dict(_replace(output, paths))
        _describe_picture(node, cell.metadata.get("alt", f"Picture drawn by cell [{count}]"))
        cell.outputs.append(node)
    if result.fate in FATES:
        sentence = FATES[result.fate]
        cell.outputs.append(nbformat.v4.new_output("error", ename="NotFinished", evalue=sentence, traceback=[sentence]))
