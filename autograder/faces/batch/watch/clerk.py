"""What a worker does of what came in: bring it in, grade it by inputs of its own, and give the pages back."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from pathlib import Path

from nbgrader.converters import GenerateFeedback, NbGraderException

from autograder.course.engines import Engines
from autograder.course.fingerprint import of_submission
from autograder.course.folders import notebooks_in
from autograder.course.gradebook import opened
from autograder.course.marks import read_records, score
from autograder.course.reading import files
from autograder.errors import UserError
from autograder.intake.safe import safe_name
from autograder.record import Event, Record, worst
from autograder.rendering.feedback import deferred_page
from autograder.sandbox.levels import least_or_better

from ..grader import Grader, passing
from ..messages import GradedSubmission
from ..survey import expected, patience
from .exchange import Exchange, came_through, note_for, pages_of, sentence
from .messages import Attended, Place, Received

MARK = "STUDENT"  # stands for a student's name, to find out where it stands in a path
BITS = 52  # of a drawn seed: exact in JSON, wherever it is read
BY_HAND = "It did not come through the exchange: send the pages in {folder}."


class FeedbackOne(GenerateFeedback):
    """nbgrader's converter for one student's pages, whatever the student's folder is called."""

    student = ""

    def init_notebooks(self) -> None:
        """Find the graded notebooks."""
        folder = self._format_source(self.coursedir.assignment_id, self.student)
        self.assignments: dict[str, list[str]] = {folder: notebooks_in(folder)}
        self.notebooks: list[str] = []


