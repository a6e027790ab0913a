"""The command `extend`: whose work is due when, across a change of clocks, and what it says of slips."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from nbgrader import api
from nbgrader.api import Gradebook

from autograder.cli import main
from autograder.course.extensions import span

DUE = datetime(2026, 3, 28, 22, 59)  # 23:59 in Berlin, where clocks change in the night that follows
Run = Callable[..., tuple[int, str]]


def gradebook_of(root: Path) -> Gradebook:
    return Gradebook(f"sqlite:///{root / 'gradebook.db'}")


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(api, "get_alembic_version", lambda: "")
    (tmp_path / "source" / "ps1").mkdir(parents=True)
    (tmp_path / "nbgrader_config.py").write_text('c = get_config()\nc.Exchange.timezone = "Europe/Berlin"\n')
    with gradebook_of(tmp_path) as gradebook:
        gradebook.add_assignment("ps1", duedate=DUE)
        gradebook.add_notebook("problem1", "ps1")
        gradebook.add_grade_cell("test", "problem1", "ps1", max_score=2, cell_type="code")
        gradebook.add_student("ada", first_name="Ada\x1b[31m", last_name="Lovelace")
        gradebook.add_student("xm", first_name="小明", last_name="王")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def extend(course: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str) -> tuple[int, str]:
        code = main(["extend", "ps1", *arguments])
        return code, "".join(capsys.readouterr())

    return run


def given(root: Path) -> dict[str, timedelta]:
    with gradebook_of(root) as gradebook:
        found = gradebook.assignment_submissions("ps1")
        return {each.student_id: each.extension for each in found if each.extension}


def test_a_day_is_one_by_the_courses_clocks_and_an_hour_is_an_hour(course: Path, extend: Run) -> None:
    assert extend("ada", "--days", "2") == (
        0,
        "ada (Ada?[31m Lovelace): due 2026-03-30 23:59 CEST (1 day 23 hours after the others).\n",
    )
    assert extend("xm", "--hours", "48")[1].startswith("xm (王小明): due 2026-03-31 00:59 CEST (2 days")
    assert given(course) == {"ada": timedelta(hours=47), "xm": timedelta(hours=48)}
    code, said = extend()
    assert code == 0 and said.startswith("ps1 is due 2026-03-28 23:59 CET; 2 extensions.\n")
    assert len({line.index("until") + (3 if "王" in line else 0) for line in said.splitlines()[1:]}) == 1


def test_another_one_replaces_the_first_and_says_so(course: Path, extend: Run) -> None:
    extend("ada", "--days", "5")
    said = extend("ada", "--until", "2026-03-29 12:00 CEST")[1]
    assert "due 2026-03-29 12:00 CEST" in said and "in the place of 2026-04-02 23:59 CEST" in said
    assert given(course) == {"ada": timedelta(hours=11, minutes=1)}
    assert "as for all; the extension is removed" in extend("ada", "--remove")[1]
    assert extend("ada", "--remove") == (0, "ada (Ada?[31m Lovelace) had no extension.\n")
    assert not given(course)


@pytest.mark.parametrize(
    ("handed_in", "outdated"), [(DUE - timedelta(1), False), (DUE + timedelta(1), True), (None, False)]
)
def test_what_was_graded_late_is_to_be_graded_again(
    course: Path, extend: Run, handed_in: datetime | None, outdated: bool
) -> None:
    with gradebook_of(course) as gradebook, gradebook.db.no_autoflush:
        gradebook.add_submission("ps1", "ada", timestamp=handed_in)
    command = "`python -m autograder grade ps1 --force --student ada`"
    assert (command in extend("ada", "xm", "--days", "1")[1]) is outdated
    assert (command in extend("ada", "--remove")[1]) is outdated


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["Ada", "--days", "1"], "there is no student Ada; near it: ada"),
        (["ada", "nobody", "--days", "1"], "there is no student nobody (`nbgrader db student add nobody`"),
        (["ada", "--until", "2026-03-28 23:00 CET"], "2026-03-28 23:00 CET is not after the due date"),
        (["ada", "--until", "2026-04-01 12:00 AEST"], "the time zone AEST is not understood"),
        (["ada", "--until", "2062-04-01"], "a slip?"),
        (["ada", "--days", "9" * 30], "more than 365 days"),
        (["ada", "--days", "1", "--remove"], "say for whom, and how long"),
        (["ada"], "say for whom, and how long"),
        (["--days", "1"], "say for whom, and how long"),
    ],
)
def test_a_slip_is_a_sentence_and_changes_nothing(course: Path, extend: Run, arguments: list[str], said: str) -> None:
    code, told = extend(*arguments)
    assert code == 2 and told.startswith("error: ") and said in told and told.count("\n") == 1
    assert not given(course)


def test_without_a_due_date_or_a_gradebook_to_write_nothing_is_given(course: Path, extend: Run) -> None:
    if os.getuid():  # root may write everything
        (course / "gradebook.db").chmod(0o444)
        assert "cannot be written" in extend("ada", "--days", "1")[1]
        (course / "gradebook.db").chmod(0o644)
    with gradebook_of(course) as gradebook:
        gradebook.update_or_create_assignment("ps1", duedate=None)
    assert "has no due date" in extend("ada", "--days", "1")[1]
    assert main(["extend", "nothing", "ada", "--days", "1"]) == 2


def test_a_folder_that_was_handed_in_makes_a_student_known(course: Path, extend: Run) -> None:
    (course / "submitted" / "bob smith" / "ps1").mkdir(parents=True)
    assert extend("bob smith", "--hours", "6")[0] == 0
    assert given(course) == {"bob smith": timedelta(hours=6)}


def test_a_span_in_words() -> None:
    assert span(timedelta(days=1, hours=1, minutes=1)) == "1 day 1 hour 1 minute"
    assert span(timedelta(hours=48)) == "2 days" and span(timedelta(seconds=5)) == "less than a minute"
