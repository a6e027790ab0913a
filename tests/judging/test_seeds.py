"""Marks do not depend on the seed that draws the hidden cases."""

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.engine import SEED, Engine
from autograder.judging.judge import Judge
from autograder.proving.trial import judged
from tests.support.house import IN_ORDER, SAMPLES

SEEDS = (SEED, *range(1, 20))
FEW = 8  # of them are tried, with --every-pair all
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def reference(assignment):
    return assignment.reference()


@pytest.fixture(scope="module")
def seeds(pytestconfig):
    return SEEDS if pytestconfig.getoption("every_pair") else SEEDS[:FEW]


@pytest.fixture(scope="module")
def judges(reference, seeds):
    return [Judge(reference, seed) for seed in seeds]


@pytest.mark.parametrize("exercise", IN_ORDER, ids=lambda exercise: exercise.name)
def test_a_known_mistake_gets_the_same_mark_under_each_seed(judges, reference, exercise):
    marks = {}
    for mistake in exercise.mistakes:
        planted = mistake.plant(reference, exercise.function)
        marks[mistake.name] = {judged(judge, exercise, planted).fraction for judge in judges}
    assert {name: fractions for name, fractions in marks.items() if len(fractions) > 1 or max(fractions) == 1} == {}


def test_whole_submissions_get_the_same_marks_under_each_seed(assignment, whole_code, seeds):
    """In the sandbox, with what they depend on put right."""
    samples = {path: path.read_text() for path in sorted(SAMPLES.glob("*/*.py")) if path.stem != "crash"}
    marks = {path.stem: set() for path in samples}
    with Engine(assignment) as engine:
        for seed in seeds:
            engine.draw(seed)
            for path, code in samples.items():
                notebook = new_notebook(cells=[new_code_cell(whole_code), new_code_cell(code)])
                judgements = engine.grade(notebook, path.parent.name).judgements
                marks[path.stem].add(tuple(judgement.fraction for judgement in judgements.values()))
    assert all(len(different) == 1 for different in marks.values()), marks
