"""Who is graded often learns no answer: each grading has hidden inputs of its own, which nobody can tell before."""

from __future__ import annotations

import json

import nbformat
import numpy as np
import pytest

from autograder.assignment import Assignment
from autograder.building.submissions import fill_in
from autograder.engine import SEED, Engine
from autograder.faces.batch.watch.clerk import BITS, drawn
from autograder.judging.judge import Judge
from tests.support.batch_command import light
from tests.support.course import NOTEBOOK

NAME = NOTEBOOK.removesuffix(".ipynb")
SECRET = bytes(range(32))
LEARNT = "rnn_step_forward"  # the exercise whose answers somebody has learnt
REMEMBERS = """
import json

ANSWERS = json.loads('''{answers}''')

def rnn_step_forward(x, prev_h, Wx, Wh, b):
    return np.array(ANSWERS[repr(float(np.sum(x)))]), (x, prev_h, Wx, Wh, b)
"""


def test_no_two_gradings_have_a_seed_in_common() -> None:
    seeds = {drawn(SECRET, SEED, student, number) for student in ("ann", "bob", "b\udcff") for number in range(40)}
    seeds |= {drawn(SECRET, SEED + 1, "ann", number) for number in range(40)}
    seeds |= {drawn(bytes(32), SEED, "ann", number) for number in range(40)}
    assert len(seeds) == 200
    assert SEED not in seeds and all(0 < seed <= 1 << BITS for seed in seeds)
    assert max(seeds) > 1 << BITS - 3  # of the whole range
    assert drawn(SECRET, SEED, "ann", 3) == drawn(SECRET, SEED, "ann", 3)  # a run that goes on has the same


def test_names_and_numbers_cannot_be_taken_for_each_other() -> None:
    pairs = [("ann1", 1), ("ann", 11), ("ann, 1", 1), ("ann'", 1), ("ann", 1)]
    assert len({drawn(SECRET, SEED, *pair) for pair in pairs}) == len(pairs)


def test_each_draw_gives_other_numbers_in_every_case_of_every_exercise(assignment: Assignment) -> None:
    judges = [Judge(assignment.reference(), seed) for seed in (SEED, *(drawn(SECRET, SEED, "ann", n) for n in (0, 1)))]
    for exercise in assignment.exercises:
        floats = [name for name, draw in exercise.inputs.items() if draw.kind == "float"]
        for case in exercise.cases if floats else ():
            inputs = [judge.inputs(exercise, case) for judge in judges]
            for one, other in ((0, 1), (0, 2), (1, 2)):
                assert any(
                    not np.array_equal(inputs[one].get(name), inputs[other].get(name)) for name in inputs[one]
                ), f"{exercise.name}, {case.name}"


@pytest.fixture(scope="module")
def engine(assignment: Assignment):
    with Engine(assignment) as running:
        yield running


def fractions(engine: Engine, notebook: nbformat.NotebookNode, seed: int) -> dict[str, float]:
    engine.draw(seed)
    judgements = engine.grade(nbformat.from_dict(notebook), NAME).judgements
    return {name: judgement.fraction for name, judgement in judgements.items()}


@pytest.mark.slow
def test_answers_that_were_learnt_in_one_grading_earn_nothing_in_the_next(
    engine: Engine, assignment: Assignment, reference_code: str
) -> None:
    """Even one who had read all inputs and right answers of a grading from its page."""
    released = light(nbformat.read(assignment.release / NOTEBOOK, as_version=4))
    exercise, first = assignment.by_name[LEARNT], drawn(SECRET, SEED, "eve", 0)
    judge = Judge(assignment.reference(), first)
    answers = {
        repr(float(np.sum(judge.inputs(exercise, case)["x"]))): judge.expected(exercise, case)["next_h"].tolist()
        for case in exercise.cases
    }
    notebook = fill_in(released, reference_code + REMEMBERS.format(answers=json.dumps(answers)))
    assert fractions(engine, notebook, first)[LEARNT] == 1.0  # so it would work
    for number in (1, 2):
        assert fractions(engine, notebook, drawn(SECRET, SEED, "eve", number))[LEARNT] == 0.0
    assert fractions(engine, notebook, SEED)[LEARNT] == 0.0  # and where the marks that count are made


@pytest.mark.slow
def test_an_engine_that_draws_anew_is_one_that_was_made_so(
    engine: Engine, assignment: Assignment, reference_code: str
) -> None:
    released = light(nbformat.read(assignment.release / NOTEBOOK, as_version=4))
    half = fill_in(released, reference_code + "\ndef rnn_backward(dh, cache):\n    return dh, dh, dh, dh, dh\n")
    seed = drawn(SECRET, SEED, "ann", 7)
    with Engine(assignment, seed=seed) as made:
        expected = fractions(made, half, seed)
    assert fractions(engine, half, seed) == expected == fractions(engine, half, SEED)
    assert expected["rnn_backward"] < 1.0 == expected["rnn_forward"]
