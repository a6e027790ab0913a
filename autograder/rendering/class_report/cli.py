"""The command `report`."""

from __future__ import annotations

import argparse
from pathlib import Path

from autograder.options import Commands, chosen, of_assignment


def add(commands: Commands) -> None:
    """Add the command."""
    report = commands.add_parser(
        "report", parents=[of_assignment()], help="a page and tables on the class: marks, mistakes, errors, statuses"
    )
    report.add_argument("--to", type=Path, metavar="FOLDER", help="where to write (default: report/ASSIGNMENT there)")
    report.add_argument("--bom", action="store_true", help="begin the tables with a byte order mark, which Excel needs")
    report.set_defaults(run=_report)


def _report(options: argparse.Namespace) -> int:
    from autograder.course import warm  # noqa: F401  first: nbgrader, in less time

    from .command import report

    return report(options.course, chosen(options), options.to, options.bom)
