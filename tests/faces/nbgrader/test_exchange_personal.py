"""Numbers of students' own go through nbgrader's exchange: each student fetches what is meant for them."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

import pytest
from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange import ExchangeError
from traitlets.config import Config

from autograder.assignment import CASES, KIT, Assignment, load
from autograder.cli import main
from autograder.faces.nbgrader import configure, exchange_personal
from autograder.faces.nbgrader.exchange_personal import FetchAssignment, ReleaseAssignment
from tests.support.personal import COURSE, NAME, make_course, notebook_in

pytestmark = [
    pytest.mark.slow,  # a course is built
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),  # nbgrader leaves one open
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Assignment:
    assignment = make_course(tmp_path_factory.mktemp("personal") / "course")
    assert main(["personal", "--course", str(assignment.root), "--student", "ada", "bob"]) == 0
    return assignment


@pytest.fixture
def course(made: Assignment, tmp_path: Path) -> Assignment:
    shutil.copytree(made.root, tmp_path / "course")
    return load(tmp_path / "course", NAME)


def release(course: Assignment) -> ReleaseAssignment:
    config = Config({"Exchange": {"root": str(course.root / "exchange")}, "ExchangeReleaseAssignment": {"force": True}})
    coursedir = CourseDirectory(root=str(course.root), course_id=COURSE, assignment_id=NAME)
    step = ReleaseAssignment(coursedir=coursedir, config=config)
    step.log = logging.getLogger("release")
    return step


def fetch(course: Assignment, who: str, monkeypatch: pytest.MonkeyPatch, again: bool = False) -> Path:
    """What this student has fetched."""
    home = course.root.parent / "homes" / who
    home.mkdir(parents=True, exist_ok=True)
    monkeypatch.setattr(exchange_personal, "get_username", lambda: who)
    config = Config({"Exchange": {"root": str(course.root / "exchange"), "assignment_dir": str(home)}})
    coursedir = CourseDirectory(root=str(home), course_id=COURSE, assignment_id=NAME)
    step = FetchAssignment(coursedir=coursedir, config=config, authenticator=Authenticator(config=config))
    step.replace_missing_files = again
    step.log = logging.getLogger("fetch")
    step.start()
    return home / NAME


def test_each_student_fetches_their_own_and_everybody_else_the_usual_release(
    course: Assignment, monkeypatch: pytest.MonkeyPatch
):
    release(course).start()
    for who, place in {
        "ada": course.personal / "ada" / NAME,
        "bob": course.personal / "bob" / NAME,
        "eve": None,
    }.items():
        fetched, usual = fetch(course, who, monkeypatch), course.release
        assert notebook_in(fetched) == notebook_in(place or usual)
        assert (fetched / KIT / CASES).read_bytes() == ((place or usual) / KIT / CASES).read_bytes()
        names = {path.relative_to(fetched) for path in fetched.rglob("*")}
        assert names == {path.relative_to(usual) for path in usual.rglob("*") if "__pycache__" not in path.parts}
    for path in (course.root / "exchange" / COURSE / "personal").rglob("*"):
        assert path.stat().st_mode & 0o777 == (0o755 if path.is_dir() else 0o644)


def test_files_that_are_missing_come_back_as_the_students_own_and_work_stays(
    course: Assignment, monkeypatch: pytest.MonkeyPatch
):
    release(course).start()
    fetched = fetch(course, "ada", monkeypatch)
    (fetched / "fit.ipynb").write_text("my work")
    (fetched / KIT / CASES).unlink()
    (fetched / KIT / "check.py").unlink()
    fetch(course, "ada", monkeypatch, again=True)
    assert (fetched / "fit.ipynb").read_text() == "my work"
    assert (fetched / KIT / CASES).read_bytes() == (course.personal / "ada" / NAME / KIT / CASES).read_bytes()
    assert (fetched / KIT / "check.py").is_file()


def test_released_again_without_own_numbers_there_are_none(course: Assignment, monkeypatch: pytest.MonkeyPatch):
    release(course).start()
    shutil.rmtree(course.personal)
    release(course).start()
    assert notebook_in(fetch(course, "ada", monkeypatch)) == notebook_in(course.release)


def test_files_older_than_the_release_are_not_released(course: Assignment, caplog: pytest.LogCaptureFixture):
    (course.personal / "bob" / f".{NAME}.made_from").write_text("older")
    with pytest.raises(ExchangeError):
        release(course).start()
    assert "bob/line_fitting is older than the release: run `python -m autograder personal" in caplog.text
    assert not (course.root / "exchange" / COURSE / "outbound" / NAME).exists()


def test_nbgrader_and_formgrader_release_so():
    config = Config()
    configure(config)
    assert config.ExchangeFactory.release_assignment == (
        f"{ReleaseAssignment.__module__}.{ReleaseAssignment.__qualname__}"
    )
