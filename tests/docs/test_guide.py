"""The instructor's guide does what it says: its commands are run in a fresh clone, its outputs are compared."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from doctest import ELLIPSIS, NORMALIZE_WHITESPACE, Example, OutputChecker
from pathlib import Path

import pytest

from autograder.assignment import Assignment
from autograder.sandbox.levels import climb
from tests.support.needs import lacking

GUIDE = "docs/instructors.md"
RULES = ELLIPSIS | NORMALIZE_WHITESPACE
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NOT_RUN = {  # what a block begins with that the test only reads, and why
    "make demo": "the environment of the tests is the one that it makes",
    "jupyter lab": "a browser's work; test_browser.py does it",
}


@dataclass(frozen=True)
class Step:
    """A command of the guide, the output that the page shows, and the line where it stands."""

    command: str
    shown: str
    line: int


def steps(text: str) -> Iterator[Step]:
    """The commands of all console blocks, in order."""
    for block in FENCE.finditer(text):
        if block[1] == "console":
            first = text.count("\n", 0, block.start(2)) + 1
            lines = block[2].splitlines(keepends=True)
            begins = [number for number, line in enumerate(lines) if line.startswith("$ ")]
            for begin, end in zip(begins, [*begins[1:], len(lines)], strict=True):
                yield Step(lines[begin][2:].strip(), "".join(lines[begin + 1 : end]), first + begin)


def problem(step: Step, code: int, said: str) -> str:
    """What is wrong with the page, as a difference; "" where it is right."""
    checker = OutputChecker()
    if not checker.check_output(step.shown, said, RULES):
        difference = checker.output_difference(Example(step.command, step.shown), said, RULES)
        return f"{GUIDE}, line {step.line}: $ {step.command}\n{difference}"
    if code and not step.shown:
        return f"{GUIDE}, line {step.line}: $ {step.command}\nfails with exit code {code} and says nothing"
    return ""


def environment(clone: Path, home: Path) -> dict[str, str]:
    """A newcomer's: the clone's code with the packages of this Python, and nobody's settings."""
    return {
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.defpath]),
        "PYTHONPATH": os.pathsep.join([str(clone), str(clone / "source" / "rnn_captioning")]),
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
        done = subprocess.run(
            ["bash", "-c", step.command],
            cwd=clone,
            env=settings,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
        )
        if wrong := problem(step, done.returncode, done.stdout):
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
    assert problem(step, 0, "4 \n points\n") == ""
    assert "line 4: $ echo 3 points" in problem(step, 0, "3 points\n")
    assert problem(Step("true", "4 ... points\n", 1), 0, "4 of 9 points\n") == ""


def test_a_silent_failure_is_told() -> None:
    assert "exit code 1" in problem(Step("false", "", 1), 1, "")
    assert problem(Step("true", "", 1), 0, "") == ""
