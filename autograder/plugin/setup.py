"""Which of nbgrader's parts are replaced by ours."""

from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path

from nbgrader.converters import Autograde, GenerateAssignment, GenerateFeedback
from nbgrader.preprocessors import CheckCellMetadata, DeduplicateIds, Execute, GetGrades, SaveAutoGrades
from sqlalchemy.exc import SAWarning
from traitlets.config import Config

from .feedback import TEMPLATE, TEMPLATES, FeedbackExporter, FillFeedback
from .gradebook import keep_gradebooks
from .grading import AwaitMarks, GradeSubmission, SaveMarks
from .intake import SubmissionReader, expect_all_notebooks
from .late import LatePolicy
from .metadata import CheckMetadata
from .release import DropData, ShareData


def set_up(c: Config) -> None:
    """Set up nbgrader's converters so that releases carry the data and submissions are graded by the engine."""
    _find_alembic()
    _quiet_gradebook()
    keep_gradebooks()
    c.GenerateAssignment.force = True  # as Formgrader's button; else a clone's release keeps the gradebook empty
    c.GenerateAssignment.preprocessors = [*_default(GenerateAssignment, "preprocessors"), ShareData]
    feedback = _default(GenerateFeedback, "preprocessors")
    c.GenerateFeedback.preprocessors = [FillFeedback if pp is GetGrades else pp for pp in feedback]
    c.GenerateFeedback.exporter_class = FeedbackExporter
    c.FeedbackExporter.template_name = TEMPLATE
    c.FeedbackExporter.extra_template_basedirs = [str(TEMPLATES)]
    c.ExchangeFactory.release_feedback = "autograder.plugin.release_feedback.ReleaseFeedback"
    c.AssignLatePenalties.plugin_class = LatePolicy
    c.ExportApp.plugin_class = "autograder.export.MarksExport"
    c.Autograde.pre_convert_hook = expect_all_notebooks
    c.Autograde.exporter_class = SubmissionReader
    sanitize = [pp for pp in _default(Autograde, "sanitize_preprocessors") if pp is not DeduplicateIds]
    ours = {Execute: GradeSubmission, SaveAutoGrades: SaveMarks, CheckCellMetadata: CheckMetadata}
    c.Autograde.sanitize_preprocessors = [AwaitMarks, DropData, *(ours.get(pp, pp) for pp in sanitize)]
    c.Autograde.autograde_preprocessors = [ours.get(pp, pp) for pp in _default(Autograde, "autograde_preprocessors")]


def _default(converter: type, trait: str) -> list[type]:
    return list(getattr(converter, trait).default_args[0])


def _find_alembic() -> None:
    """nbgrader calls the alembic command; find it also where the environment was not activated."""
    scripts = str(Path(sys.executable).parent)
    if scripts not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([scripts, os.environ.get("PATH", os.defpath)])


def _quiet_gradebook() -> None:
    """nbgrader's gradebook sets off this warning of SQLAlchemy at each new submission; it means nothing to anyone."""
    warnings.filterwarnings("ignore", message="Object of type <Submitted", category=SAWarning)
