"""The Gradescope package: what is in it, and submissions graded in a folder laid out as Gradescope does."""

from __future__ import annotations

import calendar
import json
import re
import stat
import subprocess
import zipfile
from contextlib import nullcontext
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from autograder.assignment import Assignment, load
from autograder.building import demo
from autograder.building.submissions import add_cell, fill_in
from autograder.cli import main
from autograder.engine import Engine
from autograder.faces.gradescope.__main__ import main as grade
from autograder.faces.gradescope.grading import GradedNotebook
from autograder.faces.gradescope.package import SETTINGS, contents
from autograder.faces.gradescope.results import failure, results
from autograder.faces.gradescope.settings import PackageSettings
from autograder.record import Event, Note
from autograder.sandbox import levels
from tests.support.gradescope import Container
from tests.support.house import SAMPLES

pytestmark = pytest.mark.slow

NOTEBOOK = "1_rnn_layers"
FILE = f"{NOTEBOOK}.ipynb"
PEEK = """
from pathlib import Path
seen = []
for name in ["", "solutions", "solutions/rnn_captioning", "exercises/rnn_captioning", "autograder"]:
    try:
        seen.append(sorted(Path({root!r}, "source", name).iterdir()))
    except OSError:
        pass
for name in ["solutions/rnn_captioning/rnn_layers.py", "exercises/rnn_captioning/rnn_forward.py", "gradescope.json",
             "source/rnn_captioning/1_rnn_layers.ipynb"]:
    try:
        seen.append(Path({root!r}, "source", name).read_text())
    except OSError:
        pass
if seen:
    rnn_step_forward = None  # the reference was in sight
"""


@pytest.fixture(scope="module")
def made(assignment: Assignment, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as an instructor makes it."""
    path = tmp_path_factory.mktemp("dist") / "new" / "gradescope.zip"
    assert main(["gradescope", "--to", str(path), "--course", str(assignment.root)]) == 0
    return path


@pytest.fixture(scope="module")
def container(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Container:
    root = tmp_path_factory.mktemp("autograder")
    with zipfile.ZipFile(made) as package:
        package.extractall(root / "source")
    _only(root, NOTEBOOK)
    return Container(root)


@pytest.fixture
def here(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """The tests' engine in the place of one that each grading would start."""
    monkeypatch.setattr(PackageSettings, "engine", lambda settings, assignment: nullcontext(engine))
    return engine


def _only(root: Path, *notebooks: str) -> None:
    """Let the package grade these notebooks, as --notebook does: what holds for one holds for all."""
    path = root / "source" / SETTINGS
    path.write_text(json.dumps({**json.loads(path.read_text()), "notebooks": notebooks}))


def _choices(assignment: Assignment, *notebooks: str, visibility: str = "after_due_date") -> PackageSettings:
    return PackageSettings.of_course(assignment, visibility, notebooks)


def test_the_package_holds_what_gradescope_asks_for_and_no_caches(made: Path):
    with zipfile.ZipFile(made) as package:
        modes = {entry.filename: entry.external_attr >> 16 for entry in package.infolist()}
    assert all(modes[name] & stat.S_IXUSR for name in ("setup.sh", "run_autograder"))
    assert {
        "solutions/rnn_captioning/rnn_layers.py",
        "release/rnn_captioning/4_attention.ipynb",
        "requirements.lock",
    } <= modes.keys()
    assert not [name for name in modes if "__pycache__" in name or name.endswith(".pyc")]
    assert made.stat().st_size < 14 << 20


def test_the_same_course_gives_the_same_bytes(
    assignment: Assignment, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with zipfile.ZipFile(made) as archive:  # the day may have changed since it was made
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(calendar.timegm(archive.infolist()[0].date_time)))
    again = tmp_path / "again.zip"
    assert main(["gradescope", "--to", str(again), "--course", str(assignment.root)]) == 0
    assert again.read_bytes() == made.read_bytes()


def test_the_scripts_are_right_in_sh_and_name_no_host(made: Path, tmp_path: Path):
    with zipfile.ZipFile(made) as package:
        package.extractall(tmp_path, ["setup.sh", "run_autograder"])
    for name in ("setup.sh", "run_autograder"):
        subprocess.run(["sh", "-n", str(tmp_path / name)], check=True)
        assert "://" not in (tmp_path / name).read_text()
        assert "index" not in (tmp_path / name).read_text()


def _course(assignment: Assignment, root: Path, config: str) -> Assignment:
    """A course with these lines in its configuration."""
    laid_out = demo.lay_out(assignment, root)
    with open(root / "nbgrader_config.py", "a") as file:
        file.write(f"\n{config}\n")
    return laid_out


def test_the_choices_of_the_course_go_along(assignment: Assignment, tmp_path: Path):
    mine = "c.GradeSubmission.advice = 'names'\nc.GradeSubmission.seed = 7\nc.Sandbox.minimum = 'full'\n"
    own = f"c.GradeSubmission.assignments = {{{assignment.name!r}: {{'cell_limit': 7.0}}}}"
    settings = _choices(_course(assignment, tmp_path, mine + own), NOTEBOOK)
    grading = settings.grading
    assert (grading.advice, grading.seed, grading.minimum, grading.cell_limit) == ("names", 7, "full", 7.0)
    assert PackageSettings.load(contents(assignment, settings)[SETTINGS].decode()) == settings


def test_a_level_at_which_code_could_read_the_solution_is_never_enough(assignment: Assignment, tmp_path: Path):
    settings = _choices(_course(assignment, tmp_path, "c.Sandbox.minimum = 'process'"), NOTEBOOK)
    assert settings.grading.minimum == "container"


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        ("c.GradeSubmission.seed = seven", r"nbgrader_config\.py, line \d+, cannot be read: NameError"),
        ("c.GradeSubmission.cel_limit = 7", "c.GradeSubmission has no choice 'cel_limit'"),
    ],
)
def test_a_configuration_with_an_error_is_a_sentence(
    assignment: Assignment, tmp_path: Path, config: str, sentence: str, capsys: pytest.CaptureFixture
):
    _course(assignment, tmp_path, config)
    assert main(["gradescope", "--course", str(tmp_path), "--to", str(tmp_path / "x.zip")]) == 2
    assert re.search(f"^error: .*{sentence}", capsys.readouterr().err, re.MULTILINE)
    assert not (tmp_path / "x.zip").exists()


