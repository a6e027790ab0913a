"""The pytest face: one submission, an item for each exercise and case, with the marks that nbgrader gives.

What is missing or cannot be read is an item that fails, and its points are counted among the most possible ones.
`python -m autograder pytest` starts pytest with it (cli.py); it is no plugin that pytest would find by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from nbformat import NotebookNode

from autograder.assignment import BUILD, Assignment
from autograder.bonus import bonuses
from autograder.bonus import names as names_of
from autograder.course.settings import Settings
from autograder.engine import Graded
from autograder.errors import AssignmentError, AutograderError
from autograder.intake.folder import Submission
from autograder.intake.submission import with_tests
from autograder.judging.judge import Judgement, Verdict
from autograder.judging.ordinary import TestScore
from autograder.record import Record, load_from, without_edits
from autograder.rendering.taught import taught
from autograder.terminal import lines, one_line

ONE = "one submission at a time; options of pytest's follow the path"


@dataclass
class Marks:
    """What the summary says: each exercise's points and most possible points, what the teacher says of some, and
    sentences on what has none."""

    points: list[tuple[str, float, float]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    without: list[str] = field(default_factory=list)
    extra: float = 0.0  # most possible points of what could not be graded
    bonus: set[str] = field(default_factory=set)  # what does not count among the most possible ones


class SubmissionFace:
    """Collects and grades the submission at `path`, a notebook or the folder with the notebooks."""

    def __init__(self, path: Path, assignment: Assignment) -> None:
        self._path, self._assignment, self._marks, self._graded = path, assignment, Marks(), False

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> bool:
        """The items of every notebook of the assignment; pytest itself never looks into the submission's folder."""
        if session.config.args_source is pytest.Config.ArgsSource.ARGS:
            raise pytest.UsageError(ONE)
        try:
            items = list(self._items(session))
        except AutograderError as problem:
            raise pytest.UsageError(lines(str(problem))) from None
        self._graded = True
        session.config.hook.pytest_collection_modifyitems(session=session, config=session.config, items=items)  # -k
        session.items, session.testscollected = items, len(items)
        return True

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say the marks as nbgrader gives them, and what has none; nothing where grading did not come to its end."""
        if not self._graded:
            return
        terminalreporter.section("marks")
        for exercise, points, most in self._marks.points:
            what = " as a bonus" if exercise in self._marks.bonus else ""
            terminalreporter.write_line(f"{exercise:<28} {points:>6g} of {most:g}{what}")
        for sentence in self._marks.told:
            terminalreporter.write_line(sentence)
        for sentence in self._marks.without:
            terminalreporter.write_line(sentence)
        total = sum(mark[1] for mark in self._marks.points)
        counted = [mark for mark in self._marks.points if mark[0] not in self._marks.bonus]
        most = sum(mark[2] for mark in counted) + self._marks.extra
        # a sum that lacks a notebook must not look like the marks of a submission
        said = (
            f"     - of {most:g}, {total:g} in what was graded" if self._marks.without else f"{total:>6g} of {most:g}"
        )
        terminalreporter.write_line(f"{'all exercises':<28} {said}")

    def _items(self, session: pytest.Session) -> Iterator[pytest.Item]:
        """The items of all notebooks; raises UsageError where none of them can be graded."""
        submission = self._submission()
        names = [path.name for path in self._assignment.notebooks]
        asked = names if self._path.is_dir() else [name for name in names if name not in submission.absent]
        read, files = {name: submission.notebook(name) for name in asked}, submission.files()
        records = {name: _record(notebook) for name, notebook in read.items()}
        if not any(record.status.has_marks for record in records.values()):
            told = " ".join(dict.fromkeys(_said(record) for record in records.values()))
            raise pytest.UsageError(f"{one_line(str(self._path))}: {told}")
        with self._settings().engine(self._assignment) as engine:
            for name, notebook in read.items():
                # a place of its own: the submission's may be named so that it steers a terminal
                parent = SubmittedNotebook.from_parent(session, path=session.config.rootpath / name, marks=self._marks)
                points = self._points(name)
                self._marks.bonus |= names_of(bonuses(self._assignment.cells(Path(name).stem)))
                if not records[name].status.has_marks:
                    yield parent.missing(_said(records[name]), self._assignment.points_by_machine(Path(name).stem))
                    continue
                with_tests(notebook, self._assignment, Path(name).stem)
                graded = engine.grade(notebook, Path(name).stem, files)
                yield from parent.items(graded, points, taught(self._assignment, graded))

    def _submission(self) -> Submission:
        """What lies at the path; raises UsageError where that is nothing of this assignment."""
        names, shown = [path.name for path in self._assignment.notebooks], one_line(str(self._path))
        if not self._path.exists():
            raise pytest.UsageError(f"there is no {shown}")
        if lacking := [name for name in names if not (self._assignment.release / name).is_file()]:
            raise AssignmentError(f"{self._assignment.release / lacking[0]} is missing: run `{BUILD}`")
        submission = Submission.of(self._path, self._assignment, self._settings().theirs)
        if self._path.is_file() and not set(names) - set(submission.absent):
            raise pytest.UsageError(f"{shown} is none of {', '.join(names)}: name the folder that they lie in")
        return submission

    def _points(self, name: str) -> dict[str, float]:
        """The most possible points of a notebook's exercises and ordinary tests."""
        notebook = Path(name).stem
        return {**self._assignment.points(notebook), **self._assignment.test_points(notebook)}

    def _settings(self) -> Settings:
        """The course's choices, where it has a configuration."""
        from traitlets.config import Config

        from autograder.course.marks import course_directory

        configured = any(self._assignment.root.glob("nbgrader_config.*"))
        config = course_directory(self._assignment.root).parent.config if configured else Config()
        return Settings.of(config, self._assignment)


