"""A whole course with nbgrader's own commands: released, fetched, handed in, collected, graded, given back."""

from __future__ import annotations

import csv
import html
import json
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import nbformat
import pytest

from autograder.assignment import Assignment
from autograder.building.submissions import fill_in
from tests.support.batch import ANSWER, CRASH, PICKED, changed, place
from tests.support.batch_command import light
from tests.support.course import NOTEBOOK, CourseFolder
from tests.support.exchange import Campus, Person, Said, campus, listed
from tests.support.house import NAME as ASSIGNMENT

pytestmark = pytest.mark.slow

COURSE_ID = "rnn_captioning"
STAMP = "%Y-%m-%d %H:%M:%S.%f"
POLICY = "\nc.LatePolicy.per_day = 10\nc.LatePolicy.most = 50\n"
NAME = Path(NOTEBOOK).stem


@dataclass
class Term:
    """What was said and made while the course ran."""

    campus: Campus
    teacher: Person
    folder: CourseFolder
    late: Person
    punctual: Person
    broken: Person
    due: str = ""
    said: dict[str, Said] = field(default_factory=dict)
    collected: dict[str, list[str]] = field(default_factory=dict)
    exported: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)

    def by(self, student: Person, command: str, *options: str) -> Said:
        return self.campus.run(student, command, *options)

    def teach(self, command: str, *options: str) -> Said:
        said = self.campus.run(self.teacher, command, *options, "--log-level=INFO", folder=self.folder.root)
        assert said.code == 0, (command, said.text)
        return said

    def hand_in(self, student: Person) -> Said:
        named = () if self.campus.separate else (f"--student={student.name}",)
        said = self.by(student, "submit", ASSIGNMENT, *named)
        assert said.code == 0, said.text
        return said

    def write(self, student: Person, code: str) -> None:
        """Solve the fetched notebook as a student does, in the place where it lies."""
        path = student.assignment / NOTEBOOK
        solved = fill_in(light(nbformat.read(path, as_version=4)), code)
        answered = changed(solved, lambda cells: cells[place(cells, ANSWER)].update(source="They vanish."))
        path.write_text(json.dumps(answered))

    def inbound(self, student: Person) -> list[str]:
        """The times of this student's submissions, in order."""
        names = (path.name for path in (self.campus.exchange / COURSE_ID / "inbound").iterdir())
        return sorted(name.split("+")[2] for name in names if name.startswith(f"{student.name}+"))

    def stamps(self) -> dict[str, str]:
        found = self.folder.root.glob(f"submitted/*/{ASSIGNMENT}/timestamp.txt")
        return {path.parent.parent.name: path.read_text() for path in found}

    def mark_by_hand(self, student: Person, points: float) -> None:
        """As Formgrader saves what an instructor types."""
        with self.folder.gradebook() as gradebook:
            grade = gradebook.find_grade(ANSWER, NAME, ASSIGNMENT, student.name)
            grade.manual_score, grade.needs_manual_grade = points, False
            gradebook.db.commit()

    def export(self, step: str) -> None:
        self.teach("export")
        with open(self.folder.root / "grades.csv", newline="") as file:
            self.exported[step] = {line["student_id"]: line for line in csv.DictReader(file)}


def study(term: Term, reference_code: str) -> None:
    """The students' part up to the due date."""
    for student in (term.late, term.punctual, term.broken):
        term.said[f"list {student.name}"] = term.by(student, "list")
        assert term.by(student, "fetch_assignment", ASSIGNMENT).code == 0
    term.said["fetch again"] = term.by(term.late, "fetch_assignment", ASSIGNMENT)
    term.said["list fetched"] = term.by(term.late, "list")
    for student in (term.late, term.punctual):
        term.write(student, reference_code + CRASH)
    term.said["validate"] = term.by(term.late, "validate", f"{ASSIGNMENT}/{NOTEBOOK}")
    damaged = term.broken.assignment / NOTEBOOK
    damaged.write_bytes(damaged.read_bytes()[:9000])
    for student in (term.late, term.punctual, term.broken):
        term.hand_in(student)


def collect(term: Term, reference_code: str) -> None:
    """The due date passes, one student hands in again, and all is collected."""
    term.teach("collect", ASSIGNMENT)
    term.collected["first"] = term.stamps()
    now = datetime.now(UTC)
    term.due = now.strftime(STAMP)
    there = now.astimezone(timezone(timedelta(hours=2))).strftime(STAMP)
    term.teach("db", "assignment", "add", ASSIGNMENT, f"--duedate={there} +7200")
    term.teach("db", "student", "add", "absent")
    term.write(term.late, reference_code)
    term.hand_in(term.late)
    term.said["collect again"] = term.teach("collect", ASSIGNMENT)
    term.collected["again"] = term.stamps()
    term.said["collect punctual"] = term.teach("collect", ASSIGNMENT, "--before-duedate")
    term.collected["punctual"] = term.stamps()
    term.said["update"] = term.teach("collect", ASSIGNMENT, "--update")
    term.collected["update"] = term.stamps()


