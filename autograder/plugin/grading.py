"""The preprocessors that stand in for nbgrader's Execute and SaveAutoGrades."""

from __future__ import annotations

import weakref
from pathlib import Path
from weakref import WeakKeyDictionary

import nbformat
from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor, SaveAutoGrades
from traitlets import Bool, Enum, Float, Integer

from .. import fingerprint
from ..course import Course, exercise_of
from ..diagnosis import DETAILS, FULL
from ..grade import SEED, Engine, Graded
from ..report import record, verdicts_html, verdicts_text
from ..sandbox.runner import Limits
from .gradebook import SubmittedRows, open_gradebook
from .intake import STATUS, UNREADABLE
from .sandbox import Sandbox


class GradeSubmission(NbGraderPreprocessor):
    """Runs the submission in the sandbox and writes each exercise's verdicts and points into its cell."""

    seed = Integer(SEED, help="Draws the hidden inputs. Any number gives the same marks.").tag(config=True)
    cell_limit = Float(Limits.cell, help="Seconds that one cell may take.").tag(config=True)
    call_limit = Float(Limits.call, help="Seconds that one call of a student's function may take.").tag(config=True)
    exercise_limit = Float(Limits.exercise, help="Seconds for all calls of one exercise.").tag(config=True)
    submission_limit = Float(Limits.submission, help="Seconds for a whole submission.").tag(config=True)
    run_demos = Bool(False, help="Run also the cells that no mark depends on: data, plots, visible checks.").tag(
        config=True
    )
    advice = Enum(
        DETAILS,
        FULL,
        help="How much students see of a mistake that was recognised: its name, a hint without the how, or all.",
    ).tag(config=True)
    _engines: WeakKeyDictionary = WeakKeyDictionary()

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """Grade one notebook; its outputs are replaced by those of this run."""
        status, names = nb.metadata.get(STATUS, {}), resources["nbgrader"]
        if status.get("status") != UNREADABLE:
            graded = self._engine().grade(nb, names["notebook"], Path(resources["metadata"]["path"]))
            for cell in nb.cells:
                if exercise_of(cell) in graded.judgements:
                    write_marks(cell, graded, self.advice)
            status = record(status, graded, self.advice)
        nb.metadata[STATUS] = {**status, fingerprint.ASSIGNMENT: self._assignment(names["assignment"])}
        if notes := status.get("notes"):  # one line in the log for a student who needs attention
            self.log.warning("%s, %s: %s. %s", names["student"], names["notebook"], status["status"], " ".join(notes))
        return nb, resources

    @property
    def limits(self) -> Limits:
        """The limits of time, as configured."""
        return Limits(self.cell_limit, self.call_limit, self.exercise_limit, self.submission_limit)

    def _assignment(self, name: str) -> str:
        coursedir = self.parent.parent.coursedir
        release = coursedir.format_path(coursedir.release_directory, ".", name)
        return fingerprint.of_assignment(Path(release), Course(), self.seed)

    def _engine(self) -> Engine:
        """The converter's engine, kept while the converter lives: nbgrader makes preprocessors anew for each file."""
        converter = self.parent.parent
        if converter not in self._engines:
            sandbox = Sandbox(config=self.config)
            engine = Engine(
                seed=self.seed,
                limits=self.limits,
                minimum=sandbox.minimum,
                memory=sandbox.memory << 20,
                run_demos=self.run_demos,
            )
            self._engines[converter] = engine
            weakref.finalize(converter, engine.close)
        return self._engines[converter]


class AwaitMarks(NbGraderPreprocessor):
    """Puts all marks of a notebook before a human until they are saved: a run that fails leaves no zero behind."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """Take back the notebook's automatic marks, those of an earlier run too; manual ones stay."""
        names = resources["nbgrader"]
        with open_gradebook(names["db_url"]) as gradebook:
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
        names = resources["nbgrader"]
        self.notebook_id, self.assignment_id, self.student_id = names["notebook"], names["assignment"], names["student"]
        with open_gradebook(names["db_url"]) as gradebook:
            self.gradebook = SubmittedRows(gradebook, self.notebook_id, self.assignment_id, self.student_id)
            for index, cell in enumerate(nb.cells):
                self.preprocess_cell(cell, resources, index)
            gradebook.db.commit()  # before the notebook is written: the batch command takes its record for saved marks
        return nb, resources


def write_marks(cell: NotebookNode, graded: Graded, detail: str = FULL) -> None:
    """Show the exercise's verdicts in its cell, and its points as the result that nbgrader reads.

    detail: how much of the advice is shown, one of DETAILS.
    """
    judgement = graded.judgements[exercise_of(cell)]
    most = float(cell.metadata.nbgrader["points"])
    points = judgement.points(most)
    table = {"text/html": verdicts_html(judgement, detail), "text/plain": verdicts_text(judgement, detail)}
    result = {"text/html": f"<b>{points:g} of {most:g} points</b>", "text/plain": str(points)}
    shown = {"output_type": "display_data", "data": table, "metadata": {}}
    earned = {"output_type": "execute_result", "data": result, "metadata": {}, "execution_count": None}
    cell.outputs = [nbformat.from_dict(shown), nbformat.from_dict(earned)]
