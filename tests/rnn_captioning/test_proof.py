"""The proof that marks can be trusted: right code earns everything, each known mistake costs marks and is named."""

import ast
import re

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.building.submissions import fill_in
from tests.support.house import ASSIGNMENT, EXERCISES, IN_ORDER
from tests.support.house import DESIGNS as FOLDER

pytestmark = pytest.mark.slow

HOMES = {name: path.stem for path in ASSIGNMENT.notebooks for name in ASSIGNMENT.points(path.stem)}  # of the exercises
LAYERS, CAPTIONING, LSTM, ATTENTION = "1_rnn_layers", "2_captioning", "3_lstm", "4_attention"
DESIGNS = sorted(FOLDER.glob("**/*.py"))
MISTAKES = [(exercise, mistake) for exercise in IN_ORDER for mistake in exercise.mistakes]
DEPENDENTS = {  # the exercises whose call needs an exercise's function, directly or through another
    "rnn_step_forward": {"rnn_step_backward", "rnn_forward", "rnn_backward"},
    "rnn_step_backward": {"rnn_backward"},
    "rnn_forward": {"rnn_backward"},
    "word_embedding_forward": {"word_embedding_backward"},
    "captioning_rnn_loss": {"captioning_rnn_training"},
    "lstm_step_forward": {
        "lstm_step_backward", "lstm_forward", "lstm_backward", "captioning_lstm_loss", "captioning_lstm_sample",
    },
    "lstm_step_backward": {"lstm_backward", "captioning_lstm_loss"},
    "lstm_forward": {"lstm_backward", "captioning_lstm_loss"},
    "lstm_backward": {"captioning_lstm_loss"},
    "attention_forward": {
        "attention_backward", "attention_lstm_step_forward", "attention_lstm_step_backward", "attention_lstm_forward",
        "attention_lstm_backward", "captioning_attention_loss", "captioning_attention_sample",
    },
    "attention_backward": {"attention_lstm_step_backward", "attention_lstm_backward", "captioning_attention_loss"},
    "attention_lstm_step_forward": {
        "attention_lstm_step_backward", "attention_lstm_forward", "attention_lstm_backward",
        "captioning_attention_loss", "captioning_attention_sample",
    },
    "attention_lstm_step_backward": {"attention_lstm_backward", "captioning_attention_loss"},
    "attention_lstm_forward": {"attention_lstm_backward", "captioning_attention_loss"},
    "attention_lstm_backward": {"captioning_attention_loss"},
}  # fmt: skip
STOPPED = {  # what goes wrong: (the function, its code, the exercise that shows it, what the sentence must say)
    "an undefined name": (
        "rnn_step_forward",
        "return np.tanh(x @ Wx + h @ Wh + b), None",
        "rnn_step_forward",
        r"In rnn_step_forward, line 2.*NameError: name 'h' is not defined",
    ),
    "an unfinished loop": (
        "rnn_forward",
        "for t in range(x.shape[1]):\n        h = h0",
        "rnn_forward",
        r"rnn_forward returned None: end it with `return h, cache`",
    ),
    "a cell that does not parse": (
        "rnn_forward",
        "return rnn_step_forward(x[:, 0], h0",
        "rnn_forward",
        r"rnn_forward is not defined",
    ),
    "a value that is not in the cache": (
        "rnn_step_forward",
        "next_h = np.tanh(x @ Wx + prev_h @ Wh + b)\n    return next_h, (x, prev_h, Wx, Wh)",
        "rnn_step_backward",
        r"In rnn_step_backward, line \d+.*not enough values to unpack \(expected 5, got 4\)",
    ),
    "too few values returned": (
        "rnn_backward",
        "return [np.zeros(3)] * 4",
        "rnn_backward",
        r"rnn_backward returned 4 values, not 5 values: end it with `return dx, dh0, dWx, dWh, db`",
    ),
    "too many values returned": (
        "word_embedding_forward",
        "return W[x], x, W",
        "word_embedding_forward",
        r"word_embedding_forward returned 3 values, not 2 values: end it with `return out, cache`",
    ),
    "a cache that is not returned": (
        "rnn_step_forward",
        "return np.tanh(x @ Wx + prev_h @ Wh + b)",
        "rnn_step_forward",
        r"rnn_step_forward returned one array of shape \(\d, \d\), not 2 values: end it with `return next_h, cache`",
    ),
    "np.zeros(*shape)": (
        "word_embedding_backward",
        "x, shape = cache\n    return np.zeros(*shape)",
        "word_embedding_backward",
        r"In word_embedding_backward, line 3.*TypeError",
    ),
    "a gradient that is never assigned": (
        "rnn_backward",
        "for t in range(0):\n        dh0 = dh[:, t]\n    return None, dh0, None, None, None",
        "rnn_backward",
        r"In rnn_backward, line 4.*UnboundLocalError.*dh0",
    ),
}


