"""How closely the reference agrees with complex steps, and with second implementations that the assignment has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograder.assignment import Assignment
from autograder.judging.trusted import run_here
from autograder.spec import Case, Exercise

from .gradients import agree, differentiated, gradients


@dataclass
class Agreement:
    """Outputs compared with another way to compute them. worst: the largest error in double precision."""

    how: str
    compared: int = 0
    worst: float = 0.0
    failures: list[str] = field(default_factory=list)

    def note(self, exercise: Exercise, case: Case, name: str, error: float, most: float) -> None:
        """Count one comparison; one with an error above `most` has failed."""
        self.compared += 1
        if case.limit is None:
            self.worst = max(self.worst, error)
        if not error <= most:
            self.failures.append(f"{self.how}: {name} of {exercise.name}, {case.title}, is off by {error:.1e}")


def complex_steps(
    assignment: Assignment, reference: Mapping[str, Any], seed: int, step: Callable[[], object] = lambda: None
) -> Agreement:
    """Compare every gradient of every case with complex steps. step: called after each exercise."""
    found = Agreement("complex steps")
    for exercise in differentiated(assignment.exercises):
        for case in exercise.cases:
            for name, exact, given in gradients(exercise, exercise.draw(case, seed), reference):
                found.note(exercise, case, f"d{name}", *agree(case, exact, given))
        step()
    return found


def second_opinions(assignment: Assignment, reference: Mapping[str, Any], seed: int) -> dict[str, Agreement | None]:
    """Compare with each second implementation, by its name, all outputs that it gives; None without its library."""
    return {name: _compared(assignment, reference, seed, name) for name in assignment.proof.second_opinions}


def _compared(assignment: Assignment, reference: Mapping[str, Any], seed: int, how: str) -> Agreement | None:
    found, give = Agreement(how), assignment.proof.second_opinions[how]
    try:
        for exercise in assignment.exercises:
            for case in exercise.cases:
                inputs = exercise.draw(case, seed)
                theirs = give(exercise.name, inputs)
                if theirs is None:
                    break
                ours = run_here(exercise, inputs, reference).outputs
                for name in exercise.outputs:
                    found.note(exercise, case, name, *agree(case, theirs[name], np.asarray(ours[name])))
    except ImportError:
        return None
    return found
