"""What the commands share: how they name a course, an assignment, a number; where they write; what they run on."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from .assignment import Assignment

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
LOOKS_EVERY = 10_000  # new objects, for garbage, where submissions are graded: about ten times in each
TO = "where to write (default: %(default)s)"


def in_course() -> argparse.ArgumentParser:
    """What all commands take that work in a course folder."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--course", type=Path, default=Path.cwd(), help="the course folder (default: this one)")
    return parser


def of_assignment() -> argparse.ArgumentParser:
    """What all commands take that are about one assignment of a course."""
    parser = argparse.ArgumentParser(add_help=False, parents=[in_course()])
    parser.add_argument("assignment", nargs="?", default="", help="its folder in source/ (default: the only one)")
    return parser


def number(of: str, least: int = 1) -> Callable[[str], int]:
    """How to read a number of something, and at least so many."""

    def read(text: str) -> int:
        if not text.isdecimal() or int(text) < least:
            raise argparse.ArgumentTypeError(f"{text!r} is no number of {of}: {least} or more")
        return int(text)

    return read


def chosen(options: argparse.Namespace) -> str:
    """The name of the assignment that a command is about; raises AssignmentError where it cannot be told."""
    from .assignment import chosen as choose

    return choose(options.course.resolve(), options.assignment)


def loaded(options: argparse.Namespace) -> Assignment:
    """The assignment that a command is about; raises AssignmentError where it cannot be told or read."""
    from .assignment import load

    return load(options.course, chosen(options))


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
