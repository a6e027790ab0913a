"""What can be chosen for a new course: what makes sense is taken, what does not is refused in a sentence."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from autograder.errors import UserError
from autograder.starting.new import choices, points, texts
from tests.support.house import ASSIGNMENT

NOW = datetime(2030, 1, 1)
ALL = points.by_cell(ASSIGNMENT.notebooks)


def due(text: str, zone: str = "Europe/Berlin") -> datetime | None:
    found = choices.due(text, zone, NOW)
    return found and found.utc


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2031-03-01 23:59", (2031, 3, 1, 22, 59)),
        ("2031-07-01T08:00", (2031, 7, 1, 6, 0)),
        ("2031-03-01", (2031, 3, 1, 22, 59)),
        ("2031-03-01 23:59 Asia/Kolkata", (2031, 3, 1, 18, 29)),
        ("2031-03-01 23:59 -0300", (2031, 3, 2, 2, 59)),
        ("2031-03-01 23:59 +05:30", (2031, 3, 1, 18, 29)),
        ("2031-03-01 23:59 UTC", (2031, 3, 1, 23, 59)),
        ("2031-07-01 12:00 CEST", (2031, 7, 1, 10, 0)),
    ],
)
def test_a_due_date_is_read_with_its_zone(text: str, utc: tuple[int, ...]) -> None:
    assert due(text) == datetime(*utc)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tomorrow", "is no date"),
        ("01.03.2031", "is no date"),
        ("2031-02-30 12:00", "is no time"),
        ("2031-03-01 25:00", "is no time"),
        ("2031-03-01 23:59 Mars/Base", "is not understood"),
        ("2029-12-31 23:59", "has passed already"),
        ("2031-03-30 02:30", "does not exist in Europe/Berlin"),
        ("2031-03-01 23:59 Europe/Berlin now", "is no date"),
    ],
)
def test_a_due_date_that_is_none_is_refused(text: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        due(text)


@pytest.mark.parametrize(
    ("read", "texts"),
    [
        (
            choices.course_id,
            ["", " ", "../x", "a/b", ".hidden", "-x", "a*", "a+b", "x" * 61, "a\x1b[2J", 'a"b', "a\nb"],
        ),
        (choices.zone, ["", "Mars/Base", "../../etc/passwd", "/etc/localtime", "CEST", "\x00"]),
        (choices.points, ["0", "-3", "1.5", "ten", "10001", "1e3", "٣", "nan"]),
        (lambda text: choices.notebooks(text, 4), ["0", "2", "2-3", "1-5", "1-0", "4-1", "1,2", "1-x", "1-٣"]),
        (lambda text: choices.language(text, ["zh_CN"]), ["fr", "zh", "zh_CN/..", "no such"]),
    ],
)
def test_what_makes_no_sense_is_refused(read: Callable[[str], Any], texts: list[str]) -> None:
    for text in texts:
        with pytest.raises(UserError) as refused:
            read(text)
        assert refused.value.args[0].isprintable(), text


def test_what_makes_sense_is_taken() -> None:
    assert choices.course_id(" 秋季 2031 ") == "秋季 2031"
    assert choices.zone("Asia/Shanghai") == "Asia/Shanghai"
    assert (choices.points(""), choices.points(" 100 ")) == (None, 100)
    assert [choices.language(text, ["zh_CN"]) for text in ("", "English", "zh-cn", "zh_CN")] == [
        "",
        "",
        "zh_CN",
        "zh_CN",
    ]
    assert choices.zone(choices.zone_here())


def test_any_total_is_shared_out_exactly_and_fairly() -> None:
    draw = random.Random(5)
    for _ in range(300):
        kept = draw.choice([len(ALL), draw.randint(1, len(ALL))])
        before = {name: draw.choice([value, draw.randint(1, 40)]) for name, value in list(ALL.items())[:kept]}
        total = draw.randint(-(-kept // 4), draw.choice([kept, 100, 1000]) + kept)
        after = points.shared_out(before, total)
        assert sum(after.values()) == total and min(after.values()) >= 0.25
        assert all(value % 0.25 == 0 for value in after.values())
        assert all(after[a] >= after[b] for a in before for b in before if before[a] > before[b])


def test_a_total_that_is_too_small_or_the_same() -> None:
    assert points.shared_out(ALL, 210) == ALL
    with pytest.raises(UserError, match="take at least 8"):
        points.shared_out(ALL, 5)
    assert points.shared_out({"a": 0.0, "b": 3.0}, 9) == {"a": 0, "b": 9}


def test_points_change_nothing_else_of_a_notebook(tmp_path: Path) -> None:
    source = ASSIGNMENT.notebooks[0]
    copy = tmp_path / source.name
    copy.write_bytes(source.read_bytes())
    own = points.by_cell([copy])
    points.rewrite(copy, own)
    assert copy.read_bytes() == source.read_bytes()
    points.rewrite(copy, points.shared_out(own, 100))
    changed = [
        (one, other)
        for one, other in zip(source.read_text().splitlines(), copy.read_text().splitlines(), strict=True)
        if one != other
    ]
    assert changed and all('"points": ' in one and '"points": ' in other for one, other in changed)


def test_sentences_about_what_is_left_out_are_found() -> None:
    found = {
        count: [each.sentence for each in texts.of_left_out(ASSIGNMENT.notebooks, count)] for count in (1, 2, 3, 4)
    }
    assert found[4] == []
    for count in (1, 2, 3):
        own = [each for each in texts.of_left_out(ASSIGNMENT.notebooks, count) if str(count) == each.notebook[0]]
        assert own, "the last one that is kept says what follows"
    assert any("Part 3 answers" in sentence for sentence in found[2])
    assert not any("parts 1 and 2" in sentence for sentences in found.values() for sentence in sentences)
    assert "1_rnn_layers.ipynb, cell question_gradients_through_time" in texts.of_points(ASSIGNMENT.notebooks)