def grade(term: Term) -> None:
    """Graded as it is by default, marked by hand, and graded again under a late policy."""
    term.teach("autograde", ASSIGNMENT)
    term.export("autograded")
    term.mark_by_hand(term.late, 5.0)
    term.mark_by_hand(term.punctual, 4.5)
    term.export("marked")
    with open(term.folder.root / "nbgrader_config.py", "a") as file:
        file.write(POLICY)
    term.teach("autograde", ASSIGNMENT, "--force", f"--student={term.late.name}")
    term.mark_by_hand(term.late, 5.0)  # graded again, it waits to be looked at again
    term.export("late policy")


def give_back(term: Term) -> None:
    term.teach("generate_feedback", ASSIGNMENT)
    term.teach("release_feedback", ASSIGNMENT)
    term.said["list feedback"] = term.by(term.punctual, "list", "--cached")
    for student in (term.late, term.punctual, term.broken):
        term.said[f"feedback {student.name}"] = term.by(student, "fetch_feedback", ASSIGNMENT)


@pytest.fixture(scope="module")
def term(assignment: Assignment, reference_code: str) -> Iterator[Term]:
    """The course after its end; what students did is in their homes, under their accounts."""
    with campus(assignment) as place:
        teacher, folder = place.course_folder(COURSE_ID)
        term = Term(place, teacher, folder, *place.people(COURSE_ID))
        term.teach("generate_assignment", ASSIGNMENT)
        term.teach("release_assignment", ASSIGNMENT)
        study(term, reference_code)
        collect(term, reference_code)
        grade(term)
        give_back(term)
        yield term


def mode(path: Path) -> str:
    return oct(stat.S_IMODE(path.stat().st_mode))


def test_root_plays_it_with_accounts_of_their_own(term: Term) -> None:
    assert not term.campus.separate or os.geteuid() == 0
    for student in (term.late, term.punctual, term.broken):
        (submitted, *_) = (term.campus.exchange / COURSE_ID / "inbound").glob(f"{student.name}+*")
        assert submitted.stat().st_uid == (student.account[0] if term.campus.separate else os.getuid())
        assert (student.home / ASSIGNMENT / NOTEBOOK).stat().st_uid == submitted.stat().st_uid
    told = "cheating attempt" in term.said["update"].text  # nbgrader's word for a name that is not the account's
    assert told is not term.campus.separate


def test_what_is_released_can_be_read_by_all_and_changed_by_nobody(term: Term) -> None:
    released = term.campus.exchange / COURSE_ID / "outbound" / ASSIGNMENT
    assert mode(released) == "0o755"
    assert {mode(path) for path in released.rglob("*") if path.is_file()} == {"0o644"}
    text = (released / NOTEBOOK).read_text()
    assert "BEGIN SOLUTION" not in text and "raise NotImplementedError" in text
    assert (released / "cs231n" / "datasets" / "coco_captioning" / "coco2014_captions.h5").is_file()
    assert (released / "selfcheck" / "checks.h5").is_file() and (released / "selfcheck" / "check.py").is_file()


def test_students_list_and_fetch_it_once(term: Term) -> None:
    for student in (term.late, term.punctual, term.broken):
        assert re.search(rf"{COURSE_ID} {ASSIGNMENT}$", term.said[f"list {student.name}"].text, re.MULTILINE)
    assert f"{COURSE_ID} {ASSIGNMENT} (already downloaded)" in term.said["list fetched"].text
    assert term.said["fetch again"].code != 0
    assert "You already have a copy of the assignment" in term.said["fetch again"].text


def test_validate_names_the_one_exercise_that_fails(term: Term) -> None:
    said = term.said["validate"]
    assert said.code == 0
    assert re.findall(r'check\("(\w+)"\)', said.text) == [PICKED]
    assert "VALIDATION FAILED ON 1 CELL(S)" in said.text


def test_nobody_sees_who_else_handed_in(term: Term) -> None:
    inbound = term.campus.exchange / COURSE_ID / "inbound"
    assert mode(inbound) == "0o2733"  # in, but not to be listed
    assert listed(inbound, term.late) is not term.campus.separate
    for private in (term.punctual.home, term.folder.root):
        assert listed(private, term.late) is not term.campus.separate
    assert listed(term.late.home, term.late)


