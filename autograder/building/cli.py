"""The commands `build`, `personal`, `demo` and `samples`."""

from __future__ import annotations

import argparse

from autograder.options import Commands, chosen, in_course, loaded, number, of_assignment, processors


def add(commands: Commands) -> None:
    """Add the commands."""
    build = commands.add_parser(
        "build", parents=[of_assignment()], help="make release/, solutions/ and the visible checks of all assignments"
    )
    build.add_argument("--check", action="store_true", help="only say what is stale; exit code 1 if anything is")
    build.add_argument(
        "--language", metavar="NAME", help="such as zh_CN, or '' for English (default: the configuration's choice)"
    )
    build.set_defaults(run=_build)
    personal = commands.add_parser(
        "personal", parents=[of_assignment()], help="numbers of their own for students, in texts and visible checks"
    )
    personal.add_argument(
        "--student", nargs="+", action="extend", default=[], metavar="ID", help="only for these (default: for all)"
    )
    personal.add_argument(
        "--jobs", type=number("processes"), default=0, metavar="N", help="processes (default: one for each processor)"
    )
    personal.set_defaults(run=_personal)
    demo = commands.add_parser(
        "demo", parents=[of_assignment()], help="grade sample submissions in demo/ with nbgrader's own commands"
    )
    demo.set_defaults(run=_demo)
    samples = commands.add_parser(
        "samples", parents=[in_course()], help="put sample submissions into submitted/, to try a course with"
    )
    samples.add_argument("names", nargs="*", metavar="NAME", help="only these (default: all)")
    samples.add_argument("--assignment", default="", metavar="NAME", help="of the course (default: the only one)")
    samples.set_defaults(run=_samples)


def _build(options: argparse.Namespace) -> int:
    from autograder.assignment import load, names
    from autograder.course import warm  # noqa: F401  first: nbgrader, in less time
    from autograder.course.edition import in_its_language

    from . import artefacts

    root = options.course.resolve()
    wanted = [chosen(options)] if options.assignment else names(root)
    loaded_ones = [assignment for name in wanted if (assignment := load(root, name)).exercises]
    assignments = [in_its_language(assignment, options.language) for assignment in loaded_ones]
    if options.check:
        fresh = [artefacts.check(assignment) for assignment in assignments]  # all of them are told
        return 0 if all(fresh) else 1
    for assignment in assignments:
        artefacts.build(assignment)
    return 0


def _personal(options: argparse.Namespace) -> int:
    from autograder.course import warm  # noqa: F401  first: nbgrader, in less time
    from autograder.course.edition import in_its_language

    from .personal.command import personal

    return personal(in_its_language(loaded(options)), options.student, options.jobs or processors())


def _demo(options: argparse.Namespace) -> int:
    from autograder.course.marks import show

    from . import demo

    assignment = loaded(options)
    root = assignment.root / "demo"
    demo.run(assignment, root)
    return show(root, assignment.name)


def _samples(options: argparse.Namespace) -> int:
    from .demo import hand_in

    hand_in(loaded(options), options.names)
    return 0
