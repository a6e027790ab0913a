"""A mistake is named only where ordinary cases bear it out, and what is not there is not taken for something else."""

from __future__ import annotations

import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.engine import SEED
from autograder.intake.safe import SafeOutputs
from autograder.judging.judge import Judge, Judgement
from autograder.judging.shown import FATES, OF_A_DEMO, show
from autograder.judging.spared import needed, set_by
from autograder.judging.trusted import run_here
from autograder.sandbox.messages import CellResult, Fate, Reply
from autograder.selfcheck.causes import Kind, shape_causes, value_causes
from autograder.selfcheck.lacking import lacking
from tests.support.house import ASSIGNMENT, EXERCISES

VIEWS = """
def rnn_forward(x, h0, Wx, Wh, b):
    h, cache = np.zeros((*x.shape[:2], len(b))), []
    h[:, -1] = h0
    for t in range(x.shape[1]):
        h[:, t], step = rnn_step_forward(x[:, t], h[:, t - 1], Wx, Wh, b)
        cache.append(step)
    return h, cache
"""
IN_PLACE = """
def rnn_forward(x, h0, Wx, Wh, b):
    h, cache, state = np.zeros((*x.shape[:2], len(b))), [], h0.copy()
    for t in range(x.shape[1]):
        state[:], step = rnn_step_forward(x[:, t], state, Wx, Wh, b)
        h[:, t] = state
        cache.append(step)
    return h, cache
"""
LSTM_VIEWS = """
def lstm_forward(x, h0, Wx, Wh, b):
    h, cache, {c} = np.zeros((*x.shape[:2], h0.shape[1])), [], {zeros}
    h[:, -1] = h0
    for t in range(x.shape[1]):
        h[:, t], {next_c}, step = lstm_step_forward(x[:, t], h[:, t - 1], {prev_c}, Wx, Wh, b)
        cache.append(step)
    return h, cache
"""
WORDS_OF_SCORES = """
def captioning_rnn_sample(self, features, max_length=30):
    p = self.params
    captions, h = np.zeros((len(features), max_length), dtype=int), features @ p["W_proj"] + p["b_proj"]
    word = np.full(len(features), self._start)
    for t in range(max_length):
        h, _ = rnn_step_forward(p["W_embed"][word], h, p["Wx"], p["Wh"], p["b"])
        captions[:, t] = (h @ p["W_vocab"] + p["b_vocab"]).max(axis=1)
        word = captions[:, t]
    return captions
"""
SWAPPED_CALL = """
def rnn_backward(dh, cache):
    first = rnn_step_backward(cache[0], dh[:, 0])
    return first
"""
WHOLE_C = dict(c="c", zeros="np.zeros((*x.shape[:2], h0.shape[1]))", next_c="c[:, t]", prev_c="c[:, t - 1]")
OWN_C = dict(c="c", zeros="np.zeros_like(h0)", next_c="c", prev_c="c")
ALIASED = {
    "views": ("1_rnn_layers", VIEWS, "rnn_backward", "first_state_overwritten"),
    "one array": ("1_rnn_layers", IN_PLACE, "rnn_backward", "one_array_for_all_states"),
    "both states": ("3_lstm", LSTM_VIEWS.format(**WHOLE_C), "lstm_backward", "first_states_overwritten"),
    "one of two states": ("3_lstm", LSTM_VIEWS.format(**OWN_C), "lstm_backward", "first_state_overwritten"),
    "max": ("2_captioning", WORDS_OF_SCORES, "captioning_rnn_sample", "max_for_argmax"),
}


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(ASSIGNMENT.reference(), SEED)


def named(judgement: Judgement) -> list[str]:
    return [advice.mistake for advice in judgement.advice]


def raised(sentence: str = "ValueError: no") -> Reply:
    return Reply(Fate.RAISED, exception="ValueError", sentence=sentence)


def replies(judge: Judge, name: str, mistake: str, kept: set[str] | None = None) -> list[Reply]:
    """What a known mistake gives; but for the cases that are kept, if given, exceptions of another kind."""
    exercise = EXERCISES[name]
    (wrong,) = (each for each in exercise.mistakes if each.name == mistake)
    functions = wrong.plant(ASSIGNMENT.reference(), exercise.function)
    found = []
    for case in exercise.cases:
        outcome = run_here(exercise, judge.inputs(exercise, case), functions)
        outputs = {output: np.asarray(value) for output, value in outcome.outputs.items() if value is not None}
        found.append(Reply(Fate.DONE, outputs) if kept is None or case.name in kept else raised())
    return found


@pytest.mark.parametrize(
    ("name", "mistake", "kept"),
    [
        ("rnn_forward", "restarts_from_h0", {"one_example", "ones"}),
        ("rnn_forward", "restarts_from_h0", {"one_example", "one_D", "one_H", "ones", "one_step"}),
        ("captioning_rnn_sample", "start_stored", {"float32"}),
    ],
)
def test_what_an_exception_has_left_over_gets_no_name(judge, name, mistake, kept):
    assert named(judge.judge(EXERCISES[name], replies(judge, name, mistake))) == [mistake]
    assert named(judge.judge(EXERCISES[name], replies(judge, name, mistake, kept))) == []


