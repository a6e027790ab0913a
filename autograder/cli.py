"""The command line: `python -m autograder build`, `grade`, `marks`, `prove`, `data`, `demo`."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from .course import ASSIGNMENT, Course

TO = "where to write (default: %(default)s)"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    options = _parser().parse_args(arguments)
    try:
        return options.run(options)
    except subprocess.CalledProcessError:
        print("error: the last command failed; what it says is above.", file=sys.stderr)
    except (FileNotFoundError, ValueError) as problem:
        print(f"error: {problem}", file=sys.stderr)
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m autograder", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    assigned = argparse.ArgumentParser(add_help=False, parents=[_in_course()])
    assigned.add_argument("assignment", nargs="?", default=ASSIGNMENT)
    build = commands.add_parser("build", help="make release/, solutions/ and the visible checks from source/")
    build.add_argument("--check", action="store_true", help="only say what is stale; exit code 1 if anything is")
    build.set_defaults(run=_build)
    grade = commands.add_parser(
        "grade", parents=[assigned], help="grade all submissions, several at once; go on where a run was ended"
    )
    grade.add_argument("--student", nargs="+", action="extend", default=[], metavar="ID", help="only these students")
    grade.add_argument("--force", action="store_true", help="grade also what has not changed since it was graded")
    where = grade.add_mutually_exclusive_group()
    where.add_argument(
        "--jobs", type=_number("workers"), default=0, metavar="N", help="workers (default: one for each processor)"
    )
    where.add_argument("--scheduler", default="", metavar="ADDRESS", help="a Dask cluster's: its workers do the work")
    grade.set_defaults(run=_grade)
    marks = commands.add_parser(
        "marks", parents=[assigned], help="the marks and statuses of all submissions, with feedback pages"
    )
    marks.set_defaults(run=_marks)
    report = commands.add_parser(
        "report", parents=[assigned], help="a page and tables on the class: marks, mistakes, errors, statuses"
    )
    report.add_argument("--to", type=Path, metavar="FOLDER", help="where to write (default: report/ASSIGNMENT there)")
    report.set_defaults(run=_report)
    sandbox = commands.add_parser("sandbox", help="how well student code can be confined here, and what is missing")
    sandbox.set_defaults(run=_sandbox)
    prove = commands.add_parser("prove", help="prove that wrong code loses marks and right code does not")
    prove.add_argument("--quick", action="store_true", help="few seeds and variants, a minute or two; writes nothing")
    prove.add_argument(
        "--seeds", type=_number("seeds"), metavar="N", help="that right code is measured under (default: 10000)"
    )
    prove.add_argument(
        "--jobs", type=_number("workers"), default=0, metavar="N", help="processes (default: one for each processor)"
    )
    prove.set_defaults(run=_prove)
    _add_data(commands)
    _add_gradescope(commands)
    _add_handout(commands)
    demo = commands.add_parser("demo", help="grade sample submissions in demo/ with nbgrader's own commands")
    demo.set_defaults(run=_demo)
    samples = commands.add_parser(
        "samples", parents=[_in_course()], help="put sample submissions into submitted/, to try a course with"
    )
    samples.add_argument("names", nargs="*", metavar="NAME", help="only these (default: all)")
    samples.set_defaults(run=_samples)
    return parser


def _in_course() -> argparse.ArgumentParser:
    """What all commands take that work in a course folder."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--course", type=Path, default=Path.cwd(), help="the course folder (default: this one)")
    return parser


def _add_data(commands: argparse._SubParsersAction) -> None:
    from .download import FOLDER, URL, URL_VARIABLE

    data = commands.add_parser("data", help="the data set of real pictures, for who wants it")
    actions = data.add_subparsers(required=True, metavar="ACTION")
    download = actions.add_parser("download", help="fetch the COCO features and captions (about 1 GB), and check them")
    download.add_argument(
        "--url", default=os.environ.get(URL_VARIABLE) or URL, help=f"default: ${URL_VARIABLE}, or {URL}"
    )
    target = Course().root / "data" / FOLDER
    download.add_argument("--to", type=Path, default=target, metavar="FOLDER", help=f"default: {target}")
    download.add_argument("--sha256", type=_sum, metavar="SUM", help="the archive's checksum, if you know it")
    download.set_defaults(run=_download)


