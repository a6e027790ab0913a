"""What nbgrader needs in a process that uses our parts, beyond what its configuration can say."""

from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path

from nbconvert.exporters import html
from nbgrader.apps import NbGrader
from nbgrader.converters import Autograde, BaseConverter, GenerateAssignment, NbGraderException
from sqlalchemy.exc import SAWarning, SQLAlchemyError

from autograder.assignment import load
from autograder.course import configuration
from autograder.course.gradebook import sentence
from autograder.errors import ConfigurationError, UserError, of_machine
from autograder.rendering.parsed import Page
from autograder.supported import read_names_as_utf8
from autograder.terminal import keep_safe, never_fail, one_line

from .collect import collect_with_care
from .finding import take_names_for_names
from .gradebook import keep_gradebooks
from .laying_out import as_nbgrader, lay_out
from .reader import SubmissionReader
from .side_by_side import convert_side_by_side
from .times import read_due_dates, read_times


def prepare() -> None:
    """Make nbgrader find its helper and all submissions, grade by our parts or not at all, keep quiet about what means
    nothing, and open its gradebook once.
    """
    _find_alembic()
    _talk_plainly()
    take_names_for_names()
    read_times()
    collect_with_care()
    _grade_no_other_way()
    _convert_once()
    _parse_once()
    _quiet_gradebook()
    keep_gradebooks()


def _find_alembic() -> None:
    """nbgrader calls the alembic command; find it also where the environment was not activated."""
    scripts = str(Path(sys.executable).parent)
    if scripts not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([scripts, os.environ.get("PATH", os.defpath)])


def _talk_plainly() -> None:
    """Have nbgrader's commands and converters log no character that could steer a terminal: names are students' words.

    And have a gradebook that cannot be used, or a full disk, end a command with a sentence. The converters' log is for
    Formgrader, which has no command.
    """
    start_command, start_converter = NbGrader.start, BaseConverter.start

    def command(app: NbGrader) -> None:
        read_names_as_utf8()  # type: ignore[no-untyped-call]
        never_fail()
        keep_safe(app.log)
        read_due_dates(app.config)
        try:
            start_command(app)  # of `nbgrader` itself: and with it the whole of the command that was named
        except UserError as problem:
            sys.exit(f"error: {one_line(str(problem))}")
        except SQLAlchemyError as problem:
            sys.exit(f"error: {one_line(sentence(problem, app.coursedir.db_url))}")
        except OSError as problem:
            if not (said := of_machine(problem)):
                raise
            sys.exit(f"error: {one_line(said)}")

    def converter(converter: BaseConverter) -> None:
        keep_safe(converter.log)
        if isinstance(converter, GenerateAssignment):
            _insist_on_data(converter)
        start_converter(converter)

    NbGrader.start, BaseConverter.start = command, converter


def _insist_on_data(converter: GenerateAssignment) -> None:
    """Have a release without its data set not be begun: nbgrader would remove the one that is there."""
    coursedir = converter.coursedir
    if not configuration.is_ours(coursedir, converter.config):
        return
    try:
        load(Path(coursedir.root), coursedir.assignment_id).insist_on_data()
    except UserError as problem:
        converter.log.error("%s", problem)
        raise NbGraderException(str(problem)) from None


def _grade_no_other_way() -> None:
    """Have nbgrader's converter refuse a course of ours where something named other parts than ours.

    The exporter and the preprocessors look by themselves, but a command line may replace all of them. There is no
    setting for this, so the method is replaced. A course that has nothing of ours is nbgrader's own.
    """
    start = Autograde.start

    def start_plugged_in(converter: Autograde) -> None:
        if configuration.is_ours(converter.coursedir, converter.config):
            try:
                configuration.insist_on_parts(converter)
            except ConfigurationError as problem:
                converter.log.error("%s", problem)
                raise NbGraderException(str(problem)) from None
        start(converter)

    Autograde.start = start_plugged_in


def _convert_once() -> None:
    """Have nbgrader's converter lay out a submission at less cost, leave both of its steps to our exporter, and grade
    several submissions at a time.

    There is no setting for this, so the three methods are replaced for converters that have our exporter.
    """
    convert, convert_all = Autograde.convert_single_notebook, Autograde.convert_notebooks

    def init_at_less_cost(converter: Autograde, assignment: str, student: str) -> None:
        ours = isinstance(converter.exporter, SubmissionReader)
        (lay_out if ours else as_nbgrader)(converter, assignment, student)

    def convert_both_steps(converter: Autograde, path: str) -> None:
        if isinstance(converter.exporter, SubmissionReader):
            BaseConverter.convert_single_notebook(converter, path)
        else:
            convert(converter, path)

    def convert_all_side_by_side(converter: Autograde) -> None:
        if isinstance(converter.exporter, SubmissionReader):
            convert_side_by_side(converter, convert_all)
        else:
            convert_all(converter)

    Autograde.init_assignment, Autograde.convert_single_notebook = init_at_less_cost, convert_both_steps
    Autograde.convert_notebooks = convert_all_side_by_side


def _parse_once() -> None:
    """Have nbconvert build no tree of a page that comes out of it as it went in.

    There is no setting for this, so the name that its exporter of HTML calls is replaced; older ones have none.
    """
    if hasattr(html, "BeautifulSoup"):
        html.BeautifulSoup = Page


def _quiet_gradebook() -> None:
    """nbgrader's gradebook sets off this warning of SQLAlchemy at each new submission; it means nothing to anyone."""
    warnings.filterwarnings("ignore", message="Object of type <Submitted", category=SAWarning)
