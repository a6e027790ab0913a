"""Late submissions: what the policy takes at its borders, and the same through every command that grades."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import nbformat
import pytest
from nbgrader import api
from nbgrader.apps import AutogradeApp, ExportApp, GenerateAssignmentApp, NbGrader
from nbgrader.apps.api import NbGraderAPI
from nbgrader.plugins import LateSubmissionPlugin
from traitlets import TraitError
from traitlets.config import Config

from autograder.assignment import Assignment
from autograder.building.submissions import fill_in
from autograder.cli import main
from autograder.course import settings
from autograder.course.late import DAY, HOUR
from autograder.course.marks import course_directory, rows
from autograder.course.settings import SettingError
from autograder.faces.nbgrader import configure
from autograder.faces.nbgrader.late import LatePenalties, LatePolicy
from autograder.faces.nbgrader.setup import prepare
from tests.support import warm_nbgrader
from tests.support.batch_command import light
from tests.support.course import NOTEBOOK, CourseFolder
from tests.support.house import NAME as ASSIGNMENT

POLICY = """
c.LatePolicy.grace_hours = 6
c.LatePolicy.per_day = 10
c.LatePolicy.most = 25
c.Exchange.timezone = "America/New_York"
"""
DUE = "2026-03-01 12:00:00 CET"  # 11:00 UTC; the grace ends at 17:00 UTC
STAMPS = {
    "in_grace": "2026-03-01 18:00:00 CET",
    "second": "2026-03-01 18:00:01 CET",
    "months": "2026-06-01 12:00:00.5 UTC",
    "extended": "2026-03-03 17:00:01 UTC",
    "poor": "2026-06-01 12:00:00 UTC",
    "untimed": None,
    "named": "2026-03-01 13:00:01.25 EST",  # a second and a quarter after the grace
    "summer": "2026-03-10 12:00:00 EDT",  # which only the course's zone explains
    "offset": "2026-03-01 15:00:01 -03",
    "unknown": "2026-06-01 18:00:00 AEST",
    "ancient": "2000-01-01 00:00:00 UTC",
    "ahead": "2999-01-01 00:00:00 UTC",
}
DOUBTED = {"unknown": "the time zone AEST is not understood", "ancient": "cannot be", "ahead": "cannot be"}
# of 60 points; poor has no more than 4
PENALTIES = {
    "second": 6.0,
    "months": 15.0,
    "extended": 6.0,
    "poor": 4.0,
    "named": 6.0,
    "summer": 15.0,
    "offset": 6.0,
}
FEW = ("second", "poor", "summer")  # whom Formgrader grades
LITTLE = "word_embedding_forward"  # all that poor has written, 4 points


def test_nothing_is_taken_by_default():
    assert LatePolicy().late_submission_penalty("ada", 50.0, 40 * DAY) is None
    assert LatePolicy().percent(40 * DAY) == 0.0


@pytest.mark.parametrize(
    ("seconds", "percent"),
    [
        (0.0, 0.0),
        (1e-6, 10.0),
        (1.0, 10.0),
        (DAY, 10.0),
        (DAY + 1, 20.0),
        (2 * DAY, 20.0),
        (2 * DAY + 1e-3, 30.0),
        (5 * DAY, 50.0),
        (5 * DAY + 1, 55.0),
        (6 * DAY, 55.0),
        (1e12, 55.0),
    ],
)
def test_every_started_day_costs_until_the_ceiling(seconds: float, percent: float):
    policy = LatePolicy(per_day=10.0, most=55.0)
    assert policy.percent(seconds) == percent
    shifted = LatePolicy(per_day=10.0, most=55.0, grace_hours=2.0)
    if seconds >= 1.0:
        assert shifted.percent(2 * HOUR + seconds) == percent


@pytest.mark.parametrize(("seconds", "percent"), [(0.0, 0.0), (1.0, 0.0), (5400.0, 0.0), (5401.0, 12.5)])
def test_the_grace_costs_nothing_to_its_last_second(seconds: float, percent: float):
    assert LatePolicy(per_day=12.5, grace_hours=1.5).percent(seconds) == percent


@pytest.mark.parametrize("wrong", [{"per_day": -1.0}, {"per_day": 101.0}, {"most": 101.0}, {"grace_hours": -0.1}])
def test_figures_that_make_no_sense_are_refused(wrong: dict[str, float]):
    with pytest.raises(TraitError):
        LatePolicy(**wrong)


def test_without_a_price_nbgraders_own_methods_still_count():
    config = Config(LateSubmissionPlugin={"penalty_method": "zero"})
    assert LatePolicy(config=config).late_submission_penalty("ada", 42.0, DAY) == 42.0
    assert issubclass(LatePolicy, LateSubmissionPlugin)
    c = Config()
    configure(c)
    assert f"{LatePenalties.__module__}.{LatePenalties.__name__}" in c.Autograde.autograde_preprocessors
    assert LatePenalties().plugin_class is LatePolicy
    others = Config(AssignLatePenalties={"plugin_class": LateSubmissionPlugin})
    assert LatePenalties(config=others).plugin_class is LateSubmissionPlugin


def test_one_assignment_may_have_a_price_of_its_own():
    own = {"ps2": {"per_day": 50, "grace_hours": 1.0}, "ps3": {"advice": "names"}}
    config = Config(LatePolicy={"per_day": 10.0, "most": 60.0}, GradeSubmission={"assignments": own})
    found = {}
    for name in ("ps1", "ps2", "ps3"):
        asking = LatePenalties(config=config)
        asking.assignment_id = name
        asking.init_plugin()
        found[name] = [asking.plugin_inst.percent(late) for late in (HOUR, 1 + HOUR, 3 * DAY)]
    assert found == {"ps1": [10.0, 10.0, 30.0], "ps2": [0.0, 50.0, 60.0], "ps3": [10.0, 10.0, 30.0]}


@pytest.mark.parametrize(
    "wrong", [{"per_day": -1}, {"most": "much"}, {"per_days": 1}, {"grace_hours": float("nan")}], ids=str
)
def test_a_price_that_makes_no_sense_for_one_assignment_is_a_sentence(wrong: dict[str, object]):
    with pytest.raises(SettingError, match="'ps2'"):
        settings.check(Config(GradeSubmission={"assignments": {"ps2": wrong}}))


@dataclass
class Graded:
    """A class with a late policy, and the penalties that each way to grade it has saved."""

    folder: CourseFolder
    penalties: dict[str, dict[str, float | None]] = field(default_factory=dict)

    def run(self, app: type[NbGrader], *arguments: str) -> None:
        """One of nbgrader's commands, in this process and the current folder."""
        command = app()
        command.initialize(list(arguments))
        command.start()

    def note(self, step: str) -> None:
        with self.folder.gradebook() as gradebook:
            notebooks = {s.student_id: s.notebooks[0] for s in gradebook.assignment_submissions(ASSIGNMENT)}
            self.penalties[step] = {name: notebook.late_submission_penalty for name, notebook in notebooks.items()}

    def spoil(self, students: Iterable[str]) -> None:
        """Save wrong penalties, so that whoever grades next has to save right ones."""
        with self.folder.gradebook() as gradebook:
            for student in students:
                submission = gradebook.find_submission(ASSIGNMENT, student)
                submission.notebooks[0].late_submission_penalty = 1.25
                if student in DOUBTED:  # as nbgrader itself would have read it
                    submission.timestamp = datetime(2026, 6, 1, 18)
            gradebook.db.commit()


