"""The preprocessors that stand in for nbgrader's Execute and SaveAutoGrades."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor, SaveAutoGrades

from autograder.assignment import Assignment, Kind, load
from autograder.cells import grade_id, points_of
from autograder.course import configuration, fingerprint
from autograder.course.bonuses import released_bonuses
from autograder.course.engines import Engines
from autograder.course.given import of_grade
from autograder.course.next_step import LOOK
from autograder.course.settings import Settings
from autograder.engine import Graded, recorded
from autograder.intake.files import Files
from autograder.judging.diagnosis import FULL
from autograder.judging.ordinary import points
from autograder.record import Record, load_from, store
from autograder.rendering.verdicts import told, verdicts_html, verdicts_text
from autograder.selfcheck.language import ENGLISH, Language, counted, pair

from .gradebook import SubmittedRows, await_marks, open_gradebook
from .handed_in import submission

EDIT = "For instructors only:"
WORTH = pair("{points:g} of {count:g} point", "{points:g} of {count:g} points")


class RunAndJudge(NbGraderPreprocessor):
    """Runs the submission in the sandbox and writes each exercise's verdicts and points into its cell."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Grade one notebook; its outputs are replaced by those of this run."""
        names, converter = resources["nbgrader"], self.parent.parent
        configuration.insist_on_parts(converter)  # which the exporter has seen to, if it is ours
        assignment = load(Path(converter.coursedir.root), names["assignment"])
        settings = Settings.of(self.config, assignment)
        logging.getLogger("autograder").parent = self.log  # traces of our own defects are shown with --debug
        record = load_from(nb.metadata) or Record()
        if record.status.has_marks:
            engine = Engines.of(converter, assignment, settings)
            language = engine.assignment.tongue
            graded = engine.grade(nb, names["notebook"], self._files(record, assignment, names["student"], resources))
            bonus = released_bonuses(converter.coursedir, names)
            for cell in nb.cells:
                if assignment.exercise_of(cell) in graded.judgements:
                    extra = bonus.get(grade_id(cell), 0.0)
                    write_marks(cell, assignment.exercise_of(cell), graded, settings.advice, language, extra)
            record = recorded(record, graded, told(graded, settings.advice), language)
            if graded.judgements and engine.seed != settings.seed:
                record = replace(record, seed=engine.seed)
        release = converter.coursedir.format_path(converter.coursedir.release_directory, ".", assignment.name)
        version = fingerprint.of_assignment(Path(release), assignment, settings.seed)
        store(replace(record, assignment=version), nb.metadata)
        if record.telling:  # one line in the log for a student who needs attention
            said = " ".join(record.telling)
            self.log.warning("%s, %s: %s. %s", names["student"], names["notebook"], record.status, said)
        return nb, resources

    def _files(self, record: Record, assignment: Assignment, student: str, resources: Mapping[str, Any]) -> Files:
        """What the notebook's code finds in its folder."""
        coursedir = self.parent.parent.coursedir
        folder = Path(coursedir.format_path(coursedir.submitted_directory, student, assignment.name))
        digest = record.submission or fingerprint.of_submission(folder)
        return submission(self.parent.parent, assignment, student, digest).files(Path(resources["metadata"]["path"]))


class AwaitMarks(NbGraderPreprocessor):
    """Leaves all marks of a notebook to a person until they are saved: a run that fails leaves no zero behind."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Take back the notebook's automatic marks, those of an earlier run too; manual ones stay."""
        names = resources["nbgrader"]
        with open_gradebook(names["db_url"]) as gradebook:
            await_marks(gradebook, names["notebook"], names["assignment"], names["student"])
        return nb, resources


class SaveMarks(SaveAutoGrades):
    """Saves the marks; what could not be graded waits for a person and is never saved as a zero."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Save the marks of one notebook."""
        record = load_from(nb.metadata)
        if record is None or not record.status.has_marks:
            return nb, resources
        names = resources["nbgrader"]
        self.notebook_id, self.assignment_id, self.student_id = names["notebook"], names["assignment"], names["student"]
        self._assignment, self._record = load(Path(self.parent.parent.coursedir.root), self.assignment_id), record
        self._bonus = released_bonuses(self.parent.parent.coursedir, names)
        with open_gradebook(names["db_url"]) as gradebook:
            self.gradebook = SubmittedRows(gradebook, self.notebook_id, self.assignment_id, self.student_id)
            for index, cell in enumerate(nb.cells):
                self.preprocess_cell(cell, resources, index)
            self.gradebook.save()
            gradebook.db.commit()  # before the notebook is written: the batch command takes its record for saved marks
            still = [marks.sentence for marks in map(of_grade, self.gradebook.grades) if marks.held]
        if still:
            self.log.warning("%s, %s: %s %s", self.student_id, self.notebook_id, " ".join(still), LOOK)
        return nb, resources

    def _add_score(self, cell: NotebookNode, resources: dict[str, Any]) -> None:
        """Save the points that the record has for a cell; of what a person marks, what nbgrader makes of it."""
        earned = self._points(cell)
        if earned is None:
            super()._add_score(cell, resources)
            return
        grade = self.gradebook.find_grade(grade_id(cell), self.notebook_id, self.assignment_id, self.student_id)
        grade.auto_score, grade.needs_manual_grade = earned, grade.manual_score is not None

    def _points(self, cell: NotebookNode) -> float | None:
        """The cell's points by the record; None where a person marks it; raises KeyError for one that was not run."""
        kind, most = self._assignment.kind_of(cell), self._bonus.get(grade_id(cell)) or points_of(cell)
        if kind is Kind.EXERCISE:
            exercise = self._record.exercises[self._assignment.exercise_of(cell)]
            return round(exercise.fraction * most, 4)
        if kind is Kind.TEST:
            return points(self._record.tests[grade_id(cell)].fraction, most)
        return None


def write_marks(
    cell: NotebookNode,
    exercise: str,
    graded: Graded,
    detail: str = FULL,
    language: Language = ENGLISH,
    bonus: float = 0.0,
) -> None:
    """Show an exercise's verdicts in its cell, and its points as the result that nbgrader reads.

    Below the verdicts stands, for instructors, the change that would make the function right; the feedback page shows
    the first output only. bonus: the points that a bonus cell can earn. detail: how much of the advice is shown, one of
    DETAILS. language: of the student.
    """
    judgement = graded.judgements[exercise]
    most = bonus or points_of(cell)
    earned = judgement.points(most)
    text = verdicts_text(judgement, detail, language)
    table = {"text/html": verdicts_html(judgement, detail, language), "text/plain": text}
    worth = language.tell(counted(*WORTH, most, points=earned))
    result = {"text/html": f"<b>{worth}</b>", "text/plain": str(earned)}
    shown = {"output_type": "display_data", "data": table, "metadata": {}}
    value = {"output_type": "execute_result", "data": result, "metadata": {}, "execution_count": None}
    edits = [{**shown, "data": {"text/plain": f"{EDIT} {judgement.line.for_instructors}"}}] if judgement.line else []
    cell.outputs = [nbformat.from_dict(output) for output in (shown, *edits, value)]
