"""The history beside the report: marks are seen to move, and no state of its file stops a report or loses a mark."""

import json
import os
import stat
from dataclasses import replace

import pytest

from autograder.rendering.class_report import history
from autograder.rendering.class_report.command import _keep, make
from autograder.rendering.class_report.history import Moves, Run, moves, read, with_run, write
from tests.support.class_report import EVIL, EXERCISE, soup, submission, told, words

FIRST = Run("2026-11-20 10:00:00", 3, 2, 6.0, 3.0, 3.0, {EXERCISE: 0.5}, {"ada": 6.0, "bob": 0.0})


def run(number: int, **points: float) -> Run:
    return replace(FIRST, when=f"2026-11-{number:02} 10:00:00", mean=float(number), points=points)


def test_what_is_written_is_read(tmp_path):
    path = tmp_path / "report" / history.NAME
    runs = [
        FIRST,
        replace(FIRST, mean=None, median=None, points={"王小明": 1.0, EVIL: 2.5, "\udcff": 0.0, "a\nb": 1.0}),
    ]
    write(path, runs)
    assert read(path) == (runs, "")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == [history.NAME]


def test_a_report_without_new_marks_is_no_new_line():
    assert with_run([FIRST], replace(FIRST, when="later")) == [FIRST]
    assert len(with_run([FIRST], replace(FIRST, when="later", points={"ada": 5.0, "bob": 1.0}))) == 2


def test_it_stays_small_and_only_the_last_two_lines_have_names():
    runs: list[Run] = []
    for number in range(1, 100):
        runs = with_run(runs, run(number, ada=float(number)))
    assert [each.mean for each in runs] == [float(number) for number in range(40, 100)]
    assert [dict(each.points) for each in runs][-3:] == [{}, {"ada": 98.0}, {"ada": 99.0}]


def test_whose_marks_moved():
    before, after = run(1, up=1.0, down=2.0, same=3.0, gone=1.0), run(2, up=1.5, down=1.0, same=3.0, new=1.0)
    assert moves(before, after) == Moves(("up",), ("down",), ("new",), ("gone",))


@pytest.mark.parametrize(
    "content",
    [
        b"{", b"\xff\xfe", b"[]\n", b"null\n", b'{"version": 99}\n', b"[" * 50_000, FIRST.dump().encode()[:60],
        FIRST.dump().replace("3.0", "NaN").encode(), FIRST.dump().replace("3.0", "1e999").encode(),
        FIRST.dump().replace(f'{{"{EXERCISE}": 0.5}}', "[1]").encode(), FIRST.dump().replace("6.0", '"x"').encode(),
        FIRST.dump().encode() + b"\n" + FIRST.dump().encode()[:-9], b"\0" * 4096,
    ],
)  # fmt: skip
def test_a_damaged_one_is_a_sentence_and_a_new_start(tmp_path, content):
    path = tmp_path / history.NAME
    path.write_bytes(content)
    runs, said = read(path)
    assert runs == [] and said.startswith("The history of earlier reports was damaged")
    assert not path.exists() and (tmp_path / f"{history.NAME}.damaged").read_bytes() == content


def test_one_that_is_far_too_large_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(history, "MOST_BYTES", 100)
    write(tmp_path / history.NAME, [FIRST])
    assert read(tmp_path / history.NAME)[0] == [] and list(tmp_path.glob("*.damaged"))


def test_where_it_cannot_be_written_the_report_is_there_all_the_same(tmp_path):
    (tmp_path / "report").write_text("a file in the folder's place")
    said = _keep(tmp_path / "report" / history.NAME, [FIRST], [])
    assert "cannot be written" in said and "next report" in said
    assert _keep(tmp_path / "report" / history.NAME, [FIRST], [FIRST]) == ""  # nothing new


def test_a_run_that_is_ended_while_it_writes_leaves_the_old_one(tmp_path, monkeypatch):
    path = tmp_path / history.NAME
    write(path, [FIRST])

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    assert "No space left" in _keep(path, [FIRST, run(2, ada=1.0)], [FIRST])
    assert read(path) == ([FIRST], "") and len(list(tmp_path.iterdir())) == 1


def test_the_page_shows_how_marks_moved_and_whose(assignment, tmp_path):
    before = make(assignment, [submission("ada", 3.0), submission("bob", 6.0), submission(EVIL, None)])
    earlier = replace(before.runs[-1], when="2026-11-20 10:00:00")
    page = soup(
        make(assignment, [submission("ada"), submission("bob", 3.0), submission(EVIL, 0.0)], runs=[earlier]), tmp_path
    )
    assert "Since the report of 2026-11-20 10:00 the mean went from 4.5 to 3: whose marks moved." in told(page)
    part = page.select_one("#again")
    buttons = [json.loads(each["data-students"]) for each in part.select("button[data-students]")]
    assert buttons == [["ada"], ["bob"], [EVIL]]
    assert "1 student has fewer points. 1 student has marks for the first time." in words(part)
    assert words(part.table.tbody) == f"{EXERCISE} 50% 33%"
    assert "mean 4.5, 3" in part.svg["aria-label"]


def test_a_first_report_has_no_such_part(assignment, tmp_path):
    assert not soup(make(assignment, [submission("ada")]), tmp_path).select("#again")


def test_an_odd_history_of_ours_makes_a_page(assignment, tmp_path):
    """Nobody had marks at first; the assignment had other exercises and no points."""
    odd = [Run(EVIL, 0, 0, 0.0, None, None, {}, {}), replace(FIRST, shares={EVIL: 0.9}, points={})]
    page = soup(make(assignment, [submission("ada")], runs=odd), tmp_path)
    assert page.select("#again svg") and not page.select("#again script")
