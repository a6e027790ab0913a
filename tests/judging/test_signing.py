"""What wrong answers are known by: the same up to rounding however they are computed, or nothing at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import pytest

from autograder.judging.carried import Fairness
from autograder.judging.diagnosis import Advice
from autograder.judging.judge import Judge, Judgement, Verdict
from autograder.judging.signing import NEAR, Signing, trace_of, unexplained
from autograder.judging.standing import Heard
from autograder.judging.stops import form_of_stop, signature_of_error
from autograder.judging.trusted import run_here
from autograder.proving.rewrite import rounding
from autograder.proving.sources import Sources
from autograder.record import Check
from autograder.sandbox.messages import Call, Fate, Reply
from autograder.selfcheck.snippet import Reason
from autograder.signature import Kind, Signature, alike, is_telling, name_of, read
from autograder.spec import Exercise, Mistake
from tests.support.house import ASSIGNMENT, EXERCISES
from tests.support.in_process import make_calls

RNG = np.random.default_rng(3)
WRONG = RNG.standard_normal((40, 30))
RIGHT = RNG.standard_normal((40, 30))
NAME = "rnn_step_forward"
EXERCISE = EXERCISES[NAME]


def trace(value: object, near: float = NEAR, right: np.ndarray = RIGHT):
    return trace_of("typical", "dx", np.asarray(value), right, near)


def holed(value: np.ndarray, what: float, place: int = 5) -> np.ndarray:
    changed = value.copy()
    changed.flat[place] = what
    return changed


@pytest.mark.parametrize(
    "other",
    [
        WRONG.copy(order="F"),
        WRONG.astype(np.float32),
        WRONG * (1 + 3e-7),
        WRONG + 1e-9,
        np.sum([WRONG / 7] * 7, axis=0),
    ],
)
def test_the_same_up_to_rounding_is_the_same(other: np.ndarray) -> None:
    assert trace(WRONG).is_like(trace(other))


@pytest.mark.parametrize(
    "other",
    [-WRONG, 1.001 * WRONG, WRONG[::-1], WRONG.T, WRONG.ravel(), holed(WRONG, 3.0), holed(WRONG, np.nan), WRONG + 1e-3],
)
def test_other_numbers_are_others(other: np.ndarray) -> None:
    assert not trace(WRONG).is_like(trace(other))


def test_numbers_that_are_not_finite_are_compared_by_their_places_and_the_others() -> None:
    one = holed(holed(WRONG, np.nan, 1), np.inf, 2)
    assert trace(one).is_like(trace(one * (1 + 1e-9))) and trace(one).kind is Kind.NUMBERS
    assert not trace(one).is_like(trace(holed(one, -np.inf, 2)))
    assert not trace(one).is_like(trace(holed(one, 1.0, 9)))


@pytest.mark.parametrize("scale", [1e-300, 1e150, 1e307])
def test_huge_and_tiny_numbers_have_a_size(scale: float) -> None:
    found = trace(WRONG / np.abs(WRONG).max() * scale, right=RIGHT * scale if scale < 1 else RIGHT)
    assert found.kind is Kind.NUMBERS and np.isfinite([found.size, *found.sums]).all()
    assert read([list(found)]) == (found,)


@pytest.mark.parametrize("value", [np.zeros((40, 30)), np.full((40, 30), np.nan), 1e-17 * WRONG, np.full(3, -np.inf)])
def test_zeros_and_what_rounding_leaves_of_them_tell_nothing(value: np.ndarray) -> None:
    assert not is_telling((trace(value),))


def test_rounding_never_parts_two_that_belong_together() -> None:
    for number in range(300):  # rounded numbers would fall to two sides of a border now and then
        value = np.random.default_rng(number).standard_normal(12)
        assert trace(value).is_like(trace(value * (1 + 1e-8 * (-1) ** number)))


def test_names_are_short_and_others_for_other_answers() -> None:
    names = {name_of("a", (trace(RNG.standard_normal(9)),)) for _ in range(400)}
    assert len(names) == 400 and all(len(name) == 5 and name.isalpha() for name in names)
    assert name_of("a", (trace(WRONG),)) == name_of("a", (trace(WRONG.astype(np.float32)),))
    assert name_of("a", (trace(WRONG),)) != name_of("b", (trace(WRONG),))


@pytest.mark.parametrize("rows", [[1], ["typical"], [["a", "b", "numbers", "", float("nan"), 0, []]], [["a"] * 7], 3])
def test_what_is_no_signature_is_refused(rows: object) -> None:
    with pytest.raises((ValueError, TypeError)):
        read(rows)  # type: ignore[arg-type]


def stopped(said: str, code: str = "z = a @ b", exception: str = "ValueError", missing: str = "") -> str:
    place = f"In f, line 2, `{code}`: "
    reply = Reply(
        Fate.RAISED, reason=Reason.RAISED, exception=exception, sentence=place + said, place=place, missing=missing
    )
    return form_of_stop(reply)


def test_exceptions_are_known_by_what_they_say_and_by_the_line_where_that_says_little() -> None:
    shapes = "ValueError: operands could not be broadcast together with shapes (3,4) (5,)"
    assert stopped(shapes) == stopped(shapes, "for i in range(9): y = q + r") != stopped(shapes.replace("5", "6"))
    few = "IndexError: list index out of range"
    assert stopped(few, "x = a[i]") == stopped(few, "out = cache[n]") != stopped(few, "x = a[i + 1]")
    assert stopped(few, "for t in x[i]:") == stopped(few, "for k in y[j]:")
    one, other = ("TypeError: <function f at 0x7f3a>", "TypeError: <function f at 0x7fff>")
    assert stopped(one) == stopped(other)
    assert "Evil" not in stopped("Evil: no", exception="Evil\x1b[31m")
    assert stopped("NameError: name 'q' is not defined", missing="q") != stopped("NameError: name 'p' is not defined")


def test_a_test_that_failed_is_known_by_what_it_says() -> None:
    one, near, four, five = (
        signature_of_error(f"AssertionError: {number} is wrong") for number in ("1.23456789", "1.23456780", 4, 5)
    )
    assert alike(one, near) and not alike(four, five)
    for nothing in ("", "AssertionError", "NotImplementedError: write it", "AssertionError: "):
        assert signature_of_error(nothing) == ()


class Process:
    """A student's process that has defined some functions."""

    def __init__(self, **functions: Callable) -> None:
        self.functions, self.made = functions, 0

    def again(self, calls: list[Call], share: float = 0.5) -> list[Reply]:
        self.made += len(calls)
        return make_calls(calls, {"np": np, **self.functions})

    def differ(self, *_: object) -> bool:
        return False


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(ASSIGNMENT.reference(), 1)