def is_quick(exercise):
    """Whether the fast tests have the exercise's mistakes; all of them take minutes."""
    return exercise.name in ("rnn_step_forward", "word_embedding_backward")


def submission(*cells):
    """A notebook of these code cells."""
    return new_notebook(cells=[new_code_cell(cell) for cell in cells])


def grade(engine, notebook, name=LAYERS):
    return engine.grade(notebook, name).judgements


def asked(name=LAYERS):
    """The exercises of a notebook."""
    return [exercise for exercise, home in HOMES.items() if home == name]


def fractions(judgements):
    return {name: judgement.fraction for name, judgement in judgements.items()}


def errors(notebook):
    """What the cells' errors say."""
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    return [f"{output.ename}: {output.evalue}" for output in outputs if output.output_type == "error"]


def wrong_sentences(judgement):
    return [verdict.sentence for verdict in judgement.verdicts if not verdict.right]


def advised(judgement):
    return [advice.mistake for advice in judgement.advice]


def without(code, function):
    """The code without one function."""
    tree = ast.parse(code)
    tree.body = [node for node in tree.body if getattr(node, "name", "") != function]
    return ast.unparse(tree)


def head(function, code):
    """The function's `def` line in some code."""
    return re.search(rf"^def {function}\(.*\):$", code, re.MULTILINE)[0]


@pytest.mark.parametrize("name", [LAYERS, CAPTIONING, LSTM, ATTENTION])
def test_the_reference_earns_everything_without_advice(engine, assignment, whole_code, name):
    notebook = fill_in(nbformat.read(assignment.release / f"{name}.ipynb", as_version=4), whole_code)
    judgements = grade(engine, notebook, name)
    assert fractions(judgements) == dict.fromkeys(asked(name), 1.0)
    assert not any(judgement.advice for judgement in judgements.values())
    assert not errors(notebook)


def test_every_exercise_is_asked_for_in_one_notebook():
    assert list(HOMES) == list(EXERCISES)


@pytest.mark.slow
@pytest.mark.parametrize("name", [LAYERS, CAPTIONING, LSTM, ATTENTION])
def test_the_untouched_notebook_earns_nothing_and_is_told_so(engine, assignment, name):
    judgements = grade(engine, nbformat.read(assignment.release / f"{name}.ipynb", as_version=4), name)
    assert fractions(judgements) == dict.fromkeys(asked(name), 0.0)
    for judgement in judgements.values():
        assert all("is not written yet" in sentence for sentence in wrong_sentences(judgement))
        assert not judgement.advice


@pytest.mark.slow
@pytest.mark.parametrize("path", DESIGNS, ids=lambda path: path.stem)
def test_a_correct_design_earns_everything(engine, whole_code, path):
    cells = path.read_text().split("# %%\n")
    home = path.parent.name if path.parent.name in HOMES.values() else LAYERS
    notebook = submission(whole_code, *cells)
    judgements = grade(engine, notebook, home)
    assert not errors(notebook)  # or the reference would stand in for the design
    assert fractions(judgements) == dict.fromkeys(asked(home), 1.0)
    assert not any(judgement.advice for judgement in judgements.values())


