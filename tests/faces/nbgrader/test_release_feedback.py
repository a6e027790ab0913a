"""Feedback goes back through the exchange to all who handed in there, whoever else is in the class."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograder.faces.nbgrader import configure
from autograder.faces.nbgrader.release_feedback import NEEDED, ReleaseFeedback

NAME = "rnn_captioning"
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # nbgrader leaves one open


@pytest.fixture
def release(tmp_path: Path) -> ReleaseFeedback:
    """The step of the exchange, in a course where one of four did all as nbgrader does it."""
    for student in ("by_hand", "exchange", "no_text", "no_secret"):
        folder = tmp_path / "course" / "feedback" / student / NAME
        folder.mkdir(parents=True)
        (folder / "1_rnn_layers.html").write_text(f"page of {student}")
        for name in NEEDED if student != "by_hand" else ():
            (folder / name).write_text("2026-11-23 03:11:35.656951 UTC")
    (tmp_path / "course" / "feedback" / "no_secret" / NAME / "submission_secret.txt").unlink()
    (tmp_path / "course" / "feedback" / "no_text" / NAME / "submission_secret.txt").write_bytes(b"\xff\xfe\xff")
    (tmp_path / "exchange").mkdir(mode=0o777)
    (tmp_path / "exchange").chmod(0o777)
    config = Config({"Exchange": {"root": str(tmp_path / "exchange")}})
    coursedir = CourseDirectory(root=str(tmp_path / "course"), course_id=NAME, assignment_id=NAME)
    return ReleaseFeedback(coursedir=coursedir, config=config)


def given_back(tmp_path: Path) -> list[str]:
    return sorted(path.read_text() for path in (tmp_path / "exchange" / NAME / "feedback").glob("*.html"))


def test_who_did_not_use_the_exchange_is_named_and_stops_nobody(
    release: ReleaseFeedback, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    release.log = logging.getLogger("release")
    release.start()
    assert given_back(tmp_path) == ["page of exchange"]
    (said,) = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert said == (
        "Not handed in through the exchange: by_hand, no_secret, no_text. Their pages are in feedback: send these."
    )
    assert release.coursedir.student_id_exclude == ""


def test_who_is_excluded_is_not_spoken_of(
    release: ReleaseFeedback, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    release.log = logging.getLogger("release")
    release.coursedir.student_id_exclude = "by_hand,no_text,exchange"
    release.start()
    assert given_back(tmp_path) == []
    (said,) = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert "exchange: no_secret. " in said
    assert release.coursedir.student_id_exclude == "by_hand,no_text,exchange"


def test_nbgrader_and_formgrader_use_it() -> None:
    config = Config()
    configure(config)
    assert config.ExchangeFactory.release_feedback == "autograder.faces.nbgrader.release_feedback.ReleaseFeedback"
