"""`pytest --submission=PATH`: items, sentences, marks, and clear words for a submission that cannot be read."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from autograder.building import demo
from autograder.building.submissions import fill_in
from tests.support.house import EXERCISES, NAME, ROOT

pytestmark = pytest.mark.slow
NOTEBOOK = "1_rnn_layers.ipynb"
WRONG = """
def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h**2)
    return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum(axis=0, keepdims=True)
"""


def run(path: Path, *options: str, folder: Path = ROOT) -> subprocess.CompletedProcess:
    """The command, from the course folder where nothing else is said."""
    command = [sys.executable, "-m", "pytest", f"--submission={path}", "-p", "no:cacheprovider", *options]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_one_wrong_function(released, reference_code, engine, assignment, tmp_path):
    submission = fill_in(released, reference_code + WRONG)
    nbformat.write(submission, tmp_path / NOTEBOOK)
    result = run(tmp_path, "-v")
    assert result.returncode == 1
    items = re.findall(r"(\w+)\[(\w+)\] (PASSED|FAILED)", result.stdout)
    assert len(items) == sum(len(EXERCISES[name].cases) for name in assignment.points("1_rnn_layers"))
    wrong = engine.grade(submission, "1_rnn_layers").judgements
    failed = {(v_name, v.case) for v_name, j in wrong.items() for v in j.verdicts if not v.right}
    assert {(name, case) for name, case, outcome in items if outcome == "FAILED"} == failed
    assert "db has shape (1, 4), expected (4,)" in result.stdout
    assert "advice: " in result.stdout
    assert "Traceback" not in result.stdout
    assert re.search(r"rnn_step_backward +8 of 10\n", result.stdout)
    total = sum(wrong[name].points(most) for name, most in assignment.points("1_rnn_layers").items())
    assert re.search(rf"all exercises +{total:g} of 54\n", result.stdout)


def test_code_beside_the_notebook_does_not_run_in_this_process(released, reference_code, tmp_path):
    nbformat.write(fill_in(released, reference_code), tmp_path / NOTEBOOK)
    for name in ("conftest.py", "__init__.py"):
        (tmp_path / name).write_text("raise SystemExit('the submission ran in the grading process')\n")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = -k nothing\n")
    result = run(tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr
    assert " passed" in result.stdout
    assert "the submission ran" not in result.stdout + result.stderr

    command = [sys.executable, "-m", "pytest", "--submission", str(tmp_path)]  # here pytest takes the path for its own
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == pytest.ExitCode.USAGE_ERROR
    assert "brings settings for pytest (pytest.ini)" in result.stderr


@pytest.mark.parametrize(
    ("content", "sentence"),
    [("{", "1_rnn_layers.ipynb is damaged"), (None, "there is no")],
)
def test_unreadable_submission_is_an_error_with_a_sentence(tmp_path, content, sentence):
    path = tmp_path / NOTEBOOK
    if content:
        path.write_text(content)
    result = run(path)
    assert result.returncode == pytest.ExitCode.USAGE_ERROR
    assert sentence in result.stdout + result.stderr
    assert "INTERNALERROR" not in result.stdout


def test_from_any_folder_the_course_and_the_assignment_can_be_named(released, reference_code, tmp_path):
    elsewhere, submission = tmp_path / "elsewhere", tmp_path / "submission"
    elsewhere.mkdir()
    submission.mkdir()
    nbformat.write(fill_in(released, reference_code), submission / NOTEBOOK)
    lost = run(submission, folder=elsewhere)
    assert lost.returncode == pytest.ExitCode.USAGE_ERROR
    said = "has no assignment: source/ is empty: name the course with --course and the assignment with --assignment"
    assert said in lost.stderr

    unknown = run(submission, f"--course={ROOT}", "--assignment=other", folder=elsewhere)
    assert unknown.returncode == pytest.ExitCode.USAGE_ERROR
    assert f"this course has no assignment 'other'; it has {NAME}" in unknown.stderr

    result = run(submission, f"--course={ROOT}", f"--assignment={NAME}", folder=elsewhere)
    assert result.returncode == 0, result.stdout + result.stderr
    assert re.search(r"all exercises +54 of 54\n", result.stdout)


def test_the_choices_of_the_course_hold_here_too(assignment, released, reference_code, tmp_path):
    folder = tmp_path / "folder"
    demo.lay_out(assignment, folder)
    shutil.copytree(assignment.release, folder / "release" / NAME, ignore=shutil.ignore_patterns("datasets"))
    nbformat.write(fill_in(released, reference_code), tmp_path / NOTEBOOK)
    with open(folder / "nbgrader_config.py", "a") as file:
        file.write("c.GradeSubmission.seed = seven\n")
    result = run(tmp_path, folder=folder)
    assert result.returncode == pytest.ExitCode.USAGE_ERROR
    assert re.search(r"nbgrader_config\.py, line \d+, cannot be read: NameError", result.stderr)
    assert "INTERNALERROR" not in result.stdout + result.stderr
