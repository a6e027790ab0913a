"""Grade what was submitted to Gradescope, read and repaired as nbgrader's own path does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autograder.assignment import Assignment
from autograder.engine import Graded
from autograder.intake import links
from autograder.intake.folder import Submission
from autograder.intake.submission import with_tests
from autograder.record import Note, load_from, without_edits
from autograder.selfcheck.language import sentences

from .settings import PackageSettings


@dataclass(frozen=True)
class GradedNotebook:
    """What came of one notebook: its grading, None where it could not be read, and notes on what was wrong with it.

    translations: of the notes, in the student's language.
    """

    notebook: str
    notes: tuple[Note, ...]
    graded: Graded | None
    translations: Mapping[str, str] = field(default_factory=dict)

    @property
    def told(self) -> str:
        """The notes in a row, as the student is told them."""
        return said(self.notes, self.translations)


def said(notes: Iterable[Note], translations: Mapping[str, str] | None = None) -> str:
    """Notes in a row, without the edits: who reads this is not only the instructor."""
    return sentences((translations or {}).get(text, text) for text in without_edits(notes))


def grade_submission(assignment: Assignment, settings: PackageSettings, submission: Path) -> Iterator[GradedNotebook]:
    """Grade the notebooks that the settings name, one after another; what was submitted is made safe in its place.

    Raises UnsafeSubmissionError where it must not be touched, SandboxLevelError where the sandbox is not good enough.
    """
    with settings.engine(assignment) as engine:
        links.make_safe(submission, links.files_of(assignment.source))
        handed_in = Submission.of(submission, assignment, settings.grading.theirs)
        files = handed_in.files()
        for name in settings.notebooks:
            notebook = handed_in.notebook(f"{name}.ipynb", assignment.tongue)
            record = load_from(notebook.metadata)
            assert record, "whatever was read has a record"
            with_tests(notebook, assignment, name)
            graded = engine.grade(notebook, name, files) if record.status.has_marks else None
            yield GradedNotebook(name, record.notes, graded, record.translations)
