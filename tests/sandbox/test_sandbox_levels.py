"""The ladder of sandbox levels: found by trying, said in words, refused below the course's minimum."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from autograder.assignment import CASES, KIT, Assignment
from autograder.engine import Engine, furnished
from autograder.errors import SandboxLevelError
from autograder.sandbox import levels, syscalls
from autograder.sandbox.allowance import Allowance
from autograder.sandbox.confine import Plan
from autograder.sandbox.disk import BYTES, Disk
from autograder.sandbox.levels import LEVELS, Ladder, climb, least_or_better
from autograder.sandbox.room import Room
from tests.support import warm_nbgrader
from tests.support.course import CourseFolder
from tests.support.house import data_folder

PROBE = f"""
import os
try:
    seen = len(open({__file__!r}).read()) > 0
except OSError:
    seen = False
print(sorted(set(os.environ) - {{'PWD'}}), sorted(os.listdir()))
print(os.getcwd(), os.access('.', os.W_OK), seen)
"""


@pytest.fixture
def fresh() -> Iterator[None]:
    """A ladder that nobody has climbed yet, before the test and after it."""
    climb.cache_clear()
    yield
    climb.cache_clear()


def test_this_machine_reaches_the_full_level():
    """As every Linux machine with bubblewrap does; the tests of lower levels ask for them by name."""
    assert climb() == Ladder("full")


def test_a_python_behind_several_links_is_there_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """As an environment made of a system's python3 has it, which is itself a link to python3.11."""
    middle, environment = tmp_path / "python3", tmp_path / "environment"
    outer = environment / "bin" / "python"
    outer.parent.mkdir(parents=True)
    middle.symlink_to(Path(sys.executable).resolve())
    outer.symlink_to("../../python3")
    monkeypatch.setattr(sys, "executable", str(outer))
    monkeypatch.setattr(sys, "prefix", str(environment))
    room = Room("full")
    try:
        said = subprocess.run(room.command(sys.executable, "-ISc", "print(6 * 7)"), capture_output=True, text=True)
    finally:
        room.close()
    assert said.stdout == "42\n", said.stderr


@pytest.mark.parametrize(("lacking", "level"), [("bwrap", "container"), ("seccomp", "process")])
def test_what_is_missing_lowers_the_level_and_is_named(
    fresh: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, lacking: str, level: str
):
    if lacking == "bwrap":
        monkeypatch.setenv("PATH", str(tmp_path))
    else:
        monkeypatch.setattr(syscalls, "program", lambda: (_ for _ in ()).throw(OSError("no libseccomp")))
    ladder = climb()
    assert ladder.level == level
    assert "apt-get install" in ladder.missing["full"]
    assert ladder.describe().startswith(f"Sandbox: {level} (")
    assert "For 'full': Install" in ladder.describe()
    with pytest.raises(SandboxLevelError, match=r"Nothing is graded.*asks for 'full' or better.*apt-get install"):
        least_or_better("full")
    assert least_or_better(level) == ladder


def test_namespaces_that_are_forbidden_are_told_from_a_missing_program(
    fresh: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    program = tmp_path / "bwrap"
    program.write_text("#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert climb().level == "container"
    assert "AppArmor profile bwrap-userns-restrict" in climb().missing["full"]


def test_without_landlock_there_is_no_container_level(fresh: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(levels.landlock, "version", lambda: 0)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert climb().level == "process"
    assert "Linux 5.13 or later" in climb().missing["container"]


def test_windows_is_refused_with_a_way_out(fresh: None, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(SandboxLevelError, match="WSL"):
        climb()


@pytest.mark.slow
def test_a_course_that_asks_for_more_than_there_is_grades_nothing_and_says_why(
    assignment: Assignment, tmp_path: Path, released: nbformat.NotebookNode
):
    folder = CourseFolder.released(tmp_path / "course", 'c.Sandbox.minimum = "full"')
    folder.hand_in("someone", nbformat.writes(released))
    nowhere = {**os.environ, "PATH": os.pathsep.join([str(Path(sys.executable).parent), str(tmp_path)])}
    done = warm_nbgrader.shared().run(["autograde", assignment.name], folder.root, nowhere)
    assert done.returncode == 1
    assert "Nothing is graded" in done.stderr
    assert "apt-get install bubblewrap" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (folder.root / "autograded").exists()


@pytest.mark.slow
@pytest.mark.parametrize("level", LEVELS)
def test_the_child_has_a_folder_of_its_own_and_a_clean_environment(
    assignment: Assignment, level: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("SECRET_OF_THE_GRADER", "42")
    with Engine(assignment, level=level) as engine:
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(PROBE)])
        graded = engine.grade(notebook, "1_rnn_layers", assignment.source)
        said = notebook.cells[0].outputs[0].text
    assert graded.sandbox == level
    assert "SECRET_OF_THE_GRADER" not in said
    names = "COCO_CAPTIONING_DIR HOME IPYTHONDIR LANG MALLOC_MMAP_THRESHOLD_ MALLOC_TRIM_THRESHOLD_ MPLBACKEND"
    names += " MPLCONFIGDIR NBGRADER_EXECUTION OMP_NUM_THREADS OPENBLAS_NUM_THREADS PATH PYTHONDONTWRITEBYTECODE TMPDIR"
    assert str(names.split()) in said
    assert (
        "['1_rnn_layers.ipynb', '2_captioning.ipynb', '3_lstm.ipynb', '4_attention.ipynb', 'cs231n', 'figures'" in said
    )
    assert ("/grading/work True" in said) == (level == "full")
    assert (" True False" in said) == (level != "process")  # whether something beside its own things can be read


def test_a_plan_survives_the_command_line():
    plan = Plan("/work", "/library", ("/usr", "/a b"), 1 << 30, forks=False, landlock=False, seccomp=b"\0\xff")
    assert Plan.load(plan.dump()) == plan


@pytest.mark.parametrize("level", LEVELS)
def test_a_room_shows_nothing_of_the_course_but_its_library_and_data(assignment: Assignment, level: str):
    room = Room(level, furnished(assignment, Allowance()))
    try:
        allowed = {str(data_folder(assignment)), sys.prefix, sys.base_prefix}
        words = [*room.plan.readable, *room.command("true")]
        inside = {word for word in words if word.startswith(str(assignment.root))} - allowed
        ours = {path for path in inside if not path.startswith(f"{assignment.root}/autograder/sandbox/")}
        assert ours <= {f"{assignment.root}/autograder/__init__.py"}
        assert {path.name for path in (room.folder / "course").iterdir()} == {assignment.library, KIT}
        assert (room.folder / "course" / "cs231n" / "check.py").is_file()
        assert (room.folder / "course" / KIT / CASES).is_file()
        assert not list((room.folder / "course").rglob("*.ipynb"))
    finally:
        room.close()
    assert not room.folder.exists()


def test_a_disk_counts_only_what_lies_in_the_folder(tmp_path: Path):
    (tmp_path / "work").mkdir()
    disk = Disk(tmp_path / "work")
    for place, overfull in ((tmp_path / "elsewhere", False), (tmp_path / "work" / "much", True)):
        with open(place, "wb") as file:
            os.posix_fallocate(file.fileno(), 0, BYTES + (1 << 20))
        assert disk.overfull() is overfull
