"""The exercises of the stage, what they return, and the expected values that no attack may find."""

from __future__ import annotations

import ast

import numpy as np

from autograder.assignment import Assignment
from autograder.engine import SEED
from autograder.judging.judge import Judge
from tests.support.house import EXERCISES

FEW = ("rnn_step_forward", "rnn_step_backward", "word_embedding_forward", "word_embedding_backward")  # to be quick


def answers_of(assignment: Assignment) -> tuple[list[str], list[tuple[float, float]]]:
    """Expected values in full, as text; and pairs of neighbouring ones to six digits, to look for in memory.

    What is a copy of an input, as the rows of an embedding are, is no secret and left out.
    """
    judge, answers, needles = Judge(assignment.reference(), SEED), [], []
    for exercise in map(EXERCISES.get, FEW):
        case = exercise.cases[0]
        given = np.concatenate([array.ravel() for array in judge.inputs(exercise, case).values()])
        for value in judge.expected(exercise, case).values():
            own = [number for number in np.asarray(value, float).ravel().tolist() if number and number not in given]
            answers += [repr(number) for number in own if len(repr(number)) > 14]
            needles += [(round(own[0], 6), round(own[1], 6))] if len(own) > 1 else []
    return answers, needles


def returns() -> dict[str, int]:
    """How many values each function of the assignment returns."""
    found = {}
    for exercise in map(EXERCISES.get, FEW):
        for statement in ast.parse(exercise.call).body:
            target = statement.targets[0]
            found[statement.value.func.id] = len(target.elts) if isinstance(target, ast.Tuple) else 1
    return found
