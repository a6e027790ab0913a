"""The command `sandbox`."""

from __future__ import annotations

import argparse

from autograder.options import Commands

ORDINARY = (
    "Exercises are judged outside of it, whatever the student's code does. Ordinary test cells run inside, where that"
    " code can look at their values and decide how they come out: see docs/security.md."
)


def add(commands: Commands) -> None:
    """Add the command."""
    sandbox = commands.add_parser("sandbox", help="how well student code can be confined here, and what is missing")
    sandbox.set_defaults(run=_sandbox)


def _sandbox(_options: argparse.Namespace) -> int:
    from .levels import MINIMUM, climb, least_or_better

    print(climb().describe())
    print(ORDINARY)
    least_or_better(MINIMUM)
    return 0
