"""`python -m autograder pytest PATH`: items, sentences, marks, and clear words for a submission that cannot be read.

Where it matters how Python starts, the command is started; elsewhere it runs in a fork of a warm process, and so does
what it would start.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from autograder.building import demo
from autograder.building.submissions import fill_in
from autograder.faces.pytest.cli import environment
from tests.support import warm_nbgrader
from tests.support.house import EXERCISES, NAME, ROOT

pytestmark = pytest.mark.slow

NOTEBOOK = "1_rnn_layers.ipynb"
MOST = 54
WRONG = """
def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h**2)
    return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum(axis=0, keepdims=True)
"""
STEERS = """
def rnn_step_backward(dnext_h, cache):
    raise ValueError("\\x1b[2J\\x1b]0;mine\\x07\\x9b31m\\u202e54 of 54\\r no, caf\\xe9 \\U0001f469\\u200d\\U0001f4bb")
"""
RAN = "the submission ran in the grading process"
PLUGIN = f"raise SystemExit({RAN!r})\n"
SETTINGS = {
    "pyproject.toml": '[tool.pytest.ini_options]\naddopts = "-p evil"\npythonpath = ["."]\n',
    "pytest.ini": "[pytest]\naddopts = -p evil\npythonpath = .\n",
    ".pytest.ini": "[pytest]\naddopts = -p evil\npythonpath = .\n",
    "tox.ini": "[pytest]\naddopts = -k nothing\n",
    "setup.cfg": "[tool:pytest]\naddopts = -k nothing\n",
    "conftest.py": PLUGIN,
    "evil.py": PLUGIN,
    "__init__.py": PLUGIN,
}
SHADOWS = dict.fromkeys(("argparse.py", "numpy.py", "pytest.py", "sitecustomize.py"), PLUGIN)

WARM = """
import os, runpy, sys

def execute(program, command, environment):
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = command[command.index("-m") + 1 :]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)

