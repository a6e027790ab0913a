"""What is measured: the first notebook of the project's own assignment."""

from __future__ import annotations

from pathlib import Path

from autograder.assignment import load
from autograder.spec import Exercise

ASSIGNMENT = load(Path(__file__).resolve().parents[1], "rnn_captioning")
NOTEBOOK = "1_rnn_layers"


def exercises() -> dict[str, Exercise]:
    """The notebook's exercises by name."""
    return {name: ASSIGNMENT.by_name[name] for name in ASSIGNMENT.points(NOTEBOOK)}
