"""A bug costs its own points once: whatever depends on a wrong function is judged as if that one were right."""

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.engine import Engine, recorded
from autograder.judging.carried import by_mistake
from autograder.judging.carried.dependencies import Dependencies, forward_line
from autograder.record import Event, Note, Record
from autograder.rendering.verdicts import told, verdicts_html, verdicts_text
from autograder.sandbox.runner import Limits
from tests.support.house import ASSIGNMENT, EXERCISES, IN_ORDER

HOMES = {name: path.stem for path in ASSIGNMENT.notebooks for name in ASSIGNMENT.points(path.stem)}
DEPENDENCIES = Dependencies(IN_ORDER, ASSIGNMENT.reference())
DEPENDENTS = {
    exercise.name: [
        other.name
        for other in IN_ORDER
        if other is not exercise and (exercise.name in DEPENDENCIES.needs(other) or other.function == exercise.name)
    ]
    for exercise in IN_ORDER
}
NOTHING_TO_TRAIN_WITH = {  # a training needs all gradients, and of their parameters' shapes: what else could it do?
    "db_proj_keeps_axis", "dW_proj_transposed", "no_gradients_of_projection", "no_gradient_of_embedding", "other_names",
    "placeholders",
}  # fmt: skip
ASKED_BY_ANOTHER = {"asked_with_prev_c", "asked_with_next_h"}  # the cache then holds another state that looks right
COSTS_TWICE = {
    *(("captioning_rnn_loss", mistake, "captioning_rnn_training") for mistake in NOTHING_TO_TRAIN_WITH),
    *(("attention_lstm_step_forward", mistake, "attention_lstm_step_backward") for mistake in ASKED_BY_ANOTHER),
}
FOURTH = 4
PAIRS = [
    (exercise.name, mistake.name, dependent)
    for exercise in IN_ORDER
    for mistake in exercise.mistakes
    for dependent in DEPENDENTS[exercise.name]
]

SIGN = """
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx - prev_h @ Wh + b)
    return next_h, {cache}
"""
BACKWARD = """
def rnn_step_backward(dnext_h, cache):
    {unpack}
    da = dnext_h * (1 - {next_h} ** 2)
    return da @ {Wx}.T, da @ {Wh}.T, {x}.T @ da, {prev_h}.T @ da, da.sum(axis=0)
"""
PLAIN = dict(x="x", prev_h="prev_h", Wx="Wx", Wh="Wh", next_h="next_h")
LAYOUTS = {
    "a dictionary": (
        "dict(h=next_h, x=x, p=prev_h, Wx=Wx, Wh=Wh)",
        dict(x="cache['x']", prev_h="cache['p']", Wx="cache['Wx']", Wh="cache['Wh']", next_h="cache['h']", unpack=""),
    ),
    "nested": (
        "[(x, [prev_h]), {'W': (Wx, Wh)}, next_h]",
        dict(PLAIN, unpack="(x, [prev_h]), W, next_h = cache; Wx, Wh = W['W']"),
    ),
    "the sum before tanh": (
        "(Wh, x, prev_h, Wx, x @ Wx - prev_h @ Wh + b)",
        dict(PLAIN, unpack="Wh, x, prev_h, Wx, a = cache; next_h = np.tanh(a)"),
    ),
}
OTHER_FORWARD = """
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = (np.sin(x @ Wx) * (prev_h @ Wh)){real}
    return next_h, (x, prev_h, Wx, Wh, b)

def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, b = cache
    from_x, from_h = dnext_h * np.cos(x @ Wx) * (prev_h @ Wh), dnext_h * np.sin(x @ Wx)
    return from_x @ Wx.T, from_h @ Wh.T, x.T @ from_x, prev_h.T @ from_h, np.zeros_like(b)
"""


