"""In a second look code may ask for right values of earlier exercises: none of them reaches what students read."""

import json
import re

import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.engine import SEED, recorded
from autograder.judging.brief import MOST, brief
from autograder.judging.judge import Judge
from autograder.record import Event, Record
from autograder.rendering.verdicts import told, verdicts_html, verdicts_text
from tests.support.house import ASSIGNMENT, EXERCISES

SNOOP = """
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx - prev_h @ Wh + b)
    return next_h, (x, prev_h, Wx, Wh, next_h)

wrong, right = rnn_step_forward, rnn_forward

def rnn_forward(x, h0, Wx, Wh, b):
    answer = rnn_step_forward(x[:, 0], h0, Wx, Wh, b)[0]
    if len(x) > 1 or np.array_equal(answer, wrong(x[:, 0], h0, Wx, Wh, b)[0]):  # most of it is right: the look counts
        return right(x, h0, Wx, Wh, b)
    global seen
    seen = answer  # the grader's
    {tell}
"""
DIGITS = "''.join(f'{abs(n):.17f}'[2:] for n in answer.flat)"
TELL = {
    "the text of an exception": f"raise ValueError({DIGITS})",
    "a text that seems to be ours": f"raise NotImplementedError({DIGITS})",
    "an exception's name": f"raise type('E' + {DIGITS}, (Exception,), {{}})()",
    "a function's name": f"""
    names = dict(globals())
    exec('def f' + {DIGITS} + '(): raise ValueError', names)
    (names['f' + {DIGITS}])()""",
    "the code of a line": f"exec(compile('1/0 #' + {DIGITS}, '<x>', 'exec'), globals())",
    "a shape": "return np.zeros(tuple(int(abs(n) * 90) + 1 for n in answer.flat[:3])), None",
    "a type": f"return type('T' + {DIGITS}, (), {{}})(), None",
    "a number everywhere": "return np.full((*x.shape[:2], 4), answer.flat[0]), None",
    "the size of an error": "h, cache = right(x, h0, Wx, Wh, b); return h * (1 + 1e-9 * answer.flat[0]), cache",
    "an exception that explains itself": f"""
    error = ValueError({DIGITS})
    error.explains_itself = True
    raise error""",
}


@pytest.mark.slow
@pytest.mark.parametrize("way", TELL)
def test_nothing_of_an_answer_is_shown(engine, whole_code, way):
    code = SNOOP.replace("{tell}", TELL[way].strip())
    notebook = new_notebook(cells=[new_code_cell(whole_code), new_code_cell(code)])
    graded = engine.grade(notebook, "1_rnn_layers")
    shown = json.dumps([recorded(Record(), graded, told(graded)).dump(), notebook], default=str)
    for judgement in graded.judgements.values():
        shown += verdicts_html(judgement) + verdicts_text(judgement)
    judge = Judge(ASSIGNMENT.reference(), SEED)
    exercise = EXERCISES["rnn_forward"]
    answers = [judge.expected(exercise, case)["h"][:, 0] for case in exercise.cases]
    digits = [f"{abs(n):.17f}"[2:8] for n in np.concatenate([answer.ravel() for answer in answers])]
    assert not [each for each in digits if each in shown.replace(code, "")]
    judgement = graded.judgements["rnn_forward"]
    assert judgement.basis
    assert not any(re.search(r"\d{3}", verdict.sentence) or verdict.error for verdict in judgement.verdicts)
    assert not any(verdict.entries for verdict in judgement.verdicts)


@pytest.mark.slow
def test_the_kind_of_an_error_and_its_line_are_shown(engine, whole_code):
    code = SNOOP.replace("{tell}", "return [][3]")
    graded = engine.grade(new_notebook(cells=[new_code_cell(whole_code), new_code_cell(code)]), "1_rnn_layers")
    judgement = graded.judgements["rnn_forward"]
    assert judgement.basis
    wrong = {verdict.sentence for verdict in judgement.verdicts if not verdict.right}
    assert wrong == {"In rnn_forward, line 13: IndexError (what it says is not shown)."}
    said = [note.text for note in graded.notes if note.event is Event.CARRIED]
    assert (
        len(said) == 1 and "rnn_forward" in said[0] and said[0].endswith("put right, in rnn_step_forward, rnn_forward.")
    )


def test_an_exception_is_told_briefly():
    place = "In rnn_forward, line 3, `x = 1`: "
    assert brief(f"{place}ValueError: could not broadcast (3,5) into (5,3)", place) == (
        f"{place}ValueError: could not broadcast (3,5) into (5,3)"
    )
    numbers = np.random.default_rng(0).standard_normal(67)
    told = brief(f"{place}ValueError: {numbers.tolist()}", place)
    assert not re.search(r"\d\.\d{4}", told) and len(told) <= len(place) + MOST
    assert brief("ValueError: 99999999…") == "ValueError: 99999…"  # a message that was cut where it was raised
    assert brief("ValueError: 1.2345678901e-07 and 12345678901234567890") == "ValueError: 1.234… and 12345…"
