"""The same assignment as a usual nbgrader course has it: asserts on expected values, in hidden tests."""

from __future__ import annotations

import copy

import numpy as np
from nbformat import NotebookNode

from autograder.assignment import Assignment
from autograder.judging.judge import Judge
from autograder.spec import Exercise

CONFIG = 'c = get_config()\nc.CourseDirectory.course_id = "rnn_captioning"\n'  # nbgrader's defaults in all else


def stock_notebook(source: NotebookNode, assignment: Assignment, judge: Judge) -> NotebookNode:
    """The source notebook with asserts in its check cells; the original is not changed.

    Each exercise is tested on its typical case alone, a fraction of what our grader runs: this favours stock.
    """
    notebook = copy.deepcopy(source)
    for cell in notebook.cells:
        if name := assignment.exercise_of(cell):
            cell.source = _tests(assignment.by_name[name], judge)
    return notebook


def _tests(exercise: Exercise, judge: Judge) -> str:
    typical = exercise.cases[0]
    inputs = [f"{name} = {_literal(array)}" for name, array in judge.inputs(exercise, typical).items()]
    asserts = [
        line
        for name, value in judge.expected(exercise, typical).items()
        for line in (
            f"expected = {_literal(value)}",
            f"assert np.shape({name}) == expected.shape, '{name} has the wrong shape'",
            f"assert rel_error(expected, {name}) <= {exercise.limits[name]!r}, '{name} is wrong'",
        )
    ]
    hidden = [*inputs, exercise.call, *asserts]
    return "\n".join(["# Tests run here.", "### BEGIN HIDDEN TESTS", *hidden, "### END HIDDEN TESTS"])


def _literal(value: object) -> str:
    return f"np.array({np.asarray(value).tolist()!r})"
