"""The one engine behind every face: run a submission in the sandbox, judge its exercises, return the marks."""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from .assignment import CASES, KIT, Assignment, Kind
from .cells import grade_id, points_of
from .intake.files import Files, read_files
from .intake.safe import SafeOutputs
from .judging.carried import Fairness
from .judging.failing import for_students
from .judging.hidden import Delimiters, Redactor
from .judging.judge import Judge, Judgement
from .judging.notes import on_carried, on_fates, on_refusals, on_score, on_undeclared
from .judging.ordinary import TestScore, score
from .judging.recorded import exercise_record, redacted
from .judging.repair import Repairs
from .judging.results import Asked, Results
from .judging.shown import show, spare
from .judging.signing import Signing
from .judging.spared import explained, needed, set_by
from .judging.standing import Standing
from .record import Event, Note, Record, TestRecord
from .release import SELFCHECK, words
from .sandbox.allowance import Allowance, check_folders, secrets_of
from .sandbox.heap import trim
from .sandbox.levels import MINIMUM, least_or_better
from .sandbox.messages import Call
from .sandbox.runner import Limits, Runner
from .sandbox.warm import Zygote
from .selfcheck.language import ENGLISH, Language, Text
from .spec import Exercise

SEED = 20240229  # of the hidden cases; a course sets its own with c.GradeSubmission.seed
MENTIONED = "NBGRADER_"  # a test that goes by nbgrader's variables finds them as nbgrader sets them for grading
AS_GRADED = """
if __import__("os").environ.pop("NBGRADER_VALIDATING", None): pass
__import__("os").environ.update(NBGRADER_EXECUTION="autograde")
"""


@dataclass(frozen=True)
class Graded:
    """A graded notebook: each exercise's judgement, each ordinary test's score by grade id, notes on what went wrong,
    the sandbox's level, and the seconds."""

    judgements: Mapping[str, Judgement]
    tests: Mapping[str, TestScore] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    sandbox: str = ""
    seconds: float = 0.0

    def fraction(self, exercise: str) -> float:
        """The share of the exercise's points that the submission earns."""
        return self.judgements[exercise].fraction


