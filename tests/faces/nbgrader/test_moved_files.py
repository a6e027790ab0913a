"""Files that come with notebooks in a folder or an archive: in the graded copy, where Formgrader shows them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.pair import HELPER, TOOLS, Pair
from tests.support.unlucky import files_of, into, packed, zipped

pytestmark = pytest.mark.slow

TRAPS = {"nbgrader_config.py": b"raise SystemExit", "timestamp.txt": b"never", "limit.txt/inside": b"1"}


def pack(files: dict[str, bytes]) -> bytes:
    return zipped({**files, **TRAPS, "pictures/plot.png": b"\x89PNG", "tools.py": b"raise SystemExit"}, "hw/")


def test_they_are_where_people_look_for_them(tmp_path: Path) -> None:
    course = Pair.make(tmp_path / "course")
    for student, change in {"folder": into("my work"), "archive": packed("hw.zip", pack)}.items():
        change(course.hand_in(student), course)
    done = course.nbgrader("autograde")
    assert done.returncode == 0, done.stderr
    graded = {student: files_of(course.root / "autograded" / student / "pair") for student in ("folder", "archive")}
    assert graded["folder"]["helper.py"] == graded["archive"]["helper.py"] == HELPER.encode()
    assert graded["archive"]["pictures/plot.png"] == b"\x89PNG"
    assert graded["archive"]["tools.py"] == TOOLS.encode()  # the course's own
    assert graded["archive"]["limit.txt"] == b"9\n"
    assert not {"nbgrader_config.py", "timestamp.txt"} & graded["archive"].keys()