def test_a_second_submission_is_collected_when_it_is_asked_for(term: Term) -> None:
    first, second = term.inbound(term.late)
    assert first < term.due < second
    others = {student.name: term.inbound(student)[0] for student in (term.punctual, term.broken)}
    old, new = {**others, term.late.name: first}, {**others, term.late.name: second}
    assert term.collected == {"first": old, "again": old, "punctual": old, "update": new}
    assert f"Submission already exists, use --update to update: {term.late.name}" in term.said["collect again"].text
    assert term.said["update"].text.count("Updating submission") == 1
    assert "Updating submission" not in term.said["collect punctual"].text


def expected(term: Term) -> dict[str, dict[str, str]]:
    """The lines of the export after the written answers were marked, without a late policy."""
    same = {"assignment": ASSIGNMENT, "duedate": str(datetime.strptime(term.due, STAMP)), "max_score": "60.0"}
    same |= dict.fromkeys(("last_name", "first_name", "email"), "")
    graded = {"status": "graded", "sandbox": "full", "needs_manual_grade": "False", "late_submission_penalty": "0.0"}
    nothing = dict.fromkeys(("raw_score", "late_submission_penalty", "score", "sandbox"), "")
    lines = {
        term.late: {**graded, "raw_score": "59.0", "score": "59.0"},
        term.punctual: {**graded, "raw_score": "52.5", "score": "52.5"},
        term.broken: {**nothing, "status": "unreadable", "needs_manual_grade": "True"},
    }
    found = {}
    for student, line in lines.items():
        timestamp = term.inbound(student)[-1].removesuffix(" UTC")
        found[student.name] = {**same, "student_id": student.name, "timestamp": timestamp, **line}
    absent = {**nothing, "raw_score": "0.0", "score": "0.0", "status": "not handed in", "needs_manual_grade": ""}
    found["absent"] = {**same, "student_id": "absent", "timestamp": "", **absent}
    return found


def level(term: Term) -> str:
    return term.exported["marked"][term.late.name]["sandbox"]


def test_the_marks_are_exported_exactly(term: Term) -> None:
    lines = expected(term)
    for student in (term.late, term.punctual):
        lines[student.name]["sandbox"] = level(term)
    assert level(term) in ("full", "container")
    assert term.exported["marked"] == lines


def test_written_answers_wait_until_they_are_marked(term: Term) -> None:
    before = {name: (line["score"], line["needs_manual_grade"]) for name, line in term.exported["autograded"].items()}
    waiting = {term.late.name: ("54.0", "True"), term.punctual.name: ("48.0", "True"), term.broken.name: ("", "True")}
    assert before == {**waiting, "absent": ("0.0", "")}


def test_a_late_policy_changes_the_late_students_score_alone(term: Term) -> None:
    lines = {name: dict(line) for name, line in term.exported["marked"].items()}
    lines[term.late.name] |= {"late_submission_penalty": "6.0", "score": "53.0"}  # one started day of 60 points
    assert term.exported["late policy"] == lines


def test_each_student_fetches_their_own_feedback_alone(term: Term) -> None:
    released = term.campus.exchange / COURSE_ID / "feedback"
    assert mode(released) == "0o711"  # a page can be read by who knows its name, which nobody can guess
    assert listed(released, term.late) is not term.campus.separate
    assert len(list(released.iterdir())) == 3
    assert "(feedback ready to be fetched)" in term.said["list feedback"].text
    for student in (term.late, term.punctual, term.broken):
        said = term.said[f"feedback {student.name}"]
        assert said.code == 0
        pages = list((student.assignment / "feedback").rglob("*.html"))
        assert [page.relative_to(student.assignment / "feedback").parts for page in pages] == [
            (term.inbound(student)[-1], f"{NAME}.html")
        ]
        assert pages[0].read_bytes() == (term.folder.feedback(student.name) / f"{NAME}.html").read_bytes()
        assert pages[0].stat().st_uid == (student.account[0] if term.campus.separate else os.getuid())


def test_the_pages_say_the_points_and_what_lateness_cost(term: Term) -> None:
    text = {}
    for student in (term.late, term.punctual):
        page = (term.folder.feedback(student.name) / f"{NAME}.html").read_text()
        text[student] = html.unescape(re.sub(r"<[^>]*>", "", page))
    assert "53 of 60 points" in text[term.late] and "52.5 of 60 points" in text[term.punctual]
    assert "6 points were taken off because it came late." in text[term.late]
    assert "came late" not in text[term.punctual]