def test_a_name_stands_where_an_edge_stops_for_another_reason(judge):
    kept = {case.name for case in EXERCISES["rnn_forward"].cases} - {"ones"}
    assert named(judge.judge(EXERCISES["rnn_forward"], replies(judge, "rnn_forward", "time_first", kept))) == [
        "time_first"
    ]


def test_values_that_are_left_by_exceptions_in_ordinary_cases_have_no_measured_cause(judge):
    exercise = EXERCISES["rnn_forward"]
    found = [
        raised() if exercise.is_ordinary(case) else Reply(Fate.DONE, {"h": -judge.expected(exercise, case)["h"]})
        for case in exercise.cases
    ]
    assert named(judge.judge(exercise, found)) == []


def test_gradients_that_are_all_missing_are_not_one_that_is_missing(judge):
    exercise = EXERCISES["rnn_backward"]
    everything = judge.judge(exercise, [Reply(Fate.DONE) for _ in exercise.cases])
    assert named(everything) == ["nothing_computed"]
    assert everything.advice[0].outputs == tuple(exercise.outputs)
    assert named(judge.judge(exercise, replies(judge, "rnn_backward", "dh0_none"))) == ["dh0_none"]


def test_empty_grads_have_no_names_of_their_own(judge):
    exercise = EXERCISES["captioning_rnn_loss"]
    right = [Reply(Fate.DONE, {"loss": np.asarray(judge.expected(exercise, case)["loss"])}) for case in exercise.cases]
    (advice,) = judge.judge(exercise, right).advice
    assert "it is empty, or has names of its own" in advice.text


@pytest.mark.slow
@pytest.mark.parametrize("what", ALIASED)
def test_real_code_that_makes_a_known_mistake_gets_its_name(engine, whole_code, what):
    notebook, code, exercise, mistake = ALIASED[what]
    cells = [new_code_cell(cell) for cell in (whole_code, code)]
    judgements = engine.grade(new_notebook(cells=cells), notebook).judgements
    assert named(judgements[exercise]) == [mistake]
    assert judgements[exercise].fraction < 1.0


@pytest.mark.slow
def test_an_exception_names_the_line_that_called(engine, reference_code):
    cells = [new_code_cell(cell) for cell in (reference_code, SWAPPED_CALL)]
    judgement = engine.grade(new_notebook(cells=cells), "1_rnn_layers").judgements["rnn_backward"]
    for verdict in judgement.verdicts:
        assert verdict.sentence.startswith("In rnn_step_backward, line ")
        assert ", called in rnn_backward, line " in verdict.sentence and "ValueError" in verdict.sentence


@pytest.mark.parametrize(
    ("number", "shape", "kind"),
    [(0.0, (3, 4), Kind.ONE_NUMBER), (12.0, (3, 4), Kind.SUMMED), (5.0, (1,), Kind.AXIS_DROPPED)],
)
def test_a_number_was_summed_only_where_it_is_the_sum(number, shape, kind):
    causes = [cause.kind for cause in shape_causes(np.array(number), np.ones(shape), 1e-8)]
    assert causes[0] == kind
    assert Kind.ONE_NUMBER in causes


def test_one_wrong_step_is_one_wrong_step():
    right = np.random.default_rng(0).standard_normal((2, 5, 3))
    for step, said in ((0, "0"), (2, "2"), (4, "4, the last one,")):
        wrong = right.copy()
        wrong[:, step] += 1
        assert value_causes(wrong, right, 1e-8)[0].sentence == f"Only time step {said} is wrong."


def error_of(code: str) -> Exception:
    with pytest.raises(Exception) as caught:  # noqa: PT011  of any kind
        exec(code, {"np": np})
    return caught.value


def test_what_is_not_there_is_said():
    assert "hand in my_helpers.py beside the notebook" in lacking(error_of("import my_helpers"), {})
    assert f"numpy {np.__version__} that runs here" in lacking(error_of("np.no_such_name"), {})
    assert f"numpy {np.__version__} that runs here" in lacking(error_of("np.asfarray(1)"), {})
    for other in ("1 / 0", "[].no_such_name", "raise AttributeError", "raise ModuleNotFoundError"):
        assert lacking(error_of(other), {}) == ""


@pytest.mark.slow
@pytest.mark.parametrize("code", ["import my_helpers", "from my_helpers import tanh"])
def test_a_cell_that_imports_what_is_not_there_shows_what_to_do(engine, code):
    cell = new_code_cell(code)
    engine.grade(new_notebook(cells=[cell]), "1_rnn_layers")
    assert cell.outputs[0].traceback[-1].startswith("my_helpers is not here: ")


def test_cells_that_set_a_name_come_with_what_they_need():
    cells = ["data = load()", "%matplotlib inline\nmodel = Model(data)", "print(1", "h = 1\ndef f():\n    model = 2"]
    assert needed({"model"}, cells) == set(cells[:2])
    assert needed({"load"}, cells) == set()
    assert set_by(cells) == {"data", "model", "h", "f"}


@pytest.mark.parametrize(("is_demo", "said"), [(True, OF_A_DEMO), (False, FATES[Fate.TIMEOUT])])
def test_a_cell_of_the_courses_that_takes_too_long_is_not_blamed_on_the_student(is_demo, said):
    cell = nbformat.v4.new_code_cell("train()")
    show(cell, CellResult(Fate.TIMEOUT), 3, {}, SafeOutputs(), is_demo)
    assert cell.outputs[0].evalue == said
