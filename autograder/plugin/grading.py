"""The preprocessors that stand in for nbgrader's Execute and SaveAutoGrades."""

from __future__ import annotations

import weakref
from pathlib import Path
from weakref import WeakKeyDictionary

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor, SaveAutoGrades
from traitlets import Float, Integer

from ..course import exercise_of
from ..grade import SEED, Engine, Graded
from ..report import record, verdicts_html, verdicts_text
from ..sandbox.runner import Limits
from .intake import STATUS, UNREADABLE


class GradeSubmission(NbGraderPreprocessor):
    """Runs the submission in the sandbox and writes each exercise's verdicts and points into its cell."""

    seed = Integer(SEED, help="Draws the hidden inputs. Any number gives the same marks.").tag(config=True)
    cell_limit = Float(Limits.cell, help="Seconds that one cell may take.").tag(config=True)
    call_limit = Float(Limits.call, help="Seconds that one call of a student's function may take.").tag(config=True)
    exercise_limit = Float(Limits.exercise, help="Seconds for all calls of one exercise.").tag(config=True)
    submission_limit = Float(Limits.submission, help="Seconds for a whole submission.").tag(config=True)
    _engines: WeakKeyDictionary = WeakKeyDictionary()

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """Grade one notebook; its outputs are replaced by those of this run."""
        status, names = nb.metadata.get(STATUS, {}), resources["nbgrader"]
        if status.get("status") != UNREADABLE:
            graded = self._engine().grade(nb, names["notebook"], Path(resources["metadata"]["path"]))
            for cell in nb.cells:
                if exercise_of(cell) in graded.judgements:
                    write_marks(cell, graded)
            nb.metadata[STATUS] = status = record(status, graded)
        if notes := status.get("notes"):  # one line in the log for a student who needs attention
            self.log.warning("%s, %s: %s. %s", names["student"], names["notebook"], status["status"], " ".join(notes))
        return nb, resources

    def _engine(self) -> Engine:
        """The converter's engine, kept while the converter lives: nbgrader makes preprocessors anew for each file."""
        converter = self.parent.parent
        if converter not in self._engines:
            limits = Limits(self.cell_limit, self.call_limit, self.exercise_limit, self.submission_limit)
            engine = Engine(seed=self.seed, limits=limits)
            self._engines[converter] = engine
            weakref.finalize(converter, engine.close)
        return self._engines[converter]


class AwaitMarks(NbGraderPreprocessor):
    """Puts all marks of a notebook before a human until they are saved: a run that fails leaves no zero behind."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """Take back the notebook's automatic marks, those of an earlier run too; manual ones stay."""
        names = resources["nbgrader"]
        with Gradebook(names["db_url"]) as gradebook:
            graded = gradebook.find_submission_notebook(names["notebook"], names["assignment"], names["student"])
            for grade in graded.grades:
                grade.auto_score, grade.needs_manual_grade = None, True
            gradebook.db.commit()
        return nb, resources


class SaveMarks(SaveAutoGrades):
    """Saves the marks; what could not be graded stays before a human and is never saved as a zero."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """Save the marks of one notebook."""
        if nb.metadata.get(STATUS, {}).get("status") == UNREADABLE:
            return nb, resources
        return super().preprocess(nb, resources)


def write_marks(cell: NotebookNode, graded: Graded) -> None:
    """Show the exercise's verdicts in its cell, and its points as the result that nbgrader reads."""
    judgement = graded.judgements[exercise_of(cell)]
    most = float(cell.metadata.nbgrader["points"])
    points = judgement.points(most)
    table = {"text/html": verdicts_html(judgement), "text/plain": verdicts_text(judgement)}
    result = {"text/html": f"<b>{points:g} of {most:g} points</b>", "text/plain": str(points)}
    cell.outputs = [
        nbformat.v4.new_output("display_data", data=table),
        nbformat.v4.new_output("execute_result", data=result, execution_count=None),
    ]