NO_TANH = """
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    return x @ Wx + prev_h @ Wh + b, (x, prev_h, Wx, Wh)

def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh = cache
    return dnext_h @ Wx.T, dnext_h @ Wh.T, x.T @ dnext_h, prev_h.T @ dnext_h, dnext_h.sum(axis=0)
"""
NO_BIAS = """
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx + prev_h @ Wh)
    return next_h, (x, prev_h, Wx, Wh, b, 1 - next_h)

def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, b, rest = cache
    da = dnext_h * rest * (2 - rest)
    return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, np.zeros_like(b)
"""
SEQUENCE = """
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx + prev_h @ Wh)
    return next_h, (x, prev_h, next_h)

def rnn_forward(x, h0, Wx, Wh, b):
    h, caches = [h0], []
    for t in range(x.shape[1]):
        next_h, cache = rnn_step_forward(x[:, t], h[-1], Wx, Wh, b)
        h.append(next_h)
        caches.append(cache)
    return np.stack(h[1:], axis=1), (caches, Wx, Wh)

def rnn_backward(dh, cache):
    caches, Wx, Wh = cache
    dx, dWx, dWh, carried = np.zeros((*dh.shape[:2], len(Wx))), 0, 0, 0
    for t in reversed(range(dh.shape[1])):
        x, prev_h, next_h = caches[t]
        da = (dh[:, t] + carried) * (1 - next_h ** 2)
        dx[:, t], carried, dWx, dWh = da @ Wx.T, da @ Wh.T, dWx + x.T @ da, dWh + prev_h.T @ da
    return dx, carried, dWx, dWh, np.zeros(len(Wh))
"""
LSTM = """
def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    {names} = np.split(x @ Wx + prev_h @ Wh + b, 4, axis=1)
    i, f, o, g = 1 / (1 + np.exp(-i)), 1 / (1 + np.exp(-f)), 1 / (1 + np.exp(-o)), np.tanh(g)
    next_c = {next_c}
    t = np.tanh(next_c)
    return o * t, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, t)

def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, t = cache
    dc = dnext_c + dnext_h * o * (1 - t ** 2)
    do, di, df, dg, dprev_c = dnext_h * t, {di}, dc * prev_c, {dg}, dc * f
    i, f, o, g = di * i * (1 - i), df * f * (1 - f), do * o * (1 - o), dg * (1 - g ** 2)
    da = np.hstack([{names}])
    return da @ Wx.T, da @ Wh.T, dprev_c, x.T @ da, prev_h.T @ da, da.sum(axis=0)
"""
RIGHT_LSTM = dict(names="i, f, o, g", next_c="f * prev_c + i * g", di="dc * g", dg="dc * i")
CONSISTENT = {  # a notebook, a forward pass with a mistake and its own derivative, and the gradients that cost points
    "no tanh": ("1_rnn_layers", NO_TANH, set()),
    "no bias": ("1_rnn_layers", NO_BIAS, {"db"}),  # zeros are nothing that could be told from a placeholder
    "another order of gates": ("3_lstm", LSTM.format(**RIGHT_LSTM | {"names": "i, f, g, o"}), set()),
    "a gate left out": (
        "3_lstm",
        LSTM.format(**RIGHT_LSTM | {"next_c": "f * prev_c + i", "di": "dc", "dg": "0 * g"}),
        set(),
    ),
}


@pytest.fixture
def grade(graded_once, whole_code):
    """Grades a notebook of the reference's functions with some others in their place."""

    def grade(planted, name="1_rnn_layers"):
        notebook = new_notebook(cells=[new_code_cell(whole_code), new_code_cell(planted)])
        graded = graded_once.grade(notebook, name)
        errors = [output for cell in notebook.cells for output in cell.outputs if output.output_type == "error"]
        assert not errors
        return graded

    return grade


def planted(exercise, mistake):
    return f"reference = {exercise.function}\n{mistake.source}\n{exercise.function} = {mistake.name}"


def lost(graded):
    return {name for name, judgement in graded.judgements.items() if judgement.fraction < 1}


def test_what_exercises_need_is_read_from_the_reference():
    assert DEPENDENTS["rnn_step_forward"] == [
        "rnn_step_backward", "rnn_forward", "rnn_backward",
        "captioning_rnn_loss", "captioning_rnn_training", "captioning_rnn_sample",
    ]  # fmt: skip
    assert DEPENDENTS["temporal_softmax_loss"] == [
        "captioning_rnn_loss", "captioning_rnn_training", "captioning_lstm_loss", "captioning_attention_loss",
    ]  # fmt: skip
    assert DEPENDENTS["captioning_rnn_loss"] == ["captioning_rnn_training"]
    assert not DEPENDENTS["captioning_lstm_sample"]


