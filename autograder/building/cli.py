"""The commands `build`, `demo` and `samples`."""

from __future__ import annotations

import argparse

from autograder.options import Commands, chosen, in_course, loaded, of_assignment


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