def hand_in(folder: CourseFolder, code: str) -> None:
    released = light(nbformat.read(folder.release / NOTEBOOK, as_version=4))
    start = code.index(f"def {LITTLE}")
    little = code[start : code.index("\ndef ", start)]
    for student, stamp in STAMPS.items():
        written = fill_in(released, "import numpy as np\n\n" + little if student == "poor" else code)
        submitted = folder.hand_in(student, json.dumps(written))
        if stamp is not None:
            (submitted / "timestamp.txt").write_text(stamp)


def formgrader(folder: CourseFolder) -> NbGraderAPI:
    """What Formgrader's buttons call."""
    coursedir = course_directory(folder.root)
    return NbGraderAPI(coursedir, parent=coursedir.parent)


@pytest.fixture(scope="module")
def graded(assignment: Assignment, reference_code: str, tmp_path_factory: pytest.TempPathFactory) -> Graded:
    prepare()  # it quietens a warning of nbgrader's gradebook
    done = Graded(CourseFolder.make(tmp_path_factory.mktemp("late") / "course", assignment, POLICY))
    folder = done.folder
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder.root)
        patch.setattr(api, "get_alembic_version", lambda: "")  # asks another process, for seconds
        done.run(GenerateAssignmentApp, ASSIGNMENT)
        hand_in(folder, reference_code)
        with folder.gradebook() as gradebook:
            gradebook.update_or_create_assignment(ASSIGNMENT, duedate=DUE)
        done.run(AutogradeApp, ASSIGNMENT, "--student", "extended")
        assert main(["extend", ASSIGNMENT, "extended", "--days", "2"]) == 0
        shutil.rmtree(folder.autograded("extended"))
        done.run(AutogradeApp, ASSIGNMENT)
        done.note("autograde")
        done.spoil(FEW[:1])
        for student in FEW:
            said = formgrader(folder).autograde(ASSIGNMENT, student, force=True)
            assert said["success"], said
        done.note("formgrader")
        done.spoil(STAMPS)
        assert main(["grade", "--force"]) == 0
        done.note("batch")
        done.run(ExportApp)
    return done


