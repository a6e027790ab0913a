"""The pytest face: `pytest --submission=PATH` grades one submission, an item for each exercise and case.

PATH is a notebook, or a folder with the submitted notebooks. The marks are those that nbgrader gives.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from autograder.assignment import Assignment
    from autograder.course.settings import Settings
    from autograder.engine import Graded
    from autograder.judging.judge import Judgement, Verdict
    from autograder.judging.ordinary import TestScore


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option --submission."""
    group = parser.getgroup("submission", "grade a submission")
    group.addoption(
        "--submission", metavar="PATH", help="grade this notebook or folder of notebooks, and test nothing else"
    )
    group.addoption("--course", metavar="FOLDER", help="the course folder (default: this one)")
    group.addoption("--assignment", metavar="NAME", default="", help="of the course (default: its only one)")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    """With --submission load no conftest.py: the submission may bring one, and it would run in this process."""
    if early_config.known_args_namespace.submission:
        early_config.known_args_namespace.noconftest = True
    return (yield)


def pytest_configure(config: pytest.Config) -> None:
    """With --submission, collect that submission only."""
    if option := config.getoption("--submission"):
        path = Path(option).resolve()
        if config.inipath and config.inipath.is_relative_to(path if path.is_dir() else path.parent):
            raise pytest.UsageError(
                f"the submission brings settings for pytest ({config.inipath.name}), which could change the result:"
                " run pytest from another folder, with an equals sign: --submission=PATH"
            )
        course = Path(config.getoption("--course") or config.invocation_params.dir).resolve()
        face = SubmissionFace(path, _load(course, config.getoption("--assignment")))
        config.pluginmanager.register(face, "submission-face")


def _load(course: Path, name: str) -> Assignment:
    from autograder.assignment import chosen, load
    from autograder.errors import UserError

    try:
        return load(course, chosen(course, name))
    except UserError as problem:
        raise pytest.UsageError(
            f"{problem}: name the course with --course and the assignment with --assignment"
        ) from None


class SubmissionFace:
    """Collects and grades the submission at `path`; registered only when --submission is given."""

    def __init__(self, path: Path, assignment: Assignment) -> None:
        self._path, self._assignment = path, assignment
        self._marks: list[tuple[str, float, float]] = []
        self._missing: list[str] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> bool:
        """The items of every notebook of the assignment; pytest itself never looks into the submission's folder."""
        given: dict[str, Any] = {"assignment": self._assignment, "marks": self._marks}
        notebooks = [SubmittedNotebook.from_parent(session, path=path, **given) for path in self._notebooks()]
        session.items = [item for notebook in notebooks for item in notebook.collect()]
        session.testscollected = len(session.items)
        return True

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say the marks as nbgrader gives them."""
        terminalreporter.section("marks")
        for exercise, points, most in self._marks:
            terminalreporter.write_line(f"{exercise:<28} {points:>6g} of {most:g}")
        total, most = sum(mark[1] for mark in self._marks), sum(mark[2] for mark in self._marks)
        terminalreporter.write_line(f"{'all exercises':<28} {total:>6g} of {most:g}")
        if self._missing:
            terminalreporter.write_line(f"There is no {', no '.join(self._missing)}.")

    def _notebooks(self) -> list[Path]:
        names = [path.name for path in self._assignment.notebooks]
        asked = [self._path] if self._path.is_file() else [self._path / name for name in names]
        found = [path for path in asked if path.is_file() and path.name in names]
        if not found:
            raise pytest.UsageError(f"--submission: there is no {' or '.join(names)} at {self._path}")
        self._missing = [path.name for path in asked if path not in found]
        return found


class SubmittedNotebook(pytest.File):
    """One submitted notebook; graded when its items are collected."""

    def __init__(self, *, assignment: Assignment, marks: list[tuple[str, float, float]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._assignment, self._marks = assignment, marks

    def collect(self) -> Iterator[pytest.Item]:
        """Grade the notebook and give an item for each exercise and case, and for each ordinary test cell."""
        graded, notebook = self._grade(), self.path.stem
        points, tests = self._assignment.points(notebook), self._assignment.test_points(notebook)
        for exercise, judgement in graded.judgements.items():
            self._marks.append((exercise, judgement.points(points[exercise]), points[exercise]))
            cases = dict.fromkeys(verdict.case for verdict in judgement.verdicts)
            for case in cases:
                verdicts = [verdict for verdict in judgement.verdicts if verdict.case == case]
                yield CaseItem.from_parent(self, name=f"{exercise}[{case}]", judgement=judgement, verdicts=verdicts)

        for name, test in graded.tests.items():
            self._marks.append((name, round(test.fraction * tests[name], 4), tests[name]))
            yield TestItem.from_parent(self, name=name, score=test)

    def _grade(self) -> Graded:
        from autograder.errors import AutograderError
        from autograder.intake.submission import read_submission, with_tests
        from autograder.record import load_from

        notebook = read_submission(self.path, self._assignment.release)
        record = load_from(notebook.metadata)
        if record is None or not record.status.has_marks:
            raise pytest.UsageError(f"--submission: {record.notes[-1].text if record else 'it cannot be read'}")
        try:
            with_tests(notebook, self._assignment, self.path.stem)
            with self._settings().engine(self._assignment) as engine:
                return engine.grade(notebook, self.path.stem, self.path.parent)
        except AutograderError as problem:
            raise pytest.UsageError(f"--submission: {problem}") from None

    def _settings(self) -> Settings:
        """The course's choices, where it has a configuration."""
        from traitlets.config import Config

        from autograder.course.marks import course_directory
        from autograder.course.settings import Settings

        configured = any(self._assignment.root.glob("nbgrader_config.*"))
        config = course_directory(self._assignment.root).parent.config if configured else Config()
        return Settings.of(config, self._assignment)


class CaseItem(pytest.Item):
    """The checks of one exercise in one case."""

    def __init__(self, *, judgement: Judgement, verdicts: list[Verdict], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._judgement, self._verdicts = judgement, verdicts

    def runtest(self) -> None:
        """Fail with the sentences of what is wrong."""
        wrong = [verdict for verdict in self._verdicts if not verdict.right]
        if wrong:
            raise WrongError("\n".join(dict.fromkeys(verdict.sentence for verdict in wrong)))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str:
        """Sentences and advice instead of a traceback of ours."""
        if not isinstance(excinfo.value, WrongError):
            return str(super().repr_failure(excinfo, style))
        return "\n".join([str(excinfo.value), *(f"advice: {item.text}" for item in self._judgement.advice)])

    def reportinfo(self) -> tuple[Path, None, str]:
        """Where the item comes from, for pytest's report."""
        return self.path, None, self.name


class TestItem(pytest.Item):
    """An ordinary test cell."""

    __test__ = False

    def __init__(self, *, score: TestScore, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._score = score

    def runtest(self) -> None:
        """Fail where not all of its points were earned."""
        if self._score.fraction < 1:
            raise WrongError(self._score.error or f"{self._score.fraction:.0%} of its points.")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str:
        """The error's words instead of a traceback of ours."""
        return str(excinfo.value) if isinstance(excinfo.value, WrongError) else str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[Path, None, str]:
        """Where the item comes from, for pytest's report."""
        return self.path, None, self.name


class WrongError(Exception):
    """A check that is not right; the message is what the student reads."""
