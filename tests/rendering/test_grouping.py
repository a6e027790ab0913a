"""Wrong answers are grouped by their numbers alone, whoever gave them and in whatever order."""

from __future__ import annotations

import datetime
import random
from pathlib import Path

import numpy as np
import pytest

from autograder.course.comments import Comment, Comments
from autograder.course.marks import Row
from autograder.judging.signing import trace_of
from autograder.record import ExerciseRecord, Status, TestRecord
from autograder.rendering.class_report.collect import Submission
from autograder.rendering.class_report.command import make
from autograder.rendering.class_report.functions import Written
from autograder.rendering.groups.command import _lines
from autograder.rendering.groups.grouping import Group, grouped
from autograder.selfcheck.language import columns
from autograder.signature import Kind, Signature, Trace, name_of
from autograder.terminal import say
from tests.support.house import ASSIGNMENT, ROOT

NAME = "rnn_step_forward"
NOBODY = Comments(Path("comments.toml"))


def signature(mistake: int, noise: float = 0.0) -> Signature:
    value = np.random.default_rng(mistake).standard_normal((3, 4))
    return tuple(trace_of(case, "next_h", value * (1 + noise), np.ones((3, 4))) for case in ("typical", "ones"))


def submission(student: str, exercises=None, tests=None, code: str = "") -> Submission:
    row = Row(student, 1.0, 6.0, Status.GRADED, False, (), ())
    records = {name: ExerciseRecord(0.0, signature=each) for name, each in (exercises or {}).items()}
    ended = {name: TestRecord(0.0, error) for name, error in (tests or {}).items()}
    return Submission(row, records, ended, functions={NAME: Written(code)} if code else {})


def test_groups_depend_on_numbers_and_not_on_who_comes_first() -> None:
    numbers = random.Random(1)
    everyone = [submission(f"s{n:03}", {NAME: signature(n % 7, numbers.uniform(-1e-7, 1e-7))}) for n in range(210)]
    found = grouped(ASSIGNMENT, everyone, NOBODY)
    assert sorted(group.count for group in found) == [30] * 7
    assert all(len({int(student[1:]) % 7 for student in group.students}) == 1 for group in found)
    numbers.shuffle(everyone)
    assert grouped(ASSIGNMENT, everyone, NOBODY) == found
    late = [*everyone, submission("0 first of all", {NAME: signature(0, 2e-7)})]
    (grown,) = [group for group in grouped(ASSIGNMENT, late, NOBODY) if group.count == 31]
    (before,) = [group for group in found if set(group.students) < set(grown.students)]
    assert before.name in grown.names  # what was typed yesterday still names it


def test_the_example_is_the_code_of_middle_length() -> None:
    codes = {"ada": "def f():\n    pass", "bob": "def f():\n    return 1" + " + 1" * 90, "cy": "def f():\n    return 1"}
    everyone = [submission(name, {NAME: signature(1)}, code=code) for name, code in codes.items()]
    (group,) = grouped(ASSIGNMENT, everyone, NOBODY)
    assert (group.example, group.code) == ("cy", codes["cy"])
    assert [each.group for each in make(ASSIGNMENT, everyone, [group]).groups] == [group]
    assert make(ASSIGNMENT, everyone[:1]).groups == []


def test_a_group_with_a_sentence_is_a_mistake_of_the_report_and_no_open_group() -> None:
    everyone = [submission(name, {NAME: signature(1)}) for name in ("ada", "bob")]
    text = Comment(NAME, "kwfzt", "Look.", signature(1), datetime.date(2026, 1, 1), translations={"zh_CN": "看。"})
    (group,) = grouped(ASSIGNMENT, everyone, NOBODY.put(text))
    assert (group.name, group.comment.sentence) == ("kwfzt", "Look.")
    made = make(ASSIGNMENT, everyone, [group])
    (mistake,) = made.mistakes
    assert (mistake.mistake, mistake.text, mistake.told, mistake.students) == (
        "group kwfzt", "Look.", "看。", ("ada", "bob"),
    )  # fmt: skip
    assert made.groups == []


def test_tests_count_only_where_there_are_no_exercises() -> None:
    said = "AssertionError: square(3) gave 6"
    ordinary = [submission(name, tests={"test_square": said}) for name in ("ada", "bob")]
    other = [submission("cy", tests={"test_square": "AssertionError: square(3) gave 12"})]
    groups = grouped(ASSIGNMENT, ordinary + other, NOBODY)
    assert [(group.exercise, group.students) for group in groups] == [
        ("test_square", ("ada", "bob")), ("test_square", ("cy",)),
    ]  # fmt: skip
    assert groups[0].wrong == f"it ends in {said}"
    judged = [submission(name, {NAME: signature(1)}, {"test_square": said}) for name in ("ada", "bob")]
    assert [group.exercise for group in grouped(ASSIGNMENT, judged, NOBODY)] == [NAME]


@pytest.mark.parametrize("student", ["陈 小明", "a, b; 'c'", "../x", "\x1b[31mred", "<b>"])
def test_odd_names_and_code_leave_the_terminal_alone(student: str, capsys) -> None:
    everyone = [submission(student, {NAME: signature(1)}, code="def f():\n    '\x1b[2J'\n" + "y" * 500)]
    (group,) = grouped(ASSIGNMENT, everyone, NOBODY)
    say("\n".join(_lines(ROOT, ASSIGNMENT, group)))
    said = capsys.readouterr().out
    assert "\x1b" not in said and max(map(columns, said.splitlines())) < 200


def test_what_is_wrong_is_said_by_outputs_cases_and_exceptions() -> None:
    stopped = Trace("ones", "", Kind.STOPPED, "IndexError, 12ab34cd56ef")
    nothing = Trace("long", "", Kind.KNOWN, "NOTHING")
    (group,) = grouped(ASSIGNMENT, [submission("ada", {NAME: (*signature(1)[:1], stopped, nothing)})], NOBODY)
    assert group.wrong.startswith("next_h: in 1 of 6 cases (typical sizes); it stops with IndexError: in 1 of 6 cases")
    assert "nothing comes back" in group.wrong


def test_names_are_those_that_the_commands_take() -> None:
    (group,) = grouped(ASSIGNMENT, [submission("ada", {NAME: signature(1)})], NOBODY)
    assert isinstance(group, Group) and group.name == name_of(NAME, signature(1)) and group.name in group.names