def test_a_wrong_folder_assignment_or_notebook_is_a_sentence(
    assignment: Assignment, tmp_path: Path, capsys: pytest.CaptureFixture
):
    to = ["--to", str(tmp_path / "x.zip")]
    assert main(["gradescope", "--course", str(tmp_path), *to]) == 2
    assert main(["gradescope", "other", "--course", str(assignment.root), *to]) == 2
    assert main(["gradescope", "--course", str(assignment.root), *to, "--notebook", "4_more"]) == 2
    said = capsys.readouterr().err
    assert "has no assignment: source/ is empty" in said
    assert "this course has no assignment 'other'; it has rnn_captioning" in said
    assert "the assignment has no notebook named '4_more'; it has 1_rnn_layers," in said
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_the_reference_is_out_of_sight_at_the_level_that_containers_allow(
    assignment: Assignment, container: Container, solved: NotebookNode
):
    peek, names = PEEK.format(root=str(container.root)), {"rnn_step_forward": print}
    exec(peek, names)
    assert names["rnn_step_forward"] is None  # here, unconfined, the peek does find it
    with Engine(load(container.root / "source", assignment.name), level="container") as engine:
        judgements = engine.grade(add_cell(solved, "rnn_step_forward", peek), NOTEBOOK).judgements
    assert judgements["rnn_step_forward"].fraction == 1.0


@pytest.mark.slow
def test_a_submission_is_graded_in_the_container_where_the_reference_is_out_of_its_sight(
    container: Container, engine: Engine, released: NotebookNode, reference_code: str
):
    notebook = fill_in(released, reference_code + (SAMPLES / NOTEBOOK / "no_carry.py").read_text())
    peeking = add_cell(notebook, "rnn_step_forward", PEEK.format(root=str(container.root)))
    container.hand_in({f"homework/{FILE}": nbformat.writes(peeking), f"__MACOSX/homework/._{FILE}": b"\0"})
    (container.root / "submission_metadata.json").write_text(json.dumps({"assignment": {"total_points": "100.0"}}))
    found, said = container.run()
    judgements, points = engine.grade(notebook, NOTEBOOK).judgements, engine.assignment.points(NOTEBOOK)
    tests = {test["name"]: test for test in found["tests"]}
    assert {name: (test["score"], test["max_score"]) for name, test in tests.items()} == {
        name: (judgements[name].points(most), most) for name, most in points.items()
    }
    assert {test["visibility"] for test in tests.values()} == {"after_due_date"}
    wrong = tests["rnn_backward"]
    assert 0 < wrong["score"] < wrong["max_score"]
    assert (wrong["status"], wrong["output_format"]) == ("failed", "html")
    assert "<table" in wrong["output"] and judgements["rnn_backward"].advice[0].text[:20] in wrong["output"]
    assert tests["rnn_step_forward"]["status"] == "passed"  # after the cell that would have ended it
    assert "shown after the due date" in found["output"]
    assert f"(sandbox {engine.level}" in said
    assert "Gradescope has 100 points for this assignment: the exercises have 54, and 60 with" in said


