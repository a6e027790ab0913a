"""One worker's grader: nbgrader's Autograde converter, configured by the course folder, kept for many students."""

from __future__ import annotations

import gc
import logging
import os
import platform
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from nbgrader.apps.autogradeapp import AutogradeApp
from nbgrader.converters import Autograde, NbGraderException
from sqlalchemy import make_url

from autograder.assignment import load
from autograder.course import configuration
from autograder.course.engines import Engines
from autograder.course.fingerprint import of_assignment, of_program
from autograder.course.gradebook import LOCK_PATIENCE, is_full, is_locked, may_pass, patient
from autograder.course.marks import NO_NOTEBOOK, read_records
from autograder.course.settings import Settings
from autograder.errors import AutograderError, ConfigurationError, of_machine
from autograder.intake.names import ODD_NAME, is_text
from autograder.intake.tree import holds_notebooks
from autograder.record import Event, Record, worst
from autograder.sandbox.levels import least_or_better

from .messages import LOG_NAME, GradedSubmission, Identity, Points, Survey, not_graded
from .survey import expected, held, points, survey

PAUSES = (0, 1, 10, 60)  # seconds before each try, where the gradebook cannot be reached
BOOT = Path("/proc/sys/kernel/random/boot_id")  # one for all containers of a machine, which share its file locks
LOG_LIMIT = 1 << 16  # characters of one submission's log


class Captured(logging.Handler):
    """Keeps log lines, and the exception that was being handled when one was written."""

    def __init__(self) -> None:
        super().__init__()
        self.clear()

    def clear(self) -> None:
        """Begin anew."""
        self.lines: list[str] = []
        self.failure: BaseException | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one line."""
        self.failure = sys.exc_info()[1] or self.failure
        self.lines.append(self.format(record))


class AutogradeOne(Autograde):
    """nbgrader's converter for one submission, whatever its folder is called: nothing is taken for a pattern."""

    student, _is_ready = "", False

    def start(self) -> None:
        """Grade the submission. The exporter is made for the first one only, and with it what it looks at once."""
        if not self._is_ready:
            super().start()
            self._is_ready = True
            return
        self.init_notebooks()
        self.exporter.look_at_submissions()
        self.convert_notebooks()

    def init_notebooks(self) -> None:
        """Find the submission; raises NbGraderException where nothing in it can hold a notebook."""
        folder = self._format_source(self.coursedir.assignment_id, self.student)
        if not holds_notebooks(Path(folder)):
            raise NbGraderException(NO_NOTEBOOK)
        self.assignments: dict[str, list[str]] = {folder: []}  # our reader asks for the assignment's own
        self.notebooks: list[str] = []


