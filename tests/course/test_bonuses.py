"""Which bonus points grading and feedback go by: the release's, and the source's where it is gone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from nbgrader.coursedir import CourseDirectory

from autograder.course.bonuses import released_bonuses

NAMES = {"assignment": "ps1", "notebook": "problem1"}


def write(root: Path, step: str, points: float, **metadata: Any) -> None:
    about = {"grade": True, "grade_id": "one", "points": points}
    cell = {"cell_type": "code", "source": "", "metadata": {"nbgrader": about, **metadata}}
    path = root / step / "ps1" / "problem1.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"cells": [cell]}))


def test_a_tag_that_went_counts_until_the_next_release(tmp_path: Path) -> None:
    coursedir = CourseDirectory(root=str(tmp_path))
    assert released_bonuses(coursedir, NAMES) == {}
    write(tmp_path, "source", 3.0, tags=["bonus"])
    assert released_bonuses(coursedir, NAMES) == {"one": 3.0}
    write(tmp_path, "release", 0.0, bonus_points=2.0)
    assert released_bonuses(coursedir, NAMES) == {"one": 2.0}
    write(tmp_path, "source", 3.0)
    assert released_bonuses(coursedir, NAMES) == {"one": 2.0}
    write(tmp_path, "release", 3.0)  # before the tag came
    write(tmp_path, "source", 3.0, tags=["bonus"])
    assert released_bonuses(coursedir, NAMES) == {}
