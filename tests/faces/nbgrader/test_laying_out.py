"""A submission is laid out as nbgrader does it: the same rows in all tables, the same files, and no file twice."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde, NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import SaveCells

from autograder.faces.nbgrader import laying_out
from autograder.faces.nbgrader.gradebook import open_gradebook
from autograder.faces.nbgrader.setup import prepare
from tests.faces.nbgrader.test_gradebook import source
from tests.support.saved import rows

pytestmark = [
    pytest.mark.slow,  # it makes a gradebook
    pytest.mark.filterwarnings("ignore:Object of type <Submitted"),  # of nbgrader's own way
]

Change = Callable[[Path], None]
LATE = "2026-01-01 10:00:00 UTC"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with two notebooks of every kind of cell, and what a student has handed in."""
    prepare()  # it finds alembic, which nbgrader calls
    root = tmp_path_factory.mktemp("laid out") / "course"
    files = {
        **{f"source/a/{name}": f"the course's {name}" for name in ("tools.py", "free.py", "data/x.csv", "1.ipynb")},
        **{f"submitted/s/a/{name}": f"mine: {name}" for name in ("tools.py", "free.py", "notes/a b,c.txt", "中文.md")},
        **{f"submitted/s/a/{name}": "" for name in ("1.ipynb", "2.ipynb", "x.pyc", "__pycache__/y.py", "[x]/z.pyc")},
        "submitted/s/a/timestamp.txt": LATE,
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
        gradebook.add_assignment("a", duedate=datetime(2025, 12, 31, tzinfo=UTC).replace(tzinfo=None))
        for name in ("1", "2"):
            about = {"notebook": name, "assignment": "a", "student": ".", "db_url": gradebook.engine.url}
            SaveCells().preprocess(source(), {"nbgrader": {**about, "db_url": f"sqlite:///{root / 'gradebook.db'}"}})
    return root


def laid_out(course: Path, root: Path, how: Callable[..., None], change: Change, **traits: object) -> Path:
    """A copy of the course whose submission is laid out, twice where the gradebook is changed in between."""
    shutil.copytree(course, root)
    for step in (lambda _: None, change):
        step(root)
        shutil.rmtree(root / "autograded", ignore_errors=True)
        converter = Autograde(coursedir=CourseDirectory(root=str(root)), **traits)
        converter.notebooks = [str(path) for path in sorted((root / "submitted/s/a").glob("*.ipynb"))]
        os.chdir(root)
        how(converter, "a", "s")
    return root


def files(root: Path) -> dict[str, bytes]:
    graded = root / "autograded"
    return {str(path.relative_to(graded)): path.read_bytes() for path in graded.rglob("*") if path.is_file()}


def nothing(_: Path) -> None:
    """A grading once more."""


def by_hand(root: Path) -> None:
    """Somebody marks, adds points, comments and gives more time."""
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
        grade = gradebook.find_grade("question", "1", "a", "s")
        grade.manual_score, grade.extra_credit, grade.auto_score, grade.needs_manual_grade = 2.5, 1.0, None, False
        gradebook.find_grade("task", "2", "a", "s").manual_score = 1.0
        gradebook.find_comment("question", "1", "a", "s").manual_comment = "good"
        gradebook.grant_extension("a", "s", days=3)


def one_missing(root: Path) -> None:
    """The second notebook was handed in before, marked, and is not there any more; the time has changed."""
    (root / "submitted/s/a/2.ipynb").unlink()
    (root / "submitted/s/a/timestamp.txt").write_text("2025-12-30 10:00:00 UTC")
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
        gradebook.find_grade("question", "2", "a", "s").manual_score = 1.5
        gradebook.db.commit()


def a_stranger(root: Path) -> None:
    (root / "submitted/s/a/3.ipynb").write_text("")
    (root / "submitted/s/a/timestamp.txt").unlink()


@pytest.mark.parametrize("change", [nothing, by_hand, one_missing, a_stranger])
@pytest.mark.parametrize("kept", [[], ["free.py"]], ids=["", "free"])
def test_the_same_rows_and_files_as_nbgraders_own(
    course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Change, kept: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    traits = {"exclude_overwriting": {"a": kept}}
    monkeypatch.setattr("nbgrader.converters.autograde.Gradebook", Gradebook)
    theirs = laid_out(course, tmp_path / "theirs", laying_out.as_nbgrader, change, **traits)
    monkeypatch.setattr("nbgrader.converters.autograde.Gradebook", open_gradebook)
    ours = laid_out(course, tmp_path / "ours", laying_out.lay_out, change, **traits)
    found = rows(ours)
    assert found == rows(theirs)
    assert len(found["grade"]) == 2 * len([cell for cell in source().cells if "points" in cell.metadata.nbgrader])
    assert found["comment"]
    assert files(ours) == files(theirs)
    assert ("s/a/free.py", b"mine: free.py" if kept else b"the course's free.py") in files(ours).items()
    assert not any(path.suffix == ".pyc" for path in (ours / "autograded").rglob("*"))


def test_whoever_is_unknown_is_refused_and_nothing_is_saved(
    course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = rows(course)
    with pytest.raises(NbGraderException, match="No student with ID 's'"):
        laid_out(course, tmp_path / "refused", laying_out.lay_out, nothing, create_student=False)
    assert rows(tmp_path / "refused") == before


def test_a_failure_leaves_no_half_of_a_submission(
    course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    def no_notebooks(root: Path) -> None:
        for path in (root / "submitted/s/a").glob("*.ipynb"):
            path.rename(path.with_name("unknown.ipynb"))
        with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
            gradebook.remove_submission("a", "s")
            gradebook.remove_student("s")

    with pytest.raises(NbGraderException, match="No notebooks found"):
        laid_out(course, tmp_path / "refused", laying_out.lay_out, no_notebooks)
    assert rows(tmp_path / "refused") == rows(course)