@pytest.fixture(scope="module")
def signing(judge: Judge) -> Signing:
    return Signing(ASSIGNMENT.reference(), Fairness(judge, ASSIGNMENT.exercises))


def sign(judge: Judge, signing: Signing, process: Process, **more: object) -> Signature:
    calls = [Call(EXERCISE.call, judge.inputs(EXERCISE, case), ("next_h",), as_of=NAME) for case in EXERCISE.cases]
    judgement = replace(judge.judge(EXERCISE, process.again(calls)), **more)
    process.made = 0
    found = signing.signatures({NAME: Heard(EXERCISE, calls, judgement)}, {NAME: judgement}, process)
    return found.get(NAME, ())


def cubed(x, prev_h, Wx, Wh, b):
    return np.tanh(x @ Wx + prev_h @ Wh + b) ** 3, None


def cubed_in_a_loop(x, prev_h, Wx, Wh, b):
    out = np.empty(prev_h.shape, np.float32)
    for n in range(len(x)):
        total = b + prev_h[n] @ Wh
        for d in reversed(range(len(Wx))):
            total = total + x[n, d] * Wx[d]
        h = np.tanh(total)
        out[n] = h * h * h
    return out, ()


def unsteady(x, prev_h, Wx, Wh, b):
    return cubed(x, prev_h, Wx, Wh, b)[0] + np.random.default_rng().standard_normal(), None


def by_number(x, prev_h, Wx, Wh, b):
    return cubed(x, prev_h, Wx, Wh, b)[0] + np.random.standard_normal(), None


def fourth(x, prev_h, Wx, Wh, b):
    return np.tanh(x @ Wx + prev_h @ Wh + b) ** 4, None


def test_answers_written_differently_are_alike_and_other_mistakes_are_not(judge: Judge, signing: Signing) -> None:
    one, same, other = (sign(judge, signing, Process(rnn_step_forward=f)) for f in (cubed, cubed_in_a_loop, fourth))
    assert one and alike(one, same) and not alike(one, other) and not alike(same, other)
    assert alike(one, sign(Judge(ASSIGNMENT.reference(), 99), signing, Process(rnn_step_forward=cubed)))  # another seed