class Engine:
    """Grades the submissions of one assignment one after another, each in a fresh child. A context manager.

    seed: draws the hidden inputs. limits: seconds for cells and calls. minimum: the least acceptable sandbox level.
    level: the level to work at, by default the best that this machine offers. allowance: what student code may use, but
    for the assignment's own library and data. run_demos: run also the cells that no mark depends on. warnings_cost,
    ignored: see `score`. hidden: which lines of ordinary tests must not reach what students read. Raises
    SandboxLevelError where the machine offers less than `minimum`.
    """

    def __init__(
        self,
        assignment: Assignment,
        seed: int = SEED,
        limits: Limits | None = None,
        minimum: str = MINIMUM,
        level: str = "",
        allowance: Allowance | None = None,
        run_demos: bool = False,
        warnings_cost: bool = False,
        ignored: str = "",
        hidden: Delimiters | None = None,
    ) -> None:
        self.assignment = assignment
        self.level = level or least_or_better(minimum).level
        self._limits, self._allowance = limits or Limits(), furnished(assignment, allowance or Allowance())
        self._reference = assignment.reference()
        self.draw(seed)
        self._run_demos, self._warnings_cost, self._ignored = run_demos, warnings_cost, ignored
        self._hidden = hidden or Delimiters()
        self._asked: dict[str, Asked] = {}  # by notebook
        self._zygote = self._start()

    def draw(self, seed: int) -> None:
        """Draw the hidden inputs of all that is graded from now on with this seed."""
        self.seed = seed
        self._judges = self._judge, _ = Judge(self._reference, seed), Judge(self._reference, seed + 1)
        self._fairness = Fairness(self._judge, self.assignment.exercises)
        self._signing = Signing(self._reference, self._fairness)

    def _start(self) -> Zygote:
        return Zygote(self.level, self._allowance)

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """End the sandbox's processes."""
        self._zygote.close()

    def grade(self, notebook: NotebookNode, name: str, files: Files | Path | None = None) -> Graded:
        """Run and judge one submitted notebook; its cells' outputs are replaced by those of this run.

        notebook: the submission, changed in place. name: the source notebook it answers, "1_layers".
        files: what its code finds beside it, or the folder that holds them, copied for the run. Raises SandboxError
        where the sandbox fails, never for anything that the submission does.
        """
        if not self._zygote.usable:  # an earlier submission spoilt it
            self._zygote.close()
            self._zygote = self._start()
        asked = self._asks(name)
        files = files.copy() if isinstance(files, Files) else read_files(files) if files else Files()
        files.put(f"{name}.ipynb", json.dumps(self._as_released(notebook)).encode())
        start = time.monotonic()
        run = self._run(notebook, files, asked, self._limits)
        left = self._limits.submission - (time.monotonic() - start)
        if run.needs and left > self._limits.submission / 2:
            run = self._with_more(run, notebook, files, replace(asked, spared=asked.spared - run.needs), left)
        notes = [*(Note(Event.LEFT_OUT, told) for told in files.notes()), *run.notes]
        for exercise, replies in run.replies.items():
            notes += on_fates(exercise, {reply.fate for reply in replies})
        redactor = Redactor.of(notebook, self.assignment, self._hidden)
        judgements = {each: redacted(judgement, redactor) for each, judgement in run.judgements.items()}
        cells = {grade_id(cell): cell for cell in notebook.cells if self.assignment.kind_of(cell) is Kind.TEST}
        told = {each: for_students(cells[each], test.error, self._hidden) for each, test in run.tests.items()}
        tests = {each: replace(test, error=redactor.text(told[each])) for each, test in run.tests.items()}
        return Graded(judgements, tests, [*notes, *asked.notes], self.level, time.monotonic() - start)

    def _with_more(self, first: Results, notebook: NotebookNode, files: Files, asked: Asked, left: float) -> Results:
        """The first run, or another one with fewer spared cells where that earns more; the cells show the one taken."""
        shown = [(cell, cell.outputs, cell.execution_count) for cell in notebook.cells if cell.cell_type == "code"]
        run = self._run(notebook, files, asked, replace(self._limits, submission=left))
        if run.is_better(first):
            return run.over(first)
        for cell, outputs, count in shown:
            cell.outputs, cell.execution_count = outputs, count
        return first.with_lines(run)

    def _as_released(self, notebook: NotebookNode) -> dict[str, Any]:
        """The notebook as its own code may read it from the disk: without the hidden tests."""
        is_test = [self.assignment.kind_of(cell) is Kind.TEST for cell in notebook.cells]
        cells = [
            {**cell, "source": self._hidden.visible(cell.source)} if test else cell
            for cell, test in zip(notebook.cells, is_test, strict=True)
        ]
        return {**notebook, "cells": cells}

    def _asks(self, name: str) -> Asked:
        """What is asked for in a notebook, read once."""
        if name not in self._asked:
            exercises = [self.assignment.by_name[exercise] for exercise in self.assignment.points(name)]
            demos = self.assignment.demos(name)
            left_over = set_by(demos)
            spared = frozenset() if self._run_demos else demos
            notes = tuple(on_undeclared(self.assignment, name))
            tests = self.assignment.test_points(name)
            self._asked[name] = Asked(exercises, demos, spared, left_over, notes, tests)
        return self._asked[name]

    def _run(self, notebook: NotebookNode, files: Files, asked: Asked, limits: Limits) -> Results:
        trim()  # what the last submission left is not for this one: its process needs the room
        with Runner(self._zygote, files.contents, limits) as runner:
            run = self._run_cells(runner, notebook, asked)
            calls = {exercise.name: self._calls(exercise) for exercise in asked.exercises}
            run.replies = runner.run_calls(calls)
            run.needs = needed(run.missing, asked.spared)
            run.judgements = self._judge_all(runner, asked, calls, run)
        return run

    def _judge_all(
        self, runner: Runner, asked: Asked, calls: dict[str, list[Call]], run: Results
    ) -> dict[str, Judgement]:
        """Judge the exercises in the order of the course, each with the earlier ones' mistakes put right."""
        standing = Standing(self._judge, self._fairness, runner)
        judgements: dict[str, Judgement] = {}
        for exercise in asked.exercises:
            replies = run.replies[exercise.name]
            judgement = standing.judge(exercise, calls[exercise.name], replies)
            judgements[exercise.name] = explained(judgement, replies, asked.left_over)
        run.notes += [*standing.notes, *on_carried(judgements)]
        if run.needs:
            return judgements  # another run may follow, whose time must not hang on this search
        repairs = Repairs(self._judges, self._fairness, runner, run.written, self._limits.exercise)
        lines = repairs.lines(standing.heard)
        run.notes += repairs.notes
        signatures = self._signing.signatures(standing.heard, judgements, runner)
        return {
            name: replace(judgement, line=lines.get(name), signature=signatures.get(name, ()))
            for name, judgement in judgements.items()
        }

    def _shown(self) -> dict[str, str]:
        """What outputs show in the place of the grader's folders."""
        data = dict.fromkeys(map(str, self.assignment.data_folders.values()), "the data set")
        ours = {str(self.assignment.source): ".", **data, str(self.assignment.root): "."}
        return {**dict.fromkeys(self._zygote.shown, "."), **ours}

    def _calls(self, exercise: Exercise) -> list[Call]:
        """The calls of an exercise, one for each case, as of its check cell.

        Random numbers begin with the case's name, not with the hidden seed, and are the same in every grading.
        """
        outputs, name = tuple(exercise.outputs), exercise.name
        return [
            Call(
                *(exercise.call, self._judge.inputs(exercise, case), outputs, case.strided),
                as_of=name,
                seed=zlib.crc32(f"{name} {case.name}".encode()) // 2,
            )
            for case in exercise.cases
        ]

    def _run_cells(self, runner: Runner, notebook: NotebookNode, asked: Asked) -> Results:
        """Run all code cells but the exercises' checks, which are the judge's, and those that are spared."""
        count, run, paths, safe = 0, Results(), self._shown(), SafeOutputs()
        for cell in notebook.cells:
            if cell.cell_type != "code":
                continue
            cell.outputs, cell.execution_count = [], None
            kind = self.assignment.kind_of(cell)
            if kind is Kind.EXERCISE:
                runner.keep(self.assignment.exercise_of(cell))
                run.written.keep(self.assignment.exercise_of(cell))
            if kind is Kind.EXERCISE or not cell.source.strip():
                if kind is Kind.TEST:  # an empty one raises nothing
                    run.tests[grade_id(cell)] = TestScore(1.0)
                continue
            is_demo = kind is not Kind.TEST and cell.source.strip() in asked.demos
            if is_demo and cell.source.strip() in asked.spared:
                spare(cell, self.assignment.tongue)
                continue
            count += 1
            if kind is Kind.TEST and MENTIONED in cell.source:
                runner.run_cell(AS_GRADED, count)
            result = runner.run_cell(cell.source, count)
            show(cell, result, count, paths, safe, is_demo, self.assignment.tongue)
            run.lacked |= set(result.missing)
            ours = Text("Cell [{count}], the course's own,", count=count)
            run.notes += on_fates(ours if is_demo else Text("Cell [{count}]", count=count), {result.fate})
            run.notes += on_refusals(self.assignment.name, count, result)
            if not cell.metadata.get("nbgrader", {}).get("locked"):
                run.written.ran(cell.source)
            if kind is Kind.TEST:
                name = grade_id(cell)
                most = points_of(cell) or asked.test_points.get(name, 0.0)  # a bonus cell has none of its own
                run.tests[name] = score(cell.outputs, most, self._warnings_cost, self._ignored)
                run.notes += on_score(name, run.tests[name], most)
        return run


