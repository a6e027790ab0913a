"""A defect of the grader's own costs no more than what it could have given, and is told to the instructor."""

import logging

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.errors import SandboxError
from autograder.judging.carried import Fairness
from autograder.judging.diagnosis import Diagnosis
from autograder.record import Event
from tests.support.house import EXERCISES

WRONG = """
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    return x @ Wx, None
"""


def fails(problem):
    def failing(*arguments):
        raise problem

    return failing


@pytest.fixture
def notebook(whole_code):
    return new_notebook(cells=[new_code_cell(whole_code), new_code_cell(WRONG)])


@pytest.mark.slow
def test_a_second_look_that_fails_leaves_the_judgement_on_the_code_as_written(engine, notebook, monkeypatch, caplog):
    monkeypatch.setattr(Fairness, "better", fails(IndexError("a line of the solution")))
    with caplog.at_level(logging.DEBUG, "autograder"):
        graded = engine.grade(notebook, "1_rnn_layers")
    assert set(graded.judgements) == {each for each in EXERCISES if each.startswith(("rnn_", "word_", "temporal_"))}
    assert graded.judgements["word_embedding_forward"].fraction == 1.0
    assert 0 <= graded.judgements["rnn_forward"].fraction < 1.0
    told = [note.text for note in graded.notes if note.event is Event.FAILED]
    assert told and all("is marked as written" in text and "solution" not in text for text in told)
    assert "a line of the solution" in caplog.text  # the log has the trace


@pytest.mark.slow
def test_a_diagnosis_that_fails_costs_the_advice(engine, notebook, monkeypatch):
    monkeypatch.setattr(Diagnosis, "diagnose", fails(TypeError()))
    judgement = engine.grade(notebook, "1_rnn_layers").judgements["rnn_step_forward"]
    assert judgement.verdicts and not judgement.advice


@pytest.mark.slow
def test_a_sandbox_that_fails_in_a_second_look_is_no_matter_of_one_exercise(engine, notebook, monkeypatch):
    monkeypatch.setattr(Fairness, "better", fails(SandboxError("it does not work")))
    with pytest.raises(SandboxError):
        engine.grade(notebook, "1_rnn_layers")
