"""Collecting brings in a submission's own files, all or nothing, and one that cannot be taken stops no other."""

from __future__ import annotations

import logging
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange.default.collect import ExchangeCollect
from traitlets.config import Config

from autograder.faces.nbgrader import collect as collecting_with_care
from autograder.faces.nbgrader.setup import prepare
from autograder.intake.taking import NotTakenError, take

pytestmark = pytest.mark.slow

prepare()


class Course:
    """A course folder with an exchange."""

    def __init__(self, root: Path) -> None:
        self.root, self.inbound = root, root / "exchange" / "c1" / "inbound"
        self.inbound.mkdir(parents=True)
        self.inbound.parents[1].chmod(0o777)
        (root / "secret").write_text("the answers")

    def submit(self, student: str) -> Path:
        time = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f UTC")
        folder = self.inbound / f"{student}+ps1+{time}+x"
        folder.mkdir()
        (folder / "timestamp.txt").write_text(time)
        (folder / "ps1.ipynb").write_text("{}")
        return folder

    def collect(self, caplog: pytest.LogCaptureFixture, **choices: int) -> str:
        config = Config(
            Exchange={"root": str(self.root / "exchange")},
            CourseDirectory={"root": str(self.root), "course_id": "c1", "assignment_id": "ps1", **choices},
            ExchangeCollect={"check_owner": False, "update": True},
        )
        step = ExchangeCollect(coursedir=CourseDirectory(config=config), config=config)
        step.log = logging.getLogger("collecting")
        caplog.clear()
        with caplog.at_level(logging.WARNING, "collecting"):
            step.start()
        return caplog.text

    def files(self, student: str) -> list[str]:
        folder = self.root / "submitted" / student / "ps1"
        return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return Course(tmp_path)


def test_a_link_brings_nothing_in_wherever_it_is(course: Course, caplog: pytest.LogCaptureFixture) -> None:
    folder = course.submit("eve")
    (folder / "data").mkdir()
    (folder / "data" / "own.txt").write_text("mine")
    (folder / "answers.txt").symlink_to(course.root / "secret")
    (folder / "data" / "up").symlink_to(course.root)
    os.mkfifo(folder / "pipe")
    said = course.collect(caplog)
    assert course.files("eve") == ["data", "data/own.txt", "ps1.ipynb", "timestamp.txt"]
    assert "left out, as only files are taken: answers.txt, data/up, pipe\n" in said


def test_a_file_that_becomes_a_link_meanwhile_is_not_followed(
    course: Course, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A student's program may change the folder at any moment of the copying."""
    folder = course.submit("eve")
    (folder / "sub").mkdir()
    (folder / "sub" / "x.txt").write_text("mine")
    copy = collecting_with_care.copy_as_nbgrader

    def swap(*arguments: object) -> None:
        for name in ("ps1.ipynb", "sub/x.txt"):
            os.remove(folder / name)
            (folder / name).symlink_to(course.root / "secret")
        copy(*arguments)

    monkeypatch.setattr(collecting_with_care, "copy_as_nbgrader", swap)
    course.collect(caplog)
    assert (course.root / "submitted" / "eve" / "ps1" / "ps1.ipynb").read_text() == "{}"
    assert (course.root / "submitted" / "eve" / "ps1" / "sub" / "x.txt").read_text() == "mine"


def test_a_folder_that_becomes_a_link_between_two_looks_is_not_entered(course: Course, monkeypatch) -> None:
    folder = course.submit("eve")
    (folder / "sub").mkdir()
    elsewhere = course.root / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "secret.txt").write_text("the answers")
    opened = os.open

    def swap(path, flags, *more, **options):
        if path == "sub":
            os.rename(folder / "sub", folder / "other")
            (folder / "sub").symlink_to(elsewhere)
        return opened(path, flags, *more, **options)

    monkeypatch.setattr(os, "open", swap)
    take(folder, course.root / "taken", 1 << 20)
    assert not list((course.root / "taken").rglob("secret.txt"))


@pytest.mark.parametrize("what", ["a link", "too large", "not to be read"])
def test_one_that_cannot_be_taken_stops_no_other(
    course: Course, caplog: pytest.LogCaptureFixture, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    course.submit("ann")
    folder = course.submit("eve")
    course.submit("zoe")
    if what == "a link":
        os.rename(folder, course.root / "kept")
        folder.symlink_to(course.root)
    elif what == "too large":
        (folder / "large").write_bytes(bytes(2_000_000))
    else:
        opened = os.open  # the tests may run as root, who may read everything

        def refuse(path, *more, **options):
            if path == "ps1.ipynb" and "eve" in os.readlink(f"/proc/self/fd/{options['dir_fd']}"):
                raise PermissionError(13, "Permission denied", path)
            return opened(path, *more, **options)

        monkeypatch.setattr(os, "open", refuse)
    said = course.collect(caplog, max_dir_size=1000)
    assert course.files("ann") == course.files("zoe") == ["ps1.ipynb", "timestamp.txt"]
    assert course.files("eve") == []
    assert said.count("is not collected: ") == 1 and "eve+ps1+" in said


def test_a_run_that_ends_meanwhile_leaves_nothing_half(
    course: Course, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    course.submit("ann")

    def end(source: object, target: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(collecting_with_care.os, "rename", end)
    with pytest.raises(KeyboardInterrupt):
        course.collect(caplog)
    assert not (course.root / "submitted" / "ann" / "ps1").exists()
    monkeypatch.undo()
    course.collect(caplog)
    assert course.files("ann") == ["ps1.ipynb", "timestamp.txt"]


def test_times_and_contents_stay(course: Course, tmp_path: Path) -> None:
    folder = course.submit("ann")
    os.utime(folder / "ps1.ipynb", ns=(10**18, 10**18 + 7))
    (folder / "run.sh").write_bytes(bytes(range(256)) * 9000)
    (folder / "run.sh").chmod(0o777)
    assert take(folder, tmp_path / "taken", 10 << 20) == []
    assert (tmp_path / "taken" / "ps1.ipynb").stat().st_mtime_ns == 10**18 + 7
    assert (tmp_path / "taken" / "run.sh").read_bytes() == (folder / "run.sh").read_bytes()
    with pytest.raises(NotTakenError, match="larger"):
        take(folder, tmp_path / "again", 1 << 20)
