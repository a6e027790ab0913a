"""The command line: `python -m autograder build`, `marks`, `demo`."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from .course import ASSIGNMENT, Course


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    options = _parser().parse_args(arguments)
    try:
        return options.run(options)
    except subprocess.CalledProcessError:
        print("error: the last command failed; what it says is above.", file=sys.stderr)
    except (FileNotFoundError, ValueError) as problem:
        print(f"error: {problem}", file=sys.stderr)
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m autograder", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    build = commands.add_parser("build", help="make release/, solutions/ and the visible checks from source/")
    build.add_argument("--check", action="store_true", help="only say what is stale; exit code 1 if anything is")
    build.set_defaults(run=_build)
    marks = commands.add_parser("marks", help="the marks and statuses of all submissions, with feedback pages")
    marks.add_argument("assignment", nargs="?", default=ASSIGNMENT)
    marks.add_argument("--course", type=Path, default=Path.cwd(), help="the course folder (default: this one)")
    marks.set_defaults(run=_marks)
    demo = commands.add_parser("demo", help="grade sample submissions in demo/ with nbgrader's own commands")
    demo.set_defaults(run=_demo)
    return parser


def _build(options: argparse.Namespace) -> int:
    from . import artefacts

    if options.check:
        return 0 if artefacts.check(Course()) else 1
    artefacts.build(Course())
    return 0


def _marks(options: argparse.Namespace) -> int:
    from nbgrader.coursedir import CourseDirectory

    from .marks import rows, table

    coursedir = CourseDirectory(root=str(options.course.resolve()))
    lines = list(rows(coursedir, options.assignment))
    print(table(lines, Path.cwd()) if lines else f"There are no submissions in {options.course / 'submitted'}.")
    return 0


def _demo(options: argparse.Namespace) -> int:
    from . import demo

    course = Course()
    root = course.root / "demo"
    demo.run(course, root)
    options.course, options.assignment = root, course.assignment
    return _marks(options)