def test_no_exercise_needs_its_own_function_or_one_that_needs_it():
    for exercise in IN_ORDER:
        needed = DEPENDENCIES.needs(exercise)
        assert exercise.function not in needed
        assert not {name for name in needed if exercise.function in DEPENDENCIES.needs(EXERCISES[name])}
    assert forward_line(EXERCISES["rnn_backward"]).function == "rnn_forward"
    assert DEPENDENCIES.step_of("rnn_forward") == "rnn_step_forward"
    assert forward_line(EXERCISES["rnn_forward"]) is None


def test_at_most_one_pair_in_twenty_costs_twice(assignment):
    assert set(PAIRS) >= COSTS_TWICE
    assert len(COSTS_TWICE) <= 0.05 * len(PAIRS)
    page = " ".join((assignment.root / "docs" / "marks.md").read_text().split())
    assert f"in {len(PAIRS) - len(COSTS_TWICE)} of {len(PAIRS)} pairs" in page


@pytest.mark.slow
@pytest.mark.parametrize(
    "exercise", [exercise for exercise in IN_ORDER if DEPENDENTS[exercise.name]], ids=lambda e: e.name
)
def test_a_known_mistake_costs_only_its_own_points(grade, exercise, request):
    """All pairs take minutes: every fourth mistake is tried in the other exercises, with --every-pair all of them."""
    step = 1 if request.config.getoption("--every-pair") else FOURTH
    for mistake in exercise.mistakes[IN_ORDER.index(exercise) % step :: step]:
        homes = {HOMES[name] for name in DEPENDENTS[exercise.name]}
        marks = {home: grade(planted(exercise, mistake), home).judgements for home in sorted(homes)}
        for dependent in DEPENDENTS[exercise.name]:
            twice = (exercise.name, mistake.name, dependent) in COSTS_TWICE
            fraction = marks[HOMES[dependent]][dependent].fraction
            assert (fraction < 1) == twice, (mistake.name, dependent, fraction)


def test_a_sign_error_in_one_step_costs_that_step(grade):
    graded = grade(SIGN.format(cache="(x, prev_h, Wx, Wh, next_h)"))
    assert lost(graded) == {"rnn_step_forward"}
    judgement = graded.judgements["rnn_backward"]
    assert (
        "only 0 of 40 checks are right, because of a mistake in rnn_step_forward, which costs its own"
        in judgement.basis
    )
    assert judgement.basis in verdicts_html(judgement) and judgement.basis in verdicts_text(judgement)
    record = recorded(Record(), graded, told(graded))
    assert record.dump()["exercises"]["rnn_backward"]["basis"] == judgement.basis
    assert not graded.judgements["word_embedding_forward"].basis


@pytest.mark.slow
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_backward_pass_is_judged_by_the_cache_it_gets_in_any_layout(grade, layout):
    cache, names = LAYOUTS[layout]
    graded = grade(SIGN.format(cache=cache) + BACKWARD.format(**names))
    assert lost(graded) == {"rnn_step_forward"}
    assert "keeps in its cache" in graded.judgements["rnn_step_backward"].basis


@pytest.mark.slow
def test_a_second_mistake_in_the_backward_pass_costs_what_it_spoils(grade):
    backward = BACKWARD.format(**PLAIN, unpack="x, prev_h, Wx, Wh, next_h = cache")
    graded = grade(SIGN.format(cache="(x, prev_h, Wx, Wh, next_h)") + backward.replace("da.sum(axis=0)", "da.sum()"))
    judgement = graded.judgements["rnn_step_backward"]
    assert {verdict.output for verdict in judgement.verdicts if not verdict.right} == {"db"}
    assert "keeps in its cache" in judgement.basis
    assert lost(graded) == {"rnn_step_forward", "rnn_step_backward"}


