"""The command `gradescope`."""

from __future__ import annotations

import argparse
from pathlib import Path

from autograder.options import TO, Commands, loaded, of_assignment

from . import VISIBILITIES, VISIBILITY


def add(commands: Commands) -> None:
    """Add the command."""
    gradescope = commands.add_parser(
        "gradescope", parents=[of_assignment()], help="make the zip file that Gradescope grades with"
    )
    gradescope.add_argument("--to", type=Path, default=Path("dist", "gradescope.zip"), metavar="FILE", help=TO)
    when = "when students see results (default: %(default)s)"
    gradescope.add_argument("--visibility", choices=VISIBILITIES, default=VISIBILITY, help=when)
    gradescope.add_argument(
        "--notebook", nargs="+", action="extend", default=[], metavar="NAME", help="grade only these (default: all)"
    )
    gradescope.set_defaults(run=_gradescope)


def _gradescope(options: argparse.Namespace) -> int:
    from .package import package

    return package(options.to, loaded(options), options.visibility, options.notebook)