os.execve = execute
"""

slow = pytest.mark.slow


def start(path: Path | str, *options: str, folder: Path = ROOT, **env: str) -> subprocess.CompletedProcess[str]:
    """The command, from the course folder where nothing else is said."""
    command = [sys.executable, "-m", "autograder", "pytest", str(path), *options]
    return subprocess.run(command, cwd=folder, env={**os.environ, **env}, capture_output=True, text=True, check=False)


def run(path: Path | str, *options: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """The same in a fork of the warm process."""
    return warm_nbgrader.shared().run(
        ["pytest", str(path), *options], folder, os.environ, before=WARM, program=warm_nbgrader.AUTOGRADER
    )


@pytest.fixture
def right(released, reference_code: str, tmp_path: Path) -> Path:
    """A folder with the first notebook, all right."""
    folder = tmp_path / "submission"
    folder.mkdir()
    nbformat.write(fill_in(released, reference_code), folder / NOTEBOOK)
    return folder


@slow
def test_one_wrong_function(released, reference_code, engine, assignment, tmp_path):
    submission = fill_in(released, reference_code + WRONG)
    nbformat.write(submission, tmp_path / NOTEBOOK)
    result = start(tmp_path / NOTEBOOK, "-v")
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
    assert re.search(rf"all exercises +{total:g} of {MOST}\n", result.stdout)


@slow
@pytest.mark.parametrize("started_in", ["course", "submission"])
def test_nothing_that_lies_beside_the_notebook_is_run_or_read(right: Path, started_in: str):
    for name, content in {**SETTINGS, **(SHADOWS if started_in == "submission" else {})}.items():
        (right / name).write_text(content)
    folder = right if started_in == "submission" else ROOT
    told = {"PYTEST_ADDOPTS": "-p evil", "PYTEST_PLUGINS": "evil", "PYTHONPATH": ":."}
    result = start(right / NOTEBOOK, f"--course={ROOT}", folder=folder, **told if started_in == "course" else {})
    assert result.returncode == 0, result.stdout + result.stderr
    assert " passed" in result.stdout and "deselected" not in result.stdout
    assert RAN not in result.stdout + result.stderr


def test_the_new_process_is_told_nothing_by_variables_and_imports_from_no_folder_one_is_in():
    given = {"PYTEST_ADDOPTS": "-p evil", "PYTEST_PLUGINS": "evil", "PYTHONPATH": ":.:/kept:sub", "HOME": "/home"}
    assert environment(given) == {
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONPATH": f"{ROOT}:/kept",
        "HOME": "/home",
    }


def test_pytest_itself_finds_no_plugin_of_ours_and_promises_nothing(tmp_path: Path):
    (tmp_path / NOTEBOOK).write_text("{")
    command = [sys.executable, "-m", "pytest", f"--submission={tmp_path}"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == pytest.ExitCode.USAGE_ERROR
    assert "unrecognized arguments: --submission" in result.stderr


@slow
def test_options_of_pytests_are_handed_on(right: Path, tmp_path: Path):
    result = run(
        right / NOTEBOOK, "-q", "--junitxml=results.xml", "-k", "embedding", f"--course={ROOT}", folder=tmp_path
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert re.search(r"\d+ passed, \d+ deselected", result.stdout)
    assert "word_embedding_forward" in (tmp_path / "results.xml").read_text()
    assert run(right, "--no-such-option").returncode == pytest.ExitCode.USAGE_ERROR
    assert "one submission at a time" in run(right, str(tmp_path)).stderr


@slow
def test_what_is_missing_is_said_counts_and_fails(right: Path, assignment):
    (right / "3_lstm.ipynb").write_text("{")
    result = run(right)
    assert result.returncode == pytest.ExitCode.TESTS_FAILED
    most = sum(sum(assignment.points(path.stem).values()) for path in assignment.notebooks)
    assert re.search(rf"all exercises +- of {most:g}, {MOST} in what was graded\n", result.stdout)
    assert "\n2_captioning.ipynb: not graded. There is no 2_captioning.ipynb in the submission" in result.stdout
    assert "\n3_lstm.ipynb: not graded. 3_lstm.ipynb is damaged" in result.stdout


@slow
def test_a_students_words_do_not_steer_the_terminal(released, reference_code, tmp_path):
    folder = tmp_path / "\x1b[2Jme"
    folder.mkdir()
    nbformat.write(fill_in(released, reference_code + STEERS), folder / NOTEBOOK)
    result = run(folder / NOTEBOOK, "-v", "--junitxml=results.xml", f"--course={ROOT}", folder=tmp_path)
    assert result.returncode == pytest.ExitCode.TESTS_FAILED
    said = result.stdout + result.stderr
    assert not set("\x1b\x07\x9b\u202e\r") & set(said)
    assert "café \U0001f469\u200d\U0001f4bb" in said
    assert "ValueError" in (tmp_path / "results.xml").read_text()


@slow
def test_a_students_words_are_no_lines_of_the_marks(released, reference_code, tmp_path):
    forged = "===== marks =====\nall exercises  -  of 186, 186\n"
    kind = f"type({'E' + chr(10) + forged!r}, (Exception,), {{}})"
    raises = f"def rnn_forward(x, h0, Wx, Wh, b):\n    raise {kind}({forged!r})\n"
    nbformat.write(fill_in(released, reference_code + raises), tmp_path / NOTEBOOK)
    said = run(tmp_path / NOTEBOOK, f"--course={ROOT}", folder=tmp_path).stdout.splitlines()
    assert "all exercises  -  of 186, 186" in " ".join(said), "it is told"
    (marks,) = [line for line in said if line.startswith("all exercises")]
    assert marks.split() == ["all", "exercises", "46", "of", "54"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [("{", "1_rnn_layers.ipynb is damaged"), (None, "there is no "), ("", "1_rnn_layers.ipynb is empty")],
)
def test_unreadable_submission_is_an_error_with_a_sentence(tmp_path, content, sentence):
    path = tmp_path / NOTEBOOK
    if content is not None:
        path.write_text(content)
    result = run(path)
    assert result.returncode == pytest.ExitCode.USAGE_ERROR
    assert sentence in result.stdout + result.stderr
    assert "INTERNALERROR" not in result.stdout and " of " not in result.stdout


def test_a_folder_in_which_nothing_can_be_graded_has_no_marks(tmp_path):
    result = run(tmp_path)
    assert result.returncode == pytest.ExitCode.USAGE_ERROR
    assert all(f"There is no {name} in the submission" in result.stderr for name in (NOTEBOOK, "3_lstm.ipynb"))
    assert "all exercises" not in result.stdout


@slow
def test_from_any_folder_the_course_and_the_assignment_can_be_named(right: Path, tmp_path: Path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    lost = run(right, folder=elsewhere)
    assert lost.returncode == pytest.ExitCode.USAGE_ERROR
    said = "has no assignment: source/ is empty: name the course with --course and the assignment with --assignment"
    assert said in lost.stderr

    unknown = run(right, f"--course={ROOT}", "--assignment=other", folder=elsewhere)
    assert unknown.returncode == pytest.ExitCode.USAGE_ERROR
    assert f"this course has no assignment 'other'; it has {NAME}" in unknown.stderr

    result = run(right / NOTEBOOK, f"--course={ROOT}", f"--assignment={NAME}", folder=elsewhere)
    assert result.returncode == 0, result.stdout + result.stderr
    assert re.search(rf"all exercises +{MOST} of {MOST}\n", result.stdout)


def test_the_choices_of_the_course_hold_here_too(assignment, right: Path, tmp_path):
    folder = tmp_path / "folder"
    demo.lay_out(assignment, folder)
    shutil.copytree(assignment.release, folder / "release" / NAME, ignore=shutil.ignore_patterns("datasets"))
    with open(folder / "nbgrader_config.py", "a") as file:
        file.write("c.GradeSubmission.seed = seven\n")
    result = run(right, folder=folder)
    assert result.returncode == pytest.ExitCode.USAGE_ERROR
    assert re.search(r"nbgrader_config\.py, line \d+, cannot be read: NameError", result.stderr)
    assert "INTERNALERROR" not in result.stdout + result.stderr
