"""nbgrader's exchange for one student at a time, by the classes that the course's configuration names."""

from __future__ import annotations

import glob
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from nbgrader.apps import NbGrader
from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange import ExchangeError, ExchangeFactory
from nbgrader.exchange.default.collect import ExchangeCollect

from autograder.errors import UserError, of_machine

SECRET_FILES = ("timestamp.txt", "submission_secret.txt")  # by which a student's pages find their way
SHORT = 4096  # bytes of such a file


class Exchange:
    """The exchange of a course, as far as one assignment goes."""

    def __init__(self, app: NbGrader, coursedir: CourseDirectory) -> None:
        self._app, self._course = app, coursedir
        self._factory = ExchangeFactory(parent=app)

    def inbound(self) -> str:
        """The folder that students' submissions arrive in; "" where the course has no exchange that is a folder."""
        if not issubclass(self._factory.collect, ExchangeCollect) or not self._course.course_id:
            return ""
        inbound = Path(self._made(self._factory.collect, self._course).root, self._course.course_id, "inbound")
        chosen = "root" in self._app.config.get("Exchange", {})  # it may only be away just now
        return str(inbound) if chosen or inbound.is_dir() else ""

    def collect(self, student: str) -> None:
        """Bring in a student's newest submission, as `nbgrader collect --update` does; raises UserError or OSError."""
        collecting = self._made(_of_one(self._factory.collect, student), self._course)
        collecting.update = True
        whole = self._course.student_id
        self._course.student_id = glob.escape(student) if student == student.strip() else "*"
        try:
            collecting.start()
        except ExchangeError as problem:
            raise UserError(f"the exchange cannot be read: {problem}") from None
        finally:
            self._course.student_id = whole

    def release(self, student: str, fill: Callable[[Path], None]) -> None:
        """Give pages back to one student, as `nbgrader release_feedback` does; raises UserError or OSError.

        fill: puts the pages, and the files that say where they go, into a folder.
        """
        with TemporaryDirectory(prefix="pages-") as root:
            name = self._course.assignment_id
            alone = CourseDirectory(
                root=root, course_id=self._course.course_id, assignment_id=name, groupshared=self._course.groupshared
            )
            folder = Path(alone.format_path(alone.feedback_directory, student, name))
            folder.mkdir(parents=True)
            fill(folder)
            try:
                self._made(self._factory.release_feedback, alone).start()
            except ExchangeError as problem:
                raise UserError(f"the exchange cannot be written: {problem}") from None

    def _made(self, step: type[Any], coursedir: CourseDirectory) -> Any:
        return step(coursedir=coursedir, authenticator=Authenticator(parent=self._app), parent=self._app)


def pages_of(feedback: Path) -> Callable[[Path], None]:
    """Fills a folder with a student's feedback pages."""

    def fill(folder: Path) -> None:
        for path in [*feedback.glob("*.html"), *(feedback / name for name in SECRET_FILES)]:
            if path.is_file():
                shutil.copy(path, folder)

    return fill


def note_for(submitted: Path, pages: dict[str, str]) -> Callable[[Path], None]:
    """Fills a folder with pages, by notebook, that go to whoever handed in what lies in `submitted`."""

    def fill(folder: Path) -> None:
        for name in SECRET_FILES:
            (folder / name).write_bytes(_short(submitted / name))
        for notebook, page in pages.items():
            (folder / f"{notebook}.html").write_text(page, encoding="utf-8")

    return fill


def came_through(submitted: Path) -> bool:
    """Whether a submission was handed in through the exchange, so that pages can go back there."""
    try:
        return all(_short(submitted / name).decode() for name in SECRET_FILES)
    except (OSError, UnicodeDecodeError):
        return False


def sentence(problem: BaseException) -> str:
    """What is wrong with the exchange or the disk, in a sentence for the instructor."""
    said = of_machine(problem) if isinstance(problem, OSError) else ""
    return said or str(problem).partition("\n")[0][:300] or type(problem).__name__


def _short(path: Path) -> bytes:
    """What stands in a small file of the student's own; no link is followed."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with open(handle, "rb") as file:
        return file.read(SHORT)


def _of_one(step: type[ExchangeCollect], student: str) -> type[ExchangeCollect]:
    """The step for one student alone: a pattern for a name may match others' that contain a plus sign."""

    class CollectOne(step):
        def init_src(self) -> None:
            super().init_src()
            found: list[dict[str, Any]] = vars(self)["src_records"]
            self.src_records = [each for each in found if each["username"] == student]

    return CollectOne