@pytest.mark.slow
def test_each_way_to_grade_saves_the_same_penalties_first_or_again(graded: Graded):
    expected = {student: PENALTIES.get(student) for student in STAMPS}
    assert graded.penalties == dict.fromkeys(("autograde", "formgrader", "batch"), expected)


@pytest.mark.slow
def test_the_export_takes_them_off(graded: Graded):
    with open(graded.folder.root / "grades.csv", newline="") as file:
        lines = {line["student_id"]: line for line in csv.DictReader(file)}
    names = ("raw_score", "late_submission_penalty", "score")
    assert [lines["second"][name] for name in names] == ["54.0", "6.0", "48.0"]
    assert [lines["poor"][name] for name in names] == ["4.0", "4.0", "0.0"]
    assert lines["second"]["duedate"] == "2026-03-01 11:00:00"
    assert lines["second"]["timestamp"] == "2026-03-01 17:00:01"


@pytest.mark.slow
def test_a_time_that_is_not_believed_costs_nothing_and_is_told(graded: Graded):
    lines = {row.student: row for row in rows(graded.folder.coursedir, ASSIGNMENT)}
    for student, row in lines.items():
        said = " ".join(row.notes)
        assert (DOUBTED[student] in said) if student in DOUBTED else "timestamp.txt" not in said, said
        assert row.status == "graded"
    with open(graded.folder.root / "grades.csv", newline="") as file:
        times = {line["student_id"]: line["timestamp"] for line in csv.DictReader(file)}
    assert {student for student, time in times.items() if not time} == {*DOUBTED, "untimed"}
    assert times["named"] == "2026-03-01 18:00:01.250000" and times["offset"] == "2026-03-01 18:00:01"


@pytest.mark.slow
def test_a_due_date_in_a_zone_that_is_not_understood_is_a_sentence(graded: Graded):
    command = ["db", "assignment", "add", "other"]
    told = run(graded.folder, *command, "--duedate=2026-03-01 12:00:00 AEST")
    assert (told.returncode, told.stderr.count("\n")) == (1, 1)
    assert told.stderr.startswith("error: the time zone AEST is not understood")
    assert run(graded.folder, *command, "--duedate=2026-07-01 12:00:00 EDT").returncode == 0
    with graded.folder.gradebook() as gradebook:
        assert gradebook.find_assignment("other").duedate == datetime(2026, 7, 1, 16)
        gradebook.remove_assignment("other")


def run(folder: CourseFolder, *command: str) -> subprocess.CompletedProcess[str]:
    return warm_nbgrader.shared().run(list(command), folder.root, os.environ)
