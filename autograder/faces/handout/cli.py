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
        "--to", type=Path, metavar="FILE", help="where to write (default: dist/ASSIGNMENT.zip in this folder)"
    )
    handout.add_argument(
        "--language", metavar="NAME", help="that the release is in (default: the configuration's choice)"
    )
    handout.set_defaults(run=_handout)


def _handout(options: argparse.Namespace) -> int:
    from autograder.course.edition import in_its_language

    from .command import handout

    assignment = in_its_language(loaded(options), options.language)
    return handout(options.to or Path("dist", f"{assignment.name}.zip"), assignment)