class Grader:
    """Grades the submissions of `assignment` in the course folder `root`, one after another, in this process.

    Makes `root` the current folder. Raises UserError where its configuration has an error, or does not plug the grader
    in, or the assignment cannot be graded.
    """

    pauses: tuple[float, ...] = PAUSES
    lock_patience = LOCK_PATIENCE

    def __init__(self, root: Path, assignment: str) -> None:
        os.chdir(root)
        self._log = Captured()
        self._log.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
        configuration.insist_on_files(root)
        app = AutogradeApp()
        try:
            app.initialize([assignment, f"--course-dir={root}"])
        except SystemExit:  # it has printed why
            raise ConfigurationError(f"nbgrader cannot be set up in {root}; {LOG_NAME} there says why") from None
        configuration.insist(app.coursedir, app.config)
        app.log.handlers, app.log.propagate = [self._log], False
        ours = logging.getLogger("autograder")  # traces of our own defects, which nobody reads on a screen
        ours.handlers, ours.propagate = [self._log], False
        ours.setLevel(logging.DEBUG)
        self._course, self._assignment = app.coursedir, load(root, assignment)
        self._assignment.reference()  # where there is none, nobody can be graded
        self._app = app
        self._course.assignment_id = assignment
        self._course.db_url = patient(self._course.db_url, self.lock_patience)
        self._converter = AutogradeOne(coursedir=self._course, parent=app, force=True)
        configuration.insist_on_parts(self._converter)
        self._settings = Settings.of(app.config, self._assignment)

    def close(self) -> None:
        """End the sandbox's processes, which live as long as the converter."""
        del self._converter
        gc.collect()

    def survey(self, names: list[str], force: bool) -> Survey:
        """What is there and what is to be graded; raises UserError where nothing can be."""
        seconds = self._settings.submission_limit
        found = survey(self._course, self._assignment.name, self._version(), seconds, names, force)
        if found.todo and (self._settings.modules or self._settings.folders):
            self.sandbox()  # one that cannot be opened is said once, and not for each submission
        return replace(found, sandbox=least_or_better(self._settings.minimum).describe())

    def identity(self) -> Identity:
        """What must be the same wherever the class is graded; raises UserError where the gradebook is not ready."""
        expected(self._course, self._assignment.name)
        url = make_url(self._course.db_url)
        machine = BOOT.read_text(encoding="utf-8") if BOOT.exists() else platform.node()
        shown, in_a_file = url.render_as_string(hide_password=True), url.get_backend_name() == "sqlite"
        return Identity(of_program(self._assignment), self._version(), shown, in_a_file, machine)

    def sandbox(self) -> str:
        """Start the sandbox; returns its level. Raises UserError where the settings do not let it start."""
        return Engines.of(self._converter, self._assignment, self._settings).level

    def points(self, students: set[str]) -> Points | None:
        """The points of these students; None where there are none."""
        return points(self._course, self._assignment.name, students)

    def grade(self, student: str) -> GradedSubmission:
        """Grade one submission, whether it was graded before or not; never raises for what is in it."""
        start = time.monotonic()
        self._log.clear()
        self._converter.student = student
        failure = self._convert()
        seconds, log = time.monotonic() - start, "\n".join(self._log.lines)[-LOG_LIMIT:]
        self._log.clear()  # a kept exception would keep all that it passed through, the sandbox too
        records = read_records(self._folder(self._course.autograded_directory, student))
        if failure or not records:
            return not_graded(student, self._reason(student, failure), seconds, log, passing(failure))
        status = worst(record.status for record in records.values())
        carried = any(Event.CARRIED in record.events for record in records.values())
        return GradedSubmission(student, status, tuple(_lines(student, records)), seconds, log, carried)

    def held(self, students: set[str]) -> list[str]:
        """A line for each cell of the students whose points by hand are older than its last grading."""
        return held(self._course, self._assignment.name, students)

    def _convert(self) -> BaseException | None:
        """Run nbgrader's converter on the chosen student; returns what stopped it."""
        for pause in self.pauses:
            time.sleep(pause)
            failure = None
            try:
                self._converter.start()
            except Exception as problem:
                failure = self._log.failure or problem
            if not may_pass(failure):
                break
        return failure

    def _reason(self, student: str, failure: BaseException | None) -> str:
        """Why a submission has no marks, in a sentence for the instructor."""
        if isinstance(failure, (AutograderError, NbGraderException)) and is_text(student):
            return str(failure)
        if not is_text(student):
            return ODD_NAME
        if is_full(failure):
            return "The disk is full: make room in the course folder, and run this command again."
        if is_locked(failure):
            return "The gradebook was locked all the time: end what else uses it, and run this command again."
        if may_pass(failure):
            return "The gradebook's server was out of reach all the time: see to it, and run this command again."
        said = f"{type(failure).__name__}: {failure}".partition("\n")[0][:200] if failure else "it left no result"
        return f"The grader failed ({said}); {LOG_NAME} in the course folder has the details."

    def _version(self) -> str:
        """The assignment's fingerprint."""
        release = self._course.format_path(self._course.release_directory, ".", self._assignment.name)
        return of_assignment(Path(release), self._assignment, self._settings.seed)

    def _folder(self, step: str, student: str) -> Path:
        return Path(self._course.format_path(step, student, self._assignment.name))


def _lines(student: str, records: dict[str, Record]) -> Iterator[str]:
    """What someone should know of a graded submission, in the words that the plug-in logs.

    Who has carried errors is named once, in the end.
    """
    for notebook, record in records.items():
        if record.telling:
            yield f"{student}, {notebook}: {record.status}. {' '.join(record.telling)}"


def passing(failure: BaseException | None) -> bool:
    """Whether what stopped a grading may be over soon, with nothing changed: a full disk, a gradebook out of reach."""
    return is_full(failure) or may_pass(failure) or (isinstance(failure, OSError) and bool(of_machine(failure)))
