"""The command `sandbox`."""

from __future__ import annotations

import argparse

from autograder.options import Commands


def add(commands: Commands) -> None:
    """Add the command."""
    sandbox = commands.add_parser("sandbox", help="how well student code can be confined here, and what is missing")
    sandbox.set_defaults(run=_sandbox)


def _sandbox(_options: argparse.Namespace) -> int:
    from .levels import MINIMUM, climb, least_or_better

    print(climb().describe())
    least_or_better(MINIMUM)
    return 0
