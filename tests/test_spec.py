"""How exercises are declared: axes, cases, weights, and mistakes as drop-in replacements."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.judging.judge import Judgement, Verdict
from autograder.record import Check
from autograder.spec import Draw, exercise
from tests.support.house import IN_ORDER

SIZES = dict(N=3, T=6, V=7)


@pytest.mark.parametrize(
    ("text", "shape", "kind"),
    [
        ("N T", (3, 6), "f"),
        ("T", (6,), "f"),
        ("N 4T", (3, 24), "f"),
        ("int N T < V", (3, 6), "i"),
        ("bool N T", (3, 6), "b"),
    ],
)
def test_axes_are_drawn_as_written(text, shape, kind):
    array = Draw.parse(text).draw(np.random.default_rng(0), SIZES)
    assert array.shape == shape
    assert array.dtype.kind == kind
    if kind == "i":
        assert set(np.unique(array)) <= set(range(SIZES["V"]))


def test_of_truth_values_one_is_true():
    rng = np.random.default_rng(0)
    assert all(Draw.parse("bool N T").draw(rng, {"N": 2, "T": 1}).any() for _ in range(200))


@pytest.mark.parametrize("text", ["", "n t", "int N T", "N T < V", "float N", "bool N < V"])
def test_axes_that_cannot_be_read_say_how_to_write_them(text):
    with pytest.raises(ValueError, match="write 'N D', 'int N T < V' or 'bool N T'"):
        Draw.parse(text)


def test_a_declaration_reads_like_the_function_it_asks_for():
    @exercise(call="y = double(x)", outputs={"y": "N D"}, sizes=dict(N=2, D=3), rtol=1e-8)
    def double(x: "N D"):  # noqa: F722
        """Twice x."""

    @double.case("all zero", N=5)
    def zero(inputs):
        return {"x": 0 * inputs["x"]}

    @double.mistake("It is tripled.")
    def triple(x):
        return 3 * x

    assert (double.name, double.doc, double.limits) == ("double", "Twice x.", {"y": 1e-8})
    assert [case.name for case in double.cases] == ["typical", "strided", "one_example", "one_D", "ones", "zero"]
    assert double.draw(double.cases[-1], seed=0)["x"].tolist() == [[0.0] * 3] * 5
    assert sum(map(double.weight, double.cases)) == pytest.approx(1)
    assert double.weight(double.cases[0]) == 0.5
    (mistake,) = double.mistakes
    assert mistake.plant({"double": lambda x: 2 * x}, "double")["double"](2) == 6


def test_the_standard_cases_fit_the_axes():
    for declared in (one for one in IN_ORDER if not one.name.endswith("training")):
        names = {case.name for case in declared.cases}
        assert {"typical", "strided", "ones"} <= names
        assert ("one_example" in names) == ("N" in declared.sizes)
        assert ({"one_step", "long"} <= names) == ("T" in declared.sizes)


def test_each_axis_is_short_by_itself_while_the_others_are_ordinary():
    for declared in (one for one in IN_ORDER if not one.name.endswith("training")):
        alone = set()
        for case in declared.cases:
            short = {axis for axis, size in case.sizes.items() if size < declared.sizes[axis]}
            alone |= short if len(short) == 1 else set()
            assert declared.is_ordinary(case) == (not short)
        asked = {axis for axis in declared.sizes if min(case.sizes[axis] for case in declared.cases) == 1}
        assert asked <= alone


def verdict(status: Check, weight: float) -> Verdict:
    return Verdict("case", "a case", "dx", status, weight, 1e-8)


@pytest.mark.parametrize(
    ("verdicts", "points"),
    [
        ([(Check.RIGHT, 0.5), (Check.RIGHT, 0.25), (Check.RIGHT, 0.25)], 10),
        ([(Check.RIGHT, 0.5), (Check.WRONG, 0.25), (Check.UNCHECKED, 0.25)], 5),
        ([(Check.RIGHT, 1 / 3), (Check.RIGHT, 1 / 3), (Check.RIGHT, 1 / 3)], 10),
        ([(Check.WRONG, 1.0)], 0),
    ],
)
def test_points_are_the_share_of_right_checks(verdicts, points):
    judged = Judgement("e", tuple(verdict(*pair) for pair in verdicts))
    assert judged.points(10) == points
