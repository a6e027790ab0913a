"""The commands `setup`, `marks`, `reset` and `extend`."""

from __future__ import annotations

import argparse

from autograder.errors import UserError
from autograder.options import Commands, chosen, in_course, number, of_assignment

EXTEND = "`extend {name} STUDENT` with --days N, --hours N, --until TIME or --remove"


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
    extend = commands.add_parser(
        "extend", parents=[of_assignment()], help="more time for a student; without one, the extensions that were given"
    )
    extend.add_argument("student", nargs="*", metavar="STUDENT", help="whose work is due later, by id")
    extend.add_argument("--days", type=number("days"), default=0, metavar="N", help="days after the due date")
    extend.add_argument("--hours", type=number("hours"), default=0, metavar="N", help="hours after the due date")
    extend.add_argument(
        "--until", default="", metavar="TIME", help='such as "2026-03-05 23:59 CET"; UTC without a zone'
    )
    extend.add_argument("--remove", action="store_true", help="take the extension back")
    extend.set_defaults(run=_extend)


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


def _extend(options: argparse.Namespace) -> int:
    from . import warm  # noqa: F401
    from .extensions import Wish, extend, show

    ways = [bool(options.days or options.hours), bool(options.until), options.remove]
    root, name = options.course.resolve(), chosen(options)
    if not options.student and not any(ways):
        return show(root, name)
    if not options.student or sum(ways) != 1:
        raise UserError(f"say for whom, and how long: {EXTEND.format(name=name)}")
    return extend(root, name, options.student, Wish(options.days, options.hours, options.until))