def furnished(assignment: Assignment, allowance: Allowance) -> Allowance:
    """The allowance with what the assignment brings: its library, the visible checks, its data sets.

    Raises ConfigurationError where a folder that it opens would open the course's secrets, AssignmentError where a data
    set is missing.
    """
    assignment.insist_on_data()
    check_folders(allowance.folders, secrets_of(assignment.root))
    shown = {assignment.library: assignment.source / assignment.library} if assignment.library else {}
    if assignment.exercises:
        shown |= {KIT: SELFCHECK, f"{KIT}/{CASES}": assignment.solutions / CASES}
        shown |= {place.as_posix(): path for place, path in words(assignment).items()}
    return replace(allowance, shown={**allowance.shown, **shown}, data={**allowance.data, **assignment.data_folders})


def recorded(
    record: Record, graded: Graded, told: Mapping[str, tuple[str, ...]], language: Language = ENGLISH
) -> Record:
    """The record of a submission as it was handed in, completed by its grading.

    told: what students are shown of each exercise. language: of the student.
    """
    exercises = {name: exercise_record(judgement, told.get(name, ())) for name, judgement in graded.judgements.items()}
    complete = replace(
        record.noted(graded.notes),
        sandbox=graded.sandbox,
        seconds=round(graded.seconds, 2),
        exercises=exercises,
        tests={name: TestRecord(each.fraction, each.error) for name, each in graded.tests.items()},
    )
    return complete.told_in(language)