@pytest.mark.parametrize("function", [unsteady, by_number])
def test_answers_that_are_not_steady_have_no_signature(judge: Judge, signing: Signing, function: Callable) -> None:
    assert sign(judge, signing, Process(rnn_step_forward=function)) == ()


def test_who_gives_a_groups_numbers_only_where_they_are_compared_has_lost_the_points_before(
    judge: Judge, signing: Signing
) -> None:
    compared = [signing.inputs(EXERCISE, case)["x"] for case in EXERCISE.cases]

    def mimic(x, *others):
        known = any(x.shape == each.shape and (x == each).all() for each in compared)
        return cubed(x, *others) if known else fourth(x, *others)

    process = Process(rnn_step_forward=mimic)
    replies = process.again([Call(EXERCISE.call, judge.inputs(EXERCISE, c), ("next_h",)) for c in EXERCISE.cases])
    assert judge.judge(EXERCISE, replies).fraction == 0
    assert alike(sign(judge, signing, process), sign(judge, signing, Process(rnn_step_forward=cubed)))


def test_right_answers_and_named_mistakes_are_not_called_again(judge: Judge, signing: Signing) -> None:
    reference = ASSIGNMENT.reference()[NAME]
    for process in (
        Process(rnn_step_forward=reference),
        Process(rnn_step_forward=lambda x, h, Wx, Wh, b: (np.tanh(x @ Wx + h @ Wh), None)),
        Process(rnn_step_forward=lambda x, h, *_: (np.zeros_like(h), None)),
    ):
        assert sign(judge, signing, process) == () and process.made == 0
    assert sign(judge, signing, Process()) == ()
    process = Process(rnn_step_forward=cubed)
    assert sign(judge, signing, process, carried=True) == () and process.made == 0
    assert sign(judge, signing, process) and process.made <= len(EXERCISE.cases) + 3


def test_a_sentence_on_where_it_is_wrong_explains_nothing() -> None:
    judgement = Judgement(NAME, (), written=True)
    assert unexplained(judgement) == frozenset()
    wrong = replace(
        judgement, verdicts=(Verdict("typical", "typical sizes", "dx", Check.WRONG, 1.0, 1e-8, kind="values"),)
    )
    assert unexplained(wrong) == unexplained(replace(wrong, advice=(Advice("only", "where", ("dx",), explains=False),)))
    assert unexplained(replace(wrong, advice=(Advice("known", "why", ("dx",)),))) == frozenset()
    assert unexplained(replace(wrong, advice=(Advice("known", "why"),))) == frozenset()
    assert unexplained(replace(wrong, advice=(Advice("known", "why", ("db",)),))) == {"dx"}


def given_by(signing: Signing, exercise: Exercise, mistake: Mistake, functions: Mapping[str, object]) -> Signature:
    """The signature of a known mistake, as if nothing explained it. functions: the right ones around it."""
    planted, replies = mistake.plant(functions, exercise.function), []
    for case in exercise.cases:
        done = run_here(exercise, signing.inputs(exercise, case), planted)
        if stop := done.stop:
            said = dict(exception=stop.exception, sentence=stop.sentence, place=stop.place, missing=stop.missing)
            replies.append(Reply(Fate.RAISED, reason=stop.reason, **said))
        else:
            arrays = {name: np.asarray(value) for name, value in done.outputs.items() if value is not None}
            replies.append(Reply(Fate.DONE, arrays))
    with np.errstate(all="ignore"):
        return tuple(signing.traces(exercise, replies, frozenset(exercise.outputs)))


@pytest.mark.slow
def test_no_two_known_mistakes_are_alike_and_rounding_parts_none_from_itself(signing: Signing) -> None:
    rounded = dict(ASSIGNMENT.reference())
    variant = next(each for each in rounding(Sources.of(ASSIGNMENT), ASSIGNMENT.proof) if each.name == "regrouped")
    exec(variant.code, rounded)
    compared = 0
    for exercise in (each for each in ASSIGNMENT.exercises if not each.slow):
        found: dict[str, Signature] = {}
        for mistake in exercise.mistakes:
            signature = given_by(signing, exercise, mistake, ASSIGNMENT.reference())
            if is_telling(signature):
                assert alike(signature, given_by(signing, exercise, mistake, rounded)), (exercise.name, mistake.name)
                assert not [name for name, other in found.items() if alike(signature, other)], mistake.name
                found[mistake.name] = signature
        compared += len(found)
    assert compared > 200
