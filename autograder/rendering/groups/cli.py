"""The commands `groups` and `comment`."""

from __future__ import annotations

import argparse

from autograder.options import Commands, chosen, in_course, of_assignment

ABOUT = """
The sentence reaches the students who are in the group now, and everyone later whose answer is wrong in the same way: no
submission is graded again. It stands in comments/ASSIGNMENT.toml, which you may edit. A second sentence on a group
takes the place of the first one.
"""
SENTENCE = "what they all read, as plain text with `code` in backticks; - reads it from standard input"


def add(commands: Commands) -> None:
    """Add the commands."""
    groups = commands.add_parser(
        "groups", parents=[of_assignment()], help="wrong answers that are alike and that nothing explains, with code"
    )
    groups.add_argument("--all", action="store_true", help="also those of a single student")
    groups.set_defaults(run=_groups)
    comment = commands.add_parser(
        "comment", parents=[in_course()], help="say one sentence to all students of a group", epilog=ABOUT
    )
    comment.add_argument("assignment", nargs="?", default="", help="its folder in source/ (default: the only one)")
    comment.add_argument("group", help="its name, as `groups` shows it")
    comment.add_argument("sentence", nargs="?", help=SENTENCE)
    comment.add_argument("--in", dest="language", default="", metavar="LANGUAGE", help="a translation, as into zh_CN")
    comment.add_argument("--remove", action="store_true", help="take the group's sentence back")
    comment.set_defaults(run=_comment)


def _groups(options: argparse.Namespace) -> int:
    from autograder.course import warm  # noqa: F401  first: nbgrader, in less time

    from .command import show

    return show(options.course, chosen(options), options.all)


def _comment(options: argparse.Namespace) -> int:
    from autograder.assignment import names
    from autograder.course import warm  # noqa: F401  first: nbgrader, in less time

    from .command import comment, remove

    left_out = options.assignment and options.assignment not in names(options.course.resolve())
    if left_out and options.sentence is None and not options.remove:
        options.assignment, options.group, options.sentence = "", options.assignment, options.group
    if options.remove:
        return remove(options.course, chosen(options), options.group)
    return comment(options.course, chosen(options), options.group, options.sentence or "", options.language)
