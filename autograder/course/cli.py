"""The commands `setup`, `marks` and `reset`."""

from __future__ import annotations

import argparse

from autograder.options import Commands, chosen, in_course, of_assignment


def add(commands: Commands) -> None:
    """Add the commands."""
    setup = commands.add_parser(
        "setup", parents=[in_course()], help="plug the grader into an nbgrader course, for good; writes one file"
    )
    setup.set_defaults(run=_setup)
    marks = commands.add_parser(
        "marks", parents=[of_assignment()], help="the marks and statuses of all submissions, with feedback pages"
    )
    marks.set_defaults(run=_marks)
    reset = commands.add_parser(
        "reset", parents=[of_assignment()], help="take back points that were set by hand: the grader's count again"
    )
    reset.add_argument("--student", nargs="+", action="extend", required=True, metavar="ID", help="whose points")
    reset.add_argument(
        "--cell",
        nargs="+",
        action="extend",
        default=[],
        metavar="NAME",
        help="of these exercises and tests (default: all that were graded again since)",
    )
    reset.set_defaults(run=_reset)


def _setup(options: argparse.Namespace) -> int:
    from .configuration import plug_in

    return plug_in(options.course.resolve())


def _marks(options: argparse.Namespace) -> int:
    from . import warm  # noqa: F401  first: nbgrader, in less time
    from .marks import show

    return show(options.course.resolve(), chosen(options))


def _reset(options: argparse.Namespace) -> int:
    from . import warm  # noqa: F401  first: nbgrader, in less time
    from .reset import reset

    return reset(options.course.resolve(), chosen(options), options.student, options.cell)
