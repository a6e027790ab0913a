"""What is wrong is named where the values bear it out: measured causes, parts left out, two mistakes at once."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Callable

import nbformat
import numpy as np
import pytest
from traitlets import TraitError
from traitlets.config import Config

from autograder.course.settings import GradeSubmission
from autograder.engine import SEED, Graded
from autograder.faces.nbgrader.grading import write_marks
from autograder.judging.diagnosis import DETAILS, Advice
from autograder.judging.diagnosis.variants import SAYINGS, variants
from autograder.judging.judge import Judge, Judgement
from autograder.judging.trusted import run_here
from autograder.rendering.verdicts import sentences, verdicts_html, verdicts_text
from autograder.sandbox.messages import Fate, Reply
from autograder.spec import Exercise
from tests.support.house import EXERCISES, IN_ORDER
from tests.support.two_voices import reply_of

SHARE = 0.95  # of pairs of mistakes that are both named; 0.98 when this was written
LIMIT = 0.3  # seconds for all exercises of a submission in which everything is wrong
MEASURED = {  # (the exercise, its output, what is made of its exact value with a case's sizes, the cause, its words)
    "transposed": ("lstm_step_backward", "dWh", lambda a, s: a.T, "transpose", "It is transposed"),
    "time first": ("lstm_backward", "dx", lambda a, s: a.transpose(1, 0, 2), "axes_permuted", "axes are (T, N, D)"),
    "reshape for transpose": (
        "lstm_forward", "h", lambda a, s: a.transpose(1, 0, 2).reshape(a.shape), "axes_reshaped", "reshape does not",
    ),
    "flattened": ("rnn_forward", "h", lambda a, s: a.reshape(-1, s["H"]), "axes_merged", "should be (N, T, H)"),
    "keepdims": ("lstm_backward", "dWx", lambda a, s: a[None], "axis_kept", "an axis of length 1 too many"),
    "squeeze": ("temporal_softmax_loss", "dx", lambda a, s: np.squeeze(a), "axis_dropped", "lacks an axis of length 1"),
    "sign": ("rnn_backward", "dh0", lambda a, s: -a, "wrong_sign", "has the wrong sign"),
    "times N": ("rnn_backward", "dWx", lambda a, s: a * s["N"], "factor_N", "N times too large (the number"),
    "by T": ("lstm_backward", "dWh", lambda a, s: a / s["T"], "factor_1/T", "mean stands in the place of a sum"),
    "by N * T": ("rnn_backward", "db", lambda a, s: a / s["N"] / s["T"], "factor_1/(N*T)", "N * T times too small"),
    "by T - 1": ("captioning_rnn_loss", "loss", lambda a, s: a / (s["T"] - 1), "factor_1/(T-1)", "T - 1 times too"),
    "twice N": ("rnn_step_backward", "dx", lambda a, s: a * 2 * s["N"], "factor_2*N", "2 * N times the exact value"),
    "half": ("lstm_step_forward", "next_c", lambda a, s: a / 2, "factor_1/2", "1/2 times the exact value"),
    "a little": ("rnn_step_backward", "dx", lambda a, s: a / (1 + 3e-6), "factor_near_1", "by the same small share"),
    "any factor": ("rnn_step_backward", "dx", lambda a, s: a * (a.sum() + 9), "factor_varies", "by a factor that"),
    "from ones": ("lstm_backward", "dWx", lambda a, s: a + 1, "offset", "Every number is 1 too large"),
    "zeros": ("rnn_backward", "dWx", lambda a, s: 0 * a, "all_zeros", "It is all zeros: it was made but never filled"),
    "ones": ("rnn_backward", "dWx", lambda a, s: 0 * a + 1, "one_number", "It is 1 everywhere, a placeholder it seems"),
    "no last step": ("rnn_backward", "dx", lambda a, s: part(a, np.s_[:, -1]), "partly_zeros", "the last time step"),
    "first step only": ("lstm_forward", "h", lambda a, s: part(a, np.s_[:, 1:]), "partly_zeros", "all time steps but"),
    "a gate's block": (
        "lstm_step_backward", "dWx", lambda a, s: part(a, np.s_[:, s["H"] : 2 * s["H"]]), "partly_zeros", "for block 1",
    ),
    "summed to a number": ("lstm_step_forward", "next_c", lambda a, s: a.sum(), "summed_too_far", "summed over (N, H)"),
    "not summed": ("captioning_rnn_loss", "loss", lambda a, s: np.full(3, a / 3), "sum_missing", "not summed over"),
    "not finite": ("lstm_step_forward", "next_c", lambda a, s: a * np.inf, "not_finite", "look for an overflow"),
    "only one example": (
        "rnn_backward", "dWh", lambda a, s: a + (s["N"] == 1) * a**2, "only_where_N_is_1", "It is right unless N is 1",
    ),
    "only one step": (
        "rnn_backward", "dWh", lambda a, s: a + (s["T"] == 1) * a**2, "only_where_T_is_1", "It is right unless T is 1",
    ),
}  # fmt: skip
PARTS = {  # changes of the reference: (the function, what stands there, what takes its place, the cause, its words)
    "a term": ("rnn_backward", "dWx + dWx_t, ", "dWx_t, ", "missing_term", "from dWx: not all that reaches it"),
    "a visible term": (
        "captioning_rnn_loss",
        'features @ p["W_proj"] + ',
        "",
        "missing_term",
        "with features and W_proj",
    ),
    "a sign": ("rnn_step_forward", "@ Wx + prev_h", "@ Wx - prev_h", "sign_of_term", "the one with prev_h and Wh"),
    "a factor": ("lstm_step_backward", "dc * prev_c * f * (", "dc * f * (", "missing_factor", "the one with prev_c"),
    "a hidden factor": (
        "lstm_step_backward",
        "dc * prev_c * f * (",
        "dc * prev_c * (",
        "missing_factor",
        "with prev_c",
    ),
    "a transpose": ("lstm_step_backward", "da @ Wh.T", "da @ Wh", "wrong_transpose", "on the way to all outputs"),
    "a transpose with np.dot": ("rnn_step_backward", "da @ Wh.T", "da.dot(Wh)", "dprev_h_without_transpose", ""),
    "a mismatch with np.dot": ("rnn_step_backward", "da @ Wx.T", "da.dot(Wx)", "wrong_transpose", "the one with Wx"),
    "an axis": ("captioning_rnn_loss", "dh0.sum(axis=0)", "dh0.sum(axis=1)", "wrong_axis", "to db_proj runs over"),
}


@pytest.fixture(scope="module")
def judge(assignment) -> Judge:
    return Judge(assignment.reference(), SEED)


@pytest.fixture(scope="module")
def reference(assignment) -> dict:
    return assignment.reference()


def part(array: np.ndarray, place: object) -> np.ndarray:
    """The array with zeros in one place."""
    array = array.copy()
    array[place] = 0
    return array


def replies_of(judge: Judge, exercise: Exercise, functions: dict) -> list[Reply]:
    return [reply_of(run_here(exercise, judge.inputs(exercise, case), functions)) for case in exercise.cases]


def replies_made(judge: Judge, exercise: Exercise, make: Callable) -> list[Reply]:
    """Replies with `make(output, exact value, sizes)` in the place of each output."""
    return [
        Reply(Fate.DONE, {o: np.asarray(make(o, np.asarray(exact), case.sizes)) for o, exact in expected.items()})
        for case in exercise.cases
        for expected in [judge.expected(exercise, case)]
    ]


def named(judgement: Judgement) -> list[str]:
    return [advice.mistake for advice in judgement.advice]


def spoilt(judgement: Judgement) -> set[str]:
    return {verdict.output for verdict in judgement.verdicts if not verdict.right}


@pytest.mark.parametrize("what", MEASURED)
def test_a_cause_is_measured(judge, what):
    name, output, make, cause, words = MEASURED[what]
    replies = replies_made(judge, EXERCISES[name], lambda o, a, s: make(a, s) if o == output else a)
    judgement = judge.judge(EXERCISES[name], replies)
    assert named(judgement) == [cause]
    assert judgement.advice[0].text.startswith(f"{output}: ")
    assert words in judgement.advice[0].text
    assert len(sentences(judgement)) == cause.startswith("only_where")  # no two sentences for one thing


@pytest.mark.parametrize("what", PARTS)
def test_a_part_that_is_left_out_is_named(judge, reference, whole_code, what):
    function, right, wrong, cause, words = PARTS[what]
    assert right in whole_code
    functions = dict(reference)
    exec(whole_code.replace(right, wrong), functions)
    functions = {**reference, function: functions[function]}
    judgement = judge.judge(EXERCISES[function], replies_of(judge, EXERCISES[function], functions))
    assert named(judgement) == [cause]
    assert words in judgement.advice[0].text


def test_causes_of_one_kind_are_told_once(judge):
    judgement = judge.judge(
        EXERCISES["rnn_backward"],
        replies_made(judge, EXERCISES["rnn_backward"], lambda o, a, s: -a if o[:2] == "dW" else a),
    )
    assert [advice.text for advice in judgement.advice] == [
        "dWx, dWh: It has the wrong sign: all is right but for a minus."
    ]


def test_an_output_that_holds_another_value_is_told_which(judge):
    exercise = EXERCISES["lstm_backward"]
    replies = replies_made(judge, exercise, lambda o, a, s: a)
    for reply, case in zip(replies, exercise.cases, strict=True):
        reply.outputs["dx"] = judge.inputs(exercise, case)["x"]
        reply.outputs["dWx"], reply.outputs["db"] = reply.outputs["db"], reply.outputs["dWx"]
    assert named(judge.judge(exercise, replies)) == ["holds_input_x", "holds_db", "holds_dWx"]


def test_a_value_kept_from_an_earlier_call_is_told_so(judge):
    exercise, kept = EXERCISES["rnn_forward"], {}
    replies = replies_made(judge, exercise, lambda o, a, s: kept.setdefault(a.shape, a))
    assert named(judge.judge(exercise, replies)) == ["of_another_call"]


def test_a_value_that_depends_on_nothing_is_told_so(judge):
    exercise = EXERCISES["captioning_rnn_training"]
    replies = replies_made(judge, exercise, lambda o, a, s: np.linspace(9.0, 1.0, len(a)))
    assert named(judge.judge(exercise, replies)) == ["same_in_every_case"]


def test_a_cause_beside_a_known_mistake_is_measured_against_that(judge, reference):
    exercise = EXERCISES["rnn_step_backward"]
    mistake = next(mistake for mistake in exercise.mistakes if mistake.name == "slope_of_sigmoid")
    replies = replies_of(judge, exercise, mistake.plant(reference, exercise.function))
    for reply in replies:
        reply.outputs["dWx"] *= -1
    assert named(judge.judge(exercise, replies)) == ["slope_of_sigmoid", "wrong_sign"]


@pytest.mark.parametrize("exercise", IN_ORDER, ids=lambda exercise: exercise.name)
def test_right_code_and_chance_values_get_no_advice(judge, reference, exercise):
    assert judge.judge(exercise, replies_of(judge, exercise, reference)).advice == ()
    rng = np.random.default_rng(1)
    chance = replies_made(judge, exercise, lambda o, a, s: rng.standard_normal(a.shape))
    assert judge.judge(exercise, chance).advice == ()


@pytest.mark.slow
def test_pairs_of_mistakes_are_both_named(judge, reference):
    """Two known mistakes at once, of those that give values and touch different outputs."""
    pairs, both = 0, 0
    for exercise in IN_ORDER:
        touched = {}
        for mistake in exercise.mistakes:
            replies = replies_of(judge, exercise, mistake.plant(reference, exercise.function))
            if all(reply.outputs.keys() == exercise.outputs.keys() for reply in replies):
                touched[mistake.name] = replies, spoilt(judge.judge(exercise, replies))
        for (one, (first, mine)), (other, (second, theirs)) in itertools.combinations(touched.items(), 2):
            if not mine & theirs:
                joint = [
                    Reply(Fate.DONE, {o: (a if o in mine else b).outputs[o] for o in exercise.outputs})
                    for a, b in zip(first, second, strict=True)
                ]
                pairs, both = pairs + 1, both + (set(named(judge.judge(exercise, joint))) == {one, other})
    print(f"both named in {both} of {pairs} pairs")
    assert pairs > 100
    assert both >= SHARE * pairs


def test_names_of_causes_are_no_known_mistakes(judge):
    known = {mistake.name for exercise in IN_ORDER for mistake in exercise.mistakes}
    assert not known & {*SAYINGS, *(cause for _, _, _, cause, _ in MEASURED.values())}


def test_what_a_part_is_known_by_is_no_line_of_the_solution(reference):
    for exercise in IN_ORDER:
        for variant in variants(exercise, reference):
            for outputs in (list(exercise.outputs), list(exercise.outputs)[:1]):
                text = variant.advise(outputs).text
                assert text.endswith(".") and not re.search(r"[@*/+=()\[\]]", text)


def test_a_diagnosis_takes_no_time(judge):
    rng = np.random.default_rng(2)
    chance = [replies_made(judge, exercise, lambda o, a, s: rng.standard_normal(a.shape)) for exercise in IN_ORDER]
    seconds = []
    for _ in range(4):
        start = time.process_time()
        for exercise, replies in zip(IN_ORDER, chance, strict=True):
            judge.judge(exercise, replies)
        seconds.append(time.process_time() - start)
    assert min(seconds) < LIMIT


@pytest.mark.slow
@pytest.mark.parametrize(
    "value", [np.zeros(0), np.ones((1,) * 30), np.array(True), np.full((2, 3), 2**64 - 1, np.uint64)]
)
@pytest.mark.parametrize("exercise", IN_ORDER, ids=lambda exercise: exercise.name)
def test_no_value_is_too_strange(judge, exercise, value):
    for others in (lambda a: a, lambda a: -a, lambda a: a * np.nan):
        replies = replies_made(
            judge, exercise, lambda o, a, s, f=others: value if o == next(iter(exercise.outputs)) else f(a)
        )
        assert judge.judge(exercise, replies).fraction < 1


def test_students_see_as_much_as_the_instructor_wants(judge, reference):
    exercise = EXERCISES["rnn_step_forward"]
    mistake = next(mistake for mistake in exercise.mistakes if mistake.name == "minus_bias")
    judgement = judge.judge(exercise, replies_of(judge, exercise, mistake.plant(reference, exercise.function)))
    shown = {detail: (verdicts_html(judgement, detail), verdicts_text(judgement, detail)) for detail in DETAILS}
    told = {"names": "minus bias", "hints": "The bias is subtracted.", "full": "The bias is subtracted; add it."}
    for detail, (page, text) in shown.items():
        assert [said in page and said in text for said in told.values()] == [
            said == told[detail] for said in told.values()
        ]


def test_the_course_says_how_much(judge):
    config = Config({"GradeSubmission": {"advice": "hints"}})
    assert (GradeSubmission(config=config).advice, GradeSubmission().advice) == ("hints", "full")
    with pytest.raises(TraitError, match="names"):
        GradeSubmission(config=Config({"GradeSubmission": {"advice": "everything"}}))
    cell = nbformat.v4.new_code_cell(metadata={"nbgrader": {"grade_id": "check_rnn_forward", "points": 4}})
    judgement = judge.judge(EXERCISES["rnn_forward"], replies_made(judge, EXERCISES["rnn_forward"], lambda o, a, s: -a))
    write_marks(cell, "rnn_forward", Graded({"rnn_forward": judgement}), "hints")
    assert "h: It has the wrong sign." in cell.outputs[0].data["text/html"]
    assert "minus" not in str(cell.outputs)


def test_every_advice_has_a_hint_that_says_less():
    for exercise in IN_ORDER:
        for mistake in exercise.mistakes:
            hint = Advice(mistake.name, mistake.advice).said("hints")
            assert len(hint) < len(mistake.advice) and hint.endswith("."), mistake.name
    measured = Advice("wrong_sign", "dx, db: It has the wrong sign: all is right but for a minus.", ("dx", "db"))
    assert [measured.said(detail) for detail in ("names", "hints")] == [
        "dx, db: wrong sign",
        "dx, db: It has the wrong sign.",
    ]
