"""The commands `grade` and `watch`."""

from __future__ import annotations

import argparse

from autograder.options import Commands, chosen, number, of_assignment


def add(commands: Commands) -> None:
    """Add the commands."""
    grade = commands.add_parser(
        "grade", parents=[of_assignment()], help="grade all submissions, several at once; go on where a run was ended"
    )
    grade.add_argument("--student", nargs="+", action="extend", default=[], metavar="ID", help="only these students")
    grade.add_argument("--force", action="store_true", help="grade also what has not changed since it was graded")
    where = grade.add_mutually_exclusive_group()
    where.add_argument(
        "--jobs", type=number("workers"), default=0, metavar="N", help="workers (default: one for each processor)"
    )
    where.add_argument("--scheduler", default="", metavar="ADDRESS", help="a Dask cluster's: its workers do the work")
    grade.set_defaults(run=_grade)
    watch = commands.add_parser(
        "watch", parents=[of_assignment()], help="grade what students hand in within seconds, until it is stopped"
    )
    watch.add_argument("--release", action="store_true", help="give each student's page back at once")
    watch.add_argument(
        "--limit", type=number("gradings", least=0), metavar="N", help="gradings of a student in a day; 0 for no limit"
    )
    watch.add_argument(
        "--jobs", type=number("workers"), default=0, metavar="N", help="workers (default: one for each processor)"
    )
    watch.set_defaults(run=_watch)


def _grade(options: argparse.Namespace) -> int:
    from .forking import start_in

    start_in(options.course)  # which takes longer than all that is imported here meanwhile
    from .command import Options, grade

    where = options.jobs, options.scheduler
    return grade(Options(options.course, chosen(options), options.student, options.force, *where))


def _watch(options: argparse.Namespace) -> int:
    from .forking import start_in

    start_in(options.course)
    from .command import Options
    from .watch.command import watch

    return watch(Options(options.course, chosen(options), jobs=options.jobs), options.release, options.limit)
