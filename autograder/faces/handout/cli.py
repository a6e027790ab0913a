"""The command `handout`."""

from __future__ import annotations

import argparse
from pathlib import Path

from autograder.options import Commands, loaded, of_assignment


def add(commands: Commands) -> None:
    """Add the command."""
    handout = commands.add_parser(
        "handout", parents=[of_assignment()], help="make the zip file for students who work on their own machines"
    )
    handout.add_argument(
        "--to",
        type=Path,
        metavar="FILE",
        help="where to write (default: dist/ASSIGNMENT.zip in this folder; with --personal the folder dist/ASSIGNMENT)",
    )
    handout.add_argument(
        "--language", metavar="NAME", help="that the release is in (default: the configuration's choice)"
    )
    handout.add_argument(
        "--personal", action="store_true", help="one for each student whom `personal` has given numbers of their own"
    )
    handout.set_defaults(run=_handout)


def _handout(options: argparse.Namespace) -> int:
    from autograder.course.edition import in_its_language

    from .command import handout, personal_handouts

    assignment = in_its_language(loaded(options), options.language)
    if options.personal:
        from autograder.course.marks import course_directory
        from autograder.course.personal import Personal

        course = course_directory(assignment.root).course_id
        return personal_handouts(options.to or Path("dist", assignment.name), Personal(assignment, course))
    return handout(options.to or Path("dist", f"{assignment.name}.zip"), assignment)
