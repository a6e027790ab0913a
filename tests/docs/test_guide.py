"""The instructor's guide does what it says: its commands are run in a fresh clone, its outputs are compared."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from autograder.assignment import Assignment
from autograder.sandbox.levels import climb
from tests.support.guide import FENCE, Step, environment, problem, run, steps
from tests.support.needs import lacking

GUIDE = "docs/instructors.md"
NOT_RUN = {  # what a block begins with that the test only reads, and why
    "make demo": "the environment of the tests is the one that it makes",
    "jupyter lab": "a browser's work; test_browser.py does it",
}


@pytest.mark.slow
def test_the_guide_does_what_it_shows(assignment: Assignment, tmp_path: Path) -> None:
    if climb().level == "process":
        lacking("this machine confines student code too little to grade as the guide does")
    if not (assignment.root / ".git").exists():
        lacking("the guide begins with a clone, and this copy of the project has no history to clone")
    clone, home = tmp_path / "clone", tmp_path / "home"
    home.mkdir()
    subprocess.run(["git", "clone", "--quiet", assignment.root, clone], check=True)
    settings = environment(clone, home)
    for step in steps((assignment.root / GUIDE).read_text()):
        done = run(step, clone, settings)
        if wrong := problem(GUIDE, step, done.returncode, done.stdout):
            pytest.fail(wrong, pytrace=False)


def test_what_the_guide_does_not_run_is_listed(assignment: Assignment) -> None:
    blocks = FENCE.findall((assignment.root / GUIDE).read_text())
    assert {kind for kind, _ in blocks} == {"console", "text"}
    starts = [
        next((start for start in NOT_RUN if text.startswith(start)), text) for kind, text in blocks if kind == "text"
    ]
    assert sorted(starts) == sorted(NOT_RUN)


def test_the_guide_has_commands(assignment: Assignment) -> None:
    commands = [step.command for step in steps((assignment.root / GUIDE).read_text())]
    for wanted in ("generate_assignment", "collect", "autograder grade", "generate_feedback", "export"):
        assert any(wanted in command for command in commands), wanted


def test_a_wrong_output_is_told_with_its_command() -> None:
    (step,) = steps("Text.\n\n```console\n$ echo 3 points\n4 points\n```\n")
    assert problem(GUIDE, step, 0, "4 \n points\n") == ""
    assert "line 4: $ echo 3 points" in problem(GUIDE, step, 0, "3 points\n")
    assert problem(GUIDE, Step("true", "4 ... points\n", 1), 0, "4 of 9 points\n") == ""


def test_a_silent_failure_is_told() -> None:
    assert "exit code 1" in problem(GUIDE, Step("false", "", 1), 1, "")
    assert problem(GUIDE, Step("true", "", 1), 0, "") == ""