def _record(notebook: NotebookNode) -> Record:
    record = load_from(notebook.metadata)
    assert record, "whatever was read has a record"
    return record


def _said(record: Record) -> str:
    return " ".join(map(one_line, without_edits(record.notes)))


class SubmittedNotebook(pytest.File):
    """One notebook of the assignment, as it was submitted."""

    def __init__(self, *, marks: Marks, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._marks = marks

    def collect(self) -> Iterator[pytest.Item]:
        """Nothing: the face makes the items."""
        return iter(())

    def missing(self, sentence: str, most: float) -> pytest.Item:
        """The item of a notebook that could not be graded, and its line in the summary."""
        self._marks.without.append(f"{self.name}: not graded. {sentence}")
        self._marks.extra += most
        return MissingItem.from_parent(self, name="not graded", sentence=sentence)

    def items(self, graded: Graded, most: dict[str, float], said: Mapping[str, str]) -> Iterator[pytest.Item]:
        """An item for each exercise and case, and for each ordinary test cell, and their lines in the summary.

        said: by exercise or test, what the teacher says of it.
        """
        self._marks.told += [one_line(f"{name}: {' '.join(sentence.split())}") for name, sentence in said.items()]
        for exercise, judgement in graded.judgements.items():
            self._marks.points.append((exercise, judgement.points(most[exercise]), most[exercise]))
            for case in dict.fromkeys(verdict.case for verdict in judgement.verdicts):
                verdicts = [verdict for verdict in judgement.verdicts if verdict.case == case]
                parts = dict(judgement=judgement, verdicts=verdicts, teacher=said.get(exercise, ""))
                yield CaseItem.from_parent(self, name=f"{exercise}[{case}]", **parts)
        for name, test in graded.tests.items():
            self._marks.points.append((name, round(test.fraction * most[name], 4), most[name]))
            yield TestItem.from_parent(self, name=name, score=test, teacher=said.get(name, ""))


class GradedItem(pytest.Item):
    """An item that fails with sentences, and never with a traceback of ours."""

    def wrong(self) -> str:
        """What is wrong, one sentence a line; "" where nothing is."""
        raise NotImplementedError

    def runtest(self) -> None:
        """Fail where something is wrong."""
        if said := self.wrong():
            raise WrongError(said)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str:
        """The sentences; a student's exception may hold anything."""
        told = isinstance(excinfo.value, WrongError)
        return lines(str(excinfo.value) if told else str(super().repr_failure(excinfo, style)))

    def reportinfo(self) -> tuple[Path, None, str]:
        """Where the item comes from, for pytest's report."""
        return self.path, None, self.name


class CaseItem(GradedItem):
    """The checks of one exercise in one case."""

    def __init__(self, *, judgement: Judgement, verdicts: list[Verdict], teacher: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._judgement, self._verdicts, self._teacher = judgement, verdicts, teacher

    def wrong(self) -> str:
        """The teacher's own sentence, those of what is wrong, and advice."""
        said = [verdict.sentence for verdict in self._verdicts if not verdict.right]
        advice = [f"advice: {item.text}" for item in self._judgement.advice] if said else []
        teacher = self._teacher.splitlines() if said else []
        return "\n".join(map(one_line, dict.fromkeys([*teacher, *said, *advice])))  # a student's name may hold lines


class TestItem(GradedItem):
    """An ordinary test cell."""

    __test__ = False

    def __init__(self, *, score: TestScore, teacher: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._score, self._teacher = score, teacher

    def wrong(self) -> str:
        """The error, or the share of the points that were earned."""
        said = self._score.error or f"{self._score.fraction:.0%} of its points."
        return "" if self._score.fraction == 1 else "\n".join(filter(None, [self._teacher, said]))


class MissingItem(GradedItem):
    """A notebook that is not there or cannot be read."""

    def __init__(self, *, sentence: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._sentence = sentence

    def wrong(self) -> str:
        """Why it was not graded."""
        return self._sentence


class WrongError(Exception):
    """A check that is not right; the message is what the student reads."""
