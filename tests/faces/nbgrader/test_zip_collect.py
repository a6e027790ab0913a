"""The patterns of docs/several.md, on archives as learning management systems make them, with nbgrader's command."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from autograder.course.marks import course_directory, rows
from tests.support.house import ROOT
from tests.support.pair import FIRST, HELPER, MOST, NAME, SECOND, Pair
from tests.support.unlucky import zipped

pytestmark = pytest.mark.slow

PAGE = (ROOT / "docs" / "several.md").read_text()
PATTERNS = dict(
    re.findall(r"^    # (\w+), .*\n    (c\.FileNameCollectorPlugin\.named_regexp = .*)$", PAGE, re.MULTILINE)
)
TOGETHER = re.findall(
    r"^    (c\.(?:FileNameCollectorPlugin\.valid_ext|ZipCollectApp\.extractor_plugin) = .*)$", PAGE, re.MULTILINE
)

Files = Mapping[str, bytes]


def canvas(first: bytes, second: bytes, packed: bytes) -> tuple[str, Files]:
    return "submissions.zip", {
        f"doejane_1234_567890_{FIRST}": first,
        f"doejane_1234_567891_{SECOND}": second,
        "doejane_1234_567892_helper.py": HELPER.encode(),
        f"roebob_LATE_77_567893_{FIRST.replace('.', '-1.')}": first,
        f"roebob_LATE_77_567894_{SECOND.replace('.', '-1.')}": second,
        "roebob_LATE_77_567895_helper-2.py": HELPER.encode(),
        "zhangli_88_567896_my work.zip": packed,
        "broken_99_567897_work.zip": packed[:300],
    }


def moodle(first: bytes, second: bytes, packed: bytes) -> tuple[str, Files]:
    return "CS231n-RNN captioning-4711.zip", {
        f"Jane Doe_1234_assignsubmission_file_/{FIRST}": first,
        f"Jane Doe_1234_assignsubmission_file_/{SECOND}": second,
        "Jane Doe_1234_assignsubmission_file_/helper.py": HELPER.encode(),
        "Jane Doe_1234_assignsubmission_onlinetext_/onlinetext.html": b"<p>Hello</p>",
        f"Bob Röe_77_assignsubmission_file_{FIRST}": first,
        f"Bob Röe_77_assignsubmission_file_{SECOND}": second,
        "Bob Röe_77_assignsubmission_file_helper.py": HELPER.encode(),
        "Zhang Li_88_assignsubmission_file_/my work.zip": packed,
        "Bro Ken_99_assignsubmission_file_/work.zip": packed[:300],
    }


def blackboard(first: bytes, second: bytes, packed: bytes) -> tuple[str, Files]:
    old, new = "attempt_2026-11-20-10-11-12", "attempt_2026-11-21-09-00-00"
    return "gradebook_CS231n_Homework202_2026-11-26-12-00-00.zip", {
        f"Homework 2_jane_{old}_{FIRST}": b"{}",
        f"Homework 2_jane_{new}_{FIRST}": first,
        f"Homework 2_jane_{new}_{SECOND}": second,
        f"Homework 2_jane_{new}_helper.py": HELPER.encode(),
        f"Homework 2_jane_{new}.txt": b"Name: Jane Doe (jane)",
        f"Homework 2_b_roe_{old}_{FIRST}": first,
        f"Homework 2_b_roe_{old}_{SECOND}": second,
        f"Homework 2_b_roe_{old}_helper.py": HELPER.encode(),
        f"Homework 2_li_{old}_my work.zip": packed,
        f"Homework 2_ken_{old}_work.zip": packed[:300],
    }


STUDENTS = {
    canvas: ("1234", "77", "88", "99"),
    moodle: ("Jane Doe_1234", "Bob Röe_77", "Zhang Li_88", "Bro Ken_99"),
    blackboard: ("jane", "b_roe", "li", "ken"),
}


def test_each_system_has_a_pattern() -> None:
    assert [name.lower() for name in PATTERNS] == [system.__name__ for system in STUDENTS]
    assert len(TOGETHER) == 2


@pytest.mark.parametrize("system", STUDENTS, ids=lambda system: system.__name__)
def test_an_archive_is_sorted_and_graded(tmp_path: Path, system) -> None:
    course = Pair.make(tmp_path / "course")
    folder = course.hand_in("template")
    first, second = ((folder / name).read_bytes() for name in (FIRST, SECOND))
    packed = zipped({path.name: path.read_bytes() for path in folder.iterdir()}, "my work/")
    name, files = system(first, second, packed)
    for path in (folder, folder.parent):
        for file in path.iterdir():
            file.unlink()
        path.rmdir()
    archive = course.root / "downloaded" / NAME / "archive"
    archive.mkdir(parents=True)
    (archive / name).write_bytes(zipped(files))
    with open(course.root / "nbgrader_config.py", "a") as config:
        config.write("\n".join([PATTERNS[system.__name__.capitalize()], *TOGETHER]))
    done = course.nbgrader("zip_collect")
    assert done.returncode == 0, done.stderr
    whole, late, inside, broken = STUDENTS[system]
    for student in (whole, late):
        found = {path.name for path in course.submitted(student).iterdir()} - {"timestamp.txt"}
        assert found == {FIRST, SECOND, "helper.py"}
    assert (course.submitted(whole) / FIRST).read_bytes() == first
    assert course.nbgrader("autograde").returncode == 0
    graded = {row.student: row for row in rows(course_directory(course.root), NAME)}
    assert {name: row.points for name, row in graded.items()} == {whole: MOST, late: MOST, inside: MOST, broken: None}
    assert {graded[name].status.value for name in (whole, late)} == {"graded"}
    assert "taken out of my work.zip/my work" in graded[inside].notes[0]
    assert "work.zip is damaged" in graded[broken].notes[0]
