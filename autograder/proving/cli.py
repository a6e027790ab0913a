"""The command `prove`."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from autograder.options import TO, Commands, loaded, number, of_assignment


def add(commands: Commands) -> None:
    """Add the command."""
    prove = commands.add_parser(
        "prove", parents=[of_assignment()], help="prove that wrong code loses marks and right code does not"
    )
    prove.add_argument("--quick", action="store_true", help="few seeds and variants, a minute or two; writes nothing")
    prove.add_argument(
        "--seeds", type=number("seeds"), metavar="N", help="that right code is measured under (default: 10000)"
    )
    prove.add_argument(
        "--jobs", type=number("workers"), default=0, metavar="N", help="processes (default: one for each processor)"
    )
    prove.add_argument("--to", type=Path, default=Path("docs"), metavar="FOLDER", help=TO)
    prove.set_defaults(run=_prove)


def _prove(options: argparse.Namespace) -> int:
    from autograder.engine import SEED

    from .command import QUICK, Size, prove

    size = QUICK if options.quick else Size()
    if options.seeds:
        size = replace(size, seeds=options.seeds)
    return prove(loaded(options), size, SEED, options.jobs, None if options.quick else options.to)
