"""The process in which pytest runs: `python -P -m autograder.faces.pytest COURSE ASSIGNMENT PATH [OPTION ...]`."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from autograder.assignment import chosen, load
from autograder.errors import UserError
from autograder.terminal import never_fail, say

from .plugin import SubmissionFace

SETTINGS = Path(__file__).with_name("pytest.ini")


def main(course: Path, name: str, submission: Path, further: list[str]) -> int:
    """Grade the submission; returns pytest's exit code."""
    never_fail()
    try:
        assignment = load(course, chosen(course, name))
    except UserError as problem:
        say(f"error: {problem}: name the course with --course and the assignment with --assignment", sys.stderr)
        return pytest.ExitCode.USAGE_ERROR
    settings = ["-c", str(SETTINGS), f"--rootdir={assignment.root}"]
    return int(pytest.main([*settings, *further], plugins=[SubmissionFace(submission, assignment)]))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), sys.argv[4:]))