def test_right_code_earns_all(container: Container, here: Engine, solved: NotebookNode, capsys: pytest.CaptureFixture):
    container.hand_in({FILE: nbformat.writes(solved)})
    found = container.grade_here()
    assert {test["name"]: (test["score"], test["max_score"], test["status"]) for test in found["tests"]} == {
        name: (most, most, "passed") for name, most in here.assignment.points(NOTEBOOK).items()
    }
    assert "The written questions (6 points) are not in these results" in found["output"]
    assert f"{NOTEBOOK}: 54 of 54 points" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("files", "sentence"),
    [({FILE: '{"cells": ['}, f"{FILE} is damaged"), ({}, f"There is no {FILE} in the submission.")],
    ids=["torn", "empty"],
)
def test_what_cannot_be_read_has_no_score_and_says_so_at_once(
    container: Container, here: Engine, files: dict, sentence: str, capsys: pytest.CaptureFixture
):
    container.hand_in(files)
    found = container.grade_here()
    (test,) = found["tests"]
    assert "score" not in found and "score" not in test
    assert (test["status"], test["visibility"]) == ("failed", "visible")
    assert sentence in test["output"] and "This is not a mark" in test["output"]
    assert "NOT GRADED, it needs you" in capsys.readouterr().out
    assert "results of the exercises" not in found["output"]


def test_below_the_least_level_nothing_is_graded_and_instructors_read_why(
    container: Container, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
):
    ladder = levels.Ladder("process", {"container": "The kernel offers no Landlock."})
    monkeypatch.setattr(levels, "climb", lambda: ladder)
    container.hand_in({})
    found, said = container.grade_here(), capsys.readouterr().out
    assert "Nothing is graded" in said and "make the package again" in said
    assert "score" not in json.dumps(found) and "Landlock" not in json.dumps(found)
    assert "This is not a mark" in found["tests"][0]["output"]


def test_a_grader_that_ends_early_leaves_results_without_a_score(container: Container):
    container.hand_in({})
    found, _ = container.run(python="/bin/false")
    assert "did not come to its end" in found["output"]
    assert "score" not in json.dumps(found)
    assert found["tests"][0]["status"] == "failed"


def test_a_grader_that_fails_leaves_results_without_a_score(tmp_path: Path):
    assert grade(tmp_path) == 1
    found = json.loads((tmp_path / "results" / "results.json").read_text())
    assert found == failure("Your submission has arrived, but the grader does not work here.")


@pytest.mark.slow
def test_links_are_replaced_and_a_submission_that_holds_too_much_is_refused(
    container: Container, here: Engine, tmp_path: Path
):
    secret = tmp_path / "secret"
    secret.write_text("{}")
    container.hand_in({})
    (container.submission / FILE).symlink_to(secret)
    (test,) = container.grade_here()["tests"]
    assert f"In the place of {FILE} was a link" in test["output"] and "score" not in test
    assert (container.submission / FILE).read_text().startswith("In the place of this file was a link")

    (container.submission / "/".join(["d"] * 25)).mkdir(parents=True)
    found = container.grade_here()
    assert "Your submission could not be graded" in found["output"] and "folders deep" in found["output"]
    assert "score" not in found["tests"][0]


def test_a_notebook_that_cannot_be_read_does_not_hide_the_others_and_students_are_told(assignment, engine, solved):
    settings = _choices(assignment, NOTEBOOK, "3_lstm", visibility="visible")
    good = GradedNotebook(
        NOTEBOOK, (Note(Event.REPAIR, "Two of its cells could not be read."),), engine.grade(solved, NOTEBOOK)
    )
    bad = GradedNotebook("3_lstm", (Note(Event.UNREADABLE, "3_lstm.ipynb is damaged."),), None)
    found = results(assignment, settings, [good, bad], 1.0)
    scored = [test for test in found["tests"] if "score" in test]
    assert sum(test["score"] for test in scored) == 54
    (other,) = [test for test in found["tests"] if "score" not in test]
    assert other["name"] == "3_lstm.ipynb was not graded"
    assert found["output"].splitlines() == [
        "1_rnn_layers.ipynb: read and graded. Two of its cells could not be read.",
        "3_lstm.ipynb: not graded. This is not a mark: someone has to look at it, or you hand it in again."
        " 3_lstm.ipynb is damaged.",
        "The results of the exercises are below.",
        "The written questions (6 points) are not in these results: they are marked by hand.",
    ]


def test_points_by_hand_are_the_rest_of_the_assignments(assignment: Assignment):
    assert sum(assignment.points_by_hand(path.stem) for path in assignment.notebooks) == 24
