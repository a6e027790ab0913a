"""The line that is shown is the one that is wrong, never with the change, and marks do not depend on it."""

import pytest

from autograder.faces.gradescope import grading
from autograder.faces.pytest import plugin
from autograder.judging.diagnosis.advice import FULL, NAMES
from autograder.judging.repair import Repairs
from autograder.record import Event, Note, Record
from autograder.rendering.feedback.page import FOR_INSTRUCTORS
from autograder.rendering.verdicts import told

from .measure import measure, submission, table

pytestmark = pytest.mark.slow

SHARE, WRONG = 0.5, 0.03  # of the bank that must have a line, and of the lines that may be wrong
STEP = '''
def rnn_step_backward(dnext_h, cache):
    """Mine."""
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h**2)
    return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, {db}
'''
TWICE = """
def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h**2)
    dWh = prev_h.T @ da
    dWx = x.T @ dnext_h
    db = da.sum(axis=1)
    return da @ Wx.T, da @ Wh.T, dWx, dWh, db
"""
ALIASED = """
def rnn_forward(x, h0, Wx, Wh, b):
    h = np.zeros((*x.shape[:2], len(b)))
    cache = []
    h[:, -1] = h0
    for t in range(x.shape[1]):
        h[:, t], step = rnn_step_forward(x[:, t], h[:, t - 1], Wx, Wh, b)
        cache.append(step)
    return h, cache
"""


@pytest.fixture
def grade(engine, reference_code):
    return lambda code: engine.grade(submission("1_rnn_layers", f"{reference_code}\n{code}"), "1_rnn_layers")


def test_students_read_the_line_and_instructors_the_edit(grade):
    graded = grade(STEP.format(db="da.sum(axis=1)"))
    line = graded.judgements["rnn_step_backward"].line
    assert line.numbers == (5,)
    assert (
        line.said(NAMES)
        == f"In rnn_step_backward, a change of line 5, `{line.texts[0]}`, alone makes every case right."
    )
    assert line.said(FULL).startswith(line.said(NAMES)[:-1] + ": look at ")
    said = " ".join(sentence for each in told(graded).values() for sentence in each)
    assert line.said(FULL) in said
    assert "axis=0" not in said
    (note,) = [note.text for note in graded.notes if note.event is Event.LINE]
    assert "becomes" in note and line.edit in note


def test_two_mistakes_have_two_lines(grade):
    graded = grade(TWICE)
    line = graded.judgements["rnn_step_backward"].line
    assert line.numbers == (5, 6) and line.both
    assert "In rnn_step_backward, changes of line 5, `dWx = x.T @ dnext_h`, and of line 6, `db" in line.said(NAMES)
    assert line.said(NAMES).endswith(", together make every case right.")
    assert line.edit.count("becomes") == 2


def test_a_function_that_is_not_steady_has_no_line(grade):
    graded = grade(STEP.format(db="da.sum(axis=0) + np.random.randn(da.shape[1])"))
    assert graded.judgements["rnn_step_backward"].fraction < 1
    assert graded.judgements["rnn_step_backward"].line is None


def test_states_that_are_views_are_found_in_the_forward_pass(grade):
    graded = grade(ALIASED)
    assert graded.judgements["rnn_forward"].fraction == 1
    assert graded.judgements["rnn_backward"].fraction < 1
    line = graded.judgements["rnn_backward"].line
    assert line.function == "rnn_forward"
    assert set(line.texts) & {line.strip() for line in ALIASED.splitlines() if "h[:, " in line}


def test_nothing_that_the_search_does_changes_marks(grade, monkeypatch):
    wrong = STEP.format(db="da.mean(axis=0)")
    fractions = {name: judgement.fraction for name, judgement in grade(wrong).judgements.items()}

    def broken(*_):
        raise ArithmeticError

    monkeypatch.setattr(Repairs, "_search", broken)
    graded = grade(wrong)
    assert {name: judgement.fraction for name, judgement in graded.judgements.items()} == fractions
    assert not any(judgement.line for judgement in graded.judgements.values())


def test_right_code_is_not_searched(grade, monkeypatch):
    monkeypatch.setattr("autograder.sandbox.runner.Runner.versions", lambda *_: pytest.fail("searched"))
    assert all(judgement.fraction == 1 for judgement in grade("").judgements.values())


@pytest.mark.parametrize("first", range(2))
def test_most_wrong_functions_get_their_line(engine, first, pytestconfig):
    """All of the bank takes minutes: a sixth is tried, with --every-line all."""
    found = list(measure(engine, slice(first, None, 2 if pytestconfig.getoption("--every-line") else 12)))
    shown = [each for each in found if each.judgement.line]
    wrong = [each for each in shown if not each.is_right]
    assert len(shown) >= SHARE * len(found), table(found)
    assert len(wrong) <= max(1, WRONG * len(shown)), [(each.wrong, each.judgement.line) for each in wrong]


def test_no_face_that_students_may_read_shows_the_edit():
    note = Note(Event.LINE, "`a` becomes `b`")
    other = Note(Event.TIMED_OUT, "It took long.")
    assert grading.said([note, other]) == plugin._said(Record(notes=(note, other))) == other.text
    assert Event.LINE in FOR_INSTRUCTORS
