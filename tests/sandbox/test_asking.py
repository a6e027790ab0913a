"""Hostile code that asks the grader for answers while functions are put right: it gets none that it could use."""

import time

import pytest
from nbformat.v4 import new_code_cell, new_notebook

pytestmark = pytest.mark.slow

FIND = """
import sys

def grader():
    caller = sys._getframe()
    while caller:
        for value in list(caller.f_locals.values()):
            if type(value).__name__ == "Replacements" and value.functions:
                return value
        caller = caller.f_back

def ask(name, arrays, token=-1):
    found = grader()
    if found is None:
        return {}, {}
    found._connection.send({"ask": name, "token": token, "nonce": found._nonce}, arrays)
    return found._connection.receive()
"""
WRONG_STEP = """
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    return x @ Wx + prev_h @ Wh + b, (x, prev_h, Wx, Wh)
"""


@pytest.fixture
def grade(engine, reference_code):
    """The marks of the first notebook with some functions in the place of the reference's."""

    def grade(*cells):
        notebook = new_notebook(cells=[new_code_cell(code) for code in (reference_code, FIND, *cells)])
        return engine.grade(notebook, "1_rnn_layers").judgements

    return grade


@pytest.mark.parametrize(
    ("name", "inputs"),
    [
        ("rnn_backward", "dict(dh=dh)"),
        ("rnn_forward", "dict(x=x, h0=h0, Wx=Wx, Wh=Wh, b=b)"),
        ("temporal_softmax_loss", "dict(x=x, y=np.zeros(x.shape[:2], int), mask=np.ones(x.shape[:2], bool))"),
    ],
)
def test_what_the_exercise_itself_is_about_gets_no_answer(grade, name, inputs):
    judgements = grade(
        WRONG_STEP,
        f"""
asked = []
def rnn_forward(x, h0, Wx, Wh, b):
    for token in (-1, 0, 1):
        asked.append(ask("{name}", {inputs.replace("dh=dh", "dh=x @ Wx")}, token))
        if any(answer for reply in asked for answer in reply):
            return x @ Wx, ()
    return np.zeros_like(x @ Wx), ()

def rnn_backward(dh, cache):
    return 1, 2, 3, 4, 5
""",
    )
    assert judgements["rnn_forward"].fraction == 0
    assert judgements["rnn_backward"].fraction == 0
    assert "all zeros" in judgements["rnn_forward"].verdicts[0].sentence


def test_a_step_that_may_be_asked_for_is_answered(grade):
    """Or the other tests would prove nothing."""
    judgements = grade(
        WRONG_STEP,
        """
def rnn_forward(x, h0, Wx, Wh, b):
    states, h = [], h0
    for t in range(x.shape[1]):
        h = ask("rnn_step_forward", dict(x=np.array(x[:, t]), prev_h=h, Wx=Wx, Wh=Wh, b=b))[1].get("next_h", h)
        states.append(h)
    return np.stack(states, axis=1), None
""",
    )
    assert judgements["rnn_forward"].fraction == 1


def test_answers_kept_for_later_come_too_late(grade):
    judgements = grade(
        """
seen, kept = [], {}

def rnn_step_forward(x, prev_h, Wx, Wh, b):
    seen.append(dict(x=x, prev_h=prev_h, Wx=Wx, Wh=Wh, b=b))
    return kept.get(x.tobytes()), None

def rnn_forward(x, h0, Wx, Wh, b):
    for given in [given for given in seen if grader() and all(value.dtype == float for value in given.values())]:
        for answer in ask("rnn_step_forward", {name: np.array(value) for name, value in given.items()})[1].values():
            kept[given["x"].tobytes()] = answer
    states, h = [], h0
    for t in range(x.shape[1]):
        h = ask("rnn_step_forward", dict(x=np.array(x[:, t]), prev_h=h, Wx=Wx, Wh=Wh, b=b))[1].get("next_h", h)
        states.append(h if kept else 0 * h)
    return np.stack(states, axis=1), None
"""
    )
    assert judgements["rnn_forward"].fraction == 1  # so it did keep some
    assert judgements["rnn_step_forward"].fraction == 0
    assert judgements["rnn_step_backward"].fraction == 0


def test_a_question_where_nothing_is_put_right_ends_the_process_and_its_exercise(grade):
    judgements = grade("""
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    caller = sys._getframe()
    while "request" not in caller.f_locals:
        caller = caller.f_back
    connection = caller.f_locals["connection"]
    connection.send({"ask": "rnn_step_forward", "token": -1, "nonce": caller.f_locals["request"]["nonce"]},
                    dict(x=x, prev_h=prev_h, Wx=Wx, Wh=Wh, b=b))
    return connection.receive()[1]["next_h"], None
""")
    assert judgements["rnn_step_forward"].fraction == 0
    assert judgements["temporal_softmax_loss"].fraction == 1


def test_endless_questions_end(grade, engine, reference_code):
    start = time.monotonic()
    judgements = grade(
        WRONG_STEP,
        """
def rnn_backward(dh, cache):
    while grader():
        ask("rnn_step_forward", {})
""",
    )
    assert judgements["rnn_backward"].fraction == 0
    assert time.monotonic() - start < 60
    after = engine.grade(new_notebook(cells=[new_code_cell(reference_code)]), "1_rnn_layers").judgements
    assert all(judgement.fraction == 1 for judgement in after.values())