class Clerk(Grader):
    """A grader for submissions that come in one by one, each judged by hidden inputs of its own."""

    pauses = (0, 1)  # whoever watches tries again by itself, and says meanwhile what is wrong
    lock_patience = 10

    def __init__(self, root: Path, assignment: str) -> None:
        super().__init__(root, assignment)
        self._exchange = Exchange(self._app, self._course)
        self._feedback = FeedbackOne(coursedir=self._course, parent=self._app, force=True)

    def place(self) -> Place:
        """Where to look, and by which rules; raises UserError where nothing can be graded."""
        course, assignment, settings = self._course, self._assignment, self._settings
        names = expected(course, assignment.name)
        before, found, after = course.format_path(course.submitted_directory, MARK, assignment.name).partition(MARK)
        if not found or not before.endswith("/") or after[:1] not in ("", "/"):
            raise UserError("watch needs a folder for each student: see c.CourseDirectory.directory_structure")
        release = Path(course.format_path(course.release_directory, ".", assignment.name))
        folders = [assignment.source, assignment.declared_in, assignment.solutions]
        decides = [
            *files(Path(course.root), self._app),
            *(release / f"{name}.ipynb" for name in sorted(names)),
            *folders,
        ]
        self.sandbox()
        return Place(
            assignment.name,
            self._exchange.inbound(),
            before,
            after,
            tuple(course.student_id_exclude.split(",")),
            tuple(map(str, decides)),
            str(self._app.config.get("Exchange", {}).get("timezone", "UTC")),
            settings.gradings_per_day,
            patience(settings.submission_limit, len(names)),
            least_or_better(settings.minimum).describe(),
        )

    def receive(self, student: str, collect: bool) -> Received:
        """Bring a submission in, if it is in the exchange, and look whether it has been graded as it is now."""
        self._log.clear()
        try:
            if collect:
                self._exchange.collect(student)
            records = self._records(student)
            if refused := self._said("ERROR"):
                return Received(problem=refused[0])
            folder = self._folder(self._course.submitted_directory, student)
            digest = of_submission(folder) if folder.is_dir() else ""
        except (UserError, OSError) as problem:
            return Received(problem=sentence(problem), passing=True)
        except Exception as problem:  # nbgrader's, for a submission that is too large among others
            soon = passing(problem)
            return Received(problem=self._reason(student, problem) if soon else sentence(problem), passing=soon)
        done = bool(records) and all(record.submission == digest for record in records.values())
        return Received(
            digest, worst(record.status for record in records.values()) if done else None, self._said("WARNING")
        )

    def attend(self, student: str, digest: str, secret: bytes, number: int, release: bool) -> Attended:
        """Grade a submission, unless that has been done, and give its pages back.

        digest: of the submission. secret, number: with which the hidden inputs are drawn, once for each submission.
        """
        records = self._records(student)
        if records and all(record.submission == digest for record in records.values()):
            graded = self._outcome(student, records)
        else:
            seed = drawn(secret, self._settings.seed, student, number)
            Engines.of(self._converter, self._assignment, self._settings).draw(seed)
            graded = self.grade(student)
        if not self._records(student):
            return Attended(graded)
        try:
            points, most = self._points(student)
            said = self._give_back(student) if release else ""
        except (UserError, OSError, NbGraderException) as problem:
            return Attended(graded, problem=sentence(problem), passing=True)
        except Exception as problem:
            reason = f"its pages could not be made: {self._reason(student, problem)}"
            return Attended(graded, problem=reason, passing=passing(problem))
        if said:
            graded = replace(graded, lines=(*graded.lines, f"{student}: {said}"))
        return Attended(graded, points if graded.status.has_marks else None, most)

    def defer(self, student: str, limit: int, until: str) -> str:
        """Give back a page that says why the submission is not graded yet; returns why it could not be done.

        until: when that will be, with its zone.
        """
        folder = self._folder(self._course.submitted_directory, student)
        if not came_through(folder):
            return ""
        told = self._assignment.told_in(self._settings.language)
        pages = {path.stem: deferred_page(told.tongue, path.stem, limit, until) for path in told.notebooks}
        try:
            self._exchange.release(student, note_for(folder, pages))
        except (UserError, OSError) as problem:
            return sentence(problem)
        return ""

    def _said(self, level: str) -> tuple[str, ...]:
        """What nbgrader's steps have logged at this level, each thing on a line."""
        found = [line.removeprefix(f"{level} ") for line in self._log.lines if line.startswith(f"{level} ")]
        return tuple(" ".join(line.split()) for line in found)

    def _give_back(self, student: str) -> str:
        """Make a student's pages and release them; returns what the instructor should know."""
        self._feedback.student = student
        self._feedback.start()
        folder = self._folder(self._course.feedback_directory, student)
        if not came_through(folder):
            return BY_HAND.format(folder=safe_name(str(folder), 300))
        self._exchange.release(student, pages_of(folder))
        return ""

    def _records(self, student: str) -> dict[str, Record]:
        """The records of a graded submission; none where one is missing."""
        found = read_records(self._folder(self._course.autograded_directory, student))
        return found if {path.stem for path in self._assignment.notebooks} <= found.keys() else {}

    def _outcome(self, student: str, records: dict[str, Record]) -> GradedSubmission:
        """What came of an earlier grading."""
        carried = any(Event.CARRIED in record.events for record in records.values())
        seconds = sum(record.seconds for record in records.values())
        return GradedSubmission(student, worst(each.status for each in records.values()), (), seconds, "", carried)

    def _points(self, student: str) -> tuple[float, float]:
        """The points that a student has, and the most possible."""
        with opened(self._course.db_url, self._course.course_id) as gradebook:
            submission = gradebook.find_submission(self._assignment.name, student)
            return score(submission)[0], float(submission.max_score)


def drawn(secret: bytes, seed: int, student: str, number: int) -> int:
    """The seed of the hidden inputs of one grading, which nobody can tell who does not have the secret.

    seed: the course's. number: how many of the student's submissions were graded before.
    """
    digest = hmac.digest(secret, repr((seed, student, number)).encode(errors="surrogateescape"), hashlib.sha256)
    return 1 + int.from_bytes(digest, "big") % (1 << BITS)
