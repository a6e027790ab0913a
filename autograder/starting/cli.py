"""The commands `new` and `doctor`."""

from __future__ import annotations

import argparse
from pathlib import Path

from autograder.options import Commands


def add(commands: Commands) -> None:
    """Add the commands."""
    new = commands.add_parser(
        "new", help="make a course of your own that works, in a new folder; asks for what you do not say"
    )
    new.add_argument("folder", type=Path, metavar="FOLDER", help="new, or empty")
    new.add_argument(
        "--from", dest="origin", type=Path, metavar="COURSE", help="made from (default: this folder, or the clone)"
    )
    new.add_argument("--assignment", default="", metavar="NAME", help="of that course (default: its only one)")
    new.add_argument("--course-id", metavar="ID", help="nbgrader's name of the course (default: the folder's name)")
    new.add_argument("--timezone", metavar="ZONE", help="such as Europe/Berlin (default: this machine's)")
    new.add_argument("--due", metavar="TIME", help="such as '2031-03-01 23:59', in that zone (default: none)")
    new.add_argument("--notebooks", metavar="1-N", help="how many, from the first (default: all)")
    new.add_argument("--points", metavar="N", help="of all notebooks together (default: as they are)")
    new.add_argument("--language", metavar="NAME", help="of students, such as zh_CN (default: English)")
    new.set_defaults(run=_new)
    doctor = commands.add_parser(
        "doctor", help="look at all that a semester needs, with a remedy for each thing that is missing"
    )
    doctor.add_argument(
        "folder", type=Path, nargs="?", default=Path(), metavar="FOLDER", help="the course's (default: this one)"
    )
    doctor.add_argument(
        "--quick", action="store_true", help="without grading two trial students, in a tenth of the time"
    )
    doctor.set_defaults(run=_doctor)


def _new(options: argparse.Namespace) -> int:
    from autograder.course import warm  # noqa: F401  first: nbgrader, in less time

    from .new.command import Options, new

    given = {name: getattr(options, name) for name in Options.__dataclass_fields__}
    return new(Options(**given))


def _doctor(options: argparse.Namespace) -> int:
    from autograder.course import warm  # noqa: F401  first: nbgrader, in less time

    from .doctor.command import doctor

    return doctor(options.folder, options.quick)
