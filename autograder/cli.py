"""The command line, `python -m autograder COMMAND`: finds the commands, each of which stands in its own room."""

from __future__ import annotations

import argparse
import importlib
import logging
import os
import sys
from collections.abc import Sequence

from .errors import GraderError, UserError, of_machine
from .supported import read_names_as_utf8
from .terminal import never_fail, say

DESCRIPTION = (
    "Grade notebooks safely, a class at a time; `nbgrader autograde` and Formgrader give the same marks. The guide is"
    " docs/instructors.md."
)
ROOMS = (  # in the order of the help; each has a module `cli` that adds its commands
    "starting",
    "building",
    "translation",
    "faces.batch",
    "course",
    "rendering.class_report",
    "rendering.groups",
    "sandbox",
    "proving",
    "faces.pytest",
    "faces.gradescope",
    "faces.handout",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    if arguments is None:
        read_names_as_utf8()  # type: ignore[no-untyped-call]
    never_fail()
    options = parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except UserError as problem:
        say(f"error: {problem}", sys.stderr)
        return problem.exit_code
    except BrokenPipeError:  # who reads has enough, as `head` has
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as problem:
        if not (said := of_machine(problem)):
            raise
        say(f"error: {said}", sys.stderr)
        return UserError.exit_code
    except GraderError as problem:
        logging.getLogger("autograder").debug("%s", problem, exc_info=True)
        say(f"error: the grader failed: {problem}", sys.stderr)
        return problem.exit_code


def parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    made = argparse.ArgumentParser(prog="python -m autograder", description=DESCRIPTION)
    commands = made.add_subparsers(required=True, metavar="COMMAND")
    for room in ROOMS:
        importlib.import_module(f"autograder.{room}.cli").add(commands)
    return made