@pytest.mark.parametrize(
    ("exercise", "mistake"),
    [
        pytest.param(*pair, id=f"{pair[0].name}-{pair[1].name}", marks=() if is_quick(pair[0]) else pytest.mark.slow)
        for pair in MISTAKES
    ],
)
def test_a_known_mistake_costs_marks_and_is_named(graded_once, whole_code, exercise, mistake):
    planted = f"reference = {exercise.function}\n{mistake.source}\n{exercise.function} = {mistake.name}"
    notebook, home = submission(whole_code, planted), HOMES[exercise.name]
    judgements = grade(graded_once, notebook, home)
    assert not errors(notebook)
    assert judgements[exercise.name].fraction < 1
    assert advised(judgements[exercise.name]) == [mistake.name]
    assert all(wrong_sentences(judgements[exercise.name]))
    others = set(asked(home)) - {exercise.name} - DEPENDENTS.get(exercise.name, set())
    assert {name: judgements[name].fraction for name in others} == dict.fromkeys(others, 1.0)


def test_advice_gives_no_line_of_the_solution_away(whole_code):
    lines = [node for node in ast.walk(ast.parse(whole_code)) if isinstance(node, ast.Assign | ast.Expr)]
    secrets = {
        ast.unparse(node.value) for node in lines if isinstance(node.value, ast.Call | ast.BinOp | ast.Subscript)
    }
    assert {"np.add.at(dW, x, dout)", "x.T @ da", "W[x]"} <= secrets
    for _, mistake in MISTAKES:
        assert mistake.advice.endswith(".")
        assert not [secret for secret in secrets if re.search(rf"\b{re.escape(secret)}", mistake.advice)]


def test_two_mistakes_in_one_function_are_both_named(engine, reference_code):
    planted = """
    reference = rnn_step_backward
    def rnn_step_backward(dnext_h, cache):
        dx, dprev_h, dWx, dWh, db = reference(dnext_h, cache)
        return dx, dprev_h, dWx, dWh.T, db[None]
    """
    judgements = grade(engine, submission(reference_code, planted))
    assert advised(judgements["rnn_step_backward"]) == ["dWh_transposed", "db_keeps_axis"]


@pytest.mark.parametrize("what", STOPPED)
def test_code_that_stops_costs_marks_and_is_told_what_happened(engine, reference_code, what):
    function, body, exercise, sentence = STOPPED[what]
    code = f"{head(function, reference_code)}\n    {body}"
    judgements = grade(engine, submission(without(reference_code, function), code))
    assert judgements[exercise].fraction == 0
    assert all(re.search(sentence, said) for said in wrong_sentences(judgements[exercise]))


def test_a_cell_that_does_not_parse_shows_its_error_and_costs_its_exercise_alone(engine, released, reference_code):
    notebook = fill_in(released, reference_code)
    cell = next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == "temporal_softmax_loss")
    cell.source = cell.source.replace("return loss, dx", "return loss dx")
    judgements = grade(engine, notebook)
    assert judgements["temporal_softmax_loss"].fraction == 0
    assert sum(fractions(judgements).values()) == len(asked()) - 1
    assert "temporal_softmax_loss is not defined" in wrong_sentences(judgements["temporal_softmax_loss"])[0]
    assert errors(notebook)[0].startswith("SyntaxError")


def test_another_error_of_the_same_type_is_not_taken_for_a_known_mistake(engine, reference_code):
    planted = "def rnn_forward(x, h0, Wx, Wh, b):\n    return len(3)"
    judgements = grade(engine, submission(reference_code, planted))
    assert judgements["rnn_forward"].fraction == 0
    assert not judgements["rnn_forward"].advice


def test_a_wrong_function_that_is_called_is_named_in_the_callers_verdict(engine, reference_code):
    planted = "def rnn_step_backward(dnext_h, cache):\n    return da @ cache[2].T"
    judgements = grade(engine, submission(reference_code, planted))
    assert all("In rnn_step_backward, line 2" in said for said in wrong_sentences(judgements["rnn_backward"]))
