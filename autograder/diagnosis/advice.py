"""What a student is told about a mistake."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Advice:
    """A mistake that gives exactly the submission's values, and what to do about it."""

    mistake: str
    text: str
