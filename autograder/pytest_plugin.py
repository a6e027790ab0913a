"""The pytest face: `pytest --submission=PATH` grades one submission, an item for each exercise and case.

PATH is a notebook, or a folder with the submitted notebooks. The marks are those that nbgrader gives.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .grade import Graded
    from .judge import Judgement, Verdict


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option --submission."""
    group = parser.getgroup("submission", "grade a submission")
    group.addoption(
        "--submission", metavar="PATH", help="grade this notebook or folder of notebooks, and test nothing else"
    )


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
        config.pluginmanager.register(SubmissionFace(path), "submission-face")


class SubmissionFace:
    """Collects and grades the submission at `path`; registered only when --submission is given."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._marks: list[tuple[str, float, float]] = []
        self._missing: list[str] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> bool:
        """The items of every notebook of the assignment; pytest itself never looks into the submission's folder."""
        notebooks = [SubmittedNotebook.from_parent(session, path=path, marks=self._marks) for path in self._notebooks()]
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
        from .course import Course

        names = [path.name for path in Course().notebooks]
        asked = [self._path] if self._path.is_file() else [self._path / name for name in names]
        found = [path for path in asked if path.is_file() and path.name in names]
        if not found:
            raise pytest.UsageError(f"--submission: there is no {' or '.join(names)} at {self._path}")
        self._missing = [path.name for path in asked if path not in found]
        return found


class SubmittedNotebook(pytest.File):
    """One submitted notebook; graded when its items are collected."""

    def __init__(self, *, marks: list, **kwargs) -> None:
        super().__init__(**kwargs)
        self._marks = marks

    def collect(self) -> Iterator[pytest.Item]:
        """Grade the notebook and give an item for each exercise and case."""
        graded, points = self._grade()
        for exercise, judgement in graded.judgements.items():
            self._marks.append((exercise, judgement.points(points[exercise]), points[exercise]))
            cases = dict.fromkeys(verdict.case for verdict in judgement.verdicts)
            for case in cases:
                verdicts = [verdict for verdict in judgement.verdicts if verdict.case == case]
                yield CaseItem.from_parent(self, name=f"{exercise}[{case}]", judgement=judgement, verdicts=verdicts)

    def _grade(self) -> tuple[Graded, dict[str, float]]:
        from .course import Course
        from .grade import Engine
        from .plugin.intake import STATUS, UNREADABLE, read_submission

        course = Course()
        notebook = read_submission(self.path, course.release)
        record = notebook.metadata[STATUS]
        if record["status"] == UNREADABLE:
            raise pytest.UsageError(f"--submission: {record['notes'][0]}")
        with Engine(course) as engine:
            graded = engine.grade(notebook, self.path.stem, self.path.parent)
        return graded, course.points(self.path.stem)


class CaseItem(pytest.Item):
    """The checks of one exercise in one case."""

    def __init__(self, *, judgement: Judgement, verdicts: list[Verdict], **kwargs) -> None:
        super().__init__(**kwargs)
        self._judgement, self._verdicts = judgement, verdicts

    def runtest(self) -> None:
        """Fail with the sentences of what is wrong."""
        wrong = [verdict for verdict in self._verdicts if not verdict.right]
        if wrong:
            raise WrongError("\n".join(dict.fromkeys(verdict.sentence for verdict in wrong)))

    def repr_failure(self, excinfo: pytest.ExceptionInfo, style: str | None = None) -> str:
        """Sentences and advice instead of a traceback of ours."""
        if not isinstance(excinfo.value, WrongError):
            return str(super().repr_failure(excinfo, style))
        return "\n".join([str(excinfo.value), *(f"advice: {item.text}" for item in self._judgement.advice)])

    def reportinfo(self) -> tuple[Path, None, str]:
        """Where the item comes from, for pytest's report."""
        return self.path, None, self.name


class WrongError(Exception):
    """A check that is not right; the message is what the student reads."""
