"""How far the reference is from complex steps, and from PyTorch where that is installed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..spec import Case, Exercise
from . import autograd
from .gradients import agree, differentiated, gradients


@dataclass
class Agreement:
    """Gradients compared with another way to get them. worst: the largest error in double precision."""

    how: str
    compared: int = 0
    worst: float = 0.0
    failures: list[str] = field(default_factory=list)

    def note(self, exercise: Exercise, case: Case, name: str, error: float, most: float) -> None:
        """Take in one comparison."""
        self.compared += 1
        if case.limit is None:
            self.worst = max(self.worst, error)
        if not error <= most:
            self.failures.append(f"{self.how}: {name} of {exercise.name}, {case.title}, is off by {error:.1e}")


def complex_steps(reference: Mapping[str, Any], seed: int, step: Callable[[], object] = lambda: None) -> Agreement:
    """Every gradient of every case against complex steps. step: called after each exercise."""
    found = Agreement("complex steps")
    for exercise in differentiated():
        for case in exercise.cases:
            for name, exact, given in gradients(exercise, exercise.draw(case, seed), reference):
                found.note(exercise, case, f"d{name}", *agree(case, exact, given))
        step()
    return found


def torch(reference: Mapping[str, Any], seed: int) -> Agreement | None:
    """Every output that PyTorch can give against it; None where it is not installed."""
    if not autograd.is_installed():
        return None
    found = Agreement("PyTorch")
    for exercise in autograd.compared():
        for case in exercise.cases:
            for name, (theirs, ours) in autograd.pairs(exercise, exercise.draw(case, seed), reference).items():
                found.note(exercise, case, name, *agree(case, theirs, ours))
    return found