def _add_gradescope(commands: argparse._SubParsersAction) -> None:
    from .gradescope import VISIBILITIES, VISIBILITY

    gradescope = commands.add_parser(
        "gradescope", parents=[_in_course()], help="make the zip file that Gradescope grades with"
    )
    gradescope.add_argument("--to", type=Path, default=Path("dist", "gradescope.zip"), metavar="FILE", help=TO)
    when = "when students see results (default: %(default)s)"
    gradescope.add_argument("--visibility", choices=VISIBILITIES, default=VISIBILITY, help=when)
    gradescope.add_argument(
        "--notebook", nargs="+", action="extend", default=[], metavar="NAME", help="grade only these (default: all)"
    )
    gradescope.set_defaults(run=_gradescope)


def _add_handout(commands: argparse._SubParsersAction) -> None:
    handout = commands.add_parser("handout", help="make the zip file for students who work on their own machines")
    handout.add_argument("--to", type=Path, default=Path("dist", f"{ASSIGNMENT}.zip"), metavar="FILE", help=TO)
    handout.set_defaults(run=_handout)


def _handout(options: argparse.Namespace) -> int:
    from .handout.command import handout

    return handout(options.to)


def _gradescope(options: argparse.Namespace) -> int:
    from .gradescope.package import package

    return package(options.to, options.course, options.visibility, options.notebook)


def _sum(text: str) -> str:
    """How to read a sha256."""
    if not re.fullmatch(r"[0-9a-fA-F]{64}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no sha256: 64 hexadecimal digits")
    return text


def _download(options: argparse.Namespace) -> int:
    from .download.command import download

    return download(options.url, options.to, options.sha256 or "")


def _build(options: argparse.Namespace) -> int:
    from . import warm  # noqa: F401  first: nbgrader, in less time
    from .artefacts import build, check

    if options.check:
        return 0 if check(Course()) else 1
    build(Course())
    return 0


def _number(of: str) -> Callable[[str], int]:
    """How to read a number of at least 1 of something."""

    def read(text: str) -> int:
        if not text.isdecimal() or int(text) < 1:
            raise argparse.ArgumentTypeError(f"{text!r} is no number of {of}: 1 or more")
        return int(text)

    return read


def _grade(options: argparse.Namespace) -> int:
    from .batch.command import Options, grade

    where = options.jobs, options.scheduler
    return grade(Options(options.course, options.assignment, options.student, options.force, *where))


def _marks(options: argparse.Namespace) -> int:
    from . import warm  # noqa: F401  first: nbgrader, in less time
    from .marks import course_directory, rows, table

    coursedir = course_directory(options.course.resolve())
    lines = list(rows(coursedir, options.assignment))
    print(table(lines, Path.cwd()) if lines else f"There are no submissions in {options.course / 'submitted'}.")
    return 0


def _report(options: argparse.Namespace) -> int:
    from . import warm  # noqa: F401  first: nbgrader, in less time
    from .class_report.command import report

    return report(options.course, options.assignment, options.to)


def _sandbox(options: argparse.Namespace) -> int:
    from .sandbox.levels import MINIMUM, climb, least_or_better

    print(climb().describe())
    least_or_better(MINIMUM)
    return 0


def _prove(options: argparse.Namespace) -> int:
    from .grade import SEED
    from .proof.command import QUICK, Size, prove

    size = QUICK if options.quick else Size()
    if options.seeds:
        size = replace(size, seeds=options.seeds)
    return prove(Course(), size, SEED, options.jobs, save=not options.quick)


def _demo(options: argparse.Namespace) -> int:
    from . import demo

    course = Course()
    root = course.root / "demo"
    demo.run(course, root)
    options.course, options.assignment = root, course.assignment
    return _marks(options)


def _samples(options: argparse.Namespace) -> int:
    from .demo import hand_in

    hand_in(Course(), options.course.resolve(), options.names)
    return 0
