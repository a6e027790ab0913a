"""The command line: `python -m autograder build`, `marks`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from .course import Course


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    options = _parser().parse_args(arguments)
    try:
        return options.run(options)
    except (FileNotFoundError, ValueError) as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m autograder", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    build = commands.add_parser("build", help="make release/, solutions/ and the visible checks from source/")
    build.add_argument("--check", action="store_true", help="only say what is stale; exit code 1 if anything is")
    build.set_defaults(run=_build)
    return parser


def _build(options: argparse.Namespace) -> int:
    from . import build

    if options.check:
        return 0 if build.check(Course()) else 1
    build.build(Course())
    return 0