@pytest.mark.slow
@pytest.mark.parametrize("mistake", CONSISTENT)
def test_a_backward_pass_may_be_the_derivative_of_a_known_mistake(grade, mistake):
    notebook, code, wrong = CONSISTENT[mistake]
    graded = grade(code, notebook)
    step = "lstm_step" if notebook == "3_lstm" else "rnn_step"
    judgement = graded.judgements[f"{step}_backward"]
    assert {verdict.output for verdict in judgement.verdicts if not verdict.right} == wrong
    assert f"derivative of your own {step}_forward, whose mistake is known" in judgement.basis
    assert lost(graded) == {f"{step}_forward", *([f"{step}_backward"] if wrong else [])}


@pytest.mark.slow
def test_the_derivative_of_a_known_mistake_is_made_once_for_a_class_and_anew_for_other_inputs(
    assignment, whole_code, monkeypatch
):
    made, gradients = [], by_mistake.gradients
    monkeypatch.setattr(by_mistake, "gradients", lambda *given: made.append(given) or gradients(*given))
    notebook, code, _ = next(iter(CONSISTENT.values()))

    def judged():
        cells = [new_code_cell(whole_code), new_code_cell(code)]
        found = engine.grade(new_notebook(cells=cells), notebook).judgements["rnn_step_backward"]
        return found, len(made)

    with Engine(assignment) as engine:
        first, once = judged()
        second, twice = judged()
        engine.draw(engine.seed + 1)
        third, thrice = judged()
    assert "whose mistake is known" in first.basis
    assert (second, twice) == (first, once)
    assert (third.fraction, thrice) == (first.fraction, 2 * once)


@pytest.mark.slow
def test_a_pass_over_a_sequence_may_be_the_derivative_of_a_step_whose_mistake_is_known(grade):
    judgement = grade(SEQUENCE).judgements["rnn_backward"]
    assert {verdict.output for verdict in judgement.verdicts if not verdict.right} == {"db"}
    assert "whose mistake is known" in judgement.basis


@pytest.mark.slow
@pytest.mark.parametrize("real", ["", ".real"])
def test_a_forward_pass_that_is_given_away_does_not_pay_for_its_derivative(grade, real):
    graded = grade(OTHER_FORWARD.format(real=real))
    assert graded.judgements["rnn_step_backward"].fraction == 0
    assert lost(graded) == {"rnn_step_forward", "rnn_step_backward"}


@pytest.mark.slow
def test_placeholders_earn_nothing_by_a_wrong_forward_pass(grade):
    graded = grade("""
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    return np.zeros_like(prev_h), (x, prev_h, Wx, Wh, b)

def rnn_step_backward(dnext_h, cache):
    return tuple(np.zeros_like(value) for value in cache)
""")
    assert graded.judgements["rnn_step_backward"].fraction == 0
    assert lost(graded) == {"rnn_step_forward", "rnn_step_backward"}


@pytest.mark.slow
def test_a_derivative_must_hold_for_typical_sizes(grade):
    graded = grade("""
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    return x if x.shape == prev_h.shape else np.zeros_like(prev_h), None

def rnn_step_backward(dnext_h, cache):
    return (dnext_h,) * 5
""")
    assert graded.judgements["rnn_step_backward"].fraction == 0


@pytest.mark.slow
@pytest.mark.parametrize("value", ["np.inf", "np.nan", "1e300"])
def test_numbers_beyond_measure_do_no_harm(grade, value):
    graded = grade(f"""
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    return np.full_like(prev_h, {value}), (np.full_like(prev_h, {value}), x)

def rnn_step_backward(dnext_h, cache):
    return tuple(np.full(shape, {value}) for shape in ((3, 5), (3, 4), (5, 4), (4, 4), (4,)))
""")
    assert graded.judgements["rnn_step_backward"].fraction == 0


@pytest.mark.slow
def test_a_slope_that_is_missing_is_not_excused_by_an_empty_cache(grade):
    graded = grade("""
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.zeros_like(prev_h)
    return next_h, (x, prev_h, Wx, Wh, next_h)

def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    return dnext_h @ Wx.T, dnext_h @ Wh.T, x.T @ dnext_h, prev_h.T @ dnext_h, dnext_h.sum(axis=0)
""")
    assert graded.judgements["rnn_step_backward"].fraction == 0


