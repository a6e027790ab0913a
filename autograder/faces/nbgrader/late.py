"""What a late submission costs: `c.LatePolicy` in nbgrader_config.py, nothing unless the course says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.plugins import BasePlugin, LateSubmissionPlugin
from nbgrader.preprocessors import AssignLatePenalties
from traitlets import Type

from autograder.course import settings
from autograder.course.late import NAMES, LatePrice
from autograder.course.zone import zone_of
from autograder.intake.handing_in import handed_in
from autograder.record import Event, Note, load_from, store

from .gradebook import open_gradebook


class LatePolicy(LatePrice, LateSubmissionPlugin):
    """Takes a share of a notebook's most possible points for every started day after the due date and the grace.

    A share of the most possible, and not of those earned, so that points given by hand later do not change it.
    """

    def late_submission_penalty(self, student_id: str, score: float, total_seconds_late: float) -> float | None:
        """The points that one notebook loses, as nbgrader asks; None for no penalty.

        Where no price is set, nbgrader's own `c.LateSubmissionPlugin.penalty_method` decides.
        """
        if not self.per_day:
            decided: float | None = super().late_submission_penalty(student_id, score, total_seconds_late)
            return decided
        percent = self.percent(total_seconds_late)
        return self._most_possible(student_id) * percent / 100.0 if percent else None

    def _most_possible(self, student: str) -> float:
        """The points of the notebook that is being graded."""
        asking: Any = self.parent  # nbgrader's preprocessor, which has the gradebook open
        notebook = asking.gradebook.find_submission_notebook(asking.notebook_id, asking.assignment_id, student)
        return float(notebook.max_score)


class LatePenalties(AssignLatePenalties):
    """nbgrader's preprocessor, with our policy unless `c.AssignLatePenalties.plugin_class` names another one."""

    plugin_class = Type(LatePolicy, klass=BasePlugin, help="What says how much a late submission loses.").tag(
        config=True
    )

    def init_plugin(self) -> None:
        """Make our policy with what the course chooses for this assignment alone."""
        super().init_plugin()
        if isinstance(self.plugin_inst, LatePrice):
            own = settings.assignments(self.config).get(self.assignment_id, {})
            for name in own.keys() & set(NAMES):
                setattr(self.plugin_inst, name, own[name])

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Save what one notebook loses; a time that is not believed costs nothing, and the record says why."""
        names, coursedir = resources["nbgrader"], self.parent.parent.coursedir
        folder = coursedir.format_path(coursedir.submitted_directory, names["student"], names["assignment"])
        with open_gradebook(names["db_url"]) as gradebook:
            submission = gradebook.find_submission(names["assignment"], names["student"])
            found = handed_in(Path(folder), zone_of(self.config), submission.duedate)
            if found.doubt and found.time is None and submission.timestamp is not None:
                submission.timestamp = None  # one of an earlier grading
                gradebook.db.commit()
        record = load_from(nb.metadata)
        if found.doubt and record:
            store(record.noted([Note(Event.TIME, found.doubt)]), nb.metadata)
            self.log.warning("%s, %s: %s", names["student"], names["notebook"], found.doubt)
        return super().preprocess(nb, resources)  # type: ignore[no-any-return]
