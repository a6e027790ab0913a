"""The pytest face: `pytest --submission PATH` grades one submission, an item for each exercise and case.

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


def pytest_configure(config: pytest.Config) -> None:
    """With --submission, collect that submission only."""
    if path := config.getoption("--submission"):
        target = Path(path).resolve()
        if not target.exists():
            raise pytest.UsageError(f"--submission: there is no {path}")
        config.args[:] = [str(target)]
        config.pluginmanager.register(SubmissionFace(), "submission-face")


class SubmissionFace:
    """Collects and grades; registered only when --submission is given."""

    def __init__(self) -> None:
        self._marks: list[tuple[str, float, float]] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        """Look at notebooks and folders only."""
        return None if collection_path.is_dir() or collection_path.suffix == ".ipynb" else True

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
        """Every notebook of the assignment in the submission is graded."""
        from .course import Course

        if file_path.name not in {path.name for path in Course().notebooks}:
            return None
        return SubmittedNotebook.from_parent(parent, path=file_path, marks=self._marks)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say the marks as nbgrader gives them."""
        terminalreporter.section("marks")
        for exercise, points, most in self._marks:
            terminalreporter.write_line(f"{exercise:<28} {points:>6g} of {most:g}")
        total, most = sum(mark[1] for mark in self._marks), sum(mark[2] for mark in self._marks)
        terminalreporter.write_line(f"{'all exercises':<28} {total:>6g} of {most:g}")


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
            raise self.CollectError(record["notes"][0])
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