@pytest.mark.slow
def test_two_bugs_cost_the_points_of_two_and_both_are_named(grade):
    step = EXERCISES["rnn_step_backward"].mistakes
    whole = EXERCISES["rnn_backward"].mistakes
    db_scalar = next(mistake for mistake in step if mistake.name == "db_scalar")
    dh0_zero = next(mistake for mistake in whole if mistake.name == "dh0_zero")
    code = f"{planted(EXERCISES['rnn_backward'], dh0_zero)}\nother = reference\n"
    code += planted(EXERCISES["rnn_step_backward"], db_scalar).replace("reference", "right_step")
    graded = grade(code.replace("reference(dh, cache)", "other(dh, cache)"))
    assert lost(graded) == {"rnn_step_backward", "rnn_backward"}
    wrong = {verdict.output for verdict in graded.judgements["rnn_backward"].verdicts if not verdict.right}
    assert wrong == {"dh0"}
    assert [advice.mistake for advice in graded.judgements["rnn_backward"].advice] == ["dh0_zero"]
    assert [advice.mistake for advice in graded.judgements["rnn_step_backward"].advice] == ["db_scalar"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("function", "kept"),
    [("rnn_step_forward", {"rnn_forward", "rnn_backward"}), ("rnn_forward", {"rnn_backward"})],
)
@pytest.mark.parametrize("body", ["raise NotImplementedError", "return undefined", "return 5", "return None, None"])
def test_what_is_not_there_costs_nothing_elsewhere(grade, function, body, kept):
    graded = grade(f"def {function}(*args):\n    {body}")
    assert graded.judgements[function].fraction == 0
    assert not lost(graded) & kept


@pytest.mark.slow
def test_caches_that_cannot_be_told_apart_do_no_harm(grade):
    graded = grade("""
one = []
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    one[:] = x, prev_h, Wx, Wh
    return x @ Wx + prev_h @ Wh + b, one
""")
    assert not lost(graded) & {"rnn_forward", "rnn_backward"}


@pytest.mark.slow
def test_a_loss_that_nothing_is_known_of_earns_no_training(grade):
    graded = grade(
        """
def captioning_rnn_loss(self, features, captions):
    return sum((w ** 2).sum() for w in self.params.values()), {name: 2 * w for name, w in self.params.items()}
""",
        "2_captioning",
    )
    assert graded.judgements["captioning_rnn_loss"].fraction == 0
    assert graded.judgements["captioning_rnn_training"].fraction == 0


@pytest.mark.slow
def test_right_code_is_called_once_for_each_case(engine, assignment, whole_code, monkeypatch):
    monkeypatch.setattr("autograder.sandbox.runner.Runner.again", lambda *_: pytest.fail("called again"))
    for path in assignment.notebooks:
        graded = engine.grade(new_notebook(cells=[new_code_cell(whole_code)]), path.stem)
        assert not lost(graded)


@pytest.mark.slow
def test_a_second_look_that_gets_no_time_is_noted(whole_code):
    """A mark may then be lower than on a quieter machine: that is never silent."""
    mistake = next(mistake for mistake in EXERCISES["rnn_step_forward"].mistakes if mistake.name == "no_bias")
    slow = f"""
right, count = rnn_forward, 0

def rnn_forward(*arguments):
    global count
    count += 1
    if count > {len(EXERCISES["rnn_forward"].cases)}:
        import time; time.sleep(99)
    return right(*arguments)
"""
    code = [whole_code, planted(EXERCISES["rnn_step_forward"], mistake) + slow]
    with Engine(ASSIGNMENT, limits=Limits(call=1.0, exercise=2.0)) as engine:
        graded = engine.grade(new_notebook(cells=[new_code_cell(each) for each in code]), "1_rnn_layers")
    assert graded.judgements["rnn_forward"].fraction < 1
    said = "The second look at rnn_forward, with earlier mistakes put right, did not finish in time."
    assert Note(Event.TIMED_OUT, said) in graded.notes
    assert not any("word_embedding" in note.text for note in graded.notes)
